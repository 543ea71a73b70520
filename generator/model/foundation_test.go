package model

import "testing"

func TestFoundationReference(t *testing.T) {
	for input, want := range map[string]string{
		"${foundation.vpc_id}":                "vpc_id",
		"${foundation.nothing}":               "nothing",
		"${foundation.private_subnet_ids[0]}": "private_subnet_ids[0]",
		"":                                    "",
		"vpc_id":                              "",
		"foundation.vpc_id":                   "",
		"${foundation.}":                      "",
		"${foundation.vpc_id":                 "",
		"${foundation.vpc_id} ":               "",
		"vpc ${foundation.vpc_id}":            "",
		"${foundation.vpc_id}${foundation.cluster_endpoint}": "",
		"$${foundation.vpc_id}":                              "",
		"${data.vpc_id}":                                     "",
	} {
		if got, ok := FoundationReference(input); got != want || ok != (want != "") {
			t.Errorf("FoundationReference(%q) = %q, %t, want %q", input, got, ok, want)
		}
	}
}

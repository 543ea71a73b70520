package check

import (
	"testing"

	"github.com/lakewright/lakewright/generator/model"
)

func TestInstanceFamilies(t *testing.T) {
	for name, f := range instanceFamilies() {
		if f.architecture != "amd64" && f.architecture != "arm64" || len(f.vCPUs) == 0 {
			t.Errorf("%s: %+v", name, f)
		}
		if got := model.InstanceArchitecture(name); got != f.architecture {
			t.Errorf("%s is %s, and its name says %s", name, f.architecture, got)
		}
		for size, n := range f.vCPUs {
			if n < 1 {
				t.Errorf("%s.%s has %d vCPUs", name, size, n)
			}
		}
	}
	for name, want := range map[string]struct {
		architecture string
		localDisks   bool
		size         string
		vCPUs        int64
	}{
		"m7g":   {"arm64", false, "large", 2},
		"r7gd":  {"arm64", true, "2xlarge", 8},
		"c5d":   {"amd64", true, "metal", 96},
		"r7iz":  {"amd64", false, "metal-16xl", 64},
		"i4g":   {"arm64", true, "16xlarge", 64},
		"g6":    {"amd64", true, "xlarge", 4},
		"p5":    {"amd64", true, "48xlarge", 192},
		"trn1":  {"amd64", true, "32xlarge", 128},
		"t4g":   {"arm64", false, "medium", 2},
		"hpc7g": {"arm64", false, "4xlarge", 16},
	} {
		f := instanceFamilies()[name]
		if f.architecture != want.architecture || f.localDisks != want.localDisks || f.vCPUs[want.size] != want.vCPUs {
			t.Errorf("%s: got %+v, want %+v", name, f, want)
		}
	}
}

func TestNamesSecret(t *testing.T) {
	for name, want := range map[string]bool{
		"password":               true,
		"adminPassword":          true,
		"POSTGRES_PASSWORD":      true,
		"auth.api-key":           true,
		"apiToken":               true,
		"webhookSecret":          true,
		"aws_secret_access_key":  true,
		"fernetKey":              true,
		"existingSecret":         false,
		"existingSecretPassword": false,
		"secretName":             false,
		"secret":                 false,
		"passwordKey":            false,
		"passwordSecretKey":      false,
		"passwordFile":           false,
		"imagePullSecret":        false,
		"tokenTTL":               false,
		"tokens":                 false,
		"partitionKey":           false,
		"":                       false,
	} {
		if got := namesSecret(name); got != want {
			t.Errorf("%q: got %v, want %v", name, got, want)
		}
	}
}

func TestCheckCron(t *testing.T) {
	for expression, want := range map[string]string{
		"0 22 * * *":          "",
		"*/15 0-6/2 1,15 * ?": "",
		"0 0 * dec SUN":       "",
		"@hourly":             "",
		"0 22 * *":            "it has 4 fields instead of five",
		"0 24 * * *":          `hour "24" is not within 0-23`,
		"0 0 0 * *":           `day of month "0" is not within 1-31`,
		"0 0 * 13 *":          `month "13" is not within 1-12`,
		"0 0 * ecm *":         `month "ecm" is not within 1-12`,
		"0 0 * * mo":          `day of week "mo" is not within 0-6`,
		"0 5-1 * * *":         `hour "5-1" ends before it begins`,
		"0 1- * * *":          `hour "1-" is not within 0-23`,
		"*/x * * * *":         `minute "*/x" has no step of at least 1`,
		", * * * *":           `minute "" is not within 0-59`,
	} {
		got := ""
		if err := checkCron(expression); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", expression, got, want)
		}
	}
}

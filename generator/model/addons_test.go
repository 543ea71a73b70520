package model

import (
	"reflect"
	"slices"
	"strings"
	"testing"
)

// TestWrittenAddons writes every add-on that the schema has and looks for it in
// the list.
func TestWrittenAddons(t *testing.T) {
	p := &Platform{}
	var want []string
	fields := reflect.ValueOf(&p.Addons).Elem()
	for i := range fields.NumField() {
		fields.Field(i).Set(reflect.New(fields.Field(i).Type().Elem()))
		name, _, _ := strings.Cut(fields.Type().Field(i).Tag.Get("json"), ",")
		want = append(want, name)
	}
	slices.Sort(want)
	var got []string
	for _, addon := range p.WrittenAddons() {
		got = append(got, addon.Name)
		if addon.Namespace == "" {
			t.Errorf("%s has no namespace", addon.Name)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("the list has %v, want %v", got, want)
	}
}

func TestInstalledAddons(t *testing.T) {
	addons := Addons{
		AWSLoadBalancerController: &Addon{Version: "3.4.0"},
		CertManager:               &CertManager{},
		ExternalSecrets:           &ExternalSecrets{Prefixes: []string{"a/"}},
		KEDA:                      &Addon{Values: Values{"a": 1}},
	}
	zones := addons
	zones.CertManager = &CertManager{HostedZones: []string{"Z0123456789"}}
	for name, test := range map[string]struct {
		cloud     Cloud
		addons    Addons
		want      []string
		withRoles []string
	}{
		"AWS":              {Cloud{AWS: &AWS{}}, addons, []string{"aws-load-balancer-controller", "cert-manager", "external-secrets", "keda"}, []string{"aws-load-balancer-controller", "external-secrets"}},
		"AWS, with a zone": {Cloud{AWS: &AWS{}}, zones, []string{"aws-load-balancer-controller", "cert-manager", "external-secrets", "keda"}, []string{"aws-load-balancer-controller", "cert-manager", "external-secrets"}},
		"local":            {Cloud{Local: &Local{}}, zones, []string{"cert-manager", "external-secrets", "keda"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			p := &Platform{Cloud: test.cloud, Addons: test.addons}
			var names, withRoles []string
			for _, addon := range p.InstalledAddons() {
				names = append(names, addon.Name)
				if addon.Role {
					withRoles = append(withRoles, addon.Name)
				}
				if one, ok := p.InstalledAddon(addon.Name); !ok || !reflect.DeepEqual(one, addon) {
					t.Errorf("InstalledAddon(%q) = %v, %t", addon.Name, one, ok)
				}
			}
			if !slices.Equal(names, test.want) || !slices.Equal(withRoles, test.withRoles) {
				t.Errorf("installed are %v, with roles %v, want %v and %v", names, withRoles, test.want, test.withRoles)
			}
			if _, ok := p.InstalledAddon("metrics-server"); ok {
				t.Error("metrics-server is installed")
			}
		})
	}
}

func TestNamespaceTeam(t *testing.T) {
	p := &Platform{Teams: map[string]Team{"ads": {}, "logs": {Namespaces: []string{"raw", "shared"}}, "billing": {Namespaces: []string{"shared"}}}}
	for namespace, want := range map[string]string{"ads": "ads", "raw": "logs", "shared": "billing", "logs": "", "other": ""} {
		if team, ok := p.NamespaceTeam(namespace); team != want || ok != (want != "") {
			t.Errorf("NamespaceTeam(%q) = %q, %t, want %q", namespace, team, ok, want)
		}
	}
}

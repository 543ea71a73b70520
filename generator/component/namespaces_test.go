package component

import (
	"testing"

	"github.com/lakewright/lakewright/generator/model"
)

func TestNamespaces(t *testing.T) {
	p := platform(t, "prod-seoul")
	p.Teams["ads"] = model.Team{Namespaces: []string{"ads-prod", "ads-batch"}}
	team := map[string]string{}
	for _, object := range applications(t, p)["namespaces"].Manifests {
		team[object.GetName()] = object.GetLabels()[teamLabel]
		if level := object.GetLabels()["pod-security.kubernetes.io/enforce"]; level != "restricted" {
			t.Errorf("%s is held to the level %q", object.GetName(), level)
		}
		if options := object.GetAnnotations()["argocd.argoproj.io/sync-options"]; options != "Prune=false,Delete=false" {
			t.Errorf("%s may be removed: %s", object.GetName(), options)
		}
	}
	for name, want := range map[string]string{"ads-prod": "ads", "ads-batch": "ads", "logs": "logs", "keda": "", "cert-manager": "", "external-secrets": ""} {
		if got, ok := team[name]; !ok || got != want {
			t.Errorf("namespace %s: team %q, there %t", name, got, ok)
		}
	}
	if len(team) != 6 {
		t.Errorf("namespaces are %v", team)
	}
}

func TestPodSecurity(t *testing.T) {
	app, err := Namespaces([]Namespace{
		{Name: "kueue"},
		{Name: "agents", PodSecurity: "privileged", Labels: map[string]string{"tier": "node"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct{ name, level, tier string }{{"agents", "privileged", "node"}, {"kueue", "restricted", ""}} {
		object := app.Manifests[i]
		if object.GetName() != want.name || object.GetLabels()["tier"] != want.tier {
			t.Errorf("namespace %d is %s with the labels %v, want %v", i, object.GetName(), object.GetLabels(), want)
		}
		for _, mode := range []string{"audit", "enforce", "warn"} {
			if got := object.GetLabels()["pod-security.kubernetes.io/"+mode]; got != want.level {
				t.Errorf("%s: %s is %q, want %q", want.name, mode, got, want.level)
			}
		}
	}
}

func TestNamespaceTwice(t *testing.T) {
	_, err := Namespaces([]Namespace{{Name: "kueue"}, {Name: "ads"}, {Name: "kueue"}})
	if want := "two components make the namespace kueue"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

package component

import (
	"slices"
	"testing"

	"github.com/argoproj/argo-cd/v2/pkg/apis/application/v1alpha1"

	"github.com/lakewright/lakewright/generator/model"
)

// TestWebhookCertificate shows who keeps the certificate of the load balancer
// controller's webhooks: cert-manager, or Argo CD by leaving the first one.
func TestWebhookCertificate(t *testing.T) {
	tests := map[string]struct {
		change  func(*model.Addons)
		ignored int
	}{
		"cert-manager":            {func(*model.Addons) {}, 0},
		"no cert-manager":         {func(a *model.Addons) { a.CertManager = nil }, 3},
		"cert-manager not wanted": {func(a *model.Addons) { a.AWSLoadBalancerController.Values = model.Values{"enableCertManager": false} }, 3},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p := platform(t, "prod-seoul")
			test.change(&p.Addons)
			app := deploy(t, compile(t, p)).applications["aws-load-balancer-controller"]
			if got := len(app.Spec.IgnoreDifferences); got != test.ignored {
				t.Errorf("%d differences are ignored, want %d", got, test.ignored)
			}
			if got := app.Spec.SyncPolicy.SyncOptions.HasOption("RespectIgnoreDifferences=true"); got != (test.ignored > 0) {
				t.Errorf("RespectIgnoreDifferences is %t", got)
			}
		})
	}
}

// TestWaves shows that what is needed comes before what needs it.
func TestWaves(t *testing.T) {
	wave := map[string]int{}
	for _, out := range outputs(platform(t, "prod-seoul")) {
		for _, app := range out.Applications {
			wave[app.Name] = app.Wave
		}
	}
	for _, order := range [][]string{
		{"namespaces", "keda", "order-api"},
		{"namespaces", "external-secrets", "order-api"},
		{"namespaces", "cert-manager", "aws-load-balancer-controller", "order-api"},
		{"namespaces", "karpenter", "karpenter-nodes", "order-api"},
		{"namespaces", "metrics-server", "order-api"},
	} {
		for i := range order[1:] {
			if wave[order[i]] >= wave[order[i+1]] {
				t.Errorf("%s (%d) is not before %s (%d)", order[i], wave[order[i]], order[i+1], wave[order[i+1]])
			}
		}
	}
}

// TestKept shows what stays when its Application goes.
func TestKept(t *testing.T) {
	for name, app := range deploy(t, compile(t, platform(t, "prod-seoul"))).applications {
		kept := slices.Contains([]string{"root", "namespaces", "karpenter"}, name)
		if cascades := slices.Contains(app.Finalizers, v1alpha1.ResourcesFinalizerName); cascades == kept {
			t.Errorf("%s takes what it made with it: %t", name, cascades)
		}
	}
}

func TestChartVersions(t *testing.T) {
	d := deploy(t, compile(t, platform(t, "prod-seoul")))
	for name, want := range map[string]string{
		"cert-manager": "v1.21.0",
		"keda":         "2.20.1",
		"karpenter":    "1.14.0",
	} {
		if got := d.applications[name].Spec.Sources[0].TargetRevision; got != want {
			t.Errorf("%s is at %s, want %s", name, got, want)
		}
	}
}

func TestNamespaces(t *testing.T) {
	p := platform(t, "prod-seoul")
	p.Teams["ads"] = model.Team{Namespaces: []string{"ads-prod", "ads-batch"}}
	apps := namespaces(p).Applications
	team := map[string]string{}
	for _, object := range apps[0].Manifests {
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

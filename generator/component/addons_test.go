package component

import (
	"strings"
	"testing"

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
			app := applications(t, p)["aws-load-balancer-controller"]
			if got := len(app.IgnoreDifferences); got != test.ignored {
				t.Errorf("%d differences are ignored, want %d", got, test.ignored)
			}
		})
	}
}

// TestWaves shows that what is needed comes before what needs it.
func TestWaves(t *testing.T) {
	wave := map[string]int{}
	for name, app := range applications(t, platform(t, "prod-seoul")) {
		wave[name] = app.Wave
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
	for name, app := range applications(t, platform(t, "prod-seoul")) {
		if want := name == "namespaces" || name == "karpenter"; app.Keep != want {
			t.Errorf("%s keeps what it made: %t", name, app.Keep)
		}
	}
}

func TestChartVersions(t *testing.T) {
	apps := applications(t, platform(t, "prod-seoul"))
	for name, want := range map[string]string{
		"cert-manager": "v1.21.0",
		"keda":         "2.20.1",
		"karpenter":    "1.14.0",
	} {
		if got := apps[name].Chart.Version; got != want {
			t.Errorf("%s is at %s, want %s", name, got, want)
		}
	}
}

// TestPaths shows that an Application says where the user described it: what
// they wrote of its values is found below.
func TestPaths(t *testing.T) {
	p := platform(t, "prod-seoul")
	apps := applications(t, p)
	for name, want := range map[string]string{
		"order-api":       "custom.order-api",
		"keda":            "addons.keda",
		"karpenter":       "karpenter",
		"karpenter-nodes": "nodePools",
	} {
		if got := strings.Join(apps[name].Path, "."); got != want {
			t.Errorf("%s comes from %s, want %s", name, got, want)
		}
	}
	if app := p.At(apps["order-api"].Path...); p.At(append(apps["order-api"].Path, "values")...).Line <= app.Line {
		t.Errorf("the values of order-api are not below %s", app)
	}
}

package component

import (
	"github.com/lakewright/lakewright/generator/emit/argocd"
	"github.com/lakewright/lakewright/generator/emit/terraform"
	"github.com/lakewright/lakewright/generator/model"
)

// certManager issues TLS certificates.
// Source: https://github.com/cert-manager/cert-manager/blob/v1.21.0/deploy/charts/cert-manager/values.yaml
func certManager(p *model.Platform) Output {
	addon, ok := p.InstalledAddon("cert-manager")
	if !ok {
		return Output{}
	}
	values := model.Values{
		"crds":           model.Values{"enabled": true},
		"global":         model.Values{"leaderElection": model.Values{"namespace": addon.Namespace}},
		"serviceAccount": model.Values{"name": addon.Name},
		"resources":      resources("10m", "64Mi", "512Mi"),
		"webhook":        model.Values{"resources": resources("10m", "32Mi", "256Mi")},
		"cainjector":     model.Values{"resources": resources("10m", "64Mi", "512Mi")},
		// Argo CD itself waits until the webhook is ready.
		"startupapicheck": model.Values{"enabled": false},
	}
	out := Output{Namespaces: []Namespace{{Name: addon.Namespace}}}
	if p.Cloud.AWS != nil {
		available := model.Values{"replicaCount": 2, "podDisruptionBudget": model.Values{"enabled": true}}
		values = merge(values, available)
		values["global"] = merge(values["global"].(model.Values), model.Values{"nodeSelector": systemNodes()})
		for _, part := range []string{"webhook", "cainjector"} {
			values[part] = merge(values[part].(model.Values), available)
		}
	}
	if addon.Role {
		policy := certManagerPolicy(p)
		out.Modules = map[string][]terraform.Module{Foundation: {addonRole(p, addon, policy)}}
		out.Policies = addonPolicies(p, addon.Name, policy)
	}
	app := upstream(addon, "https://charts.jetstack.io", values,
		argocd.CustomResourceDefinition, mutatingWebhooks, validatingWebhooks)
	// The chart's versions have a leading v, as cert-manager's own have.
	app.Chart.Version = "v" + app.Chart.Version
	out.Applications = []argocd.Application{app}
	return out
}

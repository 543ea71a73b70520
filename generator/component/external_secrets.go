package component

import (
	"github.com/lakewright/lakewright/generator/emit/argocd"
	"github.com/lakewright/lakewright/generator/emit/terraform"
	"github.com/lakewright/lakewright/generator/model"
)

// externalSecrets copies secrets from AWS Secrets Manager into the cluster.
// Source: https://github.com/external-secrets/external-secrets/blob/v2.6.0/deploy/charts/external-secrets/values.yaml
func externalSecrets(p *model.Platform) Output {
	const name = "external-secrets"
	addon := p.Addons.ExternalSecrets
	if addon == nil {
		return Output{}
	}
	values := model.Values{
		"serviceAccount": model.Values{"name": name},
		"resources":      resources("50m", "128Mi", "512Mi"),
		"webhook":        model.Values{"resources": resources("10m", "64Mi", "256Mi")},
		"certController": model.Values{"resources": resources("10m", "128Mi", "256Mi")},
	}
	var out Output
	if p.Cloud.AWS != nil {
		available := model.Values{"replicaCount": 2, "podDisruptionBudget": model.Values{"enabled": true}}
		values = merge(values, available)
		values["webhook"] = merge(values["webhook"].(model.Values), available)
		values["leaderElect"] = true
		values["global"] = model.Values{"nodeSelector": systemNodes()}
		policy := externalSecretsPolicy(p)
		out.Modules = map[string][]terraform.Module{Foundation: {addonRole(p, name, model.AddonNamespace(name), name, policy)}}
		out.Policies = addonPolicies(p, name, policy)
	}
	app := upstream(p, name, addon.Addon, "https://charts.external-secrets.io", values,
		argocd.CustomResourceDefinition, validatingWebhooks)
	out.Applications = []argocd.Application{app}
	return out
}

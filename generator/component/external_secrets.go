package component

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/lakewright/lakewright/generator/emit/argocd"
	"github.com/lakewright/lakewright/generator/emit/terraform"
	"github.com/lakewright/lakewright/generator/model"
)

// secretStore is the kind by which a namespace says where its secrets come from.
// One without auth uses the operator's own role, which reads the secrets of the
// whole environment.
// Source: https://external-secrets.io/latest/provider/aws-access/
var secretStore = kind("external-secrets.io", "SecretStore")

// externalSecrets copies secrets from AWS Secrets Manager into the cluster.
// Source: https://github.com/external-secrets/external-secrets/blob/v2.6.0/deploy/charts/external-secrets/values.yaml
func externalSecrets(p *model.Platform) Output {
	addon, ok := p.InstalledAddon("external-secrets")
	if !ok {
		return Output{}
	}
	values := model.Values{
		"serviceAccount": model.Values{"name": addon.Name},
		"resources":      resources("50m", "128Mi", "512Mi"),
		"webhook":        model.Values{"resources": resources("10m", "64Mi", "256Mi")},
		"certController": model.Values{"resources": resources("10m", "128Mi", "256Mi")},
	}
	out := Output{
		Namespaces:    []Namespace{{Name: addon.Namespace}},
		PlatformKinds: []metav1.GroupKind{secretStore},
	}
	if p.Cloud.AWS != nil {
		available := model.Values{"replicaCount": 2, "podDisruptionBudget": model.Values{"enabled": true}}
		values = merge(values, available)
		values["webhook"] = merge(values["webhook"].(model.Values), available)
		values["leaderElect"] = true
		values["global"] = model.Values{"nodeSelector": systemNodes()}
	}
	if addon.Role {
		policy := externalSecretsPolicy(p)
		out.Modules = map[string][]terraform.Module{Foundation: {addonRole(p, addon, policy)}}
		out.Policies = addonPolicies(p, addon.Name, policy)
	}
	app := upstream(addon, "https://charts.external-secrets.io", values,
		argocd.CustomResourceDefinition, validatingWebhooks)
	out.Applications = []argocd.Application{app}
	return out
}

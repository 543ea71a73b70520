package component

import (
	"github.com/lakewright/lakewright/generator/emit/argocd"
	"github.com/lakewright/lakewright/generator/model"
)

// keda scales workloads on events and queries.
// Source: https://github.com/kedacore/charts/blob/main/keda/values.yaml
func keda(p *model.Platform) Output {
	addon, ok := p.InstalledAddon("keda")
	if !ok {
		return Output{}
	}
	values := model.Values{
		"image": model.Values{"pullPolicy": "IfNotPresent"},
		// Deployments and StatefulSets are scaled all the same. The chart would
		// let the operator read every object of every kind, Secrets included.
		"rbac": model.Values{"enabledCustomScaledRefKinds": false},
	}
	if p.Cloud.AWS != nil {
		values["nodeSelector"] = systemNodes()
		disruption := model.Values{"maxUnavailable": 1}
		values["podDisruptionBudget"] = model.Values{"operator": disruption, "metricServer": disruption, "webhooks": disruption}
		for _, part := range []string{"operator", "metricsServer", "webhooks"} {
			values[part] = model.Values{"replicaCount": 2}
		}
	}
	app := upstream(addon, "https://kedacore.github.io/charts", values,
		argocd.CustomResourceDefinition, validatingWebhooks, apiService)
	app.OtherNamespaces = []string{model.SystemNamespace}
	return Output{Namespaces: []Namespace{{Name: addon.Namespace}}, Applications: []argocd.Application{app}}
}

package component

import (
	"github.com/lakewright/lakewright/generator/emit/argocd"
	"github.com/lakewright/lakewright/generator/model"
)

// metricsServer serves CPU and memory figures to kubectl top and autoscalers.
// Source: https://github.com/kubernetes-sigs/metrics-server/blob/metrics-server-helm-chart-3.13.0/charts/metrics-server/values.yaml
func metricsServer(p *model.Platform) Output {
	addon, ok := p.InstalledAddon("metrics-server")
	if !ok {
		return Output{}
	}
	values := model.Values{"resources": resources("100m", "200Mi", "512Mi")}
	if p.Cloud.AWS != nil {
		values["nodeSelector"] = systemNodes()
		values["replicas"] = 2
		values["podDisruptionBudget"] = model.Values{"enabled": true, "maxUnavailable": 1}
	} else {
		// The kubelets that kubeadm sets up sign their own certificates.
		// Source: https://github.com/kubernetes/kubeadm/issues/1602
		values["args"] = []string{"--kubelet-insecure-tls"}
	}
	app := upstream(addon, "https://kubernetes-sigs.github.io/metrics-server", values,
		apiService)
	app.Wave = waveAddons
	return Output{Applications: []argocd.Application{app}}
}

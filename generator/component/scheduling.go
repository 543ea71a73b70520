package component

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	karpenterv1 "sigs.k8s.io/karpenter/pkg/apis/v1"

	"github.com/lakewright/lakewright/generator/model"
)

// scheduling returns the chart values by which pods run where s says. They are
// top-level nodeSelector, tolerations and affinity, as the charts have them
// that "helm create" begins. Local clusters drop all of it: they have neither
// the nodes nor their taints.
// Source: https://github.com/helm/helm/blob/v3.20.2/pkg/chartutil/create.go
func scheduling(p *model.Platform, s *model.Scheduling) model.Values {
	if s == nil || p.Cloud.AWS == nil {
		return nil
	}
	selector := model.Values{}
	taints := s.Tolerations
	capacity := s.Capacity
	if s.NodePool != "" {
		pool := p.NodePools[s.NodePool]
		selector[karpenterv1.NodePoolLabelKey] = s.NodePool
		taints = slices.Concat(pool.Taints, taints)
		if capacity == "" && !s.Interruptible && slices.Contains(pool.Capacity, model.Spot) {
			capacity = model.OnDemand // Karpenter would prefer spot.
		}
	}
	if s.Architecture != "" {
		selector[corev1.LabelArchStable] = s.Architecture
	}
	if capacity != "" {
		selector[karpenterv1.CapacityTypeLabelKey] = capacity
	}
	values := model.Values{}
	switch zones := sorted(p.Cloud.AWS.ZoneNamesOf(s.Zones)); {
	case len(zones) == 1:
		selector[corev1.LabelTopologyZone] = zones[0]
	case len(zones) > 1:
		values["affinity"] = object(&corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{
			RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{{
				MatchExpressions: []corev1.NodeSelectorRequirement{{Key: corev1.LabelTopologyZone, Operator: corev1.NodeSelectorOpIn, Values: zones}},
			}}},
		}})
	}
	if len(selector) > 0 {
		values["nodeSelector"] = selector
	}
	if tolerations := tolerations(taints); len(tolerations) > 0 {
		values["tolerations"] = tolerations
	}
	return values
}

// tolerations admits pods to nodes with any of taints, each named once.
func tolerations(taints []model.Taint) []any {
	var all []any
	seen := make(map[model.Taint]bool, len(taints))
	for _, taint := range taints {
		if seen[taint] {
			continue
		}
		seen[taint] = true
		toleration := &corev1.Toleration{Key: taint.Key, Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffect(taint.Effect)}
		if taint.Value != "" {
			toleration.Operator, toleration.Value = corev1.TolerationOpEqual, taint.Value
		}
		all = append(all, object(toleration))
	}
	return all
}

// object returns a part of a Kubernetes object as chart values have it.
func object(part any) model.Values {
	values, err := runtime.DefaultUnstructuredConverter.ToUnstructured(part)
	if err != nil {
		panic(err) // Kubernetes' own types always convert
	}
	return values
}

// resources returns what a container asks for, and the memory at which it ends.
// Processors have no limit: a container that finds one idle may use it.
func resources(cpu, memory, memoryLimit string) model.Values {
	return model.Values{
		"requests": model.Values{"cpu": cpu, "memory": memory},
		"limits":   model.Values{"memory": memoryLimit},
	}
}

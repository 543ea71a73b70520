package component

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lakewright/lakewright/generator/model"
)

func TestScheduling(t *testing.T) {
	aws := &model.Platform{
		Cloud: model.Cloud{AWS: &model.AWS{Region: "eu-west-1", Zones: []string{"a", "b", "c"}}},
		NodePools: map[string]model.NodePool{"spark": {Taints: []model.Taint{
			{Key: "lakewright.dev/spark", Effect: "NoSchedule"},
			{Key: "team", Value: "ads", Effect: "NoExecute"},
		}}, "mixed": {Capacity: []string{"spot", "on-demand"}}},
	}
	tests := map[string]struct {
		scheduling *model.Scheduling
		want       model.Values
	}{
		"none":  {nil, nil},
		"empty": {&model.Scheduling{}, model.Values{}},
		"node pool": {
			&model.Scheduling{NodePool: "spark"},
			model.Values{
				"nodeSelector": model.Values{"karpenter.sh/nodepool": "spark"},
				"tolerations": []any{
					model.Values{"key": "lakewright.dev/spark", "operator": "Exists", "effect": "NoSchedule"},
					model.Values{"key": "team", "operator": "Equal", "value": "ads", "effect": "NoExecute"},
				},
			},
		},
		"a taint of the pool is tolerated once": {
			&model.Scheduling{NodePool: "spark", Tolerations: []model.Taint{{Key: "team", Value: "ads", Effect: "NoExecute"}, {Key: "gpu", Effect: "NoSchedule"}}},
			model.Values{
				"nodeSelector": model.Values{"karpenter.sh/nodepool": "spark"},
				"tolerations": []any{
					model.Values{"key": "lakewright.dev/spark", "operator": "Exists", "effect": "NoSchedule"},
					model.Values{"key": "team", "operator": "Equal", "value": "ads", "effect": "NoExecute"},
					model.Values{"key": "gpu", "operator": "Exists", "effect": "NoSchedule"},
				},
			},
		},
		"what must not be interrupted stays off a mixed pool's spot nodes": {
			&model.Scheduling{NodePool: "mixed"},
			model.Values{"nodeSelector": model.Values{"karpenter.sh/nodepool": "mixed", "karpenter.sh/capacity-type": "on-demand"}},
		},
		"what may be interrupted takes what Karpenter prefers": {
			&model.Scheduling{NodePool: "mixed", Interruptible: true},
			model.Values{"nodeSelector": model.Values{"karpenter.sh/nodepool": "mixed"}},
		},
		"architecture, capacity and one zone": {
			&model.Scheduling{Architecture: "arm64", Capacity: "spot", Zones: []string{"b"}},
			model.Values{"nodeSelector": model.Values{
				"kubernetes.io/arch": "arm64", "karpenter.sh/capacity-type": "spot", "topology.kubernetes.io/zone": "eu-west-1b",
			}},
		},
		"several zones": {
			&model.Scheduling{Zones: []string{"c", "a"}},
			model.Values{"affinity": model.Values{"nodeAffinity": model.Values{"requiredDuringSchedulingIgnoredDuringExecution": model.Values{
				"nodeSelectorTerms": []any{model.Values{"matchExpressions": []any{model.Values{
					"key": "topology.kubernetes.io/zone", "operator": "In", "values": []any{"eu-west-1a", "eu-west-1c"},
				}}}},
			}}}},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, scheduling(aws, test.scheduling)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			local := *aws
			local.Cloud = model.Cloud{Local: &model.Local{}}
			if got := scheduling(&local, test.scheduling); got != nil {
				t.Errorf("a local cluster schedules: %v", got)
			}
		})
	}
}

func TestCustomValues(t *testing.T) {
	derived := model.Values{"tolerations": []any{"pool"}, "nodeSelector": model.Values{"a": "b"}}
	got := customValues(derived, model.Values{"tolerations": []any{"own"}, "replicas": 2})
	want := model.Values{"tolerations": []any{"pool", "own"}, "nodeSelector": model.Values{"a": "b"}, "replicas": 2}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

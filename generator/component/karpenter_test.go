package component

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	karpenterv1 "sigs.k8s.io/karpenter/pkg/apis/v1"

	"github.com/lakewright/lakewright/generator/model"
)

// TestNodePool changes one field at a time and looks at what it derives.
func TestNodePool(t *testing.T) {
	type requirement struct {
		Key      string
		Operator corev1.NodeSelectorOperator
		Values   []string
	}
	requirementsOf := func(pool *karpenterv1.NodePool) []requirement {
		var all []requirement
		for _, r := range pool.Spec.Template.Spec.Requirements {
			all = append(all, requirement{r.Key, r.Operator, r.Values})
		}
		return all
	}
	linux := requirement{"kubernetes.io/os", "In", []string{"linux"}}
	onDemand := requirement{"karpenter.sh/capacity-type", "In", []string{"on-demand"}}
	amd64 := requirement{"kubernetes.io/arch", "In", []string{"amd64"}}
	categories := requirement{"karpenter.k8s.aws/instance-category", "In", []string{"c", "m", "r"}}
	generation := requirement{"karpenter.k8s.aws/instance-generation", "Gt", []string{"4"}}
	sizes := requirement{"karpenter.k8s.aws/instance-size", "In", []string{"2xlarge", "4xlarge", "8xlarge"}}

	tests := map[string]struct {
		change func(*model.NodePool)
		got    func(*karpenterv1.NodePool, *ec2NodeClass) any
		want   any
	}{
		"requirements": {
			func(*model.NodePool) {},
			func(pool *karpenterv1.NodePool, _ *ec2NodeClass) any { return requirementsOf(pool) },
			[]requirement{onDemand, linux, amd64, categories, generation, sizes},
		},
		"families, zones and both ways to buy": {
			func(pool *model.NodePool) {
				pool.Families, pool.Zones, pool.Capacity = []string{"r7g", "m7g"}, []string{"c", "a"}, []string{"spot", "on-demand"}
			},
			func(pool *karpenterv1.NodePool, _ *ec2NodeClass) any { return requirementsOf(pool) },
			[]requirement{
				{"karpenter.sh/capacity-type", "In", []string{"on-demand", "spot"}}, linux, amd64,
				{"karpenter.k8s.aws/instance-family", "In", []string{"m7g", "r7g"}}, sizes,
				{"topology.kubernetes.io/zone", "In", []string{"ap-northeast-2a", "ap-northeast-2c"}},
			},
		},
		"local disks": {
			func(pool *model.NodePool) { pool.LocalDisks = true },
			func(pool *karpenterv1.NodePool, class *ec2NodeClass) any {
				return []any{requirementsOf(pool)[6], class.Spec.InstanceStorePolicy}
			},
			[]any{requirement{"karpenter.k8s.aws/instance-local-nvme", "Gt", []string{"0"}}, "RAID0"},
		},
		"no local disks": {
			func(*model.NodePool) {},
			func(_ *karpenterv1.NodePool, class *ec2NodeClass) any { return class.Spec.InstanceStorePolicy },
			"",
		},
		"labels, of which ours stays": {
			func(pool *model.NodePool) { pool.Labels = map[string]string{"disk": "fast", model.PoolLabel: "other"} },
			func(pool *karpenterv1.NodePool, _ *ec2NodeClass) any { return pool.Spec.Template.Labels },
			map[string]string{"disk": "fast", model.PoolLabel: "core"},
		},
		"limits": {
			func(pool *model.NodePool) { pool.Limits.CPU = 1999 },
			func(pool *karpenterv1.NodePool, _ *ec2NodeClass) any {
				limits := corev1.ResourceList(pool.Spec.Limits)
				return []string{limits.Cpu().String(), limits.Memory().String()}
			},
			[]string{"1999", "384Gi"},
		},
		"never": {
			func(pool *model.NodePool) { pool.ExpireAfter, pool.TerminationGracePeriod = "Never", "None" },
			func(pool *karpenterv1.NodePool, _ *ec2NodeClass) any {
				return []any{pool.Spec.Template.Spec.ExpireAfter.ToUnstructured(), pool.Spec.Template.Spec.TerminationGracePeriod == nil}
			},
			[]any{"Never", true},
		},
		"lengths of time": {
			func(pool *model.NodePool) { pool.ExpireAfter, pool.TerminationGracePeriod = "14d", "90m" },
			func(pool *karpenterv1.NodePool, _ *ec2NodeClass) any {
				return []any{pool.Spec.Template.Spec.ExpireAfter.ToUnstructured(), pool.Spec.Template.Spec.TerminationGracePeriod.Duration.String()}
			},
			[]any{"336h0m0s", "1h30m0s"},
		},
		"root volume and pods": {
			func(pool *model.NodePool) { pool.Disk, pool.MaxPods = "1Ti", 110 },
			func(_ *karpenterv1.NodePool, class *ec2NodeClass) any {
				return []any{class.Spec.BlockDeviceMappings[0].EBS.VolumeSize.String(), class.Spec.Kubelet.MaxPods}
			},
			[]any{"1Ti", int32(110)},
		},
		"tags": {
			func(*model.NodePool) {},
			func(_ *karpenterv1.NodePool, class *ec2NodeClass) any { return class.Spec.Tags },
			map[string]string{"Name": "prod-seoul-core", "cost-center": "data-platform", "lakewright.dev/environment": "prod-seoul"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p := platform(t, "prod-seoul")
			pool := p.NodePools["core"]
			test.change(&pool)
			p.NodePools["core"] = pool
			if diff := cmp.Diff(test.want, test.got(nodePool(p, "core"), nodeClass(p, "core"))); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestKarpenterWithoutInternet(t *testing.T) {
	for nat, want := range map[string]bool{model.NATNone: true, model.NATSingle: false} {
		p := platform(t, "prod-seoul")
		p.Network.NAT = nat
		if got := karpenterController(p).Values["settings"].(model.Values)["isolatedVPC"]; got != want {
			t.Errorf("nat %s: isolatedVPC is %v", nat, got)
		}
	}
}

// TestNoNodePools holds that Karpenter and its roles outlive the last node
// pool: nodes would keep running, and costing, that nothing drains and ends.
func TestNoNodePools(t *testing.T) {
	p := platform(t, "prod-seoul")
	clear(p.NodePools)
	out := karpenter(p)
	if len(out.Applications) != 1 || out.Applications[0].Name != "karpenter" {
		t.Errorf("the Applications are %v, want karpenter alone", out.Applications)
	}
	if calls := out.Modules[Foundation]; len(calls) != 1 || calls[0].Name != "karpenter" {
		t.Errorf("the module calls are %v, want karpenter alone", calls)
	}
}

// TestKarpenterPolicy holds that the controller changes only what carries the
// cluster's tag, and passes only its nodes' role, to EC2.
func TestKarpenterPolicy(t *testing.T) {
	p := platform(t, "prod-seoul")
	changes := regexp.MustCompile(`^ec2:(Create(Tags|LaunchTemplate)|Delete|Terminate)`)
	changing := 0
	for _, s := range karpenterPolicy(p) {
		tagged := false
		for key, values := range s.Conditions["StringEquals"] {
			tagged = tagged || strings.HasSuffix(key, "Tag/kubernetes.io/cluster/prod-seoul") && slices.Equal(values, []string{"owned"})
		}
		if slices.ContainsFunc(s.Actions, changes.MatchString) {
			changing++
			if !tagged {
				t.Errorf("%s is not bound to the cluster's tag: %v", s.Sid, s.Conditions)
			}
		}
		if slices.Contains(s.Actions, "iam:PassRole") {
			changing++
			want := statement{
				Sid:        "PassNodeRole",
				Actions:    []string{"iam:PassRole"},
				Resources:  []any{"arn:aws:iam::111122223333:role/prod-seoul-karpenter-node"},
				Conditions: conditions{"StringEquals": {"iam:PassedToService": {"ec2.amazonaws.com"}}},
			}
			if diff := cmp.Diff(want, s); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		}
	}
	if changing != 5 {
		t.Errorf("%d statements change something or pass a role, want 5", changing)
	}
}

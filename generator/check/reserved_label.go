package check

import (
	"slices"
	"strings"

	"github.com/lakewright/lakewright/generator/diag"
	"github.com/lakewright/lakewright/generator/model"
)

var reservedLabel = Rule{
	Code:    "reserved-label",
	Summary: "A node pool's labels are its own, and not those that Kubernetes, Karpenter and Lakewright set.",
	Reason: "Karpenter refuses a NodePool that sets labels of its own domains or of Kubernetes', since it and the kubelet give them their values. " +
		"The label " + model.PoolLabel + " is how components find their pool.",
	Sources: []string{
		"https://karpenter.sh/docs/concepts/nodepools/#spectemplatemetadatalabels",
		"https://kubernetes.io/docs/reference/labels-annotations-taints/",
	},
	aws:   true,
	check: checkReservedLabel,
}

// Domains whose labels a NodePool may not set, and the parts of them that it may.
// Source: https://github.com/aws/karpenter-provider-aws/blob/v1.14.0/pkg/apis/crds/karpenter.sh_nodepools.yaml
var (
	reservedDomains = []string{"karpenter.k8s.aws", "karpenter.sh", "k8s.io", "kubernetes.io"}
	openDomains     = []string{"kops.k8s.io", "node.kubernetes.io", "node-restriction.kubernetes.io"}
)

func checkReservedLabel(p *pass) {
	for _, name := range keys(p.NodePools) {
		for _, label := range keys(p.NodePools[name].Labels) {
			domain, _, ok := strings.Cut(label, "/")
			ofDomain := func(d string) bool { return domain == d || strings.HasSuffix(domain, "."+d) }
			if label != model.PoolLabel && (!ok || !slices.ContainsFunc(reservedDomains, ofDomain) || slices.ContainsFunc(openDomains, ofDomain)) {
				continue
			}
			p.report(diag.Diagnostic{
				Summary: field("nodePools", name, "labels", label) + " is a label that the platform sets",
				Found:   label,
				Allowed: "labels of your own domain, or without one",
				Hint:    "architectures, capacity, zones and the pool's name are labels already",
			}, "nodePools", name, "labels", label)
		}
	}
}

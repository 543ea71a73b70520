package check

import (
	"fmt"

	"github.com/lakewright/lakewright/generator/diag"
)

var poolLimits = Rule{
	Code:    "pool-limits",
	Summary: "A node pool's limit admits at least one node.",
	Reason: "Karpenter launches no node that would take its pool over the limit. " +
		"When even the smallest instance type has more vCPUs than the limit, the pool never has a node and its pods stay pending.",
	Sources: []string{"https://karpenter.sh/docs/concepts/nodepools/#speclimits"},
	aws:     true,
	check:   checkPoolLimits,
}

func checkPoolLimits(p *pass) {
	for _, name := range keys(p.NodePools) {
		pool := p.NodePools[name]
		least := smallestNode(pool)
		if !knownFamilies(pool) || pool.Limits.CPU >= least {
			continue
		}
		p.report(diag.Diagnostic{
			Summary: field("nodePools", name, "limits", "cpu") + " is less than the pool's smallest node has",
			Found:   count(pool.Limits.CPU, "vCPU"),
			Allowed: p.where(fmt.Sprintf("at least %s, with sizes %s", count(least, "vCPU"), join(pool.Sizes)), "nodePools", name, "sizes"),
			Hint:    "raise the limit, or add smaller sizes",
		}, "nodePools", name, "limits", "cpu")
	}
}

package check

import "github.com/lakewright/lakewright/generator/diag"

var expireGrace = Rule{
	Code:    "expire-grace",
	Summary: "A node pool whose nodes expire bounds how long an expired node waits for its pods.",
	Reason: "A pod with the annotation karpenter.sh/do-not-disrupt, or a disruption budget that admits no eviction, holds an expired node for as long as it runs. " +
		"Without terminationGracePeriod the node is never replaced, and old nodes with old kernels pile up.",
	Sources: []string{"https://karpenter.sh/docs/concepts/disruption/#terminationgraceperiod"},
	aws:     true,
	check:   checkExpireGrace,
}

func checkExpireGrace(p *pass) {
	for _, name := range keys(p.NodePools) {
		pool := p.NodePools[name]
		if !pool.ExpireAfter.Limited() || pool.TerminationGracePeriod.Limited() {
			continue
		}
		p.report(diag.Diagnostic{
			Summary: field("nodePools", name, "terminationGracePeriod") + " is without end while nodes expire",
			Found:   string(pool.TerminationGracePeriod) + " with expireAfter " + string(pool.ExpireAfter),
			Allowed: "a length of time, such as 24h",
			Hint:    `write a length of time, or expireAfter: "Never"`,
			Related: []diag.Related{p.related("expireAfter", "nodePools", name, "expireAfter")},
		}, "nodePools", name, "terminationGracePeriod")
	}
}

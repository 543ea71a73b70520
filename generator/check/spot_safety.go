package check

import (
	"slices"

	"github.com/lakewright/lakewright/generator/diag"
	"github.com/lakewright/lakewright/generator/model"
)

var spotSafety = Rule{
	Code:    "spot-safety",
	Summary: "A component that may not be interrupted does not land on spot nodes alone.",
	Reason: "AWS takes a spot node back with two minutes' notice. Whatever does not say that it may lose its node must be able to stay on one that is kept: " +
		"not in a pool of spot nodes alone, by its own choice or because that pool's nodes are open to every pod.",
	Sources: []string{"https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-interruptions.html"},
	aws:     true,
	check:   checkSpotSafety,
}

func checkSpotSafety(p *pass) {
	exposed := map[string][]string{} // components that name no pool, by the spot-only pool that they may land on
	for _, name := range p.components {
		s := model.Scheduling{}
		if p.Custom[name].Scheduling != nil {
			s = *p.Custom[name].Scheduling
		}
		pool, named := p.NodePools[s.NodePool]
		switch {
		case s.Interruptible:
		case s.Capacity == model.Spot:
			p.report(diag.Diagnostic{
				Summary: field("custom", name, "scheduling", "capacity") + " is spot for a component that may not be interrupted",
				Allowed: model.OnDemand + ", or spot with interruptible: true",
				Hint:    "write interruptible: true if the component bears losing its node at two minutes' notice",
			}, "custom", name, "scheduling", "capacity")
		case named && pool.SpotOnly():
			p.report(diag.Diagnostic{
				Summary: field("custom", name, "scheduling", "nodePool") + " is a pool of spot nodes alone for a component that may not be interrupted",
				Found:   s.NodePool,
				Allowed: p.among("node pools", p.keptPools(), "nodePools"),
				Hint:    "name another pool, or write interruptible: true",
				Related: []diag.Related{p.related("capacity", "nodePools", s.NodePool, "capacity")},
			}, "custom", name, "scheduling", "nodePool")
		case s.NodePool == "":
			for _, pool := range keys(p.NodePools) {
				if p.NodePools[pool].SpotOnly() && len(p.mismatches(s, pool)) == 0 {
					exposed[pool] = append(exposed[pool], name)
				}
			}
		}
	}
	for _, pool := range keys(exposed) {
		d := diag.Diagnostic{
			Summary: field("nodePools", pool, "capacity") + " is spot alone, and components that may not be interrupted can land there",
			Found:   join(exposed[pool]),
			Hint:    "add a taint to the pool, add on-demand to its capacity, or write capacity: \"on-demand\" in the components' scheduling",
		}
		for _, name := range exposed[pool][:min(3, len(exposed[pool]))] {
			d.Related = append(d.Related, p.related("component "+name, "custom", name))
		}
		p.report(d, "nodePools", pool, "capacity")
	}
}

// keptPools returns the pools whose nodes need not be spot.
func (p *pass) keptPools() []string {
	return slices.DeleteFunc(keys(p.NodePools), func(name string) bool { return p.NodePools[name].SpotOnly() })
}

package check

import (
	"strings"

	"github.com/lakewright/lakewright/generator/diag"
	"github.com/lakewright/lakewright/generator/model"
)

var nodepoolSelector = Rule{
	Code:    "nodepool-selector",
	Summary: "Some nodes satisfy a component's scheduling.",
	Reason: "A pod whose architecture, capacity, zones and tolerations no node pool offers stays pending: Karpenter logs that no pool fits and nothing else fails. " +
		"The constraints and what the pools offer are both known here, so the contradiction is an error of the description.",
	Sources: []string{"https://karpenter.sh/docs/concepts/scheduling/"},
	aws:     true,
	check:   checkNodepoolSelector,
}

func checkNodepoolSelector(p *pass) {
	pools := keys(p.NodePools)
	for _, name := range p.components {
		s := p.Custom[name].Scheduling
		if s == nil {
			continue
		}
		path := func(field string) []string { return []string{"custom", name, "scheduling", field} }
		if s.NodePool == "" {
			p.checkAnyPool(pools, name, *s)
			continue
		}
		if _, ok := p.NodePools[s.NodePool]; !ok {
			p.report(diag.Diagnostic{
				Summary: field(path("nodePool")...) + " names no node pool",
				Found:   s.NodePool,
				Allowed: p.among("node pools", pools, "nodePools"),
				Hint:    didYouMean(s.NodePool, pools, "declare it in nodePools"),
			}, path("nodePool")...)
			continue
		}
		for _, constraint := range p.mismatches(*s, s.NodePool) {
			wanted, offered := p.offer(*s, s.NodePool, constraint)
			p.report(diag.Diagnostic{
				Summary: field(path(constraint)...) + " is not what node pool " + s.NodePool + " offers",
				Found:   wanted,
				Allowed: offered,
				Hint:    p.otherPool(pools, *s),
			}, path(constraint)...)
		}
	}
}

// checkAnyPool reports a component that names no pool when nothing fits it:
// no pool and, since they have no taint, not the system nodes either.
func (p *pass) checkAnyPool(pools []string, name string, s model.Scheduling) {
	if s.Capacity == "" && (s.Architecture == "" || s.Architecture == p.systemArchitecture()) {
		return
	}
	var found, reasons []string
	for _, constraint := range []string{byArchitecture, byCapacity, byZones} {
		if wanted, _ := p.offer(s, "", constraint); wanted != "" {
			found = append(found, constraint+" "+wanted)
		}
	}
	for _, pool := range pools {
		fields := p.mismatches(s, pool)
		if len(fields) == 0 {
			return
		}
		_, offered := p.offer(s, pool, fields[0])
		reasons = append(reasons, pool+" "+offered)
	}
	allowed := "what a node pool offers: " + join(reasons)
	if len(reasons) == 0 {
		allowed = p.among("node pools", nil, "nodePools")
	}
	p.report(diag.Diagnostic{
		Summary: field("custom", name, "scheduling") + " fits no node pool",
		Found:   strings.Join(found, ", "),
		Allowed: allowed,
		Hint:    "relax it, or add a node pool that offers it",
	}, "custom", name, "scheduling")
}

// offer returns what s wants in one constraint, and what the pool offers there.
func (p *pass) offer(s model.Scheduling, name, constraint string) (wanted, offered string) {
	pool := p.NodePools[name]
	at := func(text, field string) string {
		if name == "" {
			return ""
		}
		return p.where(text, "nodePools", name, field)
	}
	switch constraint {
	case byArchitecture:
		return s.Architecture, at(strings.Join(offeredArchitectures(pool), ", "), "architectures")
	case byCapacity:
		return s.Capacity, at(strings.Join(pool.Capacity, ", "), "capacity")
	case byZones:
		return strings.Join(s.Zones, ", "), at("zones "+strings.Join(p.poolZones(pool), ", "), "zones")
	default:
		return "", at("pods that tolerate "+strings.Join(untolerated(pool, s), ", "), "taints")
	}
}

// otherPool is the hint that names the pools that fit s.
func (p *pass) otherPool(pools []string, s model.Scheduling) string {
	var fitting []string
	for _, pool := range pools {
		pinned := s
		pinned.NodePool = pool
		if len(p.mismatches(pinned, pool)) == 0 {
			fitting = append(fitting, pool)
		}
	}
	if len(fitting) == 0 {
		return "change the pool, or add one that offers it"
	}
	return "it is offered by " + join(fitting)
}

package check

import (
	"slices"

	"github.com/lakewright/lakewright/generator/model"
)

// The constraints of a scheduling that a node pool can fail, by field.
const (
	byArchitecture = "architecture"
	byCapacity     = "capacity"
	byZones        = "zones"
	byTolerations  = "tolerations"
)

// mismatches returns the fields of s that keep its pods off the pool's nodes,
// in the schema's order. A component that names the pool tolerates its taints.
func (p *pass) mismatches(s model.Scheduling, name string) []string {
	pool := p.NodePools[name]
	var fields []string
	if s.Architecture != "" && !slices.Contains(offeredArchitectures(pool), s.Architecture) {
		fields = append(fields, byArchitecture)
	}
	if s.Capacity != "" && !slices.Contains(pool.Capacity, s.Capacity) {
		fields = append(fields, byCapacity)
	}
	if len(s.Zones) > 0 && !slices.ContainsFunc(s.Zones, func(z string) bool { return slices.Contains(p.poolZones(pool), z) }) {
		fields = append(fields, byZones)
	}
	if s.NodePool != name && len(untolerated(pool, s)) > 0 {
		fields = append(fields, byTolerations)
	}
	return fields
}

// offeredArchitectures returns the architectures that nodes of the pool have:
// those written that one of its families has.
func offeredArchitectures(pool model.NodePool) []string {
	if !knownFamilies(pool) {
		return pool.Architectures
	}
	var offered []string
	for _, a := range pool.Architectures {
		if slices.ContainsFunc(familiesOf(pool), func(f instanceFamily) bool { return f.architecture == a }) {
			offered = append(offered, a)
		}
	}
	return offered
}

// poolZones returns the letters of the zones that the pool launches nodes in.
func (p *pass) poolZones(pool model.NodePool) []string {
	if len(pool.Zones) > 0 {
		return pool.Zones
	}
	return p.Cloud.AWS.Zones
}

// untolerated returns the keys of the pool's taints that keep pods of s off its
// nodes. A toleration without a value admits every value.
// Source: https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
func untolerated(pool model.NodePool, s model.Scheduling) []string {
	var taints []string
	for _, t := range pool.Taints {
		tolerates := func(o model.Taint) bool {
			return o.Key == t.Key && o.Effect == t.Effect && (o.Value == "" || o.Value == t.Value)
		}
		if t.Effect != "PreferNoSchedule" && !slices.ContainsFunc(s.Tolerations, tolerates) {
			taints = append(taints, t.Key)
		}
	}
	return taints
}

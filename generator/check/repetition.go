package check

import (
	"slices"
	"strconv"

	"github.com/lakewright/lakewright/generator/diag"
)

var repetition = Rule{
	Code:    "repetition",
	Summary: "No list names the same thing twice.",
	Reason: "A zone that is named twice would be two subnets in one place, and a taint that is named twice is refused by Kubernetes. " +
		"Elsewhere a repetition does nothing, which is hardly what its writer meant.",
	Sources: []string{"https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/node-v1/#NodeSpec"},
	check:   checkRepetition,
}

func checkRepetition(p *pass) {
	check := func(list []string, path ...string) {
		for i, s := range list {
			first := slices.Index(list, s)
			if first == i {
				continue
			}
			at := append(slices.Clone(path), strconv.Itoa(i))
			p.report(diag.Diagnostic{
				Summary: field(path...) + " names " + s + " twice",
				Found:   s,
				Hint:    "remove one of them",
				Related: []diag.Related{p.related("first", append(slices.Clone(path), strconv.Itoa(first))...)},
			}, at...)
		}
	}
	if aws := p.Cloud.AWS; aws != nil {
		check(aws.Zones, "cloud", "aws", "zones")
	}
	if p.Network != nil {
		check(p.Network.Endpoints, "network", "endpoints")
	}
	check(p.Cluster.Endpoint.PublicCIDRs, "cluster", "endpoint", "publicCIDRs")
	check(p.Cluster.Endpoint.PrivateCIDRs, "cluster", "endpoint", "privateCIDRs")
	check(p.Cluster.LogTypes, "cluster", "logTypes")
	check(p.Cluster.SystemNodes.InstanceTypes, "cluster", "systemNodes", "instanceTypes")
	for _, name := range keys(p.Cluster.Access) {
		entry := p.Cluster.Access[name]
		check(entry.Groups, "cluster", "access", name, "groups")
		for _, policy := range keys(entry.Policies) {
			check(entry.Policies[policy].Namespaces, "cluster", "access", name, "policies", policy, "namespaces")
		}
	}
	for _, name := range keys(p.NodePools) {
		pool := p.NodePools[name]
		check(pool.Capacity, "nodePools", name, "capacity")
		check(pool.Architectures, "nodePools", name, "architectures")
		check(pool.Families, "nodePools", name, "families")
		check(pool.Sizes, "nodePools", name, "sizes")
		check(pool.Zones, "nodePools", name, "zones")
		var taints []string // Kubernetes tells taints apart by key and effect.
		for _, t := range pool.Taints {
			taints = append(taints, t.Key+":"+t.Effect)
		}
		check(taints, "nodePools", name, "taints")
	}
	for _, name := range keys(p.Teams) {
		check(p.Teams[name].Namespaces, "teams", name, "namespaces")
		check(p.Teams[name].Owners, "teams", name, "owners")
	}
	for _, addon := range p.WrittenAddons() {
		for _, list := range keys(addon.Lists) {
			check(addon.Lists[list], "addons", addon.Name, list)
		}
	}
	for _, name := range p.components {
		if s := p.Custom[name].Scheduling; s != nil {
			check(s.Zones, "custom", name, "scheduling", "zones")
		}
	}
}

package check

import (
	"slices"
	"strconv"

	"github.com/lakewright/lakewright/generator/diag"
)

var zones = Rule{
	Code:    "zones",
	Summary: "Node pools and components name zones that the platform has.",
	Reason: "The VPC has subnets in the zones of cloud.aws.zones and nowhere else. " +
		"Karpenter cannot launch a node in another zone, and a pod that asks for one stays pending.",
	Sources: []string{"https://karpenter.sh/docs/concepts/nodepools/"},
	aws:     true,
	check:   checkZones,
}

func checkZones(p *pass) {
	check := func(zones []string, path ...string) {
		for i, zone := range zones {
			if slices.Contains(p.Cloud.AWS.Zones, zone) {
				continue
			}
			at := append(slices.Clone(path), strconv.Itoa(i))
			p.report(diag.Diagnostic{
				Summary: field(at...) + " is not a zone of the platform",
				Found:   zone,
				Allowed: p.among("zones", p.Cloud.AWS.Zones, "cloud", "aws", "zones"),
				Hint:    "write one of the zones, or add " + zone + " to cloud.aws.zones",
			}, at...)
		}
	}
	for _, name := range keys(p.NodePools) {
		check(p.NodePools[name].Zones, "nodePools", name, "zones")
	}
	for _, name := range p.components {
		if s := p.Custom[name].Scheduling; s != nil {
			check(s.Zones, "custom", name, "scheduling", "zones")
		}
	}
}

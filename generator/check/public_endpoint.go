package check

import (
	"fmt"
	"net/netip"
	"strconv"

	"github.com/lakewright/lakewright/generator/diag"
)

var publicEndpoint = Rule{
	Code:    "public-endpoint",
	Summary: "The API server is open to named address blocks only.",
	Reason: "EKS opens a public endpoint to the whole internet where no blocks are given, and the API server is then one stolen credential or one vulnerability away from everybody. " +
		"Blocks for a public endpoint that is not there do nothing, and look as if they did. " +
		"The private endpoint admits what is named beside the nodes, and never everybody that reaches the VPC.",
	Sources: []string{"https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html"},
	aws:     true,
	check:   checkPublicEndpoint,
}

// widest is the shortest prefix of a block that somebody can own: the largest
// private block is a /8.
const widest = 8

func checkPublicEndpoint(p *pass) {
	endpoint := p.Cluster.Endpoint
	switch {
	case endpoint.Public && len(endpoint.PublicCIDRs) == 0:
		p.report(diag.Diagnostic{
			Summary: "cluster.endpoint.public opens the API server to the whole internet: publicCIDRs is empty",
			Allowed: "a public endpoint with the blocks that may reach it",
			Hint:    `add them, for example publicCIDRs: ["203.0.113.0/24"]`,
		}, "cluster", "endpoint", "public")
	case !endpoint.Public && len(endpoint.PublicCIDRs) > 0:
		p.report(diag.Diagnostic{
			Severity: diag.Warning,
			Summary:  "cluster.endpoint.publicCIDRs does nothing: the endpoint is private",
			Hint:     "remove it, or write public: true",
		}, "cluster", "endpoint", "publicCIDRs")
	}
	everybody := func(name string, blocks []string, allowed string) {
		for i, s := range blocks {
			if block, err := netip.ParsePrefix(s); err == nil && block.Bits() < widest {
				path := []string{"cluster", "endpoint", name, strconv.Itoa(i)}
				p.report(diag.Diagnostic{
					Summary: field(path...) + " is a large part of the internet",
					Found:   s,
					Allowed: fmt.Sprintf("%s, each /%d or smaller", allowed, widest),
				}, path...)
			}
		}
	}
	everybody("publicCIDRs", endpoint.PublicCIDRs, "the blocks that your people and pipelines come from")
	everybody("privateCIDRs", endpoint.PrivateCIDRs, "the networks that reach the VPC, such as your VPN's")
}

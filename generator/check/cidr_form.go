package check

import (
	"net/netip"
	"strconv"

	"github.com/lakewright/lakewright/generator/diag"
)

var cidrForm = Rule{
	Code:    "cidr-form",
	Summary: "Every address block is an IPv4 network: its host bits are zero.",
	Reason: "AWS cuts an address such as 10.20.1.0/16 to 10.20.0.0/16 without a word, or refuses it, depending on the service. " +
		"A block that is written as the network it stands for cannot be misread.",
	Sources: []string{"https://www.rfc-editor.org/rfc/rfc4632#section-3.1"},
	aws:     true,
	check:   checkCIDRForm,
}

func checkCIDRForm(p *pass) {
	check := func(s string, path ...string) {
		block, err := netip.ParsePrefix(s)
		switch {
		case err != nil:
			p.report(diag.Diagnostic{
				Summary: field(path...) + " is not an address block",
				Found:   s,
				Allowed: "four numbers of 0 to 255 and a prefix length of 0 to 32, such as 10.20.0.0/16",
			}, path...)
		case block != block.Masked():
			p.report(diag.Diagnostic{
				Summary: field(path...) + " has host bits that are not zero",
				Found:   s,
				Allowed: "the first address of a block",
				Hint:    "did you mean " + block.Masked().String() + "?",
			}, path...)
		}
	}
	for i, s := range p.Cluster.Endpoint.PublicCIDRs {
		check(s, "cluster", "endpoint", "publicCIDRs", strconv.Itoa(i))
	}
	for i, s := range p.Cluster.Endpoint.PrivateCIDRs {
		check(s, "cluster", "endpoint", "privateCIDRs", strconv.Itoa(i))
	}
	if p.Cluster.ServiceCIDR != "" {
		check(p.Cluster.ServiceCIDR, "cluster", "serviceCIDR")
	}
	if p.Network == nil {
		return
	}
	check(p.Network.CIDR, "network", "cidr")
	for i, s := range p.Network.Subnets.Private.CIDRs {
		check(s, "network", "subnets", "private", "cidrs", strconv.Itoa(i))
	}
	for i, s := range p.Network.Subnets.Public.CIDRs {
		check(s, "network", "subnets", "public", "cidrs", strconv.Itoa(i))
	}
}

// network parses a block; ok is false where cidr-form reports it.
func network(s string) (block netip.Prefix, ok bool) {
	block, err := netip.ParsePrefix(s)
	return block, err == nil && block == block.Masked()
}

package check

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/lakewright/lakewright/generator/diag"
	"github.com/lakewright/lakewright/generator/model"
)

var cidrLayout = Rule{
	Code:    "cidr-layout",
	Summary: "The VPC's block is one that AWS takes, its subnets lie in it side by side, and Services lie outside of it.",
	Reason: "A VPC has a block of /16 to /28 and subnets of the same sizes that do not overlap. Services need a private block of /12 to /24 apart from the VPC, " +
		"or some of them cannot be reached. None of this can be changed on a running cluster: what is wrong here means a new one.",
	Sources: []string{
		"https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html",
		"https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html",
		"https://docs.aws.amazon.com/eks/latest/APIReference/API_KubernetesNetworkConfigRequest.html",
	},
	aws:   true,
	check: checkCIDRLayout,
}

var (
	rfc1918 = prefixes("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
	// EKS takes the shared and the benchmark addresses for VPCs as well.
	// Source: https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
	vpcBlocks = append(prefixes("100.64.0.0/10", "198.19.0.0/16"), rfc1918...)
)

func prefixes(blocks ...string) []netip.Prefix {
	var all []netip.Prefix
	for _, b := range blocks {
		all = append(all, netip.MustParsePrefix(b))
	}
	return all
}

// inside reports whether a block lies within one of others.
func inside(block netip.Prefix, others ...netip.Prefix) bool {
	return slices.ContainsFunc(others, func(o netip.Prefix) bool { return o.Bits() <= block.Bits() && o.Contains(block.Addr()) })
}

func checkCIDRLayout(p *pass) {
	if p.Network == nil {
		return
	}
	vpc, ok := network(p.Network.CIDR)
	if !ok {
		return
	}
	if vpc.Bits() < 16 || vpc.Bits() > 28 {
		p.report(diag.Diagnostic{
			Summary: "network.cidr is of a size that no VPC has",
			Found:   vpc.String(),
			Allowed: "a /16 to a /28",
			Hint:    "write a part of it, such as " + netip.PrefixFrom(vpc.Addr(), 16).String(),
		}, "network", "cidr")
		return
	}
	if !inside(vpc, vpcBlocks...) {
		p.report(diag.Diagnostic{
			Severity: diag.Warning,
			Summary:  "network.cidr is not a private block: hosts of the internet that have these addresses cannot be reached from the VPC",
			Found:    vpc.String(),
			Allowed:  blocks(vpcBlocks),
		}, "network", "cidr")
	}
	p.checkServiceCIDR(vpc)
	p.checkSubnets(vpc)
}

func (p *pass) checkServiceCIDR(vpc netip.Prefix) {
	services, ok := network(p.Cluster.ServiceCIDR)
	if !ok {
		return
	}
	switch {
	case services.Bits() < 12 || services.Bits() > 24 || !inside(services, rfc1918...):
		p.report(diag.Diagnostic{
			Summary: "cluster.serviceCIDR is not a block that EKS takes for Services",
			Found:   services.String(),
			Allowed: "a /12 to a /24 in " + blocks(rfc1918),
		}, "cluster", "serviceCIDR")
	case services.Overlaps(vpc):
		p.report(diag.Diagnostic{
			Summary: "cluster.serviceCIDR overlaps the VPC's block",
			Found:   services.String(),
			Allowed: p.where("a block apart from "+vpc.String(), "network", "cidr"),
			Hint:    "leave it out, and EKS chooses a block apart from the VPC's",
		}, "cluster", "serviceCIDR")
	}
}

// A subnet is the block of one zone and where the user wrote it or its size.
type subnet struct {
	block netip.Prefix
	path  []string
}

func (p *pass) checkSubnets(vpc netip.Prefix) {
	zones := p.Cloud.AWS.ZoneNames()
	ok := p.checkWritten(vpc, "private", p.Network.Subnets.Private.CIDRs)
	if p.Network.NAT != model.NATNone {
		ok = p.checkWritten(vpc, "public", p.Network.Subnets.Public.CIDRs) && ok
	}
	if !ok {
		return
	}
	layout, err := p.Network.Layout(zones)
	if err != nil {
		p.report(diag.Diagnostic{
			Summary: "network.subnets do not fit network.cidr: " + err.Error(),
			Found:   fmt.Sprintf("private /%d, public /%d", p.Network.Subnets.Private.Prefix, p.Network.Subnets.Public.Prefix),
			Allowed: p.where(fmt.Sprintf("a private and a public subnet in each of %s of %s", count(len(zones), "zone"), vpc), "network", "cidr"),
			Hint:    "write longer prefixes, such as network: subnets: private: prefix: " + strconv.Itoa(min(28, vpc.Bits()+3)),
		}, "network", "subnets")
		return
	}
	subnets := append(subnetsOf(layout.Private, zones, "private", p.Network.Subnets.Private),
		subnetsOf(layout.Public, zones, "public", p.Network.Subnets.Public)...)
	for i := range subnets {
		for j := range i {
			a, b := subnets[i], subnets[j]
			if !a.block.Overlaps(b.block) {
				continue
			}
			if a.path[3] != "cidrs" {
				a, b = b, a // Report the block that the user wrote.
			}
			p.report(diag.Diagnostic{
				Summary: field(a.path...) + " overlaps " + field(b.path...),
				Found:   a.block.String(),
				Allowed: p.where("a block apart from "+b.block.String(), b.path...),
				Hint:    "write cidrs of both kinds, or of neither: then they are cut from network.cidr side by side",
			}, a.path...)
		}
	}
}

// subnetsOf returns the blocks of one kind in the order of the zones.
func subnetsOf(blocks map[string]netip.Prefix, zones []string, kind string, written model.Subnets) []subnet {
	var all []subnet
	for i, zone := range zones {
		block, ok := blocks[zone]
		if !ok {
			continue
		}
		path := []string{"network", "subnets", kind, "prefix"}
		if len(written.CIDRs) > 0 {
			path = []string{"network", "subnets", kind, "cidrs", strconv.Itoa(i)}
		}
		all = append(all, subnet{block, path})
	}
	return all
}

// checkWritten checks the blocks that the user wrote for one kind of subnet,
// and reports whether a layout can be made of them.
func (p *pass) checkWritten(vpc netip.Prefix, kind string, written []string) bool {
	fine := true
	if n := len(p.Cloud.AWS.Zones); len(written) > 0 && len(written) != n {
		fine = false
		p.report(diag.Diagnostic{
			Summary: fmt.Sprintf("%s has %s for %s", field("network", "subnets", kind, "cidrs"), count(len(written), "block"), count(n, "zone")),
			Found:   strings.Join(written, ", "),
			Allowed: p.where("one block a zone, in the order of "+strings.Join(p.Cloud.AWS.Zones, ", "), "cloud", "aws", "zones"),
			Hint:    "write one a zone, or leave cidrs out",
		}, "network", "subnets", kind, "cidrs")
	}
	for i, s := range written {
		path := []string{"network", "subnets", kind, "cidrs", strconv.Itoa(i)}
		block, ok := network(s)
		switch {
		case !ok:
			fine = false
		case !inside(block, vpc):
			fine = false
			p.report(diag.Diagnostic{
				Summary: field(path...) + " lies outside of the VPC's block",
				Found:   s,
				Allowed: p.where("a part of "+vpc.String(), "network", "cidr"),
			}, path...)
		case block.Bits() > 28:
			fine = false
			p.report(diag.Diagnostic{
				Summary: field(path...) + " is of a size that no subnet has",
				Found:   s,
				Allowed: "a /16 to a /28",
			}, path...)
		}
	}
	return fine
}

func blocks(all []netip.Prefix) string {
	var words []string
	for _, b := range all {
		words = append(words, b.String())
	}
	return strings.Join(words, ", ")
}

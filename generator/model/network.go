package model

import (
	"fmt"
	"net/netip"
)

// Network is the VPC.
type Network struct {
	CIDR    string `json:"cidr"`
	Subnets struct {
		Private Subnets `json:"private"`
		Public  Subnets `json:"public"`
	} `json:"subnets"`
	NAT       string   `json:"nat"`
	Endpoints []string `json:"endpoints"`
}

// The ways that private subnets reach the internet.
const (
	NATPerZone = "per-zone"
	NATSingle  = "single"
	NATNone    = "none"
)

// Subnets are one kind of subnet, one a zone.
type Subnets struct {
	Prefix int      `json:"prefix"`
	CIDRs  []string `json:"cidrs,omitempty"`
}

// A SubnetLayout is the address block of every subnet, by the full name of its
// zone. Public is empty when there are no public subnets.
type SubnetLayout struct {
	Private map[string]netip.Prefix
	Public  map[string]netip.Prefix
}

// Layout cuts the VPC's block into subnets: the written blocks where there are
// any, else blocks of the given prefix length, the largest kind first, each at
// the lowest free and aligned address. The order makes the layout stable when
// a zone is added at the end. It is an error when the blocks do not fit.
func (n *Network) Layout(zones []string) (SubnetLayout, error) {
	vpc, err := netip.ParsePrefix(n.CIDR)
	if err != nil {
		return SubnetLayout{}, fmt.Errorf("network.cidr: %w", err)
	}
	kinds := []struct {
		name    string
		subnets Subnets
		blocks  map[string]netip.Prefix
	}{
		{"private", n.Subnets.Private, map[string]netip.Prefix{}},
		{"public", n.Subnets.Public, map[string]netip.Prefix{}},
	}
	if n.NAT == NATNone {
		kinds = kinds[:1]
	} else if kinds[1].subnets.Prefix < kinds[0].subnets.Prefix {
		kinds[0], kinds[1] = kinds[1], kinds[0]
	}
	next := vpc.Masked().Addr()
	for _, k := range kinds {
		for i, zone := range zones {
			if len(k.subnets.CIDRs) > 0 {
				if i >= len(k.subnets.CIDRs) {
					return SubnetLayout{}, fmt.Errorf("network.subnets.%s.cidrs has %d blocks for %d zones", k.name, len(k.subnets.CIDRs), len(zones))
				}
				if k.blocks[zone], err = netip.ParsePrefix(k.subnets.CIDRs[i]); err != nil {
					return SubnetLayout{}, fmt.Errorf("network.subnets.%s.cidrs[%d]: %w", k.name, i, err)
				}
				continue
			}
			block := netip.PrefixFrom(next, k.subnets.Prefix)
			if k.subnets.Prefix < vpc.Bits() || !vpc.Contains(next) || !vpc.Contains(lastAddr(block)) {
				return SubnetLayout{}, fmt.Errorf("%d %s subnets of /%d do not fit %s beside the others", len(zones), k.name, k.subnets.Prefix, n.CIDR)
			}
			k.blocks[zone] = block
			next = lastAddr(block).Next()
		}
	}
	layout := SubnetLayout{}
	for _, k := range kinds {
		if k.name == "private" {
			layout.Private = k.blocks
		} else {
			layout.Public = k.blocks
		}
	}
	return layout, nil
}

// lastAddr returns the highest address of an IPv4 block.
func lastAddr(p netip.Prefix) netip.Addr {
	a := p.Masked().Addr().As4()
	for bit := p.Bits(); bit < 32; bit++ {
		a[bit/8] |= 1 << (7 - bit%8)
	}
	return netip.AddrFrom4(a)
}

// privateEndpoints are the services that nodes and platform pods call, which a
// cluster without NAT reaches through interface endpoints alone.
// Source: https://docs.aws.amazon.com/eks/latest/userguide/private-clusters.html
var privateEndpoints = []string{
	"autoscaling", "ec2", "ecr.api", "ecr.dkr", "eks", "eks-auth", "elasticloadbalancing",
	"logs", "secretsmanager", "sqs", "ssm", "sts",
}

// InterfaceEndpoints returns the services that have an interface VPC endpoint,
// sorted, without repetition.
func (n *Network) InterfaceEndpoints() []string {
	all := n.Endpoints
	if n.NAT == NATNone {
		all = append(append([]string{}, all...), privateEndpoints...)
	}
	return sortedSet(all)
}

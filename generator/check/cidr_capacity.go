package check

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/lakewright/lakewright/generator/diag"
)

var cidrCapacity = Rule{
	Code:    "cidr-capacity",
	Summary: "Each zone's private subnet has an address for every pod and node that the node pools' limits admit.",
	Reason: "With the VPC CNI every pod takes an address of its node's subnet. When a subnet runs out, nodes still join and pods on them hang in ContainerCreating. " +
		"The most that can run follows from the limits: as many of the smallest nodes as limits.cpu admits, each with maxPods addresses and its own, spread over the pool's zones, and the system nodes beside them. " +
		"AWS keeps five addresses of each subnet for itself, EKS asks for six, and every interface endpoint takes one.",
	Sources: []string{
		"https://docs.aws.amazon.com/eks/latest/best-practices/ip-opt.html",
		"https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html",
		"https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html",
		"https://docs.aws.amazon.com/eks/latest/userguide/choosing-instance-type.html",
	},
	aws:   true,
	check: checkCIDRCapacity,
}

const (
	// awsReserved are the addresses of a subnet that AWS keeps.
	awsReserved = 5
	// eksReserved are the addresses of a subnet that EKS asks for.
	eksReserved = 6
)

func checkCIDRCapacity(p *pass) {
	layout, ok := p.layout()
	if !ok {
		return
	}
	aside := int64(awsReserved + eksReserved + len(p.Network.InterfaceEndpoints()))
	var short []string
	var worst demand
	var worstBlock netip.Prefix
	for _, zone := range p.Cloud.AWS.Zones {
		block := layout[p.Cloud.AWS.Region+zone]
		d := p.demand(zone)
		if d.addresses <= addresses(block)-aside {
			continue
		}
		short = append(short, zone)
		if d.addresses-addresses(block) > worst.addresses-addresses(worstBlock) || len(short) == 1 {
			worst, worstBlock = d, block
		}
	}
	if len(short) == 0 {
		return
	}
	hint := "lower limits.cpu or maxPods of the pools"
	if prefix := fitting(worst.addresses + aside); prefix >= 16 {
		hint = fmt.Sprintf("a /%d holds them; or %s", prefix, hint)
	}
	p.report(diag.Diagnostic{
		Summary: fmt.Sprintf("network.subnets.private is too small for the node pools at their limits in %s %s", plural("zone", short), join(short)),
		Found:   fmt.Sprintf("%d addresses: %s", worst.addresses, join(worst.parts)),
		Allowed: p.where(fmt.Sprintf("%d addresses: %s without %d for AWS, EKS and interface endpoints", max(0, addresses(worstBlock)-aside), worstBlock, aside), "network", "cidr"),
		Hint:    hint,
	}, "network", "subnets", "private")
}

// layout returns the private subnets; ok is false where another rule reports
// why there are none.
func (p *pass) layout() (layout map[string]netip.Prefix, ok bool) {
	if p.Network == nil {
		return nil, false
	}
	vpc, ok := network(p.Network.CIDR)
	if !ok || vpc.Bits() < 16 {
		return nil, false
	}
	l, err := p.Network.Layout(p.Cloud.AWS.ZoneNames())
	return l.Private, err == nil
}

// addresses is how many addresses a block has.
func addresses(block netip.Prefix) int64 {
	if !block.IsValid() {
		return 0
	}
	return 1 << (32 - block.Bits())
}

// fitting is the longest prefix of a block with n addresses.
func fitting(n int64) int {
	prefix := 28
	for prefix > 0 && int64(1)<<(32-prefix) < n {
		prefix--
	}
	return prefix
}

// A demand is how many addresses a zone needs, and what for.
type demand struct {
	addresses int64
	parts     []string
}

func (d *demand) add(name string, nodes, perNode int64) {
	if nodes > 0 {
		d.addresses += nodes * perNode
		d.parts = append(d.parts, fmt.Sprintf("%s %s with %d each", name, count(nodes, "node"), perNode))
	}
}

// demand returns what a zone needs when every pool is at its limit.
func (p *pass) demand(zone string) demand {
	var d demand
	for _, name := range keys(p.NodePools) {
		pool := p.NodePools[name]
		in := p.poolZones(pool)
		least := smallestNode(pool)
		if !slices.Contains(in, zone) || least == 0 {
			continue
		}
		d.add("pool "+name, share(pool.Limits.CPU/least, len(in)), int64(pool.MaxPods)+1)
	}
	most := int64(0)
	for _, name := range p.Cluster.SystemNodes.InstanceTypes {
		family, size, _ := strings.Cut(name, ".")
		most = max(most, podsOf(instanceFamilies()[family].vCPUs[size]))
	}
	d.add("system", share(int64(p.Cluster.SystemNodes.Max), len(p.Cloud.AWS.Zones)), most+1)
	return d
}

// share is the most that one of n zones gets of what is spread evenly.
func share(whole int64, n int) int64 { return (whole + int64(n) - 1) / int64(n) }

// podsOf is the most pods that a managed node of so many vCPUs takes: what its
// network interfaces have addresses for, at most 110 and from 30 vCPUs on 250.
// Source: https://docs.aws.amazon.com/eks/latest/userguide/choosing-instance-type.html
func podsOf(vCPUs int64) int64 {
	switch {
	case vCPUs <= 1:
		return 8
	case vCPUs <= 2:
		return 29
	case vCPUs <= 8:
		return 58
	case vCPUs < 30:
		return 110
	}
	return 250
}

func plural(noun string, names []string) string {
	if len(names) == 1 {
		return noun
	}
	return noun + "s"
}

package check

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/lakewright/lakewright/generator/diag"
	"github.com/lakewright/lakewright/generator/model"
)

var systemNodes = Rule{
	Code:    "system-nodes",
	Summary: "The system nodes are of one architecture, of instance types that EC2 has, and at least as many at most as at least.",
	Reason: "A managed node group has one AMI, and an AMI has one architecture. " +
		"EKS refuses a group whose largest size is below its smallest, and EC2 an instance type that does not exist.",
	Sources: []string{
		"https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html",
		"https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html",
	},
	aws:   true,
	check: checkSystemNodes,
}

func checkSystemNodes(p *pass) {
	nodes := p.Cluster.SystemNodes
	if nodes.Min > nodes.Max {
		p.report(diag.Diagnostic{
			Summary: "cluster.systemNodes.min is more than max",
			Found:   strconv.Itoa(nodes.Min),
			Allowed: p.where(fmt.Sprintf("at most max, which is %d", nodes.Max), "cluster", "systemNodes", "max"),
			Hint:    "raise max, or lower min",
		}, "cluster", "systemNodes", "min")
	}
	for i, name := range nodes.InstanceTypes {
		path := []string{"cluster", "systemNodes", "instanceTypes", strconv.Itoa(i)}
		familyName, size, _ := strings.Cut(name, ".")
		f, ok := instanceFamilies()[familyName]
		switch {
		case !ok:
			p.report(diag.Diagnostic{
				Severity: diag.Warning, // AWS adds families all the time.
				Summary:  field(path...) + " is of no EC2 instance family that Lakewright knows",
				Found:    name,
				Hint:     didYouMean(familyName, keys(instanceFamilies()), "if EC2 has it, nothing is wrong: it is not checked"),
			}, path...)
		case f.vCPUs[size] == 0:
			p.report(diag.Diagnostic{
				Summary: field(path...) + " is an instance type that EC2 does not have",
				Found:   name,
				Allowed: "sizes " + strings.Join(sizesOf([]instanceFamily{f}), ", "),
				Hint:    didYouMean(size, keys(f.vCPUs), "write one of the sizes"),
			}, path...)
		case f.architecture != p.systemArchitecture():
			p.report(diag.Diagnostic{
				Summary: field(path...) + " is of another architecture than the first type",
				Found:   name + ", which is " + f.architecture,
				Allowed: p.systemArchitecture() + ", as " + nodes.InstanceTypes[0],
				Hint:    "keep the types of one architecture",
			}, path...)
		}
	}
}

// systemArchitecture is the architecture of the system nodes' AMI.
func (p *pass) systemArchitecture() string {
	if types := p.Cluster.SystemNodes.InstanceTypes; len(types) > 0 {
		return model.InstanceArchitecture(types[0])
	}
	return ""
}

package check

import (
	"strings"

	"github.com/lakewright/lakewright/generator/diag"
	"github.com/lakewright/lakewright/generator/model"
)

var quantity = Rule{
	Code:    "quantity",
	Summary: "Amounts and lengths of time are within what machines and EBS hold.",
	Reason: "The schema says how an amount is written, and this rule how large it may be. A root volume smaller than the 20 GiB of the EKS AMI's snapshot " +
		"or larger than 16 TiB cannot be made, and EC2 counts volumes in whole GiB.",
	Sources: []string{
		"https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EbsBlockDevice.html",
		"https://karpenter.sh/docs/concepts/nodeclasses/#specblockdevicemappings",
	},
	check: checkQuantity,
}

func checkQuantity(p *pass) {
	memory := func(m model.Memory, path ...string) int64 {
		n, err := m.Bytes()
		if err != nil {
			p.report(diag.Diagnostic{Summary: field(path...) + " is too large", Found: string(m), Allowed: "less than 4Ei"}, path...)
		}
		return n
	}
	disk := func(m model.Memory, path ...string) {
		n := memory(m, path...)
		if n > 0 && (n < 20<<30 || n > 16<<40 || strings.HasSuffix(string(m), "Mi")) {
			p.report(diag.Diagnostic{
				Summary: field(path...) + " is not the size of a root volume",
				Found:   string(m),
				Allowed: "20Gi to 16Ti, in whole Gi or Ti",
			}, path...)
		}
	}
	duration := func(d model.Duration, path ...string) {
		if _, err := d.Time(); d.Limited() && err != nil {
			p.report(diag.Diagnostic{Summary: field(path...) + " is too long", Found: string(d), Allowed: "less than 292 years"}, path...)
		}
	}
	if p.Cloud.AWS != nil {
		disk(p.Cluster.SystemNodes.Disk, "cluster", "systemNodes", "disk")
	}
	for _, name := range keys(p.NodePools) {
		pool := p.NodePools[name]
		memory(pool.Limits.Memory, "nodePools", name, "limits", "memory")
		disk(pool.Disk, "nodePools", name, "disk")
		duration(pool.Disruption.After, "nodePools", name, "disruption", "after")
		duration(pool.ExpireAfter, "nodePools", name, "expireAfter")
		duration(pool.TerminationGracePeriod, "nodePools", name, "terminationGracePeriod")
	}
	for _, name := range keys(p.Buckets) {
		duration(p.Buckets[name].ExpireAfter, "buckets", name, "expireAfter")
	}
}

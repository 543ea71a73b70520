package check

import "github.com/lakewright/lakewright/generator/diag"

var cloudKind = Rule{
	Code:    "cloud-kind",
	Summary: "A platform runs on AWS or on this machine, and has a network exactly when it runs on AWS.",
	Reason: "cloud.aws and cloud.local swap whole parts of the platform by rule, so exactly one of them decides. " +
		"A VPC is what an EKS cluster lives in, and a kind cluster has none: a network there would do nothing.",
	Sources: []string{"https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html"},
	check:   checkCloudKind,
}

func checkCloudKind(p *pass) {
	const allowed = "exactly one of aws and local"
	aws, local := p.Cloud.AWS != nil, p.Cloud.Local != nil
	switch {
	case aws && local:
		p.report(diag.Diagnostic{
			Summary: "cloud has both aws and local",
			Allowed: allowed,
			Hint:    "give the local cluster an environment of its own",
			Related: []diag.Related{p.related("local", "cloud", "local")},
		}, "cloud", "aws")
	case !aws && !local:
		p.report(diag.Diagnostic{
			Summary: "cloud has neither aws nor local",
			Allowed: allowed,
			Hint:    `write cloud: local: {} for a kind cluster, or cloud: aws: with account, region and zones`,
		}, "cloud")
	case aws && p.Network == nil:
		p.report(diag.Diagnostic{
			Summary: "network is required beside cloud.aws and is not written",
			Hint:    `add it, for example network: cidr: "10.20.0.0/16"`,
		}, "cloud", "aws")
	case local && p.Network != nil:
		p.report(diag.Diagnostic{
			Summary: "network is written for a local cluster, which has no VPC",
			Hint:    "write it in the environments that run on AWS",
			Related: []diag.Related{p.related("local", "cloud", "local")},
		}, "network")
	}
}

package check

import (
	"github.com/lakewright/lakewright/generator/diag"
	"github.com/lakewright/lakewright/generator/model"
)

var privateCharts = Rule{
	Code:    "private-charts",
	Summary: "A VPC without a way out installs nothing from public repositories.",
	Reason: "With network.nat \"none\" Argo CD and the nodes reach AWS through VPC endpoints, and nothing else. Upstream charts and the images that they name lie in public repositories, " +
		"for which there is no endpoint, those of ECR Public included: Applications do not sync, and pods stay in ImagePullBackOff. A transit gateway or a proxy of your own can be the way out.",
	Sources: []string{
		"https://docs.aws.amazon.com/eks/latest/userguide/private-clusters.html",
		"https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html",
	},
	aws:   true,
	check: checkPrivateCharts,
}

func checkPrivateCharts(p *pass) {
	if p.Network == nil || p.Network.NAT != model.NATNone {
		return
	}
	upstream := []string{"karpenter"}
	for _, addon := range p.InstalledAddons() {
		upstream = append(upstream, field("addons", addon.Name))
	}
	for _, name := range p.components {
		if p.Custom[name].Upstream() {
			upstream = append(upstream, field("custom", name))
		}
	}
	p.report(diag.Diagnostic{
		Severity: diag.Warning,
		Summary:  "network.nat is \"none\", and charts and images of public repositories cannot be pulled",
		Found:    join(upstream),
		Hint:     "write nat: \"single\", or give the VPC another way out",
	}, "network", "nat")
}

package check

import (
	"slices"
	"strings"

	"github.com/lakewright/lakewright/generator/diag"
	"github.com/lakewright/lakewright/generator/model"
)

var regionPartition = Rule{
	Code:    "region-partition",
	Summary: "The region belongs to the partition, and to one that is supported.",
	Reason: "Every ARN begins with the partition, and each region belongs to exactly one. " +
		"Under a wrong one, trust policies name principals that do not exist, and AWS refuses them one after the other.",
	Sources: []string{
		"https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html",
		"https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html",
	},
	aws:   true,
	check: checkRegionPartition,
}

// otherPartitions are the beginnings of regions in partitions beside aws,
// aws-cn and aws-us-gov.
var otherPartitions = []string{"us-iso-", "us-isob-", "us-isof-", "eu-isoe-", "eusc-"}

func checkRegionPartition(p *pass) {
	aws := p.Cloud.AWS
	if slices.ContainsFunc(otherPartitions, func(prefix string) bool { return strings.HasPrefix(aws.Region, prefix) }) {
		p.report(diag.Diagnostic{
			Summary: "cloud.aws.region is of a partition that is not supported",
			Found:   aws.Region,
			Allowed: "regions of the partitions aws, aws-cn and aws-us-gov",
		}, "cloud", "aws", "region")
		return
	}
	if want := model.RegionPartition(aws.Region); aws.ARNPartition() != want {
		p.report(diag.Diagnostic{
			Summary: "cloud.aws.partition is not the partition of the region",
			Found:   aws.Partition,
			Allowed: p.where(want+", the partition of "+aws.Region, "cloud", "aws", "region"),
			Hint:    "leave partition out: it follows from the region",
		}, "cloud", "aws", "partition")
	}
}

package check

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/lakewright/lakewright/generator/diag"
	"github.com/lakewright/lakewright/generator/model"
)

var bucketName = Rule{
	Code:    "bucket-name",
	Summary: "Every bucket has a name that S3 takes.",
	Reason: "S3 keeps some beginnings and endings of names for itself, and takes no name that reads like an IP address or has two periods side by side. " +
		"Names are derived from the platform's and the bucket's, so the clash shows only when the two come together.",
	Sources: []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"},
	aws:     true,
	check:   checkBucketName,
}

// What S3 keeps for itself.
// Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
var (
	reservedPrefixes = []string{"xn--", "sthree-", "amzn-s3-demo-"}
	reservedSuffixes = []string{"-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"}
)

func checkBucketName(p *pass) {
	for _, n := range p.derived {
		if n.Kind != model.S3BucketName {
			continue
		}
		if rule := brokenBucketRule(n.Value); rule != "" {
			p.report(diag.Diagnostic{
				Summary: field(n.Path...) + " makes a bucket name that S3 refuses: it " + rule,
				Found:   n.Value,
				Allowed: "3 to 63 lower case letters, digits, dashes and single periods, without S3's own prefixes and suffixes (" + n.Kind.Source + ")",
			}, n.Path...)
		}
	}
}

func brokenBucketRule(name string) string {
	has := func(affixes []string, test func(s, affix string) bool) string {
		i := slices.IndexFunc(affixes, func(affix string) bool { return test(name, affix) })
		if i < 0 {
			return ""
		}
		return affixes[i]
	}
	_, notIP := netip.ParseAddr(name)
	switch prefix, suffix := has(reservedPrefixes, strings.HasPrefix), has(reservedSuffixes, strings.HasSuffix); {
	case prefix != "":
		return "begins with " + prefix
	case suffix != "":
		return "ends with " + suffix
	case len(name) < 3:
		return "is shorter than 3 characters"
	case strings.Contains(name, ".."):
		return "has two periods side by side"
	case notIP == nil:
		return "reads like an IP address"
	}
	return ""
}

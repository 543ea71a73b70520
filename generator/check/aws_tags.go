package check

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/lakewright/lakewright/generator/diag"
	"github.com/lakewright/lakewright/generator/model"
)

var awsTags = Rule{
	Code:    "aws-tags",
	Summary: "Tags are such that AWS and Karpenter take them, and are not those that Lakewright sets.",
	Reason: "AWS keeps keys that begin with aws: for itself and limits keys to 128 characters and values to 256, which a plan does not find out and an apply does. " +
		"Karpenter refuses a node class with tags by which it or Kubernetes finds its own nodes, and Lakewright sets the name and the environment of what it makes.",
	Sources: []string{
		"https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html",
		"https://karpenter.sh/docs/concepts/nodeclasses/#spectags",
	},
	aws:   true,
	check: checkAWSTags,
}

// reservedTags are keys that somebody else sets; those that end with a slash or
// a colon are beginnings of keys.
var reservedTags = []string{
	"aws:", "eks:", "Name", model.EnvironmentTag,
	"karpenter.sh/", "karpenter.k8s.aws/", "kubernetes.io/cluster/",
}

func checkAWSTags(p *pass) {
	const longestKey, longestValue = 128, 256
	for _, key := range keys(p.Cloud.AWS.Tags) {
		path := []string{"cloud", "aws", "tags", key}
		n, m := utf8.RuneCountInString(key), utf8.RuneCountInString(p.Cloud.AWS.Tags[key])
		switch {
		case n == 0 || n > longestKey:
			p.report(diag.Diagnostic{
				Summary: field("cloud", "aws", "tags") + " has a key that AWS does not take",
				Found:   "a key of " + count(n, "character"),
				Allowed: fmt.Sprintf("1 to %d characters", longestKey),
			}, path...)
		case m > longestValue:
			p.report(diag.Diagnostic{
				Summary: field(path...) + " has a value that AWS does not take",
				Found:   "a value of " + count(m, "character"),
				Allowed: fmt.Sprintf("at most %d characters", longestValue),
			}, path...)
		case slices.ContainsFunc(reservedTags, func(r string) bool {
			return key == r || strings.HasPrefix(strings.ToLower(key), r) && strings.HasSuffix(r, ":") || strings.HasPrefix(key, r) && strings.HasSuffix(r, "/")
		}):
			p.report(diag.Diagnostic{
				Summary: field(path...) + " is a tag that is kept for others",
				Found:   key,
				Allowed: "any key but " + join(reservedTags) + " and what begins with those that end in : or /",
				Hint:    "use a key of your own, such as cost-center",
			}, path...)
		}
	}
}

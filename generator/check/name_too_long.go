package check

import (
	"fmt"

	"github.com/lakewright/lakewright/generator/diag"
	"github.com/lakewright/lakewright/generator/model"
)

var nameTooLong = Rule{
	Code:    "name-too-long",
	Summary: "Every name that follows from the description fits the limit of the service that takes it.",
	Reason: "Names are derived so that Terraform and Argo CD agree on them without passing them by hand. A service refuses a name over its limit, " +
		"and a name that is cut without a word could become another's, so the field that makes a name too long is an error.",
	Sources: []string{
		model.EKSClusterName.Source, model.IAMRoleName.Source, model.SQSQueueName.Source, model.S3BucketName.Source,
		model.ApplicationName.Source, model.NamespaceName.Source,
	},
	check: checkNameTooLong,
}

func checkNameTooLong(p *pass) {
	for _, n := range p.derived {
		over := len(n.Value) - n.Kind.Limit
		if n.Kind.Limit == 0 || over <= 0 {
			continue
		}
		p.report(diag.Diagnostic{
			Summary: fmt.Sprintf("%s makes the name of the %s too long by %s", field(n.Path...), n.Kind.What, count(over, "character")),
			Found:   fmt.Sprintf("%s, %s", n.Value, count(len(n.Value), "character")),
			Allowed: fmt.Sprintf("at most %d characters (%s)", n.Kind.Limit, n.Kind.Source),
			Hint:    fmt.Sprintf("cut %s from the names that it is made of", count(over, "character")),
		}, n.Path...)
	}
}

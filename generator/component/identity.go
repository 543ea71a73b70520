package component

import (
	"slices"
	"strings"

	"github.com/lakewright/lakewright/generator/emit/terraform"
	"github.com/lakewright/lakewright/generator/model"
)

// podRole calls the module of an IAM role that the pods of one service account
// take through EKS Pod Identity.
func podRole(p *model.Platform, module, role string, cluster any, namespace, serviceAccount string, policy policyDocument) terraform.Module {
	return terraform.Module{
		Name:   module,
		Source: "modules/pod-identity",
		Inputs: map[string]any{
			"role_name":    role,
			"cluster_name": cluster,
			"account":      p.Cloud.AWS.Account,
			"region":       p.Cloud.AWS.Region,
			"partition":    p.Cloud.AWS.ARNPartition(),
			"associations": []map[string]string{{"namespace": namespace, "service_account": serviceAccount}},
			"policy_json":  policy.terraform(),
		},
	}
}

// arns makes ARNs of an account and region. The region and the account are left
// out where the service's ARNs have none.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
type arns struct{ partition, region, account string }

func arnsOf(p *model.Platform) arns {
	return arns{p.Cloud.AWS.ARNPartition(), p.Cloud.AWS.Region, p.Cloud.AWS.Account}
}

// regional returns ARNs of a service that has them by region and account.
func (a arns) regional(service string, resources ...string) []any {
	return a.list(service, a.region, a.account, resources)
}

// accountWide returns ARNs of a service that has them by account.
func (a arns) accountWide(service string, resources ...string) []any {
	return a.list(service, "", a.account, resources)
}

// global returns ARNs of a service that has them by partition.
func (a arns) global(service string, resources ...string) []any {
	return a.list(service, "", "", resources)
}

func (a arns) list(service, region, account string, resources []string) []any {
	list := make([]any, len(resources))
	for i, resource := range resources {
		list[i] = "arn:" + a.partition + ":" + service + ":" + region + ":" + account + ":" + resource
	}
	return list
}

// identifier returns a name of the model as Terraform's naming convention has
// it. Names of the model have no underscores, so that two never become one.
// Source: https://developer.hashicorp.com/terraform/language/style#resource-naming
func identifier(name string) string { return strings.ReplaceAll(name, "-", "_") }

// sorted returns s sorted and without repetition.
func sorted(s []string) []string {
	s = slices.Clone(s)
	slices.Sort(s)
	return slices.Compact(s)
}

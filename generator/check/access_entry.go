package check

import (
	"slices"
	"strconv"
	"strings"

	"github.com/lakewright/lakewright/generator/diag"
	"github.com/lakewright/lakewright/generator/model"
)

var accessEntry = Rule{
	Code:    "access-entry",
	Summary: "Access to the cluster goes to principals that can exist, with policies and namespaces that do.",
	Reason: "An access entry is how people reach the cluster at all, the creator included. A principal of another partition or a policy that EKS does not have fails the apply; " +
		"a namespace that the platform does not make, or an entry that grants nothing, is found when somebody is locked out.",
	Sources: []string{
		"https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html",
		"https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html",
	},
	aws:   true,
	check: checkAccessEntry,
}

// accessPolicies are the EKS access policies that people and pipelines are
// given. EKS itself gives the others to its own parts.
// Source: https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html
var accessPolicies = []string{
	"AmazonEKSAdminPolicy", "AmazonEKSAdminViewPolicy", "AmazonEKSClusterAdminPolicy", "AmazonEKSEditPolicy",
	"AmazonEKSSecretAdminPolicy", "AmazonEKSSecretReaderPolicy", "AmazonEKSViewPolicy",
}

func checkAccessEntry(p *pass) {
	if len(p.Cluster.Access) == 0 {
		p.report(diag.Diagnostic{
			Severity: diag.Warning,
			Summary:  "cluster.access is empty: nobody can use the cluster, its creator included",
			Hint:     `add an entry, for example cluster: access: admin: {principal: "arn:aws:iam::` + p.Cloud.AWS.Account + `:role/<role>", policies: AmazonEKSClusterAdminPolicy: {}}`,
		}, "cluster", "access")
	}
	namespaces := slices.Clone(kubernetesNamespaces)
	for _, n := range p.derived {
		if n.Kind == model.NamespaceName {
			namespaces = append(namespaces, n.Value)
		}
	}
	slices.Sort(namespaces)
	namespaces = slices.Compact(namespaces)
	for _, name := range keys(p.Cluster.Access) {
		entry := p.Cluster.Access[name]
		path := []string{"cluster", "access", name}
		p.checkPrincipal(entry.Principal, "cluster", "access", name, "principal")
		if len(entry.Groups) == 0 && len(entry.Policies) == 0 {
			p.report(diag.Diagnostic{
				Severity: diag.Warning,
				Summary:  field(path...) + " grants nothing: it has neither groups nor policies",
				Hint:     "add policies: AmazonEKSViewPolicy: {}, or groups that a RoleBinding names",
			}, path...)
		}
		for _, policy := range keys(entry.Policies) {
			at := []string{"cluster", "access", name, "policies", policy}
			if !slices.Contains(accessPolicies, policy) {
				p.report(diag.Diagnostic{
					Summary: field(at...) + " is not an access policy that EKS has for people and pipelines",
					Found:   policy,
					Allowed: strings.Join(accessPolicies, ", "),
					Hint:    didYouMean(policy, accessPolicies, "give a group, and bind a Role of your own to it"),
				}, at...)
			}
			for i, namespace := range entry.Policies[policy].Namespaces {
				if _, found := slices.BinarySearch(namespaces, namespace); found {
					continue
				}
				at := append(at, "namespaces", strconv.Itoa(i))
				p.report(diag.Diagnostic{
					Summary: field(at...) + " is not a namespace of the platform",
					Found:   namespace,
					Allowed: p.among("namespaces", namespaces, "teams"),
					Hint:    didYouMean(namespace, namespaces, "add it to a team's namespaces"),
				}, at...)
			}
		}
	}
}

// checkPrincipal checks the partition and the account of an IAM ARN.
func (p *pass) checkPrincipal(arn string, path ...string) {
	words := strings.SplitN(arn, ":", 6) // arn:partition:iam::account:role/name
	if len(words) < 6 {
		return
	}
	partition, account := words[1], words[4]
	switch {
	case partition != p.Cloud.AWS.ARNPartition():
		p.report(diag.Diagnostic{
			Summary: field(path...) + " is of another AWS partition than the cluster",
			Found:   partition,
			Allowed: p.where(p.Cloud.AWS.ARNPartition()+", the partition of "+p.Cloud.AWS.Region, "cloud", "aws", "region"),
		}, path...)
	case account != p.Cloud.AWS.Account:
		p.report(diag.Diagnostic{
			Severity: diag.Warning,
			Summary:  field(path...) + " is of another AWS account than the cluster",
			Found:    account,
			Allowed:  p.where(p.Cloud.AWS.Account+", or another account whose people are meant", "cloud", "aws", "account"),
		}, path...)
	}
}

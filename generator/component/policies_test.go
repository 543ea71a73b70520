package component

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/lakewright/lakewright/generator/model"
)

// documents returns every policy document that components compile for p, by
// role.
func documents(p *model.Platform) map[string]policyDocument {
	documents := map[string]policyDocument{p.KarpenterRole(): karpenterPolicy(p)}
	if p.Addons.AWSLoadBalancerController != nil {
		documents[p.AddonRole("aws-load-balancer-controller")] = loadBalancerControllerPolicy(p)
	}
	if p.Addons.CertManager != nil {
		documents[p.AddonRole("cert-manager")] = certManagerPolicy(p)
	}
	if p.Addons.ExternalSecrets != nil {
		documents[p.AddonRole("external-secrets")] = externalSecretsPolicy(p)
	}
	for name, c := range p.Custom {
		if len(c.Buckets) > 0 {
			documents[p.WorkloadRole(name)] = workloadPolicy(p, name)
		}
	}
	return documents
}

// withWorkloads adds buckets, and components that use them in each way.
func withWorkloads(p *model.Platform) *model.Platform {
	for _, bucket := range []string{"events", "lake"} {
		p.Buckets[bucket] = model.Bucket{Versioning: true}
	}
	p.Custom["compactor"] = model.Custom{Namespace: "logs", Buckets: map[string]string{"events": model.ReadWrite, "lake": model.Read}}
	p.Custom["reader"] = model.Custom{Namespace: "logs", Buckets: map[string]string{"lake": model.Read}}
	return p
}

func TestPolicyDocuments(t *testing.T) {
	p := withWorkloads(platform(t, "prod-seoul"))
	for role, document := range documents(p) {
		t.Run(role, func(t *testing.T) { golden(t, policyPath(role), document.review()) })
	}
}

// TestPoliciesAreOutput holds that a reviewer finds the document of every role
// that has one, and that it is the one that Terraform is given.
func TestPoliciesAreOutput(t *testing.T) {
	p := withWorkloads(platform(t, "prod-seoul"))
	reviewed, given := map[string][]byte{}, map[string]any{}
	for _, out := range outputs(p) {
		for path, document := range out.Policies {
			reviewed[path] = document
		}
		for _, modules := range out.Modules {
			for _, m := range modules {
				switch m.Source {
				case "modules/pod-identity":
					given[policyPath(m.Inputs["role_name"].(string))] = m.Inputs["policy_json"]
				case "modules/karpenter":
					given[policyPath(m.Inputs["controller_role_name"].(string))] = m.Inputs["policy_json"]
				}
			}
		}
	}
	for role, document := range documents(p) {
		path := policyPath(role)
		if string(reviewed[path]) != string(document.review()) {
			t.Errorf("policies/%s is\n%s\nwant\n%s", path, reviewed[path], document.review())
		}
		if diff := cmp.Diff(any(document.terraform()), given[path]); diff != "" {
			t.Errorf("the policy that Terraform is given for policies/%s (-want +got):\n%s", path, diff)
		}
		delete(given, path)
	}
	for path := range given {
		t.Errorf("a role has no document at policies/%s", path)
	}
}

// withoutResource are the actions that IAM cannot limit to a resource. Sources:
// https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
var withoutResource = []string{
	// Lists and descriptions, which answer for the whole account.
	"acm:ListCertificates",
	"ec2:Describe",
	"elasticloadbalancing:Describe",
	"iam:ListInstanceProfiles",
	"iam:ListServerCertificates",
	"pricing:GetProducts",
	"shield:GetSubscriptionState",
	// Writes: the load balancer that they concern is not part of their resource.
	"elasticloadbalancing:SetWebAcl",
	"shield:CreateProtection",
}

// chosenByOthers are resources whose names AWS, a controller or a user outside
// the model chooses.
var chosenByOthers = map[string]string{
	"acm:certificate/*":           "ACM numbers certificates",
	"cognito-idp:userpool/*":      "an Ingress names its user pool",
	"ec2:capacity-reservation/*":  "EC2 numbers reservations",
	"ec2:coip-pool/*":             "EC2 numbers pools",
	"ec2:image/*":                 "EC2 numbers images",
	"ec2:placement-group/*":       "EC2 numbers placement groups",
	"ec2:security-group/*":        "EC2 numbers security groups",
	"ec2:snapshot/*":              "EC2 numbers snapshots",
	"ec2:subnet/*":                "EC2 numbers subnets",
	"ec2:vpc/*":                   "EC2 numbers VPCs",
	"iam:server-certificate/*":    "an Ingress names its certificate",
	"route53:change/*":            "Route 53 numbers changes",
	"shield:protection/*":         "Shield numbers protections",
	"ssm:parameter/aws/service/*": "AWS names what it publishes",
	"waf-regional:webacl/*":       "an Ingress names its web ACL",
	"wafv2:regional/webacl/*/*":   "an Ingress names its web ACL",
	"elasticloadbalancing:":       "the controller names load balancers and what belongs to them",
}

// tagged are what EC2 numbers and controllers tag with the cluster's name.
var tagged = []string{"fleet/*", "instance/*", "launch-template/*", "network-interface/*", "security-group/*", "spot-instances-request/*", "volume/*"}

// TestNoWildcards holds that no document has a wildcard where the model knows
// the name.
func TestNoWildcards(t *testing.T) {
	for _, name := range []string{"dev", "prod-seoul"} {
		p := withWorkloads(platform(t, name))
		for role, document := range documents(p) {
			for _, s := range document {
				for _, action := range s.Actions {
					if strings.ContainsAny(action, "*?") {
						t.Errorf("%s: %s: the action %s has a wildcard", role, s.Sid, action)
					}
				}
				for _, resource := range s.Resources {
					if arn, ok := resource.(string); ok { // a reference is one resource
						if problem := wildcard(p, s, arn); problem != "" {
							t.Errorf("%s: %s: %s: %s", role, s.Sid, arn, problem)
						}
					}
				}
			}
		}
	}
}

// wildcard says what is wrong with the wildcards of an ARN, if anything is.
func wildcard(p *model.Platform, s statement, arn string) string {
	if arn == "*" {
		for _, action := range s.Actions {
			if !slices.ContainsFunc(withoutResource, func(prefix string) bool { return strings.HasPrefix(action, prefix) }) {
				return "IAM can limit " + action + " to a resource"
			}
		}
		return ""
	}
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return "is not an ARN"
	}
	service, region, account, resource := parts[2], parts[3], parts[4], parts[5]
	switch {
	case parts[0] != "arn" || parts[1] != "aws" || region != "" && region != p.Cloud.AWS.Region || account != "" && account != p.Cloud.AWS.Account:
		return "is not of the platform's partition, region and account"
	case !strings.ContainsAny(resource, "*?"):
		return ""
	case service == "s3":
		for bucket := range p.Buckets {
			if resource == p.BucketName(bucket)+"/*" {
				return ""
			}
		}
	case service == "secretsmanager":
		if prefix, ok := strings.CutSuffix(resource, "*"); ok && prefix == "secret:"+p.Name+"/" {
			return ""
		}
	case service == "iam" && resource == "instance-profile/"+p.ClusterName()+"_*":
		return ""
	case service == "ec2" && s.Sid != "LaunchFrom" && slices.Contains(tagged, resource) || service == "elasticloadbalancing":
		if len(s.Conditions) == 0 && !slices.Equal(s.Actions, []string{"elasticloadbalancing:SetRulePriorities"}) && s.Sid != "UseWebACLs" {
			return "has no condition on the cluster's tag"
		}
		return ""
	default:
		if chosenByOthers[service+":"+resource] != "" {
			return ""
		}
	}
	return "the model knows the name"
}

// TestPolicyLimits holds documents to what IAM takes: 10,240 characters without
// white space, and statement IDs of letters and digits that are distinct.
// Sources:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html
func TestPolicyLimits(t *testing.T) {
	p := withWorkloads(platform(t, "prod-seoul"))
	// The longest name that leaves room in the name of the controller's role.
	p.Name = "p" + strings.Repeat("x", model.IAMRoleName.Limit-len("-aws-load-balancer-controller")-1)
	p.Cloud.AWS.Region, p.Cloud.AWS.Partition = "us-gov-west-1", "aws-us-gov"
	for role, document := range documents(p) {
		t.Run(role, func(t *testing.T) {
			length := len(strings.Join(strings.Fields(string(document.review())), ""))
			if length > 10240 {
				t.Errorf("has %d characters", length)
			}
			ids := map[string]bool{}
			for _, s := range document {
				if ids[s.Sid] || s.Sid == "" || strings.ContainsFunc(s.Sid, func(r rune) bool {
					return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r)
				}) {
					t.Errorf("the statement ID %q is empty, repeated or not of letters and digits", s.Sid)
				}
				ids[s.Sid] = true
			}
			if !json.Valid(document.review()) {
				t.Error("is not JSON")
			}
		})
	}
}

func TestPartition(t *testing.T) {
	p := withWorkloads(platform(t, "prod-seoul"))
	p.Cloud.AWS.Region, p.Cloud.AWS.Partition = "cn-north-1", ""
	for role, document := range documents(p) {
		for _, s := range document {
			for _, resource := range s.Resources {
				if arn, ok := resource.(string); ok && arn != "*" && !strings.HasPrefix(arn, "arn:aws-cn:") {
					t.Errorf("%s: %s: %s is not of the partition aws-cn", role, s.Sid, arn)
				}
			}
		}
	}
}

func TestExternalSecretsPrefixes(t *testing.T) {
	for name, test := range map[string]struct {
		prefixes []string
		want     []any
	}{
		"none": {nil, []any{"arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:prod-seoul/*"}},
		"written": {[]string{"shared/", "ads/", "shared/"}, []any{
			"arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:ads/*",
			"arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:shared/*",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			p := platform(t, "prod-seoul")
			p.Addons.ExternalSecrets.Prefixes = test.prefixes
			document := externalSecretsPolicy(p)
			if len(document) != 1 || !slices.Equal(document[0].Resources, test.want) {
				t.Errorf("externalSecretsPolicy = %v, want the resources %v", document, test.want)
			}
		})
	}
}

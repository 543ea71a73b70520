package component

import (
	"slices"

	"github.com/lakewright/lakewright/generator/emit/terraform"
	"github.com/lakewright/lakewright/generator/model"
)

// addonRole calls the module of the IAM role of an add-on's pods. It belongs to
// the foundation stack.
func addonRole(p *model.Platform, addon model.NamedAddon, policy policyDocument) terraform.Module {
	return podRole(p, identifier(addon.Name), p.AddonRole(addon.Name), terraform.ModuleOutput("eks", "cluster_name"), addon.Namespace, addon.Name, policy)
}

// addonPolicies returns the policy document of an add-on's role, for a reviewer.
func addonPolicies(p *model.Platform, addon string, policy policyDocument) map[string][]byte {
	return map[string][]byte{policyPath(p.AddonRole(addon)): policy.review()}
}

// externalSecretsPolicy lets the External Secrets Operator read the secrets
// under the given prefixes. Listing secrets is left out: IAM cannot limit it to
// a prefix, and only an ExternalSecret that searches by name or tag needs it.
// Source: https://external-secrets.io/latest/provider/aws-secrets-manager/#iam-policy
func externalSecretsPolicy(p *model.Platform) policyDocument {
	prefixes := sorted(p.Addons.ExternalSecrets.Prefixes)
	if len(prefixes) == 0 {
		prefixes = []string{p.Name + "/"}
	}
	for i, prefix := range prefixes {
		prefixes[i] = "secret:" + prefix + "*"
	}
	return policyDocument{{
		Sid:       "ReadSecrets",
		Actions:   []string{"secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"},
		Resources: arnsOf(p).regional("secretsmanager", prefixes...),
	}}
}

// certManagerPolicy lets cert-manager answer DNS-01 challenges in the given
// hosted zones: it writes TXT records that begin with "_acme-challenge." and
// nothing else. Listing hosted zones is left out, so an Issuer has to name its
// hostedZoneID.
// Source: https://cert-manager.io/docs/configuration/acme/dns01/route53/
func certManagerPolicy(p *model.Platform) policyDocument {
	zones := sorted(p.Addons.CertManager.HostedZones)
	for i, zone := range zones {
		zones[i] = "hostedzone/" + zone
	}
	return policyDocument{
		{
			Sid:       "AnswerChallenges",
			Actions:   []string{"route53:ChangeResourceRecordSets"},
			Resources: arnsOf(p).global("route53", zones...),
			Conditions: conditions{
				"ForAllValues:StringEquals": {"route53:ChangeResourceRecordSetsRecordTypes": {"TXT"}},
				"ForAllValues:StringLike":   {"route53:ChangeResourceRecordSetsNormalizedRecordNames": {"_acme-challenge.*"}},
			},
		},
		{
			// Route 53 numbers changes as they come.
			Sid:       "FollowChanges",
			Actions:   []string{"route53:GetChange"},
			Resources: arnsOf(p).global("route53", "change/*"),
		},
	}
}

// loadBalancerControllerPolicy is what the controller's own policy for 3.4
// grants, but limited to the account and the region and, as far as IAM takes
// tags into account, to what carries this cluster's tags: the controller puts
// its cluster tag on all that it makes. A target group that something else has
// made needs that tag before a TargetGroupBinding can use it.
//
// Sources:
// https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/v3.4.0/docs/install/iam_policy.json
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html
func loadBalancerControllerPolicy(p *model.Platform) policyDocument {
	const clusterTag = "elbv2.k8s.aws/cluster"
	var (
		arn = arnsOf(p)

		securityGroups = arn.regional("ec2", "security-group/*")
		loadBalancers  = arn.regional("elasticloadbalancing", "loadbalancer/app/*/*", "loadbalancer/net/*/*")
		targetGroups   = arn.regional("elasticloadbalancing", "targetgroup/*/*")
		listeners      = arn.regional("elasticloadbalancing", "listener/app/*/*/*", "listener/net/*/*/*")
		rules          = arn.regional("elasticloadbalancing", "listener-rule/app/*/*/*/*", "listener-rule/net/*/*/*/*")

		makes    = map[string][]string{"aws:RequestTag/" + clusterTag: {p.ClusterName()}}
		owns     = conditions{"StringEquals": {"aws:ResourceTag/" + clusterTag: {p.ClusterName()}}}
		keepsTag = conditions{"StringEquals": owns["StringEquals"], "Null": {"aws:RequestTag/" + clusterTag: {"true"}}}
		inRegion = conditions{"StringEquals": {"aws:RequestedRegion": {p.Cloud.AWS.Region}}}
	)
	return policyDocument{
		{
			Sid:        "CreateServiceLinkedRole",
			Actions:    []string{"iam:CreateServiceLinkedRole"},
			Resources:  arn.accountWide("iam", "role/aws-service-role/elasticloadbalancing.amazonaws.com/AWSServiceRoleForElasticLoadBalancing"),
			Conditions: conditions{"StringEquals": {"iam:AWSServiceName": {"elasticloadbalancing.amazonaws.com"}}},
		},
		{
			Sid: "Describe",
			Actions: []string{
				"acm:ListCertificates",
				"ec2:DescribeAccountAttributes",
				"ec2:DescribeAddresses",
				"ec2:DescribeAvailabilityZones",
				"ec2:DescribeCoipPools",
				"ec2:DescribeInstances",
				"ec2:DescribeInternetGateways",
				"ec2:DescribeIpamPools",
				"ec2:DescribeNetworkInterfaces",
				"ec2:DescribeRouteTables",
				"ec2:DescribeSecurityGroups",
				"ec2:DescribeSubnets",
				"ec2:DescribeTags",
				"ec2:DescribeVpcPeeringConnections",
				"ec2:DescribeVpcs",
				"elasticloadbalancing:DescribeCapacityReservation",
				"elasticloadbalancing:DescribeListenerAttributes",
				"elasticloadbalancing:DescribeListenerCertificates",
				"elasticloadbalancing:DescribeListeners",
				"elasticloadbalancing:DescribeLoadBalancerAttributes",
				"elasticloadbalancing:DescribeLoadBalancers",
				"elasticloadbalancing:DescribeRules",
				"elasticloadbalancing:DescribeSSLPolicies",
				"elasticloadbalancing:DescribeTags",
				"elasticloadbalancing:DescribeTargetGroupAttributes",
				"elasticloadbalancing:DescribeTargetGroups",
				"elasticloadbalancing:DescribeTargetHealth",
				"elasticloadbalancing:DescribeTrustStores",
			},
			Resources:  anyResource,
			Conditions: inRegion,
		},
		{
			// IAM and Shield have one endpoint for all regions.
			Sid:       "DescribeGlobal",
			Actions:   []string{"iam:ListServerCertificates", "shield:GetSubscriptionState"},
			Resources: anyResource,
		},
		{
			// The web ACL and the load balancer are checked by UseWebACLs.
			Sid:       "Protect",
			Actions:   []string{"elasticloadbalancing:SetWebAcl", "shield:CreateProtection"},
			Resources: anyResource,
		},
		{
			Sid:       "ReadNetwork",
			Actions:   []string{"ec2:GetCoipPoolUsage", "ec2:GetSecurityGroupsForVpc"},
			Resources: arn.regional("ec2", "coip-pool/*", "vpc/*"),
		},
		{
			Sid:       "ReadCertificates",
			Actions:   []string{"acm:DescribeCertificate", "iam:GetServerCertificate"},
			Resources: append(arn.regional("acm", "certificate/*"), arn.accountWide("iam", "server-certificate/*")...),
		},
		{
			Sid:       "ReadUserPools",
			Actions:   []string{"cognito-idp:DescribeUserPoolClient"},
			Resources: arn.regional("cognito-idp", "userpool/*"),
		},
		{
			Sid: "UseWebACLs",
			Actions: []string{
				"waf-regional:AssociateWebACL",
				"waf-regional:DisassociateWebACL",
				"waf-regional:GetWebACL",
				"waf-regional:GetWebACLForResource",
				"wafv2:AssociateWebACL",
				"wafv2:DisassociateWebACL",
				"wafv2:GetWebACL",
				"wafv2:GetWebACLForResource",
			},
			Resources: slices.Concat(
				arn.regional("elasticloadbalancing", "loadbalancer/app/*/*"),
				arn.regional("waf-regional", "webacl/*"),
				arn.regional("wafv2", "regional/webacl/*/*"),
			),
		},
		{
			Sid:       "ChangeProtections",
			Actions:   []string{"shield:DeleteProtection", "shield:DescribeProtection"},
			Resources: arn.accountWide("shield", "protection/*"),
		},
		{
			Sid:       "CreateSecurityGroupsInVPC",
			Actions:   []string{"ec2:CreateSecurityGroup"},
			Resources: arn.regional("ec2", "vpc/*"),
		},
		{
			Sid:        "CreateSecurityGroups",
			Actions:    []string{"ec2:CreateSecurityGroup"},
			Resources:  securityGroups,
			Conditions: conditions{"StringEquals": makes},
		},
		{
			Sid:       "TagSecurityGroupsAtCreation",
			Actions:   []string{"ec2:CreateTags"},
			Resources: securityGroups,
			Conditions: conditions{"StringEquals": {
				"aws:RequestTag/" + clusterTag: {p.ClusterName()},
				"ec2:CreateAction":             {"CreateSecurityGroup"},
			}},
		},
		{
			Sid:        "TagOwnSecurityGroups",
			Actions:    []string{"ec2:CreateTags", "ec2:DeleteTags"},
			Resources:  securityGroups,
			Conditions: keepsTag,
		},
		{
			Sid:        "ChangeOwnSecurityGroups",
			Actions:    []string{"ec2:AuthorizeSecurityGroupIngress", "ec2:DeleteSecurityGroup", "ec2:RevokeSecurityGroupIngress"},
			Resources:  securityGroups,
			Conditions: owns,
		},
		{
			// The security group of the nodes, which EKS tags with the cluster's name.
			// https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html
			Sid:        "AdmitToNodes",
			Actions:    []string{"ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"},
			Resources:  securityGroups,
			Conditions: conditions{"StringEquals": {"aws:ResourceTag/kubernetes.io/cluster/" + p.ClusterName(): {"owned", "shared"}}},
		},
		{
			Sid:        "CreateLoadBalancers",
			Actions:    []string{"elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:CreateTargetGroup"},
			Resources:  slices.Concat(loadBalancers, targetGroups),
			Conditions: conditions{"StringEquals": makes},
		},
		{
			Sid:        "CreateListeners",
			Actions:    []string{"elasticloadbalancing:CreateListener", "elasticloadbalancing:CreateRule"},
			Resources:  slices.Concat(loadBalancers, listeners),
			Conditions: owns,
		},
		{
			Sid:       "TagAtCreation",
			Actions:   []string{"elasticloadbalancing:AddTags"},
			Resources: slices.Concat(loadBalancers, targetGroups, listeners, rules),
			Conditions: conditions{"StringEquals": {
				"aws:RequestTag/" + clusterTag:      {p.ClusterName()},
				"elasticloadbalancing:CreateAction": {"CreateListener", "CreateLoadBalancer", "CreateRule", "CreateTargetGroup"},
			}},
		},
		{
			Sid:        "TagOwn",
			Actions:    []string{"elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags"},
			Resources:  slices.Concat(loadBalancers, targetGroups, listeners, rules),
			Conditions: keepsTag,
		},
		{
			Sid: "ChangeOwn",
			Actions: []string{
				"elasticloadbalancing:AddListenerCertificates",
				"elasticloadbalancing:DeleteListener",
				"elasticloadbalancing:DeleteLoadBalancer",
				"elasticloadbalancing:DeleteRule",
				"elasticloadbalancing:DeleteTargetGroup",
				"elasticloadbalancing:DeregisterTargets",
				"elasticloadbalancing:ModifyCapacityReservation",
				"elasticloadbalancing:ModifyIpPools",
				"elasticloadbalancing:ModifyListener",
				"elasticloadbalancing:ModifyListenerAttributes",
				"elasticloadbalancing:ModifyLoadBalancerAttributes",
				"elasticloadbalancing:ModifyRule",
				"elasticloadbalancing:ModifyTargetGroup",
				"elasticloadbalancing:ModifyTargetGroupAttributes",
				"elasticloadbalancing:RegisterTargets",
				"elasticloadbalancing:RemoveListenerCertificates",
				"elasticloadbalancing:SetIpAddressType",
				"elasticloadbalancing:SetSecurityGroups",
				"elasticloadbalancing:SetSubnets",
			},
			Resources:  slices.Concat(loadBalancers, targetGroups, listeners, rules),
			Conditions: owns,
		},
		{
			// IAM takes no tags into account here.
			Sid:       "OrderRules",
			Actions:   []string{"elasticloadbalancing:SetRulePriorities"},
			Resources: rules,
		},
	}
}

package component

import (
	"slices"

	"github.com/lakewright/lakewright/generator/emit/terraform"
	"github.com/lakewright/lakewright/generator/model"
)

// karpenterModules calls the module of what Karpenter needs from AWS: the roles
// of its controller and of its nodes, and the queue that tells it of
// interruptions. They belong to the foundation stack.
func karpenterModules(p *model.Platform) []terraform.Module {
	return []terraform.Module{{
		Name:   "karpenter",
		Source: "modules/karpenter",
		Inputs: map[string]any{
			"cluster_name":          terraform.ModuleOutput("eks", "cluster_name"),
			"region":                p.Cloud.AWS.Region,
			"account":               p.Cloud.AWS.Account,
			"partition":             p.Cloud.AWS.ARNPartition(),
			"controller_role_name":  p.KarpenterRole(),
			"node_role_name":        p.KarpenterNodeRole(),
			"instance_profile_name": p.KarpenterInstanceProfile(),
			"queue_name":            p.InterruptionQueue(),
			"namespace":             model.SystemNamespace,
			"service_account":       karpenterServiceAccount,
			"policy_json":           karpenterPolicy(p).terraform(),
		},
	}}
}

// karpenterPolicy is what Karpenter 1.14's controller may do. It launches only
// with the cluster's tag, changes and deletes only what carries it, and passes
// only the node role. Left out of upstream's policy is what nothing here turns
// on: making instance profiles, which an EC2NodeClass with a role asks for, and
// arc-zonal-shift:GetManagedResource, which enableZonalShift does.
//
// Sources:
// https://karpenter.sh/v1.14/reference/cloudformation/
// https://github.com/aws/karpenter-provider-aws/blob/v1.14.0/pkg/aws/sdk.go
func karpenterPolicy(p *model.Platform) policyDocument {
	const poolTag = "karpenter.sh/nodepool"
	var (
		clusterTag = "kubernetes.io/cluster/" + p.ClusterName()

		arn    = arnsOf(p)
		public = arns{partition: arn.partition, region: arn.region} // what AWS and others share with every account

		instances = arn.regional("ec2", "instance/*")
		templates = arn.regional("ec2", "launch-template/*")
		// What a launch creates, and Karpenter tags.
		created = arn.regional("ec2", "fleet/*", "instance/*", "launch-template/*", "network-interface/*", "spot-instances-request/*", "volume/*")

		owns = conditions{
			"StringEquals": {"aws:ResourceTag/" + clusterTag: {"owned"}},
			"StringLike":   {"aws:ResourceTag/" + poolTag: {"*"}},
		}
		makes = conditions{
			"StringEquals": {"aws:RequestTag/" + clusterTag: {"owned"}, "aws:RequestTag/eks:eks-cluster-name": {p.ClusterName()}},
			"StringLike":   {"aws:RequestTag/" + poolTag: {"*"}},
		}
	)
	return policyDocument{
		{
			Sid:     "LaunchFrom",
			Actions: []string{"ec2:CreateFleet", "ec2:RunInstances"},
			Resources: slices.Concat(
				public.regional("ec2", "image/*", "snapshot/*"),
				arn.regional("ec2", "capacity-reservation/*", "placement-group/*", "security-group/*", "subnet/*"),
			),
		},
		{
			Sid:        "LaunchFromOwnTemplates",
			Actions:    []string{"ec2:CreateFleet", "ec2:RunInstances"},
			Resources:  templates,
			Conditions: owns,
		},
		{
			Sid:        "LaunchTagged",
			Actions:    []string{"ec2:CreateFleet", "ec2:CreateLaunchTemplate", "ec2:RunInstances"},
			Resources:  created,
			Conditions: makes,
		},
		{
			Sid:       "TagAtLaunch",
			Actions:   []string{"ec2:CreateTags"},
			Resources: created,
			Conditions: conditions{
				"StringEquals": {
					"aws:RequestTag/" + clusterTag:        {"owned"},
					"aws:RequestTag/eks:eks-cluster-name": {p.ClusterName()},
					"ec2:CreateAction":                    {"CreateFleet", "CreateLaunchTemplate", "RunInstances"},
				},
				"StringLike": makes["StringLike"],
			},
		},
		{
			Sid:       "TagOwnInstances",
			Actions:   []string{"ec2:CreateTags"},
			Resources: instances,
			Conditions: conditions{
				"StringEquals":              owns["StringEquals"],
				"StringLike":                owns["StringLike"],
				"StringEqualsIfExists":      {"aws:RequestTag/eks:eks-cluster-name": {p.ClusterName()}},
				"ForAllValues:StringEquals": {"aws:TagKeys": {"Name", "eks:eks-cluster-name", "karpenter.sh/nodeclaim"}},
			},
		},
		{
			Sid:        "DeleteOwn",
			Actions:    []string{"ec2:DeleteLaunchTemplate", "ec2:TerminateInstances"},
			Resources:  slices.Concat(instances, templates),
			Conditions: owns,
		},
		{
			Sid:        "PassNodeRole",
			Actions:    []string{"iam:PassRole"},
			Resources:  arn.accountWide("iam", "role/"+p.KarpenterNodeRole()),
			Conditions: conditions{"StringEquals": {"iam:PassedToService": {ec2Service(arn.partition)}}},
		},
		{
			// Before an EC2NodeClass goes, Karpenter looks for the profile that an
			// old version would have made for it: <cluster>_<hash>.
			// https://github.com/aws/karpenter-provider-aws/blob/v1.14.0/pkg/controllers/nodeclass/controller.go
			Sid:       "LookForOldInstanceProfiles",
			Actions:   []string{"iam:GetInstanceProfile"},
			Resources: arn.accountWide("iam", "instance-profile/"+p.ClusterName()+"_*"),
		},
		{
			Sid:       "ReadCluster",
			Actions:   []string{"eks:DescribeCluster"},
			Resources: arn.regional("eks", "cluster/"+p.ClusterName()),
		},
		{
			Sid:       "ReadInterruptions",
			Actions:   []string{"sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage"},
			Resources: arn.regional("sqs", p.InterruptionQueue()),
		},
		{
			Sid:       "ReadImageParameters",
			Actions:   []string{"ssm:GetParameter"},
			Resources: public.regional("ssm", "parameter/aws/service/*"),
		},
		{
			Sid: "Describe",
			Actions: []string{
				"ec2:DescribeCapacityReservations",
				"ec2:DescribeImages",
				"ec2:DescribeInstanceStatus",
				"ec2:DescribeInstanceTypeOfferings",
				"ec2:DescribeInstanceTypes",
				"ec2:DescribeInstances",
				"ec2:DescribeLaunchTemplates",
				"ec2:DescribePlacementGroups",
				"ec2:DescribeSecurityGroups",
				"ec2:DescribeSpotPriceHistory",
				"ec2:DescribeSubnets",
			},
			Resources:  anyResource,
			Conditions: conditions{"StringEquals": {"aws:RequestedRegion": {arn.region}}},
		},
		{
			// IAM and the price list have one endpoint for all regions.
			Sid:       "ListGlobal",
			Actions:   []string{"iam:ListInstanceProfiles", "pricing:GetProducts"},
			Resources: anyResource,
		},
	}
}

// ec2Service is EC2 as a principal of IAM.
func ec2Service(partition string) string {
	if partition == "aws-cn" {
		return "ec2.amazonaws.com.cn"
	}
	return "ec2.amazonaws.com"
}

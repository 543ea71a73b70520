# What Karpenter 1.14's controller may do. The calls are those of its AWS clients (pkg/aws/sdk.go at v1.14.0); the
# conditions follow https://karpenter.sh/v1.14/reference/cloudformation/.
locals {
  ec2 = "arn:${var.partition}:ec2:${var.region}"

  # What a launch creates, and Karpenter tags.
  created = [
    for kind in ["fleet", "instance", "launch-template", "network-interface", "spot-instances-request", "volume"] :
    "${local.ec2}:${var.account}:${kind}/*"
  ]
  instance_profiles = "arn:${var.partition}:iam::${var.account}:instance-profile/*"

  # Tags that Karpenter puts on all it makes, as conditions: on what exists, and on what a request makes.
  exists = { "aws:ResourceTag/kubernetes.io/cluster/${var.cluster_name}" = "owned" }
  makes = {
    "aws:RequestTag/kubernetes.io/cluster/${var.cluster_name}" = "owned"
    "aws:RequestTag/eks:eks-cluster-name"                      = var.cluster_name
  }
  exists_in_region = merge(local.exists, { "aws:ResourceTag/topology.kubernetes.io/region" = var.region })
  makes_in_region  = merge(local.makes, { "aws:RequestTag/topology.kubernetes.io/region" = var.region })

  controller_statements = [
    {
      Sid    = "LaunchFrom"
      Effect = "Allow"
      Action = ["ec2:CreateFleet", "ec2:RunInstances"]
      Resource = concat(
        [for kind in ["image", "snapshot"] : "${local.ec2}::${kind}/*"],
        [for kind in ["capacity-reservation", "placement-group", "security-group", "subnet"] : "${local.ec2}:${var.account}:${kind}/*"],
      )
    },
    {
      Sid      = "LaunchFromOwnTemplates"
      Effect   = "Allow"
      Action   = ["ec2:CreateFleet", "ec2:RunInstances"]
      Resource = "${local.ec2}:${var.account}:launch-template/*"
      Condition = {
        StringEquals = local.exists
        StringLike   = { "aws:ResourceTag/karpenter.sh/nodepool" = "*" }
      }
    },
    {
      Sid      = "LaunchTagged"
      Effect   = "Allow"
      Action   = ["ec2:CreateFleet", "ec2:CreateLaunchTemplate", "ec2:RunInstances"]
      Resource = local.created
      Condition = {
        StringEquals = local.makes
        StringLike   = { "aws:RequestTag/karpenter.sh/nodepool" = "*" }
      }
    },
    {
      Sid      = "TagAtLaunch"
      Effect   = "Allow"
      Action   = "ec2:CreateTags"
      Resource = local.created
      Condition = {
        StringEquals = merge(local.makes, {
          "ec2:CreateAction" = ["CreateFleet", "CreateLaunchTemplate", "RunInstances"]
        })
        StringLike = { "aws:RequestTag/karpenter.sh/nodepool" = "*" }
      }
    },
    {
      Sid      = "TagOwnInstances"
      Effect   = "Allow"
      Action   = "ec2:CreateTags"
      Resource = "${local.ec2}:${var.account}:instance/*"
      Condition = {
        StringEquals                = local.exists
        StringLike                  = { "aws:ResourceTag/karpenter.sh/nodepool" = "*" }
        StringEqualsIfExists        = { "aws:RequestTag/eks:eks-cluster-name" = var.cluster_name }
        "ForAllValues:StringEquals" = { "aws:TagKeys" = ["Name", "eks:eks-cluster-name", "karpenter.sh/nodeclaim"] }
      }
    },
    {
      Sid      = "DeleteOwn"
      Effect   = "Allow"
      Action   = ["ec2:DeleteLaunchTemplate", "ec2:TerminateInstances"]
      Resource = [for kind in ["instance", "launch-template"] : "${local.ec2}:${var.account}:${kind}/*"]
      Condition = {
        StringEquals = local.exists
        StringLike   = { "aws:ResourceTag/karpenter.sh/nodepool" = "*" }
      }
    },
    {
      Sid       = "PassNodeRole"
      Effect    = "Allow"
      Action    = "iam:PassRole"
      Resource  = local.node_role_arn
      Condition = { StringEquals = { "iam:PassedToService" = local.ec2_service } }
    },
    {
      Sid      = "CreateInstanceProfiles"
      Effect   = "Allow"
      Action   = "iam:CreateInstanceProfile"
      Resource = local.instance_profiles
      Condition = {
        StringEquals = local.makes_in_region
        StringLike   = { "aws:RequestTag/karpenter.k8s.aws/ec2nodeclass" = "*" }
      }
    },
    {
      Sid      = "TagOwnInstanceProfiles"
      Effect   = "Allow"
      Action   = "iam:TagInstanceProfile"
      Resource = local.instance_profiles
      Condition = {
        StringEquals = merge(local.exists_in_region, local.makes_in_region)
        StringLike = {
          "aws:RequestTag/karpenter.k8s.aws/ec2nodeclass"  = "*"
          "aws:ResourceTag/karpenter.k8s.aws/ec2nodeclass" = "*"
        }
      }
    },
    {
      Sid      = "ChangeOwnInstanceProfiles"
      Effect   = "Allow"
      Action   = ["iam:AddRoleToInstanceProfile", "iam:DeleteInstanceProfile", "iam:RemoveRoleFromInstanceProfile"]
      Resource = local.instance_profiles
      Condition = {
        StringEquals = local.exists_in_region
        StringLike   = { "aws:ResourceTag/karpenter.k8s.aws/ec2nodeclass" = "*" }
      }
    },
    {
      Sid      = "ReadInstanceProfiles"
      Effect   = "Allow"
      Action   = "iam:GetInstanceProfile"
      Resource = local.instance_profiles
    },
    {
      Sid      = "ReadCluster"
      Effect   = "Allow"
      Action   = "eks:DescribeCluster"
      Resource = local.cluster_arn
    },
    {
      Sid      = "ReadInterruptions"
      Effect   = "Allow"
      Action   = ["sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage"]
      Resource = local.queue_arn
    },
    {
      Sid      = "ReadImageParameters"
      Effect   = "Allow"
      Action   = "ssm:GetParameter"
      Resource = "arn:${var.partition}:ssm:${var.region}::parameter/aws/service/*"
    },
    # The rest has no resource to name: these calls list, or read public data.
    {
      Sid    = "DescribeRegion"
      Effect = "Allow"
      Action = [
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
      ]
      Resource  = "*"
      Condition = { StringEquals = { "aws:RequestedRegion" = var.region } }
    },
    {
      Sid      = "ReadPricesAndProfileNames"
      Effect   = "Allow"
      Action   = ["iam:ListInstanceProfiles", "pricing:GetProducts"]
      Resource = "*"
    },
  ]
}

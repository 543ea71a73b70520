mock_provider "aws" {
  mock_resource "aws_eks_cluster" {
    defaults = {
      arn                   = "arn:aws:eks:ap-northeast-2:111122223333:cluster/prod-seoul"
      endpoint              = "https://0123.gr7.ap-northeast-2.eks.amazonaws.com"
      certificate_authority = [{ data = "LS0t" }]
      identity              = [{ oidc = [{ issuer = "https://oidc.eks.ap-northeast-2.amazonaws.com/id/0123" }] }]
    }
  }
  mock_resource "aws_iam_role" {
    defaults = {
      arn = "arn:aws:iam::111122223333:role/mock"
    }
  }
  mock_resource "aws_kms_key" {
    defaults = {
      arn = "arn:aws:kms:ap-northeast-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    }
  }
  mock_resource "aws_launch_template" {
    defaults = {
      id = "lt-0123456789abcdef0"
    }
  }
}

variables {
  name               = "prod-seoul"
  kubernetes_version = "1.34"
  region             = "ap-northeast-2"
  account            = "111122223333"
  vpc_id             = "vpc-0123456789abcdef0"
  subnet_ids         = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
  cluster_role_name  = "prod-seoul-cluster"
  node_role_name     = "prod-seoul-system-node"
  ebs_csi_role_name  = "prod-seoul-ebs-csi"
  addons = {
    aws-ebs-csi-driver     = {}
    coredns                = {}
    eks-pod-identity-agent = {}
    kube-proxy             = {}
    vpc-cni                = { version = "v1.20.4-eksbuild.2", configuration = "{\"env\":{\"ENABLE_PREFIX_DELEGATION\":\"true\"}}" }
  }
  system_node_group = {
    instance_types = ["m7g.large", "m6g.large"]
    min_size       = 2
    max_size       = 4
    desired_size   = 2
    ami_type       = "AL2023_ARM_64_STANDARD"
    disk_size_gib  = 50
    labels         = { "lakewright.dev/pool" = "system" }
  }
  cluster_security_group_tags = { "karpenter.sh/discovery" = "prod-seoul" }
  tags                        = { team = "data" }
}

run "defaults" {
  command = plan

  assert {
    condition = (
      aws_eks_cluster.this.access_config[0].authentication_mode == "API"
      && aws_eks_cluster.this.access_config[0].bootstrap_cluster_creator_admin_permissions == false
      && length(aws_eks_access_entry.this) == 0
    )
    error_message = "nobody has access who was not given it"
  }
  assert {
    condition = (
      aws_eks_cluster.this.vpc_config[0].endpoint_private_access
      && aws_eks_cluster.this.vpc_config[0].endpoint_public_access == false
      && length(aws_vpc_security_group_ingress_rule.api) == 0
    )
    error_message = "the API server answers the cluster's own nodes only"
  }
  assert {
    condition     = aws_eks_cluster.this.bootstrap_self_managed_addons == false
    error_message = "add-ons have one owner"
  }
  assert {
    condition     = aws_eks_cluster.this.enabled_cluster_log_types == toset(["api", "audit", "authenticator"])
    error_message = "the logs of who did what are on"
  }
  assert {
    condition     = aws_cloudwatch_log_group.cluster[0].name == "/aws/eks/prod-seoul/cluster" && aws_cloudwatch_log_group.cluster[0].retention_in_days == 90
    error_message = "logs go to the group that EKS writes to, and end"
  }
  assert {
    condition     = aws_kms_key.secrets[0].enable_key_rotation && aws_kms_alias.secrets[0].name == "alias/eks/prod-seoul"
    error_message = "secrets have their own rotating key"
  }
  assert {
    condition     = aws_eks_cluster.this.encryption_config[0].resources == toset(["secrets"])
    error_message = "secrets are encrypted"
  }
  assert {
    condition     = terraform_data.deletion_protection.input == true
    error_message = "the cluster is protected"
  }
  assert {
    condition = jsondecode(aws_iam_role.cluster.assume_role_policy).Statement == [{
      Effect    = "Allow"
      Principal = { Service = "eks.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = {
        StringEquals = { "aws:SourceAccount" = "111122223333" }
        ArnLike      = { "aws:SourceArn" = "arn:aws:eks:ap-northeast-2:111122223333:cluster/prod-seoul" }
      }
    }]
    error_message = "EKS takes the control plane's role for this cluster only"
  }
  assert {
    condition     = jsondecode(aws_iam_role.node.assume_role_policy).Statement[0].Principal == { Service = "ec2.amazonaws.com" }
    error_message = "EC2 takes the node role"
  }
  assert {
    condition = toset([for attachment in aws_iam_role_policy_attachment.node : attachment.policy_arn]) == toset([
      "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
      "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy",
      "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy",
    ])
    error_message = "system nodes have the three managed policies they need"
  }
  assert {
    condition = (
      keys(aws_eks_addon.node) == ["eks-pod-identity-agent", "kube-proxy", "vpc-cni"]
      && keys(aws_eks_addon.this) == ["aws-ebs-csi-driver", "coredns"]
    )
    error_message = "what nodes need to become ready is installed before them"
  }
  assert {
    condition     = aws_eks_addon.node["vpc-cni"].addon_version == "v1.20.4-eksbuild.2" && aws_eks_addon.node["vpc-cni"].configuration_values == var.addons["vpc-cni"].configuration
    error_message = "an add-on has its version and configuration"
  }
  assert {
    condition = (
      aws_launch_template.system.metadata_options[0].http_tokens == "required"
      && aws_launch_template.system.metadata_options[0].http_put_response_hop_limit == 1
    )
    error_message = "pods cannot take the node's credentials"
  }
  assert {
    condition = (
      tobool(aws_launch_template.system.block_device_mappings[0].ebs[0].encrypted)
      && aws_launch_template.system.block_device_mappings[0].ebs[0].volume_type == "gp3"
      && aws_launch_template.system.block_device_mappings[0].ebs[0].volume_size == 50
    )
    error_message = "the root volume is encrypted gp3 of the size asked for"
  }
  assert {
    condition = (
      aws_eks_node_group.system.labels == tomap({ "lakewright.dev/pool" = "system" })
      && length(aws_eks_node_group.system.taint) == 0
      && aws_eks_node_group.system.instance_types == tolist(["m7g.large", "m6g.large"])
      && aws_eks_node_group.system.version == "1.34"
    )
    error_message = "the system node group is labelled, and takes any pod"
  }
}

run "applied" {
  command = apply

  # The run's own clean-up destroys the cluster.
  variables {
    deletion_protection = false
  }

  assert {
    condition     = aws_eks_cluster.this.encryption_config[0].provider[0].key_arn == aws_kms_key.secrets[0].arn
    error_message = "the cluster's own key encrypts secrets"
  }
  assert {
    condition     = jsondecode(aws_iam_role_policy.cluster_secrets.policy).Statement[0].Resource == aws_kms_key.secrets[0].arn
    error_message = "the control plane may use that key, and no other"
  }
  assert {
    condition = (
      aws_ec2_tag.cluster_security_group["karpenter.sh/discovery"].resource_id == aws_eks_cluster.this.vpc_config[0].cluster_security_group_id
      && aws_ec2_tag.cluster_security_group["karpenter.sh/discovery"].value == "prod-seoul"
    )
    error_message = "Karpenter finds the cluster's own security group"
  }
  assert {
    condition     = aws_eks_node_group.system.launch_template[0].id == "lt-0123456789abcdef0"
    error_message = "the node group uses the hardened launch template"
  }
  assert {
    condition = alltrue([
      for tags in [
        aws_eks_cluster.this.tags, aws_eks_node_group.system.tags, aws_iam_role.cluster.tags, aws_iam_role.node.tags,
        aws_kms_key.secrets[0].tags, aws_cloudwatch_log_group.cluster[0].tags, aws_eks_addon.this["coredns"].tags,
      ] : tags == tomap({ team = "data" })
    ])
    error_message = "everything is tagged"
  }
  assert {
    condition = (
      output.cluster_name == "prod-seoul"
      && output.cluster_arn == aws_eks_cluster.this.arn
      && output.cluster_endpoint == "https://0123.gr7.ap-northeast-2.eks.amazonaws.com"
      && output.cluster_certificate_authority_data == "LS0t"
      && output.cluster_security_group_id == aws_eks_cluster.this.vpc_config[0].cluster_security_group_id
      && output.oidc_issuer_url == "https://oidc.eks.ap-northeast-2.amazonaws.com/id/0123"
      && output.node_role_arn == aws_iam_role.node.arn
      && output.kms_key_arn == aws_kms_key.secrets[0].arn
    )
    error_message = "the outputs are the cluster's"
  }
}

run "access" {
  command = plan

  variables {
    partition = "aws-us-gov"
    access_entries = {
      admins = {
        principal_arn = "arn:aws-us-gov:iam::111122223333:role/platform-admin"
        policies      = { AmazonEKSClusterAdminPolicy = {} }
      }
      ads = {
        principal_arn     = "arn:aws-us-gov:iam::111122223333:role/ads"
        kubernetes_groups = ["team:ads"]
        policies = {
          AmazonEKSEditPolicy = { namespaces = ["ads", "ads-spark"] }
          AmazonEKSViewPolicy = {}
        }
      }
    }
  }

  assert {
    condition     = keys(aws_eks_access_entry.this) == ["admins", "ads"]
    error_message = "every principal has its entry"
  }
  assert {
    condition     = aws_eks_access_entry.this["ads"].kubernetes_groups == toset(["team:ads"])
    error_message = "an entry has its Kubernetes groups"
  }
  assert {
    condition = {
      for name, association in aws_eks_access_policy_association.this :
      name => [association.policy_arn, association.access_scope[0].type, join(" ", association.access_scope[0].namespaces)]
      } == {
      "admins/AmazonEKSClusterAdminPolicy" = ["arn:aws-us-gov:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy", "cluster", ""]
      "ads/AmazonEKSEditPolicy"            = ["arn:aws-us-gov:eks::aws:cluster-access-policy/AmazonEKSEditPolicy", "namespace", "ads ads-spark"]
      "ads/AmazonEKSViewPolicy"            = ["arn:aws-us-gov:eks::aws:cluster-access-policy/AmazonEKSViewPolicy", "cluster", ""]
    }
    error_message = "a policy without namespaces is the whole cluster's"
  }
}

run "public_endpoint" {
  command = plan

  variables {
    endpoint_public_access = true
    public_access_cidrs    = ["203.0.113.0/24"]
    private_access_cidrs   = ["10.20.0.0/16", "10.30.0.0/16"]
  }

  assert {
    condition = (
      aws_eks_cluster.this.vpc_config[0].endpoint_public_access
      && aws_eks_cluster.this.vpc_config[0].endpoint_private_access
      && aws_eks_cluster.this.vpc_config[0].public_access_cidrs == toset(["203.0.113.0/24"])
    )
    error_message = "a public API server answers named blocks, and still the VPC"
  }
  assert {
    condition = alltrue([
      for block, rule in aws_vpc_security_group_ingress_rule.api :
      rule.cidr_ipv4 == block && rule.from_port == 443 && rule.to_port == 443 && rule.ip_protocol == "tcp"
    ]) && length(aws_vpc_security_group_ingress_rule.api) == 2
    error_message = "private_access_cidrs reach the API server's port, and no other"
  }
}

run "own_choices" {
  command = plan

  variables {
    service_cidr       = "172.20.0.0/16"
    kms_key_arn        = "arn:aws:kms:ap-northeast-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    log_types          = []
    log_retention_days = 3653
    ebs_csi_role_name  = null
    addons             = { coredns = {}, kube-proxy = {}, vpc-cni = {} }
  }

  assert {
    condition     = aws_eks_cluster.this.kubernetes_network_config[0].service_ipv4_cidr == "172.20.0.0/16"
    error_message = "services have the block asked for"
  }
  assert {
    condition = (
      length(aws_kms_key.secrets) + length(aws_kms_alias.secrets) == 0
      && aws_eks_cluster.this.encryption_config[0].provider[0].key_arn == var.kms_key_arn
      && output.kms_key_arn == var.kms_key_arn
    )
    error_message = "a given key replaces the cluster's own"
  }
  assert {
    condition     = length(aws_cloudwatch_log_group.cluster) == 0
    error_message = "without logs there is no log group"
  }
  assert {
    condition     = length(module.ebs_csi) == 0
    error_message = "the EBS CSI driver's role is made with its add-on only"
  }
}

run "limits" {
  command = plan

  variables {
    name               = format("c%099d", 0)
    cluster_role_name  = format("%064d", 0)
    service_cidr       = "172.16.0.0/12"
    log_retention_days = 1
    system_node_group = {
      instance_types = ["m7i.large"]
      min_size       = 1
      max_size       = 1
      desired_size   = 1
      ami_type       = "AL2023_x86_64_STANDARD"
      disk_size_gib  = 20
      labels         = {}
    }
  }

  assert {
    condition     = length(aws_eks_cluster.this.name) == 100 && length(aws_iam_role.cluster.name) == 64
    error_message = "the longest names are taken"
  }
}

run "refuses_long_name" {
  command         = plan
  expect_failures = [var.name]
  variables {
    name = format("c%0100d", 0)
  }
}

run "refuses_patch_version" {
  command         = plan
  expect_failures = [var.kubernetes_version]
  variables {
    kubernetes_version = "1.34.1"
  }
}

run "refuses_bad_region" {
  command         = plan
  expect_failures = [var.region]
  variables {
    region = "*"
  }
}

run "refuses_bad_account" {
  command         = plan
  expect_failures = [var.account]
  variables {
    account = "11112222333"
  }
}

run "refuses_bad_partition" {
  command         = plan
  expect_failures = [var.partition]
  variables {
    partition = "aws-iso"
  }
}

run "refuses_one_subnet" {
  command         = plan
  expect_failures = [var.subnet_ids]
  variables {
    subnet_ids = ["subnet-0123456789abcdef0"]
  }
}

run "refuses_public_service_cidr" {
  command         = plan
  expect_failures = [var.service_cidr]
  variables {
    service_cidr = "203.0.0.0/16"
  }
}

run "refuses_large_service_cidr" {
  command         = plan
  expect_failures = [var.service_cidr]
  variables {
    service_cidr = "10.0.0.0/8"
  }
}

run "refuses_public_endpoint_without_blocks" {
  command         = plan
  expect_failures = [var.public_access_cidrs]
  variables {
    endpoint_public_access = true
  }
}

run "refuses_public_endpoint_for_the_internet" {
  command         = plan
  expect_failures = [var.public_access_cidrs]
  variables {
    endpoint_public_access = true
    public_access_cidrs    = ["203.0.113.0/24", "0.0.0.0/0"]
  }
}

run "refuses_private_access_for_everybody" {
  command         = plan
  expect_failures = [var.private_access_cidrs]
  variables {
    private_access_cidrs = ["0.0.0.0/0"]
  }
}

run "refuses_unknown_log_type" {
  command         = plan
  expect_failures = [var.log_types]
  variables {
    log_types = ["api", "kubelet"]
  }
}

run "refuses_endless_logs" {
  command         = plan
  expect_failures = [var.log_retention_days]
  variables {
    log_retention_days = 0
  }
}

run "refuses_key_alias" {
  command         = plan
  expect_failures = [var.kms_key_arn]
  variables {
    kms_key_arn = "arn:aws:kms:ap-northeast-2:111122223333:alias/eks"
  }
}

run "refuses_bad_principal" {
  command         = plan
  expect_failures = [var.access_entries]
  variables {
    access_entries = { everybody = { principal_arn = "*" } }
  }
}

run "refuses_duplicate_principal" {
  command         = plan
  expect_failures = [var.access_entries]
  variables {
    access_entries = {
      admins = { principal_arn = "arn:aws:iam::111122223333:role/admin" }
      again  = { principal_arn = "arn:aws:iam::111122223333:role/admin" }
    }
  }
}

run "refuses_reserved_group" {
  command         = plan
  expect_failures = [var.access_entries]
  variables {
    access_entries = {
      admins = { principal_arn = "arn:aws:iam::111122223333:role/admin", kubernetes_groups = ["system:masters"] }
    }
  }
}

run "refuses_policy_arn" {
  command         = plan
  expect_failures = [var.access_entries]
  variables {
    access_entries = {
      admins = {
        principal_arn = "arn:aws:iam::111122223333:role/admin"
        policies      = { "arn:aws:eks::aws:cluster-access-policy/AmazonEKSAdminPolicy" = {} }
      }
    }
  }
}

run "refuses_missing_addon" {
  command         = plan
  expect_failures = [var.addons]
  variables {
    addons = { coredns = {}, kube-proxy = {} }
  }
}

run "refuses_ebs_csi_without_pod_identity" {
  command         = plan
  expect_failures = [var.addons]
  variables {
    addons = { aws-ebs-csi-driver = {}, coredns = {}, kube-proxy = {}, vpc-cni = {} }
  }
}

run "refuses_bad_addon_configuration" {
  command         = plan
  expect_failures = [var.addons]
  variables {
    addons = { coredns = { configuration = "replicaCount: 2" }, kube-proxy = {}, vpc-cni = {} }
  }
}

run "refuses_no_instance_type" {
  command         = plan
  expect_failures = [var.system_node_group]
  variables {
    system_node_group = {
      instance_types = [], min_size = 2, max_size = 4, desired_size = 2, ami_type = "AL2023_ARM_64_STANDARD", disk_size_gib = 50, labels = {}
    }
  }
}

run "refuses_desired_size_over_maximum" {
  command         = plan
  expect_failures = [var.system_node_group]
  variables {
    system_node_group = {
      instance_types = ["m7g.large"], min_size = 2, max_size = 4, desired_size = 5, ami_type = "AL2023_ARM_64_STANDARD", disk_size_gib = 50, labels = {}
    }
  }
}

run "refuses_no_nodes" {
  command         = plan
  expect_failures = [var.system_node_group]
  variables {
    system_node_group = {
      instance_types = ["m7g.large"], min_size = 0, max_size = 4, desired_size = 2, ami_type = "AL2023_ARM_64_STANDARD", disk_size_gib = 50, labels = {}
    }
  }
}

run "refuses_other_images" {
  command         = plan
  expect_failures = [var.system_node_group]
  variables {
    system_node_group = {
      instance_types = ["m7g.large"], min_size = 2, max_size = 4, desired_size = 2, ami_type = "BOTTLEROCKET_ARM_64", disk_size_gib = 50, labels = {}
    }
  }
}

run "refuses_small_disk" {
  command         = plan
  expect_failures = [var.system_node_group]
  variables {
    system_node_group = {
      instance_types = ["m7g.large"], min_size = 2, max_size = 4, desired_size = 2, ami_type = "AL2023_ARM_64_STANDARD", disk_size_gib = 19, labels = {}
    }
  }
}

run "refuses_long_cluster_role_name" {
  command         = plan
  expect_failures = [var.cluster_role_name]
  variables {
    cluster_role_name = format("%065d", 0)
  }
}

run "refuses_bad_node_role_name" {
  command         = plan
  expect_failures = [var.node_role_name]
  variables {
    node_role_name = "role/node"
  }
}

run "refuses_one_role_for_both" {
  command         = plan
  expect_failures = [var.node_role_name]
  variables {
    node_role_name = "prod-seoul-cluster"
  }
}

run "refuses_bad_ebs_csi_role_name" {
  command         = plan
  expect_failures = [var.ebs_csi_role_name]
  variables {
    ebs_csi_role_name = "role/ebs"
  }
}

run "refuses_ebs_csi_without_role_name" {
  command         = plan
  expect_failures = [var.ebs_csi_role_name]
  variables {
    ebs_csi_role_name = null
  }
}

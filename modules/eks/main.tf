locals {
  # Add-ons that a node needs to become ready. The others need ready nodes to become active.
  node_addons = ["eks-pod-identity-agent", "kube-proxy", "vpc-cni"]

  own_key     = var.kms_key_arn == null
  kms_key_arn = local.own_key ? aws_kms_key.secrets[0].arn : var.kms_key_arn
}

# No key policy: KMS's default leaves access to the account's IAM policies.
resource "aws_kms_key" "secrets" {
  count = local.own_key ? 1 : 0

  description             = "Kubernetes secrets of the EKS cluster ${var.name}"
  enable_key_rotation     = true
  deletion_window_in_days = 30

  tags = var.tags
}

resource "aws_kms_alias" "secrets" {
  count = local.own_key ? 1 : 0

  name          = "alias/eks/${var.name}"
  target_key_id = aws_kms_key.secrets[0].key_id
}

# EKS would make this group itself, and keep its logs for ever.
resource "aws_cloudwatch_log_group" "cluster" {
  count = length(var.log_types) > 0 ? 1 : 0

  name              = "/aws/eks/${var.name}/cluster"
  retention_in_days = var.log_retention_days

  tags = var.tags
}

resource "aws_security_group" "api" {
  name        = "${var.name}-api"
  description = "HTTPS to the Kubernetes API server in the VPC"
  vpc_id      = var.vpc_id

  tags = merge(var.tags, { Name = "${var.name}-api" })
}

resource "aws_vpc_security_group_ingress_rule" "api" {
  for_each = var.private_access_cidrs

  security_group_id = aws_security_group.api.id
  description       = "Kubernetes API"
  cidr_ipv4         = each.key
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443

  tags = merge(var.tags, { Name = "${var.name}-api" })
}

resource "aws_eks_cluster" "this" {
  name                          = var.name
  version                       = var.kubernetes_version
  role_arn                      = aws_iam_role.cluster.arn
  enabled_cluster_log_types     = var.log_types
  bootstrap_self_managed_addons = false

  access_config {
    authentication_mode                         = "API"
    bootstrap_cluster_creator_admin_permissions = false
  }

  vpc_config {
    subnet_ids              = var.subnet_ids
    security_group_ids      = [aws_security_group.api.id]
    endpoint_private_access = true
    endpoint_public_access  = var.endpoint_public_access
    public_access_cidrs     = var.endpoint_public_access ? var.public_access_cidrs : null
  }

  kubernetes_network_config {
    ip_family         = "ipv4"
    service_ipv4_cidr = var.service_cidr
  }

  encryption_config {
    resources = ["secrets"]

    provider {
      key_arn = local.kms_key_arn
    }
  }

  tags = var.tags

  # EKS makes and removes the control plane's network interfaces with this role.
  depends_on = [
    aws_cloudwatch_log_group.cluster,
    aws_iam_role_policy.cluster_secrets,
    aws_iam_role_policy_attachment.cluster,
  ]
}

resource "aws_ec2_tag" "cluster_security_group" {
  for_each = var.cluster_security_group_tags

  resource_id = aws_eks_cluster.this.vpc_config[0].cluster_security_group_id
  key         = each.key
  value       = each.value
}

resource "aws_eks_access_entry" "this" {
  for_each = var.access_entries

  cluster_name      = aws_eks_cluster.this.name
  principal_arn     = each.value.principal_arn
  kubernetes_groups = each.value.kubernetes_groups

  tags = var.tags
}

resource "aws_eks_access_policy_association" "this" {
  for_each = merge([
    for name, entry in var.access_entries : {
      for policy, scope in entry.policies : "${name}/${policy}" => {
        entry      = name
        policy     = policy
        namespaces = scope.namespaces
      }
    }
  ]...)

  cluster_name  = aws_eks_cluster.this.name
  principal_arn = aws_eks_access_entry.this[each.value.entry].principal_arn
  policy_arn    = "arn:${var.partition}:eks::aws:cluster-access-policy/${each.value.policy}"

  access_scope {
    type       = length(each.value.namespaces) > 0 ? "namespace" : "cluster"
    namespaces = each.value.namespaces
  }
}

resource "aws_eks_addon" "node" {
  for_each = { for name, addon in var.addons : name => addon if contains(local.node_addons, name) }

  cluster_name                = aws_eks_cluster.this.name
  addon_name                  = each.key
  addon_version               = each.value.version
  configuration_values        = each.value.configuration
  resolve_conflicts_on_create = "OVERWRITE"
  resolve_conflicts_on_update = "OVERWRITE"

  tags = var.tags
}

resource "aws_eks_addon" "this" {
  for_each = { for name, addon in var.addons : name => addon if !contains(local.node_addons, name) }

  cluster_name                = aws_eks_cluster.this.name
  addon_name                  = each.key
  addon_version               = each.value.version
  configuration_values        = each.value.configuration
  resolve_conflicts_on_create = "OVERWRITE"
  resolve_conflicts_on_update = "OVERWRITE"

  tags = var.tags

  depends_on = [aws_eks_node_group.system, module.ebs_csi]
}

resource "aws_launch_template" "system" {
  name        = "${var.name}-system"
  description = "System nodes of the EKS cluster ${var.name}"

  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      encrypted             = true
      volume_type           = "gp3"
      volume_size           = var.system_node_group.disk_size_gib
      delete_on_termination = true
    }
  }

  # One hop keeps the node's credentials from pods that are not on the host's network.
  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  dynamic "tag_specifications" {
    for_each = toset(["instance", "network-interface", "volume"])

    content {
      resource_type = tag_specifications.key
      tags          = merge(var.tags, { Name = "${var.name}-system" })
    }
  }

  tags = var.tags
}

resource "aws_eks_node_group" "system" {
  cluster_name           = aws_eks_cluster.this.name
  node_group_name_prefix = "system-"
  node_role_arn          = aws_iam_role.node.arn
  subnet_ids             = var.subnet_ids
  version                = var.kubernetes_version
  ami_type               = var.system_node_group.ami_type
  instance_types         = var.system_node_group.instance_types
  labels                 = var.system_node_group.labels

  launch_template {
    id      = aws_launch_template.system.id
    version = aws_launch_template.system.latest_version
  }

  scaling_config {
    min_size     = var.system_node_group.min_size
    max_size     = var.system_node_group.max_size
    desired_size = var.system_node_group.desired_size
  }

  update_config {
    max_unavailable = 1
  }

  tags = var.tags

  # A new node group takes over before the old one drains.
  lifecycle {
    create_before_destroy = true
  }

  depends_on = [aws_eks_addon.node, aws_iam_role_policy_attachment.node]
}

# AWS provider 5.100 does not know EKS's own deletion protection, so Terraform holds it: this goes first when the cluster
# goes, and refuses.
resource "terraform_data" "deletion_protection" {
  input            = var.deletion_protection
  triggers_replace = aws_eks_cluster.this.arn

  provisioner "local-exec" {
    when    = destroy
    command = self.output ? "echo deletion_protection is on: apply with false before destroying or replacing the cluster && exit 1" : "exit 0"
  }

  depends_on = [
    aws_ec2_tag.cluster_security_group,
    aws_eks_access_policy_association.this,
    aws_eks_addon.this,
    aws_kms_alias.secrets,
    aws_vpc_security_group_ingress_rule.api,
  ]
}

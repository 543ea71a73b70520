variable "name" {
  description = "Name of the cluster."
  type        = string

  validation {
    condition     = can(regex("^[a-zA-Z0-9][a-zA-Z0-9_-]{0,99}$", var.name))
    error_message = "name must be 1 to 100 letters, digits, hyphens or underscores, and start with a letter or digit."
  }
}

variable "kubernetes_version" {
  description = "Kubernetes minor version of the control plane and the system nodes, as in 1.34."
  type        = string

  validation {
    condition     = can(regex("^1\\.[0-9]{2}$", var.kubernetes_version))
    error_message = "kubernetes_version must be a minor version, as in 1.34."
  }
}

variable "region" {
  description = "AWS region of the cluster, as in ap-northeast-2."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region must be an AWS region name, as in ap-northeast-2."
  }
}

variable "account" {
  description = "ID of the AWS account of the cluster."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account))
    error_message = "account must be a 12-digit AWS account ID."
  }
}

variable "partition" {
  description = "AWS partition of the cluster: aws, aws-cn or aws-us-gov."
  type        = string
  default     = "aws"

  validation {
    condition     = contains(["aws", "aws-cn", "aws-us-gov"], var.partition)
    error_message = "partition must be aws, aws-cn or aws-us-gov."
  }
}

variable "vpc_id" {
  description = "ID of the VPC that holds subnet_ids."
  type        = string
}

variable "subnet_ids" {
  description = "IDs of the private subnets, in at least two zones, of the control plane's network interfaces and the system nodes."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "subnet_ids must have at least two subnets, in two zones."
  }
}

variable "service_cidr" {
  description = "IPv4 block of Kubernetes services, private, /24 to /12; null for EKS's choice. It cannot change later."
  type        = string
  default     = null

  validation {
    condition = var.service_cidr == null || can(cidrnetmask(var.service_cidr)) && try(
      cidrhost(var.service_cidr, 0) == split("/", var.service_cidr)[0]
      && tonumber(split("/", var.service_cidr)[1]) >= 12
      && tonumber(split("/", var.service_cidr)[1]) <= 24
      && anytrue([
        cidrhost("${split("/", var.service_cidr)[0]}/8", 0) == "10.0.0.0",
        cidrhost("${split("/", var.service_cidr)[0]}/12", 0) == "172.16.0.0",
        cidrhost("${split("/", var.service_cidr)[0]}/16", 0) == "192.168.0.0",
      ]), false
    )
    error_message = "service_cidr must be the first address of an IPv4 block between /24 and /12 within 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16."
  }
}

variable "endpoint_public_access" {
  description = "Whether the API server also answers on the internet. It always answers in the VPC."
  type        = bool
  default     = false
}

variable "public_access_cidrs" {
  description = "IPv4 blocks that reach a public API server."
  type        = list(string)
  default     = []

  validation {
    condition     = !var.endpoint_public_access || length(var.public_access_cidrs) > 0
    error_message = "public_access_cidrs must name who reaches a public API server."
  }

  validation {
    condition     = alltrue([for block in var.public_access_cidrs : can(cidrnetmask(block)) && !endswith(block, "/0")])
    error_message = "public_access_cidrs must be IPv4 blocks, and not the whole internet."
  }
}

variable "private_access_cidrs" {
  description = "IPv4 blocks, beside the cluster's own nodes, that reach the private API server: a VPN, a bastion, a runner."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for block in var.private_access_cidrs : can(cidrnetmask(block)) && !endswith(block, "/0")])
    error_message = "private_access_cidrs must be IPv4 blocks, and not 0.0.0.0/0."
  }
}

variable "cluster_security_group_tags" {
  description = "Tags of the security group that EKS makes for control plane and nodes, such as one by which Karpenter finds it."
  type        = map(string)
  default     = {}
}

variable "log_types" {
  description = "Control plane logs sent to CloudWatch: api, audit, authenticator, controllerManager, scheduler."
  type        = set(string)
  default     = ["api", "audit", "authenticator"]

  validation {
    condition     = length(setsubtract(var.log_types, ["api", "audit", "authenticator", "controllerManager", "scheduler"])) == 0
    error_message = "log_types must be among api, audit, authenticator, controllerManager and scheduler."
  }
}

variable "log_retention_days" {
  description = "Days that CloudWatch keeps the control plane's logs."
  type        = number
  default     = 90

  # https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
  validation {
    condition = contains([
      1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653
    ], var.log_retention_days)
    error_message = "log_retention_days must be a period that CloudWatch Logs offers: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653."
  }
}

variable "deletion_protection" {
  description = "Whether Terraform refuses to destroy or replace the cluster. Takes an apply with false before a destroy."
  type        = bool
  default     = true
}

variable "kms_key_arn" {
  description = "ARN of the KMS key that encrypts secrets; null for a key of the cluster's own."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[a-zA-Z0-9-]+$", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a KMS key, not of an alias."
  }
}

variable "access_entries" {
  description = "Who may use the cluster, by a name of the caller's: an IAM principal, its Kubernetes groups, and its access policies by short name (AmazonEKSViewPolicy), for the whole cluster or for namespaces."
  type = map(object({
    principal_arn     = string
    kubernetes_groups = optional(list(string), [])
    policies = optional(map(object({
      namespaces = optional(list(string), [])
    })), {})
  }))
  default = {}

  validation {
    condition     = alltrue([for entry in var.access_entries : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:(role|user)/.+$", entry.principal_arn))])
    error_message = "every principal_arn of access_entries must be the ARN of an IAM role or user."
  }

  validation {
    condition     = length(distinct([for entry in var.access_entries : entry.principal_arn])) == length(var.access_entries)
    error_message = "access_entries must not name a principal twice: EKS keeps one entry for each."
  }

  validation {
    condition = alltrue([
      for group in flatten([for entry in var.access_entries : entry.kubernetes_groups]) :
      !can(regex("^(amazon|aws|eks|iam|system):", group))
    ])
    error_message = "kubernetes_groups of access_entries must not start with amazon:, aws:, eks:, iam: or system:, which EKS reserves."
  }

  validation {
    condition = alltrue([
      for policy in flatten([for entry in var.access_entries : keys(entry.policies)]) : can(regex("^Amazon[A-Za-z0-9]+Policy$", policy))
    ])
    error_message = "policies of access_entries must be short names of EKS access policies, as in AmazonEKSClusterAdminPolicy."
  }
}

variable "addons" {
  description = "EKS add-ons by name: the version (null for EKS's default) and the configuration as JSON."
  type = map(object({
    version       = optional(string)
    configuration = optional(string)
  }))

  validation {
    condition     = length(setsubtract(["coredns", "kube-proxy", "vpc-cni"], keys(var.addons))) == 0
    error_message = "addons must have coredns, kube-proxy and vpc-cni: the cluster starts without them, and nodes are not ready until they run."
  }

  validation {
    condition     = !contains(keys(var.addons), "aws-ebs-csi-driver") || contains(keys(var.addons), "eks-pod-identity-agent")
    error_message = "addons must have eks-pod-identity-agent beside aws-ebs-csi-driver, which gets its role from it."
  }

  validation {
    condition     = alltrue([for addon in var.addons : addon.configuration == null || can(keys(jsondecode(addon.configuration)))])
    error_message = "every configuration of addons must be a JSON object."
  }
}

variable "system_node_group" {
  description = "Managed node group of the pods that must run before Karpenter does: instance types of one architecture, its size, AMI type, root volume in GiB, and Kubernetes labels."
  type = object({
    instance_types = list(string)
    min_size       = number
    max_size       = number
    desired_size   = number
    ami_type       = string
    disk_size_gib  = number
    labels         = map(string)
  })

  validation {
    condition     = length(var.system_node_group.instance_types) > 0
    error_message = "system_node_group must name at least one of instance_types."
  }

  validation {
    condition = (
      var.system_node_group.min_size >= 1
      && var.system_node_group.min_size <= var.system_node_group.desired_size
      && var.system_node_group.desired_size <= var.system_node_group.max_size
    )
    error_message = "system_node_group must have 1 <= min_size <= desired_size <= max_size."
  }

  # Other images keep their data on another device than the one that the launch template encrypts.
  validation {
    condition     = contains(["AL2023_x86_64_STANDARD", "AL2023_ARM_64_STANDARD"], var.system_node_group.ami_type)
    error_message = "ami_type of system_node_group must be AL2023_x86_64_STANDARD or AL2023_ARM_64_STANDARD."
  }

  validation {
    condition     = var.system_node_group.disk_size_gib >= 20 && var.system_node_group.disk_size_gib <= 16384
    error_message = "disk_size_gib of system_node_group must be between 20 and 16384, the most that gp3 offers."
  }
}

variable "cluster_role_name" {
  description = "Name of the IAM role of the control plane."
  type        = string

  validation {
    condition     = can(regex("^[a-zA-Z0-9+=,.@_-]{1,64}$", var.cluster_role_name))
    error_message = "cluster_role_name must be 1 to 64 letters, digits or any of +=,.@_-."
  }
}

variable "node_role_name" {
  description = "Name of the IAM role of the system nodes."
  type        = string

  validation {
    condition     = can(regex("^[a-zA-Z0-9+=,.@_-]{1,64}$", var.node_role_name))
    error_message = "node_role_name must be 1 to 64 letters, digits or any of +=,.@_-."
  }

  validation {
    condition     = var.node_role_name != var.cluster_role_name
    error_message = "node_role_name must not be the control plane's role."
  }
}

variable "ebs_csi_role_name" {
  description = "Name of the IAM role of the EBS CSI driver; needed with the add-on aws-ebs-csi-driver."
  type        = string
  default     = null

  validation {
    condition     = var.ebs_csi_role_name == null || can(regex("^[a-zA-Z0-9+=,.@_-]{1,64}$", var.ebs_csi_role_name))
    error_message = "ebs_csi_role_name must be 1 to 64 letters, digits or any of +=,.@_-."
  }

  validation {
    condition     = var.ebs_csi_role_name != null || !contains(keys(var.addons), "aws-ebs-csi-driver")
    error_message = "ebs_csi_role_name must be set with the add-on aws-ebs-csi-driver."
  }
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
  default     = {}
}

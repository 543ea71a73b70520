variable "role_name" {
  description = "Name of the IAM role."
  type        = string

  validation {
    condition     = can(regex("^[a-zA-Z0-9+=,.@_-]{1,64}$", var.role_name))
    error_message = "role_name must be 1 to 64 letters, digits or any of +=,.@_-."
  }
}

variable "cluster_name" {
  description = "EKS cluster whose pods take the role."
  type        = string

  validation {
    condition     = can(regex("^[a-zA-Z0-9][a-zA-Z0-9_-]{0,99}$", var.cluster_name))
    error_message = "cluster_name must be 1 to 100 letters, digits, hyphens or underscores, and start with a letter or digit."
  }
}

variable "associations" {
  description = "Kubernetes service accounts whose pods take the role."
  type = list(object({
    namespace       = string
    service_account = string
  }))

  validation {
    condition     = length(var.associations) > 0
    error_message = "associations must name at least one service account: nothing could take the role."
  }

  validation {
    condition = alltrue([
      for account in var.associations :
      can(regex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", account.namespace))
      && can(regex("^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$", account.service_account))
    ])
    error_message = "associations must name Kubernetes namespaces (63 characters) and service accounts (253 characters), in lower case."
  }

  validation {
    condition     = length(distinct(var.associations)) == length(var.associations)
    error_message = "associations must not name a service account twice."
  }
}

variable "policy_json" {
  description = "Inline IAM policy of the role, as a JSON document; null for none."
  type        = string
  default     = null

  validation {
    condition     = var.policy_json == null || can(jsondecode(var.policy_json).Statement)
    error_message = "policy_json must be an IAM policy document in JSON, with its Statement."
  }

  # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: white space does not count.
  validation {
    condition     = var.policy_json == null || try(length(replace(var.policy_json, "/\\s/", "")), 0) <= 10240
    error_message = "policy_json must not exceed 10,240 characters, IAM's limit on the inline policies of a role."
  }
}

variable "managed_policy_arns" {
  description = "ARNs of managed policies to attach to the role."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.managed_policy_arns : can(regex("^arn:[a-z-]+:iam::(aws|[0-9]{12}):policy/.+$", arn))])
    error_message = "managed_policy_arns must be ARNs of IAM policies."
  }

  validation {
    condition     = length(distinct(var.managed_policy_arns)) == length(var.managed_policy_arns)
    error_message = "managed_policy_arns must not name a policy twice."
  }
}

variable "account" {
  description = "ID of the cluster's AWS account."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account))
    error_message = "account must be a 12-digit AWS account ID."
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

variable "partition" {
  description = "AWS partition of the cluster: aws, aws-cn or aws-us-gov."
  type        = string
  default     = "aws"

  validation {
    condition     = contains(["aws", "aws-cn", "aws-us-gov"], var.partition)
    error_message = "partition must be aws, aws-cn or aws-us-gov."
  }
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
  default     = {}
}

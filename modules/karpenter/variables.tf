variable "cluster_name" {
  description = "EKS cluster that Karpenter adds nodes to."
  type        = string

  validation {
    condition     = can(regex("^[a-zA-Z0-9][a-zA-Z0-9_-]{0,99}$", var.cluster_name))
    error_message = "cluster_name must be 1 to 100 letters, digits, hyphens or underscores, and start with a letter or digit."
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
  description = "ID of the cluster's AWS account."
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

variable "controller_role_name" {
  description = "Name of the IAM role of Karpenter's controller."
  type        = string

  validation {
    condition     = can(regex("^[a-zA-Z0-9+=,.@_-]{1,64}$", var.controller_role_name))
    error_message = "controller_role_name must be 1 to 64 letters, digits or any of +=,.@_-."
  }
}

variable "node_role_name" {
  description = "Name of the IAM role of the nodes."
  type        = string

  validation {
    condition     = can(regex("^[a-zA-Z0-9+=,.@_-]{1,64}$", var.node_role_name))
    error_message = "node_role_name must be 1 to 64 letters, digits or any of +=,.@_-."
  }

  validation {
    condition     = var.node_role_name != var.controller_role_name
    error_message = "node_role_name must not be the controller's role."
  }
}

variable "instance_profile_name" {
  description = "Name of the instance profile of the nodes, as in the instanceProfile of an EC2NodeClass."
  type        = string

  validation {
    condition     = can(regex("^[a-zA-Z0-9+=,.@_-]{1,128}$", var.instance_profile_name))
    error_message = "instance_profile_name must be 1 to 128 letters, digits or any of +=,.@_-."
  }
}

variable "policy_json" {
  description = "IAM policy of the controller's role, as a JSON document."
  type        = string

  validation {
    condition     = can(jsondecode(var.policy_json).Statement)
    error_message = "policy_json must be an IAM policy document in JSON, with its Statement."
  }
}

variable "queue_name" {
  description = "Name of the interruption queue, as in Karpenter's settings.interruptionQueue, and prefix of the names of the rules that feed it."
  type        = string

  # EventBridge allows a rule 64 characters, of which the longest suffix takes 10.
  validation {
    condition     = can(regex("^[a-zA-Z0-9_-]{1,54}$", var.queue_name))
    error_message = "queue_name must be 1 to 54 letters, digits, hyphens or underscores."
  }
}

variable "namespace" {
  description = "Kubernetes namespace of the controller."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", var.namespace))
    error_message = "namespace must be the name of a Kubernetes namespace: up to 63 lower-case letters, digits or hyphens."
  }
}

variable "service_account" {
  description = "Kubernetes service account of the controller."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$", var.service_account))
    error_message = "service_account must be the name of a Kubernetes service account: up to 253 lower-case letters, digits, hyphens or dots."
  }
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
  default     = {}
}

variable "name" {
  description = "Name of the VPC, and prefix of the names of everything in it."
  type        = string

  validation {
    condition     = can(regex("^[a-zA-Z0-9][a-zA-Z0-9-]{0,99}$", var.name))
    error_message = "name must be 1 to 100 letters, digits or hyphens, and start with a letter or digit."
  }
}

variable "cidr" {
  description = "IPv4 CIDR block of the VPC, /16 to /28."
  type        = string

  validation {
    condition = can(cidrnetmask(var.cidr)) && try(
      cidrhost(var.cidr, 0) == split("/", var.cidr)[0]
      && tonumber(split("/", var.cidr)[1]) >= 16
      && tonumber(split("/", var.cidr)[1]) <= 28, false
    )
    error_message = "cidr must be the first address of an IPv4 block between /16 and /28, as in 10.20.0.0/16."
  }
}

variable "region" {
  description = "AWS region of the VPC, as in ap-northeast-2."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region must be an AWS region name, as in ap-northeast-2."
  }
}

variable "zones" {
  description = "Subnets by full zone name (ap-northeast-2a): the private block, and the public block of a zone that has one."
  type = map(object({
    private_cidr = string
    public_cidr  = optional(string)
  }))

  validation {
    condition     = length(var.zones) >= 2
    error_message = "zones must name at least two availability zones: EKS refuses a cluster with fewer."
  }

  validation {
    condition     = alltrue([for zone in keys(var.zones) : can(regex("^${var.region}[a-z]$", zone))])
    error_message = "every key of zones must be the full name of a zone of region, as in ap-northeast-2a."
  }

  # A subnet lies in the VPC when its network address, cut to the VPC's prefix, is the VPC's.
  validation {
    condition = alltrue([
      for block in flatten([for zone in var.zones : compact([zone.private_cidr, zone.public_cidr])]) :
      can(cidrnetmask(block)) && try(
        cidrhost(block, 0) == split("/", block)[0]
        && tonumber(split("/", block)[1]) <= 28
        && tonumber(split("/", block)[1]) >= tonumber(split("/", var.cidr)[1])
        && cidrhost("${split("/", block)[0]}/${split("/", var.cidr)[1]}", 0) == cidrhost(var.cidr, 0), false
      )
    ])
    error_message = "every private_cidr and public_cidr must be an IPv4 block inside cidr, no smaller than /28."
  }
}

variable "nat" {
  description = "Way out of the private subnets: \"per-zone\" NAT gateways, a \"single\" one shared by all zones, or \"none\"."
  type        = string
  default     = "per-zone"

  validation {
    condition     = contains(["per-zone", "single", "none"], var.nat)
    error_message = "nat must be \"per-zone\", \"single\" or \"none\"."
  }

  validation {
    condition     = var.nat != "per-zone" || alltrue([for zone in var.zones : zone.public_cidr != null])
    error_message = "nat \"per-zone\" needs a public_cidr in every zone."
  }

  validation {
    condition     = var.nat != "single" || anytrue([for zone in var.zones : zone.public_cidr != null])
    error_message = "nat \"single\" needs a public_cidr in at least one zone."
  }
}

variable "interface_endpoints" {
  description = "Short names of the AWS services reached through interface endpoints, as in ecr.api. S3 always has a gateway endpoint."
  type        = set(string)
  default     = []

  validation {
    condition = alltrue([
      for service in var.interface_endpoints : can(regex("^[a-z0-9]+([.-][a-z0-9]+)*$", service)) && !startswith(service, "com.")
    ])
    error_message = "interface_endpoints must be short service names, as in sts or ecr.api, not full endpoint names."
  }

  validation {
    condition     = !contains(var.interface_endpoints, "s3")
    error_message = "interface_endpoints must not name s3, which always has a gateway endpoint."
  }
}

variable "private_subnet_tags" {
  description = "Tags of the private subnets, such as one by which Karpenter finds them."
  type        = map(string)
  default     = {}
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
  default     = {}
}

mock_provider "aws" {}

variables {
  name                = "prod-seoul"
  cidr                = "10.20.0.0/16"
  region              = "ap-northeast-2"
  private_subnet_tags = { "karpenter.sh/discovery" = "prod-seoul" }
  zones = {
    "ap-northeast-2a" = { private_cidr = "10.20.0.0/18", public_cidr = "10.20.192.0/22" }
    "ap-northeast-2b" = { private_cidr = "10.20.64.0/18", public_cidr = "10.20.196.0/22" }
    "ap-northeast-2c" = { private_cidr = "10.20.128.0/18", public_cidr = "10.20.200.0/22" }
  }
  tags = { team = "data" }
}

run "defaults" {
  command = apply

  assert {
    condition     = aws_vpc.this.enable_dns_support && aws_vpc.this.enable_dns_hostnames
    error_message = "interface endpoints need DNS in the VPC"
  }
  assert {
    condition     = length(aws_nat_gateway.this) == 3 && length(aws_eip.nat) == 3
    error_message = "the default is a NAT gateway in every zone"
  }
  assert {
    condition     = alltrue([for zone, route in aws_route.nat : route.nat_gateway_id == aws_nat_gateway.this[zone].id])
    error_message = "each zone leaves through its own NAT gateway"
  }
  assert {
    condition     = alltrue([for zone, gateway in aws_nat_gateway.this : gateway.subnet_id == aws_subnet.public[zone].id])
    error_message = "a NAT gateway stands in its zone's public subnet"
  }
  assert {
    condition     = aws_vpc_endpoint.s3.vpc_endpoint_type == "Gateway" && aws_vpc_endpoint.s3.service_name == "com.amazonaws.ap-northeast-2.s3"
    error_message = "S3 always has a gateway endpoint"
  }
  assert {
    condition     = aws_vpc_endpoint.s3.route_table_ids == toset([for table in aws_route_table.private : table.id])
    error_message = "every private route table reaches S3 through the endpoint"
  }
  assert {
    condition     = length(aws_vpc_endpoint.interface) == 0 && length(aws_security_group.endpoints) == 0
    error_message = "interface endpoints are made on request only"
  }
  assert {
    condition     = length(aws_default_security_group.this.ingress) == 0 && length(aws_default_security_group.this.egress) == 0
    error_message = "the default security group has no rules"
  }
  assert {
    condition = alltrue([
      for zone, subnet in aws_subnet.private : subnet.tags == tomap({
        team                              = "data"
        Name                              = "prod-seoul-private-${zone}"
        "karpenter.sh/discovery"          = "prod-seoul"
        "kubernetes.io/role/internal-elb" = "1"
      })
    ])
    error_message = "private subnets carry the caller's and the discovery tags"
  }
  assert {
    condition     = alltrue([for subnet in aws_subnet.public : !contains(keys(subnet.tags), "karpenter.sh/discovery") && subnet.tags["kubernetes.io/role/elb"] == "1"])
    error_message = "Karpenter must not discover public subnets; load balancers must"
  }
  assert {
    condition = output.private_subnet_ids == [
      aws_subnet.private["ap-northeast-2a"].id,
      aws_subnet.private["ap-northeast-2b"].id,
      aws_subnet.private["ap-northeast-2c"].id,
    ]
    error_message = "private_subnet_ids follows the zones' names"
  }
  assert {
    condition     = output.public_subnet_ids == [for zone in ["ap-northeast-2a", "ap-northeast-2b", "ap-northeast-2c"] : aws_subnet.public[zone].id]
    error_message = "public_subnet_ids follows the zones' names"
  }
  assert {
    condition     = output.private_subnet_ids_by_zone["ap-northeast-2b"] == aws_subnet.private["ap-northeast-2b"].id
    error_message = "private_subnet_ids_by_zone is keyed by zone"
  }
}

run "single_nat" {
  command = apply

  variables {
    nat = "single"
    zones = {
      "ap-northeast-2a" = { private_cidr = "10.20.0.0/18" }
      "ap-northeast-2b" = { private_cidr = "10.20.64.0/18", public_cidr = "10.20.192.0/22" }
      "ap-northeast-2c" = { private_cidr = "10.20.128.0/18", public_cidr = "10.20.196.0/22" }
    }
  }

  assert {
    condition     = keys(aws_nat_gateway.this) == ["ap-northeast-2b"]
    error_message = "the single NAT gateway stands in the first zone with a public subnet"
  }
  assert {
    condition = length(aws_route.nat) == 3 && alltrue([
      for route in aws_route.nat : route.nat_gateway_id == aws_nat_gateway.this["ap-northeast-2b"].id
    ])
    error_message = "every zone leaves through the single NAT gateway"
  }
}

run "closed" {
  command = plan

  variables {
    nat = "none"
    zones = {
      "ap-northeast-2a" = { private_cidr = "10.20.0.0/18" }
      "ap-northeast-2b" = { private_cidr = "10.20.64.0/18" }
    }
    interface_endpoints = ["ecr.api", "eks-auth", "sts"]
  }

  assert {
    condition = (
      length(aws_subnet.public) + length(aws_internet_gateway.this) + length(aws_route_table.public) +
      length(aws_nat_gateway.this) + length(aws_eip.nat) + length(aws_route.nat) + length(aws_route.internet)
    ) == 0
    error_message = "a VPC without public blocks has no way out"
  }
  assert {
    condition     = [for endpoint in aws_vpc_endpoint.interface : endpoint.service_name] == [for service in ["ecr.api", "eks-auth", "sts"] : "com.amazonaws.ap-northeast-2.${service}"]
    error_message = "interface endpoints are named after the region's services"
  }
  assert {
    condition     = alltrue([for endpoint in aws_vpc_endpoint.interface : endpoint.private_dns_enabled])
    error_message = "clients use the services' own names"
  }
  assert {
    condition = (
      length(aws_vpc_security_group_ingress_rule.endpoints) == 1
      && aws_vpc_security_group_ingress_rule.endpoints[0].cidr_ipv4 == "10.20.0.0/16"
      && aws_vpc_security_group_ingress_rule.endpoints[0].from_port == 443
      && aws_vpc_security_group_ingress_rule.endpoints[0].to_port == 443
      && aws_vpc_security_group_ingress_rule.endpoints[0].ip_protocol == "tcp"
    )
    error_message = "endpoints admit HTTPS from the VPC only"
  }
}

run "public_subnets_without_nat" {
  command = plan

  variables {
    nat = "none"
  }

  assert {
    condition     = length(aws_internet_gateway.this) == 1 && length(aws_subnet.public) == 3 && length(aws_nat_gateway.this) == 0
    error_message = "public subnets keep their internet gateway without NAT"
  }
}

run "smallest_blocks" {
  command = plan

  variables {
    cidr = "10.20.0.0/26"
    nat  = "none"
    zones = {
      "ap-northeast-2a" = { private_cidr = "10.20.0.0/28" }
      "ap-northeast-2b" = { private_cidr = "10.20.0.48/28" }
    }
  }

  assert {
    condition     = length(aws_subnet.private) == 2
    error_message = "the last /28 of a block is inside it"
  }
}

run "refuses_bad_name" {
  command         = plan
  expect_failures = [var.name]
  variables {
    name = "prod seoul"
  }
}

run "refuses_large_cidr" {
  command         = plan
  expect_failures = [var.cidr]
  variables {
    cidr = "10.0.0.0/8"
  }
}

run "refuses_cidr_with_host_bits" {
  command         = plan
  expect_failures = [var.cidr]
  variables {
    cidr = "10.20.1.0/16"
  }
}

run "refuses_ipv6_cidr" {
  command         = plan
  expect_failures = [var.cidr]
  variables {
    cidr = "2001:db8::/28"
  }
}

run "refuses_bad_region" {
  command         = plan
  expect_failures = [var.region]
  variables {
    region = "seoul"
  }
}

run "refuses_one_zone" {
  command         = plan
  expect_failures = [var.zones]
  variables {
    zones = {
      "ap-northeast-2a" = { private_cidr = "10.20.0.0/18", public_cidr = "10.20.192.0/22" }
    }
  }
}

run "refuses_zone_of_another_region" {
  command         = plan
  expect_failures = [var.zones]
  variables {
    zones = {
      "ap-northeast-2a" = { private_cidr = "10.20.0.0/18", public_cidr = "10.20.192.0/22" }
      "us-east-1a"      = { private_cidr = "10.20.64.0/18", public_cidr = "10.20.196.0/22" }
    }
  }
}

run "refuses_private_block_outside_the_vpc" {
  command         = plan
  expect_failures = [var.zones]
  variables {
    zones = {
      "ap-northeast-2a" = { private_cidr = "10.20.0.0/18", public_cidr = "10.20.192.0/22" }
      "ap-northeast-2b" = { private_cidr = "10.21.64.0/18", public_cidr = "10.20.196.0/22" }
    }
  }
}

run "refuses_public_block_outside_the_vpc" {
  command         = plan
  expect_failures = [var.zones]
  variables {
    zones = {
      "ap-northeast-2a" = { private_cidr = "10.20.0.0/18", public_cidr = "10.20.192.0/22" }
      "ap-northeast-2b" = { private_cidr = "10.20.64.0/18", public_cidr = "10.19.196.0/22" }
    }
  }
}

run "refuses_tiny_subnet" {
  command         = plan
  expect_failures = [var.zones]
  variables {
    zones = {
      "ap-northeast-2a" = { private_cidr = "10.20.0.0/29", public_cidr = "10.20.192.0/22" }
      "ap-northeast-2b" = { private_cidr = "10.20.64.0/18", public_cidr = "10.20.196.0/22" }
    }
  }
}

run "refuses_unknown_nat" {
  command         = plan
  expect_failures = [var.nat]
  variables {
    nat = "instance"
  }
}

run "refuses_nat_per_zone_without_public_subnets" {
  command         = plan
  expect_failures = [var.nat]
  variables {
    zones = {
      "ap-northeast-2a" = { private_cidr = "10.20.0.0/18", public_cidr = "10.20.192.0/22" }
      "ap-northeast-2b" = { private_cidr = "10.20.64.0/18" }
    }
  }
}

run "refuses_single_nat_without_public_subnets" {
  command         = plan
  expect_failures = [var.nat]
  variables {
    nat = "single"
    zones = {
      "ap-northeast-2a" = { private_cidr = "10.20.0.0/18" }
      "ap-northeast-2b" = { private_cidr = "10.20.64.0/18" }
    }
  }
}

run "refuses_full_endpoint_name" {
  command         = plan
  expect_failures = [var.interface_endpoints]
  variables {
    interface_endpoints = ["com.amazonaws.ap-northeast-2.sts"]
  }
}

run "refuses_bad_endpoint_name" {
  command         = plan
  expect_failures = [var.interface_endpoints]
  variables {
    interface_endpoints = ["ECR.api"]
  }
}

run "refuses_s3_interface_endpoint" {
  command         = plan
  expect_failures = [var.interface_endpoints]
  variables {
    interface_endpoints = ["s3"]
  }
}

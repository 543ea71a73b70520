output "vpc_id" {
  description = "ID of the VPC."
  value       = aws_vpc.this.id
}

output "private_subnet_ids" {
  description = "IDs of the private subnets, in the order of their zones' names."
  value       = [for zone in sort(keys(var.zones)) : aws_subnet.private[zone].id]
}

output "public_subnet_ids" {
  description = "IDs of the public subnets, in the order of their zones' names; empty without public blocks."
  value       = [for zone in sort(keys(local.public_zones)) : aws_subnet.public[zone].id]
}

output "private_subnet_ids_by_zone" {
  description = "ID of the private subnet of each zone, by full zone name."
  value       = { for zone, subnet in aws_subnet.private : zone => subnet.id }
}

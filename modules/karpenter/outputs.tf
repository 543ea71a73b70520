output "controller_role_arn" {
  description = "ARN of the IAM role of Karpenter's controller."
  value       = module.controller.role_arn
}

output "node_role_arn" {
  description = "ARN of the IAM role of the nodes."
  value       = aws_iam_role.node.arn
}

output "instance_profile_name" {
  description = "Name of the instance profile of the nodes, as in the instanceProfile of an EC2NodeClass."
  value       = aws_iam_instance_profile.node.name
}

output "queue_name" {
  description = "Name of the interruption queue, as in Karpenter's settings.interruptionQueue."
  value       = aws_sqs_queue.interruption.name
}

output "queue_arn" {
  description = "ARN of the interruption queue."
  value       = aws_sqs_queue.interruption.arn
}

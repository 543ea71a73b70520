mock_provider "aws" {
  mock_resource "aws_iam_role" {
    defaults = {
      arn = "arn:aws:iam::111122223333:role/mock"
    }
  }
  mock_resource "aws_sqs_queue" {
    defaults = {
      arn = "arn:aws:sqs:ap-northeast-2:111122223333:prod-seoul-karpenter"
      url = "https://sqs.ap-northeast-2.amazonaws.com/111122223333/prod-seoul-karpenter"
    }
  }
}

variables {
  cluster_name          = "prod-seoul"
  region                = "ap-northeast-2"
  account               = "111122223333"
  controller_role_name  = "prod-seoul-karpenter"
  node_role_name        = "prod-seoul-karpenter-node"
  instance_profile_name = "prod-seoul-karpenter-node"
  queue_name            = "prod-seoul-karpenter"
  namespace             = "kube-system"
  service_account       = "karpenter"
  policy_json           = "{\"Statement\":[]}"
  tags                  = { team = "data" }
}

run "nodes_and_queue" {
  command = apply

  assert {
    condition = toset([for attachment in aws_iam_role_policy_attachment.node : attachment.policy_arn]) == toset([
      "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
      "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy",
      "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy",
      "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
    ])
    error_message = "nodes have the four managed policies"
  }
  assert {
    condition     = jsondecode(aws_iam_role.node.assume_role_policy).Statement[0].Principal == { Service = "ec2.amazonaws.com" }
    error_message = "EC2 takes the node role"
  }
  assert {
    condition     = aws_iam_instance_profile.node.name == "prod-seoul-karpenter-node" && aws_iam_instance_profile.node.role == aws_iam_role.node.name
    error_message = "nodes take the node role through their instance profile"
  }
  assert {
    condition     = aws_eks_access_entry.node.type == "EC2_LINUX" && aws_eks_access_entry.node.principal_arn == aws_iam_role.node.arn
    error_message = "the nodes may join the cluster"
  }
  assert {
    condition     = aws_sqs_queue.interruption.message_retention_seconds == 300 && aws_sqs_queue.interruption.sqs_managed_sse_enabled
    error_message = "the queue is short-lived and encrypted"
  }
  assert {
    condition = { for rule in aws_cloudwatch_event_rule.interruption : rule.name => jsondecode(rule.event_pattern) } == {
      prod-seoul-karpenter-health    = { source = ["aws.health"], detail-type = ["AWS Health Event"] }
      prod-seoul-karpenter-rebalance = { source = ["aws.ec2"], detail-type = ["EC2 Instance Rebalance Recommendation"] }
      prod-seoul-karpenter-spot      = { source = ["aws.ec2"], detail-type = ["EC2 Spot Instance Interruption Warning"] }
      prod-seoul-karpenter-state     = { source = ["aws.ec2"], detail-type = ["EC2 Instance State-change Notification"] }
    }
    error_message = "four rules watch for interruptions"
  }
  assert {
    condition = alltrue([
      for event, target in aws_cloudwatch_event_target.interruption :
      target.arn == aws_sqs_queue.interruption.arn && target.rule == aws_cloudwatch_event_rule.interruption[event].name
    ])
    error_message = "every rule feeds the queue"
  }
  assert {
    condition = jsondecode(aws_sqs_queue_policy.interruption.policy).Statement[0] == {
      Sid       = "SendFromRules"
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = "arn:aws:sqs:ap-northeast-2:111122223333:prod-seoul-karpenter"
      Condition = {
        ArnEquals = {
          "aws:SourceArn" = [
            for event in ["health", "rebalance", "spot", "state"] :
            "arn:aws:events:ap-northeast-2:111122223333:rule/prod-seoul-karpenter-${event}"
          ]
        }
      }
    }
    error_message = "only the four rules send to the queue"
  }
  assert {
    condition = (
      jsondecode(aws_sqs_queue_policy.interruption.policy).Statement[1].Effect == "Deny"
      && jsondecode(aws_sqs_queue_policy.interruption.policy).Statement[1].Condition == { Bool = { "aws:SecureTransport" = "false" } }
    )
    error_message = "requests without TLS are denied"
  }
  assert {
    condition = alltrue([
      for tags in concat([for rule in aws_cloudwatch_event_rule.interruption : rule.tags], [
        aws_iam_role.node.tags, aws_iam_instance_profile.node.tags, aws_sqs_queue.interruption.tags, aws_eks_access_entry.node.tags
      ]) : tags == tomap({ team = "data" })
    ])
    error_message = "everything is tagged"
  }
  assert {
    condition = (
      output.controller_role_arn == "arn:aws:iam::111122223333:role/mock"
      && output.node_role_arn == aws_iam_role.node.arn
      && output.instance_profile_name == "prod-seoul-karpenter-node"
      && output.queue_name == "prod-seoul-karpenter"
      && output.queue_arn == aws_sqs_queue.interruption.arn
    )
    error_message = "the outputs are the module's"
  }
}

run "longest_names" {
  command = plan

  variables {
    cluster_name          = format("%0100d", 0)
    controller_role_name  = format("%064d", 0)
    node_role_name        = format("%064d", 1)
    instance_profile_name = format("%0128d", 0)
    queue_name            = format("%054d", 0)
    partition             = "aws-us-gov"
  }

  assert {
    condition     = alltrue([for rule in aws_cloudwatch_event_rule.interruption : length(rule.name) <= 64])
    error_message = "EventBridge allows 64 characters for the name of a rule"
  }
}

run "china" {
  command = plan

  variables {
    region    = "cn-north-1"
    partition = "aws-cn"
  }

  assert {
    condition     = jsondecode(aws_iam_role.node.assume_role_policy).Statement[0].Principal == { Service = "ec2.amazonaws.com.cn" }
    error_message = "EC2 has its own service principal in China"
  }
  assert {
    condition     = alltrue([for attachment in aws_iam_role_policy_attachment.node : startswith(attachment.policy_arn, "arn:aws-cn:iam::aws:policy/")])
    error_message = "managed policies are the partition's"
  }
}

run "refuses_bad_cluster_name" {
  command         = plan
  expect_failures = [var.cluster_name]
  variables {
    cluster_name = format("%0101d", 0)
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
    account = "*"
  }
}

run "refuses_bad_partition" {
  command         = plan
  expect_failures = [var.partition]
  variables {
    partition = "*"
  }
}

run "refuses_long_controller_role_name" {
  command         = plan
  expect_failures = [var.controller_role_name]
  variables {
    controller_role_name = format("%065d", 0)
  }
}

run "refuses_bad_node_role_name" {
  command         = plan
  expect_failures = [var.node_role_name]
  variables {
    node_role_name = "*"
  }
}

run "refuses_one_role_for_both" {
  command         = plan
  expect_failures = [var.node_role_name]
  variables {
    node_role_name = "prod-seoul-karpenter"
  }
}

run "refuses_long_instance_profile_name" {
  command         = plan
  expect_failures = [var.instance_profile_name]
  variables {
    instance_profile_name = format("%0129d", 0)
  }
}

run "refuses_policy_without_statement" {
  command         = plan
  expect_failures = [var.policy_json]
  variables {
    policy_json = "{\"Version\":\"2012-10-17\"}"
  }
}

run "refuses_long_queue_name" {
  command         = plan
  expect_failures = [var.queue_name]
  variables {
    queue_name = format("%055d", 0)
  }
}

run "refuses_bad_namespace" {
  command         = plan
  expect_failures = [var.namespace]
  variables {
    namespace = "Karpenter"
  }
}

run "refuses_bad_service_account" {
  command         = plan
  expect_failures = [var.service_account]
  variables {
    service_account = "*"
  }
}

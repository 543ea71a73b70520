mock_provider "aws" {
  mock_resource "aws_iam_role" {
    defaults = {
      arn = "arn:aws:iam::111122223333:role/prod-seoul-keda"
    }
  }
}

variables {
  role_name    = "prod-seoul-keda"
  cluster_name = "prod-seoul"
  account      = "111122223333"
  region       = "ap-northeast-2"
  associations = [{ namespace = "keda", service_account = "keda-operator" }]
}

run "defaults" {
  command = plan

  assert {
    condition = jsondecode(aws_iam_role.this.assume_role_policy).Statement == [{
      Effect    = "Allow"
      Principal = { Service = "pods.eks.amazonaws.com" }
      Action    = ["sts:AssumeRole", "sts:TagSession"]
      Condition = {
        ArnLike      = { "aws:SourceArn" = "arn:aws:eks:ap-northeast-2:111122223333:cluster/prod-seoul" }
        StringEquals = { "aws:SourceAccount" = "111122223333" }
      }
    }]
    error_message = "the role trusts Pod Identity for the cluster, and nobody else"
  }
  assert {
    condition     = length(aws_iam_role_policy.this) + length(aws_iam_role_policy_attachment.this) == 0
    error_message = "a role has no permission that was not asked for"
  }
}

run "partition" {
  command = plan

  variables {
    region    = "us-gov-west-1"
    partition = "aws-us-gov"
  }

  assert {
    condition = jsondecode(aws_iam_role.this.assume_role_policy).Statement[0].Condition == {
      ArnLike      = { "aws:SourceArn" = "arn:aws-us-gov:eks:us-gov-west-1:111122223333:cluster/prod-seoul" }
      StringEquals = { "aws:SourceAccount" = "111122223333" }
    }
    error_message = "the cluster's ARN is of its partition"
  }
}

run "everything" {
  command = apply

  variables {
    associations = [
      { namespace = "ads", service_account = "spark-driver" },
      { namespace = "ads", service_account = "spark-executor" },
      { namespace = "logs", service_account = "spark-driver" },
    ]
    policy_json         = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:ListBucket\",\"Resource\":\"arn:aws:s3:::lake\"}]}"
    managed_policy_arns = ["arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy"]
    tags                = { team = "data" }
  }

  assert {
    condition     = keys(aws_eks_pod_identity_association.this) == ["ads/spark-driver", "ads/spark-executor", "logs/spark-driver"]
    error_message = "every service account has its association"
  }
  assert {
    condition = alltrue([
      for association in aws_eks_pod_identity_association.this :
      association.role_arn == aws_iam_role.this.arn && association.cluster_name == "prod-seoul" && association.tags == tomap({ team = "data" })
    ])
    error_message = "an association gives this role in this cluster"
  }
  assert {
    condition     = aws_iam_role_policy.this[0].policy == var.policy_json && aws_iam_role_policy.this[0].role == "prod-seoul-keda"
    error_message = "policy_json is the role's inline policy"
  }
  assert {
    condition     = toset(keys(aws_iam_role_policy_attachment.this)) == toset(var.managed_policy_arns)
    error_message = "managed policies are attached"
  }
  assert {
    condition     = aws_iam_role.this.tags == tomap({ team = "data" })
    error_message = "the role is tagged"
  }
  assert {
    condition     = output.role_arn == aws_iam_role.this.arn && output.role_name == "prod-seoul-keda"
    error_message = "the outputs are the role's"
  }
}

run "longest_policy" {
  command = plan

  # The document without its padding has 24 characters; the spaces behind it do not count.
  variables {
    policy_json = "{\"Statement\":[],\"Id\":\"${format("%010216d", 0)}\"}${format("%100s", "")}"
  }

  assert {
    condition     = length(aws_iam_role_policy.this) == 1 && length(var.policy_json) == 10340
    error_message = "white space does not count towards IAM's limit"
  }
}

run "refuses_long_role_name" {
  command         = plan
  expect_failures = [var.role_name]
  variables {
    role_name = join("", [for _ in range(65) : "r"])
  }
}

run "refuses_bad_cluster_name" {
  command         = plan
  expect_failures = [var.cluster_name]
  variables {
    cluster_name = "prod/seoul"
  }
}

run "refuses_no_association" {
  command         = plan
  expect_failures = [var.associations]
  variables {
    associations = []
  }
}

run "refuses_bad_namespace" {
  command         = plan
  expect_failures = [var.associations]
  variables {
    associations = [{ namespace = "Keda", service_account = "keda-operator" }]
  }
}

run "refuses_bad_service_account" {
  command         = plan
  expect_failures = [var.associations]
  variables {
    associations = [{ namespace = "keda", service_account = "*" }]
  }
}

run "refuses_duplicate_association" {
  command         = plan
  expect_failures = [var.associations]
  variables {
    associations = [
      { namespace = "keda", service_account = "keda-operator" },
      { namespace = "keda", service_account = "keda-operator" },
    ]
  }
}

run "refuses_policy_that_is_not_json" {
  command         = plan
  expect_failures = [var.policy_json]
  variables {
    policy_json = "s3:*"
  }
}

run "refuses_policy_without_statement" {
  command         = plan
  expect_failures = [var.policy_json]
  variables {
    policy_json = "{\"Version\":\"2012-10-17\"}"
  }
}

run "refuses_long_policy" {
  command         = plan
  expect_failures = [var.policy_json]
  variables {
    policy_json = "{\"Statement\":[],\"Id\":\"${format("%010217d", 0)}\"}"
  }
}

run "refuses_bad_managed_policy" {
  command         = plan
  expect_failures = [var.managed_policy_arns]
  variables {
    managed_policy_arns = ["AdministratorAccess"]
  }
}

run "refuses_duplicate_managed_policy" {
  command         = plan
  expect_failures = [var.managed_policy_arns]
  variables {
    managed_policy_arns = [
      "arn:aws:iam::aws:policy/ReadOnlyAccess",
      "arn:aws:iam::aws:policy/ReadOnlyAccess",
    ]
  }
}

run "refuses_bad_account" {
  command         = plan
  expect_failures = [var.account]
  variables {
    account = "1111-2222-3333"
  }
}

run "refuses_bad_region" {
  command         = plan
  expect_failures = [var.region]
  variables {
    region = "ap-northeast-2a"
  }
}

run "refuses_bad_partition" {
  command         = plan
  expect_failures = [var.partition]
  variables {
    partition = "gov"
  }
}

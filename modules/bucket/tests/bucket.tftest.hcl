mock_provider "aws" {
  mock_resource "aws_s3_bucket" {
    defaults = {
      id  = "prod-seoul-lake"
      arn = "arn:aws:s3:::prod-seoul-lake"
    }
  }
  mock_resource "aws_kms_key" {
    defaults = {
      arn = "arn:aws:kms:ap-northeast-2:111122223333:key/mrk-1"
    }
  }
}

variables {
  name = "prod-seoul-lake"
  tags = { team = "data" }
}

run "defaults" {
  command = apply

  assert {
    condition     = aws_kms_key.this[0].enable_key_rotation && aws_kms_alias.this[0].name == "alias/prod-seoul-lake"
    error_message = "the bucket has its own rotating key"
  }
  assert {
    condition = alltrue([
      for rule in aws_s3_bucket_server_side_encryption_configuration.this.rule :
      rule.bucket_key_enabled
      && rule.apply_server_side_encryption_by_default[0].sse_algorithm == "aws:kms"
      && rule.apply_server_side_encryption_by_default[0].kms_master_key_id == aws_kms_key.this[0].arn
    ])
    error_message = "objects are encrypted with the bucket's key"
  }
  assert {
    condition     = aws_s3_bucket_versioning.this.versioning_configuration[0].status == "Enabled"
    error_message = "versions are kept"
  }
  assert {
    condition     = aws_s3_bucket.this.force_destroy != true
    error_message = "S3 refuses to destroy a bucket with objects"
  }
  assert {
    condition = (
      aws_s3_bucket_public_access_block.this.block_public_acls
      && aws_s3_bucket_public_access_block.this.block_public_policy
      && aws_s3_bucket_public_access_block.this.ignore_public_acls
      && aws_s3_bucket_public_access_block.this.restrict_public_buckets
    )
    error_message = "nothing is public"
  }
  assert {
    condition     = aws_s3_bucket_ownership_controls.this.rule[0].object_ownership == "BucketOwnerEnforced"
    error_message = "ACLs are disabled"
  }
  assert {
    condition = jsondecode(aws_s3_bucket_policy.this.policy).Statement == [
      {
        Sid       = "DenyWithoutTLS"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = ["arn:aws:s3:::prod-seoul-lake", "arn:aws:s3:::prod-seoul-lake/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
      {
        Sid       = "KeepProtection"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:DeleteBucketPolicy"
        Resource  = "arn:aws:s3:::prod-seoul-lake"
      },
    ]
    error_message = "requests without TLS are denied, and so is whoever would take the policy away"
  }
  assert {
    condition = (
      aws_s3_bucket_lifecycle_configuration.this.rule[0].abort_incomplete_multipart_upload[0].days_after_initiation == 7
      && aws_s3_bucket_lifecycle_configuration.this.rule[0].noncurrent_version_expiration[0].noncurrent_days == 30
      && aws_s3_bucket_lifecycle_configuration.this.rule[0].expiration[0].expired_object_delete_marker
      && coalesce(aws_s3_bucket_lifecycle_configuration.this.rule[0].expiration[0].days, 0) == 0
    )
    error_message = "old versions and unfinished uploads go; objects stay"
  }
  assert {
    condition     = aws_s3_bucket.this.tags == tomap({ team = "data" }) && aws_kms_key.this[0].tags == tomap({ team = "data" })
    error_message = "bucket and key are tagged"
  }
  assert {
    condition     = output.name == "prod-seoul-lake" && output.arn == "arn:aws:s3:::prod-seoul-lake" && output.kms_key_arn == aws_kms_key.this[0].arn
    error_message = "the outputs are the bucket's"
  }
}

run "own_choices" {
  command = plan

  variables {
    kms_key_arn     = "arn:aws:kms:ap-northeast-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    versioning      = false
    expiration_days = 7
    noncurrent_days = 1
  }

  assert {
    condition     = length(aws_kms_key.this) + length(aws_kms_alias.this) == 0 && output.kms_key_arn == var.kms_key_arn
    error_message = "a given key replaces the bucket's own"
  }
  assert {
    condition     = aws_s3_bucket_versioning.this.versioning_configuration[0].status == "Suspended"
    error_message = "versioning can be off"
  }
  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.this.rule[0].expiration[0].days == 7
    error_message = "objects expire"
  }
}

run "shortest_name" {
  command = plan
  variables {
    name = "abc"
  }
  assert {
    condition     = aws_s3_bucket.this.bucket == "abc"
    error_message = "three characters are enough"
  }
}

run "longest_name" {
  command = plan
  variables {
    name = join("", [for _ in range(63) : "b"])
  }
  assert {
    condition     = length(aws_s3_bucket.this.bucket) == 63
    error_message = "63 characters are allowed"
  }
}

run "refuses_short_name" {
  command         = plan
  expect_failures = [var.name]
  variables {
    name = "ab"
  }
}

run "refuses_long_name" {
  command         = plan
  expect_failures = [var.name]
  variables {
    name = join("", [for _ in range(64) : "b"])
  }
}

run "refuses_dots" {
  command         = plan
  expect_failures = [var.name]
  variables {
    name = "lake.example.com"
  }
}

run "refuses_reserved_prefix" {
  command         = plan
  expect_failures = [var.name]
  variables {
    name = "xn--lake"
  }
}

run "refuses_reserved_suffix" {
  command         = plan
  expect_failures = [var.name]
  variables {
    name = "lake--ol-s3"
  }
}

run "refuses_key_alias" {
  command         = plan
  expect_failures = [var.kms_key_arn]
  variables {
    kms_key_arn = "arn:aws:kms:ap-northeast-2:111122223333:alias/lake"
  }
}

run "refuses_zero_expiration" {
  command         = plan
  expect_failures = [var.expiration_days]
  variables {
    expiration_days = 0
  }
}

run "refuses_part_of_a_day" {
  command         = plan
  expect_failures = [var.expiration_days]
  variables {
    expiration_days = 1.5
  }
}

run "refuses_zero_noncurrent_days" {
  command         = plan
  expect_failures = [var.noncurrent_days]
  variables {
    noncurrent_days = 0
  }
}

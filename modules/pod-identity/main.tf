resource "aws_iam_role" "this" {
  name = var.role_name

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "pods.eks.amazonaws.com" }
      Action    = ["sts:AssumeRole", "sts:TagSession"]
      Condition = {
        ArnLike      = { "aws:SourceArn" = "arn:${var.partition}:eks:${var.region}:${var.account}:cluster/${var.cluster_name}" }
        StringEquals = { "aws:SourceAccount" = var.account }
      }
    }]
  })

  tags = var.tags
}

resource "aws_iam_role_policy" "this" {
  count = var.policy_json == null ? 0 : 1

  name   = var.role_name
  role   = aws_iam_role.this.name
  policy = var.policy_json
}

resource "aws_iam_role_policy_attachment" "this" {
  for_each = toset(var.managed_policy_arns)

  role       = aws_iam_role.this.name
  policy_arn = each.key
}

resource "aws_eks_pod_identity_association" "this" {
  for_each = { for account in var.associations : "${account.namespace}/${account.service_account}" => account }

  cluster_name    = var.cluster_name
  namespace       = each.value.namespace
  service_account = each.value.service_account
  role_arn        = aws_iam_role.this.arn

  tags = var.tags
}

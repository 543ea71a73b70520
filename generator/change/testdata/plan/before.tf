resource "terraform_data" "kept" {
  input = "same"
}

resource "terraform_data" "updated" {
  input = "before"
}

resource "terraform_data" "replaced" {
  triggers_replace = "before"
}

resource "terraform_data" "rebuilt" {
  triggers_replace = "before"

  lifecycle {
    create_before_destroy = true
  }
}

resource "terraform_data" "deleted" {
  for_each = toset(["b", "a"])
}

resource "terraform_data" "forgotten" {}

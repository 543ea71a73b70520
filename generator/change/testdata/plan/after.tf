resource "terraform_data" "kept" {
  input = "same"
}

resource "terraform_data" "updated" {
  input = "after"
}

resource "terraform_data" "replaced" {
  triggers_replace = "after"
}

resource "terraform_data" "rebuilt" {
  triggers_replace = "after"

  lifecycle {
    create_before_destroy = true
  }
}

removed {
  from = terraform_data.forgotten

  lifecycle {
    destroy = false
  }
}

resource "terraform_data" "created" {
  count = 2
}

data "terraform_remote_state" "read" {
  backend = "local"

  config = {
    path = terraform_data.created[0].id
  }
}

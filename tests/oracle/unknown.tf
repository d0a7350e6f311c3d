resource "terraform_data" "u" {}
resource "terraform_data" "any" {
  input = terraform_data.u.id
}
locals {
  u    = terraform_data.u.id
  any  = terraform_data.any.output
  list = ["a", local.u]
  map  = { a = 1, b = local.u }
}

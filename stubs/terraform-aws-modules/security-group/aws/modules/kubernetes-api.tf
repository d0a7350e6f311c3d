variable "auto_ingress_rules" {
  default = ["kubernetes-api-tcp"]
}

variable "auto_ingress_with_self" {
  default = [{ rule = "all-all" }]
}

variable "auto_egress_rules" {
  default = ["all-all"]
}

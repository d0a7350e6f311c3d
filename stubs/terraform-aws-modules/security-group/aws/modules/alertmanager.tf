variable "auto_ingress_rules" {
  default = ["alertmanager-9093-tcp", "alertmanager-9094-tcp"]
}

variable "auto_ingress_with_self" {
  default = [{ rule = "all-all" }]
}

variable "auto_egress_rules" {
  default = ["all-all"]
}

variable "auto_ingress_rules" {
  default = ["smtps-465-tcp", "smtps-2465-tcp"]
}

variable "auto_ingress_with_self" {
  default = [{ rule = "all-all" }]
}

variable "auto_egress_rules" {
  default = ["all-all"]
}

variable "auto_ingress_rules" {
  default = ["rdp-tcp", "rdp-udp"]
}

variable "auto_ingress_with_self" {
  default = [{ rule = "all-all" }]
}

variable "auto_egress_rules" {
  default = ["all-all"]
}

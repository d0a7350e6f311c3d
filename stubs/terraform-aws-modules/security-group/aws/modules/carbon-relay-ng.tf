variable "auto_ingress_rules" {
  default = [
    "carbon-line-in-tcp",
    "carbon-line-in-udp",
    "carbon-pickle-tcp",
    "carbon-pickle-udp",
    "carbon-gui-udp",
  ]
}

variable "auto_ingress_with_self" {
  default = [{ rule = "all-all" }]
}

variable "auto_egress_rules" {
  default = ["all-all"]
}

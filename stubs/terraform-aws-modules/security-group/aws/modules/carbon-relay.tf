variable "auto_ingress_rules" {
  default = [
    "carbon-line-in-tcp",
    "carbon-line-in-udp",
    "carbon-pickle-tcp",
    "carbon-pickle-udp",
    "carbon-gui-udp",
  ]
}

# Since version 6.
variable "structured" {
  default = true
}

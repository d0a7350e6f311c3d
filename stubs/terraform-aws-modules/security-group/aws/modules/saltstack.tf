variable "auto_ingress_rules" {
  default = ["saltstack-tcp"]
}

# Since version 6.
variable "structured" {
  default = true
}

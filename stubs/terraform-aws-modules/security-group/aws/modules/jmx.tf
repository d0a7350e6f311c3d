variable "auto_ingress_rules" {
  default = ["web-jmx-tcp"]
}

# Since version 6.
variable "structured" {
  default = true
}

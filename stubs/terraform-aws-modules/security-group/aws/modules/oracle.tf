variable "auto_ingress_rules" {
  default = ["oracle-db-tcp"]
}

# Since version 6.
variable "structured" {
  default = true
}

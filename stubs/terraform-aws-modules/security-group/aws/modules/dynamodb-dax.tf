variable "auto_ingress_rules" {
  default = ["dax-cluster-unencrypted-tcp", "dax-cluster-encrypted-tcp"]
}

# Since version 6.
variable "structured" {
  default = true
}

variable "auto_ingress_rules" {
  default = ["dax-cluster-unencrypted-tcp", "dax-cluster-encrypted-tcp"]
}

variable "auto_ingress_with_self" {
  default = [{ rule = "all-all" }]
}

variable "auto_egress_rules" {
  default = ["all-all"]
}

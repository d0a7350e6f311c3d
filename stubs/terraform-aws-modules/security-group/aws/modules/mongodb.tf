variable "auto_ingress_rules" {
  default = ["mongodb-27017-tcp", "mongodb-27018-tcp", "mongodb-27019-tcp"]
}

variable "auto_ingress_with_self" {
  default = [{ rule = "all-all" }]
}

variable "auto_egress_rules" {
  default = ["all-all"]
}

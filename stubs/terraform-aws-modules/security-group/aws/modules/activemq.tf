variable "auto_ingress_rules" {
  default = [
    "activemq-5671-tcp",
    "activemq-8883-tcp",
    "activemq-61614-tcp",
    "activemq-61617-tcp",
    "activemq-61619-tcp",
  ]
}

variable "auto_ingress_with_self" {
  default = [{ rule = "all-all" }]
}

variable "auto_egress_rules" {
  default = ["all-all"]
}

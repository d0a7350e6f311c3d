variable "auto_ingress_rules" {
  default = [
    "zookeeper-2181-tcp",
    "zookeeper-2182-tls-tcp",
    "zookeeper-2888-tcp",
    "zookeeper-3888-tcp",
    "zookeeper-jmx-tcp",
  ]
}

variable "auto_ingress_with_self" {
  default = [{ rule = "all-all" }]
}

variable "auto_egress_rules" {
  default = ["all-all"]
}

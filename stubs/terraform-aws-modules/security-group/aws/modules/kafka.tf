variable "auto_ingress_rules" {
  default = [
    "kafka-broker-tcp",
    "kafka-broker-tls-tcp",
    "kafka-broker-tls-public-tcp",
    "kafka-broker-sasl-scram-tcp",
    "kafka-broker-sasl-scram-tcp",
    "kafka-broker-sasl-iam-tcp",
    "kafka-broker-sasl-iam-public-tcp",
    "kafka-jmx-exporter-tcp",
    "kafka-node-exporter-tcp",
  ]
}

variable "auto_ingress_with_self" {
  default = [{ rule = "all-all" }]
}

variable "auto_egress_rules" {
  default = ["all-all"]
}

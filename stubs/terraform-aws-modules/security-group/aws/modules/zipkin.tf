variable "auto_ingress_rules" {
  default = [
    "zipkin-admin-tcp",
    "zipkin-admin-query-tcp",
    "zipkin-admin-web-tcp",
    "zipkin-query-tcp",
    "zipkin-web-tcp",
  ]
}

variable "auto_ingress_with_self" {
  default = [{ rule = "all-all" }]
}

variable "auto_egress_rules" {
  default = ["all-all"]
}

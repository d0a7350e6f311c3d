variable "auto_ingress_rules" {
  default = [
    "graphite-webui",
    "graphite-2003-tcp",
    "graphite-2004-tcp",
    "graphite-2023-tcp",
    "graphite-2024-tcp",
    "graphite-8080-tcp",
    "graphite-8125-tcp",
    "graphite-8125-udp",
    "graphite-8126-tcp",
  ]
}

variable "auto_ingress_with_self" {
  default = [{ rule = "all-all" }]
}

variable "auto_egress_rules" {
  default = ["all-all"]
}

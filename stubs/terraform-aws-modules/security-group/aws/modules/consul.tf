variable "auto_ingress_rules" {
  default = [
    "consul-tcp",
    "consul-grpc-tcp",
    "consul-grpc-tcp-tls",
    "consul-webui-http-tcp",
    "consul-webui-https-tcp",
    "consul-dns-tcp",
    "consul-dns-udp",
    "consul-serf-lan-tcp",
    "consul-serf-lan-udp",
    "consul-serf-wan-tcp",
    "consul-serf-wan-udp",
  ]
}

variable "auto_ingress_with_self" {
  default = [{ rule = "all-all" }]
}

variable "auto_egress_rules" {
  default = ["all-all"]
}

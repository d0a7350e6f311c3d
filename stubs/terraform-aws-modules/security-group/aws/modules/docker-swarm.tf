variable "auto_ingress_rules" {
  default = [
    "docker-swarm-mngmt-tcp",
    "docker-swarm-node-tcp",
    "docker-swarm-node-udp",
    "docker-swarm-overlay-udp",
  ]
}

variable "auto_ingress_with_self" {
  default = [{ rule = "all-all" }]
}

variable "auto_egress_rules" {
  default = ["all-all"]
}

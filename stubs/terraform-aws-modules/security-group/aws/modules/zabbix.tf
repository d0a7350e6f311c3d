variable "auto_ingress_rules" {
  default = ["zabbix-server", "zabbix-proxy", "zabbix-agent"]
}

variable "auto_ingress_with_self" {
  default = [{ rule = "all-all" }]
}

variable "auto_egress_rules" {
  default = ["all-all"]
}

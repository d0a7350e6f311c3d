variable "auto_ingress_rules" {
  default = [
    "wazuh-server-agent-connection-tcp",
    "wazuh-server-agent-connection-udp",
    "wazuh-server-agent-enrollment",
    "wazuh-server-agent-cluster-daemon",
    "wazuh-server-syslog-collector-tcp",
    "wazuh-server-syslog-collector-udp",
    "wazuh-server-restful-api",
    "wazuh-indexer-restful-api",
    "wazuh-dashboard",
  ]
}

variable "auto_ingress_with_self" {
  default = [{ rule = "all-all" }]
}

variable "auto_egress_rules" {
  default = ["all-all"]
}

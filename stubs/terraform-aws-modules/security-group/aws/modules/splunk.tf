variable "auto_ingress_rules" {
  default = ["splunk-indexer-tcp", "splunk-web-tcp", "splunk-splunkd-tcp", "splunk-hec-tcp"]
}

variable "auto_ingress_with_self" {
  default = [{ rule = "all-all" }]
}

variable "auto_egress_rules" {
  default = ["all-all"]
}

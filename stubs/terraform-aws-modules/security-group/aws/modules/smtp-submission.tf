variable "auto_ingress_rules" {
  default = ["smtp-submission-587-tcp", "smtp-submission-2587-tcp"]
}

variable "auto_ingress_with_self" {
  default = [{ rule = "all-all" }]
}

variable "auto_egress_rules" {
  default = ["all-all"]
}

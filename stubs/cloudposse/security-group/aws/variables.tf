# Version and source are those of the call: since version 2 all egress is allowed unless the call says otherwise.
variable "enabled" {
  type    = bool
  default = null
}

variable "context" {
  nullable = false
  default  = {}
}

variable "namespace" {
  type    = string
  default = null
}

variable "tenant" {
  type    = string
  default = null
}

variable "environment" {
  type    = string
  default = null
}

variable "stage" {
  type    = string
  default = null
}

variable "name" {
  type    = string
  default = null
}

variable "delimiter" {
  type    = string
  default = null
}

variable "attributes" {
  type     = list(string)
  nullable = false
  default  = []
}

variable "vpc_id" {
  type    = string
  default = null
}

variable "security_group_name" {
  type     = list(string)
  nullable = false
  default  = []
}

variable "security_group_description" {
  type    = string
  default = "Managed by Terraform"
}

variable "target_security_group_id" {
  type     = list(string)
  nullable = false
  default  = []
}

variable "create_before_destroy" {
  type     = bool
  nullable = false
  default  = true
}

variable "inline_rules_enabled" {
  type     = bool
  nullable = false
  default  = false
}

variable "allow_all_egress" {
  type    = bool
  default = null
}

variable "version" {
  type     = string
  nullable = false
  default  = ""
}

variable "source" {
  type     = string
  nullable = false
  default  = ""
}

variable "rules" {
  nullable = false
  default  = []
}

variable "rules_map" {
  nullable = false
  default  = {}
}

variable "rule_matrix" {
  nullable = false
  default  = []
}

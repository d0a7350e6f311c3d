# Versions 8 (one map of rules) to 10 (a map for each direction).

variable "create" {
  type     = bool
  nullable = false
  default  = true
}

variable "name" {
  type    = string
  default = null
}

variable "name_prefix" {
  type    = string
  default = null
}

variable "internal" {
  type    = bool
  default = null
}

variable "load_balancer_type" {
  type     = string
  nullable = false
  default  = "application"
}

variable "subnets" {
  type    = list(string)
  default = null
}

variable "vpc_id" {
  type    = string
  default = null
}

variable "security_groups" {
  type     = list(string)
  nullable = false
  default  = []
}

variable "create_security_group" {
  type     = bool
  nullable = false
  default  = true
}

variable "security_group_name" {
  type    = string
  default = null
}

variable "security_group_use_name_prefix" {
  type     = bool
  nullable = false
  default  = true
}

variable "security_group_description" {
  type    = string
  default = null
}

variable "security_group_ingress_rules" {
  nullable = false
  default  = {}
}

variable "security_group_egress_rules" {
  nullable = false
  default  = {}
}

variable "security_group_rules" {
  nullable = false
  default  = {}
}

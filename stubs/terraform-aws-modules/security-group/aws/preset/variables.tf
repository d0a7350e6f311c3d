# What a preset consists of: its file in `modules` says it. Version and source are those of the call.
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

variable "structured" {
  type     = bool
  nullable = false
  default  = false
}

variable "auto_ingress_rules" {
  type     = list(string)
  nullable = false
  default  = []
}

variable "auto_ingress_with_self" {
  type     = list(map(string))
  nullable = false
  default  = []
}

variable "auto_egress_rules" {
  type     = list(string)
  nullable = false
  default  = []
}

variable "auto_egress_with_self" {
  type     = list(map(string))
  nullable = false
  default  = []
}

variable "auto_computed_ingress_rules" {
  type     = list(string)
  nullable = false
  default  = []
}

variable "auto_computed_ingress_with_self" {
  type     = list(map(string))
  nullable = false
  default  = []
}

variable "auto_number_of_computed_ingress_rules" {
  type     = number
  nullable = false
  default  = 0
}

variable "auto_number_of_computed_ingress_with_self" {
  type     = number
  nullable = false
  default  = 0
}

variable "auto_computed_egress_rules" {
  type     = list(string)
  nullable = false
  default  = []
}

variable "auto_computed_egress_with_self" {
  type     = list(map(string))
  nullable = false
  default  = []
}

variable "auto_number_of_computed_egress_rules" {
  type     = number
  nullable = false
  default  = 0
}

variable "auto_number_of_computed_egress_with_self" {
  type     = number
  nullable = false
  default  = 0
}

variable "create" {
  type     = bool
  nullable = false
  default  = true
}

variable "name" {
  type    = string
  default = null
}

variable "use_name_prefix" {
  type     = bool
  nullable = false
  default  = true
}

variable "description" {
  type     = string
  nullable = false
  default  = "Security Group managed by Terraform"
}

variable "vpc_id" {
  type    = string
  default = null
}

variable "tags" {
  type     = map(string)
  nullable = false
  default  = {}
}

# A list of names in the table of rules; from version 6 on a map of whole rules.
variable "ingress_rules" {
  nullable = false
  default  = []
}

variable "computed_ingress_rules" {
  type     = list(string)
  nullable = false
  default  = []
}

variable "ingress_with_self" {
  type     = list(map(string))
  nullable = false
  default  = []
}

variable "computed_ingress_with_self" {
  type     = list(map(string))
  nullable = false
  default  = []
}

variable "ingress_with_cidr_blocks" {
  type     = list(map(string))
  nullable = false
  default  = []
}

variable "computed_ingress_with_cidr_blocks" {
  type     = list(map(string))
  nullable = false
  default  = []
}

variable "ingress_with_ipv6_cidr_blocks" {
  type     = list(map(string))
  nullable = false
  default  = []
}

variable "computed_ingress_with_ipv6_cidr_blocks" {
  type     = list(map(string))
  nullable = false
  default  = []
}

variable "ingress_with_source_security_group_id" {
  type     = list(map(string))
  nullable = false
  default  = []
}

variable "computed_ingress_with_source_security_group_id" {
  type     = list(map(string))
  nullable = false
  default  = []
}

variable "ingress_with_prefix_list_ids" {
  type     = list(map(string))
  nullable = false
  default  = []
}

variable "computed_ingress_with_prefix_list_ids" {
  type     = list(map(string))
  nullable = false
  default  = []
}

variable "ingress_cidr_blocks" {
  type     = list(string)
  nullable = false
  default  = []
}

variable "ingress_ipv6_cidr_blocks" {
  type     = list(string)
  nullable = false
  default  = []
}

variable "ingress_prefix_list_ids" {
  type     = list(string)
  nullable = false
  default  = []
}

variable "number_of_computed_ingress_rules" {
  type     = number
  nullable = false
  default  = 0
}

variable "number_of_computed_ingress_with_self" {
  type     = number
  nullable = false
  default  = 0
}

variable "number_of_computed_ingress_with_cidr_blocks" {
  type     = number
  nullable = false
  default  = 0
}

variable "number_of_computed_ingress_with_ipv6_cidr_blocks" {
  type     = number
  nullable = false
  default  = 0
}

variable "number_of_computed_ingress_with_source_security_group_id" {
  type     = number
  nullable = false
  default  = 0
}

variable "number_of_computed_ingress_with_prefix_list_ids" {
  type     = number
  nullable = false
  default  = 0
}

variable "egress_rules" {
  nullable = false
  default  = []
}

variable "computed_egress_rules" {
  type     = list(string)
  nullable = false
  default  = []
}

variable "egress_with_self" {
  type     = list(map(string))
  nullable = false
  default  = []
}

variable "computed_egress_with_self" {
  type     = list(map(string))
  nullable = false
  default  = []
}

variable "egress_with_cidr_blocks" {
  type     = list(map(string))
  nullable = false
  default  = []
}

variable "computed_egress_with_cidr_blocks" {
  type     = list(map(string))
  nullable = false
  default  = []
}

variable "egress_with_ipv6_cidr_blocks" {
  type     = list(map(string))
  nullable = false
  default  = []
}

variable "computed_egress_with_ipv6_cidr_blocks" {
  type     = list(map(string))
  nullable = false
  default  = []
}

variable "egress_with_source_security_group_id" {
  type     = list(map(string))
  nullable = false
  default  = []
}

variable "computed_egress_with_source_security_group_id" {
  type     = list(map(string))
  nullable = false
  default  = []
}

variable "egress_with_prefix_list_ids" {
  type     = list(map(string))
  nullable = false
  default  = []
}

variable "computed_egress_with_prefix_list_ids" {
  type     = list(map(string))
  nullable = false
  default  = []
}

variable "egress_cidr_blocks" {
  type     = list(string)
  nullable = false
  default  = ["0.0.0.0/0"]
}

variable "egress_ipv6_cidr_blocks" {
  type     = list(string)
  nullable = false
  default  = ["::/0"]
}

variable "egress_prefix_list_ids" {
  type     = list(string)
  nullable = false
  default  = []
}

variable "number_of_computed_egress_rules" {
  type     = number
  nullable = false
  default  = 0
}

variable "number_of_computed_egress_with_self" {
  type     = number
  nullable = false
  default  = 0
}

variable "number_of_computed_egress_with_cidr_blocks" {
  type     = number
  nullable = false
  default  = 0
}

variable "number_of_computed_egress_with_ipv6_cidr_blocks" {
  type     = number
  nullable = false
  default  = 0
}

variable "number_of_computed_egress_with_source_security_group_id" {
  type     = number
  nullable = false
  default  = 0
}

variable "number_of_computed_egress_with_prefix_list_ids" {
  type     = number
  nullable = false
  default  = 0
}

# Version 6: sources by name, each of them for every rule of the preset.
variable "ingress_cidr_ipv4" {
  nullable = false
  default  = {}
}

variable "ingress_cidr_ipv6" {
  nullable = false
  default  = {}
}

variable "ingress_prefix_list_id" {
  nullable = false
  default  = {}
}

variable "ingress_referenced_security_group_id" {
  nullable = false
  default  = {}
}

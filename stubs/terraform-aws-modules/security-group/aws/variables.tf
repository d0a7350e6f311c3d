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

variable "create_sg" {
  type     = bool
  nullable = false
  default  = true
}

variable "security_group_id" {
  type    = string
  default = null
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

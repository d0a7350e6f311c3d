# Versions 18 to 21; version 21 leaves `cluster_` out of the names.

variable "create" {
  type     = bool
  nullable = false
  default  = true
}

variable "cluster_name" {
  type     = string
  nullable = false
  default  = ""
}

variable "name" {
  type    = string
  default = null
}

variable "cluster_ip_family" {
  type    = string
  default = null
}

variable "ip_family" {
  type    = string
  default = null
}

variable "vpc_id" {
  type    = string
  default = null
}

variable "subnet_ids" {
  type     = list(string)
  nullable = false
  default  = []
}

variable "control_plane_subnet_ids" {
  type     = list(string)
  nullable = false
  default  = []
}

variable "cluster_endpoint_public_access" {
  type    = bool
  default = null
}

variable "endpoint_public_access" {
  type    = bool
  default = null
}

variable "create_cluster_security_group" {
  type     = bool
  nullable = false
  default  = true
}

variable "create_security_group" {
  type     = bool
  nullable = false
  default  = true
}

variable "cluster_security_group_id" {
  type    = string
  default = ""
}

variable "security_group_id" {
  type    = string
  default = null
}

variable "cluster_security_group_name" {
  type    = string
  default = null
}

variable "security_group_name" {
  type    = string
  default = null
}

variable "cluster_security_group_use_name_prefix" {
  type     = bool
  nullable = false
  default  = true
}

variable "security_group_use_name_prefix" {
  type     = bool
  nullable = false
  default  = true
}

variable "cluster_security_group_description" {
  type    = string
  default = "EKS cluster security group"
}

variable "security_group_description" {
  type    = string
  default = null
}

variable "cluster_security_group_additional_rules" {
  nullable = false
  default  = {}
}

variable "security_group_additional_rules" {
  nullable = false
  default  = {}
}

variable "cluster_additional_security_group_ids" {
  type     = list(string)
  nullable = false
  default  = []
}

variable "additional_security_group_ids" {
  type     = list(string)
  nullable = false
  default  = []
}

variable "create_node_security_group" {
  type     = bool
  nullable = false
  default  = true
}

variable "node_security_group_id" {
  type    = string
  default = ""
}

variable "node_security_group_name" {
  type    = string
  default = null
}

variable "node_security_group_use_name_prefix" {
  type     = bool
  nullable = false
  default  = true
}

variable "node_security_group_description" {
  type    = string
  default = "EKS node shared security group"
}

variable "node_security_group_additional_rules" {
  nullable = false
  default  = {}
}

variable "node_security_group_enable_recommended_rules" {
  type     = bool
  nullable = false
  default  = true
}

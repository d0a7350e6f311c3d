# Version and source are those of the call: the module makes a group of its own from version 6 on.
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

variable "create" {
  type     = bool
  nullable = false
  default  = true
}

variable "name" {
  type     = string
  nullable = false
  default  = ""
}

variable "subnet_id" {
  type    = string
  default = null
}

variable "associate_public_ip_address" {
  type    = bool
  default = null
}

variable "create_spot_instance" {
  type     = bool
  nullable = false
  default  = false
}

variable "ignore_ami_changes" {
  type     = bool
  nullable = false
  default  = false
}

variable "network_interface" {
  default = null
}

variable "vpc_security_group_ids" {
  type     = list(string)
  nullable = false
  default  = []
}

variable "create_security_group" {
  default = null
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

variable "security_group_vpc_id" {
  type    = string
  default = null
}

variable "security_group_ingress_rules" {
  default = {}
}

variable "security_group_egress_rules" {
  default = {
    ipv4_default = {
      cidr_ipv4   = "0.0.0.0/0"
      description = "Allow all IPv4 traffic"
      ip_protocol = "-1"
    }
    ipv6_default = {
      cidr_ipv6   = "::/0"
      description = "Allow all IPv6 traffic"
      ip_protocol = "-1"
    }
  }
}

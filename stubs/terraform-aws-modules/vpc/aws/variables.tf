# Version and source are those of the call: before version 4 the default group was left alone.
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

variable "create_vpc" {
  type     = bool
  nullable = false
  default  = true
}

variable "name" {
  type     = string
  nullable = false
  default  = ""
}

variable "cidr" {
  type    = string
  default = "10.0.0.0/16"
}

variable "secondary_cidr_blocks" {
  type     = list(string)
  nullable = false
  default  = []
}

variable "use_ipam_pool" {
  type     = bool
  nullable = false
  default  = false
}

variable "enable_ipv6" {
  type     = bool
  nullable = false
  default  = false
}

variable "azs" {
  type     = list(string)
  nullable = false
  default  = []
}

variable "manage_default_security_group" {
  default = null
}

variable "default_security_group_name" {
  type    = string
  default = null
}

variable "default_security_group_ingress" {
  type     = list(map(string))
  nullable = false
  default  = []
}

variable "default_security_group_egress" {
  type     = list(map(string))
  nullable = false
  default  = []
}

variable "default_security_group_tags" {
  type     = map(string)
  nullable = false
  default  = {}
}

variable "public_subnets" {
  type     = list(string)
  nullable = false
  default  = []
}

variable "private_subnets" {
  type     = list(string)
  nullable = false
  default  = []
}

variable "database_subnets" {
  type     = list(string)
  nullable = false
  default  = []
}

variable "redshift_subnets" {
  type     = list(string)
  nullable = false
  default  = []
}

variable "elasticache_subnets" {
  type     = list(string)
  nullable = false
  default  = []
}

variable "intra_subnets" {
  type     = list(string)
  nullable = false
  default  = []
}

variable "outpost_subnets" {
  type     = list(string)
  nullable = false
  default  = []
}

variable "create_igw" {
  type     = bool
  nullable = false
  default  = true
}

variable "create_database_subnet_route_table" {
  type     = bool
  nullable = false
  default  = false
}

variable "create_database_internet_gateway_route" {
  type     = bool
  nullable = false
  default  = false
}

variable "enable_public_redshift" {
  type     = bool
  nullable = false
  default  = false
}

# The groups that the instance carries, and where it stands.

variable "create_db_instance" {
  type     = bool
  nullable = false
  default  = true
}

variable "identifier" {
  type    = string
  default = null
}

variable "vpc_security_group_ids" {
  type     = list(string)
  nullable = false
  default  = []
}

variable "publicly_accessible" {
  type    = bool
  default = false
}

variable "db_subnet_group_name" {
  type    = string
  default = null
}

variable "port" {
  default = null
}

variable "engine" {
  type    = string
  default = null
}

resource "aws_db_instance" "this" {
  count = var.create_db_instance ? 1 : 0

  identifier             = var.identifier
  engine                 = var.engine
  port                   = var.port
  publicly_accessible    = var.publicly_accessible
  db_subnet_group_name   = var.db_subnet_group_name
  vpc_security_group_ids = var.vpc_security_group_ids
}

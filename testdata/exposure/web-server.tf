variable "vpc_id" {
  default = "vpc-0123456789abcdef0"
}

locals {
  office = "198.18.4.0/24"
  public = {
    http_ipv4  = { port = 80, ipv4 = "0.0.0.0/0" }
    https_ipv4 = { port = 443, ipv4 = "0.0.0.0/0" }
    http_ipv6  = { port = 80, ipv6 = "::/0" }
    https_ipv6 = { port = 443, ipv6 = "::/0" }
  }
  databases = {
    sql_server = { port = 1433, group = aws_security_group.sql_server.id }
    mysql      = { port = 3306, group = aws_security_group.mysql.id }
  }
}

resource "aws_security_group" "web" {
  name        = "web"
  description = "Web servers, open to everybody"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "public" {
  for_each = local.public

  security_group_id = aws_security_group.web.id
  description       = "Web requests of everybody"
  ip_protocol       = "tcp"
  from_port         = each.value.port
  to_port           = each.value.port
  cidr_ipv4         = lookup(each.value, "ipv4", null)
  cidr_ipv6         = lookup(each.value, "ipv6", null)
}

resource "aws_vpc_security_group_ingress_rule" "office" {
  for_each = { ssh = 22, rdp = 3389 }

  security_group_id = aws_security_group.web.id
  description       = "Administrators in the office"
  ip_protocol       = "tcp"
  from_port         = each.value
  to_port           = each.value
  cidr_ipv4         = local.office
}

resource "aws_vpc_security_group_egress_rule" "databases" {
  for_each = local.databases

  security_group_id            = aws_security_group.web.id
  description                  = "Queries"
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
  referenced_security_group_id = each.value.group
}

resource "aws_security_group" "sql_server" {
  name        = "sql-server"
  description = "SQL Server, for the web servers"
  vpc_id      = var.vpc_id
}

resource "aws_security_group" "mysql" {
  name        = "mysql"
  description = "MySQL, for the web servers"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "databases" {
  for_each = local.databases

  security_group_id            = each.value.group
  description                  = "Queries of the web servers"
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
  referenced_security_group_id = aws_security_group.web.id
}

resource "aws_instance" "web" {
  associate_public_ip_address = true
  vpc_security_group_ids      = [aws_security_group.web.id]
}

resource "aws_db_instance" "sql_server" {
  engine                 = "sqlserver-se"
  vpc_security_group_ids = [aws_security_group.sql_server.id]
}

resource "aws_db_instance" "mysql" {
  engine                 = "mysql"
  vpc_security_group_ids = [aws_security_group.mysql.id]
}

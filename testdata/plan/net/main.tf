variable "group" {}
variable "ranges" {}

resource "aws_vpc_security_group_ingress_rule" "db" {
  for_each          = toset(var.ranges)
  description       = "Database"
  security_group_id = var.group
  ip_protocol       = "tcp"
  from_port         = 5432
  to_port           = 5432
  cidr_ipv4         = each.value
}

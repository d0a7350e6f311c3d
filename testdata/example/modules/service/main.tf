variable "name" {
  type = string
}

variable "vpc_id" {
  type = string
}

variable "admin_ranges" {
  description = "Who may reach the administration port"
  type        = list(string)
}

variable "clients" {
  description = "Groups that may call the service, by name"
  type        = map(string)
}

resource "aws_security_group" "service" {
  name        = "${var.name}-service"
  description = "Service ${var.name}"
  vpc_id      = var.vpc_id
}

resource "aws_security_group_rule" "clients" {
  for_each = var.clients

  type                     = "ingress"
  security_group_id        = aws_security_group.service.id
  description              = "Calls from ${each.key}"
  protocol                 = "tcp"
  from_port                = 8443
  to_port                  = 8443
  source_security_group_id = each.value
}

resource "aws_security_group_rule" "admin" {
  type              = "ingress"
  security_group_id = aws_security_group.service.id
  description       = "Administration"
  protocol          = "tcp"
  from_port         = 20
  to_port           = 25
  cidr_blocks       = var.admin_ranges
}

resource "aws_instance" "service" {
  ami                    = "ami-0123456789abcdef0"
  instance_type          = "t3.small"
  vpc_security_group_ids = [aws_security_group.service.id]
}

# a may call whoever carries its own group, which nobody else does. b admits a; c admits z, and a is to call it.
resource "aws_vpc" "lab" {
  cidr_block = "10.30.0.0/16"
}

resource "aws_default_security_group" "closed" {
  vpc_id = aws_vpc.lab.id
}

resource "aws_security_group" "a" {
  name_prefix = "a-"
  description = "May call itself"
  vpc_id      = aws_vpc.lab.id

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_instance" "a" {
  ami                    = "ami-0abcdef1234567890"
  instance_type          = "t4g.small"
  vpc_security_group_ids = [aws_security_group.a.id]
}

resource "aws_security_group" "b" {
  name_prefix = "b-"
  description = "Admits a"
  vpc_id      = aws_vpc.lab.id

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_instance" "b" {
  ami                    = "ami-0abcdef1234567890"
  instance_type          = "t4g.small"
  vpc_security_group_ids = [aws_security_group.b.id]
}

resource "aws_security_group" "c" {
  name_prefix = "c-"
  description = "Admits z"
  vpc_id      = aws_vpc.lab.id

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_instance" "c" {
  ami                    = "ami-0abcdef1234567890"
  instance_type          = "t4g.small"
  vpc_security_group_ids = [aws_security_group.c.id]
}

resource "aws_security_group" "z" {
  name_prefix = "z-"
  description = "Another client"
  vpc_id      = aws_vpc.lab.id

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_instance" "z" {
  ami                    = "ami-0abcdef1234567890"
  instance_type          = "t4g.small"
  vpc_security_group_ids = [aws_security_group.z.id]
}

resource "aws_vpc_security_group_egress_rule" "a_to_itself" {
  security_group_id            = aws_security_group.a.id
  referenced_security_group_id = aws_security_group.a.id
  description                  = "HTTPS to itself"
  from_port                    = 443
  to_port                      = 443
  ip_protocol                  = "tcp"
}

resource "aws_vpc_security_group_ingress_rule" "b_from_a" {
  security_group_id            = aws_security_group.b.id
  referenced_security_group_id = aws_security_group.a.id
  description                  = "HTTPS from a"
  from_port                    = 443
  to_port                      = 443
  ip_protocol                  = "tcp"
}

resource "aws_vpc_security_group_egress_rule" "a_to_c" {
  security_group_id            = aws_security_group.a.id
  referenced_security_group_id = aws_security_group.c.id
  description                  = "HTTPS to c"
  from_port                    = 443
  to_port                      = 443
  ip_protocol                  = "tcp"
}

resource "aws_vpc_security_group_ingress_rule" "c_from_z" {
  security_group_id            = aws_security_group.c.id
  referenced_security_group_id = aws_security_group.z.id
  description                  = "HTTPS from z"
  from_port                    = 443
  to_port                      = 443
  ip_protocol                  = "tcp"
}

resource "aws_vpc_security_group_egress_rule" "z_to_c" {
  security_group_id            = aws_security_group.z.id
  referenced_security_group_id = aws_security_group.c.id
  description                  = "HTTPS to c"
  from_port                    = 443
  to_port                      = 443
  ip_protocol                  = "tcp"
}

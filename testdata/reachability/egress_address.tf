# a may call one address. b admits an address that no packet has, c another address.
resource "aws_vpc" "lab" {
  cidr_block = "10.30.0.0/16"
}

resource "aws_default_security_group" "closed" {
  vpc_id = aws_vpc.lab.id
}

resource "aws_security_group" "a" {
  name_prefix = "a-"
  description = "May call one address"
  vpc_id      = aws_vpc.lab.id

  egress {
    description = "Everything"
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["8.8.4.4/32"]
  }

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
  description = "Was to admit everybody"
  vpc_id      = aws_vpc.lab.id

  ingress {
    description = "HTTPS"
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/32"]
  }

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
  description = "Admits one address"
  vpc_id      = aws_vpc.lab.id

  ingress {
    description = "HTTPS"
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["8.8.8.8/32"]
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_instance" "c" {
  ami                    = "ami-0abcdef1234567890"
  instance_type          = "t4g.small"
  vpc_security_group_ids = [aws_security_group.c.id]
}

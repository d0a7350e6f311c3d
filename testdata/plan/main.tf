variable "office" {
  type = list(string)
}

variable "legacy" {
  type    = bool
  default = true
}

data "aws_vpc" "main" {
  default = true
}

resource "aws_security_group" "web" {
  name        = "web"
  description = "Web servers"
  vpc_id      = data.aws_vpc.main.id

  ingress {
    description = "SSH from the office"
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = var.office
  }

  ingress {
    description     = "App"
    from_port       = 8080
    to_port         = 8080
    protocol        = "tcp"
    security_groups = [aws_security_group.app.id]
  }
}

resource "aws_security_group" "app" {
  name        = "app"
  description = "App servers"
  vpc_id      = data.aws_vpc.main.id
}

resource "aws_security_group_rule" "legacy" {
  count             = var.legacy ? 1 : 0
  type              = "ingress"
  description       = "Old console"
  from_port         = 3389
  to_port           = 3389
  protocol          = "tcp"
  cidr_blocks       = ["0.0.0.0/0"]
  security_group_id = aws_security_group.app.id
}

module "net" {
  source   = "./net"
  for_each = toset(["a"])
  group    = aws_security_group.app.id
  ranges   = var.office
}

resource "aws_instance" "web" {
  ami                    = "ami-1"
  instance_type          = "t3.micro"
  vpc_security_group_ids = [aws_security_group.web.id, aws_security_group.app.id]
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_default_security_group" "closed" {
  vpc_id = aws_vpc.main.id
}

# The load balancer faces the internet: 443 is meant to be open.
resource "aws_security_group" "balancer" {
  name        = "balancer"
  description = "HTTPS from anywhere to the load balancer"
  vpc_id      = aws_vpc.main.id

  ingress {
    description = "HTTPS from anywhere"
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }

  egress {
    description = "to what it balances"
    from_port   = 8443
    to_port     = 8443
    protocol    = "tcp"
    cidr_blocks = [aws_vpc.main.cidr_block]
  }
}

resource "aws_lb" "front" {
  name            = "front"
  security_groups = [aws_security_group.balancer.id]
}

module "orders" {
  source = "./modules/service"

  name         = "orders"
  vpc_id       = aws_vpc.main.id
  admin_ranges = var.partner_ranges
  clients      = { balancer = aws_security_group.balancer.id }
}

# Everybody reaches the web server.
resource "aws_vpc" "lab" {
  cidr_block = "10.30.0.0/16"
}

resource "aws_default_security_group" "closed" {
  vpc_id = aws_vpc.lab.id
}

resource "aws_security_group" "web" {
  name_prefix = "web-"
  description = "Public web server"
  vpc_id      = aws_vpc.lab.id

  ingress {
    description = "HTTPS"
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }

  ingress {
    description = "HTTP"
    from_port   = 80
    to_port     = 80
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_instance" "web" {
  ami                    = "ami-0abcdef1234567890"
  instance_type          = "t4g.small"
  vpc_security_group_ids = [aws_security_group.web.id]
}

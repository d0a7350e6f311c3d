# One group for both sides: the app listens on the port of the database, too.
resource "aws_vpc" "shop" {
  cidr_block = "10.20.0.0/16"
}

resource "aws_default_security_group" "closed" {
  vpc_id = aws_vpc.shop.id
}

resource "aws_security_group" "orders" {
  name_prefix = "orders-"
  description = "The orders app and its database"
  vpc_id      = aws_vpc.shop.id

  ingress {
    description = "MySQL among themselves"
    from_port   = 3306
    to_port     = 3306
    protocol    = "tcp"
    self        = true
  }

  egress {
    description = "MySQL among themselves"
    from_port   = 3306
    to_port     = 3306
    protocol    = "tcp"
    self        = true
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_instance" "app" {
  ami                    = "ami-0abcdef1234567890"
  instance_type          = "t4g.small"
  vpc_security_group_ids = [aws_security_group.orders.id]
}

resource "aws_db_instance" "orders" {
  identifier             = "orders"
  engine                 = "mysql"
  instance_class         = "db.t4g.medium"
  vpc_security_group_ids = [aws_security_group.orders.id]
}

# The database admits whoever carries an identity that has no ingress rule of its own.
resource "aws_vpc" "shop" {
  cidr_block = "10.20.0.0/16"
}

resource "aws_default_security_group" "closed" {
  vpc_id = aws_vpc.shop.id
}

resource "aws_security_group" "orders_client" {
  name_prefix = "orders-client-"
  description = "Whoever may ask the orders database"
  vpc_id      = aws_vpc.shop.id

  egress {
    description = "Everything else is decided by the other side"
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_security_group" "orders_database" {
  name_prefix = "orders-database-"
  description = "The orders database"
  vpc_id      = aws_vpc.shop.id

  ingress {
    description     = "MySQL from its clients"
    from_port       = 3306
    to_port         = 3306
    protocol        = "tcp"
    security_groups = [aws_security_group.orders_client.id]
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_instance" "app" {
  ami                    = "ami-0abcdef1234567890"
  instance_type          = "t4g.small"
  vpc_security_group_ids = [aws_security_group.orders_client.id]
}

resource "aws_db_instance" "orders" {
  identifier             = "orders"
  engine                 = "mysql"
  instance_class         = "db.t4g.medium"
  vpc_security_group_ids = [aws_security_group.orders_database.id]
}

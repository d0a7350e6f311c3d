# The network account: it owns the VPC, and shares two subnets and a group with the workload accounts.

resource "aws_vpc" "shared" {
  cidr_block = "10.20.0.0/16"
}

resource "aws_default_security_group" "shared" {
  vpc_id = aws_vpc.shared.id
}

resource "aws_subnet" "app" {
  for_each = { a = "10.20.1.0/24", b = "10.20.2.0/24" }

  vpc_id     = aws_vpc.shared.id
  cidr_block = each.value
}

resource "aws_security_group" "app" {
  name_prefix = "app-"
  description = "Applications of every workload account"
  vpc_id      = aws_vpc.shared.id

  ingress {
    description = "HTTPS from the corporate network"
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/16"]
  }

  egress {
    description = "HTTPS to endpoints of the VPC"
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["10.20.0.0/16"]
  }

  lifecycle {
    create_before_destroy = true
    prevent_destroy       = true
  }
}

resource "aws_ram_resource_share" "network" {
  name                      = "network"
  allow_external_principals = false
}

resource "aws_ram_resource_association" "subnets" {
  for_each = aws_subnet.app

  resource_share_arn = aws_ram_resource_share.network.arn
  resource_arn       = each.value.arn
}

resource "aws_ram_resource_association" "group" {
  resource_share_arn = aws_ram_resource_share.network.arn
  resource_arn       = aws_security_group.app.arn
}

resource "aws_ram_principal_association" "workloads" {
  resource_share_arn = aws_ram_resource_share.network.arn
  principal          = "arn:aws:organizations::111122223333:ou/o-a1b2c3d4e5/ou-ab12-cdef3456"
}

locals {
  major          = try(tonumber(regex("[0-9]+", var.version)), tonumber(one(regex("ref=v?([0-9]+)", var.source))), null)
  manage_default = coalesce(var.manage_default_security_group, try(local.major >= 4, true))
}

resource "aws_vpc" "this" {
  count = var.create_vpc ? 1 : 0

  cidr_block                       = var.use_ipam_pool ? null : var.cidr
  assign_generated_ipv6_cidr_block = var.enable_ipv6
}

resource "aws_vpc_ipv4_cidr_block_association" "this" {
  count = var.create_vpc ? length(var.secondary_cidr_blocks) : 0

  vpc_id     = aws_vpc.this[0].id
  cidr_block = var.secondary_cidr_blocks[count.index]
}

resource "aws_default_security_group" "this" {
  count = var.create_vpc && local.manage_default ? 1 : 0

  vpc_id = aws_vpc.this[0].id

  dynamic "ingress" {
    for_each = var.default_security_group_ingress
    content {
      from_port        = try(ingress.value.from_port, 0)
      to_port          = try(ingress.value.to_port, 0)
      protocol         = try(ingress.value.protocol, "-1")
      description      = try(ingress.value.description, null)
      self             = try(ingress.value.self, null)
      cidr_blocks      = try(compact(split(",", ingress.value.cidr_blocks)), [])
      ipv6_cidr_blocks = try(compact(split(",", ingress.value.ipv6_cidr_blocks)), [])
      prefix_list_ids  = try(compact(split(",", ingress.value.prefix_list_ids)), [])
      security_groups  = try(compact(split(",", ingress.value.security_groups)), [])
    }
  }

  dynamic "egress" {
    for_each = var.default_security_group_egress
    content {
      from_port        = try(egress.value.from_port, 0)
      to_port          = try(egress.value.to_port, 0)
      protocol         = try(egress.value.protocol, "-1")
      description      = try(egress.value.description, null)
      self             = try(egress.value.self, null)
      cidr_blocks      = try(compact(split(",", egress.value.cidr_blocks)), [])
      ipv6_cidr_blocks = try(compact(split(",", egress.value.ipv6_cidr_blocks)), [])
      prefix_list_ids  = try(compact(split(",", egress.value.prefix_list_ids)), [])
      security_groups  = try(compact(split(",", egress.value.security_groups)), [])
    }
  }

  tags = merge({ Name = coalesce(var.default_security_group_name, "${var.name}-default") }, var.default_security_group_tags)
}

resource "aws_subnet" "public" {
  count = var.create_vpc ? length(var.public_subnets) : 0

  vpc_id     = aws_vpc.this[0].id
  cidr_block = var.public_subnets[count.index]
}

resource "aws_subnet" "private" {
  count = var.create_vpc ? length(var.private_subnets) : 0

  vpc_id     = aws_vpc.this[0].id
  cidr_block = var.private_subnets[count.index]
}

resource "aws_subnet" "database" {
  count = var.create_vpc ? length(var.database_subnets) : 0

  vpc_id     = aws_vpc.this[0].id
  cidr_block = var.database_subnets[count.index]
}

resource "aws_subnet" "redshift" {
  count = var.create_vpc ? length(var.redshift_subnets) : 0

  vpc_id     = aws_vpc.this[0].id
  cidr_block = var.redshift_subnets[count.index]
}

resource "aws_subnet" "elasticache" {
  count = var.create_vpc ? length(var.elasticache_subnets) : 0

  vpc_id     = aws_vpc.this[0].id
  cidr_block = var.elasticache_subnets[count.index]
}

resource "aws_subnet" "intra" {
  count = var.create_vpc ? length(var.intra_subnets) : 0

  vpc_id     = aws_vpc.this[0].id
  cidr_block = var.intra_subnets[count.index]
}

resource "aws_subnet" "outpost" {
  count = var.create_vpc ? length(var.outpost_subnets) : 0

  vpc_id     = aws_vpc.this[0].id
  cidr_block = var.outpost_subnets[count.index]
}

# Subnets that reach the internet gateway; every other one leaves by NAT, if at all, and stays with the main table.
locals {
  has_gateway    = var.create_vpc && var.create_igw && length(var.public_subnets) > 0
  open_databases = var.create_database_subnet_route_table && var.create_database_internet_gateway_route
  open_subnets = concat(
    aws_subnet.public[*].id,
    local.open_databases ? aws_subnet.database[*].id : [],
    var.enable_public_redshift ? aws_subnet.redshift[*].id : [],
  )
}

resource "aws_internet_gateway" "this" {
  count = local.has_gateway ? 1 : 0

  vpc_id = aws_vpc.this[0].id
}

resource "aws_route_table" "public" {
  count = local.has_gateway ? 1 : 0

  vpc_id = aws_vpc.this[0].id

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.this[0].id
  }
}

resource "aws_route_table_association" "public" {
  count = local.has_gateway ? length(local.open_subnets) : 0

  subnet_id      = local.open_subnets[count.index]
  route_table_id = aws_route_table.public[0].id
}

output "name" {
  value = var.name
}

output "azs" {
  value = var.azs
}

output "vpc_id" {
  value = one(aws_vpc.this[*].id)
}

output "vpc_arn" {
  value = one(aws_vpc.this[*].arn)
}

output "vpc_cidr_block" {
  value = one(aws_vpc.this[*].cidr_block)
}

output "vpc_ipv6_cidr_block" {
  value = one(aws_vpc.this[*].ipv6_cidr_block)
}

output "vpc_main_route_table_id" {
  value = one(aws_vpc.this[*].main_route_table_id)
}

output "vpc_owner_id" {
  value = one(aws_vpc.this[*].owner_id)
}

output "default_security_group_id" {
  value = one(aws_vpc.this[*].default_security_group_id)
}

output "default_network_acl_id" {
  value = one(aws_vpc.this[*].default_network_acl_id)
}

output "default_route_table_id" {
  value = one(aws_vpc.this[*].default_route_table_id)
}

output "vpc_secondary_cidr_blocks" {
  value = aws_vpc_ipv4_cidr_block_association.this[*].cidr_block
}

output "public_subnets" {
  value = aws_subnet.public[*].id
}

output "public_subnet_arns" {
  value = aws_subnet.public[*].arn
}

output "public_subnets_cidr_blocks" {
  value = aws_subnet.public[*].cidr_block
}

output "private_subnets" {
  value = aws_subnet.private[*].id
}

output "private_subnet_arns" {
  value = aws_subnet.private[*].arn
}

output "private_subnets_cidr_blocks" {
  value = aws_subnet.private[*].cidr_block
}

output "database_subnets" {
  value = aws_subnet.database[*].id
}

output "database_subnet_arns" {
  value = aws_subnet.database[*].arn
}

output "database_subnets_cidr_blocks" {
  value = aws_subnet.database[*].cidr_block
}

output "redshift_subnets" {
  value = aws_subnet.redshift[*].id
}

output "redshift_subnet_arns" {
  value = aws_subnet.redshift[*].arn
}

output "redshift_subnets_cidr_blocks" {
  value = aws_subnet.redshift[*].cidr_block
}

output "elasticache_subnets" {
  value = aws_subnet.elasticache[*].id
}

output "elasticache_subnet_arns" {
  value = aws_subnet.elasticache[*].arn
}

output "elasticache_subnets_cidr_blocks" {
  value = aws_subnet.elasticache[*].cidr_block
}

output "intra_subnets" {
  value = aws_subnet.intra[*].id
}

output "intra_subnet_arns" {
  value = aws_subnet.intra[*].arn
}

output "intra_subnets_cidr_blocks" {
  value = aws_subnet.intra[*].cidr_block
}

output "outpost_subnets" {
  value = aws_subnet.outpost[*].id
}

output "outpost_subnet_arns" {
  value = aws_subnet.outpost[*].arn
}

output "outpost_subnets_cidr_blocks" {
  value = aws_subnet.outpost[*].cidr_block
}

locals {
  major        = try(tonumber(regex("[0-9]+", var.version)), tonumber(one(regex("ref=v?([0-9]+)", var.source))), null)
  create_group = var.create && try(local.major >= 6, true) && coalesce(var.create_security_group, true)
  group_name   = coalesce(var.security_group_name, var.name, "instance")
  groups       = concat(var.vpc_security_group_ids, aws_security_group.this[*].id)
}

resource "aws_instance" "this" {
  count = var.create && !var.create_spot_instance && !var.ignore_ami_changes ? 1 : 0

  subnet_id                   = var.subnet_id
  associate_public_ip_address = var.associate_public_ip_address
  vpc_security_group_ids      = var.network_interface == null ? local.groups : null
}

resource "aws_instance" "ignore_ami" {
  count = var.create && !var.create_spot_instance && var.ignore_ami_changes ? 1 : 0

  subnet_id                   = var.subnet_id
  associate_public_ip_address = var.associate_public_ip_address
  vpc_security_group_ids      = var.network_interface == null ? local.groups : null
}

resource "aws_spot_instance_request" "this" {
  count = var.create && var.create_spot_instance ? 1 : 0

  subnet_id                   = var.subnet_id
  associate_public_ip_address = var.associate_public_ip_address
  vpc_security_group_ids      = var.network_interface == null ? local.groups : null
}

resource "aws_security_group" "this" {
  count = local.create_group ? 1 : 0

  name        = var.security_group_use_name_prefix ? null : local.group_name
  name_prefix = var.security_group_use_name_prefix ? "${local.group_name}-" : null
  description = var.security_group_description
  vpc_id      = var.security_group_vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "this" {
  for_each = { for key, rule in coalesce(var.security_group_ingress_rules, {}) : key => rule if local.create_group }

  security_group_id            = aws_security_group.this[0].id
  ip_protocol                  = try(coalesce(each.value.ip_protocol), "tcp")
  from_port                    = try(each.value.from_port, null)
  to_port                      = try(coalesce(try(each.value.to_port, null), try(each.value.from_port, null)), null)
  description                  = try(each.value.description, null)
  cidr_ipv4                    = try(each.value.cidr_ipv4, null)
  cidr_ipv6                    = try(each.value.cidr_ipv6, null)
  prefix_list_id               = try(each.value.prefix_list_id, null)
  referenced_security_group_id = try(each.value.referenced_security_group_id, null)
}

resource "aws_vpc_security_group_egress_rule" "this" {
  for_each = { for key, rule in coalesce(var.security_group_egress_rules, {}) : key => rule if local.create_group }

  security_group_id            = aws_security_group.this[0].id
  ip_protocol                  = try(coalesce(each.value.ip_protocol), "tcp")
  from_port                    = try(coalesce(try(each.value.from_port, null), try(each.value.to_port, null)), null)
  to_port                      = try(each.value.to_port, null)
  description                  = try(each.value.description, null)
  cidr_ipv4                    = try(each.value.cidr_ipv4, null)
  cidr_ipv6                    = try(each.value.cidr_ipv6, null)
  prefix_list_id               = try(each.value.prefix_list_id, null)
  referenced_security_group_id = try(each.value.referenced_security_group_id, null)
}

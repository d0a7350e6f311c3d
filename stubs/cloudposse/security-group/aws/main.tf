locals {
  enabled   = try(coalesce(var.enabled, try(var.context.enabled, null)), true)
  create    = local.enabled && length(var.target_security_group_id) == 0
  delimiter = try(coalesce(var.delimiter, try(var.context.delimiter, null)), "-")
  labels    = concat([for label in ["namespace", "tenant", "environment", "stage", "name"] : try(coalesce(local.own[label], try(var.context[label], null)), "")], var.attributes)
  own       = { namespace = var.namespace, tenant = var.tenant, environment = var.environment, stage = var.stage, name = var.name }
  name      = concat(var.security_group_name, [lower(join(local.delimiter, compact(local.labels)))])[0]
  group     = local.create ? one(concat(aws_security_group.default[*].id, aws_security_group.cbd[*].id)) : one(var.target_security_group_id)

  major  = try(tonumber(regex("[0-9]+", var.version)), tonumber(one(regex("ref=v?([0-9]+)", var.source))), null)
  egress = coalesce(var.allow_all_egress, try(local.major >= 2, true))
}

resource "aws_security_group" "default" {
  count = local.create && !var.create_before_destroy ? 1 : 0

  name        = local.name
  description = var.security_group_description
  vpc_id      = var.vpc_id

  dynamic "ingress" {
    for_each = [for rule in local.inline_rules : rule if rule.type == "ingress"]
    content {
      from_port        = ingress.value.from_port
      to_port          = ingress.value.to_port
      protocol         = ingress.value.protocol
      description      = ingress.value.description
      cidr_blocks      = ingress.value.cidr_blocks
      ipv6_cidr_blocks = ingress.value.ipv6_cidr_blocks
      prefix_list_ids  = ingress.value.prefix_list_ids
      security_groups  = ingress.value.security_groups
      self             = ingress.value.self
    }
  }

  dynamic "egress" {
    for_each = [for rule in local.inline_rules : rule if rule.type == "egress"]
    content {
      from_port        = egress.value.from_port
      to_port          = egress.value.to_port
      protocol         = egress.value.protocol
      description      = egress.value.description
      cidr_blocks      = egress.value.cidr_blocks
      ipv6_cidr_blocks = egress.value.ipv6_cidr_blocks
      prefix_list_ids  = egress.value.prefix_list_ids
      security_groups  = egress.value.security_groups
      self             = egress.value.self
    }
  }
}

resource "aws_security_group" "cbd" {
  count = local.create && var.create_before_destroy ? 1 : 0

  name_prefix = "${local.name}${local.delimiter}"
  description = var.security_group_description
  vpc_id      = var.vpc_id

  dynamic "ingress" {
    for_each = [for rule in local.inline_rules : rule if rule.type == "ingress"]
    content {
      from_port        = ingress.value.from_port
      to_port          = ingress.value.to_port
      protocol         = ingress.value.protocol
      description      = ingress.value.description
      cidr_blocks      = ingress.value.cidr_blocks
      ipv6_cidr_blocks = ingress.value.ipv6_cidr_blocks
      prefix_list_ids  = ingress.value.prefix_list_ids
      security_groups  = ingress.value.security_groups
      self             = ingress.value.self
    }
  }

  dynamic "egress" {
    for_each = [for rule in local.inline_rules : rule if rule.type == "egress"]
    content {
      from_port        = egress.value.from_port
      to_port          = egress.value.to_port
      protocol         = egress.value.protocol
      description      = egress.value.description
      cidr_blocks      = egress.value.cidr_blocks
      ipv6_cidr_blocks = egress.value.ipv6_cidr_blocks
      prefix_list_ids  = egress.value.prefix_list_ids
      security_groups  = egress.value.security_groups
      self             = egress.value.self
    }
  }
}

resource "aws_security_group_rule" "keyed" {
  for_each = var.create_before_destroy ? local.keyed_rules : {}

  security_group_id        = local.group
  type                     = each.value.type
  from_port                = each.value.from_port
  to_port                  = each.value.to_port
  protocol                 = each.value.protocol
  description              = each.value.description
  cidr_blocks              = each.value.cidr_blocks
  ipv6_cidr_blocks         = each.value.ipv6_cidr_blocks
  prefix_list_ids          = each.value.prefix_list_ids
  self                     = each.value.self
  source_security_group_id = each.value.source_security_group_id
}

resource "aws_security_group_rule" "dbc" {
  for_each = !var.create_before_destroy ? local.keyed_rules : {}

  security_group_id        = local.group
  type                     = each.value.type
  from_port                = each.value.from_port
  to_port                  = each.value.to_port
  protocol                 = each.value.protocol
  description              = each.value.description
  cidr_blocks              = each.value.cidr_blocks
  ipv6_cidr_blocks         = each.value.ipv6_cidr_blocks
  prefix_list_ids          = each.value.prefix_list_ids
  self                     = each.value.self
  source_security_group_id = each.value.source_security_group_id
}

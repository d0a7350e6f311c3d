locals {
  ingress_names = [for name in var.ingress_rules : name if !can(keys(var.ingress_rules))]
  ingress_rules = { for key, rule in var.ingress_rules : key => rule if can(keys(var.ingress_rules)) }
}

resource "aws_security_group_rule" "ingress_rules" {
  count = var.create ? length(local.ingress_names) : 0

  security_group_id = local.group
  type              = "ingress"
  from_port         = var.rules[local.ingress_names[count.index]][0]
  to_port           = var.rules[local.ingress_names[count.index]][1]
  protocol          = var.rules[local.ingress_names[count.index]][2]
  description       = var.rules[local.ingress_names[count.index]][3]
  cidr_blocks       = var.ingress_cidr_blocks
  ipv6_cidr_blocks  = var.ingress_ipv6_cidr_blocks
  prefix_list_ids   = var.ingress_prefix_list_ids
}

resource "aws_security_group_rule" "computed_ingress_rules" {
  count = var.create ? var.number_of_computed_ingress_rules : 0

  security_group_id = local.group
  type              = "ingress"
  from_port         = var.rules[var.computed_ingress_rules[count.index]][0]
  to_port           = var.rules[var.computed_ingress_rules[count.index]][1]
  protocol          = var.rules[var.computed_ingress_rules[count.index]][2]
  description       = var.rules[var.computed_ingress_rules[count.index]][3]
  cidr_blocks       = var.ingress_cidr_blocks
  ipv6_cidr_blocks  = var.ingress_ipv6_cidr_blocks
  prefix_list_ids   = var.ingress_prefix_list_ids
}

resource "aws_security_group_rule" "ingress_with_self" {
  count = var.create ? length(var.ingress_with_self) : 0

  security_group_id = local.group
  type              = "ingress"
  from_port         = try(var.ingress_with_self[count.index].from_port, var.rules[var.ingress_with_self[count.index].rule][0])
  to_port           = try(var.ingress_with_self[count.index].to_port, var.rules[var.ingress_with_self[count.index].rule][1])
  protocol          = try(var.ingress_with_self[count.index].protocol, var.rules[var.ingress_with_self[count.index].rule][2])
  description       = try(var.ingress_with_self[count.index].description, "Ingress Rule")
  self              = try(var.ingress_with_self[count.index].self, true)
  prefix_list_ids   = var.ingress_prefix_list_ids
}

resource "aws_security_group_rule" "computed_ingress_with_self" {
  count = var.create ? var.number_of_computed_ingress_with_self : 0

  security_group_id = local.group
  type              = "ingress"
  from_port         = try(var.computed_ingress_with_self[count.index].from_port, var.rules[var.computed_ingress_with_self[count.index].rule][0])
  to_port           = try(var.computed_ingress_with_self[count.index].to_port, var.rules[var.computed_ingress_with_self[count.index].rule][1])
  protocol          = try(var.computed_ingress_with_self[count.index].protocol, var.rules[var.computed_ingress_with_self[count.index].rule][2])
  description       = try(var.computed_ingress_with_self[count.index].description, "Ingress Rule")
  self              = try(var.computed_ingress_with_self[count.index].self, true)
  prefix_list_ids   = var.ingress_prefix_list_ids
}

resource "aws_security_group_rule" "ingress_with_cidr_blocks" {
  count = var.create ? length(var.ingress_with_cidr_blocks) : 0

  security_group_id = local.group
  type              = "ingress"
  from_port         = try(var.ingress_with_cidr_blocks[count.index].from_port, var.rules[var.ingress_with_cidr_blocks[count.index].rule][0])
  to_port           = try(var.ingress_with_cidr_blocks[count.index].to_port, var.rules[var.ingress_with_cidr_blocks[count.index].rule][1])
  protocol          = try(var.ingress_with_cidr_blocks[count.index].protocol, var.rules[var.ingress_with_cidr_blocks[count.index].rule][2])
  description       = try(var.ingress_with_cidr_blocks[count.index].description, "Ingress Rule")
  cidr_blocks       = try(compact(split(",", var.ingress_with_cidr_blocks[count.index].cidr_blocks)), var.ingress_cidr_blocks)
}

resource "aws_security_group_rule" "computed_ingress_with_cidr_blocks" {
  count = var.create ? var.number_of_computed_ingress_with_cidr_blocks : 0

  security_group_id = local.group
  type              = "ingress"
  from_port         = try(var.computed_ingress_with_cidr_blocks[count.index].from_port, var.rules[var.computed_ingress_with_cidr_blocks[count.index].rule][0])
  to_port           = try(var.computed_ingress_with_cidr_blocks[count.index].to_port, var.rules[var.computed_ingress_with_cidr_blocks[count.index].rule][1])
  protocol          = try(var.computed_ingress_with_cidr_blocks[count.index].protocol, var.rules[var.computed_ingress_with_cidr_blocks[count.index].rule][2])
  description       = try(var.computed_ingress_with_cidr_blocks[count.index].description, "Ingress Rule")
  cidr_blocks       = try(compact(split(",", var.computed_ingress_with_cidr_blocks[count.index].cidr_blocks)), var.ingress_cidr_blocks)
}

resource "aws_security_group_rule" "ingress_with_ipv6_cidr_blocks" {
  count = var.create ? length(var.ingress_with_ipv6_cidr_blocks) : 0

  security_group_id = local.group
  type              = "ingress"
  from_port         = try(var.ingress_with_ipv6_cidr_blocks[count.index].from_port, var.rules[var.ingress_with_ipv6_cidr_blocks[count.index].rule][0])
  to_port           = try(var.ingress_with_ipv6_cidr_blocks[count.index].to_port, var.rules[var.ingress_with_ipv6_cidr_blocks[count.index].rule][1])
  protocol          = try(var.ingress_with_ipv6_cidr_blocks[count.index].protocol, var.rules[var.ingress_with_ipv6_cidr_blocks[count.index].rule][2])
  description       = try(var.ingress_with_ipv6_cidr_blocks[count.index].description, "Ingress Rule")
  ipv6_cidr_blocks  = try(compact(split(",", var.ingress_with_ipv6_cidr_blocks[count.index].ipv6_cidr_blocks)), var.ingress_ipv6_cidr_blocks)
  prefix_list_ids   = var.ingress_prefix_list_ids
}

resource "aws_security_group_rule" "computed_ingress_with_ipv6_cidr_blocks" {
  count = var.create ? var.number_of_computed_ingress_with_ipv6_cidr_blocks : 0

  security_group_id = local.group
  type              = "ingress"
  from_port         = try(var.computed_ingress_with_ipv6_cidr_blocks[count.index].from_port, var.rules[var.computed_ingress_with_ipv6_cidr_blocks[count.index].rule][0])
  to_port           = try(var.computed_ingress_with_ipv6_cidr_blocks[count.index].to_port, var.rules[var.computed_ingress_with_ipv6_cidr_blocks[count.index].rule][1])
  protocol          = try(var.computed_ingress_with_ipv6_cidr_blocks[count.index].protocol, var.rules[var.computed_ingress_with_ipv6_cidr_blocks[count.index].rule][2])
  description       = try(var.computed_ingress_with_ipv6_cidr_blocks[count.index].description, "Ingress Rule")
  ipv6_cidr_blocks  = try(compact(split(",", var.computed_ingress_with_ipv6_cidr_blocks[count.index].ipv6_cidr_blocks)), var.ingress_ipv6_cidr_blocks)
  prefix_list_ids   = var.ingress_prefix_list_ids
}

resource "aws_security_group_rule" "ingress_with_source_security_group_id" {
  count = var.create ? length(var.ingress_with_source_security_group_id) : 0

  security_group_id        = local.group
  type                     = "ingress"
  from_port                = try(var.ingress_with_source_security_group_id[count.index].from_port, var.rules[var.ingress_with_source_security_group_id[count.index].rule][0])
  to_port                  = try(var.ingress_with_source_security_group_id[count.index].to_port, var.rules[var.ingress_with_source_security_group_id[count.index].rule][1])
  protocol                 = try(var.ingress_with_source_security_group_id[count.index].protocol, var.rules[var.ingress_with_source_security_group_id[count.index].rule][2])
  description              = try(var.ingress_with_source_security_group_id[count.index].description, "Ingress Rule")
  source_security_group_id = var.ingress_with_source_security_group_id[count.index].source_security_group_id
  prefix_list_ids          = var.ingress_prefix_list_ids
}

resource "aws_security_group_rule" "computed_ingress_with_source_security_group_id" {
  count = var.create ? var.number_of_computed_ingress_with_source_security_group_id : 0

  security_group_id        = local.group
  type                     = "ingress"
  from_port                = try(var.computed_ingress_with_source_security_group_id[count.index].from_port, var.rules[var.computed_ingress_with_source_security_group_id[count.index].rule][0])
  to_port                  = try(var.computed_ingress_with_source_security_group_id[count.index].to_port, var.rules[var.computed_ingress_with_source_security_group_id[count.index].rule][1])
  protocol                 = try(var.computed_ingress_with_source_security_group_id[count.index].protocol, var.rules[var.computed_ingress_with_source_security_group_id[count.index].rule][2])
  description              = try(var.computed_ingress_with_source_security_group_id[count.index].description, "Ingress Rule")
  source_security_group_id = var.computed_ingress_with_source_security_group_id[count.index].source_security_group_id
  prefix_list_ids          = var.ingress_prefix_list_ids
}

resource "aws_security_group_rule" "ingress_with_prefix_list_ids" {
  count = var.create ? length(var.ingress_with_prefix_list_ids) : 0

  security_group_id = local.group
  type              = "ingress"
  from_port         = try(var.ingress_with_prefix_list_ids[count.index].from_port, var.rules[var.ingress_with_prefix_list_ids[count.index].rule][0])
  to_port           = try(var.ingress_with_prefix_list_ids[count.index].to_port, var.rules[var.ingress_with_prefix_list_ids[count.index].rule][1])
  protocol          = try(var.ingress_with_prefix_list_ids[count.index].protocol, var.rules[var.ingress_with_prefix_list_ids[count.index].rule][2])
  description       = try(var.ingress_with_prefix_list_ids[count.index].description, "Ingress Rule")
  prefix_list_ids   = try(compact(split(",", var.ingress_with_prefix_list_ids[count.index].prefix_list_ids)), var.ingress_prefix_list_ids)
}

resource "aws_security_group_rule" "computed_ingress_with_prefix_list_ids" {
  count = var.create ? var.number_of_computed_ingress_with_prefix_list_ids : 0

  security_group_id = local.group
  type              = "ingress"
  from_port         = try(var.ingress_with_prefix_list_ids[count.index].from_port, var.rules[var.ingress_with_prefix_list_ids[count.index].rule][0])
  to_port           = try(var.ingress_with_prefix_list_ids[count.index].to_port, var.rules[var.ingress_with_prefix_list_ids[count.index].rule][1])
  protocol          = try(var.ingress_with_prefix_list_ids[count.index].protocol, var.rules[var.ingress_with_prefix_list_ids[count.index].rule][2])
  description       = try(var.ingress_with_prefix_list_ids[count.index].description, "Ingress Rule")
  prefix_list_ids   = try(compact(split(",", var.ingress_with_prefix_list_ids[count.index].prefix_list_ids)), var.ingress_prefix_list_ids)
}

resource "aws_vpc_security_group_ingress_rule" "this" {
  for_each = var.create ? local.ingress_rules : {}

  security_group_id            = local.group
  ip_protocol                  = try(coalesce(each.value.ip_protocol), "tcp")
  from_port                    = try(coalesce(try(each.value.from_port, null), try(each.value.to_port, null)), null)
  to_port                      = try(coalesce(try(each.value.to_port, null), try(each.value.from_port, null)), null)
  description                  = try(each.value.description, null)
  cidr_ipv4                    = try(each.value.cidr_ipv4, null)
  cidr_ipv6                    = try(each.value.cidr_ipv6, null)
  prefix_list_id               = try(each.value.prefix_list_id, null)
  referenced_security_group_id = try(each.value.referenced_security_group_id == "self" ? local.group : each.value.referenced_security_group_id, null)
}

# A preset is the module with rules of its own besides those of the caller. Up to version 5 they are named rules, from
# version 6 on each source makes a rule of every port.

locals {
  sources = merge(
    { for key, value in var.ingress_cidr_ipv4 : key => { cidr_ipv4 = value } },
    { for key, value in var.ingress_cidr_ipv6 : key => { cidr_ipv6 = value } },
    { for key, value in var.ingress_prefix_list_id : key => { prefix_list_id = value } },
    { for key, value in var.ingress_referenced_security_group_id : key => { referenced_security_group_id = value } },
  )
  major      = try(tonumber(regex("[0-9]+", var.version)), tonumber(one(regex("ref=v?([0-9]+)", var.source))), null)
  structured = try(local.major >= 6, false) || var.structured || length(local.sources) > 0 || can(keys(var.ingress_rules)) || can(keys(var.egress_rules))

  preset_rules = merge([
    for name in var.auto_ingress_rules : {
      for key, source in local.sources : "${trimsuffix(name, "-tcp")}/${key}" => merge(source, {
        from_port   = module.sg.rules[name][0]
        to_port     = module.sg.rules[name][1]
        ip_protocol = module.sg.rules[name][2]
        description = module.sg.rules[name][3]
      })
    }
  ]...)
}

module "sg" {
  source = "../../"

  create          = var.create && !local.structured
  name            = var.name
  use_name_prefix = var.use_name_prefix
  description     = var.description
  vpc_id          = var.vpc_id
  tags            = var.tags

  ingress_rules                                            = sort(compact(distinct(concat(var.auto_ingress_rules, [for name in var.ingress_rules : name if !local.structured]))))
  ingress_with_self                                        = concat(var.auto_ingress_with_self, var.ingress_with_self)
  computed_ingress_rules                                   = sort(compact(distinct(concat(var.auto_computed_ingress_rules, var.computed_ingress_rules))))
  computed_ingress_with_self                               = concat(var.auto_computed_ingress_with_self, var.computed_ingress_with_self)
  number_of_computed_ingress_rules                         = var.auto_number_of_computed_ingress_rules + var.number_of_computed_ingress_rules
  number_of_computed_ingress_with_self                     = var.auto_number_of_computed_ingress_with_self + var.number_of_computed_ingress_with_self
  ingress_with_cidr_blocks                                 = var.ingress_with_cidr_blocks
  computed_ingress_with_cidr_blocks                        = var.computed_ingress_with_cidr_blocks
  ingress_with_ipv6_cidr_blocks                            = var.ingress_with_ipv6_cidr_blocks
  computed_ingress_with_ipv6_cidr_blocks                   = var.computed_ingress_with_ipv6_cidr_blocks
  ingress_with_source_security_group_id                    = var.ingress_with_source_security_group_id
  computed_ingress_with_source_security_group_id           = var.computed_ingress_with_source_security_group_id
  ingress_with_prefix_list_ids                             = var.ingress_with_prefix_list_ids
  computed_ingress_with_prefix_list_ids                    = var.computed_ingress_with_prefix_list_ids
  ingress_cidr_blocks                                      = var.ingress_cidr_blocks
  ingress_ipv6_cidr_blocks                                 = var.ingress_ipv6_cidr_blocks
  ingress_prefix_list_ids                                  = var.ingress_prefix_list_ids
  number_of_computed_ingress_with_cidr_blocks              = var.number_of_computed_ingress_with_cidr_blocks
  number_of_computed_ingress_with_ipv6_cidr_blocks         = var.number_of_computed_ingress_with_ipv6_cidr_blocks
  number_of_computed_ingress_with_source_security_group_id = var.number_of_computed_ingress_with_source_security_group_id
  number_of_computed_ingress_with_prefix_list_ids          = var.number_of_computed_ingress_with_prefix_list_ids
  egress_rules                                             = sort(compact(distinct(concat(var.auto_egress_rules, [for name in var.egress_rules : name if !local.structured]))))
  egress_with_self                                         = concat(var.auto_egress_with_self, var.egress_with_self)
  computed_egress_rules                                    = sort(compact(distinct(concat(var.auto_computed_egress_rules, var.computed_egress_rules))))
  computed_egress_with_self                                = concat(var.auto_computed_egress_with_self, var.computed_egress_with_self)
  number_of_computed_egress_rules                          = var.auto_number_of_computed_egress_rules + var.number_of_computed_egress_rules
  number_of_computed_egress_with_self                      = var.auto_number_of_computed_egress_with_self + var.number_of_computed_egress_with_self
  egress_with_cidr_blocks                                  = var.egress_with_cidr_blocks
  computed_egress_with_cidr_blocks                         = var.computed_egress_with_cidr_blocks
  egress_with_ipv6_cidr_blocks                             = var.egress_with_ipv6_cidr_blocks
  computed_egress_with_ipv6_cidr_blocks                    = var.computed_egress_with_ipv6_cidr_blocks
  egress_with_source_security_group_id                     = var.egress_with_source_security_group_id
  computed_egress_with_source_security_group_id            = var.computed_egress_with_source_security_group_id
  egress_with_prefix_list_ids                              = var.egress_with_prefix_list_ids
  computed_egress_with_prefix_list_ids                     = var.computed_egress_with_prefix_list_ids
  egress_cidr_blocks                                       = var.egress_cidr_blocks
  egress_ipv6_cidr_blocks                                  = var.egress_ipv6_cidr_blocks
  egress_prefix_list_ids                                   = var.egress_prefix_list_ids
  number_of_computed_egress_with_cidr_blocks               = var.number_of_computed_egress_with_cidr_blocks
  number_of_computed_egress_with_ipv6_cidr_blocks          = var.number_of_computed_egress_with_ipv6_cidr_blocks
  number_of_computed_egress_with_source_security_group_id  = var.number_of_computed_egress_with_source_security_group_id
  number_of_computed_egress_with_prefix_list_ids           = var.number_of_computed_egress_with_prefix_list_ids
}

module "security_group" {
  source = "../../"

  create          = var.create && local.structured
  name            = var.name
  use_name_prefix = var.use_name_prefix
  description     = var.description
  vpc_id          = var.vpc_id

  ingress_rules = merge(local.preset_rules, { for key, rule in var.ingress_rules : key => rule if can(keys(var.ingress_rules)) })
  egress_rules  = var.egress_rules
}

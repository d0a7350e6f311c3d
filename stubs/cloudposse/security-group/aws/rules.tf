# Three ways to give rules, made into one: a list, lists by name, and a matrix of subjects and rules. A rule resource
# takes one group, or addresses, or itself, so that a cell of the matrix may make several.

locals {
  lists = merge({ _list_ = var.rules }, var.rules_map)

  listed = flatten([
    for name, rules in local.lists : [
      for index, rule in rules : {
        key                      = try(coalesce(rule.key), "${name}[${index}]")
        type                     = rule.type
        from_port                = rule.from_port
        to_port                  = rule.to_port
        protocol                 = rule.protocol
        description              = try(rule.description, "Managed by Terraform")
        cidr_blocks              = try(rule.cidr_blocks, null)
        ipv6_cidr_blocks         = try(rule.ipv6_cidr_blocks, null)
        prefix_list_ids          = try(rule.prefix_list_ids, null)
        self                     = try(rule.self, null)
        security_groups          = []
        source_security_group_id = try(rule.source_security_group_id, null)
      }
    ]
  ])

  matrix = flatten([
    for number, subject in var.rule_matrix : [
      for index, rule in subject.rules : {
        key                      = "${try(coalesce(subject.key), "_m[${number}]")}#${try(coalesce(rule.key), "[${index}]")}"
        type                     = rule.type
        from_port                = rule.from_port
        to_port                  = rule.to_port
        protocol                 = rule.protocol
        description              = try(rule.description, "Managed by Terraform")
        cidr_blocks              = try(subject.cidr_blocks, [])
        ipv6_cidr_blocks         = try(subject.ipv6_cidr_blocks, [])
        prefix_list_ids          = try(subject.prefix_list_ids, [])
        self                     = try(subject.self, null)
        security_groups          = try(subject.source_security_group_ids, [])
        source_security_group_id = null
      }
    ]
  ])

  none = { cidr_blocks = null, ipv6_cidr_blocks = null, prefix_list_ids = null, self = null, security_groups = [], source_security_group_id = null }

  matrix_of_self = [
    for rule in local.matrix : merge(rule, local.none, { key = "${rule.key}#self", self = rule.self })
    if rule.self != null
  ]
  matrix_of_groups = flatten([
    for rule in local.matrix : [
      for index, group in rule.security_groups :
      merge(rule, local.none, { key = "${rule.key}#sg#${index}", source_security_group_id = group })
    ]
  ])
  matrix_of_addresses = [
    for rule in local.matrix : merge(rule, { key = "${rule.key}#cidr", self = null, security_groups = [] })
    if length(rule.cidr_blocks) + length(rule.ipv6_cidr_blocks) + length(rule.prefix_list_ids) > 0
  ]

  all_egress = !local.egress ? [] : [merge(local.none, {
    key              = "_allow_all_egress_"
    type             = "egress"
    from_port        = 0
    to_port          = 0
    protocol         = "-1"
    description      = "Allow all egress"
    cidr_blocks      = ["0.0.0.0/0"]
    ipv6_cidr_blocks = ["::/0"]
  })]

  inline_rules = local.enabled && var.inline_rules_enabled ? concat(local.listed, local.matrix, local.all_egress) : []
  single_rules = local.enabled && !var.inline_rules_enabled ? concat(local.listed, local.matrix_of_self, local.matrix_of_groups, local.matrix_of_addresses, local.all_egress) : []
  keyed_rules  = { for rule in local.single_rules : rule.key => rule }
}

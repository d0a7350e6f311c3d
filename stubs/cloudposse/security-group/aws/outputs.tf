output "id" {
  value = local.group
}

output "arn" {
  value = one(concat(aws_security_group.default[*].arn, aws_security_group.cbd[*].arn))
}

output "name" {
  value = one(concat(aws_security_group.default[*].name, aws_security_group.cbd[*].name))
}

output "rules_terraform_ids" {
  value = concat(values(aws_security_group_rule.keyed)[*].id, values(aws_security_group_rule.dbc)[*].id)
}

# With the names of versions 3, 4 and 6.

output "security_group_arn" {
  value = one(concat(aws_security_group.this[*].arn, aws_security_group.this_name_prefix[*].arn))
}

output "security_group_id" {
  value = one(concat(aws_security_group.this[*].id, aws_security_group.this_name_prefix[*].id))
}

output "security_group_vpc_id" {
  value = one(concat(aws_security_group.this[*].vpc_id, aws_security_group.this_name_prefix[*].vpc_id))
}

output "security_group_owner_id" {
  value = one(concat(aws_security_group.this[*].owner_id, aws_security_group.this_name_prefix[*].owner_id))
}

output "security_group_name" {
  value = one(concat(aws_security_group.this[*].name, aws_security_group.this_name_prefix[*].name))
}

output "security_group_description" {
  value = one(concat(aws_security_group.this[*].description, aws_security_group.this_name_prefix[*].description))
}

output "this_security_group_arn" {
  value = one(concat(aws_security_group.this[*].arn, aws_security_group.this_name_prefix[*].arn))
}

output "this_security_group_id" {
  value = one(concat(aws_security_group.this[*].id, aws_security_group.this_name_prefix[*].id))
}

output "this_security_group_vpc_id" {
  value = one(concat(aws_security_group.this[*].vpc_id, aws_security_group.this_name_prefix[*].vpc_id))
}

output "this_security_group_owner_id" {
  value = one(concat(aws_security_group.this[*].owner_id, aws_security_group.this_name_prefix[*].owner_id))
}

output "this_security_group_name" {
  value = one(concat(aws_security_group.this[*].name, aws_security_group.this_name_prefix[*].name))
}

output "this_security_group_description" {
  value = one(concat(aws_security_group.this[*].description, aws_security_group.this_name_prefix[*].description))
}

output "arn" {
  value = one(concat(aws_security_group.this[*].arn, aws_security_group.this_name_prefix[*].arn))
}

output "id" {
  value = one(concat(aws_security_group.this[*].id, aws_security_group.this_name_prefix[*].id))
}

output "vpc_id" {
  value = one(concat(aws_security_group.this[*].vpc_id, aws_security_group.this_name_prefix[*].vpc_id))
}

output "owner_id" {
  value = one(concat(aws_security_group.this[*].owner_id, aws_security_group.this_name_prefix[*].owner_id))
}

output "name" {
  value = one(concat(aws_security_group.this[*].name, aws_security_group.this_name_prefix[*].name))
}

# Of ours, for the presets.
output "rules" {
  value = var.rules
}

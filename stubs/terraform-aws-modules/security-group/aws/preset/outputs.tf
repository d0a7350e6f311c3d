output "security_group_arn" {
  value = local.structured ? module.security_group.arn : module.sg.security_group_arn
}

output "security_group_id" {
  value = local.structured ? module.security_group.id : module.sg.security_group_id
}

output "security_group_vpc_id" {
  value = local.structured ? module.security_group.vpc_id : module.sg.security_group_vpc_id
}

output "security_group_owner_id" {
  value = local.structured ? module.security_group.owner_id : module.sg.security_group_owner_id
}

output "security_group_name" {
  value = local.structured ? module.security_group.name : module.sg.security_group_name
}

output "security_group_description" {
  value = local.structured ? module.security_group.security_group_description : module.sg.security_group_description
}

output "this_security_group_arn" {
  value = local.structured ? module.security_group.arn : module.sg.security_group_arn
}

output "this_security_group_id" {
  value = local.structured ? module.security_group.id : module.sg.security_group_id
}

output "this_security_group_vpc_id" {
  value = local.structured ? module.security_group.vpc_id : module.sg.security_group_vpc_id
}

output "this_security_group_owner_id" {
  value = local.structured ? module.security_group.owner_id : module.sg.security_group_owner_id
}

output "this_security_group_name" {
  value = local.structured ? module.security_group.name : module.sg.security_group_name
}

output "this_security_group_description" {
  value = local.structured ? module.security_group.security_group_description : module.sg.security_group_description
}

output "arn" {
  value = local.structured ? module.security_group.arn : module.sg.security_group_arn
}

output "id" {
  value = local.structured ? module.security_group.id : module.sg.security_group_id
}

output "vpc_id" {
  value = local.structured ? module.security_group.vpc_id : module.sg.security_group_vpc_id
}

output "owner_id" {
  value = local.structured ? module.security_group.owner_id : module.sg.security_group_owner_id
}

output "name" {
  value = local.structured ? module.security_group.name : module.sg.security_group_name
}

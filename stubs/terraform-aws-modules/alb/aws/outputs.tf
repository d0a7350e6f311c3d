output "id" {
  value = one(aws_lb.this[*].id)
}

output "arn" {
  value = one(aws_lb.this[*].arn)
}

output "dns_name" {
  value = one(aws_lb.this[*].dns_name)
}

output "zone_id" {
  value = one(aws_lb.this[*].zone_id)
}

output "arn_suffix" {
  value = one(aws_lb.this[*].arn_suffix)
}

output "security_group_id" {
  value = one(aws_security_group.this[*].id)
}

output "security_group_arn" {
  value = one(aws_security_group.this[*].arn)
}

output "db_instance_address" {
  value = one(aws_db_instance.this[*].address)
}

output "db_instance_arn" {
  value = one(aws_db_instance.this[*].arn)
}

output "db_instance_endpoint" {
  value = one(aws_db_instance.this[*].endpoint)
}

output "db_instance_identifier" {
  value = one(aws_db_instance.this[*].identifier)
}

output "db_instance_resource_id" {
  value = one(aws_db_instance.this[*].resource_id)
}

output "db_instance_port" {
  value = var.port
}

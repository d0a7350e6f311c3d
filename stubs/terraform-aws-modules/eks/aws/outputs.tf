output "cluster_name" {
  value = local.cluster_name
}

output "cluster_id" {
  value = one(aws_eks_cluster.this[*].id)
}

output "cluster_arn" {
  value = one(aws_eks_cluster.this[*].arn)
}

output "cluster_endpoint" {
  value = one(aws_eks_cluster.this[*].endpoint)
}

output "cluster_primary_security_group_id" {
  value = aws_eks_cluster.this[0].vpc_config[0].cluster_security_group_id
}

output "cluster_security_group_id" {
  value = one(aws_security_group.cluster[*].id)
}

output "cluster_security_group_arn" {
  value = one(aws_security_group.cluster[*].arn)
}

output "node_security_group_id" {
  value = one(aws_security_group.node[*].id)
}

output "node_security_group_arn" {
  value = one(aws_security_group.node[*].arn)
}

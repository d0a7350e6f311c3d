locals {
  cluster_name    = coalesce(var.name, var.cluster_name, "cluster")
  create_cluster  = var.create && var.create_cluster_security_group && var.create_security_group
  create_node     = var.create && var.create_node_security_group
  cluster_group   = local.create_cluster ? aws_security_group.cluster[0].id : try(coalesce(var.security_group_id, var.cluster_security_group_id), null)
  node_group      = local.create_node ? aws_security_group.node[0].id : var.node_security_group_id
  cluster_prefix  = var.cluster_security_group_use_name_prefix && var.security_group_use_name_prefix
  cluster_sg_name = coalesce(var.security_group_name, var.cluster_security_group_name, "${local.cluster_name}-cluster")
  node_sg_name    = coalesce(var.node_security_group_name, "${local.cluster_name}-node")

  cluster_rules = {
    ingress_nodes_443 = { description = "Node groups to cluster API", protocol = "tcp", from_port = 443, to_port = 443, type = "ingress", source_node_security_group = true }
  }

  node_rules = {
    ingress_cluster_443      = { description = "Cluster API to node groups", protocol = "tcp", from_port = 443, to_port = 443, type = "ingress", source_cluster_security_group = true }
    ingress_cluster_kubelet  = { description = "Cluster API to node kubelets", protocol = "tcp", from_port = 10250, to_port = 10250, type = "ingress", source_cluster_security_group = true }
    ingress_self_coredns_tcp = { description = "Node to node CoreDNS", protocol = "tcp", from_port = 53, to_port = 53, type = "ingress", self = true }
    ingress_self_coredns_udp = { description = "Node to node CoreDNS UDP", protocol = "udp", from_port = 53, to_port = 53, type = "ingress", self = true }
  }

  recommended_rules = {
    ingress_nodes_ephemeral       = { description = "Node to node ingress on ephemeral ports", protocol = "tcp", from_port = 1025, to_port = 65535, type = "ingress", self = true }
    ingress_cluster_4443_webhook  = { description = "Cluster API to node 4443/tcp webhook", protocol = "tcp", from_port = 4443, to_port = 4443, type = "ingress", source_cluster_security_group = true }
    ingress_cluster_6443_webhook  = { description = "Cluster API to node 6443/tcp webhook", protocol = "tcp", from_port = 6443, to_port = 6443, type = "ingress", source_cluster_security_group = true }
    ingress_cluster_8443_webhook  = { description = "Cluster API to node 8443/tcp webhook", protocol = "tcp", from_port = 8443, to_port = 8443, type = "ingress", source_cluster_security_group = true }
    ingress_cluster_9443_webhook  = { description = "Cluster API to node 9443/tcp webhook", protocol = "tcp", from_port = 9443, to_port = 9443, type = "ingress", source_cluster_security_group = true }
    ingress_cluster_10251_webhook = { description = "Cluster API to node 10251/tcp webhook", protocol = "tcp", from_port = 10251, to_port = 10251, type = "ingress", source_cluster_security_group = true }
    egress_all = {
      description      = "Allow all egress"
      protocol         = "-1"
      from_port        = 0
      to_port          = 0
      type             = "egress"
      cidr_blocks      = ["0.0.0.0/0"]
      ipv6_cidr_blocks = coalesce(var.ip_family, var.cluster_ip_family, "ipv4") == "ipv6" ? ["::/0"] : null
    }
  }
}

resource "aws_eks_cluster" "this" {
  count = var.create ? 1 : 0

  name = local.cluster_name

  vpc_config {
    security_group_ids     = compact(distinct(concat(var.cluster_additional_security_group_ids, var.additional_security_group_ids, [local.cluster_group])))
    subnet_ids             = coalescelist(var.control_plane_subnet_ids, var.subnet_ids, [""])
    endpoint_public_access = try(coalesce(var.endpoint_public_access, var.cluster_endpoint_public_access), false)
  }
}

resource "aws_security_group" "cluster" {
  count = local.create_cluster ? 1 : 0

  name        = local.cluster_prefix ? null : local.cluster_sg_name
  name_prefix = local.cluster_prefix ? "${local.cluster_sg_name}-" : null
  description = coalesce(var.security_group_description, var.cluster_security_group_description)
  vpc_id      = var.vpc_id
}

resource "aws_security_group_rule" "cluster" {
  for_each = { for key, rule in merge(local.create_node ? local.cluster_rules : {}, var.cluster_security_group_additional_rules, var.security_group_additional_rules) : key => rule if local.create_cluster }

  security_group_id        = aws_security_group.cluster[0].id
  type                     = try(each.value.type, "ingress")
  protocol                 = try(each.value.protocol, "tcp")
  from_port                = each.value.from_port
  to_port                  = each.value.to_port
  description              = try(each.value.description, null)
  cidr_blocks              = try(each.value.cidr_blocks, null)
  ipv6_cidr_blocks         = try(each.value.ipv6_cidr_blocks, null)
  prefix_list_ids          = try(each.value.prefix_list_ids, null)
  self                     = try(each.value.self, null)
  source_security_group_id = try(each.value.source_node_security_group, false) ? local.node_group : try(each.value.source_security_group_id, null)
}

resource "aws_security_group" "node" {
  count = local.create_node ? 1 : 0

  name        = var.node_security_group_use_name_prefix ? null : local.node_sg_name
  name_prefix = var.node_security_group_use_name_prefix ? "${local.node_sg_name}-" : null
  description = var.node_security_group_description
  vpc_id      = var.vpc_id
}

resource "aws_security_group_rule" "node" {
  for_each = { for key, rule in merge(local.node_rules, var.node_security_group_enable_recommended_rules ? local.recommended_rules : {}, var.node_security_group_additional_rules) : key => rule if local.create_node }

  security_group_id        = aws_security_group.node[0].id
  type                     = try(each.value.type, "ingress")
  protocol                 = try(each.value.protocol, "tcp")
  from_port                = each.value.from_port
  to_port                  = each.value.to_port
  description              = try(each.value.description, null)
  cidr_blocks              = try(each.value.cidr_blocks, null)
  ipv6_cidr_blocks         = try(each.value.ipv6_cidr_blocks, null)
  prefix_list_ids          = try(each.value.prefix_list_ids, null)
  self                     = try(each.value.self, null)
  source_security_group_id = try(each.value.source_cluster_security_group, false) ? local.cluster_group : try(each.value.source_security_group_id, null)
}

# Nodes carry the group, whether a node group of the call starts them or something that finds the group by its tags.
resource "aws_launch_template" "node" {
  count = local.create_node ? 1 : 0

  vpc_security_group_ids = [local.node_group]
}

//! Network load balancers: what they hand on keeps the address of the client, or has theirs.

use super::{Reader, declaration};
use crate::network::topology::NetworkBalancer;
use crate::providers::aws::fields::{Argument, flatten};
use crate::providers::aws::identities::identity;
use crate::resource::{Language, Mode, Resource};

/// Reads a resource if it is a network load balancer.
pub(super) fn read(reader: &mut Reader<'_>, resource: &Resource) {
    let is_balancer =
        matches!(&*resource.kind, "aws_lb" | "aws_alb" | "AWS::ElasticLoadBalancingV2::LoadBalancer");
    if !is_balancer || resource.mode == Mode::Data {
        return;
    }
    let (kind, paths) = match resource.language {
        Language::Terraform => ("load_balancer_type", ["subnets", "subnet_mapping.subnet_id"]),
        Language::CloudFormation => ("Type", ["Subnets", "SubnetMappings.SubnetId"]),
    };
    let kind = Argument::of(resource, kind).map(|kind| kind.text());
    // One that is not said is an application load balancer; one that is not known may be any.
    let is_network = kind.is_some_and(|kind| kind.known().is_none_or(|kind| kind == "network"));
    if !is_network {
        return;
    }
    let values = paths.into_iter().flat_map(|path| resource.values_at(path));
    let members = values.flat_map(|value| flatten(&value));
    let place = resource.span;
    let subnets = members.map(|value| identity(&Argument { place, value }, "a subnet id", reader.names));
    let balancer = NetworkBalancer { declaration: declaration(resource), subnets: subnets.collect() };
    reader.topology.network_balancers.push(balancer);
}

//! Which subnet uses which network ACL.

use super::Reader;
use crate::network::model::Field;
use crate::network::topology::AclAssociation;
use crate::providers::aws::fields::{Argument, flatten, implied};
use crate::providers::aws::identities::{self, identity};
use crate::resource::{Mode, Resource};

/// What is read of a managed type.
pub(super) fn attributes(kind: &str) -> Option<&'static [&'static str]> {
    Some(match kind {
        "aws_network_acl" | "aws_default_network_acl" => &["subnet_ids"],
        "aws_network_acl_association" => &["network_acl_id", "subnet_id"],
        "AWS::EC2::SubnetNetworkAclAssociation" => &["NetworkAclId", "SubnetId"],
        _ => return None,
    })
}

/// Reads a resource if it associates subnets with an ACL.
pub(super) fn read(reader: &mut Reader<'_>, resource: &Resource) {
    if resource.mode == Mode::Data {
        return;
    }
    let (subnets, acl) = match &*resource.kind {
        "aws_network_acl" | "aws_default_network_acl" => {
            ("subnet_ids", implied(resource.head, identities::of(resource)))
        }
        "aws_network_acl_association" => ("subnet_id", reader.required(resource, "network_acl_id")),
        "AWS::EC2::SubnetNetworkAclAssociation" => ("SubnetId", reader.required(resource, "NetworkAclId")),
        _ => return,
    };
    for subnet in subnets_of(reader, resource, subnets) {
        let is_default = &*resource.kind == "aws_default_network_acl";
        reader.topology.acl_associations.push(AclAssociation { subnet, acl: acl.clone(), is_default });
    }
}

fn subnets_of(reader: &Reader<'_>, resource: &Resource, argument: &str) -> Vec<Field<String>> {
    let Some(Argument { place, value }) = Argument::of(resource, argument) else { return Vec::new() };
    let members = flatten(&value).into_iter();
    members.map(|value| identity(&Argument { place, value }, "a subnet id", reader.names)).collect()
}

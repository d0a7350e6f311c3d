//! `CloudFormation`'s rules: inside the group, as resources of their own, and the egress that nobody writes.

use super::rules::{Vocabulary, embedded, has_entries, owner, standalone};
use super::tables::Item;
use super::{Builder, implied};
use crate::network::model::{Direction, Form, GroupTarget};
use crate::resource::Resource;

/// Ingress, inside the group and standalone (CF-04).
const INGRESS: Vocabulary = Vocabulary {
    protocol: "IpProtocol",
    from_port: "FromPort",
    to_port: "ToPort",
    description: "Description",
    ipv4: "CidrIp",
    ipv6: "CidrIpv6",
    prefix_list: "SourcePrefixListId",
    groups: &[("SourceSecurityGroupId", Item::Id), ("SourceSecurityGroupName", Item::Name)],
    group_owner: "SourceSecurityGroupOwnerId",
    own: "",
};

/// Egress, inside the group and standalone (CF-04).
const EGRESS: Vocabulary = Vocabulary {
    prefix_list: "DestinationPrefixListId",
    groups: &[("DestinationSecurityGroupId", Item::Id)],
    group_owner: "",
    ..INGRESS
};

/// The rules of `AWS::EC2::SecurityGroup`. Without an entry under `SecurityGroupEgress` the group keeps the
/// egress to everywhere that the API gives it, whatever standalone resources add (EG-04, EG-05).
pub(super) fn group(builder: &mut Builder<'_>, resource: &Resource) {
    let arguments = [
        ("SecurityGroupIngress", Direction::Ingress, &INGRESS),
        ("SecurityGroupEgress", Direction::Egress, &EGRESS),
    ];
    let first = builder.network.permissions.len();
    embedded(builder, resource, &arguments);
    if !has_entries(resource, "SecurityGroupEgress")
        && let Some(id) = builder.names.group_of(resource)
    {
        let next = builder.network.permissions[first..].last().map_or(0, |last| last.rule + 1);
        implied::egress(builder, resource, id, next);
    }
}

/// `AWS::EC2::SecurityGroupIngress` and `AWS::EC2::SecurityGroupEgress`.
pub(super) fn rule(builder: &mut Builder<'_>, resource: &Resource, direction: Direction) -> GroupTarget {
    let vocabulary = match direction {
        Direction::Ingress => &INGRESS,
        Direction::Egress => &EGRESS,
    };
    let group = owner(builder, resource, &[("GroupId", Item::Id), ("GroupName", Item::Name)]);
    standalone(builder, resource, vocabulary, group.clone(), direction, Form::Standalone);
    group
}

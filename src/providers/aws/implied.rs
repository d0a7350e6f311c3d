//! Permissions that exist although nobody writes them.

use std::sync::Arc;

use super::Builder;
use super::fields::implied;
use crate::network::address::Cidr;
use crate::network::model::{CidrText, Direction, Form, GroupId, GroupTarget, Peer, Permission};
use crate::network::protocol::Protocol;
use crate::resource::{Mode, Resource};

/// The egress to everywhere that the API gives a new group (EG-04), as rule `number` of its resource.
pub(super) fn egress(builder: &mut Builder<'_>, resource: &Resource, id: GroupId, number: usize) {
    let permission = permission(resource, id, number, Direction::Egress, everywhere(resource));
    builder.network.permissions.push(permission);
}

/// The rules that the default group of a new VPC has: everything from itself, everything to everywhere
/// (DF-02). A group that is adopted has lost them (DF-05); one that nothing names does not matter.
pub(super) fn rules_of_default_group(builder: &mut Builder<'_>, vpc: &Resource) {
    let Some(id) = builder.names.default_group_of(&vpc.address) else { return };
    let standing = builder.names.resource(&builder.network.group(id).address);
    if standing.is_some_and(|resource| resource.mode == Mode::Managed) {
        return;
    }
    let own = Peer::SelfGroup(vpc.head);
    builder.network.permissions.extend([
        permission(vpc, id, 0, Direction::Ingress, own),
        permission(vpc, id, 1, Direction::Egress, everywhere(vpc)),
    ]);
}

/// A permission for all protocols. It stands at the head of what implies it.
fn permission(resource: &Resource, id: GroupId, rule: usize, direction: Direction, peer: Peer) -> Permission {
    Permission {
        group: GroupTarget::Group(id),
        resource: Arc::clone(&resource.address),
        declared: Arc::clone(&resource.declared),
        rule,
        direction,
        form: Form::Implicit,
        protocol: Some(implied(resource.head, Ok(Protocol::All))),
        from_port: None,
        to_port: None,
        peer,
        tags: None,
        description: None,
        span: resource.head,
        head: resource.head,
        several: None,
        resource_span: resource.span,
        calls: resource.calls.clone(),
        presence: resource.presence.clone(),
    }
}

/// Every IPv4 address. The API adds IPv6 only if the VPC has an IPv6 block (EG-06).
fn everywhere(resource: &Resource) -> Peer {
    let text = "0.0.0.0/0".to_owned();
    let cidr = CidrText { cidr: Cidr::parse(&text), text, in_ipv6_attribute: false };
    Peer::Cidr(implied(resource.head, cidr))
}

//! Whether the rules of some interfaces meet those on the other side.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use super::ends::End;
use super::first;
use crate::facts::reading::{self, Context};
use crate::network::address::{AddressSet, Cidr, Family};
use crate::network::model::{Direction, Field, GroupId, GroupRole, GroupTarget, Peer, Permission};
use crate::network::traffic::Traffic;
use crate::resource::{Cause, Presence, Unknown};

/// Whether rules allow something.
pub(super) enum Meeting {
    Yes,
    No,
    Maybe(Arc<Unknown>),
}

/// Rules that are compared for one path. Whether more of them would allow it is not known.
const MOST_COMPARED: usize = 4000;

/// The permissions of a group in a direction, by what they name.
#[derive(Default)]
struct Own<'a> {
    /// In source order.
    all: Vec<&'a Permission>,
    by_peer: BTreeMap<GroupId, Vec<&'a Permission>>,
    /// Those that name anything but another group of the configuration.
    others: Vec<&'a Permission>,
}

/// The permissions of each group, by direction.
pub(super) struct Rules<'a> {
    context: &'a Context<'a>,
    of_group: BTreeMap<(GroupId, Direction), Own<'a>>,
    /// Why any group may have further rules: rules of a group that is not known.
    unclear: BTreeMap<Direction, Arc<Unknown>>,
}

impl<'a> Rules<'a> {
    pub(super) fn of(context: &'a Context<'a>) -> Self {
        let mut rules = Self { context, of_group: BTreeMap::new(), unclear: BTreeMap::new() };
        for permission in &context.network.permissions {
            match &permission.group {
                GroupTarget::Group(id) => {
                    let own = rules.of_group.entry((*id, permission.direction)).or_default();
                    own.all.push(permission);
                    match &permission.peer {
                        Peer::Group(Field { value: Ok(GroupTarget::Group(peer)), .. }) => {
                            own.by_peer.entry(*peer).or_default().push(permission);
                        }
                        _ => own.others.push(permission),
                    }
                }
                GroupTarget::Unknown(why) if why.cause.may_be_declared() => {
                    rules.unclear.entry(permission.direction).or_insert_with(|| Arc::clone(why));
                }
                _ => {}
            }
        }
        rules
    }

    /// The permissions of a group, in source order.
    pub(super) fn of_group(
        &self,
        group: GroupId,
        direction: Direction,
    ) -> impl Iterator<Item = &'a Permission> {
        self.of_group.get(&(group, direction)).into_iter().flat_map(|own| &own.all).copied()
    }

    /// Why any group may have further rules.
    pub(super) fn unclear(&self, direction: Direction) -> Option<Arc<Unknown>> {
        self.unclear.get(&direction).cloned()
    }

    /// Whether the groups at one end allow some of the traffic to or from the other: one rule of any of them is enough.
    pub(super) fn meets(
        &self,
        direction: Direction,
        far: &End<'_>,
        near: &End<'_>,
        traffic: &Traffic,
    ) -> Meeting {
        let mut open = far.more_groups.clone();
        let mut compared = 0;
        for &group in &far.groups {
            let declared = self.context.network.group(group);
            let unread = declared.unknown_rules.iter().find(|(own, _)| *own == direction);
            if let Some((_, why)) = unread {
                open = first(open, why);
            }
            if declared.role != GroupRole::Declared {
                let cause = Cause::LookedUp(format!("the rules of {}", declared.address));
                open = first(open, &reading::not_known(cause, declared.head));
            }
            compared += 1;
            for permission in self.candidates(group, direction, near) {
                compared += 1;
                match self.allows(group, permission, near, traffic) {
                    Meeting::Yes => return Meeting::Yes,
                    Meeting::No => {}
                    Meeting::Maybe(why) => open = first(open, &why),
                }
            }
            if compared > MOST_COMPARED {
                let cause = Cause::Limit(format!("more than {MOST_COMPARED} rules may allow it"));
                return Meeting::Maybe(reading::not_known(cause, declared.head));
            }
        }
        open.map_or(Meeting::No, Meeting::Maybe)
    }

    /// The permissions of a group that may stand for the other end: those that name one of its groups, and those that
    /// name something else than a group. If the other end may carry further groups, all.
    fn candidates(&self, group: GroupId, direction: Direction, near: &End<'_>) -> Vec<&'a Permission> {
        let Some(own) = self.of_group.get(&(group, direction)) else { return Vec::new() };
        if near.more_groups.is_some() {
            return own.all.clone();
        }
        let mut found = own.others.clone();
        if own.by_peer.len() < near.groups.len() {
            let named = own.by_peer.iter().filter(|(peer, _)| near.groups.contains(peer));
            found.extend(named.flat_map(|(_, permissions)| permissions));
        } else {
            let named = near.groups.iter().filter_map(|peer| own.by_peer.get(peer));
            found.extend(named.flatten());
        }
        found
    }

    fn allows(&self, owner: GroupId, permission: &Permission, near: &End<'_>, traffic: &Traffic) -> Meeting {
        let own = match reading::traffic(permission) {
            Ok(Some(own)) if own.overlaps(traffic) => Ok(()),
            Ok(_) => return Meeting::No,
            Err(why) => Err(why),
        };
        match (self.admits(owner, permission, near), own, &permission.presence) {
            (Meeting::No, ..) => Meeting::No,
            (Meeting::Maybe(why), ..) | (_, Err(why), _) => Meeting::Maybe(why),
            (_, _, Presence::Unknown(why)) => Meeting::Maybe(Arc::clone(why)),
            (Meeting::Yes, Ok(()), Presence::Certain) => Meeting::Yes,
        }
    }

    /// Whether the peer of a permission stands for the other side.
    fn admits(&self, owner: GroupId, permission: &Permission, near: &End<'_>) -> Meeting {
        let carries = |group: GroupId| match &near.more_groups {
            _ if near.groups.contains(&group) => Meeting::Yes,
            Some(why) => Meeting::Maybe(Arc::clone(why)),
            None => Meeting::No,
        };
        match &permission.peer {
            Peer::SelfGroup(_) => carries(owner),
            Peer::Group(field) => match &field.value {
                Ok(GroupTarget::Group(id)) => carries(*id),
                Ok(GroupTarget::Unknown(why)) | Err(why) => Meeting::Maybe(Arc::clone(why)),
                Ok(GroupTarget::External(_) | GroupTarget::Dangling(_) | GroupTarget::Misnamed(_)) => {
                    match &near.more_groups {
                        Some(why) => Meeting::Maybe(Arc::clone(why)),
                        None => Meeting::No,
                    }
                }
            },
            Peer::Missing => Meeting::No,
            // Another resource may have that address too: a network interface, and the machine that it is on.
            Peer::Narrow { host: Some(host), .. } if near.resources.contains(&**host) => Meeting::Yes,
            peer => {
                let addresses = self.context.addresses(peer);
                match holds(&addresses.set, near.addresses.as_ref()) {
                    Some(true) => Meeting::Yes,
                    None => Meeting::Maybe(addresses.more.unwrap_or_else(|| {
                        let cause = Cause::Computed("the addresses of the other side".to_owned());
                        reading::not_known(cause, permission.head)
                    })),
                    Some(false) => addresses.more.map_or(Meeting::No, Meeting::Maybe),
                }
            }
        }
    }
}

/// Whether a rule for some addresses stands for some interface with a private address (RE-01); `None` if that depends
/// on what the addresses are.
fn holds(rule: &AddressSet, interfaces: Option<&AddressSet>) -> Option<bool> {
    let addresses = interfaces.unwrap_or(&PRIVATE);
    // An interface with addresses of both versions is reached by either.
    let is_held = |family| {
        let own = addresses.family(family);
        !own.is_empty() && own.is_subset_of(rule)
    };
    match () {
        () if Family::BOTH.into_iter().any(is_held) => Some(true),
        () if addresses.overlaps(rule) => None,
        // The IPv6 addresses of a VPC whose ranges are not known may be any public ones.
        () if interfaces.is_none() && !rule.family(Family::Ipv6).is_empty() => None,
        () => Some(false),
    }
}

/// The ranges that VPCs have whose ranges are not known here. Others are possible and hardly ever chosen.
/// Source: Amazon VPC user guide, "VPC CIDR blocks".
static PRIVATE: LazyLock<AddressSet> = LazyLock::new(|| {
    let ranges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"];
    AddressSet::union_all(
        ranges.iter().filter_map(|text| Cidr::parse(text).ok()).map(|cidr| cidr.addresses()),
    )
});

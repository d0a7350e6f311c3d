//! Which interfaces carry a group, and where they lie.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::first;
use crate::facts::reading::Context;
use crate::network::address::AddressSet;
use crate::network::interface::Interface;
use crate::network::model::{GroupId, GroupTarget, Network, Peer, Stray};
use crate::network::topology::Routing;
use crate::resource::{Cause, Unknown};

/// Interfaces that are one end of a path: those that carry a group, or those of one resource.
pub(super) struct End<'a> {
    /// Every group that one of them carries (EV-02).
    pub(super) groups: BTreeSet<GroupId>,
    /// Why one of them may carry more, with rules that are not known.
    pub(super) more_groups: Option<Arc<Unknown>>,
    /// Their private addresses: those of their subnets, or those of the group's VPC; `None` if neither is known.
    pub(super) addresses: Option<AddressSet>,
    /// The subnets that they lie in.
    pub(super) subnets: BTreeSet<&'a str>,
    /// The resources that they belong to.
    pub(super) resources: BTreeSet<&'a str>,
    /// The first of them, in source order, and its groups.
    pub(super) first: &'a Interface,
    pub(super) first_groups: BTreeSet<GroupId>,
    /// One of them says nothing of its subnets.
    lies_anywhere: bool,
}

impl<'a> End<'a> {
    fn begin(first: &'a Interface, groups: &BTreeSet<GroupId>) -> Self {
        Self {
            groups: BTreeSet::new(),
            more_groups: None,
            addresses: None,
            subnets: BTreeSet::new(),
            resources: BTreeSet::new(),
            first,
            first_groups: groups.clone(),
            lies_anywhere: false,
        }
    }

    fn add(&mut self, interface: &'a Interface, groups: &BTreeSet<GroupId>, more: Option<&Arc<Unknown>>) {
        self.groups.extend(groups);
        self.more_groups = self.more_groups.take().or_else(|| more.cloned());
        self.resources.insert(&interface.resource);
        let subnets: Option<Vec<&str>> =
            interface.subnets.iter().map(|subnet| subnet.known().map(String::as_str)).collect();
        match subnets.filter(|subnets| !subnets.is_empty()) {
            Some(subnets) => self.subnets.extend(subnets),
            None => self.lies_anywhere = true,
        }
    }
}

/// The ends of all paths, by group. Groups that no interface is known to carry have none.
pub(super) fn ends<'a>(context: &Context<'a>, routing: &Routing<'a>) -> BTreeMap<GroupId, End<'a>> {
    let network = context.network;
    let mut ends: BTreeMap<GroupId, End<'a>> = BTreeMap::new();
    for interface in &network.interfaces {
        let (groups, more) = groups_of(network, interface);
        for &group in &groups {
            let end = ends.entry(group).or_insert_with(|| End::begin(interface, &groups));
            end.add(interface, &groups, more.as_ref());
        }
    }
    for (&group, end) in &mut ends {
        end.addresses = addresses(network, routing, group, end);
    }
    ends
}

/// The ends that rules name by the private address of a resource, by that resource.
pub(super) fn hosts<'a>(context: &Context<'a>, routing: &Routing<'a>) -> BTreeMap<&'a str, End<'a>> {
    let network = context.network;
    let named = network.permissions.iter().filter_map(|permission| match &permission.peer {
        Peer::Narrow { host: Some(host), .. } => Some(&**host),
        _ => None,
    });
    let named: BTreeSet<&str> = named.collect();
    let mut hosts: BTreeMap<&str, End<'a>> = BTreeMap::new();
    for interface in network.interfaces.iter().filter(|interface| named.contains(&*interface.resource)) {
        let (groups, more) = groups_of(network, interface);
        let end = hosts.entry(&interface.resource).or_insert_with(|| End::begin(interface, &groups));
        end.add(interface, &groups, more.as_ref());
    }
    for end in hosts.values_mut() {
        end.addresses = end.groups.first().and_then(|&group| addresses(network, routing, group, end));
    }
    hosts
}

fn addresses(network: &Network, routing: &Routing<'_>, group: GroupId, end: &End<'_>) -> Option<AddressSet> {
    let subnets = end.subnets.iter().map(|subnet| routing.subnet(subnet)?.ranges.complete().ok());
    let subnets: Option<Vec<AddressSet>> = subnets.collect();
    if let Some(known) = subnets.filter(|known| !end.lies_anywhere && !known.is_empty()) {
        return Some(AddressSet::union_all(known));
    }
    let vpc = network.group(group).vpc.as_ref()?.known()?;
    routing.vpc(vpc)?.ranges.complete().ok().filter(|ranges| !ranges.is_empty())
}

/// The groups of the configuration that an interface carries, and why it may carry others.
fn groups_of(network: &Network, interface: &Interface) -> (BTreeSet<GroupId>, Option<Arc<Unknown>>) {
    let (mut groups, mut more) = (BTreeSet::new(), interface.more_groups.clone());
    for &index in &interface.attachments {
        let field = &network.attachments[index].group;
        match &field.value {
            Ok(GroupTarget::Group(id)) => {
                groups.insert(*id);
            }
            Ok(GroupTarget::Unknown(why)) | Err(why) => more = first(more, why),
            Ok(
                GroupTarget::External(name)
                | GroupTarget::Dangling(Stray { name, .. })
                | GroupTarget::Misnamed(Stray { name, .. }),
            ) => {
                let cause = Cause::LookedUp(format!("the rules of {name}"));
                more = first(more, &Arc::new(Unknown::new(cause, field.span)));
            }
        }
    }
    (groups, more)
}

//! Which interfaces carry a group, and where they lie.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::MOST_INTERFACES;
use super::meeting::Near;
use crate::diagnostic::Label;
use crate::facts::reading::Context;
use crate::network::address::AddressSet;
use crate::network::interface::Interface;
use crate::network::model::{Field, GroupId, GroupTarget, Network};
use crate::network::topology::Routing;
use crate::resource::{Cause, Unknown};

/// The groups that add up on an interface (EV-02).
pub(super) struct Bundle {
    /// The groups of the configuration among them.
    pub(super) groups: BTreeSet<GroupId>,
    /// Why there may be more, with rules that are not known.
    pub(super) more: Option<Arc<Unknown>>,
    /// The resource that the first such interface belongs to.
    pub(super) carrier: Arc<str>,
}

/// The ends of all paths.
pub(super) struct Ends<'a> {
    bundles: Vec<Bundle>,
    /// The distinct bundles that hold a group, in source order.
    of_group: BTreeMap<GroupId, Vec<usize>>,
    /// The interfaces that carry a group.
    interfaces: BTreeMap<GroupId, Vec<&'a Interface>>,
    /// Each carried group as one side of a path.
    sides: BTreeMap<GroupId, Near>,
}

impl<'a> Ends<'a> {
    pub(super) fn of(context: &Context<'a>, routing: &Routing<'a>) -> Self {
        let network = context.network;
        let mut ends = Self {
            bundles: Vec::new(),
            of_group: BTreeMap::new(),
            interfaces: BTreeMap::new(),
            sides: BTreeMap::new(),
        };
        let mut known: BTreeMap<(BTreeSet<GroupId>, bool), usize> = BTreeMap::new();
        for interface in &network.interfaces {
            let bundle = bundle(network, interface);
            let groups = bundle.groups.clone();
            let key = (groups.clone(), bundle.more.is_some());
            let index = *known.entry(key).or_insert_with(|| {
                ends.bundles.push(bundle);
                ends.bundles.len() - 1
            });
            for group in groups {
                let bundles = ends.of_group.entry(group).or_default();
                if !bundles.contains(&index) && bundles.len() < MOST_INTERFACES {
                    bundles.push(index);
                }
                let interfaces = ends.interfaces.entry(group).or_default();
                if interfaces.len() < MOST_INTERFACES {
                    interfaces.push(interface);
                }
            }
        }
        ends.sides = ends.of_group.keys().map(|&group| (group, ends.near(network, routing, group))).collect();
        ends
    }

    /// Whether no interface is known to carry a group.
    pub(super) fn is_bare(&self, group: GroupId) -> bool {
        !self.of_group.contains_key(&group)
    }

    /// The distinct sets of groups that a group is carried with.
    pub(super) fn bundles(&self, group: GroupId) -> impl Iterator<Item = &Bundle> {
        self.of_group.get(&group).into_iter().flatten().map(|&index| &self.bundles[index])
    }

    /// The interfaces that carry a group, as one side of a path.
    pub(super) fn side(&self, group: GroupId) -> Option<&Near> {
        self.sides.get(&group)
    }

    fn near(&self, network: &Network, routing: &Routing<'_>, group: GroupId) -> Near {
        let bundles = || self.bundles(group);
        Near {
            groups: bundles().flat_map(|bundle| bundle.groups.iter().copied()).collect(),
            more_groups: bundles().find_map(|bundle| bundle.more.clone()),
            addresses: self.addresses(network, routing, group),
        }
    }

    /// The subnets that interfaces of a group lie in.
    pub(super) fn subnets(&self, group: GroupId) -> Vec<&'a Field<String>> {
        let interfaces = self.interfaces.get(&group).into_iter().flatten();
        let mut subnets: Vec<&Field<String>> = Vec::new();
        for subnet in interfaces.flat_map(|interface| &interface.subnets) {
            let is_new = subnets.iter().all(|known| known.known() != subnet.known());
            if is_new && subnets.len() < MOST_INTERFACES {
                subnets.push(subnet);
            }
        }
        subnets
    }

    /// Where the groups are attached that refuse.
    pub(super) fn labels(&self, group: GroupId) -> Vec<Label> {
        let interfaces = self.interfaces.get(&group).into_iter().flatten().take(1);
        interfaces
            .map(|interface| Label {
                span: interface.head,
                message: format!("{} carries the named group", interface.resource),
            })
            .collect()
    }

    /// The private addresses of the interfaces that carry a group: those of their subnets, or those of its VPC.
    fn addresses(&self, network: &Network, routing: &Routing<'_>, group: GroupId) -> Option<AddressSet> {
        let subnets = self.subnets(group);
        let known: Option<Vec<AddressSet>> =
            subnets.iter().map(|subnet| routing.subnet(subnet.known()?)?.ranges.complete().ok()).collect();
        let covers_all = self
            .interfaces
            .get(&group)
            .is_some_and(|interfaces| interfaces.iter().all(|interface| !interface.subnets.is_empty()));
        if let Some(known) = known.filter(|known| covers_all && !known.is_empty()) {
            return Some(AddressSet::union_all(known));
        }
        let vpc = network.group(group).vpc.as_ref()?.known()?;
        routing.vpc(vpc)?.ranges.complete().ok().filter(|ranges| !ranges.is_empty())
    }
}

fn bundle(network: &Network, interface: &Interface) -> Bundle {
    let mut bundle = Bundle {
        groups: BTreeSet::new(),
        more: interface.more_groups.clone(),
        carrier: Arc::clone(&interface.resource),
    };
    for &index in &interface.attachments {
        let field = &network.attachments[index].group;
        match &field.value {
            Ok(GroupTarget::Group(id)) => {
                bundle.groups.insert(*id);
            }
            Ok(GroupTarget::Unknown(why)) | Err(why) => bundle.more = super::first(bundle.more, why),
            Ok(GroupTarget::External(text) | GroupTarget::Dangling(text) | GroupTarget::Misnamed(text)) => {
                let cause = Cause::LookedUp(format!("the rules of {text}"));
                bundle.more = super::first(bundle.more, &Arc::new(Unknown::new(cause, field.span)));
            }
        }
    }
    bundle
}

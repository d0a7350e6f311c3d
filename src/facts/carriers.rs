//! Which interfaces carry a group, and what may be said of a group because of them.

use std::collections::{BTreeMap, BTreeSet};

use crate::network::address::Cidr;
use crate::network::interface::Interface;
use crate::network::model::{CidrText, Field, GroupId, GroupTarget, Network, Peer, Permission};
use crate::network::topology::Routing;

/// The interfaces of a network, by what they carry and where they lie.
pub(super) struct Carriers<'a> {
    network: &'a Network,
    routing: Routing<'a>,
    of_group: BTreeMap<GroupId, Vec<&'a Interface>>,
    in_subnet: BTreeMap<&'a str, Vec<&'a Interface>>,
    of_resource: BTreeMap<&'a str, Vec<&'a Interface>>,
    /// Subnets by each of their ranges as AWS stores them.
    by_range: BTreeMap<String, Vec<&'a str>>,
}

impl<'a> Carriers<'a> {
    pub(super) fn of(network: &'a Network) -> Self {
        let mut carriers = Self {
            network,
            routing: Routing::of(&network.topology),
            of_group: BTreeMap::new(),
            in_subnet: BTreeMap::new(),
            of_resource: BTreeMap::new(),
            by_range: BTreeMap::new(),
        };
        for interface in &network.interfaces {
            for group in groups(network, interface) {
                carriers.of_group.entry(group).or_default().push(interface);
            }
            for subnet in interface.subnets.iter().filter_map(Field::known) {
                carriers.in_subnet.entry(subnet).or_default().push(interface);
            }
            carriers.of_resource.entry(&interface.resource).or_default().push(interface);
        }
        for subnet in &network.topology.subnets {
            for range in subnet.ranges.cidrs.iter().filter_map(|cidr| cidr.known()?.cidr.as_ref().ok()) {
                carriers.by_range.entry(range.canonical()).or_default().push(&subnet.id);
            }
        }
        carriers
    }

    /// The tiers of an application that carry a group. What serves every tier, such as an endpoint, is none.
    pub(super) fn tiers(&self, group: GroupId) -> Vec<String> {
        let interfaces = self.of_group.get(&group).into_iter().flatten();
        let is_tier = |interface: &&&Interface| {
            interface.tier.is_some() || interface.role.tier() != interface.role.name()
        };
        let tiers: BTreeSet<&str> = interfaces.filter(is_tier).map(|interface| interface.tier()).collect();
        tiers.into_iter().map(str::to_owned).collect()
    }

    /// The group that a rule could name instead of an address: everything that is known to have an address of the
    /// range carries it (RE-10).
    pub(super) fn substitute(&self, permission: &Permission) -> Option<GroupId> {
        // What an appliance sends on comes from the address and from no group (RE-07).
        if self.routing.has_appliances() {
            return None;
        }
        let vpc = self.network.group(permission.group.declared()?).vpc.as_ref()?.known()?;
        let interfaces = match &permission.peer {
            Peer::Cidr(Field { value: Ok(CidrText { cidr: Ok(cidr), .. }), .. }) => {
                self.in_range(*cidr, vpc)?
            }
            Peer::Narrow { host: Some(host), .. } => self.of_resource.get(&**host)?,
            _ => return None,
        };
        let mut common: Option<BTreeSet<GroupId>> = None;
        for interface in interfaces {
            let own: BTreeSet<GroupId> = groups(self.network, interface).collect();
            common = Some(common.map_or_else(|| own.clone(), |common| &common & &own));
        }
        let is_here = |id: &GroupId| {
            let group_vpc = self.network.group(*id).vpc.as_ref().and_then(Field::known);
            group_vpc == Some(vpc)
        };
        common?.into_iter().find(is_here)
    }

    /// The interfaces in the one subnet of a VPC that has exactly this range.
    fn in_range(&self, cidr: Cidr, vpc: &str) -> Option<&Vec<&'a Interface>> {
        let is_here = |subnet: &&&str| {
            let found = self.routing.subnet(subnet).and_then(|subnet| subnet.vpc.as_ref()?.known());
            found.is_some_and(|found| found == vpc)
        };
        let subnet = *self.by_range.get(&cidr.canonical())?.iter().find(is_here)?;
        // A network load balancer hands on requests with the address of the client or its own.
        let mut balancers = self.network.topology.network_balancers.iter();
        let may_be_here = |named: &Field<String>| named.known().is_none_or(|named| named == subnet);
        let has_balancer =
            balancers.any(|balancer| balancer.subnets.is_empty() || balancer.subnets.iter().any(may_be_here));
        if has_balancer { None } else { self.in_subnet.get(subnet) }
    }
}

/// The groups of the configuration that an interface carries.
fn groups<'a>(network: &'a Network, interface: &'a Interface) -> impl Iterator<Item = GroupId> {
    let fields = interface.attachments.iter().map(|&index| &network.attachments[index].group);
    fields.filter_map(|field| field.known().and_then(GroupTarget::declared))
}

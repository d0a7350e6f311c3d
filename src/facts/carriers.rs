//! Which interfaces carry a group, and what may be said of a group because of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::draft::Known;
use crate::network::address::Cidr;
use crate::network::interface::{Interface, Role};
use crate::network::model::{CidrText, Field, GroupId, GroupTarget, Network, Peer, Permission};
use crate::network::topology::Routing;
use crate::resource::Unknown;

/// The interfaces of a network, by what they carry and where they lie.
pub(super) struct Carriers<'a> {
    network: &'a Network,
    routing: Routing<'a>,
    /// The tiers of an application that carry a group.
    tiers: BTreeMap<GroupId, BTreeSet<&'a str>>,
    /// Why the tier of something that carries a group is not known.
    open_tiers: BTreeMap<GroupId, Arc<Unknown>>,
    roles: BTreeMap<GroupId, BTreeSet<Role>>,
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
            tiers: BTreeMap::new(),
            open_tiers: BTreeMap::new(),
            roles: BTreeMap::new(),
            in_subnet: BTreeMap::new(),
            of_resource: BTreeMap::new(),
            by_range: BTreeMap::new(),
        };
        for interface in &network.interfaces {
            for group in groups(network, interface) {
                match interface.tier_of_application() {
                    Ok(tier) => carriers.tiers.entry(group).or_default().extend(tier),
                    Err(why) => {
                        carriers.open_tiers.entry(group).or_insert(why);
                    }
                }
                carriers.roles.entry(group).or_default().insert(interface.role);
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
    pub(super) fn tiers(&self, group: GroupId) -> Known<Vec<String>> {
        match self.open_tiers.get(&group) {
            Some(why) => Err(Arc::clone(why)),
            None => Ok(self.tiers.get(&group).into_iter().flatten().map(|&tier| tier.to_owned()).collect()),
        }
    }

    /// What the interfaces do that carry a group, each role once.
    pub(super) fn roles(&self, group: GroupId) -> Vec<String> {
        self.roles.get(&group).into_iter().flatten().map(|role| role.name().to_owned()).collect()
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

#[cfg(test)]
mod tests {
    use super::super::testing::Builder;
    use super::*;
    use crate::network::topology::{Declaration, NetworkBalancer, Provenance, Ranges, Subnet};
    use crate::resource::Presence;
    use crate::source::Span;

    fn declaration(address: &str, head: Span) -> Declaration {
        Declaration {
            address: address.into(),
            declared: address.into(),
            head,
            span: head,
            calls: Vec::new(),
            presence: Presence::Certain,
        }
    }

    /// A rule for 10.0.1.0/24, which is the range of a subnet with an instance that carries the group `app`.
    fn app_subnet() -> Builder {
        let mut builder = Builder::terraform();
        let (app, database) = (builder.group("app"), builder.group("db"));
        for group in [app, database] {
            builder.network.groups[group.0].vpc = Some(builder.field("vpc-1".to_owned()));
        }
        let target = builder.field(GroupTarget::Group(app));
        builder.attach("aws_instance.app", target);
        builder.network.interfaces[0].subnets = vec![builder.field("aws_subnet.app.id".to_owned())];
        builder.ingress(database, "tcp", 5432, 5432, &["10.0.1.0/24"]);
        let Peer::Cidr(range) = builder.network.permissions[0].peer.clone() else { panic!("a range") };
        let subnet = Subnet {
            id: "aws_subnet.app.id".to_owned(),
            declaration: declaration("aws_subnet.app", builder.span()),
            provenance: Provenance::Declared,
            vpc: Some(builder.field("vpc-1".to_owned())),
            ranges: Ranges { cidrs: vec![range], more: None },
            public_addresses: None,
        };
        builder.network.topology.subnets.push(subnet);
        builder
    }

    fn substitute(builder: &Builder) -> Option<GroupId> {
        Carriers::of(&builder.network).substitute(&builder.network.permissions[0])
    }

    #[test]
    fn the_group_of_everything_in_a_subnet_stands_for_its_range() {
        let mut builder = app_subnet();
        assert_eq!(substitute(&builder), Some(GroupId(0)));
        let other = builder.group("other");
        let target = builder.field(GroupTarget::Group(other));
        builder.attach("aws_instance.other", target);
        builder.network.interfaces[1].subnets = vec![builder.field("aws_subnet.app.id".to_owned())];
        assert_eq!(substitute(&builder), None, "one there does not carry it");
    }

    #[test]
    fn a_group_has_the_roles_of_what_carries_it_each_once() {
        let mut builder = app_subnet();
        for (resource, role) in [("aws_db_instance.a", Role::Database), ("aws_db_instance.b", Role::Database)]
        {
            let target = builder.field(GroupTarget::Group(GroupId(0)));
            builder.attach(resource, target);
            builder.network.interfaces.last_mut().unwrap().role = role;
        }
        let carriers = Carriers::of(&builder.network);
        assert_eq!(carriers.roles(GroupId(0)), [builder.network.interfaces[0].role.name(), "database"]);
        assert_eq!(carriers.roles(GroupId(1)), [""; 0]);
    }

    #[test]
    fn another_vpc_may_have_the_same_range() {
        let mut builder = app_subnet();
        builder.network.topology.subnets[0].vpc = Some(builder.field("vpc-2".to_owned()));
        assert_eq!(substitute(&builder), None);
    }

    #[test]
    fn a_network_load_balancer_has_no_group_to_name() {
        let mut builder = app_subnet();
        let mut balancer = NetworkBalancer {
            declaration: declaration("aws_lb.front", builder.span()),
            subnets: vec![builder.field("aws_subnet.other.id".to_owned())],
        };
        builder.network.topology.network_balancers.push(balancer.clone());
        assert_eq!(substitute(&builder), Some(GroupId(0)));
        balancer.subnets.clear();
        builder.network.topology.network_balancers.push(balancer);
        assert_eq!(substitute(&builder), None, "it may lie anywhere");
    }

    #[test]
    fn what_serves_every_tier_is_none() {
        let mut builder = app_subnet();
        for (resource, role) in
            [("aws_db_instance.a", Role::Database), ("aws_vpc_endpoint.a", Role::Endpoint)]
        {
            let target = builder.field(GroupTarget::Group(GroupId(0)));
            builder.attach(resource, target);
            builder.network.interfaces.last_mut().unwrap().role = role;
        }
        assert_eq!(Carriers::of(&builder.network).tiers(GroupId(0)).unwrap(), ["app", "data"]);
        builder.network.interfaces[2].tier = Ok(Some("orders".to_owned()));
        assert_eq!(Carriers::of(&builder.network).tiers(GroupId(0)).unwrap(), ["app", "data", "orders"]);
    }
}

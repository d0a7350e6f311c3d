//! Questions about routes.

use std::cmp::Reverse;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{Destination, Provenance, Route, RouteTable, Subnet, TargetKind, Topology, Vpc};
use crate::network::address::{AddressSet, Cidr, Family};
use crate::network::model::Field;
use crate::resource::{Cause, Presence, Unknown};
use crate::source::Span;

/// An answer, or why there is none.
type Known<T> = Result<T, Arc<Unknown>>;

/// The routes of a topology, ready to be asked. `at` is where a question arises: the place that an answer of "not
/// known" points to if nothing better does.
#[derive(Debug)]
pub struct Routing<'a> {
    topology: &'a Topology,
    subnets: FxHashMap<&'a str, &'a Subnet>,
    vpcs: FxHashMap<&'a str, &'a Vpc>,
    tables: FxHashMap<&'a str, &'a RouteTable>,
    /// The main table of each VPC.
    main: FxHashMap<&'a str, Known<&'a str>>,
    /// The table that a subnet says it uses.
    used: FxHashMap<&'a str, Known<&'a str>>,
}

impl<'a> Routing<'a> {
    /// Indexes a topology.
    pub fn of(topology: &'a Topology) -> Self {
        let main = topology.main_tables.iter().map(|main| (&*main.vpc, text(&main.table))).collect();
        let used = topology.table_associations.iter().map(|association| {
            let table = match &association.presence {
                Presence::Certain => text(&association.table),
                Presence::Unknown(why) => Err(Arc::clone(why)),
            };
            (&*association.subnet, table)
        });
        Self {
            topology,
            subnets: topology.subnets.iter().map(|subnet| (&*subnet.id, subnet)).collect(),
            vpcs: topology.vpcs.iter().map(|vpc| (&*vpc.id, vpc)).collect(),
            tables: topology.route_tables.iter().map(|table| (&*table.id, table)).collect(),
            main,
            used: used.collect(),
        }
    }

    /// A subnet by its identity.
    pub fn subnet(&self, id: &str) -> Option<&'a Subnet> {
        self.subnets.get(id).copied()
    }

    /// A VPC by its identity.
    pub fn vpc(&self, id: &str) -> Option<&'a Vpc> {
        self.vpcs.get(id).copied()
    }

    /// The identity of a subnet's VPC.
    pub fn vpc_of(&self, subnet: &str, at: Span) -> Known<&'a str> {
        let Some(found) = self.subnet(subnet) else { return Err(elsewhere("the VPC", subnet, at)) };
        found.vpc.as_ref().map_or_else(|| Err(elsewhere("the VPC", subnet, found.declaration.head)), text)
    }

    /// Whether interfaces of a subnet reach an internet gateway, so that those with a public address are reached
    /// from outside.
    pub fn has_internet_route(&self, subnet: &str, at: Span) -> Known<bool> {
        let is_default = |subnet: &Subnet| subnet.provenance == Provenance::Default;
        if self.subnet(subnet).is_some_and(is_default) && !self.used.contains_key(subnet) {
            // Amazon VPC user guide, "Default subnets": each is public.
            return Ok(true);
        }
        let table = self.table_of(subnet, at)?;
        let mut open = self.more_routes(table);
        for route in &table.routes {
            match leads_to_internet(route) {
                Ok(true) => return Ok(true),
                Ok(false) => {}
                Err(why) => open = open.or(Some(why)),
            }
        }
        open.map_or(Ok(false), Err)
    }

    /// Whether any route leads to an appliance.
    pub fn has_appliances(&self) -> bool {
        let mut routes = self.topology.route_tables.iter().flat_map(|table| &table.routes);
        routes.any(|route| route.target.kind.is_appliance())
    }

    /// The route that sends some of the traffic from one subnet to another through an appliance (RE-07): the endpoint
    /// of a gateway load balancer or network firewall, or a machine. Of several routes the one with the longest
    /// prefix counts; what none is for stays in the VPC.
    pub fn appliance_between(&self, from: &str, to: &str, at: Span) -> Known<Option<&'a Route>> {
        if from == to {
            return Ok(None);
        }
        let table = self.table_of(from, at)?;
        let target = self.subnet(to).ok_or_else(|| elsewhere("the addresses", to, at))?;
        let mut open = self.more_routes(table);
        let mut routes: Vec<(Cidr, Option<&'a Route>)> = Vec::new();
        for route in &table.routes {
            match cidr_of(route) {
                Ok(cidr) => routes.push((cidr, Some(route))),
                Err(why) if route.target.kind.is_appliance() => open = open.or(Some(why)),
                Err(_) => {}
            }
        }
        // Local routes come last: a declared route for the same range replaces them.
        let vpc = target.vpc.as_ref().and_then(|vpc| self.vpc(vpc.known()?));
        let local = vpc.into_iter().flat_map(|vpc| &vpc.ranges.cidrs);
        routes.extend(local.filter_map(|cidr| Some((*cidr.known()?.cidr.as_ref().ok()?, None))));
        routes.sort_by_key(|(cidr, _)| Reverse(cidr.net().prefix_len()));
        let mut left = target.ranges.addresses();
        for (cidr, route) in routes {
            let addresses = cidr.addresses();
            if !left.overlaps(&addresses) {
                continue;
            }
            match route.filter(|route| route.target.kind.is_appliance()).map(|route| (route, &route.presence))
            {
                Some((route, Presence::Certain)) => return Ok(Some(route)),
                Some((_, Presence::Unknown(why))) => open = open.or_else(|| Some(Arc::clone(why))),
                None => left = left.difference(&addresses),
            }
        }
        if table.routes.iter().any(|route| route.target.kind.is_appliance()) {
            open = open.or_else(|| target.ranges.complete().err());
        }
        open.map_or(Ok(None), Err)
    }

    /// The table that a subnet uses: the one it is associated with, or else the main one of its VPC.
    fn table_of(&self, subnet: &str, at: Span) -> Known<&'a RouteTable> {
        let table = match self.used.get(subnet) {
            Some(table) => table.clone()?,
            None => self.main_table_of(subnet, at)?,
        };
        self.tables.get(table).copied().ok_or_else(|| elsewhere("the routes", table, at))
    }

    /// Only for a subnet that is declared here nothing else can say which table it uses.
    fn main_table_of(&self, subnet: &str, at: Span) -> Known<&'a str> {
        let found = self.subnet(subnet).filter(|found| found.provenance == Provenance::Declared);
        let Some(found) = found else { return Err(elsewhere("the routes", subnet, at)) };
        if let Some(why) = &self.topology.unclear_associations {
            return Err(Arc::clone(why));
        }
        let vpc = self.vpc_of(subnet, at)?;
        match self.main.get(vpc) {
            Some(table) => table.clone(),
            None => Err(elsewhere("the routes", vpc, found.declaration.head)),
        }
    }

    /// Why a table may have more routes than those read.
    fn more_routes(&self, table: &RouteTable) -> Option<Arc<Unknown>> {
        if table.provenance != Provenance::Declared {
            return Some(elsewhere("the routes", &table.declaration.address, table.declaration.head));
        }
        table.unknown_routes.as_ref().or(self.topology.unclear_routes.as_ref()).map(Arc::clone)
    }
}

/// Whether a route takes traffic for public addresses to an internet gateway.
fn leads_to_internet(route: &Route) -> Known<bool> {
    match route.target.kind {
        TargetKind::InternetGateway => {}
        TargetKind::Unknown => match text(&route.target.named) {
            // The default route may lead to another kind of gateway.
            Ok(named) => return Err(elsewhere("the kind", named, route.span)),
            Err(why) => return Err(why),
        },
        _ => return Ok(false),
    }
    if let Presence::Unknown(why) = &route.presence {
        return Err(Arc::clone(why));
    }
    let public = |family| AddressSet::public(family);
    let addresses = cidr_of(route)?.addresses();
    Ok(Family::BOTH.into_iter().any(|family| addresses.overlaps(public(family))))
}

/// The range that a route is for.
fn cidr_of(route: &Route) -> Known<Cidr> {
    match &route.destination {
        Destination::Cidr(field) => match &field.value {
            Ok(text) => text
                .cidr
                .clone()
                .map_err(|error| Arc::new(Unknown::new(Cause::Invalid(error.to_string()), field.span))),
            Err(why) => Err(Arc::clone(why)),
        },
        Destination::PrefixList(field) => {
            Err(elsewhere("the content", "the prefix list of a route", field.span))
        }
    }
}

fn text(field: &Field<String>) -> Known<&str> {
    field.value.as_deref().map_err(Arc::clone)
}

/// Why something is not known about what is not declared here.
fn elsewhere(what: &str, of: &str, at: Span) -> Arc<Unknown> {
    Arc::new(Unknown::new(Cause::LookedUp(format!("{what} of {of}")), at))
}

//! Where things stand: VPCs, their subnets and routes, and what links one VPC to another.
//!
//! A thing is known by its *identity*, a text: what names it (`aws_vpc.main.id`, a logical id) or its id. Two equal
//! texts are the same thing, as in [`Group::vpc`](super::model::Group::vpc). [`Routing`] answers questions about
//! routes, [`Links`] those about pairs of VPCs. Whatever the configuration does not show is unknown in an answer,
//! never no.

mod links;
mod routing;

use std::sync::Arc;

pub use self::links::{Links, Obstacle, Transit, Way};
pub use self::routing::Routing;
use super::address::AddressSet;
use super::model::{CidrText, Field, GroupTarget, PrefixListTarget};
use crate::resource::{Presence, Unknown};
use crate::source::Span;

/// The surroundings of one configuration, in source order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Topology {
    /// VPCs that are declared or looked up.
    pub vpcs: Vec<Vpc>,
    /// Subnets that are declared or looked up.
    pub subnets: Vec<Subnet>,
    /// Route tables, with the one that every declared VPC has from the start.
    pub route_tables: Vec<RouteTable>,
    /// Which subnet uses which route table.
    pub table_associations: Vec<TableAssociation>,
    /// Which route table became the main one of a VPC.
    pub main_tables: Vec<MainTable>,
    /// Why any route table may have more routes than those read: routes of a table that is not known.
    pub unclear_routes: Option<Arc<Unknown>>,
    /// Why any subnet may use another route table: an association of a subnet that is not known.
    pub unclear_associations: Option<Arc<Unknown>>,
    /// Peering connections.
    pub peerings: Vec<Peering>,
    /// Transit gateways and core networks.
    pub transit_gateways: Vec<TransitGateway>,
    /// VPCs on transit gateways.
    pub transit_attachments: Vec<TransitAttachment>,
    /// Groups that may be attached in another VPC than their own.
    pub vpc_associations: Vec<VpcAssociation>,
    /// Which subnet uses which network ACL of its own; every other one uses its VPC's default ACL.
    pub acl_associations: Vec<AclAssociation>,
    /// Network load balancers.
    pub network_balancers: Vec<NetworkBalancer>,
}

/// Who declares something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// Address of the instance.
    pub address: Arc<str>,
    /// The same without instance keys.
    pub declared: Arc<str>,
    /// The declaration's head.
    pub head: Span,
    /// The whole declaration.
    pub span: Span,
    /// The module calls that led here, outermost first.
    pub calls: Vec<Span>,
    /// Whether it exists.
    pub presence: Presence,
}

/// How the configuration knows a VPC, subnet or route table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Provenance {
    /// Declared here: everything about it can be read here.
    Declared,
    /// The account's default VPC or a subnet of it, taken over or looked up: what else it holds is not known.
    Default,
    /// Exists elsewhere and is looked up.
    LookedUp,
}

/// Address ranges as far as they are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ranges {
    /// The known ones.
    pub cidrs: Vec<Field<CidrText>>,
    /// Why there may be more.
    pub more: Option<Arc<Unknown>>,
}

impl Ranges {
    /// The addresses of the ranges that are known and valid.
    pub fn addresses(&self) -> AddressSet {
        let known = self.cidrs.iter().filter_map(|cidr| cidr.known()?.cidr.as_ref().ok());
        AddressSet::union_all(known.map(super::address::Cidr::addresses))
    }

    /// All of its addresses, if every range is known.
    pub fn complete(&self) -> Result<AddressSet, Arc<Unknown>> {
        let unread = self.cidrs.iter().find_map(|cidr| cidr.value.as_ref().err());
        self.more.as_ref().or(unread).map_or_else(|| Ok(self.addresses()), |why| Err(Arc::clone(why)))
    }
}

/// A VPC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vpc {
    /// Its identity.
    pub id: String,
    /// Who declares it or looks it up.
    pub declaration: Declaration,
    /// How the configuration knows it.
    pub provenance: Provenance,
    /// Its address ranges, those of association resources included.
    pub ranges: Ranges,
    /// Region that it is declared for, where the declaration says so itself.
    pub region: Option<Field<String>>,
    /// Account that owns it, if a lookup asks for one.
    pub owner: Option<Field<String>>,
}

/// A subnet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subnet {
    /// Its identity.
    pub id: String,
    /// Who declares it or looks it up.
    pub declaration: Declaration,
    /// How the configuration knows it.
    pub provenance: Provenance,
    /// Identity of its VPC; `None` if that is the default one.
    pub vpc: Option<Field<String>>,
    /// Its address ranges.
    pub ranges: Ranges,
    /// Interfaces get public addresses on launch, if that is said.
    pub public_addresses: Option<Field<bool>>,
}

/// A route table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteTable {
    /// Its identity; that of the table that a VPC has from the start is made from the VPC's.
    pub id: String,
    /// Who declares it; the VPC for the table that it has from the start.
    pub declaration: Declaration,
    /// How the configuration knows it.
    pub provenance: Provenance,
    /// Identity of its VPC.
    pub vpc: Option<Field<String>>,
    /// Its routes besides those that every table of the VPC has.
    pub routes: Vec<Route>,
    /// Why there may be more routes.
    pub unknown_routes: Option<Arc<Unknown>>,
}

/// A route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// Address of the declaring resource.
    pub resource: Arc<str>,
    /// The declared route: the block, the list element, the resource.
    pub span: Span,
    /// Where traffic goes to that takes it.
    pub destination: Destination,
    /// What gets the traffic.
    pub target: RouteTarget,
    /// Whether it exists.
    pub presence: Presence,
}

/// The addresses that a route is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// A CIDR.
    Cidr(Field<CidrText>),
    /// A prefix list.
    PrefixList(Field<PrefixListTarget>),
}

/// What gets the traffic of a route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteTarget {
    /// What kind of thing.
    pub kind: TargetKind,
    /// What names it.
    pub named: Field<String>,
}

/// Kinds of route targets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TargetKind {
    /// An internet gateway.
    InternetGateway,
    /// An egress-only internet gateway: IPv6, outwards only.
    EgressOnlyGateway,
    /// A NAT gateway.
    Nat,
    /// A peering connection.
    Peering,
    /// A transit gateway.
    TransitGateway,
    /// A VPC endpoint: that of a gateway load balancer or a network firewall; no other takes routes.
    Endpoint,
    /// A network interface or an instance.
    Interface,
    /// A virtual private gateway.
    VpnGateway,
    /// The VPC itself.
    Local,
    /// Another gateway: carrier, local (Outposts), Cloud WAN.
    Other,
    /// A gateway of a kind that is not known.
    Unknown,
}

impl TargetKind {
    /// Whether it looks into the traffic, or forwards it as another machine would (RE-07).
    pub fn is_appliance(self) -> bool {
        matches!(self, Self::Endpoint | Self::Interface)
    }
}

/// A subnet's use of a route table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableAssociation {
    /// Identity of the subnet.
    pub subnet: String,
    /// Identity of the route table.
    pub table: Field<String>,
    /// Whether it exists.
    pub presence: Presence,
}

/// A route table that becomes the main one of a VPC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MainTable {
    /// Identity of the VPC.
    pub vpc: String,
    /// Identity of the route table.
    pub table: Field<String>,
}

/// A peering connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peering {
    /// Who declares it.
    pub declaration: Declaration,
    /// Identities of both VPCs, that of the requester first.
    pub ends: [Field<String>; 2],
    /// Region of the second VPC, if it is said.
    pub peer_region: Option<Field<String>>,
    /// Account of the second VPC, if it is said.
    pub peer_owner: Option<Field<String>>,
    /// Whether the code that declares it accepts it as well: at once, or by an accepter.
    pub accepted: Result<bool, Arc<Unknown>>,
}

/// A transit gateway, or the core network of Cloud WAN, which links the VPCs of a Region as one does (RE-06).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransitGateway {
    /// Its identity.
    pub id: String,
    /// Who declares it or looks it up.
    pub declaration: Declaration,
    /// Groups of one VPC may be named by rules of another on it; off unless it is said (RE-05, RE-06). `None` if it is
    /// looked up, or its policy is declared elsewhere.
    pub referencing: Option<Field<bool>>,
}

/// A VPC on a transit gateway or core network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransitAttachment {
    /// Who declares it.
    pub declaration: Declaration,
    /// Identity of the transit gateway or core network.
    pub gateway: Field<String>,
    /// Identity of the VPC.
    pub vpc: Field<String>,
    /// Groups may be named across it; on unless it is said (RE-05, RE-06).
    pub referencing: Field<bool>,
}

/// A group that may be attached in another VPC (VA-01 to VA-05).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VpcAssociation {
    /// Who declares it.
    pub declaration: Declaration,
    /// The group.
    pub group: Field<GroupTarget>,
    /// Identity of the other VPC.
    pub vpc: Field<String>,
    /// The Region that it is made in, as far as the configuration says it.
    pub region: Option<Field<String>>,
}

/// A network load balancer, or one that may be: what it hands on keeps the address of the client, or has its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkBalancer {
    /// Who declares it.
    pub declaration: Declaration,
    /// The subnets that it lies in; none if it does not say.
    pub subnets: Vec<Field<String>>,
}

/// A subnet's use of a network ACL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AclAssociation {
    /// Identity of the subnet; unknown if any subnet may be meant.
    pub subnet: Field<String>,
    /// Identity of the ACL.
    pub acl: Field<String>,
    /// It is the ACL that every VPC has, adopted.
    pub is_default: bool,
}

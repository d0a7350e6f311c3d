//! Route tables, their routes, and which subnet uses which.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{Reader, declaration, may_be_declared_here, provenance};
use crate::network::model::Field;
use crate::network::topology::{
    Destination, MainTable, Provenance, Route, RouteTable, RouteTarget, TableAssociation, TargetKind,
};
use crate::providers::aws::fields::{Argument, at, cidr, flatten, implied, reason};
use crate::providers::aws::identities::{self, identity};
use crate::resource::{Cause, Language, Presence, Resource, Unknown, Value, ValueKind};
use crate::source::Span;

/// What is read of a managed type.
pub(super) fn attributes(kind: &str) -> Option<&'static [&'static str]> {
    Some(match kind {
        "aws_route_table" => &["route", "vpc_id"],
        "aws_default_route_table" => &["default_route_table_id", "route"],
        "aws_route" => &[
            "carrier_gateway_id",
            "core_network_arn",
            "destination_cidr_block",
            "destination_ipv6_cidr_block",
            "destination_prefix_list_id",
            "egress_only_gateway_id",
            "gateway_id",
            "instance_id",
            "local_gateway_id",
            "nat_gateway_id",
            "network_interface_id",
            "route_table_id",
            "transit_gateway_id",
            "vpc_endpoint_id",
            "vpc_peering_connection_id",
        ],
        "aws_route_table_association" => &["gateway_id", "route_table_id", "subnet_id"],
        "aws_main_route_table_association" => &["route_table_id", "vpc_id"],
        "AWS::EC2::RouteTable" => &["VpcId"],
        "AWS::EC2::Route" => &[
            "CarrierGatewayId",
            "CoreNetworkArn",
            "DestinationCidrBlock",
            "DestinationIpv6CidrBlock",
            "DestinationPrefixListId",
            "EgressOnlyInternetGatewayId",
            "GatewayId",
            "InstanceId",
            "LocalGatewayId",
            "NatGatewayId",
            "NetworkInterfaceId",
            "RouteTableId",
            "TransitGatewayId",
            "VpcEndpointId",
            "VpcPeeringConnectionId",
        ],
        "AWS::EC2::SubnetRouteTableAssociation" => &["RouteTableId", "SubnetId"],
        _ => return None,
    })
}

/// What the arguments of a route are called.
struct Vocabulary {
    ipv4: &'static str,
    ipv6: &'static str,
    prefix_list: &'static str,
    targets: &'static [(&'static str, TargetKind)],
}

/// A block of `aws_route_table`.
const BLOCK: Vocabulary = Vocabulary {
    ipv4: "cidr_block",
    ipv6: "ipv6_cidr_block",
    prefix_list: "destination_prefix_list_id",
    targets: &[
        // What kind of gateway that is, its name says.
        ("gateway_id", TargetKind::Unknown),
        ("nat_gateway_id", TargetKind::Nat),
        ("transit_gateway_id", TargetKind::TransitGateway),
        ("vpc_peering_connection_id", TargetKind::Peering),
        ("vpc_endpoint_id", TargetKind::Endpoint),
        ("network_interface_id", TargetKind::Interface),
        ("instance_id", TargetKind::Interface),
        ("egress_only_gateway_id", TargetKind::EgressOnlyGateway),
        ("carrier_gateway_id", TargetKind::Other),
        ("local_gateway_id", TargetKind::Other),
        ("core_network_arn", TargetKind::Other),
    ],
};

/// `aws_route`.
const RESOURCE: Vocabulary =
    Vocabulary { ipv4: "destination_cidr_block", ipv6: "destination_ipv6_cidr_block", ..BLOCK };

/// `AWS::EC2::Route`.
const CLOUDFORMATION: Vocabulary = Vocabulary {
    ipv4: "DestinationCidrBlock",
    ipv6: "DestinationIpv6CidrBlock",
    prefix_list: "DestinationPrefixListId",
    targets: &[
        ("GatewayId", TargetKind::Unknown),
        ("NatGatewayId", TargetKind::Nat),
        ("TransitGatewayId", TargetKind::TransitGateway),
        ("VpcPeeringConnectionId", TargetKind::Peering),
        ("VpcEndpointId", TargetKind::Endpoint),
        ("NetworkInterfaceId", TargetKind::Interface),
        ("InstanceId", TargetKind::Interface),
        ("EgressOnlyInternetGatewayId", TargetKind::EgressOnlyGateway),
        ("CarrierGatewayId", TargetKind::Other),
        ("LocalGatewayId", TargetKind::Other),
        ("CoreNetworkArn", TargetKind::Other),
    ],
};

/// Reads the route tables, with the one that every VPC of the configuration has from the start, and what other
/// resources add to them. The VPCs have been read.
pub(super) fn read(reader: &mut Reader<'_>) {
    let mut tables = Tables::default();
    tables.add_initial(reader);
    for resource in &reader.names.configuration.resources {
        tables.add(reader, resource);
    }
    for resource in &reader.names.configuration.resources {
        tables.add_to(reader, resource);
    }
    reader.topology.route_tables = tables.all;
}

/// The route tables as they grow.
#[derive(Default)]
struct Tables {
    all: Vec<RouteTable>,
    /// By every text that names them.
    by_name: FxHashMap<String, usize>,
}

impl Tables {
    /// The main table that a VPC has from the start: without routes of its own, and associated with every subnet that
    /// names no other. Amazon VPC user guide, "Main route table".
    fn add_initial(&mut self, reader: &mut Reader<'_>) {
        let topology = &mut reader.topology;
        for vpc in topology.vpcs.iter().filter(|vpc| vpc.provenance != Provenance::LookedUp) {
            let address = &vpc.declaration.address;
            let id = format!("{address}.default_route_table_id");
            self.by_name.insert(id.clone(), self.all.len());
            self.by_name.insert(format!("{address}.main_route_table_id"), self.all.len());
            let head = vpc.declaration.head;
            topology.main_tables.push(MainTable { vpc: vpc.id.clone(), table: implied(head, id.clone()) });
            self.all.push(RouteTable {
                id,
                declaration: vpc.declaration.clone(),
                provenance: vpc.provenance,
                vpc: Some(implied(head, vpc.id.clone())),
                routes: Vec::new(),
                unknown_routes: None,
            });
        }
    }

    /// Adds a table that a resource declares, adopts or looks up.
    fn add(&mut self, reader: &Reader<'_>, resource: &Resource) {
        let index = match &*resource.kind {
            "aws_route_table" | "AWS::EC2::RouteTable" => {
                let vpc = match resource.language {
                    Language::Terraform => "vpc_id",
                    Language::CloudFormation => "VpcId",
                };
                self.all.push(RouteTable {
                    id: identities::of(resource),
                    declaration: declaration(resource),
                    provenance: provenance(resource),
                    vpc: reader.identity(resource, vpc),
                    routes: Vec::new(),
                    unknown_routes: None,
                });
                self.all.len() - 1
            }
            "aws_default_route_table" => {
                let adopted = reader.identity(resource, "default_route_table_id");
                match adopted.as_ref().and_then(|id| self.by_name.get(id.known()?)) {
                    Some(&index) => index,
                    None => return,
                }
            }
            _ => return,
        };
        self.by_name.insert(identities::of(resource), index);
        if let Some(Argument { place, value }) = Argument::of(resource, "route") {
            for member in flatten(&value) {
                self.add_block(reader, resource, index, place, &member);
            }
        }
    }

    fn add_block(
        &mut self,
        reader: &Reader<'_>,
        resource: &Resource,
        index: usize,
        place: Span,
        block: &Value,
    ) {
        let table = &mut self.all[index];
        if !matches!(block.kind, ValueKind::Map(_)) {
            let why = reason(block, "a route", block.origin.narrowest_in(place));
            table.unknown_routes.get_or_insert(why);
            return;
        }
        let written = block.origin.written;
        let place = if resource.span.contains(written) { written } else { place };
        let get = |name: &str| {
            block.get(name).filter(|value| !is_absent(value)).map(|value| Argument { place, value })
        };
        table.routes.extend(route(reader, resource, place, &BLOCK, get));
    }

    /// Adds what a resource says about a table that another one declares.
    fn add_to(&mut self, reader: &mut Reader<'_>, resource: &Resource) {
        match &*resource.kind {
            "aws_route" => self.add_route(reader, resource, "route_table_id", &RESOURCE),
            "AWS::EC2::Route" => self.add_route(reader, resource, "RouteTableId", &CLOUDFORMATION),
            "aws_route_table_association" => self.associate(reader, resource, "subnet_id", "route_table_id"),
            "AWS::EC2::SubnetRouteTableAssociation" => {
                self.associate(reader, resource, "SubnetId", "RouteTableId");
            }
            "aws_main_route_table_association" => {
                let table = self.named(reader, resource, "route_table_id");
                if let Some(Ok(vpc)) = reader.identity(resource, "vpc_id").map(|vpc| vpc.value) {
                    reader.topology.main_tables.push(MainTable { vpc, table });
                }
            }
            // Whoever is handed a table may add routes to it.
            "module" => {
                let values = resource.attributes.values();
                for value in values.flat_map(|attribute| attribute.value.references()) {
                    let Some(reference) = value.as_reference() else { continue };
                    let table = self.by_name.get(&identities::of_reference(reference, reader.names));
                    if let Some(&index) = table {
                        let cause = Cause::ModuleNotFound(resource.address.to_string());
                        let why = Arc::new(Unknown::new(cause, value.origin.written));
                        self.all[index].unknown_routes.get_or_insert(why);
                    }
                }
            }
            _ => {}
        }
    }

    fn add_route(
        &mut self,
        reader: &mut Reader<'_>,
        resource: &Resource,
        table: &str,
        vocabulary: &Vocabulary,
    ) {
        let table = self.named(reader, resource, table);
        match &table.value {
            Ok(id) => {
                let Some(&index) = self.by_name.get(id) else { return };
                let get = |name: &str| Argument::of(resource, name).filter(|it| !is_absent(&it.value));
                let route = route(reader, resource, resource.span, vocabulary, get);
                self.all[index].routes.extend(route);
            }
            Err(why) if may_be_declared_here(resource, why) => {
                reader.topology.unclear_routes.get_or_insert_with(|| Arc::clone(why));
            }
            Err(_) => {}
        }
    }

    fn associate(&mut self, reader: &mut Reader<'_>, resource: &Resource, subnet: &str, table: &str) {
        let Some(subnet) = reader.identity(resource, subnet) else { return };
        let table = self.named(reader, resource, table);
        match subnet.value {
            Ok(subnet) => {
                let presence = resource.presence.clone();
                reader.topology.table_associations.push(TableAssociation { subnet, table, presence });
            }
            Err(why) if may_be_declared_here(resource, &why) => {
                reader.topology.unclear_associations.get_or_insert(why);
            }
            Err(_) => {}
        }
    }

    /// The identity of the table that an argument names, whichever of its names that uses.
    fn named(&self, reader: &Reader<'_>, resource: &Resource, argument: &str) -> Field<String> {
        let named = reader.required(resource, argument);
        named.map(|id| self.by_name.get(&id).map_or(id, |&index| self.all[index].id.clone()))
    }
}

/// A route, given its arguments; none without a destination and a target, which cannot be deployed.
fn route(
    reader: &Reader<'_>,
    resource: &Resource,
    place: Span,
    vocabulary: &Vocabulary,
    get: impl Fn(&str) -> Option<Argument>,
) -> Option<Route> {
    let range = |name: &str, is_ipv6| {
        let argument = get(name)?;
        Some(Destination::Cidr(cidr(argument.place, &argument.value, is_ipv6)))
    };
    let list = || {
        let Argument { place, value } = get(vocabulary.prefix_list)?;
        Some(Destination::PrefixList(at(place, &value, reader.names.prefix_list(&value))))
    };
    let destination = range(vocabulary.ipv4, false).or_else(|| range(vocabulary.ipv6, true)).or_else(list)?;
    let (argument, kind) = vocabulary.targets.iter().find_map(|&(name, kind)| Some((get(name)?, kind)))?;
    let kind = if kind == TargetKind::Unknown { gateway_kind(reader, &argument.value) } else { kind };
    Some(Route {
        resource: Arc::clone(&resource.address),
        span: place,
        destination,
        target: RouteTarget { kind, named: identity(&argument, "an id", reader.names) },
        presence: match &resource.presence {
            Presence::Certain => Presence::Certain,
            Presence::Unknown(why) => Presence::Unknown(Arc::clone(why)),
        },
    })
}

/// What kind of gateway a `gateway_id` names.
fn gateway_kind(reader: &Reader<'_>, gateway: &Value) -> TargetKind {
    if let Some(text) = gateway.as_str() {
        return match text.split_once('-').map_or(text, |(kind, _)| kind) {
            "igw" => TargetKind::InternetGateway,
            "vgw" => TargetKind::VpnGateway,
            "eigw" => TargetKind::EgressOnlyGateway,
            "vpce" => TargetKind::Endpoint,
            "local" => TargetKind::Local,
            _ => TargetKind::Unknown,
        };
    }
    let Some(reference) = gateway.as_reference() else { return TargetKind::Unknown };
    let declared = reader.names.resource(&reference.address).map(|resource| &*resource.kind);
    match declared.or_else(|| reference.terraform_type()).unwrap_or_default() {
        "aws_internet_gateway"
        | "aws_internet_gateway_attachment"
        | "AWS::EC2::InternetGateway"
        | "AWS::EC2::VPCGatewayAttachment" => TargetKind::InternetGateway,
        "aws_vpn_gateway" | "aws_vpn_gateway_attachment" | "AWS::EC2::VPNGateway" => TargetKind::VpnGateway,
        "aws_egress_only_internet_gateway" | "AWS::EC2::EgressOnlyInternetGateway" => {
            TargetKind::EgressOnlyGateway
        }
        "aws_nat_gateway" | "AWS::EC2::NatGateway" => TargetKind::Nat,
        "aws_vpc_endpoint" | "AWS::EC2::VPCEndpoint" => TargetKind::Endpoint,
        _ => TargetKind::Unknown,
    }
}

/// Older configurations write empty texts for what they do not set in a list of routes.
fn is_absent(value: &Value) -> bool {
    value.is_null() || value.as_str() == Some("")
}

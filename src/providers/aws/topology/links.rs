//! What links one VPC to another: peering connections, transit gateways, and groups associated with further VPCs.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Reader, core_networks, declaration};
use crate::network::model::Field;
use crate::network::topology::{Peering, TransitAttachment, TransitGateway, VpcAssociation};
use crate::providers::aws::fields::{Argument, at, implied, read as read_value};
use crate::providers::aws::identities;
use crate::providers::aws::regions::region_of;
use crate::providers::aws::tables::Item;
use crate::resource::{Cause, Language, Mode, Resource, Unknown, Value};

/// What is read of a managed type.
pub(super) fn attributes(kind: &str) -> Option<&'static [&'static str]> {
    Some(match kind {
        "aws_vpc_peering_connection" => {
            &["auto_accept", "peer_owner_id", "peer_region", "peer_vpc_id", "vpc_id"]
        }
        "aws_vpc_peering_connection_accepter" => &["auto_accept", "vpc_peering_connection_id"],
        "aws_ec2_transit_gateway" => &["security_group_referencing_support"],
        "aws_ec2_transit_gateway_vpc_attachment" => {
            &["security_group_referencing_support", "transit_gateway_id", "vpc_id"]
        }
        "AWS::EC2::VPCPeeringConnection" => {
            &["PeerOwnerId", "PeerRegion", "PeerRoleArn", "PeerVpcId", "VpcId"]
        }
        "AWS::EC2::TransitGateway" => &["SecurityGroupReferencingSupport"],
        "AWS::EC2::TransitGatewayAttachment" | "AWS::EC2::TransitGatewayVpcAttachment" => {
            &["Options", "TransitGatewayId", "VpcId"]
        }
        _ => return core_networks::attributes(kind),
    })
}

/// Reads a resource if it is a link.
pub(super) fn read(reader: &mut Reader<'_>, resource: &Resource) {
    match (resource.mode, &*resource.kind) {
        (_, "aws_ec2_transit_gateway" | "AWS::EC2::TransitGateway") => transit_gateway(reader, resource),
        (Mode::Data, _) => {}
        (_, "aws_vpc_peering_connection" | "AWS::EC2::VPCPeeringConnection") => peering(reader, resource),
        (
            _,
            "aws_ec2_transit_gateway_vpc_attachment"
            | "AWS::EC2::TransitGatewayAttachment"
            | "AWS::EC2::TransitGatewayVpcAttachment",
        ) => transit_attachment(reader, resource),
        (_, "aws_vpc_security_group_vpc_association") => {
            association(reader, resource, "security_group_id", "vpc_id");
        }
        (_, "AWS::EC2::SecurityGroupVpcAssociation") => association(reader, resource, "GroupId", "VpcId"),
        _ => {}
    }
}

fn peering(reader: &mut Reader<'_>, resource: &Resource) {
    let [own, peer, region] = match resource.language {
        Language::Terraform => ["vpc_id", "peer_vpc_id", "peer_region"],
        Language::CloudFormation => ["VpcId", "PeerVpcId", "PeerRegion"],
    };
    let peering = Peering {
        declaration: declaration(resource),
        ends: [reader.required(resource, own), reader.required(resource, peer)],
        peer_region: Argument::of(resource, region).map(|region| region.text()),
        peer_owner: peer_owner(resource).map(|owner| owner.text()),
        accepted: accepted(resource),
    };
    reader.topology.peerings.push(peering);
}

/// The account of the other side, if that may be another one than that of the stack.
fn peer_owner(peering: &Resource) -> Option<Argument> {
    let argument = match peering.language {
        Language::Terraform => "peer_owner_id",
        Language::CloudFormation => "PeerOwnerId",
    };
    let is_own = |owner: &Value| {
        owner.unknown_cause().is_some_and(|why| why.cause == Cause::LookedUp("AWS::AccountId".to_owned()))
    };
    Argument::of(peering, argument).filter(|owner| !is_own(&owner.value))
}

/// Whether a resource that requests a peering connection, or looks after it on the other side, accepts it.
fn accepted(peering: &Resource) -> Result<bool, Arc<Unknown>> {
    match peering.language {
        Language::Terraform => {
            Argument::of(peering, "auto_accept").map_or(Ok(false), |accept| accept.truth().value)
        }
        // CloudFormation accepts a request within the account, or by the role that it is given.
        Language::CloudFormation => {
            Ok(peering.attribute("PeerRoleArn").is_some() || peer_owner(peering).is_none())
        }
    }
}

/// Notes which peering connections are accepted by a resource of their own, or may be by something that is not read.
pub(super) fn read_accepters(reader: &mut Reader<'_>) {
    let id_of = |peering: &Peering| format!("{}.id", peering.declaration.address);
    let requested: FxHashSet<_> = reader.topology.peerings.iter().map(id_of).collect();
    if requested.is_empty() {
        return;
    }
    let (mut accepted, mut unclear) = (FxHashMap::default(), None);
    for resource in reader.managed() {
        if &*resource.kind == "aws_vpc_peering_connection_accepter" {
            // It only looks after the connection unless it is told to accept it.
            let accepts = self::accepted(resource);
            match reader.identity(resource, "vpc_peering_connection_id").map(|id| id.value) {
                _ if accepts == Ok(false) => {}
                Some(Ok(id)) if requested.contains(&id) => {
                    accepted.insert(id, accepts);
                }
                // A connection that is looked up may be any of those that are requested here.
                Some(Ok(_)) => {
                    let cause = Cause::LookedUp(format!("the connection that {} accepts", resource.address));
                    unclear.get_or_insert_with(|| Arc::new(Unknown::new(cause, resource.head)));
                }
                Some(Err(why)) => {
                    unclear.get_or_insert(why);
                }
                None => {}
            }
        } else if !resource.kind.starts_with("aws_") {
            // Modules that are not there and scripts may accept what they are handed.
            for value in resource.attributes.values().flat_map(|attribute| attribute.value.references()) {
                let Some(reference) = value.as_reference() else { continue };
                let id = identities::of_reference(reference, reader.names);
                if requested.contains(&id) {
                    let cause = Cause::External(format!("what {} does with {reference}", resource.address));
                    let why = Arc::new(Unknown::new(cause, value.origin.written));
                    accepted.entry(id).or_insert(Err(why));
                }
            }
        }
    }
    for peering in reader.topology.peerings.iter_mut().filter(|peering| peering.accepted != Ok(true)) {
        match (accepted.remove(&id_of(peering)), &unclear) {
            (Some(accepts), _) => peering.accepted = accepts,
            (None, Some(why)) => peering.accepted = Err(Arc::clone(why)),
            (None, None) => {}
        }
    }
}

fn transit_gateway(reader: &mut Reader<'_>, resource: &Resource) {
    let argument = match resource.language {
        Language::Terraform => "security_group_referencing_support",
        Language::CloudFormation => "SecurityGroupReferencingSupport",
    };
    let written = Argument::of(resource, argument);
    let referencing = written.map_or_else(|| implied(resource.head, false), |switch| is_enabled(&switch));
    reader.topology.transit_gateways.push(TransitGateway {
        id: identities::of(resource),
        declaration: declaration(resource),
        referencing: (resource.mode == Mode::Managed).then_some(referencing),
    });
}

fn transit_attachment(reader: &mut Reader<'_>, resource: &Resource) {
    let (gateway, vpc, switch) = match resource.language {
        Language::Terraform => {
            let switch = Argument::of(resource, "security_group_referencing_support");
            ("transit_gateway_id", "vpc_id", switch)
        }
        Language::CloudFormation => {
            let options = Argument::of(resource, "Options");
            let switch = options.and_then(|Argument { place, value }| {
                let value = value.get("SecurityGroupReferencingSupport").filter(|value| !value.is_null())?;
                Some(Argument { place, value })
            });
            ("TransitGatewayId", "VpcId", switch)
        }
    };
    let attachment = TransitAttachment {
        declaration: declaration(resource),
        gateway: reader.required(resource, gateway),
        vpc: reader.required(resource, vpc),
        referencing: switch.map_or_else(|| implied(resource.head, true), |switch| is_enabled(&switch)),
    };
    reader.topology.transit_attachments.push(attachment);
}

/// A switch that is written `enable` or `disable`.
fn is_enabled(switch: &Argument) -> Field<bool> {
    read_value(switch.place, &switch.value, "enable or disable", |value: &Value| match value.as_str()? {
        "enable" => Some(true),
        "disable" => Some(false),
        _ => None,
    })
}

fn association(reader: &mut Reader<'_>, resource: &Resource, group: &str, vpc: &str) {
    let Some(Argument { place, value }) = Argument::of(resource, group) else { return };
    for named in reader.names.named(&value, Item::Id) {
        let association = VpcAssociation {
            declaration: declaration(resource),
            group: at(place, &named.value, named.target),
            vpc: reader.required(resource, vpc),
            region: region_of(resource),
        };
        reader.topology.vpc_associations.push(association);
    }
}

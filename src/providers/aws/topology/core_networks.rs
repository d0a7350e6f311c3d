//! Core networks of Cloud WAN: between the VPCs of one Region they do what a transit gateway does (RE-06).

use super::{Reader, declaration};
use crate::network::model::Field;
use crate::network::topology::{TransitAttachment, TransitGateway};
use crate::providers::aws::fields::{Argument, implied, read as read_value};
use crate::providers::aws::identities;
use crate::resource::{Mode, Resource, Value, ValueKind};

/// The data source that writes the policy of a core network.
const POLICY_DOCUMENT: &str = "aws_networkmanager_core_network_policy_document";

/// What is read of a managed type.
pub(super) fn attributes(kind: &str) -> Option<&'static [&'static str]> {
    Some(match kind {
        "aws_networkmanager_core_network" => &[],
        "aws_networkmanager_core_network_policy_attachment" => &["core_network_id", "policy_document"],
        "aws_networkmanager_vpc_attachment" => &["core_network_id", "options", "vpc_arn"],
        "AWS::NetworkManager::CoreNetwork" => &["PolicyDocument"],
        "AWS::NetworkManager::VpcAttachment" => &["CoreNetworkId", "Options", "VpcArn"],
        _ => return None,
    })
}

/// What is read of a data source.
pub(super) fn sought(kind: &str) -> Option<&'static [&'static str]> {
    (kind == POLICY_DOCUMENT).then_some(&["core_network_configuration"])
}

/// Reads a resource if it is a core network or puts a VPC on one.
pub(super) fn read(reader: &mut Reader<'_>, resource: &Resource) {
    match (resource.mode, &*resource.kind) {
        (Mode::Data, _) => {}
        (_, "aws_networkmanager_core_network") => core_network(reader, resource, None),
        (_, "AWS::NetworkManager::CoreNetwork") => {
            let policy = Argument::of(resource, "PolicyDocument");
            let referencing = policy.map(|policy| referencing(reader, &policy));
            core_network(reader, resource, referencing);
        }
        (_, "aws_networkmanager_vpc_attachment") => {
            attachment(reader, resource, ["core_network_id", "vpc_arn", "options", SWITCH]);
        }
        (_, "AWS::NetworkManager::VpcAttachment") => {
            let switch = "SecurityGroupReferencingSupport";
            attachment(reader, resource, ["CoreNetworkId", "VpcArn", "Options", switch]);
        }
        _ => {}
    }
}

/// The switch in the words of Terraform.
const SWITCH: &str = "security_group_referencing_support";

fn core_network(reader: &mut Reader<'_>, resource: &Resource, referencing: Option<Field<bool>>) {
    let gateway =
        TransitGateway { id: identities::of(resource), declaration: declaration(resource), referencing };
    reader.topology.transit_gateways.push(gateway);
}

/// Notes what the policies say that resources of their own give to core networks.
pub(super) fn read_policies(reader: &mut Reader<'_>) {
    let attachments =
        reader.managed().filter(|it| &*it.kind == "aws_networkmanager_core_network_policy_attachment");
    let policies = attachments.filter_map(|attachment| {
        let network = reader.identity(attachment, "core_network_id")?.value.ok()?;
        let policy = Argument::of(attachment, "policy_document")?;
        Some((network, referencing(reader, &policy)))
    });
    let policies: Vec<_> = policies.collect();
    for (network, referencing) in policies {
        let mut gateways = reader.topology.transit_gateways.iter_mut();
        if let Some(gateway) = gateways.find(|gateway| gateway.id == network) {
            gateway.referencing = Some(referencing);
        }
    }
}

fn attachment(reader: &mut Reader<'_>, resource: &Resource, names: [&str; 4]) {
    let [network, vpc, options, switch] = names;
    let options = Argument::of(resource, options);
    let switch = options.and_then(|Argument { place, value }| {
        let value = value.members().first()?.get(switch).filter(|value| !value.is_null())?;
        Some(Argument { place, value })
    });
    let vpc = Argument::of(resource, vpc);
    let attachment = TransitAttachment {
        declaration: declaration(resource),
        gateway: reader.required(resource, network),
        vpc: vpc.map_or_else(|| super::missing(resource, names[1]), |arn| vpc_of_arn(reader, &arn)),
        referencing: switch.map_or_else(|| implied(resource.head, true), |switch| switch.truth()),
    };
    reader.topology.transit_attachments.push(attachment);
}

/// The VPC that an ARN names: `aws_vpc.main.arn`, `arn:…:vpc/vpc-…`, a text that ends in what names the VPC.
fn vpc_of_arn(reader: &Reader<'_>, arn: &Argument) -> Field<String> {
    read_value(arn.place, &arn.value, "the ARN of a VPC", |value| {
        if let Some((_, id)) = value.as_str().and_then(|text| text.split_once(":vpc/")) {
            return Some(id.to_owned());
        }
        let references = value.references();
        let mut named = references.iter().filter_map(|reference| {
            let resource = reader.names.resource(&reference.as_reference()?.address)?;
            matches!(&*resource.kind, "aws_vpc" | "aws_default_vpc" | "AWS::EC2::VPC").then_some(resource)
        });
        let vpc = named.next()?;
        named.next().is_none().then(|| identities::of(vpc))
    })
}

/// Whether a policy lets rules name groups across the core network: not unless it says so.
/// Source: <https://docs.aws.amazon.com/network-manager/latest/cloudwan/cloudwan-policies-json.html>
fn referencing(reader: &Reader<'_>, policy: &Argument) -> Field<bool> {
    let Argument { place, value } = policy;
    let document = value.as_reference().and_then(|reference| reader.names.resource(&reference.address));
    if let Some(document) = document.filter(|document| &*document.kind == POLICY_DOCUMENT) {
        let switch = document.values_at(&format!("core_network_configuration.{SWITCH}"));
        return match &switch[..] {
            [] => implied(document.head, false),
            [switch, ..] => Argument { place: document.head, value: switch.clone() }.truth(),
        };
    }
    read_value(*place, value, "the policy of a core network", |value| match &value.kind {
        ValueKind::String(text) => {
            let policy: serde_json::Value = serde_json::from_str(text).ok()?;
            let switch = policy.get(CONFIGURATION)?.get(POLICY_SWITCH);
            switch.map_or(Some(false), serde_json::Value::as_bool)
        }
        ValueKind::Map(_) => {
            let switch = value.get(CONFIGURATION)?.get(POLICY_SWITCH);
            switch.map_or(Some(false), |switch: Value| switch.as_bool())
        }
        _ => None,
    })
}

/// The keys of the policy that hold the switch.
const CONFIGURATION: &str = "core-network-configuration";
const POLICY_SWITCH: &str = "security-group-referencing-support";

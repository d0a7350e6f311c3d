//! VPCs and subnets, with their address ranges.

use std::sync::Arc;

use super::{Reader, declaration, provenance};
use crate::network::address::Cidr;
use crate::network::model::{CidrText, Field};
use crate::network::topology::{Provenance, Ranges, Subnet, Vpc};
use crate::providers::aws::fields::{Argument, cidr, flatten, implied};
use crate::providers::aws::identities;
use crate::providers::aws::lookups::DEFAULT_VPC_RANGE;
use crate::providers::aws::regions::region_of;
use crate::resource::{Cause, Language, Mode, Resource, Unknown, Value};

/// What is read of a managed type.
pub(super) fn attributes(kind: &str) -> Option<&'static [&'static str]> {
    Some(match kind {
        "aws_subnet" => &["cidr_block", "ipv6_cidr_block", "map_public_ip_on_launch", "vpc_id"],
        "aws_default_subnet" => &["map_public_ip_on_launch"],
        "aws_vpc_ipv4_cidr_block_association" => &["cidr_block", "vpc_id"],
        "aws_vpc_ipv6_cidr_block_association" => &["ipv6_cidr_block", "vpc_id"],
        "AWS::EC2::VPC" => &["CidrBlock"],
        "AWS::EC2::Subnet" => &["CidrBlock", "Ipv6CidrBlock", "MapPublicIpOnLaunch", "VpcId"],
        "AWS::EC2::VPCCidrBlock" => &["CidrBlock", "Ipv6CidrBlock", "VpcId"],
        _ => return None,
    })
}

/// Reads a resource if it is a VPC or a subnet.
pub(super) fn read(reader: &mut Reader<'_>, resource: &Resource) {
    match &*resource.kind {
        "aws_vpc" | "aws_default_vpc" | "AWS::EC2::VPC" => reader.topology.vpcs.push(vpc(resource)),
        "aws_subnet" | "aws_default_subnet" | "AWS::EC2::Subnet" => {
            let subnet = subnet(reader, resource);
            reader.topology.subnets.push(subnet);
        }
        _ => {}
    }
}

fn vpc(resource: &Resource) -> Vpc {
    let provenance = provenance(resource);
    let mut ranges = ranges(resource);
    match provenance {
        Provenance::Default => ranges.cidrs.push(default_range(resource)),
        // Without a range of its own it takes one from an address manager.
        Provenance::Declared if ranges.cidrs.is_empty() => ranges.more = Some(computed(resource)),
        Provenance::Declared => {}
        Provenance::LookedUp => ranges.more = Some(looked_up(resource)),
    }
    Vpc {
        id: identities::of(resource),
        declaration: declaration(resource),
        provenance,
        ranges,
        region: region_of(resource),
        owner: filtered(resource, "owner-id"),
    }
}

fn subnet(reader: &Reader<'_>, resource: &Resource) -> Subnet {
    let provenance = provenance(resource);
    let mut ranges = ranges(resource);
    if ranges.cidrs.is_empty() {
        ranges.more = Some(if provenance == Provenance::Declared { computed } else { looked_up }(resource));
    }
    let [vpc, public] = match resource.language {
        Language::Terraform => ["vpc_id", "map_public_ip_on_launch"],
        Language::CloudFormation => ["VpcId", "MapPublicIpOnLaunch"],
    };
    Subnet {
        id: identities::of(resource),
        declaration: declaration(resource),
        provenance,
        vpc: reader.identity(resource, vpc),
        ranges,
        public_addresses: Argument::of(resource, public).map(|public| public.truth()),
    }
}

/// Adds the ranges that resources of their own give to a VPC.
pub(super) fn read_ranges(reader: &mut Reader<'_>) {
    let mut found: Vec<(Field<String>, Ranges)> = Vec::new();
    for resource in reader.managed() {
        let vpc = match &*resource.kind {
            "aws_vpc_ipv4_cidr_block_association" | "aws_vpc_ipv6_cidr_block_association" => "vpc_id",
            "AWS::EC2::VPCCidrBlock" => "VpcId",
            _ => continue,
        };
        let mut ranges = ranges(resource);
        if ranges.cidrs.is_empty() {
            ranges.more = Some(computed(resource));
        }
        found.push((reader.required(resource, vpc), ranges));
    }
    for (vpc, ranges) in found {
        let named = |own: &&mut Vpc| vpc.known().is_none_or(|id| *id == own.id);
        for own in reader.topology.vpcs.iter_mut().filter(named) {
            if vpc.known().is_some() {
                own.ranges.cidrs.extend(ranges.cidrs.iter().cloned());
            }
            let more = vpc.value.as_ref().err().or(ranges.more.as_ref());
            own.ranges.more = own.ranges.more.take().or_else(|| more.cloned());
        }
    }
}

/// The ranges that a resource writes itself.
fn ranges(resource: &Resource) -> Ranges {
    let arguments = match resource.language {
        Language::Terraform => [("cidr_block", false), ("ipv6_cidr_block", true)],
        Language::CloudFormation => [("CidrBlock", false), ("Ipv6CidrBlock", true)],
    };
    let mut cidrs = Vec::new();
    for (name, is_ipv6) in arguments {
        let Some(Argument { place, value }) = Argument::of(resource, name) else { continue };
        cidrs.extend(flatten(&value).iter().map(|member| cidr(place, member, is_ipv6)));
    }
    Ranges { cidrs, more: None }
}

fn default_range(resource: &Resource) -> Field<CidrText> {
    let text = DEFAULT_VPC_RANGE.to_owned();
    implied(resource.head, CidrText { cidr: Cidr::parse(&text), text, in_ipv6_attribute: false })
}

/// What the filter of a data source asks for, if that is one value.
fn filtered(resource: &Resource, name: &str) -> Option<Field<String>> {
    if resource.mode != Mode::Data {
        return None;
    }
    let filters = resource.values_at("filter");
    let mut filters = filters.iter().flat_map(Value::members);
    let filter = filters.find(|filter| filter.get("name").is_some_and(|own| own.as_str() == Some(name)))?;
    match &filter.get("values")?.members()[..] {
        [only] => Some(Argument { place: resource.span, value: only.clone() }.text()),
        _ => None,
    }
}

fn computed(resource: &Resource) -> Arc<Unknown> {
    let cause = Cause::Computed(format!("the address range of {}", resource.address));
    Arc::new(Unknown::new(cause, resource.head))
}

fn looked_up(resource: &Resource) -> Arc<Unknown> {
    let cause = Cause::LookedUp(format!("the address range of {}", resource.address));
    Arc::new(Unknown::new(cause, resource.head))
}

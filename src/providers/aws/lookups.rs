//! What evaluation may know of AWS resources without asking AWS: which resource of the configuration a data source
//! finds, attributes that are always the same, attributes that give back a property.

use crate::resource::{Arguments, Lookup, Mode, Value, ValueKind};

/// A data source that finds one resource of a type, and what its arguments and filters compare.
/// Source: the provider's documentation of each data source; the names of filters are those of the `Describe…` actions.
struct Finder {
    /// Type of the data source.
    source: &'static str,
    /// Type of the resource; the first one is looked for by arguments.
    finds: &'static [&'static str],
    /// Arguments that take the resource's identity.
    identity: &'static [&'static str],
    /// Arguments that the resource has by the same name.
    same: &'static [&'static str],
    /// Filters, and the arguments that they compare. `tag:KEY` is understood everywhere.
    filters: &'static [(&'static str, &'static str)],
}

const FINDERS: [Finder; 5] = [
    Finder {
        source: "aws_vpc",
        finds: &["aws_vpc", "aws_default_vpc"],
        identity: &["id"],
        same: &["cidr_block"],
        filters: &[("cidr", "cidr_block")],
    },
    Finder {
        source: "aws_subnet",
        finds: &["aws_subnet", "aws_default_subnet"],
        identity: &["id"],
        same: &["availability_zone", "cidr_block", "vpc_id"],
        filters: &[("cidr", "cidr_block"), ("vpc-id", "vpc_id"), ("availability-zone", "availability_zone")],
    },
    Finder {
        source: "aws_security_group",
        finds: &["aws_security_group", "aws_default_security_group"],
        identity: &["id"],
        same: &["name", "vpc_id"],
        filters: &[("group-name", "name"), ("vpc-id", "vpc_id")],
    },
    Finder {
        source: "aws_ec2_managed_prefix_list",
        finds: &["aws_ec2_managed_prefix_list"],
        identity: &["id"],
        same: &["name"],
        filters: &[("prefix-list-name", "name")],
    },
    Finder {
        source: "aws_lb",
        finds: &["aws_lb", "aws_alb"],
        identity: &["arn"],
        same: &["name"],
        filters: &[],
    },
];

/// Attributes that `Fn::GetAtt` gives as they were declared, under the property's name.
/// Source: "Return values" in the CloudFormation resource references of these types.
const RETURNED: [(&str, &str); 7] = [
    ("AWS::EC2::SecurityGroup", "VpcId"),
    ("AWS::EC2::Subnet", "AvailabilityZone"),
    ("AWS::EC2::Subnet", "CidrBlock"),
    ("AWS::EC2::Subnet", "VpcId"),
    ("AWS::EC2::VPC", "CidrBlock"),
    ("AWS::EC2::VPCPeeringConnection", "VpcId"),
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", "SecurityGroups"),
];

/// The range of every default VPC. Nobody can choose another.
/// Source: Amazon VPC user guide, "Default VPC components".
pub(super) const DEFAULT_VPC_RANGE: &str = "172.31.0.0/16";

/// See [`Provider::gives_back`](crate::resource::Provider::gives_back).
pub(super) fn gives_back(kind: &str, attribute: &str) -> Option<&'static str> {
    let returned = RETURNED.iter().find(|(of, name)| *of == kind && *name == attribute);
    returned.map(|(_, property)| *property)
}

/// See [`Provider::implied`](crate::resource::Provider::implied).
pub(super) fn implied(
    kind: &str,
    mode: Mode,
    attribute: &str,
    arguments: &dyn Arguments,
) -> Option<&'static str> {
    let is_default = match (mode, kind) {
        (Mode::Managed, "aws_default_vpc") => true,
        (Mode::Data, "aws_vpc") => asks_for_default(arguments),
        _ => false,
    };
    (is_default && attribute == "cidr_block").then_some(DEFAULT_VPC_RANGE)
}

/// See [`Provider::lookup`](crate::resource::Provider::lookup).
pub(super) fn lookup(kind: &str, arguments: &dyn Arguments) -> Option<Lookup> {
    let finder = FINDERS.iter().find(|finder| finder.source == kind)?;
    for name in finder.identity {
        let Some(value) = arguments.get(name) else { continue };
        let reference = value.as_reference()?;
        let is_identity = matches!(&*reference.attribute, "id" | "arn");
        let is_one = reference.terraform_type().is_some_and(|found| finder.finds.contains(&found));
        return (is_identity && is_one && !reference.is_lookup()).then(|| Lookup::Of((**reference).clone()));
    }
    if kind == "aws_vpc" && asks_for_default(arguments) {
        return Some(Lookup::Like { kind: "aws_default_vpc", having: Vec::new() });
    }
    let mut having = Vec::new();
    for &name in finder.same {
        having.extend(arguments.get(name).map(|value| (name.to_owned(), value)));
    }
    if let Some(tags) = arguments.get("tags") {
        let ValueKind::Map(entries) = &tags.kind else { return None };
        having.extend(entries.iter().map(|(key, value)| (format!("tags.{key}"), tags.taken(value))));
    }
    for filter in arguments.get("filter").iter().flat_map(Value::members) {
        having.push(filtered(finder, &filter)?);
    }
    // The group that every VPC has is no resource.
    let is_default_group =
        kind == "aws_security_group" && having.iter().any(|(_, value)| value.as_str() == Some("default"));
    let is_exact = |value: &Value| match &value.kind {
        ValueKind::Reference(_) => true,
        _ => value.to_text().is_some_and(|text| !text.contains(['*', '?', '\\'])),
    };
    // A VPC alone does not choose among its groups: the default one is always there.
    let chooses = having.iter().any(|(path, _)| path != "vpc_id" || kind == "aws_subnet");
    (chooses && !is_default_group && having.iter().all(|(_, value)| is_exact(value)))
        .then(|| Lookup::Like { kind: finder.finds[0], having })
}

/// What a filter with one value compares, and the value.
fn filtered(finder: &Finder, filter: &Value) -> Option<(String, Value)> {
    let name = filter.get("name")?;
    let name = name.as_str()?;
    let path = match name.strip_prefix("tag:") {
        Some(key) => format!("tags.{key}"),
        None => finder.filters.iter().find(|(known, _)| *known == name)?.1.to_owned(),
    };
    match &filter.get("values")?.members()[..] {
        [only] => Some((path, only.clone())),
        _ => None,
    }
}

fn asks_for_default(arguments: &dyn Arguments) -> bool {
    arguments.get("default").and_then(|default| default.as_bool()) == Some(true)
}

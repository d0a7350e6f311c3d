//! The interfaces that carry groups: whose they are, what they do, where they lie, whether the internet may reach them.
//!
//! An interface is described by the block that names its groups, by the resource around it, and by resources that refer
//! to it: an attachment adds a group, an address makes it public, an Auto Scaling group places what a template
//! describes.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use rustc_hash::FxHashMap;

use super::Builder;
use super::fields::{Argument, flatten, implied, read, reason};
use super::identities::identity;
use super::named::{Namespace, subnet_group};
use super::references::Names;
use super::regions::region_of;
use super::tables::{Duty, GroupPath, PublicAddress, tables};
use super::tags::tags;
use crate::network::interface::{Interface, InterfaceId};
use crate::network::model::{Attachment, Field};
use crate::network::premises::{Premises, Tier};
use crate::network::tags::Tags;
use crate::resource::{
    Cause, Configuration, Interest, Mode, Origin, Presence, Resource, Unknown, Value, ValueKind,
};
use crate::source::Span;

/// Resources that only add a group to an interface of another one, and their arguments that name it (TF-15).
const ADDITIONS: &[(&str, &str)] = &[
    ("aws_network_interface_sg_attachment", "network_interface_id"),
    ("aws_vpc_endpoint_security_group_association", "vpc_endpoint_id"),
];

/// Arguments that name subnets, by their name in either language. One that holds blocks names them one level deeper.
const SUBNETS: &[&str] = &[
    "subnets",
    "subnet_ids",
    "subnet_id",
    "vpc_subnet_ids",
    "client_subnets",
    "subnet_mapping",
    "ip_address",
    "Subnets",
    "SubnetIds",
    "SubnetId",
    "SubnetIdList",
    "VpcSubnetIds",
    "ClientSubnets",
    "SubnetMappings",
    "IpAddresses",
];

/// Arguments that name a group of subnets.
const SUBNET_GROUPS: &[&str] = &[
    "db_subnet_group_name",
    "subnet_group_name",
    "cluster_subnet_group_name",
    "neptune_subnet_group_name",
    "replication_subnet_group_id",
    "DBSubnetGroupName",
    "CacheSubnetGroupName",
    "ClusterSubnetGroupName",
    "SubnetGroupName",
    "ReplicationSubnetGroupIdentifier",
];

/// Arguments that hold what a machine runs when it starts.
const SCRIPTS: &[&str] = &["user_data", "user_data_base64", "UserData"];

/// What a script is bound to have in it if it loads something from elsewhere.
const LOADERS: &[&str] = &[
    "apk add",
    "apt ",
    "apt-get",
    "aws ",
    "brew ",
    "choco ",
    "curl ",
    "dnf ",
    "docker ",
    "gem ",
    "git ",
    "http://",
    "https://",
    "Invoke-WebRequest",
    "npm ",
    "pip ",
    "pip3 ",
    "snap ",
    "wget ",
    "yum ",
    "zypper ",
];

/// What resources say of the interfaces of others: the type, the arguments that refer to those, or that may hold a name,
/// and what they say.
const LINKS: &[(&str, &[&str], Option<Namespace>, Link)] = &[
    ("aws_eip", &["instance", "network_interface"], None, Link::PublicAddress),
    ("aws_eip_association", &["instance_id", "network_interface_id"], None, Link::PublicAddress),
    ("AWS::EC2::EIP", &["InstanceId"], None, Link::PublicAddress),
    ("AWS::EC2::EIPAssociation", &["InstanceId", "NetworkInterfaceId"], None, Link::PublicAddress),
    (
        "aws_autoscaling_group",
        &["launch_configuration"],
        Some(Namespace::LaunchConfiguration),
        Link::Subnets("vpc_zone_identifier"),
    ),
    (
        "aws_autoscaling_group",
        &[
            "launch_template.id",
            "launch_template.name",
            "mixed_instances_policy.launch_template.launch_template_specification.launch_template_id",
            "mixed_instances_policy.launch_template.launch_template_specification.launch_template_name",
        ],
        Some(Namespace::LaunchTemplate),
        Link::Subnets("vpc_zone_identifier"),
    ),
    (
        "AWS::AutoScaling::AutoScalingGroup",
        &["LaunchConfigurationName"],
        Some(Namespace::LaunchConfiguration),
        Link::Subnets("VPCZoneIdentifier"),
    ),
    (
        "AWS::AutoScaling::AutoScalingGroup",
        &[
            "LaunchTemplate.LaunchTemplateId",
            "LaunchTemplate.LaunchTemplateName",
            "MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification.LaunchTemplateId",
            "MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification.LaunchTemplateName",
        ],
        Some(Namespace::LaunchTemplate),
        Link::Subnets("VPCZoneIdentifier"),
    ),
    (
        "aws_instance",
        &["launch_template.id", "launch_template.name"],
        Some(Namespace::LaunchTemplate),
        Link::Subnets("subnet_id"),
    ),
    (
        "AWS::EC2::Instance",
        &["LaunchTemplate.LaunchTemplateId", "LaunchTemplate.LaunchTemplateName"],
        Some(Namespace::LaunchTemplate),
        Link::Subnets("SubnetId"),
    ),
    (
        "aws_eks_node_group",
        &["launch_template.id", "launch_template.name"],
        Some(Namespace::LaunchTemplate),
        Link::Subnets("subnet_ids"),
    ),
    (
        "AWS::EKS::Nodegroup",
        &["LaunchTemplate.Id", "LaunchTemplate.Name"],
        Some(Namespace::LaunchTemplate),
        Link::Subnets("Subnets"),
    ),
];

/// What a resource says of the interfaces that it names.
#[derive(Clone, Copy, Debug)]
enum Link {
    /// They get the address that it holds.
    PublicAddress,
    /// They lie in the subnets of this argument.
    Subnets(&'static str),
}

/// What is read of types that name no group themselves.
pub(super) fn interest(mode: Mode, kind: &str) -> Option<Interest> {
    let attributes: &'static [&'static str] = match kind {
        _ if mode == Mode::Data => return None,
        "aws_autoscaling_group" => &[
            "launch_configuration",
            "launch_template",
            "mixed_instances_policy",
            "region",
            "vpc_zone_identifier",
        ],
        "AWS::AutoScaling::AutoScalingGroup" => {
            &["LaunchConfigurationName", "LaunchTemplate", "MixedInstancesPolicy", "VPCZoneIdentifier"]
        }
        "aws_eip" => &["instance", "network_interface"],
        "aws_eip_association" => &["instance_id", "network_interface_id"],
        "AWS::EC2::EIP" => &["InstanceId"],
        "AWS::EC2::EIPAssociation" => &["InstanceId", "NetworkInterfaceId"],
        _ => subnet_group(kind)?,
    };
    Some(Interest::Backdrop(attributes))
}

/// A value that names groups, and the blocks around it.
pub(super) struct Found {
    /// The value.
    pub(super) value: Value,
    /// The blocks it stands in, outermost first.
    pub(super) blocks: Vec<Value>,
    /// Their names, with their places where there are several: `network_interfaces[1]`.
    pub(super) block: String,
    /// What tells the duty of the interface, where the path does not.
    pub(super) namespace: Option<Arc<str>>,
}

impl Found {
    /// What stands in the resource itself: no block.
    pub(super) fn whole(resource: &Resource) -> Self {
        Self::within(Value::null(resource.head))
    }

    /// A value in no block, of an interface that a setting tells.
    pub(super) fn setting(value: Value, namespace: &str) -> Self {
        Self { namespace: Some(namespace.into()), ..Self::within(value) }
    }

    fn within(value: Value) -> Self {
        Self { value, blocks: Vec::new(), block: String::new(), namespace: None }
    }

    /// Every value that a path of a resource leads to.
    pub(super) fn at(resource: &Resource, path: &str) -> Vec<Self> {
        let (blocks, last) = path.rsplit_once('.').unwrap_or(("", path));
        if blocks.is_empty() {
            let attribute = resource.attribute(last.trim_end_matches("[]"));
            return attribute.map(|attribute| Self::within(attribute.value.clone())).into_iter().collect();
        }
        let blocks = Self::blocks_at(resource, blocks).into_iter();
        let found = blocks.filter_map(|block| Some(Self { value: block.value.get(last)?, ..block }));
        found.filter(|found| !found.value.is_null()).collect()
    }

    /// Every block that a path of a resource leads to, as the innermost one of itself.
    pub(super) fn blocks_at(resource: &Resource, path: &str) -> Vec<Self> {
        let mut steps = path.split('.').map(|step| step.trim_end_matches("[]"));
        let first = steps.next().unwrap_or_default();
        let Some(attribute) = resource.attribute(first) else { return Vec::new() };
        let mut blocks = Self::within(attribute.value.clone()).entered(first);
        for step in steps {
            let inner = blocks.into_iter();
            let inner = inner.filter_map(|block| Some(Self { value: block.value.get(step)?, ..block }));
            blocks = inner.flat_map(|list| list.entered(step)).collect();
        }
        blocks
    }

    /// The blocks of this value, whose name is `name`.
    fn entered(&self, name: &str) -> Vec<Self> {
        let members = self.value.members();
        let is_only = members.len() == 1;
        let dot = if self.block.is_empty() { "" } else { "." };
        let entered = members.into_iter().enumerate().map(|(index, block)| {
            let place = if is_only { String::new() } else { format!("[{index}]") };
            let name = format!("{}{dot}{name}{place}", self.block);
            let blocks = self.blocks.iter().cloned().chain([block.clone()]).collect();
            Self { value: block, blocks, block: name, namespace: None }
        });
        entered.collect()
    }
}

/// The interfaces so far, by resource.
#[derive(Default)]
pub(super) struct Interfaces {
    by_resource: FxHashMap<Arc<str>, Vec<InterfaceId>>,
    /// Interfaces of resources that others have added groups to.
    added_to: Vec<InterfaceId>,
}

/// The interface whose groups stand at a path of a resource.
pub(super) fn carrying(
    builder: &mut Builder<'_>,
    resource: &Resource,
    row: &GroupPath,
    found: &Found,
) -> Option<InterfaceId> {
    let addition = ADDITIONS.iter().find(|(kind, _)| *kind == &*resource.kind);
    let Some((_, argument)) = addition else {
        let path = found.namespace.as_deref().unwrap_or(row.path);
        let duty = tables().duty(&resource.kind, row.service, path)?;
        let name = if duty.interface.is_empty() { &found.block } else { duty.interface };
        return Some(of(builder, resource, row.service, duty, name, &found.blocks));
    };
    let target = resource.attribute(argument).map(|target| &target.value);
    let owner =
        target.and_then(Value::as_reference).and_then(|target| builder.names.resource(&target.address));
    let owner = owner.filter(|owner| owner.mode == Mode::Managed).unwrap_or(resource);
    let service = tables().paths(&owner.kind).first().map_or(row.service, |path| path.service);
    let duty = tables().duty(&owner.kind, service, "")?;
    let id = of(builder, owner, service, duty, "", &[]);
    builder.interfaces.added_to.push(id);
    Some(id)
}

/// The interface of a resource with a name; a new one if it is the first time that it is asked for.
fn of(
    builder: &mut Builder<'_>,
    resource: &Resource,
    service: &'static str,
    duty: Duty,
    name: &str,
    blocks: &[Value],
) -> InterfaceId {
    let network = &mut builder.network;
    let own = builder.interfaces.by_resource.entry(Arc::clone(&resource.address)).or_default();
    if let Some(&id) = own.iter().find(|id| network.interface(**id).name == name) {
        return id;
    }
    let id = InterfaceId(network.interfaces.len());
    own.push(id);
    let public_address = match tables().public_address(&resource.kind) {
        _ if !duty.may_be_public => implied(resource.head, false),
        Some(decisive) => public_address(resource, blocks, decisive),
        None => unknown_address(resource),
    };
    network.interfaces.push(Interface {
        resource: Arc::clone(&resource.address),
        declared: Arc::clone(&resource.declared),
        kind: Arc::clone(&resource.kind),
        service,
        name: name.to_owned(),
        role: duty.role,
        traffic: duty.traffic,
        attachments: Vec::new(),
        more_groups: None,
        subnets: subnets(resource, blocks, &builder.names),
        region: region_of(resource),
        public_address,
        script_loads: script_loads(resource, blocks),
        tier: tier(resource, &network.premises),
        head: resource.head,
        span: resource.span,
        calls: resource.calls.clone(),
        presence: resource.presence.clone(),
    });
    id
}

/// Adds an attachment to its interface.
pub(super) fn attach(builder: &mut Builder<'_>, attachment: Attachment) {
    let network = &mut builder.network;
    network.interfaces[attachment.interface.0].attachments.push(network.attachments.len());
    network.attachments.push(attachment);
}

/// Notes whether an argument may name more groups than the one that it is known to name.
pub(super) fn count(
    builder: &mut Builder<'_>,
    id: InterfaceId,
    row: &GroupPath,
    argument: &Value,
    named: &Value,
) {
    let interface = &mut builder.network.interfaces[id.0];
    let is_counted = match &argument.kind {
        ValueKind::List(_) | ValueKind::Set(_) | ValueKind::String(_) | ValueKind::Template(_) => {
            !named.is_several()
        }
        _ => !row.is_list,
    };
    if !is_counted && interface.more_groups.is_none() {
        let unclear = if named.is_several() { named } else { argument };
        interface.more_groups = Some(reason(unclear, "a list of security groups", argument.origin.written));
    }
}

/// What is known of the interfaces only when every resource is read.
pub(super) fn complete(builder: &mut Builder<'_>, configuration: &Configuration) {
    for id in std::mem::take(&mut builder.interfaces.added_to) {
        let attachments = &builder.network.attachments;
        let interface = &mut builder.network.interfaces[id.0];
        let names_groups = interface.attachments.iter().any(|&index| {
            attachments[index].resource == interface.resource && !is_addition(&attachments[index].kind)
        });
        if !names_groups && interface.more_groups.is_none() {
            let cause = Cause::Computed(format!("the group that {} has by default", interface.resource));
            interface.more_groups = Some(Arc::new(Unknown::new(cause, interface.head)));
        }
    }
    for resource in configuration.resources.iter().filter(|resource| resource.mode == Mode::Managed) {
        builder.network.passes_through |= passes_through(resource);
        for (_, arguments, namespace, link) in LINKS.iter().filter(|(kind, ..)| *kind == &*resource.kind) {
            for value in arguments.iter().flat_map(|path| resource.values_at(path)) {
                if let Some(target) = builder.names.referred_or_called(resource, &value, *namespace) {
                    follow(builder, resource, target, *link);
                }
            }
        }
    }
}

/// Whether a resource is, or may be, a load balancer that hands packets on as they are.
/// Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html#client-ip-preservation>
fn passes_through(resource: &Resource) -> bool {
    let argument = match &*resource.kind {
        "aws_lb" | "aws_alb" => "load_balancer_type",
        "AWS::ElasticLoadBalancingV2::LoadBalancer" => "Type",
        _ => return false,
    };
    let given = resource.attribute(argument).map(|given| &given.value);
    given.is_some_and(|given| given.as_str().is_none_or(|kind| kind != "application"))
}

fn is_addition(kind: &str) -> bool {
    ADDITIONS.iter().any(|(addition, _)| *addition == kind)
}

/// Takes over what a resource says of the interfaces of another one.
fn follow(builder: &mut Builder<'_>, resource: &Resource, target: &Resource, link: Link) {
    let Some(interfaces) = builder.interfaces.by_resource.get(&target.address) else { return };
    for id in interfaces {
        let interface = &mut builder.network.interfaces[id.0];
        match link {
            Link::PublicAddress if matches!(resource.presence, Presence::Certain) => {
                interface.public_address = implied(resource.head, true);
            }
            // Whether there is an address is as unknown as whether the resource exists.
            Link::PublicAddress => {
                if interface.public_address.known() != Some(&true) {
                    interface.public_address = unknown_address(target);
                }
            }
            Link::Subnets(argument) => {
                if let Some(argument) = Argument::of(resource, argument) {
                    interface.subnets.extend(subnets_in(&argument, &builder.names));
                }
            }
        }
    }
}

/// An argument of an interface: from the innermost block that has it, else from the resource, with its place.
fn argument(resource: &Resource, blocks: &[Value], path: &str) -> Option<Argument> {
    let mut steps = path.split('.');
    let first = steps.next().unwrap_or_default();
    let from_blocks = blocks.iter().rev().find_map(|block| {
        let value = block.get(first).filter(|value| !value.is_null())?;
        Some(Argument { place: block.origin.written, value })
    });
    let start = from_blocks.or_else(|| Argument::of(resource, first))?;
    let value = steps.try_fold(start.value, |value, step| value.members().first()?.get(step))?;
    (!value.is_null()).then_some(Argument { place: start.place, value })
}

fn public_address(resource: &Resource, blocks: &[Value], decisive: PublicAddress) -> Field<bool> {
    match (argument(resource, blocks, decisive.argument), decisive.otherwise) {
        (Some(argument), _) => read(argument.place, &argument.value, "true or false", |value| {
            Some(value.to_text()?.eq_ignore_ascii_case(decisive.when))
        }),
        (None, Some(otherwise)) => implied(resource.head, otherwise),
        (None, None) => unknown_address(resource),
    }
}

/// Whether the script that its machines start with loads something. Scripts stand there as text or in base64.
fn script_loads(resource: &Resource, blocks: &[Value]) -> Result<bool, Arc<Unknown>> {
    let Some(script) = SCRIPTS.iter().find_map(|name| argument(resource, blocks, name)) else {
        return Ok(false);
    };
    let loads = |text: &str| LOADERS.iter().any(|loader| text.contains(loader));
    let unknown = || reason(&script.value, "a script", script.place);
    match &script.value.kind {
        ValueKind::String(text) => {
            let bytes = BASE64.decode(text.trim()).ok();
            Ok(loads(bytes.and_then(|bytes| String::from_utf8(bytes).ok()).as_deref().unwrap_or(text)))
        }
        ValueKind::Template(parts) if parts.iter().filter_map(Value::as_str).any(loads) => Ok(true),
        _ => Err(unknown()),
    }
}

fn unknown_address(resource: &Resource) -> Field<bool> {
    let cause = Cause::Computed(format!("whether {} has a public address", resource.address));
    let value = Err(Arc::new(Unknown::new(cause, resource.head)));
    Field { value, span: resource.head, origin: Origin::at(resource.head) }
}

/// The subnets that an interface's block says, else those of the resource, else those of its subnet group.
fn subnets(resource: &Resource, blocks: &[Value], names: &Names<'_>) -> Vec<Field<String>> {
    if let Some(argument) = SUBNETS.iter().find_map(|name| argument(resource, blocks, name)) {
        return subnets_in(&argument, names);
    }
    let Some(group) = SUBNET_GROUPS.iter().find_map(|name| argument(resource, blocks, name)) else {
        return Vec::new();
    };
    let namespace = Namespace::of_subnet_groups_for(&resource.kind);
    let members = names
        .referred_or_called(resource, &group.value, namespace)
        .and_then(|group| ["subnet_ids", "SubnetIds"].iter().find_map(|name| Argument::of(group, name)));
    match members {
        Some(members) => subnets_in(&members, names),
        None => vec![not_known(&group)],
    }
}

fn not_known(group: &Argument) -> Field<String> {
    let span: Span = group.value.origin.narrowest_in(group.place);
    let why = match group.value.shown() {
        Some(name) => Arc::new(Unknown::new(Cause::External(format!("subnet group {name}")), span)),
        None => reason(&group.value, "a subnet group", span),
    };
    Field { value: Err(why), span, origin: group.value.origin.clone() }
}

fn subnets_in(argument: &Argument, names: &Names<'_>) -> Vec<Field<String>> {
    let members = flatten(&argument.value).into_iter().filter_map(|member| match member.kind {
        ValueKind::Map(_) => ["subnet_id", "SubnetId"].iter().find_map(|name| member.get(name)),
        _ => Some(member),
    });
    members.map(|value| identity(&Argument { place: argument.place, value }, "a subnet id", names)).collect()
}

/// The first of the project's tiers that a resource belongs to, by its address or one of its tags. A tag that is not
/// known may be that of an earlier tier.
fn tier(resource: &Resource, premises: &Premises) -> Result<Option<String>, Arc<Unknown>> {
    if premises.tiers.is_empty() {
        return Ok(None);
    }
    let tags = tags(resource);
    for tier in &premises.tiers {
        if belongs(resource, &tags, tier)? {
            return Ok(Some(tier.name.clone()));
        }
    }
    Ok(None)
}

fn belongs(resource: &Resource, tags: &Tags, tier: &Tier) -> Result<bool, Arc<Unknown>> {
    if tier.resources.iter().any(|pattern| pattern.is_match(&*resource.declared)) {
        return Ok(true);
    }
    let mut open = None;
    for (key, pattern) in &tier.tags {
        match tags.has(key).and_then(|has| Ok(has && pattern.is_match(tags.value(key)?))) {
            Ok(true) => return Ok(true),
            Ok(false) => {}
            Err(why) => open = Some(why),
        }
    }
    open.map_or(Ok(false), Err)
}

#[cfg(test)]
mod tests;

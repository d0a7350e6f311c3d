//! Groups: declared, adopted, looked up, and the default groups that are reached through their VPC.

use std::sync::Arc;

use super::fields::{Argument, implied, read};
use super::mentions::Mentions;
use super::references::Names;
use crate::network::model::{Field, Group, GroupId, GroupRole};
use crate::resource::{Configuration, Language, Mode, Resource, Value, ValueKind};

/// Reads every group of a configuration and registers what names it. Managed groups come first, then those
/// that are looked up, then default groups that are only reached through their VPC.
pub(super) fn groups(
    configuration: &Configuration,
    mentions: &Mentions,
    names: &mut Names<'_>,
) -> Vec<Group> {
    let mut groups = Vec::new();
    let of_mode = |mode| configuration.resources.iter().filter(move |resource| resource.mode == mode);
    for resource in of_mode(Mode::Managed) {
        let role = match &*resource.kind {
            "aws_security_group" | "AWS::EC2::SecurityGroup" => GroupRole::Declared,
            "aws_default_security_group" => GroupRole::Default,
            _ => continue,
        };
        let group = describe(resource, role, names);
        let id = add(&mut groups, names, &resource.address, group);
        if role == GroupRole::Default
            && let Some(vpc) = vpc_of(resource, names)
        {
            names.add_default_group(Arc::clone(&vpc.address), id);
        }
    }
    for resource in of_mode(Mode::Data).filter(|resource| &*resource.kind == "aws_security_group") {
        look_up(resource, &mut groups, names);
    }
    let vpcs: Vec<_> =
        mentions.references().filter_map(|reference| names.default_group_owner(reference)).collect();
    for vpc in vpcs {
        if names.default_group_of(&vpc.address).is_none() {
            let group = default_group(vpc);
            let id = add(&mut groups, names, &group.address.clone(), group);
            names.add_default_group(Arc::clone(&vpc.address), id);
        }
    }
    groups
}

fn add(groups: &mut Vec<Group>, names: &mut Names<'_>, address: &Arc<str>, group: Group) -> GroupId {
    let id = GroupId(groups.len());
    names.add_group(address, id, &group);
    groups.push(group);
    id
}

/// A data source: another view of a default group that is already known, or a group that exists elsewhere.
fn look_up(resource: &Resource, groups: &mut Vec<Group>, names: &mut Names<'_>) {
    let role = if looks_up_default(resource) { GroupRole::Default } else { GroupRole::External };
    let vpc = vpc_of(resource, names);
    let known =
        vpc.filter(|_| role == GroupRole::Default).and_then(|vpc| names.default_group_of(&vpc.address));
    if let Some(id) = known {
        names.add_alias(&resource.address, id);
        return;
    }
    let group = describe(resource, role, names);
    let id = add(groups, names, &resource.address, group);
    if let Some(text) = resource.attribute("id").and_then(|attribute| attribute.value.as_str()) {
        names.add_group_id(text.to_owned(), id);
    }
    if let (Some(vpc), GroupRole::Default) = (vpc, role) {
        names.add_default_group(Arc::clone(&vpc.address), id);
    }
}

/// Whether a data source asks for the group that every VPC has (DF-01): by name, or by a filter on it.
fn looks_up_default(resource: &Resource) -> bool {
    let is_default = |value: &Value| value.as_str() == Some("default");
    let by_name = resource.attribute("name").is_some_and(|attribute| is_default(&attribute.value));
    by_name
        || resource.values_at("filter").iter().flat_map(Value::members).any(|filter| {
            let on_name = filter.get("name").is_some_and(|name| name.as_str() == Some("group-name"));
            on_name && filter.get("values").is_some_and(|values| values.members().iter().any(is_default))
        })
}

fn describe(resource: &Resource, role: GroupRole, names: &Names<'_>) -> Group {
    let [name, name_prefix, description, vpc] = match resource.language {
        Language::Terraform => ["name", "name_prefix", "description", "vpc_id"],
        Language::CloudFormation => ["GroupName", "", "GroupDescription", "VpcId"],
    };
    let text = |name| Argument::of(resource, name).map(|argument| argument.text());
    let vpc = Argument::of(resource, vpc);
    Group {
        address: Arc::clone(&resource.address),
        declared: Arc::clone(&resource.declared),
        role,
        language: resource.language,
        name: text(name),
        name_prefix: text(name_prefix),
        description: text(description),
        in_default_vpc: in_default_vpc(resource, vpc.as_ref(), names),
        vpc: vpc.map(|vpc| vpc_text(&vpc, names)),
        foreign_owner: None,
        head: resource.head,
        span: resource.span,
        calls: resource.calls.clone(),
        presence: resource.presence.clone(),
        unknown_rules: Vec::new(),
    }
}

/// A VPC's default group that nobody adopts: it stands where its VPC stands.
fn default_group(vpc: &Resource) -> Group {
    let suffixed = |address: &str| Arc::from(format!("{address} (default group)"));
    Group {
        address: suffixed(&vpc.address),
        declared: suffixed(&vpc.declared),
        role: GroupRole::Default,
        language: vpc.language,
        name: None,
        name_prefix: None,
        description: None,
        vpc: Some(implied(vpc.head, vpc_name(vpc))),
        in_default_vpc: Some(&*vpc.kind == "aws_default_vpc"),
        foreign_owner: None,
        head: vpc.head,
        span: vpc.span,
        calls: vpc.calls.clone(),
        presence: vpc.presence.clone(),
        unknown_rules: Vec::new(),
    }
}

/// The VPC of the configuration that a group lies in.
fn vpc_of<'a>(group: &Resource, names: &Names<'a>) -> Option<&'a Resource> {
    let name = match group.language {
        Language::Terraform => "vpc_id",
        Language::CloudFormation => "VpcId",
    };
    names.resource(&group.attribute(name)?.value.as_reference()?.address).filter(|vpc| is_any_vpc(vpc))
}

fn is_any_vpc(resource: &Resource) -> bool {
    matches!(&*resource.kind, "aws_vpc" | "aws_default_vpc" | "AWS::EC2::VPC")
}

/// The VPC as text: every reference to one VPC reads the same.
fn vpc_text(vpc: &Argument, names: &Names<'_>) -> Field<String> {
    read(vpc.place, &vpc.value, "a VPC id", |value| match &value.kind {
        ValueKind::Reference(reference) => Some(match names.resource(&reference.address) {
            Some(resource) if is_any_vpc(resource) => vpc_name(resource),
            _ => reference.to_string(),
        }),
        _ => value.to_text().map(|text| text.to_string()),
    })
}

fn vpc_name(vpc: &Resource) -> String {
    match vpc.language {
        Language::Terraform => format!("{}.id", vpc.address),
        Language::CloudFormation => vpc.address.to_string(),
    }
}

/// A group without VPC is created in the default one, in both languages.
fn in_default_vpc(resource: &Resource, vpc: Option<&Argument>, names: &Names<'_>) -> Option<bool> {
    let Some(vpc) = vpc else { return (resource.mode == Mode::Managed).then_some(true) };
    let vpc = names.resource(&vpc.value.as_reference()?.address)?;
    match (&*vpc.kind, vpc.mode) {
        ("aws_default_vpc", Mode::Managed) => Some(true),
        ("aws_vpc" | "AWS::EC2::VPC", Mode::Managed) => Some(false),
        ("aws_vpc", Mode::Data) => vpc.attribute("default")?.value.as_bool(),
        _ => None,
    }
}

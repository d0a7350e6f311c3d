//! Groups: declared, adopted, looked up, and the default groups that are reached through their VPC.

use std::sync::Arc;

use super::elsewhere::asked_owner;
use super::fields::{Argument, implied};
use super::identities::{self, identity};
use super::lifecycle::{CreatedFirst, lifecycle};
use super::mentions::Mentions;
use super::references::Names;
use super::regions::region_of;
use super::tags::tags;
use crate::network::lifecycle::Lifecycle;
use crate::network::model::{Group, GroupId, GroupRole};
use crate::network::tags::Tags;
use crate::resource::{Cause, Configuration, Language, Mode, Resource, Unknown, Value};

/// Reads every group of a configuration and registers what names it. Managed groups come first, then those
/// that are looked up, then default groups that are only reached through their VPC.
pub(super) fn groups(
    configuration: &Configuration,
    mentions: &Mentions,
    names: &mut Names<'_>,
) -> Vec<Group> {
    let mut groups = Vec::new();
    let created_first = CreatedFirst::of(configuration);
    let of_mode = |mode| configuration.resources.iter().filter(move |resource| resource.mode == mode);
    for resource in of_mode(Mode::Managed) {
        let role = match &*resource.kind {
            "aws_security_group" | "awscc_ec2_security_group" | "AWS::EC2::SecurityGroup" => {
                GroupRole::Declared
            }
            "aws_default_security_group" => GroupRole::Default,
            _ => continue,
        };
        let group = Group {
            tags: tags(resource),
            lifecycle: lifecycle(resource, &created_first),
            ..describe(resource, role, names)
        };
        let id = add(&mut groups, names, &resource.address, group);
        if role == GroupRole::Default
            && let Some(vpc) = vpc_of(resource, names)
        {
            names.add_default_group(Arc::clone(&vpc.address), id);
        }
    }
    for resource in of_mode(Mode::Data) {
        match &*resource.kind {
            "aws_security_group" => look_up(resource, &mut groups, names),
            // Another template declares it, and exports it.
            "AWS::EC2::SecurityGroup" => {
                let group = describe(resource, GroupRole::External, names);
                add(&mut groups, names, &resource.address, group);
            }
            _ => {}
        }
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
    for id in handed_over(configuration, mentions, names) {
        groups[id.0].is_adopted = true;
    }
    groups
}

/// The default groups whose ids a template gives to custom resources. CloudFormation has no other way to change them
/// (DF-08).
fn handed_over<'a>(
    configuration: &'a Configuration,
    mentions: &'a Mentions,
    names: &'a Names<'_>,
) -> impl Iterator<Item = GroupId> + 'a {
    let is_custom =
        |kind: &str| kind.starts_with("Custom::") || kind == "AWS::CloudFormation::CustomResource";
    let resources = configuration.resources.iter().enumerate();
    let custom = resources.filter(move |(_, resource)| is_custom(&resource.kind));
    let references = custom.flat_map(|(index, _)| mentions.references_of(index));
    references.filter_map(|reference| names.default_group_of(&names.default_group_owner(reference)?.address))
}

fn add(groups: &mut Vec<Group>, names: &mut Names<'_>, address: &Arc<str>, group: Group) -> GroupId {
    let id = GroupId(groups.len());
    names.add_group(address, id, &group);
    groups.push(group);
    id
}

/// A data source: another view of a group that is already known, or a group that exists elsewhere.
fn look_up(resource: &Resource, groups: &mut Vec<Group>, names: &mut Names<'_>) {
    let identity = resource.attribute("id").map(|attribute| &attribute.value);
    let declared = identity
        .and_then(Value::as_reference)
        .and_then(|reference| names.group_of(names.resource(&reference.address)?));
    if let Some(id) = declared {
        names.add_alias(&resource.address, id);
        return;
    }
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
    if let Some(text) = identity.and_then(Value::as_str) {
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

/// A group as far as the looks of it are the same whether it is declared or looked up.
fn describe(resource: &Resource, role: GroupRole, names: &Names<'_>) -> Group {
    let [name, name_prefix, description, vpc] = match resource.language {
        Language::Terraform if &*resource.kind == "awscc_ec2_security_group" => {
            ["group_name", "", "group_description", "vpc_id"]
        }
        Language::Terraform => ["name", "name_prefix", "description", "vpc_id"],
        Language::CloudFormation => ["GroupName", "", "GroupDescription", "VpcId"],
    };
    let text = |name| Argument::of(resource, name).map(|argument| argument.text_in_parts());
    let vpc = Argument::of(resource, vpc);
    let elsewhere = Cause::LookedUp(format!("the tags of {}", resource.address));
    let elsewhere = Arc::new(Unknown::new(elsewhere, resource.head));
    Group {
        address: Arc::clone(&resource.address),
        declared: Arc::clone(&resource.declared),
        role,
        language: resource.language,
        name: text(name),
        name_prefix: text(name_prefix),
        description: text(description),
        region: region_of(resource),
        in_default_vpc: in_default_vpc(resource, vpc.as_ref(), names),
        vpc: vpc.map(|vpc| identity(&vpc, "a VPC id", names)),
        foreign_owner: (resource.mode == Mode::Data).then(|| asked_owner(resource)).flatten(),
        is_shared_here: false,
        is_adopted: &*resource.kind == "aws_default_security_group",
        head: resource.head,
        span: resource.span,
        calls: resource.calls.clone(),
        presence: resource.presence.clone(),
        tags: Tags::unknown(&elsewhere),
        lifecycle: Lifecycle::default(),
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
        vpc: Some(implied(vpc.head, identities::of(vpc))),
        region: region_of(vpc),
        in_default_vpc: Some(&*vpc.kind == "aws_default_vpc"),
        foreign_owner: None,
        is_shared_here: false,
        is_adopted: false,
        head: vpc.head,
        span: vpc.span,
        calls: vpc.calls.clone(),
        presence: vpc.presence.clone(),
        tags: Tags::default(),
        lifecycle: Lifecycle::default(),
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

/// A group without VPC is created in the default one, in both languages.
fn in_default_vpc(resource: &Resource, vpc: Option<&Argument>, names: &Names<'_>) -> Option<bool> {
    let Some(vpc) = vpc else { return (resource.mode == Mode::Managed).then_some(true) };
    let vpc = names.resource(&vpc.value.as_reference()?.address)?;
    match (&*vpc.kind, vpc.mode) {
        ("aws_default_vpc", Mode::Managed) => Some(true),
        ("aws_vpc", Mode::Managed) | ("AWS::EC2::VPC", _) => Some(false),
        ("aws_vpc", Mode::Data) => vpc.attribute("default")?.value.as_bool(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Draft, permissions, uses};
    use super::*;
    use crate::network::model::{Field, Network};

    fn roles(network: &Network) -> Vec<(&str, GroupRole)> {
        network.groups.iter().map(|group| (&*group.address, group.role)).collect()
    }

    fn known<T>(field: Option<&Field<T>>) -> Option<&T> {
        field.and_then(Field::known)
    }

    #[test]
    fn what_is_written_on_a_group_is_read() {
        let draft = Draft::terraform();
        let attributes = vec![
            ("name", draft.text("web")),
            ("description", draft.input("var.text")),
            ("vpc_id", draft.refer("aws_vpc.main", "id")),
        ];
        let network = draft.network(vec![
            draft.resource("aws_vpc.main", vec![]),
            draft.resource("aws_security_group.web", attributes),
        ]);
        let group = &network.groups[0];
        assert_eq!(known(group.name.as_ref()).and_then(|name| name.known().ok()), Some("web"));
        assert_eq!(known(group.vpc.as_ref()).map(String::as_str), Some("aws_vpc.main.id"));
        assert!(group.description.as_ref().unwrap().value.is_err());
        assert!(group.name_prefix.is_none());
        assert_eq!(group.in_default_vpc, Some(false));
    }

    #[test]
    fn the_default_vpc_is_known_by_absence_adoption_and_lookup() {
        let draft = Draft::terraform();
        let in_vpc = |name: &str, vpc: Value| draft.resource(name, vec![("vpc_id", vpc)]);
        let network = draft.network(vec![
            draft.resource("aws_default_vpc.it", vec![]),
            draft.resource("data.aws_vpc.it", vec![("default", draft.truth(true))]),
            draft.resource("data.aws_vpc.other", vec![]),
            draft.resource("aws_security_group.absent", vec![]),
            in_vpc("aws_security_group.adopted", draft.refer("aws_default_vpc.it", "id")),
            in_vpc("aws_security_group.looked_up", draft.refer("data.aws_vpc.it", "id")),
            in_vpc("aws_security_group.other", draft.refer("data.aws_vpc.other", "id")),
            in_vpc("aws_security_group.literal", draft.text("vpc-12345678")),
            in_vpc("aws_security_group.input", draft.input("var.vpc")),
        ]);
        let in_default: Vec<_> = network.groups.iter().map(|group| group.in_default_vpc).collect();
        assert_eq!(in_default, [Some(true), Some(true), Some(true), None, None, None]);
    }

    #[test]
    fn managed_groups_come_before_looked_up_ones() {
        let draft = Draft::terraform();
        let filter =
            draft.map(vec![("name", draft.text("group-name")), ("values", draft.texts(&["default"]))]);
        let network = draft.network(vec![
            draft.resource("data.aws_security_group.shared", vec![("id", draft.text("sg-01234567"))]),
            draft.resource("data.aws_security_group.named", vec![("name", draft.text("default"))]),
            draft.resource("data.aws_security_group.filtered", vec![("filter", draft.list(vec![filter]))]),
            draft.resource("aws_security_group.web", vec![]),
            draft.resource("aws_default_security_group.adopted", vec![]),
        ]);
        assert_eq!(
            roles(&network),
            [
                ("aws_security_group.web", GroupRole::Declared),
                ("aws_default_security_group.adopted", GroupRole::Default),
                ("data.aws_security_group.shared", GroupRole::External),
                ("data.aws_security_group.named", GroupRole::Default),
                ("data.aws_security_group.filtered", GroupRole::Default),
            ]
        );
    }

    #[test]
    fn every_way_to_the_default_group_of_a_vpc_leads_to_one_group() {
        let draft = Draft::terraform();
        let vpc = || draft.refer("aws_vpc.main", "id");
        let looked_up = vec![("name", draft.text("default")), ("vpc_id", vpc())];
        let instance = vec![(
            "vpc_security_group_ids",
            draft.list(vec![
                draft.refer("aws_vpc.main", "default_security_group_id"),
                draft.refer("data.aws_security_group.it", "id"),
                draft.refer("aws_default_security_group.it", "id"),
            ]),
        )];
        let network = draft.network(vec![
            draft.resource("aws_vpc.main", vec![]),
            draft.resource("data.aws_security_group.it", looked_up),
            draft.resource("aws_default_security_group.it", vec![("vpc_id", vpc())]),
            draft.resource("aws_instance.web", instance),
        ]);
        assert_eq!(roles(&network), [("aws_default_security_group.it", GroupRole::Default)]);
        let attach = "attach aws_instance.web vpc_security_group_ids: aws_default_security_group.it";
        assert_eq!(uses(&network), [attach; 3]);
        assert_eq!(permissions(&network), [""; 0], "adoption removes the initial rules");
    }

    #[test]
    fn a_custom_resource_may_take_the_default_group_over() {
        let draft = Draft::cloudformation();
        let group = |vpc| vec![("GroupId", draft.refer(vpc, "DefaultSecurityGroup"))];
        let network = draft.network(vec![
            draft.logical("Closed", "AWS::EC2::VPC", vec![]),
            draft.logical("Open", "AWS::EC2::VPC", vec![]),
            draft.logical("Close", "Custom::VpcRestrictDefaultSG", group("Closed")),
            draft.logical("Named", "AWS::SSM::Parameter", group("Open")),
        ]);
        let adopted: Vec<_> =
            network.groups.iter().map(|group| (&*group.address, group.is_adopted)).collect();
        assert_eq!(adopted, [("Closed (default group)", true), ("Open (default group)", false)]);
    }

    #[test]
    fn a_default_group_that_nobody_adopts_appears_when_it_is_named() {
        let draft = Draft::terraform();
        let vpcs = |names: &[&str]| names.iter().map(|name| draft.resource(name, vec![])).collect::<Vec<_>>();
        let ids = draft.list(vec![draft.refer("aws_vpc.main", "default_security_group_id")]);
        let mut resources = vpcs(&["aws_vpc.main", "aws_vpc.other"]);
        resources.push(draft.resource("aws_instance.web", vec![("vpc_security_group_ids", ids)]));
        let network = draft.network(resources);
        assert_eq!(roles(&network), [("aws_vpc.main (default group)", GroupRole::Default)]);
        assert_eq!(
            permissions(&network),
            [
                "aws_vpc.main (default group) ingress all --- self",
                "aws_vpc.main (default group) egress all --- 0.0.0.0/0",
            ]
        );
    }
}

//! What resource shares hand to other accounts (RA-01 … RA-16).

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Builder;
use super::fields::{Argument, at, flatten, implied, read, reason};
use super::identities;
use super::references::Named;
use super::tables::Item;
use crate::network::model::{Field, GroupTarget, PrefixListTarget, Share, SharedGroup, UseRole};
use crate::resource::{Resource, Value, ValueKind};
use crate::source::Span;

/// Terraform's shares by what identifies them: resources of their own add what they hold and whom they serve.
pub(super) type Shares = FxHashMap<String, usize>;

/// `aws_ram_resource_share`.
pub(super) fn share(builder: &mut Builder<'_>, resource: &Resource) {
    share_called(builder, resource.address.to_string(), resource);
}

/// `aws_ram_resource_association`.
pub(super) fn association(builder: &mut Builder<'_>, resource: &Resource) {
    let share = share_of(builder, resource);
    record(builder, resource, "resource_arn", share);
}

/// `aws_ram_principal_association`.
pub(super) fn principal(builder: &mut Builder<'_>, resource: &Resource) {
    let share = share_of(builder, resource);
    let principal = Argument::of(resource, "principal").map(|principal| text_or_reference(&principal));
    builder.network.shares[share].principals.extend(principal);
}

/// `AWS::RAM::ResourceShare`: one resource says it all.
pub(super) fn template(builder: &mut Builder<'_>, resource: &Resource) {
    // External principals are allowed unless the share says otherwise (RA-05).
    let written = Argument::of(resource, "AllowExternalPrincipals");
    let external = written.map_or_else(|| implied(resource.head, true), |argument| argument.truth());
    let share = builder.network.shares.len();
    let principals = Argument::of(resource, "Principals").map_or_else(Vec::new, |principals| {
        let Argument { place, value } = principals;
        flatten(&value).into_iter().map(|value| text_or_reference(&Argument { place, value })).collect()
    });
    builder.network.shares.push(Share { principals, ..empty(resource, Some(external)) });
    record(builder, resource, "ResourceArns", share);
}

/// The share that a resource adds to. One that is not known is a share of its own.
fn share_of(builder: &mut Builder<'_>, resource: &Resource) -> usize {
    let named = Argument::of(resource, "resource_share_arn");
    let name = named.as_ref().and_then(|Argument { value, .. }| match value.as_reference() {
        Some(reference) => Some(reference.address.to_string()),
        None => value.as_str().map(str::to_owned),
    });
    share_called(builder, name.unwrap_or_else(|| resource.address.to_string()), resource)
}

/// The share of a name, which `resource` is or adds to.
fn share_called(builder: &mut Builder<'_>, name: String, resource: &Resource) -> usize {
    let declared = builder.names.resource(&name).filter(|share| &*share.kind == "aws_ram_resource_share");
    let name = declared.map_or(name, |share| share.address.to_string());
    let shares = &mut builder.network.shares;
    *builder.shares.entry(name).or_insert_with(|| {
        // External principals are refused unless the share says otherwise (RA-05).
        let external = declared.map(|share| {
            let written = Argument::of(share, "allow_external_principals");
            written.map_or_else(|| implied(share.head, false), |argument| argument.truth())
        });
        shares.push(empty(declared.unwrap_or(resource), external));
        shares.len() - 1
    })
}

fn empty(resource: &Resource, external_allowed: Option<Field<bool>>) -> Share {
    Share {
        resource: Arc::clone(&resource.address),
        declared: Arc::clone(&resource.declared),
        groups: Vec::new(),
        subnets: Vec::new(),
        prefix_lists: Vec::new(),
        unknown_items: None,
        principals: Vec::new(),
        external_allowed,
        head: resource.head,
        span: resource.span,
        calls: resource.calls.clone(),
        presence: resource.presence.clone(),
    }
}

/// A principal: an id or ARN, or the identity of what the configuration creates.
fn text_or_reference(principal: &Argument) -> Field<String> {
    read(principal.place, &principal.value, "a principal", |value| match value.as_reference() {
        Some(reference) => Some(reference.to_string()),
        None => value.to_text().map(|text| text.to_string()),
    })
}

/// Adds what an argument names by ARN to a share.
fn record(builder: &mut Builder<'_>, resource: &Resource, argument: &str, share: usize) {
    let Some(Argument { place, value }) = Argument::of(resource, argument) else { return };
    for item in flatten(&value) {
        let groups: Vec<_> = builder.names.named(&item, Item::Arn).into_iter().filter(is_group).collect();
        if groups.is_empty() {
            record_other(builder, place, &item, share);
        }
        for Named { value, target } in groups {
            let group = at(place, &value, target);
            builder.record_use(resource, UseRole::Share, argument, group.clone());
            builder.network.shares[share].groups.push(shared_group(resource, group));
        }
    }
}

fn shared_group(resource: &Resource, group: Field<GroupTarget>) -> SharedGroup {
    SharedGroup {
        group,
        resource: Arc::clone(&resource.address),
        head: resource.head,
        span: resource.span,
        calls: resource.calls.clone(),
        presence: resource.presence.clone(),
    }
}

/// The groups that the plan takes out of a share: what put them there is destroyed.
pub(super) fn lifted(builder: &mut Builder<'_>) {
    for resource in &builder.names.configuration.destroyed {
        let Some(Argument { place, value }) = Argument::of(resource, "resource_arn") else { continue };
        let groups = builder.names.named(&value, Item::Arn).into_iter().filter(is_group);
        let groups = groups.map(|Named { value, target }| shared_group(resource, at(place, &value, target)));
        builder.network.lifted.extend(groups);
    }
}

/// Whether something that is shared is known to be a group: some other thing may be, and mostly is.
fn is_group(named: &Named) -> bool {
    match &named.target {
        GroupTarget::Group(_) => true,
        GroupTarget::External(text) => text.contains(":security-group/"),
        GroupTarget::Dangling(_) | GroupTarget::Misnamed(_) | GroupTarget::Unknown(_) => false,
    }
}

/// Adds what is no group: a subnet or a prefix list, whose sharing groups depend on (RA-07, RA-10).
fn record_other(builder: &mut Builder<'_>, place: Span, item: &Value, share: usize) {
    let share = &mut builder.network.shares[share];
    if let Some(id) = item.as_str().and_then(|text| text.split_once(":subnet/")).map(|(_, id)| id) {
        share.subnets.push(at(place, item, id.to_owned()));
        return;
    }
    let named = item.references();
    for value in &named {
        let Some(resource) = value.as_reference().and_then(|it| builder.names.resource(&it.address)) else {
            continue;
        };
        if let PrefixListTarget::Declared(list) = builder.names.prefix_list(value) {
            share.prefix_lists.push(list);
        } else if matches!(&*resource.kind, "aws_subnet" | "aws_default_subnet" | "AWS::EC2::Subnet") {
            share.subnets.push(at(place, value, identities::of(resource)));
        }
    }
    if named.is_empty() && matches!(item.kind, ValueKind::Unknown(_) | ValueKind::Template(_)) {
        let why = reason(item, "an ARN", item.origin.narrowest_in(place));
        share.unknown_items.get_or_insert(why);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Draft, target, uses};
    use crate::network::model::{Field, Network, PrefixListId};
    use crate::resource::{Cause, StepKind, Value};

    fn shares(network: &Network) -> Vec<String> {
        let words = |share: &crate::network::model::Share| {
            let known = |field: &Field<String>| field.known().unwrap().clone();
            let principals: Vec<_> = share.principals.iter().map(known).collect();
            let subnets: Vec<_> = share.subnets.iter().map(known).collect();
            let groups: Vec<_> =
                share.groups.iter().map(|shared| target(network, shared.group.known().unwrap())).collect();
            let external = share.external_allowed.as_ref().map(|external| external.known().copied());
            format!("{} {groups:?} {subnets:?} {principals:?} {external:?}", share.resource)
        };
        network.shares.iter().map(words).collect()
    }

    fn terraform(draft: &Draft, share: Vec<(&str, Value)>, shared: Value) -> Network {
        let arn = || draft.refer("aws_ram_resource_share.it", "arn");
        draft.network(vec![
            draft.resource("aws_security_group.web", vec![]),
            draft.resource("aws_subnet.a", vec![]),
            draft.resource("aws_ec2_managed_prefix_list.office", vec![]),
            draft.resource(
                "aws_ram_resource_association.it",
                vec![("resource_arn", shared), ("resource_share_arn", arn())],
            ),
            draft.resource("aws_ram_resource_share.it", share),
            draft.resource(
                "aws_ram_principal_association.it",
                vec![("principal", draft.text("123456789012")), ("resource_share_arn", arn())],
            ),
        ])
    }

    #[test]
    fn terraform_refuses_external_principals_unless_told_otherwise() {
        let draft = Draft::terraform();
        let arn = || draft.refer("aws_security_group.web", "arn");
        let network = terraform(&draft, vec![], arn());
        assert_eq!(
            shares(&network),
            [r#"aws_ram_resource_share.it ["aws_security_group.web"] [] ["123456789012"] Some(Some(false))"#]
        );
        let implied = network.shares[0].external_allowed.as_ref().unwrap();
        assert_eq!(implied.origin.steps()[0].kind, StepKind::Implied);
        assert_eq!(
            uses(&network),
            ["share aws_ram_resource_association.it resource_arn: aws_security_group.web"]
        );
        let told = terraform(&draft, vec![("allow_external_principals", draft.truth(true))], arn());
        assert_eq!(told.shares[0].external_allowed.as_ref().and_then(Field::known), Some(&true));
    }

    #[test]
    fn subnets_and_prefix_lists_are_shared_beside_groups() {
        let draft = Draft::terraform();
        let network = terraform(&draft, vec![], draft.refer("aws_subnet.a", "arn"));
        assert_eq!(
            shares(&network),
            [r#"aws_ram_resource_share.it [] ["aws_subnet.a.id"] ["123456789012"] Some(Some(false))"#]
        );
        assert_eq!(uses(&network), [""; 0]);
        let network = terraform(&draft, vec![], draft.refer("aws_ec2_managed_prefix_list.office", "arn"));
        assert_eq!(network.shares[0].prefix_lists, [PrefixListId(0)]);
        let network = terraform(&draft, vec![], draft.input("var.arn"));
        assert!(network.shares[0].unknown_items.is_some());
        assert!(network.shares[0].groups.is_empty());
    }

    #[test]
    fn a_share_that_is_declared_elsewhere_says_nothing_of_external_principals() {
        let draft = Draft::terraform();
        let association = |name: &str, share: Value| {
            let arn = draft.refer("aws_security_group.web", "arn");
            draft.resource(name, vec![("resource_arn", arn), ("resource_share_arn", share)])
        };
        let literal = "arn:aws:ram:eu-west-1:123456789012:resource-share/1";
        let network = draft.network(vec![
            draft.resource("aws_security_group.web", vec![]),
            association("aws_ram_resource_association.a", draft.text(literal)),
            association("aws_ram_resource_association.b", draft.text(literal)),
            association("aws_ram_resource_association.c", draft.input("var.share")),
        ]);
        assert_eq!(
            shares(&network),
            [
                r#"aws_ram_resource_association.a ["aws_security_group.web", "aws_security_group.web"] [] [] None"#,
                r#"aws_ram_resource_association.c ["aws_security_group.web"] [] [] None"#,
            ]
        );
    }

    #[test]
    fn a_cloudformation_share_names_what_it_holds_by_arn() {
        let draft = Draft::cloudformation();
        let arn = |what: &str, named: Value| {
            draft.template(vec![
                draft.text("arn:aws:ec2:"),
                draft.unknown(Cause::LookedUp("AWS::Region".into())),
                draft.text(what),
                named,
            ])
        };
        let group = arn(":123456789012:security-group/", draft.refer("Web", "GroupId"));
        let own = arn(":123456789012:subnet/", draft.refer("Subnet", "Ref"));
        let literal = draft.text("arn:aws:ec2:eu-west-1:123456789012:security-group/sg-11111111");
        let subnet = draft.text("arn:aws:ec2:eu-west-1:123456789012:subnet/subnet-11111111");
        let share = vec![
            ("ResourceArns", draft.list(vec![group, subnet, literal, own])),
            ("Principals", draft.texts(&["o-1"])),
        ];
        let network = draft.network(vec![
            draft.logical("Web", "AWS::EC2::SecurityGroup", vec![]),
            draft.logical("Subnet", "AWS::EC2::Subnet", vec![]),
            draft.logical("Share", "AWS::RAM::ResourceShare", share),
        ]);
        assert_eq!(
            shares(&network),
            [
                r#"Share ["Web", "external arn:aws:ec2:eu-west-1:123456789012:security-group/sg-11111111"] ["subnet-11111111", "Subnet"] ["o-1"] Some(Some(true))"#,
            ]
        );
    }
}

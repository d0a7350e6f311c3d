//! Groups that a resource share hands to other accounts (RA-01 … RA-16).

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Builder;
use super::fields::{Argument, at, flatten, implied, read};
use super::references::Named;
use super::tables::Item;
use crate::network::model::{Field, GroupTarget, Share, UseRole};
use crate::resource::{Configuration, Resource, Value};

/// Whom Terraform's shares serve, by share: a resource of its own adds each principal.
pub(super) struct Principals(FxHashMap<String, Vec<Field<String>>>);

impl Principals {
    /// Reads the principals of every share.
    pub(super) fn of(configuration: &Configuration) -> Self {
        let mut principals: FxHashMap<_, Vec<_>> = FxHashMap::default();
        for resource in &configuration.resources {
            if &*resource.kind != "aws_ram_principal_association" {
                continue;
            }
            let share = resource.attribute("resource_share_arn").and_then(|share| share_key(&share.value));
            if let (Some(share), Some(principal)) = (share, Argument::of(resource, "principal")) {
                principals.entry(share).or_default().push(text_or_reference(&principal));
            }
        }
        Self(principals)
    }
}

/// What identifies a share: the resource that declares it, or its ARN.
fn share_key(share: &Value) -> Option<String> {
    match share.as_reference() {
        Some(reference) => Some(reference.address.to_string()),
        None => share.as_str().map(str::to_owned),
    }
}

/// Terraform: the share, what it holds and whom it serves are resources of their own.
pub(super) fn association(builder: &mut Builder<'_>, resource: &Resource) {
    let share = Argument::of(resource, "resource_share_arn").map(|argument| argument.value);
    let declared = share.as_ref().and_then(|share| builder.names.resource(&share.as_reference()?.address));
    let declared = declared.filter(|share| &*share.kind == "aws_ram_resource_share");
    // External principals are refused unless the share says otherwise (RA-05).
    let external_allowed = declared.map(|share| {
        let written = Argument::of(share, "allow_external_principals");
        written.map_or_else(|| implied(share.head, false), |argument| argument.truth())
    });
    let principals = share.as_ref().and_then(share_key);
    let principals =
        principals.and_then(|share| builder.principals.0.get(&share)).cloned().unwrap_or_default();
    let address = declared.map_or(&resource.address, |share| &share.address);
    let template = |group| Share {
        resource: Arc::clone(address),
        group,
        principals: principals.clone(),
        external_allowed: external_allowed.clone(),
        head: resource.head,
        span: resource.span,
    };
    record(builder, resource, "resource_arn", template);
}

/// CloudFormation: one resource says it all.
pub(super) fn share(builder: &mut Builder<'_>, resource: &Resource) {
    let principals = Argument::of(resource, "Principals").map_or_else(Vec::new, |principals| {
        let Argument { place, value } = principals;
        flatten(&value).into_iter().map(|value| text_or_reference(&Argument { place, value })).collect()
    });
    // External principals are allowed unless the share says otherwise (RA-05).
    let written = Argument::of(resource, "AllowExternalPrincipals");
    let external_allowed = written.map_or_else(|| implied(resource.head, true), |argument| argument.truth());
    let template = |group| Share {
        resource: Arc::clone(&resource.address),
        group,
        principals: principals.clone(),
        external_allowed: Some(external_allowed.clone()),
        head: resource.head,
        span: resource.span,
    };
    record(builder, resource, "ResourceArns", template);
}

/// A principal: an id or ARN, or the identity of what the configuration creates.
fn text_or_reference(principal: &Argument) -> Field<String> {
    read(principal.place, &principal.value, "a principal", |value| match value.as_reference() {
        Some(reference) => Some(reference.to_string()),
        None => value.to_text().map(|text| text.to_string()),
    })
}

/// Adds a share for each group that an argument names by ARN.
fn record(
    builder: &mut Builder<'_>,
    resource: &Resource,
    argument: &str,
    template: impl Fn(Field<GroupTarget>) -> Share,
) {
    let Some(Argument { place, value }) = Argument::of(resource, argument) else { return };
    for Named { value, target } in builder.names.named(&value, Item::Arn) {
        let is_group = match &target {
            GroupTarget::Group(_) => true,
            GroupTarget::External(text) => text.contains(":security-group/"),
            // Some other thing may be shared there, and mostly is.
            GroupTarget::Dangling(_) | GroupTarget::Unknown(_) => false,
        };
        if is_group {
            let group = at(place, &value, target);
            builder.record_use(resource, UseRole::Share, argument, group.clone());
            builder.network.shares.push(template(group));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Draft, target, uses};
    use crate::network::model::{Field, Network};
    use crate::resource::{Cause, StepKind, Value};

    fn shares(network: &Network) -> Vec<String> {
        let words = |share: &crate::network::model::Share| {
            let principals: Vec<_> =
                share.principals.iter().map(|principal| principal.known().unwrap()).collect();
            let external = share.external_allowed.as_ref().map(|external| external.known().copied());
            let group = target(network, share.group.known().unwrap());
            format!("{} {group} {principals:?} {external:?}", share.resource)
        };
        network.shares.iter().map(words).collect()
    }

    fn terraform(draft: &Draft, share: Vec<(&str, Value)>, shared: Value) -> Network {
        let arn = || draft.refer("aws_ram_resource_share.it", "arn");
        draft.network(vec![
            draft.resource("aws_security_group.web", vec![]),
            draft.resource("aws_subnet.a", vec![]),
            draft.resource("aws_ram_resource_share.it", share),
            draft.resource(
                "aws_ram_resource_association.it",
                vec![("resource_arn", shared), ("resource_share_arn", arn())],
            ),
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
            [r#"aws_ram_resource_share.it aws_security_group.web ["123456789012"] Some(Some(false))"#]
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
    fn shares_of_other_things_do_not_count() {
        let draft = Draft::terraform();
        for shared in [draft.refer("aws_subnet.a", "arn"), draft.input("var.arn")] {
            let network = terraform(&draft, vec![], shared);
            assert_eq!((shares(&network), uses(&network)), (vec![], vec![]));
        }
    }

    #[test]
    fn a_cloudformation_share_names_groups_by_arn() {
        let draft = Draft::cloudformation();
        let arn = draft.template(vec![
            draft.text("arn:aws:ec2:"),
            draft.unknown(Cause::LookedUp("AWS::Region".into())),
            draft.text(":123456789012:security-group/"),
            draft.refer("Web", "GroupId"),
        ]);
        let literal = draft.text("arn:aws:ec2:eu-west-1:123456789012:security-group/sg-11111111");
        let subnet = draft.text("arn:aws:ec2:eu-west-1:123456789012:subnet/subnet-11111111");
        let share = vec![
            ("ResourceArns", draft.list(vec![arn, subnet, literal])),
            ("Principals", draft.texts(&["o-1"])),
        ];
        let network = draft.network(vec![
            draft.logical("Web", "AWS::EC2::SecurityGroup", vec![]),
            draft.logical("Share", "AWS::RAM::ResourceShare", share),
        ]);
        assert_eq!(
            shares(&network),
            [
                r#"Share Web ["o-1"] Some(Some(true))"#,
                r#"Share external arn:aws:ec2:eu-west-1:123456789012:security-group/sg-11111111 ["o-1"] Some(Some(true))"#,
            ]
        );
    }
}

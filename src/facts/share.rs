//! Resource shares: whom they may serve.

use std::sync::Arc;

use super::draft::{Draft, Known};
use super::reading::{Context, not_known, told};
use super::{Fact, Kind, Place};
use crate::network::model::{Field, Share};
use crate::resource::{Cause, StepKind};

/// One fact for each share that holds groups or subnets; the others are not about network access.
pub(super) fn facts(context: &Context<'_>) -> Vec<Fact> {
    let shares = context.network.shares.iter();
    shares
        .filter(|share| !share.groups.is_empty() || !share.subnets.is_empty())
        .map(|share| fact(context, share))
        .collect()
}

fn fact(context: &Context<'_>, share: &Share) -> Fact {
    let external = external(share);
    let services = principals(share, is_service);
    let by_default = external.clone().map(|external| external && is_left_at_default(share));
    Draft::new(Kind::Share, &share.resource, &share.declared, context.language, share.head)
        .key("share")
        .set("groups", share.groups.len())
        .set("subnets", share.subnets.len())
        .known("principals", principals(share, |_| true))
        .known("outsiders", outsiders(share, &external, &services))
        .known("external", external)
        .known("external_by_default", by_default)
        .known("service_principals", services)
        .place("outsiders", outsiders_place(share))
        .anchor(share.span)
        .calls(&share.calls)
        .presence(&share.presence)
        .finish()
}

fn external(share: &Share) -> Known<bool> {
    match &share.external_allowed {
        Some(field) => field.value.clone(),
        None => Err(not_known(Cause::LookedUp(format!("the share of {}", share.resource)), share.head)),
    }
}

/// The principals that are wanted. That there are no others is known only if all are.
fn principals(share: &Share, wanted: impl Fn(&str) -> bool) -> Known<Vec<String>> {
    let is_wanted = |principal: &&Field<String>| principal.known().is_some_and(|text| wanted(text));
    let found = share.principals.iter().filter(is_wanted);
    let found: Vec<_> = found.map(|it| told(it).map(str::to_owned)).collect::<Known<_>>()?;
    match share.principals.iter().find_map(|principal| principal.value.as_ref().err()) {
        Some(why) if found.is_empty() => Err(Arc::clone(why)),
        _ => Ok(found),
    }
}

/// `ecs.amazonaws.com`: no account, so of no organization (RA-04).
fn is_service(principal: &str) -> bool {
    principal.ends_with(".amazonaws.com") || principal.ends_with(".amazonaws.com.cn")
}

/// Whether the share says nothing of accounts outside of the organization: what its language takes then counts (RA-05).
fn is_left_at_default(share: &Share) -> bool {
    let is_implied =
        |field: &Field<bool>| field.origin.steps().iter().any(|step| step.kind == StepKind::Implied);
    share.external_allowed.as_ref().is_some_and(is_implied)
}

/// Who outside of the organization may have it: those whom it names itself before those whom it does not keep out.
fn outsiders(share: &Share, external: &Known<bool>, services: &Known<Vec<String>>) -> Known<String> {
    const ACCOUNTS: &str = "accounts outside of the organization";
    let external = *external.as_ref().map_err(Arc::clone)?;
    if external && !is_left_at_default(share) {
        return Ok(ACCOUNTS.to_owned());
    }
    match (&services.as_ref().map_err(Arc::clone)?[..], external) {
        ([], false) => Ok(String::new()),
        ([], true) => Ok(format!("{ACCOUNTS}, as CloudFormation does by default")),
        ([service], _) => Ok(format!("the service {service}")),
        (services, _) => Ok(format!("the services {}", services.join(", "))),
    }
}

/// Where the share says so itself.
fn outsiders_place(share: &Share) -> Option<Place> {
    let external = share.external_allowed.as_ref();
    if let Some(field) = external.filter(|field| field.known() == Some(&true) && !is_left_at_default(share)) {
        return Some(Place::of(field));
    }
    let mut principals = share.principals.iter();
    principals.find(|principal| principal.known().is_some_and(|text| is_service(text))).map(Place::of)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Builder, bool_of, int_of, list_of, text_of};
    use super::*;
    use crate::network::model::GroupTarget;
    use crate::resource::{Marks, Origin, SENSITIVE_TEXT};

    fn shared(change: impl FnOnce(&mut Builder)) -> Fact {
        let mut builder = Builder::terraform();
        let group = builder.group("web");
        let target = builder.field(GroupTarget::Group(group));
        builder.share(target);
        builder.network.shares[0].external_allowed = Some(builder.field(false));
        change(&mut builder);
        let facts = facts(&Context::new(&builder.network));
        assert_eq!(facts.len(), 1);
        facts.into_iter().next().unwrap()
    }

    #[test]
    fn who_may_be_outside_of_the_organization_is_said_in_words() {
        let fact = shared(|_| ());
        assert_eq!((int_of(&fact, "groups"), int_of(&fact, "subnets")), (1, 0));
        assert_eq!(text_of(&fact, "outsiders"), "");
        let fact = shared(|builder| {
            builder.network.shares[0].external_allowed = Some(builder.field(true));
        });
        assert!(bool_of(&fact, "external") && !bool_of(&fact, "external_by_default"));
        assert_eq!(text_of(&fact, "outsiders"), "accounts outside of the organization");
        let fact = shared(|builder| {
            let principals = ["123456789012", "ecs.amazonaws.com"];
            builder.network.shares[0].principals =
                principals.map(|principal| builder.field(principal.to_owned())).into();
        });
        assert_eq!(list_of(&fact, "service_principals"), ["ecs.amazonaws.com"]);
        assert_eq!(text_of(&fact, "outsiders"), "the service ecs.amazonaws.com");
    }

    #[test]
    fn what_a_share_says_itself_comes_before_what_it_leaves_open() {
        let by_default = |principals: &[&str]| {
            shared(|builder| {
                let at = builder.span();
                let origin = Origin::at(at).through(StepKind::Implied, at);
                let principals = principals.iter().map(|it| builder.field((*it).to_owned())).collect();
                let share = &mut builder.network.shares[0];
                share.external_allowed = Some(Field { value: Ok(true), span: at, origin });
                share.principals = principals;
            })
        };
        let fact = by_default(&["123456789012"]);
        assert!(bool_of(&fact, "external") && bool_of(&fact, "external_by_default"));
        assert_eq!(
            text_of(&fact, "outsiders"),
            "accounts outside of the organization, as CloudFormation does by default"
        );
        assert!(!fact.places.contains_key("outsiders"), "nothing says it");
        assert_eq!(
            text_of(&by_default(&["ecs.amazonaws.com"]), "outsiders"),
            "the service ecs.amazonaws.com"
        );
    }

    #[test]
    fn a_share_that_is_declared_elsewhere_leaves_open_whom_it_serves() {
        let fact = shared(|builder| builder.network.shares[0].external_allowed = None);
        assert!(fact.unknown.contains_key("external"));
        assert!(fact.unknown.contains_key("outsiders"));
    }

    #[test]
    fn a_sensitive_principal_is_not_told() {
        let fact = shared(|builder| {
            let mut principal = builder.field("ecs.amazonaws.com".to_owned());
            principal.origin.marks = Marks::SENSITIVE;
            builder.network.shares[0].principals.push(principal);
        });
        for field in ["principals", "service_principals"] {
            assert_eq!(list_of(&fact, field), [SENSITIVE_TEXT]);
        }
    }

    #[test]
    fn a_principal_that_is_not_known_may_be_a_service() {
        let fact = shared(|builder| {
            let principal = builder.unknown_field();
            builder.network.shares[0].principals.push(principal);
        });
        assert!(fact.unknown.contains_key("service_principals"));
    }

    #[test]
    fn what_has_nothing_to_do_with_access_is_left_out() {
        let mut builder = Builder::terraform();
        let target = builder.field(GroupTarget::External("sg-1".to_owned()));
        builder.share(target);
        builder.network.shares[0].groups.clear();
        assert!(facts(&Context::new(&builder.network)).is_empty());
    }
}

//! Interfaces for which nobody names a group: they carry the default group of their VPC (DF-03).
//!
//! A value that is not known may name one, so that only absence, null and empty lists count.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::Builder;
use super::attachments::attachment;
use super::fields::implied;
use super::interfaces::{self, Found};
use super::tables::Defaulting;
use crate::network::model::{Attachment, DEFAULT_GROUP, GroupTarget};
use crate::resource::{Configuration, Resource, Value, ValueKind};
use crate::source::Span;

/// Endpoints that another resource takes the default group from again, by address.
pub(super) struct ReplacedDefaults(FxHashSet<Arc<str>>);

impl ReplacedDefaults {
    /// Those of `aws_vpc_endpoint_security_group_association` resources that do not leave the default group there.
    pub(super) fn of(configuration: &Configuration) -> Self {
        let kind = "aws_vpc_endpoint_security_group_association";
        let associations = configuration.resources.iter().filter(|resource| &*resource.kind == kind);
        let replacing = associations.filter(|resource| {
            let replaces = resource.attribute("replace_default_association");
            replaces.is_some_and(|replaces| replaces.value.as_bool() != Some(false))
        });
        let endpoint = |resource: &Resource| {
            let endpoint = resource.attribute("vpc_endpoint_id")?;
            Some(Arc::clone(&endpoint.value.as_reference()?.address))
        };
        Self(replacing.filter_map(endpoint).collect())
    }

    /// Whether the default group is, or may be, taken from the endpoint with this address.
    pub(super) fn contains(&self, endpoint: &str) -> bool {
        self.0.contains(endpoint)
    }
}

/// Adds the default group to the interfaces of a resource for which nobody names one.
pub(super) fn attachments(builder: &mut Builder<'_>, resource: &Resource, places: &'static [Defaulting]) {
    if builder.replaced_defaults.contains(&resource.address) {
        return;
    }
    for place in places {
        for (span, found) in undecided(resource, place) {
            let row = &place.path;
            let Some(interface) = interfaces::carrying(builder, resource, row, &found) else { continue };
            let group = implied(span, GroupTarget::External(DEFAULT_GROUP.to_owned()));
            let attachment = attachment(resource, row, interface, group);
            interfaces::attach(builder, Attachment { is_implicit: true, ..attachment });
        }
    }
}

/// Where no group is named: the resource, or those of its blocks that stand for an interface each.
fn undecided(resource: &Resource, place: &Defaulting) -> Vec<(Span, Found)> {
    let has_interface = place.only_if.is_none_or(|(argument, value)| {
        resource.attribute(argument).is_some_and(|given| given.value.as_str() == Some(value))
    });
    if !has_interface {
        return Vec::new();
    }
    if place.parent.is_empty() {
        let get = |name: &str| resource.attribute(name).map(|attribute| attribute.value.clone());
        let whole = || (resource.head, Found::whole(resource));
        return Vec::from_iter(names_none(place, get).then(whole));
    }
    let first = place.parent.split(['.', '[']).next().unwrap_or(place.parent);
    let Some(within) = resource.attribute(first).map(|attribute| attribute.span) else { return Vec::new() };
    let undecided = Found::blocks_at(resource, place.parent).into_iter().filter(|block| {
        matches!(block.value.kind, ValueKind::Map(_)) && names_none(place, |name| block.value.get(name))
    });
    undecided.map(|block| (block.value.origin.narrowest_in(within), block)).collect()
}

/// Whether none of the arguments is given that name groups, here or elsewhere.
fn names_none(place: &Defaulting, get: impl Fn(&str) -> Option<Value>) -> bool {
    let mut names = place.arguments.iter().chain(&place.given_by);
    names.all(|name| get(name).is_none_or(|value| is_nothing(&value)))
}

fn is_nothing(value: &Value) -> bool {
    match &value.kind {
        ValueKind::Null => true,
        ValueKind::List(items) | ValueKind::Set(items) => items.iter().all(is_nothing),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Draft, target};
    use crate::network::model::Network;
    use crate::resource::Value;

    /// The resources that carry the default group because nobody names another, and by which argument.
    fn defaulted(network: &Network) -> Vec<String> {
        let implicit = network.attachments.iter().filter(|it| it.is_implicit);
        let words = implicit.map(|it| {
            assert_eq!(target(network, it.group.known().unwrap()), "external default");
            format!("{} {}", it.resource, it.path)
        });
        words.collect()
    }

    fn instance(draft: &Draft, name: &str, groups: Value) -> crate::resource::Resource {
        draft.resource(name, vec![("vpc_security_group_ids", groups)])
    }

    #[test]
    fn only_what_is_known_to_be_missing_counts() {
        let draft = Draft::terraform();
        let network = draft.network(vec![
            draft.resource("aws_instance.absent", vec![]),
            instance(&draft, "aws_instance.null", draft.null()),
            instance(&draft, "aws_instance.empty", draft.list(vec![])),
            instance(&draft, "aws_instance.nulls", draft.list(vec![draft.null()])),
            instance(&draft, "aws_instance.unknown", draft.input("var.groups")),
            instance(&draft, "aws_instance.one_unknown", draft.list(vec![draft.input("var.group")])),
            instance(&draft, "aws_instance.given", draft.texts(&["111122223333/sg-01234567"])),
            draft.resource("aws_instance.by_name", vec![("security_groups", draft.texts(&["web"]))]),
        ]);
        let expected = ["absent", "null", "empty", "nulls"];
        assert_eq!(
            defaulted(&network),
            expected.map(|name| format!("aws_instance.{name} vpc_security_group_ids"))
        );
    }

    #[test]
    fn groups_may_be_named_by_the_interface_or_the_launch_template() {
        let draft = Draft::terraform();
        let block = |name, value| draft.list(vec![draft.map(vec![(name, value)])]);
        let network = draft.network(vec![
            draft.resource(
                "aws_instance.interface",
                vec![("network_interface", block("network_interface_id", draft.text("eni-1")))],
            ),
            draft.resource(
                "aws_instance.template",
                vec![("launch_template", block("id", draft.text("lt-1")))],
            ),
        ]);
        assert_eq!(defaulted(&network), [""; 0]);
        let draft = Draft::cloudformation();
        let interfaces = draft.list(vec![
            draft.map(vec![("DeviceIndex", draft.text("0"))]),
            draft.map(vec![("NetworkInterfaceId", draft.text("eni-1"))]),
            draft.map(vec![("GroupSet", draft.texts(&["111122223333/sg-01234567"]))]),
        ]);
        let network = draft.network(vec![draft.logical(
            "Web",
            "AWS::EC2::Instance",
            vec![("NetworkInterfaces", interfaces)],
        )]);
        assert_eq!(defaulted(&network), ["Web NetworkInterfaces[].GroupSet"]);
    }

    #[test]
    fn what_has_no_interface_has_no_group() {
        let draft = Draft::terraform();
        let endpoint = |name, kind| draft.resource(name, vec![("vpc_endpoint_type", draft.text(kind))]);
        let network = draft.network(vec![
            draft.resource("aws_vpc_endpoint.by_default", vec![]),
            endpoint("aws_vpc_endpoint.gateway", "Gateway"),
            endpoint("aws_vpc_endpoint.interface", "Interface"),
            draft.resource("aws_ecs_service.bridge", vec![]),
            draft.resource(
                "aws_ecs_service.awsvpc",
                vec![(
                    "network_configuration",
                    draft.list(vec![draft.map(vec![("subnets", draft.list(vec![]))])]),
                )],
            ),
        ]);
        assert_eq!(
            defaulted(&network),
            [
                "aws_vpc_endpoint.interface security_group_ids",
                "aws_ecs_service.awsvpc network_configuration.security_groups"
            ]
        );
    }

    #[test]
    fn an_association_may_take_the_default_group_from_an_endpoint() {
        let draft = Draft::terraform();
        let endpoint = |name| draft.resource(name, vec![("vpc_endpoint_type", draft.text("Interface"))]);
        let association = |name, of, replaces| {
            let attributes =
                vec![("vpc_endpoint_id", draft.refer(of, "id")), ("replace_default_association", replaces)];
            draft.resource(name, attributes)
        };
        let kind = "aws_vpc_endpoint_security_group_association";
        let network = draft.network(vec![
            endpoint("aws_vpc_endpoint.replaced"),
            endpoint("aws_vpc_endpoint.unknown"),
            endpoint("aws_vpc_endpoint.added"),
            association(&format!("{kind}.a"), "aws_vpc_endpoint.replaced", draft.truth(true)),
            association(&format!("{kind}.b"), "aws_vpc_endpoint.unknown", draft.input("var.replace")),
            association(&format!("{kind}.c"), "aws_vpc_endpoint.added", draft.truth(false)),
        ]);
        assert_eq!(defaulted(&network), ["aws_vpc_endpoint.added security_group_ids"]);
    }
}

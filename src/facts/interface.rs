//! Interfaces: the groups that add up on them, what their resources do, where they lie.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::draft::{Draft, Known};
use super::reading::Context;
use super::{Fact, Kind, Place};
use crate::diagnostic::Label;
use crate::network::interface::Interface;
use crate::network::model::{Attachment, Field};

/// One fact for each interface.
pub(super) fn facts(context: &Context<'_>) -> Vec<Fact> {
    context.network.interfaces.iter().map(|interface| fact(context, interface)).collect()
}

fn fact(context: &Context<'_>, interface: &Interface) -> Fact {
    let attachments: Vec<&Attachment> =
        interface.attachments.iter().map(|&index| &context.network.attachments[index]).collect();
    let Interface { resource, declared, head, .. } = interface;
    let subnets: Known<Vec<String>> = interface.subnets.iter().map(|subnet| subnet.value.clone()).collect();
    let draft = Draft::new(Kind::Interface, resource, declared, context.language, *head)
        .key(format!("{} {}", interface.kind, interface.name))
        .set("resource_type", &*interface.kind)
        .set("service", interface.service)
        .set("name", &*interface.name)
        .set("role", interface.role.name())
        .set("tier", interface.tier())
        .set("answers", interface.traffic.answers())
        .set("calls_out", interface.traffic.calls_out())
        .known("groups", groups(context, interface, &attachments))
        .known("group_count", group_count(context, interface, &attachments))
        .known("public_address", interface.public_address.value.clone())
        .known("subnets", subnets)
        .place(
            "groups",
            place_of_all(attachments.iter().map(|attachment| &attachment.group), "and this group"),
        )
        .place("public_address", Place::of(&interface.public_address))
        .place("subnets", place_of_all(interface.subnets.iter(), "and this subnet"))
        .anchor(interface.span);
    let others = attachments.iter().filter(|attachment| attachment.resource != *resource);
    let draft = others.fold(draft, |draft, other| draft.anchor(other.span));
    draft.calls(&interface.calls).presence(&interface.presence).finish()
}

/// The names of its groups, each once.
fn groups(context: &Context<'_>, interface: &Interface, attachments: &[&Attachment]) -> Known<Vec<String>> {
    let targets = attachments.iter().map(|attachment| attachment.group.value.as_ref().map_err(Arc::clone));
    let mut groups: Vec<String> = Vec::new();
    for target in targets {
        let text = context.target_text(target?)?;
        if !groups.contains(&text) {
            groups.push(text);
        }
    }
    interface.more_groups.as_ref().map_or(Ok(groups), |why| Err(Arc::clone(why)))
}

fn group_count(context: &Context<'_>, interface: &Interface, attachments: &[&Attachment]) -> Known<usize> {
    let least = least_groups(context, attachments);
    interface.more_groups.as_ref().map_or(Ok(least), |why| Err(Arc::clone(why)))
}

/// How many groups there are at least: nobody names one twice by two expressions, so that one that is not known counts
/// too.
pub(super) fn least_groups(context: &Context<'_>, attachments: &[&Attachment]) -> usize {
    let text = |attachment: &&Attachment| context.target_text(attachment.group.known()?).ok();
    let known: BTreeSet<String> = attachments.iter().filter_map(text).collect();
    let unknown = attachments.iter().filter(|attachment| text(attachment).is_none()).count();
    known.len() + unknown
}

/// The place of the first field; the others besides.
fn place_of_all<'a, T: 'a>(mut fields: impl Iterator<Item = &'a Field<T>>, message: &str) -> Option<Place> {
    let mut place = Place::of(fields.next()?);
    let others = fields.map(|field| Label { span: field.span, message: message.to_owned() });
    place.also.extend(others.filter(|label| label.span != place.span));
    Some(place)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Builder, bool_of, int_of, list_of, text_of};
    use super::*;
    use crate::network::interface::Role;
    use crate::network::model::GroupTarget;

    fn only(builder: &Builder) -> Fact {
        let mut facts = facts(&Context::new(&builder.network));
        assert_eq!(facts.len(), 1);
        facts.remove(0)
    }

    #[test]
    fn the_groups_of_an_interface_are_listed_once() {
        let mut builder = Builder::terraform();
        let (web, admin) = (builder.group("web"), builder.group("admin"));
        for group in [web, admin, web] {
            let target = builder.field(GroupTarget::Group(group));
            builder.attach("aws_instance.a", target);
        }
        let fact = only(&builder);
        assert_eq!(list_of(&fact, "groups"), ["aws_security_group.web", "aws_security_group.admin"]);
        assert_eq!(int_of(&fact, "group_count"), 2);
        assert_eq!(fact.places["groups"].also.len(), 2);
        assert_eq!(text_of(&fact, "tier"), "app");
    }

    #[test]
    fn a_group_that_is_not_known_counts_but_has_no_name() {
        let mut builder = Builder::terraform();
        let web = builder.group("web");
        let target = builder.field(GroupTarget::Group(web));
        builder.attach("aws_instance.a", target);
        let unknown = GroupTarget::Unknown(builder.unknown());
        let target = builder.field(unknown);
        builder.attach("aws_instance.a", target);
        let fact = only(&builder);
        assert_eq!(int_of(&fact, "group_count"), 2);
        assert!(fact.unknown.contains_key("groups"));
        builder.network.interfaces[0].more_groups = Some(builder.unknown());
        assert!(only(&builder).unknown.contains_key("group_count"));
    }

    #[test]
    fn the_tier_of_the_project_goes_before_the_one_of_the_role() {
        let mut builder = Builder::terraform();
        let web = builder.group("web");
        let target = builder.field(GroupTarget::Group(web));
        builder.attach("aws_instance.a", target);
        builder.network.interfaces[0].role = Role::Database;
        assert_eq!(text_of(&only(&builder), "tier"), "data");
        builder.network.interfaces[0].tier = Some("orders".to_owned());
        let fact = only(&builder);
        assert_eq!(text_of(&fact, "tier"), "orders");
        assert_eq!(text_of(&fact, "role"), "database");
    }

    #[test]
    fn subnets_are_known_if_each_is() {
        let mut builder = Builder::terraform();
        let web = builder.group("web");
        let target = builder.field(GroupTarget::Group(web));
        builder.attach("aws_instance.a", target);
        assert!(list_of(&only(&builder), "subnets").is_empty());
        let subnet = builder.field("aws_subnet.a.id".to_owned());
        builder.network.interfaces[0].subnets.push(subnet);
        assert_eq!(list_of(&only(&builder), "subnets"), ["aws_subnet.a.id"]);
        assert!(!bool_of(&only(&builder), "public_address"));
        let unknown = builder.unknown_field();
        builder.network.interfaces[0].subnets.push(unknown);
        assert!(only(&builder).unknown.contains_key("subnets"));
    }
}

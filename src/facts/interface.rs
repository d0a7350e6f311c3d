//! Interfaces: the groups that add up on them, what their resources do, where they lie.

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::draft::{Draft, Known};
use super::reading::{self, Context};
use super::{Fact, Kind, Place};
use crate::diagnostic::Label;
use crate::network::interface::Interface;
use crate::network::model::{Attachment, Direction, Field, GroupRole, GroupTarget, Peer, Permission};
use crate::resource::{Cause, Unknown};

/// One fact for each interface.
pub(super) fn facts(context: &Context<'_>) -> Vec<Fact> {
    let egress = Egress::of(context);
    context.network.interfaces.iter().map(|interface| fact(context, interface, &egress)).collect()
}

fn fact(context: &Context<'_>, interface: &Interface, egress: &Egress) -> Fact {
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
        .known("tier", interface.tier())
        .set("answers", interface.traffic.answers())
        .set("calls_out", interface.traffic.calls_out())
        .known("script_loads", interface.script_loads.clone())
        .known("lets_out", egress.of_interface(context, interface, &attachments))
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

/// Which groups let something out.
struct Egress {
    /// The groups, by index.
    groups: FxHashSet<usize>,
    /// Why any group may: an egress rule of a group that is not known.
    unclear: Option<Arc<Unknown>>,
}

impl Egress {
    fn of(context: &Context<'_>) -> Self {
        let mut egress = Self { groups: FxHashSet::default(), unclear: None };
        let permissions = context.network.permissions.iter();
        for permission in permissions.filter(|permission| permission.direction == Direction::Egress) {
            match &permission.group {
                GroupTarget::Group(id) if lets_out(context, permission) => {
                    egress.groups.insert(id.0);
                }
                GroupTarget::Unknown(why) if why.cause.may_be_declared() => {
                    egress.unclear.get_or_insert_with(|| Arc::clone(why));
                }
                _ => {}
            }
        }
        egress
    }

    /// Whether any group of an interface lets something out; one is enough (EV-02).
    fn of_interface(
        &self,
        context: &Context<'_>,
        interface: &Interface,
        attachments: &[&Attachment],
    ) -> Known<bool> {
        let mut unclear = interface.more_groups.as_ref().or(self.unclear.as_ref()).map(Arc::clone);
        for attachment in attachments {
            match attachment.group.value.as_ref().map(|target| (target, target.declared())) {
                Ok((_, Some(id))) if self.groups.contains(&id.0) => return Ok(true),
                Ok((_, Some(id))) => {
                    let group = context.network.group(id);
                    let unread =
                        group.unknown_rules.iter().find(|(direction, _)| *direction == Direction::Egress);
                    unclear = unclear.or_else(|| unread.map(|(_, why)| Arc::clone(why)));
                    if group.role != GroupRole::Declared {
                        unclear = unclear.or_else(|| Some(elsewhere(&group.address, attachment)));
                    }
                }
                Ok((GroupTarget::Unknown(why), _)) | Err(why) => {
                    unclear = unclear.or_else(|| Some(Arc::clone(why)));
                }
                Ok((target, _)) => {
                    let name = context.target_text(target)?;
                    unclear = unclear.or_else(|| Some(elsewhere(&name, attachment)));
                }
            }
        }
        unclear.map_or(Ok(false), Err)
    }
}

/// Why the rules of a group that exists elsewhere are not known.
fn elsewhere(name: &str, attachment: &Attachment) -> Arc<Unknown> {
    reading::not_known(Cause::LookedUp(format!("the rules of {name}")), attachment.group.span)
}

/// Whether an egress rule may let any packet out: what names nobody, or only addresses that no packet carries, does not
/// (RF-12, DC-03).
fn lets_out(context: &Context<'_>, permission: &Permission) -> bool {
    match &permission.peer {
        Peer::Missing => false,
        Peer::Cidr(_) => {
            let addresses = context.addresses(&permission.peer);
            !addresses.set.is_empty() || addresses.more.is_some()
        }
        _ => true,
    }
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
    use crate::network::model::Stray;

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
        builder.network.interfaces[0].tier = Ok(Some("orders".to_owned()));
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

    #[test]
    fn one_group_that_lets_something_out_is_enough() {
        let mut builder = Builder::terraform();
        let (web, out) = (builder.group("web"), builder.group("out"));
        let target = builder.field(GroupTarget::Group(web));
        builder.attach("aws_instance.a", target);
        builder.rule(web, Direction::Egress, "-1", 0, 0, &["127.0.0.1/32"]);
        assert!(!bool_of(&only(&builder), "lets_out"));
        builder.rule(out, Direction::Egress, "tcp", 443, 443, &["?"]);
        assert!(!bool_of(&only(&builder), "lets_out"));
        let target = builder.field(GroupTarget::Group(out));
        builder.attach("aws_instance.a", target);
        assert!(bool_of(&only(&builder), "lets_out"));
    }

    #[test]
    fn a_group_whose_rules_are_elsewhere_may_let_something_out() {
        for target in
            [GroupTarget::External("sg-1".to_owned()), GroupTarget::Dangling(Stray::new("x", "is no group"))]
        {
            let mut builder = Builder::terraform();
            let target = builder.field(target);
            builder.attach("aws_instance.a", target);
            assert!(only(&builder).unknown.contains_key("lets_out"));
        }
        let mut builder = Builder::terraform();
        let web = builder.group("web");
        builder.network.groups[web.0].role = GroupRole::External;
        let target = builder.field(GroupTarget::Group(web));
        builder.attach("aws_instance.a", target);
        assert!(only(&builder).unknown.contains_key("lets_out"));
    }
}

//! How the groups are called and tagged that a rule belongs to and names, for rules that go by such conventions.

use std::sync::Arc;

use super::draft::Known;
use super::group::text_of;
use super::reading::{self, Context};
use crate::network::model::{Group, GroupTarget, Peer, Permission, Stray};
use crate::network::tags::Tags;
use crate::resource::{Cause, Unknown};
use crate::source::Span;

/// The tags of a group that something at a place means. Those of one that exists elsewhere are not known.
pub(super) fn tags(context: &Context<'_>, target: &GroupTarget, at: Span) -> Tags {
    match declared(context, target, at) {
        Ok(group) => group.tags.clone(),
        Err(why) => Tags::unknown(&why),
    }
}

/// The fixed name of such a group.
pub(super) fn name(context: &Context<'_>, target: &GroupTarget, at: Span) -> Known<String> {
    name_of(declared(context, target, at)?)
}

/// The tags of the group that a rule names as its other side; none for other kinds of peer.
pub(super) fn peer_tags(context: &Context<'_>, permission: &Permission) -> Tags {
    match peer(context, permission) {
        Ok(group) => group.map(|group| group.tags.clone()).unwrap_or_default(),
        Err(why) => Tags::unknown(&why),
    }
}

/// The fixed name of that group; empty for other kinds of peer.
pub(super) fn peer_name(context: &Context<'_>, permission: &Permission) -> Known<String> {
    peer(context, permission)?.map_or_else(|| Ok(String::new()), name_of)
}

/// The fixed name of a group; empty without one.
pub(super) fn name_of(group: &Group) -> Known<String> {
    text_of(group.name.as_ref())?.known().map(str::to_owned)
}

fn declared<'a>(context: &Context<'a>, target: &GroupTarget, at: Span) -> Known<&'a Group> {
    match target {
        GroupTarget::Group(id) => Ok(context.network.group(*id)),
        GroupTarget::External(name)
        | GroupTarget::Dangling(Stray { name, .. })
        | GroupTarget::Misnamed(Stray { name, .. }) => Err(elsewhere(name, at)),
        GroupTarget::Unknown(why) => Err(Arc::clone(why)),
    }
}

/// What is only known to exist elsewhere.
fn elsewhere(name: &str, at: Span) -> Arc<Unknown> {
    reading::not_known(Cause::External(name.to_owned()), at)
}

/// The group that a rule names as its other side, the group itself if it names that.
fn peer<'a>(context: &Context<'a>, permission: &Permission) -> Known<Option<&'a Group>> {
    match &permission.peer {
        Peer::Group(field) => match &field.value {
            Ok(target) => declared(context, target, field.origin.written).map(Some),
            Err(why) => Err(Arc::clone(why)),
        },
        Peer::Unknown(field) => Err(reading::unknown_peer(field)),
        Peer::SelfGroup(_) => declared(context, &permission.group, permission.head).map(Some),
        Peer::Cidr(_) | Peer::Narrow { .. } | Peer::PrefixList(_) | Peer::Missing => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Builder;
    use super::*;
    use crate::facts::FieldValue;
    use crate::network::model::Direction;

    fn text(fact: &crate::facts::Fact, name: &str) -> Option<String> {
        fact.fields.get(name).map(ToString::to_string)
    }

    #[test]
    fn both_sides_of_a_rule_have_the_names_and_tags_of_their_groups() {
        let mut builder = Builder::terraform();
        let (app, database) = (builder.group("app"), builder.group("database"));
        for (id, name) in [(app, "shop-app"), (database, "shop-db")] {
            let field = builder.field(name.into());
            let group = &mut builder.network.groups[id.0];
            group.name = Some(field);
            group.tags.add("Name", Ok(name.to_owned()));
        }
        builder.rule(database, Direction::Ingress, "tcp", 5432, 5432, &["10.0.0.0/8"]);
        let target = builder.field(GroupTarget::Group(app));
        builder.network.permissions[0].peer = Peer::Group(target);
        let context = Context::new(&builder.network);
        let rule = super::super::permission::facts(&context).remove(0);
        for (field, expected) in [
            ("group_name", "shop-db"),
            ("group_tags", "Name=shop-db"),
            ("peer_name", "shop-app"),
            ("peer_tags", "Name=shop-app"),
        ] {
            assert_eq!(text(&rule, field).as_deref(), Some(expected), "{field}");
        }
    }

    #[test]
    fn what_exists_elsewhere_has_a_name_that_is_not_known() {
        let mut builder = Builder::terraform();
        let app = builder.group("app");
        builder.rule(app, Direction::Ingress, "tcp", 443, 443, &["10.0.0.0/8"]);
        let target = builder.field(GroupTarget::External("sg-0123456789abcdef0".to_owned()));
        builder.network.permissions[0].peer = Peer::Group(target);
        let context = Context::new(&builder.network);
        let rule = super::super::permission::facts(&context).remove(0);
        assert!(rule.unknown.contains_key("peer_name"));
        assert!(matches!(&rule.fields["peer_tags"], FieldValue::Tags(tags) if tags.more().is_some()));
        assert_eq!(text(&rule, "group_name").as_deref(), Some(""), "a group without a fixed name");
    }
}

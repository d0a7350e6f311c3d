//! Data sources that look for groups by their tags.

use std::sync::Arc;

use super::draft::{Draft, Known};
use super::reading::Context;
use super::{Fact, Kind, Place};
use crate::network::model::{GroupTarget, TagLookup};

/// One fact for each of them.
pub(super) fn facts(context: &Context<'_>) -> Vec<Fact> {
    context.network.lookups.iter().map(|lookup| fact(context, lookup)).collect()
}

fn fact(context: &Context<'_>, lookup: &TagLookup) -> Fact {
    let keys: Vec<String> = lookup.tags.iter().map(|tag| tag.key.clone()).collect();
    let is_foreign = match lookup.group {
        _ if lookup.owner.is_some() => Ok(true),
        Some(id) => context.is_foreign(&GroupTarget::Group(id)),
        None => Ok(false),
    };
    Draft::new(Kind::Lookup, &lookup.resource, &lookup.declared, context.language, lookup.head)
        .key("lookup")
        .set("tag_keys", keys)
        .known("group_foreign", is_foreign)
        .known("missing", missing(lookup))
        .place("tags", Place::at(lookup.place))
        .anchor(lookup.span)
        .calls(&lookup.calls)
        .presence(&lookup.presence)
        .finish()
}

/// The keys that nothing here puts on the group.
fn missing(lookup: &TagLookup) -> Known<Vec<String>> {
    let mut missing = Vec::new();
    for tag in &lookup.tags {
        if !*tag.is_given.as_ref().map_err(Arc::clone)? {
            missing.push(tag.key.clone());
        }
    }
    Ok(missing)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Builder, bool_of, list_of};
    use super::*;
    use crate::network::model::SoughtTag;
    use crate::resource::Presence;

    fn lookup(change: impl FnOnce(&mut Builder, &mut TagLookup)) -> Fact {
        let mut builder = Builder::terraform();
        let head = builder.span();
        let tag = |key: &str, given| SoughtTag { key: key.to_owned(), is_given: Ok(given) };
        let mut lookup = TagLookup {
            resource: "data.aws_security_group.it".into(),
            declared: "data.aws_security_group.it".into(),
            group: None,
            owner: None,
            tags: vec![tag("Env", true), tag("Tier", false)],
            place: head,
            head,
            span: head,
            calls: Vec::new(),
            presence: Presence::Certain,
        };
        change(&mut builder, &mut lookup);
        builder.network.lookups.push(lookup);
        facts(&Context::new(&builder.network)).remove(0)
    }

    #[test]
    fn what_nothing_puts_on_the_group_is_missing() {
        let fact = lookup(|_, _| ());
        assert_eq!(list_of(&fact, "tag_keys"), ["Env", "Tier"]);
        assert_eq!(list_of(&fact, "missing"), ["Tier"]);
        let fact = lookup(|builder, lookup| lookup.tags[0].is_given = Err(builder.unknown()));
        assert!(fact.unknown.contains_key("missing"));
    }

    #[test]
    fn the_group_of_another_account_is_asked_for_or_told() {
        assert!(!bool_of(&lookup(|_, _| ()), "group_foreign"));
        let asked = lookup(|builder, lookup| lookup.owner = Some(builder.field("111122223333".to_owned())));
        assert!(bool_of(&asked, "group_foreign"));
        let told = lookup(|builder, lookup| {
            let group = builder.group("web");
            builder.network.groups[group.0].is_shared_here = true;
            lookup.group = Some(group);
        });
        assert!(bool_of(&told, "group_foreign"));
    }
}

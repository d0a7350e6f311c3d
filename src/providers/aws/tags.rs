//! The tags of a resource.

use std::sync::Arc;

use super::fields::{flatten, reason};
use crate::network::tags::Tags;
use crate::resource::{Cause, Language, Resource, SENSITIVE_TEXT, Unknown, Value, ValueKind};
use crate::source::Span;

/// The tags that a resource gets, with those that its provider gives to every resource.
pub(super) fn tags(resource: &Resource) -> Tags {
    match resource.language {
        Language::CloudFormation => listed(resource, "Tags", ["Key", "Value"]),
        Language::Terraform if resource.kind.starts_with("awscc_") => {
            listed(resource, "tags", ["key", "value"])
        }
        Language::Terraform => {
            // Only plans have it: what it holds is already merged.
            if let Some(all) = resource.attribute("tags_all") {
                return of_map(&all.value, all.span).at(all.span);
            }
            let own = resource.attribute("tags");
            let own = own.map(|tags| of_map(&tags.value, tags.span).at(tags.key)).unwrap_or_default();
            match resource.provider.as_ref().and_then(|settings| settings.get("default_tags")) {
                Some(defaults) => own.over(&defaults_of(defaults, resource.head)),
                None => own,
            }
        }
    }
}

/// `default_tags { tags = … }` of a provider's configuration.
fn defaults_of(blocks: &Value, place: Span) -> Tags {
    let mut defaults = Tags::default();
    for block in blocks.members() {
        match block.get("tags") {
            Some(tags) => defaults = of_map(&tags, place).over(&defaults),
            None if matches!(block.kind, ValueKind::Map(_)) => {}
            None => defaults.add_unknown(&reason(&block, "a block", place)),
        }
    }
    defaults
}

/// A map of tags. A value that is null is no tag.
fn of_map(tags: &Value, place: Span) -> Tags {
    let mut found = Tags::default();
    match &tags.kind {
        ValueKind::Null => {}
        ValueKind::Map(entries) => {
            for (key, value) in entries.iter().filter(|(_, value)| !value.is_null()) {
                found.add(key, text(&tags.taken(value), place));
            }
        }
        _ => found.add_unknown(&reason(tags, "a map of tags", place)),
    }
    found
}

/// A list of tags, each with its key and its value: `Tags: [{Key, Value}]`.
fn listed(resource: &Resource, tags: &str, [key, value]: [&str; 2]) -> Tags {
    let Some(tags) = resource.attribute(tags) else { return Tags::default() };
    let mut found = Tags::default().at(tags.key);
    for tag in flatten(&tags.value) {
        match (tag.get(key), tag.get(value)) {
            (Some(key), value) if key.as_str().is_some() && !key.is_sensitive() => {
                let value = value.map_or_else(|| Ok(String::new()), |value| text(&value, tags.span));
                found.add(key.as_str().unwrap_or_default(), value);
            }
            (Some(key), _) if key.is_sensitive() => {
                let cause = Cause::LookedUp(format!("the tag that {SENSITIVE_TEXT} names"));
                found.add_unknown(&Arc::new(Unknown::new(cause, key.origin.narrowest_in(tags.span))));
            }
            (key, _) => {
                found.add_unknown(&reason(&key.unwrap_or(tag), "a tag with a key", tags.span));
            }
        }
    }
    found
}

fn text(value: &Value, place: Span) -> Result<String, Arc<Unknown>> {
    value.shown().map(|text| text.to_string()).ok_or_else(|| reason(value, "a text", place))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::testing::Draft;
    use super::*;

    #[test]
    fn tags_of_both_languages_are_read() {
        let draft = Draft::terraform();
        let map = draft.map(vec![("Owner", draft.text("web")), ("Name", draft.input("var.name"))]);
        let found = tags(&draft.resource("aws_security_group.web", vec![("tags", map)]));
        assert_eq!(found.keys().unwrap(), ["Name", "Owner"]);
        assert!(found.value("Name").is_err());

        let draft = Draft::cloudformation();
        let tag = |key: Value, value: &str| draft.map(vec![("Key", key), ("Value", draft.text(value))]);
        let list = |last: Value| {
            let list = vec![tag(draft.text("Owner"), "a"), tag(draft.text("Owner"), "b"), last];
            draft.logical("Web", "AWS::EC2::SecurityGroup", vec![("Tags", draft.list(list))])
        };
        let found = tags(&list(tag(draft.text("Env"), "prod")));
        assert_eq!((found.repeated(), found.value("Env").unwrap()), (Some("Owner"), "prod"));
        let found = tags(&list(tag(draft.input("Key"), "x")));
        assert!(found.has("Owner").unwrap() && found.has("Env").is_err());
    }

    #[test]
    fn the_provider_adds_its_own() {
        let draft = Draft::terraform();
        let map = draft.map(vec![("Owner", draft.text("web"))]);
        let mut group = draft.resource("aws_security_group.web", vec![("tags", map)]);
        let defaults = draft.map(vec![("Owner", draft.text("x")), ("Env", draft.text("prod"))]);
        let block = draft.list(vec![draft.map(vec![("tags", defaults)])]);
        group.provider = Some(Arc::new(BTreeMap::from([(Arc::from("default_tags"), block)])));
        let found = tags(&group);
        assert_eq!((found.value("Owner").unwrap(), found.value("Env").unwrap()), ("web", "prod"));
    }

    #[test]
    fn what_a_plan_says_of_all_tags_is_all() {
        let draft = Draft::terraform();
        let all = draft.map(vec![("Env", draft.text("prod"))]);
        let found = tags(&draft.resource("aws_security_group.web", vec![("tags_all", all)]));
        assert_eq!(found.keys().unwrap(), ["Env"]);
    }
}

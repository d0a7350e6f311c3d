//! Data sources that look for groups by their tags: what a group that another account shares does not bring along
//! (RA-09).

use std::sync::Arc;

use super::elsewhere::asked_owner;
use super::fields::{Argument, reason};
use super::references::Names;
use crate::network::model::{SoughtTag, TagLookup};
use crate::resource::{Mode, Resource, SENSITIVE_TEXT, Unknown, Value, ValueKind};
use crate::source::Span;

/// Every such data source.
pub(super) fn tag_lookups(names: &Names<'_>) -> Vec<TagLookup> {
    let resources = &names.configuration.resources;
    let sought = resources.iter().filter(|resource| {
        resource.mode == Mode::Data && matches!(&*resource.kind, "aws_security_group" | "aws_security_groups")
    });
    let found = sought.map(|resource| (resource, keys(resource))).filter(|(_, keys)| !keys.is_empty());
    let found: Vec<_> = found.collect();
    if found.is_empty() {
        return Vec::new();
    }
    let given = GivenTags::of(names);
    found.into_iter().map(|(resource, keys)| tag_lookup(names, resource, keys, &given)).collect()
}

fn tag_lookup(names: &Names<'_>, resource: &Resource, keys: Vec<Sought>, given: &GivenTags) -> TagLookup {
    TagLookup {
        resource: Arc::clone(&resource.address),
        declared: Arc::clone(&resource.declared),
        group: names.group_of(resource),
        owner: asked_owner(resource),
        place: keys.first().map_or(resource.head, |sought| sought.place),
        tags: keys.into_iter().map(|sought| sought.tag(given)).collect(),
        head: resource.head,
        span: resource.span,
        calls: resource.calls.clone(),
        presence: resource.presence.clone(),
    }
}

/// A key that a data source asks for.
struct Sought {
    key: String,
    place: Span,
    is_sensitive: bool,
}

impl Sought {
    fn tag(self, given: &GivenTags) -> SoughtTag {
        let is_given = given.has(&self.key);
        SoughtTag { key: if self.is_sensitive { SENSITIVE_TEXT.to_owned() } else { self.key }, is_given }
    }
}

/// The keys that a data source asks for, in `tags` and in filters on `tag:KEY`, each with its place.
fn keys(resource: &Resource) -> Vec<Sought> {
    let mut keys = Vec::new();
    if let Some(Argument { place, value }) = Argument::of(resource, "tags")
        && let ValueKind::Map(entries) = &value.kind
    {
        let is_sensitive = value.is_sensitive();
        keys.extend(entries.keys().map(|key| Sought { key: key.to_string(), place, is_sensitive }));
    }
    if let Some(place) = resource.attribute("filter").map(|filter| filter.span) {
        for filter in resource.values_at("filter").iter().flat_map(Value::members) {
            let Some(name) = filter.get("name") else { continue };
            if let Some(key) = name.as_str().and_then(|name| name.strip_prefix("tag:")) {
                let place = filter.origin.narrowest_in(place);
                keys.push(Sought { key: key.to_owned(), place, is_sensitive: name.is_sensitive() });
            }
        }
    }
    keys
}

/// The tags that resources of their own put on what the configuration does not declare.
struct GivenTags {
    keys: Vec<String>,
    /// Why there may be others.
    more: Option<Arc<Unknown>>,
}

impl GivenTags {
    fn of(names: &Names<'_>) -> Self {
        let mut given = Self { keys: Vec::new(), more: None };
        let tags = names.configuration.resources.iter();
        let tags = tags.filter(|tag| tag.mode == Mode::Managed && &*tag.kind == "aws_ec2_tag");
        for Argument { place, value } in
            tags.filter(|tag| !is_of_declared(tag, names)).filter_map(|tag| Argument::of(tag, "key"))
        {
            match value.to_text() {
                Some(key) => given.keys.push(key.to_string()),
                None => {
                    given.more.get_or_insert_with(|| reason(&value, "a key", place));
                }
            }
        }
        given
    }

    fn has(&self, key: &str) -> Result<bool, Arc<Unknown>> {
        match &self.more {
            _ if self.keys.iter().any(|given| given == key) => Ok(true),
            Some(why) => Err(Arc::clone(why)),
            None => Ok(false),
        }
    }
}

/// Whether what a tag is put on is declared here.
fn is_of_declared(tag: &Resource, names: &Names<'_>) -> bool {
    let tagged = tag.attribute("resource_id").and_then(|id| id.value.as_reference());
    let tagged = tagged.and_then(|reference| names.resource(&reference.address));
    tagged.is_some_and(|tagged| tagged.mode == Mode::Managed)
}

#[cfg(test)]
mod tests {
    use super::super::testing::Draft;
    use super::*;
    use crate::network::model::{Field, Network};
    use crate::resource::Marks;

    fn filter(draft: &Draft, name: &str, value: &str) -> Value {
        draft.map(vec![("name", draft.text(name)), ("values", draft.texts(&[value]))])
    }

    fn sought(network: &Network) -> Vec<(String, Option<bool>)> {
        let tags = network.lookups.iter().flat_map(|lookup| &lookup.tags);
        tags.map(|tag| (tag.key.clone(), tag.is_given.clone().ok())).collect()
    }

    #[test]
    fn tags_are_asked_for_by_argument_and_by_filter() {
        let draft = Draft::terraform();
        let filters = draft.list(vec![
            filter(&draft, "owner-id", "111122223333"),
            filter(&draft, "tag:Env", "prod"),
            filter(&draft, "group-name", "web"),
        ]);
        let tags = draft.map(vec![("Tier", draft.text("web"))]);
        let network = draft.network(vec![
            draft.resource("data.aws_security_group.it", vec![("tags", tags), ("filter", filters)]),
            draft.resource(
                "data.aws_security_groups.it",
                vec![("tags", draft.map(vec![("A", draft.null())]))],
            ),
            draft.resource("data.aws_security_group.by_name", vec![("name", draft.text("web"))]),
        ]);
        assert_eq!(
            sought(&network),
            [("Tier".into(), Some(false)), ("Env".into(), Some(false)), ("A".into(), Some(false))]
        );
        let [one, several] = &network.lookups[..] else { panic!("two lookups") };
        assert_eq!(one.owner.as_ref().and_then(Field::known).map(String::as_str), Some("111122223333"));
        assert!(one.group.is_some() && several.group.is_none() && several.owner.is_none());
    }

    #[test]
    fn a_sensitive_key_is_compared_and_not_told() {
        let draft = Draft::terraform();
        let secret = |text: &str| draft.text(text).marked(Marks::SENSITIVE);
        let filter = draft.map(vec![("name", secret("tag:Env")), ("values", draft.texts(&["prod"]))]);
        let tags = draft.map(vec![("Tier", draft.text("web"))]).marked(Marks::SENSITIVE);
        let network = draft.network(vec![
            draft.resource(
                "data.aws_security_group.it",
                vec![("tags", tags), ("filter", draft.list(vec![filter]))],
            ),
            draft.resource(
                "aws_ec2_tag.it",
                vec![("resource_id", draft.text("sg-0123456789abcdef0")), ("key", draft.text("Env"))],
            ),
        ]);
        let told = |given| (SENSITIVE_TEXT.to_owned(), Some(given));
        assert_eq!(sought(&network), [told(false), told(true)]);
    }

    #[test]
    fn a_tag_of_its_own_resource_may_be_on_the_group() {
        let draft = Draft::terraform();
        let with = |id: Value, key: Value| {
            let tags = draft.map(vec![("Tier", draft.text("web"))]);
            let network = draft.network(vec![
                draft.resource("aws_subnet.a", vec![]),
                draft.resource("data.aws_security_group.it", vec![("tags", tags)]),
                draft.resource("aws_ec2_tag.it", vec![("resource_id", id), ("key", key)]),
            ]);
            sought(&network)[0].1
        };
        let id = || draft.text("sg-0123456789abcdef0");
        assert_eq!(with(id(), draft.text("Tier")), Some(true));
        assert_eq!(with(id(), draft.text("Env")), Some(false));
        assert_eq!(with(id(), draft.input("var.key")), None);
        assert_eq!(with(draft.refer("aws_subnet.a", "id"), draft.text("Tier")), Some(false));
    }
}

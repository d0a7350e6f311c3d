//! The tags of something, as far as they are known.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::resource::Unknown;
use crate::source::Span;

/// Tags by key. Keys are compared with case, as AWS does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tags {
    /// The keys that are known, each with its value or why that is not known. Shared by the facts of a group's rules.
    entries: Arc<BTreeMap<String, Result<String, Arc<Unknown>>>>,
    /// Why there may be others.
    more: Option<Arc<Unknown>>,
    /// A key that is given twice.
    repeated: Option<String>,
    /// Where they are written, if they are.
    place: Option<Span>,
}

impl Tags {
    /// Tags of which nothing is known.
    pub fn unknown(why: &Arc<Unknown>) -> Self {
        Self { more: Some(Arc::clone(why)), ..Self::default() }
    }

    /// The same tags, written at a place.
    #[must_use]
    pub fn at(mut self, place: Span) -> Self {
        self.place = Some(place);
        self
    }

    /// Where they are written, if they are.
    pub fn place(&self) -> Option<Span> {
        self.place
    }

    /// Adds one; a key that is there already is noted as repeated.
    pub fn add(&mut self, key: &str, value: Result<String, Arc<Unknown>>) {
        if Arc::make_mut(&mut self.entries).insert(key.to_owned(), value).is_some() && self.repeated.is_none()
        {
            self.repeated = Some(key.to_owned());
        }
    }

    /// Notes that there may be others.
    pub fn add_unknown(&mut self, why: &Arc<Unknown>) {
        self.more.get_or_insert_with(|| Arc::clone(why));
    }

    /// These tags, and those of `others` whose keys they do not have. A key that may be among these has a value that
    /// is not known.
    #[must_use]
    pub fn over(mut self, others: &Self) -> Self {
        for (key, value) in &*others.entries {
            let value = self.more.as_ref().map_or_else(|| value.clone(), |why| Err(Arc::clone(why)));
            Arc::make_mut(&mut self.entries).entry(key.clone()).or_insert(value);
        }
        if let Some(why) = &others.more {
            self.add_unknown(why);
        }
        self
    }

    /// Whether there is a tag of this key; the error says why that is not known.
    pub fn has(&self, key: &str) -> Result<bool, Arc<Unknown>> {
        match (&self.more, self.entries.contains_key(key)) {
            (Some(why), false) => Err(Arc::clone(why)),
            (_, has) => Ok(has),
        }
    }

    /// The value of a tag; empty if there is no such tag, which AWS takes for the same.
    pub fn value(&self, key: &str) -> Result<&str, Arc<Unknown>> {
        match (self.entries.get(key), &self.more) {
            (Some(value), _) => value.as_deref().map_err(Arc::clone),
            (None, Some(why)) => Err(Arc::clone(why)),
            (None, None) => Ok(""),
        }
    }

    /// Every key, in order; the error says why there may be others.
    pub fn keys(&self) -> Result<Vec<String>, Arc<Unknown>> {
        match &self.more {
            Some(why) => Err(Arc::clone(why)),
            None => Ok(self.entries.keys().cloned().collect()),
        }
    }

    /// The keys that are known, with their values where those are.
    pub fn entries(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.entries.iter().map(|(key, value)| (key.as_str(), value.as_deref().ok()))
    }

    /// Why there may be others than those that are known.
    pub fn more(&self) -> Option<&Arc<Unknown>> {
        self.more.as_ref()
    }

    /// Why the value of some tag is not known.
    pub fn unknown_value(&self) -> Option<&Arc<Unknown>> {
        self.entries.values().find_map(|value| value.as_ref().err())
    }

    /// A key that is given twice.
    pub fn repeated(&self) -> Option<&str> {
        self.repeated.as_deref()
    }
}

impl fmt::Display for Tags {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (key, value)) in self.entries().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            match value {
                Some(value) => write!(formatter, "{separator}{key}={value}")?,
                None => write!(formatter, "{separator}{key}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::Cause;
    use crate::source::SourceMap;

    fn why() -> Arc<Unknown> {
        let file = SourceMap::new("/").add("main", "").id();
        Arc::new(Unknown::new(Cause::InputWithoutValue("var.tags".to_owned()), Span::new(file, 0, 0)))
    }

    fn tags(entries: &[(&str, &str)]) -> Tags {
        let mut tags = Tags::default();
        for (key, value) in entries {
            tags.add(key, Ok((*value).to_owned()));
        }
        tags
    }

    #[test]
    fn what_is_there_is_known_and_what_may_be_is_not() {
        let mut some = tags(&[("Owner", "web")]);
        some.add("Name", Err(why()));
        assert_eq!((some.has("Owner").unwrap(), some.has("owner").unwrap()), (true, false));
        assert_eq!((some.value("Owner").unwrap(), some.value("Tier").unwrap()), ("web", ""));
        assert!(some.has("Name").unwrap() && some.value("Name").is_err());
        assert_eq!(some.keys().unwrap(), ["Name", "Owner"]);
        some.add_unknown(&why());
        assert!(some.has("Owner").unwrap() && some.has("Tier").is_err());
        assert!(some.value("Tier").is_err() && some.keys().is_err());
    }

    #[test]
    fn own_tags_win_over_those_of_the_provider() {
        let common = tags(&[("Owner", "platform"), ("Env", "prod")]);
        let all = tags(&[("Owner", "web")]).over(&common);
        assert_eq!((all.value("Owner").unwrap(), all.value("Env").unwrap()), ("web", "prod"));
        assert_eq!(all.repeated(), None);
        let all = Tags::unknown(&why()).over(&common);
        assert!(all.has("Env").unwrap() && all.value("Env").is_err() && all.has("Tier").is_err());
    }

    #[test]
    fn a_key_that_is_given_twice_is_named() {
        assert_eq!(tags(&[("Owner", "a"), ("owner", "b")]).repeated(), None);
        assert_eq!(tags(&[("Owner", "a"), ("Env", "b"), ("Owner", "c")]).repeated(), Some("Owner"));
    }
}

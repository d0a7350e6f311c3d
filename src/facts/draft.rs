//! Building a fact, so that no field is forgotten.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Fact, FieldValue, Kind, Place, Table};
use crate::diagnostic::Label;
use crate::network::address::AddressSet;
use crate::network::model::{Direction, Field, Permission};
use crate::network::ports::PortSet;
use crate::network::tags::Tags;
use crate::resource::{Language, Presence, Unknown};
use crate::source::Span;

/// A value, or why it is not known.
pub(super) type Known<T> = Result<T, Arc<Unknown>>;

/// A fact under construction.
pub(super) struct Draft {
    fact: Fact,
}

impl Draft {
    /// A fact about something that was declared in a language.
    pub(super) fn new(
        kind: Kind,
        subject: &Arc<str>,
        declared: &Arc<str>,
        language: Language,
        head: Span,
    ) -> Self {
        let language = match language {
            Language::Terraform => "terraform",
            Language::CloudFormation => "cloudformation",
        };
        let fact = Fact {
            kind,
            subject: Arc::clone(subject),
            declared: Arc::clone(declared),
            fields: Table::with_capacity(kind.fields().count()),
            hidden: BTreeSet::new(),
            unknown: Table::default(),
            places: Table::default(),
            head,
            related: Vec::new(),
            anchors: Vec::new(),
            rules: Vec::new(),
            calls: Vec::new(),
            key: String::new(),
            presence: Presence::Certain,
        };
        Self { fact }.set("subject", &**subject).set("language", language)
    }

    /// A known field.
    pub(super) fn set(mut self, name: &'static str, value: impl Into<FieldValue>) -> Self {
        self.fact.fields.insert(name, value.into());
        self
    }

    /// A field that may be unknown.
    pub(super) fn known<V: Into<FieldValue>>(self, name: &'static str, value: Known<V>) -> Self {
        match value {
            Ok(value) => self.set(name, value),
            Err(why) => self.unknown(&[name], &why),
        }
    }

    /// Fields that are not known.
    pub(super) fn unknown(mut self, names: &[&'static str], why: &Arc<Unknown>) -> Self {
        for &name in names {
            self.fact.unknown.insert(name, Arc::clone(why));
        }
        self
    }

    /// What is known of the tags of something.
    pub(super) fn tags(self, tags: &Tags) -> Self {
        self.place("tags", tags.place().map(Place::at))
            .known("tag_keys", tags.keys())
            .set("repeated_tag_key", tags.repeated().unwrap_or_default())
            .set("tags", tags.clone())
    }

    /// Fields that are told to nobody, if what they hold is sensitive.
    pub(super) fn hide(mut self, names: &[&'static str], is_sensitive: bool) -> Self {
        if is_sensitive {
            self.fact.hidden.extend(names);
        }
        self
    }

    /// Where something stands.
    pub(super) fn place(mut self, name: &'static str, place: impl Into<Option<Place>>) -> Self {
        if let Some(place) = place.into() {
            self.fact.places.insert(name, place);
        }
        self
    }

    /// Another place that belongs to the story.
    pub(super) fn related(mut self, label: Label) -> Self {
        self.fact.related.push(label);
        self
    }

    /// A place at which a suppression counts.
    pub(super) fn anchor(mut self, span: Span) -> Self {
        if !self.fact.anchors.contains(&span) {
            self.fact.anchors.push(span);
        }
        self
    }

    /// A resource that declares a rule it is about.
    pub(super) fn rule(mut self, address: &Arc<str>) -> Self {
        self.fact.rules.push(Arc::clone(address));
        self
    }

    /// The module calls that led to it.
    pub(super) fn calls(mut self, calls: &[Span]) -> Self {
        self.fact.calls = calls.to_vec();
        self
    }

    /// Its meaning for the fingerprint.
    pub(super) fn key(mut self, key: impl Into<String>) -> Self {
        self.fact.key = key.into();
        self
    }

    /// Whether the subject exists.
    pub(super) fn presence(mut self, presence: &Presence) -> Self {
        self.fact.presence = presence.clone();
        self
    }

    /// What every fact about one permission has in common.
    pub(super) fn declared_by(self, permission: &Permission) -> Self {
        self.set("direction", permission.direction.name())
            .anchor(permission.span)
            .anchor(permission.resource_span)
            .rule(&permission.resource)
            .calls(&permission.calls)
            .presence(&permission.presence)
    }

    /// The fact. Every field of its kind must stand in it, known or unknown, never both.
    pub(super) fn finish(self) -> Fact {
        debug_assert_eq!(self.fact.gaps(), Vec::<String>::new(), "{} fact", self.fact.kind);
        self.fact
    }
}

impl Fact {
    /// What is wrong with the fact by the schema of its kind: fields that are missing, of another type, known and
    /// unknown at once, or not in the schema. Empty for every fact that an analysis yields.
    pub fn gaps(&self) -> Vec<String> {
        let mut gaps = Vec::new();
        for field in self.kind.fields() {
            match (self.fields.get(field.name), self.unknown.contains_key(field.name)) {
                (None, false) => gaps.push(format!("{} is missing", field.name)),
                (Some(_), true) => gaps.push(format!("{} is known and unknown", field.name)),
                (Some(value), false) if !value.fits(field.ty) => {
                    gaps.push(format!("{} is no {:?}", field.name, field.ty));
                }
                _ => {}
            }
        }
        let strange = |name: &&'static str| self.kind.field(name).is_none();
        gaps.extend(
            self.fields
                .keys()
                .chain(self.unknown.keys())
                .copied()
                .filter(strange)
                .map(|name| format!("{name} is no field")),
        );
        let places = self.places.keys().filter(|name| !self.kind.places().contains(name));
        gaps.extend(places.map(|name| format!("{name} is no place")));
        gaps
    }
}

impl Place {
    /// Where a field of the model stands. Of a sensitive one, not where it was written: that text is the secret.
    pub(super) fn of<T>(field: &Field<T>) -> Self {
        if field.origin.is_sensitive() {
            return Self::at(field.span);
        }
        Self { origin: Some(field.origin.clone()), ..Self::at(field.span) }
    }
}

impl From<bool> for FieldValue {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for FieldValue {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<usize> for FieldValue {
    fn from(value: usize) -> Self {
        Self::Int(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl From<&str> for FieldValue {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for FieldValue {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<Vec<String>> for FieldValue {
    fn from(value: Vec<String>) -> Self {
        Self::List(value)
    }
}

impl From<Tags> for FieldValue {
    fn from(tags: Tags) -> Self {
        Self::Tags(tags)
    }
}

impl From<PortSet> for FieldValue {
    fn from(set: PortSet) -> Self {
        Self::Ports { set, more: None }
    }
}

impl From<AddressSet> for FieldValue {
    fn from(set: AddressSet) -> Self {
        Self::Addresses { set, more: None, breadth: None }
    }
}

impl From<Direction> for FieldValue {
    fn from(direction: Direction) -> Self {
        direction.name().into()
    }
}

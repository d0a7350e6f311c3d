//! The network model as facts: what a policy can judge.
//!
//! One analysis a file, each a pure function of the [`Network`]. A fact has a kind, a subject, fields (see
//! [`schema`]) and a place for each field. A field that is not known is absent from `fields` and stands in
//! `unknown` with its reason: policies see three values, never a guess.

mod attachment;
mod cover;
mod description;
mod draft;
mod exposure;
mod group;
mod overlap;
mod permission;
mod reading;
mod reference;
pub mod schema;
mod share;
#[cfg(test)]
mod testing;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use schema::{FieldType, Kind};

use crate::diagnostic::Label;
use crate::network::address::AddressSet;
use crate::network::model::Network;
use crate::network::ports::PortSet;
use crate::resource::{Origin, Presence, Unknown};
use crate::source::Span;

/// One fact.
#[derive(Clone, Debug)]
pub struct Fact {
    /// Its kind.
    pub kind: Kind,
    /// Address of what it is about.
    pub subject: Arc<str>,
    /// The address without instance keys.
    pub declared: Arc<str>,
    /// The known fields.
    pub fields: BTreeMap<&'static str, FieldValue>,
    /// The fields that are not known, and why.
    pub unknown: BTreeMap<&'static str, Arc<Unknown>>,
    /// Where a field stands, for those that stand somewhere.
    pub places: BTreeMap<&'static str, Place>,
    /// Where the fact as a whole stands: the fallback for a field without a place.
    pub head: Span,
    /// Other places that belong to the story, in reading order.
    pub related: Vec<Label>,
    /// Places at which a suppression comment counts besides the primary one: the rule, the resource.
    pub anchors: Vec<Span>,
    /// The module calls that led here, outermost first.
    pub calls: Vec<Span>,
    /// The fact's meaning in words that survive moving and reformatting: for the fingerprint.
    pub key: String,
    /// Whether the subject exists.
    pub presence: Presence,
}

/// A known value of a field.
#[derive(Clone, Debug)]
pub enum FieldValue {
    /// Truth value.
    Bool(bool),
    /// Whole number.
    Int(i64),
    /// Text, also the literal of an enum.
    Text(String),
    /// List of texts.
    List(Vec<String>),
    /// Ports. At least these when `more` says why there may be others.
    Ports {
        /// The known ports.
        set: PortSet,
        /// Why there may be more.
        more: Option<Arc<Unknown>>,
    },
    /// Addresses. At least these when `more` says why there may be others.
    Addresses {
        /// The known addresses.
        set: AddressSet,
        /// Why there may be more.
        more: Option<Arc<Unknown>>,
    },
}

/// Where a field stands.
#[derive(Clone, Debug)]
pub struct Place {
    /// The narrowest text a user would change.
    pub span: Span,
    /// Words for the label there, if the analysis has some: `every IPv4 address`.
    pub label: String,
    /// Where the value was written and the way it came.
    pub origin: Option<Origin>,
    /// Further places that contribute to the field (the other half of a split range).
    pub also: Vec<Label>,
}

impl FieldValue {
    /// Whether it is of a type of the schema; for an enum, one of its literals.
    pub fn fits(&self, ty: FieldType) -> bool {
        match (self, ty) {
            (Self::Bool(_), FieldType::Bool)
            | (Self::Int(_), FieldType::Int)
            | (Self::Text(_), FieldType::Text)
            | (Self::List(_), FieldType::TextList)
            | (Self::Ports { .. }, FieldType::Ports)
            | (Self::Addresses { .. }, FieldType::Addresses) => true,
            (Self::Text(text), FieldType::Enum(literals)) => literals.contains(&text.as_str()),
            _ => false,
        }
    }
}

impl Place {
    /// A place without further words.
    pub fn at(span: Span) -> Self {
        Self { span, label: String::new(), origin: None, also: Vec::new() }
    }
}

/// Every fact of a network, in the order of the kinds and of the source.
pub fn analyse(network: &Network) -> Vec<Fact> {
    let context = reading::Context::new(network);
    let mut facts = group::facts(&context);
    facts.extend(permission::facts(&context));
    facts.extend(exposure::facts(&context));
    facts.extend(attachment::facts(&context));
    facts.extend(reference::facts(&context));
    facts.extend(overlap::facts(&context));
    facts.extend(share::facts(&context));
    facts.extend(description::facts(&context));
    facts
}

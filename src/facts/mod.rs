//! The network model as facts: what a policy can judge.
//!
//! One analysis a file, each a pure function of the [`Network`]. A fact has a kind, a subject, fields (see
//! [`schema`]) and a place for each field. A field that is not known is absent from `fields` and stands in
//! `unknown` with its reason: policies see three values, never a guess.

mod answers;
mod assignment;
mod association;
mod attachment;
mod carriers;
mod count;
mod cover;
mod crossing;
mod dependency;
mod description;
mod draft;
mod entry;
mod exposure;
mod group;
mod identity;
mod interface;
mod lookup;
mod mechanism;
mod mismatch;
mod naming;
mod overlap;
mod path;
mod permission;
mod placement;
mod quota;
mod reading;
mod redundancy;
mod reference;
mod regions;
pub mod schema;
mod share;
mod shared_group;
mod spelling;
mod statement;
mod subnet;
mod table;
#[cfg(test)]
mod testing;
mod uses;
mod vpc;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

pub use schema::{FieldType, Kind};
pub use table::Table;
pub use uses::used_groups;

use crate::diagnostic::Label;
use crate::network::address::{AddressSet, Breadth};
use crate::network::model::Network;
use crate::network::ports::PortSet;
use crate::network::tags::Tags;
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
    pub fields: Table<FieldValue>,
    /// Of the known fields, those that hold what the configuration marks as sensitive: they are judged, and never told.
    pub hidden: BTreeSet<&'static str>,
    /// The fields that are not known, and why.
    pub unknown: Table<Arc<Unknown>>,
    /// Where a field stands, for those that stand somewhere.
    pub places: Table<Place>,
    /// Where the fact as a whole stands: the fallback for a field without a place.
    pub head: Span,
    /// Other places that belong to the story, in reading order.
    pub related: Vec<Label>,
    /// Places at which a suppression comment counts besides the primary one: the rule, the resource.
    pub anchors: Vec<Span>,
    /// Addresses of the resources that declare the rules it is about; those of a module that is not the user's all
    /// stand at its call.
    pub rules: Vec<Arc<str>>,
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
    /// Tags, perhaps known in part.
    Tags(Tags),
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
        /// How wide those can be, if that is known.
        breadth: Option<Breadth>,
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
            | (Self::Text(_), FieldType::Text | FieldType::Protocol)
            | (Self::List(_), FieldType::TextList | FieldType::ProtocolList)
            | (Self::Tags(_), FieldType::Tags)
            | (Self::Ports { .. }, FieldType::Ports)
            | (Self::Addresses { .. }, FieldType::Addresses) => true,
            (Self::Text(text), FieldType::Enum(literals)) => literals.contains(&text.as_str()),
            _ => false,
        }
    }

    /// Why a set may hold more than its known part, or tags more than what is known of them.
    pub fn more(&self) -> Option<&Arc<Unknown>> {
        match self {
            Self::Ports { more, .. } | Self::Addresses { more, .. } => more.as_ref(),
            Self::Tags(tags) => tags.more().or_else(|| tags.unknown_value()),
            _ => None,
        }
    }
}

/// A value as people write it; with `#` as it is written in code, texts in quotes and lists in brackets.
impl fmt::Display for FieldValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let as_code = formatter.alternate();
        match self {
            Self::Bool(value) => write!(formatter, "{value}"),
            Self::Int(value) => write!(formatter, "{value}"),
            Self::Text(text) if as_code => write!(formatter, "{text:?}"),
            Self::Text(text) => formatter.write_str(text),
            Self::List(texts) if as_code => write!(formatter, "[{}]", texts.join(", ")),
            Self::List(texts) => formatter.write_str(&texts.join(", ")),
            Self::Tags(tags) if as_code => write!(formatter, "[{tags}]"),
            Self::Tags(tags) => write!(formatter, "{tags}"),
            Self::Ports { set, .. } => write!(formatter, "{set}"),
            Self::Addresses { set, .. } => write!(formatter, "{set}"),
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
    let declared = exposure::declared_rules(&context);
    facts.extend(exposure::facts(&context, &declared));
    facts.extend(exposure::combination::facts(&context, &declared));
    facts.extend(attachment::facts(&context));
    facts.extend(interface::facts(&context));
    facts.extend(reference::facts(&context));
    facts.extend(overlap::facts(&context));
    facts.extend(dependency::facts(&context));
    facts.extend(crossing::facts(&context));
    facts.extend(path::facts(&context));
    facts.extend(share::facts(&context));
    facts.extend(shared_group::facts(&context));
    facts.extend(description::facts(&context));
    facts.extend(vpc::facts(&context));
    facts.extend(entry::facts(&context));
    facts.extend(quota::facts(&context));
    facts.extend(assignment::facts(&context));
    facts.extend(association::facts(&context));
    facts.extend(statement::facts(&context));
    facts.extend(subnet::facts(&context));
    facts.extend(lookup::facts(&context));
    facts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::testing::{Builder, rules};
    use super::*;
    use crate::network::model::{Direction, GroupTarget, UseRole};

    #[test]
    fn an_empty_network_has_no_facts() {
        assert!(analyse(&Network::default()).is_empty());
    }

    /// A network with every kind of fact, and unknown values at the given places.
    fn network(rules: &[testing::RandomRule], unknown: u16) -> Network {
        let mut builder = Builder::terraform();
        let group = builder.group("web");
        testing::add(&mut builder, group, rules);
        let is_unknown = |place: u16| unknown & (1 << place) != 0;
        let name = if is_unknown(0) { builder.unknown_field() } else { builder.field("web".into()) };
        let description = if is_unknown(1) { builder.unknown_field() } else { builder.field("é".into()) };
        let vpc = if is_unknown(2) { builder.unknown_field() } else { builder.field("vpc-1".to_owned()) };
        let why = builder.unknown();
        let target = if is_unknown(3) {
            builder.field(GroupTarget::Unknown(Arc::clone(&why)))
        } else {
            builder.field(GroupTarget::Group(group))
        };
        let declared = &mut builder.network.groups[group.0];
        declared.name = Some(name);
        declared.description = Some(description);
        declared.vpc = Some(vpc);
        declared.in_default_vpc = (!is_unknown(2)).then_some(false);
        if is_unknown(4) {
            declared.unknown_rules.push((Direction::Egress, Arc::clone(&why)));
        }
        builder.attach("aws_instance.a", target.clone());
        builder.share(target.clone());
        builder.use_group(UseRole::Attach, "aws_instance.a", target);
        for index in 0..builder.network.permissions.len() {
            let number = unknown.wrapping_mul(31).wrapping_add(u16::try_from(index).unwrap_or_default());
            if number % 5 == 0 {
                builder.network.permissions[index].protocol = Some(builder.unknown_field());
            }
            if number % 7 == 0 {
                builder.network.permissions[index].to_port = Some(builder.unknown_field());
            }
            if number % 11 == 0 {
                builder.network.permissions[index].group = GroupTarget::Unknown(Arc::clone(&why));
            }
            if number % 13 == 0 {
                builder.network.permissions[index].presence = Presence::Unknown(Arc::clone(&why));
            }
            if number % 17 == 0 {
                let permission = &mut builder.network.permissions[index];
                (permission.protocol, permission.from_port) = (None, None);
            }
        }
        builder.network
    }

    proptest! {
        #[test]
        fn every_fact_has_every_field_of_its_kind(rules in rules(), unknown: u16) {
            let facts = analyse(&network(&rules, unknown));
            for fact in &facts {
                prop_assert_eq!(fact.gaps(), Vec::<String>::new(), "{:?}", fact);
            }
            let kinds: Vec<Kind> = facts.iter().map(|fact| fact.kind).collect();
            prop_assert!(kinds.is_sorted(), "facts come in the order of the kinds");
        }

        #[test]
        fn facts_do_not_depend_on_chance(rules in rules(), unknown: u16) {
            let network = network(&rules, unknown);
            prop_assert_eq!(format!("{:?}", analyse(&network)), format!("{:?}", analyse(&network)));
        }
    }
}

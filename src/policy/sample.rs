//! Facts for the tests of this module.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::facts::{Fact, FieldValue, Kind};
use crate::network::ports::PortSet;
use crate::resource::{Cause, Presence, Unknown};
use crate::source::{SourceMap, Span};

/// A span in an empty text, for tests that do not look at places.
pub(super) fn nowhere() -> Span {
    let sources = SourceMap::new("/");
    let file = sources.add("sample.tf", "");
    Span::new(file.id(), 0, 0)
}

/// A fact with these fields about `aws_security_group.web`.
pub(super) fn fact(kind: Kind, fields: Vec<(&'static str, FieldValue)>) -> Fact {
    Fact {
        kind,
        subject: Arc::from("aws_security_group.web"),
        declared: Arc::from("aws_security_group.web"),
        fields: fields.into_iter().collect(),
        unknown: BTreeMap::new(),
        places: BTreeMap::new(),
        head: nowhere(),
        related: Vec::new(),
        anchors: Vec::new(),
        calls: Vec::new(),
        key: String::new(),
        presence: Presence::Certain,
    }
}

/// Why something is not known.
pub(super) fn reason(variable: &str) -> Arc<Unknown> {
    Arc::new(Unknown { cause: Cause::InputWithoutValue(variable.to_owned()), at: nowhere() })
}

/// A text.
pub(super) fn text(value: &str) -> FieldValue {
    FieldValue::Text(value.to_owned())
}

/// Ports that are all known.
pub(super) fn ports(intervals: &[(u16, u16)]) -> FieldValue {
    FieldValue::Ports { set: PortSet::from_intervals(intervals.iter().copied()), more: None }
}

/// Ports of which there may be more.
pub(super) fn some_ports(intervals: &[(u16, u16)]) -> FieldValue {
    let set = PortSet::from_intervals(intervals.iter().copied());
    FieldValue::Ports { set, more: Some(reason("var.ports")) }
}

//! Facts for the tests of this module.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::facts::{Fact, FieldValue, Kind, Table};
use crate::network::address::Cidr;
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
        hidden: BTreeSet::new(),
        unknown: Table::default(),
        places: Table::default(),
        head: nowhere(),
        related: Vec::new(),
        anchors: Vec::new(),
        rules: Vec::new(),
        calls: Vec::new(),
        key: String::new(),
        presence: Presence::Certain,
    }
}

/// Why something is not known.
pub(super) fn reason(variable: &str) -> Arc<Unknown> {
    Arc::new(Unknown::new(Cause::InputWithoutValue(variable.to_owned()), nowhere()))
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

/// Addresses that are all known.
pub(super) fn addresses(cidr: &str) -> FieldValue {
    FieldValue::Addresses { set: Cidr::parse(cidr).unwrap().addresses(), more: None, breadth: None }
}

/// A rule file of a user.
pub(super) const RULE: &str = "\
policy: v1
id: acme/wide
title: Too many ports
on: permission
when: >
  permission.direction == 'ingress'
  && permission.port_count > params.limit
severity: medium
at: ports
message: \"{port_count} ports open on {group}\"
why: Few services need many ports.
help: Name the ports.
params:
  limit: { type: int, default: 100 }
standards: { aws-fsbp: [EC2.18] }
own-mappings: { cis-aws-5.0: [\"5.3\"] }
aliases: [X_1]
references: [\"https://example.com/\"]
seed: [S2-17, S4-1]
examples:
  - bad: |
      a = 1 # <-- here
  - good: |
      a = 2
";

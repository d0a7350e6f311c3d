//! Values of a resource as fields of the model: known with a place, or unknown with a reason.

use std::sync::Arc;

use super::texts;
use crate::network::address::Cidr;
use crate::network::model::{CidrText, Field};
use crate::network::protocol::Protocol;
use crate::network::text::Text;
use crate::resource::{
    Attribute, Cause, Origin, Resource, SENSITIVE_TEXT, StepKind, Unknown, Value, ValueKind,
};
use crate::source::Span;

/// How deep lists may stand in lists. No argument nests them; functions and intrinsics may.
const MAX_NESTING: usize = 8;

/// An argument of a declared rule or resource: its value and the place it stands in.
#[derive(Clone, Debug)]
pub(super) struct Argument {
    /// The expression, or the block around it where the expression itself has no span.
    pub(super) place: Span,
    /// What it evaluates to; never null.
    pub(super) value: Value,
}

impl Argument {
    /// An argument of a resource; absent and null are the same.
    pub(super) fn of(resource: &Resource, name: &str) -> Option<Self> {
        let Attribute { span, value, .. } = resource.attribute(name)?;
        Some(Self { place: *span, value: value.clone() })
    }

    /// Any scalar as text.
    pub(super) fn text(&self) -> Field<String> {
        read(self.place, &self.value, "text", |value| value.to_text().map(|text| text.to_string()))
    }

    /// Text of which parts may not be known.
    pub(super) fn text_in_parts(&self) -> Field<Text> {
        read(self.place, &self.value, "text", texts::in_parts)
    }

    /// A whole number.
    pub(super) fn number(&self) -> Field<i64> {
        read(self.place, &self.value, "a whole number", Value::as_i64)
    }

    /// A truth value.
    pub(super) fn truth(&self) -> Field<bool> {
        read(self.place, &self.value, "true or false", Value::as_bool)
    }

    /// A protocol, by name or number (RF-01).
    pub(super) fn protocol(&self) -> Field<Result<Protocol, String>> {
        let is_sensitive = self.value.is_sensitive();
        self.text().map(|text| {
            Protocol::parse(&text).map_err(|text| if is_sensitive { SENSITIVE_TEXT.to_owned() } else { text })
        })
    }
}

/// A CIDR that stands in `place`.
pub(super) fn cidr(place: Span, value: &Value, in_ipv6_attribute: bool) -> Field<CidrText> {
    read(place, value, "an address range", |value| {
        let text = value.as_str()?.to_owned();
        Some(CidrText { cidr: Cidr::parse(&text), text, in_ipv6_attribute })
    })
}

/// A value that stands in `place` as a field. Text with unknown parts, identities that exist only after
/// deployment, and values of another type than `expected` are unknown.
pub(super) fn read<T>(
    place: Span,
    value: &Value,
    expected: &str,
    convert: impl FnOnce(&Value) -> Option<T>,
) -> Field<T> {
    let span = value.origin.narrowest_in(place);
    let converted = convert(value).ok_or_else(|| reason(value, expected, span));
    Field { value: converted, span, origin: value.origin.clone() }
}

/// A known field at the place where `value` stands.
pub(super) fn at<T>(place: Span, value: &Value, known: T) -> Field<T> {
    Field { value: Ok(known), span: value.origin.narrowest_in(place), origin: value.origin.clone() }
}

/// A field that nobody wrote: a documented default, pointing at what it is the default of.
pub(super) fn implied<T>(place: Span, known: T) -> Field<T> {
    Field { value: Ok(known), span: place, origin: Origin::at(place).through(StepKind::Implied, place) }
}

/// Why a value is no `expected`.
pub(super) fn reason(value: &Value, expected: &str, span: Span) -> Arc<Unknown> {
    if let Some(unknown) = value.unknown_cause() {
        return Arc::clone(unknown);
    }
    let cause = match value.references().first().and_then(Value::as_reference) {
        Some(reference) => Cause::of_reference(reference),
        None => Cause::Invalid(format!("{expected} is expected here")),
    };
    Arc::new(Unknown::new(cause, span))
}

/// The members of a list, also of lists inside it, without nulls; a value that is no list is its own member.
pub(super) fn flatten(value: &Value) -> Vec<Value> {
    fn collect(value: &Value, depth: usize, found: &mut Vec<Value>) {
        match &value.kind {
            ValueKind::Null => {}
            ValueKind::List(_) | ValueKind::Set(_) if depth < MAX_NESTING => {
                value.members().iter().for_each(|member| collect(member, depth + 1, found));
            }
            _ => found.push(value.clone()),
        }
    }
    let mut found = Vec::new();
    collect(value, 0, &mut found);
    found
}

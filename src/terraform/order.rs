//! Equality and order of values, and what of them is known.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::resource::{Cause, Reference, Unknown, Value, ValueKind};
use crate::source::Span;

/// Whether two values are equal as Terraform's `==` decides it: values of different types are not. `None`
/// when it depends on something unknown: two references to one attribute are equal, to different ones
/// nobody can say before deployment.
pub(crate) fn equal(left: &Value, right: &Value) -> Option<bool> {
    use ValueKind::{Bool, List, Map, Null, Reference as Refers, Set, String, Template, Unknown};
    match (&left.kind, &right.kind) {
        (Null, Null) => Some(true),
        (Null, Refers(reference)) | (Refers(reference), Null) => exists(reference).then_some(false),
        (Bool(left), Bool(right)) => Some(left == right),
        (ValueKind::Number(left), ValueKind::Number(right)) => Some(left == right),
        (String(left), String(right)) => Some(left == right),
        (Refers(left), Refers(right)) => (left == right).then_some(true),
        (Template(_), Template(_)) => {
            (wholly_known(left) && compare(left, right) == Ordering::Equal).then_some(true)
        }
        (Template(_), Null) | (Null, Template(_)) => Some(false),
        (Template(parts), String(text)) | (String(text), Template(parts))
            if starts_otherwise(parts, text) =>
        {
            Some(false)
        }
        (Unknown(unknown), other) | (other, Unknown(unknown))
            if unknown.cause.is_chosen() && !matches!(other, Unknown(_) | Refers(_) | Template(_)) =>
        {
            Some(false)
        }
        (Unknown(_) | Refers(_) | Template(_), _) | (_, Unknown(_) | Refers(_) | Template(_)) => None,
        (List(left), List(right)) | (Set(left), Set(right)) => {
            let least = |items: &[Value]| items.iter().filter(|item| !item.is_several()).count();
            let (least_left, least_right) = (least(left), least(right));
            if least_left < left.len() || least_right < right.len() {
                let is_longer = least_right == right.len() && least_left > right.len()
                    || least_left == left.len() && least_right > left.len();
                return is_longer.then_some(false);
            }
            if left.len() != right.len() {
                return Some(false);
            }
            all(left.iter().zip(right.iter()).map(|(left, right)| equal(left, right)))
        }
        (Map(left), Map(right)) => {
            if !left.keys().eq(right.keys()) {
                return Some(false);
            }
            all(left.values().zip(right.values()).map(|(left, right)| equal(left, right)))
        }
        _ => Some(false),
    }
}

/// Whether a text with unknown parts starts with what another does not start with. The last letter of what is known
/// does not count, unless there is none to compare it with: an accent that follows would change it.
fn starts_otherwise(parts: &[Value], text: &str) -> bool {
    let Some(start) = parts.first().and_then(Value::as_str).filter(|start| start.is_ascii()) else {
        return false;
    };
    let Some((last, _)) = start.char_indices().next_back() else { return false };
    text.is_empty() || !text.starts_with(&start[..last])
}

/// Conjunction of three-valued answers.
fn all(answers: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut result = Some(true);
    for answer in answers {
        match answer {
            Some(false) => return Some(false),
            None => result = None,
            Some(true) => {}
        }
    }
    result
}

/// Whether a reference is certainly not null: the resource itself, and the identities every resource has.
fn exists(reference: &Reference) -> bool {
    matches!(&*reference.attribute, "" | "id" | "arn")
}

/// Whether nothing in it is unknown. A reference counts as known: it is an identity.
pub(crate) fn wholly_known(value: &Value) -> bool {
    match &value.kind {
        ValueKind::Unknown(_) => false,
        ValueKind::Template(parts) => parts.iter().all(wholly_known),
        ValueKind::List(items) | ValueKind::Set(items) => items.iter().all(wholly_known),
        ValueKind::Map(entries) => entries.values().all(wholly_known),
        _ => true,
    }
}

/// A part of an unknown value, or what is made from it: that an input is chosen not to be empty says nothing of its
/// parts.
pub(crate) fn unknown_part(value: &Value) -> Value {
    let mut part = value.clone();
    if let ValueKind::Unknown(unknown) = &mut part.kind
        && let Cause::Chosen(name) = &unknown.cause
    {
        let cause = Cause::OfChosen(name.clone());
        *unknown = Arc::new(Unknown { cause, ..Unknown::clone(unknown) });
    }
    part
}

/// The unknown value that a value which is not known, or a text with such a part, makes of what needs its
/// content: an unknown part before a reference. `None` for other values. `place` is where that happens.
pub(crate) fn unknown_content(value: &Value, place: Span) -> Option<Value> {
    match &value.kind {
        ValueKind::Unknown(_) => Some(unknown_part(value)),
        ValueKind::Reference(reference) => Some(Value {
            origin: value.origin.clone(),
            ..Value::unknown(Cause::of_reference(reference), place)
        }),
        ValueKind::Template(parts) => {
            let is_unknown = |part: &&Value| part.unknown_cause().is_some();
            let is_open = |part: &&Value| part.as_str().is_none();
            let open = parts.iter().find(is_unknown).or_else(|| parts.iter().find(is_open));
            open.and_then(|part| unknown_content(part, place))
        }
        _ => None,
    }
}

/// How deep collections may nest to be looked at to the last leaf.
const MAX_DEPTH: usize = 128;

/// Whether values, written out in full, have at most that many parts. Collections share their elements, so a
/// short text can make a value of astronomical size: what walks a value checks this first.
pub(crate) fn is_bounded(values: &[Value], most: usize) -> bool {
    fn fits<'a>(values: impl Iterator<Item = &'a Value>, left: &mut usize, depth: usize) -> bool {
        for value in values {
            let Some(rest) = left.checked_sub(1) else { return false };
            *left = rest;
            let fits = match &value.kind {
                ValueKind::List(items) | ValueKind::Set(items) => {
                    depth > 0 && fits(items.iter(), left, depth - 1)
                }
                ValueKind::Map(entries) => depth > 0 && fits(entries.values(), left, depth - 1),
                _ => true,
            };
            if !fits {
                return false;
            }
        }
        true
    }
    let mut left = most;
    fits(values.iter(), &mut left, MAX_DEPTH)
}

/// A total order that agrees with Terraform's order of set elements on texts (by bytes), numbers and truth
/// values; references follow the known ones by address, null and unknown come last.
pub(crate) fn compare(left: &Value, right: &Value) -> Ordering {
    use ValueKind::{Bool, List, Map, Reference as Refers, Set, String, Template, Unknown};
    match (&left.kind, &right.kind) {
        (Bool(left), Bool(right)) => left.cmp(right),
        (ValueKind::Number(left), ValueKind::Number(right)) => left.cmp(right),
        (String(left), String(right)) => left.cmp(right),
        (Template(left), Template(right)) => sequence(left.iter(), right.iter()),
        (List(left), List(right)) | (Set(left), Set(right)) => {
            if Arc::ptr_eq(left, right) {
                return Ordering::Equal;
            }
            sequence(left.iter(), right.iter())
        }
        (Map(left), Map(right)) => {
            if Arc::ptr_eq(left, right) {
                return Ordering::Equal;
            }
            left.keys().cmp(right.keys()).then_with(|| sequence(left.values(), right.values()))
        }
        (Refers(left), Refers(right)) => left.cmp(right),
        (Unknown(left), Unknown(right)) => left.at.cmp(&right.at).then_with(|| left.cause.cmp(&right.cause)),
        _ => rank(left).cmp(&rank(right)),
    }
}

fn sequence<'a>(
    left: impl Iterator<Item = &'a Value>,
    mut right: impl Iterator<Item = &'a Value>,
) -> Ordering {
    for left in left {
        let Some(right) = right.next() else { return Ordering::Greater };
        let order = compare(left, right);
        if order != Ordering::Equal {
            return order;
        }
    }
    if right.next().is_some() { Ordering::Less } else { Ordering::Equal }
}

fn rank(value: &Value) -> u8 {
    match value.kind {
        ValueKind::Bool(_) => 0,
        ValueKind::Number(_) => 1,
        ValueKind::String(_) => 2,
        ValueKind::Template(_) => 3,
        ValueKind::List(_) => 4,
        ValueKind::Set(_) => 5,
        ValueKind::Map(_) => 6,
        ValueKind::Reference(_) => 7,
        ValueKind::Null => 8,
        ValueKind::Unknown(_) => 9,
    }
}

/// Values that can be looked up. An unknown value is in no set: it may be any value.
#[derive(Default)]
pub(crate) struct Seen(BTreeSet<Ordered>);

impl Seen {
    /// Whether the value was not there before; always for one that is not wholly known.
    pub(crate) fn insert(&mut self, value: &Value) -> bool {
        !wholly_known(value) || self.0.insert(Ordered(value.clone()))
    }

    /// Whether the value is there for certain.
    pub(crate) fn contains(&self, value: &Value) -> bool {
        wholly_known(value) && self.0.contains(&Ordered(value.clone()))
    }
}

impl<'a> FromIterator<&'a Value> for Seen {
    fn from_iter<I: IntoIterator<Item = &'a Value>>(values: I) -> Self {
        let mut seen = Self::default();
        for value in values {
            seen.insert(value);
        }
        seen
    }
}

struct Ordered(Value);

impl PartialEq for Ordered {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Ordered {}

impl PartialOrd for Ordered {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ordered {
    fn cmp(&self, other: &Self) -> Ordering {
        compare(&self.0, &other.0)
    }
}

/// The elements of a set: each value once, the first of equal ones, in order.
pub(crate) fn set_elements(mut values: Vec<Value>) -> Vec<Value> {
    values.sort_by(compare);
    values.dedup_by(|next, kept| compare(next, kept) == Ordering::Equal && wholly_known(kept));
    values
}

#[cfg(test)]
mod tests {
    use super::equal;
    use crate::source::SourceMap;
    use crate::syntax::hcl::parse_expression;
    use crate::terraform::functions::testing::evaluate;

    #[test]
    fn a_known_start_tells_texts_apart() {
        let sources = SourceMap::new("/");
        let value = |text: &str| evaluate(&parse_expression(&sources.add(text, text)).unwrap()).unwrap();
        for (left, right, answer) in [
            (r#""prod-${web}""#, r#""dev""#, Some(false)),
            (r#""prod-${web}""#, r#""""#, Some(false)),
            (r#""p${web}""#, r#""""#, Some(false)),
            (r#""prod-${web}""#, r#""prod-a""#, None),
            // An accent that follows makes one letter of two.
            (r#""e${unknown}""#, r#""\u00e9""#, None),
            (r#""${web}-prod""#, r#""dev""#, None),
        ] {
            assert_eq!(equal(&value(left), &value(right)), answer, "{left} == {right}");
            assert_eq!(equal(&value(right), &value(left)), answer, "{right} == {left}");
        }
    }
}

//! Planned values in the places where the code writes them.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::resource::{Attribute, Origin, Presence, Resource, Value, ValueKind};

/// The most comparisons for finding which written element is which planned one.
const MOST_COMPARISONS: usize = 10_000;
/// How many members of a list count in comparing it with another.
const MOST_MEMBERS: usize = 32;

/// The written resource with planned values, at its planned address. Attributes that the code does not write are left
/// out.
pub(super) fn onto(
    mut planned: BTreeMap<Arc<str>, Attribute>,
    written: &Resource,
    address: &str,
) -> Resource {
    let attributes = written.attributes.iter().map(|(name, attribute)| {
        let value = match planned.remove(name) {
            Some(planned) => merge(planned.value, &attribute.value),
            // A plan leaves out what is not known before deployment; what the code says of it stands.
            None => attribute.value.clone(),
        };
        (Arc::clone(name), Attribute { value, ..attribute.clone() })
    });
    Resource {
        address: address.into(),
        attributes: attributes.collect(),
        presence: Presence::Certain,
        ..written.clone()
    }
}

/// The planned value with the origin of the written one. What is not known before deployment is what the code
/// says of it.
fn merge(planned: Value, written: &Value) -> Value {
    let kind = match (planned.kind, &written.kind) {
        (
            ValueKind::Unknown(_),
            ValueKind::Reference(_)
            | ValueKind::Template(_)
            | ValueKind::Unknown(_)
            | ValueKind::List(_)
            | ValueKind::Set(_)
            | ValueKind::Map(_),
        ) => return written.clone(),
        (ValueKind::List(items), ValueKind::List(known) | ValueKind::Set(known)) => {
            ValueKind::List(Arc::new(elements(Arc::unwrap_or_clone(items), known, &written.origin)))
        }
        (ValueKind::Map(entries), ValueKind::Map(known)) => {
            let entries = Arc::unwrap_or_clone(entries).into_iter();
            let merged = entries.map(|(name, value)| {
                let value = match known.get(&name) {
                    Some(written) => merge(value, written),
                    None => placed(value, &written.origin),
                };
                (name, value)
            });
            ValueKind::Map(Arc::new(merged.collect()))
        }
        (kind, _) => return placed(Value { kind, origin: planned.origin }, &written.origin),
    };
    Value { kind, origin: written.origin.clone().marked(planned.origin.marks) }
}

/// Each planned element on the written one that agrees with it most; a provider may have changed the order, and
/// filled in what was left out.
fn elements(planned: Vec<Value>, written: &[Value], place: &Origin) -> Vec<Value> {
    let in_order = planned.len().saturating_mul(written.len()) > MOST_COMPARISONS;
    let mut free: Vec<Option<&Value>> = written.iter().map(Some).collect();
    let take = |(index, value): (usize, Value)| {
        let best = if in_order {
            (index < free.len()).then_some(index)
        } else {
            let scores =
                free.iter().enumerate().filter_map(|(at, free)| Some((agreement(&value, (*free)?), at)));
            // Of equals, the first.
            scores.max_by_key(|&(score, at)| (score, std::cmp::Reverse(at))).map(|(_, at)| at)
        };
        match best.and_then(|best| free[best].take_if(|written| !written.is_several())) {
            Some(written) => merge(value, written),
            None => placed(value, place),
        }
    };
    planned.into_iter().enumerate().map(take).collect()
}

/// How many scalars are the same in both. What is not known agrees a little with anything.
fn agreement(planned: &Value, written: &Value) -> usize {
    const SAME: usize = 4;
    match (&planned.kind, &written.kind) {
        (ValueKind::List(planned), ValueKind::List(written) | ValueKind::Set(written)) => planned
            .iter()
            .take(MOST_MEMBERS)
            .map(|one| {
                written.iter().take(MOST_MEMBERS).map(|other| agreement(one, other)).max().unwrap_or(0)
            })
            .sum(),
        (ValueKind::Map(planned), ValueKind::Map(written)) => {
            planned.iter().filter_map(|(name, value)| Some(agreement(value, written.get(name)?))).sum()
        }
        (ValueKind::Unknown(_), _)
        | (_, ValueKind::Unknown(_) | ValueKind::Reference(_) | ValueKind::Template(_)) => 1,
        _ => match (planned.to_text(), written.to_text()) {
            (Some(planned), Some(written)) if planned == written => SAME,
            _ => 0,
        },
    }
}

/// A planned value at the place of the written one it came from.
fn placed(value: Value, place: &Origin) -> Value {
    let kind = match value.kind {
        ValueKind::List(items) => {
            let items = Arc::unwrap_or_clone(items).into_iter().map(|item| placed(item, place));
            ValueKind::List(Arc::new(items.collect()))
        }
        ValueKind::Map(entries) => {
            let entries = Arc::unwrap_or_clone(entries).into_iter();
            ValueKind::Map(Arc::new(entries.map(|(name, value)| (name, placed(value, place))).collect()))
        }
        kind => kind,
    };
    Value { kind, origin: place.clone().marked(value.origin.marks) }
}

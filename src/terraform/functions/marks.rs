//! Marks: which values must not be printed or kept.

use std::sync::Arc;

use super::Call;
use super::arguments::Outcome;
use crate::resource::{Marks, Value, ValueKind};

pub(super) fn sensitive(call: &Call<'_>) -> Outcome {
    Ok(call.arguments[0].clone().marked(Marks::SENSITIVE))
}

/// Takes the mark off the value itself; what is in it keeps its own.
pub(super) fn nonsensitive(call: &Call<'_>) -> Outcome {
    Ok(call.arguments[0].clone().without_marks(Marks::SENSITIVE))
}

/// Of a value that is not known, only that it is sensitive can be said.
pub(super) fn issensitive(call: &Call<'_>) -> Outcome {
    let argument = &call.arguments[0];
    match argument.kind {
        _ if argument.is_sensitive() => Ok(call.truth(true)),
        ValueKind::Unknown(_) | ValueKind::Reference(_) => Err(call.not_known(argument, call.place(0))),
        _ => Ok(call.truth(false)),
    }
}

/// The value with null wherever it is ephemeral.
pub(super) fn ephemeralasnull(call: &Call<'_>) -> Outcome {
    Ok(kept(&call.arguments[0]))
}

fn kept(value: &Value) -> Value {
    if value.origin.marks.has(Marks::EPHEMERAL) {
        let null = Value { kind: ValueKind::Null, origin: value.origin.clone() };
        return null.without_marks(Marks::EPHEMERAL);
    }
    let kind = match &value.kind {
        ValueKind::List(items) => ValueKind::List(Arc::new(items.iter().map(kept).collect())),
        ValueKind::Set(items) => ValueKind::Set(Arc::new(items.iter().map(kept).collect())),
        ValueKind::Map(entries) => {
            let entries = entries.iter().map(|(key, entry)| (Arc::clone(key), kept(entry)));
            ValueKind::Map(Arc::new(entries.collect()))
        }
        kind => kind.clone(),
    };
    Value { kind, origin: value.origin.clone() }
}

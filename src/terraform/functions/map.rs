//! Functions on maps and objects.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::arguments::Outcome;
use super::{Call, MAX_ELEMENTS};
use crate::resource::{Marks, Value, ValueKind};

pub(super) fn keys(call: &Call<'_>) -> Outcome {
    let origin = &call.arguments[0].origin;
    let keys = call.entries(0)?.into_keys();
    Ok(call.list(keys.map(|key| Value { kind: ValueKind::String(key), origin: origin.clone() }).collect()))
}

pub(super) fn values(call: &Call<'_>) -> Outcome {
    Ok(call.list(call.entries(0)?.into_values().collect()))
}

/// `lookup(map, key, default)`.
pub(super) fn lookup(call: &Call<'_>) -> Outcome {
    let map = &call.arguments[0];
    call.reject_unusable(map, call.place(0))?;
    let ValueKind::Map(entries) = &map.kind else {
        return Err(call.refuse_argument(0, "a map or object is required"));
    };
    let key = call.text(1)?;
    let marks = map.origin.marks.and(call.arguments[1].origin.marks);
    match (entries.get(&key), call.arguments.get(2)) {
        (Some(value), _) => Ok(map.taken(value).marked(marks)),
        (None, Some(default)) => Ok(default.clone().marked(marks)),
        (None, None) if !marks.is_empty() => Err(call.refuse("the map has no such element")),
        (None, None) => Err(call.refuse(format!("the map has no element {key:?}"))),
    }
}

/// Later maps win; null ones do not count.
pub(super) fn merge(call: &Call<'_>) -> Outcome {
    let mut merged = BTreeMap::new();
    for (index, argument) in call.arguments.iter().enumerate() {
        if !argument.is_null() {
            merged.append(&mut call.entries(index)?);
        }
    }
    Ok(call.map(merged))
}

pub(super) fn zipmap(call: &Call<'_>) -> Outcome {
    let (keys, values) = (call.elements(0)?, call.elements(1)?);
    if keys.len() != values.len() {
        return Err(call.refuse(format!(
            "the number of keys ({}) does not match the number of values ({})",
            keys.len(),
            values.len()
        )));
    }
    let mut entries = BTreeMap::new();
    let mut marks = Marks::NONE;
    for (key, value) in keys.iter().zip(values) {
        marks = marks.and(key.origin.marks);
        entries.insert(call.text_of(key, call.place(0))?, value);
    }
    Ok(call.map(entries).marked(marks))
}

/// From each key to its texts, to from each text to its keys.
pub(super) fn transpose(call: &Call<'_>) -> Outcome {
    let map = &call.arguments[0];
    let mut transposed: BTreeMap<Arc<str>, Vec<Value>> = BTreeMap::new();
    let mut count = 0;
    for (key, list) in call.entries(0)? {
        for element in call.elements_of(&list, call.place(0))? {
            count += 1;
            if count > MAX_ELEMENTS {
                return Err(call.too_large());
            }
            let text = call.text_of(&element, call.place(0))?;
            let key = Value { kind: ValueKind::String(Arc::clone(&key)), origin: map.origin.clone() };
            transposed.entry(text).or_default().push(key);
        }
    }
    Ok(call.map(transposed.into_iter().map(|(text, keys)| (text, call.list(keys))).collect()))
}

//! Planned values.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value as Json;
use serde_json::value::RawValue;

use super::attribute;
use super::read::Change;
use crate::resource::{Attribute, Cause, Number, Value, ValueKind};
use crate::source::Span;
use crate::syntax::yaml::{Node, NodeKind, ScalarStyle};

/// The attributes of a planned resource: those with a value, and those that are not known before deployment.
/// Those are written nowhere in the plan: `head`, the resource's address, stands for them.
pub(super) fn attributes(
    values: &Node,
    change: Option<&Change<'_>>,
    head: Span,
) -> BTreeMap<Arc<str>, Attribute> {
    let marks = |raw: Option<&RawValue>| raw.and_then(|raw| serde_json::from_str::<Json>(raw.get()).ok());
    let unknown = marks(change.and_then(|change| change.change.after_unknown));
    let sensitive = marks(change.and_then(|change| change.change.after_sensitive));
    let whole = value(values, unknown.as_ref(), sensitive.as_ref());
    let ValueKind::Map(entries) = whole.kind else { return BTreeMap::new() };
    let entries = entries.iter().map(|(name, value)| {
        let mut value = value.clone();
        if value.origin.written == values.span {
            value.origin.written = head;
        }
        (Arc::clone(name), attribute(value))
    });
    entries.collect()
}

/// A value with what is marked unknown in it. A key that only the marks have is unknown and counts as written
/// where the object is.
pub(super) fn value(node: &Node, unknown: Option<&Json>, sensitive: Option<&Json>) -> Value {
    if unknown == Some(&Json::Bool(true)) {
        return computed(node.span);
    }
    let kind = match &node.kind {
        NodeKind::Scalar { text, style } => scalar(text, *style),
        NodeKind::Sequence(items) => {
            let items = items.iter().enumerate().map(|(index, item)| {
                value(
                    item,
                    unknown.and_then(|marks| marks.get(index)),
                    sensitive.and_then(|marks| marks.get(index)),
                )
            });
            ValueKind::List(Arc::new(items.collect()))
        }
        NodeKind::Mapping(entries) => {
            let mut map = BTreeMap::new();
            for entry in entries {
                let Some(name) = entry.key.as_str() else { continue };
                let inner = value(
                    &entry.value,
                    unknown.and_then(|marks| marks.get(name)),
                    sensitive.and_then(|marks| marks.get(name)),
                );
                map.insert(Arc::from(name), inner);
            }
            for (name, mark) in unknown.and_then(Json::as_object).into_iter().flatten() {
                if is_unknown(mark) {
                    map.entry(Arc::from(&**name)).or_insert_with(|| computed(node.span));
                }
            }
            ValueKind::Map(Arc::new(map))
        }
    };
    Value::new(kind, node.span)
}

/// Whether anything in these marks is true.
fn is_unknown(marks: &Json) -> bool {
    match marks {
        Json::Bool(unknown) => *unknown,
        Json::Array(items) => items.iter().any(is_unknown),
        Json::Object(entries) => entries.values().any(is_unknown),
        _ => false,
    }
}

fn computed(place: Span) -> Value {
    Value::unknown(Cause::Computed("a value of the plan".to_owned()), place)
}

fn scalar(text: &Arc<str>, style: ScalarStyle) -> ValueKind {
    match (style, &**text) {
        (ScalarStyle::Plain, "null") => ValueKind::Null,
        (ScalarStyle::Plain, "true") => ValueKind::Bool(true),
        (ScalarStyle::Plain, "false") => ValueKind::Bool(false),
        (ScalarStyle::Plain, number) => {
            Number::parse(number).map_or_else(|| ValueKind::String(Arc::clone(text)), ValueKind::Number)
        }
        _ => ValueKind::String(Arc::clone(text)),
    }
}

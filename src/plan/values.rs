//! Planned values.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value as Json;
use serde_json::value::RawValue;

use super::attribute;
use super::read::Change;
use crate::resource::{Attribute, Cause, Marks, Number, Value, ValueKind};
use crate::source::Span;
use crate::syntax::yaml::{Node, NodeKind, ScalarStyle};

/// The attributes of a planned resource: those with a value, and those that are not known before deployment.
/// Those are written nowhere in the plan: `head`, the resource's address, stands for them.
pub(super) fn attributes(
    values: Option<&Node>,
    change: Option<&Change<'_>>,
    head: Span,
) -> BTreeMap<Arc<str>, Attribute> {
    // Marks that cannot be read, because they nest too deep, may be true of everything.
    let marks = |raw: Option<&RawValue>| {
        raw.map(|raw| serde_json::from_str::<Json>(raw.get()).unwrap_or(Json::Bool(true)))
    };
    let unknown = marks(change.and_then(|change| change.marks.after_unknown));
    let sensitive = marks(change.and_then(|change| change.marks.after_sensitive));
    let nothing_known = unknown == Some(Json::Bool(true));
    let Some(values) = values else {
        let names = unknown.iter().filter_map(Json::as_object).flatten().filter(|(_, mark)| is_unknown(mark));
        return names.map(|(name, _)| (Arc::from(&**name), attribute(computed(head)))).collect();
    };
    let whole = value(values, unknown.as_ref().filter(|_| !nothing_known), sensitive.as_ref());
    let ValueKind::Map(entries) = whole.kind else { return BTreeMap::new() };
    let entries = entries.iter().map(|(name, value)| {
        let mut value = if nothing_known { computed(value.origin.written) } else { value.clone() };
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
    if sensitive == Some(&Json::Bool(true)) {
        return value(node, unknown, None).marked(Marks::SENSITIVE);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceMap;
    use crate::syntax::yaml;

    #[test]
    fn marks_lie_on_the_parts_they_name() {
        let sources = SourceMap::new("/");
        let text = r#"{"cidrs": ["10.0.0.0/8", null], "ports": 22, "name": "web"}"#;
        let file = sources.add("plan.json", text);
        let node = yaml::parse_json_part(&file, 0..text.len()).unwrap();
        let unknown = serde_json::json!({"cidrs": [false, true], "id": true, "tags": {}});
        let sensitive = serde_json::json!({"cidrs": [true, false], "name": true});
        let all = value(&node, Some(&unknown), Some(&sensitive));
        let cidrs = all.get("cidrs").unwrap().members();
        assert!(cidrs[0].is_sensitive() && cidrs[0].as_str() == Some("10.0.0.0/8"));
        assert!(matches!(cidrs[1].kind, ValueKind::Unknown(_)));
        assert!(matches!(all.get("id").unwrap().kind, ValueKind::Unknown(_)));
        assert!(all.get("tags").is_none());
        assert!(all.get("name").unwrap().is_sensitive() && !all.get("ports").unwrap().is_sensitive());
        assert_eq!(all.get("ports").unwrap().as_i64(), Some(22));
    }
}

//! `count` and `for_each`: which instances a declaration has.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::evaluate::Evaluator;
use super::scope::Scope;
use crate::problem::Problem;
use crate::resource::{Cause, Number, StepKind, Unknown, Value, ValueKind};
use crate::source::Span;
use crate::syntax::hcl::Body;

/// The most instances of one declaration that are expanded.
const MAX_INSTANCES: usize = 1024;

/// The instances of a declaration.
#[derive(Debug)]
pub(super) enum Expansion {
    /// Neither `count` nor `for_each`.
    Single,
    /// `count`: instances `[0]` …; each with its `count` object.
    Count(Vec<Value>),
    /// `for_each`: by key; each with its `each` object.
    ForEach(Vec<(Arc<str>, Value)>),
    /// Not known: one stand-in is judged. With the `each` or `count` object of the stand-in.
    Unknown(Arc<Unknown>, &'static str, Value),
}

/// One instance of an expansion.
pub(super) struct Repeated {
    /// `["a"]`, `[0]`, or nothing.
    pub(super) suffix: String,
    /// `each` or `count` and its value.
    pub(super) binding: Option<(&'static str, Value)>,
}

impl Expansion {
    /// Its instances in order.
    pub(super) fn instances(&self) -> Vec<Repeated> {
        match self {
            Self::Single => vec![Repeated { suffix: String::new(), binding: None }],
            Self::Count(values) => values
                .iter()
                .enumerate()
                .map(|(index, value)| Repeated {
                    suffix: format!("[{index}]"),
                    binding: Some(("count", value.clone())),
                })
                .collect(),
            Self::ForEach(entries) => entries
                .iter()
                .map(|(key, value)| Repeated {
                    suffix: format!("[{key:?}]"),
                    binding: Some(("each", value.clone())),
                })
                .collect(),
            Self::Unknown(_, name, value) => {
                vec![Repeated { suffix: String::new(), binding: Some((name, value.clone())) }]
            }
        }
    }

    /// Why the number of instances is not known, if it is not.
    pub(super) fn unknown(&self) -> Option<&Arc<Unknown>> {
        match self {
            Self::Unknown(unknown, ..) => Some(unknown),
            _ => None,
        }
    }
}

impl Evaluator<'_> {
    /// Evaluates the `count` or `for_each` of a resource or module call.
    pub(super) fn expansion(&self, body: &Body, scope: Scope<'_>) -> Expansion {
        if let Some(attribute) = body.attribute("count") {
            let count = self.evaluate(&attribute.value, scope);
            return self.count(&count, attribute.value.span);
        }
        if let Some(attribute) = body.attribute("for_each") {
            let collection = self.evaluate(&attribute.value, scope);
            return match self.elements(&collection, attribute.value.span) {
                Ok(elements) => Expansion::ForEach(
                    elements
                        .into_iter()
                        .map(|(key, value)| {
                            let each = each_object(&key, value, attribute.value.span);
                            (key.as_str().unwrap_or_default().into(), each)
                        })
                        .collect(),
                ),
                Err(unknown) => {
                    let stand_in = Value::new(ValueKind::Unknown(Arc::clone(&unknown)), attribute.value.span);
                    let each = each_object(&stand_in, stand_in.clone(), attribute.value.span);
                    Expansion::Unknown(unknown, "each", each)
                }
            };
        }
        Expansion::Single
    }

    fn count(&self, count: &Value, span: Span) -> Expansion {
        let object = |index: ValueKind| {
            let entries = BTreeMap::from([(Arc::from("index"), Value::new(index, span))]);
            Value::new(ValueKind::Map(Arc::new(entries)), span)
        };
        if let Some(unknown) = count.unknown_cause() {
            let index = ValueKind::Unknown(Arc::clone(unknown));
            return Expansion::Unknown(Arc::clone(unknown), "count", object(index));
        }
        match count.as_i64().and_then(|count| usize::try_from(count).ok()) {
            Some(count) if count <= MAX_INSTANCES => Expansion::Count(
                (0..count)
                    .map(|index| {
                        object(ValueKind::Number(Number::from(i64::try_from(index).unwrap_or_default())))
                    })
                    .collect(),
            ),
            Some(count) => {
                let unknown = self.too_many(count, span);
                let index = ValueKind::Unknown(Arc::clone(&unknown));
                Expansion::Unknown(unknown, "count", object(index))
            }
            None => {
                let cause = match count.as_reference() {
                    Some(reference) => Cause::of_reference(reference),
                    None => Cause::Invalid("count is not a whole number".to_owned()),
                };
                let unknown = Arc::new(Unknown { cause, at: span });
                let index = ValueKind::Unknown(Arc::clone(&unknown));
                Expansion::Unknown(unknown, "count", object(index))
            }
        }
    }

    /// Key and value of every element that `for_each` iterates. Keys are strings.
    pub(super) fn elements(
        &self,
        collection: &Value,
        span: Span,
    ) -> Result<Vec<(Value, Value)>, Arc<Unknown>> {
        let elements = match &collection.kind {
            ValueKind::Map(entries) => entries
                .iter()
                .map(|(key, value)| {
                    let taken = collection.taken(value);
                    let key =
                        Value { kind: ValueKind::String(Arc::clone(key)), origin: collection.origin.clone() };
                    (key, taken.through(StepKind::ForEach, span))
                })
                .collect::<Vec<_>>(),
            ValueKind::Set(_) | ValueKind::List(_) => {
                let mut elements = Vec::new();
                for member in collection.members() {
                    if let Some(unknown) = member.unknown_cause() {
                        return Err(Arc::clone(unknown));
                    }
                    let Some(text) = member.to_text() else {
                        return Err(not_iterable(&member, span));
                    };
                    let key = Value { kind: ValueKind::String(text), origin: member.origin.clone() };
                    elements.push((key.clone(), key.through(StepKind::ForEach, span)));
                }
                elements
            }
            ValueKind::Unknown(unknown) => return Err(Arc::clone(unknown)),
            _ => return Err(not_iterable(collection, span)),
        };
        if elements.len() > MAX_INSTANCES {
            return Err(self.too_many(elements.len(), span));
        }
        Ok(elements)
    }

    fn too_many(&self, count: usize, span: Span) -> Arc<Unknown> {
        self.report(
            Problem::warning(
                "expansion-limit",
                format!("{count} instances are more than sglint expands ({MAX_INSTANCES})"),
            )
            .at(span)
            .help("one stand-in instance is judged; lower the number or split the declaration"),
        );
        Arc::new(Unknown { cause: Cause::Limit(format!("{count} instances are too many")), at: span })
    }
}

/// `each` for one element.
fn each_object(key: &Value, value: Value, span: Span) -> Value {
    let entries = BTreeMap::from([(Arc::from("key"), key.clone()), (Arc::from("value"), value)]);
    Value::new(ValueKind::Map(Arc::new(entries)), span)
}

fn not_iterable(value: &Value, span: Span) -> Arc<Unknown> {
    let cause = match value.as_reference() {
        Some(reference) => Cause::of_reference(reference),
        None => Cause::Invalid("for_each needs a map or a set of strings".to_owned()),
    };
    Arc::new(Unknown { cause, at: span })
}

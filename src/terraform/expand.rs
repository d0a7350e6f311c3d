//! `count` and `for_each`: which instances a declaration has.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::decision::{Answers, Question};
use super::evaluate::Evaluator;
use super::operators::unknown_or_invalid;
use super::scope::Scope;
use crate::problem::Problem;
use crate::resource::{Cause, Marks, Number, StepKind, Unknown, Value, ValueKind};
use crate::source::Span;
use crate::syntax::hcl::{Body, Expr};

/// The most instances of one declaration that are expanded.
const MAX_INSTANCES: usize = 10_000;

const ITERABLE: &str = "for_each needs a map or a set of strings";

/// The instances of a declaration.
#[derive(Debug)]
pub(super) enum Expansion {
    /// Neither `count` nor `for_each`.
    Single,
    /// `count`: instances `[0]` …; each with its `count` object.
    Count(Vec<Value>),
    /// `for_each`: sorted by key; each with its `each` object.
    ForEach(Vec<(Arc<str>, Value)>),
    /// `for_each` over a choice of an input that is not empty: one element stands for any. With its `each` object.
    Any(&'static str, Value),
    /// Not known: one stand-in is judged. With the `each` or `count` object of the stand-in.
    Unknown(Arc<Unknown>, &'static str, Value),
}

/// The instances of a resource.
#[derive(Debug)]
pub(super) struct Expanded {
    pub(super) expansion: Expansion,
    /// Their addresses, in order.
    pub(super) addresses: Vec<Arc<str>>,
}

/// One instance of an expansion.
pub(super) struct Repeated {
    /// `["a"]`, `[0]`, or nothing.
    pub(super) suffix: String,
    /// `each` or `count` and its value.
    pub(super) binding: Option<(&'static str, Value)>,
}

impl Expansion {
    /// How many instances there are; one, if that is not known.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Single | Self::Any(..) | Self::Unknown(..) => 1,
            Self::Count(values) => values.len(),
            Self::ForEach(entries) => entries.len(),
        }
    }

    /// An instance by its position.
    pub(super) fn instance(&self, position: usize) -> Option<Repeated> {
        Some(match self {
            Self::Single => Repeated { suffix: String::new(), binding: None },
            Self::Count(values) => Repeated {
                suffix: format!("[{position}]"),
                binding: Some(("count", values.get(position)?.clone())),
            },
            Self::ForEach(entries) => {
                let (key, value) = entries.get(position)?;
                Repeated { suffix: format!("[{}]", quoted(key)), binding: Some(("each", value.clone())) }
            }
            Self::Any(name, value) | Self::Unknown(_, name, value) => {
                Repeated { suffix: String::new(), binding: Some((name, value.clone())) }
            }
        })
    }

    /// Its instances in order.
    pub(super) fn instances(&self) -> impl Iterator<Item = Repeated> {
        (0..self.len()).filter_map(|position| self.instance(position))
    }

    /// The position of the instance with a key or number; `None` if there is none, or no choice.
    pub(super) fn position(&self, key: &Value) -> Option<usize> {
        match self {
            Self::Single | Self::Any(..) | Self::Unknown(..) => None,
            Self::Count(values) => key
                .as_i64()
                .and_then(|index| usize::try_from(index).ok())
                .filter(|&index| index < values.len()),
            Self::ForEach(entries) => {
                let key = key.to_text()?;
                entries.binary_search_by(|(known, _)| known.cmp(&key)).ok()
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
            let count = self.repeated(&attribute.value, scope);
            return self.count(&count, attribute.value.span);
        }
        if let Some(attribute) = body.attribute("for_each") {
            let collection = self.repeated(&attribute.value, scope);
            if let Some(element) = any_element(&collection) {
                let each = each_object(&element, element.clone(), attribute.value.span);
                return Expansion::Any("each", each);
            }
            let elements = match self.refuse_marked(&collection, attribute.value.span) {
                Some(unknown) => Err(unknown),
                None => self.elements(&collection, attribute.value.span),
            };
            return match elements {
                Ok(elements) => {
                    // Of equal elements of a list, which Terraform wants made a set, one counts.
                    let each: BTreeMap<Arc<str>, Value> = elements
                        .into_iter()
                        .filter_map(|(key, value)| {
                            let each = each_object(&key, value, attribute.value.span);
                            Some((key.to_text()?, each))
                        })
                        .collect();
                    Expansion::ForEach(each.into_iter().collect())
                }
                Err(unknown) => {
                    let stand_in = Value::new(ValueKind::Unknown(Arc::clone(&unknown)), attribute.value.span);
                    let each = each_object(&stand_in, stand_in.clone(), attribute.value.span);
                    Expansion::Unknown(unknown, "each", each)
                }
            };
        }
        Expansion::Single
    }

    /// A `count` or `for_each`, which is a decision if it hangs on an input.
    fn repeated(&self, expr: &Expr, scope: Scope<'_>) -> Value {
        let (value, trace) = self.traced(|| self.evaluate(expr, scope));
        self.decided(&Question::Existence, expr, &value, trace, scope, Answers::only(true));
        value
    }

    fn count(&self, count: &Value, span: Span) -> Expansion {
        let object = |index: ValueKind| {
            let entries = BTreeMap::from([(Arc::from("index"), Value::new(index, span))]);
            Value::new(ValueKind::Map(Arc::new(entries)), span)
        };
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
                let unknown = cause_of(count, "count is not a whole number", span);
                let index = ValueKind::Unknown(Arc::clone(&unknown));
                Expansion::Unknown(unknown, "count", object(index))
            }
        }
    }

    /// Why a marked value gives no instances: their keys are printed, and kept in the state.
    fn refuse_marked(&self, collection: &Value, span: Span) -> Option<Arc<Unknown>> {
        let kind = match collection.origin.marks {
            Marks::NONE => return None,
            marks if marks.has(Marks::SENSITIVE) => "sensitive",
            _ => "ephemeral",
        };
        let message = format!("for_each must not hang on {kind} values");
        self.report(
            Problem::warning("marked-for-each", message.clone()).at(span).help(
                "its keys become part of addresses: take them from something else, or use nonsensitive()",
            ),
        );
        Some(Arc::new(Unknown::new(Cause::Invalid(message), span)))
    }

    /// Key and value of every element that `for_each` iterates. Keys are strings.
    fn elements(&self, collection: &Value, span: Span) -> Result<Vec<(Value, Value)>, Arc<Unknown>> {
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
                    let ValueKind::String(_) = member.kind else {
                        return Err(cause_of(&member, ITERABLE, span));
                    };
                    let key = member.clone();
                    elements.push((key.clone(), key.through(StepKind::ForEach, span)));
                }
                elements
            }
            _ => return Err(cause_of(collection, ITERABLE, span)),
        };
        if elements.len() > MAX_INSTANCES {
            return Err(self.too_many(elements.len(), span));
        }
        Ok(elements)
    }

    fn too_many(&self, count: usize, span: Span) -> Arc<Unknown> {
        self.report(
            Problem::error(
                "expansion-limit",
                format!("{count} instances are more than sglint expands ({MAX_INSTANCES})"),
            )
            .at(span)
            .help("one stand-in instance is judged; lower the number or split the declaration"),
        );
        Arc::new(Unknown::new(Cause::Limit(format!("{count} instances are too many")), span))
    }
}

/// `each` for one element.
fn each_object(key: &Value, value: Value, span: Span) -> Value {
    let entries = BTreeMap::from([(Arc::from("key"), key.clone()), (Arc::from("value"), value)]);
    Value::new(ValueKind::Map(Arc::new(entries)), span)
}

/// The element of a collection of which only is chosen that it is not empty.
fn any_element(collection: &Value) -> Option<Value> {
    let is_chosen = |value: &Value| value.unknown_cause().is_some_and(|unknown| unknown.cause.is_chosen());
    match &collection.kind {
        ValueKind::List(items) | ValueKind::Set(items) => match &items[..] {
            [only] if is_chosen(only) => Some(collection.taken(only)),
            _ => None,
        },
        _ => is_chosen(collection).then(|| collection.clone()),
    }
}

/// Why a value cannot say which instances there are: it is not known, or it is wrong.
fn cause_of(value: &Value, message: &str, span: Span) -> Arc<Unknown> {
    match unknown_or_invalid(value, message, span).kind {
        ValueKind::Unknown(unknown) => unknown,
        _ => Arc::new(Unknown::new(Cause::Invalid(message.to_owned()), span)),
    }
}

/// A key as it stands in an address: as the language writes a text.
fn quoted(key: &str) -> String {
    let mut text = String::with_capacity(key.len() + 2);
    text.push('"');
    let mut chars = key.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '$' | '%' if chars.peek() == Some(&'{') => text.extend([char, char]),
            '"' | '\\' => text.extend(['\\', char]),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            _ => text.push(char),
        }
    }
    text.push('"');
    text
}

//! What holds for every function: an unknown part never makes a result that a value could contradict, and no
//! argument makes a panic.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::prelude::*;

use super::testing::{evaluate, show};
use super::{Call, call};
use crate::resource::{Cause, Number, Reference, Value, ValueKind};
use crate::source::{SourceMap, Span};
use crate::syntax::hcl::{ExprKind, parse_expression};

/// Every recorded call of one function: its name and its arguments.
fn recorded_calls() -> Vec<(String, Vec<Value>)> {
    #[derive(serde::Deserialize)]
    struct Record {
        expression: String,
    }
    let records: Vec<Record> =
        serde_json::from_str(include_str!("../../../tests/oracle/functions.json")).unwrap();
    let map = SourceMap::new("/");
    let calls = records.iter().filter_map(|record| {
        let expression = record.expression.as_str();
        let parsed = parse_expression(&map.add(expression, expression)).ok()?;
        let ExprKind::Call { name, arguments, expand_last: false, .. } = &parsed.kind else { return None };
        Some((name.to_string(), arguments.iter().map(evaluate).collect::<Option<_>>()?))
    });
    calls.collect()
}

fn apply(name: &str, arguments: &[Value], span: Span) -> Option<Value> {
    let spans = vec![span; arguments.len()];
    call(&Call { name, span, arguments, argument_spans: &spans })
}

/// Every value that comes from this one by making one part of it unknown.
fn with_one_unknown(value: &Value) -> Vec<Value> {
    let hole = Value::unknown(Cause::InputWithoutValue("hole".to_owned()), value.origin.written);
    let mut variants = vec![hole];
    let with = |kind| Value { kind, origin: value.origin.clone() };
    match &value.kind {
        ValueKind::List(items) | ValueKind::Set(items) => {
            for (index, item) in items.iter().enumerate() {
                for variant in with_one_unknown(item) {
                    let mut items = items.to_vec();
                    items[index] = variant;
                    variants.push(with(match value.kind {
                        ValueKind::Set(_) => ValueKind::Set(Arc::new(items)),
                        _ => ValueKind::List(Arc::new(items)),
                    }));
                }
            }
        }
        ValueKind::Map(entries) => {
            for (key, entry) in entries.iter() {
                for variant in with_one_unknown(entry) {
                    let mut entries = BTreeMap::clone(entries);
                    entries.insert(Arc::clone(key), variant);
                    variants.push(with(ValueKind::Map(Arc::new(entries))));
                }
            }
        }
        ValueKind::String(text) if text.is_char_boundary(1) && !text.is_empty() => {
            let (start, end) = text.split_at(1);
            let part = |text: &str| Value::string(text, value.origin.written);
            variants.push(with(ValueKind::Template(vec![part(start), variants[0].clone()].into())));
            variants.push(with(ValueKind::Template(vec![variants[0].clone(), part(end)].into())));
        }
        _ => {}
    }
    variants
}

fn is_error(value: &Value) -> bool {
    matches!(&value.kind, ValueKind::Unknown(unknown) if matches!(unknown.cause, Cause::Invalid(_)))
}

/// Functions whose result tells which elements there are, but not at which position, once one is not known.
const UNPLACED: &[&str] = &["compact", "concat", "distinct", "flatten", "sort"];

/// Whether what is known of a result is true of the full one.
fn is_true(name: &str, partial: &Value, full: &Value) -> bool {
    match (&partial.kind, &full.kind) {
        (ValueKind::List(partial), ValueKind::List(full)) if UNPLACED.contains(&name) => {
            partial.iter().all(|partial| full.iter().any(|full| agrees(partial, full)))
        }
        _ => agrees(partial, full),
    }
}

/// Whether what is known of `partial` is true of `full`.
fn agrees(partial: &Value, full: &Value) -> bool {
    match (&partial.kind, &full.kind) {
        _ if is_error(full) => true,
        (ValueKind::Unknown(_), _) => !is_error(partial),
        (ValueKind::Template(parts), _) => {
            let Some(text) = full.to_text() else { return false };
            let mut rest = &*text;
            parts.iter().filter_map(Value::as_str).all(|part| match rest.split_once(part) {
                Some((_, after)) => {
                    rest = after;
                    true
                }
                None => false,
            })
        }
        (ValueKind::List(partial), ValueKind::List(full)) => {
            partial.len() == full.len()
                && partial.iter().zip(full.iter()).all(|(partial, full)| agrees(partial, full))
        }
        (ValueKind::Set(partial), ValueKind::Set(full)) => {
            partial.iter().all(|partial| full.iter().any(|full| agrees(partial, full)))
        }
        (ValueKind::Map(partial), ValueKind::Map(full)) => {
            partial.keys().eq(full.keys())
                && partial.values().zip(full.values()).all(|(partial, full)| agrees(partial, full))
        }
        (ValueKind::Null, ValueKind::Null) => true,
        // A number counts as its text: it may become one beside a text.
        _ => partial.to_text().is_some() && partial.to_text() == full.to_text(),
    }
}

#[test]
fn what_is_known_in_spite_of_an_unknown_part_is_true() {
    let span = SourceMap::new("/").add("call", "").whole();
    let mut wrong = Vec::new();
    for (name, arguments) in recorded_calls() {
        let Some(full) = apply(&name, &arguments, span) else { continue };
        for index in 0..arguments.len() {
            for variant in with_one_unknown(&arguments[index]) {
                let mut arguments = arguments.clone();
                arguments[index] = variant;
                let partial = apply(&name, &arguments, span).unwrap();
                if !is_true(&name, &partial, &full) {
                    let arguments: Vec<_> = arguments.iter().map(show).collect();
                    wrong.push(format!(
                        "{name}({}) = {}, with the value {}",
                        arguments.join(", "),
                        show(&partial),
                        show(&full)
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

fn any_value(span: Span) -> impl Strategy<Value = Value> {
    let number = |number: f64| Number::from_f64(number).map_or(ValueKind::Null, ValueKind::Number);
    let leaf = prop_oneof![
        Just(ValueKind::Null),
        any::<bool>().prop_map(ValueKind::Bool),
        (-40..40_i32).prop_map(move |whole| number(f64::from(whole))),
        any::<f64>().prop_map(number),
        prop_oneof![
            Just("10.0.0.0/8"),
            Just("::/0"),
            Just("%[2]-08.3d%v"),
            Just("/(a)|[^b/"),
            Just("2017-11-22T00:00:00Z"),
            Just("{\"a\": [1]}"),
            Just("YYYY 'at' Z"),
            Just("-1.5h"),
        ]
        .prop_map(|text| ValueKind::String(text.into())),
        ".{0,8}".prop_map(|text| ValueKind::String(text.into())),
        Just(ValueKind::Reference(Arc::new(Reference { address: "a.b".into(), attribute: "id".into() }))),
        Just(Value::unknown(Cause::Computed("x".to_owned()), span).kind),
    ];
    let leaf = leaf.prop_map(move |kind| Value::new(kind, span));
    leaf.prop_recursive(3, 16, 4, move |inner| {
        let list = proptest::collection::vec(inner.clone(), 0..4);
        let map = proptest::collection::btree_map("[a-c]".prop_map(Arc::from), inner, 0..4);
        prop_oneof![
            list.clone().prop_map(|items| ValueKind::List(Arc::new(items))),
            list.clone().prop_map(|items| ValueKind::Set(Arc::new(items))),
            list.prop_map(|parts| ValueKind::Template(parts.into())),
            map.prop_map(|entries| ValueKind::Map(Arc::new(entries))),
        ]
        .prop_map(move |kind| Value::new(kind, span))
    })
}

#[test]
fn no_arguments_make_a_panic() {
    let names: BTreeSet<String> = recorded_calls().into_iter().map(|(name, _)| name).collect();
    let names: Vec<String> = names.into_iter().collect();
    let span = SourceMap::new("/").add("call", "").whole();
    let arguments = proptest::collection::vec(any_value(span), 0..4);
    proptest!(ProptestConfig::with_cases(4096), |(
        name in proptest::sample::select(names),
        arguments in arguments
    )| {
        apply(&name, &arguments, span);
    });
}

/// Numbers at the ends of what machines count with, and just beyond the bounds of functions.
const EXTREME: [i64; 12] = [
    i64::MIN,
    i64::MIN + 1,
    -(1 << 31),
    -1,
    0,
    1025,
    65_537,
    100_001,
    1 << 32,
    1 << 53,
    i64::MAX - 1,
    i64::MAX,
];

#[test]
fn no_number_in_a_recorded_call_makes_a_panic_or_takes_all_memory() {
    let span = SourceMap::new("/").add("call", "").whole();
    for (name, arguments) in recorded_calls() {
        for index in 0..arguments.len() {
            for number in EXTREME {
                let mut arguments = arguments.clone();
                arguments[index] = Value::new(ValueKind::Number(Number::from(number)), span);
                apply(&name, &arguments, span);
            }
        }
    }
}

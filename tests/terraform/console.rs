//! Terraform's own answers to expressions, recorded in `tests/oracle`, against the evaluator's.

use std::path::Path;

use serde::Deserialize;
use serde_json::value::RawValue;
use sglint::resource::{Cause, Value, ValueKind};

use crate::case::Case;

/// Where an answer differs from Terraform's, and why.
const DIFFERENCES: &[(&str, &str)] = &[];

/// Functions whose result nobody knows before deployment, and those that are not evaluated.
const NOT_EVALUATED: &[&str] = &["base64gzip", "bcrypt", "plantimestamp", "rsadecrypt", "timestamp", "uuid"];

/// Functions that OpenTofu adds to Terraform's.
const OF_OPENTOFU: &[&str] = &["base64gunzip", "cidrcontains", "urldecode"];

/// Types that Terraform has refused since 0.12 or 0.13, still read in older code.
const OLDER_TYPES: &[&str] = &[
    r#""list""#,
    r#""map""#,
    r#""string""#,
    r#"object({a = "string"})"#,
    r#"list("string")"#,
    "list(list)",
    "set",
];

/// One question and Terraform's answer.
#[derive(Deserialize)]
struct Record {
    expression: String,
    /// None for null and for an error.
    value: Option<Box<RawValue>>,
    #[serde(default)]
    error: bool,
}

impl Record {
    fn agrees(&self, ours: &Result<Value, String>) -> bool {
        match (ours, self.error, &self.value) {
            (Err(_), is_error, _) => is_error,
            (Ok(_), true, _) => false,
            (Ok(ours), false, None) => ours.is_null(),
            (Ok(ours), false, Some(theirs)) => same(ours, theirs),
        }
    }

    fn theirs(&self) -> &str {
        let null = if self.error { "an error" } else { "null" };
        self.value.as_ref().map_or(null, |value| value.get())
    }
}

fn records(text: &str) -> Vec<Record> {
    serde_json::from_str(text).unwrap()
}

/// Whether a value is the recorded one, to the last digit of every number.
fn same(ours: &Value, theirs: &RawValue) -> bool {
    let text = theirs.get();
    match &ours.kind {
        ValueKind::Null => text == "null",
        ValueKind::Bool(flag) => text == flag.to_string(),
        ValueKind::Number(number) => text == number.to_string(),
        ValueKind::String(string) => serde_json::from_str::<String>(text).is_ok_and(|text| text == **string),
        ValueKind::List(items) | ValueKind::Set(items) => serde_json::from_str::<Vec<&RawValue>>(text)
            .is_ok_and(|theirs| {
                theirs.len() == items.len()
                    && items.iter().zip(theirs).all(|(ours, theirs)| same(ours, theirs))
            }),
        ValueKind::Map(entries) => {
            serde_json::from_str::<std::collections::BTreeMap<String, &RawValue>>(text).is_ok_and(|theirs| {
                theirs.len() == entries.len()
                    && entries
                        .iter()
                        .all(|(key, ours)| theirs.get(&**key).is_some_and(|theirs| same(ours, theirs)))
            })
        }
        ValueKind::Template(_) | ValueKind::Reference(_) | ValueKind::Unknown(_) => {
            text == r#"{"unknown": true}"#
        }
    }
}

/// Why Terraform refuses to answer with a value, if it does.
fn refusal(value: &Value) -> Option<String> {
    match &value.kind {
        ValueKind::Unknown(unknown) => match &unknown.cause {
            Cause::Invalid(why) => Some(why.clone()),
            Cause::Undeclared(what) => Some(format!("{what} is not declared")),
            Cause::UnsupportedFunction(name) => Some(format!("no function {name}")),
            _ => None,
        },
        // It counts with infinities and cannot write one down.
        ValueKind::Number(number) if number.is_infinite() => Some("infinite".to_owned()),
        ValueKind::List(items) | ValueKind::Set(items) => items.iter().find_map(refusal),
        ValueKind::Template(parts) => parts.iter().find_map(refusal),
        ValueKind::Map(entries) => entries.values().find_map(refusal),
        _ => None,
    }
}

/// The values of expressions beside declarations, in the folder that the console runs in.
fn evaluated(declarations: &str, expressions: &[&str]) -> Vec<Result<Value, String>> {
    let outputs = expressions.iter().enumerate();
    let outputs: String =
        outputs.map(|(index, it)| format!("output \"o{index}\" {{\n  value = {it}\n}}\n")).collect();
    let tree = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/tree");
    let it = Case::new(&format!("{declarations}{outputs}")).tree(&tree).evaluate();
    if it.configuration.problems.iter().any(|problem| problem.code == "hcl-syntax") {
        if expressions.len() == 1 {
            return vec![Err("syntax".to_owned())];
        }
        let (left, right) = expressions.split_at(expressions.len() / 2);
        return [evaluated(declarations, left), evaluated(declarations, right)].concat();
    }
    (0..expressions.len())
        .map(|index| {
            let value = it.output(&format!("o{index}"));
            refusal(&value).map_or(Ok(value), Err)
        })
        .collect()
}

/// The expressions whose answer differs, told; those that are known to differ, returned.
fn compare(records: &[Record], declarations: &str, question: impl Fn(&str) -> String) -> Vec<&'static str> {
    let questions: Vec<String> = records.iter().map(|record| question(&record.expression)).collect();
    let questions: Vec<&str> = questions.iter().map(String::as_str).collect();
    let (mut wrong, mut differing) = (Vec::new(), Vec::new());
    for (records, questions) in records.chunks(100).zip(questions.chunks(100)) {
        for (record, ours) in records.iter().zip(evaluated(declarations, questions)) {
            if record.agrees(&ours) {
                continue;
            }
            match DIFFERENCES.iter().find(|(known, _)| *known == record.expression) {
                Some((known, _)) => differing.push(*known),
                None => {
                    let ours = ours.as_ref().map(crate::case::show);
                    wrong.push(format!(
                        "{}\n  ours   {ours:?}\n  theirs {}",
                        record.expression,
                        record.theirs()
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), records.len(), wrong.join("\n"));
    differing
}

#[test]
fn expressions_answer_as_in_the_console() {
    let mut all = records(include_str!("../oracle/functions.json"));
    all.extend(records(include_str!("../oracle/expressions.json")));
    all.extend(records(include_str!("../oracle/generated.json")));
    assert!(all.len() > 2300, "{}", all.len());
    let differing = compare(&all, "", str::to_owned);
    let expected: Vec<&str> = DIFFERENCES.iter().map(|(expression, _)| *expression).collect();
    assert_eq!(differing, expected, "differences that are none any more, or out of order");
}

#[test]
fn what_is_made_from_sensitive_values_is_sensitive() {
    let records = records(include_str!("../oracle/marks.json"));
    assert!(records.len() > 500);
    let question = |call: &str| {
        let within = format!("[for v in nonsensitive({call}) : issensitive(v)]");
        format!("[issensitive({call}), try(nonsensitive({within}), null)]")
    };
    compare(&records, "", question);
}

#[test]
fn what_is_known_beside_the_unknown_is_planned() {
    let records = records(include_str!("../oracle/unknown.json"));
    assert!(records.len() > 120);
    compare(&records, include_str!("../oracle/unknown.tf"), str::to_owned);
}

#[test]
fn values_convert_to_types_as_terraform_does() {
    #[derive(Deserialize)]
    struct Conversion {
        r#type: String,
        given: String,
        value: Option<Box<RawValue>>,
        #[serde(default)]
        error: bool,
    }
    let conversions: Vec<Conversion> = serde_json::from_str(include_str!("../oracle/types.json")).unwrap();
    assert!(conversions.len() > 100);
    let mut wrong = Vec::new();
    for Conversion { r#type, given, value, error } in conversions {
        let main = format!(
            "variable \"v\" {{\n  type = {}\n  default = {given}\n}}\noutput \"it\" {{\n  value = var.v\n}}\n",
            r#type
        );
        let it = Case::new(&main).evaluate();
        let ours = match &it.problems()[..] {
            [] => Ok(it.output("it")),
            problems => Err(problems.join("; ")),
        };
        let record = Record { expression: given, value, error };
        let is_older = record.error && ours.is_ok() && OLDER_TYPES.contains(&&*r#type);
        if !record.agrees(&ours) && !is_older {
            let ours = ours.as_ref().map(crate::case::show);
            wrong.push(format!(
                "{} to {}\n  ours   {ours:?}\n  theirs {}",
                record.expression,
                r#type,
                record.theirs()
            ));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_function_is_there() {
    let mut names: Vec<String> = serde_json::from_str(include_str!("../oracle/signatures.json")).unwrap();
    assert!(names.len() > 110);
    names.extend(OF_OPENTOFU.iter().map(|&name| name.to_owned()));
    let missing: Vec<&str> = names
        .iter()
        .filter(|name| {
            let it = Case::new(&format!("output \"it\" {{\n  value = {name}()\n}}\n")).evaluate();
            let value = it.output("it");
            value.unknown_cause().is_some_and(|unknown| {
                matches!(unknown.cause, Cause::UnsupportedFunction(_) | Cause::LookedUp(_))
            })
        })
        .map(String::as_str)
        .collect();
    assert_eq!(missing, NOT_EVALUATED);
}

//! Terraform's own answers, recorded in `tests/oracle`, against the evaluator's.

use serde_json::{Value as Json, json};
use sglint::resource::{Cause, Presence, Unknown, Value, ValueKind};

use crate::case::Case;

/// A value as a record holds it.
fn answer(value: &Value) -> Result<Json, String> {
    Ok(match &value.kind {
        ValueKind::Null => Json::Null,
        ValueKind::Bool(flag) => json!(flag),
        ValueKind::Number(number) => json!(number.as_f64()),
        ValueKind::String(text) => json!(**text),
        ValueKind::List(items) | ValueKind::Set(items) => {
            items.iter().map(answer).collect::<Result<_, _>>()?
        }
        ValueKind::Map(entries) => {
            let entries = entries.iter().map(|(key, value)| Ok((key.to_string(), answer(value)?)));
            Json::Object(entries.collect::<Result<_, String>>()?)
        }
        ValueKind::Unknown(unknown) => match &unknown.cause {
            Cause::Invalid(why) => return Err(why.clone()),
            Cause::Undeclared(what) => return Err(format!("{what} is not declared")),
            Cause::UnsupportedFunction(name) => return Err(format!("no function {name}")),
            _ => json!({"unknown": true}),
        },
        ValueKind::Template(parts) => match parts.iter().map(answer).find(Result::is_err) {
            Some(error) => return error,
            None => json!({"unknown": true}),
        },
        ValueKind::Reference(_) => json!({"unknown": true}),
    })
}

/// Equal up to the last digits of a number: Terraform counts with more of them.
fn same(ours: &Json, theirs: &Json) -> bool {
    match (ours, theirs) {
        (Json::Array(ours), Json::Array(theirs)) => {
            ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(ours, theirs)| same(ours, theirs))
        }
        (Json::Object(ours), Json::Object(theirs)) => {
            ours.keys().eq(theirs.keys())
                && ours.values().zip(theirs.values()).all(|(ours, theirs)| same(ours, theirs))
        }
        (Json::Number(ours), Json::Number(theirs)) => {
            let (ours, theirs) = (ours.as_f64().unwrap(), theirs.as_f64().unwrap());
            (ours - theirs).abs() <= theirs.abs() * 1e-15
        }
        _ => ours == theirs,
    }
}

/// Where a planned value differs from Terraform's, and why: case, output or address.
const PLAN_DIFFERENCES: &[(&str, &str, &str)] = &[
    ("conditionals on what is not known", "and", "one operand decides, as in Terraform since 1.12"),
    ("conditionals on what is not known", "or", "one operand decides, as in Terraform since 1.12"),
    ("conditionals on what is not known", "self", "the known elements differ already"),
    ("for expressions with unknown parts", "filtered", "the elements that are known to be there still count"),
];

/// What Terraform refuses and is judged here all the same, without a problem.
const LET_PASS: &[(&str, &str)] = &[
    (
        "for_each over a list",
        "whether a value is a list or a set is the provider's to say for attributes of resources",
    ),
    (
        "a value for a variable that is not declared",
        "a run may hold several root modules, so that it is told by the run (tests/cli)",
    ),
    ("for_each over keys that are not known", "a stand-in is judged: nothing is applied here"),
    ("count on what is not known", "a stand-in is judged: nothing is applied here"),
    ("the splat of a null list", "null has no type here, and the splat of a null object is empty"),
];

/// One case of `tests/oracle/modules.txt`.
fn cases() -> Vec<(String, Case)> {
    let text = include_str!("../oracle/modules.txt");
    let cases = text.strip_prefix("=== ").unwrap().split("\n=== ");
    cases
        .map(|case| {
            let mut parts = case.split("\n--- ");
            let mut head = parts.next().unwrap().lines();
            let name = head.next().unwrap().to_owned();
            let mut case = Case::default();
            for setting in head {
                if let Some((name, value)) = setting.strip_prefix("env ").and_then(|env| env.split_once('='))
                {
                    case = case.variable_of_environment(name, value);
                } else if let Some((name, value)) =
                    setting.strip_prefix("argument -var=").and_then(|given| given.split_once('='))
                {
                    case = case.var(name, value);
                } else if let Some(path) = setting.strip_prefix("argument -var-file=") {
                    case = case.var_file(path);
                } else {
                    assert_eq!(setting, "", "a setting that only the recorder knows");
                }
            }
            for file in parts {
                let (path, text) = file.split_once('\n').unwrap();
                case = case.file(path, &format!("{text}\n"));
            }
            (name, case)
        })
        .collect()
}

#[test]
fn modules_evaluate_as_planned() {
    let records: Vec<Json> = serde_json::from_str(include_str!("../oracle/modules.json")).unwrap();
    let mut wrong = Vec::new();
    let mut differing = Vec::new();
    let mut compared = 0;
    for ((name, case), record) in cases().into_iter().zip(&records) {
        assert_eq!(record["case"], *name, "record again: record_modules.py");
        let it = case.evaluate();
        let Some(outputs) = record["outputs"].as_object() else {
            let errors = &record["errors"];
            let undone = it.configuration.outputs.iter().any(|output| answer(&output.value).is_err())
                || it.configuration.resources.iter().any(|resource| {
                    let refused = |unknown: &Unknown| unknown.cause.is_error();
                    matches!(&resource.presence, Presence::Unknown(unknown) if refused(unknown))
                        || resource.attributes.values().any(|attribute| answer(&attribute.value).is_err())
                });
            let let_pass = LET_PASS.iter().any(|(case, _)| *case == name);
            if (it.problems().is_empty() && !undone) != let_pass {
                wrong.push(format!("{name}: Terraform refuses it with {errors}"));
            }
            continue;
        };
        let problems: Vec<_> = it.told();
        if !problems.is_empty() {
            wrong.push(format!("{name}: {}", problems.join("\n")));
        }
        let instances = record["instances"].as_object().unwrap();
        let mut addresses = it.addresses();
        addresses.sort();
        if !addresses.iter().eq(instances.keys()) {
            wrong.push(format!("{name}\n  ours   {addresses:?}\n  theirs {:?}", instances.keys()));
            continue;
        }
        let input = |address: &str| {
            let mut resources = it.configuration.resources.iter();
            let resource = resources.find(|resource| &*resource.address == address).unwrap();
            resource.attribute("input").map_or(Ok(Json::Null), |attribute| answer(&attribute.value))
        };
        let ours = outputs.keys().map(|name| answer(&it.output(name)));
        let ours = ours.chain(instances.keys().map(|address| input(address)));
        for (ours, (what, theirs)) in ours.zip(outputs.iter().chain(instances)) {
            compared += 1;
            if ours.as_ref().is_ok_and(|ours| same(ours, theirs)) {
                continue;
            }
            match PLAN_DIFFERENCES.iter().find(|(case, part, _)| *case == name && part == what) {
                Some((_, part, _)) => differing.push(*part),
                None => wrong.push(format!("{name}: {what}\n  ours   {ours:?}\n  theirs {theirs}")),
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {compared}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(records.len() >= 110 && compared >= 180);
    let expected: Vec<&str> = PLAN_DIFFERENCES.iter().map(|(_, part, _)| *part).collect();
    assert_eq!(differing, expected, "differences that are none any more, or out of order");
}

//! Every answer recorded from Terraform's console (`tests/oracle`) against the functions here.

use serde_json::Value as Json;

use super::testing::evaluate;
use crate::resource::{Value, ValueKind};
use crate::source::SourceMap;
use crate::syntax::hcl::parse_expression;
use crate::terraform::types;

/// Where an answer differs from Terraform's, on purpose.
const DIFFERENCES: &[(&str, &str)] = &[
    (r#"lookup(tomap({a = 1}), "b", "x")"#, "a map and an object are one kind of value here"),
    (r#"cidrhost("::ffff:1.2.3.0/120", 4)"#, "Terraform adds the host number to the wrong bytes"),
    (r#"cidrsubnet("10.0.0.0/8", -1, 0)"#, "not a subnet: Terraform does not check the sign"),
    (r#"cidrsubnet("10.0.0.0/8", 8, -1)"#, "not a subnet: Terraform does not check the sign"),
];

/// What the record would hold for a value.
fn answer(value: &Value) -> Result<Json, String> {
    Ok(match &value.kind {
        ValueKind::Null => Json::Null,
        ValueKind::Bool(flag) => Json::Bool(*flag),
        ValueKind::Number(number) => Json::from(number.as_f64()),
        ValueKind::String(text) => Json::from(&**text),
        ValueKind::List(items) | ValueKind::Set(items) => {
            items.iter().map(answer).collect::<Result<_, _>>()?
        }
        ValueKind::Map(entries) => Json::Object(
            entries
                .iter()
                .map(|(key, value)| Ok((key.to_string(), answer(value)?)))
                .collect::<Result<_, String>>()?,
        ),
        ValueKind::Unknown(unknown) => return Err(format!("{:?}", unknown.cause)),
        ValueKind::Template(_) | ValueKind::Reference(_) => return Err("no literal".to_owned()),
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

#[test]
fn functions_answer_as_terraform_does() {
    let records: Vec<Json> =
        serde_json::from_str(include_str!("../../../tests/oracle/functions.json")).unwrap();
    let map = SourceMap::new("/");
    let mut wrong = Vec::new();
    let mut differing = Vec::new();
    let mut compared = 0;
    for record in &records {
        let expression = record["expression"].as_str().unwrap();
        let file = map.add(expression, expression);
        let parsed =
            parse_expression(&file).map_err(|problem| format!("{expression}: {}", problem.message)).unwrap();
        let Some(value) = evaluate(&parsed) else { continue };
        compared += 1;
        let ours = answer(&value);
        let agrees = match (&ours, record.get("value")) {
            (Ok(ours), Some(theirs)) => same(ours, theirs),
            (Err(cause), None) => cause.starts_with("Invalid"),
            _ => false,
        };
        if !agrees {
            match DIFFERENCES.iter().find(|(known, _)| *known == expression) {
                Some((known, _)) => differing.push(*known),
                None => {
                    wrong
                        .push(format!("{expression}\n  ours   {ours:?}\n  theirs {:?}", record.get("value")));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {compared}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(compared >= 700, "only {compared} compared");
    let expected: Vec<&str> = DIFFERENCES.iter().map(|(expression, _)| *expression).collect();
    assert_eq!(differing, expected, "differences that are none any more, or out of order");
}

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

#[test]
fn values_convert_to_types_as_terraform_does() {
    let records: Vec<Json> = serde_json::from_str(include_str!("../../../tests/oracle/types.json")).unwrap();
    let mut wrong = Vec::new();
    for record in &records {
        let (ty, given) = (record["type"].as_str().unwrap(), record["given"].as_str().unwrap());
        let map = SourceMap::new("/");
        let parse = |name: &str, text: &str| parse_expression(&map.add(name, text)).unwrap();
        let value = evaluate(&parse("value", given)).unwrap();
        let ours = types::type_of(&parse("type", ty), &|expr| evaluate(expr).unwrap())
            .map_err(|(_, message)| message)
            .and_then(|ty| types::convert(&value, &ty))
            .and_then(|value| answer(&value));
        let agrees = match (&ours, record.get("value")) {
            (Ok(ours), Some(theirs)) => same(ours, theirs),
            (Err(_), None) => true,
            (Ok(_), None) => OLDER_TYPES.contains(&ty),
            (Err(_), Some(_)) => false,
        };
        if !agrees {
            wrong.push(format!("{given} to {ty}\n  ours   {ours:?}\n  theirs {:?}", record.get("value")));
        }
    }
    assert!(records.len() > 100 && wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

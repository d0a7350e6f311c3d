//! Terraform's own answers to expressions, recorded in `tests/oracle`, against the evaluator's.

use std::path::Path;

use serde::Deserialize;
use serde_json::value::RawValue;
use sglint::resource::{Cause, Value, ValueKind};

use crate::case::Case;

/// Where an answer differs from Terraform's, and why.
const DIFFERENCES: &[(&str, &str)] = &[
    (r#"element(["a", "b"], -1)"#, "Terraform crashes on a tuple; of a list it takes elements from the end"),
    (r#"lookup(tomap({a = 1}), "b", "x")"#, "a map and an object are one kind of value here"),
    (r#"cidrhost("::ffff:1.2.3.0/120", 4)"#, "Terraform adds the host number to the wrong bytes"),
    (r#"cidrsubnet("10.0.0.0/8", -1, 0)"#, "not a subnet: Terraform does not check the sign"),
    (r#"cidrsubnet("10.0.0.0/8", 8, -1)"#, "not a subnet: Terraform does not check the sign"),
    (r#"jsondecode("\"\\ud83d\"")"#, "half a letter: Terraform puts a replacement in its place"),
    (
        r#"cidrhost("fd00::/64", 18446744073709551616)"#,
        "not a host of the block: Terraform does not check large numbers",
    ),
    ("issensitive(true ? 1 : sensitive(2))", "the branch that is not taken is not looked at"),
    (r#"issensitive({ a = 1 }[sensitive("a")])"#, "a map and an object are one kind of value here"),
    (r#"base64gzip("hello")"#, "which bytes a compressor makes is its own affair; how they start is known"),
    ("false && null", "the left operand decides, as in Terraform since 1.12"),
    ("true || null", "the left operand decides, as in Terraform since 1.12"),
    ("true ? 1 : true", "branches of types that do not fit each other are let pass"),
    (r#"true ? [1] : "a""#, "branches of types that do not fit each other are let pass"),
    ("true ? { a = 1 } : []", "branches of types that do not fit each other are let pass"),
    (r#"false && "x""#, "the left operand decides, as in Terraform since 1.12"),
    (
        r#"{ for k, v in tomap((true ? { a = "x", b = "y" } : "k=v")) : upper(k) => floor((-2.5) * (1)) }"#,
        "branches of types that do not fit each other are let pass",
    ),
    (
        "(!(false) ? !(true) : min(1e3, 1.5, 255))",
        "branches of types that do not fit each other are let pass",
    ),
    (
        r#"yamldecode(yamlencode((false ? { a = 1 } : { c = ["p", "q"] })))"#,
        "branches of types that do not fit each other are let pass",
    ),
    (
        r#"replace(coalesce("%{ for v in ["", "c"] }${v},%{ endfor }", (false ? { a = 1 } : null), "z"), "1.50", " pad ")"#,
        "branches of types that do not fit each other are let pass",
    ),
    (
        r#"length([for v in [{}, null][*].a : lower("Ab-c")])"#,
        "what is wrong and not needed hides nothing else",
    ),
    (
        r#"lookup((false ? {} : { a = 1 }), "a,b,,c", (true ? "a,b,,c" : "é"))"#,
        "branches of types that do not fit each other are let pass",
    ),
    (
        r#"yamldecode(yamlencode((("10") != ("1.50") ? merge({ a = "x", b = "y" }, { b = true, "k1" = null }) : { for v in ["b", "a", "b"] : v => v... })))"#,
        "branches of types that do not fit each other are let pass",
    ),
    (
        r#"coalesce("x${"é"}", element([true], 2.5e-3), "z")"#,
        "what is wrong and not needed hides nothing else",
    ),
    (
        r#"coalescelist(chunklist([true], 1), (false ? "1.50" : ["b", "a", "b"]))"#,
        "branches of types that do not fit each other are let pass",
    ),
    (
        r#"(can({ for v in [1, 2, 3] : v => v... }) ? { a = contains(["", "c"], [1, 2, 3]) } : jsondecode(jsonencode(merge({ a = 1 }, {}))))"#,
        "branches of types that do not fit each other are let pass",
    ),
    (
        "try(tonumber(null)[0], (true ? true : 10))",
        "branches of types that do not fit each other are let pass",
    ),
    (
        r#"(anytrue([tobool(false), null]) && (1 >= 0.1 || tobool("a")))"#,
        "the left operand decides, as in Terraform since 1.12",
    ),
    (
        r#"merge(((true || false) ? { for v in ["b", "a", "b"] : substr(v, 0, 1) => v... } : { a = 0, k1 = ["", "c"] }), yamldecode(yamlencode(jsondecode(jsonencode({ a = 1 })))))"#,
        "branches of types that do not fit each other are let pass",
    ),
    (
        r#"lookup((true ? { b = true, "k1" = null } : { a = 1 }), "-3", join("-3", ["b", "a", "b"]))"#,
        "branches of types that do not fit each other are let pass",
    ),
    (
        r#"((true || "1.50") ? min(0, 1e-40, 65535) : sum([255, 1e3]))"#,
        "the left operand decides, as in Terraform since 1.12",
    ),
    (
        r#"coalesce(tostring(" pad "), format("%t", "<&>"), "z")"#,
        "what is wrong and not needed hides nothing else",
    ),
];

/// The same for what is planned beside something unknown.
const UNKNOWN_DIFFERENCES: &[(&str, &str)] = &[
    (
        r#"length(toset([local.u, "a"]))"#,
        "a reference is an identity: equal to itself, different from every text and other reference",
    ),
    (
        "sort(local.list)",
        "a reference is an identity: equal to itself, different from every text and other reference",
    ),
    (
        "distinct(local.list)",
        "a reference is an identity: equal to itself, different from every text and other reference",
    ),
    (
        "compact(local.list)",
        "a reference is an identity: equal to itself, different from every text and other reference",
    ),
    (
        "local.u == local.u",
        "a reference is an identity: equal to itself, different from every text and other reference",
    ),
    (
        "[local.u] == [local.u]",
        "a reference is an identity: equal to itself, different from every text and other reference",
    ),
    ("local.u == 1", "the type of what is not known is not known either"),
    (r#"local.u == "x" && false"#, "one operand decides, as in Terraform since 1.12"),
    (r#"false && local.u == "x""#, "one operand decides, as in Terraform since 1.12"),
    (r#"local.u == "x" || true"#, "one operand decides, as in Terraform since 1.12"),
    (r#"true || local.u == "x""#, "one operand decides, as in Terraform since 1.12"),
    (r#"[for x in local.list : x if x == "a"]"#, "the elements that are known to be there still count"),
    ("local.u[*]", "whether what is not known is a list is not known either"),
    ("can(local.u)", "a reference that is declared is valid"),
    ("tolist([1, local.any])", "the type of what is not known is not known either"),
    (
        r#"setintersection(["a"], local.list)"#,
        "a reference is an identity: equal to itself, different from every text and other reference",
    ),
    (
        r#"matchkeys(["x", "y"], local.list, ["a"])"#,
        "a reference is an identity: equal to itself, different from every text and other reference",
    ),
];

/// Functions whose result nobody knows before deployment. Every other one is evaluated.
const IMPURE: &[&str] = &["bcrypt", "plantimestamp", "timestamp", "uuid"];

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
    let outputs = outputs.map(|(index, it)| format!("output \"o{index}\" {{\n  value = {it}\n}}\n"));
    let outputs = outputs.collect::<Vec<_>>().concat();
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

/// Compares every answer. Those listed must differ.
fn compare(
    records: &[Record],
    declarations: &str,
    differences: &[(&str, &str)],
    question: impl Fn(&str) -> String,
) {
    let questions: Vec<String> = records.iter().map(|record| question(&record.expression)).collect();
    let questions: Vec<&str> = questions.iter().map(String::as_str).collect();
    let (mut wrong, mut differing) = (Vec::new(), Vec::new());
    for (records, questions) in records.chunks(100).zip(questions.chunks(100)) {
        for (record, ours) in records.iter().zip(evaluated(declarations, questions)) {
            if record.agrees(&ours) {
                continue;
            }
            if let Some((known, _)) = differences.iter().find(|(known, _)| *known == record.expression) {
                differing.push(*known);
                continue;
            }
            let ours = ours.as_ref().map(crate::case::show);
            wrong.push(format!("{}\n  ours   {ours:?}\n  theirs {}", record.expression, record.theirs()));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), records.len(), wrong.join("\n"));
    let expected: Vec<&str> = differences.iter().map(|(expression, _)| *expression).collect();
    assert_eq!(differing, expected, "differences that are none any more, or out of order");
}

#[test]
fn expressions_answer_as_in_the_console() {
    let mut all = records(include_str!("../oracle/functions.json"));
    all.extend(records(include_str!("../oracle/expressions.json")));
    all.extend(records(include_str!("../oracle/generated.json")));
    assert!(all.len() > 2300, "{}", all.len());
    compare(&all, "", DIFFERENCES, str::to_owned);
}

#[test]
fn what_is_made_from_sensitive_values_is_sensitive() {
    let records = records(include_str!("../oracle/marks.json"));
    assert!(records.len() > 500);
    let question = |call: &str| {
        let within = format!("[for v in nonsensitive({call}) : issensitive(v)]");
        format!("[issensitive({call}), try(nonsensitive({within}), null)]")
    };
    compare(&records, "", &[], question);
}

#[test]
fn what_is_known_beside_the_unknown_is_planned() {
    let records = records(include_str!("../oracle/unknown.json"));
    assert!(records.len() > 120);
    compare(&records, include_str!("../oracle/unknown.tf"), UNKNOWN_DIFFERENCES, str::to_owned);
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
    for Conversion { r#type: ty, given, value, error } in conversions {
        let main = format!(
            "variable \"v\" {{\n  type = {ty}\n  default = {given}\n}}\noutput \"it\" {{\n  value = var.v\n}}\n"
        );
        let it = Case::new(&main).evaluate();
        let ours = match &it.problems()[..] {
            [] => Ok(it.output("it")),
            problems => Err(problems.join("; ")),
        };
        let record = Record { expression: given, value, error };
        let is_older = record.error && ours.is_ok() && OLDER_TYPES.contains(&&*ty);
        if !record.agrees(&ours) && !is_older {
            let ours = ours.as_ref().map(crate::case::show);
            wrong.push(format!(
                "{} to {}\n  ours   {ours:?}\n  theirs {}",
                record.expression,
                ty,
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
    assert_eq!(missing, IMPURE);
}

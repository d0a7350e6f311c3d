//! Texts that break their grammar, or strain it.

use super::{GOOD_TEMPLATE, check, folder, group, repeat};

const HEAD: &str = "AWSTemplateFormatVersion: '2010-09-09'\n";
const DEEP: usize = 10_000;

/// The problems of one bad file, without their messages; the status is always 2.
fn problems(name: &str, text: &str) -> Vec<String> {
    let outcome = check(&folder(&[(name, text)]));
    assert_eq!(outcome.status, 2, "{:?}", outcome.problems);
    let without_message = |problem: &String| problem.split(": ").next().unwrap_or_default().to_owned();
    outcome.problems.iter().map(without_message).collect()
}

#[test]
fn a_broken_block_costs_itself_only() {
    let text = format!("resource \"aws_vpc\" \"x\" {{\n  a = = 1\n}}\n{}", group("22"));
    let outcome = check(&folder(&[("bad/main.tf", &text)]));
    assert_eq!((outcome.status, outcome.groups), (2, 1));
    assert_eq!(outcome.problems.len(), 1);
    assert!(outcome.problems[0].starts_with("error hcl-syntax bad/main.tf:2:"), "{:?}", outcome.problems);
}

#[test]
fn broken_templates_point_at_the_place() {
    assert_eq!(
        problems("bad/t.yaml", &format!("{HEAD}Resources: [\n")),
        ["error yaml-syntax bad/t.yaml:3:1"]
    );
    let json = "{\"AWSTemplateFormatVersion\": \"2010-09-09\",\n \"Resources\": {\"A\" {}}}";
    assert_eq!(problems("bad/t.json", json), ["error json-syntax bad/t.json:2:20"]);
}

#[test]
fn terraform_that_nests_ten_thousand_deep() {
    let nested = |open: &str, inner: &str, close: &str| {
        format!("locals {{\n  a = {}{inner}{}\n}}\n", open.repeat(DEEP), close.repeat(DEEP))
    };
    for (what, text) in [
        ("lists", nested("[", "", "]")),
        ("parentheses", nested("(", "1", ")")),
        ("objects", nested("{ a = ", "1", "}")),
        ("interpolations", nested("\"${", "1", "}\"")),
        (
            "directives",
            format!("locals {{\n  a = \"{}{}\"\n}}\n", "%{if true}".repeat(DEEP), "%{endif}".repeat(DEEP)),
        ),
        ("calls", nested("max(", "1", ")")),
        ("negations", nested("!", "true", "")),
        ("loops", nested("[for x in ", "[]", " : x]")),
        ("conditionals", nested("true ? 1 : ", "2", "")),
        ("conditionals in the middle", nested("true ? ", "1", " : 2")),
        ("what is never closed", nested("[", "", "")),
        ("heredocs", format!("locals {{\n  a = {}\n}}\n", "${<<A\n".repeat(DEEP))),
        ("blocks", format!("{}{}", "a {\n".repeat(DEEP), "}\n".repeat(DEEP))),
        ("a hundred operators in a row", format!("locals {{\n  a = {}1\n}}\n", "1 + ".repeat(100 * 1000))),
    ] {
        let outcome = check(&folder(&[("bad/main.tf", &format!("{text}{}", group("22")))]));
        assert_eq!((outcome.status, outcome.groups), (2, 1), "{what}: what follows is read");
        assert_eq!(outcome.problems.len(), 1, "{what}: {:?}", outcome.problems);
        assert!(
            outcome.problems[0].starts_with("error hcl-syntax bad/main.tf:"),
            "{what}: {:?}",
            outcome.problems
        );
    }
}

#[test]
fn templates_that_nest_ten_thousand_deep() {
    let (open, close) = ("[".repeat(DEEP), "]".repeat(DEEP));
    let block = repeat(1000, |level| format!("{}a:\n", " ".repeat(level + 1)));
    for (what, name, text) in [
        ("flow", "bad/t.yaml", format!("{HEAD}Metadata: {open}{close}\n")),
        ("flow, not closed", "bad/t.yaml", format!("{HEAD}Metadata: {open}\n")),
        (
            "flow mappings",
            "bad/t.yaml",
            format!("{HEAD}Metadata: {}1{}\n", "{a: ".repeat(DEEP), "}".repeat(DEEP)),
        ),
        ("dashes", "bad/t.yaml", format!("{HEAD}Metadata:\n {}a\n", "- ".repeat(DEEP))),
        (
            "JSON",
            "bad/t.json",
            format!("{{\"AWSTemplateFormatVersion\": \"x\",\n\"Metadata\": {open}{close}}}"),
        ),
        ("block", "bad/t.yaml", format!("{HEAD}Metadata:\n{block}")),
    ] {
        let problems = problems(name, &text);
        assert_eq!(problems.len(), 1, "{what}: {problems:?}");
        assert!(problems[0].starts_with(&format!("error nesting-too-deep {name}:")), "{what}: {problems:?}");
    }
}

#[test]
fn an_alias_bomb() {
    let aliases = repeat(29, |level| {
        format!("  a{}: &a{0} [{}*a{level}]\n", level + 1, format!("*a{level}, ").repeat(8))
    });
    let bomb = format!("{GOOD_TEMPLATE}Metadata:\n  a0: &a0 [x, x, x, x, x, x, x, x, x]\n{aliases}");
    let outcome = check(&folder(&[("bad/t.yaml", &bomb)]));
    assert_eq!((outcome.status, outcome.groups), (2, 1), "what the bomb does not touch is judged");
    assert!(outcome.problems[0].starts_with("error yaml-alias-bomb bad/t.yaml:"), "{:?}", outcome.problems);
    assert_eq!(outcome.problems.len(), 101, "not thousands of them");
}

#[test]
fn a_hundred_thousand_documents() {
    let outcome = check(&folder(&[("bad/data.yaml", &"---\na: 1\n".repeat(100_000))]));
    assert_eq!((outcome.status, outcome.problems), (1, vec![]));

    let template = "---\nResources: {A: {Type: AWS::EC2::VPC}}\n";
    assert_eq!(
        problems("bad/t.yaml", &template.repeat(40_000)),
        ["error too-many-templates bad/t.yaml:202:1"]
    );
}

#[test]
fn a_hundred_thousand_mistakes() {
    let text = repeat(100_000, |number| format!("a{number} = = 1\n"));
    let problems = problems("bad/main.tf", &text);
    assert_eq!(problems.len(), 101);
    assert_eq!(problems[100], "error too-many-problems bad/main.tf:101:8");
    assert_eq!(problems_of_repeated_keys(), 102, "one says that there are no resources");
}

fn problems_of_repeated_keys() -> usize {
    problems("bad/t.yaml", &format!("{HEAD}Metadata:\n{}", "  a: 1\n".repeat(100_000))).len()
}

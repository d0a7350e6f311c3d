//! Templates with sense in their grammar only.

use super::{Outcome, check, folder, repeat};

/// A template with one group, its CIDR as an expression.
fn template(sections: &str, cidr: &str) -> String {
    format!(
        "AWSTemplateFormatVersion: '2010-09-09'\n{sections}Resources:\n  Bad:\n    Type: AWS::EC2::SecurityGroup\n    \
         Properties:\n      GroupDescription: bad\n      SecurityGroupIngress:\n        \
         - {{IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: {cidr}}}\n"
    )
}

fn judged(template: &str) -> Outcome {
    check(&folder(&[("bad/t.yaml", template)]))
}

/// Codes and places of the problems, without those that say what was not judged for want of a value.
fn causes(outcome: &Outcome) -> Vec<&str> {
    let places = outcome.problems.iter().map(|problem| problem.split(": ").next().unwrap_or_default());
    places.filter(|place| !place.contains(" not-judged ")).collect()
}

#[test]
fn conditions_in_a_circle() {
    let outcome = judged(&template(
        "Conditions:\n  A: !Not [!Condition B]\n  B: !Not [!Condition A]\n",
        "!If [A, 10.0.0.0/8, 10.1.0.0/16]",
    ));
    assert_eq!((outcome.status, outcome.groups), (1, 1));
    assert_eq!(causes(&outcome), ["warning condition-cycle bad/t.yaml:3:3"]);
}

#[test]
fn texts_that_grow() {
    let parameter = format!("Parameters:\n  A: {{Type: String, Default: {}}}\n", "x".repeat(1000));
    for (text, status) in
        [("${A}".repeat(100_000), 2), ("${".repeat(100_000), 1), (format!("{}}}", "${A".repeat(100_000)), 1)]
    {
        let outcome = judged(&template(&parameter, &format!("!Sub '{text}'")));
        assert_eq!((outcome.status, outcome.groups), (status, 1), "{:?}", outcome.problems);
    }
}

#[test]
fn ten_thousand_conditions() {
    let parameters =
        repeat(2000, |number| format!("  P{number}: {{Type: String, Default: a, AllowedValues: [a, b]}}\n"));
    let conditions = repeat(10_000, |number| format!("  C{number}: !Equals [!Ref P{}, b]\n", number % 2000));
    let resources = repeat(10_000, |number| {
        format!(
            "  R{number}: {{Type: AWS::EC2::SecurityGroup, Condition: C{number}, Properties: {{GroupDescription: x}}}}\n"
        )
    });
    let sections = format!("Parameters:\n{parameters}Conditions:\n{conditions}");
    let outcome = judged(&format!("{}{resources}", template(&sections, "10.0.0.0/8")));
    assert_eq!((outcome.status, outcome.groups), (1, 1));
    let causes = causes(&outcome);
    assert_eq!(causes.len(), 1, "{causes:?}");
    assert!(causes[0].starts_with("warning scenario-limit bad/t.yaml:"), "{causes:?}");
}

#[test]
fn more_subnets_than_there_are() {
    let outcome = judged(&template("", "!Select [0, !Cidr [10.0.0.0/8, 1000000000, 4]]"));
    assert_eq!((outcome.status, outcome.groups), (1, 1));
    assert_eq!(causes(&outcome), ["warning invalid-intrinsic bad/t.yaml:8:75"]);
}

#[test]
fn resources_that_are_no_mapping() {
    for resources in ["[a, b]", "text"] {
        let outcome = judged(&format!("AWSTemplateFormatVersion: '2010-09-09'\nResources: {resources}\n"));
        assert_eq!((outcome.status, outcome.groups), (1, 0));
        assert_eq!(causes(&outcome), ["warning template-shape bad/t.yaml:2:1"]);
    }
}

#[test]
fn types_that_are_no_text() {
    let more = "  A: {Properties: {}}\n  B: {Type: [a]}\n  C: text\n  D:\n  E: {Type: 5}\n";
    let outcome = judged(&format!("{}{more}", template("", "10.0.0.0/8")));
    assert_eq!((outcome.status, outcome.groups), (1, 1));
    let shapes =
        causes(&outcome).into_iter().filter(|cause| cause.starts_with("warning template-shape ")).count();
    assert_eq!(shapes, 4, "{:?}", outcome.problems);
}

#[test]
fn loops_in_loops() {
    let list: Vec<_> = (0..100).map(|number| number.to_string()).collect();
    let mut body =
        "'R${A}x${B}x${C}x${D}': {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: x}}"
            .to_owned();
    for name in ["D", "C", "B", "A"] {
        body = format!("'Fn::ForEach::L{name}': [{name}, [{}], {{{body}}}]", list.join(", "));
    }
    let text = format!(
        "AWSTemplateFormatVersion: '2010-09-09'\nTransform: AWS::LanguageExtensions\nResources: {{{body}}}\n"
    );
    let outcome = judged(&text);
    assert_eq!(outcome.status, 2);
    assert_eq!(causes(&outcome), ["error evaluation-limit bad/t.yaml:1:1"]);
}

#[test]
fn choices_in_choices() {
    let nested =
        |depth: usize| format!("{}10.0.0.0/8{}", "!If [C, ".repeat(depth), ", 10.1.0.0/16]".repeat(depth));
    let conditions = "Conditions:\n  C: !Equals [a, a]\n";
    let outcome = judged(&template(conditions, &nested(90)));
    assert_eq!((outcome.status, outcome.groups, outcome.problems), (1, 1, vec![]));

    let outcome = judged(&template(conditions, &nested(10_000)));
    assert_eq!((outcome.status, outcome.groups), (2, 0));
    assert_eq!(outcome.problems.len(), 1, "{:?}", outcome.problems);
    assert!(outcome.problems[0].starts_with("error nesting-too-deep bad/t.yaml:"), "{:?}", outcome.problems);
}

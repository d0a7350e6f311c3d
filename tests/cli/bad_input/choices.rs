//! Choices that no one could try one by one, and conditions by the thousand.

use super::{Outcome, check, folder, group, repeat};

/// Forty switches, off by default.
fn switches() -> String {
    repeat(40, |number| format!("variable \"s{number}\" {{\n  type = bool\n  default = false\n}}\n"))
}

fn judged(name: &str, text: &str) -> Outcome {
    check(&folder(&[(name, text)]))
}

/// Codes and places of the problems.
fn causes(outcome: &Outcome) -> Vec<&str> {
    outcome.problems.iter().map(|problem| problem.split(": ").next().unwrap_or_default()).collect()
}

#[test]
fn forty_switches_that_decide_one_value_are_solved() {
    let locals = repeat(40, |number| {
        format!("  a{} = var.s{number} ? local.a{number} : \"10.{number}.0.0/16\"\n", number + 1)
    });
    let main = format!(
        "{}locals {{\n  a0 = \"0.0.0.0/0\"\n{locals}}}\n{}",
        switches(),
        group("22").replace("\"10.0.0.0/8\"", "local.a40")
    );
    let outcome = judged("bad/main.tf", &main);
    assert_eq!((outcome.status, outcome.groups), (1, 1), "the default is judged in full");
    assert!(causes(&outcome).iter().all(|cause| cause.starts_with("warning scenario-limit bad/main.tf:")));
}

#[test]
fn a_million_million_combinations_of_groups() {
    let groups = repeat(40, |number| {
        group("22").replace("\"bad\"", &format!("\"bad{number}\"")).replacen(
            "{\n",
            &format!("{{\n  count = var.s{number} ? 1 : 0\n"),
            1,
        )
    });
    let outcome = judged("bad/main.tf", &format!("{}{groups}", switches()));
    assert_eq!((outcome.status, outcome.groups), (1, 0), "none is there by default, and that is judged");
    assert_eq!(causes(&outcome), ["warning scenario-limit bad/main.tf:129:1"]);
}

const HEAD: &str = "AWSTemplateFormatVersion: '2010-09-09'\n";

/// A template with forty parameters of two values each.
fn template(conditions: &str, resources: &str) -> String {
    let parameters =
        repeat(40, |number| format!("  P{number}: {{Type: String, Default: a, AllowedValues: [a, b]}}\n"));
    format!("{HEAD}Parameters:\n{parameters}Conditions:\n{conditions}Resources:\n{resources}")
}

fn bad(cidr: &str) -> String {
    format!(
        "  Bad:\n    Type: AWS::EC2::SecurityGroup\n    Properties:\n      GroupDescription: bad\n      \
         SecurityGroupIngress:\n        - {{IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: {cidr}}}\n"
    )
}

#[test]
fn forty_choices_in_each_other_in_a_template() {
    let conditions = repeat(40, |number| format!("  C{number}: !Equals [!Ref P{number}, b]\n"));
    let choices = repeat(40, |number| format!("!If [C{number}, "));
    let others: Vec<_> = (0..40).rev().map(|number| format!(", 10.{number}.0.0/16]")).collect();
    let cidr = format!("{choices}0.0.0.0/0{}", others.concat());
    let outcome = judged("bad/t.yaml", &template(&conditions, &bad(&cidr)));
    assert_eq!((outcome.status, outcome.groups), (1, 1), "{:?}", outcome.problems);
    assert!(causes(&outcome).iter().all(|cause| cause.starts_with("warning scenario-limit bad/t.yaml:")));
}

#[test]
fn ten_thousand_conditions_about_one_value_are_judged() {
    let conditions = repeat(10_000, |number| format!("  C{number}: !Equals [!Ref P{}, b]\n", number % 40));
    let outcome = judged("bad/t.yaml", &template(&conditions, &bad("!If [C9999, 0.0.0.0/0, 10.0.0.0/8]")));
    assert_eq!((outcome.status, outcome.groups, outcome.problems), (1, 1, vec![]));
}

#[test]
fn a_chain_of_ten_thousand_conditions() {
    let chain = repeat(9_999, |number| {
        let next = number + 1;
        format!("  C{next}: !Or [!Condition C{number}, !Equals [!Ref P{}, b]]\n", next % 40)
    });
    let conditions = format!("  C0: !Equals [!Ref P0, b]\n{chain}");
    let outcome = judged("bad/t.yaml", &template(&conditions, &bad("!If [C9999, 0.0.0.0/0, 10.0.0.0/8]")));
    assert_eq!((outcome.status, outcome.groups), (1, 1), "{:?}", outcome.problems);
    assert!(causes(&outcome).iter().all(|cause| cause.starts_with("warning scenario-limit bad/t.yaml:")));
}

#[test]
fn a_bound_that_only_another_choice_meets_is_no_error() {
    let conditions = "  C: !Equals [!Ref P0, b]\n";
    let long = format!("!Sub ['{}', {{X: {}}}]", "${X}".repeat(10_000), "x".repeat(1000));
    let outcome = judged("bad/t.yaml", &template(conditions, &bad(&format!("!If [C, {long}, 10.0.0.0/8]"))));
    assert_eq!((outcome.status, outcome.groups), (1, 1), "{:?}", outcome.problems);
    assert_eq!(causes(&outcome).len(), 1);
    assert!(causes(&outcome)[0].starts_with("warning scenario-limit bad/t.yaml:"), "{:?}", outcome.problems);

    let main = format!(
        "variable \"large\" {{\n  default = false\n}}\n{}",
        group("22").replace(
            "\"10.0.0.0/8\"",
            "var.large ? join(\"\", setproduct(range(0, 1000), range(0, 1000))[0]) : \"10.0.0.0/8\""
        )
    );
    let outcome = judged("bad/main.tf", &main);
    assert_eq!((outcome.status, outcome.groups, outcome.problems), (1, 1, vec![]));
}

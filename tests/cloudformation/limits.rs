//! Hostile and huge templates end in a problem, not in a hang.

use std::fmt::Write as _;

use proptest::prelude::*;

use crate::evaluated::{Evaluated, lines, property, resource, shown};
use sglint::resource::Cause;

#[test]
fn scenarios_are_bounded_and_the_bound_is_reported() {
    let mut head = "Parameters:\n  Env: {Type: String, Default: none}\nConditions:".to_owned();
    for index in 0..100 {
        write!(head, "\n  C{index}: !Equals [!Ref Env, v{index}]").unwrap();
    }
    let all: Vec<_> = (0..100).map(|index| format!("!If [C{index}, 1, 2]")).collect();
    let evaluated = property(&head, &format!("[{}]", all.join(", ")));
    assert_eq!(evaluated.scenarios().len(), 32);
    assert_eq!(evaluated.problems().len(), 1);
    assert!(evaluated.problems()[0].starts_with("scenario-limit"), "{:?}", evaluated.problems());
}

#[test]
fn conditions_that_depend_on_each_other_are_reported_and_unknown() {
    let head = "Conditions:\n  A: !Not [!Condition B]\n  B: !Not [!Condition C]\n  C: !Condition A\n\
                  \n  Self: !Condition Self";
    let evaluated = property(head, "!If [A, 1, 2]");
    assert!(evaluated.value().unknown_cause().is_some());
    insta::assert_snapshot!(evaluated.problems().join("\n"), @r#"
    condition-cycle at "A": conditions depend on each other: A → B → C → A; break the circle; what depends on these conditions is not judged
    condition-cycle at "Self": conditions depend on each other: Self → Self; break the circle; what depends on these conditions is not judged
    "#);
}

#[test]
fn loops_in_loops_end_at_a_bound() {
    let list = format!("[{}]", (0..50).map(|index| index.to_string()).collect::<Vec<_>>().join(", "));
    let mut text = "'R${A}x${B}x${C}x${D}': {Type: T}".to_owned();
    for name in ["D", "C", "B", "A"] {
        text = format!("Fn::ForEach::L{name}: [{name}, {list}, {{{text}}}]");
    }
    let evaluated = Evaluated::of(&format!("Resources: {{{text}}}\n"));
    assert!(evaluated.problems().iter().any(|problem| problem.starts_with("evaluation-limit")));
}

#[test]
fn a_long_chain_of_conditions_is_decided_without_recursion() {
    let mut head =
        "Parameters:\n  P: {Type: String, Default: a}\nConditions:\n  C0: !Equals [!Ref P, a]".to_owned();
    for index in 1..10_000 {
        write!(head, "\n  C{index}: !Not [!Condition C{}]", index - 1).unwrap();
    }
    let evaluated = property(&head, "!If [C9999, yes it is, none]");
    assert_eq!(shown(evaluated.value()), r#""none""#);
    assert_eq!(evaluated.scenarios(), ["P has another value"]);
}

#[test]
fn texts_that_multiply_end_at_a_bound() {
    let long = "x".repeat(2000);
    let mut mappings = format!("Mappings:\n  M: {{a: {{b: {long}}}}}");
    let mut expression = "!FindInMap [M, a, b]".to_owned();
    for _ in 0..12 {
        expression = format!("!Join ['', [{}]]", vec![expression; 2].join(", "));
    }
    mappings.push('\n');
    let evaluated = property(&mappings, &expression);
    let reason = evaluated.value().unknown_cause().expect("not a text of 8 MB");
    assert!(matches!(reason.cause, Cause::Limit(_)), "{reason:?}");
}

#[test]
fn the_deepest_nesting_that_is_parsed_is_evaluated() {
    let expression = format!("{}x{}", "!Join ['', [".repeat(90), "]]".repeat(90));
    assert_eq!(shown(property("", &expression).value()), r#""x""#);
}

#[test]
fn a_template_of_one_large_block_used_many_times_ends_at_a_bound() {
    let block = format!("[{}]", vec!["!Ref P"; 1000].join(", "));
    let mut text = format!(
        "Parameters: {{P: {{Type: String, Default: a, AllowedValues: [a, b]}}}}\n\
         Conditions: {{C: !Equals [!Ref P, a]}}\nMetadata: &block {block}\nResources:\n"
    );
    for index in 0..900 {
        writeln!(text, "  R{index}: {{Type: T, Condition: C, Properties: {{X: *block}}}}").unwrap();
    }
    let evaluated = Evaluated::of(&text);
    assert!(evaluated.problems().iter().any(|problem| problem.starts_with("evaluation-limit")));
    let last = resource(evaluated.default(), "R899");
    assert!(matches!(last.attributes["X"].value.unknown_cause().unwrap().cause, Cause::Limit(_)));
}

#[test]
fn ten_thousand_conditions_on_many_inputs_are_decided_quickly() {
    let mut text = "Parameters:\n".to_owned();
    for index in 0..2000 {
        writeln!(text, "  P{index}: {{Type: String, Default: a, AllowedValues: [a, b]}}").unwrap();
    }
    text.push_str("Conditions:\n");
    for index in 0..10_000 {
        writeln!(text, "  C{index}: !Equals [!Ref P{}, b]", index % 2000).unwrap();
    }
    text.push_str("Resources:\n");
    for index in 0..10_000 {
        writeln!(text, "  R{index}: {{Type: T, Condition: C{index}}}").unwrap();
    }
    let evaluated = Evaluated::of(&text);
    assert!(evaluated.default().resources.is_empty());
    let counts = evaluated.configurations[1..].iter().map(|configuration| configuration.resources.len());
    assert!(counts.eq([5; 16]), "sixteen scenarios of ten thousand declarations each");
    assert!(evaluated.problems()[0].starts_with("scenario-limit"), "{:?}", evaluated.problems());
}

#[test]
fn a_puzzle_of_2_to_the_40_choices_ends_at_a_bound() {
    // Fifteen parameters that must all differ, with fourteen values to choose from.
    let mut head = "Parameters:\n".to_owned();
    let values = (0..14).map(|value| format!("v{value}")).collect::<Vec<_>>().join(", ");
    for index in 0..15 {
        writeln!(head, "  P{index}: {{Type: String, AllowedValues: [{values}]}}").unwrap();
    }
    let mut conditions = Vec::new();
    for index in 0..15 {
        let different = (0..index).map(|other| format!("!Not [!Equals [!Ref P{index}, !Ref P{other}]]"));
        conditions.extend(different);
    }
    writeln!(head, "Conditions:\n  All: !And [{}]", conditions.join(", ")).unwrap();
    let evaluated = property(&head, "!If [All, a, b]");
    assert_eq!(evaluated.scenarios().len(), 1, "{:?}", evaluated.scenarios());
    assert_eq!(evaluated.problems().len(), 1, "{:?}", evaluated.problems());
    assert!(evaluated.problems()[0].contains("takes too long to find out"), "{:?}", evaluated.problems());
}

#[test]
fn a_condition_that_names_nest_a_thousand_deep_is_searched() {
    let mut head = "Parameters:\n  A: {Type: String, Default: a, AllowedValues: [a, b]}\n  \
                    B: {Type: String, Default: a, AllowedValues: [a, b]}\nConditions:\n  \
                    C0: !Equals [!Ref A, b]\n  IsB: !Equals [!Ref B, b]"
        .to_owned();
    for index in 1..1000 {
        let function = if index % 2 == 0 { "And" } else { "Or" };
        let other = if index % 2 == 0 { "!Condition IsB" } else { "!Equals [!Ref A, c]" };
        write!(head, "\n  C{index}: !{function} [!Condition C{}, {other}]", index - 1).unwrap();
    }
    let evaluated = property(&head, "!If [C999, a, b]");
    assert_eq!(evaluated.scenarios(), [r#"A is "b" and B is "b""#]);
    assert_eq!(evaluated.problems(), [""; 0]);
}

#[test]
fn a_hundred_thousand_variables_are_put_in() {
    let names: Vec<_> = (0..100_000).map(|index| format!("V{index}")).collect();
    let text: Vec<_> = names.iter().map(|name| format!("${{{name}}}")).collect();
    let variables: Vec<_> = names.iter().map(|name| format!("{name}: a")).collect();
    let expression = format!("!Sub ['{}', {{{}}}]", text.concat(), variables.join(", "));
    let value = property("", &expression).value().clone();
    assert_eq!(value.as_str().map(str::len), Some(100_000));

    // Written with escapes, so that no placeholder stands there as it is.
    let escaped = text.concat().replace('$', "\\x24");
    let value = property("", &format!("!Sub \"{escaped}\"")).value().clone();
    assert!(value.unknown_cause().is_some(), "none of them is declared");
}

#[test]
fn what_is_joined_and_split_again_and_again_ends_at_a_bound() {
    let head = "Parameters:\n  P: {Type: String, Default: 'a,a,a,a,a,a,a,a,a,a'}";
    let mut expression = "!Ref P".to_owned();
    for _ in 0..8 {
        expression = format!("!Join [!!str 'a,a,a,a,a,a,a,a,a,a,', !Split [',', {expression}]]");
    }
    let evaluated = property(head, &expression);
    let Some(reason) = evaluated.value().unknown_cause() else { panic!("a text of 10^9 bytes") };
    assert!(matches!(reason.cause, Cause::Limit(_)), "{reason:?}");
}

#[test]
fn a_json_text_of_shared_blocks_ends_at_a_bound() {
    let mut text = "Metadata:\n  l0: &l0 [aaaaaaaaaaaaaaaa]\n".to_owned();
    for level in 1..17 {
        writeln!(text, "  l{level}: &l{level} [*l{0}, *l{0}]", level - 1).unwrap();
    }
    let evaluated = Evaluated::of(&format!(
        "{text}Resources: {{R: {{Type: T, Properties: {{X: !ToJsonString {{a: *l16}}}}}}}}\n"
    ));
    let value = &resource(evaluated.default(), "R").attributes["X"].value;
    assert!(value.unknown_cause().is_some_and(|reason| matches!(reason.cause, Cause::Limit(_))), "{value:?}");
}

/// An expression of any shape: functions with arguments that fit, and with arguments that do not.
fn expression() -> impl Strategy<Value = String> {
    let names =
        prop::sample::select(vec!["P", "L", "None", "R", "Other", "AWS::Region", "AWS::NoValue", "Nope"]);
    let leaf = prop_oneof![
        names.clone().prop_map(|name| format!("!Ref {name}")),
        names.clone().prop_map(|name| format!("!GetAtt {name}.Id")),
        names.prop_map(|name| format!("!Sub 'a${{{name}}}${{!b}}${{'")),
        prop::sample::select(vec![
            "x",
            "0",
            "-1",
            "10.0.0.0/8",
            "''",
            "~",
            "C",
            "M",
            "k",
            "'{{resolve:ssm:x}}'"
        ])
        .prop_map(ToOwned::to_owned),
    ];
    let functions = prop::sample::select(vec![
        "Ref",
        "GetAtt",
        "Sub",
        "Join",
        "Select",
        "Split",
        "FindInMap",
        "If",
        "Equals",
        "And",
        "Or",
        "Not",
        "Condition",
        "Base64",
        "Cidr",
        "GetAZs",
        "ImportValue",
        "Transform",
        "Length",
        "ToJsonString",
        "Nope",
    ]);
    leaf.prop_recursive(5, 40, 4, move |inner| {
        let list =
            prop::collection::vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(", ")));
        prop_oneof![
            list.clone(),
            (functions.clone(), list.clone()).prop_map(|(name, list)| format!("!{name} {list}")),
            (functions.clone(), inner.clone()).prop_map(|(name, one)| format!("{{'Fn::{name}': {one}}}")),
            (functions.clone(), list).prop_map(|(name, list)| format!("{{'Fn::{name}': {list}}}")),
            inner.prop_map(|one| format!("{{a: {one}, Ref: {one}}}")),
        ]
    })
}

proptest! {
    #[test]
    fn any_expression_evaluates_and_always_to_the_same(value in expression(), condition in expression()) {
        let head = format!(
            "Parameters:\n  P: {{Type: String, Default: k}}\n  L: {{Type: CommaDelimitedList, Default: 'a,b'}}\n  \
             None: {{Type: Number}}\nMappings:\n  M: {{k: {{x: 1}}, x: {{x: [2]}}}}\nConditions:\n  \
             C: {condition}\n  D: !Not [!Condition C]"
        );
        let one = property(&head, &value);
        let other = property(&head, &value);
        prop_assert_eq!(one.problems(), other.problems());
        for (one, other) in one.configurations.iter().zip(&other.configurations) {
            prop_assert_eq!(lines(one), lines(other));
        }
    }
}

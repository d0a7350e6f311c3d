//! What could not be evaluated says so.

use crate::evaluated::{Evaluated, property, resource, shown};
use sglint::cloudformation::evaluate;
use sglint::resource::{Cause, Interest, Mode, Provider};
use sglint::source::SourceMap;
use sglint::syntax::yaml;

#[test]
fn what_cloudformation_refuses_is_unknown_and_reported() {
    let head = "Parameters:\n  Office: {Type: String, Default: x}\nMappings:\n  M: {k: {a: x}}\n\
                Conditions:\n  Yes: !Equals [a, a]";
    let mut lines = Vec::new();
    for expression in [
        "!Ref Ofice",
        "!Ref Nothing",
        "!Ref OfficeHours",
        "!GetAtt Othr.GroupId",
        "!GetAtt Other",
        "!Sub '${Ofice}/32'",
        "!Sub '${A:-b}'",
        "!Select [2, [a, b]]",
        "!Select [-1, [a, b]]",
        "!FindInMap [N, k, a]",
        "!FindInMap [M, l, a]",
        "!FindInMap [M, k, b]",
        "!If [Yess, 1, 2]",
        "!If [Yes, 1]",
        "!Join [a]",
        "!Join ['', x]",
        "!Cidr [10.0.0.0/24, 300, 4]",
        "!Wat x",
        "{'Fn::Wat': x}",
    ] {
        let evaluated = property(head, expression);
        assert!(evaluated.value().unknown_cause().is_some(), "{expression}");
        lines.extend(evaluated.problems());
    }
    insta::assert_snapshot!(lines.join("\n"), @r#"
    undeclared-name at "Ofice": the template declares no resource or parameter Ofice; did you mean Office?
    undeclared-name at "Nothing": the template declares no resource or parameter Nothing; declare it, or correct the name
    undeclared-name at "OfficeHours": the template declares no resource or parameter OfficeHours; declare it, or correct the name
    undeclared-name at "Othr.GroupId": the template declares no resource Othr; did you mean Other?
    invalid-intrinsic at "!GetAtt Other": !GetAtt takes a resource and an attribute: `Name.Attribute`; see the intrinsic function reference of CloudFormation
    undeclared-name at "${Ofice}": the template declares no resource or parameter Ofice; did you mean Office?
    invalid-intrinsic at "${A:-b}": !Sub cannot put in ${A:-b}: that is not a name; write ${!…} for a literal ${…}
    invalid-intrinsic at "!Select [2, [a, b]]": !Select has no element 2: the list has 2; indices count from 0
    invalid-intrinsic at "!Select [-1, [a, b]]": !Select has no element -1: the list has 2; indices count from 0
    undeclared-name at "N": the template declares no mapping N; there is M
    undeclared-name at "l": mapping M has no key l; there is k
    undeclared-name at "b": mapping M.k has no key b; there is a
    undeclared-name at "Yess": the template declares no condition Yess; did you mean Yes?
    invalid-intrinsic at "!If [Yes, 1]": !If takes a condition name and two values; see the intrinsic function reference of CloudFormation
    invalid-intrinsic at "!Join [a]": !Join takes a delimiter and a list of values; see the intrinsic function reference of CloudFormation
    invalid-intrinsic at "!Join ['', x]": !Join takes a delimiter and a list of values; see the intrinsic function reference of CloudFormation
    invalid-intrinsic at "!Cidr [10.0.0.0/24, 300, 4]": !Cidr: 300 is not a count of 1 to 256; takes an address block, a count of 1 to 256 and the number of host bits
    unsupported-intrinsic at "!Wat x": !Wat is not evaluated; check its name; what depends on it is not judged
    unsupported-intrinsic at "{'Fn::Wat': x}": Fn::Wat is not evaluated; check its name; what depends on it is not judged
    "#);
}

#[test]
fn a_reference_to_a_resource_that_is_not_created_is_reported() {
    let evaluated = Evaluated::of(
        "Conditions:\n  No: !Equals [a, b]\nResources:\n  A: {Type: T, Condition: No}\n  \
         B: {Type: T, Properties: {X: !Ref A}}\n",
    );
    insta::assert_snapshot!(evaluated.problems().join("\n"), @r#"reference-to-absent-resource at "A": A is not created: its condition No is false; refer to A only where No holds, with Fn::If"#);
    let value = &resource(evaluated.default(), "B").attributes["X"].value;
    assert_eq!(shown(value), "?(A is not created: its condition No is false)");
}

#[test]
fn names_that_a_macro_may_make_are_not_reported() {
    let evaluated = property("Transform: AWS::Serverless-2016-10-31", "!GetAtt FunctionRole.Arn");
    assert_eq!(evaluated.problems(), [""; 0]);
    assert!(matches!(evaluated.value().unknown_cause().unwrap().cause, Cause::External(_)));
}

#[test]
fn sections_of_the_wrong_shape_are_reported() {
    for text in ["Resources: []", "Resources: x", "Resources:", "{}", "[]", "x", "Outputs: {A: {Value: 1}}"] {
        let evaluated = Evaluated::of(text);
        assert!(evaluated.default().resources.is_empty(), "{text}");
        assert!(evaluated.problems()[0].starts_with("template-shape"), "{text}");
    }
    let text = "Resources: {A: x, B: {Properties: {}}, C: {Type: T, Properties: [1]}, D: {Type: T, Condition: [x]}}\n\
                Parameters: []\nConditions:\n  X: [1]\n";
    insta::assert_snapshot!(Evaluated::of(text).problems().join("\n"), @r#"
    template-shape at "Parameters": Parameters is not a mapping; write the entries of Parameters as `Name: …` below it
    invalid-intrinsic at "[1]": this is not a condition; use Fn::Equals, Fn::And, Fn::Or, Fn::Not or Condition
    template-shape at "A": resource A has no Type; add its `Type: AWS::…`
    template-shape at "B": resource B has no Type; add its `Type: AWS::…`
    template-shape at "[1]": the Properties of C are not a mapping; write the properties as `Name: value` below Properties
    invalid-intrinsic at "[x]": this is not a condition; use Fn::Equals, Fn::And, Fn::Or, Fn::Not or Condition
    "#);
}

#[test]
fn a_loop_over_what_is_not_known_is_reported() {
    let evaluated = Evaluated::of(
        "Parameters: {Names: {Type: CommaDelimitedList}}\nResources:\n  Fn::ForEach::A: [N, !Ref Names, {}]\n  \
         Fn::ForEach::B: [N, [a]]\n",
    );
    insta::assert_snapshot!(evaluated.problems().join("\n"), @r#"
    unsupported-intrinsic at "Fn::ForEach::A": the collection of Fn::ForEach::A is not known: parameter Names has no value; what the loop makes is not judged; a collection is known by its text or by a default
    unsupported-intrinsic at "Fn::ForEach::B": Fn::ForEach::B takes an identifier, a collection and a mapping; what the loop makes is not judged; a collection is known by its text or by a default
    "#);
}

/// Wants two properties.
struct Two;

impl Provider for Two {
    fn interest(&self, _kind: &str, _mode: Mode) -> Interest {
        Interest::Attributes(&["X", "Y"])
    }
}

#[test]
fn properties_that_something_unknown_makes_are_not_taken_to_be_absent() {
    let shown_of = |properties: &str| {
        let text = format!("Resources:\n  R: {{Type: T, Properties: {properties}}}\n");
        let file = SourceMap::new("/").add("t.yaml", text);
        let parsed = yaml::parse(&file);
        assert!(parsed.problems.is_empty(), "{:?}", parsed.problems);
        let configurations = evaluate(&file, &parsed.documents[0], &Two);
        let attributes = &resource(&configurations[0], "R").attributes;
        attributes.iter().map(|(name, one)| format!("{name}: {}", shown(&one.value))).collect::<Vec<_>>()
    };
    let include = "'Fn::Transform': {Name: AWS::Include, Parameters: {Location: 's3://b/r.yaml'}}";
    let unknown = "?(included file s3://b/r.yaml comes from elsewhere)";
    assert_eq!(shown_of(&format!("{{X: 1, {include}}}")), ["X: 1".to_owned(), format!("Y: {unknown}")]);
    assert_eq!(shown_of(&format!("{{{include}}}")), [format!("X: {unknown}"), format!("Y: {unknown}")]);
    assert_eq!(shown_of(&format!("{{X: [{{A: 1, {include}}}]}}")), [format!("X: [{unknown}]")]);
    let transform = "{X: 1, 'Fn::Transform': {Name: Mine}}";
    assert_eq!(shown_of(transform), ["X: 1", "Y: ?(function Fn::Transform is not evaluated)"]);
    let looping = "{X: 1, 'Fn::ForEach::L': [A, !Ref AWS::Region, {}]}";
    assert_eq!(shown_of(looping), ["X: 1", "Y: ?(function Fn::ForEach::L is not evaluated)"]);
}

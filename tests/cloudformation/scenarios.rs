//! Other choices of the inputs.

use std::fmt::Write as _;

use crate::evaluated::{Evaluated, lines, property, resource, shown, web};
use sglint::cloudformation::{Inputs, evaluate, evaluate_with};
use sglint::resource::{Interest, Presence, StepKind, Uniform};
use sglint::source::SourceMap;
use sglint::syntax::yaml;

#[test]
fn each_choice_that_changes_a_condition_is_a_scenario() {
    let web = web();
    assert_eq!(web.scenarios(), [r#"Env is "stage""#, r#"Env is "prod""#]);
    let prod = web.scenario(r#"Env is "prod""#);
    resource(prod, "ProdOnly");
    let ingress = &resource(prod, "Web").attributes["SecurityGroupIngress"].value;
    assert_eq!(ingress.members().len(), 6);
    let open = ingress.members()[2].get("CidrIp").unwrap();
    assert_eq!(open.as_str(), Some("0.0.0.0/0"));
    assert_eq!(
        web.way(&open),
        [(StepKind::MappingCell, "0.0.0.0/0"), (StepKind::Reference, "!FindInMap [Ranges, !Ref Env, Cidr]"),]
    );
    assert!(!resource(prod, "Bastion").attributes.contains_key("SecurityGroupIngress"));
    assert_eq!(prod.outputs.len(), 2);
}

#[test]
fn a_secret_is_a_value_that_no_scenario_names() {
    let head = "Parameters:\n  Password: {Type: String, NoEcho: true, Default: hush}\n\
                Conditions:\n  Set: !Equals [!Ref Password, loud]";
    let evaluated = property(head, "!If [Set, !Sub 'x${Password}', !Ref Password]");
    assert_eq!(evaluated.scenarios(), ["Password has another value"]);
    assert_eq!(evaluated.value().as_str(), Some("hush"));
    let in_text = &resource(&evaluated.configurations[1], "R").attributes["X"].value;
    assert_eq!(in_text.as_str(), Some("xloud"));
    assert!(evaluated.value().is_sensitive() && in_text.is_sensitive());
}

#[test]
fn whatever_is_made_of_a_secret_is_one() {
    let head = "Transform: AWS::LanguageExtensions\nParameters:\n  P: {Type: String, NoEcho: true, Default: 10.0.0.0/16}\n  \
                L: {Type: CommaDelimitedList, NoEcho: true, Default: '10.0.0.0/16,b'}";
    for expression in [
        "!Ref P",
        "!Sub '${P}'",
        "!Sub 'a${P}'",
        "!Sub ['${V}', {V: !Ref P}]",
        "!Join ['', [a, !Ref P]]",
        "!Join [',', !Ref L]",
        "!Select [1, !Ref L]",
        "!Select [0, !Split ['/', !Ref P]]",
        "!Select [0, !Split ['/', !Sub '${P}/${AWS::Region}']]",
        "!Select [0, !Cidr [!Ref P, 1, 8]]",
        "!Base64 {Ref: P}",
        "!ToJsonString {a: !Ref P}",
        "!ToJsonString [!Sub '${P}${AWS::Region}']",
    ] {
        let evaluated = property(head, expression);
        assert!(evaluated.value().is_sensitive(), "{expression}: {:?}", evaluated.value());
    }
    for expression in [
        "!GetAtt [!Ref P, Id]",
        "{Ref: !Sub '${P}'}",
        "!ImportValue {Ref: P}",
        "!FindInMap [!Ref P, a, b]",
        "!FindInMap [M, !Ref P, b]",
        "!Select [!Ref P, [a]]",
        "!Cidr [!Ref P, 1, 99]",
        "!Sub '{{resolve:ssm:${P}}}'",
        "!If [!Ref P, a, b]",
    ] {
        let evaluated = property(&format!("{head}\nMappings: {{M: {{a: {{b: c}}}}}}"), expression);
        assert!(evaluated.value().unknown_cause().is_some(), "{expression}");
        let told = format!("{} {:?}", shown(evaluated.value()), evaluated.problems());
        assert!(!told.contains("10.0.0.0"), "{expression}: {told}");
    }
}

#[test]
fn an_input_without_default_leaves_its_conditions_open() {
    let head = "Parameters:\n  Cidr: {Type: String}\nConditions:\n  HasCidr: !Not [!Equals [!Ref Cidr, '']]";
    let evaluated = Evaluated::of(&format!(
        "{head}\nResources:\n  R: {{Type: T, Condition: HasCidr, Properties: {{X: !Ref Cidr}}}}\n"
    ));
    assert!(matches!(resource(evaluated.default(), "R").presence, Presence::Unknown(_)));
    assert_eq!(evaluated.scenarios(), ["Cidr has another value", r#"Cidr is """#]);
    assert!(evaluated.configurations[2].resources.is_empty());
    let present = resource(&evaluated.configurations[1], "R");
    assert!(matches!(present.presence, Presence::Certain));
    assert_eq!(shown(&present.attributes["X"].value), "?(parameter Cidr has no value)");
}

#[test]
fn an_input_without_allowed_values_may_be_another_than_its_default() {
    let head = "Parameters:\n  Cidr: {Type: String, Default: ''}\n\
                Conditions:\n  HasCidr: !Not [!Equals [!Ref Cidr, '']]";
    let evaluated = property(head, "!If [HasCidr, !Ref Cidr, 10.0.0.0/8]");
    assert_eq!(shown(evaluated.value()), r#""10.0.0.0/8""#);
    assert_eq!(evaluated.scenarios(), ["Cidr has another value"]);
    let other = &resource(&evaluated.configurations[1], "R").attributes["X"].value;
    assert_eq!(shown(other), "?(parameter Cidr has no value)");
}

#[test]
fn the_region_is_an_input_too() {
    let evaluated =
        property("Conditions:\n  Home: !Equals [!Ref AWS::Region, eu-west-1]", "!If [Home, a, b]");
    assert_eq!(shown(evaluated.value()), "?(AWS::Region is looked up when deployed)");
    assert_eq!(evaluated.scenarios(), [r#"AWS::Region is "eu-west-1""#, "AWS::Region has another value"]);
    assert_eq!(shown(&resource(&evaluated.configurations[1], "R").attributes["X"].value), r#""a""#);
}

#[test]
fn a_choice_that_changes_no_condition_is_no_scenario() {
    let head = "Parameters:\n  Env: {Type: String, Default: a, AllowedValues: [a, b, c]}\n  \
                Unused: {Type: String, Default: a, AllowedValues: [a, b]}\n\
                Conditions:\n  IsC: !Equals [!Ref Env, c]";
    assert_eq!(property(head, "!If [IsC, 1, 2]").scenarios(), [r#"Env is "c""#]);
    assert_eq!(property(head, "no condition matters").scenarios(), [""; 0]);
}

#[test]
fn a_choice_of_a_mapping_cell_in_a_condition_is_a_scenario() {
    let head = "Parameters:\n  Env: {Type: String, Default: dev}\n\
                Mappings:\n  M: {dev: {open: 'false'}, prod: {open: 'true'}}\n\
                Conditions:\n  Open: !Equals [!FindInMap [M, !Ref Env, open], 'true']";
    let evaluated = property(head, "!If [Open, 0.0.0.0/0, 10.0.0.0/8]");
    assert_eq!(evaluated.scenarios(), [r#"Env is "prod""#]);
    assert_eq!(evaluated.problems(), [""; 0]);
}

#[test]
fn a_choice_of_another_mapping_cell_is_a_scenario_where_it_matters() {
    let text = "Parameters:\n  Env: {Type: String, Default: dev, AllowedValues: [dev, prod, other]}\n\
                Mappings:\n  M: {dev: {cidr: 10.0.0.0/8}, prod: {cidr: 0.0.0.0/0}}\n\
                Resources:\n  R: {Type: T, Properties: {X: !FindInMap [M, !Ref Env, cidr]}}\n";
    let evaluated = Evaluated::of(text);
    assert_eq!(evaluated.scenarios(), [r#"Env is "prod""#]);
    assert_eq!(shown(&resource(&evaluated.configurations[1], "R").attributes["X"].value), r#""0.0.0.0/0""#);
    let root = &yaml::parse(&evaluated.file).documents[0];
    assert_eq!(evaluate(&evaluated.file, root, &Uniform(Interest::UsesOnly)).len(), 1);
}

#[test]
fn a_scenario_is_what_that_default_would_give() {
    let text = include_str!("../../testdata/cloudformation/web.yaml");
    let web = web();
    for choice in ["stage", "prod"] {
        let other = Evaluated::of(&text.replace("Default: dev", &format!("Default: {choice}")));
        let scenario = web.scenario(&format!("Env is {choice:?}"));
        assert_eq!(lines(scenario), lines(other.default()), "{choice}");
        assert_ne!(lines(scenario), lines(web.default()), "{choice}");
    }
}

#[test]
fn a_parameters_file_decides_in_each_of_its_forms() {
    let map = SourceMap::new("/");
    let template = map.add("web.yaml", include_str!("../../testdata/cloudformation/web.yaml"));
    let root = &yaml::parse(&template).documents[0];
    for (index, text) in [
        r#"[{"ParameterKey": "Env", "ParameterValue": "prod"}, {"ParameterKey": "Vpc", "ParameterValue": "vpc-1"}]"#,
        r#"["Env=prod", "Vpc=vpc-1"]"#,
        r#"{"Parameters": {"Env": "prod", "Vpc": "vpc-1"}}"#,
        "Env: prod\nVpc: vpc-1\n",
    ]
    .into_iter()
    .enumerate()
    {
        let file = map.add(format!("parameters-{index}"), text);
        let mut inputs = Inputs::default();
        inputs.add(&yaml::parse(&file).documents[0]);
        assert_eq!(inputs.problems, [], "{text}");
        let configurations = evaluate_with(&template, root, &inputs, &Uniform(Interest::Whole));
        assert_eq!(configurations.len(), 1, "what is set is no choice: {text}");
        let vpc = &resource(&configurations[0], "Web").attributes["VpcId"].value;
        assert_eq!(vpc.as_str(), Some("vpc-1"), "{text}");
        assert_eq!(vpc.origin.written.file, file.id());
        assert_eq!(vpc.origin.steps()[0].kind, StepKind::ParametersFile);
        resource(&configurations[0], "ProdOnly");
    }
}

#[test]
fn what_sets_no_parameter_is_reported() {
    for text in ["x", "[x]", "[{ParameterKey: A}]", "[[]]"] {
        let file = SourceMap::new("/").add("parameters.yaml", text);
        let mut inputs = Inputs::default();
        inputs.add(&yaml::parse(&file).documents[0]);
        assert_eq!(inputs.problems.len(), 1, "{text}");
    }
}

#[test]
fn what_is_looked_up_may_be_any_value_that_it_is_compared_with() {
    let head = "Parameters:\n  Stage: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /stage}\n\
                Conditions:\n  IsProd: !Equals [!Ref Stage, prod]";
    let evaluated = property(head, "!If [IsProd, a, b]");
    let expected = "?(SSM parameter /stage (parameter Stage) is looked up when deployed)";
    assert_eq!(shown(evaluated.value()), expected);
    let prod = &resource(evaluated.scenario(r#"Stage is "prod""#), "R").attributes["X"].value;
    assert_eq!(shown(prod), r#""a""#);
}

#[test]
fn a_condition_that_needs_several_inputs_gets_them_all_and_no_more() {
    let head = "Parameters:\n  Env: {Type: String, Default: dev, AllowedValues: [dev, prod]}\n  \
                Ssh: {Type: String, Default: 'false', AllowedValues: ['true', 'false']}\n  \
                Other: {Type: String, Default: 'false', AllowedValues: ['true', 'false']}\n\
                Conditions:\n  IsProd: !Equals [!Ref Env, prod]\n  HasSsh: !Equals [!Ref Ssh, 'true']\n  \
                HasOther: !Equals [!Ref Other, 'true']\n  \
                Opens: !And [!Condition IsProd, !Condition HasSsh, !Not [!Condition HasOther]]";
    let evaluated = property(head, "!If [Opens, 0.0.0.0/0, 10.0.0.0/8]");
    assert_eq!(evaluated.scenarios(), [r#"Env is "prod" and Ssh is "true""#]);
    assert_eq!(shown(&resource(&evaluated.configurations[1], "R").attributes["X"].value), r#""0.0.0.0/0""#);
}

#[test]
fn forty_inputs_at_once_are_found_at_once() {
    let (mut parameters, mut conditions) = ("Parameters:".to_owned(), "Conditions:".to_owned());
    for index in 0..40 {
        write!(parameters, "\n  P{index}: {{Type: String, Default: 'no', AllowedValues: ['yes', 'no']}}")
            .unwrap();
        write!(conditions, "\n  C{index}: !Equals [!Ref P{index}, 'yes']").unwrap();
    }
    let all = (0..40).map(|index| format!("!Condition C{index}")).collect::<Vec<_>>().join(", ");
    let evaluated = property(&format!("{parameters}\n{conditions}\n  All: !And [{all}]"), "!If [All, a, b]");
    let [scenario] = *evaluated.scenarios() else { panic!("{:?}", evaluated.scenarios()) };
    assert!(scenario.starts_with(r#"P0 is "yes", P1 is "yes", "#), "{scenario}");
    assert!(scenario.ends_with(r#", P38 is "yes" and P39 is "yes""#), "{scenario}");
    assert_eq!(evaluated.problems(), [""; 0]);
}

#[test]
fn guards_that_contradict_each_other_are_dropped() {
    let head = "Parameters:\n  Env: {Type: String, Default: dev, AllowedValues: [dev, stage, prod]}\n\
                Conditions:\n  IsProd: !Equals [!Ref Env, prod]\n  IsStage: !Equals [!Ref Env, stage]\n  \
                Never: !And [!Condition IsProd, !Condition IsStage]";
    let evaluated = property(head, "!If [IsProd, !If [IsStage, never, b], !If [Never, never, c]]");
    assert_eq!(evaluated.scenarios(), [r#"Env is "prod""#]);
}

#[test]
fn branches_behind_a_branch_are_opened_together_with_it() {
    let text = "Parameters:\n  A: {Type: String, Default: 'no'}\n  B: {Type: String, Default: 'no'}\n\
                Conditions:\n  HasA: !Equals [!Ref A, 'yes']\n  HasB: !Equals [!Ref B, 'yes']\n\
                Resources:\n  R: {Type: T, Condition: HasA, Properties: {X: !If [HasB, open, closed]}}\n";
    let evaluated = Evaluated::of(text);
    assert_eq!(evaluated.scenarios(), [r#"A is "yes""#, r#"A is "yes" and B is "yes""#]);
    let open = resource(evaluated.scenario(r#"A is "yes" and B is "yes""#), "R");
    assert_eq!(shown(&open.attributes["X"].value), r#""open""#);
}

#[test]
fn what_two_inputs_have_in_common_is_a_choice() {
    let head = "Parameters:\n  A: {Type: String, Default: x, AllowedValues: [x, y]}\n  \
                B: {Type: String, Default: z, AllowedValues: [z, y]}\n\
                Conditions:\n  Same: !Equals [!Ref A, !Ref B]";
    assert_eq!(property(head, "!If [Same, a, b]").scenarios(), [r#"A is "y" and B is "y""#]);
}

#[test]
fn a_condition_means_in_the_search_what_its_functions_yield() {
    let head = "Parameters:\n  List: {Type: CommaDelimitedList, Default: ''}\n  \
                Env: {Type: String, Default: a, AllowedValues: [a, bc, bd]}\n\
                Conditions:\n  HasList: !Not [!Equals [!Join ['', !Ref List], '']]\n  \
                IsB: !Equals [!Sub 'x${Env}', xbd]\n  Both: !And [!Condition HasList, !Condition IsB]";
    let evaluated = property(head, "!If [Both, a, b]");
    assert_eq!(evaluated.scenarios(), [r#"List has another value and Env is "bd""#]);
}

#[test]
fn each_allowed_value_of_what_is_used_as_it_is_is_judged() {
    let text = "Parameters:\n  Cidr: {Type: String, Default: 10.0.0.0/8, AllowedValues: [10.0.0.0/8, 0.0.0.0/0]}\n  \
                Env: {Type: String, Default: a, AllowedValues: [a, b]}\n\
                Resources:\n  R: {Type: T, Properties: {X: !Ref Cidr, Name: !Sub '${Env}-r', \
                Tags: [{Key: Env, Value: !Ref Env}], Rules: [{Description: !Join [' ', [for, !Ref Env]]}], \
                Vpc: !ImportValue {'Fn::Sub': '${Env}-vpc'}}}\n";
    let evaluated = Evaluated::of(text);
    assert_eq!(evaluated.scenarios(), [r#"Cidr is "0.0.0.0/0""#]);
    assert_eq!(shown(&resource(&evaluated.configurations[1], "R").attributes["X"].value), r#""0.0.0.0/0""#);
}

#[test]
fn an_allowed_value_in_a_text_is_a_choice() {
    let head = "Parameters:\n  Mask: {Type: Number, Default: 32, AllowedValues: [32, 0]}";
    for expression in [
        "!Sub '0.0.0.0/${Mask}'",
        "!Sub ['0.0.0.0/${M}', {M: !Ref Mask}]",
        "!Join ['/', [0.0.0.0, !Ref Mask]]",
    ] {
        let evaluated = property(head, expression);
        assert_eq!(evaluated.scenarios(), [r#"Mask is "0""#], "{expression}");
        let open = &resource(&evaluated.configurations[1], "R").attributes["X"].value;
        assert_eq!(shown(open), r#""0.0.0.0/0""#, "{expression}");
    }
}

#[test]
fn whatever_a_key_is_made_of_chooses_the_row() {
    let head = "Parameters:\n  Env: {Type: String, Default: dev, AllowedValues: [dev, prod]}\n\
                Mappings:\n  M: {dev: {c: closed}, prod: {c: open}, dev-eu: {c: closed}, prod-eu: {c: open}}";
    for key in ["!Sub '${Env}'", "!Join ['', [!Ref Env]]", "!Select [0, [!Ref Env]]", "!Sub '${Env}-eu'"] {
        let evaluated = property(head, &format!("!FindInMap [M, {key}, c]"));
        assert_eq!(evaluated.scenarios(), [r#"Env is "prod""#], "{key}");
        assert_eq!(shown(&resource(&evaluated.configurations[1], "R").attributes["X"].value), r#""open""#);
    }
}

#[test]
fn no_scenario_has_a_value_that_the_declaration_forbids() {
    let compared = |parameter: &str, value: &str| {
        let head = format!("Parameters:\n  P: {parameter}\nConditions:\n  Is: !Equals [!Ref P, {value}]");
        property(&head, "!If [Is, a, b]").scenarios().join(", ")
    };
    assert_eq!(
        compared("{Type: String, Default: dev, AllowedPattern: 'dev|prod'}", "prod"),
        r#"P is "prod""#
    );
    assert_eq!(compared("{Type: String, Default: dev, AllowedPattern: 'dev|stage'}", "prod"), "");
    assert_eq!(compared("{Type: Number, Default: 1, MinValue: 1}", "0"), "");
    assert_eq!(compared("{Type: 'AWS::EC2::VPC::Id', Default: vpc-12345678}", "''"), "");
}

#[test]
fn the_arguments_of_a_function_are_no_values_of_its_list() {
    let head = "Parameters:\n  L: {Type: CommaDelimitedList, Default: ''}\n\
                Conditions:\n  None: !Equals [!Select [0, !Ref L], '']\n  In: !Equals [[x], !Ref L]";
    assert_eq!(property(head, "!If [None, a, !Ref L]").scenarios(), ["L has another value"]);
    assert_eq!(property(head, "!If [In, a, b]").scenarios(), [r#"L is "x""#], "a list of texts is one");
}

#[test]
fn a_comparison_that_only_texts_of_the_deployer_make_true_is_told() {
    let head = "Parameters:\n  Env: {Type: String, Default: dev}\n\
                Conditions:\n  IsProd: !Equals [!Sub '${Env}-eu', prod-eu]\n  Never: !Equals [!Ref Env, !Ref Env]";
    let evaluated = property(head, "!If [IsProd, open, closed]");
    assert_eq!(evaluated.scenarios(), [""; 0]);
    let [problem] = &*evaluated.problems() else { panic!("{:?}", evaluated.problems()) };
    assert!(problem.starts_with("scenario-limit at \"!If [IsProd, open, closed]\""), "{problem}");
    let closed = property(
        &head.replace("Default: dev", "Default: dev, AllowedValues: [dev, stage]"),
        "!If [IsProd, a, b]",
    );
    assert_eq!(closed.problems(), [""; 0], "none of the allowed values makes it true");
    assert_eq!(property(head, "!If [Never, a, b]").problems(), [""; 0]);
}

#[test]
fn what_a_loop_goes_through_by_default_is_told_to_be_no_more_than_that() {
    let text = "Transform: AWS::LanguageExtensions\nParameters:\n  Which: {Type: String, Default: a, AllowedValues: [a, b]}\n\
                Mappings: {M: {a: {l: [x]}, b: {l: [x, y]}}}\nResources:\n  Fn::ForEach::All:\n    - It\n    \
                - !FindInMap [M, !Ref Which, l]\n    - 'R${It}': {Type: T}\n";
    let evaluated = Evaluated::of(text);
    resource(evaluated.default(), "Rx");
    let [problem] = &*evaluated.problems() else { panic!("{:?}", evaluated.problems()) };
    assert!(problem.contains("Fn::ForEach::All is judged with the default of Which only"), "{problem}");
    let free = text.replace("AllowedValues: [a, b]", "Description: d");
    assert_eq!(Evaluated::of(&free).problems(), [""; 0]);
}

/// Rules that refuse `Env` prod without `Ssh` false, and anything but known instance sizes.
const RULES: &str = "Parameters:\n  Env: {Type: String, Default: dev}\n  Ssh: {Type: String, Default: 'true'}\n  \
                     Sizes: {Type: CommaDelimitedList, Default: 'small,large'}\n\
                     Rules:\n  Prod:\n    RuleCondition: !Equals [!Ref Env, prod]\n    Assertions:\n      \
                     - {Assert: !Contains [['false'], !Ref Ssh], AssertDescription: prod has no ssh}\n  \
                     Sizes:\n    Assertions:\n      \
                     - Assert: {'Fn::EachMemberIn': [!Ref Sizes, [small, medium, large]]}\n  \
                     Known:\n    Assertions:\n      \
                     - Assert: {'Fn::EachMemberIn': [{'Fn::RefAll': String}, [dev, prod, 'true', 'false']]}\n\
                     Conditions:\n  IsProd: !Equals [!Ref Env, prod]\n  HasSsh: !Equals [!Ref Ssh, 'true']\n  \
                     IsHuge: !Equals [!Select [0, !Ref Sizes], huge]\n  \
                     IsDev: !Equals [!Ref Env, dev]\n";

#[test]
fn assertions_of_rules_hold_under_every_choice() {
    let evaluated = property(RULES, "[!If [IsProd, !If [HasSsh, both, prod], dev], !If [IsHuge, a, b]]");
    assert_eq!(evaluated.scenarios(), [r#"Env is "prod" and Ssh is "false""#]);
    let prod = &resource(&evaluated.configurations[1], "R").attributes["X"].value;
    assert_eq!(shown(prod), r#"["prod", "b"]"#);
    assert_eq!(evaluated.problems(), [""; 0]);
}

#[test]
fn a_default_that_an_assertion_forbids_is_reported() {
    let violated = property(&RULES.replace("Default: dev", "Default: prod"), "x");
    insta::assert_snapshot!(violated.problems().join("\n"), @r#"rule-violated at "!Contains [['false'], !Ref Ssh]": the values of the parameters violate rule Prod: prod has no ssh; no stack can be made like this; set other defaults, or pass the parameters that apply"#);
    let sizes = property(&RULES.replace("small,large", "small,huge"), "x");
    assert!(sizes.problems()[0].starts_with("rule-violated"), "{:?}", sizes.problems());
    let fine = property(&RULES.replace("Default: dev", "Description: x"), "x");
    assert_eq!(fine.problems(), [""; 0], "what is not known violates nothing");
}

#[test]
fn functions_of_rules_yield_what_cloudformation_documents() {
    let violates = |assertion: &str| {
        let head = format!(
            "Parameters:\n  L: {{Type: CommaDelimitedList, Default: 'a,b'}}\n  One: {{Type: String, Default: a}}\n  \
             Vpc: {{Type: 'AWS::EC2::VPC::Id'}}\nRules:\n  R: {{Assertions: [{{Assert: {assertion}}}]}}\n"
        );
        let problems = property(&head, "x").problems();
        assert!(problems.iter().all(|problem| problem.starts_with("rule-violated")), "{problems:?}");
        !problems.is_empty()
    };
    assert!(!violates("!Contains [!Ref L, !Ref One]"));
    assert!(violates("!Contains [!Ref L, c]"));
    assert!(!violates("!Contains [[x, !Ref Vpc], c]"), "it may be that");
    assert!(violates("!EachMemberEquals [!Ref L, a]"));
    assert!(!violates("!EachMemberEquals [[a, !Ref One], a]"));
    assert!(!violates("!EachMemberIn [!Ref L, [b, a, c]]"));
    assert!(violates("!EachMemberIn [!Ref L, [b, c]]"));
    assert!(violates("!Not [!Contains [{'Fn::RefAll': String}, a]]"));
    assert!(!violates("!Contains [{'Fn::RefAll': 'AWS::EC2::VPC::Id'}, vpc-1]"));
    assert!(!violates("!EachMemberEquals [{'Fn::ValueOfAll': ['AWS::EC2::VPC::Id', Tags.Env]}, a]"));
    assert!(!violates("!Equals [{'Fn::ValueOf': [Vpc, Tags.Env]}, a]"));
}

#[test]
fn what_every_value_of_an_input_without_value_agrees_on_is_opened_by_one() {
    let head = "Mappings:\n  M: {eu-west-1: {list: pl-1}, eu-west-2: {list: pl-2}}\n\
                Conditions:\n  HasList: !Not [!Equals [!FindInMap [M, !Ref AWS::Region, list], '']]";
    assert_eq!(property(head, "!If [HasList, a, b]").scenarios(), [r#"AWS::Region is "eu-west-1""#]);
}

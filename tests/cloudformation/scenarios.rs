//! Other choices of the inputs.

use crate::evaluated::{Evaluated, lines, property, resource, shown, web};
use sglint::cloudformation::{Inputs, evaluate, evaluate_with};
use sglint::resource::{Interest, Presence, StepKind};
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
fn a_secret_is_never_a_value() {
    let head = "Parameters:\n  Password: {Type: String, NoEcho: true, Default: hush}\n\
                Conditions:\n  Set: !Not [!Equals [!Ref Password, hush]]";
    let evaluated = property(head, "!If [Set, !Sub 'x${Password}', y]");
    assert_eq!(evaluated.scenarios(), ["Password has another value"]);
    assert!(!format!("{:?}", evaluated.configurations).contains("hush"));
}

#[test]
fn an_input_without_default_leaves_its_conditions_open() {
    let head = "Parameters:\n  Cidr: {Type: String}\nConditions:\n  HasCidr: !Not [!Equals [!Ref Cidr, '']]";
    let evaluated = Evaluated::of(&format!(
        "{head}\nResources:\n  R: {{Type: T, Condition: HasCidr, Properties: {{X: !Ref Cidr}}}}\n"
    ));
    assert!(matches!(resource(evaluated.default(), "R").presence, Presence::Unknown(_)));
    assert_eq!(evaluated.scenarios(), [r#"Cidr is """#, "Cidr has another value"]);
    assert!(evaluated.configurations[1].resources.is_empty());
    let present = resource(&evaluated.configurations[2], "R");
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
    assert_eq!(evaluate(&evaluated.file, root, &|_, _| Interest::UsesOnly).len(), 1);
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
        let configurations = evaluate_with(&template, root, &inputs, &|_, _| Interest::Whole);
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

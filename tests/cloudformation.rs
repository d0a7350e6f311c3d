//! Templates to configurations: what exists, what its attributes are, and which text they came from.

use std::fmt::Write as _;
use std::sync::Arc;

use sglint::cloudformation::evaluate;
use sglint::resource::{Cause, Configuration, Interest, Presence, Resource, StepKind, Value, ValueKind};
use sglint::source::{SourceFile, SourceMap};
use sglint::syntax::yaml;

/// A template, evaluated.
struct Evaluated {
    file: Arc<SourceFile>,
    configurations: Vec<Configuration>,
}

impl Evaluated {
    fn of(text: &str) -> Self {
        Self::named("template.yaml", text)
    }

    fn named(name: &str, text: &str) -> Self {
        let file = SourceMap::new("/").add(name, text);
        let parsed = yaml::parse(&file);
        assert!(parsed.problems.is_empty(), "{:?}", parsed.problems);
        let configurations = evaluate(&file, &parsed.documents[0], &|_, _| Interest::Whole);
        Self { file, configurations }
    }

    fn default(&self) -> &Configuration {
        &self.configurations[0]
    }

    fn scenario(&self, name: &str) -> &Configuration {
        let named = |configuration: &&Configuration| configuration.scenario.as_deref() == Some(name);
        self.configurations.iter().find(named).unwrap_or_else(|| panic!("{name}: {:?}", self.scenarios()))
    }

    fn scenarios(&self) -> Vec<&str> {
        self.configurations.iter().filter_map(|configuration| configuration.scenario.as_deref()).collect()
    }

    fn problems(&self) -> Vec<String> {
        let problems = self.configurations.iter().flat_map(|configuration| &configuration.problems);
        problems
            .map(|problem| {
                let place = problem.span.map_or("", |span| self.file.slice(span));
                let help = problem.help.as_deref().unwrap_or_default();
                format!("{} at {place:?}: {}; {help}", problem.code, problem.message)
            })
            .collect()
    }

    /// The value of `X: …` in the properties of the only resource.
    fn value(&self) -> &Value {
        &resource(self.default(), "R").attributes["X"].value
    }

    fn written(&self, value: &Value) -> &str {
        self.file.slice(value.origin.written)
    }

    /// The way of a value: each step and its text.
    fn way(&self, value: &Value) -> Vec<(StepKind, &str)> {
        value.origin.steps().into_iter().map(|step| (step.kind, self.file.slice(step.span))).collect()
    }
}

/// A template with one property, after `head` (parameters, mappings, conditions).
fn property(head: &str, expression: &str) -> Evaluated {
    Evaluated::of(&format!(
        "{head}\nResources:\n  R:\n    Type: T::T::T\n    Properties:\n      X: {expression}\n  \
         Other:\n    Type: T::T::T\n"
    ))
}

fn resource<'c>(configuration: &'c Configuration, address: &str) -> &'c Resource {
    let found = configuration.resources.iter().find(|resource| &*resource.address == address);
    found.unwrap_or_else(|| panic!("no resource {address}"))
}

fn web() -> Evaluated {
    Evaluated::named("web.yaml", include_str!("../testdata/cloudformation/web.yaml"))
}

/// A value in one line; unknown values by their reason.
fn shown(value: &Value) -> String {
    match &value.kind {
        ValueKind::Null => "null".to_owned(),
        ValueKind::Bool(truth) => truth.to_string(),
        ValueKind::Number(number) => number.to_string(),
        ValueKind::String(text) => format!("{text:?}"),
        ValueKind::Template(parts) => {
            format!("text({})", parts.iter().map(shown).collect::<Vec<_>>().join(" + "))
        }
        ValueKind::List(items) | ValueKind::Set(items) => {
            format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", "))
        }
        ValueKind::Map(entries) => {
            let entries: Vec<_> =
                entries.iter().map(|(key, value)| format!("{key}: {}", shown(value))).collect();
            format!("{{{}}}", entries.join(", "))
        }
        ValueKind::Reference(reference) => format!("<{} {}>", reference.address, reference.attribute),
        ValueKind::Unknown(unknown) => format!("?({})", unknown.cause),
    }
}

#[test]
fn a_template_becomes_the_resources_that_its_defaults_make() {
    let web = web();
    assert_eq!(web.problems(), [""; 0]);
    insta::assert_snapshot!(lines(web.default()), @r#"
    Web AWS::EC2::SecurityGroup
      GroupDescription = "web of dev, not ${Env}"
      SecurityGroupIngress = [{CidrIp: "0.0.0.0/0", FromPort: 443, IpProtocol: "tcp", ToPort: 443}, {CidrIp: "203.0.113.0/24", FromPort: 22, IpProtocol: "tcp", ToPort: 22}, {CidrIp: "10.0.0.0/8", IpProtocol: "-1"}, {FromPort: 5432, IpProtocol: "tcp", SourceSecurityGroupId: <Bastion GroupId>, ToPort: 5432}, {CidrIp: "10.2.0.0/16", FromPort: 1, IpProtocol: "tcp", ToPort: 2}]
      VpcId = ?(parameter Vpc has no value)
    Bastion AWS::EC2::SecurityGroup
      GroupDescription = text("bastion in " + ?(AWS::Region is looked up when deployed))
      SecurityGroupIngress = [{CidrIp: "203.0.113.0/24", FromPort: 22, IpProtocol: "tcp", ToPort: 22}]
      Tags = [{Key: "Name", Value: ?(parameter Secret (NoEcho) is looked up when deployed)}]
    output WebGroup = <Web Ref>
    "#);
}

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
fn a_value_knows_where_it_was_written_and_where_it_is_used() {
    let web = web();
    let ingress = &resource(web.default(), "Web").attributes["SecurityGroupIngress"];
    let rules = ingress.value.members();

    let literal = rules[0].get("CidrIp").unwrap();
    assert_eq!(web.written(&literal), "0.0.0.0/0");
    assert_eq!(web.way(&literal), []);

    let parameter = rules[1].get("CidrIp").unwrap();
    assert_eq!(web.written(&parameter), "203.0.113.0/24");
    assert_eq!(
        web.way(&parameter),
        [(StepKind::ParameterDefault, "203.0.113.0/24"), (StepKind::Reference, "!Ref OfficeCidr")]
    );
    assert_eq!(web.file.slice(parameter.origin.narrowest_in(ingress.span)), "!Ref OfficeCidr");

    let element = rules.last().unwrap().get("CidrIp").unwrap();
    assert_eq!(element.as_str(), Some("10.2.0.0/16"));
    assert_eq!(web.written(&element), r#""10.1.0.0/16, 10.2.0.0/16""#);
    assert_eq!(web.file.slice(element.origin.narrowest_in(ingress.span)), "!Ref PeerCidrs");

    let bastion = &resource(web.default(), "Bastion").attributes["SecurityGroupIngress"];
    let substituted = bastion.value.members()[0].get("CidrIp").unwrap();
    assert_eq!(web.written(&substituted), "203.0.113.0/24");
    assert_eq!(web.file.slice(substituted.origin.narrowest_in(bastion.span)), "${OfficeCidr}");
    assert_eq!(web.way(&substituted).last().unwrap().0, StepKind::IfBranch);
}

#[test]
fn heads_keys_and_spans_are_the_exact_text() {
    let web = web();
    let group = resource(web.default(), "Web");
    assert_eq!(web.file.slice(group.head), "Web");
    assert!(web.file.slice(group.span).starts_with("Web:\n"));
    assert!(web.file.slice(group.span).ends_with("!Select [1, !Ref PeerCidrs]"));
    let vpc = &group.attributes["VpcId"];
    assert_eq!(web.file.slice(vpc.key), "VpcId");
    assert_eq!(web.file.slice(vpc.span), "!Ref Vpc");
    let unknown = vpc.value.unknown_cause().unwrap();
    assert_eq!(unknown.cause, Cause::InputWithoutValue("parameter Vpc".into()));
    assert_eq!(web.file.slice(unknown.at), "Vpc");
}

#[test]
fn functions_yield_what_cloudformation_documents() {
    let head = r#"
Parameters:
  P: {Type: String, Default: p}
  L: {Type: CommaDelimitedList, Default: "a, b,c"}
  None: {Type: String}
  Port: {Type: Number, Default: 022}
  Empty: {Type: CommaDelimitedList, Default: ""}
Mappings:
  M: {k: {text: x, list: [1, 2], id: 0123}}
Conditions:
  Yes: !Equals [!Ref P, p]
  No: !Not [!Condition Yes]
  Unsure: !Equals [!Ref None, x]
  Sure: !Or [!Condition Unsure, !Condition Yes]"#;
    let cases = [
        ("!Ref P", r#""p""#),
        ("{Ref: P}", r#""p""#),
        ("!Ref L", r#"["a", "b", "c"]"#),
        ("!Ref Empty", "[]"),
        ("!Ref Port", r#""022""#),
        ("!Ref None", "?(parameter None has no value)"),
        ("!Ref Other", "<Other Ref>"),
        ("!Ref AWS::Region", "?(AWS::Region is looked up when deployed)"),
        ("!GetAtt Other.Group.Id", "<Other Group.Id>"),
        ("!GetAtt [Other, GroupId]", "<Other GroupId>"),
        ("{'Fn::GetAtt': [Other, GroupId]}", "<Other GroupId>"),
        (r#"!Sub "${P}/${!P}/${L2}""#, r#"text("p/${P}/" + ?(L2 is not declared))"#),
        (r#"!Sub ["${V}-${P}", {V: !Ref Other}]"#, r#"text(<Other Ref> + "-p")"#),
        (r#"!Sub "${Other.GroupId}""#, "<Other GroupId>"),
        (
            r#"!Sub "arn:${AWS::Partition}:x""#,
            r#"text("arn:" + ?(AWS::Partition is looked up when deployed) + ":x")"#,
        ),
        ("!Sub ''", r#""""#),
        ("!Join [',', !Ref L]", r#""a,b,c""#),
        ("!Join ['', [a, !Ref 'AWS::NoValue', 1, true]]", r#""a1true""#),
        (r#"{"Fn::Join": ["-", ["a", {"Ref": "Other"}]]}"#, r#"text("a-" + <Other Ref>)"#),
        ("!Select [1, [a, b]]", r#""b""#),
        ("!Select ['1', !Ref L]", r#""b""#),
        ("!Select [0, !GetAZs '']", "?(the list of availability zones is looked up when deployed)"),
        ("!Split ['.', '1.2']", r#"["1", "2"]"#),
        ("!Split ['.', !GetAtt Other.Name]", "?(Other.Name is computed when deployed)"),
        ("!FindInMap [M, k, text]", r#""x""#),
        ("!FindInMap [M, k, list]", "[1, 2]"),
        ("!FindInMap [M, k, id]", r#""0123""#),
        ("!FindInMap [M, !Ref None, text]", "?(parameter None has no value)"),
        ("!FindInMap [M, k, nope, {DefaultValue: d}]", r#""d""#),
        ("!If [Yes, 1, 2]", "1"),
        ("!If [No, 1, 2]", "2"),
        ("!If [Unsure, 1, 2]", "?(parameter None has no value)"),
        ("!If [Sure, 1, 2]", "1"),
        ("{'Fn::If': [No, 1, {Ref: P}]}", r#""p""#),
        ("[a, !If [No, b, !Ref AWS::NoValue], c]", r#"["a", "c"]"#),
        ("[a, !If [Unsure, b, !Ref AWS::NoValue]]", r#"["a", ?(parameter None has no value)]"#),
        ("[[a], [b]]", r#"[["a"], ["b"]]"#),
        ("!Base64 hi", r#""aGk=""#),
        ("{'Fn::Base64': !Sub 'id ${Other}'}", r#"text("id " + <Other Ref>)"#),
        ("!Cidr [10.0.0.0/16, 2, 8]", r#"["10.0.0.0/24", "10.0.1.0/24"]"#),
        ("!Select [1, !Cidr [10.0.0.0/16, 2, 8]]", r#""10.0.1.0/24""#),
        ("!Length [a, b]", "2"),
        ("{'Fn::Length': !Ref L}", "3"),
        ("!ImportValue net-vpc", "?(export net-vpc comes from elsewhere)"),
        ("!ImportValue {'Fn::Sub': '${None}-vpc'}", "?(export …-vpc comes from elsewhere)"),
        ("'{{resolve:ssm:/office}}'", "?({{resolve:ssm:/office}} is looked up when deployed)"),
        ("!Sub '{{resolve:ssm:/${P}}}'", "?({{resolve:ssm:/p}} is looked up when deployed)"),
        ("!ToJsonString {a: 1}", "?(function !ToJsonString is not evaluated)"),
        ("{Condition: {StringEquals: x}}", r#"{Condition: {StringEquals: "x"}}"#),
        ("[022, 22, -1, true, 'true', ~, 0.0.0.0/0]", r#"["022", 22, -1, true, "true", null, "0.0.0.0/0"]"#),
    ];
    for (expression, expected) in cases {
        assert_eq!(shown(property(head, expression).value()), expected, "{expression}");
    }
}

#[test]
fn what_cloudformation_refuses_is_unknown_and_reported() {
    let head = "Parameters:\n  Office: {Type: String, Default: x}\nMappings:\n  M: {k: {a: x}}\n\
                Conditions:\n  Yes: !Equals [a, a]";
    let mut lines = Vec::new();
    for expression in [
        "!Ref Ofice",
        "!Ref Nothing",
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
fn what_no_value_is_given_to_is_not_there() {
    let evaluated = property("", "!Ref AWS::NoValue");
    assert!(resource(evaluated.default(), "R").attributes.is_empty());
    assert_eq!(evaluated.problems(), [""; 0]);
}

#[test]
fn a_secret_is_never_a_value() {
    let head = "Parameters:\n  Password: {Type: String, NoEcho: true, Default: hush}\n\
                Conditions:\n  Set: !Not [!Equals [!Ref Password, hush]]";
    let evaluated = property(head, "!Sub 'x${Password}'");
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
    let head = "Parameters:\n  Env: {Type: String, Default: a, AllowedValues: [a, b, c]}\n\
                  Unused: {Type: String, Default: a, AllowedValues: [a, b]}\n\
                Conditions:\n  IsC: !Equals [!Ref Env, c]";
    assert_eq!(property(&head.replace("  Unused", "\n  Unused"), "1").scenarios(), [r#"Env is "c""#]);
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
fn scenarios_are_bounded_and_the_bound_is_reported() {
    let mut head = "Parameters:\n  Env: {Type: String, Default: none}\nConditions:".to_owned();
    for index in 0..100 {
        write!(head, "\n  C{index}: !Equals [!Ref Env, v{index}]").unwrap();
    }
    let evaluated = property(&head, "1");
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
fn a_reference_to_a_resource_that_is_not_created_is_reported() {
    let evaluated = Evaluated::of(
        "Conditions:\n  No: !Equals [a, b]\nResources:\n  A: {Type: T, Condition: No}\n  \
         B: {Type: T, Properties: {X: !Ref A}}\n",
    );
    insta::assert_snapshot!(evaluated.problems().join("\n"), @r#"
    reference-to-absent-resource at "A": A is not created: its condition No is false; refer to A only where No holds, with Fn::If
    "#);
    let value = &resource(evaluated.default(), "B").attributes["X"].value;
    assert_eq!(shown(value), "?(A (condition No is false) is not declared)");
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
fn json_means_the_same_as_yaml() {
    let text = r#"{"Parameters": {"C": {"Type": "String", "Default": "10.0.0.0/8"}},
        "Conditions": {"On": {"Fn::Equals": [{"Ref": "C"}, "10.0.0.0/8"]}},
        "Resources": {"G": {"Type": "AWS::EC2::SecurityGroup", "Condition": "On", "Properties": {
            "SecurityGroupIngress": [{"IpProtocol": "tcp", "FromPort": 22, "CidrIp": {"Ref": "C"}}]}}}}"#;
    let evaluated = Evaluated::named("template.json", text);
    assert_eq!(evaluated.problems(), [""; 0]);
    let ingress = &resource(evaluated.default(), "G").attributes["SecurityGroupIngress"];
    assert_eq!(shown(&ingress.value), r#"[{CidrIp: "10.0.0.0/8", FromPort: 22, IpProtocol: "tcp"}]"#);
    let cidr = ingress.value.members()[0].get("CidrIp").unwrap();
    assert_eq!(evaluated.written(&cidr), r#""10.0.0.0/8""#);
    assert_eq!(evaluated.file.slice(cidr.origin.narrowest_in(ingress.span)), r#"{"Ref": "C"}"#);
}

#[test]
fn only_what_is_of_interest_is_evaluated() {
    let file = SourceMap::new("/").add(
        "t.yaml",
        "Resources:\n  A: {Type: T, Properties: {Plain: x, Deep: [{A: !Ref B}]}}\n  B: {Type: U, \
         Properties: {Plain: x, Deep: y}}\n",
    );
    let root = &yaml::parse(&file).documents[0];
    let names = |interest: Interest| {
        let configurations = evaluate(&file, root, &move |_, _| interest);
        let keys =
            configurations[0].resources.iter().flat_map(|resource| resource.attributes.keys().cloned());
        keys.map(|key| key.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(names(Interest::Whole), ["Deep", "Plain", "Deep", "Plain"]);
    assert_eq!(names(Interest::Attributes(&["Plain"])), ["Plain", "Plain"]);
    assert_eq!(names(Interest::UsesOnly), ["Deep"]);
}

#[test]
fn loops_are_written_out() {
    let evaluated = Evaluated::of(
        r#"
Transform: AWS::LanguageExtensions
Parameters:
  Names: {Type: CommaDelimitedList, Default: "web, db-1"}
Resources:
  Fn::ForEach::Groups:
    - Name
    - !Ref Names
    - Group&{Name}:
        Type: AWS::EC2::SecurityGroup
        Properties:
          GroupDescription: !Sub "group of ${Name} in ${AWS::Region}"
          GroupName: !Ref Name
          SourceSecurityGroupId: !GetAtt [!Sub "Group&{Name}", GroupId]
Outputs:
  Fn::ForEach::Outer:
    - Name
    - [web]
    - Fn::ForEach::Inner:
        - Property
        - [GroupId, VpcId]
        - Of${Name}${Property}:
            Value: !GetAtt [!Sub "Group${Name}", !Ref Property]
"#,
    );
    assert_eq!(evaluated.problems(), [""; 0]);
    let mut lines = Vec::new();
    for resource in &evaluated.default().resources {
        lines.push(format!("{} declared {}", resource.address, resource.declared));
        assert_eq!(evaluated.file.slice(resource.head), "Group&{Name}");
        for (name, attribute) in &resource.attributes {
            lines.push(format!("  {name} = {}", shown(&attribute.value)));
        }
    }
    for output in &evaluated.default().outputs {
        lines.push(format!("output {} = {}", output.name, shown(&output.value)));
    }
    insta::assert_snapshot!(lines.join("\n"), @r#"
    Groupweb declared Group&{Name}
      GroupDescription = text("group of web in " + ?(AWS::Region is looked up when deployed))
      GroupName = "web"
      SourceSecurityGroupId = <Groupweb GroupId>
    Groupdb1 declared Group&{Name}
      GroupDescription = text("group of db-1 in " + ?(AWS::Region is looked up when deployed))
      GroupName = "db-1"
      SourceSecurityGroupId = <Groupdb1 GroupId>
    output OfwebGroupId = <Groupweb GroupId>
    output OfwebVpcId = <Groupweb VpcId>
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
    let evaluated = property(&head, "!If [C9999, yes it is, no]");
    assert_eq!(shown(evaluated.value()), r#""no""#);
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
fn the_block_of_a_network_is_the_one_it_was_declared_with() {
    let evaluated = Evaluated::of(
        "Resources:\n  V: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}\n  \
         S: {Type: AWS::EC2::Subnet, Properties: {CidrBlock: !Select [2, !Cidr [!GetAtt V.CidrBlock, 4, 8]]}}\n  \
         R: {Type: T, Properties: {X: !GetAtt V.CidrBlock, Y: !GetAtt S.CidrBlock, Z: !GetAtt V.VpcId}}\n  \
         Loop: {Type: AWS::EC2::VPC, Properties: {CidrBlock: !GetAtt Loop.CidrBlock}}\n",
    );
    let attributes = &resource(evaluated.default(), "R").attributes;
    assert_eq!(shown(&attributes["X"].value), r#""10.0.0.0/16""#);
    assert_eq!(evaluated.way(&attributes["X"].value), [(StepKind::Reference, "!GetAtt V.CidrBlock")]);
    assert_eq!(shown(&attributes["Y"].value), r#""10.0.2.0/24""#);
    assert_eq!(shown(&attributes["Z"].value), "<V VpcId>");
}

/// Resources and outputs of a configuration in lines.
fn lines(configuration: &Configuration) -> String {
    let mut lines = Vec::new();
    for resource in &configuration.resources {
        let presence = if matches!(resource.presence, Presence::Certain) { "" } else { " perhaps" };
        lines.push(format!("{} {}{presence}", resource.address, resource.kind));
        for (name, attribute) in &resource.attributes {
            lines.push(format!("  {name} = {}", shown(&attribute.value)));
        }
    }
    for output in &configuration.outputs {
        lines.push(format!("output {} = {}", output.name, shown(&output.value)));
    }
    lines.join("\n")
}

#[test]
fn a_scenario_is_what_that_default_would_give() {
    let text = include_str!("../testdata/cloudformation/web.yaml");
    let web = web();
    for choice in ["stage", "prod"] {
        let other = Evaluated::of(&text.replace("Default: dev", &format!("Default: {choice}")));
        let scenario = web.scenario(&format!("Env is {choice:?}"));
        assert_eq!(lines(scenario), lines(other.default()), "{choice}");
        assert_ne!(lines(scenario), lines(web.default()), "{choice}");
    }
}

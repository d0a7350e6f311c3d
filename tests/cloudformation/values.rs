//! What attributes are, and which text they came from.

use crate::evaluated::{Evaluated, lines, property, resource, shown, web};
use sglint::cloudformation::evaluate;
use sglint::resource::{Cause, Interest, StepKind, Uniform, ValueKind};
use sglint::source::SourceMap;
use sglint::syntax::yaml;

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
      Tags = [{Key: "Name", Value: "hush"}]
    output WebGroup = <Web Ref>
    "#);
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
    assert_eq!(web.written(&element), "10.2.0.0/16");
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
  Looked: {Type: String, Default: "{{resolve:ssm:/office}}"}
Mappings:
  M: {k: {text: x, list: [1, 2], id: 0123}, yes: {text: agreed}}
Conditions:
  Yes: !Equals [!Ref P, p]
  No: !Not [!Condition Yes]
  Unsure: !Equals [!Ref None, x]
  Sure: !Or [!Condition Unsure, !Condition Yes]"#;
    let cases = [
        ("!Ref P", r#""p""#),
        ("{Ref: P}", r#""p""#),
        ("!Ref L", r#"["a", "b", "c"]"#),
        ("!Ref Looked", "?({{resolve:ssm:/office}} is looked up when deployed)"),
        ("!Ref Empty", r#"[""]"#),
        ("{'Fn::Length': !Ref Empty}", "1"),
        ("!Ref Port", "18"),
        ("022", "18"),
        ("0x16", "?(YAML 1.1 takes 0x16 without quotes for a number)"),
        ("yes", "true"),
        ("!Equals [yes, 'true']", "true"),
        ("!FindInMap [M, yes, text]", r#""agreed""#),
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
        ("!FindInMap [M, k, id]", "83"),
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
        ("!ToJsonString {b: 1, a: !Ref P}", r#""{\"b\":1,\"a\":\"p\"}""#),
        (
            r"!ToJsonString [!Ref L, ~, true, !Ref 'AWS::NoValue', 'a\b']",
            r#""[[\"a\",\"b\",\"c\"],null,true,\"a\\\\b\"]""#,
        ),
        ("!ToJsonString {a: !Ref Other}", r#"text("{\"a\":\"" + <Other Ref> + "\"}")"#),
        ("!ToJsonString {Ref: L}", r#""[\"a\",\"b\",\"c\"]""#),
        ("!Join [!Ref P, [a, b]]", "?(!Join takes a delimiter and a list of values)"),
        ("!Split [!Ref P, apb]", "?(!Split takes a delimiter and a text)"),
        ("!Sub [!Ref P, {}]", "?(!Sub needs a text here)"),
        ("!Sub '${L}'", "?(!Sub cannot put in ${L}: its value is a list or a mapping)"),
        ("!Split ['/', !Sub '10.0.0.0/8/${None}']", r#"["10.0.0.0", "8", ?(parameter None has no value)]"#),
        ("!Select [0, !Split ['/', !Sub '10.0.0.0/${None}']]", r#""10.0.0.0""#),
        ("!Split [',', !Sub '${Other.GroupId},${Other},sg-1']", r#"[<Other GroupId>, <Other Ref>, "sg-1"]"#),
        ("!Split [',', !Sub 'a,${None}b,c']", r#"["a", ?(parameter None has no value), "c"]"#),
        ("!Select [2, !Split [',', !Sub 'a,${None}b,c']]", "?(parameter None has no value)"),
        ("!Split ['-', !Sub 'a-${Other}']", r#"["a", ?(Other is computed when deployed)]"#),
        ("!Select [1, !Split ['/', !Sub '10.0.0.0/${None}']]", "?(parameter None has no value)"),
        ("!Length {'Fn::Split': ['/', !Sub '10.0.0.0/${None}']}", "?(parameter None has no value)"),
        (
            "!Sub 'a{{resolve:ssm-secure:/${None}/x:1}}b'",
            r#"text("a" + ?({{resolve:ssm-secure:/…/x:1}} is looked up when deployed) + "b")"#,
        ),
        (
            "!Join [',', ['{{resolve:secretsmanager:s}}', x]]",
            r#"text(?({{resolve:secretsmanager:s}} is looked up when deployed) + ",x")"#,
        ),
        ("{Condition: {StringEquals: x}}", r#"{Condition: {StringEquals: "x"}}"#),
        ("[022, 22, -1, true, 'true', ~, 0.0.0.0/0]", r#"[18, 22, -1, true, "true", null, "0.0.0.0/0"]"#),
    ];
    for (expression, expected) in cases {
        assert_eq!(shown(property(head, expression).value()), expected, "{expression}");
    }
}

#[test]
fn what_no_value_is_given_to_is_not_there() {
    let evaluated = property("", "!Ref AWS::NoValue");
    assert!(resource(evaluated.default(), "R").attributes.is_empty());
    assert_eq!(evaluated.problems(), [""; 0]);
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
        let configurations = evaluate(&file, root, &Uniform(interest));
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

#[test]
fn a_text_that_was_put_together_knows_its_parts() {
    let head = "Parameters:\n  Net: {Type: String, Default: 10.0.0}\n  Bits: {Type: Number, Default: 24}";
    let evaluated = property(head, "!Sub '${Net}.0/${Bits}'");
    assert_eq!(evaluated.value().as_str(), Some("10.0.0.0/24"));
    assert_eq!(evaluated.written(evaluated.value()), "'${Net}.0/${Bits}'");
    let expected = [
        (StepKind::ParameterDefault, "10.0.0"),
        (StepKind::Reference, "${Net}"),
        (StepKind::ParameterDefault, "24"),
        (StepKind::Reference, "${Bits}"),
    ];
    assert_eq!(evaluated.way(evaluated.value()), expected);

    let evaluated = property(head, "!Join ['/', [10.0.0.0, !Ref Bits]]");
    assert_eq!(evaluated.value().as_str(), Some("10.0.0.0/24"));
    assert_eq!(evaluated.written(evaluated.value()), "!Join ['/', [10.0.0.0, !Ref Bits]]");
    assert_eq!(evaluated.way(evaluated.value())[1], (StepKind::Reference, "!Ref Bits"));
}

#[test]
fn places_in_folded_and_escaped_texts_are_exact() {
    let head = "Parameters:\n  A: {Type: String}\n  B: {Type: String}";
    for expression in [r#"!Sub "\x24{A} \t ${B}""#, "!Sub >-\n        x ${A}\n        y ${B} ${A}"] {
        let evaluated = property(head, expression);
        let ValueKind::Template(parts) = &evaluated.value().kind else { panic!("{expression}") };
        let ways: Vec<_> = parts.iter().flat_map(|part| evaluated.way(part)).collect();
        assert!(ways.contains(&(StepKind::Reference, "${B}")), "{ways:?}");
    }
}

/// The places that the elements of a value are written at.
fn places(head: &str, expression: &str) -> Vec<String> {
    let evaluated = property(head, expression);
    let members = evaluated.value().members();
    members.iter().map(|value| evaluated.written(value).to_owned()).collect()
}

#[test]
fn a_part_of_a_text_is_at_its_own_characters() {
    let head = "Parameters:\n  A: {Type: String}\n  L: {Type: CommaDelimitedList, Default: ' 10.0.0.0/8 , 0.0.0.0/0'}\n  \
                N: {Type: List<Number>, Default: 22}";
    assert_eq!(places(head, "!Ref L"), ["10.0.0.0/8", "0.0.0.0/0"]);
    assert_eq!(places(head, "!Ref N"), ["22"]);
    assert_eq!(places(head, "!Split [',', '10.0.0.0/8,0.0.0.0/0']"), ["10.0.0.0/8", "0.0.0.0/0"]);
    assert_eq!(
        places(head, r#"!Split [",", "10.0.0.0\/8,0.0.0.0\x2f0"]"#),
        [r"10.0.0.0\/8", r"0.0.0.0\x2f0"]
    );
    // A text that was put together is at its expression, also if the lengths happen to fit.
    let made = places("Parameters:\n  A: {Type: String, Default: 1234}", "!Split [',', !Sub '${A},${A}']");
    assert_eq!(made, ["'${A},${A}'", "'${A},${A}'"]);

    let parts = |expression: &str| {
        let evaluated = property(head, expression);
        let ValueKind::Template(parts) = &evaluated.value().kind else { panic!("{expression}") };
        parts.iter().map(|part| evaluated.written(part).to_owned()).collect::<Vec<_>>()
    };
    // An unknown value is at its cause; what is fixed is at its own characters.
    assert_eq!(
        parts("!Sub 'x ${Other.Id} 0.0.0.0/0 ${!A} ${Other}'"),
        ["x", "${Other.Id}", "0.0.0.0/0 ${!A}", "${Other}"]
    );
    assert_eq!(parts(r#"!Sub "\x24{Other} \u0030.0.0.0/0""#), [r"\x24{Other}", r"\u0030.0.0.0/0"]);
    assert_eq!(parts("!Sub |-\n        x ${Other}\n        y"), ["x", "${Other}", "y"]);
    assert_eq!(parts("'a {{resolve:ssm:/x}} b'"), ["a ", "{{resolve:ssm:/x}}", " b"]);
}

#[test]
fn values_in_json_and_in_anchors_are_at_their_characters() {
    let text = r#"{"Mappings": {"M": {"k": {"c": "0.0.0.0\/0"}}},
        "Conditions": {"On": {"Fn::Equals": ["a", "\u0061"]}},
        "Resources": {"R": {"Type": "T", "Properties": {
            "X": {"Fn::If": ["On", {"Fn::FindInMap": ["M", "k", "c"]}, "10.0.0.0/8"]},
            "Y": {"Fn::Sub": "\"${Other.Id}\u0020\u00e9 ${Other}"}}}, "Other": {"Type": "T"}}}"#;
    let evaluated = Evaluated::named("t.json", text);
    assert_eq!(evaluated.problems(), [""; 0]);
    let attributes = &resource(evaluated.default(), "R").attributes;
    assert_eq!(evaluated.written(&attributes["X"].value), r#""0.0.0.0\/0""#);
    let way: Vec<_> = evaluated.way(&attributes["X"].value).iter().map(|(kind, _)| *kind).collect();
    assert_eq!(way, [StepKind::MappingCell, StepKind::Reference, StepKind::IfBranch]);
    let ValueKind::Template(parts) = &attributes["Y"].value.kind else { panic!("a text with references") };
    let parts: Vec<_> = parts.iter().map(|part| evaluated.written(part)).collect();
    assert_eq!(parts, [r#"\""#, "${Other.Id}", r"\u00e9", "${Other}"]);

    let evaluated = Evaluated::of(
        "Metadata: {it: &it {CidrIp: &all 0.0.0.0/0, IpProtocol: tcp}}\nResources:\n  R:\n    Type: T\n    \
         Properties:\n      X: {<<: *it, IpProtocol: udp}\n      Y: *all\n      Z: |-\n        0.0.0.0/0\n",
    );
    let attributes = &resource(evaluated.default(), "R").attributes;
    let merged = attributes["X"].value.get("CidrIp").unwrap();
    assert_eq!(evaluated.written(&merged), "0.0.0.0/0");
    assert_eq!(evaluated.file.position(merged.origin.written.start).line, 1);
    assert_eq!(evaluated.written(&attributes["X"].value.get("IpProtocol").unwrap()), "udp");
    assert_eq!(evaluated.written(&attributes["Y"].value), "0.0.0.0/0");
    assert_eq!(evaluated.written(&attributes["Z"].value), "|-\n        0.0.0.0/0");
}

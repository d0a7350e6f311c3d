//! Templates with what lies around them.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use sglint::cloudformation::{Evaluated, Exports, Files, Inputs, Surroundings, evaluate_within, exports};
use sglint::discover;
use sglint::resource::{Interest, Mode, Uniform};
use sglint::source::{SourceFile, SourceMap};
use sglint::syntax::yaml::{self, Node};

use super::evaluated::{lines, resource, shown};

const WHOLE: Uniform = Uniform(Interest::Whole);

/// Calls `ask` with each of the templates as it is among the files.
fn evaluated(files: &[(&str, &str)], template: &str, ask: impl Fn(&Evaluated, &SourceMap)) {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().canonicalize().expect("a folder");
    fs::create_dir(root.join(".git")).expect("a folder");
    for (name, text) in files {
        let path = root.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    let sources = SourceMap::new(&root);
    let inputs = Inputs::default();
    let mut known = Exports::default();
    for _ in 0..3 {
        let made: Vec<_> = files
            .iter()
            .flat_map(|(name, _)| {
                let path = root.join(name);
                let around = Files::around(&sources, &path, discover::boundary);
                let surroundings =
                    Surroundings { inputs: &inputs, exports: &known, deployment: None, files: Some(&around) };
                documents(&sources, &path, |file, document| {
                    exports(file, document, &surroundings, &WHOLE).exports
                })
            })
            .flatten()
            .collect();
        known = Exports::of(made);
    }
    let path = root.join(template);
    let around = Files::around(&sources, &path, discover::boundary);
    let surroundings =
        Surroundings { inputs: &inputs, exports: &known, deployment: None, files: Some(&around) };
    let all =
        documents(&sources, &path, |file, document| evaluate_within(file, document, &surroundings, &WHOLE));
    ask(&all[0], &sources);
}

fn documents<T>(sources: &SourceMap, path: &Path, read: impl Fn(&SourceFile, &Arc<Node>) -> T) -> Vec<T> {
    let file = sources.load(path).expect("a file");
    yaml::parse(&file).documents.iter().map(|document| read(&file, document)).collect()
}

const CHILD: &str = "
Parameters:
  Env: {Type: String, Default: dev}
  Groups: {Type: CommaDelimitedList, Default: ''}
  Count: {Type: Number, Default: 1}
  Secret: {Type: String, NoEcho: true, Default: x}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
  HasSecret: !Equals [!Ref Secret, hush]
Resources:
  Thing:
    Type: T::T::T
    Properties: {Groups: !Ref Groups, Count: !Ref Count, Secret: !Ref Secret, Text: !Sub '${Env}-${Other}'}
  Other: {Type: T::T::Other}
  Extra: {Type: T::T::Extra, Condition: IsProd}
  Hidden: {Type: T::T::Hidden, Condition: HasSecret}
Outputs:
  Thing: {Value: !GetAtt Thing.Id}
  Env: {Value: !Ref Env}
";

#[test]
fn a_nested_stack_takes_its_callers_values_and_gives_its_own() {
    let parent = "
Parameters:
  Env: {Type: String, Default: prod, AllowedValues: [dev, prod]}
Conditions:
  IsDev: !Equals [!Ref Env, dev]
Resources:
  Group: {Type: T::T::Group}
  Child:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: ./parts/child.yaml
      Parameters:
        Env: !Ref Env
        Count: '2'
        Secret: hush
        Groups: !Join [',', [!GetAtt Group.Id, sg-2]]
  User:
    Type: T::T::User
    Properties: {Thing: !GetAtt Child.Outputs.Thing, Env: !Sub '${Child.Outputs.Env}'}
  OnlyDev: {Type: T::T::Dev, Condition: IsDev}
";
    evaluated(&[("main.yaml", parent), ("parts/child.yaml", CHILD)], "main.yaml", |found, _| {
        assert_eq!(
            lines(&found.configurations[0]),
            "Group T::T::Group
Child AWS::CloudFormation::Stack
Child/Thing T::T::T
  Count = 2
  Groups = [<Group Id>, \"sg-2\"]
  Secret = \"hush\"
  Text = text(\"prod-\" + <Child/Other Ref>)
Child/Other T::T::Other
Child/Extra T::T::Extra
Child/Hidden T::T::Hidden
User T::T::User
  Env = \"prod\"
  Thing = <Child/Thing Id>"
        );
        let child = resource(&found.configurations[0], "Child/Thing");
        assert_eq!(child.calls.len(), 1);
        let scenario = &found.configurations[1];
        let kinds: Vec<_> = scenario.resources.iter().map(|resource| &*resource.address).collect();
        assert_eq!(
            kinds,
            ["Group", "Child", "Child/Thing", "Child/Other", "Child/Hidden", "User", "OnlyDev"],
            "{:?}",
            scenario.scenario
        );
        assert_eq!(shown(&resource(scenario, "User").attributes["Env"].value), "\"dev\"");
        let problems: Vec<_> = found.configurations.iter().flat_map(|one| &one.problems).collect();
        assert!(problems.is_empty(), "{problems:?}");
    });
}

#[test]
fn an_import_refers_to_the_resource_of_the_template_that_exports_it() {
    let network = "
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Web: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: web, VpcId: !Ref Vpc}}
Outputs:
  Web: {Value: !GetAtt Web.GroupId, Export: {Name: web}}
  Named: {Value: x, Export: {Name: !Sub '${AWS::StackName}-x'}}
";
    let relay = "
Resources: {R: {Type: T::T::T}}
Outputs:
  Again: {Value: !ImportValue web, Export: {Name: again}}
";
    let user = "
Parameters: {Name: {Type: String, Default: aga}}
Resources:
  R:
    Type: T::T::T
    Properties:
      Known: !ImportValue web
      Made: {'Fn::ImportValue': !Sub '${Name}in'}
      Missing: !ImportValue nowhere
      Unknown: !ImportValue {'Fn::Sub': '${AWS::StackName}-x'}
";
    let files = [("network.yaml", network), ("relay.yaml", relay), ("user.yaml", user)];
    evaluated(&files, "user.yaml", |found, sources| {
        let configuration = &found.configurations[0];
        assert_eq!(
            lines(configuration),
            "R T::T::T
  Known = <Web@network.yaml GroupId>
  Made = <Web@network.yaml GroupId>
  Missing = ?(export nowhere comes from elsewhere)
  Unknown = ?(export …-x comes from elsewhere)
Web@network.yaml AWS::EC2::SecurityGroup
  GroupDescription = \"web\"
  VpcId = <Vpc@network.yaml Ref>"
        );
        let web = resource(configuration, "Web@network.yaml");
        assert_eq!(web.mode, Mode::Data);
        assert_eq!(sources.text(web.head), "Web");
    });
    let twice = [("network.yaml", network), ("copy.yaml", network), ("user.yaml", user)];
    evaluated(&twice, "user.yaml", |found, _| {
        let value = &resource(&found.configurations[0], "R").attributes["Known"].value;
        assert_eq!(
            shown(value),
            "?(export web (made by network.yaml and by copy.yaml) comes from elsewhere)"
        );
    });
}

#[test]
fn what_is_included_keeps_its_place() {
    let template = "
Resources:
  R:
    Type: T::T::T
    Properties:
      Own: 1
      Fn::Transform: {Name: AWS::Include, Parameters: {Location: part.yaml}}
  Fn::Transform: {Name: AWS::Include, Parameters: {Location: more.yaml}}
  Other: {Type: T::T::T, Properties: {List: !Transform {Name: AWS::Include, Parameters: {Location: list.json}}}}
";
    let files = [
        ("t.yaml", template),
        ("part.yaml", "X: {Fn::Sub: 'a-${Other}'}\nY: 2\n"),
        ("more.yaml", "More: {Type: T::T::More}\n"),
        ("list.json", "[1, 2]"),
    ];
    evaluated(&files, "t.yaml", |found, sources| {
        let configuration = &found.configurations[0];
        assert_eq!(
            lines(configuration),
            "R T::T::T
  Own = 1
  X = text(\"a-\" + <Other Ref>)
  Y = 2
More T::T::More
Other T::T::T
  List = [1, 2]"
        );
        let value = &resource(configuration, "R").attributes["X"].value;
        let references = value.references();
        assert_eq!(sources.text(references[0].origin.written), "${Other}");
        assert_eq!(sources.get(references[0].origin.written.file).name(), "part.yaml");
        assert_eq!(configuration.files.len(), 4);
    });
}

#[test]
fn globals_are_merged_as_the_transform_does() {
    let template = "
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Runtime: a
    VpcConfig: {SecurityGroupIds: [sg-1], SubnetIds: [subnet-1]}
    Tags: {A: global, B: global}
Resources:
  Own:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: b
      VpcConfig: {SecurityGroupIds: [sg-2]}
      Tags: {B: own}
  Called:
    Type: AWS::Serverless::Function
    Properties: {VpcConfig: !If [Never, x, y]}
  Bare: {Type: AWS::Serverless::Function}
  Table: {Type: AWS::Serverless::SimpleTable}
Conditions: {Never: !Equals [a, b]}
";
    evaluated(&[("t.yaml", template)], "t.yaml", |found, _| {
        assert_eq!(
            lines(&found.configurations[0]),
            "Own AWS::Serverless::Function
  Runtime = \"b\"
  Tags = {A: \"global\", B: \"own\"}
  VpcConfig = {SecurityGroupIds: [\"sg-1\", \"sg-2\"], SubnetIds: [\"subnet-1\"]}
Called AWS::Serverless::Function
  Runtime = \"a\"
  Tags = {A: \"global\", B: \"global\"}
  VpcConfig = \"y\"
Bare AWS::Serverless::Function
  Runtime = \"a\"
  Tags = {A: \"global\", B: \"global\"}
  VpcConfig = {SecurityGroupIds: [\"sg-1\"], SubnetIds: [\"subnet-1\"]}
Table AWS::Serverless::SimpleTable"
        );
    });
}

#[test]
fn a_literal_body_is_read_in_its_place_and_any_other_as_a_whole() {
    let template = "
Resources:
  Block:
    Type: AWS::CloudFormation::StackSet
    Properties:
      TemplateBody: |-
        Resources:
          # a comment

          R: {Type: T::T::T, Properties: {X: here}}
  Folded:
    Type: AWS::CloudFormation::StackSet
    Properties:
      TemplateBody: \"{\\\"Resources\\\": {\\\"R\\\": {\\\"Type\\\": \\\"T::T::T\\\", \\\"Properties\\\": {\\\"X\\\": 1}}}}\"
";
    evaluated(&[("t.yaml", template)], "t.yaml", |found, sources| {
        let configuration = &found.configurations[0];
        let written = |address: &str| {
            sources.text(resource(configuration, address).attributes["X"].value.origin.written)
        };
        assert_eq!(written("Block/R"), "here");
        assert!(written("Folded/R").starts_with("\"{"));
        assert_eq!(&*resource(configuration, "Folded/R").declared, "Folded/R");
    });
}

/// What exists under each scenario, beside the stacks themselves.
fn made(evaluated: &Evaluated) -> Vec<(String, Vec<String>)> {
    let resources = |configuration: &sglint::resource::Configuration| {
        let addresses = configuration.resources.iter().map(|resource| resource.address.to_string());
        addresses.filter(|address| address.contains("Rule")).collect()
    };
    let name = |scenario: &Option<String>| scenario.clone().unwrap_or_default();
    evaluated.configurations.iter().map(|one| (name(&one.scenario), resources(one))).collect()
}

const CHOOSING: &str = "
Parameters:
  Ssh: { Type: String, Default: 'no' }
  Zone: { Type: String, Default: b }
Resources:
  Net:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: child.yaml
      Parameters: { OpenSsh: !Ref Ssh, Zone: !Ref Zone, Env: prod, Place: !Ref AWS::Region }
";

const CHOSEN: &str = "
Parameters:
  OpenSsh: { Type: String }
  Zone: { Type: String }
  Env: { Type: String, Default: dev }
  Place: { Type: String }
  Unset: { Type: String, Default: 'no' }
Conditions:
  IsOpen: !Equals [!Ref OpenSsh, 'yes']
  IsBoth: !And [!Condition IsOpen, !Equals [!Ref Zone, a]]
  IsDev: !Equals [!Ref Env, dev]
  IsSet: !Equals [!Ref Unset, 'yes']
  IsFar: !Equals [!Ref Place, us-east-1]
Resources:
  OpenRule: { Type: AWS::EC2::SecurityGroupIngress, Condition: IsOpen, Properties: { FromPort: 22 } }
  BothRule: { Type: AWS::EC2::SecurityGroupIngress, Condition: IsBoth, Properties: { FromPort: 23 } }
  DevRule: { Type: AWS::EC2::SecurityGroupIngress, Condition: IsDev, Properties: { FromPort: 24 } }
  SetRule: { Type: AWS::EC2::SecurityGroupIngress, Condition: IsSet, Properties: { FromPort: 25 } }
  FarRule: { Type: AWS::EC2::SecurityGroupIngress, Condition: IsFar, Properties: { FromPort: 26 } }
";

#[test]
fn what_flows_into_a_nested_stack_is_a_choice_of_what_is_deployed() {
    evaluated(&[("main.yaml", CHOOSING), ("child.yaml", CHOSEN)], "main.yaml", |it, _| {
        let made = made(it);
        let made: Vec<(&str, String)> =
            made.iter().map(|(scenario, rules)| (scenario.as_str(), rules.join(" "))).collect();
        let expected = [
            ("", "Net/FarRule"),
            ("Ssh is \"yes\"", "Net/OpenRule Net/FarRule"),
            ("AWS::Region is \"us-east-1\"", "Net/FarRule"),
            ("AWS::Region has another value", ""),
            ("Ssh is \"yes\" and Zone is \"a\"", "Net/OpenRule Net/BothRule Net/FarRule"),
        ];
        assert_eq!(made, expected.map(|(scenario, rules)| (scenario, rules.to_owned())));
    });
}

#[test]
fn choices_flow_through_stacks_that_may_not_be_there() {
    let main = "
Parameters:
  Ssh: { Type: String, Default: 'no' }
  WithNet: { Type: String, Default: 'no', AllowedValues: ['yes', 'no'] }
Conditions:
  HasNet: !Equals [!Ref WithNet, 'yes']
Resources:
  Net:
    Type: AWS::CloudFormation::Stack
    Condition: HasNet
    Properties: { TemplateURL: middle.yaml, Parameters: { Through: !Ref Ssh } }
";
    let middle = "
Parameters: { Through: { Type: String, Default: 'no' } }
Resources:
  Inner:
    Type: AWS::CloudFormation::Stack
    Properties: { TemplateURL: child.yaml, Parameters: { OpenSsh: !Ref Through, Zone: b, Env: prod, Place: here } }
";
    let files = [("main.yaml", main), ("middle.yaml", middle), ("child.yaml", CHOSEN)];
    evaluated(&files, "main.yaml", |it, _| {
        let made = made(it);
        let open = made.iter().find(|(_, rules)| !rules.is_empty()).expect("a scenario");
        assert_eq!(open.0, "Ssh is \"yes\" and WithNet is \"yes\"");
        assert_eq!(open.1, ["Net/Inner/OpenRule"]);
    });
}

#[test]
fn stacks_that_nest_each_other_end() {
    let nests = "
Parameters: { It: { Type: String, Default: a } }
Conditions: { Is: !Equals [!Ref It, b] }
Resources:
  Rule: { Type: AWS::EC2::SecurityGroupIngress, Condition: Is }
  Again:
    Type: AWS::CloudFormation::Stack
    Properties: { TemplateURL: other.yaml, Parameters: { It: !Ref It } }
";
    let other = nests.replace("other.yaml", "main.yaml");
    evaluated(&[("main.yaml", nests), ("other.yaml", &other)], "main.yaml", |it, _| {
        assert_eq!(made(it).last().expect("a scenario").1, ["Rule", "Again/Rule"]);
    });
}

#[test]
fn loops_and_includes_of_a_nested_stack_follow_its_caller() {
    let parent = "
Resources:
  Known:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: child.yaml, Parameters: {Names: 'c,d', File: other.yaml}}
  Default:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: child.yaml}
  Open:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: child.yaml, Parameters: {Names: !Ref AWS::Region, File: !Ref AWS::Region}}
";
    let child = "
Transform: AWS::LanguageExtensions
Parameters:
  Names: {Type: CommaDelimitedList, Default: 'a'}
  File: {Type: String, Default: one.yaml}
Resources:
  Fn::ForEach::All: [It, !Ref Names, {'R${It}': {Type: T::T::T}}]
  Part:
    Type: T::T::Part
    Properties: {X: !Transform {Name: AWS::Include, Parameters: {Location: !Ref File}}}
";
    let files = [
        ("main.yaml", parent),
        ("child.yaml", child),
        ("one.yaml", "{Is: one}\n"),
        ("other.yaml", "{Is: other}\n"),
    ];
    evaluated(&files, "main.yaml", |found, _| {
        let made = &found.configurations[0];
        assert_eq!(
            lines(made),
            "Known AWS::CloudFormation::Stack
Known/Rc T::T::T
Known/Rd T::T::T
Known/Part T::T::Part
  X = {Is: \"other\"}
Default AWS::CloudFormation::Stack
Default/Ra T::T::T
Default/Part T::T::Part
  X = {Is: \"one\"}
Open AWS::CloudFormation::Stack
Open/Part T::T::Part
  X = ?(included file that a parameter names comes from elsewhere)"
        );
        let problems: Vec<_> = made.problems.iter().map(|problem| problem.message.as_str()).collect();
        assert_eq!(
            problems,
            ["the collection of Fn::ForEach::All is not known: AWS::Region is looked up when deployed"]
        );
    });
}

#[test]
fn a_stack_whose_template_is_not_known_is_told() {
    let template = "
Resources:
  Body:
    Type: AWS::CloudFormation::StackSet
    Properties:
      TemplateBody: !Sub |
        Description: stack ${AWS::StackName}
        Resources:
          R: {Type: T::T::T, Properties: {Known: 1, Made: 'a-${AWS::StackName}'}}
  Place: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: !Sub '${AWS::Region}/x.yaml'}}
  Bucket: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: !Sub 'https://b.s3.${AWS::URLSuffix}/x'}}
  Secret: {Type: AWS::CloudFormation::StackSet, Properties: {TemplateBody: !Ref Hush}}
Parameters:
  Hush: {Type: String, NoEcho: true, Default: '{Resources: {R: {Type: T::T::T}}}'}
";
    evaluated(&[("t.yaml", template)], "t.yaml", |found, _| {
        let made = &found.configurations[0];
        let inner = resource(made, "Body/R");
        assert_eq!(shown(&inner.attributes["Known"].value), "1");
        let text = &inner.attributes["Made"].value;
        assert_eq!(
            shown(text),
            "text(\"a-\" + ?(what the template around puts in is looked up when deployed))"
        );
        let problems: Vec<_> = made.problems.iter().map(|problem| problem.message.as_str()).collect();
        assert_eq!(
            problems,
            [
                "nested stack Place is not judged: its TemplateURL: AWS::Region is looked up when deployed",
                "nested stack Secret is not judged: its TemplateBody: what a sensitive value names is looked up when deployed",
            ]
        );
    });
}

#[test]
fn what_is_passed_and_not_known_keeps_its_reason() {
    let parent = "
Conditions: {Far: !Equals [!Ref AWS::Region, us-east-1]}
Resources:
  Child:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: child.yaml, Parameters: !If [Far, {X: a}, {X: b}]}
";
    let child = "
Parameters: {X: {Type: String}}
Resources: {R: {Type: T::T::T, Properties: {X: !Ref X}}}
";
    evaluated(&[("main.yaml", parent), ("child.yaml", child)], "main.yaml", |found, _| {
        let value = &resource(&found.configurations[0], "Child/R").attributes["X"].value;
        assert_eq!(shown(value), "?(AWS::Region is looked up when deployed)");
    });
}

#[test]
fn a_template_that_a_loop_calls_is_a_part_of_its_caller() {
    let sources = SourceMap::new("/work");
    let text = "
Transform: AWS::LanguageExtensions
Resources:
  Fn::ForEach::All:
    - It
    - [a, b]
    - 'S${It}': {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: 'child-${It}.yaml'}}
";
    let file = sources.add("main.yaml", text);
    let root = &yaml::parse(&file).documents[0];
    let found = sglint::cloudformation::called_files(&file, root);
    let names: Vec<_> = found.iter().filter_map(|path| path.file_name()?.to_str()).collect();
    assert_eq!(names, ["child-a.yaml", "child-b.yaml"]);
}

#[test]
fn transforms_are_applied_in_the_order_in_which_they_are_listed() {
    let template = |listed: &str| {
        format!(
            "
Transform: [{listed}]
Globals: {{Function: {{VpcConfig: {{SecurityGroupIds: [sg-1]}}}}}}
Resources:
  Fn::ForEach::All: [It, [a], {{'F${{It}}': {{Type: AWS::Serverless::Function}}}}]
"
        )
    };
    for (listed, has_globals) in [
        ("AWS::LanguageExtensions, AWS::Serverless-2016-10-31", true),
        ("AWS::Serverless-2016-10-31, AWS::LanguageExtensions", false),
    ] {
        evaluated(&[("t.yaml", &template(listed))], "t.yaml", |found, _| {
            let function = resource(&found.configurations[0], "Fa");
            assert_eq!(function.attributes.contains_key("VpcConfig"), has_globals, "{listed}");
        });
    }
}

#[test]
fn functions_of_a_service_stay_out_of_its_network_or_are_put_into_it() {
    let service = "
service: x
provider: {name: aws, vpc: {securityGroupIds: [sg-1], subnetIds: [subnet-1]}}
functions:
  in: {handler: a.b}
  out: {handler: a.b, vpc: ~}
resources:
  - Resources: {G: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: g, VpcId: vpc-1}}}
  - extensions:
      G: {Properties: {GroupDescription: other}}
      OutLambdaFunction: {Properties: {VpcConfig: {SecurityGroupIds: [sg-2]}}}
      ApiGatewayRestApi: {Properties: {Name: x}}
";
    evaluated(&[("serverless.yml", service)], "serverless.yml", |found, _| {
        assert_eq!(
            lines(&found.configurations[0]),
            "G AWS::EC2::SecurityGroup
  GroupDescription = \"other\"
  VpcId = \"vpc-1\"
InLambdaFunction AWS::Lambda::Function
  VpcConfig = {SecurityGroupIds: [\"sg-1\"], SubnetIds: [\"subnet-1\"]}
OutLambdaFunction AWS::Lambda::Function
  VpcConfig = {SecurityGroupIds: [\"sg-2\"]}"
        );
    });
}

#[test]
fn the_stacks_of_a_set_are_passed_what_overrides_say() {
    let template = "
Resources:
  Set:
    Type: AWS::CloudFormation::StackSet
    Properties:
      TemplateBody: |
        Parameters: {Cidr: {Type: String, Default: 10.0.0.0/8}, Port: {Type: Number}}
        Resources:
          R: {Type: T::T::T, Properties: {Cidr: !Ref Cidr, Port: !Ref Port}}
      Parameters: [{ParameterKey: Port, ParameterValue: '22'}]
      StackInstancesGroup:
        - {Regions: [a], DeploymentTargets: {Accounts: ['1']}}
        - {Regions: [b], ParameterOverrides: [{ParameterKey: Cidr, ParameterValue: 0.0.0.0/0}]}
        - {Regions: [c], ParameterOverrides: [{ParameterKey: Cidr, ParameterValue: 0.0.0.0/0}]}
";
    evaluated(&[("t.yaml", template)], "t.yaml", |found, _| {
        let made = &found.configurations[0];
        assert_eq!(
            lines(made),
            "Set AWS::CloudFormation::StackSet
Set/R T::T::T
  Cidr = \"10.0.0.0/8\"
  Port = 22
Set[2]/R T::T::T
  Cidr = \"0.0.0.0/0\"
  Port = 22"
        );
        assert_eq!(&*resource(made, "Set[2]/R").declared, "Set/R");
    });
}

//! Templates that belong together: nested stacks, exports, includes, and what other tools make of them.

use super::run::Folder;

const NETWORK: &str = "\
AWSTemplateFormatVersion: '2010-09-09'
Resources:
  Vpc:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: 10.0.0.0/16}
  Web:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: web servers
      VpcId: !Ref Vpc
Outputs:
  WebGroup:
    Value: !GetAtt Web.GroupId
    Export: {Name: network-web}
  Range:
    Value: !GetAtt Vpc.CidrBlock
    Export: {Name: !Sub '${AWS::Region}-range'}
  Anywhere:
    Value: 0.0.0.0/0
    Export: {Name: network-anywhere}
";

fn check(folder: &Folder, arguments: &[&str]) -> String {
    let ran = folder.run(&[&["check", "--color", "never", "-v"][..], arguments].concat());
    ran.all()
}

#[test]
fn an_imported_value_is_that_of_the_template_that_exports_it() {
    let service = "\
AWSTemplateFormatVersion: '2010-09-09'
Parameters:
  Network: {Type: String, Default: network}
Resources:
  Ssh:
    Type: AWS::EC2::SecurityGroupIngress
    Properties:
      GroupId: !ImportValue network-web
      Description: shell
      IpProtocol: tcp
      FromPort: 22
      ToPort: 22
      CidrIp:
        Fn::ImportValue: !Sub '${Network}-anywhere'
  Db:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: database
      SecurityGroupIngress:
        - Description: from the web
          IpProtocol: tcp
          FromPort: 5432
          ToPort: 5432
          SourceSecurityGroupId: !ImportValue network-web
        - Description: from nowhere known
          IpProtocol: tcp
          FromPort: 5433
          ToPort: 5433
          SourceSecurityGroupId: !ImportValue missing
  Node:
    Type: AWS::EC2::Instance
    Properties: {SecurityGroupIds: [!Ref Db]}
";
    let folder = Folder::new(&[("network.yaml", NETWORK), ("service.yaml", service)]);
    insta::assert_snapshot!(check(&folder, &[]));
}

const PARENT: &str = "\
AWSTemplateFormatVersion: '2010-09-09'
Parameters:
  Office: {Type: String, Default: 0.0.0.0/0}
Resources:
  Client:
    Type: AWS::EC2::SecurityGroup
    Properties: {GroupDescription: clients}
  Service:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: ./stacks/service.yaml
      Parameters:
        From: !Ref Office
        Groups: !Join [',', [!GetAtt Client.GroupId]]
  Proxy:
    Type: AWS::EC2::Instance
    Properties:
      SecurityGroupIds: [!GetAtt Service.Outputs.Group]
";

const CHILD: &str = "\
AWSTemplateFormatVersion: '2010-09-09'
Parameters:
  From: {Type: String, Default: 10.0.0.0/8}
  Groups: {Type: CommaDelimitedList}
  Port: {Type: Number, Default: 22}
Resources:
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: service
      SecurityGroupIngress:
        - {Description: shell, IpProtocol: tcp, FromPort: !Ref Port, ToPort: !Ref Port, CidrIp: !Ref From}
  Worker:
    Type: AWS::EC2::Instance
    Properties: {SecurityGroupIds: !Ref Groups}
Outputs:
  Group: {Value: !GetAtt Group.GroupId}
";

#[test]
fn a_nested_stack_is_judged_with_what_its_caller_passes() {
    let folder = Folder::new(&[("main.yaml", PARENT), ("stacks/service.yaml", CHILD)]);
    insta::assert_snapshot!(check(&folder, &[]));
}

#[test]
fn a_template_that_two_stacks_are_made_of_is_one_cause() {
    let twice = "\
AWSTemplateFormatVersion: '2010-09-09'
Resources:
  One: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: open.yaml}}
  Other: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: open.yaml}}
";
    let open = "\
AWSTemplateFormatVersion: '2010-09-09'
Resources:
  Web:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: web
      SecurityGroupIngress: {Description: all, IpProtocol: -1, CidrIp: 0.0.0.0/0}
Outputs:
  Web: {Value: !Ref Web, Export: {Name: web}}
";
    let folder = Folder::new(&[("twice.yaml", twice), ("open.yaml", open)]);
    let ran = folder.run(&["check", "--format", "concise"]);
    insta::assert_snapshot!(ran.all());
}

#[test]
fn what_a_stack_passes_and_takes_must_be_declared() {
    let parent = "\
AWSTemplateFormatVersion: '2010-09-09'
Resources:
  Service:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: service.yaml
      Parameters: {Form: 10.0.0.0/8}
  Absent:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: absent.yaml}
  Elsewhere:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: https://s3.amazonaws.com/bucket/there.yaml}
  Proxy:
    Type: AWS::EC2::Instance
    Properties:
      SecurityGroupIds: [!GetAtt Service.Outputs.Groop, !GetAtt Absent.Outputs.Group, !GetAtt Elsewhere.Outputs.Group]
";
    let folder = Folder::new(&[("main.yaml", parent), ("service.yaml", CHILD)]);
    insta::assert_snapshot!(folder.run(&["check", "--format", "concise", "-v"]).all());
}

#[test]
fn serverless_applications_and_functions_are_seen_as_the_transform_makes_them() {
    let app = "\
AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    VpcConfig:
      SecurityGroupIds: [!Ref Functions]
      SubnetIds: [subnet-1]
Resources:
  Functions:
    Type: AWS::EC2::SecurityGroup
    Properties: {GroupDescription: functions}
  Kafka:
    Type: AWS::EC2::SecurityGroup
    Properties: {GroupDescription: kafka}
  Unused:
    Type: AWS::EC2::SecurityGroup
    Properties: {GroupDescription: unused}
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      Events:
        Stream:
          Type: SelfManagedKafka
          Properties:
            SourceAccessConfigurations: [{Type: VPC_SECURITY_GROUP, URI: !Ref Kafka}]
  Part:
    Type: AWS::Serverless::Application
    Properties: {Location: ./part.yaml}
";
    let part = "\
AWSTemplateFormatVersion: '2010-09-09'
Resources:
  Alone:
    Type: AWS::EC2::SecurityGroup
    Properties: {GroupDescription: alone}
";
    let folder = Folder::new(&[("template.yaml", app), ("part.yaml", part)]);
    insta::assert_snapshot!(folder.run(&["check", "--format", "concise", "-v"]).all());
}

const SERVICE: &str = "\
service: shop
provider:
  name: aws
  stage: ${opt:stage, 'dev'}
  vpc:
    securityGroupIds: [!Ref Functions]
    subnetIds: ${self:custom.subnets}
custom:
  subnets: [subnet-1]
  port: 22
  open: {dev: 0.0.0.0/0, prod: 10.0.0.0/8}
functions:
  say-hello: {handler: a.b}
resources:
  - Resources:
      Functions:
        Type: AWS::EC2::SecurityGroup
        Properties:
          GroupDescription: functions of ${sls:stage}
          SecurityGroupIngress:
            - Description: shell
              IpProtocol: tcp
              FromPort: ${self:custom.port}
              ToPort: ${self:custom.port}
              CidrIp: ${self:custom.open.${self:provider.stage}}
            - Description: not known
              IpProtocol: tcp
              FromPort: 80
              ToPort: 80
              CidrIp: ${ssm:/office/range}
  - ${file(more.yml)}
";

#[test]
fn the_resources_of_a_serverless_service_are_a_template() {
    let more = "\
Resources:
  Unused:
    Type: AWS::EC2::SecurityGroup
    Properties: {GroupDescription: !Sub 'unused in ${AWS::Region}'}
";
    let folder = Folder::new(&[("serverless.yml", SERVICE), ("more.yml", more)]);
    insta::assert_snapshot!(check(&folder, &[]));
}

#[test]
fn what_is_included_is_judged_where_it_is_written() {
    let template = "\
AWSTemplateFormatVersion: '2010-09-09'
Parameters:
  Rules: {Type: String, Default: parts/rules.yaml}
Transform:
  Name: AWS::Include
  Parameters: {Location: parts/outputs.yaml}
Resources:
  Web:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: web
      Fn::Transform: {Name: AWS::Include, Parameters: {Location: !Ref Rules}}
  Remote:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: remote
      SecurityGroupIngress:
        Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://bucket/rules.yaml}}
";
    let rules = "SecurityGroupIngress:\n  - {Description: shell, IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 0.0.0.0/0}\n";
    let outputs = "Outputs:\n  Web: {Value: {Ref: Web}}\n  Remote: {Value: {Ref: Remote}}\n";
    let folder =
        Folder::new(&[("web.yaml", template), ("parts/rules.yaml", rules), ("parts/outputs.yaml", outputs)]);
    insta::assert_snapshot!(folder.run(&["check", "--format", "concise", "-v"]).all());
}

#[test]
fn the_body_of_a_stack_set_is_judged_where_it_is_written() {
    let set = "\
AWSTemplateFormatVersion: '2010-09-09'
Resources:
  Baseline:
    Type: AWS::CloudFormation::StackSet
    Properties:
      StackSetName: baseline
      PermissionModel: SELF_MANAGED
      Parameters:
        - {ParameterKey: Port, ParameterValue: '22'}
      TemplateBody: |
        Parameters:
          Port: {Type: Number}
        Resources:
          Web:
            Type: AWS::EC2::SecurityGroup
            Properties:
              GroupDescription: web
              SecurityGroupIngress:
                - {Description: !Sub 'port ${Port}', IpProtocol: tcp, FromPort: !Ref Port, ToPort: !Ref Port, CidrIp: 0.0.0.0/0}
        Outputs:
          Web: {Value: !Ref Web, Export: {Name: web}}
  Folded:
    Type: AWS::CloudFormation::StackSet
    Properties:
      StackSetName: folded
      PermissionModel: SELF_MANAGED
      TemplateBody: '{\"Resources\": {\"Alone\": {\"Type\": \"AWS::EC2::SecurityGroup\", \"Properties\": {\"GroupDescription\": \"alone\"}}}}'
";
    let folder = Folder::new(&[("set.yaml", set)]);
    insta::assert_snapshot!(check(&folder, &[]));
}

const MANIFEST: &str = r#"{
  "version": "36.0.0",
  "artifacts": {
    "Shop.assets": {"type": "cdk:asset-manifest", "properties": {"file": "Shop.assets.json"}},
    "Shop": {
      "type": "aws:cloudformation:stack",
      "environment": "aws://123456789012/eu-west-1",
      "properties": {"templateFile": "Shop.template.json", "stackName": "shop"}
    },
    "Gone": {
      "type": "aws:cloudformation:stack",
      "environment": "aws://unknown-account/unknown-region",
      "properties": {"templateFile": "Gone.template.json"}
    }
  }
}
"#;

#[test]
fn a_cloud_assembly_is_judged_by_its_constructs_even_where_git_ignores_it() {
    let shop = r#"{
  "Mappings": {"Open": {"eu-west-1": {"To": "0.0.0.0/0"}}},
  "Resources": {
    "WebD8E5": {
      "Type": "AWS::EC2::SecurityGroup",
      "Properties": {
        "GroupDescription": "Shop/Web",
        "SecurityGroupIngress": [{
          "Description": "shell", "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22,
          "CidrIp": {"Fn::FindInMap": ["Open", {"Ref": "AWS::Region"}, "To"]}
        }]
      },
      "Metadata": {"aws:cdk:path": "Shop/Web/Resource"}
    },
    "PartNestedStack": {
      "Type": "AWS::CloudFormation::Stack",
      "Properties": {"TemplateURL": {"Fn::Sub": "https://s3.${AWS::URLSuffix}/assets/x.json"}},
      "Metadata": {
        "aws:cdk:path": "Shop/Part.NestedStack/Part.NestedStackResource",
        "aws:asset:path": "ShopPart.nested.template.json",
        "aws:asset:property": "TemplateURL"
      }
    }
  },
  "Outputs": {"Web": {"Value": {"Ref": "WebD8E5"}, "Export": {"Name": {"Fn::Sub": "${AWS::StackName}-web"}}}}
}
"#;
    let part = r#"{
  "Resources": {
    "AloneF00D": {
      "Type": "AWS::EC2::SecurityGroup",
      "Properties": {"GroupDescription": "Shop/Part/Alone"},
      "Metadata": {"aws:cdk:path": "Shop/Part/Alone/Resource"}
    }
  }
}
"#;
    let other = r#"{
  "Resources": {
    "Db": {
      "Type": "AWS::EC2::SecurityGroup",
      "Properties": {
        "GroupDescription": "Other/Db",
        "SecurityGroupIngress": [{
          "Description": "web", "IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432,
          "SourceSecurityGroupId": {"Fn::ImportValue": "shop-web"}
        }]
      },
      "Metadata": {"aws:cdk:path": "Other/Db/Resource"}
    }
  }
}
"#;
    let folder = Folder::new(&[
        (".gitignore", "cdk.out\n"),
        ("cdk.out/manifest.json", MANIFEST),
        ("cdk.out/Shop.template.json", shop),
        ("cdk.out/ShopPart.nested.template.json", part),
        ("cdk.out/Other.template.json", other),
    ]);
    insta::assert_snapshot!(folder.run(&["check", "--format", "concise", "-v", "cdk.out"]).all());
    assert!(
        folder.run(&["check", "--format", "concise"]).stdout.is_empty(),
        "what git ignores is not looked for"
    );
}

const ALIASES: &str = "x-rule: &rule {IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 0.0.0.0/0}
x-range: &range 0.0.0.0/0
Resources:
  Web:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: web
      SecurityGroupIngress:
        - *rule
        - {IpProtocol: tcp, FromPort: 3389, ToPort: 3389, CidrIp: *range}
";

#[test]
fn what_an_alias_stands_for_is_told_and_ignored_where_the_alias_stands() {
    let only = ["check", "--select", "admin-port-open-to-world", "--format", "concise"];
    let all = Folder::new(&[("template.yaml", ALIASES)]).run(&only).all();
    assert!(all.contains("template.yaml:9:11: critical"), "{all}");
    assert!(all.contains("template.yaml:10:67: critical"), "{all}");
    let ignored = ALIASES.replace(
        "        - *rule\n",
        "        # sglint: ignore[admin-port-open-to-world] a bastion\n        - *rule\n",
    );
    let all = Folder::new(&[("template.yaml", &ignored)]).run(&only).all();
    assert!(!all.contains("template.yaml:10:11: critical") && all.contains("1 suppressed"), "{all}");
    assert!(all.contains("template.yaml:11:67: critical"), "{all}");
}

//! What is marked sensitive is judged, and printed nowhere.

use crate::run::Folder;

const MAIN: &str = r#"variable "office" {
  type      = list(string)
  sensitive = true
}
resource "aws_security_group" "web" {
  name        = "web"
  description = "Web servers of ${var.office[1]}"
}
resource "aws_security_group_rule" "ssh" {
  type              = "ingress"
  description       = "SSH from ${var.office[1]}"
  security_group_id = aws_security_group.web.id
  protocol          = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_blocks       = var.office
}
resource "aws_security_group_rule" "odd" {
  type              = "ingress"
  description       = "Odd"
  security_group_id = aws_security_group.web.id
  protocol          = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_blocks       = ["${var.office[1]}/33"]
}
"#;

#[test]
fn sensitive_addresses_are_judged_and_not_told() {
    let folder = Folder::new(&[
        ("main.tf", MAIN),
        (
            "terraform.tfvars",
            "office = [\n  \"192.0.0.0/1\",\n  \"198.51.100.77\",\n  \"0.0.0.0/1\",\n  \"128.0.0.0/2\",\n]\n",
        ),
    ]);
    for arguments in [
        &["check"][..],
        &["check", "-v"],
        &["check", "--format", "json"],
        &["facts"],
        &["facts", "--format", "json"],
    ] {
        let ran = folder.run(arguments);
        let all = ran.all();
        for secret in ["198.51.100.77", "192.0.0.0/1", "128.0.0.0/2", "0.0.0.0/1"] {
            assert!(!all.contains(secret), "{arguments:?} tells {secret}:\n{all}");
        }
        assert!(all.contains("a sensitive value"), "{arguments:?}:\n{all}");
    }
    let check = folder.run(&["check"]).all();
    assert!(check.contains("admin-port-open-to-world"), "{check}");
}

const TEMPLATE: &str = "Parameters:
  Office: {Type: String, NoEcho: true, Default: 0.0.0.0/0, AllowedValues: [0.0.0.0/0, 198.51.100.77/32]}
  List:
    Type: CommaDelimitedList
    NoEcho: true
    Default: 192.0.0.0/1,198.51.100.77
  Port: {Type: Number, NoEcho: true, Default: 51423}
  Word: {Type: String, NoEcho: true, Default: hush-hush}
  Id: {Type: String, NoEcho: true, Default: sg-0123456789abcdef0}
Conditions:
  Is: !Equals [!Ref Office, 198.51.100.77/32]
Mappings:
  M: {a: {b: c}}
Resources:
  Web:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: !Sub 'Web servers of ${Office}'
      GroupName: !Sub 'web-${Office}'
      SecurityGroupIngress:
        - {IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: !Ref Office, Description: !Sub 'SSH from ${Office}'}
        - {IpProtocol: tcp, FromPort: !Ref Port, ToPort: !Ref Port, CidrIp: !Select [1, !Ref List]}
        - {IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: !If [Is, !Sub '${Office}3', !Ref Office]}
        - {IpProtocol: tcp, FromPort: 5, ToPort: 5, CidrIp: !FindInMap [M, !Ref Office, b]}
        - {IpProtocol: tcp, FromPort: 6, ToPort: 6, CidrIp: !Sub '{{resolve:ssm:/${Office}}}'}
        - {IpProtocol: tcp, FromPort: 7, ToPort: 7, SourceSecurityGroupId: !Ref Office}
        - {IpProtocol: tcp, FromPort: 8, ToPort: 8, SourcePrefixListId: !Ref Word}
        - {IpProtocol: tcp, FromPort: 9, ToPort: 9, SourceSecurityGroupId: !Ref Word, SourceSecurityGroupOwnerId: !Ref Word}
        - {IpProtocol: tcp, FromPort: 10, ToPort: 10, SourceSecurityGroupId: sg-0fedcba9876543210, SourceSecurityGroupOwnerId: !Ref Word}
      SecurityGroupEgress:
        - {IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.0/8}
      VpcId: !Ref Word
      Tags: [{Key: !Ref Word, Value: !Ref Word}]
  Rule:
    Type: AWS::EC2::SecurityGroupIngress
    Properties: {GroupId: !Ref Id, IpProtocol: !Ref Word, SourceSecurityGroupId: !Ref Word}
  Odd:
    Type: AWS::EC2::SecurityGroupEgress
    Properties: {GroupId: !Ref Word, IpProtocol: tcp, FromPort: !Ref Word, ToPort: 1, CidrIp: !Ref Word}
  Instance:
    Type: AWS::EC2::Instance
    Properties: {SecurityGroupIds: [!Ref Id, !Ref Word], SubnetId: !Ref Word}
  Outside:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: !Sub '${Office}.yaml', Parameters: {X: !Ref Office}}
";

#[test]
fn parameters_without_echo_are_judged_and_not_told() {
    let folder = Folder::new(&[("template.yaml", TEMPLATE)]);
    for arguments in [
        &["check"][..],
        &["check", "-v", "--possible"],
        &["check", "-v", "--possible", "--format", "json"],
        &["facts"],
        &["facts", "--format", "json"],
    ] {
        let all = folder.run(arguments).all();
        for secret in ["198.51.100.77", "192.0.0.0", "51423", "hush-hush", "sg-0123456789abcdef0"] {
            assert!(!all.contains(secret), "{arguments:?} tells {secret}:\n{all}");
        }
        assert!(all.contains("a sensitive value"), "{arguments:?}:\n{all}");
    }
    let facts = folder.run(&["facts", "--format", "json"]).all();
    assert!(!facts.contains("0.0.0.0/0"), "{facts}");
    let check = folder.run(&["check"]).all();
    assert!(check.contains("admin-port-open-to-world"), "{check}");
}

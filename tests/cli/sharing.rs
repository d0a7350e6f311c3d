//! A group that one account shares with others, seen from both sides (RA-01 to RA-13).

use crate::run::Folder;

const OWNER: [(&str, &str); 2] = [
    ("main.tf", include_str!("../../testdata/sharing/owner/main.tf")),
    ("template.yaml", include_str!("../../testdata/sharing/owner/template.yaml")),
];
const PARTICIPANT: [(&str, &str); 3] = [
    ("main.tf", include_str!("../../testdata/sharing/participant/main.tf")),
    ("template.yaml", include_str!("../../testdata/sharing/participant/template.yaml")),
    ("sglint.yaml", include_str!("../../testdata/sharing/participant/sglint.yaml")),
];

/// What is told of the files, with more text in one of them.
fn told(files: &[(&str, &str)], more: &[(&str, &str)]) -> String {
    let extended: Vec<(&str, String)> = files
        .iter()
        .map(|(name, text)| {
            let added = more.iter().filter(|(to, _)| to == name).map(|(_, added)| *added);
            (*name, format!("{text}{}", added.collect::<String>()))
        })
        .collect();
    let files: Vec<_> = extended.iter().map(|(name, text)| (*name, text.as_str())).collect();
    Folder::new(&files).run(&["check", "--format", "concise"]).all()
}

#[test]
fn a_group_that_is_shared_with_its_subnets_is_clean() {
    insta::assert_snapshot!(told(&OWNER, &[]), @r"
    status: 0
    --- stdout
    --- stderr
    no diagnostics in 2 files
    ");
}

#[test]
fn a_machine_in_a_shared_subnet_is_clean() {
    insta::assert_snapshot!(told(&PARTICIPANT, &[]), @r"
    status: 0
    --- stdout
    --- stderr
    no diagnostics in 2 files
    ");
}

#[test]
fn a_default_group_cannot_be_shared() {
    let terraform = r#"
resource "aws_ram_resource_association" "default" {
  resource_share_arn = aws_ram_resource_share.network.arn
  resource_arn       = aws_default_security_group.shared.arn
}
"#;
    let template = "        - !Sub arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:security-group/${Shared.DefaultSecurityGroup}\n";
    insta::assert_snapshot!(told(&OWNER, &[("main.tf", terraform), ("template.yaml", template)]), @r"
    status: 1
    --- stdout
    main.tf:69:24: high[unshareable-group] aws_default_security_group.shared cannot be shared by aws_ram_resource_share.network
    template.yaml:41:90: high[unshareable-group] Shared (default group) cannot be shared by Network
    --- stderr
    2 diagnostics (2 high) in 2 files
    ");
}

#[test]
fn a_database_takes_no_shared_group() {
    let terraform = r#"
resource "aws_db_instance" "orders" {
  identifier             = "orders"
  engine                 = "postgres"
  instance_class         = "db.t4g.medium"
  vpc_security_group_ids = [data.aws_security_group.app.id]
}
"#;
    let template = "  Orders:
    Type: AWS::RDS::DBInstance
    Properties:
      Engine: postgres
      DBInstanceClass: db.t4g.medium
      VPCSecurityGroups:
        - sg-0a1b2c3d4e5f67890
";
    insta::assert_snapshot!(told(&PARTICIPANT, &[("main.tf", terraform), ("template.yaml", template)]), @r"
    status: 1
    --- stdout
    main.tf:22:29: high[shared-sg-unsupported-service] Amazon RDS does not take the shared group data.aws_security_group.app on aws_db_instance.orders
    template.yaml:17:11: high[shared-sg-unsupported-service] Amazon RDS does not take the shared group sg-0a1b2c3d4e5f67890 on Orders
    --- stderr
    2 diagnostics (2 high) in 2 files
    ");
}

#[test]
fn a_participant_leaves_the_group_as_it_is_and_in_its_vpc() {
    let terraform = r#"
resource "aws_vpc" "own" {
  cidr_block = "10.30.0.0/16"
}

resource "aws_default_security_group" "own" {
  vpc_id = aws_vpc.own.id
}

resource "aws_subnet" "own" {
  vpc_id     = aws_vpc.own.id
  cidr_block = "10.30.1.0/24"
}

resource "aws_instance" "own" {
  ami                    = "ami-0abcdef1234567890"
  instance_type          = "t4g.small"
  subnet_id              = aws_subnet.own.id
  vpc_security_group_ids = [data.aws_security_group.app.id]
}

resource "aws_vpc_security_group_ingress_rule" "https" {
  description       = "HTTPS from the corporate network"
  security_group_id = data.aws_security_group.app.id
  cidr_ipv4         = "10.0.0.0/16"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}
"#;
    insta::assert_snapshot!(told(&PARTICIPANT, &[("main.tf", terraform)]), @r"
    status: 1
    --- stdout
    main.tf:35:29: high[shared-sg-used-outside-share] aws_instance.own lies in aws_vpc.own, where the shared group data.aws_security_group.app cannot be used
    main.tf:40:23: high[shared-sg-edited-by-participant] aws_vpc_security_group_ingress_rule.https changes data.aws_security_group.app, which another account owns
    --- stderr
    2 diagnostics (2 high) in 2 files
    ");
}

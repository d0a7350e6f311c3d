//! Data sources and computed attributes whose value follows from the configuration.

use serde_json::Value;

use crate::run::Folder;

/// The peers of the permissions that somebody wrote, unknown ones by their reason.
fn peers(files: &[(&str, &str)]) -> Vec<String> {
    let folder = Folder::new(files);
    let ran = folder.run(&["facts", "--format", "json", "--kind", "permission"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""), "{}", ran.stdout);
    let document: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(document["problems"].as_array().map(Vec::len), Some(0), "{}", document["problems"]);
    let facts = document["facts"].as_array().expect("a list").iter();
    let written = facts.filter(|fact| fact["fields"]["form"] != "implicit");
    let peer = |fact: &Value| match (&fact["fields"]["peer"], &fact["causes"]["peer"]["message"]) {
        (Value::String(peer), _) => peer.clone(),
        (_, Value::String(why)) => format!("? {why}"),
        _ => panic!("neither known nor unknown: {fact}"),
    };
    written.map(peer).collect()
}

/// A group with one ingress rule, whose CIDRs are the expressions.
fn admitting(cidrs: &str, rest: &str) -> String {
    format!(
        "resource \"aws_security_group\" \"it\" {{\n  vpc_id = aws_vpc.main.id\n  ingress {{\n    protocol = \"tcp\"\n    \
         from_port = 443\n    to_port = 443\n    cidr_blocks = {cidrs}\n  }}\n}}\n{rest}"
    )
}

const VPC: &str = r#"
resource "aws_vpc" "main" {
  cidr_block = "10.1.0.0/16"
  tags       = { Name = "main", Env = "prod" }
}
resource "aws_vpc" "other" {
  cidr_block = "10.2.0.0/16"
  tags       = { Name = "other", Env = "prod" }
}
resource "aws_subnet" "app" {
  vpc_id     = aws_vpc.main.id
  cidr_block = cidrsubnet(aws_vpc.main.cidr_block, 8, 1)
  tags       = { Name = "app" }
}
"#;

#[test]
fn a_data_source_that_plainly_finds_a_resource_has_its_attributes() {
    let sources = r#"
data "aws_vpc" "by_id" { id = aws_vpc.main.id }
data "aws_vpc" "by_tags" { tags = { Name = "other" } }
data "aws_vpc" "by_filter" {
  filter {
    name   = "tag:Name"
    values = ["main"]
  }
}
data "aws_vpc" "of_subnet" { id = data.aws_subnet.by_vpc.vpc_id }
data "aws_subnet" "by_vpc" { vpc_id = data.aws_vpc.by_tags_of_main.id }
data "aws_vpc" "by_tags_of_main" { tags = { Name = "main", Env = "prod" } }
"#;
    let cidrs = "[data.aws_vpc.by_id.cidr_block, data.aws_vpc.by_tags.cidr_block, data.aws_vpc.by_filter.cidr_block, \
                 data.aws_vpc.of_subnet.cidr_block, data.aws_subnet.by_vpc.cidr_block]";
    assert_eq!(
        peers(&[("main.tf", &admitting(cidrs, &format!("{VPC}{sources}")))]),
        ["10.1.0.0/16", "10.2.0.0/16", "10.1.0.0/16", "10.1.0.0/16", "10.1.1.0/24"]
    );
}

#[test]
fn what_is_not_certain_stays_looked_up() {
    let sources = r#"
variable "name" {}
data "aws_vpc" "two" { tags = { Env = "prod" } }
data "aws_vpc" "none" { tags = { Name = "elsewhere" } }
data "aws_vpc" "unknown" { tags = { Name = var.name } }
data "aws_vpc" "pattern" { tags = { Name = "mai*" } }
data "aws_vpc" "other_filter" {
  tags = { Name = "main" }
  filter {
    name   = "owner-id"
    values = ["123456789012"]
  }
}
data "http" "me" { url = "https://example.org" }
data "aws_ip_ranges" "all" { services = ["ec2"] }
"#;
    let names = ["two", "none", "unknown", "pattern", "other_filter"];
    let mut cidrs: Vec<_> = names.iter().map(|name| format!("data.aws_vpc.{name}.cidr_block")).collect();
    cidrs.push("data.http.me.body".to_owned());
    cidrs.push("data.aws_ip_ranges.all.cidr_blocks[0]".to_owned());
    let found =
        peers(&[("main.tf", &admitting(&format!("[{}]", cidrs.join(", ")), &format!("{VPC}{sources}")))]);
    assert_eq!(found.len(), cidrs.len());
    for (peer, cidr) in found.iter().zip(&cidrs) {
        assert_eq!(peer, &format!("? {cidr} is looked up when deployed"));
    }
}

#[test]
fn the_range_of_the_default_vpc_is_always_the_same() {
    let sources = r#"
resource "aws_default_vpc" "it" {}
data "aws_vpc" "it" { default = true }
"#;
    let cidrs = "[aws_default_vpc.it.cidr_block, data.aws_vpc.it.cidr_block]";
    let text = admitting(cidrs, &format!("{VPC}{sources}"));
    assert_eq!(peers(&[("main.tf", &text)]), ["172.31.0.0/16"; 2]);
}

#[test]
fn ids_that_pass_through_modules_are_followed() {
    let root = format!(
        "{VPC}module \"app\" {{\n  source = \"./app\"\n  subnets = [aws_subnet.app.id]\n  peers = aws_security_group.web.id\n}}\n\
         resource \"aws_security_group\" \"web\" {{\n  vpc_id = aws_vpc.main.id\n}}\n"
    );
    let module = r#"
variable "subnets" {}
variable "peers" {}
data "aws_subnet" "all" {
  count = length(var.subnets)
  id    = var.subnets[count.index]
}
data "aws_security_group" "web" { id = var.peers }
data "aws_vpc" "named" { tags = { Name = "main" } }
resource "aws_security_group" "app" {
  ingress {
    protocol        = "tcp"
    from_port       = 1
    to_port         = 1
    cidr_blocks     = concat(data.aws_subnet.all[*].cidr_block, [data.aws_vpc.named.cidr_block])
    security_groups = [data.aws_security_group.web.id]
  }
}
"#;
    assert_eq!(
        peers(&[("main.tf", &root), ("app/main.tf", module)]),
        ["10.1.1.0/24", "10.1.0.0/16", "aws_security_group.web"]
    );
}

#[test]
fn a_vpc_whose_tags_need_what_it_is_looked_up_for_is_not_waited_for() {
    let sources = r#"
resource "aws_vpc" "third" {
  cidr_block = "10.3.0.0/16"
  tags       = { Name = "third", Peer = data.aws_vpc.it.cidr_block }
}
data "aws_vpc" "it" { tags = { Name = "main" } }
"#;
    let text = admitting("[data.aws_vpc.it.cidr_block]", &format!("{VPC}{sources}"));
    let found = peers(&[("main.tf", &text)]);
    assert_eq!(found, ["10.1.0.0/16"]);
}

#[test]
fn attributes_of_a_template_give_back_what_was_written() {
    let template = "Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.1.0.0/16}}
  Subnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.1.2.0/24}}
  Web:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: web
      VpcId: !GetAtt Subnet.VpcId
      SecurityGroupEgress: [{IpProtocol: '-1', CidrIp: !GetAtt Vpc.CidrBlock}]
      SecurityGroupIngress:
        - {IpProtocol: tcp, FromPort: 1, ToPort: 1, CidrIp: !GetAtt Subnet.CidrBlock}
        - {IpProtocol: tcp, FromPort: 1, ToPort: 1, SourceSecurityGroupId: !GetAtt Vpc.DefaultSecurityGroup}
";
    let found = peers(&[("stack.yaml", template)]);
    assert_eq!(found, ["10.1.0.0/16", "10.1.2.0/24", "Vpc (default group)"]);
}

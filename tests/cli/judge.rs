//! Whole runs, from files to what is printed.

use std::fs;
use std::path::Path;

use crate::run::Folder;

/// The project's example, in a folder of its own.
fn example() -> Folder {
    let files = ["main.tf", "variables.tf", "modules/service/main.tf"];
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/example");
    let texts = files.map(|name| (name, fs::read_to_string(root.join(name)).expect("the example is there")));
    Folder::new(&texts.each_ref().map(|(name, text)| (*name, text.as_str())))
}

#[test]
fn a_split_range_is_told_from_where_it_is_used_back_to_where_it_is_written() {
    insta::assert_snapshot!(example().run(&["check"]).all(), @"");
}

#[test]
fn one_line_a_diagnostic() {
    insta::assert_snapshot!(example().run(&["check", "--format", "concise"]).all(), @"");
}

#[test]
fn json_gives_every_label_its_bytes() {
    let ran = example().run(&["check", "--format", "json", "--select", "admin-port-open-to-world"]);
    insta::assert_snapshot!(ran.stdout, @"");
}

#[test]
fn a_file_given_alone_is_judged_with_its_module_and_reported_alone() {
    let folder = Folder::new(&[
        (
            "group.tf",
            "resource \"aws_security_group\" \"a\" {\n  name        = \"a\"\n  description = \"a\"\n}\n",
        ),
        (
            "rule.tf",
            "resource \"aws_security_group_rule\" \"a\" {\n  type              = \"ingress\"\n  security_group_id = \
             aws_security_group.a.id\n  description       = \"a\"\n  protocol          = \"tcp\"\n  from_port         \
             = 22\n  to_port           = 22\n  cidr_blocks       = [\"0.0.0.0/0\"]\n}\n",
        ),
    ]);
    insta::assert_snapshot!(folder.run(&["check", "rule.tf", "--format", "concise"]).all(), @"");
    insta::assert_snapshot!(folder.run(&["check", "group.tf", "--format", "concise"]).all(), @"");
}

const TEMPLATE: &str = "\
AWSTemplateFormatVersion: '2010-09-09'
Parameters:
  Env: { Type: String, Default: dev, AllowedValues: [dev, prod] }
  Office: { Type: String, Default: 10.0.0.0/8 }
Conditions:
  IsProd: !Equals [!Ref Env, prod]
Resources:
  Web:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Web servers
      SecurityGroupEgress: []
      SecurityGroupIngress:
        - { IpProtocol: tcp, FromPort: 22, ToPort: 22, Description: admin, CidrIp: !If [IsProd, 0.0.0.0/0, !Ref Office] }
  Server:
    Type: AWS::EC2::Instance
    Properties:
      SecurityGroupIds: [!GetAtt Web.GroupId]
";

#[test]
fn what_another_choice_of_a_parameter_opens_is_possible_and_names_the_choice() {
    let folder = Folder::new(&[("web.yaml", TEMPLATE)]);
    insta::assert_snapshot!(folder.run(&["check", "--format", "concise"]).all(), @"");
    insta::assert_snapshot!(folder.run(&["check", "--possible"]).all(), @"");
}

#[test]
fn a_comment_with_a_reason_suppresses_and_one_that_nothing_needs_is_reported() {
    let open = TEMPLATE.replace(
        "      SecurityGroupIngress:\n",
        "      SecurityGroupIngress: # sglint: ignore[admin-port-open-to-world] bastion (until 2999-01-01)\n",
    );
    let open = open.replace("!If [IsProd, 0.0.0.0/0, !Ref Office]", "0.0.0.0/0");
    let folder = Folder::new(&[("web.yaml", &open)]);
    insta::assert_snapshot!(folder.run(&["check", "--format", "concise"]).all(), @"");
    assert_eq!(folder.run(&["check", "--no-suppressions"]).status, Some(1));
    let closed = open.replace("0.0.0.0/0", "10.0.0.0/8");
    let folder = Folder::new(&[("web.yaml", &closed)]);
    insta::assert_snapshot!(folder.run(&["check"]).all(), @"");
}

#[test]
fn what_is_not_known_is_counted_explained_and_fails_when_strict() {
    let folder = Folder::new(&[(
        "main.tf",
        "variable \"ranges\" {}\nresource \"aws_security_group_rule\" \"a\" {\n  type              = \"ingress\"\n  \
         security_group_id = \"sg-0123456789abcdef0\" # sglint: ignore[dangling-sg-reference] made by hand\n  \
         description       = \"a\"\n  protocol          = \"tcp\"\n  from_port         = 22\n  to_port           = 22\n  \
         cidr_blocks       = var.ranges\n}\n",
    )]);
    insta::assert_snapshot!(folder.run(&["check", "-v"]).all(), @"");
    assert_eq!(folder.run(&["check"]).status, Some(0));
    assert_eq!(folder.run(&["check", "--strict"]).status, Some(2));
    let given = folder.run_with(&["check", "--strict"], &[("TF_VAR_ranges", "[\"10.0.0.0/8\"]")]);
    assert_eq!(given.status, Some(0), "{}", given.all());
}

#[test]
fn a_wide_range_for_trusted_networks_is_no_finding() {
    let folder = Folder::new(&[
        (
            "main.tf",
            "resource \"aws_security_group_rule\" \"a\" {\n  type = \"ingress\"\n  security_group_id = var.group\n  \
             protocol = \"tcp\"\n  from_port = 1000\n  to_port = 2000\n  cidr_blocks = [\"10.1.0.0/16\"]\n}\n\
             variable \"group\" {}\n",
        ),
        ("sglint.yaml", "trusted: [10.0.0.0/8]\n"),
    ]);
    let wide = ["check", "--select", "wide-port-range"];
    assert_eq!(folder.run(&wide).status, Some(0));
    assert_eq!(folder.run(&[wide.as_slice(), &["--no-config"]].concat()).status, Some(1));
}

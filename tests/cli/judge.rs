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
    insta::assert_snapshot!(example().run(&["check"]).all(), @r#"
    status: 1
    --- stdout
      critical[admin-port-open-to-world] TCP 20-25 (SSH, Telnet, FTP, FTP data, SMTP) open to the
      │ whole IPv4 internet, by 0.0.0.0/1 and 128.0.0.0/1 on module.orders.aws_security_group.service
        ╭─[modules/service/main.tf:44:23]
     41 │   protocol          = "tcp"
     42 │   from_port         = 20
        ·                       ─┬
        ·                        ╰── first port
     43 │   to_port           = 25
        ·                       ─┬
        ·                        ╰── last port
     44 │   cidr_blocks       = var.admin_ranges
        ·                       ────────┬───────
        ·                               ╰── part of every IPv4 address
     45 │ }
        ╰────
       ╭─[variables.tf:4:18]
     3 │   type        = list(string)
     4 │   default     = ["0.0.0.0/1", "128.0.0.0/1"]
       ·                  ─────┬─────  ──────┬──────
       ·                       │             ╰── together with this
       ·                       ╰── default of the variable
     5 │ }
       ╰────
        ╭─[main.tf:42:18]
     41 │   vpc_id       = aws_vpc.main.id
     42 │   admin_ranges = var.partner_ranges
        ·                  ─────────┬────────
        ·                           ╰── used here
     43 │   clients      = { balancer = aws_security_group.balancer.id }
        ╰────
        ╭─[modules/service/main.tf:19:1]
     18 │ 
     19 │ resource "aws_security_group" "service" {
        · ───────────────────┬───────────────────
        ·                    ╰── on this group
     20 │   name        = "${var.name}-service"
        ╰────
        ╭─[modules/service/main.tf:50:29]
     49 │   instance_type          = "t3.small"
     50 │   vpc_security_group_ids = [aws_security_group.service.id]
        ·                             ──────────────┬──────────────
        ·                                           ╰── carried by module.orders.aws_instance.service
     51 │ }
        ╰────
      help: Admit only the addresses that administrators come from. Or drop the rule and use Session
            Manager, which needs no open port, or an EC2 Instance Connect Endpoint, and open the port to
            its group only.
      more: https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-13

    1 diagnostic (1 critical) in 3 files
    --- stderr
    "#);
}

#[test]
fn one_line_a_diagnostic() {
    insta::assert_snapshot!(example().run(&["check", "--format", "concise"]).all(), @"
    status: 1
    --- stdout
    modules/service/main.tf:44:23: critical[admin-port-open-to-world] TCP 20-25 (SSH, Telnet, FTP, FTP data, SMTP) open to the whole IPv4 internet, by 0.0.0.0/1 and 128.0.0.0/1 on module.orders.aws_security_group.service
    --- stderr
    1 diagnostic (1 critical) in 3 files
    ");
}

#[test]
fn json_gives_every_label_its_bytes() {
    let ran = example().run(&["check", "--format", "json", "--select", "admin-port-open-to-world"]);
    insta::assert_snapshot!(ran.stdout, @r#"
    {
      "schema_version": "1.0",
      "tool": {
        "name": "sglint",
        "version": "0.1.0"
      },
      "diagnostics": [
        {
          "rule": "admin-port-open-to-world",
          "severity": "critical",
          "confidence": "certain",
          "message": "TCP 20-25 (SSH, Telnet, FTP, FTP data, SMTP) open to the whole IPv4 internet, by 0.0.0.0/1 and 128.0.0.0/1 on module.orders.aws_security_group.service",
          "why": "Whoever logs in through an administration port owns the machine. Scanners try every public address for\nthese ports within minutes and guess passwords around the clock.",
          "help": "Admit only the addresses that administrators come from. Or drop the rule and use Session Manager, which\nneeds no open port, or an EC2 Instance Connect Endpoint, and open the port to its group only.",
          "url": "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-13",
          "resource": "module.orders.aws_security_group.service",
          "instances": [],
          "span": {
            "path": "modules/service/main.tf",
            "start": {
              "line": 44,
              "column": 23,
              "byte": 1089
            },
            "end": {
              "line": 44,
              "column": 39,
              "byte": 1105
            }
          },
          "related": [
            {
              "message": "together with this",
              "span": {
                "path": "variables.tf",
                "start": {
                  "line": 4,
                  "column": 31,
                  "byte": 132
                },
                "end": {
                  "line": 4,
                  "column": 44,
                  "byte": 145
                }
              }
            },
            {
              "message": "default of the variable",
              "span": {
                "path": "variables.tf",
                "start": {
                  "line": 4,
                  "column": 18,
                  "byte": 119
                },
                "end": {
                  "line": 4,
                  "column": 29,
                  "byte": 130
                }
              }
            },
            {
              "message": "used here",
              "span": {
                "path": "main.tf",
                "start": {
                  "line": 42,
                  "column": 18,
                  "byte": 933
                },
                "end": {
                  "line": 42,
                  "column": 36,
                  "byte": 951
                }
              }
            },
            {
              "message": "first port",
              "span": {
                "path": "modules/service/main.tf",
                "start": {
                  "line": 42,
                  "column": 23,
                  "byte": 1039
                },
                "end": {
                  "line": 42,
                  "column": 25,
                  "byte": 1041
                }
              }
            },
            {
              "message": "last port",
              "span": {
                "path": "modules/service/main.tf",
                "start": {
                  "line": 43,
                  "column": 23,
                  "byte": 1064
                },
                "end": {
                  "line": 43,
                  "column": 25,
                  "byte": 1066
                }
              }
            },
            {
              "message": "on this group",
              "span": {
                "path": "modules/service/main.tf",
                "start": {
                  "line": 19,
                  "column": 1,
                  "byte": 302
                },
                "end": {
                  "line": 19,
                  "column": 40,
                  "byte": 341
                }
              }
            },
            {
              "message": "carried by module.orders.aws_instance.service",
              "span": {
                "path": "modules/service/main.tf",
                "start": {
                  "line": 50,
                  "column": 29,
                  "byte": 1262
                },
                "end": {
                  "line": 50,
                  "column": 58,
                  "byte": 1291
                }
              }
            }
          ],
          "fixes": [],
          "fingerprint": "892065bc9b16fd57",
          "suppressed": null
        }
      ],
      "problems": [],
      "summary": {
        "files": 3,
        "units": 1,
        "groups": 3,
        "permissions": 5,
        "diagnostics": 1,
        "possible": 0,
        "suppressed": 0,
        "not_judged": 0
      }
    }
    "#);
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
    insta::assert_snapshot!(folder.run(&["check", "rule.tf", "--format", "concise"]).all(), @"
    status: 1
    --- stdout
    rule.tf:4:23: info[missing-rule-description] a rule of aws_security_group.a has no description that says what it is for
    rule.tf:8:24: critical[admin-port-open-to-world] SSH (22/tcp) open to the whole IPv4 internet on aws_security_group.a
    --- stderr
    2 diagnostics (1 critical, 1 info) in 2 files
    ");
    insta::assert_snapshot!(folder.run(&["check", "group.tf", "--format", "concise"]).all(), @"
    status: 1
    --- stdout
    group.tf:1:1: low[unused-security-group] aws_security_group.a is neither attached nor referenced, shared or handed out
    group.tf:3:17: low[missing-description] aws_security_group.a has no description that says what it is for
    rule.tf:8:24: critical[admin-port-open-to-world] SSH (22/tcp) open to the whole IPv4 internet on aws_security_group.a
    --- stderr
    3 diagnostics (1 critical, 2 low) in 2 files
    ");
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
    insta::assert_snapshot!(folder.run(&["check", "--format", "concise"]).all(), @"
    status: 1
    --- stdout
    web.yaml:14:108: medium[admin-port-from-wide-range] SSH (22/tcp) open to 10.0.0.0/8 on Web: more than the addresses that administrators come from
    --- stderr
    1 diagnostic (1 medium) in 1 file; 1 possible (--possible shows them)
    ");
    insta::assert_snapshot!(folder.run(&["check", "--possible"]).all(), @r#"
    status: 1
    --- stdout
      critical[admin-port-open-to-world] possible: SSH (22/tcp) open to the whole IPv4 internet on Web
      │ when Env is "prod"
        ╭─[web.yaml:14:97]
     13 │       SecurityGroupIngress:
     14 │         - { IpProtocol: tcp, FromPort: 22, ToPort: 22, Description: admin, CidrIp: !If [IsProd, 0.0.0.0/0, !Ref Office] }
        ·                                        ─┬                                                       ────┬────
        ·                                         │                                                           ╰── every IPv4 address
        ·                                         ╰── ports
     15 │   Server:
        ╰────
        ╭─[web.yaml:18:26]
     17 │     Properties:
     18 │       SecurityGroupIds: [!GetAtt Web.GroupId]
        ·                          ─────────┬─────────
        ·                                   ╰── carried by Server
        ╰────
      help: Admit only the addresses that administrators come from. Or drop the rule and use Session
            Manager, which needs no open port, or an EC2 Instance Connect Endpoint, and open the port to
            its group only.
      more: https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-13

      medium[admin-port-from-wide-range] SSH (22/tcp) open to 10.0.0.0/8 on Web: more than the
      │ addresses that administrators come from
        ╭─[web.yaml:14:108]
     13 │       SecurityGroupIngress:
     14 │         - { IpProtocol: tcp, FromPort: 22, ToPort: 22, Description: admin, CidrIp: !If [IsProd, 0.0.0.0/0, !Ref Office] }
        ·                                        ─┬                                                                  ───────────
        ·                                         ╰── ports
     15 │   Server:
        ╰────
       ╭─[web.yaml:4:36]
     3 │   Env: { Type: String, Default: dev, AllowedValues: [dev, prod] }
     4 │   Office: { Type: String, Default: 10.0.0.0/8 }
       ·                                    ─────┬────
       ·                                         ╰── default of the parameter
     5 │ Conditions:
       ╰────
      help: Admit the addresses of the office, the VPN or the group of the bastion, or drop the rule and
            use Session Manager. Networks that are yours go into the config under trusted.
      more: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-rules-reference.html

    1 diagnostic (1 medium) in 1 file; 1 possible
    --- stderr
    "#);
}

#[test]
fn a_comment_with_a_reason_suppresses_and_one_that_nothing_needs_is_reported() {
    let open = TEMPLATE.replace(
        "      SecurityGroupIngress:\n",
        "      SecurityGroupIngress: # sglint: ignore[admin-port-open-to-world] bastion (until 2999-01-01)\n",
    );
    let open = open.replace("!If [IsProd, 0.0.0.0/0, !Ref Office]", "0.0.0.0/0");
    let folder = Folder::new(&[("web.yaml", &open)]);
    insta::assert_snapshot!(folder.run(&["check", "--format", "concise"]).all(), @"
    status: 0
    --- stdout
    --- stderr
    no diagnostics in 1 file; 1 suppressed
    ");
    assert_eq!(folder.run(&["check", "--no-suppressions"]).status, Some(1));
    let closed = open.replace("0.0.0.0/0", "10.0.0.0/8");
    let folder = Folder::new(&[("web.yaml", &closed)]);
    insta::assert_snapshot!(folder.run(&["check"]).all(), @"
    status: 1
    --- stdout
      medium[admin-port-from-wide-range] SSH (22/tcp) open to 10.0.0.0/8 on Web: more than the
      │ addresses that administrators come from
        ╭─[web.yaml:14:84]
     13 │       SecurityGroupIngress: # sglint: ignore[admin-port-open-to-world] bastion (until 2999-01-01)
     14 │         - { IpProtocol: tcp, FromPort: 22, ToPort: 22, Description: admin, CidrIp: 10.0.0.0/8 }
        ·                                        ─┬                                          ──────────
        ·                                         ╰── ports
     15 │   Server:
        ╰────
      help: Admit the addresses of the office, the VPN or the group of the bastion, or drop the rule and
            use Session Manager. Networks that are yours go into the config under trusted.
      more: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-rules-reference.html

      warning[suppression-unused] nothing here needs `admin-port-open-to-world` to be ignored
        ╭─[web.yaml:13:46]
     12 │       SecurityGroupEgress: []
     13 │       SecurityGroupIngress: # sglint: ignore[admin-port-open-to-world] bastion (until 2999-01-01)
        ·                                              ────────────────────────
     14 │         - { IpProtocol: tcp, FromPort: 22, ToPort: 22, Description: admin, CidrIp: 10.0.0.0/8 }
        ╰────
      help: remove it, so that it does not hide what comes later

    1 diagnostic (1 medium) in 1 file
    --- stderr
    ");
}

#[test]
fn what_is_not_known_is_counted_explained_and_fails_when_strict() {
    let folder = Folder::new(&[(
        "main.tf",
        "variable \"ranges\" { type = list(string) }\nresource \"aws_security_group_rule\" \"a\" {\n  type              = \"ingress\"\n  \
         security_group_id = \"sg-0123456789abcdef0\" # sglint: ignore[dangling-sg-reference] made by hand\n  \
         description       = \"a\"\n  protocol          = \"tcp\"\n  from_port         = 22\n  to_port           = 22\n  \
         cidr_blocks       = var.ranges\n}\n",
    )]);
    insta::assert_snapshot!(folder.run(&["check", "-v"]).all(), @"
    status: 0
    --- stdout
      not-judged: input without a value (1 cause, 2 facts)
        main.tf:1:1: aws_security_group_rule.a is not judged by admin-port-from-wide-range,
          admin-port-open-to-world, degenerate-cidr, malformed-cidr, near-world-cidr,
          non-canonical-cidr, unauthorized-port-open-to-world: variable ranges has no value (2 facts)
      help: give the input a default, or a value with --var, --var-file, a tfvars file or TF_VAR_…

    no diagnostics in 1 file; 1 suppressed, 1 not judged
    --- stderr
    ");
    assert_eq!(folder.run(&["check"]).status, Some(0));
    assert_eq!(folder.run(&["check", "--strict"]).status, Some(2));
    let given = folder.run_with(&["check", "--strict"], &[("TF_VAR_ranges", "[\"10.0.0.0/16\"]")]);
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

#[test]
fn what_two_roots_call_by_different_paths_is_told_once() {
    let group = "resource \"aws_security_group\" \"web\" {\n  description = \"web servers\"\n\n  ingress {\n    \
                 description = \"SSH\"\n    protocol    = \"tcp\"\n    from_port   = 22\n    to_port     = 22\n    \
                 cidr_blocks = [\"0.0.0.0/0\"]\n  }\n}\n\noutput \"group\" {\n  value = aws_security_group.web.id\n}\n";
    let call = |name: &str, source: &str| {
        format!(
            "module \"{name}\" {{\n  source = \"{source}\"\n}}\n\noutput \"group\" {{\n  value = module.{name}.group\n}}\n"
        )
    };
    let folder = Folder::new(&[
        ("modules/web/main.tf", group),
        ("modules/stack/main.tf", &call("inner", "../web")),
        ("one/main.tf", &call("web", "../modules/web")),
        ("two/main.tf", &call("stack", "../modules/stack")),
    ]);
    insta::assert_snapshot!(folder.run(&["check", "--format", "concise"]).all(), @"
    status: 1
    --- stdout
    modules/web/main.tf:9:20: critical[admin-port-open-to-world] SSH (22/tcp) open to the whole IPv4 internet on module.web.aws_security_group.web
    --- stderr
    1 diagnostic (1 critical) in 4 files
    ");
}

#[test]
fn a_name_that_is_not_declared_matters_where_groups_do() {
    let folder = Folder::new(&[(
        "t.yaml",
        "Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n    Properties:\n      TopicName: !Ref Nope\n  Web:\n    Type: \
         AWS::EC2::SecurityGroup\n    Properties:\n      GroupDescription: web servers\n      GroupName: !Ref \
         Neither\nOutputs:\n  Web:\n    Value: !GetAtt Web.GroupId\n",
    )]);
    let ran = folder.run(&["check", "-v"]);
    assert!(
        ran.stdout.contains("t.yaml:10:23: the template declares no resource or parameter Neither"),
        "{}",
        ran.stdout
    );
    assert!(!ran.stdout.contains("Nope"), "{}", ran.stdout);
}

#[test]
fn what_is_only_worth_knowing_is_counted_and_drawn_when_asked_for() {
    let rule = "resource \"aws_security_group_rule\" \"NAME\" {\n  type              = \"ingress\"\n  security_group_id \
                = var.group\n  protocol          = \"tcp\"\n  from_port         = 22\n  to_port           = 22\n  \
                cidr_blocks       = [\"10.0.0.0/8\"]\n}\n";
    let text = format!("variable \"group\" {{}}\n{}{}", rule.replace("NAME", "a"), rule.replace("NAME", "b"));
    let folder = Folder::new(&[("main.tf", &text.replacen("10.0.0.0", "10.1.0.0", 1).replace("/8", "/16"))]);
    insta::assert_snapshot!(folder.run(&["check"]).all(), @"
    status: 0
    --- stdout
      info[missing-rule-description] in 2 places (-v shows them)

    2 diagnostics (2 info) in 1 file
    --- stderr
    ");
    assert!(folder.run(&["check", "-v"]).stdout.contains("main.tf:2:1"));
}

#[test]
fn what_another_choice_of_a_variable_opens_is_possible() {
    let folder = Folder::new(&[(
        "main.tf",
        r#"
variable "enable_ssh" {
  default = false
}
variable "ssh_cidrs" {
  default = []
}
variable "environment" {
  default = "prod"
}
resource "aws_security_group" "web" {
  name        = "web"
  description = "Serves the pages"
}
resource "aws_vpc_security_group_ingress_rule" "ssh" {
  count             = var.enable_ssh && length(var.ssh_cidrs) == 0 ? 1 : 0
  security_group_id = aws_security_group.web.id
  description       = "Logging in"
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_ipv4         = var.environment == "dev" ? "0.0.0.0/0" : "10.0.0.0/8"
}
"#,
    )]);
    let arguments = ["check", "--format", "concise", "--select", "admin-port-open-to-world"];
    insta::assert_snapshot!(folder.run(&[&arguments[..], &["--possible"]].concat()).all(), @r#"
    status: 1
    --- stdout
    main.tf:22:50: critical[admin-port-open-to-world] possible: SSH (22/tcp) open to the whole IPv4 internet on aws_security_group.web when enable_ssh is true and environment is "dev"
    --- stderr
    no diagnostics in 1 file; 1 possible
    "#);
    let fixed = [&arguments[..], &["--possible", "--var", "environment=prod"]].concat();
    insta::assert_snapshot!(folder.run(&fixed).all(), @"
    status: 0
    --- stdout
    --- stderr
    no diagnostics in 1 file
    ");
}

#[test]
fn what_may_be_there_by_default_is_told_once() {
    let template = "Parameters:\n  Wide: {Type: String}\nConditions:\n  IsWide: !Equals [!Ref Wide, 'yes']\n\
                    Resources:\n  Web:\n    Type: AWS::EC2::SecurityGroup\n    Condition: IsWide\n    Properties:\n      \
                    GroupDescription: web\n      SecurityGroupIngress:\n        \
                    - {IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 0.0.0.0/0, Description: all}\n";
    let run = Folder::new(&[("t.yaml", template)]).run(&["check", "--possible", "--format", "concise"]);
    let told: Vec<_> =
        run.stdout.lines().filter(|line| line.contains("[admin-port-open-to-world]")).collect();
    let [told] = *told else { panic!("{told:#?}") };
    assert!(told.contains("whether it exists is not known: parameter Wide has no value"), "{told}");
}

#[test]
fn a_group_that_another_choice_uses_is_not_unused() {
    let main = r#"
variable "databases" {
  type    = map(string)
  default = {}
}
resource "aws_security_group" "database" {
  description = "Keeps the orders"
}
resource "aws_db_instance" "all" {
  for_each               = var.databases
  engine                 = each.value
  vpc_security_group_ids = [aws_security_group.database.id]
}
resource "aws_security_group" "leftover" {
  description = "Kept the invoices"
}
resource "aws_db_instance" "never" {
  count                  = 0
  vpc_security_group_ids = [aws_security_group.leftover.id]
}
"#;
    let template = "
Parameters:
  WithDatabase: {Type: String, Default: 'no', AllowedValues: ['yes', 'no']}
Conditions:
  HasDatabase: !Equals [!Ref WithDatabase, 'yes']
Resources:
  Database:
    Type: AWS::EC2::SecurityGroup
    Properties: {GroupDescription: Keeps the orders}
  Orders:
    Type: AWS::RDS::DBInstance
    Condition: HasDatabase
    Properties: {VPCSecurityGroups: [!GetAtt Database.GroupId]}
  Leftover:
    Type: AWS::EC2::SecurityGroup
    Properties: {GroupDescription: Kept the invoices}
";
    let folder = Folder::new(&[("main.tf", main), ("template.yaml", template)]);
    let arguments = ["check", "--format", "concise", "--possible", "--select", "unused-security-group"];
    insta::assert_snapshot!(folder.run(&arguments).all(), @"
    status: 0
    --- stdout
    main.tf:14:1: low[unused-security-group] aws_security_group.leftover is neither attached nor referenced, shared or handed out
    template.yaml:14:3: low[unused-security-group] Leftover is neither attached nor referenced, shared or handed out
    --- stderr
    2 diagnostics (2 low) in 2 files
    ");
}

#[test]
fn an_action_in_the_text_of_a_policy_is_pointed_at() {
    let main = r#"
resource "aws_iam_role_policy" "ci" {
  role   = "ci"
  policy = <<-POLICY
    {
      "Statement": [
        {"Effect": "Deny", "Action": ["ec2:DeleteVpc"], "Resource": "*"},
        {"Effect": "Allow", "Action": ["s3:*", "ec2:Revoke*"], "Resource": "*"}
      ]
    }
  POLICY
}
"#;
    let folder = Folder::new(&[("main.tf", main)]);
    let run = folder.run(&["check", "--format", "json", "--select", "sg-write-not-restricted"]);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    let text_at = |span: &serde_json::Value| {
        let byte = |end: &str| span[end]["byte"].as_u64().and_then(|byte| usize::try_from(byte).ok());
        main[byte("start").expect("a byte")..byte("end").expect("a byte")].to_owned()
    };
    let [found] = &report["diagnostics"].as_array().expect("a list")[..] else { panic!("{report}") };
    assert_eq!(found["message"], "ci may change any security group");
    assert_eq!(text_at(&found["span"]), r#""ec2:Revoke*""#);
    let [label] = &found["related"].as_array().expect("a list")[..] else { panic!("{found}") };
    assert_eq!((text_at(&label["span"]).as_str(), &label["message"]), (r#""*""#, &"on any group".into()));
}

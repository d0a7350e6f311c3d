//! `sglint test`: the examples of own rules, run as tests.

use crate::run::Folder;

const RULE: &str = "\
policy: v1
id: acme/no-rdp
title: Remote Desktop from outside of the office
on: exposure
when: >
  exposure.direction == 'ingress' && !exposure.trusted
  && exposure.tcp_ports.overlaps(params.ports)
severity: high
at: peer
message: \"Remote Desktop open to {address_text} on {group}\"
why: Remote Desktop is for administrators in the office.
help: Admit the office's addresses only.
params:
  ports: { type: ports, default: [3389] }
examples:
";

/// An example in Terraform with one rule from one range.
fn example(expected: &str, direction: &str, port: u16, range: &str, mark: &str) -> String {
    format!(
        "  - {expected}: |
      resource \"aws_security_group\" \"desktop\" {{
        name = \"desktop\"

        {direction} {{
          from_port   = {port}
          to_port     = {port}
          protocol    = \"tcp\"
          cidr_blocks = [\"{range}\"]{mark}
        }}
      }}
"
    )
}

fn bad() -> String {
    example("bad", "ingress", 3389, "0.0.0.0/0", " # <-- everybody")
}

/// Good examples that pin every part of the condition down.
fn good() -> String {
    let trusted = example("good", "ingress", 3389, "8.8.8.0/24", "");
    [
        example("good", "ingress", 443, "0.0.0.0/0", ""),
        example("good", "egress", 3389, "0.0.0.0/0", ""),
        trusted.replacen("  - good", "  - config: { trusted: [8.8.8.0/24] }\n    good", 1),
    ]
    .concat()
}

fn folder(examples: &[String]) -> Folder {
    let rule = format!("{RULE}{}", examples.concat());
    Folder::new(&[("policies/no-rdp.yaml", &rule), ("sglint.yaml", "policies: [policies]\n")])
}

#[test]
fn a_sound_rule_passes() {
    insta::assert_snapshot!(folder(&[bad(), good()]).run(&["test", "--strict"]).all(), @r"
    status: 0
    --- stdout
    passed  acme/no-rdp/bad-1-terraform
    passed  acme/no-rdp/good-2-terraform
    passed  acme/no-rdp/good-3-terraform
    passed  acme/no-rdp/good-4-terraform
    passed  acme/no-rdp/condition

    5 passed, 0 failed
    --- stderr
    ");
}

#[test]
fn a_failing_example_is_shown_in_the_file_of_the_rule() {
    let unmarked = example("bad", "ingress", 3389, "0.0.0.0/0", "").replacen('{', "{ # <--", 1);
    let open = example("good", "ingress", 3389, "0.0.0.0/0", "");
    insta::assert_snapshot!(folder(&[bad(), unmarked, open]).run(&["test"]).all(), @r#"
    status: 1
    --- stdout
    passed  acme/no-rdp/bad-1-terraform
    failed  acme/no-rdp/bad-2-terraform
    failed  acme/no-rdp/good-3-terraform

      failed[acme/no-rdp/bad-2-terraform] fires at other lines than those marked
        ╭─[policies/no-rdp.yaml:35:26]
     34 │           protocol    = "tcp"
     35 │           cidr_blocks = ["0.0.0.0/0"]
        ·                          ─────┬─────
        ·                               ╰── fires: Remote Desktop open to 0.0.0.0/0 on aws_security_group.desktop
     36 │         }
        ╰────
        ╭─[policies/no-rdp.yaml:28:49]
     27 │   - bad: |
     28 │       resource "aws_security_group" "desktop" { # <--
        ·                                                 ──┬──
        ·                                                   ╰── does not fire here
     29 │         name = "desktop"
        ╰────
      help: mend the rule, or correct the bad example

      failed[acme/no-rdp/good-3-terraform] fires where no line is marked
        ╭─[policies/no-rdp.yaml:46:26]
     45 │           protocol    = "tcp"
     46 │           cidr_blocks = ["0.0.0.0/0"]
        ·                          ─────┬─────
        ·                               ╰── fires: Remote Desktop open to 0.0.0.0/0 on aws_security_group.desktop
     47 │         }
        ╰────
      help: mend the rule, or correct the good example

    1 passed, 2 failed
    --- stderr
    "#);
}

#[test]
fn an_example_that_is_no_configuration_is_broken() {
    let broken = bad().replace("protocol    =", "protocol");
    insta::assert_snapshot!(folder(&[broken, good()]).run(&["test", "-q"]).all(), @r#"
    status: 2
    --- stdout
      broken[acme/no-rdp/bad-1-terraform] the example cannot be evaluated: expected an attribute or a
      │ block, found the end of the line
        ╭─[policies/no-rdp.yaml:23:24]
     22 │           to_port     = 3389
     23 │           protocol "tcp"
        ·                        ─
     24 │           cidr_blocks = ["0.0.0.0/0"] # <-- everybody
        ╰────
      help: correct the bad example

    3 passed, 0 failed, 1 broken
    --- stderr
    "#);
}

#[test]
fn a_part_of_the_condition_that_nothing_tests_is_told_and_fails_when_strict() {
    let folder = folder(&[bad(), example("good", "ingress", 443, "0.0.0.0/0", "")]);
    let ran = folder.run(&["test", "-q"]);
    insta::assert_snapshot!(ran.all(), @r"
    status: 0
    --- stdout
      weak[acme/no-rdp/condition] no example would notice if a part of the condition were missing
       ╭─[policies/no-rdp.yaml:6:3]
     5 │ when: >
     6 │   exposure.direction == 'ingress' && !exposure.trusted
       ·   ───────────────┬───────────────
       ·                  ╰── could be left out
     7 │   && exposure.tcp_ports.overlaps(params.ports)
       ╰────
      help: add an example in which only this part decides

    2 passed, 0 failed, 1 weak
    --- stderr
    ");
    assert_eq!(folder.run(&["test", "--strict"]).status, Some(1));
}

#[test]
fn a_rule_without_examples_is_weak() {
    insta::assert_snapshot!(folder(&["  []\n".to_owned()]).run(&["test"]).all(), @r"
    status: 0
    --- stdout
    weak    acme/no-rdp/condition

      weak[acme/no-rdp/condition] acme/no-rdp has no bad example
       ╭─[policies/no-rdp.yaml:2:5]
     1 │ policy: v1
     2 │ id: acme/no-rdp
       ·     ───────────
     3 │ title: Remote Desktop from outside of the office
       ╰────
      help: add one that a condition that is always true or false would fail

    0 passed, 0 failed, 1 weak
    --- stderr
    ");
}

#[test]
fn rules_are_found_by_folder_by_file_and_without_a_config() {
    let rule = format!("{RULE}{}{}", bad(), good());
    let files = [("deep/rules/no-rdp.yaml", rule.as_str()), ("template.yaml", "Resources: {}\n")];
    let folder = Folder::new(&files);
    for arguments in [&["test"][..], &["test", "deep"], &["test", "deep/rules/no-rdp.yaml", "deep"]] {
        let ran = folder.run(arguments);
        assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""), "{arguments:?}");
        assert!(ran.stdout.ends_with("\n5 passed, 0 failed\n"), "{}", ran.stdout);
    }
    let one = folder.run(&["test", "--filter", "bad-1"]);
    assert_eq!(one.stdout, "passed  acme/no-rdp/bad-1-terraform\n\n1 passed, 0 failed\n");
}

#[test]
fn a_run_that_would_test_nothing_is_refused() {
    let folder = folder(&[bad(), good()]);
    insta::assert_snapshot!(folder.run(&["test", "--filter", "no-ssh"]).all(), @r"
    status: 2
    --- stdout
    --- stderr
      error[usage] no test has a name that contains the filter
      help: names are such as acme/no-rdp/bad-1-terraform
    ");
    insta::assert_snapshot!(folder.run(&["test", "polices"]).all(), @r"
    status: 2
    --- stdout
    0 passed, 0 failed
    --- stderr
      error[rule-folder] there is no file or folder polices
      help: check the path
    ");
    insta::assert_snapshot!(Folder::new(&[("a.tf", "")]).run(&["test"]).all(), @r"
    status: 2
    --- stdout
    --- stderr
      error[no-rules] there are no rule files to test
      help: name a folder with rule files, or list it under `policies` in sglint.yaml; `sglint rules
            new` writes one
    ");
}

#[test]
fn programs_read_the_outcome_of_each_test() {
    let open = example("good", "ingress", 3389, "0.0.0.0/0", "");
    let ran = folder(&[bad(), open]).run(&["test", "--format", "json"]);
    assert_eq!(ran.status, Some(1));
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let outcomes: Vec<_> = report["tests"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|test| (test["name"].as_str().expect("a name"), test["outcome"].as_str().expect("an outcome")))
        .collect();
    let expected = [("acme/no-rdp/bad-1-terraform", "passed"), ("acme/no-rdp/good-2-terraform", "failed")];
    assert_eq!(outcomes, expected);
    let label = &report["tests"][1]["labels"][0];
    assert_eq!(label["span"]["path"], "policies/no-rdp.yaml");
    assert_eq!(label["span"]["start"]["line"], 35);
    assert_eq!(label["message"], "fires: Remote Desktop open to 0.0.0.0/0 on aws_security_group.desktop");
    assert_eq!(report["summary"], serde_json::json!({ "passed": 1, "failed": 1, "broken": 0, "weak": 0 }));
}

#[test]
fn comments_and_metadata_do_not_suppress_a_rule_that_is_not_ignorable() {
    let rule = format!("{RULE}{}{}", bad(), good())
        .replace("severity: high\n", "severity: high\nignorable: false\n");
    let terraform = "\
resource \"aws_security_group\" \"desktop\" {
  # sglint: ignore[acme/no-rdp, admin-port-open-to-world] we need it
  ingress {
    from_port   = 3389
    to_port     = 3389
    protocol    = \"tcp\"
    cidr_blocks = [\"0.0.0.0/0\"]
  }
}
";
    let template = "\
Resources:
  Desktop:
    Type: AWS::EC2::SecurityGroup
    Metadata:
      sglint:
        ignore:
          - { rule: acme/no-rdp, reason: we need it }
    Properties:
      GroupDescription: desktops
      SecurityGroupIngress:
        - { IpProtocol: tcp, FromPort: 3389, ToPort: 3389, CidrIp: 0.0.0.0/0 }
";
    let folder = Folder::new(&[
        ("policies/no-rdp.yaml", &rule),
        ("sglint.yaml", "policies: [policies]\n"),
        ("main.tf", terraform),
        ("template.yaml", template),
    ]);
    let ran = folder.run(&["check", "--select", "acme/*,admin-port-open-to-world", "--format", "concise"]);
    insta::assert_snapshot!(ran.all(), @"
    status: 1
    --- stdout
    main.tf:7:20: high[acme/no-rdp] Remote Desktop open to 0.0.0.0/0 on aws_security_group.desktop
    template.yaml:11:68: high[acme/no-rdp] Remote Desktop open to 0.0.0.0/0 on Desktop
    template.yaml:11:68: critical[admin-port-open-to-world] RDP (3389/tcp) open to the whole IPv4 internet on Desktop
    --- stderr
    main.tf:2:20: warning[suppression-refused] `acme/no-rdp` must not be suppressed (mend what it found; only the config can waive it or turn the rule off)
    template.yaml:7:21: warning[suppression-refused] `acme/no-rdp` must not be suppressed (mend what it found; only the config can waive it or turn the rule off)
    3 diagnostics (1 critical, 2 high) in 2 files; 1 suppressed
    ");
}

//! Mistakes in rule files: each is shown at its word, by every verb that reads rules, and ends in exit status 2.

use crate::run::Folder;

const RULE: &str = "\
policy: v1
id: acme/many-ports
title: More ports than a service needs
on: permission
when: >
  permission.direction == 'ingress'
  && permission.port_count > params.limit
severity: medium
at: ports
message: \"{port_count} ports open on {group}\"
why: A service listens on few ports.
help: Name the ports that are needed.
params:
  limit: { type: int, default: 100 }
examples:
  - bad: |
      resource \"aws_security_group\" \"app\" {
        ingress {
          from_port = 1000 # <--
          to_port   = 2000
          protocol  = \"tcp\"
          self      = true
        }
      }
  - good: |
      resource \"aws_security_group\" \"app\" {
        ingress {
          from_port = 1000
          to_port   = 1001
          protocol  = \"tcp\"
          self      = true
        }
      }
";

/// What `sglint rules` says about the rule with one text in place of another; the other verbs say it too.
fn told(right: &str, wrong: &str) -> String {
    assert!(RULE.contains(right), "{right}");
    let folder = Folder::new(&[
        ("policies/many-ports.yaml", &RULE.replacen(right, wrong, 1)),
        ("sglint.yaml", "policies: [policies]\n"),
        ("main.tf", ""),
    ]);
    let ran = folder.run(&["rules"]);
    assert_eq!(ran.status, Some(2), "{}", ran.all());
    for verb in ["check", "test"] {
        let other = folder.run(&[verb]).all();
        assert!(other.starts_with("status: 2\n"), "{other}");
        // `check` leaves a line between two.
        let other = other.replace("\n\n", "\n");
        assert!(other.contains(ran.stderr.trim_end()), "{verb} says something else:\n{other}");
    }
    ran.stderr
}

#[test]
fn a_sound_rule_has_none() {
    let folder = Folder::new(&[("many-ports.yaml", RULE)]);
    let ran = folder.run(&["test"]);
    assert_eq!(ran.status, Some(0), "{}", ran.all());
}

#[test]
fn a_misspelt_field() {
    insta::assert_snapshot!(told("permission.port_count", "permission.port_cuont"), @r"
     error[rule-condition] permission facts have no field port_cuont
      ╭─[policies/many-ports.yaml:7:17]
    6 │   permission.direction == 'ingress'
    7 │   && permission.port_cuont > params.limit
      ·                 ──────────
    8 │ severity: medium
      ╰────
     help: did you mean port_count?
    ");
}

#[test]
fn a_field_of_another_kind_of_fact() {
    insta::assert_snapshot!(told("permission.port_count", "exposure.port_count"), @r"
     error[rule-condition] the rule judges permission facts, not exposure facts
      ╭─[policies/many-ports.yaml:7:6]
    6 │   permission.direction == 'ingress'
    7 │   && exposure.port_count > params.limit
      ·      ────────
    8 │ severity: medium
      ╰────
     help: write permission, or judge exposure facts with on: exposure
    ");
}

#[test]
fn a_value_that_an_enum_does_not_have() {
    insta::assert_snapshot!(told("'ingress'", "'inbound'"), @r"
     error[rule-condition] no such value 'inbound'
      ╭─[policies/many-ports.yaml:6:27]
    5 │ when: >
    6 │   permission.direction == 'inbound'
      ·                           ─────────
    7 │   && permission.port_count > params.limit
      ╰────
     help: one of ingress, egress
    ");
}

#[test]
fn types_that_do_not_fit() {
    insta::assert_snapshot!(told("> params.limit", "> '100'"), @r"
     error[rule-condition] this is a text, but only whole numbers have an order
      ╭─[policies/many-ports.yaml:7:30]
    6 │   permission.direction == 'ingress'
    7 │   && permission.port_count > '100'
      ·                              ─────
    8 │ severity: medium
      ╰────
     help: write 100 without quotes
     error[rule-syntax] the parameter limit is not used
       ╭─[policies/many-ports.yaml:14:3]
    13 │ params:
    14 │   limit: { type: int, default: 100 }
       ·   ─────
    15 │ examples:
       ╰────
     help: use or remove it
    ");
    insta::assert_snapshot!(told("port_count > params.limit", "ports.overlaps(params.limit)"), @r"
     error[rule-condition] this is a whole number, but a set of ports is needed here
      ╭─[policies/many-ports.yaml:7:32]
    6 │   permission.direction == 'ingress'
    7 │   && permission.ports.overlaps(params.limit)
      ·                                ────────────
    8 │ severity: medium
      ╰────
     help: declare a parameter of type ports and name it: params.ports
    ");
}

#[test]
fn a_condition_that_is_no_condition() {
    insta::assert_snapshot!(told("permission.port_count > params.limit", "permission.port_count + params.limit"), @r"
     error[rule-condition] this is a whole number, but + joins texts
      ╭─[policies/many-ports.yaml:7:6]
    6 │   permission.direction == 'ingress'
    7 │   && permission.port_count + params.limit
      ·      ─────────────────────
    8 │ severity: medium
      ╰────
     help: compare fields as they are; sums belong in a fact
    ");
    insta::assert_snapshot!(told("permission.direction == 'ingress'", "permission.direction = 'ingress'"), @r"
     error[rule-condition] conditions have no =
      ╭─[policies/many-ports.yaml:6:24]
    5 │ when: >
    6 │   permission.direction = 'ingress'
      ·                        ─
    7 │   && permission.port_count > params.limit
      ╰────
     help: write ==
    ");
    insta::assert_snapshot!(told("> params.limit", "> params.limit &&"), @r"
     error[rule-condition] the condition ends too early
      ╭─[policies/many-ports.yaml:7:45]
    6 │   permission.direction == 'ingress'
    7 │   && permission.port_count > params.limit &&
      ·                                             ▲
    8 │ severity: medium
      ╰────
     help: a condition is a comparison or a method of a field, or several joined by && and ||
    ");
}

#[test]
fn a_comprehension_that_would_not_end() {
    let endless = "['a'].map(x, ['a'].map(y, ['a'].map(z, z))).size() > params.limit";
    insta::assert_snapshot!(told("permission.port_count > params.limit", endless), @r"
     error[rule-condition] this macro is not part of the rule language
      ╭─[policies/many-ports.yaml:7:12]
    6 │   permission.direction == 'ingress'
    7 │   && ['a'].map(x, ['a'].map(y, ['a'].map(z, z))).size() > params.limit
      ·            ───
    8 │ severity: medium
      ╰────
     help: only exists and all may look into a list
    ");
    let deep =
        "['a'].exists(x, ['b'].exists(y, ['c'].exists(z, z == x))) && permission.port_count > params.limit";
    insta::assert_snapshot!(told("permission.port_count > params.limit", deep), @r"
     error[rule-condition] exists and all nest deeper than 2
      ╭─[policies/many-ports.yaml:7:44]
    6 │   permission.direction == 'ingress'
    7 │   && ['a'].exists(x, ['b'].exists(y, ['c'].exists(z, z == x))) && permission.port_count > params.limit
      ·                                            ──────
    8 │ severity: medium
      ╰────
     help: move the reasoning into a fact
    ");
}

#[test]
fn a_method_that_there_is_not() {
    insta::assert_snapshot!(told("permission.port_count >", "permission.ports.size() >"), @r"
     error[rule-condition] a set of ports has no method size
      ╭─[policies/many-ports.yaml:7:23]
    6 │   permission.direction == 'ingress'
    7 │   && permission.ports.size() > params.limit
      ·                       ────
    8 │ severity: medium
      ╰────
     help: one of overlaps, within, contains, count, empty
    ");
}

#[test]
fn a_message_about_nothing() {
    insta::assert_snapshot!(told("{group}", "{gruop}"), @r#"
     error[rule-message] permission facts have no field gruop
       ╭─[policies/many-ports.yaml:10:39]
     9 │ at: ports
    10 │ message: "{port_count} ports open on {gruop}"
       ·                                       ─────
    11 │ why: A service listens on few ports.
       ╰────
     help: did you mean group?
    "#);
}

#[test]
fn an_example_that_proves_nothing() {
    insta::assert_snapshot!(told(" # <--", ""), @r#"
     error[rule-syntax] no line is marked
       ╭─[policies/many-ports.yaml:16:5]
    15 │ examples:
    16 │   - bad: |
       ·     ───
    17 │       resource "aws_security_group" "app" {
       ╰────
     help: # <-- marks the lines at which a bad one must fire
    "#);
    insta::assert_snapshot!(told("- good: |", "- godo: |"), @r#"
     error[rule-syntax] unknown key godo
       ╭─[policies/many-ports.yaml:25:5]
    24 │       }
    25 │   - godo: |
       ·     ────
    26 │       resource "aws_security_group" "app" {
       ╰────
     help: did you mean good?
    "#);
}

#[test]
fn a_file_that_is_no_yaml() {
    insta::assert_snapshot!(told("params:\n", "params: {\n"), @r"
     error[yaml-syntax] this line is indented wrongly
       ╭─[policies/many-ports.yaml:15:1]
    14 │   limit: { type: int, default: 100 }
    15 │ examples:
       · ─
    16 │   - bad: |
       ╰────
     help: indent it like the lines it belongs to
    ");
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    insta::assert_snapshot!(told("severity: medium\nat: ports", "severity: hihg\nat: port"), @r#"
     error[rule-syntax] no such severity: hihg
      ╭─[policies/many-ports.yaml:8:11]
    7 │   && permission.port_count > params.limit
    8 │ severity: hihg
      ·           ────
    9 │ at: port
      ╰────
     help: did you mean high?
     error[rule-syntax] permission facts have no place port
       ╭─[policies/many-ports.yaml:9:5]
     8 │ severity: hihg
     9 │ at: port
       ·     ────
    10 │ message: "{port_count} ports open on {group}"
       ╰────
     help: did you mean ports?
    "#);
}

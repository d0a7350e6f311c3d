//! `sglint rules` and `sglint explain`, with a rule of the project's own.

use crate::run::Folder;

const RULE: &str = "\
policy: v1
id: acme/many-ports
title: More ports than a service needs
on: permission
when: permission.direction == 'ingress' && permission.port_count > params.limit
severity: medium
at: ports
message: \"{port_count} ports open on {group}\"
why: A service listens on few ports.
help: Name the ports that are needed.
params:
  limit: { type: int, default: 100 }
aliases: [OTHER_17]
examples:
  - bad: |
      a = 1 # <-- here
  - good: |
      a = 2
";

fn folder(config: &str) -> Folder {
    Folder::new(&[("policies/many-ports.yaml", RULE), ("sglint.yaml", config)])
}

#[test]
fn rules_are_listed_as_the_config_sets_them() {
    let folder = folder("policies: [policies]\nrules: { acme/many-ports: high }\n");
    let ran = folder.run(&["rules"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""));
    let line = ran.stdout.lines().find(|line| line.contains("acme/many-ports")).expect("the rule is listed");
    assert!(line.starts_with("high      acme/many-ports "), "{line}");
    assert!(line.ends_with("  More ports than a service needs"), "{line}");

    let ran = folder.run(&["rules", "--format", "json"]);
    let list: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let rules = list["rules"].as_array().expect("a list");
    let rule = rules.iter().find(|rule| rule["id"] == "acme/many-ports").expect("the rule is listed");
    assert_eq!(rule["severity"], "high");
    assert_eq!(rule["enabled"], true);
    assert_eq!(rule["aliases"], serde_json::json!(["OTHER_17"]));
}

#[test]
fn a_rule_is_explained_by_any_of_its_names() {
    let folder = folder("policies: [policies]\n");
    let by_id = folder.run(&["explain", "acme/many-ports"]);
    assert_eq!(by_id.status, Some(0));
    assert!(by_id.stdout.contains("A service listens on few ports."), "{}", by_id.stdout);
    assert_eq!(folder.run(&["explain", "other_17"]).stdout, by_id.stdout);
}

#[test]
fn a_misspelt_rule_gets_a_hint() {
    insta::assert_snapshot!(folder("policies: policies\n").run(&["explain", "acme/many-prots"]).all(), @r#"
    status: 2
    --- stdout
    --- stderr
      error[unknown-rule] there is no rule acme/many-prots
      help: did you mean acme/many-ports?
    "#);
}

#[test]
fn settings_that_make_no_sense_are_shown_in_their_place() {
    let ran = folder("policies: [policies]\nrules: { acme/any-ports: off }\n").run(&["rules"]);
    assert_eq!(ran.status, Some(2));
    insta::assert_snapshot!(ran.stderr, @r#"
     error[config-unknown-rule] there is no rule "acme/any-ports"
      ╭─[sglint.yaml:2:10]
    1 │ policies: [policies]
    2 │ rules: { acme/any-ports: off }
      ·          ──────────────
      ╰────
     help: did you mean `acme/many-ports`?
    "#);
}

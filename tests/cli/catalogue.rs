//! `sglint rules` and `sglint explain`, with a rule of the project's own.

use std::fs;

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
      help: did you mean `acme/many-ports`?
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

#[test]
fn programs_read_all_that_a_rule_says() {
    let ran = folder("policies: [policies]\nrules: { acme/many-ports: high }\n")
        .run(&["rules", "--format", "json"]);
    let list: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let rules = list["rules"].as_array().expect("a list");
    let rule = rules.iter().find(|rule| rule["id"] == "acme/many-ports").expect("the rule is listed");
    insta::assert_snapshot!(serde_json::to_string_pretty(rule).expect("JSON"), @r#"
    {
      "aliases": [
        "OTHER_17"
      ],
      "confidence": "certain",
      "enabled": true,
      "examples": {
        "bad": 1,
        "cloudformation": 0,
        "good": 1,
        "terraform": 2
      },
      "file": "policies/many-ports.yaml",
      "help": "Name the ports that are needed.",
      "id": "acme/many-ports",
      "ignorable": true,
      "message": "{port_count} ports open on {group}",
      "on": "permission",
      "own_mappings": {},
      "params": {
        "limit": {
          "default": 100,
          "type": "int"
        }
      },
      "profile": "minimal",
      "references": [],
      "seed": [],
      "severity": "high",
      "standards": {},
      "supersedes": [],
      "title": "More ports than a service needs",
      "when": "permission.direction == 'ingress' && permission.port_count > params.limit",
      "why": "A service listens on few ports."
    }
    "#);
}

#[test]
fn a_new_rule_is_written_where_the_config_looks_and_passes_its_tests() {
    let folder = Folder::new(&[("sglint.yaml", "policies: [rules/security]\n")]);
    fs::create_dir_all(folder.path("rules/security")).expect("a folder");
    let ran = folder.run(&["rules", "new", "acme/no-rdp"]);
    assert_eq!(
        (ran.status, ran.stdout.as_str()),
        (Some(0), "rules/security/no-rdp.yaml\n"),
        "{}",
        ran.stderr
    );
    assert_eq!(ran.stderr, "");
    let tested = folder.run(&["test", "--strict"]);
    assert_eq!(tested.status, Some(0), "{}", tested.all());
    assert_eq!(folder.run(&["explain", "acme/no-rdp"]).status, Some(0));
    insta::assert_snapshot!(folder.run(&["rules", "new", "acme/no-rdp"]).all(), @r"
    status: 2
    --- stdout
    --- stderr
      error[rule-exists] the rule acme/no-rdp exists already in rules/security/no-rdp.yaml
      help: choose another name
    ");
}

#[test]
fn every_kind_of_fact_has_a_working_example_to_start_from() {
    for kind in sglint::facts::Kind::ALL.map(sglint::facts::Kind::name) {
        let folder = Folder::new(&[]);
        let ran = folder.run(&["rules", "new", "acme/new", "--on", kind, "--dir", "mine"]);
        assert_eq!((ran.status, ran.stdout.as_str()), (Some(0), "mine/new.yaml\n"), "{kind}: {}", ran.stderr);
        assert!(ran.stderr.contains("policies: [mine]"), "{}", ran.stderr);
        let tested = folder.run(&["test", "mine"]);
        assert_eq!(tested.status, Some(0), "{kind}: {}", tested.all());
    }
}

#[test]
fn a_new_rule_needs_a_name_and_a_free_place() {
    let folder = Folder::new(&[("policies/no-rdp.yaml", "mine\n")]);
    insta::assert_snapshot!(folder.run(&["rules", "new", "no-rdp"]).all(), @r"
    status: 2
    --- stdout
    --- stderr
      error[rule-syntax] the id of an own rule has one /
      help: put the name of your team before it: acme/no-rdp
    ");
    insta::assert_snapshot!(folder.run(&["rules", "new", "acme/no-rdp"]).all(), @r"
    status: 2
    --- stdout
    --- stderr
      error[rule-exists] policies/no-rdp.yaml is there already
      help: choose another name, or remove the file
    ");
    assert_eq!(fs::read_to_string(folder.path("policies/no-rdp.yaml")).expect("the file"), "mine\n");
}

#[test]
fn schemas_are_printed() {
    let folder = Folder::new(&[]);
    for (of, title) in
        [("rule", "sglint rule"), ("config", "sglint config"), ("diagnostics", "sglint report")]
    {
        let ran = folder.run(&["schema", of]);
        let schema: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
        assert_eq!((ran.status, schema["title"].as_str()), (Some(0), Some(title)));
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    }
    assert_eq!(folder.run(&["schema", "rules"]).status, Some(2));
}

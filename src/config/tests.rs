use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::*;
use crate::source::SourceMap;

/// Reads a config file with this text.
fn read(text: &str) -> (Config, Vec<Problem>) {
    let file = SourceMap::new("/w").add("/w/sglint.yaml", text);
    read::read(&file)
}

fn messages(problems: &[Problem]) -> Vec<String> {
    problems
        .iter()
        .map(|problem| format!("{}; {}", problem.message, problem.help.as_deref().unwrap_or("no help")))
        .collect()
}

#[test]
fn every_setting_is_read() {
    let (config, problems) = read(
        "\
rules:
  a: off
  b: high
  c: { severity: low, params: { ports: [22] } }
  d: { enabled: false, severity: low }
  e: { params: { limit: 3 } }
trusted: [203.0.113.0/24, '2001:db8::/32']
include: infra/
exclude: ['*.gen.yaml']
policies: [policies]
fail-on: critical
",
    );
    assert_eq!(problems, []);
    let rule = |id| &config.rules[id];
    assert_eq!(["a", "b", "d", "e"].map(|id| rule(id).enabled), [Some(false), Some(true), Some(false), None]);
    assert_eq!((rule("b").severity, rule("c").severity), (Some(Severity::High), Some(Severity::Low)));
    assert_eq!(rule("c").params["ports"].value.items()[0].as_str(), Some("22"));
    assert_eq!(config.trusted.len(), 2);
    assert_eq!(config.policies, [Path::new("/w/policies")]);
    assert_eq!(config.fail_on, Some(Severity::Critical));
    assert!(config.paths.covers(Path::new("/w/infra/a.yaml")));
    assert!(!config.paths.covers(Path::new("/w/infra/a.gen.yaml")));
    assert!(!config.paths.covers(Path::new("/w/app/a.yaml")));
}

#[test]
fn an_empty_config_sets_nothing() {
    for text in ["", "# nothing\n", "rules:\nexclude:\n", "---\n"] {
        let (config, problems) = read(text);
        assert_eq!(problems, [], "{text:?}");
        assert!(config.rules.is_empty() && config.paths.covers(Path::new("/w/a")), "{text:?}");
    }
}

#[test]
fn what_is_broken_is_told_and_the_rest_counts() {
    let (config, problems) = read(
        "\
rules:
  a: hgih
  b: [off]
  c: { severty: low, enabled: maybe }
trusted: [10.0.0.1/8, everyone, [1]]
exclude: ['[']
fail-on: 3
excludes: []
",
    );
    insta::assert_debug_snapshot!(messages(&problems), @r#"
    [
        "\"hgih\" is not a severity; did you mean `high`?",
        "a rule is set to `off`, to a severity, or to a mapping; write, for example, `{ severity: high }`",
        "\"severty\" is not a setting; did you mean `severity`?",
        "`enabled` is true or false; write one of them",
        "this is a list; write text",
        "10.0.0.1/8 has bits set beyond its prefix; write 10.0.0.0/8 for the network, or a longer prefix for the host",
        "\"everyone\" is not a network; write it as address/prefix: 203.0.113.0/24, 2001:db8::/32",
        "\"[\" is not a pattern: error parsing glob '[': unclosed character class; missing ']'; see gitignore(5) for the form",
        "\"3\" is not a severity; write one of info, low, medium, high, critical",
        "\"excludes\" is not a setting; did you mean `exclude`?",
    ]
    "#);
    assert_eq!(config.rules.len(), 3);
    assert!(config.trusted.is_empty());

    let (config, problems) = read("fail-on: high\n---\nfail-on: low\n");
    assert_eq!((config.fail_on, problems.len()), (Some(Severity::High), 1));
    let (_, problems) = read("- rules\n");
    assert_eq!(problems.len(), 1);
    let (_, problems) = read("rules: {\n");
    assert!(!problems.is_empty());
}

#[test]
fn settings_of_rules_that_do_not_exist_are_told() {
    let (config, _) = read("rules: { wide-port-rage: off, acme/x: off, known: off }\n");
    let known = BTreeSet::from(["wide-port-range", "known"]);
    insta::assert_debug_snapshot!(messages(&config.unknown_rules(&known)), @r#"
    [
        "there is no rule \"acme/x\"; `sglint rules` lists the rules",
        "there is no rule \"wide-port-rage\"; did you mean `wide-port-range`?",
    ]
    "#);
}

#[test]
fn the_nearest_config_counts_up_to_the_root_of_the_repository() {
    let folder = TempDir::new().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name);
    for repository in ["r/.git", "r/a/b", "r/other", "r/inner/.git"] {
        fs::create_dir_all(path(repository)).expect("a folder");
    }
    for (name, severity) in [
        ("sglint.yaml", "info"),
        ("r/.sglint.yaml", "low"),
        ("r/a/sglint.yaml", "high"),
        ("r/a/.sglint.yaml", "medium"),
    ] {
        fs::write(path(name), format!("fail-on: {severity}\n")).expect("a file");
    }
    let store = ConfigStore::new(&ConfigChoice::Nearest, Arc::new(SourceMap::new(folder.path())));
    let fail_on = |name: &str| store.for_directory(&path(name)).fail_on;
    assert_eq!(fail_on("r/a/b"), Some(Severity::High));
    assert_eq!(fail_on("r/other"), Some(Severity::Low));
    assert_eq!(fail_on("r/inner"), None, "a repository of its own");
    let codes: Vec<_> = store.problems().iter().map(|problem| problem.code).collect();
    assert_eq!(codes, ["config-twice"]);

    let choice = ConfigChoice::File(path("r/a/sglint.yaml"));
    let store = ConfigStore::new(&choice, Arc::new(SourceMap::new(folder.path())));
    assert_eq!(store.for_directory(&path("r/other")).fail_on, Some(Severity::High));
    let store = ConfigStore::new(&ConfigChoice::None, Arc::new(SourceMap::new(folder.path())));
    assert_eq!(store.for_directory(&path("r/other")).fail_on, None);
}

#[test]
fn the_reader_knows_every_key_of_the_form() {
    for key in form::CONFIG {
        let (_, problems) = read(&format!("{}: [[1]]\n", key.name));
        assert_eq!(codes(&problems), ["config-invalid"], "{}", key.name);
    }
    for key in form::RULE {
        let (_, problems) = read(&format!("rules: {{ x: {{ {}: [[1]] }} }}\n", key.name));
        assert_eq!(codes(&problems), ["config-invalid"], "{}", key.name);
    }
}

fn codes(problems: &[Problem]) -> Vec<&'static str> {
    problems.iter().map(|problem| problem.code).collect()
}

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::*;
use crate::network::premises::Quotas;
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
    assert_eq!(config.premises.trusted.to_string(), "203.0.113.0/24, 2001:db8::/32");
    assert_eq!(config.policies, [Path::new("/w/policies")]);
    assert_eq!(config.fail_on, Some(Severity::Critical));
    assert!(config.paths.covers(Path::new("/w/infra/a.yaml")));
    assert!(!config.paths.covers(Path::new("/w/infra/a.gen.yaml")));
    assert!(!config.paths.covers(Path::new("/w/app/a.yaml")));
}

#[test]
fn the_premises_are_read() {
    let (config, problems) = read(
        "\
trusted: 198.18.0.0/15
public-ports: { tcp: [8443, 9000-9010], udp: 51820 }
tiers:
  database: { resources: ['module.orders.*'], tags: { Tier: 'data*' } }
  web: { resources: aws_lb.front }
quotas: { rules-per-group: 100, groups-per-interface: 8 }
groups:
  - { id: sg-0123456789abcdef0, name: shared-web, account: 012345678901, vpc: vpc-0abc, region: eu-west-1, shared: true }
  - id: sg-1
links:
  - [vpc-0abc, aws_vpc.main]
",
    );
    assert_eq!(problems, []);
    let premises = &config.premises;
    assert_eq!(premises.trusted.to_string(), "198.18.0.0/15");
    assert_eq!(premises.public_ports.tcp.to_string(), "8443, 9000-9010");
    assert_eq!(premises.public_ports.udp.to_string(), "51820");
    let [database, web] = premises.tiers.as_slice() else { panic!("{premises:?}") };
    assert_eq!((database.name.as_str(), web.name.as_str()), ("database", "web"));
    assert!(database.resources[0].is_match("module.orders.aws_db_instance.main"));
    assert!(!database.resources[0].is_match("module.ordersx"));
    assert!(database.tags[0].0 == "Tier" && database.tags[0].1.is_match("database"));
    assert!(web.resources[0].is_match("aws_lb.front") && web.tags.is_empty());
    let quotas = premises.quotas;
    assert_eq!((quotas.rules_per_group, quotas.groups_per_interface), (100, 8));
    assert_eq!(quotas.groups_per_region, Quotas::default().groups_per_region, "as AWS has it");
    let [shared, bare] = premises.groups.as_slice() else { panic!("{premises:?}") };
    assert_eq!(shared.account.as_deref(), Some("012345678901"), "no number");
    assert_eq!((shared.vpc.as_deref(), shared.region.as_deref()), (Some("vpc-0abc"), Some("eu-west-1")));
    assert!(shared.shared);
    assert_eq!((bare.id.as_str(), &bare.name, bare.shared), ("sg-1", &None, false));
    assert_eq!(premises.links[0].between, ["vpc-0abc", "aws_vpc.main"]);
}

#[test]
fn broken_premises_are_told_and_the_rest_counts() {
    let (config, problems) = read(
        "\
tiers: { db: [a], web: { resources: [[a], b*], tag: {} }, app: { tags: { Tier: [a] } } }
quotas: { rules-per-group: 0, groups: 5 }
groups: [{ name: x }, { id: web, account: 12, shared: yes }, sg-1]
links: [[a], [a, b, c], vpc-1, [[a], b]]
public-ports: { tcp: [https, 9-1, 443], icmp: [8] }
",
    );
    insta::assert_debug_snapshot!(messages(&problems), @r#"
    [
        "`tiers.db` must be a mapping, not a list of 1; the keys are resources, tags",
        "an element of `resources` must be a pattern, not a list of 1; for example `resources: [\"module.orders.*\", \"aws_instance.db*\"]`",
        "\"tag\" is not a setting of `tiers.web`; did you mean `tags`?",
        "`tags.Tier` must be a pattern, not a list of 1; for example `tags: { Tier: \"data*\" }`",
        "`rules-per-group` must be a whole number from 1, not \"0\"; for example `rules-per-group: 100`",
        "\"groups\" is not a setting of `quotas`; did you mean `groups-per-interface`?",
        "an element of `groups` has no `id`: the id of the group; add `id: sg-0123456789abcdef0`",
        "\"web\" is not the id of a security group; for example `id: sg-0123456789abcdef0`",
        "\"12\" is not an AWS account id: it has twelve digits; for example `account: \"123456789012\"`",
        "`shared` must be true or false, not \"yes\"; for example `shared: true`",
        "an element of `groups` must be a mapping, not a single value; the keys are id, name, account, vpc, region, shared",
        "an element of `links` must be a list of two, each the id of a VPC, or its address in the code, not a list of 1; for example `links: [[vpc-0abc, aws_vpc.main]]`",
        "an element of `links` must be a list of two, each the id of a VPC, or its address in the code, not a list of 3; for example `links: [[vpc-0abc, aws_vpc.main]]`",
        "an element of `links` must be a list of two, each the id of a VPC, or its address in the code, not a single value; for example `links: [[vpc-0abc, aws_vpc.main]]`",
        "an element of `links` must be the id of a VPC, or its address in the code, not a list of 1; for example `links: [[vpc-0abc, aws_vpc.main]]`",
        "\"https\" is neither a port nor a range of ports; for example `tcp: [8443, 9000-9010]`",
        "\"9-1\" is neither a port nor a range of ports; for example `tcp: [8443, 9000-9010]`",
        "\"icmp\" is not a setting of `public-ports`; the keys are tcp, udp",
    ]
    "#);
    assert_eq!(config.premises.tiers.len(), 3);
    assert_eq!(config.premises.tiers[1].resources.len(), 1);
    assert_eq!(config.premises.quotas, Quotas::default());
    assert_eq!(config.premises.groups.len(), 0);
    assert_eq!(config.premises.links, []);
    assert_eq!(config.premises.public_ports.tcp.to_string(), "443");
}

#[test]
fn premises_that_say_nothing_or_contradict_each_other_are_told() {
    let (config, problems) = read(
        "\
tiers: { web: { resources: [web*, db*] }, db: { resources: 'db*', tags: { Tier: 'db*' } }, none: {}, nil: }
groups: [{ id: sg-0123456789abcdef0, name: a }, { id: sg-0123456789abcdef0, name: b }]
links: [[vpc-0abc, vpc-0abc], [Vpc, aws_vpc.main], [aws_vpc.main, Vpc]]
",
    );
    insta::assert_debug_snapshot!(messages(&problems), @r#"
    [
        "`groups` describes sg-0123456789abcdef0 twice; keep one of the two descriptions: the first counts",
        "`links` links vpc-0abc with itself; name the two VPCs that reach each other",
        "`links` links Vpc with aws_vpc.main twice; remove one of the two links: they count in both directions",
        "what db* matches belongs to the tier `web` already, not to `db`; remove one of the two patterns: the first tier that matches counts",
        "nothing can belong to the tier `none`; say under `resources` or `tags` what belongs to it, or remove it",
        "nothing can belong to the tier `nil`; say under `resources` or `tags` what belongs to it, or remove it",
    ]
    "#);
    let names = |written: &[Written]| written.iter().map(|one| one.text.clone()).collect::<Vec<_>>();
    assert_eq!(names(&config.tiers), ["web", "db"]);
    assert_eq!(names(&config.link_ends[2..4]), ["Vpc", "aws_vpc.main"]);
}

#[test]
fn every_example_in_the_table_of_keys_is_a_value_of_its_key() {
    for key in form::CONFIG {
        let (config, problems) = read(&format!("{}: {}\n", key.name, key.example));
        assert_eq!(problems, [], "{}", key.name);
        assert_ne!(format!("{config:?}"), format!("{:?}", read("").0), "`{}` is not read", key.name);
    }
    let file = SourceMap::new("/w").add("/w/config.yaml", examples(form::EXAMPLE));
    assert_eq!(read_example(&crate::syntax::yaml::parse(&file).documents[0]).1, []);
}

/// A config in which each key has its example.
fn examples(form: crate::form::Form) -> String {
    let lines: Vec<_> = form.iter().map(|key| format!("{}: {}", key.name, key.example)).collect();
    lines.join("\n")
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
        "`rules.a` must be one of off, on, info, low, medium, high, critical, not \"hgih\"; did you mean `high`?",
        "`rules.b` must be one of off, on, info, low, medium, high, critical, or true or false, or a mapping with the keys severity, enabled, params, not a list of 1; for example `rules: { wide-port-range: high, unused-security-group: off }`",
        "\"severty\" is not a setting of `rules.c`; did you mean `severity`?",
        "`enabled` must be true or false, not \"maybe\"; for example `enabled: false`",
        "10.0.0.1/8 has bits set beyond its prefix; write 10.0.0.0/8 for the network, or a longer prefix for the host",
        "an element of `trusted` must be a network, or a name under `addresses`, not a list of 1; for example `trusted: [198.18.0.0/15]`",
        "\"[\" is not a pattern: error parsing glob '[': unclosed character class; missing ']'; see gitignore(5) for the form",
        "`fail-on` must be one of info, low, medium, high, critical, not \"3\"; for example `fail-on: high`",
        "\"excludes\" is not a setting of the config; did you mean `exclude`?",
        "there are no addresses called \"everyone\"; write a network as address/prefix, or a name that stands under `addresses`",
    ]
    "#);
    assert_eq!(config.rules.len(), 3);
    assert!(config.premises.trusted.is_empty());

    let (config, problems) = read("fail-on: high\n---\nfail-on: low\n");
    assert_eq!((config.fail_on, problems.len()), (Some(Severity::High), 1));
    let (_, problems) = read("- rules\n");
    assert_eq!(problems.len(), 1);
    let (_, problems) = read("rules: {\n");
    assert!(!problems.is_empty());
}

#[test]
fn settings_of_rules_that_do_not_exist_are_told() {
    let (config, _) =
        read("rules: { wide-port-rage: off, acme/x: off, known: off, W27: low, 'wide-*': off }\n");
    let called = |name: &str| (name == "W27").then(|| Arc::from("wide-port-range")).into_iter().collect();
    let names = RuleNames { known: &BTreeSet::from(["wide-port-range", "known"]), called: &called };
    insta::assert_debug_snapshot!(messages(&config.unknown_rules(&names)), @r#"
    [
        "there is no rule \"W27\"; W27 is `wide-port-range` here",
        "there is no rule \"acme/x\"; `sglint rules` lists the rules",
        "there is no rule \"wide-*\"; patterns do not count here: name each rule in full",
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

/// YAML values of all kinds around what the keys take, right and wrong.
fn value() -> impl proptest::strategy::Strategy<Value = String> {
    use proptest::prelude::*;
    let key = prop::sample::select(form::CONFIG).prop_map(|key| key.name);
    let example = prop::sample::select(form::CONFIG).prop_map(|key| key.example.to_owned());
    let text = prop_oneof!["[a-z0-9*./:\\[{-]{0,8}".prop_map(|text| format!("'{text}'")), example];
    text.prop_recursive(4, 24, 4, move |inner| {
        let entry = (prop_oneof![key.clone(), Just("severity"), Just("paths")], inner.clone());
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(|items| format!("[{}]", items.join(", "))),
            prop::collection::vec(entry, 0..4).prop_map(|entries| {
                let written: Vec<_> = entries.iter().map(|(key, value)| format!("{key}: {value}")).collect();
                format!("{{ {} }}", written.join(", "))
            }),
        ]
    })
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in value()) {
        read(&text);
    }

    #[test]
    fn any_value_of_a_key_is_read_or_refused(key in proptest::sample::select(form::CONFIG), text in value()) {
        for problem in read(&format!("{}: {text}\n", key.name)).1 {
            proptest::prop_assert!(problem.span.is_some() && problem.help.is_some(), "{:?}", problem);
        }
    }

    #[test]
    fn a_config_that_is_cut_off_anywhere_is_read_or_refused(cut in 0usize..400) {
        let text = examples(form::CONFIG);
        read(text.get(..cut).unwrap_or(&text));
    }
}

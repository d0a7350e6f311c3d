//! Configs and rules that are broken.

use super::{RULE, check, check_paths, folder};

#[test]
fn a_config_that_is_no_yaml() {
    let outcome = check_paths(&folder(&[("bad/sglint.yaml", "fail-on: [\n"), ("bad/main.tf", "")]), &["."]);
    assert_eq!(outcome.status, 2);
    assert_eq!(outcome.problems.len(), 1, "{:?}", outcome.problems);
    assert!(
        outcome.problems[0].starts_with("error yaml-syntax bad/sglint.yaml:2:1: "),
        "{:?}",
        outcome.problems
    );
}

#[test]
fn a_config_with_an_unknown_key() {
    let config = "policies: [policies]\nexclude: [policies]\nfail-no: high\n";
    let outcome = check(&folder(&[("sglint.yaml", config)]));
    assert_eq!(outcome.status, 2);
    assert_eq!(
        outcome.problems,
        ["error config-unknown-key sglint.yaml:3:1: \"fail-no\" is not a setting of the config"],
        "the other settings count"
    );
}

#[test]
fn a_config_that_nests_ten_thousand_deep() {
    let config = format!("rules: {}\n", "[".repeat(10_000));
    let outcome = check(&folder(&[("bad/sglint.yaml", &config), ("bad/main.tf", "")]));
    assert_eq!((outcome.status, outcome.problems.len()), (2, 1), "{:?}", outcome.problems);
    assert!(
        outcome.problems[0].starts_with("error nesting-too-deep bad/sglint.yaml:1:"),
        "{:?}",
        outcome.problems
    );
}

#[test]
fn rules_that_are_broken_cost_themselves_only() {
    let rule = |id: &str, when: &str| {
        RULE.replace("three-ports", id).replace(
            "permission.direction == 'ingress' && permission.port_count == 3",
            &format!("\"{when}\""),
        )
    };
    let hostile = |open: &str, inner: &str, close: &str, times: usize| {
        format!("{}{inner}{}", open.repeat(times), close.repeat(times))
    };
    let folder = folder(&[
        ("policies/a.yaml", "policy: v1\nid: [\n"),
        ("policies/b.yaml", &rule("b", "permission.nope ==")),
        ("policies/c.yaml", &rule("c", &hostile("(", "true", ")", 10_000))),
        ("policies/d.yaml", &rule("d", &hostile("!", "true", "", 10_000))),
        ("policies/e.yaml", &rule("e", &hostile("1 + ", "1 == 2", "", 100_000))),
        ("policies/f.yaml", &rule("f", &hostile("[1, 1, 1, 1, 1, 1, 1, 1].all(x, ", "true", ")", 12))),
    ]);
    std::fs::write(folder.path("policies/g.yaml"), b"\xff\xfe\x00\x01").expect("a file");
    let outcome = check(&folder);
    assert_eq!(outcome.status, 2);
    for name in ["a", "b", "c", "d", "e", "f", "g"] {
        let of_file = |problem: &&String| problem.contains(&format!(" policies/{name}.yaml"));
        assert_eq!(outcome.problems.iter().filter(of_file).count(), 1, "{name}: {:?}", outcome.problems);
    }
}

#[test]
fn a_rules_folder_that_is_not_there() {
    let outcome = check(&folder(&[("bad/sglint.yaml", "policies: [nope]\n"), ("bad/main.tf", "")]));
    assert_eq!((outcome.status, outcome.problems.len()), (2, 1), "{:?}", outcome.problems);
    assert!(outcome.problems[0].starts_with("error rule-folder "), "{:?}", outcome.problems);
}

//! What is found decides the exit status; what is accepted does not.

use crate::run::Folder;

const OPEN: &str = "\
resource \"aws_security_group\" \"web\" {
  name        = \"web\"
  description = \"Bastion\"

  ingress {
    description = \"SSH\"
    from_port   = 22
    to_port     = 22
    protocol    = \"tcp\"
    cidr_blocks = [\"0.0.0.0/0\"]
  }
}
";
const SSH: [&str; 3] = ["check", "--select", "admin-port-open-to-world"];

fn run(folder: &Folder, more: &[&str]) -> crate::run::Ran {
    folder.run(&[&SSH, more].concat())
}

#[test]
fn a_diagnostic_at_the_threshold_ends_in_one() {
    let folder = Folder::new(&[("main.tf", OPEN)]);
    let ran = run(&folder, &["--format", "concise"]);
    assert_eq!(ran.status, Some(1));
    assert!(ran.stdout.starts_with("main.tf:10:20: critical[admin-port-open-to-world] "), "{}", ran.stdout);
    assert_eq!(ran.stdout.lines().count(), 1);
    assert_eq!(ran.stderr.trim(), "1 diagnostic (1 critical) in 1 file");
    assert_eq!(run(&folder, &["--exit-zero"]).status, Some(0));
    assert_eq!(run(&folder, &["nope", ".", "--exit-zero"]).status, Some(2));
}

#[test]
fn the_config_lowers_a_rule_and_raises_the_threshold() {
    let lowered = "rules: { admin-port-open-to-world: medium }\nfail-on: high\n";
    let folder = Folder::new(&[("main.tf", OPEN), ("sglint.yaml", lowered)]);
    assert_eq!(run(&folder, &[]).status, Some(0), "medium is below the config's threshold");
    assert_eq!(run(&folder, &["--fail-on", "medium"]).status, Some(1), "the flag beats the config");
    assert_eq!(run(&folder, &["--min-severity", "high"]).stdout.trim(), "no diagnostics in 1 file");
    assert_eq!(run(&folder, &["--no-config"]).status, Some(1));
}

#[test]
fn a_suppression_with_a_reason_is_honoured_and_counted() {
    let comment =
        "\"0.0.0.0/0\"] # sglint: ignore[admin-port-open-to-world] bastion, see wiki (until 2999-12-31)";
    let folder = Folder::new(&[("main.tf", &OPEN.replace("\"0.0.0.0/0\"]", comment))]);
    let ran = run(&folder, &[]);
    assert_eq!((ran.status, ran.stdout.trim()), (Some(0), "no diagnostics in 1 file; 1 suppressed"));
    let ran = run(&folder, &["--show-suppressed"]);
    assert_eq!(ran.status, Some(0));
    assert!(
        ran.stdout.contains("suppressed: by comment: bastion, see wiki (until 2999-12-31)"),
        "{}",
        ran.stdout
    );
    let ran = run(&folder, &["--show-suppressed", "--format", "json"]);
    assert!(ran.stdout.contains("\"until\": \"2999-12-31\""), "{}", ran.stdout);
    assert_eq!(run(&folder, &["--no-suppressions"]).status, Some(1));
}

#[test]
fn an_expired_suppression_is_told_and_does_not_count() {
    let comment = "ingress { # sglint: ignore[admin-port-open-to-world] move to SSM (until 2001-01-31)";
    let folder = Folder::new(&[("main.tf", &OPEN.replace("ingress {", comment))]);
    let ran = run(&folder, &["--format", "concise"]);
    assert_eq!(ran.status, Some(1));
    insta::assert_snapshot!(ran.stderr, @r#"
    main.tf:5:13: warning[suppression-expired] this suppression expired after 2001-01-31 (mend what it covers, or give it a new date: move to SSM)
    1 diagnostic (1 critical) in 1 file
    "#);
}

#[test]
fn a_suppression_that_nothing_needs_is_told_but_does_not_fail() {
    let text = format!("# sglint: ignore[admin-port-open-to-world] not yet\nlocals {{\n  a = 1\n}}\n{OPEN}");
    let folder = Folder::new(&[("main.tf", &text)]);
    let ran = run(&folder, &["--exit-zero", "--format", "concise"]);
    assert_eq!(ran.status, Some(0));
    assert!(ran.stderr.starts_with("main.tf:1:18: warning[suppression-unused] "), "{}", ran.stderr);
    let other = folder.run(&["check", "--select", "wide-port-range", "--format", "concise"]);
    assert!(!other.stderr.contains("unused"), "the rule did not run: {}", other.stderr);
    assert_eq!(folder.run(&["check", "--select", "wide-port-range", "--strict"]).status, Some(0));
}

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::{Date, date};

use super::*;
use crate::config::RuleNames;
use crate::diagnostic::{Confidence, Diagnostic, Label, Severity};
use crate::source::SourceMap;

/// The text that each suppression counts for, and the codes of the problems.
fn found(name: &str, text: &str) -> (Vec<String>, Vec<&'static str>) {
    let sources = SourceMap::default();
    let file = sources.add(name, text);
    let found = find(&file, true);
    let nodes = found.directives.iter().map(|directive| sources.text(directive.node)).collect();
    (nodes, found.problems.iter().map(|problem| problem.code).collect())
}

fn nodes(name: &str, text: &str) -> Vec<String> {
    let (nodes, problems) = found(name, text);
    assert_eq!(problems, [""; 0], "{text}");
    nodes
}

#[test]
fn a_trailing_comment_counts_for_what_its_line_starts() {
    let block = "resource \"r\" \"a\" { # sglint: ignore[x] why\n  b = 1\n}";
    assert_eq!(nodes("a.tf", &format!("{block}\nc = 2\n")), [block]);
    assert_eq!(
        nodes("a.tf", "r \"a\" {\n  b = [1, 2] // sglint: ignore[x] why\n  c = 2\n}\n"),
        ["b = [1, 2]"]
    );
    let elements = "b = [\n  \"10.0.0.0/8\",\n  \"0.0.0.0/0\", # sglint: ignore[x] why\n]\n";
    assert_eq!(nodes("a.tf", elements), ["\"0.0.0.0/0\""]);
    assert_eq!(nodes("a.tf", "b = [\n  1,\n] # sglint: ignore[x] why\n"), ["b = [\n  1,\n]"]);
    assert_eq!(nodes("a.tf", "a {\n  b = 1\n} # sglint: ignore[x] why\n"), ["a {\n  b = 1\n}"]);
}

#[test]
fn a_comment_on_its_own_line_counts_for_what_follows() {
    assert_eq!(
        nodes("a.tf", "# sglint: ignore[x] why\n# more\n\na {\n  b = 1\n}\nc = 2\n"),
        ["a {\n  b = 1\n}"]
    );
    assert_eq!(nodes("a.tf", "a {\n  /* sglint: ignore[x] why */\n  b = 1\n  c = 2\n}\n"), ["b = 1"]);
    assert_eq!(
        nodes("t.tfvars", "# sglint: ignore[x] why\ncidrs = [\"0.0.0.0/0\"]\n"),
        ["cidrs = [\"0.0.0.0/0\"]"]
    );
}

#[test]
fn a_comment_does_not_reach_out_of_the_block_around_it() {
    let text = "a {\n  b = 1\n  # sglint: ignore[x] why\n}\nc {\n  d = 1\n}\n";
    assert_eq!(found("a.tf", text), (vec![], vec!["suppression-unattached"]));
}

#[test]
fn yaml_comments_count_for_entries_and_elements() {
    let text = "\
# sglint: ignore[top] why
Resources:
  Web: # sglint: ignore[resource] why
    Ingress:
      # sglint: ignore[element] why
      - CidrIp: 0.0.0.0/0
        FromPort: 22 # sglint: ignore[entry] why
";
    let found = nodes("t.yaml", text);
    assert_eq!(found.len(), 4);
    assert!(found[0].starts_with("Resources:") && found[0].ends_with("22"), "not the whole document");
    assert!(found[1].starts_with("Web:") && found[1].ends_with("22"));
    assert_eq!(found[2], "CidrIp: 0.0.0.0/0\n        FromPort: 22");
    assert_eq!(found[3], "FromPort: 22");
}

#[test]
fn a_suppression_must_say_enough() {
    for (comment, code) in [
        ("sglint: ignore", "suppression-blanket"),
        ("sglint: ignore[] legacy", "suppression-blanket"),
        ("sglint: ignore[x]", "suppression-without-reason"),
        ("sglint: ignore[x] (until 2027-01-31)", "suppression-without-reason"),
        ("sglint: ignore[x] legacy (until 2027-02-30)", "suppression-invalid"),
        ("sglint: ignore[x] legacy (until 2027-01-31", "suppression-invalid"),
        ("sglint: ignore[x] legacy until 2027-01-31", "suppression-invalid"),
        ("sglint: ignore[x] legacy until 2027-01-31, see wiki", "suppression-invalid"),
        ("sglint: ignore[x legacy", "suppression-invalid"),
        ("sglint: disable[x] legacy", "suppression-invalid"),
        ("sglint:", "suppression-invalid"),
    ] {
        assert_eq!(found("a.tf", &format!("a = 1 # {comment}\n")), (vec![], vec![code]), "{comment}");
    }
    let messages = |comment: &str| {
        let file = SourceMap::default().add("a.tf", format!("a = 1 # sglint: ignore[x] {comment}\n"));
        find(&file, true).problems.into_iter().map(|problem| problem.message).collect::<Vec<_>>()
    };
    let misplaced = ["the date of expiry must stand in parentheses at the end"];
    assert_eq!(messages("legacy until 2027-01-31"), misplaced);
    assert_eq!(messages("legacy (until 2027-01-31) see wiki"), misplaced);
    assert_eq!(messages("legacy (until 2027-02-30)"), [r#""2027-02-30" is not a date"#]);
    assert_eq!(found("a.tf", "a = 1 # sglint: ignore[x] until (and if) it is moved\n").1, [""; 0]);
    assert_eq!(found("a.tf", "a = \"sglint: ignore\" # about sglint: x\n"), (vec![], vec![]));
}

#[test]
fn rules_reason_and_date_are_read_with_their_places() {
    let sources = SourceMap::default();
    let file = sources
        .add("b.tf", "a = 1 /* sglint: ignore[ one ,two/b] bastion\n (see wiki) ( until 2027-01-31 ) */\n");
    let found = find(&file, true);
    let [directive] = found.directives.as_slice() else { panic!("{found:?}") };
    let rules: Vec<_> =
        directive.rules.iter().map(|(rule, span)| (rule.as_str(), sources.text(*span))).collect();
    assert_eq!(rules, [("one", "one".to_owned()), ("two/b", "two/b".to_owned())]);
    assert_eq!(directive.reason, "bastion (see wiki)");
    assert_eq!(directive.until, Some(date(2027, 1, 31)));
}

#[test]
fn metadata_counts_for_its_resource_or_the_template() {
    let yaml = "\
Metadata:
  sglint: { ignore: [{ rule: all, reason: sandbox account }] }
Resources:
  Web:
    Type: AWS::EC2::SecurityGroup
    Metadata: { sglint: { ignore: [{ rule: x, reason: bastion, until: 2027-01-31 }, { rule: y }] } }
  Db: {}
";
    let (nodes, problems) = found("t.yaml", yaml);
    assert_eq!(nodes[0], yaml.trim_end());
    assert!(nodes[1].starts_with("Web:") && nodes[1].ends_with("} }"), "{}", nodes[1]);
    assert_eq!(problems, ["suppression-without-reason"]);

    let json = r#"{"Resources": {"Web": {"Metadata": {"sglint": {"ignore": [{"rule": "x", "reason": "bastion"}]}}}}}"#;
    assert_eq!(self::nodes("t.json", json).len(), 1);
}

/// What other linters call rule `x`.
fn called(name: &str) -> BTreeSet<Arc<str>> {
    let names = ["CKV_AWS_24", "AWS-0107", "aws-ec2-no-public-ingress-sgr", "W9"];
    names.contains(&name).then(|| Arc::from("x")).into_iter().collect()
}

/// The foreign suppressions of a text: tool, id, reason, last day, and what they count for.
fn foreign(name: &str, text: &str) -> Vec<String> {
    let sources = SourceMap::default();
    let file = sources.add(name, text);
    assert_eq!(find(&file, false), Found::default(), "they count only if they are asked for");
    let found = find(&file, true);
    assert_eq!(found.problems, []);
    let told = |directive: &Directive| {
        let until = directive.until.map(|until| format!(" until {until}")).unwrap_or_default();
        let node = sources.text(directive.node);
        let (first, last) =
            (node.lines().next().unwrap_or_default(), node.lines().last().unwrap_or_default());
        let node = if first == last { first.to_owned() } else { format!("{first} … {}", last.trim()) };
        let tool = directive.tool.expect("a tool");
        format!("{tool} {} ({}){until}: {node}", directive.rules[0].0, directive.reason)
    };
    found.directives.iter().map(told).collect()
}

#[test]
fn comments_for_checkov_count_for_the_resource_around_them() {
    let text = "\
# checkov:skip=CKV_AWS_23:outside, where checkov does not look
resource \"r\" \"a\" { # bridgecrew:skip=CKV_AWS_24
  b {
    # checkov:skip=CKV_AWS_25: RDP, too: see wiki
    /* checkov:skip=CKV_AWS_260:in a block */
  }
  c = \"checkov:skip=CKV_AWS_277:no comment\"
}
";
    assert_eq!(
        foreign("a.tf", text),
        [
            "checkov CKV_AWS_24 (bridgecrew:skip=CKV_AWS_24): resource \"r\" \"a\" { # bridgecrew:skip=CKV_AWS_24 … }",
            "checkov CKV_AWS_25 (RDP, too: see wiki): resource \"r\" \"a\" { # bridgecrew:skip=CKV_AWS_24 … }",
            "checkov CKV_AWS_260 (in a block): resource \"r\" \"a\" { # bridgecrew:skip=CKV_AWS_24 … }",
        ]
    );
    let text = "\
Resources:
  Web:
    Type: AWS::EC2::SecurityGroup
    Properties:
      # checkov:skip=CKV_AWS_24:bastion
      GroupDescription: Web
  Db: {}
";
    assert_eq!(foreign("t.yaml", text), ["checkov CKV_AWS_24 (bastion): Web: … GroupDescription: Web"]);
}

#[test]
fn comments_for_trivy_and_tfsec_count_for_what_they_stand_at() {
    let text = "\
#trivy:ignore:AVD-AWS-0107 trivy:ignore:AWS-0104:exp:2027-01-31 bastion
resource \"r\" \"a\" {
  b = [
    \"0.0.0.0/0\", //tfsec:ignore:aws-ec2-no-public-ingress-sgr
  ]
  #tfsec:ignore:*
  c = 1
  d = 2 # trivy:ignore:AWS-0107:ws:dev trivy:ignore:AWS-0107[from_port=22] trivy:ignore:AWS-0107:exp:soon
}
";
    assert_eq!(
        foreign("a.tf", text),
        [
            "trivy AVD-AWS-0107 (bastion): resource \"r\" \"a\" { … }",
            "trivy AWS-0104 (bastion) until 2027-01-31: resource \"r\" \"a\" { … }",
            "tfsec aws-ec2-no-public-ingress-sgr (tfsec:ignore:aws-ec2-no-public-ingress-sgr): \"0.0.0.0/0\"",
            "tfsec * (tfsec:ignore:*): c = 1",
        ]
    );
    let text =
        "Resources:\n  Web: #trivy:ignore:AWS-0107\n    Type: x\n    A: 1 # tfsec:ignore:AWS-0104 ours\n";
    assert_eq!(
        foreign("t.yaml", text),
        [
            "trivy AWS-0107 (trivy:ignore:AWS-0107): Web: #trivy:ignore:AWS-0107 … A: 1",
            "tfsec AWS-0104 (ours): A: 1"
        ]
    );
}

#[test]
fn metadata_for_cfn_nag_and_checkov_counts_for_its_resource() {
    let text = "\
Resources:
  Web:
    Metadata:
      cfn_nag: { rules_to_suppress: [{ id: W9, reason: partners }, { id: W2 }, { reason: no id }] }
      checkov: { skip: [{ id: CKV_AWS_24, comment: bastion }] }
    Type: AWS::EC2::SecurityGroup
  Db:
    Metadata: { cfn_nag: soon, checkov: { skip: no } }
";
    assert_eq!(
        foreign("t.yaml", text),
        [
            "cfn_nag W9 (partners): Web: … Type: AWS::EC2::SecurityGroup",
            "cfn_nag W2 (cfn_nag: W2): Web: … Type: AWS::EC2::SecurityGroup",
            "checkov CKV_AWS_24 (bastion): Web: … Type: AWS::EC2::SecurityGroup",
        ]
    );
}

#[test]
fn a_foreign_suppression_is_void_only_where_it_would_hide_something() {
    let today = date(2026, 1, 1);
    for (comment, said) in [
        ("checkov:skip=CKV_AWS_24:why", (true, vec![])),
        ("checkov:skip=CKV_AWS_999:not ours", (false, vec![])),
        ("trivy:ignore:AWS-0107:exp:2026-01-01", (true, vec![])),
        ("trivy:ignore:AWS-0107:exp:2025-12-31", (false, vec!["suppression-expired"])),
    ] {
        assert_eq!(applied(&format!("r \"a\" {{\n  b = 1 # {comment}\n}}\n"), "1", today), said, "{comment}");
    }
    let text = "r \"a\" {\n  b = 1 # checkov:skip=CKV_AWS_24:why\n}\n";
    assert_eq!(applied_but(&["x"], text, "1", today), (false, vec!["suppression-refused"]));
    let elsewhere = "r \"a\" {\n  b = 1 # trivy:ignore:AWS-0107\n  c = 2\n}\n";
    assert_eq!(applied(elsewhere, "2", today), (false, vec![]), "trivy may need it");
}

/// A finding of rule `x` at a place, in a project that honours foreign suppressions.
fn finding(at: Span) -> Finding {
    let diagnostic = Diagnostic {
        rule: "x".into(),
        severity: Severity::High,
        confidence: Confidence::Certain,
        message: String::new(),
        why: "".into(),
        help: "".into(),
        url: None,
        resource: "".into(),
        instances: Vec::new(),
        primary: Label { span: at, message: String::new() },
        related: Vec::new(),
        anchors: Vec::new(),
        meaning: "".into(),
        fingerprint: String::new(),
        suppressed: None,
    };
    let config = Config { foreign_suppressions: true, ..Config::default() };
    Finding { diagnostic, config: Arc::new(config), root: Path::new("/w").into() }
}

/// A run over `text` in which rule `x` found something at `at`: whether it is suppressed, and the problems.
fn applied(text: &str, at: &str, today: Date) -> (bool, Vec<&'static str>) {
    applied_but(&[], text, at, today)
}

/// The same where some rules must not be suppressed.
fn applied_but(firm: &[&str], text: &str, at: &str, today: Date) -> (bool, Vec<&'static str>) {
    let sources = SourceMap::default();
    let file = sources.add("a.tf", text);
    let start = text.find(at).expect("the text holds the place");
    let mut findings = [finding(Span::new(file.id(), start, start + at.len()))];
    let found = find(&file, true);
    assert_eq!(found.problems, []);
    let known = BTreeSet::from(["x", "idle", "long-rule-name"]);
    let firm = firm.iter().copied().collect();
    let scope = Scope {
        names: RuleNames { known: &known, called: &called },
        ran: &|rule, _| rule != "idle",
        firm: &firm,
        judged: &|_| true,
        today,
    };
    let problems = apply(&mut findings, &found.directives, &scope);
    (findings[0].diagnostic.suppressed.is_some(), problems.iter().map(|problem| problem.code).collect())
}

#[test]
fn a_suppression_holds_through_its_last_day() {
    let text = "a = 1 # sglint: ignore[x] why (until 2027-01-31)\n";
    assert_eq!(applied(text, "1", date(2027, 1, 31)), (true, vec![]));
    assert_eq!(applied(text, "1", date(2027, 2, 1)), (false, vec!["suppression-expired"]));
}

#[test]
fn some_rules_must_not_be_suppressed() {
    let refused = applied_but(&["x"], "a = 1 # sglint: ignore[x] why\n", "1", date(2026, 1, 1));
    assert_eq!(refused, (false, vec!["suppression-refused"]));
}

#[test]
fn a_suppression_that_nothing_needs_is_told() {
    let today = date(2026, 1, 1);
    assert_eq!(
        applied("a = 1 # sglint: ignore[x] why\nb = 2\n", "2", today),
        (false, vec!["suppression-unused"])
    );
    let text = "a = 1 # sglint: ignore[x, long-rule-name] why\n";
    assert_eq!(applied(text, "1", today), (true, vec!["suppression-unused"]));
    assert_eq!(
        applied("a = 1 # sglint: ignore[x, idle] why\n", "1", today),
        (true, vec![]),
        "`idle` did not run"
    );
    let text = "a = 1 # sglint: ignore[x, lng-rule-name] why\n";
    assert_eq!(applied(text, "1", today), (true, vec!["suppression-unknown-rule"]));
}

#[test]
fn a_suppression_counts_at_related_places_and_anchors() {
    let sources = SourceMap::default();
    let file = sources.add("a.tf", "a = 1 # sglint: ignore[x] why\nb = 2\nc = 3\n");
    let span = |at: usize| Span::new(file.id(), at, at + 1);
    let directives = find(&file, true).directives;
    let sets = (BTreeSet::from(["x"]), |_| true);
    let scope = Scope {
        names: RuleNames { known: &sets.0, called: &called },
        ran: &|_, _| true,
        firm: &BTreeSet::new(),
        judged: &sets.1,
        today: date(2026, 1, 1),
    };
    let label = |span| Label { span, message: String::new() };
    for (related, anchors, suppressed) in [
        (vec![label(span(4))], vec![], true),
        (vec![], vec![span(4)], true),
        (vec![label(span(40))], vec![], false),
    ] {
        let mut finding = finding(span(34));
        finding.diagnostic = Diagnostic { related, anchors, ..finding.diagnostic };
        let mut findings = [finding];
        apply(&mut findings, &directives, &scope);
        assert_eq!(findings[0].diagnostic.suppressed.is_some(), suppressed);
    }
}

proptest::proptest! {
    #[test]
    fn any_comment_is_read_or_told(said in "[ ]?(ignore)?[ ]?\\[?[a-c, /é]{0,8}\\]?[a-z é(),:0-9-]{0,12}(\\(until [0-9-]{0,11}\\)?)?") {
        let sources = SourceMap::default();
        let file = sources.add("a.tf", format!("a = 1 # sglint:{said}\n"));
        let found = find(&file, true);
        proptest::prop_assert_eq!(found.directives.len() + found.problems.len(), 1);
        for (rule, span) in found.directives.iter().flat_map(|directive| &directive.rules) {
            proptest::prop_assert_eq!(file.slice(*span), rule);
        }
    }

    #[test]
    fn any_foreign_comment_is_read_or_left(said in "(checkov:skip=|trivy:ignore:|tfsec:ignore:)?[A-Z_é:*0-9 -]{0,12}(:exp:)?[0-9-]{0,10}[ :é*/]{0,3}") {
        let sources = SourceMap::default();
        for (name, text) in [("a.tf", format!("a \"b\" {{\n  c = 1 /* {said}\n */\n}}\n")), ("t.yaml", format!("Resources:\n  A: 1 # {said}\n"))] {
            let file = sources.add(name, text);
            proptest::prop_assert_eq!(find(&file, true).problems, []);
        }
    }
}

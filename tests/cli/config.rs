//! What `sglint.yaml` and the flags of the same names decide: which rules run, where, and how.

use crate::run::Folder;

/// A group that opens SSH and a wide range to `peer`, with a comment on neither.
fn group(peer: &str) -> String {
    format!(
        r#"resource "aws_security_group" "web" {{
  description = "Web servers"
  vpc_id      = var.vpc

  ingress {{
    description = "Remote access"
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["{peer}"]
  }}

  egress {{
    description = "Anything"
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }}
}}

resource "aws_instance" "web" {{
  vpc_security_group_ids = [aws_security_group.web.id]
}}

variable "vpc" {{
  type = string
}}
"#
    )
}

/// The same open group twice.
fn twice(config: &str) -> Folder {
    let open = group("0.0.0.0/0");
    Folder::new(&[("sglint.yaml", config), ("new/main.tf", &open), ("legacy/main.tf", &open)])
}

/// What is wrong with a config.
fn problems(config: &str) -> String {
    Folder::new(&[("sglint.yaml", config), ("main.tf", "")]).run(&["check"]).all()
}

/// What a run says in short, with its status.
fn told(folder: &Folder, more: &[&str]) -> String {
    folder.run(&[&["check", "--format", "concise"], more].concat()).all()
}

#[test]
fn a_profile_decides_how_much_is_told() {
    let folder = twice("");
    insta::assert_snapshot!(told(&folder, &["--profile", "strict", "new"]), @r#"
    status: 1
    --- stdout
    new/main.tf:10:20: critical[admin-port-open-to-world] SSH (22/tcp) open to the whole IPv4 internet on aws_security_group.web
    new/main.tf:18:20: info[unrestricted-egress] all traffic to the whole IPv4 internet allowed on aws_security_group.web
    --- stderr
    2 diagnostics (1 critical, 1 info) in 1 file
    "#);
    let rules = |profile: &str| {
        let listed = folder.run(&["rules", "--profile", profile]).stdout;
        listed
            .lines()
            .map(|line| line.split_whitespace().nth(1).expect("an id").to_owned())
            .collect::<Vec<_>>()
    };
    let (minimal, default, strict) = (rules("minimal"), rules("default"), rules("strict"));
    assert!(minimal.iter().all(|rule| default.contains(rule)), "each profile holds the smaller ones");
    assert!(default.iter().all(|rule| strict.contains(rule)), "each profile holds the smaller ones");
    assert!(minimal.len() < default.len() && default.len() < strict.len());
    assert!(minimal.contains(&"admin-port-open-to-world".to_owned()));

    let folder = twice("profile: strict\n");
    assert!(told(&folder, &["new"]).contains("unrestricted-egress"));
    assert!(
        !told(&folder, &["new", "--profile", "default"]).contains("unrestricted-egress"),
        "the flag wins"
    );
    insta::assert_snapshot!(problems("profile: strikt\n"), @r#"
    status: 2
    --- stdout
      error[config-invalid] `profile` must be one of minimal, default, strict, not "strikt"
       ╭─[sglint.yaml:1:10]
     1 │ profile: strikt
       ·          ──────
       ╰────
      help: did you mean `strict`?

    no diagnostics in 1 file
    --- stderr
    "#);
}

#[test]
fn rules_are_selected_by_any_of_their_names() {
    let folder = twice("");
    let ids = |arguments: &[&str]| {
        let listed = folder.run(&[&["rules"], arguments].concat()).stdout;
        listed
            .lines()
            .filter_map(|line| line.split_whitespace().nth(1).map(str::to_owned))
            .collect::<Vec<_>>()
    };
    for name in [
        "admin-port-open-to-world",
        "admin-*",
        "CKV_AWS_24",
        "cis-aws-5.0",
        "cis-aws-5.0:5.3",
        "severity:critical",
    ] {
        let selected = ids(&["--select", name]);
        assert!(selected.contains(&"admin-port-open-to-world".to_owned()), "{name}: {selected:?}");
        assert!(!ids(&["--ignore", name]).contains(&"admin-port-open-to-world".to_owned()), "{name}");
        assert!(!selected.contains(&"missing-description".to_owned()), "{name}");
    }
    insta::assert_snapshot!(told(&folder, &["--select", "CKV_AWS_24,cis-aws-5.0:5.33", "new"]), @r#"
    status: 2
    --- stdout
    new/main.tf:10:20: critical[admin-port-open-to-world] SSH (22/tcp) open to the whole IPv4 internet on aws_security_group.web
    --- stderr
    error[usage] --select cis-aws-5.0:5.33: there is no such rule (did you mean `cis-aws-5.0:5.3`?)
    1 diagnostic (1 critical) in 1 file
    "#);
    assert_eq!(folder.run(&["check", "--select", "a["]).status, Some(2));

    let folder = twice("select: [severity:critical, unrestricted-egress]\nignore: CKV_AWS_24\n");
    insta::assert_snapshot!(told(&folder, &["new"]), @r#"
    status: 0
    --- stdout
    new/main.tf:18:20: info[unrestricted-egress] all traffic to the whole IPv4 internet allowed on aws_security_group.web
    --- stderr
    1 diagnostic (1 info) in 1 file
    "#);
    let minimal = told(&folder, &["--profile", "minimal", "new"]);
    assert!(!minimal.contains("admin-port") && minimal.contains("high["), "`ignore` still counts: {minimal}");
    assert!(told(&folder, &["--select", "CKV_AWS_24", "new"]).contains("admin-port-open-to-world"));
    insta::assert_snapshot!(problems("ignore: [CKV_AWS_42, acme/x]\n"), @"");
}

#[test]
fn an_override_counts_in_its_paths() {
    let folder = twice(
        "\
profile: strict
overrides:
  - paths: [legacy/]
    profile: minimal
    rules: { admin-port-open-to-world: low }
  - paths: /legacy/main.tf
    rules: { unrestricted-egress: { severity: high } }
",
    );
    insta::assert_snapshot!(told(&folder, &[]), @r#"
    status: 1
    --- stdout
    legacy/main.tf:10:20: low[admin-port-open-to-world] SSH (22/tcp) open to the whole IPv4 internet on aws_security_group.web
    legacy/main.tf:18:20: high[unrestricted-egress] all traffic to the whole IPv4 internet allowed on aws_security_group.web
    new/main.tf:10:20: critical[admin-port-open-to-world] SSH (22/tcp) open to the whole IPv4 internet on aws_security_group.web
    new/main.tf:18:20: info[unrestricted-egress] all traffic to the whole IPv4 internet allowed on aws_security_group.web
    --- stderr
    4 diagnostics (1 critical, 1 high, 1 low, 1 info) in 2 files
    "#);

    let folder = twice(
        "overrides: [{ paths: [legacy/], rules: { admin-port-open-to-world: { params: { ports: [3389] } } } }]\n",
    );
    insta::assert_snapshot!(told(&folder, &["--select", "admin-port-open-to-world,high-risk-port-open-to-world"]), @r#"
    status: 1
    --- stdout
    new/main.tf:10:20: critical[admin-port-open-to-world] SSH (22/tcp) open to the whole IPv4 internet on aws_security_group.web
    --- stderr
    1 diagnostic (1 critical) in 2 files
    "#);

    let config =
        "overrides: [{ rules: { wide-port-rage: off, wide-port-range: { params: { limits: 5 } } } }]\n";
    insta::assert_snapshot!(problems(config), @r#"
    status: 2
    --- stdout
      error[config-invalid] an element of `overrides` has no `paths`: the files; patterns as
      │ in .gitignore, relative to the config
       ╭─[sglint.yaml:1:13]
     1 │ overrides: [{ rules: { wide-port-rage: off, wide-port-range: { params: { limits: 5 } } } }]
       ·             ──────────────────────────────────────────────────────────────────────────────
       ╰────
      help: add `paths: [legacy/]`

      error[config-unknown-rule] there is no rule "wide-port-rage"
       ╭─[sglint.yaml:1:24]
     1 │ overrides: [{ rules: { wide-port-rage: off, wide-port-range: { params: { limits: 5 } } } }]
       ·                        ──────────────
       ╰────
      help: did you mean `wide-port-range`?

      error[rule-parameter] wide-port-range has no parameter limits
       ╭─[sglint.yaml:1:74]
     1 │ overrides: [{ rules: { wide-port-rage: off, wide-port-range: { params: { limits: 5 } } } }]
       ·                                                                          ──────
       ╰────
      help: did you mean limit?

    no diagnostics in 1 file
    --- stderr
    "#);
}

#[test]
fn addresses_have_names() {
    let config = |peer: &str| {
        format!("addresses: {{ office: [198.18.4.0/24, 2001:db8:1::/48] }}\ntrusted: [{peer}]\n")
    };
    let wide = group("198.18.4.0/24").replace("to_port     = 22", "to_port     = 2222");
    let run = |trusted: &str| {
        let folder = Folder::new(&[("sglint.yaml", &config(trusted)), ("main.tf", &wide)]);
        folder.run(&["check", "--format", "concise", "--select", "wide-port-range"])
    };
    assert_eq!(run("10.0.0.0/8").status, Some(1));
    assert_eq!(run("office").status, Some(0));
    insta::assert_snapshot!(run("ofice").all(), @r#"
    status: 2
    --- stdout
    main.tf:7:19: medium[wide-port-range] 2201 tcp ports (22-2222) open to 198.18.4.0/24 on aws_security_group.web
    --- stderr
    sglint.yaml:2:11: error[config-invalid] there are no addresses called "ofice" (did you mean `office`?)
    1 diagnostic (1 medium) in 1 file
    "#);
}

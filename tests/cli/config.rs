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
    new/main.tf:1:1: low[replacement-without-create-before-destroy] replacing aws_security_group.web fails: a change of its name, description or VPC deletes it first, which fails as long as anything uses it
    new/main.tf:10:20: critical[admin-port-open-to-world] SSH (22/tcp) open to the whole IPv4 internet on aws_security_group.web
    new/main.tf:18:20: info[unrestricted-egress] all traffic to the whole IPv4 internet allowed on aws_security_group.web
    --- stderr
    3 diagnostics (1 critical, 1 low, 1 info) in 1 file
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
    insta::assert_snapshot!(problems("ignore: [CKV_AWS_42, acme/x]\n"), @r#"
    status: 2
    --- stdout
      error[config-unknown-rule] there is no rule "CKV_AWS_42"
       ╭─[sglint.yaml:1:10]
     1 │ ignore: [CKV_AWS_42, acme/x]
       ·          ──────────
       ╰────
      help: did you mean `CKV_AWS_24`?

      error[config-unknown-rule] there is no rule "acme/x"
       ╭─[sglint.yaml:1:22]
     1 │ ignore: [CKV_AWS_42, acme/x]
       ·                      ──────
       ╰────
      help: `sglint rules` lists the rules; patterns such as '*-open-to-world', standards, controls
            (cis-aws-5.0:5.3), severities (severity:high) and names in other linters count too

    no diagnostics in 1 file
    --- stderr
    "#);
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
    new/main.tf:1:1: low[replacement-without-create-before-destroy] replacing aws_security_group.web fails: a change of its name, description or VPC deletes it first, which fails as long as anything uses it
    new/main.tf:10:20: critical[admin-port-open-to-world] SSH (22/tcp) open to the whole IPv4 internet on aws_security_group.web
    new/main.tf:18:20: info[unrestricted-egress] all traffic to the whole IPv4 internet allowed on aws_security_group.web
    --- stderr
    5 diagnostics (1 critical, 1 high, 2 low, 1 info) in 2 files
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
      error[config-invalid] an element of `overrides` has no `paths`: the root modules, templates or
      │ files; patterns as in .gitignore, relative to the config
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

#[test]
fn a_waiver_accepts_what_it_names() {
    let folder = twice(
        "\
waivers:
  - { rule: admin-port-open-to-world, path: legacy/, reason: \"moves in spring, NET-7\", until: 2999-03-31 }
  - { rule: unrestricted-egress, resource: aws_security_group.w*, reason: all of it is logged }
",
    );
    insta::assert_snapshot!(told(&folder, &["--profile", "strict", "--show-suppressed"]), @r#"
    status: 1
    --- stdout
    legacy/main.tf:1:1: low[replacement-without-create-before-destroy] replacing aws_security_group.web fails: a change of its name, description or VPC deletes it first, which fails as long as anything uses it
    legacy/main.tf:10:20: critical[admin-port-open-to-world] SSH (22/tcp) open to the whole IPv4 internet on aws_security_group.web (suppressed)
    legacy/main.tf:18:20: info[unrestricted-egress] all traffic to the whole IPv4 internet allowed on aws_security_group.web (suppressed)
    new/main.tf:1:1: low[replacement-without-create-before-destroy] replacing aws_security_group.web fails: a change of its name, description or VPC deletes it first, which fails as long as anything uses it
    new/main.tf:10:20: critical[admin-port-open-to-world] SSH (22/tcp) open to the whole IPv4 internet on aws_security_group.web
    new/main.tf:18:20: info[unrestricted-egress] all traffic to the whole IPv4 internet allowed on aws_security_group.web (suppressed)
    --- stderr
    3 diagnostics (1 critical, 2 low) in 2 files; 3 suppressed
    "#);
    let json = folder.run(&["check", "--format", "json", "--show-suppressed"]).stdout;
    let report: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    insta::assert_snapshot!(report["diagnostics"][0]["suppressed"].to_string(), @r#"{"by":"waiver","reason":"moves in spring, NET-7","until":"2999-03-31"}"#);
    assert!(told(&folder, &["--no-suppressions"]).contains("2 diagnostics (2 critical)"));
}

#[test]
fn ports_may_be_open_to_the_internet_on_purpose() {
    let group = |name: &str, ports: &[u16], peer: &str| {
        let rules = ports.iter().map(|port| {
            format!("  ingress {{\n    description = \"x\"\n    from_port = {port}\n    to_port = {port}\n    protocol = \"tcp\"\n    cidr_blocks = [\"{peer}\"]\n  }}\n")
        });
        let rules = rules.collect::<String>();
        format!("resource \"aws_security_group\" \"{name}\" {{\n  description = \"x\"\n{rules}}}\n")
    };
    let code = [
        group("web", &[8443, 8080, 22], "0.0.0.0/0"),
        group("east", &[8443], "0.0.0.0/1"),
        group("west", &[8443], "128.0.0.0/1"),
        "resource \"aws_instance\" \"app\" {\n  vpc_security_group_ids = [aws_security_group.east.id, aws_security_group.west.id]\n}\n".to_owned(),
    ];
    let code = code.concat();
    let ids = "admin-port-open-to-world,high-risk-port-open-to-world,unauthorized-port-open-to-world,combined-groups-expose,near-world-cidr";
    let run =
        |config: &str| told(&Folder::new(&[("sglint.yaml", config), ("main.tf", &code)]), &["--select", ids]);
    insta::assert_snapshot!(run(""), @"
    status: 1
    --- stdout
    main.tf:8:20: high[unauthorized-port-open-to-world] HTTPS (8443/tcp) open to the whole IPv4 internet on aws_security_group.web
    main.tf:15:20: critical[high-risk-port-open-to-world] HTTP (8080/tcp) open to the whole IPv4 internet on aws_security_group.web
    main.tf:22:20: critical[admin-port-open-to-world] SSH (22/tcp) open to the whole IPv4 internet on aws_security_group.web
    main.tf:32:20: high[combined-groups-expose] HTTPS (8443/tcp) open to the whole IPv4 internet, by 0.0.0.0/1 and 128.0.0.0/1 on aws_instance.app, which carries aws_security_group.east and aws_security_group.west
    main.tf:32:20: high[near-world-cidr] HTTPS (8443/tcp) open to 0.0.0.0/1 on aws_security_group.east: a range of the public internet, not a network
    main.tf:42:20: high[near-world-cidr] HTTPS (8443/tcp) open to 128.0.0.0/1 on aws_security_group.west: a range of the public internet, not a network
    --- stderr
    6 diagnostics (2 critical, 4 high) in 1 file
    ");
    insta::assert_snapshot!(run("public-ports: { tcp: [8443, 8080, 22] }\n"), @"
    status: 0
    --- stdout
    --- stderr
    no diagnostics in 1 file
    ");
}

/// Two root modules that call the same one, which opens SSH.
fn environments(config: &str, more: &[(&str, &str)]) -> Folder {
    let open = group("0.0.0.0/0");
    let call =
        "module \"web\" {\n  source = \"../../modules/web\"\n  vpc    = \"vpc-0123456789abcdef0\"\n}\n";
    let files = [
        ("sglint.yaml", config),
        ("modules/web/main.tf", &open),
        ("envs/dev/main.tf", call),
        ("envs/prod/main.tf", call),
    ];
    Folder::new(&[&files, more].concat())
}

#[test]
fn the_config_of_a_root_module_decides_about_what_it_calls() {
    let config = "\
fail-on: critical
rules: { admin-port-open-to-world: high }
";
    let waiver = "waivers: [{ rule: admin-port-open-to-world, reason: lab }]\n";
    let folder = environments("", &[("envs/dev/sglint.yaml", config)]);
    insta::assert_snapshot!(told(&folder, &[]), @"
    status: 1
    --- stdout
    modules/web/main.tf:10:20: high[admin-port-open-to-world] SSH (22/tcp) open to the whole IPv4 internet on module.web.aws_security_group.web
    modules/web/main.tf:10:20: critical[admin-port-open-to-world] SSH (22/tcp) open to the whole IPv4 internet on module.web.aws_security_group.web
    --- stderr
    2 diagnostics (1 critical, 1 high) in 3 files
    ");
    assert_eq!(folder.run(&["check", "envs/dev"]).status, Some(0), "high does not fail there");

    let folder = environments("", &[("envs/dev/sglint.yaml", waiver)]);
    insta::assert_snapshot!(told(&folder, &["--show-suppressed"]), @"
    status: 1
    --- stdout
    modules/web/main.tf:10:20: critical[admin-port-open-to-world] SSH (22/tcp) open to the whole IPv4 internet on module.web.aws_security_group.web
    modules/web/main.tf:10:20: critical[admin-port-open-to-world] SSH (22/tcp) open to the whole IPv4 internet on module.web.aws_security_group.web (suppressed)
    --- stderr
    1 diagnostic (1 critical) in 3 files; 1 suppressed
    ");

    let folder = environments("", &[("modules/web/sglint.yaml", waiver)]);
    insta::assert_snapshot!(told(&folder, &[]), @"
    status: 1
    --- stdout
    modules/web/main.tf:10:20: critical[admin-port-open-to-world] SSH (22/tcp) open to the whole IPv4 internet on module.web.aws_security_group.web
    --- stderr
    modules/web/sglint.yaml:1:11: warning[config-waiver-unused] nothing needs this waiver of `admin-port-open-to-world` (modules are judged under the config of the root module that calls them: move the waiver there)
    1 diagnostic (1 critical) in 3 files
    ");
}

#[test]
fn waivers_and_overrides_name_roots_files_and_calls() {
    for path in ["envs/prod/", "/envs/prod/main.tf"] {
        let waiver = format!("waivers: [{{ rule: admin-port-open-to-world, path: {path}, reason: lab }}]\n");
        let shown = told(&environments(&waiver, &[]), &[]);
        assert!(shown.contains("1 diagnostic (1 critical) in 3 files; 1 suppressed"), "{path}: {shown}");

        let over =
            format!("overrides: [{{ paths: [{path}], rules: {{ admin-port-open-to-world: low }} }}]\n");
        insta::allow_duplicates! {
            insta::assert_snapshot!(told(&environments(&over, &[]), &[]), @"
            status: 1
            --- stdout
            modules/web/main.tf:10:20: low[admin-port-open-to-world] SSH (22/tcp) open to the whole IPv4 internet on module.web.aws_security_group.web
            modules/web/main.tf:10:20: critical[admin-port-open-to-world] SSH (22/tcp) open to the whole IPv4 internet on module.web.aws_security_group.web
            --- stderr
            2 diagnostics (1 critical, 1 low) in 3 files
            ");
        }
        let off = format!("overrides: [{{ paths: [{path}], rules: {{ admin-port-open-to-world: off }} }}]\n");
        let shown = told(&environments(&off, &[]), &["envs/prod"]);
        assert!(!shown.contains("admin-port-open-to-world"), "{path}: {shown}");
    }
}

#[test]
fn what_lies_beside_the_working_directory_is_named_from_it() {
    let folder = environments("fail-on: critcal\n", &[]);
    let ran = folder.run_in("envs/prod", &["check", "--format", "concise"], &[]);
    insta::assert_snapshot!(ran.all(), @r#"
    status: 2
    --- stdout
    ../../modules/web/main.tf:10:20: critical[admin-port-open-to-world] SSH (22/tcp) open to the whole IPv4 internet on module.web.aws_security_group.web
    --- stderr
    ../../sglint.yaml:1:10: error[config-invalid] `fail-on` must be one of info, low, medium, high, critical, not "critcal" (did you mean `critical`?)
    1 diagnostic (1 critical) in 2 files
    "#);
    let ran = folder.run_in("envs", &["check", "--format", "concise", ".."], &[]);
    assert!(ran.stdout.starts_with("../modules/web/main.tf:10:20: critical"), "{}", ran.stdout);
}

#[test]
fn a_comment_at_one_call_says_nothing_of_another() {
    let call = "# sglint: ignore[admin-port-open-to-world] lab\nmodule \"web\" {\n  source = \"../../modules/web\"\n  vpc    = \"vpc-0123456789abcdef0\"\n}\n";
    let folder = environments("", &[("envs/dev/main.tf", call)]);
    insta::assert_snapshot!(told(&folder, &["--show-suppressed"]), @"
    status: 1
    --- stdout
    modules/web/main.tf:10:20: critical[admin-port-open-to-world] SSH (22/tcp) open to the whole IPv4 internet on module.web.aws_security_group.web
    modules/web/main.tf:10:20: critical[admin-port-open-to-world] SSH (22/tcp) open to the whole IPv4 internet on module.web.aws_security_group.web (suppressed)
    --- stderr
    1 diagnostic (1 critical) in 3 files; 1 suppressed
    ");
}

#[test]
fn who_names_a_rule_as_another_linter_does_is_told_its_id() {
    let code = group("0.0.0.0/0").replacen(
        "ingress {",
        "ingress { # sglint: ignore[CKV_AWS_24, admin-*, AWS-0107] bastion until 2027-01-31",
        1,
    );
    let config = "\
rules: { CKV_AWS_25: low }
waivers: [{ rule: CKV_AWS_24, reason: lab }, { rule: admin-*, reason: lab }]
";
    let folder = Folder::new(&[("sglint.yaml", config), ("main.tf", &code)]);
    insta::assert_snapshot!(told(&folder, &[]), @r#"
    status: 2
    --- stdout
    main.tf:10:20: critical[admin-port-open-to-world] SSH (22/tcp) open to the whole IPv4 internet on aws_security_group.web
    --- stderr
    main.tf:5:13: warning[suppression-invalid] the date of expiry must stand in parentheses at the end (write `sglint: ignore[rule] reason`, with `(until YYYY-MM-DD)` at the end if it shall expire; it does not count)
    sglint.yaml:1:10: error[config-unknown-rule] there is no rule "CKV_AWS_25" (CKV_AWS_25 is `admin-port-open-to-world` here)
    sglint.yaml:2:19: error[config-unknown-rule] there is no rule "CKV_AWS_24" (CKV_AWS_24 is `admin-port-open-to-world` here)
    sglint.yaml:2:54: error[config-unknown-rule] there is no rule "admin-*" (patterns do not count here: name each rule in full)
    1 diagnostic (1 critical) in 1 file
    "#);
    let code = code.replace("until 2027-01-31", "(until 2999-01-31)");
    let folder = Folder::new(&[("main.tf", &code)]);
    insta::assert_snapshot!(told(&folder, &[]), @r#"
    status: 1
    --- stdout
    main.tf:10:20: critical[admin-port-open-to-world] SSH (22/tcp) open to the whole IPv4 internet on aws_security_group.web
    --- stderr
    main.tf:5:30: warning[suppression-unknown-rule] there is no rule "CKV_AWS_24" to ignore (CKV_AWS_24 is `admin-port-open-to-world` here)
    main.tf:5:42: warning[suppression-unknown-rule] there is no rule "admin-*" to ignore (patterns do not count here: name each rule in full)
    main.tf:5:51: warning[suppression-unknown-rule] there is no rule "AWS-0107" to ignore (AWS-0107 is `admin-port-open-to-world` or `all-traffic-open-to-world` or `high-risk-port-open-to-world` or `unauthorized-port-open-to-world` here)
    1 diagnostic (1 critical) in 1 file
    "#);
}

#[test]
fn a_waiver_names_an_instance_by_its_address() {
    let open = group("0.0.0.0/0").replacen('{', "{\n  for_each = toset([\"x\"])", 1);
    let open = open.replace("[aws_security_group.web.id]", "[aws_security_group.web[\"x\"].id]");
    for (key, found) in [("x", "no diagnostics"), ("*", "no diagnostics"), ("y", "1 diagnostic")] {
        let config = format!(
            "waivers: {{ rule: admin-port-open-to-world, reason: lab, resource: 'aws_security_group.web[\"{key}\"]' }}\n"
        );
        let shown = told(&Folder::new(&[("sglint.yaml", &config), ("main.tf", &open)]), &[]);
        assert!(shown.contains(found), "{shown}");
    }
}

#[test]
fn a_waiver_that_does_not_count_is_told() {
    let waivers = "\
waivers:
  - { rule: admin-port-open-to-world, path: legacy/, reason: spring, until: 2020-03-31 }
  - { rule: admin-port-open-to-world, resource: aws_security_group.db, reason: gone }
";
    let folder = twice(waivers);
    insta::assert_snapshot!(told(&folder, &[]), @r#"
    status: 1
    --- stdout
    legacy/main.tf:10:20: critical[admin-port-open-to-world] SSH (22/tcp) open to the whole IPv4 internet on aws_security_group.web
    new/main.tf:10:20: critical[admin-port-open-to-world] SSH (22/tcp) open to the whole IPv4 internet on aws_security_group.web
    --- stderr
    sglint.yaml:2:5: warning[config-waiver-expired] this waiver expired after 2020-03-31 (mend what it covers, or give it a new date: spring)
    sglint.yaml:3:5: warning[config-waiver-unused] nothing needs this waiver of `admin-port-open-to-world` (remove it, so that it does not hide what comes later)
    2 diagnostics (2 critical) in 2 files
    "#);
    assert!(!told(&folder, &["new"]).contains("config-waiver"), "what is elsewhere may need them");
    assert!(!told(&folder, &["--ignore", "admin-port-open-to-world"]).contains("config-waiver"));
    insta::assert_snapshot!(
        problems("waivers: [{ rule: admin-prt-open-to-world, reason: x }, { rule: shadowed-rule, until: soon }]\n"),
        @r#"
    status: 2
    --- stdout
      error[config-unknown-rule] there is no rule "admin-prt-open-to-world"
       ╭─[sglint.yaml:1:19]
     1 │ waivers: [{ rule: admin-prt-open-to-world, reason: x }, { rule: shadowed-rule, until: soon }]
       ·                   ───────────────────────
       ╰────
      help: did you mean `admin-port-open-to-world`?

      error[config-invalid] an element of `waivers` has no `reason`: why it is accepted
       ╭─[sglint.yaml:1:57]
     1 │ waivers: [{ rule: admin-prt-open-to-world, reason: x }, { rule: shadowed-rule, until: soon }]
       ·                                                         ────────────────────────────────────
       ╰────
      help: add `reason: moves in spring`

      error[config-invalid] "soon" is not a date
       ╭─[sglint.yaml:1:87]
     1 │ waivers: [{ rule: admin-prt-open-to-world, reason: x }, { rule: shadowed-rule, until: soon }]
       ·                                                                                       ────
       ╰────
      help: for example `until: 2027-03-31`

    no diagnostics in 1 file
    --- stderr
    "#
    );
}

#[test]
fn rules_that_take_no_comments_take_waivers() {
    let rule = "\
policy: v1
id: acme/no-ssh
title: SSH
on: permission
when: permission.direction == 'ingress'
severity: high
ignorable: false
message: \"SSH on {group}\"
why: w
help: h
";
    let code =
        group("10.0.0.0/8").replacen("ingress {", "ingress { # sglint: ignore[acme/no-ssh] bastion", 1);
    let run = |config: &str| {
        let files = [("sglint.yaml", config), ("policies/no-ssh.yaml", rule), ("main.tf", code.as_str())];
        told(&Folder::new(&files), &["--select", "acme/no-ssh"])
    };
    insta::assert_snapshot!(run("policies: policies\n"), @r#"
    status: 1
    --- stdout
    main.tf:5:3: high[acme/no-ssh] SSH on aws_security_group.web
    --- stderr
    main.tf:5:30: warning[suppression-refused] `acme/no-ssh` must not be suppressed (mend what it found; only the config can waive it or turn the rule off)
    1 diagnostic (1 high) in 1 file
    "#);
    let waived = run("policies: policies\nwaivers: { rule: acme/no-ssh, reason: bastion }\n");
    assert!(waived.contains("no diagnostics") && waived.contains("1 suppressed"), "{waived}");
}

#[test]
fn comments_for_other_linters_count_if_the_config_says_so() {
    let code = group("0.0.0.0/0").replacen(
        "from_port",
        "# checkov:skip=CKV_AWS_24:bastion, reviewed\n    from_port",
        1,
    );
    let template = "\
Resources:
  Web:
    Type: AWS::EC2::SecurityGroup
    Metadata:
      cfn_nag: { rules_to_suppress: [{ id: W5, reason: everything is logged }] }
      checkov: { skip: [{ id: CKV_AWS_24, comment: bastion }] }
    Properties:
      GroupDescription: Web servers
      VpcId: vpc-0123456789abcdef0
      SecurityGroupIngress:
        - { IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 0.0.0.0/0, Description: Remote access }
  Db:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Database
      VpcId: vpc-0123456789abcdef0
      SecurityGroupIngress: #trivy:ignore:AVD-AWS-0107:exp:2020-01-01
        - { IpProtocol: tcp, FromPort: 5432, ToPort: 5432, CidrIp: 0.0.0.0/0, Description: Queries }
";
    let run = |config: &str, more: &[&str]| {
        let files = [("sglint.yaml", config), ("main.tf", code.as_str()), ("stack.yaml", template)];
        told(&Folder::new(&files), &[&["--select", "severity:critical"], more].concat())
    };
    assert!(run("", &[]).contains("3 diagnostics (3 critical)"));
    insta::assert_snapshot!(run("suppressions: { foreign: true }\n", &["--show-suppressed"]), @r#"
    status: 1
    --- stdout
    main.tf:11:20: critical[admin-port-open-to-world] SSH (22/tcp) open to the whole IPv4 internet on aws_security_group.web (suppressed)
    stack.yaml:11:64: critical[admin-port-open-to-world] SSH (22/tcp) open to the whole IPv4 internet on Web (suppressed)
    stack.yaml:18:68: critical[high-risk-port-open-to-world] PostgreSQL (5432/tcp) open to the whole IPv4 internet on Db
    --- stderr
    stack.yaml:17:29: warning[suppression-expired] this suppression expired after 2020-01-01 (mend what it covers, or give it a new date: trivy:ignore:AVD-AWS-0107:exp:2020-01-01)
    1 diagnostic (1 critical) in 2 files; 2 suppressed, 2 of them by comments for other linters
    "#);
}

#[test]
fn a_key_that_is_there_twice_is_an_error() {
    let folder = Folder::new(&[("main.tf", ""), ("sglint.yaml", "fail-on: high\nrules: {}\nfail-on: low\n")]);
    insta::assert_snapshot!(folder.run(&["check", "--format", "concise"]).all(), @r"
    status: 2
    --- stdout
    --- stderr
    sglint.yaml:3:1: error[config-invalid] the key `fail-on` was already given on line 1; only this last one counts (remove one of the two, or rename it)
    no diagnostics in 1 file
    ");
}

#[test]
fn folders_that_are_not_there_are_named_as_they_are_written() {
    let folder = Folder::new(&[("main.tf", ""), ("sglint.yaml", "policies: [polices]\n")]);
    insta::assert_snapshot!(folder.run(&["check", "--format", "concise"]).all(), @r"
    status: 2
    --- stdout
    --- stderr
    polices: error[rule-folder] there is no file or folder polices (correct the path under `policies` in sglint.yaml)
    no diagnostics in 1 file; 1 not judged (-v says why)
    ");
}

#[test]
fn what_the_premises_name_and_the_code_has_not_is_told() {
    let config = "links:\n  - [aws_vpc.main, vpc-0abc]\n  - [aws_vpc.mian, vpc-0abc]\n\
                  tiers:\n  web: {resources: aws_instance.*}\n  db: {resources: [aws_rds_cluster.*]}\n";
    let main = format!(
        "{}\nresource \"aws_vpc\" \"main\" {{\n  cidr_block = \"10.0.0.0/16\"\n}}\n",
        group("10.0.0.0/8")
    );
    let folder = Folder::new(&[("sglint.yaml", config), ("main.tf", &main)]);
    let told =
        |path: &str| folder.run(&["check", path, "--format", "concise", "-v", "--select", "degenerate-cidr"]);
    insta::assert_snapshot!(told(".").stderr, @"
    sglint.yaml:3:6: warning[config-link-unknown] the code has no VPC aws_vpc.mian (write the address of a VPC as it stands in the code (`aws_vpc.main`, `Vpc`), or the id of one)
    sglint.yaml:6:3: warning[config-tier-unused] nothing that carries groups belongs to the tier `db` (correct its patterns, which match addresses of resources without instance keys, or remove it)
    no diagnostics in 1 file
    ");
    // The rest of the code may have it.
    assert!(!told("main.tf").stderr.contains("config-"));
}

/// Two calls of one module in one root, the first with a comment.
fn two_calls(comment: &str, config: &str) -> Folder {
    let call = |name: &str| {
        format!("module \"{name}\" {{\n  source = \"./m\"\n  vpc    = \"vpc-0123456789abcdef0\"\n}}\n")
    };
    let first = format!("{comment}{}", call("a"));
    let open = group("0.0.0.0/0");
    let files = [("sglint.yaml", config), ("a.tf", &first), ("b.tf", &call("b")), ("m/main.tf", &open)];
    Folder::new(&files)
}

#[test]
fn calls_in_one_root_are_accepted_and_weighed_apart() {
    let only_ssh = ["--select", "admin-port-open-to-world"];
    let folder = two_calls("# sglint: ignore[admin-port-open-to-world] lab\n", "");
    insta::assert_snapshot!(told(&folder, &only_ssh), @"
    status: 1
    --- stdout
    m/main.tf:10:20: critical[admin-port-open-to-world] SSH (22/tcp) open to the whole IPv4 internet on module.b.aws_security_group.web
    --- stderr
    1 diagnostic (1 critical) in 3 files; 1 suppressed
    ");
    let config = "overrides: [{ paths: a.tf, rules: { admin-port-open-to-world: low } }]";
    insta::assert_snapshot!(told(&two_calls("", config), &only_ssh), @"
    status: 1
    --- stdout
    m/main.tf:10:20: low[admin-port-open-to-world] SSH (22/tcp) open to the whole IPv4 internet on module.a.aws_security_group.web
    m/main.tf:10:20: critical[admin-port-open-to-world] SSH (22/tcp) open to the whole IPv4 internet on module.b.aws_security_group.web
    --- stderr
    2 diagnostics (1 critical, 1 low) in 3 files
    ");
    let config = "waivers: [{ rule: admin-port-open-to-world, reason: lab, resource: module.b.* }]";
    insta::assert_snapshot!(told(&two_calls("", config), &only_ssh), @"
    status: 1
    --- stdout
    m/main.tf:10:20: critical[admin-port-open-to-world] SSH (22/tcp) open to the whole IPv4 internet on module.a.aws_security_group.web
    --- stderr
    1 diagnostic (1 critical) in 3 files; 1 suppressed
    ");
    let plain = told(&two_calls("", ""), &only_ssh);
    assert_eq!(plain.matches("critical[").count(), 1, "without them, one cause is one diagnostic: {plain}");
}

#[test]
fn what_patterns_except_is_not_named_by_its_root() {
    let off = "overrides: [{ paths: ['*', '!main.tf'], rules: { admin-port-open-to-world: off } }]";
    let waived = "waivers: [{ rule: admin-port-open-to-world, reason: lab, path: ['**', '!main.tf'] }]";
    for config in [off, waived] {
        let folder = Folder::new(&[("sglint.yaml", config), ("main.tf", &group("0.0.0.0/0"))]);
        let told = told(&folder, &[]);
        assert!(told.contains("critical[admin-port-open-to-world]"), "{config}: {told}");
    }
}

#[test]
fn what_was_not_judged_may_need_a_suppression() {
    let code = group("x")
        .replace("[\"x\"]", "var.c")
        .replace("  ingress {", "  ingress { # sglint: ignore[admin-port-open-to-world] lab")
        + "variable \"c\" {\n  type = list(string)\n}\n";
    let config = "waivers: [{ rule: admin-port-open-to-world, reason: lab }]";
    let folder = Folder::new(&[("sglint.yaml", config), ("main.tf", &code)]);
    let told = told(&folder, &["-v"]);
    assert!(told.contains("not judged by") && !told.contains("unused"), "{told}");
    let folder = Folder::new(&[("sglint.yaml", config), ("plan.json", "{\"format_version\":\"1.2\",")]);
    let told = folder.run(&["check", "--format", "concise", "-v"]).all();
    assert!(told.contains("plan-syntax") && !told.contains("unused"), "{told}");
}

/// A tag that is not known may be that of an earlier tier.
#[test]
fn a_tier_by_a_tag_that_is_not_known_is_not_known() {
    let code = group("10.0.0.0/8").replace(
        "resource \"aws_instance\" \"web\" {",
        "resource \"aws_instance\" \"web\" {\n  tags = { Tier = var.vpc }",
    );
    let config = "tiers: { data: { tags: { Tier: data* } }, rest: { resources: ['*'] } }";
    let folder = Folder::new(&[("sglint.yaml", config), ("main.tf", &code)]);
    let facts = folder.run(&["facts", "--kind", "attachment"]).all();
    assert!(facts.contains("tier           unknown: variable vpc has no value"), "{facts}");
    let told = told(&folder, &["-v"]);
    assert!(!told.contains("config-tier-unused"), "{told}");
}

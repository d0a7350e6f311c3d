//! `sglint check`, as far as it does not depend on what is judged.

use std::fs;

use crate::run::Folder;

#[test]
fn nothing_to_judge_is_said() {
    let folder = Folder::new(&[("notes.md", "")]);
    insta::assert_snapshot!(folder.run(&["check"]).all(), @r#"
    status: 0
    --- stdout
    nothing was judged: there are no Terraform files or CloudFormation templates here
    --- stderr
    "#);
}

#[test]
fn a_missing_path_ends_in_two() {
    let folder = Folder::new(&[("main.tf", "")]);
    insta::assert_snapshot!(folder.run(&["check", "nope"]).all(), @r#"
    status: 2
    --- stdout
      error[path-not-found] nope does not exist
      help: check the spelling; paths are relative to the working directory

    nothing was judged: there are no Terraform files or CloudFormation templates here
    --- stderr
    "#);
    insta::assert_snapshot!(folder.run(&["check", "nope", "--format", "concise"]).all(), @r#"
    status: 2
    --- stdout
    --- stderr
    nope: error[path-not-found] nope does not exist (check the spelling; paths are relative to the working directory)
    nothing was judged: there are no Terraform files or CloudFormation templates here
    "#);
    assert_eq!(folder.run(&["check", "nope", ".", "--exit-zero"]).status, Some(2), "never hides that");
}

#[test]
fn a_broken_config_is_shown_in_its_place() {
    let folder = Folder::new(&[("main.tf", ""), ("sglint.yaml", "fail-no: high\nexclude: [examples]\n")]);
    insta::assert_snapshot!(folder.run(&["check"]).all(), @r#"
    status: 2
    --- stdout
      error[config-unknown-key] "fail-no" is not a setting of the config
       ╭─[sglint.yaml:1:1]
     1 │ fail-no: high
       · ───────
     2 │ exclude: [examples]
       ╰────
      help: did you mean `fail-on`?

    no diagnostics in 1 file
    --- stderr
    "#);
    assert_eq!(folder.run(&["check", "--no-config"]).status, Some(0));
    let ran = folder.run(&["check", "--config", "other.yaml", "-q"]);
    insta::assert_snapshot!(ran.all(), @r#"
    status: 2
    --- stdout
      error[config-unreadable] cannot read other.yaml: No such file or directory (os error 2)
      help: check the path and its permissions; the run went on with the default settings

    --- stderr
    "#);
}

#[test]
fn a_report_can_go_to_a_file() {
    let folder = Folder::new(&[("main.tf", "")]);
    let ran = folder.run(&["check", "nope", "--format", "json=report.json", "--format", "concise"]);
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(2), ""));
    let report = fs::read_to_string(folder.path("report.json")).expect("the report");
    assert!(report.contains("\"schema_version\": \"1.0\"") && report.contains("path-not-found"), "{report}");

    let ran = folder.run(&["check", "--format", "json=no/such/folder.json"]);
    assert_eq!(ran.status, Some(2));
    assert!(ran.stderr.contains("cannot write no/such/folder.json"), "{}", ran.stderr);
}

#[test]
fn json_has_every_problem_and_nothing_else_is_printed() {
    let folder = Folder::new(&[("main.tf", "")]);
    let ran = folder.run(&["check", "nope", "--format", "json"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(2), ""));
    insta::assert_snapshot!(ran.stdout.replace(env!("CARGO_PKG_VERSION"), "VERSION"), @r#"
    {
      "schema_version": "1.0",
      "tool": {
        "name": "sglint",
        "version": "VERSION"
      },
      "diagnostics": [],
      "problems": [
        {
          "code": "path-not-found",
          "severity": "error",
          "message": "nope does not exist",
          "help": "check the spelling; paths are relative to the working directory",
          "path": "nope",
          "span": null
        }
      ],
      "summary": {
        "files": 0,
        "units": 0,
        "groups": 0,
        "permissions": 0,
        "diagnostics": 0,
        "possible": 0,
        "suppressed": 0,
        "not_judged": 1
      }
    }
    "#);
}

#[test]
fn strict_fails_on_what_was_not_judged() {
    let folder = Folder::new(&[("main.tf", "module \"net\" {\n  source = \"./nowhere\"\n}\n")]);
    let ran = folder.run(&["check"]);
    assert_eq!(ran.status, Some(0));
    assert!(ran.stdout.contains("1 not judged (-v says why)"), "{}", ran.stdout);
    assert_eq!(folder.run(&["check", "--strict", "--exit-zero"]).status, Some(2));
    let ran = folder.run(&["check", "-v"]);
    assert!(ran.stdout.contains("module-not-found (1)\n    main.tf:2:12: "), "{}", ran.stdout);
}

#[test]
fn what_was_not_judged_is_grouped_by_cause() {
    let module = "module \"net\" {\n  source  = \"example/net/aws\"\n  version = \"1.0.0\"\n}\n";
    let code = r#"variable "office" {}

resource "aws_security_group" "web" {
  name        = "web"
  description = "Admits the office"

  ingress {
    description = "one"
    protocol    = "tcp"
    from_port   = 22
    to_port     = 22
    cidr_blocks = [var.office]
  }

  ingress {
    description = "two"
    protocol    = "tcp"
    from_port   = 3389
    to_port     = 3389
    cidr_blocks = [var.office, module.net.cidr]
  }
}
"#;
    let folder = Folder::new(&[("main.tf", code), ("net.tf", module)]);
    insta::assert_snapshot!(folder.run(&["check", "-v", "--select", "admin-port-open-to-world,degenerate-cidr"]).stdout, @r"
      module-not-found (1)
        net.tf:2:13: module net (example/net/aws) is not there: what it declares is not judged
      help: run `terraform init` or `terraform get` first: sglint judges the code that they put into
            .terraform/modules

      not-judged: input without a value (1 cause, 4 facts)
        main.tf:1:1: aws_security_group.web is not judged by admin-port-open-to-world,
          degenerate-cidr: variable office has no value (4 facts)
      help: give the input a default, or a value with --var, --var-file, a tfvars file or TF_VAR_…

      not-judged: module not there (1 cause, 1 fact)
        main.tf:20:32: aws_security_group.web is not judged by degenerate-cidr: module net is not
          there
      help: run `terraform init`: sglint judges the modules that it puts into .terraform/modules

    no diagnostics in 2 files; 3 not judged
    ");
    assert_eq!(folder.run(&["check", "--strict", "--exit-zero", "-q"]).status, Some(2));
    assert_eq!(folder.run(&["check", "--exit-zero", "-q"]).status, Some(0));
}

#[test]
fn colours_are_for_terminals_unless_asked_for() {
    let folder = Folder::new(&[]);
    let has_colour = |arguments: &[&str], environment: &[(&str, &str)]| {
        let ran = folder.run_with(&[&["check", "nope"], arguments].concat(), environment);
        ran.stdout.contains('\u{1b}')
    };
    assert!(!has_colour(&[], &[]));
    assert!(has_colour(&["--color", "always"], &[("NO_COLOR", "1")]), "the flag beats the environment");
    assert!(has_colour(&[], &[("FORCE_COLOR", "1")]));
    assert!(!has_colour(&[], &[("FORCE_COLOR", "1"), ("NO_COLOR", "1")]));
    assert!(!has_colour(&["--color", "never"], &[("FORCE_COLOR", "1")]));
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_is_no_error() {
    use std::process::{Command, Stdio};

    let folder = Folder::new(&[]);
    let many = vec!["nope"; 2_000];
    let mut child = Command::new(env!("CARGO_BIN_EXE_sglint"))
        .arg("check")
        .args(many)
        .current_dir(folder.path("."))
        .env_clear()
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""));
}

//! Mistakes on the command line.

use crate::run::Folder;

#[test]
fn a_path_without_a_verb_gets_a_hint() {
    let folder = Folder::new(&[("infra/main.tf", "")]);
    insta::assert_snapshot!(folder.run(&["infra"]).all(), @r#"
    status: 2
    --- stdout
    --- stderr
    error: unrecognized subcommand 'infra'

    Usage: sglint [OPTIONS] <COMMAND>

    For more information, try '--help'.

      help: did you mean `sglint check infra`?
    "#);
    assert!(!folder.run(&["no-such-path"]).stderr.contains("did you mean"));
}

#[test]
fn a_misspelt_flag_ends_in_two() {
    let ran = Folder::new(&[]).run(&["check", "--fail-no", "high"]);
    assert_eq!(ran.status, Some(2));
    assert!(ran.stderr.contains("--fail-on"), "{}", ran.stderr);
    assert_eq!(ran.stdout, "");
}

#[test]
fn a_value_that_is_none_is_explained() {
    let folder = Folder::new(&[]);
    insta::assert_snapshot!(folder.run(&["check", "--fail-on", "urgent"]).all(), @r#"
    status: 2
    --- stdout
    --- stderr
    error: invalid value 'urgent' for '--fail-on <SEVERITY>': unknown severity "urgent"; one of info, low, medium, high, critical

    For more information, try '--help'.
    "#);
    insta::assert_snapshot!(folder.run(&["check", "--format", "sarfi"]).all(), @r#"
    status: 2
    --- stdout
    --- stderr
    error: invalid value 'sarfi' for '--format <FORMAT[=FILE]>': there is no format "sarfi"; one of human, concise, json

    For more information, try '--help'.
    "#);
}

#[test]
fn only_one_format_goes_to_stdout() {
    let ran = Folder::new(&[("main.tf", "")]).run(&["check", "--format", "json", "--format", "human"]);
    insta::assert_snapshot!(ran.all(), @r#"
    status: 2
    --- stdout
    --- stderr
      error[usage] only one format can go to stdout
      help: name a file for the others: --format json=report.json
    "#);
}

#[test]
fn a_report_to_a_dash_goes_to_stdout() {
    let folder = Folder::new(&[("main.tf", "")]);
    let ran = folder.run(&["check", "--format", "json=-"]);
    assert!(ran.stdout.starts_with('{'), "{}", ran.all());
    assert!(!folder.path("-").exists());
}

#[test]
fn help_and_version_go_to_stdout() {
    let folder = Folder::new(&[]);
    let version = folder.run(&["--version"]);
    assert_eq!(
        (version.status, version.stdout.trim()),
        (Some(0), concat!("sglint ", env!("CARGO_PKG_VERSION")))
    );
    let help = folder.run(&["check", "--help"]);
    assert_eq!((help.status, help.stderr.as_str()), (Some(0), ""));
    for flag in [
        "--format",
        "--config",
        "--no-config",
        "--var-file",
        "--select",
        "--ignore",
        "--min-severity",
        "--fail-on",
        "--possible",
        "--strict",
        "--no-suppressions",
        "--show-suppressed",
        "--color",
        "--verbose",
        "--quiet",
        "--exit-zero",
    ] {
        assert!(help.stdout.contains(flag), "{flag} is part of the contract");
    }
}

#[test]
fn standard_input_is_not_read() {
    let ran = Folder::new(&[]).run(&["check", "-"]);
    insta::assert_snapshot!(ran.all(), @r"
    status: 2
    --- stdout
      error[path-not-found] - does not exist
      help: give files or folders: standard input is not read

    nothing was judged: there are no Terraform files or CloudFormation templates here
    --- stderr
    ");
}

#[cfg(target_os = "linux")]
#[test]
fn text_is_wrapped_as_the_terminal_is_wide() {
    let folder = Folder::new(&[("main.tf", "resource \"aws_security_group\" \"group\" {}\n")]);
    let ran = |columns: usize| {
        let command = format!("stty rows 40 cols {columns}; exec {} check", env!("CARGO_BIN_EXE_sglint"));
        let output = std::process::Command::new("script")
            .args(["-qec", &command, "/dev/null"])
            .current_dir(folder.path("."))
            .env("NO_COLOR", "1")
            .env("LC_ALL", "C.UTF-8")
            .stdin(std::process::Stdio::null())
            .output()
            .ok()?;
        Some(String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (Some(wide), Some(narrow)) = (ran(200), ran(60)) else {
        eprintln!("skipped: there is no `script` to make a terminal with");
        return;
    };
    let longest = |text: &str| {
        let words = text.lines().filter(|line| !line.contains("https://"));
        words.map(|line| line.trim_end().chars().count()).max().unwrap_or_default()
    };
    assert!((80..=100).contains(&longest(&wide)), "{wide}");
    assert!(longest(&narrow) <= 60, "{narrow}");
}

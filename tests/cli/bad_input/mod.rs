//! What is broken, hostile or huge ends in a problem with a place, in bounded time and memory, and costs nothing
//! of what lies beside it.

mod choices;
mod cloudformation;
mod files;
mod plans;
mod project;
mod stacks;
mod syntax;
mod terraform;

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::run::Folder;

/// What is good and lies beside what is bad: its group opens three ports.
const GOOD_TERRAFORM: &str = r#"
resource "aws_security_group" "good" {
  ingress {
    from_port   = 4000
    to_port     = 4002
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8"]
  }
}
"#;
const GOOD_TEMPLATE: &str = "
AWSTemplateFormatVersion: '2010-09-09'
Resources:
  Good:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: good
      SecurityGroupIngress: {IpProtocol: tcp, FromPort: 4000, ToPort: 4002, CidrIp: 10.0.0.0/8}
";
/// Finds what is good.
const RULE: &str = "\
policy: v1
id: acme/three-ports
title: Three ports
on: permission
when: permission.direction == 'ingress' && permission.port_count == 3
severity: medium
at: ports
message: \"three ports open on {group}\"
why: So that it is seen.
help: None is needed.
examples:
  - bad: |
      a = 1 # <-- here
  - good: |
      a = 2
";

/// Far more than a run takes (two seconds, in an optimised build), far less than for ever.
const PATIENCE: Duration = Duration::from_mins(1);

/// A folder with what is good, what is bad, and the rule.
fn folder(bad: &[(&str, &str)]) -> Folder {
    let mut files = vec![
        ("good/main.tf", GOOD_TERRAFORM),
        ("good/template.yaml", GOOD_TEMPLATE),
        ("policies/three-ports.yaml", RULE),
        ("sglint.yaml", "policies: [policies]\nexclude: [policies]\n"),
    ];
    files.extend(bad);
    Folder::new(&files)
}

/// A security group that has one rule, with the port as an expression.
fn group(port: &str) -> String {
    format!(
        "resource \"aws_security_group\" \"bad\" {{\n  ingress {{\n    from_port = {port}\n    to_port = {port}\n    \
         protocol = \"tcp\"\n    cidr_blocks = [\"10.0.0.0/8\"]\n  }}\n}}\n"
    )
}

/// What a run made of a folder.
struct Outcome {
    status: i32,
    /// `severity code place: message`, in the order of the report.
    problems: Vec<String>,
    /// Groups besides the good ones.
    groups: u64,
}

/// Checks a whole folder.
fn check(folder: &Folder) -> Outcome {
    check_paths(folder, &["."])
}

/// Checks with these arguments. Whatever is bad, what is good must be judged.
fn check_paths(folder: &Folder, arguments: &[&str]) -> Outcome {
    let report = run(folder, arguments);
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let list = |name: &str| report.json[name].as_array().cloned().unwrap_or_default();

    let found: Vec<_> = list("diagnostics").iter().map(|one| text(&one["span"]["path"])).collect();
    for good in ["good/main.tf", "good/template.yaml"] {
        assert!(found.iter().any(|path| path == good), "{good} is judged: {found:?}\n{}", report.printed);
    }
    let problem = |one: &serde_json::Value| {
        let start = &one["span"]["start"];
        let place = match one["span"]["path"].as_str() {
            Some(path) => format!("{path}:{}:{}", start["line"], start["column"]),
            None => text(&one["path"]),
        };
        format!("{} {} {place}: {}", text(&one["severity"]), text(&one["code"]), text(&one["message"]))
    };
    Outcome {
        status: report.status,
        problems: list("problems").iter().map(problem).collect(),
        groups: report.json["summary"]["groups"].as_u64().unwrap_or_default() - 2,
    }
}

struct Report {
    status: i32,
    json: serde_json::Value,
    printed: String,
}

fn run(folder: &Folder, arguments: &[&str]) -> Report {
    let (json, printed) = (folder.path(".git/report.json"), folder.path(".git/printed"));
    let output = File::create(&printed).expect("a file");
    let mut child = limited()
        .arg("check")
        .args(arguments)
        .args(["--format", "json=.git/report.json", "--format", "human"])
        .current_dir(folder.path("."))
        .env_clear()
        .env("RAYON_NUM_THREADS", "2")
        .stdin(Stdio::null())
        .stdout(output.try_clone().expect("a file"))
        .stderr(output)
        .spawn()
        .expect("the binary runs");
    let start = Instant::now();
    let status = loop {
        match child.try_wait().expect("a child") {
            Some(status) => break status,
            None if start.elapsed() < PATIENCE => sleep(Duration::from_millis(5)),
            None => {
                child.kill().expect("it can be stopped");
                panic!("it does not end");
            }
        }
    };
    let printed = String::from_utf8_lossy(&fs::read(printed).expect("output")).into_owned();
    let Some(status) = status.code() else { panic!("{status}\n{printed}") };
    let json = fs::read_to_string(json).unwrap_or_else(|error| panic!("{error}\n{printed}"));
    assert!(!printed.contains("has a bug"), "{printed}");
    Report { status, json: serde_json::from_str(&json).expect("JSON"), printed }
}

/// The binary with an address space of 1.5 GB, where the system can limit it. An arena that is reserved for each
/// thread counts, which is why that is more than what a run may really use.
fn limited() -> Command {
    if cfg!(target_os = "linux") {
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", "ulimit -v 1500000 && exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_sglint")]);
        shell
    } else {
        Command::new(env!("CARGO_BIN_EXE_sglint"))
    }
}

/// A file of `megabytes` that repeats a text.
fn write_large(path: &Path, unit: &str, megabytes: usize) {
    fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
    let mut file = File::create(path).expect("a file");
    let block = unit.repeat(1024 * 1024 / unit.len() + 1);
    for _ in 0..megabytes {
        file.write_all(block.as_bytes()).expect("space");
    }
}

/// `count` pieces of text, made by their number.
fn repeat(count: usize, piece: impl Fn(usize) -> String) -> String {
    (0..count).map(piece).collect()
}

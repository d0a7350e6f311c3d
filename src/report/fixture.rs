//! A report over two files, for the renderers' tests.

use std::sync::Arc;

use super::{Report, Summary};
use crate::diagnostic::{Confidence, Diagnostic, Label, Severity, Suppression};
use crate::problem::Problem;
use crate::source::{SourceFile, SourceMap, Span};

const MAIN: &str = "\
resource \"aws_security_group\" \"web\" {
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = \"tcp\"
    cidr_blocks = var.cidrs
  }
}
";
const VARIABLES: &str = "# für alle\nvariable \"cidrs\" {\n  default = [\"ä\", \"0.0.0.0/0\"]\n}\n";

/// The span of a text's first occurrence.
pub(super) fn span(file: &SourceFile, text: &str) -> Span {
    let start = file.text().find(text).expect("the fixture holds the text");
    Span::new(file.id(), start, start + text.len())
}

pub(super) fn diagnostic(primary: Span) -> Diagnostic {
    Diagnostic {
        rule: "admin-port-open-to-world".into(),
        severity: Severity::Critical,
        confidence: Confidence::Certain,
        message: "SSH (22/tcp) open to the whole IPv4 internet on aws_security_group.web".to_owned(),
        why: "Scanners find it within minutes.\n".into(),
        help: "Admit only the networks that need it.\n".into(),
        url: None,
        resource: "aws_security_group.web".into(),
        instances: Vec::new(),
        primary: Label { span: primary, message: "every IPv4 address".to_owned() },
        related: Vec::new(),
        anchors: Vec::new(),
        meaning: "".into(),
        fingerprint: "f1".to_owned(),
        suppressed: None,
    }
}

/// One certain diagnostic over two files, one possible, one suppressed, and two problems.
pub(super) fn report() -> Report {
    let sources = SourceMap::new("/w");
    let variables = sources.add("variables.tf", VARIABLES);
    let main = sources.add("main.tf", format!("\u{feff}{MAIN}"));

    let mut certain = diagnostic(span(&main, "var.cidrs"));
    certain.related =
        vec![Label { span: span(&variables, "\"0.0.0.0/0\""), message: "written here".to_owned() }];
    certain.url = Some("https://example.org/admin-port".into());
    certain.instances = ["a", "b"].map(|key| format!("aws_security_group.web[\"{key}\"]").into()).to_vec();

    let mut possible = diagnostic(span(&main, "22"));
    possible.rule = "wide-port-range".into();
    possible.severity = Severity::Medium;
    possible.confidence = Confidence::Possible;
    possible.message = "all ports open if var.debug is true".to_owned();
    possible.primary.message.clear();

    let mut suppressed = diagnostic(span(&main, "\"web\""));
    suppressed.rule = "security-group-without-description".into();
    suppressed.severity = Severity::Low;
    suppressed.message = "aws_security_group.web has no description".to_owned();
    suppressed.suppressed = Some(Suppression {
        by: "comment",
        reason: "legacy".to_owned(),
        until: Some("2027-01-31".to_owned()),
        tool: None,
    });

    let diagnostics = vec![suppressed, possible, certain];
    let problems = vec![
        Problem::error("hcl-syntax", "expected an expression").at(span(&main, "protocol")).help("add one"),
        Problem::warning("module-not-found", "module.net is not there")
            .in_path("net")
            .help("run terraform init"),
    ];
    let mut summary = Summary { files: 2, units: 1, groups: 1, permissions: 1, ..Summary::default() };
    summary.count(&diagnostics, &problems);
    Report { diagnostics, problems, summary, failures: 1, sources: Arc::new(sources) }
}

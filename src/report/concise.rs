//! One line each, the form that editors and `grep` read: `path:line:column: severity[rule] message`.

use std::fmt::Write as _;

use super::{Report, View, printable};
use crate::diagnostic::Confidence;
use crate::problem::Problem;
use crate::source::{SourceMap, Span};

/// The diagnostics, one a line.
pub fn concise(report: &Report, view: View) -> String {
    let mut text = String::new();
    for diagnostic in view.listed(report) {
        let place = place(&report.sources, diagnostic.primary.span);
        let possible = if diagnostic.confidence == Confidence::Possible { "possible: " } else { "" };
        let suppressed = if diagnostic.suppressed.is_some() { " (suppressed)" } else { "" };
        let line = format!(
            "{place}: {}[{}] {possible}{}{suppressed}",
            diagnostic.severity, diagnostic.rule, diagnostic.message
        );
        push(&mut text, &line);
    }
    text
}

/// The problems, one a line; all of them when verbose.
pub fn concise_problems(report: &Report, view: View) -> String {
    let mut text = String::new();
    if view.verbose {
        report.problems.iter().for_each(|problem| push(&mut text, &problem_line(&report.sources, problem)));
    } else {
        view.told(report).for_each(|problem| push(&mut text, &problem_line(&report.sources, problem)));
    }
    text
}

fn problem_line(sources: &SourceMap, problem: &Problem) -> String {
    let help = problem.help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
    let place = problem_place(sources, problem);
    format!("{place}{}[{}] {}{help}", problem.severity.name(), problem.code, problem.message)
}

/// `path:line:column: ` as far as it is known.
pub(super) fn problem_place(sources: &SourceMap, problem: &Problem) -> String {
    match (problem.span, &problem.path) {
        (Some(span), _) => format!("{}: ", place(sources, span)),
        (None, Some(path)) => format!("{path}: "),
        (None, None) => String::new(),
    }
}

/// `path:line:column` of where a span starts.
pub(super) fn place(sources: &SourceMap, span: Span) -> String {
    let file = sources.get(span.file);
    let start = file.position(span.start);
    format!("{}:{}:{}", file.name(), start.line, start.column)
}

/// Adds a line; a message that has several becomes one.
fn push(text: &mut String, line: &str) {
    let one: Vec<_> = line.split_whitespace().collect();
    let _ = writeln!(text, "{}", printable(&one.join(" ")));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn one_line_each_with_columns_in_code_points() {
        let report = fixture::report();
        insta::assert_snapshot!(concise(&report, View::default()), @"main.tf:6:19: critical[admin-port-open-to-world] SSH (22/tcp) open to the whole IPv4 internet on aws_security_group.web");
        let all = View { possible: true, suppressed: true, verbose: true };
        insta::assert_snapshot!(concise(&report, all), @r#"
        main.tf:1:31: low[security-group-without-description] aws_security_group.web has no description (suppressed)
        main.tf:3:19: medium[wide-port-range] possible: all ports open if var.debug is true
        main.tf:6:19: critical[admin-port-open-to-world] SSH (22/tcp) open to the whole IPv4 internet on aws_security_group.web
        "#);
        insta::assert_snapshot!(concise_problems(&report, View::default()), @"main.tf:5:5: error[hcl-syntax] expected an expression (add one)");
        insta::assert_snapshot!(concise_problems(&report, all), @r#"
        main.tf:5:5: error[hcl-syntax] expected an expression (add one)
        net: warning[module-not-found] module.net is not there (run terraform init)
        "#);
    }

    #[test]
    fn a_message_cannot_forge_a_second_line() {
        let mut report = fixture::report();
        report.diagnostics[2].message = "a\nmain.tf:1:1: critical[x] y\u{1b}[2J".to_owned();
        assert_eq!(concise(&report, View::default()).lines().count(), 1);
        assert!(!concise(&report, View::default()).contains('\u{1b}'));
    }
}

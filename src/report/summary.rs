//! The last line.

use std::fmt::Write as _;

use super::{Report, View};
use crate::diagnostic::Severity;

/// `3 diagnostics (1 critical, 2 high) in 12 files; 2 suppressed, 1 possible (--possible shows them)`.
pub fn summary_line(report: &Report, view: View) -> String {
    let summary = &report.summary;
    if summary.files == 0 && report.diagnostics.is_empty() {
        return "nothing was judged: there are no Terraform files or CloudFormation templates here"
            .to_owned();
    }
    let mut line = match summary.diagnostics {
        0 => "no diagnostics".to_owned(),
        count => format!("{} ({})", counted(count, "diagnostic"), by_severity(report)),
    };
    let _ = write!(line, " in {}", counted(summary.files, "file"));

    let mut rest = Vec::new();
    let mut say = |count: usize, what: &str, shown: bool, hint: &str| {
        if count > 0 {
            let hint = if shown || hint.is_empty() { String::new() } else { format!(" ({hint})") };
            rest.push(format!("{count} {what}{hint}"));
        }
    };
    let suppressed = match summary.suppressed_for_others {
        0 => "suppressed".to_owned(),
        count => format!("suppressed, {count} of them by comments for other linters"),
    };
    say(summary.suppressed, &suppressed, view.suppressed, "");
    say(summary.possible, "possible", view.possible, "--possible shows them");
    say(summary.not_judged, "not judged", view.verbose, "-v says why");
    if !rest.is_empty() {
        let _ = write!(line, "; {}", rest.join(if summary.suppressed_for_others > 0 { "; " } else { ", " }));
    }
    line
}

fn by_severity(report: &Report) -> String {
    let certain: Vec<_> = View::default().listed(report).map(|diagnostic| diagnostic.severity).collect();
    let counts = Severity::ALL.into_iter().rev().filter_map(|severity| {
        let count = certain.iter().filter(|&&found| found == severity).count();
        (count > 0).then(|| format!("{count} {severity}"))
    });
    counts.collect::<Vec<_>>().join(", ")
}

fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn counts_what_is_not_listed_and_says_how_to_see_it() {
        let report = fixture::report();
        insta::assert_snapshot!(summary_line(&report, View::default()), @"1 diagnostic (1 critical) in 2 files; 1 suppressed, 1 possible (--possible shows them), 2 not judged (-v says why)");
        let all = View { possible: true, suppressed: true, verbose: true };
        insta::assert_snapshot!(summary_line(&report, all), @"1 diagnostic (1 critical) in 2 files; 1 suppressed, 1 possible, 2 not judged");
    }
}

//! What a run found, and the forms in which it is told.
//!
//! A renderer turns a [`Report`] into text and decides nothing: which diagnostics are listed is said once, by
//! [`View`]. Only `human` knows miette.

mod concise;
mod human;
mod json;
mod snippet;
mod summary;
mod text;

use std::sync::Arc;

pub use concise::{concise, concise_problems};
pub use human::{Human, Style};
pub use json::json;
pub use summary::summary_line;
pub use text::printable;

use crate::diagnostic::{Confidence, Diagnostic};
use crate::problem::{Problem, ProblemSeverity};
use crate::source::SourceMap;

/// Everything that a run found.
#[derive(Debug)]
pub struct Report {
    /// All diagnostics, also `possible` and suppressed ones; sorted by path, span, rule.
    pub diagnostics: Vec<Diagnostic>,
    /// What stopped us from judging; sorted by path and span.
    pub problems: Vec<Problem>,
    /// Counts.
    pub summary: Summary,
    /// How many active diagnostics reach the severity from which on the run fails.
    pub failures: usize,
    /// The texts that spans point into.
    pub sources: Arc<SourceMap>,
}

/// What a run worked on and how it ended, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files that were judged.
    pub files: usize,
    /// Root modules and templates.
    pub units: usize,
    /// Security groups.
    pub groups: usize,
    /// Permissions.
    pub permissions: usize,
    /// Diagnostics that are certain and not suppressed.
    pub diagnostics: usize,
    /// Diagnostics that are `possible` and not suppressed.
    pub possible: usize,
    /// Suppressed diagnostics.
    pub suppressed: usize,
    /// What could not be judged: see [`Problem::stops_judging`].
    pub not_judged: usize,
}

impl Summary {
    /// Fills in the counts that follow from the lists; what was worked on is left as it is.
    pub fn count(&mut self, diagnostics: &[Diagnostic], problems: &[Problem]) {
        let (suppressed, active): (Vec<_>, Vec<_>) =
            diagnostics.iter().partition(|diagnostic| diagnostic.suppressed.is_some());
        self.suppressed = suppressed.len();
        self.possible = active.iter().filter(|diagnostic| is_possible(diagnostic)).count();
        self.diagnostics = active.len() - self.possible;
        self.not_judged = problems.iter().filter(|problem| problem.stops_judging()).count();
    }
}

/// Which diagnostics are listed beyond the certain, active ones, and how much is said.
#[derive(Clone, Copy, Debug, Default)]
pub struct View {
    /// List `possible` ones.
    pub possible: bool,
    /// List suppressed ones.
    pub suppressed: bool,
    /// Say why, and list what was not judged.
    pub verbose: bool,
}

impl View {
    /// The diagnostics that are listed.
    pub fn listed(self, report: &Report) -> impl Iterator<Item = &Diagnostic> {
        report.diagnostics.iter().filter(move |diagnostic| {
            (self.possible || !is_possible(diagnostic))
                && (self.suppressed || diagnostic.suppressed.is_none())
        })
    }

    /// The problems that are told one by one.
    pub fn told(self, report: &Report) -> impl Iterator<Item = &Problem> {
        report.problems.iter().filter(|problem| is_told(problem))
    }
}

/// Whether a problem is told by itself: errors, and what concerns sglint's own comments and config. What was not
/// judged is counted, and listed by cause when verbose.
fn is_told(problem: &Problem) -> bool {
    match problem.severity {
        ProblemSeverity::Error => true,
        ProblemSeverity::Warning => !problem.stops_judging(),
        ProblemSeverity::Info => false,
    }
}

fn is_possible(diagnostic: &Diagnostic) -> bool {
    diagnostic.confidence == Confidence::Possible
}

#[cfg(test)]
mod fixture;

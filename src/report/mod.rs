//! What a run found, and the forms in which it is told.
//!
//! A renderer turns a [`Report`] into text and decides nothing: which diagnostics are listed is said once, by
//! [`View`]. Only `human` knows miette.

mod concise;
mod content;
mod facts;
mod human;
mod json;
mod position;
mod snippet;
mod summary;
mod text;
mod trials;

pub use concise::{concise, concise_problems};
pub use content::{FactList, ListedFact, Report, Summary};
pub use facts::{JsonValue, facts_json, facts_text};
pub use human::{Human, Style};
pub use json::{diagnostics_schema, json};
pub use summary::summary_line;
pub use text::printable;
pub use trials::{Finding, Outcome, TestReport, Trial, trials_json, trials_text};

use crate::diagnostic::{Confidence, Diagnostic};
use crate::problem::{Problem, ProblemSeverity};

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

//! What a run yields.

use std::sync::Arc;

use crate::diagnostic::{Confidence, Diagnostic};
use crate::facts::Fact;
use crate::problem::Problem;
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

/// The facts about everything that a run read.
#[derive(Debug)]
pub struct FactList {
    /// Sorted by place, kind and subject.
    pub facts: Vec<ListedFact>,
    /// What could not be read or evaluated; sorted by path and span.
    pub problems: Vec<Problem>,
    /// The texts that spans point into.
    pub sources: Arc<SourceMap>,
}

/// A fact, and what it is a fact of.
#[derive(Debug)]
pub struct ListedFact {
    /// The root module's directory or the template, as printed.
    pub unit: Arc<str>,
    /// The fact.
    pub fact: Fact,
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
    /// Those that comments for other linters suppress.
    pub suppressed_for_others: usize,
    /// What could not be judged: see [`Problem::stops_judging`].
    pub not_judged: usize,
}

impl Summary {
    /// Fills in the counts that follow from the lists; what was worked on is left as it is.
    pub fn count(&mut self, diagnostics: &[Diagnostic], problems: &[Problem]) {
        let (suppressed, active): (Vec<_>, Vec<_>) =
            diagnostics.iter().partition(|diagnostic| diagnostic.suppressed.is_some());
        self.suppressed = suppressed.len();
        let tools = suppressed.iter().filter_map(|diagnostic| diagnostic.suppressed.as_ref()?.tool);
        self.suppressed_for_others = tools.count();
        self.possible =
            active.iter().filter(|diagnostic| diagnostic.confidence == Confidence::Possible).count();
        self.diagnostics = active.len() - self.possible;
        self.not_judged = problems.iter().filter(|problem| problem.stops_judging()).count();
    }
}

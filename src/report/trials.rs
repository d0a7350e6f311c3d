//! How the tests of rules ended: a line each, then what failed, as a test runner tells it.

use std::fmt::Write as _;
use std::sync::Arc;

use serde::Serialize;

use super::human::Human;
use super::json::{ProblemDto, RelatedDto, SCHEMA_VERSION, TOOL, ToolDto};
use super::{Style, View};
use crate::diagnostic::Label;
use crate::problem::Problem;
use crate::source::SourceMap;

/// Everything that a run of tests found.
#[derive(Debug)]
pub struct TestReport {
    /// By rule, in the order of its examples.
    pub trials: Vec<Trial>,
    /// Rules that could not be read.
    pub problems: Vec<Problem>,
    /// The texts that spans point into.
    pub sources: Arc<SourceMap>,
}

/// One test.
#[derive(Debug)]
pub struct Trial {
    /// Rule and example: `acme/no-rdp/bad-1-terraform`.
    pub name: String,
    /// How it ended.
    pub outcome: Outcome,
}

/// How a test ended.
#[derive(Debug)]
pub enum Outcome {
    /// The example proves what it says.
    Passed,
    /// It shows something else.
    Failed(Finding),
    /// It cannot be evaluated.
    Broken(Finding),
    /// The examples would not notice a broken condition.
    Weak(Finding),
}

/// What a test shows instead of what it should.
#[derive(Debug)]
pub struct Finding {
    /// In one line.
    pub message: String,
    /// Places in the rule's file; at least one.
    pub labels: Vec<Label>,
    /// What to do.
    pub help: String,
}

/// How many tests ended in which way.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Counts {
    /// Examples that prove what they say, and conditions that they pin down.
    pub passed: usize,
    /// Examples that show something else.
    pub failed: usize,
    /// Examples that cannot be evaluated.
    pub broken: usize,
    /// Conditions of which a part could be left out unnoticed.
    pub weak: usize,
}

impl Outcome {
    /// Its name in output.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed(_) => "failed",
            Self::Broken(_) => "broken",
            Self::Weak(_) => "weak",
        }
    }

    /// What is to be said about it.
    fn finding(&self) -> Option<&Finding> {
        match self {
            Self::Passed => None,
            Self::Failed(finding) | Self::Broken(finding) | Self::Weak(finding) => Some(finding),
        }
    }
}

impl TestReport {
    /// How the tests ended.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for trial in &self.trials {
            *match trial.outcome {
                Outcome::Passed => &mut counts.passed,
                Outcome::Failed(_) => &mut counts.failed,
                Outcome::Broken(_) => &mut counts.broken,
                Outcome::Weak(_) => &mut counts.weak,
            } += 1;
        }
        counts
    }
}

/// The form for people: a line for each test unless `quiet`, then what failed, then the counts.
pub fn trials_text(report: &TestReport, style: Style, quiet: bool) -> String {
    let mut text = String::new();
    if !quiet {
        for Trial { name, outcome } in &report.trials {
            let _ = writeln!(text, "{:6}  {name}", outcome.name());
        }
        if !report.trials.is_empty() {
            text.push('\n');
        }
    }
    let human = Human::new(&report.sources, style, View::default());
    for trial in &report.trials {
        if !matches!(trial.outcome, Outcome::Passed) {
            text += &human.trial(trial);
            text.push('\n');
        }
    }
    let Counts { passed, failed, broken, weak } = report.counts();
    let _ = write!(text, "{passed} passed, {failed} failed");
    for (count, name) in [(broken, "broken"), (weak, "weak")].into_iter().filter(|(count, _)| *count > 0) {
        let _ = write!(text, ", {count} {name}");
    }
    text.push('\n');
    text
}

/// The form for programs, with a line break at the end.
pub fn trials_json(report: &TestReport) -> String {
    let document = Document {
        schema_version: SCHEMA_VERSION,
        tool: TOOL,
        tests: report.trials.iter().map(|trial| TrialDto::new(trial, &report.sources)).collect(),
        problems: report.problems.iter().map(|problem| ProblemDto::new(problem, &report.sources)).collect(),
        summary: report.counts(),
    };
    // Strings, numbers and lists only: there is nothing that could fail to serialise.
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

#[derive(Serialize)]
struct Document<'a> {
    schema_version: &'static str,
    tool: ToolDto,
    tests: Vec<TrialDto<'a>>,
    problems: Vec<ProblemDto<'a>>,
    summary: Counts,
}

#[derive(Serialize)]
struct TrialDto<'a> {
    name: &'a str,
    outcome: &'static str,
    message: Option<&'a str>,
    labels: Vec<RelatedDto<'a>>,
    help: Option<&'a str>,
}

impl<'a> TrialDto<'a> {
    fn new(trial: &'a Trial, sources: &SourceMap) -> Self {
        let finding = trial.outcome.finding();
        let labels = finding.iter().flat_map(|finding| &finding.labels);
        Self {
            name: &trial.name,
            outcome: trial.outcome.name(),
            message: finding.map(|finding| finding.message.as_str()),
            labels: labels.map(|label| RelatedDto::new(label, sources)).collect(),
            help: finding.map(|finding| finding.help.as_str()),
        }
    }
}

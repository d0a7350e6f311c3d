//! A judgement about the configuration: what is wrong, where, why, what to do.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::source::Span;

/// How much it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Untidy.
    Low,
    /// Should be mended.
    Medium,
    /// Dangerous or broken.
    High,
    /// Open to attack.
    Critical,
}

impl Severity {
    /// Every severity, least first.
    pub const ALL: [Self; 5] = [Self::Info, Self::Low, Self::Medium, Self::High, Self::Critical];

    /// Its name in output and config.
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

impl FromStr for Severity {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|severity| severity.name() == text)
            .ok_or_else(|| format!("unknown severity {text:?}; one of info, low, medium, high, critical"))
    }
}

/// Whether it holds as the code stands or under another choice of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, JsonSchema, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Under the values the code fixes and the defaults it states.
    Certain,
    /// Under another allowed choice of an input, which the message names.
    Possible,
}

/// A place and what is to be said about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// One to four words; may be empty for the primary label.
    pub message: String,
}

/// Why a diagnostic does not count.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Suppression {
    /// `comment`, `waiver` or `baseline`.
    pub by: &'static str,
    /// The reason that was given.
    pub reason: String,
    /// Last day it holds, `YYYY-MM-DD`.
    pub until: Option<String>,
    /// The other linter that a comment was written for.
    pub tool: Option<&'static str>,
}

/// One finding of one rule.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// Rule id.
    pub rule: Arc<str>,
    /// How much it matters, after config.
    pub severity: Severity,
    /// Certain or possible.
    pub confidence: Confidence,
    /// What is wrong, naming the instance.
    pub message: String,
    /// What is wrong in words that name no instance: the same for all instances of one cause.
    pub meaning: Arc<str>,
    /// Why it matters.
    pub why: Arc<str>,
    /// What to do.
    pub help: Arc<str>,
    /// Where to read more.
    pub url: Option<Arc<str>>,
    /// Address of the subject.
    pub resource: Arc<str>,
    /// All instances that share the place, when there are several.
    pub instances: Vec<Arc<str>>,
    /// The narrowest text the user can change.
    pub primary: Label,
    /// Other places, in reading order.
    pub related: Vec<Label>,
    /// Further places at which a suppression comment counts: the rule's block, the resource, the module call.
    pub anchors: Vec<Span>,
    /// Stable identity by meaning: no line, no column.
    pub fingerprint: String,
    /// Set when suppressed.
    pub suppressed: Option<Suppression>,
}

//! What stopped sglint from judging something.

use crate::nearest::nearest;
use crate::source::Span;

/// How bad a problem is for the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProblemSeverity {
    /// Something to know.
    Info,
    /// Something was not judged: a value is not known, or there are more choices than were looked at. Fails only with
    /// `--strict`.
    Warning,
    /// A file, config or rule could not be read, or a bound kept what it says by default from being judged: exit
    /// status 2.
    Error,
}

impl ProblemSeverity {
    /// Its name in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A syntax error, a module that is not there, a value that stayed unknown, a broken rule …: never silent.
///
/// The message says what; the span or path says where; the help says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Stable kebab-case name of the class: `hcl-syntax`, `module-not-found`.
    pub code: &'static str,
    /// How bad.
    pub severity: ProblemSeverity,
    /// What happened, naming the thing.
    pub message: String,
    /// Where, if it has a place in a text.
    pub span: Option<Span>,
    /// The file or folder, if there is no text to point into.
    pub path: Option<String>,
    /// What to do.
    pub help: Option<String>,
    /// How much could not be judged for one cause, if that is what it tells.
    pub gap: Option<Box<Gap>>,
}

/// What one cause kept from being judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The class of the cause, to group by: `input without a value`.
    pub class: &'static str,
    /// How many facts some rule could not judge.
    pub facts: usize,
}

impl Problem {
    /// A problem without a place; add one with [`at`](Self::at) or [`in_path`](Self::in_path).
    pub fn new(code: &'static str, severity: ProblemSeverity, message: impl Into<String>) -> Self {
        Self { code, severity, message: message.into(), span: None, path: None, help: None, gap: None }
    }

    /// An error: exit status 2.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(code, ProblemSeverity::Error, message)
    }

    /// Something that was not judged.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(code, ProblemSeverity::Warning, message)
    }

    /// Something to know.
    pub fn info(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(code, ProblemSeverity::Info, message)
    }

    /// Whether it left a part of the configuration without a judgement. Other problems concern what was said to
    /// sglint: its own comments and config.
    pub fn stops_judging(&self) -> bool {
        self.severity != ProblemSeverity::Info
            && !["suppression-", "config-", "usage", "rule-parameter"]
                .iter()
                .any(|class| self.code.starts_with(class))
    }

    /// Points at a place in a text.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }

    /// Names the file or folder.
    #[must_use]
    pub fn in_path(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Asks whether the known name nearest to a misspelt one was meant, or says what to do if none is near.
    #[must_use]
    pub fn help_nearest<'a>(
        self,
        word: &str,
        known: impl IntoIterator<Item = &'a str>,
        otherwise: impl Into<String>,
    ) -> Self {
        match nearest(word, known) {
            Some(known) => self.help(format!("did you mean `{known}`?")),
            None => self.help(otherwise),
        }
    }
}

//! The form of a suppression comment: `sglint: ignore[rule-a, rule-b] reason (until 2027-01-31)`.

use jiff::civil::Date;

use crate::problem::Problem;
use crate::source::{SourceFile, Span};
use crate::syntax::comment::Comment;

const FORM: &str =
    "write `sglint: ignore[rule] reason`, with `(until YYYY-MM-DD)` at the end if it shall expire";

/// What a comment says; what it counts for is not known here.
pub(super) struct Said {
    pub(super) rules: Vec<(String, Span)>,
    pub(super) reason: String,
    pub(super) until: Option<Date>,
}

/// Whether a comment speaks to sglint.
pub(super) fn is_meant(comment: &Comment) -> bool {
    comment.text.starts_with("sglint:")
}

/// Reads a comment that [`is_meant`].
pub(super) fn read(file: &SourceFile, comment: &Comment) -> Result<Said, Problem> {
    let invalid = |message: &str| {
        Problem::warning("suppression-invalid", message)
            .at(comment.span)
            .help(format!("{FORM}; it does not count"))
    };
    let written = file.slice(comment.span);
    let written = written.strip_suffix("*/").unwrap_or(written).trim_end();
    let said = written.split_once("sglint:").map_or("", |(_, said)| said).trim_start();
    let Some(said) = said.strip_prefix("ignore") else {
        let word: String = said.chars().take_while(|character| character.is_alphanumeric()).collect();
        return Err(invalid(&format!("sglint understands `ignore` here, not {word:?}")));
    };
    let Some(said) = said.trim_start().strip_prefix('[') else {
        return Err(blanket(comment.span));
    };
    let Some((rules, reason)) = said.split_once(']') else {
        return Err(invalid("the list of rules is not closed"));
    };

    // Everything is a part of `written`, which starts where the comment does.
    let list = comment.span.start as usize + written.len() - said.len();
    let rules = listed(rules, |from, to| Span::new(comment.span.file, list + from, list + to));
    if rules.is_empty() {
        return Err(blanket(comment.span));
    }
    let (reason, until) = expiry(reason).map_err(|wrong| invalid(&wrong))?;
    if reason.is_empty() {
        return Err(without_reason(comment.span));
    }
    Ok(Said { rules, reason, until })
}

/// A suppression of everything.
pub(super) fn blanket(span: Span) -> Problem {
    Problem::warning("suppression-blanket", "a suppression must name the rules that it means")
        .at(span)
        .help(FORM)
}

/// A suppression that does not say why.
pub(super) fn without_reason(span: Span) -> Problem {
    Problem::warning("suppression-without-reason", "a suppression without a reason does not count")
        .at(span)
        .help("say after the `]` why this is acceptable")
}

/// The names in a list, each with its place in the list.
fn listed(list: &str, span: impl Fn(usize, usize) -> Span) -> Vec<(String, Span)> {
    let mut rules = Vec::new();
    let mut at = 0;
    for item in list.split(',') {
        let name = item.trim();
        if !name.is_empty() {
            let start = at + item.len() - item.trim_start().len();
            rules.push((name.to_owned(), span(start, start + name.len())));
        }
        at += item.len() + 1;
    }
    rules
}

/// Splits `reason (until DATE)`. What merely resembles it is an error, which says what is wrong: read as a part of the
/// reason, it would suppress for ever.
fn expiry(text: &str) -> Result<(String, Option<Date>), String> {
    let text = text.trim().trim_start_matches([':', '-', '–', '—']).trim_start();
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((before, after)) = text.rsplit_once("until") else { return Ok((words(text), None)) };
    let date = after.trim().trim_end_matches(')').trim();
    let misplaced = || Err("the date of expiry must stand in parentheses at the end".to_owned());
    let starts_with_date = date.get(..10).is_some_and(|start| start.parse::<Date>().is_ok());
    match (before.trim_end().strip_suffix('('), date.parse()) {
        (Some(reason), Ok(until)) if after.ends_with(')') => Ok((words(reason), Some(until))),
        _ if starts_with_date => misplaced(),
        (None, Err(_)) => Ok((words(text), None)),
        _ => Err(format!("{date:?} is not a date")),
    }
}

//! What YAML lets stand before a value, its tag and anchor, where a rule file has no use for it.
//!
//! YAML takes the first word of an unquoted `!a && b` for a tag and the `&&` for an anchor. Neither is part of the
//! text, so the condition would silently lose a part.

use crate::problem::Problem;
use crate::source::{SourceFile, Span};
use crate::syntax::yaml::{self, Entry, Node};

/// What somebody should write who meant a condition.
const HELP: &str = "put a condition that starts with ! in quotes, or on a line of its own after >";

/// The tags of a rule file, wherever they stand, and what is taken for an anchor before its condition.
pub(super) fn check(file: &SourceFile, root: &Node) -> Vec<Problem> {
    let mut found: Vec<_> = root.entry("when").and_then(|when| anchor(file, when)).into_iter().collect();
    yaml::visit_written(root, &mut |node| found.extend(node.tag_span));
    let told = found.into_iter().map(|span| {
        let message = format!("YAML does not take {} for a part of the text", file.slice(span));
        Problem::error("rule-syntax", message).at(span).help(HELP)
    });
    told.collect()
}

/// The remedy for a file that is not YAML because a condition starts with `!`, if the problem is on such a line.
pub(super) fn remedy(file: &SourceFile, problem: &Problem) -> Option<&'static str> {
    let before = file.text().get(..problem.span?.start as usize)?;
    let line = before.rsplit('\n').next()?.trim_start();
    line.strip_prefix("when:")?.trim_start().starts_with('!').then_some(HELP)
}

/// The anchor of a value that is written behind its key.
fn anchor(file: &SourceFile, entry: &Entry) -> Option<Span> {
    let start = entry.key.span.end as usize;
    let between = file.text().get(start..entry.value.span.start as usize)?;
    let written = between.trim_start_matches(':').trim_start();
    if !written.starts_with('&') {
        return None;
    }
    let first = start + between.len() - written.len();
    let length = written.find(char::is_whitespace).unwrap_or(written.len());
    Some(Span::new(file.id(), first, first + length))
}

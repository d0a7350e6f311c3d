//! YAML and JSON to one tree in which everything knows the bytes it was written in.
//!
//! saphyr-parser reads YAML and reports events; [`parse`] gives them exact byte spans, resolves aliases and merge
//! keys, and bounds what hostile text can make of them. JSON text has its own small reader: YAML's rules
//! for double quotes refuse the surrogate pairs that JSON writers emit, and JSON needs none of its lookahead.

mod build;
mod comments;
mod events;
mod json;
mod offsets;
mod syntax_error;
mod tree;
mod written;

use std::ops::Range;
use std::sync::Arc;

pub use comments::{comments, extents};
pub(super) use json::escapes;
pub use tree::{Entry, Node, NodeKind, ScalarStyle, visit_written};
pub use written::Written;

use crate::problem::{Problem, ProblemSeverity};
use crate::source::SourceFile;
use crate::syntax::limits::too_large;

/// How deep collections may nest; deeper text ends in a problem. Templates stay far below 50.
pub const MAX_DEPTH: usize = 200;

/// How many nodes the aliases of one document may stand for in all. Keeps `&a [*b, *b, …]` towers harmless.
pub const MAX_EXPANSION: u64 = 1_000_000;

/// What a text holds.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    /// The documents in source order; those before a syntax error are kept.
    pub documents: Vec<Arc<Node>>,
    /// Errors: what ended the reading (`file-too-large`, `yaml-syntax`, `json-syntax`, `nesting-too-deep`) and aliases that could
    /// not be followed (`yaml-alias`, `yaml-alias-bomb`), or `too-many-problems`. Warnings: repeated keys (`duplicate-key`) and merges
    /// that could not be applied (`yaml-merge`).
    pub problems: Vec<Problem>,
}

/// Reads all documents of a file.
///
/// A text that starts like JSON, or that is named so, is read as JSON. What strict JSON refuses but YAML
/// accepts (a trailing comma, a comment) is read as YAML, because CloudFormation reads it so too.
pub fn parse(file: &SourceFile) -> Parsed {
    if let Some(problem) = too_large(file) {
        return Parsed { documents: Vec::new(), problems: vec![problem] };
    }
    if !looks_like_json(file) {
        return events::read(file);
    }
    let json = json::read(file);
    if !is_broken(&json) {
        return json;
    }
    let yaml = events::read(file);
    if is_broken(&yaml) || yaml.documents.is_empty() { json } else { yaml }
}

/// Reads a file that must be JSON, and keeps all entries of a repeated key: what that means is for the caller to
/// say.
pub fn parse_json(file: &SourceFile) -> Parsed {
    match too_large(file) {
        Some(problem) => Parsed { documents: Vec::new(), problems: vec![problem] },
        None => json::read_repeats(file),
    }
}

/// Reads one JSON value that is a part of a larger text, such as a value inside a plan. The whole text may be
/// larger than what is parsed otherwise; the caller bounds the part.
///
/// # Errors
/// The part is not one JSON value, or nests deeper than [`MAX_DEPTH`].
pub fn parse_json_part(file: &SourceFile, part: Range<usize>) -> Result<Arc<Node>, Problem> {
    let whole = file.whole();
    let Parsed { mut documents, problems } = json::read_part(file, part);
    let failure = problems.into_iter().find(|problem| problem.severity == ProblemSeverity::Error);
    match (documents.pop(), failure) {
        (Some(node), None) => Ok(node),
        (_, failure) => Err(failure.unwrap_or_else(|| {
            Problem::error("json-syntax", "there is no value here")
                .at(whole.head())
                .help("write a JSON value")
        })),
    }
}

fn is_broken(parsed: &Parsed) -> bool {
    parsed.problems.iter().any(|problem| problem.severity == ProblemSeverity::Error)
}

fn looks_like_json(file: &SourceFile) -> bool {
    let extension = file.path().extension();
    if extension.is_some_and(|extension| extension.eq_ignore_ascii_case("json")) {
        return true;
    }
    let mut tokens = file.text().bytes().filter(|byte| !byte.is_ascii_whitespace());
    match tokens.next() {
        Some(b'{') => matches!(tokens.next(), None | Some(b'"' | b'}')),
        Some(b'[') => matches!(tokens.next(), None | Some(b'{' | b'[' | b'"' | b']' | b'-' | b'0'..=b'9')),
        _ => false,
    }
}

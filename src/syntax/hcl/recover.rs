//! A text that does not parse as a whole, one outermost attribute or block at a time.

use std::ops::Range;

use hcl::edit::parser::parse_body;

use super::ast::Body;
use super::convert::Converter;
use super::effort::Effort;
use super::explain;
use super::parse::Parsed;
use super::respell::{self, Grammar};
use super::scan::{Issue, Scanner, TokenKind, is_header, next_header};
use crate::source::SourceFile;
use crate::syntax::limits::{MAX_PROBLEMS, too_many_problems};

/// Reads what can be read; one problem for each attribute or block that cannot.
pub(super) fn recover(file: &SourceFile, effort: &mut Effort) -> Parsed {
    let text = file.text();
    let mut body = Body::default();
    let mut problems = Vec::new();
    let grammar = Grammar { parser: parse_body, ending: "\n" };
    for item in items(text) {
        if !effort.suffices(&text[item.range.clone()]) {
            problems.push(explain::too_large(file, item.range));
            continue;
        }
        match respell::parse(&text[item.range.clone()], &grammar, effort) {
            Ok((parsed, respelled)) => {
                let mut converter = Converter::new(file, item.range, &respelled);
                let part = converter.body(parsed);
                body.attributes.extend(part.attributes);
                body.blocks.extend(part.blocks);
                problems.append(&mut converter.problems);
                // Respelling took the comment away, and with it whatever else it holds.
                if let Some(issue @ Issue::UnclosedComment(_)) = item.issue {
                    problems.push(explain::issue(file, issue));
                }
            }
            Err(error) => problems.push(match item.issue {
                Some(issue) => explain::issue(file, issue),
                None => explain::error(file, item.range, &error),
            }),
        }
    }
    explain::drop_redefined(file, &mut body.attributes, &mut problems);
    problems.sort_by_key(|problem| problem.span);
    if let Some(next) = problems.get(MAX_PROBLEMS).and_then(|problem| problem.span) {
        problems.truncate(MAX_PROBLEMS);
        problems.push(too_many_problems(next));
    }
    Parsed { body, problems }
}

/// One outermost attribute or block, as far as brackets tell. The range begins with its name.
struct Item {
    range: Range<usize>,
    /// What the scanner found wrong with it.
    issue: Option<Issue>,
}

/// Cuts a text at the new lines outside of all brackets, strings and heredocs.
///
/// If something is never closed, everything behind it would be lost. From there on a line that looks like the
/// head of a block in the first column ends what is open; well-formed texts are never cut that way.
fn items(text: &str) -> Vec<Item> {
    let mut items = Vec::new();
    let mut scanner = Scanner::new(text);
    let mut cut_at_headers = false;
    while let Some(first) = scanner.next() {
        if matches!(first.kind, TokenKind::Newline | TokenKind::Comment) {
            if let Some(issue) = scanner.take_issue() {
                items.push(Item { range: first.range, issue: Some(issue) });
            }
            continue;
        }
        let start = first.range.start;
        let mut end = first.range.end;
        loop {
            let Some(token) = scanner.next() else {
                if scanner.depth() > 0 && !cut_at_headers && next_header(text, start).is_some() {
                    cut_at_headers = true;
                    scanner.restart(start);
                    continue;
                }
                break;
            };
            let ends = token.kind == TokenKind::Newline
                && (scanner.depth() == 0 || cut_at_headers && is_header(text, token.range.end));
            if ends {
                break;
            }
            end = token.range.end;
        }
        scanner.abandon();
        items.push(Item { range: start..end, issue: scanner.take_issue() });
    }
    items
}

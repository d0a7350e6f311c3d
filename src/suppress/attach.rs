//! Which node a comment speaks about.

use super::comment::{is_meant, read};
use super::{Directive, Found};
use crate::problem::Problem;
use crate::source::{SourceFile, Span};
use crate::syntax::comment::{Comment, Extent};

/// Adds the suppressions among the comments, each with its node. `extents` are the nodes of the text.
pub(super) fn attach(file: &SourceFile, comments: &[Comment], extents: &[Extent], found: &mut Found) {
    for comment in comments.iter().filter(|comment| is_meant(comment)) {
        let said = match read(file, comment) {
            Ok(said) => said,
            Err(problem) => {
                found.problems.push(problem);
                continue;
            }
        };
        let node = if comment.own_line {
            preceded(comment.span, extents)
        } else {
            trailed(file, comment.span, extents)
        };
        match node {
            Some(node) => found.directives.push(Directive {
                span: comment.span,
                node,
                rules: said.rules,
                reason: said.reason,
                until: said.until,
                tool: None,
            }),
            None => found.problems.push(
                Problem::warning(
                    "suppression-unattached",
                    "this suppression stands at nothing it could count for",
                )
                .at(comment.span)
                .help("put it at the end of the line it is about, or on a line of its own before it"),
            ),
        }
    }
}

/// The node after a comment on its own line: the next one within the node around the comment, and of several
/// that start there the outermost.
pub(super) fn preceded(comment: Span, extents: &[Extent]) -> Option<Span> {
    let around = extents
        .iter()
        .map(|extent| extent.span)
        .filter(|span| span.contains(comment))
        .min_by_key(|span| span.end - span.start);
    extents
        .iter()
        .map(|extent| extent.span)
        .filter(|span| span.start >= comment.end && around.is_none_or(|around| around.contains(*span)))
        .min_by_key(|span| (span.start, std::cmp::Reverse(span.end)))
}

/// The node before a comment at the end of a line: the outermost whose head starts on the line, or else the
/// outermost that ends on it.
pub(super) fn trailed(file: &SourceFile, comment: Span, extents: &[Extent]) -> Option<Span> {
    let line = file.lines().line(comment.start);
    let on_line = |offset: u32| offset <= comment.start && file.lines().line(offset) == line;
    let outermost = |span: &Span| (std::cmp::Reverse(span.end - span.start), span.start);
    let starting = extents
        .iter()
        // A node without a head of its own, such as a list element that is a mapping, leaves its first line to
        // its first entry.
        .filter(|extent| extent.head.start < extent.head.end && on_line(extent.head.start))
        .map(|extent| extent.span)
        .min_by_key(outermost);
    starting.or_else(|| {
        extents.iter().map(|extent| extent.span).filter(|span| on_line(span.end)).min_by_key(outermost)
    })
}

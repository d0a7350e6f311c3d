//! Comments, and what they can attach to.

use super::tree::{Entry, Node, NodeKind, is_written_next, visit_written};
use crate::source::{SourceFile, Span};
use crate::syntax::comment::{Comment, Extent};

/// The comments of the document whose tree is `root`, in source order: those before, in and after it, up to the
/// `---` of its neighbours. A `#` inside a scalar starts none.
pub fn comments(file: &SourceFile, root: &Node) -> Vec<Comment> {
    let text = file.text();
    let bytes = text.as_bytes();
    let before = text[..root.span.start as usize].rfind("\n---").map_or(0, |at| at + 1);
    let after =
        text[root.span.end as usize..].find("\n---").map_or(text.len(), |at| root.span.end as usize + at);

    let mut found = Vec::new();
    let mut gap = |from: usize, to: usize| {
        let mut at = from;
        while let Some(hash) =
            bytes[at..to.max(at)].iter().position(|&byte| byte == b'#').map(|hash| at + hash)
        {
            at = hash + 1;
            let preceding = hash.checked_sub(1).map(|before| bytes[before]);
            if !preceding.is_none_or(|byte| byte.is_ascii_whitespace()) {
                continue;
            }
            at = bytes[hash..].iter().position(|&byte| byte == b'\n').map_or(text.len(), |end| hash + end);
            let written = text[hash..at].trim_end();
            let line_start = text[..hash].rfind('\n').map_or(0, |newline| newline + 1);
            found.push(Comment {
                span: Span::new(file.id(), hash, hash + written.len()),
                text: written.trim_start_matches('#').trim().to_owned(),
                own_line: text[line_start..hash].trim().is_empty(),
            });
        }
    };
    let mut at = before;
    visit_written(root, &mut |node| {
        if matches!(node.kind, NodeKind::Scalar { .. }) {
            gap(at, node.span.start as usize);
            at = node.span.end as usize;
        }
    });
    gap(at, after);
    found
}

/// What a comment in this document can attach to: the document, every entry of a mapping, every element of a
/// sequence, in source order. An alias is an extent of its own.
pub fn extents(root: &Node) -> Vec<Extent> {
    let mut found = vec![element(root)];
    collect_extents(root, &mut found);
    found
}

fn collect_extents(node: &Node, found: &mut Vec<Extent>) {
    let mut written_to = node.span.start;
    for item in node.items() {
        if let Some(alias) = item.alias {
            found.push(Extent { span: alias, head: alias });
        } else if is_written_next(item, &mut written_to) {
            found.push(element(item));
            collect_extents(item, found);
        }
    }
    for Entry { key, value } in node.entries() {
        if is_written_next(key, &mut written_to) {
            let alias = value.alias;
            let value = is_written_next(value, &mut written_to).then_some(value);
            let end = alias.or(value.map(|value| value.span));
            let span = end.map_or(key.span, |end| key.span.join(end));
            found.push(Extent { span, head: key.span });
            for inner in [Some(key), value].into_iter().flatten() {
                collect_extents(inner, found);
            }
        }
    }
}

/// A scalar is its own head; a collection has none: its first line belongs to its first entry.
fn element(node: &Node) -> Extent {
    let head = if matches!(node.kind, NodeKind::Scalar { .. }) { node.span } else { node.span.head() };
    Extent { span: node.span, head }
}

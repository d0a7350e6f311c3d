//! Comments, and what they can attach to.

use super::tree::{Node, NodeKind, visit_written};
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
/// sequence, in source order.
pub fn extents(root: &Node) -> Vec<Extent> {
    let mut found = vec![element(root)];
    visit_written(root, &mut |node| match &node.kind {
        NodeKind::Scalar { .. } => {}
        NodeKind::Sequence(items) => {
            found.extend(items.iter().filter(|item| node.span.contains(item.span)).map(|item| element(item)));
        }
        NodeKind::Mapping(entries) => {
            let written = entries.iter().filter(|entry| node.span.contains(entry.key.span));
            found.extend(written.map(|entry| Extent {
                // The value of an alias is written elsewhere.
                span: if node.span.contains(entry.value.span) {
                    entry.key.span.join(entry.value.span)
                } else {
                    entry.key.span
                },
                head: entry.key.span,
            }));
        }
    });
    found.sort_by_key(|extent| (extent.span.start, std::cmp::Reverse(extent.span.end)));
    found.dedup();
    found
}

/// A scalar is its own head; a collection has none: its first line belongs to its first entry.
fn element(node: &Node) -> Extent {
    let head = if matches!(node.kind, NodeKind::Scalar { .. }) { node.span } else { node.span.head() };
    Extent { span: node.span, head }
}

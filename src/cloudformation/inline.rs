//! Templates that are written inside of another one, as a text.

use std::sync::Arc;

use super::text;
use crate::problem::Problem;
use crate::resource::Value;
use crate::source::{SourceFile, Span};
use crate::syntax::yaml::{self, Entry, Node, NodeKind, ScalarStyle};

/// Stands in the text of a template for a part that is not known. YAML and JSON take it as a letter, and nobody writes it.
const GAP: &str = "\u{f8fe}";

/// An inline template.
pub(super) struct Inline {
    /// A text in which the spans of `root` count; it has the identity of the file around it.
    pub(super) file: SourceFile,
    pub(super) root: Option<Arc<Node>>,
    pub(super) problems: Vec<Problem>,
}

/// Reads the text that `node` yields. Where it is a literal block, everything stands at the place where it is
/// written; else all of it stands at the node.
pub(super) fn read(around: &SourceFile, node: &Node, text: &str) -> Inline {
    if let Some(masked) = masked(around, node, text) {
        let file = around.embedding(masked);
        let yaml::Parsed { documents, problems } = yaml::parse(&file);
        return Inline { root: first_mapping(&documents), problems, file };
    }
    let yaml::Parsed { documents, mut problems } = yaml::parse(&around.embedding(text.to_owned()));
    for problem in &mut problems {
        problem.span = Some(node.span);
    }
    let root = first_mapping(&documents).map(|root| placed(&root, node.span));
    let root = root.map(|root| if text.contains(GAP) { with_lookups(&root) } else { root });
    Inline { file: around.embedding(around.text().to_owned()), root, problems }
}

/// The text of a template with a mark for each part that is not known.
pub(super) fn with_gaps(parts: &[Value]) -> String {
    let text = |part: &Value| part.to_text().map_or_else(|| GAP.to_owned(), |text| text.to_string());
    parts.iter().map(text).collect()
}

/// A tree in which every text with such a mark is a text that is looked up in part.
fn with_lookups(node: &Arc<Node>) -> Arc<Node> {
    let kind = match &node.kind {
        NodeKind::Scalar { text, .. } if text.contains(GAP) => {
            NodeKind::Scalar { text: text.replace(GAP, text::PUT_IN).into(), style: ScalarStyle::Quoted }
        }
        NodeKind::Scalar { .. } => return Arc::clone(node),
        NodeKind::Sequence(items) => NodeKind::Sequence(items.iter().map(with_lookups).collect()),
        NodeKind::Mapping(entries) => {
            let entry =
                |entry: &Entry| Entry { key: Arc::clone(&entry.key), value: with_lookups(&entry.value) };
            NodeKind::Mapping(entries.iter().map(entry).collect())
        }
    };
    Arc::new(Node { kind, ..(**node).clone() })
}

fn first_mapping(documents: &[Arc<Node>]) -> Option<Arc<Node>> {
    documents.first().filter(|root| matches!(root.kind, NodeKind::Mapping(_))).cloned()
}

/// The text around a literal block with everything else blanked out, so that each byte keeps its place; `None` if
/// the block is not written as it reads.
fn masked(around: &SourceFile, node: &Node, text: &str) -> Option<String> {
    let is_block =
        matches!(&node.kind, NodeKind::Scalar { style: ScalarStyle::Block, text: own } if **own == *text);
    let written = around.slice(node.span);
    if !is_block || node.span.file != around.id() || !written.starts_with('|') {
        return None;
    }
    let (_, lines) = written.split_once('\n')?;
    let indent = lines.lines().find(|line| !line.trim().is_empty())?;
    let indent = indent.len() - indent.trim_start_matches(' ').len();
    let own = lines.lines().map(|line| line.get(indent..).unwrap_or_default().trim_end());
    if !own.eq(text.trim_end().lines().map(str::trim_end)) {
        return None;
    }
    let start = node.span.end as usize - lines.len();
    let blank = around.text()[..start].bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' });
    Some(blank.chain(lines.chars()).collect())
}

/// A tree in which everything stands at one place.
fn placed(node: &Node, span: Span) -> Arc<Node> {
    let kind = match &node.kind {
        NodeKind::Scalar { .. } => node.kind.clone(),
        NodeKind::Sequence(items) => {
            NodeKind::Sequence(items.iter().map(|item| placed(item, span)).collect())
        }
        NodeKind::Mapping(entries) => {
            let entry =
                |entry: &Entry| Entry { key: placed(&entry.key, span), value: placed(&entry.value, span) };
            NodeKind::Mapping(entries.iter().map(entry).collect())
        }
    };
    Arc::new(Node { kind, span, tag: node.tag.clone(), tag_span: node.tag_span.map(|_| span), alias: None })
}

//! The tree.

use std::sync::Arc;

use crate::source::Span;

/// A node of a document.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// Its text, without tag and anchor. A quoted scalar with its quotes, a block scalar from its indicator to
    /// its last line that is not blank, a flow collection with its brackets, a block collection from its first
    /// key or dash to the end of its last value. A value that was left out has an empty span after its `:` or
    /// `-`.
    pub span: Span,
    /// The tag as written, if any: `!Ref`, `!GetAtt`.
    pub tag: Option<Arc<str>>,
    /// The tag's span.
    pub tag_span: Option<Span>,
    /// Where it is used, if that is elsewhere: the alias that stands for it.
    pub alias: Option<Span>,
}

/// The kinds of nodes. Aliases are resolved to the anchored node (what is in it is shared, not copied); merge keys
/// (`<<`) are applied.
#[derive(Clone, Debug)]
pub enum NodeKind {
    /// A scalar.
    Scalar {
        /// Text with escapes and folding resolved.
        text: Arc<str>,
        /// How it was written.
        style: ScalarStyle,
    },
    /// A sequence.
    Sequence(Vec<Arc<Node>>),
    /// A mapping in source order. Keys are unique; of a repeated key the last is kept.
    Mapping(Vec<Entry>),
}

/// One entry of a mapping.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key.
    pub key: Arc<Node>,
    /// The value.
    pub value: Arc<Node>,
}

/// How a scalar was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScalarStyle {
    /// Without quotes: `true`, `22`, `null` have their own types.
    Plain,
    /// In single or double quotes: always text.
    Quoted,
    /// A literal or folded block: always text.
    Block,
}

impl Node {
    /// Text of a scalar.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            NodeKind::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// Entries of a mapping; none for other kinds.
    pub fn entries(&self) -> &[Entry] {
        match &self.kind {
            NodeKind::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// Elements of a sequence; none for other kinds.
    pub fn items(&self) -> &[Arc<Node>] {
        match &self.kind {
            NodeKind::Sequence(items) => items,
            _ => &[],
        }
    }

    /// The entry under a key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key.as_str() == Some(key))
    }

    /// The value under a key.
    pub fn get(&self, key: &str) -> Option<&Arc<Node>> {
        self.entry(key).map(|entry| &entry.value)
    }
}

/// Calls `visit` once for every node below and including `root` that is written there, in source order: not
/// for nodes that an alias or a merge brings in from elsewhere.
pub fn visit_written<'tree>(root: &'tree Node, visit: &mut impl FnMut(&'tree Node)) {
    visit(root);
    let mut written_to = root.span.start;
    let children = root.entries().iter().flat_map(|entry| [&entry.key, &entry.value]);
    for child in root.items().iter().chain(children) {
        if is_written_next(child, &mut written_to) {
            visit_written(child, visit);
        }
    }
}

/// Whether a child is written where its parent is, behind what was written up to `written_to`. What an alias or
/// merge brings in was written before its siblings.
pub(super) fn is_written_next(child: &Node, written_to: &mut u32) -> bool {
    let is_next = child.span.start >= *written_to;
    if is_next {
        *written_to = child.span.end;
    }
    is_next
}

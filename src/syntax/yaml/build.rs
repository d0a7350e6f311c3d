//! Puts the tree together: nesting, aliases, merge keys, repeated keys, and the bounds on all of them.

use std::cmp::Ordering;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::tree::{Entry, Node, NodeKind, ScalarStyle};
use super::{MAX_DEPTH, MAX_EXPANSION, Parsed};
use crate::problem::Problem;
use crate::source::{SourceFile, Span};
use crate::syntax::limits::{MAX_PROBLEMS, too_many_problems};

/// What stands before a node's content.
#[derive(Clone, Copy, Default)]
pub(super) struct Properties {
    /// The tag as written.
    pub(super) tag: Option<Span>,
    /// The number of its anchor, 0 for none.
    pub(super) anchor: usize,
}

/// The kinds of collections.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Collection {
    Sequence,
    Mapping,
}

/// What the next node will be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    Root,
    Item,
    Key,
    Value,
}

/// A document that nests deeper than [`MAX_DEPTH`].
pub(super) struct TooDeep;

/// A finished node, and what an alias to it would bring in.
#[derive(Clone)]
struct Built {
    node: Arc<Node>,
    /// Nodes it stands for, aliases counted as what they stand for.
    size: u64,
    /// Levels of nesting below and including it.
    height: usize,
}

/// A collection that is not yet closed.
struct Frame {
    start: usize,
    /// Where the last child ends in the text.
    end: usize,
    properties: Properties,
    children: Children,
    size: u64,
    height: usize,
}

enum Children {
    Sequence(Vec<Arc<Node>>),
    Mapping { entries: Vec<Entry>, key: Option<Arc<Node>>, merges: bool },
}

/// Takes what a reader finds in source order and keeps the documents.
pub(super) struct Builder<'file> {
    file: &'file SourceFile,
    /// Whether all entries of a repeated key are kept, for a grammar in which each counts.
    keeps_repeats: bool,
    stack: Vec<Frame>,
    root: Option<Arc<Node>>,
    anchors: FxHashMap<usize, Built>,
    /// Nodes that the aliases of this document stand for so far.
    expanded: u64,
    parsed: Parsed,
}

impl<'file> Builder<'file> {
    pub(super) fn new(file: &'file SourceFile) -> Self {
        Self {
            file,
            keeps_repeats: false,
            stack: Vec::new(),
            root: None,
            anchors: FxHashMap::default(),
            expanded: 0,
            parsed: Parsed::default(),
        }
    }

    /// A builder that keeps all entries of a repeated key.
    pub(super) fn keeping_repeats(file: &'file SourceFile) -> Self {
        Self { keeps_repeats: true, ..Self::new(file) }
    }

    /// The documents that are complete, and the problems, to which the one belongs that ended the reading.
    pub(super) fn finish(mut self, failure: Option<Problem>) -> Parsed {
        self.parsed.problems.extend(failure);
        self.parsed
    }

    /// Adds a problem at a place, up to a bound: hostile text can hold millions.
    fn report(&mut self, span: Span, problem: impl FnOnce() -> Problem) {
        let problems = &mut self.parsed.problems;
        match problems.len().cmp(&MAX_PROBLEMS) {
            Ordering::Less => problems.push(problem().at(span)),
            Ordering::Equal => problems.push(too_many_problems(span)),
            Ordering::Greater => {}
        }
    }

    /// Ends a document. Anchors do not outlive it.
    pub(super) fn end_document(&mut self) {
        self.parsed.documents.extend(self.root.take());
        self.anchors.clear();
        self.expanded = 0;
    }

    /// What the next node will be.
    pub(super) fn slot(&self) -> Slot {
        match self.stack.last().map(|frame| &frame.children) {
            None => Slot::Root,
            Some(Children::Sequence(_)) => Slot::Item,
            Some(Children::Mapping { key: None, .. }) => Slot::Key,
            Some(Children::Mapping { key: Some(_), .. }) => Slot::Value,
        }
    }

    /// Adds a scalar.
    pub(super) fn scalar(
        &mut self,
        text: Arc<str>,
        style: ScalarStyle,
        range: std::ops::Range<usize>,
        properties: Properties,
    ) {
        let end = range.end;
        let span = Span::of(self.file.id(), range);
        let anchor = properties.anchor;
        let node = self.node(NodeKind::Scalar { text, style }, span, properties);
        self.add(Built { node, size: 1, height: 1 }, anchor, end);
    }

    /// Opens a collection whose text starts at `start`.
    pub(super) fn open(
        &mut self,
        kind: Collection,
        start: usize,
        properties: Properties,
    ) -> Result<(), TooDeep> {
        if self.stack.len() >= MAX_DEPTH {
            return Err(TooDeep);
        }
        let children = match kind {
            Collection::Sequence => Children::Sequence(Vec::new()),
            Collection::Mapping => Children::Mapping { entries: Vec::new(), key: None, merges: false },
        };
        self.stack.push(Frame { start, end: start, properties, children, size: 1, height: 0 });
        Ok(())
    }

    /// Closes the innermost collection. Its text ends at `end`, or with its last child. Returns where.
    pub(super) fn close(&mut self, end: Option<usize>) -> usize {
        let Some(frame) = self.stack.pop() else { return 0 };
        let end = end.unwrap_or(frame.end);
        let kind = match frame.children {
            Children::Sequence(items) => NodeKind::Sequence(items),
            Children::Mapping { entries, merges, .. } => {
                let entries = self.without_repeats(entries);
                NodeKind::Mapping(if merges { self.merged(entries) } else { entries })
            }
        };
        let anchor = frame.properties.anchor;
        let node = self.node(kind, Span::new(self.file.id(), frame.start, end), frame.properties);
        self.add(Built { node, size: frame.size, height: frame.height + 1 }, anchor, end);
        end
    }

    /// Adds what an alias stands for; null, with a problem, where that cannot be.
    pub(super) fn alias(&mut self, anchor: usize, range: std::ops::Range<usize>) {
        let end = range.end;
        let span = Span::of(self.file.id(), range);
        let name = self.file.slice(span);
        let refused = match self.anchors.get(&anchor) {
            Some(built) if self.stack.len() + built.height > MAX_DEPTH => Problem::error(
                "nesting-too-deep",
                format!("with what `{name}` stands for, this document nests deeper than {MAX_DEPTH} levels"),
            )
            .help("flatten the document; a template never needs this depth"),
            Some(built) if self.expanded + built.size > MAX_EXPANSION => Problem::error(
                "yaml-alias-bomb",
                format!("the aliases up to `{name}` stand for more than {MAX_EXPANSION} nodes"),
            )
            .help("write the repeated parts out, or check where this file comes from"),
            Some(built) => {
                let mut built = built.clone();
                built.node = Arc::new(Node { alias: Some(span), ..(*built.node).clone() });
                self.expanded += built.size;
                return self.add(built, 0, end);
            }
            None if self.stack.iter().any(|frame| frame.properties.anchor == anchor) => {
                Problem::error("yaml-alias", format!("`{name}` stands inside the node that it refers to"))
                    .help("remove the alias, or move it out of the anchored node")
            }
            None => Problem::error("yaml-alias", format!("`{name}` refers to an anchor of another document"))
                .help("define the anchor in this document; anchors end at `---`"),
        };
        self.report(span, || refused);
        self.scalar(Arc::from(""), ScalarStyle::Plain, end..end, Properties::default());
    }

    fn node(&self, kind: NodeKind, span: Span, properties: Properties) -> Arc<Node> {
        let tag = properties.tag.map(|span| Arc::from(self.file.slice(span)));
        Arc::new(Node { kind, span, tag, tag_span: properties.tag, alias: None })
    }

    /// Puts a node where the innermost collection expects it. `end` is where it ends in the text: for an
    /// alias that is not where the node itself was written.
    fn add(&mut self, built: Built, anchor: usize, end: usize) {
        if let Some(frame) = self.stack.last_mut() {
            frame.end = end;
            frame.size = frame.size.saturating_add(built.size);
            frame.height = frame.height.max(built.height);
            let node = Arc::clone(&built.node);
            match &mut frame.children {
                Children::Sequence(items) => items.push(node),
                Children::Mapping { entries, key, merges } => match key.take() {
                    None => *key = Some(node),
                    Some(key) => {
                        *merges |= is_merge_key(&key);
                        entries.push(Entry { key, value: node });
                    }
                },
            }
        } else {
            self.root = Some(Arc::clone(&built.node));
        }
        if anchor != 0 {
            self.anchors.insert(anchor, built);
        }
    }

    /// Of entries with the same key the last, as every reader of templates does.
    fn without_repeats(&mut self, entries: Vec<Entry>) -> Vec<Entry> {
        if self.keeps_repeats || !has_repeats(&entries) {
            return entries;
        }
        let mut last = FxHashMap::<Arc<str>, usize>::default();
        let mut kept: Vec<Option<Entry>> = Vec::with_capacity(entries.len());
        for entry in entries {
            let text = match &entry.key.kind {
                NodeKind::Scalar { text, .. } => Some(Arc::clone(text)),
                _ => None,
            };
            let before = text.clone().and_then(|text| last.insert(text, kept.len()));
            if let (Some(text), Some(before)) = (text, before)
                && let Some(earlier) = kept[before].take()
            {
                let file = self.file;
                self.report(entry.key.span, || {
                    let line = file.position(earlier.key.span.start).line;
                    let message = format!(
                        "the key `{text}` was already given on line {line}; only this last one counts"
                    );
                    Problem::warning("duplicate-key", message).help("remove one of the two, or rename it")
                });
            }
            kept.push(Some(entry));
        }
        kept.into_iter().flatten().collect()
    }

    /// Entries with `<<` replaced by the entries of the mappings it names. Own keys win; among the merged
    /// mappings, the earlier.
    fn merged(&mut self, own: Vec<Entry>) -> Vec<Entry> {
        let mut seen: FxHashSet<Arc<str>> =
            own.iter().filter(|entry| !is_merge_key(&entry.key)).filter_map(key_text).collect();
        let mut merged = Vec::with_capacity(own.len());
        for entry in own {
            if !is_merge_key(&entry.key) {
                merged.push(entry);
                continue;
            }
            let sources = match &entry.value.kind {
                NodeKind::Mapping(_) => std::slice::from_ref(&entry.value),
                NodeKind::Sequence(items) => items.as_slice(),
                NodeKind::Scalar { .. } => &[],
            };
            let mergeable = !sources.is_empty() || matches!(entry.value.kind, NodeKind::Sequence(_));
            if !mergeable || sources.iter().any(|source| !matches!(source.kind, NodeKind::Mapping(_))) {
                self.report(entry.key.span, || {
                    Problem::warning("yaml-merge", "`<<` merges mappings, and this value is none")
                        .help("give `<<` an alias of a mapping, or a list of such aliases")
                });
                merged.push(entry);
                continue;
            }
            for candidate in sources.iter().flat_map(|source| source.entries()) {
                if key_text(candidate).is_none_or(|text| seen.insert(text)) {
                    merged.push(candidate.clone());
                }
            }
        }
        merged
    }
}

fn key_text(entry: &Entry) -> Option<Arc<str>> {
    match &entry.key.kind {
        NodeKind::Scalar { text, .. } => Some(Arc::clone(text)),
        _ => None,
    }
}

fn is_merge_key(key: &Node) -> bool {
    matches!(&key.kind, NodeKind::Scalar { text, style: ScalarStyle::Plain } if &**text == "<<")
}

fn has_repeats(entries: &[Entry]) -> bool {
    // Most mappings are small: comparing their keys costs less than hashing them.
    if entries.len() <= 8 {
        return entries.iter().enumerate().any(|(at, entry)| {
            let text = entry.key.as_str();
            text.is_some() && entries[..at].iter().any(|earlier| earlier.key.as_str() == text)
        });
    }
    let mut seen = FxHashSet::default();
    entries.iter().filter_map(|entry| entry.key.as_str()).any(|text| !seen.insert(text))
}

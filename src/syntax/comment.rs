//! Comments, as both grammars find them.

use crate::source::Span;

/// One comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// The comment with its marker.
    pub span: Span,
    /// Its text without marker and surrounding space.
    pub text: String,
    /// Whether nothing but space stands before it on its line.
    pub own_line: bool,
}

/// A node that a comment can stand at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// The whole node.
    pub span: Span,
    /// The part whose lines a comment trails or precedes to count for the whole node: a block's kind and
    /// labels, the key of an attribute or entry; for any other node, the node.
    pub head: Span,
}

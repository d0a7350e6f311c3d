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

/// A node a suppression comment can attach to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Its whole text.
    pub span: Span,
    /// Its head line: for a block or mapping entry the part before the body.
    pub head: Span,
}

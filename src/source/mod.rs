//! Files as text, and where in them something stands.
//!
//! Owns every text that is judged or that judges (templates, rule files, config). Knows nothing of
//! languages. Positions are byte offsets everywhere; [`LineIndex`] turns them into lines and columns
//! when something is printed.

mod lines;
mod map;
mod path;
mod span;

pub use lines::{LineIndex, Position};
pub use map::{LoadError, MAX_FILE_BYTES, SourceFile, SourceMap};
pub use path::normalised;
pub use span::{FileId, Span};

//! Bounds that hold for every language.

use crate::problem::Problem;
use crate::source::{SourceFile, Span};

/// The largest text that is parsed, in bytes. A tree takes up to a hundred times the memory of its text, and nobody
/// writes such files: CloudFormation refuses templates of more than one megabyte.
pub const MAX_BYTES: usize = 2 * 1024 * 1024;

/// How many problems of one file are listed, besides the one that ended the reading.
pub const MAX_PROBLEMS: usize = 100;

/// The problem with a text that is too large to be parsed.
pub(super) fn too_large(file: &SourceFile) -> Option<Problem> {
    (file.text().len() > MAX_BYTES).then(|| {
        let message =
            format!("{} is larger than {} MiB and was not read", file.name(), MAX_BYTES / 1024 / 1024);
        Problem::error("file-too-large", message)
            .at(file.whole().head())
            .help("split the file, or exclude it if it is data")
    })
}

/// Stands for all problems of a file that are not listed.
pub(super) fn too_many_problems(next: Span) -> Problem {
    Problem::error("too-many-problems", "from here on, problems of this file are not listed")
        .at(next)
        .help("mend those above first")
}

//! What is done to a template before its sections are read: each step takes a tree and gives one, with the places
//! of what was written.

use std::sync::Arc;

use super::foreach;
use super::inputs::Inputs;
use super::surroundings::Surroundings;
use super::{include, sam, serverless};
use crate::problem::Problem;
use crate::source::{FileId, SourceFile};
use crate::syntax::yaml::Node;

/// A template as CloudFormation itself would read it.
pub(super) struct Transformed {
    pub(super) root: Arc<Node>,
    /// The files that were brought in.
    pub(super) files: Vec<FileId>,
}

/// Brings in what is included, then applies the transforms that are known, then writes out loops.
pub(super) fn read(
    file: &SourceFile,
    root: &Arc<Node>,
    inputs: &Inputs,
    surroundings: Option<&Surroundings<'_>>,
    problems: &mut Vec<Problem>,
) -> Transformed {
    let files = surroundings.and_then(|surroundings| surroundings.files);
    let mut read = Vec::new();
    let root = serverless::expand(file, root, files, &mut read, problems);
    let root = include::expand(file, &root, inputs, files, &mut read, problems);
    let root = sam::expand(&root);
    let root = foreach::expand(file, &root, inputs, problems);
    Transformed { root, files: read }
}

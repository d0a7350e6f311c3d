//! What is done to a template before its sections are read: each step takes a tree and gives one, with the places
//! of what was written.

use std::sync::Arc;

use super::foreach;
use super::inputs::Inputs;
use super::nested::Handed;
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

/// Who sets the parameters that includes and loops refer to.
#[derive(Clone, Copy)]
pub(super) enum Setter<'s> {
    Deployer(&'s Inputs),
    /// The template that nests the one that is read.
    Caller(&'s Handed<'s>),
}

impl<'s> Setter<'s> {
    /// What the deployer sets: nothing in a nested stack.
    pub(super) fn inputs(self) -> &'s Inputs {
        match self {
            Self::Deployer(inputs) => inputs,
            Self::Caller(_) => Inputs::none(),
        }
    }
}

/// Brings in what is included, then applies the transforms that are known in the order in which CloudFormation does:
/// that of the `Transform` section.
pub(super) fn read(
    file: &SourceFile,
    root: &Arc<Node>,
    setter: Setter<'_>,
    surroundings: Option<&Surroundings<'_>>,
    problems: &mut Vec<Problem>,
) -> Transformed {
    let files = surroundings.and_then(|surroundings| surroundings.files);
    let mut read = Vec::new();
    let root = serverless::expand(file, root, files, &mut read, problems);
    let mut root = include::expand(file, &root, setter, files, &mut read, problems);
    if loops_come_first(&root) {
        root = foreach::expand(file, &root, setter, problems);
        root = sam::expand(&root);
    } else {
        root = sam::expand(&root);
        root = foreach::expand(file, &root, setter, problems);
    }
    Transformed { root, files: read }
}

/// Whether the language extensions are listed before the transform of SAM: they are applied in this order.
fn loops_come_first(root: &Node) -> bool {
    let listed = root.get("Transform").map_or(&[][..], |transform| transform.items());
    let first = listed
        .iter()
        .filter_map(|item| item.as_str())
        .find(|name| *name == "AWS::LanguageExtensions" || name.starts_with("AWS::Serverless-"));
    first == Some("AWS::LanguageExtensions")
}

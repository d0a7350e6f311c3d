//! Parameter values from a parameters file.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::intrinsic::whole;
use crate::problem::Problem;
use crate::syntax::yaml::{Node, NodeKind, ScalarStyle};

/// Values that a deployer sets for parameters. What is set here is no longer a choice.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    values: BTreeMap<Arc<str>, Arc<Node>>,
}

impl Inputs {
    /// Reads a parameters file, in any of the forms that AWS tools take: a list of `ParameterKey` and
    /// `ParameterValue`, a list of `Key=Value` texts, a mapping below `Parameters`, or a plain mapping.
    /// What has none of these forms is left out and reported.
    pub fn read(root: &Arc<Node>) -> (Self, Vec<Problem>) {
        let mut inputs = Self::default();
        let mut problems = Vec::new();
        match &root.kind {
            NodeKind::Sequence(items) => {
                for item in items {
                    match pair(item) {
                        Some((name, value)) => drop(inputs.values.insert(name, value)),
                        None => problems.push(malformed(item)),
                    }
                }
            }
            NodeKind::Mapping(_) => {
                let values = root.get("Parameters").unwrap_or(root);
                for entry in values.entries() {
                    if let NodeKind::Scalar { text, .. } = &entry.key.kind {
                        inputs.values.insert(Arc::clone(text), Arc::clone(&entry.value));
                    }
                }
            }
            NodeKind::Scalar { .. } => problems.push(malformed(root)),
        }
        (inputs, problems)
    }

    /// What a parameter is set to.
    pub(super) fn get(&self, name: &str) -> Option<&Node> {
        self.values.get(name).map(|value| &**value)
    }
}

fn pair(item: &Arc<Node>) -> Option<(Arc<str>, Arc<Node>)> {
    if let Some((name, value)) = item.as_str().and_then(|text| text.split_once('=')) {
        let kind = NodeKind::Scalar { text: value.into(), style: ScalarStyle::Quoted };
        return Some((name.into(), Arc::new(Node { kind, ..(**item).clone() })));
    }
    let name = item.get("ParameterKey")?.as_str()?;
    Some((name.into(), Arc::clone(item.get("ParameterValue")?)))
}

fn malformed(node: &Node) -> Problem {
    Problem::warning("parameters-file", "this sets no parameter")
        .at(whole(node))
        .help("write `ParameterKey` and `ParameterValue`, `Key=Value`, or a mapping of names to values")
}

//! Values of a root module's variables from outside its code.
//!
//! Later sources win (Terraform's documented order): environment, `terraform.tfvars`, `*.auto.tfvars` in
//! name order, `--var-file` in the order given.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::module::unreadable;
use crate::problem::Problem;
use crate::source::{FileId, SourceMap};
use crate::syntax::hcl::{self, Expr};

/// Values for the variables of one root module, as expressions that have not been evaluated.
#[derive(Debug, Default)]
pub struct Inputs {
    pub(super) values: FxHashMap<Arc<str>, Input>,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// The variable files that were read.
    pub files: Vec<FileId>,
}

/// One variable's value.
#[derive(Debug)]
pub(super) enum Input {
    /// A line of a variables file.
    File(Expr),
    /// The text of `TF_VAR_name`.
    Environment(String),
}

impl Inputs {
    /// Reads the files that Terraform would load for a root module in `directory`, and those given by name.
    ///
    /// `environment` holds variables by their names without the `TF_VAR_` prefix.
    pub fn read(
        sources: &SourceMap,
        directory: &Path,
        given_files: &[std::path::PathBuf],
        environment: &BTreeMap<String, String>,
    ) -> Self {
        let mut inputs = Self::default();
        for (name, value) in environment {
            inputs.values.insert(name.as_str().into(), Input::Environment(value.clone()));
        }
        let mut files = automatic_files(directory);
        files.extend(given_files.iter().cloned());
        for path in files {
            let file = match sources.load(&path) {
                Ok(file) => file,
                Err(error) => {
                    inputs.problems.push(unreadable(sources, &path, &error));
                    continue;
                }
            };
            inputs.files.push(file.id());
            let parsed = hcl::parse(&file);
            inputs.problems.extend(parsed.problems);
            for attribute in parsed.body.attributes {
                inputs.values.insert(attribute.name, Input::File(attribute.value));
            }
        }
        inputs
    }
}

/// `terraform.tfvars`, then `*.auto.tfvars` in name order.
fn automatic_files(directory: &Path) -> Vec<std::path::PathBuf> {
    let fixed = directory.join("terraform.tfvars");
    let mut files: Vec<_> = std::fs::read_dir(directory)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.to_string_lossy().ends_with(".auto.tfvars") && path.is_file())
        .collect();
    files.sort();
    if fixed.is_file() {
        files.insert(0, fixed);
    }
    files
}

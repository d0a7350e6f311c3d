//! Values of a root module's variables from outside its code.
//!
//! Later sources win (Terraform's documented order): environment, `terraform.tfvars`, `terraform.tfvars.json`,
//! `*.auto.tfvars` and `*.auto.tfvars.json` in name order, `--var-file` in the order given.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::module::unreadable;
use crate::problem::Problem;
use crate::resource::Value;
use crate::source::{FileId, SourceFile, SourceMap};
use crate::syntax::hcl::{self, Expr, ExprKind};

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
    /// What a plan was made with.
    Planned(Value),
}

impl Inputs {
    /// The values that a plan was made with: they hold whatever files lie beside it.
    pub fn of_plan(values: BTreeMap<Arc<str>, Value>) -> Self {
        let values = values.into_iter().map(|(name, value)| (name, Input::Planned(value))).collect();
        Self { values, ..Self::default() }
    }

    /// Reads the files that Terraform would load for a root module in `directory`, and those given by name.
    ///
    /// `environment` holds variables by their names without the `TF_VAR_` prefix.
    pub fn read(
        sources: &SourceMap,
        directory: &Path,
        given_files: &[PathBuf],
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
            if path.extension().is_some_and(|extension| extension == "json") {
                inputs.add_json(&file);
            } else {
                let parsed = hcl::parse(&file);
                inputs.problems.extend(parsed.problems);
                for attribute in parsed.body.attributes {
                    inputs.values.insert(attribute.name, Input::File(attribute.value));
                }
            }
        }
        inputs
    }

    /// A JSON object is an object expression of HCL, too.
    fn add_json(&mut self, file: &SourceFile) {
        let items = match hcl::parse_expression(file) {
            Ok(Expr { kind: ExprKind::Object(items), .. }) => items,
            Ok(other) => {
                self.problems.push(
                    Problem::error("invalid-value", "a variables file in JSON must hold an object")
                        .at(other.span)
                        .help("write { \"name\": value, … }"),
                );
                return;
            }
            Err(problem) => return self.problems.push(problem),
        };
        for item in items {
            if let ExprKind::String(name) = item.key.kind {
                self.values.insert(name, Input::File(item.value));
            }
        }
    }
}

/// The files that Terraform reads by itself, in its order.
fn automatic_files(directory: &Path) -> Vec<PathBuf> {
    let fixed = ["terraform.tfvars", "terraform.tfvars.json"].map(|name| directory.join(name));
    let mut automatic: Vec<_> = std::fs::read_dir(directory)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            let name = path.to_string_lossy();
            name.ends_with(".auto.tfvars") || name.ends_with(".auto.tfvars.json")
        })
        .collect();
    automatic.sort();
    fixed.into_iter().chain(automatic).filter(|path| path.is_file()).collect()
}

//! Values of a root module's variables from outside its code.
//!
//! Later sources win (Terraform's documented order): environment, `terraform.tfvars`, `terraform.tfvars.json`,
//! `*.auto.tfvars` and `*.auto.tfvars.json` in name order, then `--var` and `--var-file` in the order given.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::evaluate::Evaluator;
use super::json;
use super::module::{Module, Variable, unreadable};
use super::operators::{invalid, truth};
use super::scope::Scope;
use crate::discover::terraform::is_json;
use crate::problem::Problem;
use crate::resource::{Marks, StepKind, Value};
use crate::source::{FileId, SourceFile, SourceMap, Span};
use crate::syntax::hcl::{self, Attribute, Expr, ExprKind};

/// What the user gives variables on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Assignment {
    /// `--var-file FILE`.
    File(PathBuf),
    /// `--var NAME=VALUE`.
    Value {
        /// The variable.
        name: String,
        /// The text behind the `=`.
        text: String,
    },
}

/// Values for the variables of one root module, as expressions that have not been evaluated.
#[derive(Debug, Default)]
pub struct Inputs {
    values: FxHashMap<Arc<str>, Input>,
    /// Names in the files that a root module loads by itself.
    own: Vec<(Arc<str>, Span)>,
    /// The selected workspace.
    workspace: Option<String>,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// The variable files that were read.
    pub files: Vec<FileId>,
}

/// One variable's value.
#[derive(Debug)]
enum Input {
    /// A line of a variables file.
    File(Expr),
    /// The text of `TF_VAR_name`.
    Environment(String),
    /// The text of `--var name=`.
    CommandLine(String),
    /// What a plan was made with.
    Planned(Value),
}

impl Inputs {
    /// The values that a plan was made with: they hold whatever files lie beside it.
    pub fn of_plan(values: BTreeMap<Arc<str>, Value>) -> Self {
        let values = values.into_iter().map(|(name, value)| (name, Input::Planned(value))).collect();
        Self { values, ..Self::default() }
    }

    /// Reads the files that a root module loads by itself, in Terraform's order, and what was given by name.
    ///
    /// `environment` holds environment variables by name: `TF_VAR_…` and `TF_WORKSPACE`.
    pub fn read(
        sources: &SourceMap,
        own_files: &[PathBuf],
        given: &[Assignment],
        environment: &BTreeMap<String, String>,
    ) -> Self {
        let workspace = environment.get("TF_WORKSPACE").filter(|name| !name.is_empty()).cloned();
        let mut inputs = Self { workspace, ..Self::default() };
        for (name, text) in environment {
            if let Some(name) = name.strip_prefix("TF_VAR_") {
                inputs.values.insert(name.into(), Input::Environment(text.clone()));
            }
        }
        for path in own_files {
            for attribute in inputs.file(sources, path) {
                inputs.own.push((Arc::clone(&attribute.name), attribute.key));
                inputs.values.insert(attribute.name, Input::File(attribute.value));
            }
        }
        for assignment in given {
            match assignment {
                Assignment::File(path) => {
                    for attribute in inputs.file(sources, path) {
                        inputs.values.insert(attribute.name, Input::File(attribute.value));
                    }
                }
                Assignment::Value { name, text } => {
                    inputs.values.insert(name.as_str().into(), Input::CommandLine(text.clone()));
                }
            }
        }
        inputs
    }

    fn file(&mut self, sources: &SourceMap, path: &std::path::Path) -> Vec<Attribute> {
        let file = match sources.load(path) {
            Ok(file) => file,
            Err(error) => {
                self.problems.push(unreadable(sources, path, &error));
                return Vec::new();
            }
        };
        self.files.push(file.id());
        let parsed = if is_json(path) { json::read_variables(&file) } else { hcl::parse(&file) };
        self.problems.extend(parsed.problems);
        for block in parsed.body.blocks {
            self.problems.push(
                Problem::error("invalid-value", "a variables file holds no blocks")
                    .at(block.head)
                    .help("write `name = value`; configuration belongs in a .tf file"),
            );
        }
        parsed.body.attributes
    }

    /// Values that a root module's own files give to variables that it does not declare. Terraform ignores them and
    /// warns.
    pub(super) fn undeclared(&self, root: &Module) -> impl Iterator<Item = Problem> {
        let undeclared = self.own.iter().filter(|(name, _)| !root.variables.contains_key(name));
        undeclared.map(|(name, place)| {
            let message =
                format!("the value of {name} is ignored: the root module declares no such variable");
            Problem::info("undeclared-variable", message).at(*place).help_nearest(
                name,
                root.variables.keys().map(AsRef::as_ref),
                "declare the variable, or remove the line",
            )
        })
    }

    /// Whether a variable is given a value from outside.
    pub(super) fn fixes(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// The workspace that the environment selects. Terraform also keeps a selection outside of the code, and falls
    /// back to `default`: which one a configuration is deployed to is not known without the environment.
    pub(super) fn workspace(&self) -> Option<&str> {
        self.workspace.as_deref()
    }
}

impl Evaluator<'_> {
    /// The value that a root variable is given from outside.
    pub(super) fn input(&self, name: &Arc<str>, variable: &Variable) -> Option<Value> {
        let given = match self.inputs.values.get(name)? {
            Input::File(expr) => self.constant(expr).through(StepKind::VariableFile, expr.span),
            Input::Planned(value) => value.through(StepKind::PlanVariable, value.origin.written),
            Input::Environment(text) => {
                let kind = if variable.takes_expressions() {
                    let file = self.sources.add(format!("TF_VAR_{name}"), text.as_str());
                    self.parsed(&file, variable).kind
                } else {
                    Value::string(text.as_str(), variable.head).kind
                };
                Value::new(kind, variable.head).through(StepKind::Environment, variable.head)
            }
            Input::CommandLine(text) => {
                let file = self.sources.add(format!("--var {name}"), text.as_str());
                let value = if variable.takes_expressions() {
                    self.parsed(&file, variable)
                } else {
                    Value::string(text.as_str(), file.whole())
                };
                value.through(StepKind::CommandLine, file.whole())
            }
        };
        Some(given)
    }

    /// Reports values that the validations of their variables refuse. What a validation says of an unknown value is
    /// not known either.
    pub(super) fn check_validations(&self) {
        let mut next = 0;
        // A condition may lead to modules that nothing else led to.
        while let Some(instance) = self.instance_at(next) {
            next += 1;
            for (name, variable) in &instance.module.variables {
                for validation in &variable.validations {
                    let scope = Scope::module(&instance);
                    if truth(&self.evaluate(&validation.condition, scope)) != Some(false) {
                        continue;
                    }
                    let value = self.variable(&instance, name, variable.head);
                    let said = validation.message.as_ref().map(|message| self.evaluate(message, scope));
                    let said =
                        said.filter(|said| said.marks_within().is_empty()).and_then(|said| said.to_text());
                    let help = said.map_or_else(
                        || "give it a value that the condition accepts".to_owned(),
                        |said| format!("the module says: {}", said.trim()),
                    );
                    self.report(
                        Problem::warning(
                            "invalid-value",
                            format!("variable {name}: its validation refuses the value"),
                        )
                        .at(if value.is_sensitive() { variable.head } else { value.origin.written })
                        .help(help),
                    );
                }
            }
        }
    }

    /// The value of a text that is an expression.
    fn parsed(&self, file: &SourceFile, variable: &Variable) -> Value {
        match hcl::parse_expression(file) {
            Ok(expr) => self.constant(&expr),
            Err(problem) => {
                let value = invalid(problem.message.clone(), file.whole());
                // The text would be shown with its place.
                let is_secret = variable.marks.has(Marks::SENSITIVE);
                self.report(if is_secret { problem.at(variable.head) } else { problem });
                value
            }
        }
    }

    /// The value of an expression where Terraform takes nothing but constants: a variable's default, a variables file.
    pub(super) fn constant(&self, expr: &Expr) -> Value {
        if let Some(part) = not_constant(expr) {
            let message = "a variable's value is a constant: it refers to nothing and calls no function";
            self.report(
                Problem::warning("invalid-value", message)
                    .at(part.span)
                    .help("write the value out, or compute it in a local; it counts as unknown"),
            );
            return invalid(message, part.span);
        }
        self.evaluate(expr, Scope::module(self.nowhere()))
    }
}

/// The first part of an expression that refers to something or calls a function.
fn not_constant(expr: &Expr) -> Option<&Expr> {
    match &expr.kind {
        ExprKind::Variable(_) | ExprKind::Call { .. } => Some(expr),
        ExprKind::Traversal { base, .. } => not_constant(base).map(|_| expr),
        ExprKind::List(items) => items.iter().find_map(not_constant),
        ExprKind::Object(items) => {
            items.iter().find_map(|item| not_constant(&item.key).or_else(|| not_constant(&item.value)))
        }
        ExprKind::Parenthesis(inner) | ExprKind::Unary(_, inner) => not_constant(inner),
        ExprKind::Binary(left, _, right) => not_constant(left).or_else(|| not_constant(right)),
        ExprKind::Template(parts) => parts.iter().find_map(|part| match part {
            hcl::TemplatePart::Interpolation(expr) => not_constant(expr),
            _ => None,
        }),
        // What a conditional and a loop hold is evaluated, where a name leads nowhere.
        ExprKind::Conditional { .. }
        | ExprKind::For(_)
        | ExprKind::Null
        | ExprKind::Bool(_)
        | ExprKind::Number(_)
        | ExprKind::String(_) => None,
    }
}

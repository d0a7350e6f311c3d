//! What a project sets: `sglint.yaml`.
//!
//! ```yaml
//! rules:
//!   security-group-without-description: off
//!   wide-port-range: high
//!   admin-port-open-to-world: { severity: critical, params: { ports: [22, 3389] } }
//! trusted: [198.18.0.0/15]       # your own networks
//! include: [infra/]              # patterns as in .gitignore, relative to this file
//! exclude: [examples/, "*.generated.yaml"]
//! policies: [policies/]          # folders with your own rules
//! fail-on: high
//! ```
//!
//! `form` is the table of all keys, and `check` tells what does not fit it. What can be read counts even if the
//! rest of the file is broken; each broken part is an error. What only rules can tell to be senseless (a rule that
//! does not exist, a parameter of the wrong type) keeps its span, so that they can point at it.

mod check;
mod form;
mod paths;
mod premises;
mod read;
mod schema;
mod store;
mod word;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

pub use form::EXAMPLE;
pub use paths::PathFilter;
pub use read::read_example;
pub use schema::schema;
pub use store::{ConfigChoice, ConfigStore};

use crate::diagnostic::Severity;
use crate::network::premises::Premises;
use crate::problem::Problem;
use crate::source::Span;
use crate::syntax::yaml::Node;

/// The settings for one part of the tree. The default is that of a project without a config file.
#[derive(Debug, Default)]
pub struct Config {
    /// What is set about rules, by rule id.
    pub rules: BTreeMap<Arc<str>, RuleSetting>,
    /// What the project says of the world.
    pub premises: Premises,
    /// Which files are judged.
    pub paths: PathFilter,
    /// Folders with the project's own rules.
    pub policies: Vec<PathBuf>,
    /// The severity from which on the run fails.
    pub fail_on: Option<Severity>,
}

/// What is set about one rule.
#[derive(Debug)]
pub struct RuleSetting {
    /// Where the rule is named.
    pub span: Span,
    /// Whether it runs, if that is said. Setting a severity says that it does.
    pub enabled: Option<bool>,
    /// Its severity, if changed.
    pub severity: Option<Severity>,
    /// Its parameters, if changed, by name.
    pub params: BTreeMap<Arc<str>, Param>,
}

/// A value given to a rule's parameter. Whether it fits is known to the rule.
#[derive(Debug)]
pub struct Param {
    /// Where the parameter is named.
    pub span: Span,
    /// The value as written.
    pub value: Arc<Node>,
}

/// The `config` beside an example of a rule.
#[derive(Debug, Default)]
pub struct ExampleConfig {
    /// What the project of the example says of the world.
    pub premises: Premises,
    /// The parameters of the rule, if changed, by name.
    pub params: BTreeMap<Arc<str>, Param>,
}

impl Config {
    /// Errors for settings of rules that are not among the `known` ones.
    pub fn unknown_rules(&self, known: &BTreeSet<&str>) -> Vec<Problem> {
        let unknown = self.rules.iter().filter(|(id, _)| !known.contains(id.as_ref()));
        unknown
            .map(|(id, setting)| {
                Problem::error("config-unknown-rule", format!("there is no rule {id:?}"))
                    .at(setting.span)
                    .help_nearest(id, known.iter().copied(), "`sglint rules` lists the rules")
            })
            .collect()
    }
}

#[cfg(test)]
mod tests;

//! What a project sets: `sglint.yaml`.
//!
//! ```yaml
//! profile: default               # minimal, default or strict: which rules are on
//! ignore: [missing-rule-description]
//! rules:
//!   wide-port-range: high
//!   admin-port-open-to-world: { severity: critical, params: { ports: [22, 3389] } }
//! overrides:
//!   - { paths: [legacy/], profile: minimal }
//! waivers:
//!   - { rule: wide-port-range, path: legacy/, reason: "moves in spring", until: 2027-03-31 }
//! addresses: { office: [198.18.4.0/24] }
//! trusted: [office, 10.0.0.0/8]  # your own networks
//! include: [infra/]              # patterns as in .gitignore, relative to this file
//! policies: [policies/]          # folders with your own rules
//! fail-on: high
//! ```
//!
//! `form` is the table of all keys, and `check` tells what does not fit it. What can be read counts even if the
//! rest of the file is broken; each broken part is an error. What only rules can tell to be senseless (a rule that
//! does not exist, a parameter of the wrong type) keeps its span, so that they can point at it.

mod addresses;
mod check;
mod contradiction;
mod form;
mod names;
mod paths;
mod premises;
mod profile;
mod read;
mod schema;
mod store;
mod word;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use globset::GlobMatcher;
use jiff::civil::Date;

pub use addresses::AddressGroups;
pub use form::EXAMPLE;
pub use names::RuleNames;
pub use paths::{PathFilter, PathPatterns};
pub use profile::Profile;
pub use read::read_example;
pub use schema::schema;
pub use store::{ConfigChoice, ConfigStore};

use crate::diagnostic::Severity;
use crate::network::premises::Premises;
use crate::problem::Problem;
use crate::source::Span;
use crate::syntax::yaml::{Node, NodeKind};

/// The settings for one part of the tree. The default is that of a project without a config file.
#[derive(Debug, Default)]
pub struct Config {
    /// The folder that its paths count from.
    pub folder: PathBuf,
    /// Which rules are on, if it is said.
    pub profile: Option<Profile>,
    /// The rules that are on instead, if any are named.
    pub select: Vec<Written>,
    /// The rules that are off.
    pub ignore: Vec<Written>,
    /// What is set about rules, by rule id.
    pub rules: BTreeMap<Arc<str>, RuleSetting>,
    /// What is different in some paths; later ones win.
    pub overrides: Vec<Override>,
    /// Findings that the project accepts.
    pub waivers: Vec<Waiver>,
    /// Whether suppressions count that are written for other linters.
    pub foreign_suppressions: bool,
    /// Addresses by name.
    pub addresses: AddressGroups,
    /// What the project says of the world.
    pub premises: Premises,
    /// The names of the tiers of the premises.
    pub tiers: Vec<Written>,
    /// The ends of the links of the premises.
    pub link_ends: Vec<Written>,
    /// Which files are judged.
    pub paths: PathFilter,
    /// Folders with the project's own rules.
    pub policies: Vec<PathBuf>,
    /// The severity from which on the run fails.
    pub fail_on: Option<Severity>,
}

/// A text and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The text.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// What is different in some paths.
#[derive(Debug)]
pub struct Override {
    /// The paths.
    pub paths: PathPatterns,
    /// Which rules are on there, if it is said.
    pub profile: Option<Profile>,
    /// What is set about rules there, by rule id.
    pub rules: BTreeMap<Arc<str>, RuleSetting>,
}

/// A finding, or several, that the project accepts.
#[derive(Clone, Debug)]
pub struct Waiver {
    /// Where it is written.
    pub span: Span,
    /// The id of the rule.
    pub rule: Written,
    /// Where; anywhere if not given.
    pub paths: Option<PathPatterns>,
    /// Patterns of the addresses of resources; any if there are none.
    pub resources: Vec<GlobMatcher>,
    /// Why.
    pub reason: String,
    /// The last day on which it counts.
    pub until: Option<Date>,
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
    /// Addresses by name.
    pub addresses: AddressGroups,
    /// The parameters of the rule, if changed, by name.
    pub params: BTreeMap<Arc<str>, Param>,
}

/// The elements of a list; one element alone is a list of it.
fn elements(node: &Node) -> Vec<&Node> {
    match &node.kind {
        NodeKind::Sequence(items) => items.iter().map(AsRef::as_ref).collect(),
        _ => vec![node],
    }
}

impl Config {
    /// Errors for settings of rules that do not exist.
    pub fn unknown_rules(&self, names: &RuleNames<'_>) -> Vec<Problem> {
        let overridden = self.overrides.iter().flat_map(|one| &one.rules);
        let set = self.rules.iter().chain(overridden).map(|(id, setting)| (id.as_ref(), setting.span));
        let waived = self.waivers.iter().map(|waiver| (waiver.rule.text.as_str(), waiver.rule.span));
        let unknown = set.chain(waived).filter(|(id, _)| !names.known.contains(id));
        unknown
            .map(|(id, span)| {
                let problem = Problem::error("config-unknown-rule", format!("there is no rule {id:?}"));
                names.help(problem.at(span), id)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests;

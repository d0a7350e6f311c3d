//! One rule, as its file says it, checked.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::expression::{Expression, Params};
use super::message::Template;
pub use super::param::{ParamType, Parameter};
use crate::config::Profile;
use crate::diagnostic::{Confidence, Severity};
use crate::facts::Kind;
use crate::network::premises::Premises;
use crate::resource::Language;
use crate::source::Span;
use crate::syntax::yaml::{Entry, Node};

/// A rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Kebab-case name; with a `/` in rules of users.
    pub id: Arc<str>,
    /// One line.
    pub title: String,
    /// The kind of facts it judges.
    pub on: Kind,
    /// The condition as written.
    pub when: String,
    /// The condition.
    pub condition: Arc<Expression>,
    /// How much a violation matters.
    pub severity: Severity,
    /// How sure a violation is, if the fact is.
    pub confidence: Confidence,
    /// The place that is the primary label; the fact's head without one.
    pub at: Option<&'static str>,
    /// Places that are related labels.
    pub also: Vec<&'static str>,
    /// Rules whose diagnostics this one makes needless at the same place.
    pub supersedes: Vec<Arc<str>>,
    /// What is wrong.
    pub message: Template,
    /// Why it matters.
    pub why: Arc<str>,
    /// What to do.
    pub help: Arc<str>,
    /// Parameters by name.
    pub params: BTreeMap<String, Parameter>,
    /// Numbers of controls, by standard, as the standard's publisher maps them.
    pub standards: BTreeMap<String, Vec<String>>,
    /// Numbers of controls that the rule's author reads into a standard; its publisher does not name them.
    pub own_mappings: BTreeMap<String, Vec<String>>,
    /// Names of the same check in other linters.
    pub aliases: Vec<Arc<str>>,
    /// Where to read more.
    pub references: Vec<Arc<str>>,
    /// The statements it was made from, by their ids: `S2-16`.
    pub seed: Vec<Arc<str>>,
    /// The least profile that it belongs to.
    pub profile: Profile,
    /// Whether comments may suppress it.
    pub ignorable: bool,
    /// Its tests.
    pub examples: Vec<Example>,
    /// Its file, as printed.
    pub file: String,
    /// Where it stands, in the map of sources that it was read from.
    pub(super) written: Written,
}

/// Where the parts of a rule stand that something may be wrong with after it was read.
#[derive(Clone, Debug)]
pub(super) struct Written {
    pub(super) id: Span,
    pub(super) supersedes: Vec<Span>,
    pub(super) when: Arc<Node>,
}

impl Rule {
    /// The parameters without config.
    pub fn defaults(&self) -> Params {
        self.params.iter().map(|(name, param)| (name.clone(), param.default.clone())).collect()
    }

    /// Whether it is on in a profile.
    pub fn is_in(&self, profile: Profile) -> bool {
        self.profile <= profile
    }
}

/// What an example proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// The rule fires at the marked lines and nowhere else.
    Bad,
    /// There are facts of the kind, and the rule does not fire.
    Good,
}

impl fmt::Display for Expected {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Bad => "bad",
            Self::Good => "good",
        })
    }
}

/// A configuration that proves the rule.
#[derive(Clone, Debug)]
pub struct Example {
    /// What it proves.
    pub expected: Expected,
    /// The configuration: HCL or YAML, told apart by its content.
    pub text: String,
    /// What the config beside it says of the world around the code.
    pub premises: Premises,
    /// The parameters of the rule that it changes, by name.
    pub params: Params,
    /// The config as written; empty if there is none.
    pub config: String,
    /// The line of the rule's file at which its text starts, from 1.
    pub line: usize,
    /// The example as it stands in the rule's file: `bad` or `good`, and the text.
    pub(super) written: Entry,
}

/// What marks a line of a bad example at which the rule must fire. Words may follow it.
pub const MARKER: &str = "# <--";

impl Example {
    /// The lines, from 1, that end in the [`MARKER`], and where in the text each marker stands.
    pub fn markers(&self) -> Vec<(usize, Range<usize>)> {
        let mut start = 0;
        let mut found = Vec::new();
        for (index, line) in self.text.split_inclusive('\n').enumerate() {
            if let Some(at) = line.find(MARKER) {
                found.push((index + 1, start + at..start + line.trim_end().len()));
            }
            start += line.len();
        }
        found
    }

    /// Its language: CloudFormation declares types with `::`, and is YAML or JSON.
    pub fn language(&self) -> Language {
        let declares_type = |line: &str| {
            let line = line.trim_start().trim_start_matches('"');
            let value = line.strip_prefix("Type").map(|rest| rest.trim_start_matches('"').trim_start());
            value.is_some_and(|value| value.starts_with(':') && value.contains("AWS::"))
        };
        if self.text.lines().any(declares_type) { Language::CloudFormation } else { Language::Terraform }
    }

    /// A file name that fits its language.
    pub fn file_name(&self) -> &'static str {
        match self.language() {
            Language::Terraform => "example.tf",
            Language::CloudFormation => "example.yaml",
        }
    }
}

/// Rules, sorted by id.
#[derive(Debug, Default)]
pub struct RuleSet {
    rules: Vec<Arc<Rule>>,
}

impl RuleSet {
    /// A set of rules whose ids differ.
    pub fn new(mut rules: Vec<Arc<Rule>>) -> Self {
        rules.sort_by(|left, right| left.id.cmp(&right.id));
        Self { rules }
    }

    /// The rules in order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Rule>> {
        self.rules.iter()
    }

    /// A rule by its id.
    pub fn get(&self, id: &str) -> Option<&Arc<Rule>> {
        self.rules.binary_search_by(|rule| (*rule.id).cmp(id)).ok().map(|index| &self.rules[index])
    }

    /// The rules that another linter calls by a name; letter case does not matter.
    pub fn by_alias<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Arc<Rule>> {
        let matches = |rule: &&Arc<Rule>| rule.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(name));
        self.rules.iter().filter(matches)
    }

    /// Every rule that a rule supersedes, also by way of others.
    pub fn superseded_by(&self, id: &str) -> BTreeSet<Arc<str>> {
        let mut found = BTreeSet::new();
        let mut next: Vec<&Arc<Rule>> = self.get(id).into_iter().collect();
        while let Some(rule) = next.pop() {
            for name in &rule.supersedes {
                if found.insert(Arc::clone(name)) {
                    next.extend(self.get(name));
                }
            }
        }
        found
    }

    /// Number of rules.
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }
}

//! The values that an input may be set to.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::conditions::Comparison;
use super::constraints;
use super::intrinsic::is_null;
use super::parameters::{Parameter, Setting};
use super::scalar;
use crate::choice;
use crate::syntax::yaml::Node;

/// The most values of one input.
const MOST_VALUES: usize = 512;

/// The values of one input, by number: those that its `AllowedValues` allow; without those, what it is compared with
/// and its declaration does not refuse, and one unlike all of these. Its default comes first if it is known.
#[derive(Clone, Debug)]
pub(super) struct Domain<'t> {
    settings: Vec<Setting<'t>>,
    by_text: BTreeMap<Arc<str>, usize>,
    /// Whether it may be set to nothing else.
    closed: bool,
    has_default: bool,
    has_another: bool,
    /// What the input is declared as: not every text may be had.
    declaration: Option<&'t Node>,
}

impl<'t> Domain<'t> {
    /// Of an input whose default is known or not.
    pub(super) fn of(input: &Parameter<'t>, has_default: bool) -> Self {
        let mut domain = Self {
            settings: Vec::new(),
            by_text: BTreeMap::new(),
            closed: false,
            has_default,
            has_another: false,
            declaration: input.declaration,
        };
        if has_default {
            domain.settings.push(Setting::Default);
            domain.by_text.extend(input.default.and_then(scalar::text).map(|text| (text, 0)));
        }
        if !input.fixed {
            for node in input.allowed {
                domain.insert(node, |_| true);
            }
        }
        domain.closed = input.fixed || !input.allowed.is_empty();
        domain
    }

    /// Adds what a comparison shows to matter.
    pub(super) fn compared(&mut self, comparison: &Comparison<'t>) {
        for node in &comparison.literals {
            self.add(node);
        }
        if comparison.open {
            self.add_another();
        }
    }

    /// Adds the values that matter where it is passed on to.
    pub(super) fn extend(&mut self, to: &Self) {
        for setting in &to.settings {
            match setting {
                Setting::Literal(node) => self.add(node),
                Setting::Another => self.add_another(),
                Setting::Default => {}
            }
        }
    }

    fn add_another(&mut self) {
        if !self.closed && !self.has_another {
            self.has_another = true;
            self.settings.push(Setting::Another);
        }
    }

    /// Adds a value, if it may be had.
    pub(super) fn add(&mut self, node: &'t Node) {
        let declaration = self.declaration;
        self.insert(node, |node| {
            declaration.is_none_or(|declaration| constraints::refusal(declaration, node).is_none())
        });
    }

    fn insert(&mut self, node: &'t Node, is_had: impl Fn(&Node) -> bool) {
        let Some(text) = scalar::text(node).or_else(|| is_null(node).then(|| "".into())) else { return };
        let is_new = !self.closed && self.settings.len() < MOST_VALUES && !self.by_text.contains_key(&text);
        if is_new && is_had(node) {
            self.by_text.insert(text, self.settings.len());
            self.settings.push(Setting::Literal(node));
        }
    }

    /// Whether it may have values that are not among these.
    pub(super) fn is_open(&self) -> bool {
        self.has_another
    }

    /// The number of a value that was added.
    pub(super) fn number(&self, text: &str) -> Option<usize> {
        self.by_text.get(text).copied()
    }

    /// The number of a setting.
    pub(super) fn settings(&self) -> &[Setting<'t>] {
        &self.settings
    }

    /// The number of the default, if it is known.
    pub(super) fn default(&self) -> Option<usize> {
        self.has_default.then_some(0)
    }

    /// As the search sees it.
    pub(super) fn counted(&self) -> choice::Domain {
        choice::Domain { values: self.settings.len(), preferred: self.default() }
    }
}

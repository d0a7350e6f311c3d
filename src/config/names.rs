//! What somebody meant who named a rule that does not exist.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::problem::Problem;

/// The names that rules go by.
pub struct RuleNames<'a> {
    /// The ids of all rules.
    pub known: &'a BTreeSet<&'a str>,
    /// The ids of the rules that another linter calls by a name.
    pub called: &'a dyn Fn(&str) -> BTreeSet<Arc<str>>,
}

impl RuleNames<'_> {
    /// Adds to a problem about an unknown name what to write instead, where only ids count.
    pub fn help(&self, problem: Problem, name: &str) -> Problem {
        if name.contains(['*', '?']) {
            return problem.help("patterns do not count here: name each rule in full");
        }
        let called = (self.called)(name).into_iter().map(|id| format!("`{id}`")).collect::<Vec<_>>();
        match called.as_slice() {
            [] => problem.help_nearest(name, self.known.iter().copied(), "`sglint rules` lists the rules"),
            ids => problem.help(format!("{name} is {} here", ids.join(" or "))),
        }
    }
}

//! The examples of a rule.

use std::collections::BTreeMap;

use super::Reader;
use crate::config;
use crate::network::premises::Premises;
use crate::policy::expression::Params;
use crate::policy::form::EXAMPLE;
use crate::policy::param;
use crate::policy::rule::{Example, Expected, MARKER, Parameter};
use crate::problem::Problem;
use crate::syntax::yaml::{Node, NodeKind};

impl Reader<'_> {
    /// The examples of `rule`, which has these parameters.
    pub(super) fn examples(
        &mut self,
        root: &Node,
        rule: &str,
        params: &BTreeMap<String, Parameter>,
    ) -> Vec<Example> {
        let Some(node) = root.get("examples") else { return Vec::new() };
        if !matches!(node.kind, NodeKind::Sequence(_)) {
            self.error(node.span, "examples is a list", "- bad: | …");
        }
        node.items().iter().filter_map(|item| self.example(item, rule, params)).collect()
    }

    /// The `config` beside an example: what its project says of the world, and the parameters of the rule.
    fn example_config(
        &mut self,
        node: &Node,
        rule: &str,
        params: &BTreeMap<String, Parameter>,
    ) -> (Premises, Params) {
        let (config, mut problems) = config::read_example(node);
        let mut given = Params::new();
        for (name, value) in &config.params {
            match param::read(rule, params, name, value, &config.addresses) {
                Ok(value) => {
                    given.insert(name.to_string(), value);
                }
                Err(problem) => problems.push(problem),
            }
        }
        self.problems.extend(problems.into_iter().map(|problem| Problem { code: "rule-syntax", ..problem }));
        (config.premises, given)
    }

    fn example(&mut self, node: &Node, rule: &str, params: &BTreeMap<String, Parameter>) -> Option<Example> {
        self.keys(node, EXAMPLE)?;
        let (premises, params) = match node.get("config") {
            Some(config) => self.example_config(config, rule, params),
            None => Default::default(),
        };
        let mut entries = node.entries().iter().filter(|entry| entry.key.as_str() != Some("config"));
        let (Some(entry), None) = (entries.next(), entries.next()) else {
            self.error(node.span, "an example is either bad or good", "write one - for each");
            return None;
        };
        let expected = if entry.key.as_str() == Some("bad") { Expected::Bad } else { Expected::Good };
        let text = entry.value.as_str().unwrap_or_default().to_owned();
        self.text(&entry.value)?;
        let line = self.file.position(entry.value.span.start).line + 1;
        let config = node.get("config").map(|config| self.file.slice(config.span).to_owned());
        let config = config.unwrap_or_default();
        let example = Example { expected, text, premises, params, config, line, written: entry.clone() };
        let marked = !example.markers().is_empty();
        if marked != (expected == Expected::Bad) {
            let message = if marked { "a good example has a marked line" } else { "no line is marked" };
            self.error(
                entry.key.span,
                message,
                format!("{MARKER} marks the lines at which a bad one must fire"),
            );
            return None;
        }
        Some(example)
    }
}

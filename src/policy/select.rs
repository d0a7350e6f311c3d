//! Which rules a name means: `--select`, `--ignore`, and the keys of those names.
//!
//! A rule answers to its id; to the names of the same check in other linters; to each standard (`cis-aws-5.0`) and
//! control (`cis-aws-5.0:5.3`) that the publisher of the standard maps it to; and to its severity (`severity:high`).
//! Patterns with `*`, `?`, `[…]` or `{…}` are matched against ids, controls and severities.

use globset::{Glob, GlobMatcher};

use super::rule::{Rule, RuleSet};
use crate::diagnostic::Severity;
use crate::nearest::nearest;

/// A name, or a pattern of names.
#[derive(Clone, Debug)]
pub struct Selector {
    text: String,
    /// The pattern, if it is one.
    pattern: Option<GlobMatcher>,
}

/// The longest name, in bytes. Beyond some size a pattern cannot be compiled.
const LONGEST: usize = 1000;

impl Selector {
    /// Reads a selector. The error says what is wrong with a pattern.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.len() > LONGEST {
            return Err(format!("it is longer than {LONGEST} bytes"));
        }
        let is_pattern = text.contains(['*', '?', '[', '{']);
        let pattern =
            is_pattern.then(|| Glob::new(text)).transpose().map_err(|error| error.kind().to_string())?;
        Ok(Self { text: text.to_owned(), pattern: pattern.map(|glob| glob.compile_matcher()) })
    }

    /// Whether it is a pattern that fits a name.
    pub fn matches(&self, name: &str) -> bool {
        self.pattern.as_ref().is_some_and(|pattern| pattern.is_match(name))
    }

    /// Whether it means a rule, which has this severity.
    pub fn means(&self, rule: &Rule, severity: Severity) -> bool {
        let severity = format!("severity:{severity}");
        if let Some(pattern) = &self.pattern {
            return pattern.is_match(&*rule.id)
                || pattern.is_match(severity)
                || controls(rule).any(|control| pattern.is_match(control));
        }
        *rule.id == *self.text
            || self.text == severity
            || rule.standards.contains_key(&self.text)
            || rule.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(&self.text))
            || controls(rule).any(|control| control == self.text)
    }

    /// What to write instead, if it means none of the rules.
    pub fn help(&self, rules: &RuleSet) -> String {
        let severities = Severity::ALL.map(|severity| format!("severity:{severity}"));
        let of_rule = |rule: &Rule| {
            let standards = rule.standards.keys().cloned();
            let names = rule.aliases.iter().chain([&rule.id]).map(ToString::to_string);
            names.chain(standards).chain(controls(rule)).collect::<Vec<_>>()
        };
        let names: Vec<_> = rules.iter().flat_map(|rule| of_rule(rule)).chain(severities).collect();
        match nearest(&self.text, names.iter().map(String::as_str)) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => {
                "`sglint rules` lists the rules; patterns such as '*-open-to-world', standards, controls \
                     (cis-aws-5.0:5.3), severities (severity:high) and names in other linters count too"
                    .to_owned()
            }
        }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }
}

fn controls(rule: &Rule) -> impl Iterator<Item = String> {
    let of_standard = |(name, controls): (&String, &Vec<String>)| {
        controls.iter().map(|control| format!("{name}:{control}")).collect::<Vec<_>>()
    };
    rule.standards.iter().flat_map(of_standard)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::policy::read::{Author, read_rule};
    use crate::policy::sample::RULE;
    use crate::source::SourceMap;

    fn rule() -> Rule {
        read_rule(&SourceMap::new("/").add("wide.yaml", RULE), Author::User).unwrap()
    }

    #[test]
    fn a_rule_answers_to_its_names() {
        let rule = rule();
        let means = |text: &str| Selector::parse(text).unwrap().means(&rule, Severity::High);
        for text in
            ["acme/wide", "acme/*", "*", "X_1", "x_1", "aws-fsbp", "aws-fsbp:EC2.18", "aws-fsbp:EC2.*"]
        {
            assert!(means(text), "{text}");
        }
        assert!(means("severity:high") && means("severity:{high,critical}"), "as it is set");
        for text in ["acme", "wide", "X_", "X_*", "cis-aws-5.0", "aws-fsbp:EC2.1", "severity:medium", ""] {
            assert!(!means(text), "{text}");
        }
    }

    #[test]
    fn what_means_nothing_is_helped() {
        let rules = RuleSet::new(vec![Arc::new(rule())]);
        let help = |text: &str| Selector::parse(text).unwrap().help(&rules);
        assert_eq!(help("acme/wild"), "did you mean `acme/wide`?");
        assert_eq!(help("aws-fsbp:EC2.19"), "did you mean `aws-fsbp:EC2.18`?");
        assert_eq!(help("severity:hihg"), "did you mean `severity:high`?");
        assert!(help("something").starts_with("`sglint rules`"));
        assert!(Selector::parse("a[").is_err() && Selector::parse(&"*".repeat(2000)).is_err());
    }
}

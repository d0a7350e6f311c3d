//! Rules for people: what `sglint explain` and `sglint rules` say.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use super::rule::{Expected, Rule, RuleSet};
use crate::config::Profile;
use crate::diagnostic::Confidence;
use crate::problem::Problem;
use crate::resource::Language;

/// The rules that a name means: the one with that id, or those that other linters call so. The problem
/// (`unknown-rule`) names what was probably meant.
pub fn find<'a>(rules: &'a RuleSet, name: &'a str) -> Result<Vec<&'a Arc<Rule>>, Problem> {
    if let Some(rule) = rules.get(name) {
        return Ok(vec![rule]);
    }
    let called: Vec<_> = rules.by_alias(name).collect();
    if !called.is_empty() {
        return Ok(called);
    }
    let names = rules.iter().flat_map(|rule| rule.aliases.iter().chain([&rule.id]));
    Err(Problem::error("unknown-rule", format!("there is no rule {name}")).help_nearest(
        name,
        names.map(|name| &**name),
        "`sglint rules` lists the names",
    ))
}

/// Everything about a rule, as Markdown: `sglint explain` prints it, and `docs/rules.md` holds it for every rule.
pub fn explain(rule: &Rule) -> String {
    let mut page = format!("## {}\n\n{}.\n\n", rule.id, rule.title);
    let profiles = Profile::ALL.into_iter().filter(|&profile| rule.is_in(profile));
    let profiles: Vec<_> = profiles.map(Profile::name).collect();
    let mut traits = vec![
        format!("{} severity", rule.severity),
        format!("judges {} facts", rule.on),
        format!("on in profile {}", profiles.join(", ")),
    ];
    if rule.confidence == Confidence::Possible {
        traits.push("what it finds is possible, not certain".to_owned());
    }
    if !rule.ignorable {
        traits.push("comments cannot suppress it".to_owned());
    }
    let _ = writeln!(page, "{}", traits.join("; "));
    section(&mut page, "Why", &rule.why);
    section(&mut page, "What to do", &rule.help);
    let conjuncts: Vec<_> = rule.condition.conjuncts().into_iter().map(|(text, _)| text).collect();
    section(&mut page, "Fires when", &block("cel", &conjuncts.join("\n&& ")));
    let params = rule
        .params
        .iter()
        .map(|(name, param)| format!("- `{name}` ({}), default {:#}", param.ty.name(), param.default));
    section(&mut page, "Parameters", &lines(params));
    section(&mut page, "Instead of", &lines(rule.supersedes.iter().map(|id| format!("- {id}"))));
    section(&mut page, "Standards", &controls(&rule.standards));
    section(&mut page, "Standards, by our own reading", &controls(&rule.own_mappings));
    section(&mut page, "Known elsewhere as", &rule.aliases.join(", "));
    section(&mut page, "More", &lines(rule.references.iter().map(|address| format!("- <{address}>"))));
    section(&mut page, "Made from", &rule.seed.join(", "));
    for (expected, title) in [(Expected::Bad, "Bad"), (Expected::Good, "Good")] {
        for example in rule.examples.iter().filter(|example| example.expected == expected) {
            let language = match example.language() {
                Language::Terraform => "hcl",
                Language::CloudFormation => "yaml",
            };
            section(&mut page, title, &block(language, &example.text));
            if !example.config.is_empty() {
                let _ = writeln!(page, "\nWith the config `{}`.", example.config);
            }
        }
    }
    page
}

/// A heading and what stands under it, unless that is nothing. Writing to a string cannot fail.
fn section(page: &mut String, title: &str, text: &str) {
    let text = text.trim_end();
    if !text.is_empty() {
        let _ = writeln!(page, "\n### {title}\n\n{text}");
    }
}

fn block(language: &str, text: &str) -> String {
    format!("```{language}\n{}\n```", text.trim_end())
}

fn lines(lines: impl Iterator<Item = String>) -> String {
    lines.collect::<Vec<_>>().join("\n")
}

fn controls(standards: &BTreeMap<String, Vec<String>>) -> String {
    lines(standards.iter().map(|(name, controls)| format!("- {name}: {}", controls.join(", "))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::read::{Author, read_rule};
    use crate::policy::sample::RULE;
    use crate::source::SourceMap;

    fn rules() -> RuleSet {
        let sources = SourceMap::new("/");
        RuleSet::new(vec![Arc::new(read_rule(&sources.add("wide.yaml", RULE), Author::User).unwrap())])
    }

    #[test]
    fn rules_are_found_by_id_and_by_what_others_call_them() {
        let rules = rules();
        for name in ["acme/wide", "X_1", "x_1"] {
            assert_eq!(find(&rules, name).unwrap().len(), 1, "{name}");
        }
        let problem = find(&rules, "acme/wid").unwrap_err();
        assert_eq!(problem.help.as_deref(), Some("did you mean `acme/wide`?"));
        assert!(find(&rules, "something").is_err());
    }

    #[test]
    fn the_page_says_everything_the_file_says() {
        let rules = rules();
        insta::assert_snapshot!(explain(rules.get("acme/wide").unwrap()), @r"
        ## acme/wide

        Too many ports.

        medium severity; judges permission facts; on in profile minimal, default, strict

        ### Why

        Few services need many ports.

        ### What to do

        Name the ports.

        ### Fires when

        ```cel
        permission.direction == 'ingress'
        && permission.port_count > params.limit
        ```

        ### Parameters

        - `limit` (int), default 100

        ### Standards

        - aws-fsbp: EC2.18

        ### Standards, by our own reading

        - cis-aws-5.0: 5.3

        ### Known elsewhere as

        X_1

        ### More

        - <https://example.com/>

        ### Made from

        S2-17, S4-1

        ### Bad

        ```hcl
        a = 1 # <-- here
        ```

        ### Good

        ```hcl
        a = 2
        ```
        ");
    }
}

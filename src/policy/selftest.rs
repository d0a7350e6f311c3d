//! Rules prove themselves by their examples.
//!
//! A bad example must fire at its marked lines and nowhere else. A good one must give a fact of the rule's kind that
//! can be judged, and not fire: without such a fact it would prove nothing. And the examples together must notice a condition that
//! is broken: always true, always false, or with one of its conjuncts left out.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::expression::compile;
use super::judge::judge;
use super::rule::{Example, Expected, Rule, RuleSet};
use super::settings::{PolicySettings, RuleSetting};
use crate::diagnostic::Confidence;
use crate::facts::Fact;
use crate::problem::{Problem, ProblemSeverity};
use crate::resource::Language;
use crate::source::SourceMap;

/// What evaluating an example yields.
#[derive(Debug)]
pub struct Evaluated {
    /// The texts that the spans of the facts count in.
    pub sources: SourceMap,
    /// The facts.
    pub facts: Vec<Fact>,
    /// What could not be read or evaluated.
    pub problems: Vec<Problem>,
}

/// Evaluates an example; the engine does it.
pub type Evaluate<'a> = &'a dyn Fn(&Example) -> Evaluated;

/// The examples of a rule with a name for each: `wide-port-range/bad-1-terraform`.
pub fn cases(rule: &Rule) -> Vec<(String, &Example)> {
    let name = |(index, example): (usize, &Example)| {
        let language = match example.language() {
            Language::Terraform => "terraform",
            Language::CloudFormation => "cloudformation",
        };
        format!("{}/{}-{}-{language}", rule.id, example.expected, index + 1)
    };
    rule.examples.iter().enumerate().map(|case| (name(case), case.1)).collect()
}

/// Whether an example proves what it says; otherwise what it shows instead.
pub fn check_example(rule: &Rule, example: &Example, evaluate: Evaluate<'_>) -> Result<(), String> {
    let evaluated = evaluate(example);
    check_evaluated(rule, example, &evaluated).map_err(|error| {
        format!("{error}\nin the {} example at {}:{}", example.expected, rule.file, example.line)
    })
}

/// Whether the examples would notice if the condition were wrong.
pub fn check_mutants(rule: &Rule, evaluate: Evaluate<'_>) -> Result<(), String> {
    for expected in [Expected::Bad, Expected::Good] {
        if !rule.examples.iter().any(|example| example.expected == expected) {
            return Err(format!("{} has no {expected} example", rule.id));
        }
    }
    let evaluated: Vec<_> = rule.examples.iter().map(evaluate).collect();
    for mutant in mutants(rule) {
        let condition = compile(&mutant).map_err(|error| error.message)?;
        let broken = Rule { condition: Arc::new(condition), ..rule.clone() };
        let mut pairs = rule.examples.iter().zip(&evaluated);
        if pairs.all(|(example, evaluated)| check_evaluated(&broken, example, evaluated).is_ok()) {
            return Err(format!("no example of {} would notice the condition\n  {mutant}", rule.id));
        }
    }
    Ok(())
}

/// Broken versions of the condition.
fn mutants(rule: &Rule) -> Vec<String> {
    let mut mutants = vec!["true".to_owned(), "false".to_owned()];
    let conjuncts = rule.condition.conjuncts();
    if conjuncts.len() > 1 {
        for left_out in 0..conjuncts.len() {
            let mut kept = conjuncts.clone();
            kept.remove(left_out);
            mutants.push(kept.join(" && "));
        }
    }
    mutants
}

fn check_evaluated(rule: &Rule, example: &Example, evaluated: &Evaluated) -> Result<(), String> {
    if let Some(problem) =
        evaluated.problems.iter().find(|problem| problem.severity == ProblemSeverity::Error)
    {
        return Err(format!("the example cannot be evaluated: {}", problem.message));
    }
    if !evaluated.facts.iter().any(|fact| fact.kind == rule.on) {
        return Err(format!("the example gives no {} fact, so it proves nothing", rule.on));
    }
    let mut settings = PolicySettings::default();
    settings
        .rules
        .insert(Arc::clone(&rule.id), RuleSetting { enabled: Some(true), ..RuleSetting::default() });
    let rules = RuleSet::new(vec![Arc::new(rule.clone())]);
    let judged = judge(&rules, &settings, &evaluated.facts, &evaluated.sources);
    if let Some(problem) = judged.problems.first() {
        return Err(problem.message.clone());
    }
    let line = |span: crate::source::Span| evaluated.sources.get(span.file).position(span.start).line;
    let fired: BTreeSet<usize> = judged.diagnostics.iter().map(|one| line(one.primary.span)).collect();
    let marked: BTreeSet<usize> = example.marked_lines().into_iter().collect();
    if fired != marked {
        let told: Vec<_> = judged
            .diagnostics
            .iter()
            .map(|one| format!("\n  {}: {}", line(one.primary.span), one.message))
            .collect();
        let undecided: Vec<_> = judged
            .not_judged
            .iter()
            .map(|one| {
                let fields: Vec<_> = one.fields.iter().map(|(name, _)| name.as_str()).collect();
                format!("\n  {}: not judged, unknown: {}", line(one.span), fields.join(", "))
            })
            .collect();
        return Err(format!(
            "fires at lines {fired:?}, but must at {marked:?}{}{}",
            told.concat(),
            undecided.concat()
        ));
    }
    let of_kind = evaluated.facts.iter().filter(|fact| fact.kind == rule.on).count();
    if example.expected == Expected::Good && judged.not_judged.len() >= of_kind {
        let unknown: BTreeSet<_> =
            judged.not_judged.iter().flat_map(|one| &one.fields).map(|(name, _)| name.as_str()).collect();
        let unknown = unknown.into_iter().collect::<Vec<_>>().join(", ");
        return Err(format!(
            "no fact of the example can be judged, so it proves nothing; unknown: {unknown}"
        ));
    }
    let is_possible =
        |confidence| rule.confidence == Confidence::Certain && confidence == Confidence::Possible;
    if judged.diagnostics.iter().any(|one| is_possible(one.confidence)) {
        return Err("fires only for what possibly exists".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{FieldValue, Kind, Place};
    use crate::policy::read::{Author, read_rule};
    use crate::policy::sample::{RULE, fact, reason, text};
    use crate::source::Span;

    fn rule(examples: &str) -> Rule {
        let sources = SourceMap::new("/");
        let start = RULE.find("examples:").unwrap();
        let file = sources.add("wide.yaml", format!("{}examples:\n{examples}", &RULE[..start]));
        read_rule(&file, Author::User).unwrap_or_else(|problems| panic!("{problems:#?}"))
    }

    /// A toy language: `egress 20` on a line is an egress permission for 20 ports.
    fn evaluate(example: &Example) -> Evaluated {
        let sources = SourceMap::new("/");
        let file = sources.add(example.file_name(), example.text.as_str());
        let mut facts = Vec::new();
        for (index, line) in example.text.lines().enumerate() {
            let mut words = line.split_whitespace();
            let (Some(direction), Some(count)) = (words.next(), words.next().and_then(|n| n.parse().ok()))
            else {
                continue;
            };
            let fields = vec![("direction", text(direction)), ("port_count", FieldValue::Int(count))];
            let mut permission = fact(Kind::Permission, fields);
            if line.ends_with("unclear") {
                permission.fields.remove("port_count");
                permission.unknown.insert("port_count", reason("var.count"));
            }
            let start = file.lines().line_start(index + 1).unwrap() as usize;
            permission.places.insert("ports", Place::at(Span::new(file.id(), start, start + line.len())));
            facts.push(permission);
        }
        Evaluated { sources, facts, problems: Vec::new() }
    }

    const SOUND: &str = "  - bad: |\n      ingress 5\n      ingress 500 # <-- too many\n  - good: |\n      ingress 5\n      egress 500\n";

    #[test]
    fn a_sound_rule_passes() {
        let rule = rule(SOUND);
        for (name, example) in cases(&rule) {
            assert_eq!(check_example(&rule, example, &evaluate), Ok(()), "{name}");
        }
        assert_eq!(check_mutants(&rule, &evaluate), Ok(()));
        let names: Vec<_> = cases(&rule).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["acme/wide/bad-1-terraform", "acme/wide/good-2-terraform"]);
    }

    #[test]
    fn an_example_that_shows_something_else_fails() {
        for (examples, expected) in [
            ("  - bad: |\n      ingress 5 # <--\n", "fires at lines {}, but must at {1}"),
            (
                "  - bad: |\n      ingress 500\n      ingress 600 # <--\n",
                "fires at lines {1, 2}, but must at {2}",
            ),
            ("  - good: |\n      ingress 500\n", "fires at lines {1}, but must at {}"),
            ("  - good: |\n      nothing\n", "gives no permission fact"),
            (
                "  - good: |\n      ingress 5 unclear\n",
                "can be judged, so it proves nothing; unknown: port_count",
            ),
        ] {
            let rule = rule(examples);
            let error = check_example(&rule, &rule.examples[0], &evaluate).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn examples_that_leave_a_conjunct_untested_are_caught() {
        let rule = rule("  - bad: |\n      ingress 500 # <--\n  - good: |\n      ingress 5\n");
        let error = check_mutants(&rule, &evaluate).unwrap_err();
        assert!(error.contains("permission.port_count > params.limit"), "{error}");
    }

    #[test]
    fn a_rule_without_both_kinds_of_examples_is_caught() {
        let bad = rule("  - bad: |\n      ingress 500 # <--\n");
        assert_eq!(check_mutants(&bad, &evaluate).unwrap_err(), "acme/wide has no good example");
        let good = rule("  - good: |\n      ingress 5\n");
        assert_eq!(check_mutants(&good, &evaluate).unwrap_err(), "acme/wide has no bad example");
    }
}

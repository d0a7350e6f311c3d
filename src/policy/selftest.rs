//! Rules prove themselves by their examples.
//!
//! A bad example must fire at its marked lines and nowhere else. A good one must give a fact of the rule's kind that
//! can be judged, and not fire: without such a fact it would prove nothing. And the examples together must notice a
//! condition that is broken: always true, always false, or with one of its conjuncts left out.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::expression::{Params, compile};
use super::judge::{Judge, Judged};
use super::rule::{Example, Expected, Rule, RuleSet};
use super::scalar;
use super::settings::{PolicySettings, RuleSetting};
use crate::diagnostic::{Confidence, Label};
use crate::facts::Fact;
use crate::problem::{Problem, ProblemSeverity};
use crate::resource::Language;
use crate::source::{SourceMap, Span};
use crate::syntax::yaml::Entry;

/// What evaluating an example yields; the engine does it.
#[derive(Debug)]
pub struct Evaluated {
    /// The texts that the spans of the facts count in.
    pub sources: SourceMap,
    /// The facts.
    pub facts: Vec<Fact>,
    /// What could not be read or evaluated.
    pub problems: Vec<Problem>,
}

/// What an example shows instead of what it should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// In one line.
    pub message: String,
    /// The places of the example that show it.
    pub marks: Vec<Mark>,
    /// Whether the example could not even be evaluated.
    pub is_broken: bool,
    /// The line of the rule's file at which the example starts.
    line: usize,
}

/// A place of an example, and what is to be said about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Bytes of the example's text.
    pub range: Range<usize>,
    /// The line of the rule's file.
    line: usize,
    /// In a few words.
    pub text: String,
}

/// A broken condition that no example notices, or the lack of examples that could.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weakness {
    /// In one line.
    pub message: String,
    /// What part of the condition may as well be missing: bytes of its text.
    pub part: Option<Range<usize>>,
    /// The broken condition.
    pub mutant: Option<String>,
}

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

/// Whether an example proves what it says.
pub fn check_example(rule: &Rule, example: &Example, evaluated: &Evaluated) -> Result<(), Mismatch> {
    let error = |problem: &&Problem| problem.severity == ProblemSeverity::Error;
    if let Some(problem) = evaluated.problems.iter().find(error) {
        let mark = problem.span.map(|span| (span.range(), String::new()));
        let message = format!("the example cannot be evaluated: {}", problem.message);
        return Err(Mismatch { is_broken: true, ..Mismatch::new(example, message, mark) });
    }
    let facts = evaluated.facts.iter().filter(|fact| fact.kind == rule.on).count();
    if facts == 0 {
        let message = format!("the example gives no {} fact, so it proves nothing", rule.on);
        return Err(Mismatch::new(example, message, None));
    }
    let judged = judge_alone(rule, &example.params, evaluated);
    if let Some(problem) = judged.problems.first() {
        return Err(Mismatch::new(example, problem.message.clone(), None));
    }
    check_lines(example, &judged, &evaluated.sources)?;
    if example.expected == Expected::Good && judged.not_judged.len() >= facts {
        let unknown: BTreeSet<_> =
            judged.not_judged.iter().flat_map(|one| &one.fields).map(|(name, _)| name.as_str()).collect();
        let unknown = unknown.into_iter().collect::<Vec<_>>().join(", ");
        let message =
            format!("no fact of the example can be judged, so it proves nothing; unknown: {unknown}");
        return Err(Mismatch::new(example, message, None));
    }
    let possible = judged.diagnostics.iter().find(|one| one.confidence == Confidence::Possible);
    match possible.filter(|_| rule.confidence == Confidence::Certain) {
        Some(one) => {
            let mark = (one.primary.span.range(), "may not exist".to_owned());
            Err(Mismatch::new(example, "fires only for what possibly exists".to_owned(), Some(mark)))
        }
        None => Ok(()),
    }
}

/// Whether the examples would notice if the condition were wrong. `evaluated` are the examples in their order.
pub fn check_condition(rule: &Rule, evaluated: &[Evaluated]) -> Result<(), Weakness> {
    for expected in [Expected::Bad, Expected::Good] {
        if !rule.examples.iter().any(|example| example.expected == expected) {
            let message = format!("{} has no {expected} example", rule.id);
            return Err(Weakness { message, part: None, mutant: None });
        }
    }
    for (mutant, part) in mutants(rule) {
        let weakness =
            |message: String| Err(Weakness { message, part: part.clone(), mutant: Some(mutant.clone()) });
        let condition = match compile(&mutant) {
            Ok(condition) => condition,
            Err(error) => return weakness(error.message),
        };
        let broken = Rule { condition: Arc::new(condition), ..rule.clone() };
        let mut pairs = rule.examples.iter().zip(evaluated);
        if pairs.all(|(example, evaluated)| check_example(&broken, example, evaluated).is_ok()) {
            return weakness(match &part {
                Some(_) => "no example would notice if a part of the condition were missing".to_owned(),
                None => format!("no example would notice a condition that is always {mutant}"),
            });
        }
    }
    Ok(())
}

/// Broken versions of the condition, with the part that was left out.
fn mutants(rule: &Rule) -> Vec<(String, Option<Range<usize>>)> {
    let mut mutants = vec![("true".to_owned(), None), ("false".to_owned(), None)];
    let conjuncts = rule.condition.conjuncts();
    if conjuncts.len() > 1 {
        for left_out in 0..conjuncts.len() {
            let mut kept: Vec<_> = conjuncts.iter().map(|(text, _)| text.as_str()).collect();
            kept.remove(left_out);
            mutants.push((kept.join(" && "), Some(conjuncts[left_out].1.clone())));
        }
    }
    mutants
}

/// Judges with nothing but this rule, which has the parameters that the config of the example gives it.
fn judge_alone(rule: &Rule, params: &Params, evaluated: &Evaluated) -> Judged {
    let mut settings = PolicySettings::default();
    let on = RuleSetting { enabled: Some(true), params: params.clone(), ..RuleSetting::default() };
    settings.rules.insert(Arc::clone(&rule.id), on);
    let rules = RuleSet::new(vec![Arc::new(rule.clone())]);
    Judge::new(&rules, &settings).judge(&evaluated.facts, &evaluated.sources)
}

/// Whether it fires at the marked lines and nowhere else.
fn check_lines(example: &Example, judged: &Judged, sources: &SourceMap) -> Result<(), Mismatch> {
    let line = |span: Span| sources.get(span.file).position(span.start).line;
    let mut fired = BTreeMap::new();
    for one in &judged.diagnostics {
        fired.entry(line(one.primary.span)).or_insert(one);
    }
    let mut silent: BTreeMap<usize, Range<usize>> = example.markers().into_iter().collect();
    let mut marks = Vec::new();
    for (line, one) in fired {
        if silent.remove(&line).is_none() {
            marks.push((one.primary.span.range(), format!("fires: {}", one.message)));
        }
    }
    let message = match (marks.is_empty(), silent.is_empty()) {
        (true, true) => return Ok(()),
        (false, true) => "fires where no line is marked",
        (true, false) => "does not fire at a marked line",
        (false, false) => "fires at other lines than those marked",
    };
    marks.extend(silent.into_values().map(|marker| (marker, "does not fire here".to_owned())));
    marks.extend(judged.not_judged.iter().map(|one| {
        let fields: Vec<_> = one.fields.iter().map(|(name, _)| name.as_str()).collect();
        (one.span.range(), format!("not judged, unknown: {}", fields.join(", ")))
    }));
    Err(Mismatch::new(example, message.to_owned(), marks))
}

impl Mismatch {
    fn new(
        example: &Example,
        message: String,
        marks: impl IntoIterator<Item = (Range<usize>, String)>,
    ) -> Self {
        let line = |at: usize| example.line + example.text.bytes().take(at).filter(|&b| b == b'\n').count();
        let mark = |(range, text): (Range<usize>, String)| Mark { line: line(range.start), range, text };
        Self { message, marks: marks.into_iter().map(mark).collect(), is_broken: false, line: example.line }
    }

    /// The marks as labels in the rule's file, which `sources` holds; the example as a whole without any.
    pub fn labels(&self, example: &Example, sources: &SourceMap) -> Vec<Label> {
        let Entry { key, value } = &example.written;
        let file = sources.get(key.span.file);
        let label = |mark: &Mark| Label {
            span: scalar::place(&file, value, &mark.range),
            message: mark.text.clone(),
        };
        if self.marks.is_empty() {
            return vec![Label { span: key.span, message: String::new() }];
        }
        self.marks.iter().map(label).collect()
    }
}

/// For those who have no texts to point into: lines count in the rule's file.
impl fmt::Display for Mismatch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} (example at line {})", self.message, self.line)?;
        for Mark { line, text, .. } in &self.marks {
            write!(formatter, "\n  line {line}{}{text}", if text.is_empty() { "" } else { ": " })?;
        }
        Ok(())
    }
}

impl Weakness {
    /// Where it stands in the rule's file, which `sources` holds: the part of the condition, or all of it.
    pub fn label(&self, rule: &Rule, sources: &SourceMap) -> Label {
        let when = &rule.written.when;
        match &self.part {
            Some(part) => Label {
                span: scalar::place(&sources.get(when.span.file), when, part),
                message: "could be left out".to_owned(),
            },
            None => Label { span: rule.written.id, message: String::new() },
        }
    }
}

impl fmt::Display for Weakness {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)?;
        self.mutant.as_ref().map_or(Ok(()), |mutant| write!(formatter, ":\n  {mutant}"))
    }
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

    fn condition(rule: &Rule) -> Result<(), Weakness> {
        check_condition(rule, &rule.examples.iter().map(evaluate).collect::<Vec<_>>())
    }

    const SOUND: &str = "  - bad: |\n      ingress 5\n      ingress 500 # <-- too many\n  - good: |\n      ingress 5\n      egress 500\n";

    #[test]
    fn a_sound_rule_passes() {
        let rule = rule(SOUND);
        for (name, example) in cases(&rule) {
            assert_eq!(check_example(&rule, example, &evaluate(example)), Ok(()), "{name}");
        }
        assert_eq!(condition(&rule), Ok(()));
        let names: Vec<_> = cases(&rule).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["acme/wide/bad-1-terraform", "acme/wide/good-2-terraform"]);
    }

    #[test]
    fn an_example_that_shows_something_else_fails() {
        for (examples, expected) in [
            (
                "  - bad: |\n      ingress 5 # <--\n",
                "does not fire at a marked line (example at line 22)\n  line 22: does not fire here",
            ),
            (
                "  - bad: |\n      ingress 500\n      ingress 600 # <--\n",
                "fires where no line is marked (example at line 22)\n  line 22: fires: 500 ports open on",
            ),
            (
                "  - bad: |\n      ingress 500\n      ingress 6 # <--\n",
                "\n  line 22: fires: 500 ports open on an unknown group\n  line 23: does not fire here",
            ),
            ("  - good: |\n      ingress 500\n", "fires where no line is marked"),
            ("  - good: |\n      nothing\n", "gives no permission fact"),
            (
                "  - good: |\n      ingress 5 unclear\n",
                "can be judged, so it proves nothing; unknown: port_count",
            ),
        ] {
            let rule = rule(examples);
            let example = &rule.examples[0];
            let error = check_example(&rule, example, &evaluate(example)).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn examples_that_leave_a_conjunct_untested_are_caught() {
        let rule = rule("  - bad: |\n      ingress 500 # <--\n  - good: |\n      ingress 5\n");
        let weakness = condition(&rule).unwrap_err();
        assert_eq!(weakness.mutant.as_deref(), Some("permission.port_count > params.limit"));
        assert_eq!(&rule.when[weakness.part.unwrap()], "permission.direction == 'ingress'");
    }

    #[test]
    fn a_rule_without_both_kinds_of_examples_is_caught() {
        let bad = rule("  - bad: |\n      ingress 500 # <--\n");
        assert_eq!(condition(&bad).unwrap_err().message, "acme/wide has no good example");
        let good = rule("  - good: |\n      ingress 5\n");
        assert_eq!(condition(&good).unwrap_err().message, "acme/wide has no bad example");
    }
}

//! What stayed unknown, told by its cause: one variable without a value may keep fifty resources from being judged,
//! and giving it one helps them all.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::policy::judge::NotJudged;
use crate::problem::{Gap, Problem, ProblemSeverity};
use crate::providers::aws;
use crate::resource::{Cause, Configuration, Unknown};
use crate::source::{SourceMap, Span};

/// Problems about a value. They matter where the value does.
const ABOUT_VALUES: [&str; 6] = [
    "invalid-intrinsic",
    "reference-to-absent-resource",
    "template-shape",
    "undeclared-name",
    "undeclared-reference",
    "unsupported-intrinsic",
];

/// The problems of a configuration that stop something from being judged: a name that is not declared does not if it
/// stands in a resource that is read only for the groups it names.
pub(super) fn relevant(configuration: &mut Configuration) -> Vec<Problem> {
    let mut problems = std::mem::take(&mut configuration.problems);
    if problems.iter().any(|problem| ABOUT_VALUES.contains(&problem.code)) {
        let resources = configuration.resources.iter();
        let aside: BTreeSet<Span> = resources
            .filter(|resource| !aws::interest(&resource.kind, resource.mode).is_judged())
            .map(|resource| resource.span)
            .collect();
        problems.retain(|problem| {
            let is_aside = |span: Span| aside.iter().any(|resource| resource.contains(span));
            !ABOUT_VALUES.contains(&problem.code) || !problem.span.is_some_and(is_aside)
        });
    }
    problems
}

/// The code of these problems.
pub(super) const CODE: &str = "not-judged";

/// What one cause kept from being judged.
struct Group {
    /// The place that would have to change.
    at: Span,
    reason: Option<Arc<Unknown>>,
    /// What is not judged, in source order.
    subjects: Vec<Arc<str>>,
    rules: BTreeSet<Arc<str>>,
    facts: BTreeSet<usize>,
}

/// Where a mistake is written, to sort by.
type Mistake = (String, u32, u32);

/// One problem for each cause, at the first place that would have to change.
pub(super) fn problems(all: Vec<NotJudged>, sources: &SourceMap) -> Vec<Problem> {
    let mut groups: BTreeMap<(String, Option<Mistake>), Group> = BTreeMap::new();
    for one in all {
        let reason = one.fields.into_iter().find_map(|(_, reason)| reason);
        let cause =
            reason.as_ref().map_or_else(|| one.subject.to_string(), |reason| reason.cause.to_string());
        let at = reason.as_ref().map_or(one.span, |reason| reason.at);
        // The same mistake in two places is two mistakes.
        let is_mistake = reason.as_ref().is_some_and(|reason| matches!(reason.cause, Cause::Invalid(_)));
        let group = groups.entry((cause, is_mistake.then(|| sources.sort_key(at)))).or_insert_with(|| {
            Group { at, reason, subjects: Vec::new(), rules: BTreeSet::new(), facts: BTreeSet::new() }
        });
        if sources.sort_key(at) < sources.sort_key(group.at) {
            group.at = at;
        }
        if !group.subjects.contains(&one.subject) {
            group.subjects.push(one.subject);
        }
        group.rules.insert(one.rule);
        group.facts.insert(one.fact);
    }
    groups.into_values().map(|group| group.problem()).collect()
}

impl Group {
    fn problem(&self) -> Problem {
        let rules: Vec<&str> = self.rules.iter().map(AsRef::as_ref).collect();
        let verb = if self.subjects.len() == 1 { "is" } else { "are" };
        let because = self.reason.as_ref().map(|reason| format!(": {}", reason.cause)).unwrap_or_default();
        let message = format!("{} {verb} not judged by {}{because}", named(&self.subjects), rules.join(", "));
        let class = self.reason.as_ref().map_or("not known", |reason| reason.cause.class());
        let gap = Some(Box::new(Gap { class, facts: self.facts.len() }));
        // That a value is not known lies in the code; that a bound was met is for its author to see at once.
        let is_limit = self.reason.as_ref().is_some_and(|reason| matches!(reason.cause, Cause::Limit(_)));
        let severity = if is_limit { ProblemSeverity::Error } else { ProblemSeverity::Warning };
        let problem = Problem::new(CODE, severity, message).at(self.at).help(help(self.reason.as_deref()));
        Problem { gap, ..problem }
    }
}

/// The first of them by name, the others by number.
fn named(subjects: &[Arc<str>]) -> String {
    match subjects {
        [] => String::new(),
        [one] => one.to_string(),
        [one, other] => format!("{one} and {other}"),
        [first, others @ ..] => format!("{first} and {} others", others.len()),
    }
}

/// What to do about it.
fn help(reason: Option<&Unknown>) -> &'static str {
    match reason.map(|reason| &reason.cause) {
        Some(Cause::InputWithoutValue(input)) if input.starts_with("parameter") => {
            "give the parameter a default"
        }
        Some(Cause::InputWithoutValue(_) | Cause::Chosen(_) | Cause::OfChosen(_)) => {
            "give the input a default, or a value with --var, --var-file, a tfvars file or TF_VAR_…"
        }
        Some(Cause::ModuleNotFound(_) | Cause::NotInStub(_)) => {
            "run `terraform init`: sglint judges the modules that it puts into .terraform/modules"
        }
        Some(Cause::Undeclared(_) | Cause::Absent { .. } | Cause::Invalid(_)) => "correct the expression",
        Some(Cause::UnsupportedFunction(_)) => {
            "write the value without the function, or report that it is needed"
        }
        Some(Cause::Limit(_)) => "simplify or split the configuration",
        Some(Cause::LookedUp(_) | Cause::Computed(_) | Cause::External(_)) | None => {
            "known only when deployed: review it there"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_cause_is_one_problem_however_many_resources_it_stops() {
        let sources = SourceMap::new("/");
        let file = sources.add("main.tf", "0123456789").id();
        let unknown = |name: &str, at: usize| {
            let cause = Cause::InputWithoutValue(format!("variable {name}"));
            Some(Arc::new(Unknown::new(cause, Span::new(file, at, at + 1))))
        };
        let one = |rule: &str, subject: &str, reason| NotJudged {
            rule: rule.into(),
            subject: subject.into(),
            fact: subject.len(),
            fields: vec![("world".to_owned(), None), ("ports".to_owned(), reason)],
            span: Span::new(file, 9, 10),
        };
        let all = vec![
            one("b", "sg.one", unknown("cidr", 5)),
            one("a", "sg.one", unknown("cidr", 5)),
            one("a", "sg.two", unknown("cidr", 3)),
            one("a", "sg.three", unknown("cidr", 5)),
            one("a", "sg.four", unknown("port", 7)),
            one("a", "sg.five", None),
        ];
        let problems = problems(all, &sources);
        let told: Vec<_> = problems.iter().map(|problem| problem.message.as_str()).collect();
        assert_eq!(
            told,
            [
                "sg.five is not judged by a",
                "sg.one and 2 others are not judged by a, b: variable cidr has no value",
                "sg.four is not judged by a: variable port has no value",
            ]
        );
        let gap = |problem: &Problem| problem.gap.as_deref().map(|gap| (gap.class, gap.facts));
        assert_eq!(gap(&problems[0]), Some(("not known", 1)));
        assert_eq!(
            gap(&problems[1]),
            Some(("input without a value", 2)),
            "sg.one and sg.two are of one length"
        );
        assert_eq!(problems[1].span, Some(Span::new(file, 3, 4)), "the first place in source order");
        assert!(problems[1].help.as_ref().unwrap().contains("--var-file"));
    }
}

//! The results of several units as one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::diagnostic::{Confidence, Diagnostic, Severity, Suppression};
use crate::problem::Problem;
use crate::resource::split_module_path;
use crate::source::Span;

/// A diagnostic as the config of its unit weighs it.
#[derive(Clone, Debug)]
pub(super) struct Weighed {
    pub(super) diagnostic: Diagnostic,
    /// Whether it fails the run.
    pub(super) fails: bool,
}

/// What the instances of one cause have in common: rule, place, verdict, and what is meant or said.
type Cause = (Arc<str>, Span, (Confidence, Severity, Option<Suppression>, bool), String);

/// Diagnostics of one rule at one place that mean or say the same of different instances become one: a module that
/// two roots call, by whatever path, is one cause, unless their configs disagree about it.
pub(super) fn merge(weighed: Vec<Weighed>) -> Vec<Weighed> {
    let merged = merged_by(weighed, |diagnostic| match diagnostic.confidence {
        Confidence::Certain => diagnostic.meaning.to_string(),
        // Which choice opens something is part of what is said.
        Confidence::Possible => said(diagnostic),
    });
    let merged = merged_by(merged, said);
    let place = |diagnostic: &Diagnostic| {
        let Diagnostic { rule, primary, severity, suppressed, .. } = diagnostic;
        (Arc::clone(rule), primary.span, *severity, suppressed.is_some())
    };
    let is_certain = |one: &Weighed| one.diagnostic.confidence == Confidence::Certain;
    let certain = || merged.iter().filter(|one| is_certain(one));
    let told: BTreeSet<_> = certain().map(|one| place(&one.diagnostic)).collect();
    let failing: BTreeSet<_> = certain().filter(|one| one.fails).map(|one| place(&one.diagnostic)).collect();
    let mut all = merged;
    // What is certain of one instance needs no "possible" of another at the same place, unless that one fails the run.
    all.retain(|one| {
        let told = if one.fails { &failing } else { &told };
        is_certain(one) || !told.contains(&place(&one.diagnostic))
    });
    all
}

fn merged_by(weighed: Vec<Weighed>, of: impl Fn(&Diagnostic) -> String) -> Vec<Weighed> {
    let mut merged: BTreeMap<Cause, Weighed> = BTreeMap::new();
    for one in weighed {
        let Weighed { diagnostic, fails } = &one;
        let verdict = (diagnostic.confidence, diagnostic.severity, diagnostic.suppressed.clone(), *fails);
        let key = (Arc::clone(&diagnostic.rule), diagnostic.primary.span, verdict, of(diagnostic));
        match merged.get_mut(&key) {
            None => {
                merged.insert(key, one);
            }
            Some(first) => absorb(&mut first.diagnostic, one.diagnostic),
        }
    }
    merged.into_values().collect()
}

/// What is said, without the address of the instance and the calls that lead to it.
fn said(diagnostic: &Diagnostic) -> String {
    let (calls, _) = split_module_path(&diagnostic.resource);
    let said = diagnostic.message.replace(&*diagnostic.resource, "");
    if calls.is_empty() { said } else { said.replace(calls, "") }
}

fn absorb(first: &mut Diagnostic, other: Diagnostic) {
    let own =
        if first.instances.is_empty() { vec![Arc::clone(&first.resource)] } else { first.instances.clone() };
    let others = if other.instances.is_empty() { vec![other.resource] } else { other.instances };
    let all: BTreeSet<_> = own.into_iter().chain(others).collect();
    if all.len() > 1 {
        first.instances = all.into_iter().collect();
    }
    let seen: BTreeSet<Span> =
        first.related.iter().map(|label| label.span).chain([first.primary.span]).collect();
    first.related.extend(other.related.into_iter().filter(|label| !seen.contains(&label.span)));
    let anchors: BTreeSet<Span> = first.anchors.iter().copied().chain(other.anchors).collect();
    first.anchors = anchors.into_iter().collect();
}

/// Each problem once: several units may read the same file.
pub(super) fn distinct(problems: Vec<Problem>) -> Vec<Problem> {
    let mut seen = BTreeSet::new();
    let new = problems.into_iter().filter(|problem| {
        seen.insert((problem.code, problem.span, problem.path.clone(), problem.message.clone()))
    });
    new.collect()
}

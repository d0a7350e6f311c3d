//! The results of several units as one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::diagnostic::{Confidence, Diagnostic};
use crate::problem::Problem;
use crate::resource::split_module_path;
use crate::source::Span;

/// Diagnostics of one rule at one place that say the same of different instances become one: a module that
/// two roots call, by whatever path, is one cause.
pub(super) fn merge(diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut merged: BTreeMap<(Arc<str>, Span, Confidence, String), Diagnostic> = BTreeMap::new();
    for diagnostic in diagnostics {
        let (calls, _) = split_module_path(&diagnostic.resource);
        let mut said = diagnostic.message.replace(&*diagnostic.resource, "");
        if !calls.is_empty() {
            said = said.replace(calls, "");
        }
        let key = (Arc::clone(&diagnostic.rule), diagnostic.primary.span, diagnostic.confidence, said);
        match merged.get_mut(&key) {
            None => {
                merged.insert(key, diagnostic);
            }
            Some(first) => absorb(first, diagnostic),
        }
    }
    let certain: BTreeSet<_> = merged
        .values()
        .filter(|diagnostic| diagnostic.confidence == Confidence::Certain)
        .map(|diagnostic| (Arc::clone(&diagnostic.rule), diagnostic.primary.span))
        .collect();
    let mut all: Vec<_> = merged.into_values().collect();
    // What is certain of one instance needs no "possible" of another at the same place.
    all.retain(|diagnostic| {
        diagnostic.confidence == Confidence::Certain
            || !certain.contains(&(Arc::clone(&diagnostic.rule), diagnostic.primary.span))
    });
    all
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

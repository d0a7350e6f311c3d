//! Verdicts that depend on what is not known, as problems that a user can act on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::policy::judge::NotJudged;
use crate::problem::Problem;
use crate::source::Span;

/// What is not judged at one place for one reason.
struct Gap {
    subject: Arc<str>,
    rules: BTreeSet<Arc<str>>,
    help: &'static str,
}

/// One problem for each place and reason, naming the rules that had to leave it.
pub(super) fn problems(all: Vec<NotJudged>) -> Vec<Problem> {
    let mut gaps: BTreeMap<(Span, String), Gap> = BTreeMap::new();
    for one in all {
        let reason = one.fields.into_iter().find_map(|(_, reason)| reason);
        let cause = reason.as_ref().map(|reason| &reason.cause);
        let words = cause.map(|cause| format!(": {cause}")).unwrap_or_default();
        let gap = gaps.entry((one.span, words)).or_insert_with(|| Gap {
            subject: one.subject,
            rules: BTreeSet::new(),
            help: help(cause.map_or("", |cause| cause.class())),
        });
        gap.rules.insert(one.rule);
    }
    let problem = |((span, words), gap): ((Span, String), Gap)| {
        let rules: Vec<&str> = gap.rules.iter().map(AsRef::as_ref).collect();
        let message = format!("{} is not judged by {}{words}", gap.subject, rules.join(", "));
        Problem::warning("not-judged", message).at(span).help(gap.help)
    };
    gaps.into_iter().map(problem).collect()
}

/// What to do about a class of unknowns.
fn help(class: &str) -> &'static str {
    match class {
        "input without a value" => {
            "give the input a default, or a value with --var-file, a tfvars file or TF_VAR_…"
        }
        "module not there" => "put the module beside the configuration",
        "not declared" | "invalid expression" => "correct the expression",
        "unsupported function" => "write the value without the function, or report that it is needed",
        "limit reached" => "simplify or split the configuration",
        _ => "known only when deployed: review it there",
    }
}

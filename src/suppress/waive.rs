//! Waivers: findings that a project accepts, said in its config.

use globset::GlobMatcher;

use super::Scope;
use crate::config::Waiver;
use crate::diagnostic::{Diagnostic, Suppression};
use crate::problem::Problem;
use crate::resource::without_keys;
use crate::source::SourceMap;

/// Marks the diagnostics that a config waives, and tells which of its waivers are void: expired ones and, if `whole`
/// says that all of the config's tree was judged, those that nothing needs. `is_ours` says which diagnostics the config
/// counts for.
///
/// A rule that comments must not suppress can be waived: whoever may change the config has decided.
pub fn waive(
    diagnostics: &mut [Diagnostic],
    waivers: &[Waiver],
    is_ours: &dyn Fn(&Diagnostic) -> bool,
    whole: bool,
    scope: &Scope<'_>,
    sources: &SourceMap,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    for waiver in waivers {
        let expired = waiver.until.filter(|&until| until < scope.today);
        let mut meant = diagnostics
            .iter_mut()
            .filter(|diagnostic| covers(waiver, diagnostic, sources) && is_ours(diagnostic))
            .peekable();
        if meant.peek().is_none() {
            let rule = waiver.rule.text.as_str();
            if whole && (scope.ran)(rule, waiver.span.file) {
                problems.push(
                    Problem::warning(
                        "config-waiver-unused",
                        format!("nothing needs this waiver of `{rule}`"),
                    )
                    .at(waiver.span)
                    .help("remove it, so that it does not hide what comes later"),
                );
            }
        } else if let Some(until) = expired {
            problems.push(
                Problem::warning("config-waiver-expired", format!("this waiver expired after {until}"))
                    .at(waiver.span)
                    .help(format!("mend what it covers, or give it a new date: {}", waiver.reason)),
            );
        } else {
            for diagnostic in meant {
                diagnostic.suppressed.get_or_insert_with(|| Suppression {
                    by: "waiver",
                    reason: waiver.reason.clone(),
                    until: waiver.until.map(|until| until.to_string()),
                    tool: None,
                });
            }
        }
    }
    problems
}

fn covers(waiver: &Waiver, diagnostic: &Diagnostic, sources: &SourceMap) -> bool {
    let in_path = || {
        let file = sources.get(diagnostic.primary.span.file);
        waiver.paths.as_ref().is_none_or(|paths| paths.cover(file.path()))
    };
    *diagnostic.rule == *waiver.rule.text
        && (waiver.resources.is_empty() || names(&waiver.resources, diagnostic))
        && in_path()
}

/// Whether patterns name the resource, or each of the instances, with their keys or without.
fn names(patterns: &[GlobMatcher], diagnostic: &Diagnostic) -> bool {
    let named = |address: &str| {
        patterns.iter().any(|pattern| pattern.is_match(address) || pattern.is_match(without_keys(address)))
    };
    named(&diagnostic.resource)
        || !diagnostic.instances.is_empty() && diagnostic.instances.iter().all(|instance| named(instance))
}

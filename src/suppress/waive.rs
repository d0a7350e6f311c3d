//! Waivers: findings that a project accepts, said in its config.

use std::sync::Arc;

use globset::GlobMatcher;
use jiff::civil::Date;

use super::Finding;
use crate::config::{Config, PathPatterns, Waiver};
use crate::diagnostic::{Diagnostic, Suppression};
use crate::problem::Problem;
use crate::resource::without_keys;
use crate::source::SourceMap;

/// What a run says of a config, to tell a waiver that nothing needs from one that was not put to the test.
pub struct Reach<'a> {
    /// Whether all of the config's tree was judged.
    pub whole: bool,
    /// Whether it is the config of any unit.
    pub decides: bool,
    /// Whether a rule ran in any of its units.
    pub ran: &'a dyn Fn(&str) -> bool,
    /// The day of the run.
    pub today: Date,
}

/// Marks the findings that a config waives in its units, and tells which of its waivers are void: expired ones, and
/// those that nothing needs.
///
/// A rule that comments must not suppress can be waived: whoever may change the config has decided.
pub fn waive(
    findings: &mut [Finding],
    config: &Arc<Config>,
    reach: &Reach<'_>,
    sources: &SourceMap,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    for waiver in &config.waivers {
        let expired = waiver.until.filter(|&until| until < reach.today);
        let mut meant = findings
            .iter_mut()
            .filter(|finding| Arc::ptr_eq(&finding.config, config) && covers(waiver, finding, sources))
            .map(|finding| &mut finding.diagnostic)
            .peekable();
        if meant.peek().is_none() {
            problems.extend(idle(waiver, reach));
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

/// What is wrong with a waiver that met no finding.
fn idle(waiver: &Waiver, reach: &Reach<'_>) -> Option<Problem> {
    let rule = waiver.rule.text.as_str();
    let problem = Problem::warning("config-waiver-unused", format!("nothing needs this waiver of `{rule}`"));
    let problem = problem.at(waiver.span);
    match reach {
        Reach { whole: false, .. } => None,
        Reach { decides: false, .. } => Some(problem.help(
            "modules are judged under the config of the root module that calls them: move the waiver there",
        )),
        Reach { ran, .. } => {
            ran(rule).then(|| problem.help("remove it, so that it does not hide what comes later"))
        }
    }
}

fn covers(waiver: &Waiver, finding: &Finding, sources: &SourceMap) -> bool {
    let Finding { diagnostic, root, .. } = finding;
    let in_path = |paths: &PathPatterns| {
        let places = std::iter::once(&diagnostic.primary.span).chain(&diagnostic.anchors);
        let files: Vec<_> = places.map(|place| sources.get(place.file)).collect();
        paths.cover_any(files.iter().map(|file| file.path()), root)
    };
    *diagnostic.rule == *waiver.rule.text
        && (waiver.resources.is_empty() || names(&waiver.resources, diagnostic))
        && waiver.paths.as_ref().is_none_or(in_path)
}

/// Whether patterns name the resource, or each of its instances, with their keys or without.
fn names(patterns: &[GlobMatcher], diagnostic: &Diagnostic) -> bool {
    let named = |address: &str| {
        patterns.iter().any(|pattern| pattern.is_match(address) || pattern.is_match(without_keys(address)))
    };
    let instances = &diagnostic.instances;
    // The declaration that they are instances of, or else one that speaks for all.
    let is_whole = !instances.contains(&diagnostic.resource);
    is_whole && named(&diagnostic.resource)
        || !instances.is_empty() && instances.iter().all(|instance| named(instance))
}

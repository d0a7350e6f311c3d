//! Suppressions meet diagnostics.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::{Directive, Finding};
use crate::config::RuleNames;
use crate::diagnostic::{Diagnostic, Suppression};
use crate::problem::Problem;
use crate::source::{FileId, Span};

/// What a run covers, to tell a suppression that nothing needs from one that was not put to the test.
pub struct Scope<'a> {
    /// Every rule there is, and what other linters call it.
    pub names: RuleNames<'a>,
    /// Whether a rule ran in a file.
    pub ran: &'a dyn Fn(&str, FileId) -> bool,
    /// The rules that comments must not suppress.
    pub firm: &'a BTreeSet<&'a str>,
    /// Whether a file was judged as a whole.
    pub judged: &'a dyn Fn(FileId) -> bool,
    /// The day of the run.
    pub today: Date,
}

/// Marks the diagnostics that are suppressed, and tells which suppressions are void: those of rules that do not
/// exist or that must not be suppressed, expired ones, and those that nothing needs.
///
/// Must see all findings of the rules that ran, also those that are left out of the report later.
pub fn apply(findings: &mut [Finding], directives: &[Directive], scope: &Scope<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for directive in directives {
        let expired = directive.until.filter(|&until| until < scope.today);
        for (rule, span) in meant_rules(directive, scope) {
            let rule = &rule;
            let mut meant = findings
                .iter_mut()
                .filter(|finding| directive.tool.is_none() || finding.config.foreign_suppressions)
                .map(|finding| &mut finding.diagnostic)
                .filter(|diagnostic| *diagnostic.rule == **rule && counts_for(directive.node, diagnostic))
                .peekable();
            if meant.peek().is_none() {
                if directive.tool.is_none() {
                    problems.extend(idle(rule, span, directive, scope));
                }
            } else if scope.firm.contains(rule.as_str()) {
                problems.push(
                    Problem::warning("suppression-refused", format!("`{rule}` must not be suppressed"))
                        .at(span)
                        .help("mend what it found; only the config can waive it or turn the rule off"),
                );
            } else if let Some(until) = expired {
                problems.push(
                    Problem::warning(
                        "suppression-expired",
                        format!("this suppression expired after {until}"),
                    )
                    .at(directive.span)
                    .help(format!("mend what it covers, or give it a new date: {}", directive.reason)),
                );
            } else {
                for diagnostic in meant {
                    diagnostic.suppressed.get_or_insert_with(|| Suppression {
                        by: "comment",
                        reason: directive.reason.clone(),
                        until: directive.until.map(|until| until.to_string()),
                        tool: directive.tool,
                    });
                }
            }
        }
    }
    problems
}

/// The rules that a suppression means, each with the place where it is named.
fn meant_rules(directive: &Directive, scope: &Scope<'_>) -> Vec<(String, Span)> {
    if directive.tool.is_none() {
        return directive.rules.clone();
    }
    let named = directive.rules.iter().flat_map(|(name, span)| {
        (scope.names.called)(name).into_iter().map(|rule| (rule.to_string(), *span))
    });
    named.collect()
}

/// Whether a suppression at a node counts for a diagnostic: the node holds the place it points to, one of the
/// steps on the way there, or what it is about.
fn counts_for(node: Span, diagnostic: &Diagnostic) -> bool {
    let labels = std::iter::once(&diagnostic.primary).chain(&diagnostic.related).map(|label| label.span);
    labels.chain(diagnostic.anchors.iter().copied()).any(|place| node.contains(place))
}

/// What is wrong with a suppression that met no diagnostic.
fn idle(rule: &str, span: Span, directive: &Directive, scope: &Scope<'_>) -> Option<Problem> {
    if !scope.names.known.contains(rule) {
        let message = format!("there is no rule {rule:?} to ignore");
        let problem = Problem::warning("suppression-unknown-rule", message).at(span);
        return Some(scope.names.help(problem, rule));
    }
    let file = directive.span.file;
    let tested = (scope.ran)(rule, file) && (scope.judged)(file);
    tested.then(|| {
        Problem::warning("suppression-unused", format!("nothing here needs `{rule}` to be ignored"))
            .at(span)
            .help("remove it, so that it does not hide what comes later")
    })
}

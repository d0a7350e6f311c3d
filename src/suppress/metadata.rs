//! Suppressions in a template's `Metadata`.

use jiff::civil::Date;

use super::comment::{blanket, without_reason};
use super::{Directive, Found};
use crate::problem::Problem;
use crate::source::Span;
use crate::syntax::yaml::Node;

const FORM: &str = "write `- { rule: ID, reason: TEXT, until: YYYY-MM-DD }`; `until` may be left out";

/// Adds the suppressions in the metadata of the template and of its resources.
pub(super) fn find(template: &Node, found: &mut Found) {
    of(template, template.span, found);
    for resource in template.get("Resources").into_iter().flat_map(|resources| resources.entries()) {
        of(&resource.value, resource.key.span.join(resource.value.span), found);
    }
}

fn of(holder: &Node, node: Span, found: &mut Found) {
    let Some(ours) = holder.get("Metadata").and_then(|metadata| metadata.get("sglint")) else { return };
    for entry in ours.entries().iter().filter(|entry| entry.key.as_str() != Some("ignore")) {
        found.problems.push(invalid(entry.key.span, "sglint understands `ignore` here"));
    }
    let Some(list) = ours.get("ignore") else { return };
    if list.items().is_empty() {
        found.problems.push(invalid(list.span, "`ignore` is a list of suppressions"));
    }
    for item in list.items() {
        match directive(item, node) {
            Ok(directive) => found.directives.push(directive),
            Err(problem) => found.problems.push(problem),
        }
    }
}

fn directive(item: &Node, node: Span) -> Result<Directive, Problem> {
    let known = |key: Option<&str>| matches!(key, Some("rule" | "reason" | "until"));
    if let Some(entry) = item.entries().iter().find(|entry| !known(entry.key.as_str())) {
        return Err(invalid(entry.key.span, "a suppression has no such setting"));
    }
    let Some((rule, span)) = item.get("rule").and_then(|rule| Some((rule.as_str()?.trim(), rule.span)))
    else {
        return Err(blanket(item.span).help(FORM));
    };
    let reason = item.get("reason").and_then(|reason| reason.as_str()).unwrap_or_default().trim();
    if reason.is_empty() {
        return Err(without_reason(item.span).help(FORM));
    }
    let until = item.get("until").map(|until| {
        let date = until.as_str().and_then(|text| text.trim().parse::<Date>().ok());
        date.ok_or_else(|| invalid(until.span, "this is not a date"))
    });
    Ok(Directive {
        span: item.span,
        node,
        rules: vec![(rule.to_owned(), span)],
        reason: reason.to_owned(),
        until: until.transpose()?,
        tool: None,
    })
}

fn invalid(span: Span, message: &str) -> Problem {
    Problem::warning("suppression-invalid", message).at(span).help(format!("{FORM}; it does not count"))
}

//! One violated rule and one fact to one diagnostic: its words, labels and identity.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::expression::Params;
use super::rule::Rule;
use crate::diagnostic::{Confidence, Diagnostic, Label, Severity};
use crate::facts::{Fact, Place};
use crate::resource::{Origin, Presence};
use crate::source::Span;

/// Where a rule's diagnostic about a fact points: the place of the rule's `at`, or the fact's head.
pub(super) fn primary_span(rule: &Rule, fact: &Fact) -> Span {
    primary_place(rule, fact).map_or(fact.head, |place| place.span)
}

fn primary_place<'a>(rule: &Rule, fact: &'a Fact) -> Option<&'a Place> {
    rule.at.and_then(|field| fact.places.get(field))
}

/// How sure a violation is: no more than that its subject exists.
pub(super) fn confidence(rule: &Rule, fact: &Fact) -> Confidence {
    match fact.presence {
        Presence::Unknown(_) => Confidence::Possible,
        Presence::Certain => rule.confidence,
    }
}

/// The diagnostic. Its fingerprint is left to [`fingerprint`], its instances to merging.
pub(super) fn diagnose(rule: &Rule, severity: Severity, params: &Params, fact: &Fact) -> Diagnostic {
    let place = primary_place(rule, fact);
    let primary = Label {
        span: primary_span(rule, fact),
        message: place.map(|place| place.label.clone()).unwrap_or_default(),
    };
    let mut message = rule.message.render(fact, params);
    if let Presence::Unknown(why) = &fact.presence {
        // Writing to a string cannot fail.
        let _ = write!(message, " (whether it exists is not known: {})", why.cause);
    }
    Diagnostic {
        rule: Arc::clone(&rule.id),
        severity,
        confidence: confidence(rule, fact),
        message,
        why: Arc::clone(&rule.why),
        help: Arc::clone(&rule.help),
        url: rule.references.first().cloned(),
        resource: Arc::clone(&fact.subject),
        instances: Vec::new(),
        related: related(rule, fact, place, primary.span),
        primary,
        anchors: distinct(fact.anchors.iter().chain(&fact.calls).copied()),
        meaning: fact.key.as_str().into(),
        fingerprint: String::new(),
        suppressed: None,
    }
}

/// The other places of the story, each once: what contributes to the value, how the value came, the rule's
/// `also` fields, and what the analysis adds.
fn related(rule: &Rule, fact: &Fact, place: Option<&Place>, primary: Span) -> Vec<Label> {
    let mut labels = Vec::new();
    if let Some(place) = place {
        labels.extend(place.also.iter().cloned());
        if let Some(origin) = &place.origin {
            way(origin, primary, &mut labels);
        }
    }
    for &field in &rule.also {
        if let Some(place) = fact.places.get(field) {
            let label = if place.label.is_empty() { field.replace('_', " ") } else { place.label.clone() };
            labels.push(Label { span: place.span, message: label });
            labels.extend(place.also.iter().cloned());
            if let Some(origin) = &place.origin {
                way(origin, place.span, &mut labels);
            }
        }
    }
    labels.extend(fact.related.iter().cloned());
    each_once(&mut labels, primary);
    labels
}

/// Where a value was written and the places it passed, without those that lie inside `shown`.
fn way(origin: &Origin, shown: Span, labels: &mut Vec<Label>) {
    let steps = origin.steps();
    if !shown.contains(origin.written) {
        // A step around the place where the value is written says more than "written here".
        let step = steps.iter().find(|step| step.span.contains(origin.written));
        let message = step.map_or("written here", |step| step.kind.label());
        labels.push(Label { span: origin.written, message: message.to_owned() });
    }
    let outside =
        steps.iter().filter(|step| !shown.contains(step.span) && !step.span.contains(origin.written));
    labels.extend(outside.map(|step| Label { span: step.span, message: step.kind.label().to_owned() }));
}

/// Each place once, the first of its labels, and none at the primary one.
pub(super) fn each_once(labels: &mut Vec<Label>, primary: Span) {
    let mut seen = BTreeSet::from([primary]);
    labels.retain(|label| seen.insert(label.span));
}

/// Each span once, in order.
pub(super) fn distinct(spans: impl IntoIterator<Item = Span>) -> Vec<Span> {
    let mut seen = BTreeSet::new();
    spans.into_iter().filter(|&span| seen.insert(span)).collect()
}

/// Identity by meaning: rule, address with instance, the fact's key; no place, no wording. `ordinal` tells
/// exact duplicates apart.
pub(super) fn fingerprint(rule: &str, subject: &str, key: &str, ordinal: usize) -> String {
    let mut hash = Sha256::new();
    for part in [rule, subject, key, &ordinal.to_string()] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let digest = hash.finalize();
    let first = digest.iter().take(8).fold(0, |number: u64, &byte| number << 8 | u64::from(byte));
    format!("{first:016x}")
}

//! The keys of `sglint.yaml`: the only list of them. The reader and the JSON Schema take them from here.

use crate::diagnostic::Severity;
use crate::form::{Form, Key, Shape};

/// The keys of the file.
pub(super) const CONFIG: Form = &[
    Key::optional(
        "rules",
        Shape::Named(&Shape::AnyOf(&[Shape::Word(levels), Shape::Bool, Shape::Keys(RULE)])),
        "by rule id: off, on, a severity, or several settings",
    ),
    Key::optional(
        "trusted",
        Shape::OneOrMore(&Shape::Text),
        "networks that count as your own, as CIDRs without host bits",
    ),
    Key::optional(
        "include",
        Shape::OneOrMore(&Shape::Text),
        "what is judged, as patterns of .gitignore that count from this file",
    ),
    Key::optional(
        "exclude",
        Shape::OneOrMore(&Shape::Text),
        "what is not judged, as patterns of .gitignore that count from this file",
    ),
    Key::optional("policies", Shape::OneOrMore(&Shape::Text), "folders with your own rules"),
    Key::optional(
        "fail-on",
        Shape::Word(severities),
        "severity from which on the exit status is 1; medium if not set",
    ),
];

/// The keys of one rule under `rules`.
pub(super) const RULE: Form = &[
    Key::optional(
        "severity",
        Shape::Word(severities),
        "how much a violation matters; also turns the rule on",
    ),
    Key::optional("enabled", Shape::Bool, "whether the rule runs"),
    Key::optional("params", Shape::Named(&Shape::Any), "by name: values of the rule's parameters"),
];

fn severities() -> Vec<&'static str> {
    Severity::ALL.map(Severity::name).to_vec()
}

fn levels() -> Vec<&'static str> {
    let mut levels = vec!["off", "on"];
    levels.extend(severities());
    levels
}

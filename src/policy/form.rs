//! The keys of a rule file: the only list of them. The reader, the JSON Schema and the documentation take them from here.

use super::param::ParamType;
use crate::config::{self, Profile};
use crate::diagnostic::Severity;
use crate::facts::Kind;
use crate::form::{Form, Key, Shape};

/// The only version of the format.
pub(super) const VERSION: &str = "v1";

/// A name of lower-case words joined by `-`; the rules of users have the name of a team before a `/`.
const ID: &str = "^([a-z0-9]+(-[a-z0-9]+)*/)?[a-z0-9]+(-[a-z0-9]+)*$";

/// Controls by standard.
const CONTROLS: Shape = Shape::Named(&Shape::List(&Shape::Text));

/// The keys of the file.
pub(super) const RULE: Form = &[
    Key::required("policy", Shape::Word(|| vec![VERSION]), "version of the format"),
    Key::required(
        "id",
        Shape::Pattern(ID),
        "kebab-case name of the bad pattern, with `team/` before it in own rules",
    ),
    Key::required("title", Shape::Text, "what is wrong, in one line"),
    Key::required("on", Shape::Word(|| Kind::ALL.map(Kind::name).to_vec()), "kind of fact that it judges"),
    Key::required("when", Shape::Text, "the condition that is bad, in CEL"),
    Key::required(
        "severity",
        Shape::Word(|| Severity::ALL.map(Severity::name).to_vec()),
        "how much a violation matters",
    ),
    Key::optional(
        "confidence",
        Shape::Word(|| vec!["certain", "possible"]),
        "how sure a violation is if the fact is; certain if not given",
    ),
    Key::optional("at", Shape::Text, "the place to point at; the head of the subject if not given"),
    Key::optional("also", Shape::List(&Shape::Text), "further places to show"),
    Key::optional("supersedes", Shape::List(&Shape::Text), "rules that need not speak when this one does"),
    Key::required(
        "message",
        Shape::Text,
        "what is wrong, naming the instance; `{field}` and `{params.NAME}` put a value in, `{list without list}` what \
         only the first list has",
    ),
    Key::required("why", Shape::Text, "why it matters"),
    Key::required("help", Shape::Text, "what to do"),
    Key::optional("params", Shape::Named(&Shape::Keys(PARAM)), "by name: what a config may set"),
    Key::optional("standards", CONTROLS, "controls by standard, as the publisher of the standard maps them"),
    Key::optional("own-mappings", CONTROLS, "controls by standard that the author of the rule reads into it"),
    Key::optional("aliases", Shape::List(&Shape::Text), "names of the same check in other linters"),
    Key::optional(
        "references",
        Shape::List(&Shape::Pattern("^https://")),
        "addresses on the web that prove it",
    ),
    Key::optional("seed", Shape::List(&Shape::Text), "statements that the rule was made from, by their ids"),
    Key::optional(
        "profile",
        Shape::Word(Profile::names),
        "the least profile that it belongs to; if not given, default, and minimal in own rules",
    ),
    Key::optional("ignorable", Shape::Bool, "false: comments cannot suppress it; true if not given"),
    Key::optional("examples", Shape::List(&Shape::Keys(EXAMPLE)), "what proves it; `sglint test` runs them"),
];

/// The keys of a parameter.
pub(super) const PARAM: Form = &[
    Key::required("type", Shape::Word(|| ParamType::ALL.map(ParamType::name).to_vec()), "type of its values"),
    Key::required("default", Shape::Any, "its value unless a config says otherwise"),
];

/// The keys of an example.
pub(super) const EXAMPLE: Form = &[
    Key::optional("bad", Shape::Text, "a configuration at whose lines marked with `# <--` the rule fires"),
    Key::optional("good", Shape::Text, "a configuration that the rule judges and that complies"),
    Key::optional(
        "config",
        Shape::Keys(config::EXAMPLE),
        "the config of the example's project: what it says of the world, and the parameters of this rule",
    ),
];

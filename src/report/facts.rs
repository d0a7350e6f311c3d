//! The facts as they are listed: as JSON for programs, as blocks for whoever writes a rule.
//!
//! The JSON form follows the one of `check`: within a schema version fields may be added, none is renamed or removed.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::{Serialize, Serializer};

use super::concise::place;
use super::json::{ProblemDto, SCHEMA_VERSION, TOOL, ToolDto};
use super::position::SpanDto;
use super::{FactList, ListedFact, printable};
use crate::facts::{Fact, FieldValue};
use crate::resource::{Presence, SENSITIVE_TEXT, Unknown};
use crate::source::SourceMap;

/// The facts as JSON, with a line break at the end.
pub fn facts_json(list: &FactList) -> String {
    let sources = &list.sources;
    let document = Document {
        schema_version: SCHEMA_VERSION,
        tool: TOOL,
        facts: list.facts.iter().map(|listed| FactDto::new(listed, sources)).collect(),
        problems: list.problems.iter().map(|problem| ProblemDto::new(problem, sources)).collect(),
    };
    // Strings, numbers and lists only: there is nothing that could fail to serialise.
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

/// The facts as text, a block for each: where it stands, then its fields in the order of the schema.
pub fn facts_text(list: &FactList) -> String {
    let mut text = String::new();
    for ListedFact { fact, .. } in &list.facts {
        block(&mut text, fact, &list.sources);
    }
    let count = list.facts.len();
    let _ = writeln!(text, "{count} {}", if count == 1 { "fact" } else { "facts" });
    printable(&text).into_owned()
}

fn block(text: &mut String, fact: &Fact, sources: &SourceMap) {
    let _ = writeln!(text, "{} {}  ({})", fact.kind, fact.subject, place(sources, fact.head));
    if let Presence::Unknown(why) = &fact.presence {
        let _ = writeln!(text, "  may not exist: {}", words(why, sources));
    }
    let names = || fact.kind.fields().map(|field| field.name).filter(|name| *name != "subject");
    let width = names().map(str::len).max().unwrap_or_default();
    for name in names() {
        let value = match (fact.fields.get(name), unknown(fact, name)) {
            (Some(_), _) if fact.hidden.contains(name) => SENSITIVE_TEXT.to_owned(),
            (Some(value), None) => format!("{value:#}"),
            (Some(value), Some(why)) if !is_nothing(value) => {
                format!("at least {value:#}; more is unknown: {}", words(why, sources))
            }
            (_, Some(why)) => format!("unknown: {}", words(why, sources)),
            (None, None) => continue,
        };
        let _ = writeln!(text, "  {name:width$}  {value}");
    }
    text.push('\n');
}

/// Why a field is not known, or known in part only.
fn unknown<'f>(fact: &'f Fact, name: &str) -> Option<&'f Unknown> {
    fact.unknown.get(name).or_else(|| fact.fields.get(name)?.more()).map(AsRef::as_ref)
}

/// Whether nothing of a set or of tags is known.
fn is_nothing(value: &FieldValue) -> bool {
    match value {
        FieldValue::Ports { set, more } => more.is_some() && set.is_empty(),
        FieldValue::Addresses { set, more, .. } => more.is_some() && set.is_empty(),
        FieldValue::Tags(tags) => tags.more().is_some() && tags.entries().next().is_none(),
        _ => false,
    }
}

/// The reason in words and where it starts.
fn words(why: &Unknown, sources: &SourceMap) -> String {
    format!("{} ({})", why.cause, place(sources, why.at))
}

#[derive(Serialize)]
struct Document<'a> {
    schema_version: &'static str,
    tool: ToolDto,
    facts: Vec<FactDto<'a>>,
    problems: Vec<ProblemDto<'a>>,
}

#[derive(Serialize)]
struct FactDto<'a> {
    kind: &'static str,
    subject: &'a str,
    /// The root module's directory or the template that it is a fact of.
    unit: &'a str,
    fields: BTreeMap<&'static str, Told<'a>>,
    span: SpanDto,
    /// The fields that have a place of their own: what a rule can point `at`.
    places: BTreeMap<&'static str, SpanDto>,
    unknown: BTreeMap<&'static str, String>,
    /// For each field under `unknown`, the reason in parts.
    causes: BTreeMap<&'static str, CauseDto>,
    /// Why the subject may not exist at all; null if it does.
    uncertain: Option<String>,
}

#[derive(Serialize)]
struct CauseDto {
    /// A short name for reasons of this sort.
    class: &'static str,
    message: String,
    span: SpanDto,
}

/// A field as JSON.
#[derive(Serialize)]
#[serde(untagged)]
enum Told<'a> {
    /// Its value.
    Value(JsonValue<'a>),
    /// That there is one.
    Hidden(&'static str),
}

impl<'a> Told<'a> {
    fn of(fact: &Fact, name: &str, value: &'a FieldValue) -> Self {
        if fact.hidden.contains(name) { Self::Hidden(SENSITIVE_TEXT) } else { Self::Value(JsonValue(value)) }
    }
}

/// A value as JSON: sets are lists of texts.
pub struct JsonValue<'a>(pub &'a FieldValue);

impl<'a> FactDto<'a> {
    fn new(ListedFact { unit, fact }: &'a ListedFact, sources: &SourceMap) -> Self {
        let reasons: BTreeMap<&'static str, &Unknown> =
            fact.kind.fields().filter_map(|field| Some((field.name, unknown(fact, field.name)?))).collect();
        let known = fact.fields.iter().filter(|(_, value)| !is_nothing(value));
        Self {
            kind: fact.kind.name(),
            subject: &fact.subject,
            unit,
            fields: known.map(|(name, value)| (*name, Told::of(fact, name, value))).collect(),
            span: SpanDto::new(fact.head, sources),
            places: fact
                .places
                .iter()
                .map(|(name, place)| (*name, SpanDto::new(place.span, sources)))
                .collect(),
            unknown: reasons.iter().map(|(name, why)| (*name, words(why, sources))).collect(),
            causes: reasons.iter().map(|(name, why)| (*name, CauseDto::new(why, sources))).collect(),
            uncertain: match &fact.presence {
                Presence::Certain => None,
                Presence::Unknown(why) => Some(words(why, sources)),
            },
        }
    }
}

impl CauseDto {
    fn new(why: &Unknown, sources: &SourceMap) -> Self {
        let (class, message) = (why.cause.class(), why.cause.to_string());
        Self { class, message, span: SpanDto::new(why.at, sources) }
    }
}

impl Serialize for JsonValue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            FieldValue::Bool(value) => serializer.serialize_bool(*value),
            FieldValue::Int(value) => serializer.serialize_i64(*value),
            FieldValue::Text(text) => serializer.serialize_str(text),
            FieldValue::List(texts) => serializer.collect_seq(texts),
            FieldValue::Tags(tags) => serializer.collect_map(tags.entries()),
            FieldValue::Ports { set, .. } => {
                serializer.collect_seq(set.intervals().iter().map(|&(first, last)| {
                    if first == last { first.to_string() } else { format!("{first}-{last}") }
                }))
            }
            FieldValue::Addresses { set, .. } => {
                serializer.collect_seq(set.to_cidrs().iter().map(ToString::to_string))
            }
        }
    }
}

//! Message templates: text with `{field}` in it, nothing else.
//!
//! No conditions and no formatting options: two messages are two rules, or a field that says it in words.

use std::fmt::{self, Write as _};
use std::ops::Range;

use super::expression::ConditionError;
use crate::facts::{Fact, FieldValue, Kind};
use crate::nearest::suggestion;
use crate::resource::SENSITIVE_TEXT;

/// A checked template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Field(&'static str),
}

impl Template {
    /// Reads a template for facts of a kind. Ranges of errors count in `source`.
    pub fn parse(source: &str, kind: Kind) -> Result<Self, ConditionError> {
        let mut parts = Vec::new();
        let mut rest = 0;
        while let Some(found) = source[rest..].find(['{', '}']) {
            let open = rest + found;
            let unpaired = |range: Range<usize>| {
                ConditionError::new("a brace without its partner", range).help("fields are written {field}")
            };
            if source[open..].starts_with('}') {
                return Err(unpaired(open..open + 1));
            }
            let close = source[open + 1..].find(['{', '}']).map(|length| open + 1 + length);
            let close = close
                .filter(|&close| source[close..].starts_with('}'))
                .ok_or_else(|| unpaired(open..open + 1))?;
            let name = &source[open + 1..close];
            let Some(field) = kind.field(name) else {
                let names: Vec<_> = kind.fields().map(|field| field.name).collect();
                return Err(ConditionError::new(
                    format!("{kind} facts have no field {name}"),
                    open + 1..close,
                )
                .help(suggestion(name, &names)));
            };
            if open > rest {
                parts.push(Part::Text(source[rest..open].to_owned()));
            }
            parts.push(Part::Field(field.name));
            rest = close + 1;
        }
        if rest < source.len() {
            parts.push(Part::Text(source[rest..].to_owned()));
        }
        Ok(Self(parts))
    }

    /// The message for a fact. A field that is not known is named as such: a message never lies by omission.
    pub fn render(&self, fact: &Fact) -> String {
        let mut message = String::new();
        for part in &self.0 {
            match part {
                Part::Text(text) => message.push_str(text),
                Part::Field(name) => {
                    if fact.hidden.contains(name) {
                        message.push_str(SENSITIVE_TEXT);
                        continue;
                    }
                    if let Some(value) = fact.fields.get(name) {
                        show(value, &mut message);
                        continue;
                    }
                    // Writing to a string cannot fail.
                    let _ = write!(message, "an unknown {}", name.replace('_', " "));
                    if let Some(why) = fact.unknown.get(name) {
                        let _ = write!(message, " ({})", why.cause);
                    }
                }
            }
        }
        message
    }
}

/// The template as it is written.
impl fmt::Display for Template {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|part| match part {
            Part::Text(text) => formatter.write_str(text),
            Part::Field(name) => write!(formatter, "{{{name}}}"),
        })
    }
}

/// A value as people write it.
fn show(value: &FieldValue, message: &mut String) {
    // Writing to a string cannot fail.
    let _ = match value {
        FieldValue::Bool(value) => write!(message, "{value}"),
        FieldValue::Int(value) => write!(message, "{value}"),
        FieldValue::Text(text) => write!(message, "{text}"),
        FieldValue::List(texts) => write!(message, "{}", texts.join(", ")),
        FieldValue::Tags(tags) => write!(message, "{tags}"),
        FieldValue::Ports { set, .. } => write!(message, "{set}"),
        FieldValue::Addresses { set, .. } => write!(message, "{set}"),
    };
    if value.more().is_some() {
        message.push_str(" and perhaps more");
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{fact, ports, reason, some_ports, text};
    use super::*;

    #[test]
    fn fields_are_written_by_type() {
        let template =
            Template::parse("{protocol} {ports} ({port_count}) on {group}: {peer}", Kind::Permission);
        let permission = fact(
            Kind::Permission,
            vec![
                ("protocol", text("tcp")),
                ("ports", ports(&[(22, 22), (8000, 8999)])),
                ("port_count", FieldValue::Int(1001)),
                ("group", text("aws_security_group.web")),
            ],
        );
        assert_eq!(
            template.unwrap().render(&permission),
            "tcp 22, 8000-8999 (1001) on aws_security_group.web: an unknown peer"
        );
    }

    #[test]
    fn what_is_not_known_says_why() {
        let template = Template::parse("open on {group}", Kind::Permission).unwrap();
        let mut permission = fact(Kind::Permission, Vec::new());
        permission.unknown.insert("group", reason("variable sg"));
        assert_eq!(template.render(&permission), "open on an unknown group (variable sg has no value)");
    }

    #[test]
    fn a_lower_bound_is_named_as_one() {
        let template = Template::parse("{ports}", Kind::Permission).unwrap();
        let permission = fact(Kind::Permission, vec![("ports", some_ports(&[(22, 22)]))]);
        assert_eq!(template.render(&permission), "22 and perhaps more");
    }

    #[test]
    fn wrong_fields_and_lone_braces_are_errors_at_their_place() {
        for (source, word) in [
            ("port {prot}", "prot"),
            ("{", "{"),
            ("a } b", "}"),
            ("{a {b}", "{"),
            ("{}", ""),
            ("é {porst}", "porst"),
        ] {
            let error = Template::parse(source, Kind::Permission).unwrap_err();
            assert_eq!(&source[error.range], word, "{source}");
        }
    }
}

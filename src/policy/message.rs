//! Message templates: text with values in braces, nothing else.
//!
//! `{field}` and `{params.NAME}` are a value, `{list without list}` what a list has and another has not. No
//! conditions and no formatting options: two messages are two rules, or a field that says it in words.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use super::check::PARAMS;
use super::expression::{ConditionError, Params};
use super::rule::ParamType;
use crate::facts::{Fact, FieldType, FieldValue, Kind};
use crate::nearest::suggestion;
use crate::resource::SENSITIVE_TEXT;

/// What stands between two lists.
const WITHOUT: &str = " without ";

/// A checked template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Value(Name),
    /// The elements of the first list that are not in the second.
    Without(Name, Name),
}

/// What names a value.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Name {
    Field(&'static str),
    Param(String),
}

impl Template {
    /// Reads a template for facts of a kind, in a rule with these parameters. Ranges of errors count in `source`.
    pub fn parse(
        source: &str,
        kind: Kind,
        params: &BTreeMap<String, ParamType>,
    ) -> Result<Self, ConditionError> {
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
            if open > rest {
                parts.push(Part::Text(source[rest..open].to_owned()));
            }
            parts.push(Part::parse(source, open + 1..close, kind, params)?);
            rest = close + 1;
        }
        if rest < source.len() {
            parts.push(Part::Text(source[rest..].to_owned()));
        }
        Ok(Self(parts))
    }

    /// The parameters that it shows.
    pub fn params(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flat_map(Part::names).filter_map(|name| match name {
            Name::Param(name) => Some(name.as_str()),
            Name::Field(_) => None,
        })
    }

    /// The message for a fact. A field that is not known is named as such: a message never lies by omission.
    pub fn render(&self, fact: &Fact, params: &Params) -> String {
        let mut message = String::new();
        for part in &self.0 {
            let shown = match part {
                Part::Text(text) => Ok(text.clone()),
                Part::Value(name) => name.value(fact, params).map(shown),
                Part::Without(all, others) => {
                    all.value(fact, params).and_then(|all| Ok(without(all, others.value(fact, params)?)))
                }
            };
            message.push_str(&shown.unwrap_or_else(|instead| instead));
        }
        message
    }
}

impl Part {
    /// Reads what stands between braces.
    fn parse(
        source: &str,
        range: Range<usize>,
        kind: Kind,
        params: &BTreeMap<String, ParamType>,
    ) -> Result<Self, ConditionError> {
        let Some(split) = source[range.clone()].find(WITHOUT) else {
            return Name::parse(source, range, kind, params).map(|(name, _)| Self::Value(name));
        };
        let list = |range: Range<usize>| {
            let (name, is_list) = Name::parse(source, range.clone(), kind, params)?;
            if is_list {
                return Ok(name);
            }
            Err(ConditionError::new(format!("{} is no list of texts", &source[range.clone()]), range)
                .help("both sides of without are lists of texts"))
        };
        let middle = range.start + split;
        Ok(Self::Without(list(range.start..middle)?, list(middle + WITHOUT.len()..range.end)?))
    }

    fn names(&self) -> impl Iterator<Item = &Name> {
        let names = match self {
            Self::Text(_) => [None, None],
            Self::Value(name) => [Some(name), None],
            Self::Without(all, others) => [Some(all), Some(others)],
        };
        names.into_iter().flatten()
    }
}

impl Name {
    /// Reads a name; also says whether its value is a list of texts.
    fn parse(
        source: &str,
        range: Range<usize>,
        kind: Kind,
        params: &BTreeMap<String, ParamType>,
    ) -> Result<(Self, bool), ConditionError> {
        let text = &source[range.clone()];
        if let Some(param) = text.strip_prefix(PARAMS).and_then(|rest| rest.strip_prefix('.')) {
            let Some(ty) = params.get(param) else {
                let names: Vec<_> = params.keys().map(String::as_str).collect();
                let help = match names.as_slice() {
                    [] => "declare it under params:".to_owned(),
                    names => suggestion(param, names),
                };
                let start = range.end - param.len();
                return Err(
                    ConditionError::new(format!("unknown parameter {param}"), start..range.end).help(help)
                );
            };
            return Ok((Self::Param(param.to_owned()), *ty == ParamType::TextList));
        }
        let Some(field) = kind.field(text) else {
            let names: Vec<_> = kind.fields().map(|field| field.name).collect();
            return Err(ConditionError::new(format!("{kind} facts have no field {text}"), range)
                .help(suggestion(text, &names)));
        };
        Ok((Self::Field(field.name), matches!(field.ty, FieldType::TextList | FieldType::ProtocolList)))
    }

    /// The value, or what is told instead of it.
    fn value<'a>(&self, fact: &'a Fact, params: &'a Params) -> Result<&'a FieldValue, String> {
        let name = match self {
            Self::Field(name) => *name,
            // A template names only parameters that the rule has, and all of those have a value.
            Self::Param(name) => return params.get(name).ok_or_else(|| name.clone()),
        };
        if fact.hidden.contains(name) {
            return Err(SENSITIVE_TEXT.to_owned());
        }
        fact.fields.get(name).ok_or_else(|| {
            let cause = fact.unknown.get(name).map(|why| format!(" ({})", why.cause));
            format!("an unknown {}{}", name.replace('_', " "), cause.unwrap_or_default())
        })
    }
}

/// The template as it is written.
impl fmt::Display for Template {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|part| match part {
            Part::Text(text) => formatter.write_str(text),
            Part::Value(name) => write!(formatter, "{{{name}}}"),
            Part::Without(all, others) => write!(formatter, "{{{all}{WITHOUT}{others}}}"),
        })
    }
}

impl fmt::Display for Name {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(name) => formatter.write_str(name),
            Self::Param(name) => write!(formatter, "{PARAMS}.{name}"),
        }
    }
}

/// A value as people write it.
fn shown(value: &FieldValue) -> String {
    let more = if value.more().is_some() { " and perhaps more" } else { "" };
    format!("{value}{more}")
}

/// The elements of a list that are not in another.
fn without(all: &FieldValue, others: &FieldValue) -> String {
    let (FieldValue::List(all), FieldValue::List(others)) = (all, others) else { return shown(all) };
    let left: Vec<&str> = all.iter().filter(|one| !others.contains(one)).map(String::as_str).collect();
    left.join(", ")
}

#[cfg(test)]
mod tests {
    use super::super::sample::{fact, ports, reason, some_ports, text};
    use super::*;

    fn parse(source: &str) -> Result<Template, ConditionError> {
        let params = [("keys".to_owned(), ParamType::TextList), ("limit".to_owned(), ParamType::Int)];
        Template::parse(source, Kind::Permission, &params.into())
    }

    #[test]
    fn parameters_are_shown_and_what_a_list_lacks() {
        let list = |texts: &[&str]| FieldValue::List(texts.iter().map(|&text| text.to_owned()).collect());
        let params = Params::from([
            ("keys".to_owned(), list(&["Env", "Owner", "Cost"])),
            ("limit".to_owned(), FieldValue::Int(5)),
        ]);
        let source = "of {params.keys}, {params.limit} without {params.keys without tag_keys}";
        let template = parse(source).unwrap();
        assert_eq!(template.to_string(), source);
        assert_eq!(template.params().collect::<Vec<_>>(), ["keys", "limit", "keys"]);
        let mut rule = fact(Kind::Permission, vec![("tag_keys", list(&["Owner", "Name"]))]);
        assert_eq!(template.render(&rule, &params), "of Env, Owner, Cost, 5 without Env, Cost");
        rule.fields.remove("tag_keys");
        rule.unknown.insert("tag_keys", reason("var.tags"));
        let template = parse("{params.keys without tag_keys}").unwrap();
        assert_eq!(template.render(&rule, &params), "an unknown tag keys (var.tags has no value)");
    }

    #[test]
    fn fields_are_written_by_type() {
        let template = parse("{protocol} {ports} ({port_count}) on {group}: {peer}");
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
            template.unwrap().render(&permission, &Params::new()),
            "tcp 22, 8000-8999 (1001) on aws_security_group.web: an unknown peer"
        );
    }

    #[test]
    fn what_is_not_known_says_why() {
        let template = parse("open on {group}").unwrap();
        let mut permission = fact(Kind::Permission, Vec::new());
        permission.unknown.insert("group", reason("variable sg"));
        assert_eq!(
            template.render(&permission, &Params::new()),
            "open on an unknown group (variable sg has no value)"
        );
    }

    #[test]
    fn a_lower_bound_is_named_as_one() {
        let template = parse("{ports}").unwrap();
        let permission = fact(Kind::Permission, vec![("ports", some_ports(&[(22, 22)]))]);
        assert_eq!(template.render(&permission, &Params::new()), "22 and perhaps more");
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
            ("{params.key}", "key"),
            ("{params.keys without tags}", "tags"),
            ("{params.limit without tag_keys}", "params.limit"),
            ("{params.keys without }", ""),
        ] {
            let error = parse(source).unwrap_err();
            assert_eq!(&source[error.range], word, "{source}");
        }
    }
}

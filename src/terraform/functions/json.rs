//! JSON.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::value::RawValue;

use super::Call;
use super::arguments::{Outcome, Stopped};
use super::text::Text;
use crate::resource::{Number, Value, ValueKind};

/// How deep a text may nest to be decoded.
const MAX_DEPTH: usize = 100;

pub(super) fn jsonencode(call: &Call<'_>) -> Outcome {
    let argument = &call.arguments[0];
    if matches!(argument.kind, ValueKind::Unknown(_)) {
        return Err(call.not_known(argument, call.place(0)));
    }
    let mut text = Text::new(call);
    write(&mut text, argument)?;
    Ok(text.finish())
}

/// Writes a value as Terraform does: no spaces, keys in order. A reference to an attribute counts as text.
pub(super) fn write(json: &mut Text<'_>, value: &Value) -> Result<(), Stopped> {
    match &value.kind {
        ValueKind::Null => json.push("null"),
        ValueKind::Bool(flag) => json.push(if *flag { "true" } else { "false" }),
        ValueKind::Number(number) => json.push(&number.to_string()),
        ValueKind::String(text) => json.push(&quoted(text)),
        ValueKind::Template(parts) => {
            json.push("\"")?;
            for part in parts.iter() {
                match &part.kind {
                    ValueKind::String(text) => {
                        let quoted = quoted(text);
                        json.push(&quoted[1..quoted.len() - 1])?;
                    }
                    _ => json.push_open(&value.taken(part))?,
                }
            }
            json.push("\"")
        }
        ValueKind::Reference(reference) if !reference.attribute.is_empty() => {
            json.push("\"")?;
            json.push_open(value)?;
            json.push("\"")
        }
        ValueKind::Reference(_) | ValueKind::Unknown(_) => json.push_open(value),
        ValueKind::List(items) | ValueKind::Set(items) => {
            json.push("[")?;
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    json.push(",")?;
                }
                write(json, &value.taken(item))?;
            }
            json.push("]")
        }
        ValueKind::Map(entries) => {
            json.push("{")?;
            for (index, (key, entry)) in entries.iter().enumerate() {
                if index > 0 {
                    json.push(",")?;
                }
                json.push(&quoted(key))?;
                json.push(":")?;
                write(json, &value.taken(entry))?;
            }
            json.push("}")
        }
    }
}

/// A text in quotes, escaped as Go does it, which is safe inside HTML too.
pub(super) fn quoted(text: &str) -> String {
    escaped(text, true)
}

/// A text in quotes.
pub(super) fn escaped(text: &str, for_html: bool) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\u{8}' => quoted.push_str("\\b"),
            '\u{c}' => quoted.push_str("\\f"),
            '<' | '>' | '&' if !for_html => quoted.push(letter),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..'\u{20}' => {
                // Writing to a String cannot fail.
                let _ = write!(quoted, "\\u{:04x}", u32::from(letter));
            }
            _ => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

pub(super) fn jsondecode(call: &Call<'_>) -> Outcome {
    let text = call.text(0)?;
    let json = serde_json::from_str(&text).map_err(|why| invalid(call, &why))?;
    decode(call, json, MAX_DEPTH)
}

fn invalid(call: &Call<'_>, why: &serde_json::Error) -> Stopped {
    call.refuse_argument(0, format!("invalid JSON: {why}"))
}

/// Reads one level at a time, because a number must keep every digit of its text.
fn decode(call: &Call<'_>, json: &RawValue, levels: usize) -> Outcome {
    let text = json.get();
    let levels = levels.checked_sub(1).ok_or_else(|| call.too_large())?;
    match text.as_bytes().first() {
        Some(b'n') => Ok(Value::null(call.span)),
        Some(b't') => Ok(call.truth(true)),
        Some(b'f') => Ok(call.truth(false)),
        Some(b'"') => read::<String>(call, text).map(|text| call.string(text)),
        Some(b'[') => {
            let items = read::<Vec<&RawValue>>(call, text)?;
            Ok(call.list(items.into_iter().map(|item| decode(call, item, levels)).collect::<Result<_, _>>()?))
        }
        Some(b'{') => {
            let entries = read::<BTreeMap<String, &RawValue>>(call, text)?;
            let entries =
                entries.into_iter().map(|(key, entry)| Ok((key.into(), decode(call, entry, levels)?)));
            Ok(call.map(entries.collect::<Result<_, Stopped>>()?))
        }
        _ => Ok(call.numeral(Number::parse(text).ok_or_else(|| call.too_large())?)),
    }
}

fn read<'t, T: serde::Deserialize<'t>>(call: &Call<'_>, text: &'t str) -> Result<T, Stopped> {
    serde_json::from_str(text).map_err(|why| invalid(call, &why))
}

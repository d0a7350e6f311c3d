//! JSON.

use std::fmt::Write as _;

use super::Call;
use super::arguments::{Outcome, Stopped};
use super::text::Text;
use crate::resource::{Number, Value, ValueKind};

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
    let decoded: serde_json::Value =
        serde_json::from_str(&text).map_err(|why| call.refuse_argument(0, format!("invalid JSON: {why}")))?;
    Ok(decode(call, decoded))
}

fn decode(call: &Call<'_>, json: serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::null(call.span),
        serde_json::Value::Bool(flag) => call.truth(flag),
        serde_json::Value::Number(number) => {
            let number = number.as_f64().and_then(Number::from_f64);
            number
                .map_or_else(|| call.too_large().0, |number| Value::new(ValueKind::Number(number), call.span))
        }
        serde_json::Value::String(text) => call.string(text),
        serde_json::Value::Array(items) => {
            call.list(items.into_iter().map(|item| decode(call, item)).collect())
        }
        serde_json::Value::Object(entries) => {
            call.map(entries.into_iter().map(|(key, entry)| (key.into(), decode(call, entry))).collect())
        }
    }
}

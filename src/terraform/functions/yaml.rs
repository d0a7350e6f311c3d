//! YAML.

use std::sync::Arc;

use super::Call;
use super::arguments::{Outcome, Stopped};
use super::json;
use super::text::Text;
use crate::resource::{Number, Value, ValueKind};

/// Every text is quoted, keys are in order, lists are not indented, as Terraform writes it.
pub(super) fn yamlencode(call: &Call<'_>) -> Outcome {
    let argument = &call.arguments[0];
    if matches!(argument.kind, ValueKind::Unknown(_)) {
        return Err(call.not_known(argument, call.place(0)));
    }
    let mut text = Text::new(call);
    block(&mut text, argument, 0, true)?;
    text.finish()
}

/// Writes a value where a block may start; `started` says that its first line has begun.
fn block(yaml: &mut Text<'_>, value: &Value, indent: usize, started: bool) -> Result<(), Stopped> {
    let mut fresh = started;
    let mut line = |yaml: &mut Text<'_>| {
        if std::mem::take(&mut fresh) { Ok(()) } else { yaml.push(&" ".repeat(indent)) }
    };
    match &value.kind {
        ValueKind::List(items) | ValueKind::Set(items) if !items.is_empty() => {
            for item in items.iter() {
                line(yaml)?;
                yaml.push("- ")?;
                block(yaml, &value.taken(item), indent + 2, true)?;
            }
            Ok(())
        }
        ValueKind::Map(entries) if !entries.is_empty() => {
            for (key, entry) in entries.iter() {
                line(yaml)?;
                yaml.push(&json::quoted(key))?;
                yaml.push(":")?;
                match &entry.kind {
                    ValueKind::List(items) | ValueKind::Set(items) if !items.is_empty() => {
                        yaml.push("\n")?;
                        block(yaml, &value.taken(entry), indent, false)?;
                    }
                    ValueKind::Map(inner) if !inner.is_empty() => {
                        yaml.push("\n")?;
                        block(yaml, &value.taken(entry), indent + 2, false)?;
                    }
                    _ => {
                        yaml.push(" ")?;
                        block(yaml, &value.taken(entry), indent + 2, true)?;
                    }
                }
            }
            Ok(())
        }
        ValueKind::String(text) if text.contains('\n') => literal(yaml, text, indent.max(2)),
        _ => {
            json::write(yaml, value)?;
            yaml.push("\n")
        }
    }
}

/// A text of several lines in literal style.
fn literal(yaml: &mut Text<'_>, text: &str, indent: usize) -> Result<(), Stopped> {
    let body = text.trim_end_matches('\n');
    let ends = text.len() - body.len();
    yaml.push(match ends {
        0 => "|-\n",
        1 => "|\n",
        _ => "|+\n",
    })?;
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        if !line.is_empty() {
            yaml.push(&" ".repeat(indent))?;
            yaml.push(line)?;
        }
        yaml.push("\n")?;
    }
    Ok(())
}

pub(super) fn yamldecode(call: &Call<'_>) -> Outcome {
    let text = call.text(0)?;
    let invalid = |why: &serde_yaml::Error| call.refuse_argument(0, format!("invalid YAML: {why}"));
    let mut decoded: serde_yaml::Value = serde_yaml::from_str(&text).map_err(|why| invalid(&why))?;
    decoded.apply_merge().map_err(|why| invalid(&why))?;
    decode(call, decoded)
}

fn decode(call: &Call<'_>, yaml: serde_yaml::Value) -> Outcome {
    Ok(match yaml {
        serde_yaml::Value::Null => Value::null(call.span),
        serde_yaml::Value::Bool(flag) => call.truth(flag),
        serde_yaml::Value::Number(number) => {
            let number = number.as_f64().and_then(Number::from_f64);
            let number = number.ok_or_else(|| call.refuse_argument(0, "a number is not finite"))?;
            Value::new(ValueKind::Number(number), call.span)
        }
        serde_yaml::Value::String(text) => call.string(text),
        serde_yaml::Value::Sequence(items) => {
            call.list(items.into_iter().map(|item| decode(call, item)).collect::<Result<_, _>>()?)
        }
        serde_yaml::Value::Mapping(entries) => {
            let decoded = entries.into_iter().map(|(key, entry)| {
                let key: Arc<str> = call.text_of(&decode(call, key)?, call.place(0))?;
                Ok((key, decode(call, entry)?))
            });
            call.map(decoded.collect::<Result<_, _>>()?)
        }
        serde_yaml::Value::Tagged(_) => return Err(call.unsupported()),
    })
}

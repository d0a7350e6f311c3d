//! YAML.

use std::sync::Arc;

use super::arguments::{Outcome, Stopped};
use super::text::Text;
use super::{Call, MAX_ELEMENTS, json};
use crate::problem::ProblemSeverity;
use crate::resource::{Number, Value, ValueKind};
use crate::source::SourceMap;
use crate::syntax::yaml::{self as syntax, Node, NodeKind, ScalarStyle};

/// Every text is quoted, keys are in order, lists are not indented, as Terraform writes it.
pub(super) fn yamlencode(call: &Call<'_>) -> Outcome {
    let argument = &call.arguments[0];
    let mut text = Text::new(call);
    block(call, &mut text, argument, 0, true)?;
    if matches!(argument.kind, ValueKind::Null | ValueKind::Bool(_) | ValueKind::Number(_)) {
        // A plain scalar alone is closed by an end marker.
        text.push("...\n")?;
    }
    Ok(text.finish())
}

/// Writes a value where a block may start; `started` says that its first line has begun.
fn block(
    call: &Call<'_>,
    yaml: &mut Text<'_>,
    value: &Value,
    indent: usize,
    started: bool,
) -> Result<(), Stopped> {
    let mut fresh = started;
    let mut line = |yaml: &mut Text<'_>| {
        if std::mem::take(&mut fresh) { Ok(()) } else { yaml.push(&" ".repeat(indent)) }
    };
    match &value.kind {
        ValueKind::List(items) | ValueKind::Set(items) if !items.is_empty() => {
            for item in items.iter() {
                line(yaml)?;
                yaml.push("- ")?;
                block(call, yaml, &value.taken(item), indent + 2, true)?;
            }
            Ok(())
        }
        ValueKind::Map(entries) if !entries.is_empty() => {
            for (key, entry) in entries.iter() {
                line(yaml)?;
                yaml.push(&json::escaped(key, false))?;
                yaml.push(":")?;
                match &entry.kind {
                    ValueKind::List(items) | ValueKind::Set(items) if !items.is_empty() => {
                        yaml.push("\n")?;
                        block(call, yaml, &value.taken(entry), indent, false)?;
                    }
                    ValueKind::Map(inner) if !inner.is_empty() => {
                        yaml.push("\n")?;
                        block(call, yaml, &value.taken(entry), indent + 2, false)?;
                    }
                    _ => {
                        yaml.push(" ")?;
                        block(call, yaml, &value.taken(entry), indent + 2, true)?;
                    }
                }
            }
            Ok(())
        }
        // How it is written depends on what it is.
        ValueKind::Unknown(_) | ValueKind::Reference(_) | ValueKind::Template(_) => {
            Err(call.not_known(value, call.place(0)))
        }
        ValueKind::String(text) if text.contains('\n') => literal(yaml, text, indent.max(2)),
        ValueKind::String(text) => {
            yaml.push(&json::escaped(text, false))?;
            yaml.push("\n")
        }
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

/// Plain scalars have the types of YAML 1.1's core: `yes` and `on` are true.
pub(super) fn yamldecode(call: &Call<'_>) -> Outcome {
    let text = call.text(0)?;
    let file = SourceMap::new("").add("yaml", &*text);
    let parsed = syntax::parse(&file);
    let error = parsed.problems.iter().find(|problem| problem.severity == ProblemSeverity::Error);
    if let Some(problem) = error {
        return Err(call.refuse_argument(0, format!("invalid YAML: {}", problem.message)));
    }
    let [document] = &parsed.documents[..] else {
        return Err(call.refuse_argument(0, "exactly one YAML document is required"));
    };
    decode(call, document, &mut 0)
}

/// `nodes` counts what was decoded: aliases may repeat nodes many times.
fn decode(call: &Call<'_>, node: &Node, nodes: &mut usize) -> Outcome {
    *nodes += 1;
    if *nodes > MAX_ELEMENTS {
        return Err(call.too_large());
    }
    Ok(match &node.kind {
        NodeKind::Scalar { text, style } => scalar(call, text, *style, node.tag.as_deref())?,
        NodeKind::Sequence(items) => {
            call.list(items.iter().map(|item| decode(call, item, nodes)).collect::<Result<_, _>>()?)
        }
        NodeKind::Mapping(entries) => {
            let decoded = entries.iter().map(|entry| {
                let key = call.text_of(&decode(call, &entry.key, nodes)?, call.place(0))?;
                Ok((key, decode(call, &entry.value, nodes)?))
            });
            call.map(decoded.collect::<Result<_, _>>()?)
        }
    })
}

fn scalar(call: &Call<'_>, text: &Arc<str>, style: ScalarStyle, tag: Option<&str>) -> Outcome {
    match tag {
        None | Some("!!str" | "!!int" | "!!float" | "!!bool" | "!!null" | "!!binary") => {}
        Some(tag) => return Err(call.refuse_argument(0, format!("unsupported YAML tag {tag}"))),
    }
    if style != ScalarStyle::Plain || matches!(tag, Some("!!str" | "!!binary")) {
        return Ok(call.string(Arc::clone(text)));
    }
    Ok(match &**text {
        "" | "~" | "null" | "Null" | "NULL" => Value::null(call.span),
        "true" | "True" | "TRUE" | "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => call.truth(true),
        "false" | "False" | "FALSE" | "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => {
            call.truth(false)
        }
        ".inf" | "+.inf" | "-.inf" | ".nan" => {
            return Err(call.refuse_argument(0, "a number is not finite"));
        }
        plain => match number(plain) {
            Some(number) => Value::new(ValueKind::Number(number), call.span),
            None => call.string(date(plain).map_or_else(|| Arc::clone(text), Arc::from)),
        },
    })
}

fn number(plain: &str) -> Option<Number> {
    for (prefix, base) in [("0x", 16), ("0o", 8)] {
        if let Some(digits) = plain.strip_prefix(prefix) {
            let whole = i64::from_str_radix(digits, base).ok().filter(|_| !digits.starts_with(['+', '-']));
            return whole.map(Number::from);
        }
    }
    Number::parse(plain.strip_prefix('+').filter(|digits| !digits.starts_with('-')).unwrap_or(plain))
}

/// A day, as the timestamp that Terraform makes of it.
fn date(plain: &str) -> Option<String> {
    let mut parts = plain.split('-');
    let mut part = |lengths: std::ops::RangeInclusive<usize>| {
        let digits = parts.next().filter(|part| lengths.contains(&part.len()))?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<u16>().ok())?
    };
    let (year, month, day) = (part(4..=4)?, part(1..=2)?, part(1..=2)?);
    let is_day = parts.next().is_none() && (1..=12).contains(&month) && (1..=31).contains(&day);
    is_day.then(|| format!("{year:04}-{month:02}-{day:02}T00:00:00Z"))
}

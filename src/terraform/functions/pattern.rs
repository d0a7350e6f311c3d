//! Regular expressions.
//!
//! Terraform uses RE2's syntax, which the `regex` crate shares but for a few literals.

use regex::{Captures, Regex, RegexBuilder};

use super::arguments::{Outcome, Stopped};
use super::{Call, MAX_ELEMENTS, MAX_TEXT};
use crate::resource::Value;

/// Bound on the size of a compiled expression, in bytes.
const MAX_COMPILED: usize = 1 << 20;

fn compile(call: &Call<'_>, index: usize, pattern: &str) -> Result<Regex, Stopped> {
    RegexBuilder::new(&translate(pattern)).size_limit(MAX_COMPILED).build().map_err(|why| match why {
        regex::Error::CompiledTooBig(_) => call.too_large(),
        _ => call.refuse_argument(index, format!("invalid regular expression: {pattern}")),
    })
}

/// RE2 reads as literals what the crate reads as operators: `[`, `&` and `~` in a class, a brace that does
/// not start a repetition; and it knows `\Q…\E`.
fn translate(pattern: &str) -> String {
    let mut translated = String::with_capacity(pattern.len());
    let mut rest = pattern;
    let mut in_class = false;
    while let Some(letter) = rest.chars().next() {
        let after = &rest[letter.len_utf8()..];
        match letter {
            '\\' if after.starts_with('Q') => {
                let (literal, after) = after[1..].split_once("\\E").unwrap_or((&after[1..], ""));
                translated.push_str(&regex::escape(literal));
                rest = after;
                continue;
            }
            '\\' => {
                let escaped = after.chars().next().map_or(0, char::len_utf8);
                translated.push_str(&rest[..=escaped]);
                rest = &after[escaped..];
                continue;
            }
            '[' if in_class && !after.starts_with(':') => translated.push_str("\\["),
            '&' | '~' if in_class => {
                translated.push('\\');
                translated.push(letter);
            }
            '[' if in_class => {
                let end = after.find(":]").map_or(after.len(), |end| end + 2);
                translated.push('[');
                translated.push_str(&after[..end]);
                rest = &after[end..];
                continue;
            }
            '[' => {
                in_class = true;
                translated.push('[');
                // A bracket right after the start of a class stands for itself.
                let start =
                    if after.starts_with("^]") { 2 } else { usize::from(after.starts_with(['^', ']'])) };
                translated.push_str(&after[..start]);
                rest = &after[start..];
                continue;
            }
            ']' => {
                translated.push_str(if in_class { "]" } else { "\\]" });
                in_class = false;
            }
            '{' if !in_class && !is_repetition(after) => translated.push_str("\\{"),
            _ => translated.push(letter),
        }
        rest = after;
    }
    translated
}

/// Whether the text after a brace goes on like `2}`, `2,}` or `2,3}`.
fn is_repetition(after: &str) -> bool {
    let Some((bounds, _)) = after.split_once('}') else { return false };
    let (least, most) = bounds.split_once(',').unwrap_or((bounds, ""));
    !least.is_empty() && least.bytes().chain(most.bytes()).all(|byte| byte.is_ascii_digit())
}

/// The first match: its text, a list of its unnamed groups, or a map of its named groups.
pub(super) fn regex(call: &Call<'_>) -> Outcome {
    let (pattern, text) = (call.text(0)?, call.text(1)?);
    let regex = compile(call, 0, &pattern)?;
    reject_mixed_groups(call, &regex)?;
    let captures = regex
        .captures(&text)
        .ok_or_else(|| call.refuse("pattern did not match any part of the given text"))?;
    Ok(matched(call, &regex, &captures))
}

/// Every match, as [`regex()`] gives one.
pub(super) fn regexall(call: &Call<'_>) -> Outcome {
    let (pattern, text) = (call.text(0)?, call.text(1)?);
    let regex = compile(call, 0, &pattern)?;
    reject_mixed_groups(call, &regex)?;
    let most = MAX_ELEMENTS / regex.captures_len();
    let matches: Vec<Value> =
        regex.captures_iter(&text).take(most + 1).map(|captures| matched(call, &regex, &captures)).collect();
    if matches.len() > most {
        return Err(call.too_large());
    }
    Ok(call.list(matches))
}

fn reject_mixed_groups(call: &Call<'_>, regex: &Regex) -> Result<(), Stopped> {
    let named = regex.capture_names().skip(1).flatten().count();
    if named == 0 || named + 1 == regex.captures_len() {
        return Ok(());
    }
    Err(call.refuse_argument(0, "cannot mix both named and unnamed capture groups"))
}

fn matched(call: &Call<'_>, regex: &Regex, captures: &Captures<'_>) -> Value {
    let text = |found: Option<regex::Match<'_>>| {
        found.map_or_else(|| Value::null(call.span), |found| call.string(found.as_str()))
    };
    if captures.len() == 1 {
        return text(captures.get(0));
    }
    let groups = regex.capture_names().zip(captures.iter()).skip(1);
    if regex.capture_names().flatten().next().is_none() {
        return call.list(groups.map(|(_, group)| text(group)).collect());
    }
    call.map(groups.filter_map(|(name, group)| Some((name?.into(), text(group)))).collect())
}

/// Replaces every match; `$1` and `${name}` stand for groups.
pub(super) fn replace(call: &Call<'_>, text: &str, pattern: &str, with: &str) -> Outcome {
    let regex = compile(call, 1, pattern)?;
    let mut replaced = String::new();
    let mut end = 0;
    for captures in regex.captures_iter(text) {
        let Some(whole) = captures.get(0) else { continue };
        replaced.push_str(&text[end..whole.start()]);
        captures.expand(with, &mut replaced);
        end = whole.end();
        if replaced.len() > MAX_TEXT {
            return Err(call.too_large());
        }
    }
    replaced.push_str(&text[end..]);
    Ok(call.string(replaced))
}

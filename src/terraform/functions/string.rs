//! Functions on texts.

use unicode_segmentation::UnicodeSegmentation as _;

use super::arguments::Outcome;
use super::text::Text;
use super::{Call, MAX_ELEMENTS, MAX_TEXT, pattern};
use crate::resource::{Value, ValueKind};

pub(super) fn lower(call: &Call<'_>) -> Outcome {
    Ok(call.string(
        call.text(0)?.chars().map(|letter| single(letter, letter.to_lowercase())).collect::<String>(),
    ))
}

pub(super) fn upper(call: &Call<'_>) -> Outcome {
    Ok(call.string(
        call.text(0)?.chars().map(|letter| single(letter, letter.to_uppercase())).collect::<String>(),
    ))
}

/// The letter in the other case, if that is one letter: Terraform never changes a text's length.
fn single(letter: char, mut cased: impl ExactSizeIterator<Item = char>) -> char {
    match (letter, cased.len()) {
        // The one letter whose lower case has an accent of its own.
        ('İ', 2) => 'i',
        (_, 1) => cased.next().unwrap_or(letter),
        _ => letter,
    }
}

/// The first letter of each word in upper case; a word ends at anything but a letter, digit or underscore.
pub(super) fn title(call: &Call<'_>) -> Outcome {
    let mut titled = String::new();
    let mut in_word = false;
    for letter in call.text(0)?.chars() {
        if in_word {
            titled.push(letter);
        } else {
            titled.push(single(letter, letter.to_uppercase()));
        }
        in_word =
            letter.is_alphanumeric() || letter == '_' || (!letter.is_ascii() && !letter.is_whitespace());
    }
    Ok(call.string(titled))
}

/// Without line ends at its end.
pub(super) fn chomp(call: &Call<'_>) -> Outcome {
    Ok(call.string(call.text(0)?.trim_end_matches(['\r', '\n'])))
}

/// Spaces before every line but the first.
pub(super) fn indent(call: &Call<'_>) -> Outcome {
    let (spaces, text) = (call.whole(0)?, call.text(1)?);
    let spaces = usize::try_from(spaces).map_err(|_| call.refuse_argument(0, "must not be negative"))?;
    let lines = text.matches('\n').count();
    if lines == 0 {
        return Ok(call.string(&*text));
    }
    if lines.saturating_mul(spaces).saturating_add(text.len()) > MAX_TEXT {
        return Err(call.too_large());
    }
    Ok(call.string(text.replace('\n', &format!("\n{}", " ".repeat(spaces)))))
}

/// `join(separator, list, …)`.
pub(super) fn join(call: &Call<'_>) -> Outcome {
    let separator = call.text(0)?;
    let mut text = Text::new(call);
    let mut first = true;
    for index in 1..call.arguments.len() {
        for element in call.elements(index)? {
            if !first {
                text.push(&separator)?;
            }
            first = false;
            match element.kind {
                ValueKind::Unknown(_) | ValueKind::Reference(_) | ValueKind::Template(_) => {
                    text.push_open(&element)?;
                }
                _ => text.push(&call.text_of(&element, call.place(index))?)?,
            }
        }
    }
    Ok(text.finish())
}

/// Each piece counts as written where the whole text was.
pub(super) fn split(call: &Call<'_>) -> Outcome {
    let (separator, text) = (call.text(0)?, call.text(1)?);
    let origin = &call.arguments[1].origin;
    let piece = |text: &str| Value { kind: ValueKind::String(text.into()), origin: origin.clone() };
    let pieces: Vec<Value> = if separator.is_empty() {
        let mut buffer = [0; 4];
        text.chars().take(MAX_ELEMENTS + 1).map(|letter| piece(letter.encode_utf8(&mut buffer))).collect()
    } else {
        text.split(&*separator).take(MAX_ELEMENTS + 1).map(piece).collect()
    };
    Ok(call.list(pieces))
}

/// `replace(text, what, with)`; what is between slashes is a regular expression.
pub(super) fn replace(call: &Call<'_>) -> Outcome {
    let (text, what, with) = (call.text(0)?, call.text(1)?, call.text(2)?);
    if let Some(expression) = what.strip_prefix('/').and_then(|what| what.strip_suffix('/')) {
        return pattern::replace(call, &text, expression, &with);
    }
    let matches = if what.is_empty() { text.chars().count() + 1 } else { text.matches(&*what).count() };
    if matches.saturating_mul(with.len()).saturating_add(text.len()) > 2 * MAX_TEXT {
        return Err(call.too_large());
    }
    Ok(call.string(text.replace(&*what, &with)))
}

pub(super) fn startswith(call: &Call<'_>) -> Outcome {
    // The start of a text is known when its first part is, whatever follows.
    if let ValueKind::Template(parts) = &call.arguments[0].kind
        && let Some(start) = parts.first().and_then(Value::as_str)
    {
        let prefix = call.text(1)?;
        if start.len() >= prefix.len() || !prefix.starts_with(start) {
            return Ok(call.truth(start.starts_with(&*prefix)));
        }
    }
    Ok(call.truth(call.text(0)?.starts_with(&*call.text(1)?)))
}

pub(super) fn endswith(call: &Call<'_>) -> Outcome {
    Ok(call.truth(call.text(0)?.ends_with(&*call.text(1)?)))
}

pub(super) fn strcontains(call: &Call<'_>) -> Outcome {
    Ok(call.truth(call.text(0)?.contains(&*call.text(1)?)))
}

pub(super) fn strrev(call: &Call<'_>) -> Outcome {
    Ok(call.string(call.text(0)?.graphemes(true).rev().collect::<String>()))
}

/// `substr(text, offset, length)`: a negative offset counts from the end, length -1 is the rest.
pub(super) fn substr(call: &Call<'_>) -> Outcome {
    let (text, offset, length) = (call.text(0)?, call.whole(1)?, call.whole(2)?);
    let total = text.graphemes(true).count();
    let start = match usize::try_from(offset) {
        Ok(offset) => offset,
        Err(_) => total.saturating_sub(usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX)),
    };
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    Ok(call.string(text.graphemes(true).skip(start).take(length).collect::<String>()))
}

pub(super) fn trim(call: &Call<'_>) -> Outcome {
    let (text, cut) = (call.text(0)?, call.text(1)?);
    Ok(call.string(text.trim_matches(|letter| cut.contains(letter))))
}

pub(super) fn trimspace(call: &Call<'_>) -> Outcome {
    Ok(call.string(call.text(0)?.trim()))
}

pub(super) fn trimprefix(call: &Call<'_>) -> Outcome {
    let (text, prefix) = (call.text(0)?, call.text(1)?);
    Ok(call.string(text.strip_prefix(&*prefix).unwrap_or(&text)))
}

pub(super) fn trimsuffix(call: &Call<'_>) -> Outcome {
    let (text, suffix) = (call.text(0)?, call.text(1)?);
    Ok(call.string(text.strip_suffix(&*suffix).unwrap_or(&text)))
}

#[cfg(test)]
mod tests {
    use crate::terraform::functions::testing::shown;

    #[test]
    fn texts_with_unknown_parts_stay_texts() {
        for (expression, expected) in [
            (r#"join(",", ["a", web, "b", "c"])"#, r#"template("a,", <aws_security_group.web.id>, ",b,c")"#),
            (r#"join(",", ["a", "x-${unknown}"])"#, r#"template("a,x-", ?var.x has no value)"#),
            (r#"join(",", unknown)"#, "?var.x has no value"),
            (r#"format("%s/32", unknown)"#, r#"template(?var.x has no value, "/32")"#),
            (r#"format("%s-%s", "a", web)"#, r#"template("a-", <aws_security_group.web.id>)"#),
            (r#"format("%5s", web)"#, "?aws_security_group.web.id is computed when deployed"),
            (
                r#"formatlist("%s:%s", ["a", unknown], "b")"#,
                r#"["a:b", template(?var.x has no value, ":b")]"#,
            ),
            (
                r#"jsonencode({a = [web, "x"], b = unknown})"#,
                r#"template("{\"a\":[\"", <aws_security_group.web.id>, "\",\"x\"],\"b\":", ?var.x has no value, "}")"#,
            ),
            (r#"yamlencode(["${web}:1"])"#, "?aws_security_group.web.id is computed when deployed"),
        ] {
            assert_eq!(shown(expression), expected, "{expression}");
        }
    }

    #[test]
    fn a_known_start_decides_startswith() {
        assert_eq!(shown(r#"startswith("arn:${web}", "arn:")"#), "true");
        assert_eq!(shown(r#"startswith("arn:${web}", "sg-")"#), "false");
        assert_eq!(shown(r#"startswith("a${unknown}", "ab")"#), "?var.x has no value");
    }

    #[test]
    fn no_line_is_indented_by_any_number_of_spaces() {
        assert_eq!(shown(r#"indent(9223372036854775807, "a")"#), r#""a""#);
    }

    #[test]
    fn results_are_bounded() {
        let long = "a".repeat(2_000);
        for expression in [
            format!(r#"replace("{long}", "a", "{long}")"#),
            format!(r#"replace("{long}", "/a/", "{long}")"#),
            format!(r#"indent(2000, replace("{long}", "a", "\n"))"#),
            r#"format("%5000s", "a")"#.to_owned(),
            r#"format("%.99999f", 1)"#.to_owned(),
            r#"format("%99999999999999999999d", 1)"#.to_owned(),
            format!("setproduct({0}, {0}, {0})", "range(100)"),
        ] {
            assert!(
                shown(&expression).contains("are not evaluated"),
                "{expression:.60}: {}",
                shown(&expression)
            );
        }
    }
}

//! Scalars as CloudFormation reads them: in YAML 1.1 ([template formats][1]), whose plain `yes` is a
//! truth value and whose `022` is 18. JSON has neither.
//!
//! That its octal numbers are octal is known from account ids that lost their first digit
//! ([roadmap, issue 745][2]). Of what else YAML 1.1 takes for a number (`0x16`, `0b1`, `1_000`, `22:22`) nobody has
//! said how CloudFormation takes it: such a value is not known.
//!
//! [1]: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
//! [2]: https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/745

use std::sync::Arc;

use super::intrinsic::{is_null, whole};
use crate::resource::{Cause, Number, Value, ValueKind};
use crate::syntax::yaml::{Node, NodeKind, ScalarStyle};

/// The value of a scalar. A plain decimal number that does not print as it was written (`1.0`, `1e3`, `089`) stays text,
/// so that versions and account ids keep their digits.
pub(super) fn kind(node: &Node) -> ValueKind {
    let NodeKind::Scalar { text, style } = &node.kind else { return ValueKind::Null };
    if *style != ScalarStyle::Plain {
        return ValueKind::String(Arc::clone(text));
    }
    match &**text {
        "" | "~" | "null" | "Null" | "NULL" => ValueKind::Null,
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => ValueKind::Bool(true),
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => ValueKind::Bool(false),
        plain if !plain.starts_with(|first: char| first.is_ascii_digit() || "+-".contains(first)) => {
            ValueKind::String(Arc::clone(text))
        }
        plain => match canonical_number(plain).or_else(|| octal(plain)) {
            Some(number) => ValueKind::Number(number),
            None if may_be_a_number(plain) => {
                let cause = Cause::Invalid(format!("YAML 1.1 takes {plain} without quotes for a number"));
                Value::unknown(cause, whole(node)).kind
            }
            None => ValueKind::String(Arc::clone(text)),
        },
    }
}

/// Whether it would be another value in YAML 1.2.
pub(super) fn is_of_old_yaml(node: &Node) -> bool {
    let NodeKind::Scalar { text, style: ScalarStyle::Plain } = &node.kind else { return false };
    match kind(node) {
        ValueKind::Bool(truth) => !text.eq_ignore_ascii_case(if truth { "true" } else { "false" }),
        ValueKind::Number(number) => number.to_string() != **text,
        ValueKind::Unknown(_) => true,
        _ => false,
    }
}

/// An octal number of YAML 1.1.
fn octal(text: &str) -> Option<Number> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let is_octal = digits.len() > 1
        && digits.starts_with('0')
        && digits.bytes().all(|digit| (b'0'..=b'7').contains(&digit));
    let number = i64::from_str_radix(digits, 8).ok().filter(|_| is_octal)?;
    Some((sign * number).into())
}

/// Whether YAML 1.1 has another way to write numbers that this is: to the base of 2, 16 or 60, or with underscores.
fn may_be_a_number(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let all = |digits: &str, is: fn(u8) -> bool| {
        !digits.is_empty() && digits.bytes().all(|digit| digit == b'_' || is(digit))
    };
    let sixties = |part: &str| matches!(part.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9']);
    if let Some(digits) = digits.strip_prefix("0x") {
        return all(digits, |digit| digit.is_ascii_hexdigit());
    }
    if let Some(digits) = digits.strip_prefix("0b") {
        return all(digits, |digit| digit == b'0' || digit == b'1');
    }
    if let Some((first, rest)) = digits.split_once(':') {
        return !first.starts_with('0')
            && all(first, |digit| digit.is_ascii_digit())
            && rest.split(':').all(sixties);
    }
    digits.contains('_') && all(digits, |digit| digit.is_ascii_digit())
}

/// The text of a scalar, as CloudFormation turns scalars into text; `None` for null and for what is no scalar.
pub(super) fn text(node: &Node) -> Option<Arc<str>> {
    let NodeKind::Scalar { text, style } = &node.kind else { return None };
    if is_null(node) {
        return None;
    }
    if *style != ScalarStyle::Plain {
        return Some(Arc::clone(text));
    }
    match kind(node) {
        ValueKind::Bool(truth) => Some(if truth { "true" } else { "false" }.into()),
        ValueKind::Number(number) => Some(number.to_string().into()),
        _ => Some(Arc::clone(text)),
    }
}

fn canonical_number(text: &str) -> Option<Number> {
    if !text.ends_with(|last: char| last.is_ascii_digit()) {
        return None;
    }
    Number::parse(text).filter(|number| number.to_string() == text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceMap;

    fn of(text: &str, style: ScalarStyle) -> ValueKind {
        let span = SourceMap::new("/").add("t", "").whole();
        kind(&Node {
            kind: NodeKind::Scalar { text: text.into(), style },
            span,
            tag: None,
            tag_span: None,
            alias: None,
        })
    }

    fn plain(text: &str) -> ValueKind {
        of(text, ScalarStyle::Plain)
    }

    #[test]
    fn plain_scalars_have_types() {
        for (text, number) in
            [("22", 22), ("-1", -1), ("0", 0), ("022", 18), ("-022", -18), ("012345670123", 1_402_433_619)]
        {
            assert!(
                matches!(plain(text), ValueKind::Number(found) if found.as_i64() == Some(number)),
                "{text}"
            );
        }
        for text in ["True", "yes", "ON"] {
            assert!(matches!(plain(text), ValueKind::Bool(true)), "{text}");
        }
        assert!(matches!(plain("no"), ValueKind::Bool(false)));
        assert!(matches!(plain("~"), ValueKind::Null));
        assert!(matches!(plain(""), ValueKind::Null));
    }

    #[test]
    fn what_would_print_differently_stays_text() {
        for text in [
            "089",
            "1.0",
            "1e3",
            "0o22",
            "0.0.0.0/0",
            "2012-10-17",
            "::/0",
            "2001:db8::1",
            "y",
            "n",
            "nO",
            "1:99",
            "-",
            "+",
            "0x",
            "_1",
            "12345678901234567890.0",
        ] {
            assert!(matches!(plain(text), ValueKind::String(kept) if &*kept == text), "{text}");
        }
    }

    #[test]
    fn what_yaml_may_take_for_a_number_is_not_known() {
        for text in ["0x16", "0b10", "1_000", "22:22", "-1:30", "1:30:00"] {
            assert!(matches!(plain(text), ValueKind::Unknown(_)), "{text}");
        }
    }

    #[test]
    fn quoted_scalars_are_text() {
        for style in [ScalarStyle::Quoted, ScalarStyle::Block] {
            for text in ["22", "", "022", "0x16", "yes"] {
                assert!(matches!(of(text, style), ValueKind::String(kept) if &*kept == text), "{text}");
            }
        }
    }
}

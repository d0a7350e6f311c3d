//! Scalars as CloudFormation reads them.

use std::sync::Arc;

use super::intrinsic::is_null;
use crate::resource::{Number, ValueKind};
use crate::syntax::yaml::{Node, NodeKind, ScalarStyle};

/// The value of a scalar. A plain number that does not print as it was written (`0123`, `1.0`, `1e3`)
/// stays text, so that account ids, versions and octal modes keep their digits.
pub(super) fn kind(text: &Arc<str>, style: ScalarStyle) -> ValueKind {
    if style != ScalarStyle::Plain {
        return ValueKind::String(Arc::clone(text));
    }
    match &**text {
        "" | "~" | "null" | "Null" | "NULL" => ValueKind::Null,
        "true" | "True" | "TRUE" => ValueKind::Bool(true),
        "false" | "False" | "FALSE" => ValueKind::Bool(false),
        plain => match canonical_number(plain) {
            Some(number) => ValueKind::Number(number),
            None => ValueKind::String(Arc::clone(text)),
        },
    }
}

/// The text of a scalar, as CloudFormation turns scalars into text; `None` for null and for what is no scalar.
pub(super) fn text(node: &Node) -> Option<Arc<str>> {
    let NodeKind::Scalar { text, style } = &node.kind else { return None };
    if is_null(node) {
        return None;
    }
    match kind(text, *style) {
        ValueKind::Bool(truth) => Some(if truth { "true" } else { "false" }.into()),
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

    fn plain(text: &str) -> ValueKind {
        kind(&text.into(), ScalarStyle::Plain)
    }

    #[test]
    fn plain_scalars_have_types() {
        assert!(matches!(plain("22"), ValueKind::Number(number) if number.as_i64() == Some(22)));
        assert!(matches!(plain("-1"), ValueKind::Number(number) if number.as_i64() == Some(-1)));
        assert!(matches!(plain("True"), ValueKind::Bool(true)));
        assert!(matches!(plain("~"), ValueKind::Null));
        assert!(matches!(plain(""), ValueKind::Null));
    }

    #[test]
    fn what_would_print_differently_stays_text() {
        for text in
            ["022", "1.0", "1e3", "0x1f", "0.0.0.0/0", "2012-10-17", "22:22", "yes", "12345678901234567890.0"]
        {
            assert!(matches!(plain(text), ValueKind::String(kept) if &*kept == text), "{text}");
        }
    }

    #[test]
    fn quoted_scalars_are_text() {
        for style in [ScalarStyle::Quoted, ScalarStyle::Block] {
            assert!(matches!(kind(&"22".into(), style), ValueKind::String(_)));
            assert!(matches!(kind(&"".into(), style), ValueKind::String(_)));
        }
    }
}

//! Text made of parts that may not be known.

use std::sync::Arc;

use crate::resource::{Cause, Origin, Value, ValueKind};
use crate::source::Span;

/// How a dynamic reference starts: `{{resolve:ssm:/office/cidr}}`.
pub(super) const DYNAMIC: &str = "{{resolve:";

/// How a variable of `serverless.yml` that is not known starts once it is found: as a dynamic reference of a service that
/// AWS has not.
pub(super) const VARIABLE: &str = "{{resolve:serverless:";

/// The longest text that is made, in bytes: as long as the longest template that AWS accepts.
const MOST: usize = 1024 * 1024;

/// A text that is being put together.
pub(super) struct Text {
    /// Finished parts, and `literal` after them.
    parts: Vec<Value>,
    literal: String,
    len: usize,
    /// Where the text is made, and the ways of the known values in it.
    origin: Origin,
    /// How many values have added their way to the origin.
    ways: usize,
}

impl Text {
    /// An empty text made by the expression at `span`.
    pub(super) fn new(span: Span) -> Self {
        Self { parts: Vec::new(), literal: String::new(), len: 0, origin: Origin::at(span), ways: 0 }
    }

    pub(super) fn span(&self) -> Span {
        self.origin.written
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Whether it has grown too long, so that what is still added changes nothing.
    pub(super) fn is_full(&self) -> bool {
        self.len > MOST
    }

    /// Adds fixed text.
    pub(super) fn literal(&mut self, text: &str) {
        self.len += text.len();
        if !self.is_full() {
            self.literal.push_str(text);
        }
    }

    /// Adds a value: its text where it has one, else the value itself as a part.
    pub(super) fn value(&mut self, value: &Value) {
        match &value.kind {
            ValueKind::Template(parts) => parts.iter().for_each(|part| self.value(&value.taken(part))),
            ValueKind::Null => {}
            ValueKind::Reference(_) | ValueKind::Unknown(_) => self.part(value.clone()),
            ValueKind::List(_) | ValueKind::Set(_) | ValueKind::Map(_) => {
                let cause = Cause::Invalid("a list or mapping stands where a text must stand".to_owned());
                self.part(Value::unknown(cause, self.span()));
            }
            ValueKind::String(_) | ValueKind::Number(_) | ValueKind::Bool(_) => {
                self.literal(&value.to_text().unwrap_or_default());
                self.passed(&value.origin);
            }
        }
    }

    /// The first few values from elsewhere show where the text came from; the rest would only be noise.
    fn passed(&mut self, origin: &Origin) {
        const SHOWN: usize = 4;
        if origin.latest.is_none() || self.ways == SHOWN {
            return;
        }
        self.ways += 1;
        for step in origin.steps() {
            self.origin = self.origin.through(step.kind, step.span);
        }
    }

    fn part(&mut self, value: Value) {
        self.len += size_of::<Value>();
        if self.is_full() {
            return;
        }
        self.end_literal();
        self.parts.push(value);
    }

    fn end_literal(&mut self) {
        if !self.literal.is_empty() {
            let literal = std::mem::take(&mut self.literal);
            self.parts.push(Value::string(literal, self.span()));
        }
    }

    /// The value: a string if every part is known, the part itself if it is the only one.
    pub(super) fn finish(mut self) -> Value {
        if self.is_full() {
            let message = format!("a text longer than {MOST} bytes");
            return Value::unknown(Cause::Limit(message), self.span());
        }
        if self.parts.is_empty() {
            let value = dynamic(&self.literal.into(), self.origin.written);
            return Value { kind: value.kind, origin: self.origin };
        }
        self.end_literal();
        if self.parts.len() == 1 {
            return self.parts.swap_remove(0);
        }
        Value { kind: ValueKind::Template(self.parts.into()), origin: self.origin }
    }
}

/// A text in which each dynamic reference is unknown: AWS puts in what it finds when it deploys.
pub(super) fn dynamic(text: &Arc<str>, span: Span) -> Value {
    if !text.contains(DYNAMIC) {
        return Value::string(Arc::clone(text), span);
    }
    let mut made = Text::new(span);
    let mut rest = &**text;
    while let Some(start) = rest.find(DYNAMIC) {
        let Some(length) = rest[start..].find("}}") else { break };
        let end = start + length + "}}".len();
        made.literal(&rest[..start]);
        let reference = &rest[start..end];
        let looked_up = match reference.strip_prefix(VARIABLE) {
            Some(variable) => format!("variable {}", variable.trim_end_matches('}')),
            None => reference.to_owned(),
        };
        made.part(Value::unknown(Cause::LookedUp(looked_up), span));
        rest = &rest[end..];
    }
    if made.parts.is_empty() {
        return Value::string(Arc::clone(text), span);
    }
    made.literal(rest);
    made.finish()
}

/// The elements of a comma-separated text, without the blanks around them. A part that is not known may hold commas,
/// and stands for any number of elements.
pub(super) fn split_list(value: &Value) -> Vec<Value> {
    let mut elements: Vec<Vec<Value>> = vec![Vec::new()];
    let parts = match &value.kind {
        ValueKind::Template(parts) => parts.iter().map(|part| value.taken(part)).collect(),
        _ => vec![value.clone()],
    };
    for part in parts {
        let Some(text) = part.to_text() else {
            elements.last_mut().into_iter().for_each(|element| element.push(part.clone()));
            continue;
        };
        for (index, piece) in text.split(',').enumerate() {
            if index > 0 {
                elements.push(Vec::new());
            }
            if !piece.trim().is_empty() {
                let piece =
                    Value { kind: ValueKind::String(piece.trim().into()), origin: part.origin.clone() };
                elements.last_mut().into_iter().for_each(|element| element.push(piece.clone()));
            }
        }
    }
    if elements.len() == 1 && elements[0].is_empty() {
        return Vec::new();
    }
    let element = |mut parts: Vec<Value>| match parts.len() {
        0 => Value { kind: ValueKind::String("".into()), origin: value.origin.clone() },
        1 => parts.swap_remove(0).several(),
        _ => Value { kind: ValueKind::Template(parts.into()), origin: value.origin.clone() },
    };
    elements.into_iter().map(element).collect()
}

/// A value as a person reads it in a message: parts that are not known are named, not guessed.
pub(super) fn shown(value: &Value) -> String {
    match &value.kind {
        ValueKind::Template(parts) => parts.iter().map(shown).collect(),
        ValueKind::Reference(reference) => format!("${{{reference}}}"),
        ValueKind::Unknown(_) => "…".to_owned(),
        _ => value.to_text().map_or_else(|| "…".to_owned(), |text| text.to_string()),
    }
}

/// The bytes in base 64, with padding (RFC 4648, section 4).
pub(super) fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let group = byte(0) << 16 | byte(1) << 8 | byte(2);
        for index in 0..4 {
            if index > chunk.len() {
                text.push('=');
            } else {
                let sextet = group >> (18 - 6 * index) & 0x3f;
                text.push(char::from(ALPHABET[sextet as usize]));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceMap;

    fn span() -> Span {
        SourceMap::new("/").add("t", "").whole()
    }

    #[test]
    fn base64_pads_to_groups_of_four() {
        for (text, encoded) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")]
        {
            assert_eq!(base64(text.as_bytes()), encoded);
        }
    }

    #[test]
    fn a_dynamic_reference_is_unknown_and_the_text_around_it_is_not() {
        let value = dynamic(&"{{resolve:ssm:/office}}".into(), span());
        assert!(matches!(value.kind, ValueKind::Unknown(_)));
        let value = dynamic(&"10.0.0.{{resolve:ssm:/host}}/32".into(), span());
        let ValueKind::Template(parts) = &value.kind else { panic!("{value:?}") };
        assert_eq!(parts.len(), 3);
        assert_eq!(parts[0].as_str(), Some("10.0.0."));
        assert_eq!(parts[2].as_str(), Some("/32"));
        assert_eq!(dynamic(&"{{resolve:ssm".into(), span()).as_str(), Some("{{resolve:ssm"));
    }

    #[test]
    fn a_text_that_grows_without_bound_becomes_unknown() {
        let mut text = Text::new(span());
        let block = "x".repeat(1024);
        for _ in 0..5000 {
            text.literal(&block);
        }
        assert!(text.literal.len() <= MOST);
        let value = text.finish();
        assert!(matches!(&value.unknown_cause().unwrap().cause, Cause::Limit(_)));
    }

    #[test]
    fn a_single_part_is_itself() {
        let mut text = Text::new(span());
        text.value(&Value::unknown(Cause::LookedUp("AWS::Region".into()), span()));
        assert!(matches!(text.finish().kind, ValueKind::Unknown(_)));
    }
}

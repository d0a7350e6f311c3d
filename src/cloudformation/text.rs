//! Text made of parts that may not be known.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::resource::{Cause, Marks, Origin, SENSITIVE_TEXT, Value, ValueKind};
use crate::source::Span;

/// How a dynamic reference starts: `{{resolve:ssm:/office/cidr}}`.
pub(super) const DYNAMIC: &str = "{{resolve:";

/// How a variable of `serverless.yml` that is not known starts once it is found: as a dynamic reference of a service that
/// AWS has not.
pub(super) const VARIABLE: &str = "{{resolve:serverless:";

/// A part of an inline template that the template around it makes of what is not known.
pub(super) const PUT_IN: &str = "{{resolve:sglint:put-in}}";

/// The longest text that is made, in bytes: as long as the longest template that AWS accepts.
const MOST: usize = 1024 * 1024;

/// What is said of a longer one.
pub(super) fn too_long() -> String {
    format!("the text grows longer than {MOST} bytes")
}

/// A text that is being put together.
pub(super) struct Text {
    /// Finished parts, and `literal` after them.
    parts: Vec<Value>,
    literal: String,
    /// Where `literal` is written.
    literal_span: Option<Span>,
    len: usize,
    /// Where the text is made, and the ways of the known values in it.
    origin: Origin,
    /// How many values have added their way to the origin.
    ways: usize,
}

impl Text {
    /// An empty text made by the expression at `span`.
    pub(super) fn new(span: Span) -> Self {
        Self {
            parts: Vec::new(),
            literal: String::new(),
            literal_span: None,
            len: 0,
            origin: Origin::at(span),
            ways: 0,
        }
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

    /// Adds fixed text that is written at `span`.
    pub(super) fn literal(&mut self, text: &str, span: Span) {
        self.len += text.len();
        if !self.is_full() && !text.is_empty() {
            self.literal.push_str(text);
            self.literal_span = Some(self.literal_span.map_or(span, |before| before.join(span)));
        }
    }

    /// Gives the text marks of what is in it.
    pub(super) fn mark(&mut self, marks: Marks) {
        self.origin.marks = self.origin.marks.and(marks);
    }

    /// Adds a value that is put in at `span`: its text where it has one, else the value itself as a part.
    pub(super) fn value(&mut self, value: &Value, span: Span) {
        self.mark(value.origin.marks);
        match &value.kind {
            ValueKind::Template(parts) => {
                parts.iter().for_each(|part| self.value(&value.taken(part), part.origin.written));
            }
            ValueKind::Null => {}
            ValueKind::Reference(_) | ValueKind::Unknown(_) => self.part(value.clone()),
            ValueKind::List(_) | ValueKind::Set(_) | ValueKind::Map(_) => {
                self.part(Value::unknown(Cause::Invalid(NO_TEXT.to_owned()), span));
            }
            ValueKind::String(_) | ValueKind::Number(_) | ValueKind::Bool(_) => {
                self.literal(&value.to_text().unwrap_or_default(), span);
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
            let span = self.literal_span.take().unwrap_or(self.span());
            self.parts.push(Value::string(literal, span));
        }
    }

    /// The value: a string if every part is known, the part itself if it is the only one.
    pub(super) fn finish(mut self) -> Value {
        if self.is_full() {
            return Value::unknown(Cause::Limit(too_long()), self.span());
        }
        let looks_up = self.literal.contains(DYNAMIC) || has_dynamic(&self.parts);
        if looks_up && self.origin.is_sensitive() {
            // What is looked up has the secret in its name.
            let cause = Cause::LookedUp(format!("what {SENSITIVE_TEXT} names"));
            return Value { kind: Value::unknown(cause, self.span()).kind, origin: self.origin };
        }
        if self.parts.is_empty() {
            let value = dynamic(&self.literal.into(), self.origin.written);
            return Value { kind: value.kind, origin: self.origin };
        }
        self.end_literal();
        let parts = std::mem::take(&mut self.parts);
        self.parts = if has_dynamic(&parts) { resolved(&parts) } else { parts };
        if self.parts.len() == 1 {
            return self.parts.swap_remove(0);
        }
        Value { kind: ValueKind::Template(self.parts.into()), origin: self.origin }
    }
}

const NO_TEXT: &str = "a list or mapping stands where a text must stand";

/// A text in which each dynamic reference is unknown: AWS puts in what it finds when it deploys, be it from the
/// parameter store (`ssm`, `ssm-secure`) or from the secrets manager (`secretsmanager`).
pub(super) fn dynamic(text: &Arc<str>, span: Span) -> Value {
    let whole = Value::string(Arc::clone(text), span);
    let part = |start: usize, end: usize| {
        let place = within(span, text.len(), start, end).unwrap_or(span);
        (text[start..end].to_owned(), place)
    };
    let mut made = Text::new(span);
    let mut at = 0;
    while let Some(start) = text[at..].find(DYNAMIC).map(|found| at + found) {
        let Some(length) = text[start..].find("}}") else { break };
        let (before, place) = part(at, start);
        made.literal(&before, place);
        at = start + length + "}}".len();
        let (reference, place) = part(start, at);
        let looked_up = match reference.strip_prefix(VARIABLE) {
            Some(variable) => format!("variable {}", variable.trim_end_matches('}')),
            None if reference == PUT_IN => "what the template around puts in".to_owned(),
            None => reference,
        };
        made.part(Value::unknown(Cause::LookedUp(looked_up), place));
    }
    if made.parts.is_empty() {
        return whole;
    }
    let (rest, place) = part(at, text.len());
    made.literal(&rest, place);
    made.finish()
}

fn has_dynamic(parts: &[Value]) -> bool {
    parts.iter().any(|part| part.as_str().is_some_and(|text| text.contains(DYNAMIC)))
}

/// Parts of a text, where what stands between `{{resolve:` and `}}` is looked up as a whole, even if its own parts
/// are not known.
fn resolved(parts: &[Value]) -> Vec<Value> {
    let mut found = Vec::new();
    let mut open: Option<(String, Span)> = None;
    for part in parts {
        let Some(text) = part.as_str() else {
            match &mut open {
                Some((name, _)) => name.push_str(&shown(part)),
                None => found.push(part.clone()),
            }
            continue;
        };
        let mut rest = text;
        if let Some((mut name, span)) = open.take() {
            let Some((end, after)) = rest.split_once("}}") else {
                name.push_str(rest);
                open = Some((name, span));
                continue;
            };
            found.push(Value::unknown(Cause::LookedUp(format!("{name}{end}}}}}")), span));
            rest = after;
        }
        let closed = rest.rfind("}}").unwrap_or(0);
        let start = rest.rfind(DYNAMIC).filter(|&start| start >= closed);
        let (before, after) = rest.split_at(start.unwrap_or(rest.len()));
        if !before.is_empty() {
            let value = Value { kind: ValueKind::String(before.into()), origin: part.origin.clone() };
            match dynamic(&before.into(), part.origin.written).kind {
                ValueKind::Template(parts) => found.extend(parts.iter().cloned()),
                ValueKind::Unknown(unknown) => {
                    found.push(Value { kind: ValueKind::Unknown(unknown), origin: part.origin.clone() });
                }
                _ => found.push(value),
            }
        }
        if !after.is_empty() {
            open = Some((after.to_owned(), part.origin.written));
        }
    }
    // What is never closed is text.
    found.extend(open.map(|(name, span)| Value::string(name, span)));
    found
}

/// The elements of a text with commas, each at its own place. An empty text has one, which is empty: so does
/// CloudFormation read it (issue 102 of aws-cloudformation/cfn-language-discussion).
pub(super) fn elements(text: &str, span: Span) -> Vec<Value> {
    let mut at = 0;
    let element = |element: &str| {
        let start = at + element.len() - element.trim_start().len();
        at += element.len() + ",".len();
        let element = element.trim();
        let place = within(span, text.len(), start, start + element.len());
        Value::string(element, place.unwrap_or(span))
    };
    text.split(',').map(element).collect()
}

/// The place of a part of a text, where the text is written at `span` as it is, in quotes or without. `None` where
/// escapes, folding or indentation come between. `length` is that of the whole text, in bytes.
pub(super) fn within(span: Span, length: usize, start: usize, end: usize) -> Option<Span> {
    let written = (span.end - span.start) as usize;
    let quote = match written.checked_sub(length)? {
        0 => 0,
        2 => 1,
        _ => return None,
    };
    let base = span.start as usize + quote;
    Some(Span::new(span.file, base + start, base + end))
}

/// The elements of a comma-separated text, without the blanks around them.
pub(super) fn split_list(value: &Value) -> Vec<Value> {
    separated(value, ",", str::trim)
}

/// The pieces of a text between delimiters.
pub(super) fn split(value: &Value, delimiter: &str) -> Vec<Value> {
    separated(value, delimiter, |piece| piece)
}

/// What a delimiter separates. A part that is not known may hold it, too: the element that it is in stands for any
/// number of elements.
fn separated(value: &Value, delimiter: &str, stripped: fn(&str) -> &str) -> Vec<Value> {
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
        for (index, piece) in text.split(delimiter).map(stripped).enumerate() {
            if index > 0 {
                elements.push(Vec::new());
            }
            if !piece.is_empty() {
                let piece = Value { kind: ValueKind::String(piece.into()), origin: part.origin.clone() };
                elements.last_mut().into_iter().for_each(|element| element.push(piece.clone()));
            }
        }
    }
    let element = |mut parts: Vec<Value>| {
        if let Some(open) = parts.iter().find_map(|part| open_to(part, delimiter)) {
            return open.several();
        }
        match parts.len() {
            0 => Value { kind: ValueKind::String("".into()), origin: value.origin.clone() },
            1 => parts.swap_remove(0),
            _ => Value { kind: ValueKind::Template(parts.into()), origin: value.origin.clone() },
        }
    };
    elements.into_iter().map(element).collect()
}

/// A part of a text that may hold a delimiter, as an unknown value. Ids, names and ARNs hold no comma, but the output of
/// another stack may be a list.
fn open_to(part: &Value, delimiter: &str) -> Option<Value> {
    let kind = match &part.kind {
        ValueKind::Unknown(_) => part.kind.clone(),
        ValueKind::Reference(reference)
            if !delimiter.contains(',') || reference.attribute.starts_with("Outputs.") =>
        {
            Value::unknown(Cause::of_reference(reference), part.origin.written).kind
        }
        _ => return None,
    };
    Some(Value { kind, origin: part.origin.clone() })
}

/// A value as a person reads it in a message: parts that are not known are named, not guessed, and a sensitive one is
/// not told.
pub(super) fn shown(value: &Value) -> String {
    match &value.kind {
        _ if value.is_sensitive() => SENSITIVE_TEXT.to_owned(),
        ValueKind::Template(parts) => parts.iter().map(shown).collect(),
        ValueKind::Reference(reference) => format!("${{{reference}}}"),
        ValueKind::Unknown(_) => "…".to_owned(),
        _ => value.to_text().map_or_else(|| "…".to_owned(), |text| text.to_string()),
    }
}

/// The bytes in base 64, with padding (RFC 4648, section 4).
pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::Reference;
    use crate::source::SourceMap;

    fn span() -> Span {
        SourceMap::new("/").add("t", "").whole()
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
    fn a_dynamic_reference_is_looked_up_whatever_its_name_is_made_of() {
        let mut text = Text::new(span());
        for part in ["a {{resolve:ssm:/", "?", "/x}} b {{resolve:ssm:/y}} {{resolve:", "?", ":z}}", "?", " c"]
        {
            match part {
                "?" => text.value(&Value::unknown(Cause::LookedUp("AWS::Region".into()), span()), span()),
                _ => text.literal(part, span()),
            }
        }
        let ValueKind::Template(parts) = text.finish().kind else { panic!("a text") };
        let shown: Vec<_> = parts
            .iter()
            .map(|part| match &part.kind {
                ValueKind::Unknown(unknown) => format!("?{}", unknown.cause),
                _ => part.to_text().unwrap().to_string(),
            })
            .collect();
        let expected = [
            "a ",
            "?{{resolve:ssm:/…/x}} is looked up when deployed",
            " b ",
            "?{{resolve:ssm:/y}} is looked up when deployed",
            " ",
            "?{{resolve:…:z}} is looked up when deployed",
            "?AWS::Region is looked up when deployed",
            " c",
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_text_that_grows_without_bound_becomes_unknown() {
        let mut text = Text::new(span());
        let block = "x".repeat(1024);
        for _ in 0..5000 {
            text.literal(&block, span());
        }
        assert!(text.literal.len() <= MOST);
        let value = text.finish();
        assert!(matches!(&value.unknown_cause().unwrap().cause, Cause::Limit(_)));
    }

    #[test]
    fn a_list_in_a_text_is_split_around_what_is_not_known() {
        let unknown = || Value::unknown(Cause::LookedUp("ssm".into()), span());
        let literal = |text: &str| Value::string(text, span());
        let parts = [literal("a, b,"), unknown(), literal(" ,c"), unknown(), literal("d")];
        let template = Value::new(ValueKind::Template(parts.to_vec().into()), span());
        let items = split_list(&template);
        let shown: Vec<_> = items.iter().map(shown).collect();
        assert_eq!(shown, ["a", "b", "…", "…"]);
        let several: Vec<_> = items.iter().map(Value::is_several).collect();
        assert_eq!(several, [false, false, true, true]);
        assert_eq!(split_list(&literal("")).len(), 1, "CloudFormation has an empty element there");
        assert_eq!(split_list(&literal("a,,b")).len(), 3);
    }

    #[test]
    fn a_reference_is_one_element_where_it_cannot_hold_the_delimiter() {
        let reference = |attribute: &str| {
            let reference = Reference { address: "Web".into(), attribute: attribute.into() };
            Value::new(ValueKind::Reference(Arc::new(reference)), span())
        };
        let list = |attribute: &str, delimiter: &str| {
            let parts = [Value::string(format!("a{delimiter}"), span()), reference(attribute)];
            let list = Value::new(ValueKind::Template(parts.to_vec().into()), span());
            split(&list, delimiter)
        };
        assert!(matches!(list("GroupId", ",")[1].kind, ValueKind::Reference(_)));
        assert!(list("GroupId", "-")[1].is_several());
        assert!(list("Outputs.Groups", ",")[1].is_several());
        assert_eq!(split(&Value::string("a, b", span()), ",")[1].as_str(), Some(" b"), "blanks stay");
    }

    #[test]
    fn a_text_with_a_secret_in_it_is_one() {
        let secret = |text: &str| Value::string(text, span()).marked(Marks::SENSITIVE);
        let mut text = Text::new(span());
        text.literal("10.0.0.0/", span());
        text.value(&secret("8"), span());
        let value = text.finish();
        assert!(value.is_sensitive() && value.as_str() == Some("10.0.0.0/8"));
        assert_eq!(shown(&value), SENSITIVE_TEXT);
        let mut text = Text::new(span());
        text.literal("{{resolve:ssm:/", span());
        text.value(&secret("hush"), span());
        text.literal("}}", span());
        assert!(!text.finish().unknown_cause().unwrap().cause.to_string().contains("hush"));
    }

    #[test]
    fn a_single_part_is_itself() {
        let mut text = Text::new(span());
        text.value(&Value::unknown(Cause::LookedUp("AWS::Region".into()), span()), span());
        assert!(matches!(text.finish().kind, ValueKind::Unknown(_)));
    }
}

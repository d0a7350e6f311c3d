//! Templates: text with interpolations and directives.

use super::decision::Answers;
use super::evaluate::Evaluator;
use super::functions;
use super::operators::{invalid, truth};
use super::order;
use super::scope::{Binding, BoundBy, Names, Scope};
use crate::resource::{Cause, Marks, Value, ValueKind};
use crate::source::Span;
use crate::syntax::hcl::TemplatePart;

/// The longest text a template may make, in bytes.
const MAX_TEXT: usize = 4 * 1024 * 1024;
/// What a part that is not known counts, in bytes.
const OPEN_PART: usize = 256;

impl Evaluator<'_> {
    /// Evaluates a template. One that is nothing but an interpolation is that value, not text.
    pub(super) fn template(&self, parts: &[TemplatePart], span: Span, scope: Scope<'_>) -> Value {
        if let [TemplatePart::Interpolation(only)] = parts {
            return self.evaluate(only, scope);
        }
        let mut text = Text::default();
        if let Err(failed) = self.append(parts, scope, &mut text) {
            // A limit that is reached here is told here; one that a part brings along was told there.
            return match failed.unknown_cause() {
                Some(unknown) if span.contains(unknown.at) => match &unknown.cause {
                    Cause::Limit(message) => self.refused(unknown.at, message),
                    _ => failed,
                },
                _ => failed,
            };
        }
        self.kept(text.into_value(span), span)
    }

    fn append(&self, parts: &[TemplatePart], scope: Scope<'_>, text: &mut Text) -> Result<(), Value> {
        for part in parts {
            match part {
                TemplatePart::Literal { text: literal, span } => text.push_str(literal, *span)?,
                TemplatePart::Interpolation(expr) => text.push(self.evaluate(expr, scope), expr.span)?,
                TemplatePart::If { condition, then, otherwise } => {
                    let worthwhile = match (then.is_empty(), otherwise.is_empty()) {
                        (true, _) => Answers::only(false),
                        (_, true) => Answers::only(true),
                        _ => Answers::BOTH,
                    };
                    let value = self.condition(condition, scope, worthwhile);
                    text.mark(&value);
                    match truth(&value) {
                        Some(true) => self.append(then, scope, text)?,
                        Some(false) => self.append(otherwise, scope, text)?,
                        None => text.push(undecided(&value, condition.span)?, condition.span)?,
                    }
                }
                TemplatePart::For { key, value, collection, body } => {
                    let outer = self.begin_trace();
                    let collected = self.evaluate(collection, scope);
                    let trace = self.end_trace(outer);
                    text.mark(&collected);
                    let Some(elements) = self.iterate(&collected) else {
                        text.push(undecided(&collected, collection.span)?, collection.span)?;
                        continue;
                    };
                    for (element_key, element) in elements {
                        let key_name = Names::One(key.as_deref().unwrap_or_default(), element_key.clone());
                        let key_binding = Binding { trace, ..Binding::fixed(key_name, scope.bindings) };
                        let binding = Binding {
                            names: Names::One(value, element),
                            trace,
                            by: BoundBy::Element(collection, &element_key),
                            outer: Some(&key_binding),
                        };
                        self.append(body, scope.with(&binding), text)?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// The unknown text that a directive makes whose condition or collection is not known.
fn undecided(value: &Value, span: Span) -> Result<Value, Value> {
    order::unknown_content(value, span)
        .ok_or_else(|| invalid("the directive needs another type of value", span))
}

/// A text that grows; its unknown parts are kept as they are.
#[derive(Default)]
struct Text {
    /// What precedes `pending`.
    parts: Vec<Value>,
    /// Known text after the last unknown part.
    pending: String,
    bytes: usize,
    /// The marks of all that it was made from.
    marks: Marks,
}

impl Text {
    fn mark(&mut self, value: &Value) {
        self.marks = self.marks.and(value.origin.marks);
    }

    fn push_str(&mut self, more: &str, span: Span) -> Result<(), Value> {
        self.grow(more.len(), span)?;
        self.pending.push_str(more);
        Ok(())
    }

    fn grow(&mut self, bytes: usize, span: Span) -> Result<(), Value> {
        self.bytes += bytes;
        if self.bytes > MAX_TEXT {
            return Err(Value::unknown(Cause::Limit("the text grows too long".to_owned()), span));
        }
        Ok(())
    }

    fn push(&mut self, value: Value, span: Span) -> Result<(), Value> {
        self.mark(&value);
        if let Some(text) = value.to_text() {
            return self.push_str(&text, span);
        }
        match &value.kind {
            ValueKind::Template(parts) => {
                parts.iter().try_for_each(|part| self.push(value.taken(part), span))
            }
            // What was too much once would only grow again.
            ValueKind::Unknown(unknown) if matches!(unknown.cause, Cause::Limit(_)) => Err(value),
            ValueKind::Reference(_) | ValueKind::Unknown(_) => {
                self.grow(OPEN_PART, span)?;
                self.flush(span);
                self.parts.push(value);
                Ok(())
            }
            ValueKind::Null => Err(invalid("the interpolated value is null", span)),
            _ => Err(invalid("the interpolated value is not text", span)),
        }
    }

    fn flush(&mut self, span: Span) {
        if !self.pending.is_empty() {
            self.parts.push(Value::string(std::mem::take(&mut self.pending), span));
        }
    }

    fn into_value(mut self, span: Span) -> Value {
        let marks = self.marks;
        if self.parts.is_empty() {
            return Value::string(functions::composed(self.pending.into()), span).marked(marks);
        }
        self.flush(span);
        Value::new(ValueKind::Template(self.parts.into()), span).marked(marks)
    }
}

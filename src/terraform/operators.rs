//! Terraform's operators on values that may be unknown.

use std::borrow::Cow;

use super::order::{self, unknown_content};
use super::types;
use crate::resource::{Cause, Number, NumberError, Value, ValueKind};
use crate::source::Span;
use crate::syntax::hcl::{BinaryOp, UnaryOp};

/// `!a`, `-a`.
pub(super) fn unary(op: UnaryOp, operand: &Value, span: Span) -> Value {
    let value = match op {
        UnaryOp::Not => match truth(operand) {
            Some(value) => Value::new(ValueKind::Bool(!value), span),
            None => unknown_or_invalid(operand, "! needs true or false", span),
        },
        UnaryOp::Negate => match number(operand) {
            Some(value) => Value::new(ValueKind::Number(value.negated()), span),
            None => unknown_or_invalid(operand, "- needs a number", span),
        },
    };
    value.marked(operand.origin.marks)
}

/// An operator whose operands are both evaluated. A mark on either marks the result; for a comparison, also one on a
/// part of either.
pub(super) fn binary(op: BinaryOp, left: &Value, right: &Value, span: Span) -> Value {
    let value = unmarked(op, left, right, span);
    match op {
        BinaryOp::Equal | BinaryOp::NotEqual => value.marked(left.marks_within().and(right.marks_within())),
        _ => value.marked(left.origin.marks.and(right.origin.marks)),
    }
}

fn unmarked(op: BinaryOp, left: &Value, right: &Value, span: Span) -> Value {
    match op {
        BinaryOp::And | BinaryOp::Or => logical(op, left, right, span),
        BinaryOp::Equal | BinaryOp::NotEqual => {
            match order::equal(left, right) {
                Some(same) => Value::new(ValueKind::Bool(same == (op == BinaryOp::Equal)), span),
                None => unknown_content(left, span).or_else(|| unknown_content(right, span)).unwrap_or_else(
                    || Value::unknown(Cause::Computed("a part of the comparison".to_owned()), span),
                ),
            }
        }
        _ => {
            let (Some(left_number), Some(right_number)) = (number(left), number(right)) else {
                let not_number = if number(left).is_none() { left } else { right };
                return unknown_or_invalid(not_number, "the operator needs numbers", span);
            };
            numeric(op, &left_number, &right_number, span)
        }
    }
}

fn numeric(op: BinaryOp, left: &Number, right: &Number, span: Span) -> Value {
    let truth = |value| Value::new(ValueKind::Bool(value), span);
    let result = match op {
        BinaryOp::Add => left.plus(right),
        BinaryOp::Subtract => left.minus(right),
        BinaryOp::Multiply => left.times(right),
        BinaryOp::Divide => left.over(right),
        BinaryOp::Modulo => left.modulo(right),
        BinaryOp::Less => return truth(left < right),
        BinaryOp::LessOrEqual => return truth(left <= right),
        BinaryOp::Greater => return truth(left > right),
        _ => return truth(left >= right),
    };
    match result {
        Ok(number) => Value::new(ValueKind::Number(number), span),
        Err(NumberError::Undefined) => invalid("the result is not a number", span),
        Err(NumberError::TooLarge) => {
            Value::unknown(Cause::Limit("the number grows too long".to_owned()), span)
        }
    }
}

/// `&&` and `||`: one known operand that decides makes an unknown one irrelevant. The caller has seen to it that
/// the left one alone does not decide.
fn logical(op: BinaryOp, left: &Value, right: &Value, span: Span) -> Value {
    const MESSAGE: &str = "the operator needs true or false on both sides";
    let decides = op == BinaryOp::Or;
    match (truth(left), truth(right)) {
        (Some(left), Some(right)) => {
            Value::new(ValueKind::Bool(if decides { left || right } else { left && right }), span)
        }
        (None, Some(right)) if right == decides && unknown_content(left, span).is_some() => {
            Value::new(ValueKind::Bool(decides), span)
        }
        (None, _) => unknown_or_invalid(left, MESSAGE, span),
        (Some(_), None) => unknown_or_invalid(right, MESSAGE, span),
    }
}

/// A truth value, also from text as Terraform converts it.
pub(super) fn truth(value: &Value) -> Option<bool> {
    match &value.kind {
        ValueKind::Bool(value) => Some(*value),
        ValueKind::String(text) => types::bool_of(text).ok(),
        _ => None,
    }
}

fn number(value: &Value) -> Option<Number> {
    match &value.kind {
        ValueKind::Number(number) => Some(number.clone()),
        ValueKind::String(text) => Number::converted(text),
        _ => None,
    }
}

/// What an operand that cannot be used makes of the result: unknown for its own reason if its content is not
/// known, else for being wrong.
pub(super) fn unknown_or_invalid(operand: &Value, message: &str, span: Span) -> Value {
    unknown_content(operand, span).unwrap_or_else(|| invalid(message, span))
}

/// The same where a collection is needed: a text is none, whatever is in it.
pub(super) fn unknown_or_no_collection(operand: &Value, message: &str, span: Span) -> Value {
    match operand.kind {
        ValueKind::Template(_) => invalid(message, span),
        _ => unknown_or_invalid(operand, message, span),
    }
}

/// An expression that Terraform refuses.
pub(super) fn invalid<'m>(message: impl Into<Cow<'m, str>>, span: Span) -> Value {
    Value::unknown(Cause::Invalid(message.into().into_owned()), span)
}

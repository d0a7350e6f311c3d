//! Terraform's operators on values that may be unknown.

use std::borrow::Cow;

use super::order::{self, unknown_content};
use super::types;
use crate::resource::{Cause, Number, Value, ValueKind};
use crate::source::Span;
use crate::syntax::hcl::{BinaryOp, UnaryOp};

/// `!a`, `-a`.
pub(super) fn unary(op: UnaryOp, operand: &Value, span: Span) -> Value {
    match op {
        UnaryOp::Not => match truth(operand) {
            Some(value) => Value::new(ValueKind::Bool(!value), span),
            None => unknown_or_invalid(operand, "! needs true or false", span),
        },
        UnaryOp::Negate => match number(operand) {
            Some(value) => arithmetic(-value, span),
            None => unknown_or_invalid(operand, "- needs a number", span),
        },
    }
}

/// An operator whose operands are both evaluated.
pub(super) fn binary(op: BinaryOp, left: &Value, right: &Value, span: Span) -> Value {
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
            numeric(op, left_number, right_number, span)
        }
    }
}

fn numeric(op: BinaryOp, left: f64, right: f64, span: Span) -> Value {
    let truth = |value| Value::new(ValueKind::Bool(value), span);
    match op {
        BinaryOp::Add => arithmetic(left + right, span),
        BinaryOp::Subtract => arithmetic(left - right, span),
        BinaryOp::Multiply => arithmetic(left * right, span),
        BinaryOp::Divide => arithmetic(left / right, span),
        // Terraform's remainder of a division by zero is the dividend.
        BinaryOp::Modulo if right == 0.0 => arithmetic(left, span),
        BinaryOp::Modulo => arithmetic(left % right, span),
        BinaryOp::Less => truth(left < right),
        BinaryOp::LessOrEqual => truth(left <= right),
        BinaryOp::Greater => truth(left > right),
        _ => truth(left >= right),
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

fn number(value: &Value) -> Option<f64> {
    match &value.kind {
        ValueKind::Number(number) => Some(number.as_f64()),
        ValueKind::String(text) => Number::parse(text).map(Number::as_f64),
        _ => None,
    }
}

fn arithmetic(result: f64, span: Span) -> Value {
    match Number::from_f64(result) {
        Some(number) => Value::new(ValueKind::Number(number), span),
        None => invalid("the result is not a number", span),
    }
}

/// What an operand that cannot be used makes of the result: unknown for its own reason if its content is not
/// known, else for being wrong.
pub(super) fn unknown_or_invalid(operand: &Value, message: &str, span: Span) -> Value {
    unknown_content(operand, span).unwrap_or_else(|| invalid(message, span))
}

/// An expression that Terraform refuses.
pub(super) fn invalid<'m>(message: impl Into<Cow<'m, str>>, span: Span) -> Value {
    Value::unknown(Cause::Invalid(message.into().into_owned()), span)
}

//! Terraform's operators on values that may be unknown.

use crate::resource::{Cause, Number, Value, ValueKind};
use crate::source::Span;
use crate::syntax::hcl::{BinaryOp, UnaryOp};

/// `!a`, `-a`.
pub(super) fn unary(op: UnaryOp, operand: &Value, span: Span) -> Value {
    if let Some(unknown) = unknown(operand, span) {
        return unknown;
    }
    match op {
        UnaryOp::Not => match operand.as_bool() {
            Some(value) => Value::new(ValueKind::Bool(!value), span),
            None => invalid("! needs true or false", span),
        },
        UnaryOp::Negate => match number(operand) {
            Some(value) => arithmetic(-value, span),
            None => invalid("- needs a number", span),
        },
    }
}

/// An operator whose operands are both evaluated.
pub(super) fn binary(op: BinaryOp, left: &Value, right: &Value, span: Span) -> Value {
    match op {
        BinaryOp::And | BinaryOp::Or => logical(op, left, right, span),
        BinaryOp::Equal | BinaryOp::NotEqual => match equal(left, right) {
            Some(same) => Value::new(ValueKind::Bool(same == (op == BinaryOp::Equal)), span),
            None => unknown(left, span).or_else(|| unknown(right, span)).unwrap_or_else(|| {
                Value::unknown(Cause::Computed("a part of the comparison".to_owned()), span)
            }),
        },
        _ => {
            if let Some(unknown) = unknown(left, span).or_else(|| unknown(right, span)) {
                return unknown;
            }
            let (Some(left), Some(right)) = (number(left), number(right)) else {
                return invalid("the operator needs numbers", span);
            };
            let truth = |value| Value::new(ValueKind::Bool(value), span);
            match op {
                BinaryOp::Add => arithmetic(left + right, span),
                BinaryOp::Subtract => arithmetic(left - right, span),
                BinaryOp::Multiply => arithmetic(left * right, span),
                BinaryOp::Divide => arithmetic(left / right, span),
                BinaryOp::Modulo => arithmetic(left % right, span),
                BinaryOp::Less => truth(left < right),
                BinaryOp::LessOrEqual => truth(left <= right),
                BinaryOp::Greater => truth(left > right),
                _ => truth(left >= right),
            }
        }
    }
}

/// `&&` and `||`: one known operand that decides makes the other irrelevant.
fn logical(op: BinaryOp, left: &Value, right: &Value, span: Span) -> Value {
    let decides = op == BinaryOp::Or;
    for operand in [left, right] {
        if operand.as_bool() == Some(decides) {
            return Value::new(ValueKind::Bool(decides), span);
        }
    }
    if let Some(unknown) = unknown(left, span).or_else(|| unknown(right, span)) {
        return unknown;
    }
    match (left.as_bool(), right.as_bool()) {
        (Some(_), Some(_)) => Value::new(ValueKind::Bool(!decides), span),
        _ => invalid("the operator needs true or false on both sides", span),
    }
}

/// Whether two values are equal, if that can be told. Values of different types are not (no conversion).
pub(super) fn equal(left: &Value, right: &Value) -> Option<bool> {
    use ValueKind as Kind;
    match (&left.kind, &right.kind) {
        (Kind::Unknown(_), _) | (_, Kind::Unknown(_)) => None,
        (Kind::Null, Kind::Null) => Some(true),
        (Kind::Null, _) | (_, Kind::Null) => Some(false),
        (Kind::Reference(left), Kind::Reference(right)) => (left == right).then_some(true),
        (Kind::Reference(_) | Kind::Template(_), _) | (_, Kind::Reference(_) | Kind::Template(_)) => None,
        (Kind::Bool(left), Kind::Bool(right)) => Some(left == right),
        (Kind::Number(left), Kind::Number(right)) => Some(left == right),
        (Kind::String(left), Kind::String(right)) => Some(left == right),
        (Kind::List(left), Kind::List(right)) | (Kind::Set(left), Kind::Set(right)) => {
            all_equal(left.len() == right.len(), left.iter().zip(right.iter()))
        }
        (Kind::Map(left), Kind::Map(right)) => {
            all_equal(left.keys().eq(right.keys()), left.values().zip(right.values()))
        }
        _ => Some(false),
    }
}

fn all_equal<'v>(same_shape: bool, mut pairs: impl Iterator<Item = (&'v Value, &'v Value)>) -> Option<bool> {
    if !same_shape {
        return Some(false);
    }
    let mut unknown = false;
    let differs = pairs.any(|(left, right)| {
        let same = equal(left, right);
        unknown |= same.is_none();
        same == Some(false)
    });
    if differs { Some(false) } else { (!unknown).then_some(true) }
}

/// The unknown that an operand makes of the result, if its content is needed and not known.
pub(super) fn unknown(operand: &Value, span: Span) -> Option<Value> {
    match &operand.kind {
        ValueKind::Reference(reference) => Some(Value::unknown(Cause::of_reference(reference), span)),
        _ => operand
            .unknown_cause()
            .map(|unknown| Value::new(ValueKind::Unknown(std::sync::Arc::clone(unknown)), span))
            .or_else(|| match &operand.kind {
                ValueKind::Template(_) => {
                    Some(Value::unknown(Cause::Computed("a part of the text".to_owned()), span))
                }
                _ => None,
            }),
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

fn invalid(message: &str, span: Span) -> Value {
    Value::unknown(Cause::Invalid(message.to_owned()), span)
}

//! A small evaluator, so that tests can be written in Terraform's own language.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Call;
use crate::resource::{Cause, Reference, Value, ValueKind};
use crate::source::SourceMap;
use crate::syntax::hcl::{Expr, ExprKind, TemplatePart, UnaryOp, parse_expression};

/// A value of an expression made of literals, calls, and three variables: `unknown`, `web` (the id of a security
/// group) and `net` (a VPC itself); `None` for what only the evaluator does.
pub(in crate::terraform) fn evaluate(expr: &Expr) -> Option<Value> {
    let kind = match &expr.kind {
        ExprKind::Null => ValueKind::Null,
        ExprKind::Bool(flag) => ValueKind::Bool(*flag),
        ExprKind::Number(number) => ValueKind::Number(number.clone()),
        ExprKind::String(text) => ValueKind::String(Arc::clone(text)),
        ExprKind::List(items) => ValueKind::List(Arc::new(evaluate_all(items)?)),
        ExprKind::Object(items) => {
            let mut entries = BTreeMap::new();
            for item in items {
                entries.insert(evaluate(&item.key)?.to_text()?, evaluate(&item.value)?);
            }
            ValueKind::Map(Arc::new(entries))
        }
        ExprKind::Unary(UnaryOp::Negate, operand) => {
            let ValueKind::Number(number) = evaluate(operand)?.kind else { return None };
            ValueKind::Number(number.negated())
        }
        ExprKind::Call { name, arguments, expand_last, .. } => {
            let mut values = evaluate_all(arguments)?;
            if *expand_last {
                let last = values.pop()?;
                values.extend(last.members());
            }
            let spans: Vec<_> = arguments.iter().map(|argument| argument.span).collect();
            let call = Call { name, span: expr.span, arguments: &values, argument_spans: &spans };
            return Some(super::call(&call).unwrap_or_else(|| {
                Value::unknown(Cause::Invalid(format!("no function {name}")), expr.span)
            }));
        }
        ExprKind::Variable(name) => match &**name {
            "unknown" => {
                return Some(Value::unknown(Cause::InputWithoutValue("var.x".to_owned()), expr.span));
            }
            "web" => ValueKind::Reference(Arc::new(Reference {
                address: "aws_security_group.web".into(),
                attribute: "id".into(),
            })),
            "net" => ValueKind::Reference(Arc::new(Reference {
                address: "aws_vpc.net".into(),
                attribute: "".into(),
            })),
            _ => return None,
        },
        ExprKind::Template(parts) => {
            let parts = parts.iter().map(|part| match part {
                TemplatePart::Literal { text, span } => Some(Value::string(Arc::clone(text), *span)),
                TemplatePart::Interpolation(expr) => evaluate(expr),
                _ => None,
            });
            ValueKind::Template(parts.collect::<Option<Vec<_>>>()?.into())
        }
        _ => return None,
    };
    Some(Value::new(kind, expr.span))
}

fn evaluate_all(exprs: &[Expr]) -> Option<Vec<Value>> {
    exprs.iter().map(evaluate).collect()
}

/// The value of an expression as a text: references in angle brackets, the cause of what is unknown after a
/// question mark, sets in braces.
pub(super) fn shown(expression: &str) -> String {
    show(&value_of(expression).0)
}

/// Where each element of the resulting list was written, in the expression itself.
pub(super) fn written(expression: &str) -> Vec<String> {
    let (value, map) = value_of(expression);
    value.members().iter().map(|member| map.text(member.origin.written)).collect()
}

/// Where the result was written.
pub(super) fn written_at(expression: &str) -> String {
    let (value, map) = value_of(expression);
    map.text(value.origin.written)
}

fn value_of(expression: &str) -> (Value, SourceMap) {
    let map = SourceMap::new("/");
    let parsed = parse_expression(&map.add("expression", expression)).unwrap();
    (evaluate(&parsed).unwrap(), map)
}

pub(in crate::terraform) fn show(value: &Value) -> String {
    let all = |items: &[Value]| items.iter().map(show).collect::<Vec<_>>().join(", ");
    match &value.kind {
        ValueKind::Null => "null".to_owned(),
        ValueKind::Bool(flag) => flag.to_string(),
        ValueKind::Number(number) => number.to_string(),
        ValueKind::String(text) => format!("{text:?}"),
        ValueKind::Template(parts) => format!("template({})", all(parts)),
        ValueKind::List(items) => format!("[{}]", all(items)),
        ValueKind::Set(items) => format!("{{{}}}", all(items)),
        ValueKind::Map(entries) => {
            let entries: Vec<_> =
                entries.iter().map(|(key, entry)| format!("{key} = {}", show(entry))).collect();
            format!("{{{}}}", entries.join(", "))
        }
        ValueKind::Reference(reference) => format!("<{reference}>"),
        ValueKind::Unknown(unknown) => format!("?{}", unknown.cause),
    }
}

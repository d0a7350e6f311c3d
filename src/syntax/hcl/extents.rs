//! The nodes that a comment can stand at.

use super::ast::{Body, Expr, ExprKind, StepKind, TemplatePart};
use crate::syntax::comment::Extent;

/// Every attribute, block, list element and object item of a body, at any depth, parents before children.
pub fn extents(body: &Body) -> Vec<Extent> {
    let mut found = Vec::new();
    in_body(body, &mut found);
    found
}

fn in_body(body: &Body, found: &mut Vec<Extent>) {
    for attribute in &body.attributes {
        found.push(Extent { span: attribute.span, head: attribute.key });
        in_expr(&attribute.value, found);
    }
    for block in &body.blocks {
        found.push(Extent { span: block.span, head: block.head });
        in_body(&block.body, found);
    }
}

fn in_expr(expr: &Expr, found: &mut Vec<Extent>) {
    match &expr.kind {
        ExprKind::Null
        | ExprKind::Bool(_)
        | ExprKind::Number(_)
        | ExprKind::String(_)
        | ExprKind::Variable(_) => {}
        ExprKind::List(elements) => {
            for element in elements {
                found.push(Extent { span: element.span, head: element.span });
                in_expr(element, found);
            }
        }
        ExprKind::Object(items) => {
            for item in items {
                found.push(Extent { span: item.key.span.join(item.value.span), head: item.key.span });
                in_expr(&item.key, found);
                in_expr(&item.value, found);
            }
        }
        ExprKind::Template(parts) => in_parts(parts, found),
        ExprKind::Traversal { base, steps } => {
            in_expr(base, found);
            for step in steps {
                if let StepKind::Index(index) = &step.kind {
                    in_expr(index, found);
                }
            }
        }
        ExprKind::Call { arguments, .. } => {
            for argument in arguments {
                in_expr(argument, found);
            }
        }
        ExprKind::Conditional { condition, then, otherwise } => {
            for part in [condition, then, otherwise] {
                in_expr(part, found);
            }
        }
        ExprKind::Unary(_, operand) | ExprKind::Parenthesis(operand) => in_expr(operand, found),
        ExprKind::Binary(left, _, right) => {
            in_expr(left, found);
            in_expr(right, found);
        }
        ExprKind::For(expr) => {
            let parts =
                [Some(&expr.collection), expr.key.as_ref(), Some(&expr.value), expr.condition.as_ref()];
            for part in parts.into_iter().flatten() {
                in_expr(part, found);
            }
        }
    }
}

fn in_parts(parts: &[TemplatePart], found: &mut Vec<Extent>) {
    for part in parts {
        match part {
            TemplatePart::Literal { .. } => {}
            TemplatePart::Interpolation(expr) => in_expr(expr, found),
            TemplatePart::If { condition, then, otherwise } => {
                in_expr(condition, found);
                in_parts(then, found);
                in_parts(otherwise, found);
            }
            TemplatePart::For { collection, body, .. } => {
                in_expr(collection, found);
                in_parts(body, found);
            }
        }
    }
}

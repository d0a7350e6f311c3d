//! Expressions to values.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::decision::{Answers, Question, worthwhile};
use super::evaluate::Evaluator;
use super::operators::{self, invalid, truth, unknown_or_invalid, unknown_or_no_collection};
use super::scope::{Binding, BoundBy, Names, Scope};
use super::trace::Trace;
use super::{functions, order, types};
use crate::resource::{Cause, Marks, Number, Reference, StepKind, Value, ValueKind};
use crate::source::Span;
use crate::syntax::hcl::{BinaryOp, Expr, ExprKind, ForExpr, ObjectItem, Step, StepKind as StepName};

/// The largest branch of a conditional, in parts, that is converted to the other branch's type.
const MAX_UNIFIED: usize = 1000;

impl Evaluator<'_> {
    /// Evaluates an expression. An error of Terraform's is an unknown value with that cause.
    pub(super) fn evaluate(&self, expr: &Expr, scope: Scope<'_>) -> Value {
        match &expr.kind {
            ExprKind::Null => Value::null(expr.span),
            ExprKind::Bool(value) => Value::new(ValueKind::Bool(*value), expr.span),
            ExprKind::Number(number) => Value::new(ValueKind::Number(number.clone()), expr.span),
            ExprKind::String(text) => Value::string(functions::composed(Arc::clone(text)), expr.span),
            _ => self.bounded(expr.span, || self.compound(expr, scope)),
        }
    }

    fn compound(&self, expr: &Expr, scope: Scope<'_>) -> Value {
        let span = expr.span;
        match &expr.kind {
            ExprKind::Template(parts) => self.template(parts, span, scope),
            ExprKind::List(items) => {
                let items = items.iter().map(|item| self.evaluate(item, scope)).collect();
                self.kept(Value::new(ValueKind::List(Arc::new(items)), span), span)
            }
            ExprKind::Object(items) => {
                let object = self.object(items, span, scope);
                self.kept(object, span)
            }
            ExprKind::Variable(name) => match scope.bound(name) {
                Some((value, trace)) => {
                    self.hangs_on(trace);
                    value.through(StepKind::Reference, span)
                }
                None => self.undeclared(name, span, std::iter::empty()),
            },
            ExprKind::Traversal { base, steps } => self.traversal(base, steps, span, scope),
            ExprKind::Call { name, arguments, expand_last, .. } => {
                let result = self.call(name, arguments, *expand_last, span, scope);
                self.kept(result, span)
            }
            ExprKind::Conditional { condition, then, otherwise } => {
                let condition = self.condition(condition, scope, worthwhile(then, otherwise));
                let value = match truth(&condition) {
                    Some(true) => self.branch(then, otherwise, scope),
                    Some(false) => self.branch(otherwise, then, scope),
                    None => self.undecided(&condition, then, otherwise, span, scope),
                };
                value.marked(condition.origin.marks)
            }
            ExprKind::Unary(op, operand) => operators::unary(*op, &self.evaluate(operand, scope), span),
            ExprKind::Binary(left, op, right) => self.binary(left, *op, right, span, scope),
            ExprKind::For(for_expr) => {
                let result = self.for_expression(for_expr, span, scope);
                self.kept(result, span)
            }
            ExprKind::Parenthesis(inner) => self.evaluate(inner, scope),
            ExprKind::Null | ExprKind::Bool(_) | ExprKind::Number(_) | ExprKind::String(_) => {
                self.evaluate(expr, scope)
            }
        }
    }

    /// A condition, which is a decision if it hangs on an input.
    pub(super) fn condition(&self, condition: &Expr, scope: Scope<'_>, worthwhile: Answers) -> Value {
        let outer = self.begin_trace();
        let value = self.evaluate(condition, scope);
        let trace = self.end_trace(outer);
        self.decided(&Question::Truth, condition, &value, trace, scope, worthwhile);
        value
    }

    /// The taken branch of a conditional, converted to the type that both share: `true ? 22 : "all"` is text.
    /// Branches without such a type, which Terraform refuses, stay as they are.
    fn branch(&self, taken: &Expr, other: &Expr, scope: Scope<'_>) -> Value {
        let value = self.evaluate(taken, scope);
        let is_literal =
            |expr: &Expr| matches!(expr.kind, ExprKind::Null | ExprKind::Bool(_) | ExprKind::Number(_));
        if is_literal(other) || !order::is_bounded(std::slice::from_ref(&value), MAX_UNIFIED) {
            return value;
        }
        let may_become_text = |kind: &ValueKind| matches!(kind, ValueKind::Bool(_) | ValueKind::Number(_));
        if !any_leaf(&value, may_become_text) {
            return value;
        }
        let other = self.evaluate(other, scope);
        let is_text = |kind: &ValueKind| matches!(kind, ValueKind::String(_) | ValueKind::Template(_));
        if !order::is_bounded(std::slice::from_ref(&other), MAX_UNIFIED)
            || !(any_leaf(&value, is_text) || any_leaf(&other, is_text))
        {
            return value;
        }
        let mut both = [value.clone(), other];
        match types::unify(both.iter_mut()) {
            Ok(()) => {
                let [converted, _] = both;
                converted
            }
            Err(_) => value,
        }
    }

    /// A conditional whose condition is not known: known only if both branches agree.
    fn undecided(
        &self,
        condition: &Value,
        then: &Expr,
        otherwise: &Expr,
        span: Span,
        scope: Scope<'_>,
    ) -> Value {
        let then = self.evaluate(then, scope);
        let otherwise = self.evaluate(otherwise, scope);
        self.budget.charge_reading(&then);
        if order::unknown_content(condition, span).is_some() && order::equal(&then, &otherwise) == Some(true)
        {
            return then;
        }
        unknown_or_invalid(condition, "the condition is neither true nor false", span)
    }

    fn binary(&self, left: &Expr, op: BinaryOp, right: &Expr, span: Span, scope: Scope<'_>) -> Value {
        let sides = [left, right];
        let left = self.evaluate(left, scope);
        let decides = match op {
            BinaryOp::And => truth(&left) == Some(false),
            BinaryOp::Or => truth(&left) == Some(true),
            _ => false,
        };
        if decides {
            return Value::new(ValueKind::Bool(op == BinaryOp::Or), span).marked(left.origin.marks);
        }
        let right = self.evaluate(right, scope);
        if matches!(op, BinaryOp::Equal | BinaryOp::NotEqual) {
            self.budget.charge_reading(&left);
            let is_whole = |value: &Value| {
                matches!(value.kind, ValueKind::List(_) | ValueKind::Set(_) | ValueKind::Map(_))
            };
            // What brackets and braces make is a tuple or an object, which equals no list, set or map.
            if is_whole(&left) && is_whole(&right) && differ_in_type(sides, scope) {
                let marks = left.marks_within().and(right.marks_within());
                return Value::new(ValueKind::Bool(op == BinaryOp::NotEqual), span).marked(marks);
            }
        }
        operators::binary(op, &left, &right, span)
    }

    fn object(&self, items: &[ObjectItem], span: Span, scope: Scope<'_>) -> Value {
        let mut entries = BTreeMap::new();
        let mut marks = Marks::NONE;
        for item in items {
            let key = self.evaluate(&item.key, scope);
            marks = marks.and(key.origin.marks);
            let Some(key_text) = key.to_text() else {
                return unknown_or_invalid(&key, "a key of the object is not text", item.key.span);
            };
            entries.insert(key_text, self.evaluate(&item.value, scope));
        }
        Value::new(ValueKind::Map(Arc::new(entries)), span).marked(marks)
    }

    /// The marks of the collection, and of the keys and conditions that decide what there is, mark the whole result.
    fn for_expression(&self, expr: &ForExpr, span: Span, scope: Scope<'_>) -> Value {
        let outer = self.begin_trace();
        let collection = self.evaluate(&expr.collection, scope);
        let trace = self.end_trace(outer);
        let mut marks = collection.origin.marks;
        let collection = (collection.without_marks(Marks::ALL), trace);
        let value = self.iterated(expr, &collection, &mut marks, span, scope);
        value.marked(marks)
    }

    fn iterated(
        &self,
        expr: &ForExpr,
        (collection, trace): &(Value, Trace),
        marks: &mut Marks,
        span: Span,
        scope: Scope<'_>,
    ) -> Value {
        let Some(elements) = self.iterate(collection) else {
            let message = "the for expression iterates something that is no collection";
            return unknown_or_no_collection(collection, message, expr.collection.span);
        };
        let mut list = Vec::new();
        let mut map: BTreeMap<Arc<str>, Value> = BTreeMap::new();
        let mut groups: BTreeMap<Arc<str>, Vec<Value>> = BTreeMap::new();
        for (key, value) in elements {
            if value.is_several() {
                // It stands for any number of results.
                if expr.key.is_some() {
                    return value;
                }
                list.push(value);
                continue;
            }
            let key_name = expr.key_var.as_deref().unwrap_or_default();
            let key_binding = Binding {
                trace: *trace,
                ..Binding::fixed(Names::One(key_name, key.clone()), scope.bindings)
            };
            let binding = Binding {
                names: Names::One(&expr.value_var, value),
                trace: *trace,
                by: BoundBy::Element(&expr.collection, &key),
                outer: Some(&key_binding),
            };
            let scope = scope.with(&binding);
            if let Some(condition) = &expr.condition {
                let kept = self.condition(condition, scope, Answers::only(true));
                *marks = marks.and(kept.origin.marks);
                match truth(&kept) {
                    Some(true) => {}
                    Some(false) => continue,
                    None => {
                        let message = "the condition is neither true nor false";
                        let unknown = unknown_or_invalid(&kept, message, condition.span);
                        if expr.key.is_some()
                            || matches!(&unknown.kind, ValueKind::Unknown(unknown) if unknown.cause.is_error())
                        {
                            return unknown;
                        }
                        // In a list, an unknown element may stand for none.
                        list.push(unknown.several());
                        continue;
                    }
                }
            }
            let Some(key_expr) = &expr.key else {
                list.push(self.evaluate(&expr.value, scope));
                continue;
            };
            let key = self.evaluate(key_expr, scope);
            *marks = marks.and(key.origin.marks);
            let Some(key_text) = key.to_text() else {
                return unknown_or_invalid(&key, "a key of the result is not text", key_expr.span);
            };
            let value = self.evaluate(&expr.value, scope);
            if expr.grouping {
                groups.entry(key_text).or_default().push(value);
            } else if map.insert(key_text, value).is_some() {
                return invalid("two elements give the same key", key_expr.span);
            }
        }
        if expr.key.is_none() {
            return Value::new(ValueKind::List(Arc::new(list)), span);
        }
        for (key, values) in groups {
            map.insert(key, Value::new(ValueKind::List(Arc::new(values)), span));
        }
        Value::new(ValueKind::Map(Arc::new(map)), span)
    }

    /// Key and value of each element of a collection, as `for` sees them; `None` if it cannot be iterated.
    pub(super) fn iterate(&self, collection: &Value) -> Option<Vec<(Value, Value)>> {
        self.budget.charge_elements(collection);
        match &collection.kind {
            ValueKind::List(_) => Some(
                collection
                    .members()
                    .into_iter()
                    .enumerate()
                    .map(|(index, value)| {
                        let index = Number::from(i64::try_from(index).unwrap_or(i64::MAX));
                        (Value { kind: ValueKind::Number(index), origin: collection.origin.clone() }, value)
                    })
                    .collect(),
            ),
            ValueKind::Set(_) => {
                Some(collection.members().into_iter().map(|value| (value.clone(), value)).collect())
            }
            ValueKind::Map(entries) => Some(
                entries
                    .iter()
                    .map(|(key, value)| {
                        let key = ValueKind::String(Arc::clone(key));
                        (Value { kind: key, origin: collection.origin.clone() }, collection.taken(value))
                    })
                    .collect(),
            ),
            // Some value of an input that is not empty.
            ValueKind::Unknown(unknown) if unknown.cause.is_chosen() => {
                Some(vec![(order::unknown_part(collection), collection.clone())])
            }
            // A resource of which nobody knows how many instances there are: its stand-in is the one element.
            ValueKind::Reference(reference) if self.is_stand_in(reference) => {
                let key = Value::unknown(
                    Cause::Computed(format!("a key of {reference}")),
                    collection.origin.written,
                );
                let others = other_instances(reference, collection.origin.written);
                Some(vec![(key.clone(), collection.clone()), (key, others)])
            }
            _ => None,
        }
    }
}

/// The instances of a resource besides the one that stands in for them: nobody knows how many.
pub(super) fn other_instances(reference: &Reference, place: Span) -> Value {
    Value::unknown(Cause::Computed(format!("how many {reference} there are")), place).several()
}

/// Whether one of two expressions constructs a tuple or an object, and the other is sure to be a list, set or map.
fn differ_in_type([left, right]: [&Expr; 2], scope: Scope<'_>) -> bool {
    (is_constructed(left) && is_collection(right, scope))
        || (is_constructed(right) && is_collection(left, scope))
}

fn is_constructed(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Parenthesis(inner) => is_constructed(inner),
        ExprKind::List(_) | ExprKind::Object(_) | ExprKind::For(_) => true,
        _ => false,
    }
}

/// Whether an expression has the type of a list, set or map, as far as the text says so.
fn is_collection(expr: &Expr, scope: Scope<'_>) -> bool {
    match &expr.kind {
        ExprKind::Parenthesis(inner) => is_collection(inner, scope),
        ExprKind::Call { name, .. } => {
            matches!(
                &**name,
                "chunklist"
                    | "cidrsubnets"
                    | "compact"
                    | "distinct"
                    | "matchkeys"
                    | "regexall"
                    | "setproduct"
                    | "setunion"
                    | "sort"
                    | "split"
                    | "tolist"
                    | "tomap"
                    | "toset"
            )
        }
        ExprKind::Traversal { base, steps } => {
            let (ExprKind::Variable(root), [Step { kind: StepName::Attribute(name), .. }]) =
                (&base.kind, steps.as_slice())
            else {
                return false;
            };
            let variable = (&**root == "var").then(|| scope.instance.module.variables.get(name)).flatten();
            variable.and_then(|variable| variable.ty.as_ref()).is_some_and(|ty| match &ty.kind {
                ExprKind::Call { name, .. } => matches!(&**name, "list" | "map" | "set"),
                _ => false,
            })
        }
        _ => false,
    }
}

/// Whether a part of a value that is no collection is of a kind.
fn any_leaf(value: &Value, wanted: impl Fn(&ValueKind) -> bool + Copy) -> bool {
    match &value.kind {
        ValueKind::List(items) | ValueKind::Set(items) => items.iter().any(|item| any_leaf(item, wanted)),
        ValueKind::Map(entries) => entries.values().any(|entry| any_leaf(entry, wanted)),
        kind => wanted(kind),
    }
}

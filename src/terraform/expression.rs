//! Expressions to values.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::evaluate::Evaluator;
use super::expand::Expansion;
use super::operators;
use super::scope::{Binding, Instance, Names, Scope};
use crate::resource::{Cause, Mode, Number, Reference, StepKind, Value, ValueKind};
use crate::source::Span;
use crate::syntax::hcl::{BinaryOp, Expr, ExprKind, ForExpr, ObjectItem, Step, StepKind as Traversed};

impl Evaluator<'_> {
    /// Evaluates an expression. An error of Terraform's is an unknown value with that cause.
    pub(super) fn evaluate(&self, expr: &Expr, scope: Scope<'_>) -> Value {
        match &expr.kind {
            ExprKind::Null => Value::null(expr.span),
            ExprKind::Bool(value) => Value::new(ValueKind::Bool(*value), expr.span),
            ExprKind::Number(number) => Value::new(ValueKind::Number(*number), expr.span),
            ExprKind::String(text) => Value::string(Arc::clone(text), expr.span),
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
                Some(value) => value.through(StepKind::Reference, span),
                None => self.undeclared(name, span, std::iter::empty()),
            },
            ExprKind::Traversal { base, steps } => self.traversal(base, steps, span, scope),
            ExprKind::Call { name, arguments, expand_last, .. } => {
                let result = self.call(name, arguments, *expand_last, span, scope);
                self.kept(result, span)
            }
            ExprKind::Conditional { condition, then, otherwise } => {
                let condition_value = self.evaluate(condition, scope);
                match condition_value.as_bool() {
                    Some(true) => self.evaluate(then, scope),
                    Some(false) => self.evaluate(otherwise, scope),
                    None => self.undecided(&condition_value, then, otherwise, span, scope),
                }
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
        if operators::equal(&then, &otherwise) == Some(true) {
            return then;
        }
        operators::unknown(condition, span)
            .unwrap_or_else(|| invalid("the condition is neither true nor false", span))
    }

    fn binary(&self, left: &Expr, op: BinaryOp, right: &Expr, span: Span, scope: Scope<'_>) -> Value {
        let left = self.evaluate(left, scope);
        let decides = match op {
            BinaryOp::And => left.as_bool() == Some(false),
            BinaryOp::Or => left.as_bool() == Some(true),
            _ => false,
        };
        if decides {
            return Value::new(ValueKind::Bool(op == BinaryOp::Or), span);
        }
        let right = self.evaluate(right, scope);
        if matches!(op, BinaryOp::Equal | BinaryOp::NotEqual) {
            self.budget.charge_reading(&left);
        }
        operators::binary(op, &left, &right, span)
    }

    fn object(&self, items: &[ObjectItem], span: Span, scope: Scope<'_>) -> Value {
        let mut entries = BTreeMap::new();
        for item in items {
            let key = self.evaluate(&item.key, scope);
            let Some(key_text) = key.to_text() else {
                return operators::unknown(&key, span)
                    .unwrap_or_else(|| invalid("a key of the object is not text", item.key.span));
            };
            entries.insert(key_text, self.evaluate(&item.value, scope));
        }
        Value::new(ValueKind::Map(Arc::new(entries)), span)
    }

    fn for_expression(&self, expr: &ForExpr, span: Span, scope: Scope<'_>) -> Value {
        let collection = self.evaluate(&expr.collection, scope);
        let Some(elements) = self.iterate(&collection) else {
            return operators::unknown(&collection, span).unwrap_or_else(|| {
                invalid("the for expression iterates something that is no collection", span)
            });
        };
        let mut list = Vec::new();
        let mut map: BTreeMap<Arc<str>, Value> = BTreeMap::new();
        let mut groups: BTreeMap<Arc<str>, Vec<Value>> = BTreeMap::new();
        for (key, value) in elements {
            let key_binding = Binding {
                names: Names::One(expr.key_var.as_deref().unwrap_or_default(), key),
                outer: scope.bindings,
            };
            let binding = Binding { names: Names::One(&expr.value_var, value), outer: Some(&key_binding) };
            let scope = scope.with(&binding);
            if let Some(condition) = &expr.condition {
                let condition_value = self.evaluate(condition, scope);
                match condition_value.as_bool() {
                    Some(true) => {}
                    Some(false) => continue,
                    None => {
                        let unknown = operators::unknown(&condition_value, span).unwrap_or_else(|| {
                            invalid("the condition is neither true nor false", condition.span)
                        });
                        if expr.key.is_some() {
                            return unknown;
                        }
                        list.push(unknown);
                        continue;
                    }
                }
            }
            let Some(key_expr) = &expr.key else {
                list.push(self.evaluate(&expr.value, scope));
                continue;
            };
            let key = self.evaluate(key_expr, scope);
            let Some(key_text) = key.to_text() else {
                return operators::unknown(&key, span)
                    .unwrap_or_else(|| invalid("a key of the result is not text", key_expr.span));
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
            // A resource of which nobody knows how many instances there are: its stand-in is the one element.
            ValueKind::Reference(reference) if self.is_stand_in(reference) => {
                let key = Value::unknown(
                    Cause::Computed(format!("a key of {reference}")),
                    collection.origin.written,
                );
                Some(vec![(key, collection.clone())])
            }
            _ => None,
        }
    }

    fn traversal(&self, base: &Expr, steps: &[Step], span: Span, scope: Scope<'_>) -> Value {
        let ExprKind::Variable(root) = &base.kind else {
            let value = self.evaluate(base, scope);
            return self.follow(value, steps, span, scope);
        };
        if let Some(value) = scope.bound(root) {
            return self.follow(value, steps, span, scope).through(StepKind::Reference, span);
        }
        let attribute = |index: usize| match steps.get(index).map(|step| &step.kind) {
            Some(
                Traversed::Attribute(name) | Traversed::Index(Expr { kind: ExprKind::String(name), .. }),
            ) => Some(name),
            _ => None,
        };
        let Some(name) = attribute(0) else {
            return invalid(&format!("{root} cannot be used like this"), span);
        };
        let instance = scope.instance;
        let (value, used) = match &**root {
            "var" => (self.variable(instance, name, span), 1),
            "local" => (self.local(instance, name, span), 1),
            "module" => return self.module_output(name, &steps[1..], span, scope),
            "path" => (self.path(name, instance, span), 1),
            "terraform" => (Value::unknown(Cause::InputWithoutValue(format!("terraform.{name}")), span), 1),
            "self" => (Value::unknown(Cause::Computed(format!("self.{name}")), span), 1),
            "each" | "count" => {
                (Value::unknown(Cause::Invalid(format!("{root} is not available here")), span), steps.len())
            }
            "data" => match attribute(1) {
                Some(data_name) => (self.resource(instance, Mode::Data, name, data_name, span), 2),
                None => return invalid("a data source needs a type and a name", span),
            },
            kind => (self.resource(instance, Mode::Managed, kind, name, span), 1),
        };
        self.follow(value, &steps[used..], span, scope).through(StepKind::Reference, span)
    }

    /// `module.name` and what follows.
    fn module_output(&self, name: &Arc<str>, steps: &[Step], span: Span, scope: Scope<'_>) -> Value {
        let instance = scope.instance;
        let Some(index) = instance.module.call(name) else {
            let names = instance.module.calls.iter().map(|call| &call.name);
            return self.undeclared(&format!("module.{name}"), span, names);
        };
        let children = self.children(instance, index);
        let Some(ids) = &children.instances else {
            return Value::unknown(Cause::ModuleNotFound(name.to_string()), span);
        };
        // One output of one instance is evaluated alone, so that outputs may depend on each other's users.
        if let (Expansion::Single | Expansion::Unknown(..), [id]) = (&*children.expansion, ids.as_slice()) {
            let stand_in = children.expansion.unknown().is_some();
            let indexed = stand_in
                && matches!(
                    steps.first().map(|step| &step.kind),
                    Some(Traversed::Index(_) | Traversed::FullSplat)
                );
            let rest = if indexed { &steps[1..] } else { steps };
            if let Some(Step { kind: Traversed::Attribute(output), .. }) = rest.first() {
                let child = self.instance(*id);
                let Some(value) = self.output(&child, output) else {
                    let names: Vec<_> = child.module.outputs.iter().map(|output| &output.name).collect();
                    return self.undeclared(&format!("module.{name}.{output}"), span, names.into_iter());
                };
                let value = self.follow(value, &rest[1..], span, scope).through(StepKind::Reference, span);
                let splat = indexed && matches!(steps[0].kind, Traversed::FullSplat);
                return if splat { Value::new(ValueKind::List(Arc::new(vec![value])), span) } else { value };
            }
        }
        let objects: Vec<Value> = ids.iter().map(|&id| self.outputs(id, span)).collect();
        let value = match &*children.expansion {
            Expansion::Count(_) => Value::new(ValueKind::List(Arc::new(objects)), span),
            Expansion::ForEach(entries) => {
                let entries = entries.iter().map(|(key, _)| Arc::clone(key)).zip(objects).collect();
                Value::new(ValueKind::Map(Arc::new(entries)), span)
            }
            Expansion::Single | Expansion::Unknown(..) => {
                objects.into_iter().next().unwrap_or_else(|| Value::null(span))
            }
        };
        self.follow(value, steps, span, scope).through(StepKind::Reference, span)
    }

    /// All outputs of a module instance as one object.
    fn outputs(&self, id: usize, span: Span) -> Value {
        let child = self.instance(id);
        let entries = child
            .module
            .outputs
            .iter()
            .filter_map(|output| Some((Arc::clone(&output.name), self.output(&child, &output.name)?)))
            .collect();
        Value::new(ValueKind::Map(Arc::new(entries)), span)
    }

    fn path(&self, name: &str, instance: &Instance, span: Span) -> Value {
        let directory = match name {
            "module" => Arc::clone(&instance.module),
            "root" => Arc::clone(&self.instance(0).module),
            _ => return Value::unknown(Cause::LookedUp(format!("path.{name}")), span),
        };
        Value::string(directory.directory.to_string_lossy(), span)
    }

    /// Follows the steps of a traversal.
    pub(super) fn follow(&self, start: Value, steps: &[Step], span: Span, scope: Scope<'_>) -> Value {
        let mut value = start;
        for (index, step) in steps.iter().enumerate() {
            let rest = &steps[index + 1..];
            match &step.kind {
                Traversed::Attribute(name) => value = self.attribute(&value, name, span),
                Traversed::Index(key) => {
                    let key = self.evaluate(key, scope);
                    value = self.index(&value, &key, span);
                }
                Traversed::FullSplat => {
                    let follow = |member| self.follow(member, rest, span, scope);
                    return self.bounded(span, || self.splat(&value, span, follow));
                }
                Traversed::AttributeSplat => {
                    let attributes =
                        rest.iter().take_while(|step| matches!(step.kind, Traversed::Attribute(_))).count();
                    let (inner, outer) = rest.split_at(attributes);
                    let splatted = self.splat(&value, span, |member| self.follow(member, inner, span, scope));
                    return self.bounded(span, || self.follow(splatted, outer, span, scope));
                }
            }
        }
        value
    }

    fn splat(&self, value: &Value, span: Span, each: impl Fn(Value) -> Value) -> Value {
        self.budget.charge_elements(value);
        match &value.kind {
            ValueKind::Unknown(_) => value.clone(),
            ValueKind::Map(_)
            | ValueKind::Null
            | ValueKind::List(_)
            | ValueKind::Set(_)
            | ValueKind::Reference(_) => {
                let items = value.members().into_iter().map(each).collect();
                Value::new(ValueKind::List(Arc::new(items)), span)
            }
            _ => Value::new(ValueKind::List(Arc::new(vec![each(value.clone())])), span),
        }
    }

    fn attribute(&self, value: &Value, name: &Arc<str>, span: Span) -> Value {
        match &value.kind {
            ValueKind::Unknown(_) => value.clone(),
            ValueKind::Map(entries) => match entries.get(name) {
                Some(inner) => value.taken(inner),
                None => invalid(&format!("there is no attribute {name}"), span),
            },
            ValueKind::Reference(reference) if reference.attribute.is_empty() => {
                self.resource_attribute(reference, name, span)
            }
            ValueKind::Reference(reference) => extended(reference, &format!(".{name}"), value),
            // Terraform before 0.12 let an attribute be taken of a list of one.
            ValueKind::Null => invalid(&format!("attribute {name} of null"), span),
            _ => invalid(&format!("the value has no attribute {name}"), span),
        }
    }

    fn index(&self, value: &Value, key: &Value, span: Span) -> Value {
        match &value.kind {
            ValueKind::Unknown(_) => value.clone(),
            ValueKind::Reference(reference) if reference.attribute.is_empty() => {
                if self.is_stand_in(reference) {
                    value.clone()
                } else {
                    match key.as_str() {
                        Some(name) => self.resource_attribute(reference, &Arc::from(name), span),
                        None => invalid(&format!("{reference} has neither count nor for_each"), span),
                    }
                }
            }
            ValueKind::Reference(reference) => {
                let key = key.to_text().unwrap_or_else(|| Arc::from("?"));
                extended(reference, &format!("[{key}]"), value)
            }
            ValueKind::List(items) => {
                let Some(index) = key.as_i64() else { return key_unknown(key, span) };
                let found = usize::try_from(index).ok().and_then(|index| items.get(index));
                match found {
                    Some(item) => value.taken(item),
                    None => invalid(&format!("there is no element {index}"), span),
                }
            }
            ValueKind::Map(entries) => {
                let Some(name) = key.to_text() else { return key_unknown(key, span) };
                match entries.get(&name) {
                    Some(inner) => value.taken(inner),
                    None => invalid(&format!("there is no key {name:?}"), span),
                }
            }
            _ => invalid("the value cannot be indexed", span),
        }
    }
}

fn key_unknown(key: &Value, span: Span) -> Value {
    operators::unknown(key, span).unwrap_or_else(|| invalid("the index has the wrong type", span))
}

fn extended(reference: &Reference, more: &str, value: &Value) -> Value {
    let reference = Reference {
        address: Arc::clone(&reference.address),
        attribute: format!("{}{more}", reference.attribute).into(),
    };
    Value { kind: ValueKind::Reference(Arc::new(reference)), origin: value.origin.clone() }
}

pub(super) fn invalid(message: &str, span: Span) -> Value {
    Value::unknown(Cause::Invalid(message.to_owned()), span)
}

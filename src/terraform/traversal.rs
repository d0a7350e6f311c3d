//! Paths into values: attributes, indices, splats, and the names that a path may start with.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::evaluate::Evaluator;
use super::expand::Expansion;
use super::expression::other_instances;
use super::operators::{invalid, unknown_or_invalid};
use super::order;
use super::scope::{Instance, Scope};
use super::stubs;
use crate::resource::{Cause, Marks, Mode, Reference, StepKind, Value, ValueKind};
use crate::source::{Span, normalised};
use crate::syntax::hcl::{Expr, ExprKind, Step, StepKind as Traversed};

impl Evaluator<'_> {
    /// Evaluates `base` and the steps after it.
    pub(super) fn traversal(&self, base: &Expr, steps: &[Step], span: Span, scope: Scope<'_>) -> Value {
        let ExprKind::Variable(root) = &base.kind else {
            let value = self.evaluate(base, scope);
            return self.follow(value, steps, span, scope);
        };
        if let Some((value, trace)) = scope.bound(root) {
            self.hangs_on(trace);
            return self.follow(value, steps, span, scope).through(StepKind::Reference, span);
        }
        let Some(name) = name_at(steps, 0) else {
            return invalid(format!("{root} cannot be used like this"), span);
        };
        let instance = scope.instance;
        let (value, used) = match &**root {
            "var" => (self.variable(instance, name, span), 1),
            "local" => (self.local(instance, name, span), 1),
            "module" => (self.module_output(name, &steps[1..], span, scope), steps.len()),
            "path" => (self.path(name, instance, span), 1),
            "terraform" if &**name == "workspace" && !instance.is_nowhere() => {
                let unknown =
                    || Value::unknown(Cause::InputWithoutValue("terraform.workspace".to_owned()), span);
                (self.inputs.workspace().map_or_else(unknown, |name| Value::string(name, span)), 1)
            }
            "terraform" => (invalid(format!("there is no terraform.{name}"), span), 1),
            "self" => (Value::unknown(Cause::Computed(format!("self.{name}")), span), 1),
            "each" | "count" => (invalid(format!("{root} is not available here"), span), steps.len()),
            "data" | "resource" | "ephemeral" => {
                let Some(resource_name) = name_at(steps, 1) else {
                    return invalid(format!("{root} needs a type and a name"), span);
                };
                let value = match &**root {
                    "data" => self.resource_at(Mode::Data, name, resource_name, &steps[2..], span, scope),
                    "resource" => {
                        self.resource_at(Mode::Managed, name, resource_name, &steps[2..], span, scope)
                    }
                    _ => Value::unknown(Cause::LookedUp(format!("ephemeral.{name}.{resource_name}")), span)
                        .marked(Marks::EPHEMERAL),
                };
                (value, steps.len())
            }
            kind => (self.resource_at(Mode::Managed, kind, name, &steps[1..], span, scope), steps.len()),
        };
        self.follow(value, &steps[used..], span, scope).through(StepKind::Reference, span)
    }

    /// A resource and the steps after it. One instance is found directly: the others are not even named.
    fn resource_at(
        &self,
        mode: Mode,
        kind: &str,
        name: &str,
        steps: &[Step],
        span: Span,
        scope: Scope<'_>,
    ) -> Value {
        if let Some(Step { kind: Traversed::Index(key), .. }) = steps.first() {
            let key = self.evaluate(key, scope);
            if let Some(value) = self.resource_instance(scope.instance, mode, kind, name, &key, span) {
                return self.follow(value, &steps[1..], span, scope);
            }
        }
        let value = self.resource(scope.instance, mode, kind, name, span);
        self.follow(value, steps, span, scope)
    }

    /// `module.name` and the steps after it. Only outputs that the steps lead to are evaluated, so that two
    /// modules may use outputs of each other.
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
        let (selected, rest) = match (&*children.expansion, steps.first().map(|step| &step.kind)) {
            (Expansion::Unknown(unknown, ..), None) => {
                return Value::new(ValueKind::Unknown(Arc::clone(unknown)), span);
            }
            (Expansion::Any(..) | Expansion::Unknown(..), Some(Traversed::Index(_))) => {
                (Some(0), &steps[1..])
            }
            (
                Expansion::Single | Expansion::Any(..) | Expansion::Unknown(..),
                Some(Traversed::Attribute(_)),
            ) => (Some(0), steps),
            (expansion @ (Expansion::Count(_) | Expansion::ForEach(_)), Some(Traversed::Index(key))) => {
                (expansion.position(&self.evaluate(key, scope)), &steps[1..])
            }
            _ => (None, steps),
        };
        let wanted = if selected.is_some() { name_at(rest, 0) } else { name_at(steps, 1) };
        if let (Some(wanted), Some(&id)) = (wanted, ids.first()) {
            let outputs = &self.instance(id).module.outputs;
            if !outputs.iter().any(|output| output.name == *wanted) {
                if stubs::is_stub(&self.instance(id).module.directory) {
                    return Value::unknown(Cause::NotInStub(format!("module.{name}.{wanted}")), span);
                }
                let names = outputs.iter().map(|output| &output.name);
                return self.undeclared(&format!("module.{name}.{wanted}"), span, names);
            }
        }
        let object = |id: usize| self.outputs(id, wanted, span);
        if let Some(id) = selected.and_then(|position| ids.get(position)) {
            return self.follow(object(*id), rest, span, scope);
        }
        let objects = ids.iter().map(|&id| object(id));
        let value = match &*children.expansion {
            Expansion::Count(_) => Value::new(ValueKind::List(Arc::new(objects.collect())), span),
            Expansion::ForEach(entries) => {
                let entries = entries.iter().map(|(key, _)| Arc::clone(key)).zip(objects).collect();
                Value::new(ValueKind::Map(Arc::new(entries)), span)
            }
            Expansion::Single | Expansion::Any(..) | Expansion::Unknown(..) => {
                objects.into_iter().next().unwrap_or_else(|| Value::null(span))
            }
        };
        self.follow(value, steps, span, scope)
    }

    /// The outputs of a module instance as an object: all, or one.
    fn outputs(&self, id: usize, only: Option<&Arc<str>>, span: Span) -> Value {
        let child = self.instance(id);
        let names = child.module.outputs.iter().map(|output| &output.name);
        let entries = names
            .filter(|name| only.is_none_or(|only| only == *name))
            .filter_map(|name| Some((Arc::clone(name), self.output(&child, name)?)))
            .collect();
        Value::new(ValueKind::Map(Arc::new(entries)), span)
    }

    /// `path.module`, `path.root`: relative to the root module's directory, where Terraform runs.
    fn path(&self, name: &str, instance: &Instance, span: Span) -> Value {
        if instance.is_nowhere() {
            return invalid("path is not available here", span);
        }
        let root = self.instance(0);
        match name {
            "module" => {
                let path = relative(&root.module.directory, &instance.module.directory);
                Value::string(path.to_string_lossy().replace('\\', "/"), span)
            }
            "root" => Value::string(".", span),
            // Terraform is run in the root module's directory.
            "cwd" => {
                let path = self.sources.working_directory().join(&root.module.directory);
                Value::string(normalised(&path).to_string_lossy().replace('\\', "/"), span)
            }
            _ => invalid(format!("there is no path.{name}"), span),
        }
    }

    /// Follows the steps of a traversal.
    pub(super) fn follow(&self, start: Value, steps: &[Step], span: Span, scope: Scope<'_>) -> Value {
        let mut value = start;
        for (index, step) in steps.iter().enumerate() {
            let rest = &steps[index + 1..];
            match &step.kind {
                Traversed::Attribute(name) => value = self.attribute(&value, name, span),
                Traversed::Index(key) => {
                    let key = match &key.kind {
                        ExprKind::String(_) | ExprKind::Number(_) => self.evaluate(key, scope),
                        _ => self.row_key(&value, key, scope),
                    };
                    value = self.index(&value, &key, span).marked(value.origin.marks.and(key.origin.marks));
                }
                Traversed::FullSplat => {
                    self.budget.charge_elements(&value);
                    let follow = |member| self.follow(member, rest, span, scope);
                    return self.bounded(span, || self.splat(&value, span, follow));
                }
                Traversed::AttributeSplat => {
                    let (inner, outer) =
                        rest.split_at(rest.iter().take_while(|step| is_dotted(step)).count());
                    self.budget.charge_elements(&value);
                    let splatted = self.splat(&value, span, |member| self.follow(member, inner, span, scope));
                    return self.bounded(span, || self.follow(splatted, outer, span, scope));
                }
            }
        }
        value
    }

    fn splat(&self, value: &Value, span: Span, each: impl Fn(Value) -> Value) -> Value {
        match &value.kind {
            ValueKind::Unknown(_) => order::unknown_part(value),
            // An attribute of a resource: whether it is a list is not known before deployment.
            ValueKind::Reference(reference) if !reference.attribute.is_empty() => {
                each(extended(reference, "[*]", value))
            }
            ValueKind::Reference(reference) if self.is_stand_in(reference) => {
                let items = vec![each(value.clone()), other_instances(reference, span)];
                Value::new(ValueKind::List(Arc::new(items)), span)
            }
            _ => {
                let marks = value.origin.marks;
                let items = value.clone().without_marks(marks).members().into_iter().map(each).collect();
                Value::new(ValueKind::List(Arc::new(items)), span).marked(marks)
            }
        }
    }

    fn attribute(&self, value: &Value, name: &Arc<str>, span: Span) -> Value {
        match &value.kind {
            ValueKind::Unknown(_) => order::unknown_part(value),
            ValueKind::Map(entries) => match entries.get(name) {
                Some(inner) => value.taken(inner),
                None => invalid(format!("there is no attribute {name}"), span),
            },
            ValueKind::Reference(reference) if reference.attribute.is_empty() => {
                self.resource_attribute(reference, name, span)
            }
            ValueKind::Reference(reference) => extended(reference, &format!(".{name}"), value),
            ValueKind::Null => invalid(format!("attribute {name} of null"), span),
            ValueKind::List(_) | ValueKind::Set(_) => {
                invalid(format!("attribute {name} of several: choose one by [index], or all by [*]"), span)
            }
            _ => invalid(format!("the value has no attribute {name}"), span),
        }
    }

    /// A value out of a table: where the table is not the user's but the choice of its row is, the choice is what the
    /// user wrote.
    fn chosen_by(&self, choice: &Value, value: Value, span: Span) -> Value {
        let is_foreign = |place: Span| self.is_foreign(place);
        if is_foreign(span) && is_foreign(value.origin.written) && !is_foreign(choice.origin.written) {
            let marks = value.origin.marks;
            return Value { kind: value.kind, origin: choice.origin.clone().marked(marks) };
        }
        value
    }

    fn index(&self, value: &Value, key: &Value, span: Span) -> Value {
        let wrong_key = || unknown_or_invalid(key, "the index has the wrong type", span);
        match &value.kind {
            ValueKind::Unknown(_) => order::unknown_part(value),
            ValueKind::Reference(reference) if reference.attribute.is_empty() => {
                if self.is_stand_in(reference) {
                    value.clone()
                } else {
                    match key.as_str() {
                        Some(name) => self.resource_attribute(reference, &Arc::from(name), span),
                        None => invalid(format!("{reference} has neither count nor for_each"), span),
                    }
                }
            }
            ValueKind::Reference(reference) => {
                let key = key.to_text().unwrap_or_else(|| Arc::from("?"));
                extended(reference, &format!("[{key}]"), value)
            }
            ValueKind::List(items) => {
                let Some(index) = key.as_i64() else { return wrong_key() };
                let index = usize::try_from(index).unwrap_or(usize::MAX);
                // Behind an element that stands for any number, nobody knows which one this is.
                if let Some(several) =
                    items.iter().take(index.saturating_add(1)).find(|item| item.is_several())
                {
                    return value.taken(several);
                }
                match items.get(index) {
                    Some(item) => self.chosen_by(value, value.taken(item), span),
                    None => invalid(format!("there is no element {}", key.shown().unwrap_or_default()), span),
                }
            }
            ValueKind::Map(entries) => {
                let Some(name) = key.to_text() else { return wrong_key() };
                match entries.get(&name) {
                    Some(inner) => self.chosen_by(key, value.taken(inner), span),
                    None if key.is_sensitive() => invalid("there is no such key", span),
                    None => invalid(format!("there is no key {name:?}"), span),
                }
            }
            _ => invalid("the value cannot be indexed", span),
        }
    }
}

/// The name that a step says, as `.name` or `["name"]`.
fn name_at(steps: &[Step], index: usize) -> Option<&Arc<str>> {
    match steps.get(index).map(|step| &step.kind) {
        Some(Traversed::Attribute(name) | Traversed::Index(Expr { kind: ExprKind::String(name), .. })) => {
            Some(name)
        }
        _ => None,
    }
}

/// Whether a step is written with a dot: `.name`, the old `.0`. Those belong to the splat `.*` before them.
fn is_dotted(step: &Step) -> bool {
    match &step.kind {
        Traversed::Attribute(_) => true,
        Traversed::Index(key) => key.span.end == step.span.end,
        Traversed::AttributeSplat | Traversed::FullSplat => false,
    }
}

fn extended(reference: &Reference, more: &str, value: &Value) -> Value {
    let reference = Reference {
        address: Arc::clone(&reference.address),
        attribute: format!("{}{more}", reference.attribute).into(),
    };
    Value { kind: ValueKind::Reference(Arc::new(reference)), origin: value.origin.clone() }
}

/// The way from one directory to another, by their texts; both absolute, or both relative to one place.
fn relative(from: &Path, to: &Path) -> PathBuf {
    let parts = |path: &Path| -> Vec<PathBuf> {
        let named = path.components().filter(|part| !matches!(part, Component::CurDir));
        named.map(|part| PathBuf::from(part.as_os_str())).collect()
    };
    let (from, to) = (parts(from), parts(to));
    let shared = from.iter().zip(&to).take_while(|(from, to)| from == to).count();
    let up = std::iter::repeat_n(PathBuf::from(".."), from.len() - shared);
    let way: PathBuf = up.chain(to[shared..].iter().cloned()).collect();
    if way.as_os_str().is_empty() { PathBuf::from(".") } else { way }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_is_named_from_another() {
        for (from, to, way) in [
            ("/a/b", "/a/b", "."),
            ("/a/b", "/a/b/c/d", "c/d"),
            ("/a/b", "/a/c", "../c"),
            (".", "modules/net", "modules/net"),
            ("live/prod", "modules/net", "../../modules/net"),
        ] {
            assert_eq!(relative(Path::new(from), Path::new(to)), Path::new(way), "{from} {to}");
        }
    }
}

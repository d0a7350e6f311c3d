//! Where a decision was met, and the same place in an evaluation under another choice.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::decision::{Bound, Found};
use super::evaluate::Evaluator;
use super::order;
use super::scope::{Binding, Instance, Names, Scope};
use crate::resource::{Value, ValueKind};
use crate::syntax::hcl::Expr;

/// Where an expression stands: a module instance, and the names that are bound around it, the outermost first.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) instance: Rc<Instance>,
    pub(super) bound: Rc<Vec<Bound>>,
}

/// How a module instance is reached from the root: each call, and the prefix of the instance of it.
type Path = Vec<(usize, String)>;

/// How a place is found in another evaluation.
pub(super) struct Way {
    own: Path,
    /// To the module instances whose calls bind something at the place, by id.
    calls: BTreeMap<usize, Path>,
}

impl Place {
    pub(super) fn module(instance: Rc<Instance>) -> Self {
        Self { instance, bound: Rc::default() }
    }

    pub(super) fn binds(&self, name: &str) -> bool {
        self.bound.iter().any(|bound| *bound.name == *name)
    }

    /// Evaluates an expression here, in the evaluation that the place is one of.
    pub(super) fn evaluate(&self, expr: &Expr, evaluator: &Evaluator<'_>) -> Value {
        with_bound(&self.bound, None, &mut |bindings| {
            evaluator.evaluate(expr, Scope { instance: &self.instance, bindings })
        })
    }

    /// How to find it in another evaluation than this, its own.
    pub(super) fn way(&self, evaluator: &Evaluator<'_>) -> Way {
        let calls = self.bound.iter().filter_map(|bound| match bound.found {
            Found::Call(child) => Some((child, path(evaluator, &evaluator.instance(child)))),
            _ => None,
        });
        Way { own: path(evaluator, &self.instance), calls: calls.collect() }
    }

    /// Evaluates an expression at this place of another evaluation; `None` if the module instance is not there.
    pub(super) fn evaluate_in(&self, other: &Evaluator<'_>, way: &Way, expr: &Expr) -> Option<Value> {
        let instance = follow(other, &way.own)?;
        let mut names = BTreeMap::new();
        for bound in &*self.bound {
            let found = found_in(other, &instance, bound, &names, &way.calls);
            // What is not there under this choice alone may be there under the one that is looked for.
            names.insert(Arc::clone(&bound.name), found.unwrap_or_else(|| bound.value.clone()));
        }
        let binding = Binding::fixed(Names::All(&names), None);
        Some(other.evaluate(expr, Scope::module(&instance).with(&binding)))
    }
}

/// Binds the names one in the other.
fn with_bound<T>(
    bound: &[Bound],
    outer: Option<&Binding<'_>>,
    then: &mut dyn FnMut(Option<&Binding<'_>>) -> T,
) -> T {
    let Some((first, inner)) = bound.split_first() else { return then(outer) };
    let names = Names::One(&first.name, first.value.clone());
    let binding = Binding { trace: first.trace, ..Binding::fixed(names, outer) };
    with_bound(inner, Some(&binding), then)
}

/// The value of a bound name in another evaluation, if what it is taken from is there.
fn found_in(
    other: &Evaluator<'_>,
    instance: &Rc<Instance>,
    bound: &Bound,
    outer: &BTreeMap<Arc<str>, Value>,
    calls: &BTreeMap<usize, Path>,
) -> Option<Value> {
    let element = |collection: &Expr, key: &Value| {
        let binding = Binding::fixed(Names::All(outer), None);
        let all = other.evaluate(collection, Scope::module(instance).with(&binding));
        let mut elements = other.iterate(&all)?.into_iter();
        elements.find(|(found, _)| order::equal(found, key) == Some(true))
    };
    match &bound.found {
        Found::Fixed => Some(bound.value.clone()),
        Found::Resource(resource, suffix) => {
            let expanded = other.resource_expansion(instance, *resource);
            Some(expanded.expansion.instances().find(|one| one.suffix == *suffix)?.binding?.1)
        }
        Found::Call(child) => {
            let child = follow(other, calls.get(child)?)?;
            Some(child.parent.as_ref()?.repetition.as_ref()?.1.clone())
        }
        Found::Element(collection, key) => Some(element(collection, key)?.1),
        Found::Block(collection, key) => {
            let (key, value) = element(collection, key)?;
            let entries = BTreeMap::from([(Arc::from("key"), key), (Arc::from("value"), value)]);
            Some(Value::new(ValueKind::Map(Arc::new(entries)), collection.span))
        }
    }
}

fn path(evaluator: &Evaluator<'_>, instance: &Rc<Instance>) -> Path {
    let mut path = Vec::new();
    let mut next = Rc::clone(instance);
    while let Some(parent) = &next.parent {
        path.push((parent.call, next.prefix.clone()));
        let caller = evaluator.instance(parent.instance);
        next = caller;
    }
    path.reverse();
    path
}

/// The module instance in another evaluation; `None` if it is not there.
fn follow(evaluator: &Evaluator<'_>, path: &Path) -> Option<Rc<Instance>> {
    let mut instance = evaluator.instance(0);
    for (call, prefix) in path {
        let children = evaluator.children(&instance, *call);
        let mut there = children.instances.iter().flatten().map(|&child| evaluator.instance(child));
        instance = there.find(|child| child.prefix == *prefix)?;
    }
    Some(instance)
}

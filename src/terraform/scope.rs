//! Where an expression is evaluated: a module instance and the names that are bound inside it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::expand::{Expanded, Expansion};
use super::foreign::Entry;
use super::module::Module;
use super::trace::Trace;
use crate::resource::Value;
use crate::source::Span;
use crate::syntax::hcl::Expr;

/// One instance of a module: the root, or one instance of a call.
#[derive(Debug)]
pub(super) struct Instance {
    /// Index in the evaluator's list.
    pub(super) id: usize,
    pub(super) module: Arc<Module>,
    /// `module.net["a"].`, empty for the root.
    pub(super) prefix: String,
    /// The same without instance keys.
    pub(super) declared_prefix: Rc<str>,
    pub(super) parent: Option<Parent>,
    /// Heads of the calls that led here, outermost first.
    pub(super) calls: Vec<Span>,
    /// The user's call that led into code that is not the user's, if this is such code.
    pub(super) entry: Option<Entry>,
    pub(super) variables: Memo<Arc<str>>,
    pub(super) locals: Memo<Arc<str>>,
    pub(super) outputs: Memo<Arc<str>>,
    /// Attributes of resource instances by (resource, instance, name).
    pub(super) attributes: Memo<(usize, usize, Arc<str>)>,
    pub(super) resources: Memo<usize, Rc<Expanded>>,
    pub(super) children: Memo<usize, Rc<Children>>,
}

impl Instance {
    /// An instance in which nothing is evaluated yet.
    pub(super) fn new(id: usize, module: Arc<Module>, parent: Option<Parent>, place: Place) -> Self {
        Self {
            id,
            module,
            prefix: place.prefix,
            declared_prefix: place.declared_prefix.into(),
            parent,
            calls: place.calls,
            entry: place.entry,
            variables: RefCell::default(),
            locals: RefCell::default(),
            outputs: RefCell::default(),
            attributes: RefCell::default(),
            resources: RefCell::default(),
            children: RefCell::default(),
        }
    }

    /// An instance that declares nothing, for expressions that may not refer to anything.
    pub(super) fn nowhere() -> Self {
        Self::new(usize::MAX, Arc::default(), None, Place::default())
    }

    /// What the instances of a call hang on, once they are known.
    pub(super) fn trace_of_call(&self, call: usize) -> Trace {
        let children = self.children.borrow();
        children.get(&call).and_then(|known| Some(known.as_ref()?.1)).unwrap_or_default()
    }

    /// The same of a resource.
    pub(super) fn trace_of_resource(&self, resource: usize) -> Trace {
        let resources = self.resources.borrow();
        resources.get(&resource).and_then(|known| Some(known.as_ref()?.1)).unwrap_or_default()
    }

    /// Whether it is the one that declares nothing.
    pub(super) fn is_nowhere(&self) -> bool {
        self.id == usize::MAX
    }
}

/// Where a module instance stands among the others.
#[derive(Default)]
pub(super) struct Place {
    pub(super) prefix: String,
    pub(super) declared_prefix: String,
    pub(super) calls: Vec<Span>,
    pub(super) entry: Option<Entry>,
}

/// The call that made a module instance.
#[derive(Debug)]
pub(super) struct Parent {
    /// The calling instance.
    pub(super) instance: usize,
    /// Index of the call in the calling module.
    pub(super) call: usize,
    /// `each` or `count` of this instance of the call.
    pub(super) repetition: Option<(&'static str, Value)>,
}

/// The instances of a module call.
#[derive(Debug)]
pub(super) struct Children {
    pub(super) expansion: Rc<Expansion>,
    /// Ids, in the order of the expansion; `None` if the module is not there.
    pub(super) instances: Option<Vec<usize>>,
}

/// What is computed at most once, with what they hang on; `None` while one is being computed, so that a cycle is
/// noticed.
pub(super) type Memo<Key, Of = Value> = RefCell<FxHashMap<Key, Option<(Of, Trace)>>>;

/// An expression's surroundings.
#[derive(Clone, Copy)]
pub(super) struct Scope<'s> {
    pub(super) instance: &'s Instance,
    pub(super) bindings: Option<&'s Binding<'s>>,
}

/// Names bound inside an expression: `each`, `count`, for variables, dynamic iterators, template variables.
pub(super) struct Binding<'s> {
    pub(super) names: Names<'s>,
    /// What their values hang on.
    pub(super) trace: Trace,
    pub(super) by: BoundBy<'s>,
    pub(super) outer: Option<&'s Binding<'s>>,
}

/// Where the value of a bound name comes from, so that it can be found again under another choice.
#[derive(Clone, Copy)]
pub(super) enum BoundBy<'s> {
    /// Nothing that can be found again.
    Fixed,
    /// `each` or `count` of a resource: its index in the module, and the instance's suffix.
    Resource(usize, &'s str),
    /// `each` or `count` of the call that made a module instance, by the instance's id.
    Call(usize),
    /// The element of a collection with a key.
    Element(&'s Expr, &'s Value),
    /// The same, as the `key` and `value` of a dynamic block.
    Block(&'s Expr, &'s Value),
}

impl<'s> Binding<'s> {
    /// A name whose value comes from nothing that a choice changes.
    pub(super) fn fixed(names: Names<'s>, outer: Option<&'s Self>) -> Self {
        Self { names, trace: Trace::default(), by: BoundBy::Fixed, outer }
    }
}

/// One name, or all of a map.
pub(super) enum Names<'s> {
    One(&'s str, Value),
    All(&'s BTreeMap<Arc<str>, Value>),
}

impl<'s> Scope<'s> {
    pub(super) fn module(instance: &'s Instance) -> Self {
        Self { instance, bindings: None }
    }

    /// The same scope with more names.
    pub(super) fn with<'t>(&self, binding: &'t Binding<'t>) -> Scope<'t>
    where
        's: 't,
    {
        Scope { instance: self.instance, bindings: Some(binding) }
    }

    /// The value of a bound name, and what it hangs on.
    pub(super) fn bound(&self, name: &str) -> Option<(Value, Trace)> {
        let mut next = self.bindings;
        while let Some(binding) = next {
            match &binding.names {
                Names::One(bound, value) if *bound == name => return Some((value.clone(), binding.trace)),
                Names::All(values) => {
                    if let Some(value) = values.get(name) {
                        return Some((value.clone(), binding.trace));
                    }
                }
                Names::One(..) => {}
            }
            next = binding.outer;
        }
        None
    }
}

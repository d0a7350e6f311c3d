//! Resources of code that is not the user's: they stand where the user's code calls it.
//!
//! Nobody can change the text of a module that Terraform downloaded, and nobody has the text of a stub. So a resource
//! of such a module takes its places from the call: an attribute stands at the argument that its value comes from, or
//! at the element that made the instance, or else at the head of the call. A value keeps its way, without what lies
//! in a stub.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::evaluate::Evaluator;
use super::resources::LIFECYCLE;
use crate::problem::Problem;
use crate::resource::{Attribute, Cause, Origin, Resource, StepKind, Unknown, Value, ValueKind};
use crate::source::{FileId, Span};

/// The user's call that leads into code that is not the user's.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// `module "sg"`.
    pub(super) head: Span,
    /// The whole block.
    pub(super) call: Span,
    /// How many calls lead here, this one included.
    pub(super) depth: usize,
    /// `module.net.module.sg`.
    pub(super) name: Arc<str>,
    /// Whether the code is a stub.
    pub(super) is_stub: bool,
}

impl Entry {
    /// The narrowest text of the call that yields a value, if any does.
    fn argument(&self, origin: &Origin) -> Option<Span> {
        let found = origin.narrowest_in(self.call);
        (found != self.call).then_some(found)
    }
}

/// Marks as unknown what stubs leave out: they say what a module opens, not how it names and keeps things.
fn left_out(resource: &mut Resource, place: Span) {
    let unknown =
        |what: &str| Value::unknown(Cause::NotInStub(format!("the {what} of {}", resource.address)), place);
    let (tags, lifecycle) = (unknown("tags"), unknown("lifecycle"));
    resource.attributes.entry("tags".into()).or_insert(Attribute { key: place, span: place, value: tags });
    for argument in LIFECYCLE {
        resource.lifecycle.entry(argument.into()).or_insert_with(|| lifecycle.clone());
    }
}

impl Evaluator<'_> {
    /// Notes that files belong to code which a call leads into.
    pub(super) fn note_foreign(&self, files: &[FileId], entry: &Entry) {
        let mut foreign = self.foreign.borrow_mut();
        for &file in files {
            foreign.entry(file).or_insert_with(|| entry.clone());
        }
    }

    /// Whether a place is in code that is not the user's.
    pub(super) fn is_foreign(&self, place: Span) -> bool {
        self.foreign.borrow().contains_key(&place.file)
    }

    /// Whether a text belongs to a stub.
    pub(super) fn is_of_stub(&self, file: FileId) -> bool {
        self.foreign.borrow().get(&file).is_some_and(|entry| entry.is_stub)
    }

    /// A resource at the places of the call. `repetition` is its `each` or `count`.
    pub(super) fn at_the_call(
        &self,
        mut resource: Resource,
        entry: &Entry,
        repetition: Option<&Value>,
    ) -> Resource {
        let element = |name: &str| {
            let element = repetition.and_then(|repetition| repetition.get(name))?;
            let own = entry.argument(&element.origin);
            own.or_else(|| texts(&self.moved(&element, entry, entry.head).kind, entry).reduce(Span::join))
        };
        let place = element("value").or_else(|| element("key")).unwrap_or(entry.head);
        for attribute in resource.attributes.values_mut() {
            self.budget.charge_reading(&attribute.value);
            attribute.value = self.moved(&attribute.value, entry, place);
            attribute.span = entry.argument(&attribute.value.origin).unwrap_or(place);
            attribute.key = attribute.span;
        }
        if entry.is_stub {
            left_out(&mut resource, place);
        }
        resource.head = place;
        resource.span = entry.call;
        resource.calls.truncate(entry.depth);
        resource
    }

    /// A value at the places of the call; `place` is for what the user did not write. A list or block stands at the text
    /// that holds whatever of it comes from the call; a block of which one thing does, anywhere in the call.
    pub(super) fn moved(&self, value: &Value, entry: &Entry, place: Span) -> Value {
        let members = |items: &[Value]| -> Vec<Value> {
            items.iter().map(|item| self.moved(&value.taken(item), entry, place)).collect()
        };
        let kind = match &value.kind {
            ValueKind::List(items) => ValueKind::List(Arc::new(members(items))),
            ValueKind::Set(items) => ValueKind::Set(Arc::new(members(items))),
            ValueKind::Template(parts) => ValueKind::Template(members(parts).into()),
            ValueKind::Map(entries) => {
                let moved = |(key, item): (&Arc<str>, &Value)| {
                    (Arc::clone(key), self.moved(&value.taken(item), entry, place))
                };
                ValueKind::Map(Arc::new(entries.iter().map(moved).collect::<BTreeMap<_, _>>()))
            }
            ValueKind::Unknown(unknown) if self.is_foreign(unknown.at) => {
                let at = entry.argument(&value.origin).unwrap_or(place);
                ValueKind::Unknown(Arc::new(Unknown { at, ..Unknown::clone(unknown) }))
            }
            _ => return Value { kind: value.kind.clone(), origin: self.moved_origin(value, entry, place) },
        };
        let own = entry.argument(&value.origin);
        let origin = match (&kind, own) {
            (ValueKind::Unknown(_), _) => self.moved_origin(value, entry, place),
            // The members have their whole way already.
            (_, Some(own)) => Origin::at(own),
            _ => Origin::at(whole(&kind, entry).unwrap_or(place)),
        };
        Value { kind, origin: origin.marked(value.origin.marks) }
    }

    fn moved_origin(&self, value: &Value, entry: &Entry, place: Span) -> Origin {
        let origin = &value.origin;
        if !entry.is_stub {
            let is_passed = entry.argument(origin).is_some();
            return if is_passed { origin.clone() } else { origin.through(StepKind::Reference, place) };
        }
        let written = if self.is_foreign(origin.written) {
            entry.argument(origin).unwrap_or(place)
        } else {
            origin.written
        };
        let mut moved = Origin::at(written).marked(origin.marks);
        for step in origin.steps() {
            if !self.is_of_stub(step.span.file) {
                moved = moved.through(step.kind, step.span);
            } else if step.kind == StepKind::VariableDefault {
                // The caller could have passed something else.
                moved = moved.through(step.kind, entry.head);
            }
        }
        moved
    }

    /// A problem in code that is not the user's, at the call that leads there.
    pub(super) fn problem_at_the_call(&self, mut problem: Problem) -> Problem {
        let foreign = self.foreign.borrow();
        if let Some(entry) = problem.span.and_then(|span| foreign.get(&span.file)) {
            problem.message = format!("{} (in the code of {})", problem.message, entry.name);
            problem.span = Some(entry.head);
        }
        problem
    }
}

/// The text from the first to the last member that comes from the call.
fn whole(kind: &ValueKind, entry: &Entry) -> Option<Span> {
    let mut texts = texts(kind, entry);
    let first = texts.next()?;
    let whole = texts.fold(first, Span::join);
    Some(if matches!(kind, ValueKind::Map(_)) && whole == first { entry.call } else { whole })
}

/// The texts of the call that members come from.
fn texts<'a>(kind: &'a ValueKind, entry: &'a Entry) -> Box<dyn Iterator<Item = Span> + 'a> {
    let members: Box<dyn Iterator<Item = &Value>> = match kind {
        ValueKind::List(items) | ValueKind::Set(items) => Box::new(items.iter()),
        ValueKind::Template(parts) => Box::new(parts.iter()),
        ValueKind::Map(entries) => Box::new(entries.values()),
        _ => Box::new(std::iter::empty()),
    };
    Box::new(members.filter_map(|member| entry.argument(&member.origin)).filter(|&text| text != entry.head))
}

//! Bounds on what the evaluation of one root module may take, so that hostile code ends in an unknown value.

use std::cell::Cell;
use std::rc::Rc;

use super::evaluate::Evaluator;
use crate::problem::Problem;
use crate::resource::{Cause, Value, ValueKind};
use crate::source::Span;

/// The deepest chain of expressions that lead to each other (locals, variables, outputs, operators).
const MAX_DEPTH: usize = 512;
/// The most work for one root: expressions evaluated and parts of values made.
const MAX_STEPS: usize = 8_000_000;
/// The most parts of one value. A part counts as often as it appears: two names for one list are two lists to
/// whoever reads them.
const MAX_PARTS: usize = 65_536;
/// The deepest nesting of one value.
const MAX_NESTING: usize = 100;
/// Elements of a collection that are looked through in one step.
const SEARCHED: usize = 8;
/// Bytes of text that count as one part.
const TEXT_PART: usize = 64;
/// The most names that are compared with misspelt ones.
const MAX_COMPARED: usize = 100_000;

/// What has been used up.
#[derive(Debug)]
pub(super) struct Budget {
    depth: Cell<usize>,
    steps: Rc<Cell<usize>>,
    /// The most steps.
    most: usize,
    compared: Cell<usize>,
    exhausted: Cell<bool>,
}

impl Default for Budget {
    fn default() -> Self {
        Self::shared(Rc::default(), MAX_STEPS)
    }
}

impl Budget {
    /// A budget of at most so many steps, of which those that other evaluations took are gone.
    pub(super) fn shared(steps: Rc<Cell<usize>>, most: usize) -> Self {
        let most = most.min(MAX_STEPS);
        Self { depth: Cell::default(), steps, most, compared: Cell::default(), exhausted: Cell::default() }
    }

    /// How many steps were taken.
    pub(super) fn steps(&self) -> usize {
        self.steps.get()
    }

    /// Whether all steps are taken.
    pub(super) fn is_exhausted(&self) -> bool {
        self.steps.get() >= self.most
    }

    /// Takes what it costs to compare a misspelt name with another; `false` when that is used up.
    pub(super) fn compares(&self) -> bool {
        let compared = self.compared.get();
        self.compared.set((compared + 1).min(MAX_COMPARED));
        compared < MAX_COMPARED
    }

    /// Takes work. When all is used up, the next expression is unknown.
    pub(super) fn charge(&self, steps: usize) {
        self.steps.set(self.steps.get().saturating_add(steps));
    }

    /// Takes the work of reading all of a value.
    pub(super) fn charge_reading(&self, value: &Value) {
        self.charge(parts(value).unwrap_or(MAX_PARTS));
    }

    /// Takes the work of taking out the elements of a collection: each gets the collection's way as its own.
    pub(super) fn charge_elements(&self, collection: &Value) {
        self.charge(elements(collection));
    }

    /// Takes the work of looking through the elements of a collection, without keeping any but one.
    pub(super) fn charge_search(&self, collection: &Value) {
        self.charge(elements(collection) / SEARCHED);
    }
}
impl Evaluator<'_> {
    /// Runs one evaluation within the bounds on depth and work.
    pub(super) fn bounded(&self, span: Span, run: impl FnOnce() -> Value) -> Value {
        let depth = self.budget.depth.get();
        if depth >= MAX_DEPTH {
            return self.refused(span, "expressions lead to each other too deeply");
        }
        if self.budget.is_exhausted() {
            let message = "the configuration takes too many steps to evaluate";
            if self.budget.exhausted.replace(true) {
                // Everything from here on is unknown for this reason: saying so once is enough.
                return Value::unknown(Cause::Limit(message.to_owned()), span);
            }
            return self.refused(span, message);
        }
        self.budget.depth.set(depth + 1);
        self.budget.charge(1);
        let value = run();
        self.budget.depth.set(depth);
        match &value.kind {
            ValueKind::Unknown(unknown) if unknown.at == span => match &unknown.cause {
                Cause::Limit(message) => self.refused(span, message),
                _ => value,
            },
            _ => value,
        }
    }

    /// A value that was made at a place, if it is not too large to be kept.
    pub(super) fn kept(&self, value: Value, span: Span) -> Value {
        let parts = parts(&value);
        self.budget.charge(parts.unwrap_or(MAX_PARTS));
        if parts.is_some() { value } else { self.refused(span, "the value grows too large") }
    }

    /// An unknown value in place of one that goes beyond a bound; the bound is told.
    pub(super) fn refused(&self, span: Span, message: &str) -> Value {
        self.report(
            Problem::error("evaluation-limit", message)
                .at(span)
                .help("the value counts as unknown; simplify the expressions that lead here"),
        );
        Value::unknown(Cause::Limit(message.to_owned()), span)
    }
}

/// The parts of a value; `None` if it has too many or nests too deep.
fn parts(value: &Value) -> Option<usize> {
    let mut left = MAX_PARTS;
    take(value, MAX_NESTING, &mut left)?;
    Some(MAX_PARTS - left)
}

fn take(value: &Value, levels: usize, left: &mut usize) -> Option<()> {
    *left = left.checked_sub(1)?;
    let levels = levels.checked_sub(1)?;
    match &value.kind {
        ValueKind::String(text) => *left = left.checked_sub(text.len() / TEXT_PART)?,
        ValueKind::List(items) | ValueKind::Set(items) => {
            items.iter().try_for_each(|item| take(item, levels, left))?;
        }
        ValueKind::Template(items) => items.iter().try_for_each(|item| take(item, levels, left))?,
        ValueKind::Map(entries) => entries.values().try_for_each(|entry| take(entry, levels, left))?,
        _ => {}
    }
    Some(())
}

/// What it takes to take out the elements of a collection.
fn elements(collection: &Value) -> usize {
    let count = match &collection.kind {
        ValueKind::List(items) | ValueKind::Set(items) => items.len(),
        ValueKind::Map(entries) => entries.len(),
        _ => 0,
    };
    count.saturating_mul(1 + collection.origin.length())
}

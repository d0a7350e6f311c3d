//! Decisions that hang on inputs of the root: conditions, and whether there is an element to repeat something for.
//!
//! They are written down where evaluation meets them, with what it takes to ask them again under another choice.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::evaluate::Evaluator;
use super::operators::truth;
use super::order;
use super::scope::{Names, Scope};
use super::trace::{Mark, Trace};
use crate::resource::{Cause, Value, ValueKind};
use crate::source::Span;
use crate::syntax::hcl::{Expr, ExprKind};

/// The most decisions of one evaluation. Real configurations have hundreds.
const MOST_DECISIONS: usize = 4096;
/// The most rows of one table that are worth a try. Real tables have a row for each environment or Region.
const MOST_ROWS: usize = 32;

/// What is asked of an expression.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Question {
    /// Whether it is true.
    Truth,
    /// Whether there is anything: a number above zero, a collection or text that is not empty.
    Existence,
    /// Whether it is the key of this row of a table.
    Row(Arc<str>),
}

impl Question {
    /// The answer that a value gives; `None` if it gives none.
    pub(super) fn answer(&self, value: &Value) -> Option<bool> {
        match (self, &value.kind) {
            // A chosen value that is none of those it is compared with.
            (Self::Row(_), ValueKind::Unknown(unknown)) if matches!(unknown.cause, Cause::Chosen(_)) => {
                Some(false)
            }
            (Self::Row(key), _) => value.to_text().map(|text| text == *key),
            (Self::Truth, _) => truth(value),
            (Self::Existence, ValueKind::Number(number)) => Some(number.as_f64() > 0.0),
            (Self::Existence, ValueKind::String(text)) => Some(!text.is_empty()),
            (Self::Existence, ValueKind::Map(entries)) => Some(!entries.is_empty()),
            (Self::Existence, ValueKind::List(items) | ValueKind::Set(items)) => {
                let is_there = items.iter().any(|item| !item.is_several());
                if is_there || items.is_empty() { Some(is_there) } else { None }
            }
            (Self::Existence, ValueKind::Null) => Some(false),
            (Self::Existence, ValueKind::Unknown(unknown)) if matches!(unknown.cause, Cause::Chosen(_)) => {
                Some(true)
            }
            (Self::Existence, _) => None,
        }
    }
}

/// One decision: everything of the same module at the same place, however often it is met.
#[derive(Debug)]
pub(super) struct Decision {
    pub(super) question: Question,
    /// What decides.
    pub(super) expr: Expr,
    /// The module, as it is called, without instance keys.
    module: Rc<str>,
    /// The module instance where it was met first.
    pub(super) instance: usize,
    /// What it hangs on there.
    pub(super) trace: Trace,
    /// The names bound there.
    pub(super) bound: Rc<BTreeMap<Arc<str>, Value>>,
    /// The answers that would add something: what is left out if a condition is false is not worth a try.
    pub(super) worthwhile: Answers,
    /// The answers that it had.
    pub(super) had: Cell<Answers>,
    /// Whether once it had none, because nobody knows before deployment.
    pub(super) was_open: Cell<bool>,
}

impl Decision {
    pub(super) fn site(&self) -> Site {
        (Rc::clone(&self.module), self.expr.span, self.question.clone())
    }
}

/// Some of true and false.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Answers {
    yes: bool,
    no: bool,
}

impl Answers {
    pub(super) const BOTH: Self = Self { yes: true, no: true };

    pub(super) fn only(answer: bool) -> Self {
        Self { yes: answer, no: !answer }
    }

    pub(super) fn has(self, answer: bool) -> bool {
        if answer { self.yes } else { self.no }
    }

    pub(super) fn and(self, answer: bool) -> Self {
        Self { yes: self.yes || answer, no: self.no || !answer }
    }
}

/// Where a decision stands: the module, as it is called, and the text.
pub(super) type Site = (Rc<str>, Span, Question);

/// The decisions of one evaluation, in the order in which they were met.
#[derive(Debug, Default)]
pub(super) struct Decisions {
    pub(super) list: Vec<Rc<Decision>>,
    numbers: FxHashMap<Site, usize>,
    /// What the resources that matter hang on.
    pub(super) relevant: Vec<Trace>,
    /// Whether there are more, which are not written down.
    pub(super) is_beyond: bool,
}

impl Evaluator<'_> {
    /// Writes a decision down if it hangs on an input. `value` is what the expression gave.
    pub(super) fn decided(
        &self,
        question: &Question,
        expr: &Expr,
        value: &Value,
        trace: Trace,
        scope: Scope<'_>,
        worthwhile: Answers,
    ) {
        if trace.is_empty() || scope.instance.is_nowhere() {
            return;
        }
        let site = (Rc::clone(&scope.instance.declared_prefix), expr.span, question.clone());
        let mut decisions = self.decisions.borrow_mut();
        let number = match decisions.numbers.get(&site) {
            Some(&number) => number,
            None if decisions.list.len() == MOST_DECISIONS => {
                decisions.is_beyond = true;
                return;
            }
            None => {
                let number = decisions.list.len();
                let decision = Decision {
                    question: question.clone(),
                    expr: expr.clone(),
                    module: Rc::clone(&site.0),
                    instance: scope.instance.id,
                    trace,
                    bound: Rc::new(bound(scope)),
                    worthwhile,
                    had: Cell::default(),
                    was_open: Cell::default(),
                };
                decisions.numbers.insert(site, number);
                decisions.list.push(Rc::new(decision));
                number
            }
        };
        let decision = &decisions.list[number];
        match question.answer(value) {
            Some(answer) => decision.had.set(decision.had.get().and(answer)),
            None => decision.was_open.set(true),
        }
        drop(decisions);
        self.marked(Mark::Decision(number));
    }

    /// Evaluates what chooses a row of a table: each row that is another than the chosen one is worth a try.
    pub(super) fn row_key(&self, table: &Value, key: &Expr, scope: Scope<'_>) -> Value {
        let outer = self.begin_trace();
        let chosen = self.evaluate(key, scope);
        let trace = self.end_trace(outer);
        let ValueKind::Map(rows) = &table.kind else { return chosen };
        if trace.is_empty() {
            return chosen;
        }
        let own = chosen.to_text().and_then(|key| rows.get(&key));
        let others =
            rows.iter().filter(|(_, row)| own.is_none_or(|own| order::equal(own, row) != Some(true)));
        for (number, (name, _)) in others.enumerate() {
            if number == MOST_ROWS {
                self.decisions.borrow_mut().is_beyond = true;
                break;
            }
            self.budget.charge(1);
            let question = Question::Row(Arc::clone(name));
            self.decided(&question, key, &chosen, trace, scope, Answers::only(true));
        }
        chosen
    }

    /// Evaluates an argument that is passed over if it is empty.
    pub(super) fn passed_over(&self, argument: &Expr, scope: Scope<'_>) -> Value {
        let outer = self.begin_trace();
        let value = self.evaluate(argument, scope);
        let trace = self.end_trace(outer);
        self.decided(&Question::Existence, argument, &value, trace, scope, Answers::BOTH);
        value
    }

    /// What was just evaluated matters: the decisions it hangs on are worth trying otherwise.
    pub(super) fn matters(&self, trace: Trace) {
        if !trace.is_empty() {
            self.decisions.borrow_mut().relevant.push(trace);
        }
    }

    /// The decisions that something which matters hangs on, in the order in which they were met.
    pub(super) fn relevant_decisions(&self) -> Vec<Rc<Decision>> {
        let traces = std::mem::take(&mut self.decisions.borrow_mut().relevant);
        let mut numbers: Vec<usize> = traces.into_iter().flat_map(|trace| self.decisions_of(trace)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let decisions = self.decisions.borrow();
        numbers.into_iter().map(|number| Rc::clone(&decisions.list[number])).collect()
    }
}

/// Which answers of a condition add something: not those that lead to a branch without content.
pub(super) fn worthwhile(then: &Expr, otherwise: &Expr) -> Answers {
    match (is_vacant(then), is_vacant(otherwise)) {
        (true, false) => Answers::only(false),
        (false, true) => Answers::only(true),
        (true, true) => Answers::default(),
        (false, false) => Answers::BOTH,
    }
}

/// Whether an expression is written as nothing: `null`, `false`, `0`, `""`, `[]`, `{}`, `toset([])`.
fn is_vacant(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Null => true,
        ExprKind::Bool(value) => !value,
        ExprKind::Number(number) => number.as_f64() == 0.0,
        ExprKind::String(text) => text.is_empty(),
        ExprKind::List(items) => items.is_empty(),
        ExprKind::Object(items) => items.is_empty(),
        ExprKind::Parenthesis(inner) => is_vacant(inner),
        ExprKind::Call { name, arguments, .. } => {
            matches!(&**name, "toset" | "tolist" | "tomap") && arguments.iter().all(is_vacant)
        }
        _ => false,
    }
}

/// The names bound in a scope, the innermost of each.
fn bound(scope: Scope<'_>) -> BTreeMap<Arc<str>, Value> {
    let mut names = BTreeMap::new();
    let mut next = scope.bindings;
    while let Some(binding) = next {
        match &binding.names {
            Names::One(name, value) => {
                names.entry(Arc::from(*name)).or_insert_with(|| value.clone());
            }
            Names::All(values) => {
                for (name, value) in *values {
                    names.entry(Arc::clone(name)).or_insert_with(|| value.clone());
                }
            }
        }
        next = binding.outer;
    }
    names
}

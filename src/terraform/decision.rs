//! Decisions that hang on inputs of the root: conditions, and whether there is an element to repeat something for.
//!
//! They are written down where evaluation meets them, with what it takes to ask them again under another choice.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHasher};

use super::evaluate::Evaluator;
use super::operators::truth;
use super::order;
use super::scope::{BoundBy, Names, Scope};
use super::trace::{Mark, Trace};
use crate::resource::{Cause, Value, ValueKind};
use crate::source::Span;
use crate::syntax::hcl::{Expr, ExprKind, StepKind, TemplatePart};

/// The most decisions of one evaluation. Real configurations have hundreds.
const MOST_DECISIONS: usize = 4096;
/// The most elements for which a decision at one place is told apart.
const MOST_MEETINGS: usize = 16;
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

/// A name that is bound where a decision was met.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    pub(super) name: Arc<str>,
    pub(super) value: Value,
    /// What the value hangs on.
    pub(super) trace: Trace,
    pub(super) found: Found,
}

/// Where its value came from, so that it can be found again under another choice.
#[derive(Clone, Debug)]
pub(super) enum Found {
    /// Nothing that can be found again.
    Fixed,
    /// `each` or `count` of a resource: its index in the module, and the instance's suffix.
    Resource(usize, String),
    /// `each` or `count` of the call that made a module instance, by the instance's id.
    Call(usize),
    /// The element of a collection with a key.
    Element(Expr, Value),
    /// The same, as the `key` and `value` of a dynamic block.
    Block(Expr, Value),
}

/// One decision: what is decided at one place of a module for one element, however often it is met.
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
    /// The names bound there, the outermost first.
    pub(super) bound: Rc<Vec<Bound>>,
    /// Which meeting of the place it is.
    meeting: u64,
    /// The answers that would add something: what is left out if a condition is false is not worth a try.
    pub(super) worthwhile: Answers,
    /// The answers that it had.
    pub(super) had: Cell<Answers>,
    /// Whether once it had none, because nobody knows before deployment.
    pub(super) was_open: Cell<bool>,
    /// Whether it is about a table that has more rows than are tried.
    pub(super) has_more: Cell<bool>,
}

impl Decision {
    pub(super) fn site(&self) -> Site {
        (Rc::clone(&self.module), self.expr.span, self.question.clone(), self.meeting)
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

/// Where a decision stands: the module, as it is called, the text, and which meeting of it.
pub(super) type Site = (Rc<str>, Span, Question, u64);

/// Where a decision stands, whichever meeting it is.
type Spot = (Rc<str>, Span, Question);

/// The keys of a table, by what their rows are beside the chosen one.
#[derive(Debug)]
struct Table {
    /// The chosen row, and those that are the same.
    alike: Vec<Arc<str>>,
    others: Vec<Arc<str>>,
    /// Kept, so that no other table comes to lie at its place in memory.
    _rows: Arc<BTreeMap<Arc<str>, Value>>,
}

/// The decisions of one evaluation, in the order in which they were met.
#[derive(Debug, Default)]
pub(super) struct Decisions {
    pub(super) list: Vec<Rc<Decision>>,
    numbers: FxHashMap<Site, usize>,
    /// How many meetings of a place are told apart so far.
    meetings: FxHashMap<Spot, usize>,
    /// Tables, by their place in memory and the key of the chosen row.
    tables: FxHashMap<(usize, Option<Arc<str>>), Rc<Table>>,
    /// What the resources that matter hang on.
    pub(super) relevant: Vec<Trace>,
    /// Whether there are more, which are not written down.
    pub(super) is_beyond: bool,
}

impl Decisions {
    /// Which meeting of a place this is: what is decided for one element says little about another. Of many, those
    /// beyond count as the first.
    fn meeting(&mut self, spot: &Spot, scope: Scope<'_>) -> u64 {
        let meeting = meeting(scope);
        if meeting == 0 {
            return 0;
        }
        if self.numbers.contains_key(&(Rc::clone(&spot.0), spot.1, spot.2.clone(), meeting)) {
            return meeting;
        }
        let met = self.meetings.entry(spot.clone()).or_default();
        *met += 1;
        if *met > MOST_MEETINGS { 0 } else { meeting }
    }
}

/// A number for the module instance and the elements that a scope is about; zero for the only one.
fn meeting(scope: Scope<'_>) -> u64 {
    let mut hasher = FxHasher::default();
    let mut is_one_of_many = *scope.instance.prefix != *scope.instance.declared_prefix;
    scope.instance.prefix.hash(&mut hasher);
    let mut next = scope.bindings;
    while let Some(binding) = next {
        match binding.by {
            BoundBy::Fixed => {}
            BoundBy::Resource(_, suffix) => suffix.hash(&mut hasher),
            BoundBy::Call(instance) => instance.hash(&mut hasher),
            BoundBy::Element(_, key) | BoundBy::Block(_, key) => key.to_text().hash(&mut hasher),
        }
        is_one_of_many |= !matches!(binding.by, BoundBy::Fixed);
        next = binding.outer;
    }
    if is_one_of_many { hasher.finish().max(1) } else { 0 }
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
    ) -> Option<Rc<Decision>> {
        if trace.is_empty() || scope.instance.is_nowhere() {
            return None;
        }
        let spot = (Rc::clone(&scope.instance.declared_prefix), expr.span, question.clone());
        let mut decisions = self.decisions.borrow_mut();
        let meeting = decisions.meeting(&spot, scope);
        let site = (spot.0, spot.1, spot.2, meeting);
        let number = match decisions.numbers.get(&site) {
            Some(&number) => number,
            None if decisions.list.len() == MOST_DECISIONS => {
                decisions.is_beyond = true;
                return None;
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
                    meeting,
                    worthwhile,
                    had: Cell::default(),
                    was_open: Cell::default(),
                    has_more: Cell::default(),
                };
                decisions.numbers.insert(site, number);
                decisions.list.push(Rc::new(decision));
                number
            }
        };
        let decision = Rc::clone(&decisions.list[number]);
        match question.answer(value) {
            Some(answer) => decision.had.set(decision.had.get().and(answer)),
            None => decision.was_open.set(true),
        }
        drop(decisions);
        self.marked(Mark::Decision(number));
        Some(decision)
    }

    /// Evaluates what chooses a row of a table: each row that is another than the chosen one is worth a try.
    pub(super) fn row_key(&self, table: &Value, key: &Expr, scope: Scope<'_>) -> Value {
        let outer = self.begin_trace();
        let chosen = self.evaluate(key, scope);
        let trace = self.end_trace(outer);
        let ValueKind::Map(rows) = &table.kind else { return chosen };
        // What a loop looks up is decided by what it goes over.
        if trace.is_empty() || is_of_loop(key, scope) {
            return chosen;
        }
        let own = chosen.to_text();
        let table = self.table(rows, own.as_ref());
        // What a loop binds is not in the key.
        let scope = Scope::module(scope.instance);
        let decided = |name: &Arc<str>, value: &Value| {
            self.budget.charge(1);
            self.decided(&Question::Row(Arc::clone(name)), key, value, trace, scope, Answers::only(true))
        };
        // Rows that are alike are all had with one of them.
        for name in table.alike.iter().take(MOST_ROWS) {
            decided(name, &Value::string(Arc::clone(name), key.span));
        }
        for name in table.others.iter().take(MOST_ROWS) {
            if let Some(decision) = decided(name, &chosen).filter(|_| table.others.len() > MOST_ROWS) {
                decision.has_more.set(true);
            }
        }
        chosen
    }

    /// The rows of a table beside the chosen one; compared once.
    fn table(&self, rows: &Arc<BTreeMap<Arc<str>, Value>>, own: Option<&Arc<str>>) -> Rc<Table> {
        let known = (Arc::as_ptr(rows).addr(), own.cloned());
        if let Some(table) = self.decisions.borrow().tables.get(&known) {
            return Rc::clone(table);
        }
        let chosen = own.and_then(|own| rows.get(own));
        let is_alike = |row: &Value| {
            self.budget.charge_reading(row);
            chosen.is_some_and(|chosen| order::equal(chosen, row) == Some(true))
        };
        let (alike, others): (Vec<_>, Vec<_>) = rows.iter().partition(|(_, row)| is_alike(row));
        let names =
            |rows: Vec<(&Arc<str>, &Value)>| rows.into_iter().map(|(name, _)| Arc::clone(name)).collect();
        let table = Rc::new(Table { alike: names(alike), others: names(others), _rows: Arc::clone(rows) });
        self.decisions.borrow_mut().tables.insert(known, Rc::clone(&table));
        table
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

/// Whether an expression may name what a loop binds.
fn is_of_loop(expr: &Expr, scope: Scope<'_>) -> bool {
    let any = |parts: &[Expr]| parts.iter().any(|part| is_of_loop(part, scope));
    match &expr.kind {
        ExprKind::Parenthesis(inner) => is_of_loop(inner, scope),
        ExprKind::Variable(name) => scope.bound(name).is_some(),
        ExprKind::Traversal { base, steps } => {
            is_of_loop(base, scope)
                || steps
                    .iter()
                    .any(|step| matches!(&step.kind, StepKind::Index(key) if is_of_loop(key, scope)))
        }
        ExprKind::Call { arguments, .. } => any(arguments),
        ExprKind::List(items) => any(items),
        ExprKind::Unary(_, operand) => is_of_loop(operand, scope),
        ExprKind::Binary(left, _, right) => is_of_loop(left, scope) || is_of_loop(right, scope),
        ExprKind::Conditional { condition, then, otherwise } => {
            [condition, then, otherwise].into_iter().any(|part| is_of_loop(part, scope))
        }
        ExprKind::Template(parts) => parts.iter().any(|part| match part {
            TemplatePart::Literal { .. } => false,
            TemplatePart::Interpolation(expr) => is_of_loop(expr, scope),
            _ => scope.bindings.is_some(),
        }),
        ExprKind::String(_) | ExprKind::Number(_) | ExprKind::Bool(_) | ExprKind::Null => false,
        _ => scope.bindings.is_some(),
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

/// The names bound in a scope, the outermost first.
fn bound(scope: Scope<'_>) -> Vec<Bound> {
    let mut names = Vec::new();
    let mut next = scope.bindings;
    while let Some(binding) = next {
        match &binding.names {
            Names::One(name, value) => {
                let found = match binding.by {
                    BoundBy::Fixed => Found::Fixed,
                    BoundBy::Resource(resource, suffix) => Found::Resource(resource, suffix.to_owned()),
                    BoundBy::Call(instance) => Found::Call(instance),
                    BoundBy::Element(collection, key) => Found::Element(collection.clone(), key.clone()),
                    BoundBy::Block(collection, key) => Found::Block(collection.clone(), key.clone()),
                };
                let trace = binding.trace;
                names.push(Bound { name: Arc::from(*name), value: value.clone(), trace, found });
            }
            Names::All(values) => names.extend(values.iter().map(|(name, value)| Bound {
                name: Arc::clone(name),
                value: value.clone(),
                trace: binding.trace,
                found: Found::Fixed,
            })),
        }
        next = binding.outer;
    }
    names.reverse();
    names
}

//! What decides, as a formula about the settings of inputs.
//!
//! `&&`, `||`, `!` and conditionals are taken apart, through locals, arguments and outputs. What is left, such as
//! a comparison or a function, hangs on few inputs: it is evaluated under each of their settings, and the formula
//! says under which it is true. The formula is a guide only: what really holds is found by evaluating everything.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::budget::Budget;
use super::decision::{Bound, Decision, Found, Question};
use super::evaluate::{Case, Evaluator};
use super::expand::Expansion;
use super::place::Place;
use super::scope::Scope;
use super::settings::Candidate;
use crate::choice::{Formula, Formulas};
use crate::resource::{Number, Value, ValueKind};
use crate::source::Span;
use crate::syntax::hcl::{BinaryOp, Expr, ExprKind, Step, StepKind, UnaryOp};

/// The most choices under which one expression is evaluated.
const MOST_ROWS: usize = 64;
/// The most choices under which anything is evaluated to learn what it is.
const MOST_PROBES: usize = 512;
/// The most parts of all formulas.
const MOST_PARTS: usize = 400_000;
/// The deepest chain of definitions that is followed.
const MOST_DEPTH: usize = 128;

/// What the inputs are set to: input to setting, by their numbers, without those that keep their default.
pub(super) type Choice = BTreeMap<usize, usize>;

/// Formulas, and evaluations under choices to find them.
pub(super) struct Probes<'a> {
    case: Case<'a>,
    default: Rc<Evaluator<'a>>,
    pub(super) formulas: Formulas,
    by_choice: BTreeMap<Choice, Rc<Evaluator<'a>>>,
    /// Makes the budget of one more evaluation.
    budget: Box<dyn Fn() -> Budget + 'a>,
}

impl<'a> Probes<'a> {
    pub(super) fn new(case: Case<'a>, default: Rc<Evaluator<'a>>, budget: impl Fn() -> Budget + 'a) -> Self {
        let budget = Box::new(budget);
        Self { case, default, formulas: Formulas::default(), by_choice: BTreeMap::new(), budget }
    }

    /// The formula of a decision that was met in an evaluation.
    pub(super) fn formula(&mut self, evaluator: &Evaluator<'a>, decision: &Decision) -> Formula {
        let instance = evaluator.instance(decision.instance);
        let place = Place { instance, bound: Rc::clone(&decision.bound) };
        let mut reader = Reader { probes: self, evaluator, known: FxHashMap::default() };
        reader.read(&decision.question, &decision.expr, &place, 0)
    }

    /// An evaluation under a choice, of nothing yet.
    pub(super) fn evaluator(&self, choice: &Choice) -> Evaluator<'a> {
        let inputs = &self.case.settings.inputs;
        let chosen =
            choice.iter().filter_map(|(&input, &setting)| Some((input, inputs[input].value(setting)?)));
        Evaluator::new(self.case, chosen.collect(), (self.budget)())
    }

    /// Whether no more is learnt: there were too many choices to try, or formulas grew too large.
    pub(super) fn is_full(&self) -> bool {
        self.by_choice.len() >= MOST_PROBES || self.formulas.len() >= MOST_PARTS
    }

    fn probe(&mut self, choice: &Choice) -> Option<Rc<Evaluator<'a>>> {
        if choice.is_empty() {
            return Some(Rc::clone(&self.default));
        }
        if let Some(probe) = self.by_choice.get(choice) {
            return Some(Rc::clone(probe));
        }
        if self.is_full() {
            return None;
        }
        let probe = Rc::new(self.evaluator(choice));
        self.by_choice.insert(choice.clone(), Rc::clone(&probe));
        Some(probe)
    }

    /// Thinks of the settings of an input, if that was not done before.
    fn open(&mut self, number: usize) {
        let input = &self.case.settings.inputs[number];
        if input.is_opened() {
            return;
        }
        let root = self.default.instance(0);
        let candidates = input.open(self.default.variable(&root, &input.name, input.head));
        self.offer(number, candidates);
        let module = Arc::clone(&root.module);
        let Some(variable) = module.variables.get(&input.name) else { return };
        let default = Rc::clone(&self.default);
        for validation in &variable.validations {
            let mut reader = Reader { probes: self, evaluator: &default, known: FxHashMap::default() };
            reader.compare(&validation.condition, &Place::module(Rc::clone(&root)), &mut Names::default(), 0);
        }
    }

    /// Adds values to the settings of an input, but not those that the code refuses.
    fn offer(&mut self, number: usize, candidates: Vec<Candidate>) {
        let input = &self.case.settings.inputs[number];
        for candidate in candidates {
            if input.wants(&candidate) && self.is_valid(number, &candidate) {
                input.add(candidate);
            }
        }
    }

    /// Whether no validation of an input refuses a value.
    fn is_valid(&self, number: usize, candidate: &Candidate) -> bool {
        let input = &self.case.settings.inputs[number];
        let Some(variable) = self.case.root.variables.get(&input.name) else { return false };
        if variable.validations.is_empty() {
            return true;
        }
        let chosen = candidate.value(input).map(|value| (number, value)).into_iter().collect();
        let probe = Evaluator::new(self.case, chosen, (self.budget)());
        let root = probe.instance(0);
        variable.validations.iter().all(|validation| {
            Question::Truth.answer(&probe.evaluate(&validation.condition, Scope::module(&root)))
                != Some(false)
        })
    }
}

/// Names that were followed, each in its module instance.
type Names = FxHashSet<(usize, Arc<str>)>;

/// One reading of what decides.
struct Reader<'p, 'a> {
    probes: &'p mut Probes<'a>,
    /// The evaluation in which it was met.
    evaluator: &'p Evaluator<'a>,
    /// What definitions say, by module instance and name.
    known: FxHashMap<(usize, Arc<str>, Question), Formula>,
}

impl Reader<'_, '_> {
    fn read(&mut self, question: &Question, expr: &Expr, place: &Place, depth: usize) -> Formula {
        use Question::{Existence, Truth};
        if depth == MOST_DEPTH {
            return self.probes.formulas.opaque();
        }
        let depth = depth + 1;
        match (&expr.kind, question) {
            (ExprKind::Parenthesis(inner), _) => self.read(question, inner, place, depth),
            (ExprKind::Unary(UnaryOp::Not, inner), Truth) => {
                let inner = self.read(&Truth, inner, place, depth);
                self.probes.formulas.not(inner)
            }
            (ExprKind::Binary(left, BinaryOp::And, right), Truth)
            | (ExprKind::Binary(left, BinaryOp::Multiply, right), Existence) => {
                let both = [left, right].map(|side| self.read(question, side, place, depth));
                self.probes.formulas.every(both)
            }
            (ExprKind::Binary(left, BinaryOp::Or, right), Truth)
            | (ExprKind::Binary(left, BinaryOp::Add, right), Existence) => {
                let either = [left, right].map(|side| self.read(question, side, place, depth));
                self.probes.formulas.any(either)
            }
            (ExprKind::Conditional { condition, then, otherwise }, _) => {
                let condition = self.read(&Truth, condition, place, depth);
                let then = self.read(question, then, place, depth);
                let otherwise = self.read(question, otherwise, place, depth);
                let formulas = &mut self.probes.formulas;
                let not = formulas.not(condition);
                let (then, otherwise) = (formulas.every([condition, then]), formulas.every([not, otherwise]));
                formulas.any([then, otherwise])
            }
            (ExprKind::List(items), Existence) => self.probes.formulas.known(!items.is_empty()),
            (ExprKind::Object(items), Existence) => self.probes.formulas.known(!items.is_empty()),
            (ExprKind::For(each), Existence) if each.condition.is_none() => {
                self.read(&Existence, &each.collection, place, depth)
            }
            (ExprKind::Call { name, arguments, expand_last: false, .. }, Existence) => {
                match (&**name, &arguments[..]) {
                    (
                        "distinct" | "keys" | "length" | "nonsensitive" | "reverse" | "sensitive" | "sort"
                        | "tolist" | "tomap" | "toset" | "values",
                        [argument],
                    ) => self.read(&Existence, argument, place, depth),
                    ("concat" | "merge" | "setunion", arguments) => {
                        let any: Vec<_> = arguments
                            .iter()
                            .map(|argument| self.read(&Existence, argument, place, depth))
                            .collect();
                        self.probes.formulas.any(any)
                    }
                    _ => self.leaf(question, expr, place),
                }
            }
            (ExprKind::Traversal { base, steps }, _) => {
                self.reference(question, expr, base, steps, place, depth)
            }
            _ => self.leaf(question, expr, place),
        }
    }

    /// A name is what it is defined as.
    fn reference(
        &mut self,
        question: &Question,
        expr: &Expr,
        base: &Expr,
        steps: &[Step],
        place: &Place,
        depth: usize,
    ) -> Formula {
        let ExprKind::Variable(root) = &base.kind else { return self.leaf(question, expr, place) };
        let names = names(steps);
        if place.binds(root) || names.len() != steps.len() {
            return self.leaf(question, expr, place);
        }
        let key = (place.instance.id, name_of(root, &names), question.clone());
        if let Some(&known) = self.known.get(&key) {
            return known;
        }
        let (value, inputs) = self.inputs(expr, place);
        let formula = if inputs.is_empty() {
            self.constant(question, &value)
        } else {
            let whole = names.len() == if &**root == "module" { 2 } else { 1 };
            self.with_definition(root, &names, place, |reader, defined, there| {
                whole.then(|| reader.read(question, defined, there, depth))
            })
            .flatten()
            .unwrap_or_else(|| self.leaf(question, expr, place))
        };
        self.known.insert(key, formula);
        formula
    }

    /// What a name is defined as, and where: a local's value, a call's argument or a variable's default, an output's
    /// value. `None` for inputs of the root, and for what is no name of these.
    fn with_definition<T>(
        &mut self,
        root: &str,
        names: &[&Arc<str>],
        place: &Place,
        then: impl FnOnce(&mut Self, &Expr, &Place) -> T,
    ) -> Option<T> {
        let instance = &place.instance;
        let name = names.first()?;
        let here = || Place::module(Rc::clone(instance));
        match root {
            "local" => Some(then(self, &instance.module.locals.get(*name)?.value, &here())),
            "var" => {
                let parent = instance.parent.as_ref()?;
                let caller = self.evaluator.instance(parent.instance);
                let calling = Arc::clone(&caller.module);
                if let Some(argument) = calling.calls[parent.call].body.attribute(name) {
                    let trace = caller.trace_of_call(parent.call);
                    let bound = parent.repetition.iter();
                    let bound = bound.map(|(name, each)| Bound {
                        name: Arc::from(*name),
                        value: each.clone(),
                        trace,
                        found: Found::Call(instance.id),
                    });
                    let bound = bound.collect();
                    return Some(then(
                        self,
                        &argument.value,
                        &Place { instance: caller, bound: Rc::new(bound) },
                    ));
                }
                Some(then(self, instance.module.variables.get(*name)?.default.as_ref()?, &here()))
            }
            "module" => {
                let called = self.evaluator.children(instance, instance.module.call(name)?);
                let child = *called.instances.as_ref()?.first()?;
                if called.instances.as_ref()?.len() > 1 || !matches!(&*called.expansion, Expansion::Single) {
                    return None;
                }
                let child = self.evaluator.instance(child);
                let mut outputs = child.module.outputs.iter();
                let output = outputs.find(|output| Some(&&output.name) == names.get(1))?;
                Some(then(self, output.value.as_ref()?, &Place::module(Rc::clone(&child))))
            }
            _ => None,
        }
    }

    /// The value of an expression, and the inputs it hangs on.
    fn inputs(&self, expr: &Expr, place: &Place) -> (Value, Vec<usize>) {
        let evaluator = self.evaluator;
        let (value, trace) = evaluator.traced(|| place.evaluate(expr, evaluator));
        (value, evaluator.inputs_of(trace))
    }

    fn constant(&mut self, question: &Question, value: &Value) -> Formula {
        match question.answer(value) {
            Some(answer) => self.probes.formulas.known(answer),
            None => self.probes.formulas.opaque(),
        }
    }

    /// What is not taken apart: a table of the settings under which it holds.
    fn leaf(&mut self, question: &Question, expr: &Expr, place: &Place) -> Formula {
        let (value, inputs) = self.inputs(expr, place);
        if inputs.is_empty() {
            return self.constant(question, &value);
        }
        for &input in &inputs {
            self.probes.open(input);
        }
        match question {
            Question::Row(key) => self.offer(key, &inputs, value.origin.written),
            Question::Existence => self.offer(&Arc::from(""), &inputs, value.origin.written),
            Question::Truth => {}
        }
        self.compare(expr, place, &mut Names::default(), 0);
        let way = place.way(self.evaluator);
        let mut holds = Vec::new();
        for row in rows(&inputs, |input| self.probes.case.settings.inputs[input].count()) {
            let changed = row.iter().copied().filter(|&(_, setting)| setting != 0).collect();
            let answer = self
                .probes
                .probe(&changed)
                .and_then(|probe| question.answer(&place.evaluate_in(&probe, &way, expr)?));
            if answer == Some(false) {
                continue;
            }
            let formulas = &mut self.probes.formulas;
            let mut all: Vec<_> = row.iter().map(|&(input, setting)| formulas.is(input, setting)).collect();
            if answer.is_none() {
                all.push(formulas.opaque());
            }
            holds.push(formulas.every(all));
        }
        self.probes.formulas.any(holds)
    }

    /// A text, or the number that it writes, may be what an input has to be.
    fn offer(&mut self, text: &Arc<str>, inputs: &[usize], place: Span) {
        let number = Number::parse(text).map(|number| Value::new(ValueKind::Number(number), place));
        for value in std::iter::once(Value::string(Arc::clone(text), place)).chain(number) {
            for &input in inputs {
                let candidates = self.probes.case.settings.inputs[input].compared(&value, false);
                self.probes.offer(input, candidates);
            }
        }
    }

    /// Learns from comparisons in an expression what its inputs may be set to.
    fn compare(&mut self, expr: &Expr, place: &Place, seen: &mut Names, depth: usize) {
        if depth == MOST_DEPTH {
            return;
        }
        let depth = depth + 1;
        match &expr.kind {
            ExprKind::Parenthesis(inner) | ExprKind::Unary(_, inner) => {
                self.compare(inner, place, seen, depth);
            }
            ExprKind::Binary(left, op, right) => {
                let ordered = match op {
                    BinaryOp::Equal | BinaryOp::NotEqual => Some(false),
                    BinaryOp::Less | BinaryOp::LessOrEqual | BinaryOp::Greater | BinaryOp::GreaterOrEqual => {
                        Some(true)
                    }
                    _ => None,
                };
                if let Some(ordered) = ordered {
                    self.compared(left, right, ordered, place);
                    self.compared(right, left, ordered, place);
                }
                self.compare(left, place, seen, depth);
                self.compare(right, place, seen, depth);
            }
            ExprKind::List(items) => {
                for item in items {
                    self.compare(item, place, seen, depth);
                }
            }
            ExprKind::Object(items) => {
                for item in items {
                    self.compare(&item.value, place, seen, depth);
                }
            }
            ExprKind::Conditional { condition, then, otherwise } => {
                for part in [condition, then, otherwise] {
                    self.compare(part, place, seen, depth);
                }
            }
            ExprKind::Call { name, arguments, .. } => {
                match (&**name, &arguments[..]) {
                    ("contains", [all, one]) => {
                        self.compared(one, all, false, place);
                        self.held(all, one, place);
                    }
                    ("lookup", [all, one, ..]) => self.compared(one, all, false, place),
                    _ => {}
                }
                for argument in arguments {
                    self.compare(argument, place, seen, depth);
                }
            }
            ExprKind::Traversal { base, steps } => {
                if let ExprKind::Variable(root) = &base.kind
                    && !place.binds(root)
                {
                    let names = names(steps);
                    if seen.insert((place.instance.id, name_of(root, &names))) {
                        self.with_definition(root, &names, place, |reader, defined, there| {
                            reader.compare(defined, there, seen, depth);
                        });
                    }
                }
                for (index, step) in steps.iter().enumerate() {
                    let StepKind::Index(key) = &step.kind else { continue };
                    if let (ExprKind::Variable(_), 0) = (&base.kind, index) {
                        continue;
                    }
                    let kind = match index {
                        0 => base.kind.clone(),
                        _ => ExprKind::Traversal { base: base.clone(), steps: steps[..index].to_vec() },
                    };
                    self.compared(key, &Expr { kind, span: expr.span }, false, place);
                }
            }
            _ => {}
        }
    }

    /// `one` is compared with `with`, or with the elements or keys of it.
    fn compared(&mut self, one: &Expr, with: &Expr, ordered: bool, place: &Place) {
        let (_, inputs) = self.inputs(one, place);
        if inputs.is_empty() {
            return;
        }
        let (with, others) = self.inputs(with, place);
        if !others.is_empty() {
            return;
        }
        let values = match &with.kind {
            ValueKind::Map(entries) => {
                entries.keys().map(|key| Value::string(Arc::clone(key), with.origin.written)).collect()
            }
            ValueKind::Null => vec![with],
            _ => with.members(),
        };
        for input in inputs {
            self.probes.open(input);
            for value in &values {
                let candidates = self.probes.case.settings.inputs[input].compared(value, ordered);
                self.probes.offer(input, candidates);
            }
        }
    }
}

impl Reader<'_, '_> {
    /// `all` may hold `one`.
    fn held(&mut self, all: &Expr, one: &Expr, place: &Place) {
        let (_, inputs) = self.inputs(all, place);
        if inputs.is_empty() {
            return;
        }
        let (one, others) = self.inputs(one, place);
        if others.is_empty() {
            for input in inputs {
                self.probes.open(input);
                let candidate = self.probes.case.settings.inputs[input].holding(&one);
                self.probes.offer(input, candidate.into_iter().collect());
            }
        }
    }
}

/// The names that steps begin with.
fn names(steps: &[Step]) -> Vec<&Arc<str>> {
    let name = |step| match step {
        &Step { kind: StepKind::Attribute(ref name), .. } => Some(name),
        _ => None,
    };
    steps.iter().map_while(name).collect()
}

fn name_of(root: &str, names: &[&Arc<str>]) -> Arc<str> {
    std::iter::once(root).chain(names.iter().map(|name| &***name)).collect::<Vec<_>>().join(".").into()
}

/// The combinations of the settings of some inputs; if they are too many, those that differ from the default in
/// one input at most.
fn rows(inputs: &[usize], count: impl Fn(usize) -> usize) -> Vec<Vec<(usize, usize)>> {
    let all = inputs
        .iter()
        .try_fold(1_usize, |all, &input| all.checked_mul(count(input)).filter(|&all| all <= MOST_ROWS));
    if all.is_some() {
        return inputs.iter().fold(vec![Vec::new()], |rows, &input| {
            let with = |row: &Vec<_>, setting| row.iter().copied().chain([(input, setting)]).collect();
            rows.iter().flat_map(|row| (0..count(input)).map(move |setting| with(row, setting))).collect()
        });
    }
    let default: Vec<_> = inputs.iter().map(|&input| (input, 0)).collect();
    let mut rows = vec![default.clone()];
    for (index, &input) in inputs.iter().enumerate() {
        for setting in 1..count(input) {
            if rows.len() == MOST_ROWS {
                return rows;
            }
            let mut row = default.clone();
            row[index] = (input, setting);
            rows.push(row);
        }
    }
    rows
}

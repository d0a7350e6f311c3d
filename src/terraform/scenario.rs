//! Scenarios: other choices of the inputs of a root, under which something that matters is decided otherwise.
//!
//! Each is a whole assignment of the inputs, and everything is evaluated again under it: guards that contradict
//! each other never hold together, and no reader of a value needs to know about choices. What a scenario reaches
//! may hang on further decisions; those are tried with the scenario's choice kept.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::budget::Budget;
use super::condition::{Choice, Probes};
use super::decision::{Decision, Question, Site};
use super::evaluate::{Case, Evaluator};
use super::inputs::Inputs;
use super::module::{Module, ModuleStore};
use super::settings::{Input, Settings};
use crate::choice::{Domain, Outcome, Question as Search};
use crate::problem::Problem;
use crate::resource::{Configuration, Provider};
use crate::source::SourceMap;

/// The most scenarios of one root.
const MOST: usize = 32;
/// The most resources of all scenarios together.
const MOST_RESOURCES: usize = 160_000;
/// The most choices that are tried to find scenarios.
const MOST_TRIES: usize = 256;
/// The work that finding and evaluating them may take, in evaluations of the default.
const EFFORT: usize = 24;
/// The work that it may always take, in steps.
const LEAST_EFFORT: usize = 100_000;
/// The work that finding choices may take, in parts of formulas.
const SEARCH_EFFORT: usize = 2_000_000;
/// The inputs that a scenario's name tells one by one.
const NAMED: usize = 3;

/// Evaluates a root module under the defaults of its variables first, then under each scenario.
///
/// What of a scenario cannot be evaluated is no problem: nobody has chosen it.
pub fn evaluate_choices(
    root: &Arc<Module>,
    inputs: &Inputs,
    store: &ModuleStore,
    sources: &SourceMap,
    provider: &dyn Provider,
) -> Vec<Configuration> {
    let settings = Settings::of(root, inputs);
    let case = Case { root, inputs, store, sources, provider, settings: &settings };
    let default = Rc::new(Evaluator::new(case, BTreeMap::new(), Budget::default()));
    let mut configuration = default.run();
    let decisions = default.relevant_decisions();
    let mut found = Vec::new();
    if !decisions.is_empty() && !default.budget.is_exhausted() {
        let mut scenarios = Scenarios::new(case, &default, configuration.resources.len());
        if let Err(problem) = scenarios.find(default, decisions) {
            configuration.problems.push(problem);
        }
        found = scenarios.found;
    }
    found.insert(0, configuration);
    found
}

struct Scenarios<'a> {
    settings: &'a Settings,
    probes: Probes<'a>,
    steps: Rc<Cell<usize>>,
    most_steps: usize,
    most: usize,
    found: Vec<Configuration>,
    /// The answers that decisions had under some choice; `None` where nobody knows before deployment.
    covered: FxHashSet<(Site, Option<bool>)>,
    /// Whether some evaluation met more decisions than it wrote down.
    has_more_decisions: bool,
}

impl<'a> Scenarios<'a> {
    fn new(case: Case<'a>, default: &Rc<Evaluator<'a>>, resources: usize) -> Self {
        let steps = Rc::<Cell<usize>>::default();
        let most_steps = default.budget.steps().saturating_mul(EFFORT).max(LEAST_EFFORT);
        let shared = Rc::clone(&steps);
        let budget = move || Budget::shared(Rc::clone(&shared), most_steps);
        Self {
            settings: case.settings,
            probes: Probes::new(case, Rc::clone(default), budget),
            steps,
            most_steps,
            most: MOST.min(MOST_RESOURCES / resources.max(1)),
            found: Vec::new(),
            covered: FxHashSet::default(),
            has_more_decisions: false,
        }
    }

    /// Finds them. An error says that there are more.
    fn find(&mut self, default: Rc<Evaluator<'a>>, decisions: Vec<Rc<Decision>>) -> Result<(), Problem> {
        self.cover(&default);
        let mut seen = BTreeSet::from([Choice::new()]);
        let mut open = VecDeque::from([(Choice::new(), default, decisions)]);
        let mut tried = FxHashSet::default();
        let mut tries = 0;
        let mut effort = SEARCH_EFFORT;
        let mut more = None;
        while let Some((choice, evaluator, mut decisions)) = open.pop_front() {
            // Whether there is anything at all comes first: what it is made of is decided with it.
            decisions.sort_by_key(|decision| decision.question != Question::Existence);
            for decision in decisions {
                if decision.has_more.get() {
                    more.get_or_insert_with(|| self.too_many_for(&evaluator, &decision));
                }
                for answer in [true, false] {
                    if !decision.worthwhile.has(answer)
                        || self.covered.contains(&(decision.site(), Some(answer)))
                        || !tried.insert((decision.site(), answer))
                    {
                        continue;
                    }
                    let next = self.choose(&evaluator, &decision, answer, &choice, &mut effort);
                    if effort == 0 || self.is_exhausted() {
                        return Err(self.too_many_for(&evaluator, &decision));
                    }
                    let Some(next) = next else { continue };
                    if !seen.insert(next.clone()) {
                        continue;
                    }
                    tries += 1;
                    if self.found.len() >= self.most || tries > MOST_TRIES {
                        return Err(self.too_many_for(&evaluator, &decision));
                    }
                    let other = Rc::new(self.probes.evaluator(&next));
                    let mut configuration = other.run();
                    if self.is_exhausted() {
                        return Err(self.too_many_for(&evaluator, &decision));
                    }
                    let relevant = other.relevant_decisions();
                    let is_new = self.cover(&other);
                    if is_new {
                        configuration.scenario = Some(self.name(&next));
                        configuration.problems.clear();
                        self.found.push(configuration);
                        open.push_back((next, other, relevant));
                    }
                }
            }
        }
        let mut inputs = self.settings.inputs.iter();
        let beyond = inputs.find(|input| input.is_beyond() || self.has_more_decisions);
        let problem = beyond.map(|input| self.too_many(input)).or(more);
        problem.map_or(Ok(()), Err)
    }

    /// Whether the work that this may take is used up.
    fn is_exhausted(&self) -> bool {
        self.steps.get() >= self.most_steps || self.probes.is_full()
    }

    /// Notes the answers that the decisions of an evaluation had; whether one of them is new.
    fn cover(&mut self, evaluator: &Evaluator<'_>) -> bool {
        let mut is_new = false;
        self.has_more_decisions |= evaluator.forgot_marks() || evaluator.decisions.borrow().is_beyond;
        for decision in &evaluator.decisions.borrow().list {
            let known = [true, false].into_iter().filter(|&answer| decision.had.get().has(answer)).map(Some);
            for answer in known.chain(decision.was_open.get().then_some(None)) {
                is_new |= self.covered.insert((decision.site(), answer));
            }
        }
        is_new
    }

    /// The choice nearest to one under which a decision has an answer; failing that, one under which it has not
    /// the other answer, because nobody knows before deployment.
    fn choose(
        &mut self,
        evaluator: &Evaluator<'a>,
        decision: &Decision,
        answer: bool,
        from: &Choice,
        effort: &mut usize,
    ) -> Option<Choice> {
        let formula = self.probes.formula(evaluator, decision);
        let inputs = self.settings.inputs.iter().enumerate();
        let domains: Vec<_> = inputs
            .map(|(number, input)| Domain {
                values: input.count(),
                preferred: Some(from.get(&number).copied().unwrap_or_default()),
            })
            .collect();
        let not = self.probes.formulas.not(formula);
        let formulas = &self.probes.formulas;
        let must = [(formula, answer)];
        let may = [if answer { formula } else { not }];
        let changes =
            [(&must[..], &[][..]), (&[], &may)].into_iter().find_map(
                |(wanted, constraints)| match (Search { formulas, domains: &domains, wanted, constraints })
                    .solve(effort)
                {
                    Outcome::Found(changes) if !changes.is_empty() => Some(changes),
                    _ => None,
                },
            )?;
        let mut choice = from.clone();
        choice.extend(changes);
        choice.retain(|_, setting| *setting != 0);
        Some(choice)
    }

    /// A choice in words: `enable_ssh is true and environment is "prod"`.
    fn name(&self, choice: &Choice) -> String {
        let inputs = &self.settings.inputs;
        let mut words: Vec<String> =
            choice.iter().take(NAMED).map(|(&input, &setting)| inputs[input].words(setting)).collect();
        if choice.len() > NAMED {
            words.push(format!("{} other inputs have other values", choice.len() - NAMED));
        }
        let last = words.pop().unwrap_or_default();
        if words.is_empty() { last } else { format!("{} and {last}", words.join(", ")) }
    }

    fn too_many_for(&self, evaluator: &Evaluator<'_>, decision: &Decision) -> Problem {
        let inputs = evaluator.inputs_of(decision.trace);
        // A trace that is full may have lost its decisions, but inputs last.
        let input = inputs.first().copied().unwrap_or_default();
        self.too_many(&self.settings.inputs[input])
    }

    fn too_many(&self, input: &Input) -> Problem {
        let (found, name) = (self.found.len(), &input.name);
        Problem::warning(
            "scenario-limit",
            format!("the configuration has more than the {found} scenarios that are judged; other values of {name} are not"),
        )
        .at(input.head)
        .help("fix variables in a tfvars file or with --var-file, or split the configuration")
    }
}

//! Scenarios: other choices of the inputs, which make other resources.
//!
//! Evaluating the resources shows what decided them: branches of `Fn::If`, `Condition`s of resources, rows of
//! mappings, and inputs used as they are. Whatever could have gone otherwise there is a *target*: the other
//! branch, another row, another allowed value, under the branches that led to the place. The search finds the
//! choice nearest to the default that reaches it, and evaluating the resources under that choice shows further
//! places. So each way that a place can go is seen once, those that nothing can reach are dropped, and as many
//! inputs change at once as it takes, but no more.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashSet;

use super::called::{self, Callee, Nested};
use super::conditions::{Graph, Truth};
use super::domain::Domain;
use super::evaluator::{Evaluator, Use};
use super::parameters::{Parameter, Purpose, Setting};
use super::rules::Rule;
use super::scalar;
use super::symbolic::{Maker, Symbolic};
use super::template::Template;
use super::trace::{Decision, Trace, What};
use crate::choice::{self, Formula, Outcome, Question};
use crate::problem::Problem;
use crate::source::Span;
use crate::syntax::yaml::Node;

/// The most scenarios of one template.
pub(super) const MOST: usize = 32;

/// The most resources of all scenarios together. AWS accepts 500 in a template.
const MOST_RESOURCES: usize = 160_000;

/// The work that evaluation may take for all of them, in configurations: each evaluates only what it changes.
const EFFORT: usize = 16;

/// The work that the search may take for all of them.
const SEARCH_EFFORT: usize = 5_000_000;

/// The most work of one search, so that one puzzle leaves something for the rest.
const ONE_SEARCH: usize = 500_000;

/// One further choice.
#[derive(Debug)]
pub(super) struct Scenario {
    /// What differs from the default: inputs, and conditions that depend on them.
    pub changed: Vec<Use>,
    /// The choice in words: `Env is "prod" and EnableSsh is "true"`.
    pub name: String,
}

/// A place in a resource.
type Site<'t> = (&'t str, Span);

/// Inputs that differ from the default and the numbers of their values, by input.
type Choice = Vec<(usize, usize)>;

/// What an evaluation may come to at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Way {
    Branch(bool),
    /// An input has the value of this number.
    Value(usize, usize),
}

/// A way that was not seen yet, and the choice that should show it.
#[derive(Clone, Debug)]
struct Target<'t> {
    site: Site<'t>,
    way: Way,
    choice: Choice,
}

/// Finds the scenarios of a template, one after the other.
pub(super) struct Scenarios<'g, 't> {
    graph: &'g Graph<'t>,
    /// By index of the input.
    domains: Vec<Domain<'t>>,
    /// The same, as the search sees them.
    counted: Vec<choice::Domain>,
    symbolic: Symbolic,
    rules: Vec<Rule<'t>>,
    /// What the search answered, by what was asked: many places stand under the same conditions.
    answers: BTreeMap<Vec<(Formula, bool)>, Outcome>,
    /// What the conditions are by default.
    default: Vec<Option<Truth>>,
    /// The ways that have been seen, and those that nothing can reach.
    settled: FxHashSet<(Site<'t>, Way)>,
    /// Those that have a target.
    aimed: FxHashSet<(Site<'t>, Way)>,
    /// Fewest changes first, then the template's own before those of nested stacks, then in the order in which they were
    /// found.
    targets: BTreeMap<(usize, bool, usize), Target<'t>>,
    /// The choices that were evaluated.
    tried: BTreeSet<Choice>,
    /// The latest of them; empty is the default.
    current: Choice,
    effort: usize,
    /// Whether a search that took too long was reported.
    gave_up: bool,
    /// Whether a comparison that may come out otherwise was.
    doubted: bool,
}

impl<'g, 't> Scenarios<'g, 't> {
    /// The scenarios of a template that has been evaluated with its defaults. Defaults that the template's own
    /// rules forbid are reported.
    pub(super) fn of(
        evaluator: &mut Evaluator<'t>,
        graph: &'g Graph<'t>,
        mut callees: Vec<Callee<'t>>,
        problems: &mut Vec<Problem>,
    ) -> Self {
        evaluator.refill(EFFORT);
        evaluator.assign(&[], Purpose::Compare);
        let rules = Rule::all(evaluator.template);
        problems.extend(rules.iter().filter_map(|rule| rule.violation(evaluator)));
        problems.append(&mut evaluator.problems);
        let inputs = evaluator.template.inputs.iter().enumerate();
        let mut domains: Vec<_> =
            inputs.map(|(index, input)| Domain::of(input, evaluator.is_known_by_default(index))).collect();
        let of_rules = rules.iter().flat_map(|rule| rule.comparisons(evaluator.template));
        for comparison in graph.comparisons.iter().chain(&of_rules.collect::<Vec<_>>()) {
            for &input in &comparison.inputs {
                domains[input].compared(comparison);
            }
        }
        called::hand_up(&mut callees, &mut domains);
        let mut scenarios = Self {
            graph,
            counted: domains.iter().map(Domain::counted).collect(),
            domains,
            symbolic: Symbolic::default(),
            rules,
            answers: BTreeMap::new(),
            default: evaluator.truths.clone(),
            settled: FxHashSet::default(),
            aimed: FxHashSet::default(),
            targets: BTreeMap::new(),
            tried: BTreeSet::from([Choice::new()]),
            current: Choice::new(),
            effort: SEARCH_EFFORT,
            gave_up: false,
            doubted: false,
        };
        scenarios.aim_at_nested(&mut callees, evaluator, problems);
        scenarios
    }

    /// Looks for choices that decide conditions of nested stacks otherwise.
    fn aim_at_nested(
        &mut self,
        callees: &mut [Callee<'t>],
        evaluator: &mut Evaluator<'t>,
        problems: &mut Vec<Problem>,
    ) {
        let provider = evaluator.place.provider;
        let nested = called::conditions(callees, &mut self.maker(evaluator), provider);
        if !nested.is_empty() {
            self.constrain(evaluator);
        }
        for Nested { condition, way, is_true, is_there } in nested {
            for truth in [true, false] {
                let site = (way, condition.key);
                match self.solve(vec![(is_true, truth), (is_there, true)]) {
                    // It is so by default.
                    Outcome::Found(choice) if choice.is_empty() => {}
                    Outcome::Found(choice) => {
                        self.aim(Target { site, way: Way::Branch(truth), choice }, true);
                    }
                    Outcome::Unsatisfiable => {}
                    Outcome::Exhausted => self.give_up(condition.key, problems),
                }
            }
        }
    }

    fn aim(&mut self, target: Target<'t>, is_nested: bool) {
        self.aimed.insert((target.site, target.way));
        self.targets.insert((target.choice.len(), is_nested, self.aimed.len()), target);
    }

    /// Tells once that a search took too long.
    fn give_up(&mut self, place: Span, problems: &mut Vec<Problem>) {
        if !self.gave_up {
            self.gave_up = true;
            problems.push(too_hard(place));
        }
    }

    /// Learns what the last evaluation showed, and sets the evaluator to the next choice; `None` if there is
    /// none that would show more.
    pub(super) fn next(
        &mut self,
        evaluator: &mut Evaluator<'t>,
        problems: &mut Vec<Problem>,
    ) -> Option<Scenario> {
        self.learn(evaluator, problems);
        let target = loop {
            let (_, target) = self.targets.pop_first()?;
            if !self.settled.contains(&(target.site, target.way)) && !self.tried.contains(&target.choice) {
                break target;
            }
        };
        let setting = |&(input, value): &(usize, usize)| (input, self.domains[input].settings()[value]);
        let assignment: Vec<_> = target.choice.iter().map(setting).collect();
        let name = listed(evaluator.template, &assignment);
        let most = MOST.min(MOST_RESOURCES / evaluator.template.resources.len().max(1));
        // The default is one of those tried.
        let found = self.tried.len() - 1;
        if found == most || evaluator.is_exhausted() {
            self.targets.clear();
            problems.push(too_many(found, &name, target.site.1));
            return None;
        }
        self.tried.insert(target.choice.clone());
        self.current = target.choice;
        let changed = self.set(evaluator, &assignment);
        Some(Scenario { changed, name })
    }

    /// Sets the evaluator to a choice. Returns what differs from the default then.
    fn set(&self, evaluator: &mut Evaluator<'t>, assignment: &[(usize, Setting<'t>)]) -> Vec<Use> {
        let inputs: Vec<_> = assignment.iter().map(|&(input, _)| input).collect();
        let dependents = self.graph.dependents(&inputs);
        evaluator.truths.clone_from(&self.default);
        evaluator.assign(assignment, Purpose::Compare);
        evaluator.decide(&dependents);
        evaluator.assign(assignment, Purpose::Use);
        let known = |truth: &Option<Truth>| truth.as_ref().and_then(Truth::known);
        let differs =
            |condition: usize| known(&evaluator.truths[condition]) != known(&self.default[condition]);
        let conditions = dependents.into_iter().filter(|&condition| differs(condition)).map(Use::Condition);
        conditions.chain(inputs.into_iter().map(Use::Input)).collect()
    }

    /// Takes note of what was decided, and looks for choices that decide otherwise.
    fn learn(&mut self, evaluator: &mut Evaluator<'t>, problems: &mut Vec<Problem>) {
        let trace = std::mem::take(&mut evaluator.trace);
        let mut open = Vec::new();
        for decision in &trace.decisions {
            let (seen, others) = self.ways(decision, evaluator.template);
            self.settled.extend(seen.map(|way| (decision.site, way)));
            open.extend(others.into_iter().map(|way| (decision, way)));
        }
        for (decision, way) in open {
            let this = (decision.site, way);
            if self.settled.contains(&this) || !self.aimed.insert(this) {
                continue;
            }
            match self.reach(&trace, decision, way, evaluator) {
                Outcome::Found(choice) => self.aim(Target { site: decision.site, way, choice }, false),
                Outcome::Unsatisfiable => {
                    self.settled.insert(this);
                    if self.symbolic.doubts.raised && !self.doubted {
                        self.doubted = true;
                        problems.push(doubtful(decision.site.1));
                    }
                }
                Outcome::Exhausted => self.give_up(decision.site.1, problems),
            }
        }
    }

    /// The way that a place went, if that is known, and the others.
    fn ways(&mut self, decision: &Decision<'t>, template: &Template<'t>) -> (Option<Way>, Vec<Way>) {
        let (input, numbers) = match decision.what {
            What::Branch(_, truth) => {
                let others = [true, false].into_iter().filter(|&other| Some(other) != truth);
                return (truth.map(Way::Branch), others.map(Way::Branch).collect());
            }
            // Which region is deployed to says nothing that its rows do not say of each other.
            What::Row(input, _) if template.inputs[input].is_pseudo() => return (None, Vec::new()),
            What::Value(input) | What::Row(input, None) => {
                (input, (0..self.domains[input].settings().len()).collect())
            }
            What::Row(input, Some(mapping)) => (input, self.rows(input, mapping)),
        };
        let of_current = self.current.iter().find(|&&(other, _)| other == input).map(|&(_, value)| value);
        let current = of_current.or(self.domains[input].default());
        let others = numbers.into_iter().filter(|&number| Some(number) != current);
        (
            current.map(|number| Way::Value(input, number)),
            others.map(|number| Way::Value(input, number)).collect(),
        )
    }

    /// The values that choose a row of a mapping.
    fn rows(&mut self, input: usize, mapping: &'t Node) -> Vec<usize> {
        let domain = &mut self.domains[input];
        let before = domain.settings().len();
        let keys = mapping.entries().iter().map(|entry| &*entry.key);
        keys.clone().for_each(|key| domain.add(key));
        if domain.settings().len() > before {
            // Conditions have to be asked about the new values too.
            self.symbolic = Symbolic::default();
            self.answers.clear();
            self.counted[input] = domain.counted();
        }
        let domain = &self.domains[input];
        keys.filter_map(|key| domain.number(&scalar::text(key)?)).collect()
    }

    /// The nearest choice under which a place goes a way.
    fn reach(
        &mut self,
        trace: &Trace<'t>,
        decision: &Decision<'t>,
        way: Way,
        evaluator: &mut Evaluator<'t>,
    ) -> Outcome {
        self.constrain(evaluator);
        self.symbolic.doubts.raised = false;
        let mut maker = self.maker(evaluator);
        let path = trace.branches(decision.path);
        let mut wanted: Vec<_> = path.map(|(condition, truth)| (maker.formula(condition), truth)).collect();
        wanted.push(match (decision.what, way) {
            (What::Branch(condition, _), Way::Branch(truth)) => (maker.formula(condition), truth),
            (_, Way::Value(input, value)) => (maker.formulas.is(input, value), true),
            (_, Way::Branch(truth)) => (maker.formulas.opaque(), truth),
        });
        self.solve(wanted)
    }

    fn maker<'m>(&'m mut self, evaluator: &'m mut Evaluator<'t>) -> Maker<'m, 't> {
        let Self { symbolic: Symbolic { formulas, conditions, doubts, .. }, graph, domains, .. } = self;
        Maker { formulas, conditions, doubts, evaluator, graph, domains, atoms: None }
    }

    /// Asks for what the rules of the template demand, if that was not done.
    fn constrain(&mut self, evaluator: &mut Evaluator<'t>) {
        if self.symbolic.constraints.is_none() {
            let rules = std::mem::take(&mut self.rules);
            let mut maker = self.maker(evaluator);
            let constraints = rules.iter().map(|rule| rule.formula(&mut maker)).collect();
            self.symbolic.constraints = Some(constraints);
            self.rules = rules;
        }
    }

    /// The nearest choice under which formulas have these truths.
    fn solve(&mut self, mut wanted: Vec<(Formula, bool)>) -> Outcome {
        wanted.sort_unstable();
        wanted.dedup();
        if let Some(answer) = self.answers.get(&wanted) {
            return answer.clone();
        }
        let question = Question {
            formulas: &self.symbolic.formulas,
            domains: &self.counted,
            wanted: &wanted,
            constraints: self.symbolic.constraints.as_deref().unwrap_or_default(),
        };
        let allowed = self.effort.min(ONE_SEARCH);
        let mut left = allowed;
        let answer = question.solve(&mut left);
        self.effort -= allowed - left;
        self.answers.insert(wanted, answer.clone());
        answer
    }
}

/// A choice in words.
fn listed(template: &Template<'_>, assignment: &[(usize, Setting<'_>)]) -> String {
    let names: Vec<_> =
        assignment.iter().map(|&(input, setting)| name(&template.inputs[input], setting)).collect();
    match &*names {
        [others @ .., last] if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => names.concat(),
    }
}

fn name(input: &Parameter<'_>, setting: Setting<'_>) -> String {
    match setting {
        Setting::Literal(node) if !input.no_echo => {
            format!("{} is {:?}", input.name, scalar::text(node).unwrap_or_default())
        }
        _ => format!("{} has another value", input.name),
    }
}

fn too_many(found: usize, next: &str, place: Span) -> Problem {
    let message = format!(
        "the template has more than the {found} scenarios that are judged; what differs here when {next} is not"
    );
    Problem::warning("scenario-limit", message)
        .at(place)
        .help("split the template, or judge it with fewer free parameters")
}

fn doubtful(place: Span) -> Problem {
    let message =
        "whether this can go another way is not known: a condition compares a text that is made of inputs";
    Problem::warning("scenario-limit", message)
        .at(place)
        .help("compare the inputs themselves, give them AllowedValues, or pass the values that are deployed")
}

fn too_hard(place: Span) -> Problem {
    Problem::warning("scenario-limit", "whether this can go another way takes too long to find out")
        .at(place)
        .help("simplify the conditions that lead here, or judge the template with fewer free parameters")
}

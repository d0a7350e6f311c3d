//! The search for a choice: a tableau over the formulas that matter.
//!
//! Every input starts with all its values allowed, and counts as its preferred value as long as that one is.
//! What must hold are *goals*. In rounds, each goal that does not hold under this choice is taken apart: all parts of a
//! conjunction become goals, a disjunction with one part that is still possible makes that part a goal, an atom takes
//! values away from its input. What is left are disjunctions with several possible parts; the search branches over the
//! one with the fewest, cheapest part first. So inputs that no goal asks to change are never looked at, and what
//! follows is followed before anything is guessed.
//!
//! The first choice found is then improved: the search is run again with fewer changes allowed, until there is none
//! or the effort for it is used up.

use rustc_hash::FxHashSet;

use super::formula::{Formula, Node};
use super::{Outcome, Question};

/// Stands for a goal that no choice of the allowed values reaches.
const IMPOSSIBLE: u32 = u32::MAX;

/// The most work to improve a choice, as a multiple of what finding it took and in steps of its own.
const IMPROVE: (usize, usize) = (16, 20_000);

pub(super) fn solve(question: &Question<'_>, effort: &mut usize) -> Outcome {
    let Some(mut search) = Search::of(question, effort) else { return Outcome::Exhausted };
    let before = *effort;
    let mut best = match search.run(usize::MAX, effort) {
        Found::Choice(choice) => choice,
        Found::None => return Outcome::Unsatisfiable,
        Found::Exhausted => return Outcome::Exhausted,
    };
    let mut extra = (before - *effort).saturating_mul(IMPROVE.0).saturating_add(IMPROVE.1).min(*effort);
    *effort -= extra;
    while best.len() > 1 {
        match search.run(best.len() - 1, &mut extra) {
            Found::Choice(better) => best = better,
            Found::None | Found::Exhausted => break,
        }
    }
    *effort += extra;
    Outcome::Found(best)
}

/// How one run ended.
enum Found {
    Choice(Vec<(usize, usize)>),
    None,
    Exhausted,
}

/// An input that matters, with its values. An input without a preferred value has one more, last: being unset.
struct Input {
    /// Its number in the question.
    number: usize,
    allowed: Vec<bool>,
    /// How many are.
    left: usize,
    preferred: usize,
    unset: Option<usize>,
    /// The value that it counts as: the preferred one while that is allowed, else the first that is.
    chosen: usize,
}

impl Input {
    /// All the values that it may have in a question.
    fn of(question: &Question<'_>, number: usize) -> Self {
        let domain = question.domains.get(number);
        let values = domain.map_or(0, |domain| domain.values);
        let preferred = domain.and_then(|domain| domain.preferred).filter(|&preferred| preferred < values);
        let unset = preferred.is_none().then_some(values);
        let count = values + usize::from(unset.is_some());
        let preferred = preferred.unwrap_or(values);
        Self { number, allowed: vec![true; count], left: count, preferred, unset, chosen: preferred }
    }

    fn choose(&mut self) {
        if self.allowed[self.preferred] {
            self.chosen = self.preferred;
        } else if let Some(first) = self.allowed.iter().position(|&allowed| allowed) {
            self.chosen = first;
        }
    }

    fn allows(&self, value: usize) -> bool {
        Some(value) != self.unset && self.allowed.get(value).copied().unwrap_or(false)
    }

    /// Whether it can have any value but this one; being unset is none.
    fn allows_other_than(&self, value: usize) -> bool {
        let unset = self.unset.is_some_and(|unset| self.allowed[unset]);
        self.left > usize::from(self.allows(value)) + usize::from(unset)
    }

    /// The truth of "it has this value", as it is chosen.
    fn truth(&self, value: usize) -> Option<bool> {
        (Some(self.chosen) != self.unset).then_some(self.chosen == value)
    }

    /// The changes that it takes to make "it has this value" true or false.
    fn cost(&self, value: usize, truth: bool) -> u32 {
        let possible = if truth { self.allows(value) } else { self.allows_other_than(value) };
        match possible {
            false => IMPOSSIBLE,
            true if self.truth(value) == Some(truth) => 0,
            true => u32::from(self.allowed[self.preferred]),
        }
    }
}

/// What must hold.
#[derive(Clone, Copy)]
struct Goal {
    node: usize,
    truth: bool,
    /// Whether it must have this truth, or must only not have the other one.
    strict: bool,
}

/// A disjunction that one part of has been tried.
struct Branching {
    /// How much of the trail and of the goals was there before.
    trail: usize,
    goals: usize,
    options: Vec<Goal>,
    /// The option that is being tried.
    tried: usize,
}

/// What a formula is, its input and its parts as places in the search.
enum Part {
    Constant(Option<bool>),
    Is { input: usize, value: usize },
    Not(usize),
    Join { neutral: bool, of: Vec<usize> },
}

struct Search {
    /// What the goals are made of, each after its own parts.
    nodes: Vec<Part>,
    inputs: Vec<Input>,
    wanted: Vec<Goal>,
    /// What one round takes.
    round: usize,

    /// By node, as the inputs are chosen now.
    truths: Vec<Option<bool>>,
    /// By node, by whether it must be strictly so, by truth: the changes that it would take, roughly.
    costs: Vec<[[u32; 2]; 2]>,
    goals: Vec<Goal>,
    /// The values taken away: input and value.
    trail: Vec<(usize, usize)>,
    /// The inputs that cannot be as preferred.
    changes: usize,
}

/// What a round came to.
enum Round {
    Solved,
    Conflict,
    Narrowed,
    Branch(Vec<Goal>),
}

impl Search {
    /// Takes what the question mentions out of its formulas; `None` if even that takes too much.
    fn of(question: &Question<'_>, effort: &mut usize) -> Option<Self> {
        let strict = question.wanted.iter().copied().map(|(formula, truth)| (formula, truth, true));
        let goals: Vec<_> =
            strict.chain(question.constraints.iter().map(|&formula| (formula, true, false))).collect();
        let cone = cone(question, &goals, effort)?;
        let place = |formula: Formula| cone.partition_point(|&other| other < formula);
        let mut numbers: Vec<usize> = cone
            .iter()
            .filter_map(|&formula| match question.formulas.node(formula) {
                Node::Is { input, .. } => Some(*input),
                _ => None,
            })
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        let part = |&formula: &Formula| match question.formulas.node(formula) {
            Node::Constant(truth) => Part::Constant(*truth),
            &Node::Is { input, value } => {
                Part::Is { input: numbers.partition_point(|&other| other < input), value }
            }
            Node::Not(of) => Part::Not(place(*of)),
            Node::Join { neutral, of } => {
                Part::Join { neutral: *neutral, of: of.iter().map(|&part| place(part)).collect() }
            }
        };
        let nodes: Vec<_> = cone.iter().map(part).collect();
        let inputs: Vec<_> = numbers.iter().map(|&number| Input::of(question, number)).collect();
        let joined = nodes.iter().map(|node| if let Part::Join { of, .. } = node { of.len() } else { 0 });
        let values = inputs.iter().map(|input| input.allowed.len());
        Some(Self {
            truths: vec![None; nodes.len()],
            costs: vec![[[0; 2]; 2]; nodes.len()],
            goals: Vec::new(),
            trail: Vec::new(),
            changes: 0,
            wanted: goals
                .into_iter()
                .map(|(formula, truth, strict)| Goal { node: place(formula), truth, strict })
                .collect(),
            round: 1 + nodes.len() + joined.chain(values).sum::<usize>(),
            nodes,
            inputs,
        })
    }

    /// Searches for a choice with at most so many changes.
    fn run(&mut self, most: usize, effort: &mut usize) -> Found {
        self.undo(0);
        self.goals.clone_from(&self.wanted);
        let mut branchings: Vec<Branching> = Vec::new();
        loop {
            let Some(left) = effort.checked_sub(self.round + self.goals.len()) else {
                *effort = 0;
                return Found::Exhausted;
            };
            *effort = left;
            let round = if self.changes > most { Round::Conflict } else { self.round() };
            match round {
                Round::Solved => return Found::Choice(self.choice()),
                Round::Narrowed => {}
                Round::Branch(options) => {
                    let (trail, goals) = (self.trail.len(), self.goals.len());
                    self.goals.push(options[0]);
                    branchings.push(Branching { trail, goals, options, tried: 0 });
                }
                Round::Conflict => loop {
                    let Some(mut branching) = branchings.pop() else { return Found::None };
                    self.undo(branching.trail);
                    self.goals.truncate(branching.goals);
                    branching.tried += 1;
                    let Some(&option) = branching.options.get(branching.tried) else { continue };
                    *effort = effort.saturating_sub(branching.tried);
                    let tried = &branching.options[..branching.tried];
                    if tried.iter().all(|&goal| self.refute(goal)) {
                        self.goals.push(option);
                        branchings.push(branching);
                        break;
                    }
                },
            }
        }
    }

    /// Follows what the goals demand, as far as one look at all of them shows.
    fn round(&mut self) -> Round {
        self.evaluate();
        let mut open = self.goals.clone();
        let set: FxHashSet<_> = self.goals.iter().map(|goal| (goal.node, goal.truth, goal.strict)).collect();
        let mut seen = FxHashSet::default();
        let mut atoms = Vec::new();
        let mut best: Option<Vec<Goal>> = None;
        while let Some(goal) = open.pop() {
            if self.holds(goal) || !seen.insert((goal.node, goal.truth, goal.strict)) {
                continue;
            }
            if self.cost(goal) == IMPOSSIBLE {
                return Round::Conflict;
            }
            match &self.nodes[goal.node] {
                Part::Constant(_) => {}
                Part::Is { .. } => atoms.push(goal),
                Part::Not(of) => open.push(Goal { node: *of, truth: !goal.truth, ..goal }),
                Part::Join { neutral, of } => {
                    let parts = of.iter().map(|&node| Goal { node, ..goal });
                    if goal.truth == *neutral {
                        open.extend(parts.rev());
                        continue;
                    }
                    // One of them was chosen before and is still being worked out: to choose again would go round in
                    // a circle.
                    if parts.clone().any(|part| set.contains(&(part.node, part.truth, part.strict))) {
                        continue;
                    }
                    let options: Vec<_> = parts.filter(|&part| self.cost(part) != IMPOSSIBLE).collect();
                    match *options {
                        [only] => open.push(only),
                        _ if best.as_ref().is_some_and(|best| best.len() <= options.len()) => {}
                        _ => best = Some(options),
                    }
                }
            }
        }
        match best {
            _ if !atoms.is_empty() => {
                if atoms.into_iter().all(|goal| self.demand(goal)) {
                    Round::Narrowed
                } else {
                    Round::Conflict
                }
            }
            Some(mut options) => {
                options.sort_by_key(|&option| self.cost(option));
                Round::Branch(options)
            }
            None => Round::Solved,
        }
    }

    /// Truths and costs as the inputs are chosen now.
    fn evaluate(&mut self) {
        self.inputs.iter_mut().for_each(Input::choose);
        for (index, node) in self.nodes.iter().enumerate() {
            let (truth, costs) = match node {
                &Part::Constant(known) => {
                    let cost = |truth, strict: bool| match known {
                        Some(known) if known == truth => 0,
                        None if !strict => 0,
                        _ => IMPOSSIBLE,
                    };
                    (known, [false, true].map(|strict| [cost(false, strict), cost(true, strict)]))
                }
                &Part::Is { input, value } => {
                    let input = &self.inputs[input];
                    let truth = input.truth(value);
                    let cost = |wanted| input.cost(value, wanted);
                    // An input that may stay unset refutes nothing.
                    let lax = |wanted| if truth.is_none() { 0 } else { cost(wanted) };
                    (truth, [[lax(false), lax(true)], [cost(false), cost(true)]])
                }
                &Part::Not(of) => {
                    let (truth, costs) = (self.truths[of], self.costs[of]);
                    (truth.map(|truth| !truth), costs.map(|[no, yes]| [yes, no]))
                }
                Part::Join { neutral, of } => {
                    let neutral = *neutral;
                    let mut truth = Some(neutral);
                    let mut costs = [[IMPOSSIBLE; 2]; 2];
                    for strictness in &mut costs {
                        strictness[usize::from(neutral)] = 0;
                    }
                    for &part in of {
                        match self.truths[part] {
                            Some(known) if known != neutral => truth = Some(known),
                            None if truth == Some(neutral) => truth = None,
                            _ => {}
                        }
                        for (strictness, of_part) in costs.iter_mut().zip(self.costs[part]) {
                            let (all, any) = (usize::from(neutral), usize::from(!neutral));
                            strictness[all] = strictness[all].saturating_add(of_part[all]);
                            strictness[any] = strictness[any].min(of_part[any]);
                        }
                    }
                    (truth, costs)
                }
            };
            self.truths[index] = truth;
            self.costs[index] = costs;
        }
    }

    fn holds(&self, goal: Goal) -> bool {
        match self.truths[goal.node] {
            Some(truth) => truth == goal.truth,
            None => !goal.strict,
        }
    }

    fn cost(&self, goal: Goal) -> u32 {
        self.costs[goal.node][usize::from(goal.strict)][usize::from(goal.truth)]
    }

    /// Makes an atom hold for good; `false` if its input has no value left then. What must only not be
    /// refuted leaves its input unset as well.
    fn demand(&mut self, Goal { node, truth, strict }: Goal) -> bool {
        self.keep(node, |is_value| is_value.map_or(!strict, |is_value| is_value == truth))
    }

    /// Keeps an atom that was tried in vain from holding; of other goals that is not kept.
    fn refute(&mut self, Goal { node, truth, strict }: Goal) -> bool {
        self.keep(node, |is_value| is_value.map_or(strict, |is_value| is_value != truth))
    }

    /// Keeps some values of an atom's input: of each is told whether it is the atom's, `None` for being unset.
    fn keep(&mut self, node: usize, kept: impl Fn(Option<bool>) -> bool) -> bool {
        let Part::Is { input: index, value } = self.nodes[node] else { return true };
        let input = &mut self.inputs[index];
        for other in 0..input.allowed.len() {
            let is_value = (Some(other) != input.unset).then_some(other == value);
            if input.allowed[other] && !kept(is_value) {
                input.allowed[other] = false;
                input.left -= 1;
                self.changes += usize::from(input.preferred == other);
                self.trail.push((index, other));
            }
        }
        input.left > 0
    }

    fn undo(&mut self, length: usize) {
        for (input, value) in self.trail.drain(length..) {
            let input = &mut self.inputs[input];
            input.allowed[value] = true;
            input.left += 1;
            self.changes -= usize::from(input.preferred == value);
        }
    }

    /// The inputs that are not as preferred.
    fn choice(&self) -> Vec<(usize, usize)> {
        let changed = self.inputs.iter().filter(|input| !input.allowed[input.preferred]);
        changed.map(|input| (input.number, input.chosen)).collect()
    }
}

/// Everything that goals are made of, in order; `None` if that is more than the effort.
fn cone(
    question: &Question<'_>,
    goals: &[(Formula, bool, bool)],
    effort: &mut usize,
) -> Option<Vec<Formula>> {
    let mut cone = Vec::new();
    let mut seen = FxHashSet::default();
    let mut open: Vec<Formula> = goals.iter().map(|&(formula, ..)| formula).collect();
    while let Some(formula) = open.pop() {
        *effort = effort.checked_sub(1)?;
        if !seen.insert(formula) {
            continue;
        }
        cone.push(formula);
        match question.formulas.node(formula) {
            Node::Constant(_) | Node::Is { .. } => {}
            Node::Not(of) => open.push(*of),
            Node::Join { of, .. } => open.extend(of),
        }
    }
    cone.sort_unstable();
    Some(cone)
}

//! Conditions: which depend on which, and what is true.

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::evaluator::Evaluator;
use super::intrinsic::{Call, Function, whole};
use super::template::Template;
use crate::problem::Problem;
use crate::resource::{Cause, Unknown, Value, ValueKind};
use crate::source::Span;
use crate::syntax::yaml::{Node, NodeKind};

/// Nodes that are walked to find what conditions mention. Only aliases can make a template have more.
const MOST_NODES: usize = 1_000_000;

/// Three-valued truth.
#[derive(Clone, Debug)]
pub(super) enum Truth {
    Known(bool),
    Unknown(Arc<Unknown>),
}

impl Truth {
    pub(super) fn unknown(cause: Cause, at: Span) -> Self {
        Self::Unknown(Arc::new(Unknown::new(cause, at)))
    }

    /// Its value, if known.
    pub(super) fn known(&self) -> Option<bool> {
        match self {
            Self::Known(truth) => Some(*truth),
            Self::Unknown(_) => None,
        }
    }

    /// `&&` over all (`neutral` true) or `||` over all (`neutral` false): what is unknown does not matter
    /// once the rest decides.
    pub(super) fn all(truths: impl Iterator<Item = Truth>, neutral: bool) -> Self {
        let mut result = Self::Known(neutral);
        for truth in truths {
            match (&truth, &result) {
                (Self::Known(known), _) if *known != neutral => return truth,
                (Self::Unknown(_), Self::Known(_)) => result = truth,
                _ => {}
            }
        }
        result
    }
}

/// One place in a condition where the value of inputs matters.
#[derive(Debug)]
pub(super) struct Comparison<'t> {
    /// The inputs, by index.
    pub inputs: Vec<usize>,
    /// The values that matter: what `Fn::Equals` compares with, the keys of a mapping.
    pub literals: Vec<&'t Node>,
    /// Whether a value that is none of them is a choice too. Not for the key of a mapping.
    pub open: bool,
}

/// Which condition depends on what.
#[derive(Debug, Default)]
pub(super) struct Graph<'t> {
    /// All conditions, each after those it mentions.
    pub order: Vec<usize>,
    /// Every comparison in source order.
    pub comparisons: Vec<Comparison<'t>>,
    /// By input: the conditions that mention it.
    by_input: Vec<Vec<usize>>,
    /// By condition: the conditions that it mentions, and those that mention it.
    uses: Vec<Vec<usize>>,
    users: Vec<Vec<usize>>,
    /// By condition: its place in `order`.
    rank: Vec<usize>,
}

impl<'t> Graph<'t> {
    /// Reads the conditions of a template.
    pub(super) fn of(template: &'t Template<'t>, problems: &mut Vec<Problem>) -> Self {
        let count = template.conditions.len();
        let mut graph = Self {
            by_input: vec![Vec::new(); template.inputs.len()],
            users: vec![Vec::new(); count],
            ..Self::default()
        };
        let mut left = MOST_NODES;
        for (index, condition) in template.conditions.iter().enumerate() {
            let mut mentions = Mentions::new(template, left);
            mentions.walk(condition.body);
            left = mentions.left;
            for input in mentions.all_inputs() {
                graph.by_input[input].push(index);
            }
            let conditions = mentions.all_conditions();
            for &used in &conditions {
                graph.users[used].push(index);
            }
            graph.uses.push(conditions);
            graph.comparisons.extend(mentions.comparisons);
        }
        graph.sort(template, problems);
        graph
    }

    /// The conditions that depend on any of these inputs, each after those it mentions.
    pub(super) fn dependents(&self, inputs: &[usize]) -> Vec<usize> {
        let first = inputs.iter().flat_map(|&input| &self.by_input[input]).copied().collect();
        self.closure(first, &self.users, |_| false)
    }

    /// A condition and those it depends on, each after those it mentions, except for what is there already.
    pub(super) fn needed(&self, condition: usize, is_there: impl Fn(usize) -> bool) -> Vec<usize> {
        self.closure(vec![condition], &self.uses, is_there)
    }

    fn closure(
        &self,
        mut open: Vec<usize>,
        next: &[Vec<usize>],
        is_left_out: impl Fn(usize) -> bool,
    ) -> Vec<usize> {
        let mut found = FxHashSet::default();
        let mut all = Vec::new();
        while let Some(condition) = open.pop() {
            if !is_left_out(condition) && found.insert(condition) {
                all.push(condition);
                open.extend(&next[condition]);
            }
        }
        all.sort_unstable_by_key(|&condition| self.rank[condition]);
        all
    }

    /// Orders the conditions depth first, without recursion: chains may be thousands long.
    fn sort(&mut self, template: &Template<'_>, problems: &mut Vec<Problem>) {
        #[derive(Clone, Copy, PartialEq)]
        enum State {
            New,
            Open,
            Done,
        }
        let count = self.uses.len();
        let mut state = vec![State::New; count];
        for start in 0..count {
            let mut path = vec![(start, 0)];
            while let Some((condition, next)) = path.last_mut() {
                let condition = *condition;
                if *next == 0 {
                    if state[condition] == State::Done {
                        path.pop();
                        continue;
                    }
                    state[condition] = State::Open;
                }
                let Some(&used) = self.uses[condition].get(*next) else {
                    state[condition] = State::Done;
                    self.order.push(condition);
                    path.pop();
                    continue;
                };
                *next += 1;
                match state[used] {
                    State::New => path.push((used, 0)),
                    State::Open => problems.push(cycle(template, used, &path)),
                    State::Done => {}
                }
            }
        }
        self.rank = vec![0; count];
        for (rank, &condition) in self.order.iter().enumerate() {
            self.rank[condition] = rank;
        }
    }
}

fn cycle(template: &Template<'_>, used: usize, path: &[(usize, usize)]) -> Problem {
    const SHOWN: usize = 8;
    let members = path.iter().map(|&(condition, _)| condition).skip_while(|&condition| condition != used);
    let mut names: Vec<_> = members.map(|condition| template.conditions[condition].name).collect();
    if names.len() > SHOWN {
        names.truncate(SHOWN);
        names.push("…");
    }
    names.push(template.conditions[used].name);
    Problem::warning("condition-cycle", format!("conditions depend on each other: {}", names.join(" → ")))
        .at(template.conditions[used].key)
        .help("break the circle; what depends on these conditions is not judged")
}

/// Collects what one condition mentions.
pub(super) struct Mentions<'t> {
    template: &'t Template<'t>,
    /// How many nodes may still be walked.
    left: usize,
    /// Inputs outside of mapping keys.
    inputs: Vec<usize>,
    /// Inputs in mapping keys.
    keys: Vec<usize>,
    conditions: Vec<usize>,
    pub comparisons: Vec<Comparison<'t>>,
}

impl<'t> Mentions<'t> {
    /// What a condition expression mentions.
    pub(super) fn of(template: &'t Template<'t>, node: &'t Node) -> Self {
        let mut mentions = Self::new(template, MOST_NODES);
        mentions.walk(node);
        mentions
    }

    /// The inputs, each once.
    pub(super) fn all_inputs(&self) -> Vec<usize> {
        distinct(self.inputs.iter().chain(&self.keys))
    }

    /// The conditions, each once.
    pub(super) fn all_conditions(&self) -> Vec<usize> {
        distinct(&self.conditions)
    }

    fn new(template: &'t Template<'t>, left: usize) -> Self {
        Self {
            template,
            left,
            inputs: Vec::new(),
            keys: Vec::new(),
            conditions: Vec::new(),
            comparisons: Vec::new(),
        }
    }

    fn walk(&mut self, node: &'t Node) {
        if self.left == 0 {
            return;
        }
        self.left -= 1;
        let Some(call) = Call::in_condition(node) else { return self.walk_inside(node) };
        match call.function {
            Function::Ref => self.name(call.text().unwrap_or_default()),
            Function::Condition => self.condition(call.text().unwrap_or_default()),
            Function::Equals | Function::Contains | Function::EachMemberEquals | Function::EachMemberIn => {
                self.comparison(&call);
            }
            Function::RefAll => {
                self.inputs.extend(self.template.inputs_of_type(call.text().unwrap_or_default()));
            }
            Function::If => {
                if let Some(name) = call.arguments().first().and_then(|node| node.as_str()) {
                    self.condition(name);
                }
                self.walk_argument(&call);
            }
            Function::Sub => {
                let text = call.text().or_else(|| call.arguments().first()?.as_str()).unwrap_or_default();
                let names = text.split("${").skip(1).filter_map(|rest| rest.split_once('}'));
                names.for_each(|(name, _)| self.name(name.trim()));
                self.walk_argument(&call);
            }
            Function::FindInMap => self.lookup(&call),
            _ => self.walk_argument(&call),
        }
    }

    fn walk_argument(&mut self, call: &Call<'t>) {
        if call.tagged {
            self.walk_inside(call.argument);
        } else {
            self.walk(call.argument);
        }
    }

    fn walk_inside(&mut self, node: &'t Node) {
        match &node.kind {
            NodeKind::Scalar { .. } => {}
            NodeKind::Sequence(items) => items.iter().for_each(|item| self.walk(item)),
            NodeKind::Mapping(entries) => entries.iter().for_each(|entry| self.walk(&entry.value)),
        }
    }

    fn name(&mut self, name: &str) {
        self.inputs.extend(self.template.input(name));
    }

    fn condition(&mut self, name: &str) {
        self.conditions.extend(self.template.condition(name));
    }

    fn lookup(&mut self, call: &Call<'t>) {
        let first = self.inputs.len();
        self.walk_argument(call);
        let keys = self.inputs.split_off(first);
        let mapping = call.arguments().first().and_then(|node| self.template.mapping(node.as_str()?));
        let chooses = call.arguments().get(1).map_or(Vec::new(), |key| {
            let mut key_alone = Self::new(self.template, self.left);
            key_alone.walk(key);
            key_alone.all_inputs()
        });
        // A key of several inputs is a value of none of them.
        if let (Some(mapping), &[input]) = (mapping, &*chooses) {
            let literals = mapping.body.entries().iter().map(|entry| &*entry.key).collect();
            self.comparisons.push(Comparison { inputs: vec![input], literals, open: false });
        }
        self.keys.extend(keys);
    }

    fn comparison(&mut self, call: &Call<'t>) {
        let first = self.inputs.len();
        let mut literals: Vec<&'t Node> = Vec::new();
        for side in call.arguments() {
            // The arguments of a function are no values to compare with.
            let elements = if Call::of(side).is_none() { side.items() } else { &[] };
            let elements = elements.iter().map(|item| &**item);
            let texts = std::iter::once(&**side).chain(elements);
            literals.extend(texts.filter(|node| node.tag.is_none() && node.as_str().is_some()));
            self.walk(side);
        }
        let inputs = self.inputs[first..].to_vec();
        literals.extend(inputs.iter().filter_map(|&input| self.template.inputs[input].default));
        self.comparisons.push(Comparison { inputs, literals, open: true });
    }
}

fn distinct<'i>(all: impl IntoIterator<Item = &'i usize>) -> Vec<usize> {
    all.into_iter().copied().collect::<BTreeSet<_>>().into_iter().collect()
}

impl<'t> Evaluator<'t> {
    /// Decides conditions anew, in an order in which each comes after those it mentions.
    pub(super) fn decide(&mut self, order: &[usize]) {
        for &condition in order {
            self.truths[condition] = None;
        }
        for &condition in order {
            let truth = self.truth(self.template.conditions[condition].body);
            self.truths[condition] = Some(truth);
        }
    }

    /// The truth of a condition expression, or of the condition that a plain text names.
    pub(super) fn truth(&mut self, node: &'t Node) -> Truth {
        if !self.spend(1) {
            return self.over_limit(whole(node));
        }
        match Call::in_condition(node) {
            Some(call) => self.truth_of(&call),
            None => match node.as_str() {
                Some("true") => Truth::Known(true),
                Some("false") => Truth::Known(false),
                Some(name) => self.condition(name, whole(node)),
                None => {
                    let help = "use Fn::Equals, Fn::And, Fn::Or, Fn::Not or Condition";
                    let value = self.invalid(whole(node), "this is not a condition", help);
                    self.undecided(&value)
                }
            },
        }
    }

    /// The truth of a condition function.
    pub(super) fn truth_of(&mut self, call: &Call<'t>) -> Truth {
        match (call.function, call.arguments()) {
            (Function::Condition, _) => match call.text() {
                Some(name) => self.condition(name, call.argument.span),
                None => self.malformed(call, "takes the name of a condition"),
            },
            (Function::Not, [condition]) => match self.truth(condition) {
                Truth::Known(truth) => Truth::Known(!truth),
                unknown @ Truth::Unknown(_) => unknown,
            },
            (Function::And | Function::Or, conditions @ [_, ..]) => {
                let truths: Vec<_> = conditions.iter().map(|condition| self.truth(condition)).collect();
                Truth::all(truths.into_iter(), call.function == Function::And)
            }
            (Function::Equals, [one, other]) => {
                let (one, other) = (self.required(one), self.required(other));
                match equal(&one, &other) {
                    Ok(truth) => Truth::Known(truth),
                    Err(Some(unknown)) => Truth::Unknown(unknown),
                    Err(None) => Truth::unknown(
                        Cause::Computed("a value that conditions cannot use".to_owned()),
                        call.span,
                    ),
                }
            }
            (Function::Contains, [list, value]) => self.contains(list, value, call),
            (Function::EachMemberEquals, [list, value]) => self.each_member_equals(list, value, call),
            (Function::EachMemberIn, [list, among]) => self.each_member_in(list, among, call),
            (Function::Contains | Function::EachMemberEquals | Function::EachMemberIn, _) => {
                self.malformed(call, "takes a list with two values")
            }
            (Function::Not, _) => self.malformed(call, "takes a list with one condition"),
            (Function::And | Function::Or, _) => self.malformed(call, "takes a list of conditions"),
            (Function::Equals, _) => self.malformed(call, "takes a list with two values"),
            _ => {
                let Some(value) = self.call(call) else {
                    return self.malformed(call, "is not a condition");
                };
                match value.as_bool() {
                    Some(truth) => Truth::Known(truth),
                    None if value.unknown_cause().is_some() => self.undecided(&value),
                    None => self.malformed(call, "is not a condition"),
                }
            }
        }
    }

    pub(super) fn malformed(&mut self, call: &Call<'t>, takes: &str) -> Truth {
        let value = self.wrong(call, takes);
        self.undecided(&value)
    }

    /// The truth of a value that the budget did not suffice for.
    pub(super) fn over_limit(&mut self, at: Span) -> Truth {
        let value = self.limit(at);
        self.undecided(&value)
    }

    /// The truth of a value that is not known.
    pub(super) fn undecided(&self, value: &Value) -> Truth {
        match value.unknown_cause() {
            Some(unknown) => Truth::Unknown(Arc::clone(unknown)),
            None => Truth::unknown(Cause::Invalid("not a condition".to_owned()), self.file.whole().head()),
        }
    }
}

/// Whether two values are equal, as `Fn::Equals` compares them: as text, case-sensitively. `Err` says why
/// that is not known.
pub(super) fn equal(one: &Value, other: &Value) -> Result<bool, Option<Arc<Unknown>>> {
    if let Some(unknown) = one.unknown_cause().or_else(|| other.unknown_cause()) {
        return Err(Some(Arc::clone(unknown)));
    }
    if let (Some(one), Some(other)) = (one.to_text(), other.to_text()) {
        return Ok(one == other);
    }
    match (&one.kind, &other.kind) {
        (ValueKind::Null, ValueKind::Null) => Ok(true),
        (ValueKind::Null, _) => Ok(other.to_text().is_some_and(|text| text.is_empty())),
        (_, ValueKind::Null) => Ok(one.to_text().is_some_and(|text| text.is_empty())),
        (ValueKind::List(these), ValueKind::List(those)) => {
            if these.len() != those.len() {
                return Ok(false);
            }
            these.iter().zip(those.iter()).try_fold(true, |all, (one, other)| Ok(all & equal(one, other)?))
        }
        (ValueKind::List(_), _) if other.to_text().is_some() => Ok(false),
        (_, ValueKind::List(_)) if one.to_text().is_some() => Ok(false),
        _ => Err(None),
    }
}

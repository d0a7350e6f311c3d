//! What decided the values of resources: the branches that were taken, and the inputs that were read, each
//! under the branches that led there.

use super::intrinsic::whole;
use crate::source::Span;
use crate::syntax::yaml::Node;

/// What was decided while resources were made.
#[derive(Debug, Default)]
pub(super) struct Trace<'t> {
    /// The resource that is being made; nothing is recorded while there is none.
    resource: Option<&'t str>,
    /// Whether more of it matters than what it uses.
    matters: bool,
    /// Which uses of inputs count now.
    counting: Counting,
    steps: Vec<Step<'t>>,
    /// Where the evaluation stands: the latest of the steps that led there.
    at: Path,
    pub decisions: Vec<Decision<'t>>,
}

/// Which uses of inputs as they are count.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counting {
    /// The most allowed values of such an input.
    pub values: usize,
    /// Whether those in longer texts count too.
    pub in_texts: bool,
}

/// The branches that lead to a place: the latest one's index among the steps.
pub(super) type Path = Option<usize>;

/// A branch that was taken.
#[derive(Debug)]
struct Step<'t> {
    before: Path,
    condition: &'t Node,
    truth: bool,
}

/// One place where a resource could have become another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Decision<'t> {
    /// The resource, by name, and the place.
    pub site: (&'t str, Span),
    pub path: Path,
    pub what: What<'t>,
}

/// What decided there.
#[derive(Clone, Copy, Debug)]
pub(super) enum What<'t> {
    /// A condition: its expression or name, and its truth if that is known.
    Branch(&'t Node, Option<bool>),
    /// The value of an input, by index.
    Value(usize),
    /// The row of a mapping that an input chose: by its own value, or (`None`) by a key that it is a part of.
    Row(usize, Option<&'t Node>),
}

impl<'t> Trace<'t> {
    /// A resource starts to be made, if its `Condition` lets it be. Rows of mappings count if it `matters`.
    pub(super) fn begin(&mut self, resource: &'t str, matters: bool, counting: Counting) {
        (self.resource, self.at) = (Some(resource), None);
        (self.matters, self.counting) = (matters, counting);
    }

    /// It was made.
    pub(super) fn end(&mut self) {
        self.resource = None;
    }

    /// The `Condition` of the resource. What follows is there only if it is true.
    pub(super) fn guard(&mut self, condition: &'t Node, truth: Option<bool>) {
        self.record(whole(condition), What::Branch(condition, truth));
        self.step(condition, true);
    }

    /// An `Fn::If` that could not be decided.
    pub(super) fn undecided(&mut self, place: Span, condition: &'t Node) {
        self.record(place, What::Branch(condition, None));
    }

    /// A branch of an `Fn::If` is entered. Returns the path to [`leave`](Self::leave) to.
    pub(super) fn enter(&mut self, place: Span, condition: &'t Node, truth: bool) -> Path {
        self.record(place, What::Branch(condition, Some(truth)));
        let outside = self.at;
        self.step(condition, truth);
        outside
    }

    /// Back from a branch.
    pub(super) fn leave(&mut self, outside: Path) {
        self.at = outside;
    }

    /// An input with so many allowed values was used as it is.
    pub(super) fn value(&mut self, place: Span, input: usize, allowed: usize) {
        if (1..=self.counting.values).contains(&allowed) {
            self.record(place, What::Value(input));
        }
    }

    /// An input chose the row of a mapping.
    pub(super) fn row(&mut self, place: Span, input: usize, mapping: Option<&'t Node>) {
        if self.matters {
            self.record(place, What::Row(input, mapping));
        }
    }

    /// Inputs that are used from now on open nothing: which tag a resource carries, or which key a mapping is asked for.
    /// Returns what to [`listen`](Self::listen) with.
    pub(super) fn ignore_values(&mut self) -> Counting {
        std::mem::take(&mut self.counting)
    }

    /// The same for inputs in longer texts: of names and descriptions.
    pub(super) fn ignore_texts(&mut self) -> Counting {
        let outside = self.counting;
        self.counting.in_texts = false;
        outside
    }

    /// Whether inputs that are used now may open something.
    pub(super) fn is_listening(&self) -> bool {
        self.counting.in_texts && self.counting.values > 0
    }

    /// A longer text begins.
    pub(super) fn enter_text(&mut self) -> Counting {
        if self.counting.in_texts { self.counting } else { self.ignore_values() }
    }

    /// Back from it.
    pub(super) fn listen(&mut self, counting: Counting) {
        self.counting = counting;
    }

    /// The branches of a path, latest first.
    pub(super) fn branches(&self, path: Path) -> impl Iterator<Item = (&'t Node, bool)> {
        let mut next = path;
        std::iter::from_fn(move || {
            let step = &self.steps[next?];
            next = step.before;
            Some((step.condition, step.truth))
        })
    }

    fn record(&mut self, place: Span, what: What<'t>) {
        if let Some(resource) = self.resource {
            self.decisions.push(Decision { site: (resource, place), path: self.at, what });
        }
    }

    fn step(&mut self, condition: &'t Node, truth: bool) {
        if self.resource.is_some() {
            self.steps.push(Step { before: self.at, condition, truth });
            self.at = Some(self.steps.len() - 1);
        }
    }
}

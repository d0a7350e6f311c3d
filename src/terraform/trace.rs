//! What a value hangs on: inputs of the root module, and the decisions that were met on the way to it.
//!
//! While something is evaluated, what it touches is collected; what is kept is kept with its trace, so that a
//! second reader of a local hangs on what the local hangs on. Sets are stored once and named by number: where
//! nothing hangs on an input, all of this is a comparison with zero.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::evaluate::Evaluator;

/// The most marks of one trace. What is beyond is forgotten, inputs last, and that is told.
const MOST_MARKS: usize = 2048;
/// Marks that are put together in one step of the budget.
const MARKS_PER_STEP: usize = 4;

/// A set of marks, by number among [`Traces`]; zero is the empty one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Trace(u32);

impl Trace {
    /// Whether it hangs on nothing that can be chosen.
    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// One thing that a value hangs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Mark {
    /// An input, by its number among the inputs of the root.
    Input(usize),
    /// A decision, by its number in the evaluation.
    Decision(usize),
}

/// The traces of one evaluation.
#[derive(Debug, Default)]
pub(super) struct Traces {
    /// What is being evaluated hangs on this so far.
    current: Cell<Trace>,
    sets: RefCell<Sets>,
}

#[derive(Debug, Default)]
struct Sets {
    /// By number less one; sorted.
    all: Vec<Rc<[Mark]>>,
    numbers: FxHashMap<Rc<[Mark]>, Trace>,
    joined: FxHashMap<(u32, u32), Trace>,
    /// Whether something was forgotten.
    is_beyond: bool,
}

impl Sets {
    fn marks(&self, trace: Trace) -> &[Mark] {
        (trace.0 as usize).checked_sub(1).and_then(|index| self.all.get(index)).map_or(&[], |marks| marks)
    }

    fn number(&mut self, marks: Vec<Mark>) -> Trace {
        let marks: Rc<[Mark]> = marks.into();
        if let Some(&known) = self.numbers.get(&marks) {
            return known;
        }
        self.all.push(Rc::clone(&marks));
        let trace = Trace(u32::try_from(self.all.len()).unwrap_or(u32::MAX));
        self.numbers.insert(marks, trace);
        trace
    }

    /// Both together, and how many marks had to be looked at.
    fn join(&mut self, one: Trace, other: Trace) -> (Trace, usize) {
        if one == other || other.is_empty() {
            return (one, 0);
        }
        if one.is_empty() {
            return (other, 0);
        }
        let key = (one.0.min(other.0), one.0.max(other.0));
        if let Some(&known) = self.joined.get(&key) {
            return (known, 0);
        }
        let mut marks = [self.marks(one), self.marks(other)].concat();
        let work = marks.len();
        // Two sorted runs: a stable sort merges them.
        marks.sort();
        marks.dedup();
        self.is_beyond |= marks.len() > MOST_MARKS;
        marks.truncate(MOST_MARKS);
        let joined = self.number(marks);
        self.joined.insert(key, joined);
        (joined, work)
    }
}

impl Evaluator<'_> {
    /// Runs an evaluation and tells what its result hangs on; what surrounds it hangs on that too.
    pub(super) fn traced<T>(&self, run: impl FnOnce() -> T) -> (T, Trace) {
        let outer = self.begin_trace();
        let result = run();
        (result, self.end_trace(outer))
    }

    /// Runs an evaluation that nothing around it hangs on.
    pub(super) fn apart<T>(&self, run: impl FnOnce() -> T) -> T {
        let outer = self.begin_trace();
        let result = run();
        self.traces.current.set(outer);
        result
    }

    /// Begins to collect what something hangs on. [`traced`](Self::traced) in two parts, for where evaluation goes
    /// deep and each call takes stack.
    pub(super) fn begin_trace(&self) -> Trace {
        self.traces.current.take()
    }

    /// What it hangs on; `outer` is what [`begin_trace`](Self::begin_trace) gave.
    pub(super) fn end_trace(&self, outer: Trace) -> Trace {
        let own = self.traces.current.replace(outer);
        self.hangs_on(own);
        own
    }

    /// What is being evaluated hangs on all of this.
    pub(super) fn hangs_on(&self, trace: Trace) {
        if trace.is_empty() {
            return;
        }
        let (joined, work) = self.traces.sets.borrow_mut().join(self.traces.current.get(), trace);
        self.traces.current.set(joined);
        self.budget.charge(work / MARKS_PER_STEP);
    }

    /// What is being evaluated hangs on this.
    pub(super) fn marked(&self, mark: Mark) {
        let trace = self.traces.sets.borrow_mut().number(vec![mark]);
        self.hangs_on(trace);
    }

    /// Whether some trace had too many marks.
    pub(super) fn forgot_marks(&self) -> bool {
        self.traces.sets.borrow().is_beyond
    }

    /// The inputs of a trace, in order.
    pub(super) fn inputs_of(&self, trace: Trace) -> Vec<usize> {
        let sets = self.traces.sets.borrow();
        let input = |mark: &Mark| match *mark {
            Mark::Input(input) => Some(input),
            Mark::Decision(_) => None,
        };
        sets.marks(trace).iter().filter_map(input).collect()
    }

    /// The decisions of a trace, in the order in which they were met.
    pub(super) fn decisions_of(&self, trace: Trace) -> Vec<usize> {
        let sets = self.traces.sets.borrow();
        let decision = |mark: &Mark| match *mark {
            Mark::Decision(decision) => Some(decision),
            Mark::Input(_) => None,
        };
        sets.marks(trace).iter().filter_map(decision).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_stored_once_and_joined_in_any_order() {
        let mut sets = Sets::default();
        let one = sets.number(vec![Mark::Input(1)]);
        let other = sets.number(vec![Mark::Decision(0)]);
        let (both, work) = sets.join(one, other);
        assert_eq!(sets.marks(both), [Mark::Input(1), Mark::Decision(0)]);
        assert_eq!(work, 2);
        assert_eq!(sets.join(other, one), (both, 0), "known already");
        assert_eq!(sets.join(both, one), (both, 3));
        assert_eq!(sets.join(Trace::default(), one), (one, 0));
        assert_eq!(sets.all.len(), 3);
    }

    #[test]
    fn what_is_too_much_is_forgotten_and_inputs_last() {
        let mut sets = Sets::default();
        let inputs = sets.number((0..3).map(Mark::Input).collect());
        let decisions = sets.number((0..MOST_MARKS).map(Mark::Decision).collect());
        let (both, _) = sets.join(decisions, inputs);
        assert!(sets.is_beyond);
        assert_eq!(sets.marks(both).len(), MOST_MARKS);
        assert_eq!(sets.marks(both)[..3], [Mark::Input(0), Mark::Input(1), Mark::Input(2)]);
    }
}

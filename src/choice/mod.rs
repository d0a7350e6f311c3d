//! Which choice of inputs makes conditions true: neutral of any language.
//!
//! ```text
//! conditions of a language
//!   │ formula         atoms "this input has this value", not, every, any; known and opaque truths
//! Question             + the values each input may have, what must hold, what must not be violated
//!   │ search          the choice nearest to the preferred one that meets it
//!   ▼
//! Outcome
//! ```
//!
//! A language numbers its inputs, and the values of each input, from 0. An input whose values cannot be
//! enumerated has those that it is compared with, and one more that stands for all others.
//!
//! Truth has three values. An atom about an input that has no value, and what is opaque, is neither true nor
//! false; what is [wanted](Question::wanted) must be one of them all the same, while a
//! [constraint](Question::constraints) must only not be false.

mod formula;
mod search;
#[cfg(test)]
mod tests;

pub use formula::{Formula, Formulas};

/// The values that an input may have, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Domain {
    /// How many there are.
    pub values: usize,
    /// The one it has when nothing is chosen; `None` if it has no value then. Any other choice is a change.
    pub preferred: Option<usize>,
}

/// What is asked of a choice.
#[derive(Clone, Copy, Debug)]
pub struct Question<'p> {
    /// Where the formulas below are.
    pub formulas: &'p Formulas,
    /// By number of the input. An input that has none, has no value.
    pub domains: &'p [Domain],
    /// Formulas, and the truth that each must have.
    pub wanted: &'p [(Formula, bool)],
    /// Formulas that must not be false. One that is opaque, or about inputs without a value, is not.
    pub constraints: &'p [Formula],
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The inputs that have to change and the value of each, by number of the input; every other input keeps
    /// its preferred value. Empty if nothing has to. The fewest changes, if the effort sufficed to prove it.
    Found(Vec<(usize, usize)>),
    /// No choice meets it.
    Unsatisfiable,
    /// The effort did not suffice to find out.
    Exhausted,
}

impl Question<'_> {
    /// Solves it. `effort` is the work that it may take, in parts of formulas looked at (about 10 ns each), and
    /// is lessened by what it took. The same question and effort always give the same answer.
    pub fn solve(&self, effort: &mut usize) -> Outcome {
        search::solve(self, effort)
    }
}

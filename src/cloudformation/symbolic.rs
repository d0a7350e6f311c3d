//! Conditions as formulas about the inputs.
//!
//! `Fn::And`, `Fn::Or`, `Fn::Not` and `Condition` become what they are. Anything else that has a truth, above
//! all `Fn::Equals`, is evaluated with every combination of the inputs that it mentions, so that it means in a
//! formula what it means in the template, whatever functions are in it.

use std::collections::BTreeSet;

use super::conditions::{Graph, Mentions, Truth};
use super::domain::Domain;
use super::evaluator::Evaluator;
use super::intrinsic::{Call, Function};
use super::parameters::{Purpose, Setting};
use crate::choice::{Formula, Formulas};
use crate::syntax::yaml::Node;

/// The most combinations that one comparison is evaluated with.
const MOST_ROWS: usize = 4096;

/// The formulas of a template's conditions.
#[derive(Debug, Default)]
pub(super) struct Symbolic {
    pub formulas: Formulas,
    /// What the rules demand, once it was wanted.
    pub constraints: Option<Vec<Formula>>,
    /// By index of the condition; `None` where it was not wanted yet.
    pub conditions: Vec<Option<Formula>>,
    pub doubts: Doubts,
}

/// Comparisons of texts that are made of inputs, which no value written in the template makes true: a text that the
/// deployer thinks of may.
#[derive(Debug, Default)]
pub(super) struct Doubts {
    /// The conditions that hang on one.
    conditions: BTreeSet<usize>,
    /// Whether a formula that was made since this was last cleared does.
    pub raised: bool,
}

/// What formulas are made from.
pub(super) struct Maker<'m, 't> {
    pub formulas: &'m mut Formulas,
    /// By index of the condition; `None` where it was not wanted yet.
    pub conditions: &'m mut Vec<Option<Formula>>,
    pub doubts: &'m mut Doubts,
    pub evaluator: &'m mut Evaluator<'t>,
    pub graph: &'m Graph<'t>,
    /// By index of the input.
    pub domains: &'m [Domain<'t>],
    /// When each input has each of its values, where that is about the inputs of another template.
    pub atoms: Option<&'m [Vec<Formula>]>,
}

impl<'t> Maker<'_, 't> {
    /// The formula of a condition expression, or of the condition that a plain text names.
    pub(super) fn formula(&mut self, node: &'t Node) -> Formula {
        let Some(call) = Call::in_condition(node) else {
            return match node.as_str() {
                Some("true") => self.formulas.known(true),
                Some("false") => self.formulas.known(false),
                name => self.named(name),
            };
        };
        match (call.function, call.arguments()) {
            (Function::Condition, _) => self.named(call.text()),
            (Function::Not, [condition]) => {
                let condition = self.formula(condition);
                self.formulas.not(condition)
            }
            (Function::And | Function::Or, conditions @ [_, ..]) => {
                let of: Vec<_> = conditions.iter().map(|condition| self.formula(condition)).collect();
                match call.function {
                    Function::And => self.formulas.every(of),
                    _ => self.formulas.any(of),
                }
            }
            _ => self.table(node),
        }
    }

    fn named(&mut self, name: Option<&str>) -> Formula {
        let Some(condition) = name.and_then(|name| self.evaluator.template.condition(name)) else {
            return self.formulas.opaque();
        };
        self.conditions.resize(self.evaluator.template.conditions.len(), None);
        let conditions = &mut *self.conditions;
        let needed = self.graph.needed(condition, |needed| conditions[needed].is_some());
        if !needed.is_empty() {
            // What depends on itself is mentioned before it is made.
            let opaque = self.formulas.opaque();
            for &needed in &needed {
                self.conditions[needed] = Some(opaque);
            }
            let raised = self.doubts.raised;
            for needed in needed {
                self.doubts.raised = false;
                let formula = self.formula(self.evaluator.template.conditions[needed].body);
                self.conditions[needed] = Some(formula);
                if self.doubts.raised {
                    self.doubts.conditions.insert(needed);
                }
            }
            self.doubts.raised = raised;
        }
        self.doubts.raised |= self.doubts.conditions.contains(&condition);
        match self.conditions[condition] {
            Some(formula) => formula,
            None => self.formulas.opaque(),
        }
    }

    /// By enumeration of what it mentions.
    fn table(&mut self, node: &'t Node) -> Formula {
        let mentions = Mentions::of(self.evaluator.template, node);
        let (inputs, conditions) = (mentions.all_inputs(), mentions.all_conditions());
        let sizes = inputs.iter().map(|&input| self.domains[input].settings().len());
        let sizes: Vec<_> = sizes.chain(conditions.iter().map(|_| 2)).collect();
        let rows = sizes.iter().try_fold(1_usize, |rows, &size| rows.checked_mul(size));
        let Some(rows) = rows.filter(|rows| (1..=MOST_ROWS).contains(rows)) else {
            return self.formulas.opaque();
        };
        let of_conditions: Vec<_> = conditions
            .iter()
            .map(|&condition| self.named(Some(self.evaluator.template.conditions[condition].name)))
            .collect();
        let before: Vec<_> = conditions.iter().map(|&one| self.evaluator.truths[one].clone()).collect();
        let mut places = vec![0; sizes.len()];
        let mut truths = Vec::with_capacity(rows);
        let quiet = self.evaluator.be_quiet(true);
        for _ in 0..rows {
            let (values, branches) = places.split_at(inputs.len());
            let setting = |(&input, &place): (&usize, &usize)| (input, self.domains[input].settings()[place]);
            let assignment: Vec<(usize, Setting<'t>)> = inputs.iter().zip(values).map(setting).collect();
            self.evaluator.assign(&assignment, Purpose::Compare);
            for (&condition, &branch) in conditions.iter().zip(branches) {
                self.evaluator.truths[condition] = Some(Truth::Known(branch == 1));
            }
            truths.push((places.clone(), self.evaluator.truth(node).known()));
            step(&mut places, &sizes);
        }
        self.evaluator.be_quiet(quiet);
        self.evaluator.assign(&[], Purpose::Compare);
        for (&condition, truth) in conditions.iter().zip(before) {
            self.evaluator.truths[condition] = truth;
        }
        let is_never_true = truths.iter().all(|(_, truth)| *truth == Some(false));
        self.doubts.raised |= is_never_true && self.compares_a_made_text(node);
        self.rows(&inputs, &of_conditions, &truths)
    }

    /// Whether a side of a comparison is made of an input that may have any value.
    fn compares_a_made_text(&self, node: &'t Node) -> bool {
        let sides = Call::in_condition(node).map_or(&[][..], |call| call.arguments());
        sides.iter().any(|side| {
            let is_made = Call::of(side).is_some_and(|call| {
                !matches!(call.function, Function::Ref | Function::FindInMap | Function::If)
            });
            let of = || Mentions::of(self.evaluator.template, side).all_inputs();
            is_made && of().iter().any(|&input| self.domains[input].is_open())
        })
    }

    /// A formula that has these truths, one for each combination of places. The rarer truth is written out.
    fn rows(
        &mut self,
        inputs: &[usize],
        conditions: &[Formula],
        truths: &[(Vec<usize>, Option<bool>)],
    ) -> Formula {
        let is_known = truths.iter().all(|(_, truth)| truth.is_some());
        let count = truths.iter().filter(|(_, truth)| *truth == Some(true)).count();
        // What all values agree on is not known all the same where an input has none.
        let may_be_unset = inputs.iter().any(|&input| self.domains[input].default().is_none());
        let written = match count {
            _ if !is_known => true,
            0 if may_be_unset => false,
            _ if count == truths.len() => may_be_unset,
            _ => count * 2 <= truths.len(),
        };
        let mut any = Vec::new();
        for (places, truth) in truths {
            if *truth == Some(!written) {
                continue;
            }
            let (values, branches) = places.split_at(inputs.len());
            let formulas = &mut *self.formulas;
            let is = |(&input, &value): (&usize, &usize)| match self.atoms {
                Some(atoms) => atoms[input][value],
                None => formulas.is(input, value),
            };
            let mut row: Vec<_> = inputs.iter().zip(values).map(is).collect();
            for (&condition, &branch) in conditions.iter().zip(branches) {
                row.push(if branch == 1 { condition } else { formulas.not(condition) });
            }
            if truth.is_none() {
                row.push(formulas.opaque());
            }
            any.push(formulas.every(row));
        }
        let any = self.formulas.any(any);
        if written { any } else { self.formulas.not(any) }
    }
}

/// The next combination, last place first.
fn step(places: &mut [usize], sizes: &[usize]) {
    for (place, &size) in places.iter_mut().zip(sizes).rev() {
        *place += 1;
        if *place < size {
            return;
        }
        *place = 0;
    }
}

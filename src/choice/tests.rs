//! The search against enumeration, and against questions that enumeration could not solve.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::{Domain, Formula, Formulas, Outcome, Question};

const PLENTY: usize = 10_000_000;

fn solve(formulas: &Formulas, domains: &[Domain], wanted: &[(Formula, bool)]) -> Outcome {
    Question { formulas, domains, wanted, constraints: &[] }.solve(&mut { PLENTY })
}

/// Inputs with two values, the first one preferred.
fn switches(count: usize) -> Vec<Domain> {
    vec![Domain { values: 2, preferred: Some(0) }; count]
}

#[test]
fn nothing_has_to_change_where_the_preferred_choice_meets_it() {
    let mut formulas = Formulas::default();
    let off = formulas.is(0, 0);
    assert_eq!(solve(&formulas, &switches(1), &[(off, true)]), Outcome::Found(vec![]));
    assert_eq!(solve(&formulas, &switches(1), &[(off, false)]), Outcome::Found(vec![(0, 1)]));
    assert_eq!(solve(&formulas, &switches(1), &[(off, false), (off, true)]), Outcome::Unsatisfiable);
}

#[test]
fn forty_switches_at_once_are_found_at_once() {
    let mut formulas = Formulas::default();
    let switches = switches(40);
    let on: Vec<_> = (0..40).map(|input| formulas.is(input, 1)).collect();
    let all = formulas.every(on.iter().copied());
    let start = Instant::now();
    let expected = (0..40).map(|input| (input, 1)).collect();
    assert_eq!(solve(&formulas, &switches, &[(all, true)]), Outcome::Found(expected));
    let contradiction = formulas.not(on[39]);
    assert_eq!(solve(&formulas, &switches, &[(all, true), (contradiction, true)]), Outcome::Unsatisfiable);
    // A pair of alternatives for each, behind which the contradiction stands.
    let pairs: Vec<_> = (0..39).map(|input| formulas.any([on[input], on[input + 1]])).collect();
    let pairs = formulas.every(pairs);
    let never = formulas.every([pairs, on[0], contradiction]);
    let Outcome::Found(found) = solve(&formulas, &switches, &[(pairs, true)]) else { panic!() };
    assert!((20..=39).contains(&found.len()), "{found:?}");
    assert!(matches!(solve(&formulas, &switches, &[(never, true)]), Outcome::Found(_)));
    let not_first = formulas.not(on[0]);
    assert_eq!(solve(&formulas, &switches, &[(never, true), (not_first, true)]), Outcome::Unsatisfiable);
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
}

#[test]
fn a_choice_that_was_made_is_not_made_again() {
    let mut formulas = Formulas::default();
    let is = formulas.is(0, 0);
    let other = formulas.is(1, 0);
    let inner = formulas.every([is, other, is]);
    let outer = formulas.every([inner, is]);
    let unset = vec![Domain { values: 2, preferred: None }; 2];
    let question =
        Question { formulas: &formulas, domains: &unset, wanted: &[(outer, false)], constraints: &[] };
    assert!(matches!(question.solve(&mut 1000), Outcome::Found(found) if found.len() == 1));
}

#[test]
fn the_fewest_inputs_change() {
    let mut formulas = Formulas::default();
    let on: Vec<_> = (0..4).map(|input| formulas.is(input, 1)).collect();
    let three = formulas.every(on[..3].iter().copied());
    let either = formulas.any([three, on[3]]);
    assert_eq!(solve(&formulas, &switches(4), &[(either, true)]), Outcome::Found(vec![(3, 1)]));
    // One that serves both beats one for each.
    let first = formulas.any([on[0], on[2]]);
    let second = formulas.any([on[1], on[2]]);
    let both = [(first, true), (second, true)];
    assert_eq!(solve(&formulas, &switches(4), &both), Outcome::Found(vec![(2, 1)]));
}

#[test]
fn an_input_without_a_value_decides_nothing_until_it_is_set() {
    let mut formulas = Formulas::default();
    let domains = [Domain { values: 2, preferred: None }];
    let first = formulas.is(0, 0);
    assert_eq!(solve(&formulas, &domains, &[(first, true)]), Outcome::Found(vec![(0, 0)]));
    assert_eq!(solve(&formulas, &domains, &[(first, false)]), Outcome::Found(vec![(0, 1)]));
    let refused = formulas.known(false);
    let constraint = formulas.any([refused, first]);
    let ask = |wanted: &[(Formula, bool)]| {
        let constraints = &[constraint];
        Question { formulas: &formulas, domains: &domains, wanted, constraints }.solve(&mut { PLENTY })
    };
    assert_eq!(ask(&[]), Outcome::Found(vec![]), "what is not set violates nothing");
    assert_eq!(ask(&[(first, false)]), Outcome::Unsatisfiable);
}

#[test]
fn what_is_opaque_is_neither_true_nor_false_and_violates_nothing() {
    let mut formulas = Formulas::default();
    let opaque = formulas.opaque();
    let on = formulas.is(0, 1);
    let either = formulas.any([opaque, on]);
    let domains = switches(1);
    assert_eq!(solve(&formulas, &domains, &[(either, true)]), Outcome::Found(vec![(0, 1)]));
    assert_eq!(solve(&formulas, &domains, &[(either, false)]), Outcome::Unsatisfiable);
    let ask = Question { formulas: &formulas, domains: &domains, wanted: &[], constraints: &[opaque] };
    assert_eq!(ask.solve(&mut { PLENTY }), Outcome::Found(vec![]));
}

#[test]
fn a_value_outside_of_the_domain_is_never_had() {
    let mut formulas = Formulas::default();
    let domains = [Domain { values: 1, preferred: None }];
    for value in [1, 7] {
        let beyond = formulas.is(0, value);
        assert_eq!(solve(&formulas, &domains, &[(beyond, true)]), Outcome::Unsatisfiable);
        assert_eq!(solve(&formulas, &domains, &[(beyond, false)]), Outcome::Found(vec![(0, 0)]));
    }
    let none = formulas.is(9, 0);
    assert_eq!(solve(&formulas, &domains, &[(none, true)]), Outcome::Unsatisfiable);
}

#[test]
fn a_puzzle_of_2_to_the_40_choices_ends_at_the_effort() {
    // Fifteen pigeons in seven holes: 7^15 choices, none of which fits.
    let mut formulas = Formulas::default();
    let domains = vec![Domain { values: 7, preferred: None }; 15];
    let mut wanted = Vec::new();
    for one in 0..15 {
        let some: Vec<_> = (0..7).map(|hole| formulas.is(one, hole)).collect();
        wanted.push((formulas.any(some), true));
        for other in 0..one {
            for hole in 0..7 {
                let both = [formulas.is(one, hole), formulas.is(other, hole)];
                wanted.push((formulas.every(both), false));
            }
        }
    }
    let start = Instant::now();
    let mut effort = 3_000_000;
    let ask = Question { formulas: &formulas, domains: &domains, wanted: &wanted, constraints: &[] };
    assert_eq!(ask.solve(&mut effort), Outcome::Exhausted);
    assert_eq!(effort, 0);
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    assert_eq!(ask.solve(&mut effort), Outcome::Exhausted, "nothing is free");
}

#[test]
fn formulas_may_be_deep_and_wide() {
    let mut formulas = Formulas::default();
    let domains = switches(10_000);
    let mut deep = formulas.is(0, 1);
    for input in 1..10_000 {
        let on = formulas.is(input % 7, 1);
        let not = formulas.not(deep);
        deep = if input % 2 == 0 { formulas.every([on, not]) } else { formulas.any([on, not]) };
    }
    assert_eq!(formulas.len(), 7 + 9_999 * 2, "seven atoms, and a negation and a join for each");
    assert!(matches!(solve(&formulas, &domains, &[(deep, true)]), Outcome::Found(_)));
    let on: Vec<_> = (0..10_000).map(|input| formulas.is(input, 1)).collect();
    let any = formulas.any(on.iter().copied());
    assert_eq!(solve(&formulas, &domains, &[(any, true)]), Outcome::Found(vec![(0, 1)]));
    let every = formulas.every(on);
    let Outcome::Found(found) = solve(&formulas, &domains, &[(every, true)]) else { panic!() };
    assert_eq!(found.len(), 10_000);
}

/// A formula to be built, and to be decided by its definition.
#[derive(Clone, Debug)]
enum Term {
    Known(bool),
    Opaque,
    Is(usize, usize),
    Not(Box<Term>),
    Every(Vec<Term>),
    Any(Vec<Term>),
}

impl Term {
    fn build(&self, formulas: &mut Formulas) -> Formula {
        match self {
            Term::Known(truth) => formulas.known(*truth),
            Term::Opaque => formulas.opaque(),
            Term::Is(input, value) => formulas.is(*input, *value),
            Term::Not(of) => {
                let of = of.build(formulas);
                formulas.not(of)
            }
            Term::Every(of) => {
                let of: Vec<_> = of.iter().map(|term| term.build(formulas)).collect();
                formulas.every(of)
            }
            Term::Any(of) => {
                let of: Vec<_> = of.iter().map(|term| term.build(formulas)).collect();
                formulas.any(of)
            }
        }
    }

    fn truth(&self, choice: &[Option<usize>]) -> Option<bool> {
        match self {
            Term::Known(truth) => Some(*truth),
            Term::Opaque => None,
            Term::Is(input, value) => choice[*input].map(|chosen| chosen == *value),
            Term::Not(of) => of.truth(choice).map(|truth| !truth),
            Term::Every(of) => join(of.iter().map(|term| term.truth(choice)), true),
            Term::Any(of) => join(of.iter().map(|term| term.truth(choice)), false),
        }
    }
}

fn join(truths: impl Iterator<Item = Option<bool>>, neutral: bool) -> Option<bool> {
    let truths: Vec<_> = truths.collect();
    if truths.contains(&Some(!neutral)) {
        return Some(!neutral);
    }
    if truths.contains(&None) { None } else { Some(neutral) }
}

fn term() -> impl Strategy<Value = Term> {
    let leaf = prop_oneof![
        8 => (0..4_usize, 0..4_usize).prop_map(|(input, value)| Term::Is(input, value)),
        1 => any::<bool>().prop_map(Term::Known),
        1 => Just(Term::Opaque),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(|of| Term::Not(Box::new(of))),
            prop::collection::vec(inner.clone(), 0..4).prop_map(Term::Every),
            prop::collection::vec(inner, 0..4).prop_map(Term::Any),
        ]
    })
}

fn domain() -> impl Strategy<Value = Domain> {
    (1..4_usize, prop::option::of(0..3_usize))
        .prop_map(|(values, preferred)| Domain { values, preferred: preferred.map(|value| value % values) })
}

/// Every choice; an input that has a value keeps having one.
fn choices(domains: &[Domain]) -> Vec<Vec<Option<usize>>> {
    domains.iter().fold(vec![vec![]], |choices, domain| {
        let unset = domain.preferred.is_none().then_some(None);
        let values: Vec<_> = (0..domain.values).map(Some).chain(unset).collect();
        let with = |choice: &Vec<_>| {
            let choice = choice.clone();
            values
                .iter()
                .map(move |&value| choice.iter().copied().chain([value]).collect())
                .collect::<Vec<_>>()
        };
        choices.iter().flat_map(with).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn the_answer_is_that_of_enumeration(
        wanted in prop::collection::vec((term(), any::<bool>()), 1..4),
        constraints in prop::collection::vec(term(), 0..3),
        domains in prop::collection::vec(domain(), 4),
    ) {
        let meets = |choice: &[Option<usize>]| {
            wanted.iter().all(|(term, truth)| term.truth(choice) == Some(*truth))
                && constraints.iter().all(|term| term.truth(choice) != Some(false))
        };
        let changes = |choice: &[Option<usize>]| {
            choice.iter().zip(&domains).filter(|(value, domain)| **value != domain.preferred).count()
        };
        let all = choices(&domains);
        let fewest = all.iter().filter(|choice| meets(choice)).map(|choice| changes(choice)).min();

        let mut formulas = Formulas::default();
        let asked: Vec<_> = wanted.iter().map(|(term, truth)| (term.build(&mut formulas), *truth)).collect();
        let held: Vec<_> = constraints.iter().map(|term| term.build(&mut formulas)).collect();
        let question = Question { formulas: &formulas, domains: &domains, wanted: &asked, constraints: &held };
        match question.solve(&mut { PLENTY }) {
            Outcome::Found(found) => {
                let mut choice: Vec<_> = domains.iter().map(|domain| domain.preferred).collect();
                for (input, value) in &found {
                    prop_assert!(*value < domains[*input].values);
                    choice[*input] = Some(*value);
                }
                prop_assert!(meets(&choice), "{:?}", found);
                prop_assert_eq!(Some(found.len()), fewest);
                prop_assert_eq!(changes(&choice), found.len(), "only what differs is named");
            }
            Outcome::Unsatisfiable => prop_assert_eq!(fewest, None),
            Outcome::Exhausted => prop_assert!(false, "exhausted"),
        }
    }
}

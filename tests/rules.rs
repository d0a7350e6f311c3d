//! Every rule proves itself: one test for each example in `rules/`, and one for the condition as a whole.

use libtest_mimic::{Arguments, Trial};
use sglint::policy::load::{check_supersedes, load_builtin};
use sglint::policy::selftest::{Evaluated, cases, check_example, check_mutants};

/// Evaluates an example; `None` as long as the engine is not there, which leaves the examples out.
fn evaluate(name: &str, text: &str) -> Option<Evaluated> {
    let _ = (name, text);
    None
}

fn main() {
    let arguments = Arguments::from_args();
    let loaded = load_builtin();
    let mut trials = vec![Trial::test("rules load", || {
        let problems =
            loaded.problems.iter().chain(&check_supersedes(&loaded.rules)).cloned().collect::<Vec<_>>();
        if problems.is_empty() { Ok(()) } else { Err(format!("{problems:#?}").into()) }
    })];
    let is_there = evaluate("example.tf", "").is_some();
    for rule in loaded.rules.iter() {
        for (name, example) in cases(rule) {
            let prove = || check_example(rule, example, &evaluated).map_err(Into::into);
            trials.push(Trial::test(name, prove).with_ignored_flag(!is_there));
        }
        let prove = || check_mutants(rule, &evaluated).map_err(Into::into);
        trials.push(Trial::test(format!("{}/mutants", rule.id), prove).with_ignored_flag(!is_there));
    }
    libtest_mimic::run(&arguments, trials).exit();
}

fn evaluated(name: &str, text: &str) -> Evaluated {
    evaluate(name, text).unwrap_or_else(|| panic!("{name} is not evaluated"))
}

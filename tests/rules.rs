//! Every rule proves itself: one test for each example in `rules/`, and one for the condition as a whole.

use libtest_mimic::{Arguments, Trial};
use sglint::engine::facts_of_text;
use sglint::policy::load::{check_supersedes, load_builtin};
use sglint::policy::selftest::{Evaluated, cases, check_example, check_mutants};
use sglint::source::SourceMap;

fn main() {
    let arguments = Arguments::from_args();
    let loaded = load_builtin();
    let mut trials = vec![Trial::test("rules load", || {
        let problems =
            loaded.problems.iter().chain(&check_supersedes(&loaded.rules)).cloned().collect::<Vec<_>>();
        if problems.is_empty() { Ok(()) } else { Err(format!("{problems:#?}").into()) }
    })];
    for rule in loaded.rules.iter() {
        for (name, example) in cases(rule) {
            let prove = || check_example(rule, example, &evaluate).map_err(Into::into);
            trials.push(Trial::test(name, prove));
        }
        let prove = || check_mutants(rule, &evaluate).map_err(Into::into);
        trials.push(Trial::test(format!("{}/mutants", rule.id), prove));
    }
    libtest_mimic::run(&arguments, trials).exit();
}

fn evaluate(name: &str, text: &str) -> Evaluated {
    let sources = SourceMap::new("");
    let (facts, problems) = facts_of_text(&sources, name, text);
    Evaluated { sources, facts, problems }
}

//! Runs the examples of rule files: the tests of whoever writes rules.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use rayon::prelude::*;

use super::{facts_of_text, on_threads, texts};
use crate::config::ConfigChoice;
use crate::policy::load::{check_supersedes, combine, find_files, load_builtin, load_files, load_folder};
use crate::policy::rule::{Example, Rule};
use crate::policy::selftest::{Evaluated, cases, check_condition, check_example};
use crate::problem::Problem;
use crate::report::{Finding, Outcome, TestReport, Trial};
use crate::source::SourceMap;

/// Which rules are tested.
#[derive(Debug, Default)]
pub struct TestOptions {
    /// Folders and files with rules; those of the config if empty, or those below the working directory if it names
    /// none.
    pub folders: Vec<PathBuf>,
    /// Which config names the folders.
    pub config: ConfigChoice,
    /// Texts of which a test's name must contain one; all tests if empty.
    pub filter: Vec<String>,
}

/// Tests rules. An error says that a run with these options makes no sense.
pub fn test(options: &TestOptions) -> Result<TestReport, Problem> {
    on_threads(|| test_here(options))
}

fn test_here(options: &TestOptions) -> Result<TestReport, Problem> {
    let (sources, configs) = texts(&options.config)?;
    let mut problems = Vec::new();
    let mut rules = Vec::new();
    let policies = match options.folders.as_slice() {
        [] => configs.for_directory(sources.working_directory()).policies.clone(),
        _ => Vec::new(),
    };
    for folder in &policies {
        let loaded = load_folder(&sources, folder);
        problems.extend(loaded.problems);
        rules.extend(loaded.rules.iter().map(Arc::clone));
    }
    if policies.is_empty() {
        let here = [PathBuf::from(".")];
        let folders = if options.folders.is_empty() { &here[..] } else { &options.folders };
        let mut files = BTreeSet::new();
        for folder in folders {
            let (found, unreadable) = find_files(&sources, &sources.working_directory().join(folder));
            files.extend(found);
            problems.extend(unreadable);
        }
        let loaded = load_files(&sources, &files.into_iter().collect::<Vec<_>>());
        problems.extend(loaded.problems);
        rules.extend(loaded.rules.iter().map(Arc::clone));
    }
    let tested = combine(rules);
    problems.extend(tested.problems);
    let builtin = load_builtin().rules.iter().map(Arc::clone);
    let all = combine(builtin.chain(tested.rules.iter().map(Arc::clone)));
    problems.extend(check_supersedes(&all.rules));
    problems.extend(configs.problems());

    let rules: Vec<_> = tested.rules.iter().collect();
    if rules.is_empty() && problems.is_empty() {
        return Err(Problem::error("no-rules", "there are no rule files to test").help(
            "name a folder with rule files, or list it under `policies` in sglint.yaml; `sglint rules new` writes one",
        ));
    }
    let mut trials: Vec<_> = rules.par_iter().flat_map_iter(|rule| trials(rule, &sources)).collect();
    let is_asked = |trial: &Trial| options.filter.iter().any(|part| trial.name.contains(part.as_str()));
    trials.retain(|trial| options.filter.is_empty() || is_asked(trial));
    if trials.is_empty() && problems.is_empty() {
        return Err(Problem::error("usage", "no test has a name that contains the filter")
            .help("names are such as acme/no-rdp/bad-1-terraform"));
    }
    Ok(TestReport { trials, problems, sources })
}

/// The examples of one rule, each a trial, and one for its condition.
fn trials(rule: &Rule, sources: &SourceMap) -> Vec<Trial> {
    let evaluated: Vec<_> = rule.examples.iter().map(evaluate).collect();
    let mut trials: Vec<_> = cases(rule)
        .into_iter()
        .zip(&evaluated)
        .map(|((name, example), evaluated)| {
            let outcome = match check_example(rule, example, evaluated) {
                Ok(()) => Outcome::Passed,
                Err(mismatch) => {
                    let is_broken = mismatch.is_broken;
                    let repair = if is_broken { "" } else { "mend the rule, or " };
                    let finding = Finding {
                        labels: mismatch.labels(example, sources),
                        message: mismatch.message,
                        help: format!("{repair}correct the {} example", example.expected),
                    };
                    if is_broken { Outcome::Broken(finding) } else { Outcome::Failed(finding) }
                }
            };
            Trial { name, outcome }
        })
        .collect();
    // Examples that fail say nothing about what they would notice.
    let sound = trials.iter().all(|trial| matches!(trial.outcome, Outcome::Passed));
    if sound {
        let outcome = match check_condition(rule, &evaluated) {
            Ok(()) => Outcome::Passed,
            Err(weakness) => Outcome::Weak(Finding {
                labels: vec![weakness.label(rule, sources)],
                help: match &weakness.part {
                    Some(_) => "add an example in which only this part decides".to_owned(),
                    None => "add one that a condition that is always true or false would fail".to_owned(),
                },
                message: weakness.message,
            }),
        };
        trials.push(Trial { name: format!("{}/condition", rule.id), outcome });
    }
    trials
}

fn evaluate(example: &Example) -> Evaluated {
    let sources = SourceMap::new("");
    let (facts, problems) = facts_of_text(&sources, example.file_name(), &example.text, &example.premises);
    Evaluated { sources, facts, problems }
}

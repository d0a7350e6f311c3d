//! Every rule proves itself: one test for each example in `rules/` and `cookbook/`, and one for the condition as a whole.

use std::path::Path;
use std::sync::Arc;

use libtest_mimic::{Arguments, Trial};
use sglint::engine::facts_of_text;
use sglint::facts::Kind;
use sglint::policy::load::{check_supersedes, load_builtin, load_folder};
use sglint::policy::rule::{Example, Expected, Rule};
use sglint::policy::selftest::{Evaluated, cases, check_condition, check_example};
use sglint::resource::Language;
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
        trials.push(Trial::test(format!("{}/languages", rule.id), || languages(rule).map_err(Into::into)));
        prove(rule, &mut trials);
    }
    let sources = SourceMap::new(env!("CARGO_MANIFEST_DIR"));
    let cookbook = load_folder(&sources, &Path::new(env!("CARGO_MANIFEST_DIR")).join("cookbook"));
    let problems = cookbook.problems.clone();
    trials.push(Trial::test("cookbook loads", move || {
        if problems.is_empty() { Ok(()) } else { Err(format!("{problems:#?}").into()) }
    }));
    for rule in cookbook.rules.iter() {
        prove(rule, &mut trials);
    }
    libtest_mimic::run(&arguments, trials).exit();
}

/// A test for each example of a rule, and one for its condition.
fn prove(rule: &Arc<Rule>, trials: &mut Vec<Trial>) {
    for (index, (name, _)) in cases(rule).into_iter().enumerate() {
        let rule = Arc::clone(rule);
        trials.push(Trial::test(name, move || {
            let example = &rule.examples[index];
            check_example(&rule, example, &evaluate(example)).map_err(|mismatch| mismatch.to_string().into())
        }));
    }
    let rule = Arc::clone(rule);
    trials.push(Trial::test(format!("{}/condition", rule.id), move || {
        let evaluated: Vec<_> = rule.examples.iter().map(evaluate).collect();
        check_condition(&rule, &evaluated).map_err(|weakness| weakness.to_string().into())
    }));
}

/// Rules whose condition `CloudFormation` cannot meet.
const TERRAFORM_ONLY: &[&str] = &[
    "default-sg-unmanaged",
    "missing-required-rule-tags",
    "mixed-rule-management",
    "rules-split-by-direction",
    "shared-sg-looked-up-by-tag",
];
/// Rules whose condition Terraform cannot meet: tags are a map there, it takes away what a group has by default
/// (EG-01), keeps a share to the organization by default (RA-05), and can empty default groups (DF-05).
const CLOUDFORMATION_ONLY: &[&str] = &[
    "default-sg-unmanaged-in-template",
    "duplicate-tag-key",
    "implicit-default-egress",
    "share-open-by-default",
];

/// The examples show the rule in every language that can violate it, and two ways to do without in Terraform.
fn languages(rule: &Rule) -> Result<(), String> {
    let count = |language, expected| {
        let mut examples: Vec<_> = rule.examples.iter().filter(|one| one.language() == language).collect();
        examples.retain(|one| one.expected == expected);
        examples.len()
    };
    let in_terraform = !CLOUDFORMATION_ONLY.contains(&&*rule.id);
    let in_cloudformation = !TERRAFORM_ONLY.contains(&&*rule.id);
    // CloudFormation has no data sources: there is nothing to judge.
    let has_facts = rule.on != Kind::Lookup;
    for (language, expected, least) in [
        (Language::Terraform, Expected::Bad, usize::from(in_terraform)),
        (Language::Terraform, Expected::Good, if in_terraform { 2 } else { 1 }),
        (Language::CloudFormation, Expected::Bad, usize::from(in_cloudformation)),
        (Language::CloudFormation, Expected::Good, usize::from(has_facts)),
    ] {
        if count(language, expected) < least {
            return Err(format!("{} needs {least} {expected} examples in {language:?}", rule.id));
        }
    }
    Ok(())
}

fn evaluate(example: &Example) -> Evaluated {
    let sources = SourceMap::new("");
    let (facts, problems) = facts_of_text(&sources, example.file_name(), &example.text, &example.premises);
    Evaluated { sources, facts, problems }
}

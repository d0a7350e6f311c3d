//! CloudFormation: a template to the resources that it would create.
//!
//! ```text
//! file
//!   │ recognise       whether it is a template
//! syntax::yaml::Node
//!   │ foreach         loops written out
//!   │ template        sections with their names; parameters, inputs: what may be chosen, what is
//!   │ conditions      which depends on which, what is true (true, false or unknown)
//!   │ rules           what values the template itself demands
//!   ▼
//! evaluator           nodes → values, once for the default choice and once for each scenario
//!     intrinsic       recognises !Ref and {"Ref": …}
//!     functions       what each function yields; substitution (Fn::Sub), cidr (Fn::Cidr)
//!     scalar, text    what scalars and made texts are
//!   │ trace           what decided the values: branches taken, inputs read
//!   │ scenario        the choices under which something of that goes another way
//!   │     domain, symbolic     what inputs may be, and conditions as formulas, for `choice` to search
//!   ▼
//! resource::Configuration
//! ```
//!
//! A condition depends on inputs that the deployer may choose. Under one choice it is true, false or (where
//! an input has no default) unknown; then what depends on it is unknown too. Other choices are judged as
//! *scenarios*: each one is a [`Configuration`] of its own, so that no reader of a value has to know about
//! choices.

mod cidr;
mod conditions;
mod domain;
mod evaluator;
mod foreach;
mod functions;
mod inputs;
mod intrinsic;
mod parameters;
pub mod recognise;
mod resources;
mod rules;
mod scalar;
mod scenario;
mod substitution;
mod symbolic;
mod template;
mod text;
mod trace;

use std::sync::Arc;

use conditions::Graph;
use evaluator::Evaluator;
pub use inputs::Inputs;
use parameters::Purpose;
use scenario::Scenarios;
use template::Template;

use crate::resource::{Configuration, Interest, Language, Mode};
use crate::source::SourceFile;
use crate::syntax::yaml::Node;

/// Evaluates a template: under the default choice of its inputs first, then under each scenario.
///
/// `interest` says how much of a resource type matters. What could not be evaluated is in the problems of
/// the configuration where it happened; a problem that the default has too is not repeated by scenarios.
pub fn evaluate(
    file: &SourceFile,
    root: &Arc<Node>,
    interest: &dyn Fn(&str, Mode) -> Interest,
) -> Vec<Configuration> {
    evaluate_with(file, root, &Inputs::default(), interest)
}

/// Like [`evaluate`], with parameters that the deployer has set.
pub fn evaluate_with(
    file: &SourceFile,
    root: &Arc<Node>,
    inputs: &Inputs,
    interest: &dyn Fn(&str, Mode) -> Interest,
) -> Vec<Configuration> {
    let mut problems = Vec::new();
    let root = foreach::expand(file, root, inputs, &mut problems);
    let template = Template::read(&root, inputs, &mut problems);
    let graph = Graph::of(&template, &mut problems);

    let mut evaluator = Evaluator::new(file, &template);
    evaluator.decide(&graph.order);
    evaluator.assign(&[], Purpose::Use);
    evaluator.refill(1);
    let made = evaluator.resources(interest);
    let outputs = evaluator.outputs();
    problems.append(&mut evaluator.problems);

    let configuration = |resources, outputs, problems, scenario| Configuration {
        name: file.name().to_owned(),
        language: Language::CloudFormation,
        resources,
        outputs,
        files: vec![file.id()],
        problems,
        scenario,
    };
    let mut others = Vec::new();
    let mut scenarios = Scenarios::of(&mut evaluator, &graph, &mut problems);
    while let Some(scenario) = scenarios.next(&mut evaluator, &mut problems) {
        evaluator.problems.clear();
        let resources = evaluator.resources_again(&made, &scenario.changed, interest);
        let outputs = evaluator.outputs();
        let problems = std::mem::take(&mut evaluator.problems);
        others.push(configuration(resources, outputs, problems, Some(scenario.name)));
    }
    let resources = made.into_iter().filter_map(|made| made.resource).collect();
    let mut configurations = vec![configuration(resources, outputs, problems, None)];
    configurations.extend(others);
    configurations
}

//! CloudFormation: a template to the resources that it would create.
//!
//! ```text
//! file
//!   │ recognise       whether it is a template
//! syntax::yaml::Node
//!   │ foreach         loops written out
//!   │ template        sections with their names; parameters, inputs: what may be chosen, what is
//!   │ conditions      which depends on which, what is true (true, false or unknown)
//!   │ scenario        other choices of one input, under which some condition or mapping row differs
//!   ▼
//! evaluator           nodes → values, once for the default choice and once for each scenario
//!     intrinsic       recognises !Ref and {"Ref": …}
//!     functions       what each function yields; substitution (Fn::Sub), cidr (Fn::Cidr)
//!     scalar, text    what scalars and made texts are
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
mod evaluator;
mod foreach;
mod functions;
mod inputs;
mod intrinsic;
mod parameters;
pub mod recognise;
mod resources;
mod scalar;
mod scenario;
mod substitution;
mod template;
mod text;

use std::sync::Arc;

use conditions::Graph;
use evaluator::Evaluator;
pub use inputs::Inputs;
use parameters::Purpose;
use template::Template;

use crate::resource::{Configuration, Language, Provider};
use crate::source::SourceFile;
use crate::syntax::yaml::Node;

/// The work that all scenarios together may take, in configurations: each evaluates only what it changes.
const EFFORT: usize = 8;

/// Evaluates a template: under the default choice of its inputs first, then under each scenario.
///
/// `provider` says how much of a resource type matters. What could not be evaluated is in the problems of
/// the configuration where it happened; a problem that the default has too is not repeated by scenarios.
pub fn evaluate(file: &SourceFile, root: &Arc<Node>, provider: &dyn Provider) -> Vec<Configuration> {
    evaluate_with(file, root, &Inputs::default(), provider)
}

/// Like [`evaluate`], with parameters that the deployer has set.
pub fn evaluate_with(
    file: &SourceFile,
    root: &Arc<Node>,
    inputs: &Inputs,
    provider: &dyn Provider,
) -> Vec<Configuration> {
    let mut problems = Vec::new();
    let root = foreach::expand(file, root, inputs, &mut problems);
    let template = Template::read(&root, inputs, &mut problems);
    let graph = Graph::of(&template, &mut problems);

    let mut evaluator = Evaluator::new(file, &template, provider);
    evaluator.decide(&graph.order);
    evaluator.assign(None, Purpose::Use);
    evaluator.refill(1);
    let (made, chosen) = evaluator.resources();
    let outputs = evaluator.outputs();
    problems.append(&mut evaluator.problems);
    let scenarios = scenario::scenarios(&mut evaluator, &graph, &made, &chosen, &mut problems);

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
    evaluator.refill(EFFORT);
    for scenario in scenarios {
        if evaluator.is_exhausted() {
            problems.push(scenario::too_many(&template, scenario.assignment.input, others.len()));
            break;
        }
        evaluator.assign(Some(scenario.assignment), Purpose::Use);
        evaluator.truths = scenario.truths;
        evaluator.problems.clear();
        let resources = evaluator.resources_again(&made, &scenario.changed);
        let outputs = evaluator.outputs();
        let problems = std::mem::take(&mut evaluator.problems);
        others.push(configuration(resources, outputs, problems, Some(scenario.name)));
    }
    let resources = made.into_iter().filter_map(|made| made.resource).collect();
    let mut configurations = vec![configuration(resources, outputs, problems, None)];
    configurations.extend(others);
    configurations
}

//! `CloudFormation`: a template to the resources that it would create.
//!
//! ```text
//! syntax::yaml::Node
//!   │ foreach         loops written out
//!   │ template        sections with their names; parameters: the inputs and their values
//!   │ conditions      which depends on which, what is true (true, false or unknown)
//!   │ scenario        other choices of one input under which some condition differs
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
use parameters::Purpose;
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
    let mut problems = Vec::new();
    let root = foreach::expand(file, root, &mut problems);
    let template = Template::read(&root, &mut problems);
    let graph = Graph::of(&template, &mut problems);

    let mut evaluator = Evaluator::new(file, &template);
    evaluator.decide(&graph.order);
    evaluator.assign(None, Purpose::Use);
    let (made, chosen) = evaluator.resources(interest);
    let outputs = evaluator.outputs();
    problems.append(&mut evaluator.problems);
    let scenarios = scenario::scenarios(&mut evaluator, &graph, &chosen, &mut problems);

    let configuration = |resources, outputs, problems, scenario| Configuration {
        name: file.name().to_owned(),
        language: Language::CloudFormation,
        resources,
        outputs,
        files: vec![file.id()],
        problems,
        scenario,
    };
    let others: Vec<_> = scenarios
        .into_iter()
        .map(|scenario| {
            evaluator.assign(Some(scenario.assignment), Purpose::Use);
            evaluator.truths = scenario.truths;
            evaluator.problems.clear();
            let resources = evaluator.resources_again(&made, &scenario.changed, interest);
            let outputs = evaluator.outputs();
            configuration(resources, outputs, std::mem::take(&mut evaluator.problems), Some(scenario.name))
        })
        .collect();
    let resources = made.into_iter().filter_map(|made| made.resource).collect();
    let mut configurations = vec![configuration(resources, outputs, problems, None)];
    configurations.extend(others);
    configurations
}

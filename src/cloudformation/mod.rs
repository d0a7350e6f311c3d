//! `CloudFormation`: a template to the resources that it would create.
//!
//! ```text
//! syntax::yaml::Node
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
    let template = Template::read(root, &mut problems);
    let graph = Graph::of(&template, &mut problems);

    let mut evaluator = Evaluator::new(file, &template);
    evaluator.decide(&graph.order);
    problems.append(&mut evaluator.problems);
    let scenarios = scenario::scenarios(&mut evaluator, &graph, &mut problems);
    evaluator.problems.clear();

    evaluator.assign(None, Purpose::Use);
    let mut configurations = vec![configuration(&mut evaluator, interest, None)];
    for scenario in scenarios {
        evaluator.assign(Some(scenario.assignment), Purpose::Use);
        evaluator.truths = scenario.truths;
        configurations.push(configuration(&mut evaluator, interest, Some(scenario.name)));
    }
    configurations[0].problems.splice(0..0, problems);
    configurations
}

fn configuration(
    evaluator: &mut Evaluator<'_>,
    interest: &dyn Fn(&str, Mode) -> Interest,
    scenario: Option<String>,
) -> Configuration {
    let resources = evaluator.resources(interest);
    let outputs = evaluator.outputs();
    Configuration {
        name: evaluator.file.name().to_owned(),
        language: Language::CloudFormation,
        resources,
        outputs,
        files: vec![evaluator.file.id()],
        problems: std::mem::take(&mut evaluator.problems),
        scenario,
    }
}

//! CloudFormation: a template to the resources that it would create.
//!
//! ```text
//! file
//!   │ recognise       whether it is a template
//! syntax::yaml::Node
//!   │ transform       serverless.yml as a template, includes, SAM, loops written out (foreach)
//!   │ template        sections with their names; parameters, inputs: what may be chosen, what is;
//!   │                 constraints: what may be set
//!   │ conditions      which depends on which, what is true (true, false or unknown)
//!   │ rules           what values the template itself demands
//!   ▼
//! evaluator           nodes → values, once for the default choice and once for each scenario
//!     intrinsic       recognises !Ref and {"Ref": …}
//!     functions       what each function yields; substitution (Fn::Sub), cidr (Fn::Cidr)
//!     nested, inline  templates that it calls, or holds as a text: evaluated with what it passes
//!     exports         what templates hand to each other (Fn::ImportValue)
//!     scalar, text    what scalars and made texts are
//!   │ trace           what decided the values: branches taken, inputs read
//!   │ scenario        the choices under which something of that goes another way
//!   │     called  conditions of nested stacks, about the inputs of the deployed template
//!   │     domain, symbolic     what inputs may be, and conditions as formulas, for `choice` to search
//!   ▼
//! resource::Configuration
//! ```
//!
//! What lies around a template is in its [`Surroundings`]: inputs, exports of the other templates, the files of its
//! tree, and how a cloud assembly of the CDK (cdk) deploys it.
//!
//! A condition depends on inputs that the deployer may choose. Under one choice it is true, false or (where
//! an input has no default) unknown; then what depends on it is unknown too. Other choices are judged as
//! *scenarios*: each one is a [`Configuration`] of its own, so that no reader of a value has to know about
//! choices.

mod called;
mod cdk;
mod cidr;
mod conditions;
mod constraints;
mod domain;
mod evaluator;
mod exports;
mod foreach;
mod functions;
mod include;
mod inline;
mod inputs;
mod intrinsic;
mod nested;
mod parameters;
pub mod recognise;
mod resources;
mod rules;
mod sam;
mod scalar;
mod scenario;
mod serverless;
mod substitution;
mod surroundings;
mod symbolic;
mod template;
mod text;
mod trace;
mod transform;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use called::Called;
pub use cdk::{Deployment, deployments, is_manifest};
use conditions::Graph;
use evaluator::Evaluator;
pub use exports::{Export, Exporting, Exports};
pub use inputs::{Inputs, declared_parameters};
use nested::Place;
use parameters::Purpose;
use scenario::Scenarios;
pub use surroundings::{Files, Surroundings};
use template::Template;
use transform::Setter;

use crate::resource::{Configuration, Language, Provider, Resource};
use crate::source::SourceFile;
use crate::syntax::yaml::Node;

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
    let surroundings = Surroundings { inputs, exports: &Exports::default(), deployment: None, files: None };
    evaluate_within(file, root, &surroundings, provider).configurations
}

/// What a template makes.
#[derive(Debug)]
pub struct Evaluated {
    /// Under the default choice of its inputs first, then under each scenario.
    pub configurations: Vec<Configuration>,
    /// The paths of the constructs that made the resources, by address: in what the AWS CDK wrote.
    pub constructs: BTreeMap<Arc<str>, Arc<str>>,
}

/// Like [`evaluate`], with what lies around the template.
pub fn evaluate_within(
    file: &SourceFile,
    root: &Arc<Node>,
    surroundings: &Surroundings<'_>,
    provider: &dyn Provider,
) -> Evaluated {
    let mut problems = Vec::new();
    let setter = Setter::Deployer(surroundings.inputs);
    let read = transform::read(file, root, setter, Some(surroundings), &mut problems);
    let mut template = Template::read(&read.root, surroundings.inputs, &mut problems);
    template.deploy(surroundings.deployment);
    let graph = Graph::of(&template, &mut problems);
    let called = called::find(file, &read.root, surroundings);
    let nested_templates: Vec<_> = called.iter().map(Called::template).collect();

    let mut evaluator = Evaluator::new(file, &template).at(Place::root_of(surroundings, provider));
    evaluator.deploy(surroundings.deployment);
    evaluator.decide(&graph.order);
    evaluator.assign(&[], Purpose::Use);
    evaluator.refill(1);
    let made = evaluator.resources();
    let outputs = evaluator.handed_out();
    problems.append(&mut evaluator.problems);
    let stacks = std::mem::take(&mut evaluator.stacks);

    let mut files: Vec<_> = std::iter::once(file.id()).chain(read.files).collect();
    files.extend(evaluator.files.iter().copied());
    let configuration = |resources: Vec<Resource>, outputs, imported: &[Resource], problems, scenario| {
        let resources = resources.into_iter().chain(imported.iter().cloned()).collect();
        let (name, files) = (file.name().to_owned(), files.clone());
        Configuration {
            name,
            language: Language::CloudFormation,
            resources,
            destroyed: Vec::new(),
            outputs,
            files,
            problems,
            scenario,
        }
    };
    let imported: Vec<_> = evaluator.imported.values().map(|resource| Resource::clone(resource)).collect();
    let mut others = Vec::new();
    let callees = called::callees(&template, &called, &nested_templates);
    let mut scenarios = Scenarios::of(&mut evaluator, &graph, callees, &mut problems);
    while let Some(scenario) = scenarios.next(&mut evaluator, &mut problems) {
        evaluator.stacks = nested::unchanged(&stacks, &scenario.changed);
        evaluator.problems.clear();
        let resources = evaluator.resources_again(&made, &scenario.changed);
        let outputs = evaluator.handed_out();
        let problems = std::mem::take(&mut evaluator.problems);
        let imported: Vec<_> =
            evaluator.imported.values().map(|resource| Resource::clone(resource)).collect();
        others.push(configuration(resources, outputs, &imported, problems, Some(scenario.name)));
    }
    let resources = made.iter().flat_map(|made| made.resources().cloned()).collect();
    let mut configurations = vec![configuration(resources, outputs, &imported, problems, None)];
    configurations.extend(others);
    Evaluated { configurations, constructs: evaluator.constructs }
}

/// What a template exports when it is deployed with its defaults.
pub fn exports(
    file: &SourceFile,
    root: &Arc<Node>,
    surroundings: &Surroundings<'_>,
    provider: &dyn Provider,
) -> Exporting {
    // What is wrong is reported when the template is judged.
    let problems = &mut Vec::new();
    let setter = Setter::Deployer(surroundings.inputs);
    let read = transform::read(file, root, setter, Some(surroundings), problems);
    let template = Template::read(&read.root, surroundings.inputs, problems);
    let graph = Graph::of(&template, problems);
    let mut evaluator = Evaluator::new(file, &template).at(Place::root_of(surroundings, provider));
    evaluator.deploy(surroundings.deployment);
    evaluator.decide(&graph.order);
    evaluator.assign(&[], Purpose::Use);
    evaluator.refill(1);
    evaluator.exports()
}

/// Whether a file may call others: a cheap test on its text that never says no to one that does.
pub fn may_call(file: &SourceFile) -> bool {
    let marks = ["TemplateURL", "AWS::Serverless::Application", "aws:asset:path"];
    let text = file.text();
    marks.iter().any(|mark| text.contains(mark))
        || (serverless::is_named_so(file.path()) && text.contains("file("))
}

/// The files that a template calls as parts of itself, as far as that is written down: they are judged through it.
pub fn called_files(file: &SourceFile, root: &Arc<Node>) -> Vec<PathBuf> {
    let mut found = Vec::new();
    nested::called_files(file, root, &mut found);
    if serverless::is_service(file.path(), root) {
        serverless::called_files(root, file.path(), &mut found);
    }
    found
}

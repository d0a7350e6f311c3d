//! The sections of a template, with their names indexed.

use rustc_hash::FxHashMap;

use super::cdk::Deployment;
use super::evaluator::open_entry;
use super::foreach::LOOP;
use super::inputs::Inputs;
use super::intrinsic::{Call, Function, is_null, whole};
use super::parameters::Parameter;
use crate::problem::Problem;
use crate::source::Span;
use crate::syntax::yaml::{Entry, Node, NodeKind};

/// A named entry of `Conditions`, `Resources` or `Outputs`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Declaration<'t> {
    /// Its name.
    pub name: &'t str,
    /// Its name as written.
    pub key: Span,
    /// What it is declared as.
    pub body: &'t Node,
}

impl Declaration<'_> {
    /// The whole entry.
    pub(super) fn span(&self) -> Span {
        self.key.join(whole(self.body))
    }
}

/// A template.
#[derive(Debug, Default)]
pub(super) struct Template<'t> {
    /// Parameters in source order, then the pseudo parameters.
    pub inputs: Vec<Parameter<'t>>,
    pub mappings: Vec<Declaration<'t>>,
    pub rules: Vec<Declaration<'t>>,
    pub conditions: Vec<Declaration<'t>>,
    pub resources: Vec<Declaration<'t>>,
    pub outputs: Vec<Declaration<'t>>,
    /// A macro may declare names that are not in the text: `AWS::Serverless` makes roles, APIs and more.
    pub has_macro: bool,
    input_by_name: FxHashMap<&'t str, usize>,
    mapping_by_name: FxHashMap<&'t str, usize>,
    condition_by_name: FxHashMap<&'t str, usize>,
    resource_by_name: FxHashMap<&'t str, usize>,
}

impl<'t> Template<'t> {
    /// Reads the sections. What has not the shape of its section is left out and reported.
    pub(super) fn read(root: &'t Node, inputs: &'t Inputs, problems: &mut Vec<Problem>) -> Self {
        let parameters = section(root, "Parameters", problems).iter();
        let mut template = Self {
            inputs: parameters.filter_map(|entry| Parameter::declared(entry, inputs)).collect(),
            mappings: declarations(root, "Mappings", problems),
            rules: declarations(root, "Rules", problems),
            conditions: declarations(root, "Conditions", problems),
            resources: declarations(root, "Resources", problems),
            outputs: declarations(root, "Outputs", problems),
            has_macro: root.get("Transform").is_some_and(|transform| has_macro(transform))
                || root.get("Resources").is_some_and(|resources| open_entry(resources.entries()).is_some()),
            ..Self::default()
        };
        if root.get("Resources").is_none_or(|resources| is_null(resources)) {
            problems.push(
                Problem::warning("template-shape", "the template has no Resources section")
                    .at(root.span.head())
                    .help("declare at least one resource under Resources"),
            );
        }
        problems.extend(template.inputs.iter().filter_map(Parameter::refusal));
        template.inputs.extend(Parameter::pseudo(inputs));
        template.input_by_name =
            template.inputs.iter().enumerate().map(|(index, input)| (input.name, index)).collect();
        template.mapping_by_name = by_name(&template.mappings);
        template.condition_by_name = by_name(&template.conditions);
        template.resource_by_name = by_name(&template.resources);
        template
    }

    /// Takes from the deployer the choice of what a manifest fixes.
    pub(super) fn deploy(&mut self, deployment: Option<&Deployment>) {
        for input in self.inputs.iter_mut().filter(|input| input.is_pseudo()) {
            input.fixed |= deployment.is_some_and(|deployment| deployment.pseudo(input.name).is_some());
        }
    }

    pub(super) fn input(&self, name: &str) -> Option<usize> {
        self.input_by_name.get(name).copied()
    }

    /// The parameters of a type.
    pub(super) fn inputs_of_type(&self, kind: &str) -> Vec<usize> {
        let inputs = self.inputs.iter().enumerate();
        inputs.filter(|(_, input)| input.type_name == Some(kind)).map(|(index, _)| index).collect()
    }

    /// The input that a node is a plain `Ref` to.
    pub(super) fn input_of(&self, node: &Node) -> Option<usize> {
        let call = Call::of(node).filter(|call| call.function == Function::Ref)?;
        self.input(call.text()?)
    }

    pub(super) fn mapping(&self, name: &str) -> Option<Declaration<'t>> {
        self.mapping_by_name.get(name).map(|&index| self.mappings[index])
    }

    pub(super) fn condition(&self, name: &str) -> Option<usize> {
        self.condition_by_name.get(name).copied()
    }

    /// The module that may have made a resource: its name is put before the names of what it makes.
    pub(super) fn module_of(&self, name: &str) -> Option<&'t str> {
        let is_module = |declaration: &Declaration<'_>| {
            let kind = declaration.body.get("Type").and_then(|node| node.as_str());
            kind.is_some_and(|kind| kind.ends_with("::MODULE"))
        };
        let named = |declaration: &&Declaration<'_>| name.starts_with(declaration.name);
        self.resources
            .iter()
            .filter(named)
            .find(|declaration| is_module(declaration))
            .map(|module| module.name)
    }

    pub(super) fn resource(&self, name: &str) -> Option<usize> {
        self.resource_by_name.get(name).copied()
    }
}

fn by_name<'t>(declarations: &[Declaration<'t>]) -> FxHashMap<&'t str, usize> {
    declarations.iter().enumerate().map(|(index, declaration)| (declaration.name, index)).collect()
}

fn declarations<'t>(root: &'t Node, name: &str, problems: &mut Vec<Problem>) -> Vec<Declaration<'t>> {
    let read = |entry: &'t Entry| {
        // A loop that could not be written out was reported then.
        if entry.key.as_str()?.starts_with(LOOP) {
            return None;
        }
        Some(Declaration { name: entry.key.as_str()?, key: entry.key.span, body: &entry.value })
    };
    section(root, name, problems).iter().filter_map(read).collect()
}

fn section<'t>(root: &'t Node, name: &str, problems: &mut Vec<Problem>) -> &'t [Entry] {
    let Some(entry) = root.entry(name) else { return &[] };
    match &entry.value.kind {
        NodeKind::Mapping(entries) => entries,
        _ if is_null(&entry.value) => &[],
        _ => {
            problems.push(
                Problem::warning("template-shape", format!("{name} is not a mapping"))
                    .at(entry.key.span)
                    .help(format!("write the entries of {name} as `Name: …` below it")),
            );
            &[]
        }
    }
}

/// Whether a `Transform` section names anything but the language extensions, which declare nothing.
fn has_macro(transform: &Node) -> bool {
    let adds = |node: &Node| node.as_str().is_none_or(|name| name != "AWS::LanguageExtensions");
    match &transform.kind {
        NodeKind::Sequence(items) => items.iter().any(|item| adds(item)),
        _ => adds(transform),
    }
}

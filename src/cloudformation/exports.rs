//! What templates hand to each other: the `Export` of an output, and `Fn::ImportValue`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::conditions::Mentions;
use super::evaluator::{Evaluator, Use};
use super::intrinsic::{Call, whole};
use super::nested::Nested;
use super::template::Declaration;
use super::text;
use crate::problem::Problem;
use crate::resource::{Attribute, Cause, Mode, Reference, Resource, StepKind, Value, ValueKind};
use crate::source::Span;

/// What stands between a resource and the template that declares it, where another one speaks of it:
/// `Web@network.yaml`. No logical id has it.
const OF: char = '@';

/// What the templates of a run export, by name.
#[derive(Debug, Default)]
pub struct Exports {
    by_name: BTreeMap<Arc<str>, Vec<Export>>,
}

/// An output with a name that other stacks of the account and region may import.
#[derive(Clone, Debug)]
pub struct Export {
    name: Arc<str>,
    /// The template that is deployed to make it, as printed.
    template: Arc<str>,
    span: Span,
    /// Its value as other templates see it.
    value: Value,
    /// The resources that the value refers to.
    resources: Vec<Arc<Resource>>,
    /// The input of its template that another choice of would change the value.
    chosen_by: Option<Arc<str>>,
}

/// What a template exports.
#[derive(Clone, Debug, Default)]
pub struct Exporting {
    /// Its exports.
    pub exports: Vec<Export>,
    /// Whether any of them hangs on what other templates export.
    pub imports: bool,
}

/// An export as the template that makes it sees it.
#[derive(Clone, Debug)]
pub(super) struct Exported {
    pub(super) name: Arc<str>,
    pub(super) span: Span,
    pub(super) value: Value,
    pub(super) chosen_by: Option<Arc<str>>,
}

impl Exports {
    /// Exports of any number of templates, in an order that is the same in every run.
    pub fn of(exports: impl IntoIterator<Item = Export>) -> Self {
        let mut by_name: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for export in exports {
            by_name.entry(Arc::clone(&export.name)).or_default().push(export);
        }
        Self { by_name }
    }

    fn named(&self, name: &str) -> &[Export] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }
}

impl<'t> Evaluator<'t> {
    /// The value of a `Fn::ImportValue`: that of the export of this name, if the run has exactly one.
    pub(super) fn import(&mut self, call: &Call<'t>) -> Value {
        self.imports = true;
        // Another name leads to another stack, of which this template says nothing.
        let listening = self.trace.ignore_texts();
        let name = self.argument(call);
        self.trace.listen(listening);
        let unknown = |what: String| Value::unknown(Cause::External(what), call.span);
        let exports = match (name.to_text(), self.place.surroundings) {
            (Some(text), Some(surroundings)) if !name.is_sensitive() => surroundings.exports.named(&text),
            _ => &[],
        };
        match exports {
            [] => unknown(format!("export {}", text::shown(&name))),
            [export] if *export.template == *self.place.root(self.file) => {
                let message = format!("the template imports {}, which it exports itself", export.name);
                self.invalid(call.span, message, "refer to the resource itself")
            }
            [export] => {
                let resources = export.resources.iter();
                self.imported
                    .extend(resources.map(|resource| (Arc::clone(&resource.address), Arc::clone(resource))));
                if let Some(input) =
                    export.chosen_by.as_ref().filter(|_| self.is_default() && self.trace.is_listening())
                {
                    let message = format!(
                        "export {} is judged with the default of {input} in {} only",
                        export.name, export.template
                    );
                    let help = format!(
                        "judge both templates with each value that is deployed: --parameters {input}=…"
                    );
                    self.report(Problem::warning("scenario-limit", message).at(call.span).help(help));
                }
                export.value.through(StepKind::Export, export.span).through(StepKind::Reference, call.span)
            }
            [one, other, ..] => {
                let (name, one, other) = (&one.name, &one.template, &other.template);
                if one == other {
                    return unknown(format!("export {name} (made twice by {one})"));
                }
                unknown(format!("export {name} (made by {one} and by {other})"))
            }
        }
    }

    /// What the outputs of this template alone export. A name that is not known text cannot be imported by one.
    pub(super) fn exported(&mut self) -> Vec<Exported> {
        let template = self.template;
        let export = |declaration: &Declaration<'t>| {
            let name = declaration.body.get("Export")?.get("Name")?;
            self.presence(declaration)?;
            let name = self.evaluate(name).filter(|name| !name.is_sensitive())?.to_text()?;
            let body = declaration.body.get("Value")?;
            let first = self.uses.len();
            let value = self.evaluate(body)?;
            // What is referred to is the same thing whatever decides about it.
            let chosen_by =
                if value.references().is_empty() { self.chooses(&self.uses[first..]) } else { None };
            Some(Exported { name, span: whole(body), value, chosen_by })
        };
        template.outputs.iter().filter_map(export).collect()
    }

    /// An input that the deployer may choose otherwise, of those that were used: one with allowed values, or one that
    /// decides a condition. In a nested stack nobody chooses.
    fn chooses(&self, uses: &[Use]) -> Option<Arc<str>> {
        let template = self.template;
        if !self.place.calls.is_empty() {
            return None;
        }
        let mut open: Vec<(Use, bool)> = uses.iter().rev().map(|&used| (used, false)).collect();
        let mut seen = BTreeSet::new();
        while let Some((used, decides)) = open.pop() {
            match used {
                Use::Input(input) => {
                    let input = &template.inputs[input];
                    let is_choice = decides || input.allowed.len() > 1;
                    if is_choice && !input.fixed && !input.is_pseudo() {
                        return Some(input.name.into());
                    }
                }
                Use::Condition(condition) if seen.insert(condition) => {
                    let mentions = Mentions::of(template, template.conditions[condition].body);
                    let inputs = mentions.all_inputs().into_iter().map(Use::Input);
                    let conditions = mentions.all_conditions().into_iter().map(Use::Condition);
                    open.extend(inputs.chain(conditions).map(|used| (used, true)));
                }
                Use::Condition(_) => {}
            }
        }
        None
    }

    /// Everything that deploying the template exports, as other templates see it.
    pub(super) fn exports(&mut self) -> Exporting {
        let stacks: Vec<Arc<Nested>> =
            (0..self.template.resources.len()).filter_map(|index| self.nested(index)).collect();
        let nested = stacks.iter().flat_map(|nested| nested.exported.iter().cloned());
        let exported: Vec<Exported> = self.exported().into_iter().chain(nested).collect();
        let template: Arc<str> = self.file.name().into();
        let mut seen = BTreeMap::new();
        let mut exports = Vec::new();
        for Exported { name, span, value, chosen_by } in exported {
            let mut resources = Vec::new();
            for reference in value.references() {
                let Some(reference) = reference.as_reference() else { continue };
                let address = Arc::clone(&reference.address);
                let resource =
                    seen.entry(address).or_insert_with_key(|address| self.referred(address, &template));
                resources.extend(resource.clone());
            }
            let value = abroad(&value, &template);
            exports.push(Export { name, template: Arc::clone(&template), span, value, resources, chosen_by });
        }
        Exporting { exports, imports: self.imports }
    }

    /// The resource at an address, as other templates see it.
    fn referred(&mut self, address: &str, template: &str) -> Option<Arc<Resource>> {
        if let Some(imported) = self.imported.get(address) {
            return Some(Arc::clone(imported));
        }
        let resource = match address.split_once('/') {
            None => {
                let declaration = self.template.resources[self.template.resource(address)?];
                self.resource(&declaration)?
            }
            Some((stack, _)) => {
                let nested = self.nested(self.template.resource(stack)?)?;
                nested.resources.iter().find(|resource| *resource.address == *address)?.clone()
            }
        };
        let attribute = |(name, attribute): (Arc<str>, Attribute)| {
            let value = abroad(&attribute.value, template);
            (name, Attribute { value, ..attribute })
        };
        Some(Arc::new(Resource {
            address: address_abroad(&resource.address, template),
            declared: address_abroad(&resource.declared, template),
            mode: Mode::Data,
            attributes: resource.attributes.into_iter().map(attribute).collect(),
            ..resource
        }))
    }
}

fn address_abroad(address: &Arc<str>, template: &str) -> Arc<str> {
    if address.contains(OF) { Arc::clone(address) } else { format!("{address}{OF}{template}").into() }
}

/// A value as other templates than the one that makes it see it.
fn abroad(value: &Value, template: &str) -> Value {
    let all = |values: &[Value]| values.iter().map(|value| abroad(value, template)).collect::<Vec<_>>();
    let kind = match &value.kind {
        ValueKind::Reference(reference) => ValueKind::Reference(Arc::new(Reference {
            address: address_abroad(&reference.address, template),
            attribute: Arc::clone(&reference.attribute),
        })),
        ValueKind::Template(parts) => ValueKind::Template(all(parts).into()),
        ValueKind::List(items) => ValueKind::List(Arc::new(all(items))),
        ValueKind::Set(items) => ValueKind::Set(Arc::new(all(items))),
        ValueKind::Map(entries) => {
            let entry = |(name, value): (&Arc<str>, &Value)| (Arc::clone(name), abroad(value, template));
            ValueKind::Map(Arc::new(entries.iter().map(entry).collect()))
        }
        kind => kind.clone(),
    };
    Value { kind, origin: value.origin.clone() }
}

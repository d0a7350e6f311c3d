//! The resources and outputs of a template under one choice of the inputs.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::cdk;
use super::conditions::Truth;
use super::evaluator::{Evaluator, Use, made_by, open_entry};
use super::intrinsic::{Call, is_null, whole};
use super::nested::{self, Nested};
use super::template::Declaration;
use super::trace::Counting;
use crate::problem::Problem;
use crate::resource::{Attribute, Interest, Language, Mode, Output, Presence, Resource, Value, ValueKind};
use crate::source::Span;
use crate::syntax::yaml::{Node, NodeKind};

/// A parameter that a nested stack is passed decides what is in it if it is a switch, with few allowed values;
/// with more it is a size, such as an instance type.
const MOST_PASSED: usize = 4;

/// Attributes of a resource beside its properties.
const LIFECYCLE: [&str; 2] = ["DeletionPolicy", "UpdateReplacePolicy"];

/// What a declaration made under the default choice, and what that depended on.
pub(super) struct Made {
    pub(super) resource: Option<Resource>,
    /// What it makes as a nested stack.
    pub(super) nested: Option<Arc<Nested>>,
    /// Sorted.
    pub(super) uses: Vec<Use>,
}

impl Made {
    /// Everything that was made.
    pub(super) fn resources(&self) -> impl Iterator<Item = &Resource> {
        self.resource.iter().chain(self.nested.iter().flat_map(|nested| &nested.resources))
    }
}

impl<'t> Evaluator<'t> {
    /// What the declarations make, in source order.
    pub(super) fn resources(&mut self) -> Vec<Made> {
        let template = self.template;
        let make = |index| {
            self.uses.clear();
            let (resource, nested) = self.make(index);
            self.uses.sort_unstable();
            self.uses.dedup();
            Made { resource, nested, uses: self.uses.clone() }
        };
        (0..template.resources.len()).map(make).collect()
    }

    /// Every resource under another choice: those that depend on nothing that `changed` are as they were.
    pub(super) fn resources_again(&mut self, before: &[Made], changed: &[Use]) -> Vec<Resource> {
        let template = self.template;
        let mut resources = Vec::with_capacity(template.resources.len());
        for (index, made) in before.iter().enumerate() {
            if changed.iter().any(|change| made.uses.binary_search(change).is_ok()) {
                let (resource, nested) = self.make(index);
                resources.extend(resource);
                resources.extend(nested.iter().flat_map(|nested| nested.resources.iter().cloned()));
            } else {
                resources.extend(made.resources().cloned());
            }
        }
        resources
    }

    /// Every output that exists or may exist, in source order.
    pub(super) fn outputs(&mut self) -> Vec<Output> {
        let template = self.template;
        template.outputs.iter().filter_map(|declaration| self.output(declaration)).collect()
    }

    /// The outputs, and what nested stacks export: other stacks may use it.
    pub(super) fn handed_out(&mut self) -> Vec<Output> {
        let mut outputs = self.outputs();
        outputs.extend(nested::exported(&self.stacks).map(|exported| Output {
            name: Arc::clone(&exported.name),
            span: exported.span,
            value: exported.value.clone(),
        }));
        outputs
    }

    /// A resource, and what it makes as a nested stack. What is passed to a nested stack is used by what uses the
    /// parameter, not by the stack.
    fn make(&mut self, index: usize) -> (Option<Resource>, Option<Arc<Nested>>) {
        let mut resource = self.resource(&self.template.resources[index]);
        let nested = if resource.is_some() { self.nested(index) } else { None };
        if let (Some(resource), Some(_)) = (&mut resource, &nested) {
            resource.attributes.clear();
        }
        (resource, nested)
    }

    /// What a declaration makes, if it exists.
    pub(super) fn resource(&mut self, declaration: &Declaration<'t>) -> Option<Resource> {
        let Some(kind) = declaration.body.get("Type").and_then(|node| node.as_str()) else {
            self.untyped(declaration);
            return None;
        };
        let interest = self.place.provider.interest(kind, Mode::Managed);
        let counting = match () {
            () if self.place.provider.judges(kind) => Counting { values: usize::MAX, in_texts: true },
            () if nested::is_stack(kind) => Counting { values: MOST_PASSED, in_texts: false },
            () => Counting::default(),
        };
        self.trace.begin(declaration.name, interest.is_judged(), counting);
        let presence = self.presence(declaration);
        if let Some(condition) = declaration.body.get("Condition") {
            let truth = presence.as_ref().map_or(Some(false), |presence| match presence {
                Presence::Unknown(_) => None,
                Presence::Certain => Some(true),
            });
            self.trace.guard(condition, truth);
        }
        let attributes = match declaration.body.get("Properties") {
            Some(properties) if presence.is_some() => self.attributes(declaration, properties, interest),
            _ => BTreeMap::new(),
        };
        self.trace.end();
        let presence = presence?;
        let lifecycle = self.lifecycle(declaration);
        let nested::Place { prefix, declared_prefix, .. } = self.place;
        let address: Arc<str> = format!("{prefix}{}", declaration.name).into();
        if let Some(construct) = cdk::construct(declaration.body) {
            self.constructs.insert(Arc::clone(&address), construct.into());
        }
        Some(Resource {
            address,
            declared: format!("{declared_prefix}{}", self.declared_name(declaration)).into(),
            kind: kind.into(),
            mode: Mode::Managed,
            language: Language::CloudFormation,
            attributes,
            head: declaration.key,
            span: declaration.span(),
            calls: self.place.calls.to_vec(),
            presence,
            lifecycle,
            provider: None,
        })
    }

    /// What happens to the resource when it is deleted or replaced.
    fn lifecycle(&mut self, declaration: &Declaration<'t>) -> BTreeMap<Arc<str>, Value> {
        let policies = LIFECYCLE.into_iter().filter_map(|name| {
            let value = self.evaluate(declaration.body.get(name)?)?;
            Some((Arc::from(name), value))
        });
        policies.collect()
    }

    /// The name as written: what a loop wrote out is one declaration.
    fn declared_name(&self, declaration: &Declaration<'t>) -> String {
        let written = self.text_at(declaration.key);
        let written = written.trim_matches(['"', '\'']);
        // A template that is written as one text has no better place for it than that text.
        let is_name = !written.contains([':', '"', '\n']);
        if is_name && written.contains('{') { written } else { declaration.name }.to_owned()
    }

    fn output(&mut self, declaration: &Declaration<'t>) -> Option<Output> {
        self.presence(declaration)?;
        let value = self.evaluate(declaration.body.get("Value")?)?;
        Some(Output { name: declaration.name.into(), span: declaration.span(), value })
    }

    /// Whether something exists by its `Condition`; `None` if it does not.
    pub(super) fn presence(&mut self, declaration: &Declaration<'t>) -> Option<Presence> {
        let Some(condition) = declaration.body.get("Condition") else {
            return Some(self.place.presence.clone());
        };
        match self.truth(condition) {
            Truth::Known(true) => Some(self.place.presence.clone()),
            Truth::Known(false) => None,
            Truth::Unknown(unknown) => Some(Presence::Unknown(unknown)),
        }
    }

    fn attributes(
        &mut self,
        declaration: &Declaration<'t>,
        properties: &'t Node,
        interest: Interest,
    ) -> BTreeMap<Arc<str>, Attribute> {
        if Call::of(properties).is_some() {
            return self.made_attributes(declaration, properties, interest);
        }
        if !matches!(properties.kind, NodeKind::Mapping(_)) && !is_null(properties) {
            let message = format!("the Properties of {} are not a mapping", declaration.name);
            let help = "write the properties as `Name: value` below Properties";
            self.report(Problem::warning("template-shape", message).at(whole(properties)).help(help));
        }
        let mut attributes = BTreeMap::new();
        for entry in properties.entries() {
            let NodeKind::Scalar { text: name, .. } = &entry.key.kind else { continue };
            let wanted = match interest {
                Interest::Whole => true,
                Interest::Attributes(names) | Interest::Backdrop(names) => names.contains(&&**name),
                Interest::UsesOnly => refers(&entry.value),
            };
            if !wanted {
                continue;
            }
            if let Some(value) = self.property(name, &entry.value) {
                let attribute = Attribute { key: entry.key.span, span: whole(&entry.value), value };
                attributes.insert(Arc::clone(name), attribute);
            }
        }
        if let Some(open) = open_entry(properties.entries()) {
            let value = made_by(open);
            add_open(&mut attributes, interest, open.key.span, &value);
        }
        attributes
    }

    /// The attributes where a function makes them all.
    fn made_attributes(
        &mut self,
        declaration: &Declaration<'t>,
        properties: &'t Node,
        interest: Interest,
    ) -> BTreeMap<Arc<str>, Attribute> {
        let Some(value) = self.evaluate(properties) else { return BTreeMap::new() };
        let span = whole(properties);
        let ValueKind::Map(entries) = &value.kind else {
            let message = match value.unknown_cause() {
                Some(unknown) => {
                    format!("the Properties of {} are not known: {}", declaration.name, unknown.cause)
                }
                None => format!("the Properties of {} are not a mapping", declaration.name),
            };
            let help = "write the properties themselves below Properties";
            self.report(Problem::warning("template-shape", message).at(span).help(help));
            let mut attributes = BTreeMap::new();
            if value.unknown_cause().is_some() {
                add_open(&mut attributes, interest, span, &value);
            }
            return attributes;
        };
        let attribute = |(name, inner): (&Arc<str>, &Value)| {
            (Arc::clone(name), Attribute { key: span, span, value: value.taken(inner) })
        };
        entries.iter().map(attribute).collect()
    }

    fn untyped(&mut self, declaration: &Declaration<'t>) {
        let problem = if declaration.name.starts_with("Fn::") {
            Problem::warning("unsupported-intrinsic", format!("{} is not evaluated", declaration.name))
                .help("the resources that it makes are not judged")
        } else {
            Problem::warning("template-shape", format!("resource {} has no Type", declaration.name))
                .help("add its `Type: AWS::…`")
        };
        self.report(problem.at(declaration.key));
    }
}

/// Adds attributes that something makes which is not known: any that matters and is not written.
fn add_open(attributes: &mut BTreeMap<Arc<str>, Attribute>, interest: Interest, key: Span, value: &Value) {
    let (Interest::Attributes(names) | Interest::Backdrop(names)) = interest else { return };
    for &name in names {
        let open = || Attribute { key, span: value.origin.written, value: value.clone() };
        attributes.entry(name.into()).or_insert_with(open);
    }
}

/// Whether a function is called anywhere in a node.
fn refers(node: &Node) -> bool {
    Call::of(node).is_some()
        || node.items().iter().any(|item| refers(item))
        || node.entries().iter().any(|entry| refers(&entry.value))
}

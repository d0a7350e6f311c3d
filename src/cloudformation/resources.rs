//! The resources and outputs of a template under one choice of the inputs.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::conditions::Truth;
use super::evaluator::Evaluator;
use super::intrinsic::{Call, is_null, whole};
use super::template::Declaration;
use crate::problem::Problem;
use crate::resource::{Attribute, Interest, Language, Mode, Output, Presence, Resource};
use crate::syntax::yaml::{Node, NodeKind};

impl<'t> Evaluator<'t> {
    /// Every resource that exists or may exist, in source order.
    pub(super) fn resources(&mut self, interest: &dyn Fn(&str, Mode) -> Interest) -> Vec<Resource> {
        let template = self.template;
        template.resources.iter().filter_map(|declaration| self.resource(declaration, interest)).collect()
    }

    /// Every output that exists or may exist, in source order.
    pub(super) fn outputs(&mut self) -> Vec<Output> {
        let template = self.template;
        template.outputs.iter().filter_map(|declaration| self.output(declaration)).collect()
    }

    fn resource(
        &mut self,
        declaration: &Declaration<'t>,
        interest: &dyn Fn(&str, Mode) -> Interest,
    ) -> Option<Resource> {
        let Some(kind) = declaration.body.get("Type").and_then(|node| node.as_str()) else {
            self.untyped(declaration);
            return None;
        };
        let presence = self.presence(declaration)?;
        let properties = declaration.body.get("Properties");
        let attributes = match properties {
            Some(properties) => self.attributes(declaration, properties, interest(kind, Mode::Managed)),
            None => BTreeMap::new(),
        };
        let address: Arc<str> = declaration.name.into();
        Some(Resource {
            declared: Arc::clone(&address),
            address,
            kind: kind.into(),
            mode: Mode::Managed,
            language: Language::CloudFormation,
            attributes,
            head: declaration.key,
            span: declaration.span(),
            calls: Vec::new(),
            presence,
        })
    }

    fn output(&mut self, declaration: &Declaration<'t>) -> Option<Output> {
        self.presence(declaration)?;
        let value = self.evaluate(declaration.body.get("Value")?)?;
        Some(Output { name: declaration.name.into(), span: declaration.span(), value })
    }

    /// Whether something exists by its `Condition`; `None` if it does not.
    fn presence(&mut self, declaration: &Declaration<'t>) -> Option<Presence> {
        let Some(condition) = declaration.body.get("Condition") else { return Some(Presence::Certain) };
        match self.truth(condition) {
            Truth::Known(true) => Some(Presence::Certain),
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
        let mut attributes = BTreeMap::new();
        if !matches!(properties.kind, NodeKind::Mapping(_)) && !is_null(properties) {
            self.report(
                Problem::warning(
                    "template-shape",
                    format!("the Properties of {} are not a mapping", declaration.name),
                )
                .at(whole(properties))
                .help("write the properties as `Name: value` below Properties"),
            );
        }
        for entry in properties.entries() {
            let NodeKind::Scalar { text: name, .. } = &entry.key.kind else { continue };
            let wanted = match interest {
                Interest::Whole => true,
                Interest::Attributes(names) => names.contains(&&**name),
                Interest::UsesOnly => refers(&entry.value),
            };
            if !wanted {
                continue;
            }
            if let Some(value) = self.evaluate(&entry.value) {
                let attribute = Attribute { key: entry.key.span, span: whole(&entry.value), value };
                attributes.insert(Arc::clone(name), attribute);
            }
        }
        attributes
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

/// Whether a function is called anywhere in a node.
fn refers(node: &Node) -> bool {
    Call::of(node).is_some()
        || node.items().iter().any(|item| refers(item))
        || node.entries().iter().any(|entry| refers(&entry.value))
}

//! What the configuration inside a plan says about a resource: which attributes are written at all, and what they
//! refer to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value as Json;

use super::read::{ConfiguredModule, ConfiguredResource, Plan};
use crate::resource::{Attribute, Interest, Reference, Value, ValueKind, split_module_path, without_keys};

/// The tags of a resource with those that its provider gives to every resource.
const ALL_TAGS: &str = "tags_all";

/// The declarations of the configuration.
pub(super) struct Configured<'a> {
    /// By address without instance keys.
    declared: BTreeMap<String, &'a ConfiguredResource<'a>>,
    /// The addresses that exist: a reference is followed to those only.
    planned: BTreeSet<String>,
}

/// What the configuration writes of one resource: an expression for each attribute, but for dynamic blocks, which
/// Terraform leaves out.
pub(super) struct Expressions(Json);

impl Expressions {
    /// Whether an attribute is made of references, not of constants alone.
    pub(super) fn refers(&self, attribute: &str) -> bool {
        self.0.get(attribute).is_some_and(refers)
    }
}

impl<'a> Configured<'a> {
    pub(super) fn new(plan: &'a Plan<'a>) -> Self {
        let planned = plan.planned().map(|planned| planned.address.into_owned()).collect();
        let mut declared = BTreeMap::new();
        let mut modules: Vec<(String, &ConfiguredModule<'_>)> =
            plan.configuration.root_module.iter().map(|root| (String::new(), root)).collect();
        while let Some((path, module)) = modules.pop() {
            for resource in &module.resources {
                declared.insert(format!("{path}{}", resource.address), resource);
            }
            for (name, call) in &module.module_calls {
                modules.push((format!("{path}module.{name}."), &call.module));
            }
        }
        Self { declared, planned }
    }

    /// Whether any of its attributes refers to something.
    pub(super) fn refers(&self, address: &str) -> bool {
        self.declaration(address)
            .and_then(|declared| declared.expressions)
            .is_some_and(|expressions| expressions.get().contains("\"references\""))
    }

    /// What is written of a resource, if the plan says.
    ///
    /// # Errors
    /// It nests too deep to be read.
    pub(super) fn expressions(&self, address: &str) -> Result<Option<Expressions>, serde_json::Error> {
        let Some(declared) = self.declaration(address) else { return Ok(None) };
        let expressions =
            declared.expressions.map_or(Ok(Json::default()), |raw| serde_json::from_str(raw.get()));
        expressions.map(|expressions| Some(Expressions(expressions)))
    }

    /// Leaves the attributes that are written and wanted, and makes those that are not known what they refer to,
    /// where that is one resource. `may_be_dynamic` says whether blocks without an expression were written as
    /// dynamic ones; otherwise the provider has read them back.
    pub(super) fn restrict(
        &self,
        address: &str,
        expressions: &Expressions,
        attributes: &mut BTreeMap<Arc<str>, Attribute>,
        interest: Interest,
        may_be_dynamic: bool,
    ) {
        attributes.retain(|name, attribute| {
            // Nobody writes it, and it holds what the provider's own configuration adds to the tags.
            if &**name == ALL_TAGS {
                return true;
            }
            let is_wanted = |refers: bool| match interest {
                Interest::Whole => true,
                Interest::Attributes(names) | Interest::Backdrop(names) => names.contains(&&**name) || refers,
                Interest::UsesOnly => refers,
            };
            match expressions.0.get(&**name) {
                Some(expression) => is_wanted(refers(expression)),
                None => {
                    may_be_dynamic
                        && holds_blocks(&attribute.value)
                        && is_wanted(names_something(&attribute.value))
                }
            }
        });
        let (module, _) = split_module_path(address);
        for (name, attribute) in attributes {
            if let Some(expression) = expressions.0.get(&**name) {
                self.identify(&mut attribute.value, expression, module);
            }
        }
    }

    /// Makes what is not known in a value what its expression refers to.
    fn identify(&self, value: &mut Value, expression: &Json, module: &str) {
        match (&mut value.kind, expression) {
            (ValueKind::Unknown(_), _) => {
                let place = value.origin.written;
                let mut references = self.references(expression, module);
                let unknown = value.kind.clone();
                value.kind = match (references.pop(), references.is_empty()) {
                    (None, _) => return,
                    (Some(one), true) => one,
                    // Made of several: what of them is not known.
                    (Some(last), false) => {
                        let parts = references.into_iter().chain([last, unknown]);
                        ValueKind::Template(parts.map(|kind| Value::new(kind, place)).collect())
                    }
                };
            }
            (ValueKind::List(items), Json::Array(expressions))
                if items.len() == 1 && expressions.len() == 1 =>
            {
                self.identify(&mut Arc::make_mut(items)[0], &expressions[0], module);
            }
            // A list that one expression makes: of one element, the reference is that element's.
            (ValueKind::List(items), Json::Object(_)) if items.len() == 1 => {
                self.identify(&mut Arc::make_mut(items)[0], expression, module);
            }
            (ValueKind::Map(entries), Json::Object(expressions)) => {
                for (name, value) in Arc::make_mut(entries) {
                    if let Some(expression) = expressions.get(&**name) {
                        self.identify(value, expression, module);
                    }
                }
            }
            _ => {}
        }
    }

    /// The attributes of planned resources that an expression refers to. Terraform lists `aws_vpc.main.id` and
    /// then `aws_vpc.main`; what else is listed, such as a variable, makes the value unknown.
    fn references(&self, expression: &Json, module: &str) -> Vec<ValueKind> {
        let listed: Vec<&str> = expression
            .get("references")
            .and_then(Json::as_array)
            .map_or_else(Vec::new, |listed| listed.iter().filter_map(Json::as_str).collect());
        let followed = |pair: &[&str]| {
            let attribute = pair[0].strip_prefix(pair[1])?.strip_prefix('.')?;
            let address = format!("{module}{}", pair[1]);
            let reference = Reference { address: address.as_str().into(), attribute: attribute.into() };
            self.planned.contains(&address).then(|| ValueKind::Reference(Arc::new(reference)))
        };
        listed.windows(2).filter_map(followed).collect()
    }

    fn declaration(&self, address: &str) -> Option<&'a ConfiguredResource<'a>> {
        self.declared.get(&without_keys(address)).copied()
    }
}

/// Whether a value is what blocks make: a list of objects.
fn holds_blocks(value: &Value) -> bool {
    match &value.kind {
        ValueKind::List(items) => {
            !items.is_empty() && items.iter().all(|item| matches!(item.kind, ValueKind::Map(_)))
        }
        _ => false,
    }
}

/// Whether a resource is named somewhere in a value.
fn names_something(value: &Value) -> bool {
    match &value.kind {
        ValueKind::Reference(_) => true,
        ValueKind::List(items) => items.iter().any(names_something),
        ValueKind::Map(entries) => entries.values().any(names_something),
        _ => false,
    }
}

fn refers(expression: &Json) -> bool {
    match expression {
        Json::Object(entries) => entries.contains_key("references") || entries.values().any(refers),
        Json::Array(items) => items.iter().any(refers),
        _ => false,
    }
}

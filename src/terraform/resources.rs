//! Resource declarations to instances, and references to their attributes.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::decision::{Answers, Question};
use super::evaluate::{Evaluator, Site};
use super::expand::{Expanded, Expansion};
use super::module::{ResourceDeclaration, declared_address};
use super::operators::unknown_or_no_collection;
use super::scope::{Binding, BoundBy, Children, Instance, Names, Scope};
use super::stubs;
use crate::resource::{Attribute, Interest, Language, Mode, Presence, Reference, Resource, Value, ValueKind};
use crate::source::Span;
use crate::syntax::hcl::{Block, Body, Expr, ExprKind, StepKind, TemplatePart};

/// What `ignore_changes` holds: names of attributes, or `all`, and no expressions.
fn ignored(names: &Expr) -> Value {
    fn name(expression: &Expr) -> Option<Value> {
        match &expression.kind {
            ExprKind::Variable(name) | ExprKind::String(name) => {
                Some(Value::string(Arc::clone(name), expression.span))
            }
            ExprKind::Traversal { base, .. } => name(base),
            _ => None,
        }
    }
    let members = match &names.kind {
        ExprKind::List(members) => members.iter().filter_map(name).collect(),
        _ => name(names).into_iter().collect(),
    };
    Value::new(ValueKind::List(Arc::new(members)), names.span)
}

/// Arguments whose values open nothing: which tags a resource carries, or which image a machine of which size runs.
const OPENS_NOTHING: [&str; 5] = ["ami", "image_id", "instance_type", "key_name", "tags"];

/// Meta-arguments: they say how a resource is handled, not what it is.
const META_ARGUMENTS: [&str; 5] = ["count", "for_each", "provider", "depends_on", "providers"];
/// What a module call says about the module rather than to it.
const MODULE_ARGUMENTS: [&str; 2] = ["source", "version"];
/// What `lifecycle` says of replacing and destroying.
pub(super) const LIFECYCLE: [&str; 2] = ["create_before_destroy", "prevent_destroy"];
/// Blocks of the same kind.
pub(super) const META_BLOCKS: [&str; 3] = ["lifecycle", "provisioner", "connection"];

impl Evaluator<'_> {
    /// Adds the instances of one declaration to `resources`.
    pub(super) fn collect_resource(
        &self,
        instance: &Rc<Instance>,
        index: usize,
        presence: &Presence,
        resources: &mut Vec<Resource>,
    ) {
        let declaration = &instance.module.resources[index];
        let interest = self.provider.interest(&declaration.kind, declaration.mode);
        if interest == Interest::UsesOnly && !body_refers(&declaration.body) {
            return;
        }
        let (expanded, trace) = self.traced(|| self.resource_expansion(instance, index));
        if interest.is_judged() {
            self.matters(trace);
        }
        let Expanded { expansion, addresses } = &*expanded;
        let presence = match expansion.unknown() {
            Some(unknown) => Presence::Unknown(Arc::clone(unknown)),
            None => presence.clone(),
        };
        let declared: Arc<str> = format!("{}{}", instance.declared_prefix, declaration.address).into();
        for (repeated_index, repeated) in expansion.instances().enumerate() {
            let mut attributes = match &repeated.binding {
                None => self.attributes(instance, index, repeated_index, interest, Scope::module(instance)),
                Some((name, value)) => {
                    let binding = Binding {
                        names: Names::One(name, value.clone()),
                        trace,
                        by: BoundBy::Resource(index, &repeated.suffix),
                        outer: None,
                    };
                    let scope = Scope::module(instance).with(&binding);
                    self.attributes(instance, index, repeated_index, interest, scope)
                }
            };
            let address = &addresses[repeated_index];
            if declaration.mode == Mode::Data && interest != Interest::UsesOnly {
                self.identify(address, declaration.head, &mut attributes);
            }
            let is_wanted = interest != Interest::UsesOnly;
            let resource = Resource {
                address: Arc::clone(address),
                declared: Arc::clone(&declared),
                kind: Arc::clone(&declaration.kind),
                mode: declaration.mode,
                language: Language::Terraform,
                attributes,
                head: declaration.head,
                span: declaration.span,
                calls: instance.calls.clone(),
                presence: presence.clone(),
                lifecycle: self.lifecycle(&declaration.body, instance),
                provider: if is_wanted { self.settings_of_provider(instance, declaration) } else { None },
            };
            resources.push(match &instance.entry {
                None => resource,
                Some(entry) => {
                    let repetition = repeated.binding.as_ref().map(|(_, value)| value);
                    self.at_the_call(resource, entry, repetition)
                }
            });
        }
    }

    /// A call of a module that is not there, as a resource that uses whatever it is handed: nobody can say
    /// that the module does not attach the group it gets. Of a stub, what it does not know.
    pub(super) fn collect_handed(
        &self,
        instance: &Instance,
        index: usize,
        children: &Children,
        presence: &Presence,
        resources: &mut Vec<Resource>,
    ) {
        let call = &instance.module.calls[index];
        let expansion = &children.expansion;
        let module = children.instances.as_ref().map(|called| called.first().map(|&id| self.instance(id)));
        let is_known = |name: &str| match &module {
            None => false,
            Some(Some(called)) if stubs::is_stub(&called.module.directory) => {
                called.module.variables.contains_key(name)
            }
            Some(_) => true,
        };
        let handed = call.body.attributes.iter().filter(|argument| {
            !META_ARGUMENTS.contains(&&*argument.name)
                && !is_known(&argument.name)
                && !MODULE_ARGUMENTS.contains(&&*argument.name)
                && refers(&argument.value)
        });
        let handed: Vec<_> = handed.collect();
        if handed.is_empty() {
            return;
        }
        let last = handed.iter().fold(call.head, |span, argument| span.join(argument.value.span));
        for repeated in expansion.instances() {
            let binding = repeated.binding.map(|(name, value)| Binding::fixed(Names::One(name, value), None));
            let scope = Scope { instance, bindings: binding.as_ref() };
            let attributes = handed.iter().map(|argument| {
                let value = self.evaluate(&argument.value, scope);
                let attribute = Attribute { key: argument.key, span: argument.value.span, value };
                (Arc::clone(&argument.name), attribute)
            });
            let resource = Resource {
                address: format!("{}module.{}{}", instance.prefix, call.name, repeated.suffix).into(),
                declared: format!("{}module.{}", instance.declared_prefix, call.name).into(),
                kind: "module".into(),
                mode: Mode::Managed,
                language: Language::Terraform,
                attributes: attributes.collect(),
                head: call.head,
                span: last,
                calls: instance.calls.clone(),
                presence: presence.clone(),
                lifecycle: BTreeMap::new(),
                provider: None,
            };
            resources.push(match &instance.entry {
                None => resource,
                Some(entry) => self.at_the_call(resource, entry, None),
            });
        }
    }

    fn attributes(
        &self,
        instance: &Instance,
        resource: usize,
        repeated: usize,
        interest: Interest,
        scope: Scope<'_>,
    ) -> BTreeMap<Arc<str>, Attribute> {
        let body = &instance.module.resources[resource].body;
        let wanted = |name: &str, refers: &dyn Fn() -> bool| match interest {
            Interest::Whole => true,
            Interest::Attributes(names) | Interest::Backdrop(names) => names.contains(&name) || refers(),
            Interest::UsesOnly => refers(),
        };
        let matters = |name: &str| match interest {
            _ if OPENS_NOTHING.contains(&name) => false,
            Interest::Whole => true,
            Interest::Attributes(names) => names.contains(&name),
            Interest::Backdrop(_) | Interest::UsesOnly => false,
        };
        let mut attributes = BTreeMap::new();
        for attribute in &body.attributes {
            if META_ARGUMENTS.contains(&&*attribute.name)
                || !wanted(&attribute.name, &|| refers(&attribute.value))
            {
                continue;
            }
            let key = (resource, repeated, Arc::clone(&attribute.name));
            let (value, trace) = self.traced(|| {
                self.memoised(&instance.attributes, key, attribute.value.span, || {
                    self.evaluate(&attribute.value, scope)
                })
            });
            if matters(&attribute.name) {
                self.matters(trace);
            }
            let attribute_value = Attribute { key: attribute.key, span: attribute.value.span, value };
            attributes.insert(Arc::clone(&attribute.name), attribute_value);
        }
        for (name, blocks) in grouped(&body.blocks) {
            if META_BLOCKS.contains(&name)
                || !wanted(name, &|| blocks.iter().any(|block| body_refers(&block.body)))
            {
                continue;
            }
            let head = blocks[0].head;
            let span = blocks.iter().fold(blocks[0].span, |span, block| span.join(block.span));
            let (value, trace) = self.traced(|| self.blocks(&blocks, span, scope));
            if matters(name) {
                self.matters(trace);
            }
            attributes.insert(name.into(), Attribute { key: head, span, value });
        }
        attributes
    }

    /// What `lifecycle` says of replacing and destroying, and which attributes it leaves to others.
    fn lifecycle(&self, body: &Body, instance: &Instance) -> BTreeMap<Arc<str>, Value> {
        let arguments = body.blocks_of("lifecycle").flat_map(|block| &block.body.attributes);
        let said = arguments.filter_map(|argument| {
            let value = match &*argument.name {
                "ignore_changes" => ignored(&argument.value),
                name if LIFECYCLE.contains(&name) => self.evaluate(&argument.value, Scope::module(instance)),
                _ => return None,
            };
            Some((Arc::clone(&argument.name), value))
        });
        said.collect()
    }

    /// Blocks of one kind, dynamic ones expanded, as a list of maps.
    pub(super) fn blocks(&self, blocks: &[&Block], span: Span, scope: Scope<'_>) -> Value {
        let mut members = Vec::new();
        for block in blocks {
            if &*block.kind == "dynamic" {
                self.dynamic(block, scope, &mut members);
            } else {
                members.push(self.body(&block.body, block.span, scope));
            }
        }
        self.kept(Value::new(ValueKind::List(Arc::new(members)), span), span)
    }

    fn dynamic(&self, block: &Block, scope: Scope<'_>, members: &mut Vec<Value>) {
        let Some(collection) = block.body.attribute("for_each") else { return };
        let (value, trace) = self.traced(|| self.evaluate(&collection.value, scope));
        let worthwhile = Answers::only(true);
        self.decided(&Question::Existence, &collection.value, &value, trace, scope, worthwhile);
        let Some(elements) = self.iterate(&value) else {
            members.push(unknown_or_no_collection(
                &value,
                "for_each needs a collection",
                collection.value.span,
            ));
            return;
        };
        let iterator = match block.body.attribute("iterator").map(|attribute| &attribute.value.kind) {
            Some(ExprKind::Variable(name)) => Arc::clone(name),
            _ => block.labels.first().map(|label| Arc::clone(&label.text)).unwrap_or_default(),
        };
        for (key, element) in elements {
            if matches!(&element.kind, ValueKind::Unknown(unknown) if !unknown.cause.is_chosen()) {
                // Whether the element is there at all may be what is not known.
                members.push(element);
                continue;
            }
            let element = element.through(crate::resource::StepKind::ForEach, collection.value.span);
            let entries = BTreeMap::from([(Arc::from("key"), key.clone()), (Arc::from("value"), element)]);
            let each = Value::new(ValueKind::Map(Arc::new(entries)), collection.value.span);
            let by = BoundBy::Block(&collection.value, &key);
            let binding = Binding { names: Names::One(&iterator, each), trace, by, outer: scope.bindings };
            for content in block.body.blocks_of("content") {
                members.push(self.body(&content.body, block.span, scope.with(&binding)));
            }
        }
    }

    /// A nested block's content as a map.
    fn body(&self, body: &Body, span: Span, scope: Scope<'_>) -> Value {
        let mut entries = BTreeMap::new();
        for attribute in &body.attributes {
            entries.insert(Arc::clone(&attribute.name), self.evaluate(&attribute.value, scope));
        }
        for (name, blocks) in grouped(&body.blocks) {
            let span = blocks.iter().fold(blocks[0].span, |span, block| span.join(block.span));
            entries.insert(Arc::from(name), self.blocks(&blocks, span, scope));
        }
        Value::new(ValueKind::Map(Arc::new(entries)), span)
    }

    pub(super) fn resource_expansion(&self, instance: &Instance, index: usize) -> Rc<Expanded> {
        if let Some(Some((expanded, trace))) = instance.resources.borrow().get(&index) {
            self.hangs_on(*trace);
            return Rc::clone(expanded);
        }
        let declaration = &instance.module.resources[index];
        let evaluating = instance.resources.borrow_mut().insert(index, None).is_some();
        let (expansion, trace) = self.traced(|| {
            if evaluating {
                let cause = crate::resource::Cause::Invalid(
                    "count or for_each depends on the resource itself".to_owned(),
                );
                let unknown = crate::resource::Unknown::new(cause, declaration.head);
                Expansion::Unknown(Arc::new(unknown), "each", Value::null(declaration.head))
            } else {
                self.expansion(&declaration.body, Scope::module(instance))
            }
        });
        let stand_in = matches!(expansion, Expansion::Any(..) | Expansion::Unknown(..));
        let mut sites = self.sites.borrow_mut();
        let mut addresses = Vec::with_capacity(expansion.len());
        for (repeated, of) in expansion.instances().enumerate() {
            let address: Arc<str> = format!("{}{}{}", instance.prefix, declaration.address, of.suffix).into();
            let site = Site { instance: instance.id, resource: index, repeated, stand_in };
            sites.insert(Arc::clone(&address), site);
            addresses.push(address);
        }
        drop(sites);
        let expanded = Rc::new(Expanded { expansion, addresses });
        instance.resources.borrow_mut().insert(index, Some((Rc::clone(&expanded), trace)));
        expanded
    }

    /// `type.name` as a value: a reference, a list of them (`count`) or a map (`for_each`).
    pub(super) fn resource(
        &self,
        instance: &Instance,
        mode: Mode,
        kind: &str,
        name: &str,
        span: Span,
    ) -> Value {
        let Some(index) = instance.module.resource(mode, kind, name) else {
            let names = instance.module.resources.iter();
            let names = names.filter(|declared| declared.mode == mode && &*declared.kind == kind);
            return self.undeclared(
                &declared_address(mode, kind, name),
                span,
                names.map(|found| &found.name),
            );
        };
        let Expanded { expansion, addresses } = &*self.resource_expansion(instance, index);
        let references = addresses.iter().map(|address| whole(address, span));
        match expansion {
            Expansion::Single | Expansion::Any(..) | Expansion::Unknown(..) => whole(&addresses[0], span),
            Expansion::Count(_) => Value::new(ValueKind::List(Arc::new(references.collect())), span),
            Expansion::ForEach(entries) => {
                let keys = entries.iter().map(|(key, _)| Arc::clone(key));
                Value::new(ValueKind::Map(Arc::new(keys.zip(references).collect())), span)
            }
        }
    }

    /// The instance of a resource with a key or number, if it is declared and has that one.
    pub(super) fn resource_instance(
        &self,
        instance: &Instance,
        mode: Mode,
        kind: &str,
        name: &str,
        key: &Value,
        span: Span,
    ) -> Option<Value> {
        let Expanded { expansion, addresses } =
            &*self.resource_expansion(instance, instance.module.resource(mode, kind, name)?);
        Some(whole(addresses.get(expansion.position(key)?)?, span))
    }

    /// Whether a reference leads to a stand-in for an unknown number of instances.
    pub(super) fn is_stand_in(&self, reference: &Reference) -> bool {
        reference.attribute.is_empty()
            && self.sites.borrow().get(&reference.address).is_some_and(|site| site.stand_in)
    }

    /// An attribute of a resource: what its configuration says, else an identity known after deployment.
    pub(super) fn resource_attribute(
        &self,
        reference: &Arc<Reference>,
        name: &Arc<str>,
        span: Span,
    ) -> Value {
        let computed = || {
            let reference =
                Reference { address: Arc::clone(&reference.address), attribute: Arc::clone(name) };
            Value::new(ValueKind::Reference(Arc::new(reference)), span)
        };
        let Some(site) = self.sites.borrow().get(&reference.address).copied() else { return computed() };
        let instance = self.instance(site.instance);
        let declaration = &instance.module.resources[site.resource];
        // What is looked up by its identity has the identity that is written; what is created has none yet.
        let is_identity = matches!(&**name, "id" | "arn");
        if is_identity && declaration.mode == Mode::Managed {
            return computed();
        }
        match self.configured(&instance, declaration, site, name, span) {
            Some(value) if !value.is_null() && (!is_identity || value.as_str().is_some()) => value,
            _ => self.unwritten(&reference.address, site, name, span).unwrap_or_else(computed),
        }
    }

    /// What an argument of a resource instance says.
    pub(super) fn written(&self, site: Site, name: &Arc<str>, span: Span) -> Option<Value> {
        let instance = self.instance(site.instance);
        self.configured(&instance, &instance.module.resources[site.resource], site, name, span)
    }

    /// Whether an argument of a resource instance is just being evaluated.
    pub(super) fn is_being_read(&self, site: Site, name: &Arc<str>) -> bool {
        let key = (site.resource, site.repeated, Arc::clone(name));
        matches!(self.instance(site.instance).attributes.borrow().get(&key), Some(None))
    }

    fn configured(
        &self,
        instance: &Rc<Instance>,
        declaration: &ResourceDeclaration,
        site: Site,
        name: &Arc<str>,
        span: Span,
    ) -> Option<Value> {
        let attribute = declaration.body.attribute(name);
        let blocks: Vec<&Block> =
            declaration.body.blocks.iter().filter(|block| block_name(block) == &**name).collect();
        if attribute.is_none() && blocks.is_empty() {
            return None;
        }
        let expanded = self.resource_expansion(instance, site.resource);
        let repeated = expanded.expansion.instance(site.repeated)?;
        let binding = repeated.binding.map(|(name, value)| Binding {
            names: Names::One(name, value),
            trace: instance.trace_of_resource(site.resource),
            by: BoundBy::Resource(site.resource, &repeated.suffix),
            outer: None,
        });
        let scope = Scope { instance, bindings: binding.as_ref() };
        let key = (site.resource, site.repeated, Arc::clone(name));
        Some(match attribute {
            Some(attribute) => {
                self.memoised(&instance.attributes, key, span, || self.evaluate(&attribute.value, scope))
            }
            None => self.memoised(&instance.attributes, key, span, || {
                let whole = blocks.iter().fold(blocks[0].span, |span, block| span.join(block.span));
                self.blocks(&blocks, whole, scope)
            }),
        })
    }
}

/// A resource instance as a value.
fn whole(address: &Arc<str>, span: Span) -> Value {
    let reference = Reference { address: Arc::clone(address), attribute: "".into() };
    Value::new(ValueKind::Reference(Arc::new(reference)), span)
}

/// Blocks by name in the order of first appearance; a dynamic block counts as the kind it makes.
fn grouped(blocks: &[Block]) -> Vec<(&str, Vec<&Block>)> {
    let mut groups: Vec<(&str, Vec<&Block>)> = Vec::new();
    for block in blocks {
        let name = block_name(block);
        match groups.iter_mut().find(|(known, _)| *known == name) {
            Some((_, members)) => members.push(block),
            None => groups.push((name, vec![block])),
        }
    }
    groups
}

/// The kind of a block; of a dynamic one, the kind that it makes.
pub(super) fn block_name(block: &Block) -> &str {
    match block.labels.first() {
        Some(label) if &*block.kind == "dynamic" => &label.text,
        _ => &block.kind,
    }
}

/// Whether anything in a body refers to something by name.
fn body_refers(body: &Body) -> bool {
    body.attributes
        .iter()
        .any(|attribute| !META_ARGUMENTS.contains(&&*attribute.name) && refers(&attribute.value))
        || body.blocks.iter().any(|block| !META_BLOCKS.contains(&&*block.kind) && body_refers(&block.body))
}

/// Whether an expression refers to something by name.
fn refers(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Null | ExprKind::Bool(_) | ExprKind::Number(_) | ExprKind::String(_) => false,
        ExprKind::Template(parts) => parts.iter().any(part_refers),
        ExprKind::List(items) => items.iter().any(refers),
        ExprKind::Object(items) => items.iter().any(|item| refers(&item.value)),
        ExprKind::Variable(_) => true,
        ExprKind::Traversal { base, steps } => {
            refers(base) || steps.iter().any(|step| matches!(&step.kind, StepKind::Index(key) if refers(key)))
        }
        ExprKind::Call { arguments, .. } => arguments.iter().any(refers),
        ExprKind::Conditional { condition, then, otherwise } => {
            refers(condition) || refers(then) || refers(otherwise)
        }
        ExprKind::Unary(_, operand) => refers(operand),
        ExprKind::Binary(left, _, right) => refers(left) || refers(right),
        ExprKind::For(for_expr) => refers(&for_expr.collection) || refers(&for_expr.value),
        ExprKind::Parenthesis(inner) => refers(inner),
    }
}

fn part_refers(part: &TemplatePart) -> bool {
    match part {
        TemplatePart::Literal { .. } => false,
        TemplatePart::Interpolation(expr) => refers(expr),
        TemplatePart::If { condition, then, otherwise } => {
            refers(condition) || then.iter().any(part_refers) || otherwise.iter().any(part_refers)
        }
        TemplatePart::For { collection, body, .. } => refers(collection) || body.iter().any(part_refers),
    }
}

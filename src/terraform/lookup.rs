//! Data sources that find what the configuration itself declares.
//!
//! What finds what is the provider's knowledge ([`Provider::lookup`](crate::resource::Provider::lookup)); here it is
//! asked, and the resource with the arguments that it names is looked for. Only what is declared in the module of the
//! data source, or in a module that calls it, is compared: what a data source must find is known to whoever writes it.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::evaluate::{Evaluator, Site};
use super::scope::Instance;
use crate::resource::{Arguments, Attribute, Lookup, Mode, Reference, StepKind, Value, ValueKind};
use crate::source::Span;

/// The most resources that one data source is compared with.
const MOST_COMPARED: usize = 256;

/// The arguments of a resource instance.
struct Written<'e, 'a> {
    evaluator: &'e Evaluator<'a>,
    site: Site,
    span: Span,
}

impl Arguments for Written<'_, '_> {
    fn get(&self, name: &str) -> Option<Value> {
        let value = self.evaluator.written(self.site, &Arc::from(name), self.span)?;
        Some(value).filter(|value| !value.is_null())
    }
}

impl Evaluator<'_> {
    /// An attribute that no argument says: of a data source, that of the resource it finds; or one that the provider
    /// always makes the same.
    pub(super) fn unwritten(
        &self,
        address: &Arc<str>,
        site: Site,
        name: &Arc<str>,
        span: Span,
    ) -> Option<Value> {
        let instance = self.instance(site.instance);
        let declaration = &instance.module.resources[site.resource];
        if declaration.mode == Mode::Data
            && let Some(found) = self.found(address, site, span)
        {
            return Some(self.resource_attribute(&found, name, span));
        }
        let arguments = Written { evaluator: self, site, span };
        let text = self.provider.implied(&declaration.kind, declaration.mode, name, &arguments)?;
        Some(Value::string(text, span).through(StepKind::Implied, span))
    }

    /// The resource that a data source finds.
    pub(super) fn found(&self, address: &Arc<str>, site: Site, span: Span) -> Option<Arc<Reference>> {
        if let Some(found) = self.found.borrow().get(address) {
            return found.clone();
        }
        // What is asked for in order to answer is not answered yet.
        self.found.borrow_mut().insert(Arc::clone(address), None);
        let found = self.looked_up(site, span).map(Arc::new);
        self.found.borrow_mut().insert(Arc::clone(address), found.clone());
        found
    }

    /// Says which resource a data source finds, by its `id`.
    pub(super) fn identify(
        &self,
        address: &Arc<str>,
        head: Span,
        attributes: &mut BTreeMap<Arc<str>, Attribute>,
    ) {
        let Some(site) = self.sites.borrow().get(address).copied() else { return };
        let Some(found) = self.found(address, site, head) else { return };
        let name = Arc::from("id");
        let value = self.resource_attribute(&found, &name, head);
        attributes.entry(name).or_insert(Attribute { key: head, span: head, value });
    }

    fn looked_up(&self, site: Site, span: Span) -> Option<Reference> {
        let instance = self.instance(site.instance);
        let kind = &instance.module.resources[site.resource].kind;
        match self.provider.lookup(kind, &Written { evaluator: self, site, span })? {
            Lookup::Of(identity) => {
                // A resource without an instance of its own for each is a stand-in for several.
                let stand_in = self.sites.borrow().get(&identity.address)?.stand_in;
                (!stand_in).then(|| Reference { address: identity.address, attribute: "".into() })
            }
            Lookup::Like { kind, having } => self.like(&instance, kind, &having, span),
        }
    }

    /// The one resource instance of a kind that has all of some arguments for certain.
    fn like(
        &self,
        instance: &Rc<Instance>,
        kind: &str,
        having: &[(String, Value)],
        span: Span,
    ) -> Option<Reference> {
        let mut compared = 0;
        let mut alike: Option<Reference> = None;
        let mut next = Some(Rc::clone(instance));
        while let Some(instance) = next {
            for (index, declaration) in instance.module.resources.iter().enumerate() {
                if declaration.mode != Mode::Managed || &*declaration.kind != kind {
                    continue;
                }
                let expanded = self.resource_expansion(&instance, index);
                if expanded.expansion.unknown().is_some() {
                    continue;
                }
                for address in &expanded.addresses {
                    compared += 1;
                    if compared > MOST_COMPARED {
                        return None;
                    }
                    let site = *self.sites.borrow().get(address)?;
                    let has = |(path, wanted): &(String, Value)| self.has(site, path, wanted, span);
                    if !having.iter().all(has) {
                        continue;
                    }
                    let this = Reference { address: Arc::clone(address), attribute: "".into() };
                    // Terraform refuses to choose among several.
                    if alike.replace(this).is_some() {
                        return None;
                    }
                }
            }
            next = instance.parent.as_ref().map(|parent| self.instance(parent.instance));
        }
        alike
    }

    /// Whether the argument at a path has a value for certain.
    fn has(&self, site: Site, path: &str, wanted: &Value, span: Span) -> bool {
        let (argument, key) = path.split_once('.').map_or((path, None), |(name, key)| (name, Some(key)));
        let argument = Arc::from(argument);
        // An argument that asks what the data source finds says nothing about it.
        if self.is_being_read(site, &argument) {
            return false;
        }
        let Some(value) = self.written(site, &argument, span) else { return false };
        let value = match key {
            Some(key) => value.get(key),
            None => Some(value),
        };
        value.is_some_and(|value| match (&value.kind, &wanted.kind) {
            (ValueKind::Reference(left), ValueKind::Reference(right)) => left == right,
            _ => value.to_text().is_some_and(|text| wanted.to_text() == Some(text)),
        })
    }
}

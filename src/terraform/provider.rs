//! Which provider configuration a resource has, and what that says.
//!
//! A module has the configurations that it declares, those that its call passes (`providers = { aws = aws.east }`),
//! and the unnamed ones of the modules that call it.

use std::rc::Rc;
use std::sync::Arc;

use super::evaluate::Evaluator;
use super::module::ResourceDeclaration;
use super::resources::block_name;
use super::scope::{Instance, Scope};
use crate::resource::{ProviderSettings, Value};
use crate::syntax::hcl::{Block, Body, Expr, ExprKind, StepKind};

/// The name of a provider configuration: `aws`, `aws.east`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ProviderName {
    provider: Arc<str>,
    alias: Option<Arc<str>>,
}

impl ProviderName {
    /// What a `provider` block is called.
    pub(super) fn declared(block: &Block) -> Self {
        let provider = block.labels.first().map(|label| Arc::clone(&label.text)).unwrap_or_default();
        let alias = block.body.attribute("alias").and_then(|alias| match &alias.value.kind {
            ExprKind::String(alias) => Some(Arc::clone(alias)),
            _ => None,
        });
        Self { provider, alias }
    }

    /// What an expression names; quotes are an old way to write it.
    fn named(expr: &Expr) -> Option<Self> {
        match &expr.kind {
            ExprKind::Variable(provider) => Some(Self { provider: Arc::clone(provider), alias: None }),
            ExprKind::String(text) => Some(match text.split_once('.') {
                Some((provider, alias)) => Self { provider: provider.into(), alias: Some(alias.into()) },
                None => Self { provider: Arc::clone(text), alias: None },
            }),
            ExprKind::Traversal { base, steps } => {
                let (ExprKind::Variable(provider), Some(StepKind::Attribute(alias))) =
                    (&base.kind, steps.first().map(|step| &step.kind))
                else {
                    return None;
                };
                Some(Self { provider: Arc::clone(provider), alias: Some(Arc::clone(alias)) })
            }
            _ => None,
        }
    }

    /// The configuration that handles a resource: the one it names, or the unnamed one of what its type starts with.
    fn of(declaration: &ResourceDeclaration) -> Option<Self> {
        if let Some(named) = declaration.body.attribute("provider") {
            return Self::named(&named.value);
        }
        let provider = declaration.kind.split('_').next()?.into();
        Some(Self { provider, alias: None })
    }
}

impl Evaluator<'_> {
    /// What the configuration of the provider that handles a resource says, as far as it is asked for.
    pub(super) fn settings_of_provider(
        &self,
        instance: &Rc<Instance>,
        declaration: &ResourceDeclaration,
    ) -> Option<Arc<ProviderSettings>> {
        if self.provider.settings().is_empty() {
            return None;
        }
        let (instance, index) = self.provider_named(instance, ProviderName::of(declaration)?)?;
        let key = (instance.id, index);
        if let Some(known) = self.provider_settings.borrow().get(&key) {
            return Some(Arc::clone(known));
        }
        let settings = Arc::new(self.evaluated_settings(&instance, index));
        self.provider_settings.borrow_mut().insert(key, Arc::clone(&settings));
        Some(settings)
    }

    /// Where the configuration that a module knows by a name is declared.
    fn provider_named(
        &self,
        instance: &Rc<Instance>,
        mut name: ProviderName,
    ) -> Option<(Rc<Instance>, usize)> {
        let mut instance = Rc::clone(instance);
        loop {
            if let Some(own) = instance.module.providers.iter().position(|own| own.name == name) {
                return Some((instance, own));
            }
            let parent = instance.parent.as_ref()?;
            let caller = self.instance(parent.instance);
            let passed = caller.module.calls[parent.call].body.attribute("providers").and_then(|passed| {
                let ExprKind::Object(items) = &passed.value.kind else { return None };
                let item =
                    items.iter().find(|item| ProviderName::named(&item.key).as_ref() == Some(&name))?;
                ProviderName::named(&item.value)
            });
            match passed {
                Some(passed) => name = passed,
                None if name.alias.is_none() => {}
                None => return None,
            }
            instance = caller;
        }
    }

    fn evaluated_settings(&self, instance: &Rc<Instance>, index: usize) -> ProviderSettings {
        let body = &instance.module.providers[index].body;
        let wanted = self.provider.settings().iter();
        wanted.filter_map(|&name| Some((Arc::from(name), self.setting_of(instance, body, name)?))).collect()
    }

    fn setting_of(&self, instance: &Rc<Instance>, body: &Body, name: &str) -> Option<Value> {
        let scope = Scope::module(instance);
        if let Some(argument) = body.attribute(name) {
            return Some(self.evaluate(&argument.value, scope));
        }
        let blocks: Vec<_> = body.blocks.iter().filter(|block| block_name(block) == name).collect();
        let first = blocks.first()?;
        let whole = blocks.iter().fold(first.span, |span, block| span.join(block.span));
        Some(self.blocks(&blocks, whole, scope))
    }
}

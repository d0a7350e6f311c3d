//! A root module and everything it calls, instance by instance.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::budget::Budget;
use super::decision::Decisions;
use super::foreign::Entry;
use super::inputs::Inputs;
use super::installed::{Installed, is_downloaded};
use super::module::{Module, ModuleCall, ModuleStore, Source, Variable};
use super::scope::{Binding, BoundBy, Children, Instance, Memo, Names, Parent, Place, Scope};
use super::settings::Settings;
use super::sources::{Absent, is_foreign};
use super::trace::{Mark, Trace, Traces};
use super::{stubs, types};
use crate::problem::Problem;
use crate::resource::{
    Cause, Configuration, Language, Output, Presence, Provider, ProviderSettings, Reference, Resource,
    StepKind, Unknown, Value,
};
use crate::source::{FileId, SourceMap, Span};
use crate::syntax::hcl::Expr;

/// Arguments of a module call that are not the module's variables.
const CALL_ARGUMENTS: [&str; 6] = ["source", "version", "providers", "count", "for_each", "depends_on"];
/// The most module instances of one root. Real configurations have hundreds.
const MAX_MODULE_INSTANCES: usize = 4096;
/// The deepest nesting of module calls.
const MAX_MODULE_DEPTH: usize = 32;
/// The most resource instances of one root.
const MAX_RESOURCES: usize = 10_000;

/// Evaluates a root module with everything it calls.
///
/// `provider` says how much of a resource of a type is wanted, and what a data source finds. What cannot be evaluated is unknown in the
/// result and, where the user should know, a problem. Work is bounded: see the limits in this file and in `budget`.
pub fn evaluate(
    root: &Arc<Module>,
    inputs: &Inputs,
    store: &ModuleStore,
    sources: &SourceMap,
    provider: &dyn Provider,
) -> Configuration {
    let settings = Settings::default();
    let case = Case { root, inputs, store, sources, provider, settings: &settings };
    Evaluator::new(case, BTreeMap::new(), Budget::default()).run()
}

/// What is evaluated, however the inputs are set.
#[derive(Clone, Copy)]
pub(super) struct Case<'a> {
    pub(super) root: &'a Arc<Module>,
    pub(super) inputs: &'a Inputs,
    pub(super) store: &'a ModuleStore,
    pub(super) sources: &'a SourceMap,
    pub(super) provider: &'a dyn Provider,
    /// The inputs that may be set otherwise.
    pub(super) settings: &'a Settings,
}

pub(super) struct Evaluator<'a> {
    root: &'a Arc<Module>,
    pub(super) store: &'a ModuleStore,
    pub(super) sources: &'a SourceMap,
    pub(super) inputs: &'a Inputs,
    pub(super) provider: &'a dyn Provider,
    /// The resource that a data source finds, by address; `None` also while that is being found out.
    pub(super) found: RefCell<FxHashMap<Arc<str>, Option<Arc<Reference>>>>,
    /// What provider configurations say, by module instance and number of the block.
    pub(super) provider_settings: RefCell<FxHashMap<(usize, usize), Arc<ProviderSettings>>>,
    settings: &'a Settings,
    chosen: BTreeMap<usize, Value>,
    pub(super) traces: Traces,
    pub(super) decisions: RefCell<Decisions>,
    instances: RefCell<Vec<Rc<Instance>>>,
    nowhere: Instance,
    /// Resource instances by address.
    pub(super) sites: RefCell<FxHashMap<Arc<str>, Site>>,
    installed: OnceCell<Installed>,
    /// The files of code that is not the user's, and the call that leads to each.
    pub(super) foreign: RefCell<FxHashMap<FileId, Entry>>,
    problems: RefCell<Problems>,
    pub(super) budget: Budget,
}

/// Problems in the order they were met, each once.
#[derive(Default)]
struct Problems {
    list: Vec<Problem>,
    seen: FxHashSet<(&'static str, Option<Span>, String)>,
}

/// Where a resource instance is declared.
#[derive(Clone, Copy, Debug)]
pub(super) struct Site {
    /// The module instance.
    pub(super) instance: usize,
    /// Index of the declaration.
    pub(super) resource: usize,
    /// Index in the expansion.
    pub(super) repeated: usize,
    /// Whether it stands in for an unknown number of instances.
    pub(super) stand_in: bool,
}

impl<'a> Evaluator<'a> {
    /// Evaluates nothing yet; the root is instance 0. `chosen` are inputs that are set otherwise than by default, by
    /// their numbers among the settings.
    pub(super) fn new(case: Case<'a>, chosen: BTreeMap<usize, Value>, budget: Budget) -> Self {
        let evaluator = Self {
            root: case.root,
            store: case.store,
            sources: case.sources,
            inputs: case.inputs,
            provider: case.provider,
            found: RefCell::default(),
            provider_settings: RefCell::default(),
            settings: case.settings,
            chosen,
            traces: Traces::default(),
            decisions: RefCell::default(),
            instances: RefCell::default(),
            nowhere: Instance::nowhere(),
            sites: RefCell::default(),
            installed: OnceCell::new(),
            foreign: RefCell::default(),
            problems: RefCell::default(),
            budget,
        };
        evaluator.add_instance(Arc::clone(case.root), None, Place::default());
        evaluator
    }
}

impl Evaluator<'_> {
    /// Evaluates everything that matters.
    pub(super) fn run(&self) -> Configuration {
        let root_instance = self.instance(0);
        let mut resources = Vec::new();
        self.collect(&root_instance, &Presence::Certain, &mut resources);
        let outputs = self
            .root
            .outputs
            .iter()
            .filter_map(|output| {
                let value = self.apart(|| self.output(&root_instance, &output.name))?;
                Some(Output { name: Arc::clone(&output.name), span: output.head, value })
            })
            .collect();
        self.check_validations();
        let mut files = self.inputs.files.clone();
        let mut seen = FxHashSet::default();
        let mut problems = self.inputs.problems.clone();
        problems.extend(self.inputs.undeclared(self.root));
        for instance in self.instances.borrow().iter() {
            if seen.insert(instance.module.directory.clone()) {
                if !stubs::is_stub(&instance.module.directory) {
                    files.extend(&instance.module.files);
                }
                problems.extend(instance.module.problems.iter().cloned());
            }
        }
        problems.append(&mut self.problems.borrow_mut().list);
        if let Some(installed) = self.installed.get() {
            problems.extend(installed.problems.iter().cloned());
        }
        let problems = problems.into_iter().map(|problem| self.problem_at_the_call(problem)).collect();
        Configuration {
            name: self.sources.display_name(&self.root.directory),
            language: Language::Terraform,
            resources,
            destroyed: Vec::new(),
            outputs,
            files,
            problems,
            scenario: None,
        }
    }

    /// The resources of a module instance, then those of the modules it calls.
    fn collect(&self, instance: &Rc<Instance>, presence: &Presence, resources: &mut Vec<Resource>) {
        for index in 0..instance.module.resources.len() {
            if resources.len() >= MAX_RESOURCES {
                self.report(
                    Problem::error("resource-limit", format!("more than {MAX_RESOURCES} resource instances"))
                        .at(instance.module.resources[index].head)
                        .help("the rest of this configuration is not judged; split it"),
                );
                return;
            }
            // Each for itself: nobody asks what all of them hang on, and that would grow with every one.
            self.apart(|| self.collect_resource(instance, index, presence, resources));
        }
        for index in 0..instance.module.calls.len() {
            let (children, trace) = self.apart(|| self.traced(|| self.children(instance, index)));
            if !trace.is_empty() && self.is_of_interest(&instance.module.calls[index]) {
                self.matters(trace);
            }
            let presence = match children.expansion.unknown() {
                Some(unknown) => Presence::Unknown(Arc::clone(unknown)),
                None => presence.clone(),
            };
            let Some(called) = &children.instances else {
                self.apart(|| self.collect_handed(instance, index, &children, &presence, resources));
                continue;
            };
            self.apart(|| self.collect_handed(instance, index, &children, &presence, resources));
            for &child in called {
                let child = self.instance(child);
                self.collect(&child, &presence, resources);
            }
        }
    }

    /// Whether a call may make anything that the providers look at closer than for the names in it.
    fn is_of_interest(&self, call: &ModuleCall) -> bool {
        let mut seen = FxHashSet::default();
        let mut open = vec![Source::clone(&call.source)];
        while let Some(source) = open.pop() {
            let Source::Local(directory) = source else { return true };
            if !seen.insert(directory.clone()) {
                continue;
            }
            let Some(module) = self.store.get(self.sources, &directory) else { continue };
            let mut resources = module.resources.iter();
            if resources.any(|found| self.provider.interest(&found.kind, found.mode).is_judged()) {
                return true;
            }
            open.extend(module.calls.iter().map(|call| call.source.clone()));
        }
        false
    }

    /// The instance with a number, if there are as many.
    pub(super) fn instance_at(&self, id: usize) -> Option<Rc<Instance>> {
        self.instances.borrow().get(id).map(Rc::clone)
    }

    pub(super) fn instance(&self, id: usize) -> Rc<Instance> {
        Rc::clone(&self.instances.borrow()[id])
    }

    /// An instance that declares nothing, for expressions that may not refer to anything.
    pub(super) fn nowhere(&self) -> &Instance {
        &self.nowhere
    }

    fn add_instance(&self, module: Arc<Module>, parent: Option<Parent>, place: Place) -> Rc<Instance> {
        let mut instances = self.instances.borrow_mut();
        let instance = Rc::new(Instance::new(instances.len(), module, parent, place));
        instances.push(Rc::clone(&instance));
        instance
    }

    pub(super) fn report(&self, problem: Problem) {
        let mut problems = self.problems.borrow_mut();
        if problems.seen.insert((problem.code, problem.span, problem.message.clone())) {
            problems.list.push(problem);
        }
    }

    /// A value computed at most once; one that needs itself is invalid.
    pub(super) fn memoised<Key: Clone + Eq + std::hash::Hash>(
        &self,
        memo: &Memo<Key>,
        key: Key,
        span: Span,
        compute: impl FnOnce() -> Value,
    ) -> Value {
        if let Some(known) = self.recalled(memo, &key, span) {
            return known;
        }
        memo.borrow_mut().insert(key.clone(), None);
        let outer = self.begin_trace();
        let value = compute();
        self.remember(memo, key, &value, outer);
        value
    }

    fn recalled<Key: Eq + std::hash::Hash>(&self, memo: &Memo<Key>, key: &Key, span: Span) -> Option<Value> {
        let memo = memo.borrow();
        let Some((value, trace)) = memo.get(key)? else {
            self.report(
                Problem::warning("reference-cycle", "this value refers to itself")
                    .at(span)
                    .help("break the cycle; Terraform refuses the configuration"),
            );
            return Some(Value::unknown(Cause::Invalid("the value refers to itself".to_owned()), span));
        };
        self.hangs_on(*trace);
        Some(value.clone())
    }

    fn remember<Key: Eq + std::hash::Hash>(&self, memo: &Memo<Key>, key: Key, value: &Value, outer: Trace) {
        let trace = self.end_trace(outer);
        memo.borrow_mut().insert(key, Some((value.clone(), trace)));
    }

    /// `var.name`.
    pub(super) fn variable(&self, instance: &Instance, name: &Arc<str>, used: Span) -> Value {
        let Some(variable) = instance.module.variables.get(name) else {
            return self.undeclared(&format!("var.{name}"), used, instance.module.variables.keys());
        };
        self.memoised(&instance.variables, Arc::clone(name), used, || {
            self.variable_value(instance, name, variable).marked(variable.marks)
        })
    }

    fn variable_value(&self, instance: &Instance, name: &Arc<str>, variable: &Variable) -> Value {
        let given = match &instance.parent {
            Some(_) => self.argument(instance, name),
            None => self.setting(name).or_else(|| self.input(name, variable)),
        };
        let refused = |value: &Value| value.is_null() && !variable.nullable;
        if let Some(null) = given.as_ref().filter(|value| variable.default.is_none() && refused(value)) {
            self.report(
                Problem::warning("invalid-value", format!("variable {name} must not be null"))
                    .at(null.origin.written)
                    .help("give it a value, or a default; it counts as unknown"),
            );
        }
        let given = given.filter(|value| !refused(value));
        let value = match (given, &variable.default) {
            (Some(value), _) => value,
            (None, Some(default)) => {
                let value = self.constant(default);
                value.through(StepKind::VariableDefault, default.span)
            }
            (None, None) => {
                return Value::unknown(Cause::InputWithoutValue(format!("variable {name}")), variable.head);
            }
        };
        let Some(ty) = &variable.ty else { return value };
        let constant = |expr: &Expr| self.evaluate(expr, Scope::module(instance));
        let converted = types::type_of(ty, &constant)
            .and_then(|ty| types::convert(&value, &ty).map_err(|message| (value.origin.written, message)));
        match converted {
            Ok(converted) => self.kept(converted, variable.head),
            Err((span, message)) => {
                self.report(
                    Problem::warning("invalid-value", format!("variable {name}: {message}"))
                        .at(if variable.marks.is_empty() { span } else { variable.head })
                        .help("the value is used as it is; make it fit the variable's type"),
                );
                value
            }
        }
    }

    /// The argument that a module call passes for a variable.
    fn argument(&self, instance: &Instance, name: &str) -> Option<Value> {
        let parent = instance.parent.as_ref()?;
        let caller = self.instance(parent.instance);
        let argument = caller.module.calls[parent.call].body.attribute(name)?;
        let scope = Scope::module(&caller);
        let value = match &parent.repetition {
            None => self.evaluate(&argument.value, scope),
            Some((binding, each)) => {
                let binding = Binding {
                    names: Names::One(binding, each.clone()),
                    trace: caller.trace_of_call(parent.call),
                    by: BoundBy::Call(instance.id),
                    outer: None,
                };
                self.evaluate(&argument.value, scope.with(&binding))
            }
        };
        Some(value.through(StepKind::ModuleArgument, argument.value.span))
    }

    /// The value that is chosen for a root variable instead of its default.
    fn setting(&self, name: &str) -> Option<Value> {
        let input = self.settings.number(name)?;
        self.marked(Mark::Input(input));
        self.chosen.get(&input).cloned()
    }

    /// `local.name`.
    pub(super) fn local(&self, instance: &Instance, name: &Arc<str>, used: Span) -> Value {
        let Some(local) = instance.module.locals.get(name) else {
            return self.undeclared(&format!("local.{name}"), used, instance.module.locals.keys());
        };
        self.memoised(&instance.locals, Arc::clone(name), used, || {
            self.evaluate(&local.value, Scope::module(instance)).through(StepKind::Local, local.value.span)
        })
    }

    /// An output of a module instance; `None` if it is not declared.
    pub(super) fn output(&self, instance: &Rc<Instance>, name: &str) -> Option<Value> {
        let output = instance.module.outputs.iter().find(|output| &*output.name == name)?;
        let Some(expr) = &output.value else {
            return Some(Value::unknown(Cause::Invalid(format!("output {name} has no value")), output.head));
        };
        Some(self.memoised(&instance.outputs, Arc::clone(&output.name), expr.span, || {
            let value = self.evaluate(expr, Scope::module(instance));
            let value = value.marked(output.marks);
            match (&instance.entry, &instance.parent) {
                (Some(entry), _) if entry.is_stub => {
                    self.moved(&value, entry, entry.head).through(StepKind::ModuleOutput, entry.head)
                }
                (_, Some(_)) => value.through(StepKind::ModuleOutput, expr.span),
                (_, None) => value,
            }
        }))
    }

    /// The instances of a module call.
    pub(super) fn children(&self, instance: &Instance, index: usize) -> Rc<Children> {
        if let Some(Some((children, trace))) = instance.children.borrow().get(&index) {
            self.hangs_on(*trace);
            return Rc::clone(children);
        }
        let (children, trace) = self.traced(|| self.call_instances(instance, index));
        instance.children.borrow_mut().insert(index, Some((Rc::clone(&children), trace)));
        children
    }

    fn call_instances(&self, instance: &Instance, index: usize) -> Rc<Children> {
        let call = &instance.module.calls[index];
        let evaluating = instance.children.borrow_mut().insert(index, None).is_some();
        let module = self.called_module(instance, index);
        let expansion = if module.is_none() {
            Rc::new(super::expand::Expansion::Single)
        } else if evaluating {
            let unknown = Unknown::new(
                Cause::Invalid("the number of instances depends on the module itself".to_owned()),
                call.head,
            );
            Rc::new(super::expand::Expansion::Unknown(Arc::new(unknown), "each", Value::null(call.head)))
        } else {
            Rc::new(self.expansion(&call.body, Scope::module(instance)))
        };
        if let Some(module) = &module {
            self.check_arguments(call, module);
        }
        let instances = module.map(|module| {
            expansion
                .instances()
                .map(|repeated| {
                    let parent = Parent { instance: instance.id, call: index, repetition: repeated.binding };
                    let entry = self.entry(instance, call, &module);
                    let place = Place {
                        entry,
                        prefix: format!("{}module.{}{}.", instance.prefix, call.name, repeated.suffix),
                        declared_prefix: format!("{}module.{}.", instance.declared_prefix, call.name),
                        calls: instance.calls.iter().copied().chain([call.head]).collect(),
                    };
                    self.add_instance(Arc::clone(&module), Some(parent), place).id
                })
                .collect()
        });
        Rc::new(Children { expansion, instances })
    }

    /// The module that a call names; `None`, with a problem, if it cannot be used.
    fn called_module(&self, instance: &Instance, index: usize) -> Option<Arc<Module>> {
        let call = &instance.module.calls[index];
        let missing = |absent: Absent| {
            let Absent { source, help, span } = absent;
            self.report(
                Problem::warning(
                    "module-not-found",
                    format!("module {} ({source}) is not there: what it declares is not judged", call.name),
                )
                .at(span)
                .help(help),
            );
            None
        };
        let directory = match self.directory_of(instance, call) {
            Ok(directory) => directory,
            Err(absent) => return missing(absent),
        };
        let span = call.body.attribute("source").map_or(call.head, |source| source.value.span);
        if instance.calls.len() >= MAX_MODULE_DEPTH {
            self.report(
                Problem::error("module-limit", format!("modules call each other {MAX_MODULE_DEPTH} deep"))
                    .at(span)
                    .help("what is deeper is not judged; call it from further up"),
            );
            return None;
        }
        if self.instances.borrow().len() >= MAX_MODULE_INSTANCES {
            self.report(
                Problem::error("module-limit", format!("more than {MAX_MODULE_INSTANCES} module instances"))
                    .at(span)
                    .help("the rest of this configuration is not judged; split it"),
            );
            return None;
        }
        let Some(module) = self.store.get(self.sources, &directory) else {
            let help = if is_downloaded(&directory) {
                "run `terraform init` again: the directory holds no .tf file"
            } else {
                "correct the source: the directory holds no .tf file"
            };
            return missing(Absent { source: self.sources.display_name(&directory), help, span });
        };
        if self.is_inside(instance, &module) {
            self.report(
                Problem::error("module-cycle", format!("module {} calls itself, directly or not", call.name))
                    .at(span)
                    .help("break the cycle; Terraform cannot load this configuration"),
            );
            return None;
        }
        Some(module)
    }

    /// The modules that Terraform has downloaded for the root module.
    pub(super) fn installed(&self) -> &Installed {
        self.installed.get_or_init(|| Installed::read(self.sources, &self.instance(0).module.directory))
    }

    /// The call by which the instances of a call leave the user's code, if they do.
    fn entry(&self, instance: &Instance, call: &ModuleCall, module: &Module) -> Option<Entry> {
        let is_stub = stubs::is_stub(&module.directory);
        // Who checks downloaded code itself calls it their own.
        let is_own = !is_stub && is_foreign(&self.instance(0).module.directory);
        let entry = instance.entry.clone().or_else(|| {
            (is_foreign(&module.directory) && !is_own).then(|| Entry {
                head: call.head,
                call: call.span,
                depth: instance.calls.len() + 1,
                name: format!("{}module.{}", instance.declared_prefix, call.name).into(),
                is_stub,
            })
        })?;
        self.note_foreign(&module.files, &entry);
        Some(entry)
    }

    /// Reports arguments that the module does not declare, and required ones that are not there.
    fn check_arguments(&self, call: &ModuleCall, module: &Module) {
        if stubs::is_stub(&module.directory) {
            return;
        }
        for argument in &call.body.attributes {
            if !CALL_ARGUMENTS.contains(&&*argument.name) && !module.variables.contains_key(&argument.name) {
                self.report(
                    Problem::warning(
                        "undeclared-argument",
                        format!("the module declares no variable {}", argument.name),
                    )
                    .at(argument.key)
                    .help_nearest(
                        &argument.name,
                        module.variables.keys().map(AsRef::as_ref),
                        "remove the argument, or declare the variable in the module",
                    ),
                );
            }
        }
        for (name, variable) in &module.variables {
            if variable.default.is_none() && call.body.attribute(name).is_none() {
                self.report(
                    Problem::warning("missing-argument", format!("the module needs a value for {name}"))
                        .at(call.head)
                        .help("pass the argument, or give the variable a default; it counts as unknown"),
                );
            }
        }
    }

    /// Whether an instance belongs to a module, itself or through its callers.
    fn is_inside(&self, instance: &Instance, module: &Module) -> bool {
        instance.module.place == module.place
            || instance
                .parent
                .as_ref()
                .is_some_and(|parent| self.is_inside(&self.instance(parent.instance), module))
    }

    /// A name that nothing declares: unknown, with a problem that suggests the nearest one.
    pub(super) fn undeclared<'n>(
        &self,
        name: &str,
        span: Span,
        known: impl Iterator<Item = &'n Arc<str>>,
    ) -> Value {
        let wanted = name.rsplit('.').next().unwrap_or(name);
        let known = known.take_while(|_| self.budget.compares());
        self.report(
            Problem::warning("undeclared-reference", format!("{name} is not declared in this module"))
                .at(span)
                .help_nearest(wanted, known.map(AsRef::as_ref), "declare it, or correct the reference"),
        );
        Value::unknown(Cause::Undeclared(name.to_owned()), span)
    }
}

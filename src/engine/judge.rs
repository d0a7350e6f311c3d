//! One unit through the chain: evaluation, network model, facts, verdicts.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use super::premises::Met;
use super::units::{Modules, Templates};
use super::unjudged;
use super::{Options, RuleStore, Rules};
use crate::cloudformation::recognise::{Recognised, recognise};
use crate::cloudformation::{Files, Surroundings};
use crate::config::{Config, ConfigStore};
use crate::diagnostic::{Confidence, Diagnostic};
use crate::discover::{self, Candidate};
use crate::facts::{self, Fact};
use crate::network::model::Network;
use crate::network::premises::Premises;
use crate::problem::Problem;
use crate::providers::aws;
use crate::report::ListedFact;
use crate::resource::Configuration;
use crate::source::{FileId, SourceFile, SourceMap, Span, normalised};
use crate::syntax::yaml;
use crate::{cloudformation, plan, terraform};

/// What all units of a run share.
pub(super) struct Run<'a> {
    pub(super) options: &'a Options,
    pub(super) sources: &'a SourceMap,
    pub(super) configs: &'a ConfigStore,
    pub(super) rules: &'a RuleStore,
    pub(super) parameters: &'a cloudformation::Inputs,
    pub(super) purpose: Purpose,
}

/// What a run is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Verdicts.
    Verdicts,
    /// The facts under the default assignment of the inputs.
    Facts,
}

/// What decides in a unit: the config of its root, wherever the files lie that it calls.
pub(super) struct Unit {
    /// The folder of a root module, or the file of a template or plan.
    pub(super) root: Arc<Path>,
    pub(super) config: Arc<Config>,
    pub(super) rules: Arc<Rules>,
}

impl Unit {
    /// Whether a rule runs in a file of it, or in general.
    pub(super) fn runs(&self, rule: &str, file: Option<&Path>) -> bool {
        self.rules.runs(rule, file, &self.root)
    }
}

/// What came out of one unit.
#[derive(Default)]
pub(super) struct Judged {
    /// The unit, if there was something to judge.
    pub(super) unit: Option<Arc<Unit>>,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// The facts, if the run is for them.
    pub(super) facts: Vec<ListedFact>,
    pub(super) problems: Vec<Problem>,
    /// The rules that left something of it open.
    pub(super) open_rules: BTreeSet<Arc<str>>,
    /// What its code has of what the premises name.
    pub(super) met: Met,
    pub(super) files: Vec<FileId>,
    /// Files that nobody named, but that this unit says something about: the code that a plan was made from.
    pub(super) reported: Vec<FileId>,
    pub(super) groups: usize,
    pub(super) permissions: usize,
    /// Names of the template's parameters, if the deployer sets any.
    pub(super) parameters: BTreeSet<Arc<str>>,
}

impl Judged {
    /// Nothing but a problem.
    fn problem(problem: Problem) -> Self {
        Self { problems: vec![problem], ..Self::default() }
    }

    /// Takes on what came out of one document of the unit.
    fn absorb(&mut self, document: Self) {
        self.diagnostics.extend(document.diagnostics);
        self.facts.extend(document.facts);
        self.problems.extend(document.problems);
        self.open_rules.extend(document.open_rules);
        self.met.merge(document.met);
        self.files.extend(document.files);
        self.groups += document.groups;
        self.permissions += document.permissions;
    }
}

impl Run<'_> {
    /// The unit at a root; the config of `folder` decides in it.
    fn unit(&self, root: &Path, folder: &Path) -> Arc<Unit> {
        let config = self.configs.for_directory(folder);
        let rules = self.rules.under(&config);
        Arc::new(Unit { root: root.into(), config, rules })
    }

    /// A Terraform root module and everything it calls.
    pub(super) fn terraform(&self, root: &Arc<terraform::Module>, modules: &Modules) -> Judged {
        let name = self.sources.display_name(&root.directory);
        guarded(&name, || {
            let inputs = terraform::Inputs::read(
                self.sources,
                modules.variable_files(&root.directory),
                &self.options.variables,
                &self.options.environment,
            );
            let (store, sources) = (&modules.store, self.sources);
            let configurations = match self.purpose {
                Purpose::Verdicts => terraform::evaluate_choices(root, &inputs, store, sources, &aws::Aws),
                Purpose::Facts => vec![terraform::evaluate(root, &inputs, store, sources, &aws::Aws)],
            };
            self.judge(&self.unit(&root.directory, &root.directory), configurations)
        })
    }

    /// A file that may be a template or a plan.
    pub(super) fn template(
        &self,
        candidate: &Candidate,
        modules: &Modules,
        templates: &Templates<'_>,
    ) -> Judged {
        let name = self.sources.display_name(&candidate.path);
        guarded(&name, || {
            let file = match self.sources.load(&candidate.path) {
                Ok(file) => file,
                Err(error) => {
                    return Judged::problem(
                        Problem::error("unreadable-file", error.to_string())
                            .in_path(name.clone())
                            .help(format!("{}, or exclude it", error.advice())),
                    );
                }
            };
            if plan::is_plan(file.text()) {
                return self.plan(&file, modules);
            }
            match &*templates.recognised(&file) {
                Recognised::Template(parsed) => self.documents(&file, parsed, templates),
                Recognised::NotTemplate if candidate.explicit => Judged::problem(
                    Problem::warning("not-a-template", format!("{name} is not a CloudFormation template"))
                        .in_path(name.clone())
                        .help("give Terraform files, CloudFormation templates, or folders"),
                ),
                Recognised::NotTemplate => Judged::default(),
            }
        })
    }

    /// The templates in a file.
    fn documents(&self, file: &SourceFile, parsed: &yaml::Parsed, templates: &Templates<'_>) -> Judged {
        let unit = self.unit(file.path(), file.path().parent().unwrap_or(Path::new("")));
        let files = Files::around(self.sources, file.path(), discover::boundary);
        let surroundings = Surroundings {
            inputs: self.parameters,
            exports: &templates.exports,
            deployment: templates.deployment(file.path()),
            files: Some(&files),
        };
        let mut judged = Judged { files: vec![file.id()], ..Judged::default() };
        for document in &parsed.documents {
            if !self.options.parameters.is_empty() {
                judged.parameters.extend(cloudformation::declared_parameters(document));
            }
            let evaluated = cloudformation::evaluate_within(file, document, &surroundings, &aws::Aws);
            let constructs = evaluated.constructs;
            let mut one = self.judge(&unit, evaluated.configurations);
            for diagnostic in &mut one.diagnostics {
                if let Some(construct) = constructs.get(&diagnostic.resource) {
                    diagnostic.message = format!("{} (construct {construct})", diagnostic.message);
                }
            }
            judged.absorb(one);
        }
        judged.problems.extend(parsed.problems.iter().cloned());
        judged.unit = Some(unit);
        judged
    }

    /// A plan file, with the code it was made from if that is at hand.
    fn plan(&self, file: &SourceFile, modules: &Modules) -> Judged {
        let beside = file.path().parent().unwrap_or(Path::new(""));
        let directory = self
            .options
            .plan_source
            .as_ref()
            .map(|source| normalised(&self.sources.working_directory().join(source)));
        let root = modules.store.get(self.sources, directory.as_deref().unwrap_or(beside));
        let unit = match &root {
            Some(root) => self.unit(&root.directory, &root.directory),
            None => self.unit(file.path(), beside),
        };
        let plan = match plan::Plan::read(file) {
            Ok(plan) => plan,
            Err(problem) => return Judged { unit: Some(unit), ..Judged::problem(problem) },
        };
        let code = root.as_ref().map(|root| {
            let inputs = terraform::Inputs::of_plan(plan.variables(file));
            terraform::evaluate(root, &inputs, &modules.store, self.sources, &aws::Aws)
        });
        let files = code.as_ref().map(|code| code.files.clone()).unwrap_or_default();
        let configuration = plan::evaluate(file, &plan, code, &aws::Aws);
        let mut judged = self.judge(&unit, vec![configuration]);
        judged.reported = files;
        if let (None, Some(source)) = (&root, &directory) {
            let name = self.sources.display_name(source);
            let problem = Problem::error("plan-source", format!("{name} holds no Terraform configuration"))
                .in_path(name)
                .help("give the folder that the plan was made in with --source");
            judged.problems.push(problem);
        }
        judged
    }

    /// Judges a configuration under its default assignment, and adds what only another choice of an input opens.
    fn judge(&self, unit: &Arc<Unit>, configurations: Vec<Configuration>) -> Judged {
        let rules = &unit.rules;
        let mut result = Judged { unit: Some(Arc::clone(unit)), ..Judged::default() };
        let mut known: BTreeSet<(Arc<str>, Span, String)> = BTreeSet::new();
        // What may be there by default needs no choice that makes it so.
        let mut possible: BTreeSet<(Arc<str>, Span, Arc<str>)> = BTreeSet::new();
        let mut networks: Vec<(Configuration, Network, Vec<Problem>)> = Vec::new();
        for mut configuration in configurations {
            if self.purpose == Purpose::Facts && configuration.scenario.is_some() {
                continue;
            }
            let (network, provider_problems) = network(&configuration, &rules.premises, self.sources);
            result.problems.extend(unjudged::relevant(&mut configuration));
            // Most choices decide what no group has to do with: they show nothing new.
            if networks.iter().any(|(_, seen, _)| seen.is_same(&network)) {
                continue;
            }
            networks.push((configuration, network, provider_problems));
        }
        let several = networks.get(1).map(|_| &networks).into_iter().flatten();
        let used: BTreeSet<_> = several.flat_map(|(_, network, _)| facts::used_groups(network)).collect();
        for (_, network, _) in &networks {
            result.met.add(network);
        }
        for (configuration, mut network, provider_problems) in networks {
            let is_default = configuration.scenario.is_none();
            network.used_by_choice.clone_from(&used);
            let facts = facts::analyse(&network);
            if self.purpose == Purpose::Facts {
                let unit: Arc<str> = configuration.name.as_str().into();
                result
                    .facts
                    .extend(facts.into_iter().map(|fact| ListedFact { unit: Arc::clone(&unit), fact }));
                result.problems.extend(provider_problems);
                continue;
            }
            let placed = rules.placed(&facts, &unit.root, self.sources);
            let judged = placed.judge.judge_by_place(
                &facts,
                &|fact, primary| placed.settings_at(fact, primary),
                self.sources,
            );
            for mut diagnostic in judged.diagnostics {
                let identity =
                    (Arc::clone(&diagnostic.rule), diagnostic.primary.span, diagnostic.message.clone());
                let place =
                    (Arc::clone(&diagnostic.rule), diagnostic.primary.span, Arc::clone(&diagnostic.resource));
                let is_new = known.insert(identity);
                if is_default && diagnostic.confidence == Confidence::Possible {
                    possible.insert(place.clone());
                }
                if let Some(scenario) = &configuration.scenario {
                    if !is_new || possible.contains(&place) {
                        continue;
                    }
                    diagnostic.confidence = Confidence::Possible;
                    diagnostic.message = format!("{} when {scenario}", diagnostic.message);
                }
                result.diagnostics.push(diagnostic);
            }
            result.problems.extend(judged.problems);
            if is_default {
                result.groups += network.groups.len();
                result.permissions += network.permissions.len();
                result.problems.extend(provider_problems);
                result.open_rules.extend(judged.not_judged.iter().map(|one| Arc::clone(&one.rule)));
                result.problems.extend(unjudged::problems(judged.not_judged, self.sources));
                result.files.extend(configuration.files);
            }
        }
        result
    }
}

/// The network of a configuration, with the places in texts that only those tell.
fn network(
    configuration: &Configuration,
    premises: &Premises,
    sources: &SourceMap,
) -> (Network, Vec<Problem>) {
    let (mut network, problems) = aws::network(configuration, premises);
    for statement in &mut network.statements {
        statement.locate(&|span| sources.text(span));
    }
    (network, problems)
}

/// Runs one unit so that a bug in it does not lose the others.
fn guarded(name: &str, run: impl FnOnce() -> Judged) -> Judged {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| {
        Judged::problem(
            Problem::error("internal-error", format!("a bug in sglint stopped it from judging {name}"))
                .in_path(name)
                .help("please report it with the input, or the smallest part of it that shows it"),
        )
    })
}

/// See [`super::facts_of_text`].
pub(super) fn facts_of_text(
    sources: &SourceMap,
    name: &str,
    text: &str,
    premises: &Premises,
) -> (Vec<Fact>, Vec<Problem>) {
    let file = sources.add(name, text);
    let configurations = if Path::new(name).extension().is_some_and(|extension| extension == "tf") {
        let module = Arc::new(terraform::Module::of_file(&file));
        let inputs = terraform::Inputs::default();
        let store = terraform::ModuleStore::default();
        vec![terraform::evaluate(&module, &inputs, &store, sources, &aws::Aws)]
    } else {
        match recognise(&file) {
            Recognised::Template(parsed) => parsed
                .documents
                .iter()
                .filter_map(|document| {
                    cloudformation::evaluate(&file, document, &aws::Aws).into_iter().next()
                })
                .collect(),
            Recognised::NotTemplate => Vec::new(),
        }
    };
    let mut problems = Vec::new();
    let mut all = Vec::new();
    for configuration in configurations {
        let (network, more) = network(&configuration, premises, sources);
        problems.extend(configuration.problems);
        problems.extend(more);
        all.extend(facts::analyse(&network));
    }
    (all, problems)
}

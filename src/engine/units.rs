//! Which Terraform directories and which templates are judged on their own.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::cloudformation::recognise::{Recognised, recognise};
use crate::cloudformation::{self, Deployment, Exporting, Exports, Files, Inputs, Surroundings};
use crate::discover::{self, Candidate, TerraformDirectory};
use crate::problem::Problem;
use crate::providers::aws;
use crate::source::{FileId, SourceFile, SourceMap};
use crate::terraform::{Assignment, Module, ModuleStore};

/// The modules of a run.
pub(super) struct Modules {
    pub(super) store: ModuleStore,
    discovered: BTreeMap<PathBuf, Arc<Module>>,
    variable_files: BTreeMap<PathBuf, Vec<PathBuf>>,
}

impl Modules {
    /// Reads every directory that discovery found.
    pub(super) fn read(directories: &[TerraformDirectory], sources: &SourceMap) -> Self {
        let store = ModuleStore::default();
        let discovered = directories
            .par_iter()
            .map(|directory| (directory.path.clone(), store.read(sources, &directory.path, &directory.files)))
            .collect();
        let variable_files = directories
            .iter()
            .map(|directory| (directory.path.clone(), directory.variable_files.clone()))
            .collect();
        Self { store, discovered, variable_files }
    }

    /// The variable files that a root module loads by itself, in Terraform's order.
    pub(super) fn variable_files(&self, directory: &Path) -> &[PathBuf] {
        self.variable_files.get(directory).map_or(&[], Vec::as_slice)
    }

    /// The modules that no other one calls. Of modules that only call each other in a circle, the first: it
    /// must be judged too, if only to say that it is a circle.
    pub(super) fn roots(&self) -> Vec<Arc<Module>> {
        let called: FxHashSet<&Path> =
            self.discovered.values().flat_map(|module| module.called_directories()).collect();
        let mut roots = Vec::new();
        let mut reached = FxHashSet::default();
        let uncalled = self.discovered.iter().filter(|(path, _)| !called.contains(path.as_path()));
        for (path, module) in uncalled.chain(&self.discovered) {
            if self.reach(path, &mut reached) {
                roots.push(Arc::clone(module));
            }
        }
        roots
    }

    /// Marks a module and all it calls as reached; false if it was already.
    fn reach<'m>(&'m self, start: &'m Path, reached: &mut FxHashSet<&'m Path>) -> bool {
        let new = reached.insert(start);
        let mut open = if new { vec![start] } else { Vec::new() };
        while let Some(path) = open.pop() {
            for called in self.discovered.get(path).into_iter().flat_map(|module| module.called_directories())
            {
                if reached.insert(called) {
                    open.push(called);
                }
            }
        }
        new
    }
}

/// Variables that are set on the command line although no root module declares them, which Terraform refuses.
pub(super) fn undeclared(given: &[Assignment], roots: &[Arc<Module>]) -> Vec<Problem> {
    let set: BTreeSet<&str> = given
        .iter()
        .filter_map(|assignment| match assignment {
            Assignment::Value { name, .. } => Some(name.as_str()),
            Assignment::File(_) => None,
        })
        .collect();
    if set.is_empty() {
        return Vec::new();
    }
    let declared: BTreeSet<&str> = roots.iter().flat_map(|root| root.variable_names()).collect();
    set.difference(&declared)
        .map(|name| {
            let message = format!("--var sets {name}, which no root module declares");
            Problem::error("undeclared-variable", message).help_nearest(
                name,
                declared.iter().copied(),
                "declare the variable, or leave the option out",
            )
        })
        .collect()
}

/// The templates of a run.
pub(super) struct Templates<'a> {
    sources: &'a SourceMap,
    candidates: Vec<&'a Candidate>,
    /// What the manifests of cloud assemblies say, by the path of the template.
    deployments: BTreeMap<PathBuf, Deployment>,
    /// What they export to each other.
    pub(super) exports: Exports,
    /// What is wrong with the manifests.
    pub(super) problems: Vec<Problem>,
    kept: Mutex<Kept>,
}

/// Trees that are needed more than once.
#[derive(Default)]
struct Kept {
    trees: BTreeMap<FileId, Arc<Recognised>>,
    bytes: usize,
}

/// The most text whose trees are kept, in bytes. A tree takes up to a hundred times the memory of its text.
const MOST_KEPT: usize = 16 * 1024 * 1024;

/// How many templates an export may be handed on through.
const MOST_HANDED_ON: usize = 4;

impl<'a> Templates<'a> {
    /// Finds the candidates that no other one calls as a part of itself. Of those that only call each other in a circle, the
    /// first.
    pub(super) fn read(candidates: &'a [Candidate], sources: &'a SourceMap) -> Self {
        let mut templates = Self {
            sources,
            candidates: Vec::new(),
            deployments: BTreeMap::new(),
            exports: Exports::default(),
            problems: Vec::new(),
            kept: Mutex::default(),
        };
        let calls: BTreeMap<&Path, Vec<PathBuf>> = candidates
            .par_iter()
            .map(|candidate| (candidate.path.as_path(), templates.called_by(candidate)))
            .filter(|(_, called)| !called.is_empty())
            .collect();
        templates.candidates = roots(candidates, &calls);
        let manifests = candidates.iter().filter_map(|candidate| sources.loaded(&candidate.path));
        for manifest in manifests.filter(|file| cloudformation::is_manifest(file)) {
            let (found, wrong) = cloudformation::deployments(&manifest);
            templates.deployments.extend(found);
            templates.problems.extend(wrong);
        }
        templates
    }

    /// Those that are judged on their own, in the order of their paths.
    pub(super) fn roots(&self) -> &[&'a Candidate] {
        &self.candidates
    }

    /// How a template is deployed, if a manifest says so.
    pub(super) fn deployment(&self, path: &Path) -> Option<&Deployment> {
        self.deployments.get(path)
    }

    /// What a file is. The tree of a file that is asked for again is not read again, within bounds.
    pub(super) fn recognised(&self, file: &SourceFile) -> Arc<Recognised> {
        let known = {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            let known = kept.trees.remove(&file.id());
            kept.bytes -= known.as_ref().map_or(0, |_| file.text().len());
            known
        };
        known.unwrap_or_else(|| Arc::new(recognise(file)))
    }

    /// Keeps the tree of a file for the next that asks for it.
    fn keep(&self, file: &SourceFile, tree: Arc<Recognised>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = kept.bytes + file.text().len() <= MOST_KEPT;
        if fits && !kept.trees.contains_key(&file.id()) {
            kept.bytes += file.text().len();
            kept.trees.insert(file.id(), tree);
        }
    }

    /// Finds out what they export; nothing if none of them imports anything. An export that is handed on is known after as
    /// many rounds as templates hand it on.
    pub(super) fn collect_exports(&mut self, inputs: &Inputs) {
        if !self.sources.any(|file| file.text().contains("ImportValue")) {
            return;
        }
        let exports_something = |candidate: &&Candidate| {
            let file = self.sources.loaded(&candidate.path);
            file.is_some_and(|file| {
                ["Export", "AWS::CloudFormation::Stack"].iter().any(|mark| file.text().contains(mark))
            })
        };
        let exporting: Vec<&Candidate> = self.candidates.iter().copied().filter(exports_something).collect();
        let mut exports = Exports::default();
        let mut made: Vec<Exporting> = Vec::new();
        for _ in 0..=MOST_HANDED_ON {
            let again = |(index, candidate): (usize, &&Candidate)| match made.get(index) {
                Some(before) if !before.imports => before.clone(),
                _ => self.exports_of(candidate, inputs, &exports),
            };
            let next: Vec<Exporting> = exporting.par_iter().enumerate().map(again).collect();
            exports = Exports::of(next.iter().flat_map(|one| one.exports.iter().cloned()));
            made = next;
            if !made.iter().any(|one| one.imports) {
                break;
            }
        }
        self.exports = exports;
    }

    fn exports_of(&self, candidate: &Candidate, inputs: &Inputs, exports: &Exports) -> Exporting {
        let Ok(file) = self.sources.load(&candidate.path) else { return Exporting::default() };
        let tree = self.recognised(&file);
        let mut all = Exporting::default();
        if let Recognised::Template(parsed) = &*tree {
            let files = Files::around(self.sources, &candidate.path, discover::boundary);
            let deployment = self.deployment(&candidate.path);
            let surroundings = Surroundings { inputs, exports, deployment, files: Some(&files) };
            for document in &parsed.documents {
                let one = cloudformation::exports(&file, document, &surroundings, &aws::Aws);
                all.exports.extend(one.exports);
                all.imports |= one.imports;
            }
        }
        self.keep(&file, tree);
        all
    }

    /// The files that a candidate calls as parts of itself.
    fn called_by(&self, candidate: &Candidate) -> Vec<PathBuf> {
        let Ok(file) = self.sources.load(&candidate.path) else { return Vec::new() };
        if !cloudformation::may_call(&file) {
            return Vec::new();
        }
        let tree = self.recognised(&file);
        let Recognised::Template(parsed) = &*tree else { return Vec::new() };
        let documents = parsed.documents.iter();
        let called = documents.flat_map(|document| cloudformation::called_files(&file, document));
        let called = called.filter(|called| *called != candidate.path).collect();
        self.keep(&file, tree);
        called
    }
}

/// The candidates that no other one calls; of a circle, the first.
fn roots<'a>(candidates: &'a [Candidate], calls: &BTreeMap<&Path, Vec<PathBuf>>) -> Vec<&'a Candidate> {
    let called: FxHashSet<&Path> = calls.values().flatten().map(PathBuf::as_path).collect();
    let mut reached: FxHashSet<&Path> = FxHashSet::default();
    let mut roots = Vec::new();
    let uncalled = candidates.iter().filter(|candidate| !called.contains(candidate.path.as_path()));
    for candidate in uncalled.chain(candidates) {
        let start = candidate.path.as_path();
        if !reached.insert(start) {
            continue;
        }
        roots.push(candidate);
        let mut open = vec![start];
        while let Some(path) = open.pop() {
            let called = calls.get(path).into_iter().flatten().map(PathBuf::as_path);
            open.extend(called.filter(|called| reached.insert(called)));
        }
    }
    roots.sort_by(|left, right| left.path.cmp(&right.path));
    roots
}

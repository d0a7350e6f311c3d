//! Which Terraform directories are judged on their own.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use crate::discover::TerraformDirectory;
use crate::problem::Problem;
use crate::source::SourceMap;
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
        let called: BTreeSet<&Path> =
            self.discovered.values().flat_map(|module| module.called_directories()).collect();
        let mut roots = Vec::new();
        let mut reached = BTreeSet::new();
        let uncalled = self.discovered.iter().filter(|(path, _)| !called.contains(path.as_path()));
        for (path, module) in uncalled.chain(&self.discovered) {
            if self.reach(path, &mut reached) {
                roots.push(Arc::clone(module));
            }
        }
        roots
    }

    /// Marks a module and all it calls as reached; false if it was already.
    fn reach<'m>(&'m self, start: &'m Path, reached: &mut BTreeSet<&'m Path>) -> bool {
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

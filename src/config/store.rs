//! Finds and keeps the config of each folder.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;

use super::Config;
use super::read;
use crate::problem::Problem;
use crate::source::{SourceFile, SourceMap};

/// Names of the config file, the preferred one first.
const NAMES: [&str; 2] = ["sglint.yaml", ".sglint.yaml"];

/// Which config a run uses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ConfigChoice {
    /// The nearest file from the judged folder up to the root of the repository.
    #[default]
    Nearest,
    /// This file, for everything.
    File(PathBuf),
    /// None: the defaults.
    None,
}

/// The configs of a run, read once each. Shared by threads.
#[derive(Debug)]
pub struct ConfigStore {
    sources: Arc<SourceMap>,
    /// The one config for everything, unless each folder has its own.
    fixed: Option<Arc<Config>>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    by_folder: FxHashMap<PathBuf, Arc<Config>>,
    loaded: Vec<Arc<Config>>,
    problems: Vec<Problem>,
}

impl ConfigStore {
    /// A store. With [`ConfigChoice::File`] the file is read now.
    pub fn new(choice: &ConfigChoice, sources: Arc<SourceMap>) -> Self {
        let mut state = State::default();
        let fixed = match choice {
            ConfigChoice::Nearest => None,
            ConfigChoice::None => Some(Arc::default()),
            ConfigChoice::File(path) => Some(state.load(&sources.working_directory().join(path), &sources)),
        };
        Self { sources, fixed, state: Mutex::new(state) }
    }

    /// The config that counts in a folder, given by its absolute path.
    pub fn for_directory(&self, folder: &Path) -> Arc<Config> {
        match &self.fixed {
            Some(config) => Arc::clone(config),
            None => self.state().nearest(folder, &self.sources),
        }
    }

    /// The config that counts for a file that was read.
    pub fn for_file(&self, file: &SourceFile) -> Arc<Config> {
        self.for_directory(file.path().parent().unwrap_or(Path::new("")))
    }

    /// All configs that were read so far.
    pub fn loaded(&self) -> Vec<Arc<Config>> {
        self.state().loaded.clone()
    }

    /// What was wrong in the configs that were read so far.
    pub fn problems(&self) -> Vec<Problem> {
        self.state().problems.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn nearest(&mut self, folder: &Path, sources: &SourceMap) -> Arc<Config> {
        if let Some(config) = self.by_folder.get(folder) {
            return Arc::clone(config);
        }
        let files: Vec<_> =
            NAMES.iter().map(|name| folder.join(name)).filter(|path| path.is_file()).collect();
        let config = match (files.as_slice(), folder.parent()) {
            ([file, rest @ ..], _) => {
                self.problems.extend(rest.iter().map(|unused| two_files(file, unused, sources)));
                self.load(file, sources)
            }
            ([], Some(parent)) if !folder.join(".git").exists() => self.nearest(parent, sources),
            _ => Arc::default(),
        };
        self.by_folder.insert(folder.to_path_buf(), Arc::clone(&config));
        config
    }

    fn load(&mut self, path: &Path, sources: &SourceMap) -> Arc<Config> {
        let config = match sources.load(path) {
            Ok(file) => {
                let (config, problems) = read::read(&file);
                self.problems.extend(problems);
                Arc::new(config)
            }
            Err(error) => {
                self.problems.push(
                    Problem::error("config-unreadable", error.to_string())
                        .in_path(sources.display_name(path))
                        .help(format!("{}; the run went on with the default settings", error.advice())),
                );
                Arc::default()
            }
        };
        self.loaded.push(Arc::clone(&config));
        config
    }
}

fn two_files(used: &Path, unused: &Path, sources: &SourceMap) -> Problem {
    let (used, unused) = (sources.display_name(used), sources.display_name(unused));
    Problem::warning("config-twice", format!("{unused} does not count: there is {used} beside it"))
        .in_path(unused)
        .help("keep one of them")
}

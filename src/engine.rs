//! The whole chain, from paths to a report. The only file that knows all of it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::config::{ConfigChoice, ConfigStore};
use crate::diagnostic::{Confidence, Diagnostic, Severity};
use crate::discover::discover;
use crate::problem::Problem;
pub use crate::report::{Report, Summary};
use crate::source::SourceMap;

/// What a run is asked to do.
#[derive(Debug)]
pub struct Options {
    /// What is reported on.
    pub paths: Vec<PathBuf>,
    /// Which config counts.
    pub config: ConfigChoice,
    /// Terraform variable files, in order; later ones win.
    pub var_files: Vec<PathBuf>,
    /// Rules that run; all if empty.
    pub select: Vec<String>,
    /// Rules that do not run.
    pub ignore: Vec<String>,
    /// Diagnostics below it are dropped.
    pub min_severity: Option<Severity>,
    /// The severity from which on a diagnostic fails the run; the config's, or medium, if not given.
    pub fail_on: Option<Severity>,
    /// Whether `possible` diagnostics count.
    pub possible: bool,
    /// Whether suppressions count.
    pub suppressions: bool,
    /// The day on which it is decided whether a suppression has expired.
    pub today: jiff::civil::Date,
    /// `TF_VAR_…`.
    pub environment: BTreeMap<String, String>,
}

/// Judges what the paths hold. An error says that a run with these options makes no sense.
pub fn check(options: &Options) -> Result<Report, Problem> {
    let directory = std::env::current_dir().map_err(|error| {
        Problem::error("unreadable", format!("cannot find the working directory: {error}"))
    })?;
    let sources = Arc::new(SourceMap::new(directory));
    let configs = Arc::new(ConfigStore::new(&options.config, Arc::clone(&sources)));
    let discovered = discover(&options.paths, &configs, &sources);

    let diagnostics: Vec<Diagnostic> = Vec::new();
    let mut problems = discovered.problems;
    for directory in &discovered.terraform {
        configs.for_directory(&directory.path);
    }
    problems.extend(configs.problems());

    let fails = |diagnostic: &&Diagnostic| {
        let threshold =
            options.fail_on.or_else(|| configs.for_file(&sources.get(diagnostic.primary.span.file)).fail_on);
        diagnostic.suppressed.is_none()
            && (options.possible || diagnostic.confidence == Confidence::Certain)
            && diagnostic.severity >= threshold.unwrap_or(Severity::Medium)
    };
    let failures = diagnostics.iter().filter(fails).count();
    let mut summary = Summary {
        files: discovered.terraform.iter().map(|directory| directory.files.len()).sum(),
        ..Summary::default()
    };
    summary.count(&diagnostics, &problems);
    Ok(Report { diagnostics, problems, summary, failures, sources })
}

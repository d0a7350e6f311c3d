//! What lies around a template: what its deployer sets, what other templates export, and the files it names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::cdk::Deployment;
use super::exports::Exports;
use super::inputs::Inputs;
use crate::problem::Problem;
use crate::resource::Cause;
use crate::source::{SourceFile, SourceMap, Span, normalised};
use crate::syntax::yaml::{self, Node};

/// The most text of other files that one template may bring in, in bytes. AWS takes templates of one megabyte.
const MOST_BYTES: usize = 8 * 1024 * 1024;

/// What lies around a template.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'a> {
    /// What the deployer sets its parameters to.
    pub inputs: &'a Inputs,
    /// What the other templates of the run export.
    pub exports: &'a Exports,
    /// How it is deployed, if a manifest says so.
    pub deployment: Option<&'a Deployment>,
    /// The files that it may name; `None` for a text that lies nowhere.
    pub files: Option<&'a Files<'a>>,
}

/// The files around one template, read once each and within bounds.
///
/// Only files of the same tree are read, also through symbolic links: a template under review must not make its
/// linter read something else.
#[derive(Debug)]
pub struct Files<'a> {
    sources: &'a SourceMap,
    /// The template that is judged.
    path: PathBuf,
    /// The tree around a path.
    boundary: fn(&Path) -> Arc<Path>,
    tree: OnceLock<Arc<Path>>,
    read: Mutex<Read>,
}

#[derive(Debug, Default)]
struct Read {
    by_path: BTreeMap<PathBuf, Result<Arc<Loaded>, Refused>>,
    bytes: usize,
}

/// A file that another one names.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) file: Arc<SourceFile>,
    /// Its documents: of a template the first counts.
    pub(super) documents: Vec<Arc<Node>>,
    pub(super) problems: Vec<Problem>,
}

/// Why a file is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// It lies in S3 or behind another URL, or the template itself lies nowhere.
    Elsewhere,
    /// It lies outside of the tree.
    Outside,
    /// There is no such file, or it cannot be read: why.
    Unreadable(String),
    /// A bound was reached.
    TooMuch,
}

impl<'a> Files<'a> {
    /// The files around the template at `path`; `boundary` gives the tree that may be read.
    pub fn around(sources: &'a SourceMap, path: &Path, boundary: fn(&Path) -> Arc<Path>) -> Self {
        Self { sources, path: path.to_path_buf(), boundary, tree: OnceLock::new(), read: Mutex::default() }
    }

    /// The file that a template (or a file that it includes) names by `location`, as `aws cloudformation package`
    /// takes it: a path relative to the file that names it.
    pub(super) fn read(&self, from: &Path, location: &str) -> Result<Arc<Loaded>, Refused> {
        let path = local_path(from, location).ok_or(Refused::Elsewhere)?;
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = read.by_path.get(&path) {
            return known.clone();
        }
        let loaded = self.load(&path, &mut read.bytes);
        read.by_path.insert(path, loaded.clone());
        loaded
    }

    fn load(&self, path: &Path, bytes: &mut usize) -> Result<Arc<Loaded>, Refused> {
        let tree = self.tree.get_or_init(|| (self.boundary)(&self.path));
        match path.canonicalize() {
            Ok(found) if found.starts_with(tree) => {}
            Ok(_) => return Err(Refused::Outside),
            // Of a path that leads nowhere, the text decides whether that may be said.
            Err(_) if !path.starts_with(tree) && !path.starts_with(self.sources.working_directory()) => {
                return Err(Refused::Outside);
            }
            Err(_) => return Err(Refused::Unreadable("there is no such file".to_owned())),
        }
        let file = self.sources.load(path).map_err(|error| Refused::Unreadable(error.to_string()))?;
        *bytes += file.text().len();
        if *bytes > MOST_BYTES {
            return Err(Refused::TooMuch);
        }
        let yaml::Parsed { documents, problems } = yaml::parse(&file);
        Ok(Arc::new(Loaded { file, documents, problems }))
    }

    /// The text of a file of the run.
    pub(super) fn source(&self, span: Span) -> Arc<SourceFile> {
        self.sources.get(span.file)
    }
}

/// The path that a location means in a file; `None` for a URL.
pub(super) fn local_path(from: &Path, location: &str) -> Option<PathBuf> {
    let location = location.strip_prefix("file://").unwrap_or(location);
    if location.is_empty() || location.contains("://") || location.contains("{{resolve:") {
        return None;
    }
    Some(normalised(&from.parent().unwrap_or(Path::new("")).join(location)))
}

impl Refused {
    /// Why what the file would give is not known. `what` names it: `nested stack Network`.
    pub(super) fn cause(&self, what: &str) -> Cause {
        match self {
            Self::TooMuch => Cause::Limit(format!("{what} brings in more than {MOST_BYTES} bytes")),
            Self::Elsewhere | Self::Outside | Self::Unreadable(_) => Cause::External(what.to_owned()),
        }
    }

    /// What is reported at the place that names the file; nothing for what lies in S3, as it must when deployed.
    pub(super) fn problem(&self, what: &str, location: &str, at: Span) -> Option<Problem> {
        let problem = |message: String| Problem::warning("file-not-read", message).at(at);
        Some(match self {
            Self::Elsewhere => return None,
            Self::Outside => problem(format!("{what} is not judged: {location} lies outside of the tree that is checked"))
                .help("put a copy into the tree"),
            Self::Unreadable(why) => problem(format!("{what} is not judged: {location}: {why}"))
                .help("correct the path: it is relative to the file that names it"),
            Self::TooMuch => Problem::error(
                "evaluation-limit",
                format!("{what} is not judged: the files that one template brings in have more than {MOST_BYTES} bytes"),
            )
            .at(at)
            .help("split the template"),
        })
    }
}

//! What is there to judge: Terraform directories, and files that may be CloudFormation templates.
//!
//! The paths given say what is *reported on*. A Terraform file is never judged alone: its directory is the
//! module, so all of it is read. Whether a YAML or JSON file is a template is decided by who parses it; here
//! it is a [`Candidate`].
//!
//! What `.gitignore` files name is not looked for, nor is anything hidden (which covers `.terraform`). Ignore
//! rules that exist on one machine only (`.git/info/exclude`, the user's global file) do not count, so that a
//! run gives the same answer everywhere. A path that is given explicitly is taken in any case, and the files
//! of a module that is judged are read in any case: Terraform would load them too.

pub mod terraform;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, FileType};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::WalkBuilder;
use rustc_hash::{FxHashMap, FxHashSet};

use self::terraform::{TerraformFile, configuration_files, terraform_file, variable_files};
use crate::config::ConfigStore;
use crate::problem::Problem;
use crate::source::{SourceMap, normalised};

/// What a run works on. Everything is sorted by path, paths are absolute.
#[derive(Debug, Default)]
pub struct Discovered {
    /// Directories that hold Terraform files.
    pub terraform: Vec<TerraformDirectory>,
    /// Files that may be CloudFormation templates.
    pub templates: Vec<Candidate>,
    /// Which files are reported on.
    pub reported: Reported,
    /// What could not be looked at.
    pub problems: Vec<Problem>,
}

/// A directory that is a Terraform module.
#[derive(Debug, PartialEq, Eq)]
pub struct TerraformDirectory {
    /// The directory.
    pub path: PathBuf,
    /// The files that make it, sorted by name.
    pub files: Vec<PathBuf>,
    /// The variable files that Terraform loads by itself, in its order.
    pub variable_files: Vec<PathBuf>,
}

/// A file that may be a template.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// The file.
    pub path: PathBuf,
    /// Whether it was given by name rather than found: it is worth saying so if it is no template.
    pub explicit: bool,
}

/// The files that a run reports on.
#[derive(Debug, Default)]
pub struct Reported {
    files: FxHashSet<PathBuf>,
}

impl Reported {
    /// Reports on one more file.
    pub fn add(&mut self, path: &Path) {
        self.files.insert(path.to_path_buf());
    }

    /// Whether diagnostics in this file are reported. A file that nobody looks for, such as a template that a function
    /// reads, belongs to whatever reads it.
    pub fn covers(&self, path: &Path) -> bool {
        self.files.contains(path) || path.file_name().is_some_and(|name| kind(name) == Kind::Other)
    }
}

/// Lists what the paths name. A path that cannot be looked at becomes a problem; the rest goes on.
pub fn discover(paths: &[PathBuf], configs: &Arc<ConfigStore>, sources: &SourceMap) -> Discovered {
    let mut search = Search {
        configs,
        sources,
        directories: FxHashMap::default(),
        templates: FxHashMap::default(),
        reported: FxHashSet::default(),
        problems: Vec::new(),
    };
    for path in paths {
        search.given(&normalised(&sources.working_directory().join(path)));
    }
    search.finish()
}

/// What the name of a file says about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A Terraform configuration file.
    Terraform,
    /// Values for a module's variables.
    Variables,
    /// YAML or JSON that may be a template.
    Template,
    /// Nothing to do with us.
    Other,
}

/// Files that are common, often large, and never templates.
const NEVER_TEMPLATES: [&str; 6] = [
    "package-lock.json",
    "npm-shrinkwrap.json",
    "pnpm-lock.yaml",
    "tsconfig.json",
    "sglint.yaml",
    ".sglint.yaml",
];

fn kind(name: &OsStr) -> Kind {
    let Some(name) = name.to_str() else { return Kind::Other };
    match terraform_file(name) {
        Some(TerraformFile::Configuration | TerraformFile::Override) => return Kind::Terraform,
        Some(TerraformFile::OwnVariables | TerraformFile::Variables) => return Kind::Variables,
        None => {}
    }
    let Some((stem, extension)) = name.rsplit_once('.') else { return Kind::Other };
    // Tests of Terraform and OpenTofu, and hidden or kept copies of their files.
    let of_terraform =
        [".tftest", ".tofutest", ".tf", ".tofu", ".tfvars"].iter().any(|end| stem.ends_with(end));
    match extension {
        "yaml" | "yml" | "json" | "template" if !NEVER_TEMPLATES.contains(&name) && !of_terraform => {
            Kind::Template
        }
        _ => Kind::Other,
    }
}

struct Search<'a> {
    configs: &'a Arc<ConfigStore>,
    sources: &'a SourceMap,
    /// Terraform directories, each with the tree that its links may point into.
    directories: FxHashMap<PathBuf, Arc<Path>>,
    /// Candidates, and whether they were given by name.
    templates: FxHashMap<PathBuf, bool>,
    reported: FxHashSet<PathBuf>,
    problems: Vec<Problem>,
}

impl Search<'_> {
    fn given(&mut self, path: &Path) {
        match fs::metadata(path) {
            Ok(found) if found.is_dir() => self.walk(path),
            Ok(found) if found.is_file() => self.given_file(path),
            Ok(_) => self.not_regular(path, Problem::error),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let name = self.sources.display_name(path);
                let help = match name.as_str() {
                    "-" => "give files or folders: standard input is not read",
                    _ => "check the spelling; paths are relative to the working directory",
                };
                let problem = Problem::error("path-not-found", format!("{name} does not exist"));
                self.problems.push(problem.in_path(name).help(help));
            }
            Err(error) => self.unreadable(path, &error),
        }
    }

    fn given_file(&mut self, path: &Path) {
        let tree = boundary(path);
        self.reported.insert(path.to_path_buf());
        match path.file_name().map_or(Kind::Other, kind) {
            Kind::Terraform | Kind::Variables => self.directory_of(path, &tree),
            Kind::Template | Kind::Other => {
                self.templates.insert(path.to_path_buf(), true);
            }
        }
    }

    fn walk(&mut self, root: &Path) {
        let tree = boundary(root);
        let configs = Arc::clone(self.configs);
        let above: Vec<_> = root.ancestors().filter_map(unusable_ignore_file).collect();
        let below = Arc::new(Mutex::new(Vec::new()));
        let refused = Arc::clone(&below);
        let walk = WalkBuilder::new(root)
            .git_ignore(above.is_empty())
            .parents(above.is_empty())
            .ignore(false)
            .git_global(false)
            .git_exclude(false)
            .filter_entry(move |entry| {
                let is_dir = entry.file_type().is_some_and(|found| found.is_dir());
                if !is_dir || entry.depth() == 0 {
                    return true;
                }
                let unusable = unusable_ignore_file(entry.path());
                let usable = unusable.is_none();
                refused.lock().unwrap_or_else(PoisonError::into_inner).extend(unusable);
                usable && !excluded_directory(&configs, entry.path())
            })
            .build();
        for entry in walk {
            match entry {
                Ok(entry) => {
                    if let Some(error) = entry.error() {
                        self.walk_error(entry.path(), error);
                    }
                    if let Some(file_type) = entry.file_type().filter(|found| !found.is_dir()) {
                        self.found(entry.path(), file_type, &tree);
                    }
                }
                Err(error) => self.walk_error(root, &error),
            }
        }
        for path in above {
            self.unusable_ignore_file(&path, "no ignore rules count for what lies below it");
        }
        for path in std::mem::take(&mut *below.lock().unwrap_or_else(PoisonError::into_inner)) {
            self.unusable_ignore_file(&path, "the folder was not looked at");
        }
    }

    fn unusable_ignore_file(&mut self, path: &Path, consequence: &str) {
        let name = self.sources.display_name(path);
        let message = format!("{name} is not a regular file of reasonable size: {consequence}");
        self.problems.push(
            Problem::error("ignore-file", message)
                .in_path(name)
                .help("put a plain text file in its place, or remove it"),
        );
    }

    fn found(&mut self, path: &Path, file_type: FileType, tree: &Arc<Path>) {
        let kind = path.file_name().map_or(Kind::Other, kind);
        if kind == Kind::Other || !self.covered(path) {
            return;
        }
        match kind {
            Kind::Template => {
                if self.is_readable(path, file_type, tree) {
                    self.templates.entry(path.to_path_buf()).or_insert(false);
                    self.reported.insert(path.to_path_buf());
                }
            }
            // A folder of variable files alone (`environments/prod.tfvars`) is not a module.
            Kind::Variables => {
                self.reported.insert(path.to_path_buf());
            }
            Kind::Terraform => {
                self.directory_of(path, tree);
                self.reported.insert(path.to_path_buf());
            }
            Kind::Other => {}
        }
    }

    fn covered(&self, path: &Path) -> bool {
        path.parent().is_none_or(|parent| self.configs.for_directory(parent).paths.covers(path))
    }

    fn directory_of(&mut self, path: &Path, tree: &Arc<Path>) {
        if let Some(parent) = path.parent().filter(|parent| !self.directories.contains_key(*parent)) {
            self.directories.insert(parent.to_path_buf(), Arc::clone(tree));
        }
    }

    fn finish(mut self) -> Discovered {
        let mut directories: Vec<_> = std::mem::take(&mut self.directories).into_iter().collect();
        directories.sort_unstable();
        let terraform = directories.into_iter().filter_map(|(path, tree)| self.module(path, &tree)).collect();
        let templates = self.templates.into_iter();
        let mut templates: Vec<_> = templates.map(|(path, explicit)| Candidate { path, explicit }).collect();
        templates.sort_unstable();
        Discovered {
            terraform,
            templates,
            reported: Reported { files: self.reported },
            problems: self.problems,
        }
    }

    /// Lists the files that Terraform would load from a directory, whether they are reported on or not.
    fn module(&mut self, path: PathBuf, tree: &Arc<Path>) -> Option<TerraformDirectory> {
        let entries = match fs::read_dir(&path) {
            Ok(entries) => entries,
            Err(error) => {
                self.unreadable(&path, &error);
                return None;
            }
        };
        let mut found = BTreeMap::new();
        for entry in entries {
            match entry.and_then(|entry| Ok((entry.path(), entry.file_type()?))) {
                Ok((file, file_type)) => {
                    if file.file_name().and_then(OsStr::to_str).and_then(terraform_file).is_some() {
                        found.insert(file, file_type);
                    }
                }
                Err(error) => self.unreadable(&path, &error),
            }
        }
        let listed: Vec<PathBuf> = found.keys().cloned().collect();
        let mut readable = |file: &PathBuf| {
            found.get(file).is_some_and(|&kind| !kind.is_dir() && self.is_readable(file, kind, tree))
        };
        let mut files = configuration_files(&listed);
        files.retain(&mut readable);
        let mut variable_files = variable_files(&listed);
        variable_files.retain(readable);
        (!files.is_empty()).then_some(TerraformDirectory { path, files, variable_files })
    }

    /// Whether a directory entry is a regular file or a link to one inside the tree. Opening anything else (a
    /// named pipe, a device) could block for ever.
    fn is_readable(&mut self, path: &Path, file_type: FileType, tree: &Path) -> bool {
        if !file_type.is_symlink() {
            if !file_type.is_file() {
                self.not_regular(path, Problem::warning);
            }
            return file_type.is_file();
        }
        let name = self.sources.display_name(path);
        match fs::canonicalize(path).and_then(|target| Ok((fs::metadata(&target)?, target))) {
            Ok((found, target)) if found.is_file() => {
                let inside = target.starts_with(tree);
                if !inside {
                    self.problems.push(
                        Problem::warning(
                            "link-leaves-tree",
                            format!("{name} links to a file outside of the tree that is checked"),
                        )
                        .in_path(name)
                        .help("give the target's path as well, or put a copy in its place"),
                    );
                }
                inside
            }
            Ok((found, _)) if found.is_dir() => false,
            Ok(_) => {
                self.not_regular(path, Problem::warning);
                false
            }
            Err(error) => {
                self.problems.push(
                    Problem::warning("broken-link", format!("{name} is a link that leads nowhere: {error}"))
                        .in_path(name)
                        .help("mend or remove the link"),
                );
                false
            }
        }
    }

    fn not_regular(&mut self, path: &Path, problem: fn(&'static str, String) -> Problem) {
        let name = self.sources.display_name(path);
        self.problems.push(
            problem("not-a-file", format!("{name} is neither a regular file nor a folder"))
                .in_path(name)
                .help("pipes, sockets and devices are not read; save the text to a file"),
        );
    }

    fn unreadable(&mut self, path: &Path, error: &std::io::Error) {
        let name = self.sources.display_name(path);
        self.problems.push(
            Problem::error("unreadable", format!("cannot read {name}: {error}"))
                .in_path(name)
                .help("check the permissions, or leave it out with `exclude` in sglint.yaml"),
        );
    }

    fn walk_error(&mut self, root: &Path, error: &ignore::Error) {
        match place(error) {
            // The walker's own text repeats the path, as an absolute one.
            (path, Some(error)) => self.unreadable(path.unwrap_or(root), &error.kind().into()),
            // A broken pattern in an ignore file: everything else of that file still counts.
            (path, None) => {
                let name = self.sources.display_name(path.unwrap_or(root));
                self.problems.push(
                    Problem::warning("ignore-file", format!("an ignore rule cannot be read: {error}"))
                        .in_path(name)
                        .help("mend the pattern; files that it was meant to hide may be judged"),
                );
            }
        }
    }
}

/// The path and the system's error inside of a walk's error.
fn place(error: &ignore::Error) -> (Option<&Path>, Option<&std::io::Error>) {
    match error {
        ignore::Error::WithPath { path, err } => (Some(path), place(err).1),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => place(err),
        ignore::Error::Io(error) => (None, Some(error)),
        ignore::Error::Loop { child, .. } => (Some(child), None),
        _ => (None, None),
    }
}

/// The ignore file of a folder, if opening it could block, or reading it never end.
fn unusable_ignore_file(folder: &Path) -> Option<PathBuf> {
    const LARGEST: u64 = 1024 * 1024;
    let path = folder.join(".gitignore");
    let found = fs::metadata(&path).ok()?;
    let usable = found.is_dir() || (found.is_file() && found.len() <= LARGEST);
    (!usable).then_some(path)
}

fn excluded_directory(configs: &ConfigStore, path: &Path) -> bool {
    path.parent().is_some_and(|parent| configs.for_directory(parent).paths.excludes_directory(path))
}

/// The tree that links may point into: the repository around a path, or else the folder given.
pub fn boundary(path: &Path) -> Arc<Path> {
    let folder = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
    let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf());
    let repository = folder.ancestors().find(|above| above.join(".git").exists());
    Arc::from(repository.unwrap_or(&folder))
}

#[cfg(test)]
mod tests;

//! A directory of `.tf` files as one module: its declarations, by name.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::overrides::{is_override, override_block};
use crate::problem::Problem;
use crate::resource::Mode;
use crate::source::{FileId, LoadError, SourceFile, SourceMap, Span};
use crate::syntax::hcl::{self, Attribute, Block, Body, Expr, ExprKind};

/// One module: the declarations of all its files.
#[derive(Debug, Default)]
pub struct Module {
    /// The directory.
    pub directory: PathBuf,
    /// The directory without symbolic links: what tells whether two are the same.
    pub(super) place: PathBuf,
    pub(super) variables: BTreeMap<Arc<str>, Variable>,
    pub(super) locals: FxHashMap<Arc<str>, Attribute>,
    pub(super) resources: Vec<ResourceDeclaration>,
    pub(super) calls: Vec<ModuleCall>,
    pub(super) outputs: Vec<OutputDeclaration>,
    by_address: FxHashMap<String, usize>,
    /// Its files, in name order.
    pub files: Vec<FileId>,
    /// What could not be read in it.
    pub problems: Vec<Problem>,
}

/// `variable "name" { … }`.
#[derive(Debug)]
pub(super) struct Variable {
    pub(super) head: Span,
    pub(super) ty: Option<Expr>,
    pub(super) default: Option<Expr>,
    pub(super) nullable: bool,
    /// Whether its value must not be shown.
    pub(super) sensitive: bool,
    /// What must be true of its value.
    pub(super) validations: Vec<Expr>,
}

impl Variable {
    /// Whether Terraform reads its value in the environment as an expression. Without a type, or with that of a
    /// scalar, the text itself is the value.
    pub(super) fn takes_expressions(&self) -> bool {
        self.ty.as_ref().is_some_and(|ty| match &ty.kind {
            ExprKind::Variable(name) => !matches!(&**name, "string" | "number" | "bool"),
            _ => true,
        })
    }
}

/// `resource "type" "name" { … }` or `data …`.
#[derive(Debug)]
pub(super) struct ResourceDeclaration {
    pub(super) mode: Mode,
    pub(super) kind: Arc<str>,
    pub(super) name: Arc<str>,
    pub(super) body: Body,
    pub(super) head: Span,
    pub(super) span: Span,
}

/// `module "name" { … }`.
#[derive(Debug)]
pub(super) struct ModuleCall {
    pub(super) name: Arc<str>,
    pub(super) source: Source,
    pub(super) body: Body,
    pub(super) head: Span,
}

/// Where a module call's code comes from.
#[derive(Clone, Debug)]
pub(super) enum Source {
    /// A directory beside the caller's.
    Local(PathBuf),
    /// A registry, git or other remote source, as written.
    Remote(String, Span),
    /// None, or not a literal text.
    Missing,
}

/// `output "name" { … }`.
#[derive(Debug)]
pub(super) struct OutputDeclaration {
    pub(super) name: Arc<str>,
    pub(super) value: Option<Expr>,
    pub(super) head: Span,
}

impl Module {
    pub(super) fn resource(&self, mode: Mode, kind: &str, name: &str) -> Option<usize> {
        self.by_address.get(&declared_address(mode, kind, name)).copied()
    }

    pub(super) fn call(&self, name: &str) -> Option<usize> {
        self.calls.iter().position(|call| &*call.name == name)
    }

    /// The directories of the local modules that it calls.
    pub fn called_directories(&self) -> impl Iterator<Item = &Path> {
        self.calls.iter().filter_map(|call| match &call.source {
            Source::Local(directory) => Some(directory.as_path()),
            _ => None,
        })
    }

    /// Whether it declares anything that evaluation could turn into a resource.
    pub fn declares_something(&self) -> bool {
        !self.resources.is_empty() || !self.calls.is_empty()
    }

    /// A module of one text.
    pub fn of_file(file: &SourceFile) -> Self {
        let mut module = Self { directory: PathBuf::from("."), ..Self::default() };
        let blocks = module.read_file(file);
        module.add(blocks);
        module
    }

    fn read_file(&mut self, file: &SourceFile) -> Vec<Block> {
        self.files.push(file.id());
        let parsed = hcl::parse(file);
        self.problems.extend(parsed.problems);
        parsed.body.blocks
    }

    fn read(sources: &SourceMap, directory: &Path, files: &[PathBuf]) -> Self {
        let place = std::fs::canonicalize(directory).unwrap_or_else(|_| directory.to_path_buf());
        let mut module = Self { directory: directory.to_path_buf(), place, ..Self::default() };
        let mut blocks = Vec::new();
        let mut overriding = Vec::new();
        for path in files {
            match sources.load(path) {
                Ok(file) if is_override(path) => overriding.extend(module.read_file(&file)),
                Ok(file) => blocks.extend(module.read_file(&file)),
                Err(error) => module.problems.push(unreadable(sources, path, &error)),
            }
        }
        for block in overriding {
            override_block(&mut blocks, block);
        }
        module.add(blocks);
        module
    }

    fn add(&mut self, blocks: Vec<Block>) {
        for block in blocks {
            match (&*block.kind, block.labels.len()) {
                ("variable", 1) => self.add_variable(block),
                ("locals", 0) => self.add_locals(block),
                ("resource", 2) => self.add_resource(Mode::Managed, block),
                ("data", 2) => self.add_resource(Mode::Data, block),
                ("module", 1) => self.add_call(block),
                ("output", 1) => self.add_output(block),
                _ => {}
            }
        }
    }

    fn duplicate(&mut self, what: &str, place: Span) {
        self.problems.push(
            Problem::warning("duplicate-declaration", format!("{what} is declared twice in this module"))
                .at(place)
                .help("rename one of the two: Terraform refuses the configuration; references lead to the first"),
        );
    }

    fn add_locals(&mut self, block: Block) {
        for attribute in block.body.attributes {
            if self.locals.contains_key(&attribute.name) {
                self.duplicate(&format!("local.{}", attribute.name), attribute.key);
            } else {
                self.locals.insert(Arc::clone(&attribute.name), attribute);
            }
        }
    }

    fn add_output(&mut self, block: Block) {
        let name = Arc::clone(&block.labels[0].text);
        if self.outputs.iter().any(|output| output.name == name) {
            return self.duplicate(&format!("output {name}"), block.head);
        }
        let value = take(block.body, "value");
        self.outputs.push(OutputDeclaration { name, head: block.head, value });
    }

    fn add_variable(&mut self, block: Block) {
        let name = Arc::clone(&block.labels[0].text);
        if self.variables.contains_key(&name) {
            return self.duplicate(&format!("variable {name}"), block.head);
        }
        let nullable = block
            .body
            .attribute("nullable")
            .is_none_or(|attribute| !matches!(attribute.value.kind, ExprKind::Bool(false)));
        let sensitive = block
            .body
            .attribute("sensitive")
            .is_some_and(|attribute| matches!(attribute.value.kind, ExprKind::Bool(true)));
        let validations = block
            .body
            .blocks
            .into_iter()
            .filter(|inner| &*inner.kind == "validation")
            .filter_map(|inner| take(inner.body, "condition"))
            .collect();
        let mut variable =
            Variable { head: block.head, ty: None, default: None, nullable, sensitive, validations };
        for attribute in block.body.attributes {
            match &*attribute.name {
                "type" => variable.ty = Some(attribute.value),
                "default" => variable.default = Some(attribute.value),
                _ => {}
            }
        }
        self.variables.insert(name, variable);
    }

    fn add_resource(&mut self, mode: Mode, block: Block) {
        let (kind, name) = (Arc::clone(&block.labels[0].text), Arc::clone(&block.labels[1].text));
        let address = declared_address(mode, &kind, &name);
        if self.by_address.contains_key(&address) {
            self.duplicate(&address, block.head);
        } else {
            self.by_address.insert(address, self.resources.len());
        }
        self.resources.push(ResourceDeclaration {
            mode,
            kind,
            name,
            body: block.body,
            head: block.head,
            span: block.span,
        });
    }

    fn add_call(&mut self, block: Block) {
        let source = match block.body.attribute("source").map(|attribute| &attribute.value) {
            Some(Expr { kind: ExprKind::String(text), span }) => {
                if text.starts_with("./") || text.starts_with("../") || matches!(&**text, "." | "..") {
                    Source::Local(normalised(&self.directory.join(&**text)))
                } else {
                    Source::Remote(text.to_string(), *span)
                }
            }
            _ => Source::Missing,
        };
        let name = Arc::clone(&block.labels[0].text);
        if self.call(&name).is_some() {
            self.duplicate(&format!("module.{name}"), block.head);
        }
        self.calls.push(ModuleCall { name, source, head: block.head, body: block.body });
    }
}

/// Address of a declaration in its module: `aws_vpc.main`, `data.aws_vpc.main`.
pub(super) fn declared_address(mode: Mode, kind: &str, name: &str) -> String {
    match mode {
        Mode::Managed => format!("{kind}.{name}"),
        Mode::Data => format!("data.{kind}.{name}"),
    }
}

/// A path without `.` and `..`, by its text alone: symbolic links are not looked through.
pub fn normalised(path: &Path) -> PathBuf {
    let mut result = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                if !matches!(result.components().next_back(), Some(Component::Normal(_))) || !result.pop() {
                    result.push(part);
                }
            }
            _ => result.push(part),
        }
    }
    result
}

fn take(body: Body, name: &str) -> Option<Expr> {
    body.attributes.into_iter().find(|attribute| &*attribute.name == name).map(|attribute| attribute.value)
}

pub(super) fn unreadable(sources: &SourceMap, path: &Path, error: &LoadError) -> Problem {
    Problem::error("unreadable-file", error.to_string())
        .in_path(sources.display_name(path))
        .help("check that the path is a readable UTF-8 text file, or exclude it")
}

/// Modules of a run, read once each. Shared by threads.
#[derive(Debug, Default)]
pub struct ModuleStore {
    modules: Mutex<BTreeMap<PathBuf, Option<Arc<Module>>>>,
}

impl ModuleStore {
    /// Reads a module from the files that discovery found in its directory.
    pub fn read(&self, sources: &SourceMap, directory: &Path, files: &[PathBuf]) -> Arc<Module> {
        let module = Arc::new(Module::read(sources, directory, files));
        self.lock().insert(directory.to_path_buf(), Some(Arc::clone(&module)));
        module
    }

    /// The module in a directory; `None` if there is no directory with `.tf` files. A directory that
    /// discovery did not give is listed here: a called module is read wherever it lies.
    pub fn get(&self, sources: &SourceMap, directory: &Path) -> Option<Arc<Module>> {
        if let Some(module) = self.lock().get(directory) {
            return module.clone();
        }
        let files = terraform_files(directory);
        if files.is_empty() {
            self.lock().insert(directory.to_path_buf(), None);
            return None;
        }
        Some(self.read(sources, directory, &files))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<PathBuf, Option<Arc<Module>>>> {
        self.modules.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The `.tf` files of a directory, in name order.
fn terraform_files(directory: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(directory) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "tf") && path.is_file())
        .collect();
    files.sort();
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_normalise_by_text() {
        assert_eq!(normalised(Path::new("a/b/../c/./d")), Path::new("a/c/d"));
        assert_eq!(normalised(Path::new("../a/../../b")), Path::new("../../b"));
        assert_eq!(normalised(Path::new("/a/../b")), Path::new("/b"));
    }
}

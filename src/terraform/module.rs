//! The files of a directory as one module: its declarations, by name.

use std::collections::BTreeMap;
use std::collections::hash_map::Entry;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::json;
use super::overrides::override_block;
use super::provider::ProviderName;
use super::stubs;
use crate::discover::terraform::{TerraformFile, configuration_files, is_json, terraform_file};
use crate::problem::Problem;
use crate::resource::{Marks, Mode};
use crate::source::{FileId, LoadError, SourceFile, SourceMap, Span, normalised};
use crate::syntax::hcl::{self, Attribute, Block, Body, Expr, ExprKind};

/// Terraform's blocks, with the number of names that follow. Of those that are not evaluated, `moved` and `removed`
/// create nothing; `import` and `check` (with the data sources in it) change nothing that is created.
pub(super) const BLOCKS: &[(&str, usize)] = &[
    ("action", 2),
    ("check", 1),
    ("data", 2),
    ("ephemeral", 2),
    ("import", 0),
    ("locals", 0),
    ("module", 1),
    ("moved", 0),
    ("output", 1),
    ("provider", 1),
    ("removed", 0),
    ("resource", 2),
    ("terraform", 0),
    ("variable", 1),
];

/// Numbers of the declarations by type and name.
type ByName = FxHashMap<Arc<str>, FxHashMap<Arc<str>, usize>>;

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
    pub(super) providers: Vec<ProviderDeclaration>,
    managed: ByName,
    data: ByName,
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
    pub(super) validations: Vec<Validation>,
    /// `sensitive = true`, `ephemeral = true`.
    pub(super) marks: Marks,
}

/// `validation { … }` of a variable.
#[derive(Debug)]
pub(super) struct Validation {
    /// What must hold.
    pub(super) condition: Expr,
    /// What the author says if it does not.
    pub(super) message: Option<Expr>,
}

impl Variable {
    /// Whether Terraform reads its value in the environment as an expression. Without a type, or with that of a
    /// scalar, the text itself is the value.
    pub(super) fn takes_expressions(&self) -> bool {
        self.ty.as_ref().is_some_and(|ty| match &ty.kind {
            // In quotes, as Terraform 0.11 wanted it.
            ExprKind::Variable(name) | ExprKind::String(name) => {
                !matches!(&**name, "string" | "number" | "bool")
            }
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
    /// Its address in the module: `aws_vpc.main`, `data.aws_vpc.main`.
    pub(super) address: String,
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
    /// From the head to the closing brace.
    pub(super) span: Span,
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

/// `provider "name" { … }`.
#[derive(Debug)]
pub(super) struct ProviderDeclaration {
    pub(super) name: ProviderName,
    pub(super) body: Body,
}

/// `output "name" { … }`.
#[derive(Debug)]
pub(super) struct OutputDeclaration {
    pub(super) name: Arc<str>,
    pub(super) value: Option<Expr>,
    /// `sensitive = true`, `ephemeral = true`.
    pub(super) marks: Marks,
    pub(super) head: Span,
}

impl Module {
    pub(super) fn resource(&self, mode: Mode, kind: &str, name: &str) -> Option<usize> {
        let declared = match mode {
            Mode::Managed => &self.managed,
            Mode::Data => &self.data,
        };
        declared.get(kind)?.get(name).copied()
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

    /// The names of its variables, in order.
    pub fn variable_names(&self) -> impl Iterator<Item = &str> {
        self.variables.keys().map(AsRef::as_ref)
    }

    /// A module of one text.
    pub fn of_file(file: &SourceFile) -> Self {
        let mut module = Self { directory: PathBuf::from("."), ..Self::default() };
        let blocks = module.read_file(file);
        module.add(blocks);
        module
    }

    /// A module of texts that are not on disk; blocks of the overriding ones are merged into those of the others.
    pub(super) fn of_texts(
        directory: &Path,
        files: &[Arc<SourceFile>],
        overriding: &[Arc<SourceFile>],
    ) -> Self {
        let (directory, place) = (directory.to_path_buf(), directory.to_path_buf());
        let mut module = Self { directory, place, ..Self::default() };
        let mut blocks: Vec<Block> = files.iter().flat_map(|file| module.read_file(file)).collect();
        for file in overriding {
            for block in module.read_file(file) {
                override_block(&mut blocks, block);
            }
        }
        module.add(blocks);
        module
    }

    fn read_file(&mut self, file: &SourceFile) -> Vec<Block> {
        self.files.push(file.id());
        let parsed = if is_json(file.path()) { json::read(file) } else { hcl::parse(file) };
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
            let problem = override_block(&mut blocks, block);
            module.problems.extend(problem);
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
                ("provider", 1) => self
                    .providers
                    .push(ProviderDeclaration { name: ProviderName::declared(&block), body: block.body }),
                (kind, names) => match BLOCKS.iter().find(|(known, _)| *known == kind) {
                    Some((_, expected)) if *expected == names => {}
                    Some((_, expected)) => self.problems.push(
                        Problem::warning(
                            "invalid-block",
                            format!("the block {kind} takes {expected} labels"),
                        )
                        .at(block.head)
                        .help("name it as Terraform's documentation shows; it is not judged"),
                    ),
                    None => self.problems.push(unknown_block(kind, block.head)),
                },
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

    /// A block that says in two ways how many instances there are.
    fn check_repetition(&mut self, body: &Body) {
        if let (Some(_), Some(for_each)) = (body.attribute("count"), body.attribute("for_each")) {
            self.problems.push(
                Problem::warning("invalid-block", "count and for_each exclude each other")
                    .at(for_each.key)
                    .help("keep one of the two: Terraform refuses the configuration; count is taken"),
            );
        }
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
        let marks = marks_of(&block.body);
        let value = take(block.body, "value");
        self.outputs.push(OutputDeclaration { name, head: block.head, value, marks });
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
        let marks = marks_of(&block.body);
        let validations = block.body.blocks.into_iter().filter(|block| &*block.kind == "validation");
        let validations = validations
            .filter_map(|block| {
                let mut body = block.body;
                let message = body.attributes.extract_if(.., |it| &*it.name == "error_message").next();
                let condition = take(body, "condition")?;
                Some(Validation { condition, message: message.map(|message| message.value) })
            })
            .collect();
        let mut variable =
            Variable { head: block.head, ty: None, default: None, nullable, validations, marks };
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
        self.check_repetition(&block.body);
        let declared = match mode {
            Mode::Managed => &mut self.managed,
            Mode::Data => &mut self.data,
        };
        match declared.entry(Arc::clone(&kind)).or_default().entry(Arc::clone(&name)) {
            Entry::Occupied(_) => self.duplicate(&address, block.head),
            Entry::Vacant(free) => {
                free.insert(self.resources.len());
            }
        }
        self.resources.push(ResourceDeclaration {
            mode,
            kind,
            name,
            address,
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
        self.check_repetition(&block.body);
        if self.call(&name).is_some() {
            self.duplicate(&format!("module.{name}"), block.head);
        }
        self.calls.push(ModuleCall { name, source, head: block.head, span: block.span, body: block.body });
    }
}

/// Address of a declaration in its module: `aws_vpc.main`, `data.aws_vpc.main`.
pub(super) fn declared_address(mode: Mode, kind: &str, name: &str) -> String {
    match mode {
        Mode::Managed => format!("{kind}.{name}"),
        Mode::Data => format!("data.{kind}.{name}"),
    }
}

/// The problem with a block that Terraform does not know.
pub(super) fn unknown_block(kind: &str, place: Span) -> Problem {
    let known = BLOCKS.iter().map(|(known, _)| *known);
    Problem::warning("unknown-block", format!("Terraform has no block {kind}")).at(place).help_nearest(
        kind,
        known,
        "remove it; what it holds is not judged",
    )
}

/// The marks that a variable or output declares.
fn marks_of(body: &Body) -> Marks {
    let declares = |name| {
        body.attribute(name).is_some_and(|attribute| matches!(attribute.value.kind, ExprKind::Bool(true)))
    };
    let mark = |name, mark| if declares(name) { mark } else { Marks::NONE };
    mark("sensitive", Marks::SENSITIVE).and(mark("ephemeral", Marks::EPHEMERAL))
}

fn take(body: Body, name: &str) -> Option<Expr> {
    body.attributes.into_iter().find(|attribute| &*attribute.name == name).map(|attribute| attribute.value)
}

pub(super) fn unreadable(sources: &SourceMap, path: &Path, error: &LoadError) -> Problem {
    Problem::error("unreadable-file", error.to_string())
        .in_path(sources.display_name(path))
        .help(format!("{}, or exclude it", error.advice()))
}

/// Modules of a run and the templates that they render, read once each. Shared by threads.
#[derive(Debug, Default)]
pub struct ModuleStore {
    modules: Mutex<FxHashMap<PathBuf, Option<Arc<Module>>>>,
    templates: Mutex<FxHashMap<FileId, Arc<ParsedTemplate>>>,
}

/// A template file, or why it is none.
type ParsedTemplate = Result<Expr, Problem>;

impl ModuleStore {
    /// Reads a module from the files that discovery found in its directory.
    pub fn read(&self, sources: &SourceMap, directory: &Path, files: &[PathBuf]) -> Arc<Module> {
        let module = Arc::new(Module::read(sources, directory, files));
        self.lock().insert(directory.to_path_buf(), Some(Arc::clone(&module)));
        module
    }

    /// The module in a directory; `None` if there is no directory with files of Terraform's. A directory that
    /// discovery did not give is listed here: a called module is read wherever it lies.
    pub fn get(&self, sources: &SourceMap, directory: &Path) -> Option<Arc<Module>> {
        if let Some(module) = self.lock().get(directory) {
            return module.clone();
        }
        if stubs::is_stub(directory) {
            let module = stubs::read(sources, directory).map(Arc::new);
            self.lock().insert(directory.to_path_buf(), module.clone());
            return module;
        }
        let files = module_files(directory);
        if files.is_empty() {
            self.lock().insert(directory.to_path_buf(), None);
            return None;
        }
        Some(self.read(sources, directory, &files))
    }

    /// A text as a template. Every scenario renders it again.
    pub(super) fn template(&self, file: &SourceFile) -> Arc<ParsedTemplate> {
        let mut templates = self.templates.lock().unwrap_or_else(PoisonError::into_inner);
        let parsed = templates.entry(file.id()).or_insert_with(|| Arc::new(hcl::parse_template(file)));
        Arc::clone(parsed)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, FxHashMap<PathBuf, Option<Arc<Module>>>> {
        self.modules.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The files that make the module in a directory, in name order.
fn module_files(directory: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(directory) else { return Vec::new() };
    let listed: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    let mut files = configuration_files(&listed);
    files.retain(|path| path.is_file());
    files
}

fn is_override(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    terraform_file(&name) == Some(TerraformFile::Override)
}

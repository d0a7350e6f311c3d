//! A configuration written to a directory of its own and evaluated, and short texts of what came out.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use sglint::discover::terraform::{configuration_files, variable_files};
use sglint::problem::ProblemSeverity;
use sglint::resource::{Configuration, Interest, Mode, Presence, Provider, Uniform, Value, ValueKind};
use sglint::source::SourceMap;
use sglint::terraform::{Assignment, Inputs, Module, ModuleStore, evaluate, evaluate_choices};

/// A provider that knows little: of buckets, only the names in them matter.
struct Little;

impl Provider for Little {
    fn interest(&self, kind: &str, _mode: Mode) -> Interest {
        match kind {
            "aws_s3_bucket" => Interest::UsesOnly,
            "aws_vpc" => Interest::Attributes(&["cidr_block"]),
            _ => Interest::Whole,
        }
    }

    fn settings(&self) -> &'static [&'static str] {
        &["default_tags", "region"]
    }
}

/// What is said on the command line.
enum Given {
    File(String),
    Value(String, String),
}

/// Files, variable files and environment of one configuration.
#[derive(Default)]
pub(crate) struct Case {
    files: Vec<(String, String)>,
    links: Vec<(String, PathBuf)>,
    given: Vec<Given>,
    trees: Vec<PathBuf>,
    environment: BTreeMap<String, String>,
}

impl Case {
    /// A root module of one file.
    pub(crate) fn new(main: &str) -> Self {
        Self::default().file("main.tf", main)
    }

    /// One more file, by its path in the root module's directory.
    pub(crate) fn file(mut self, path: &str, text: &str) -> Self {
        self.files.push((path.to_owned(), text.to_owned()));
        self
    }

    /// A symbolic link to a place outside.
    #[cfg(unix)]
    pub(crate) fn link(mut self, path: &str, target: &Path) -> Self {
        self.links.push((path.to_owned(), target.to_owned()));
        self
    }

    /// The files of a folder, and of those in it.
    pub(crate) fn tree(mut self, folder: &Path) -> Self {
        self.trees.push(folder.to_owned());
        self
    }

    /// `--var-file`.
    pub(crate) fn var_file(mut self, path: &str) -> Self {
        self.given.push(Given::File(path.to_owned()));
        self
    }

    /// `--var name=value`.
    pub(crate) fn var(mut self, name: &str, value: &str) -> Self {
        self.given.push(Given::Value(name.to_owned(), value.to_owned()));
        self
    }

    /// `TF_VAR_name=value`.
    pub(crate) fn environment(self, name: &str, value: &str) -> Self {
        self.variable_of_environment(&format!("TF_VAR_{name}"), value)
    }

    /// `TF_WORKSPACE=value` and others.
    pub(crate) fn variable_of_environment(mut self, name: &str, value: &str) -> Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    pub(crate) fn evaluate(self) -> Evaluated {
        let (mut configurations, sources, directory) = self.evaluated(|module, inputs, store, sources| {
            vec![evaluate(module, inputs, store, sources, &Uniform(Interest::Whole))]
        });
        let configuration = configurations.remove(0);
        Evaluated { sources: Rc::new(sources), configuration, _directory: Rc::new(directory) }
    }

    /// Evaluates it under its defaults and under every scenario.
    pub(crate) fn choices(self) -> Vec<Evaluated> {
        let (configurations, sources, directory) = self.evaluated(|module, inputs, store, sources| {
            evaluate_choices(module, inputs, store, sources, &Little)
        });
        let (sources, directory) = (Rc::new(sources), Rc::new(directory));
        let evaluated = configurations.into_iter().map(|configuration| Evaluated {
            sources: Rc::clone(&sources),
            configuration,
            _directory: Rc::clone(&directory),
        });
        evaluated.collect()
    }

    fn evaluated(
        self,
        evaluate: impl FnOnce(&Arc<Module>, &Inputs, &ModuleStore, &SourceMap) -> Vec<Configuration>,
    ) -> (Vec<Configuration>, SourceMap, tempfile::TempDir) {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().join("root");
        std::fs::create_dir(&root).unwrap();
        for (path, text) in &self.files {
            let path = root.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        for tree in &self.trees {
            for entry in walkdir::WalkDir::new(tree).into_iter().map(Result::unwrap) {
                let target = root.join(entry.path().strip_prefix(tree).unwrap());
                if entry.file_type().is_dir() {
                    std::fs::create_dir_all(target).unwrap();
                } else {
                    std::fs::copy(entry.path(), target).unwrap();
                }
            }
        }
        #[cfg(unix)]
        for (path, target) in &self.links {
            std::os::unix::fs::symlink(target, root.join(path)).unwrap();
        }
        let sources = SourceMap::new(&root);
        let given: Vec<Assignment> = self
            .given
            .into_iter()
            .map(|given| match given {
                Given::File(path) => Assignment::File(root.join(path)),
                Given::Value(name, text) => Assignment::Value { name, text },
            })
            .collect();
        let listed: Vec<PathBuf> =
            std::fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().path()).collect();
        let inputs = Inputs::read(&sources, &variable_files(&listed), &given, &self.environment);
        let store = ModuleStore::default();
        let module = store.read(&sources, &root, &configuration_files(&listed));
        let configurations = evaluate(&module, &inputs, &store, &sources);
        (configurations, sources, directory)
    }
}

/// What a configuration evaluates to.
pub(crate) struct Evaluated {
    pub(crate) sources: Rc<SourceMap>,
    pub(crate) configuration: Configuration,
    _directory: Rc<tempfile::TempDir>,
}

impl Evaluated {
    /// The addresses of the managed resources; `?` follows one that may not exist.
    pub(crate) fn addresses(&self) -> Vec<String> {
        let managed = self.configuration.resources.iter().filter(|resource| resource.mode == Mode::Managed);
        managed
            .map(|resource| match resource.presence {
                Presence::Certain => resource.address.to_string(),
                Presence::Unknown(_) => format!("{}?", resource.address),
            })
            .collect()
    }

    /// An attribute's value: `aws_instance.web.subnet_id`, the address up to the last dot.
    #[track_caller]
    pub(crate) fn value(&self, path: &str) -> Value {
        let (address, name) = path.rsplit_once('.').unwrap();
        let mut found = self.configuration.resources.iter().filter(|resource| &*resource.address == address);
        let Some(resource) = found.next() else {
            panic!("no {address} among {:?}", self.addresses());
        };
        assert!(found.next().is_none(), "{address} twice");
        match resource.attributes.get(name) {
            Some(attribute) => attribute.value.clone(),
            None => panic!("{address} has no {name}"),
        }
    }

    /// An attribute's value as text, see [`show`].
    #[track_caller]
    pub(crate) fn shown(&self, path: &str) -> String {
        show(&self.value(path))
    }

    /// An output of the root.
    #[track_caller]
    pub(crate) fn output(&self, name: &str) -> Value {
        let mut outputs = self.configuration.outputs.iter();
        outputs.find(|output| &*output.name == name).expect("the output is declared").value.clone()
    }

    /// The text that decided the value, and the text of each place it passed.
    pub(crate) fn way(&self, value: &Value) -> Vec<String> {
        let steps = value.origin.steps();
        std::iter::once(format!("written {}", self.sources.text(value.origin.written)))
            .chain(
                steps.iter().map(|step| format!("{}: {}", step.kind.label(), self.sources.text(step.span))),
            )
            .collect()
    }

    /// Each problem as `code at text: message; help`.
    pub(crate) fn problems(&self) -> Vec<String> {
        let problems = self.configuration.problems.iter();
        problems
            .map(|problem| {
                let place = problem.span.map_or_else(String::new, |span| self.sources.text(span));
                let help = problem.help.as_deref().unwrap_or_default();
                format!("{} at {place}: {}; {help}", problem.code, problem.message)
            })
            .collect()
    }

    /// The problems that are more than something to know, as [`problems`](Self::problems) gives them.
    pub(crate) fn told(&self) -> Vec<String> {
        let problems = self.configuration.problems.iter().zip(self.problems());
        problems
            .filter(|(problem, _)| problem.severity > ProblemSeverity::Info)
            .map(|(_, text)| text)
            .collect()
    }

    #[track_caller]
    pub(crate) fn without_problems(self) -> Self {
        assert_eq!(self.problems(), [""; 0]);
        self
    }
}

/// The value of an expression as an output of a root module that also declares something, see [`show`].
pub(crate) fn shown_beside(declarations: &str, expression: &str) -> String {
    let case = Case::new(&format!("{declarations}\noutput \"it\" {{\n  value = {expression}\n}}\n"));
    show(&case.evaluate().output("it"))
}

/// A value as text: references in angle brackets, the cause of what is unknown after a question mark, sets in
/// braces with `set`, templates with their parts.
pub(crate) fn show(value: &Value) -> String {
    let all = |items: &[Value]| items.iter().map(show).collect::<Vec<_>>().join(", ");
    match &value.kind {
        ValueKind::Null => "null".to_owned(),
        ValueKind::Bool(flag) => flag.to_string(),
        ValueKind::Number(number) => number.to_string(),
        ValueKind::String(text) => format!("{text:?}"),
        ValueKind::Template(parts) => format!("template({})", all(parts)),
        ValueKind::List(items) => format!("[{}]", all(items)),
        ValueKind::Set(items) => format!("set({})", all(items)),
        ValueKind::Map(entries) => {
            let entries: Vec<_> =
                entries.iter().map(|(key, entry)| format!("{key} = {}", show(entry))).collect();
            format!("{{{}}}", entries.join(", "))
        }
        ValueKind::Reference(reference) => format!("<{reference}>"),
        ValueKind::Unknown(unknown) => format!("?{}", unknown.cause),
    }
}

//! Parameter values from outside the template: `--parameters FILE` and `--parameters NAME=VALUE`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use super::intrinsic::whole;
use super::parameters::is_pseudo;
use super::sam::text_node;
use crate::problem::{Problem, ProblemSeverity};
use crate::resource::StepKind;
use crate::source::{FileId, SourceMap, Span};
use crate::syntax::yaml::{self, Node, NodeKind};

/// The name under which the words of the command line are a source.
const ARGUMENTS: &str = "--parameters";

/// Values that a deployer sets for parameters and pseudo parameters. What is set here is no longer a choice.
#[derive(Debug, Default)]
pub struct Inputs {
    values: BTreeMap<Arc<str>, Given>,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// The parameters files that were read, and the words of the command line.
    pub files: Vec<FileId>,
}

/// What one parameter is set to.
#[derive(Debug)]
pub(super) struct Given {
    /// Its name, where it is set.
    pub name: Span,
    /// The value. `None` is `UsePreviousValue`: what the deployed stack has.
    pub value: Option<Arc<Node>>,
    /// What sets it.
    pub by: StepKind,
}

impl Inputs {
    /// Nothing is set.
    pub(super) fn none() -> &'static Self {
        static NONE: Inputs = Inputs { values: BTreeMap::new(), problems: Vec::new(), files: Vec::new() };
        &NONE
    }

    /// Reads parameter values from files and from `NAME=VALUE` words, in order; later ones win.
    pub fn read(sources: &SourceMap, words: &[String]) -> Self {
        let mut inputs = Self::default();
        let pairs: Vec<_> = words.iter().filter(|word| pair(word).is_some()).map(String::as_str).collect();
        let mut arguments = Arguments::default();
        if !pairs.is_empty() {
            arguments.file = Some(sources.add(ARGUMENTS, pairs.join("\n")).id());
            inputs.files.extend(arguments.file);
        }
        for word in words {
            match pair(word) {
                Some((name, value)) => inputs.set_from_argument(&mut arguments, name, value),
                None => inputs.read_file(sources, Path::new(word)),
            }
        }
        inputs.follow_from_region();
        inputs
    }

    /// The region decides the partition and its domain. Source: "Pseudo parameters reference" in the CloudFormation
    /// template reference. The partitions that few can reach are left unknown.
    fn follow_from_region(&mut self) {
        let Some(region) = self.values.get("AWS::Region") else { return };
        let Some(node) = &region.value else { return };
        let known = match node.as_str() {
            Some(text) if text.starts_with("cn-") => {
                [("AWS::Partition", "aws-cn"), ("AWS::URLSuffix", "amazonaws.com.cn")]
            }
            Some(text) if text.starts_with("us-gov-") => {
                [("AWS::Partition", "aws-us-gov"), ("AWS::URLSuffix", "amazonaws.com")]
            }
            Some(text) if text.starts_with("us-iso") || text.starts_with("eu-iso") => return,
            _ => [("AWS::Partition", "aws"), ("AWS::URLSuffix", "amazonaws.com")],
        };
        let (name, by, span) = (region.name, region.by, whole(node));
        for (parameter, text) in known {
            let given = || Given { name, value: Some(text_node(text, span)), by };
            self.values.entry(parameter.into()).or_insert_with(given);
        }
    }

    fn set_from_argument(&mut self, arguments: &mut Arguments, name: &str, value: &str) {
        let Some(file) = arguments.file else { return };
        let start = arguments.at;
        let middle = start + name.len();
        let end = middle + "=".len() + value.len();
        arguments.at = end + "\n".len();
        let value = text_node(value, Span::new(file, middle + "=".len(), end));
        let given = Given {
            name: Span::new(file, start, middle),
            value: Some(value),
            by: StepKind::ParameterArgument,
        };
        self.values.insert(name.into(), given);
    }

    fn read_file(&mut self, sources: &SourceMap, path: &Path) {
        let file = match sources.load(path) {
            Ok(file) => file,
            Err(error) => {
                let problem = Problem::error("unreadable-file", error.to_string())
                    .in_path(sources.display_name(path))
                    .help("give --parameters a file of parameter values, or NAME=VALUE");
                return self.problems.push(problem);
            }
        };
        self.files.push(file.id());
        let parsed = yaml::parse(&file);
        let broken = parsed.problems.iter().any(|problem| problem.severity == ProblemSeverity::Error);
        self.problems.extend(parsed.problems);
        match parsed.documents.as_slice() {
            [root] => self.add(root),
            _ if broken => {}
            [] => self.problems.push(
                Problem::warning("parameters-file", "the file sets no parameter")
                    .at(file.whole().head())
                    .help(FORMS),
            ),
            [_, second, ..] => self.problems.push(
                Problem::error("parameters-file", "a parameters file is one document")
                    .at(second.span.head())
                    .help("give each document a file of its own"),
            ),
        }
    }

    /// Takes values from a parameters file, in any of the forms that AWS tools take: a list of `ParameterKey` and
    /// `ParameterValue`, a list of `Key=Value` texts, a mapping below `Parameters` (or `parameters`, in the
    /// deployment file of Git sync), or a plain mapping. What has none of these forms is left out and reported.
    pub fn add(&mut self, root: &Arc<Node>) {
        match &root.kind {
            NodeKind::Sequence(items) => items.iter().for_each(|item| self.add_item(item)),
            NodeKind::Mapping(_) => {
                let mut below = ["Parameters", "parameters"].into_iter().filter_map(|name| root.get(name));
                let mapping = below.find(|node| matches!(node.kind, NodeKind::Mapping(_)));
                for entry in mapping.unwrap_or(root).entries() {
                    match &entry.key.kind {
                        NodeKind::Scalar { text, .. } => {
                            self.set(Arc::clone(text), entry.key.span, Some(Arc::clone(&entry.value)));
                        }
                        _ => self.malformed(&entry.key),
                    }
                }
            }
            NodeKind::Scalar { .. } => self.malformed(root),
        }
    }

    fn add_item(&mut self, item: &Arc<Node>) {
        if let Some((name, value)) = item.as_str().and_then(|text| text.split_once('=')) {
            let value = text_node(value, whole(item));
            return self.set(name.into(), whole(item), Some(value));
        }
        let key = item.get("ParameterKey").filter(|key| key.as_str().is_some());
        let previous = item.get("UsePreviousValue").and_then(|node| node.as_str());
        let value = match item.get("ParameterValue") {
            None if previous.is_some_and(|text| text.eq_ignore_ascii_case("true")) => Some(None),
            value => value.map(|value| Some(Arc::clone(value))),
        };
        match (key, value) {
            (Some(key), Some(value)) => self.set(key.as_str().unwrap_or_default().into(), key.span, value),
            _ => self.malformed(item),
        }
    }

    fn set(&mut self, parameter: Arc<str>, name: Span, value: Option<Arc<Node>>) {
        let is_value = |node: &Node| match &node.kind {
            NodeKind::Scalar { .. } => true,
            NodeKind::Sequence(items) => items.iter().all(|item| item.as_str().is_some()),
            NodeKind::Mapping(_) => false,
        };
        match &value {
            Some(node) if !is_value(node) => self.malformed(node),
            _ => drop(self.values.insert(parameter, Given { name, value, by: StepKind::ParametersFile })),
        }
    }

    fn malformed(&mut self, node: &Node) {
        let problem =
            Problem::warning("parameters-file", "this sets no parameter").at(whole(node)).help(FORMS);
        self.problems.push(problem);
    }

    /// What a parameter is set to.
    pub(super) fn get(&self, name: &str) -> Option<&Given> {
        self.values.get(name)
    }

    /// Says of each name that none of the judged templates declares. `declared` holds the names that they do.
    pub fn undeclared(&self, declared: &BTreeSet<Arc<str>>) -> Vec<Problem> {
        let unknown =
            self.values.iter().filter(|(name, _)| !declared.contains(*name) && !is_pseudo(name.as_ref()));
        let problem = |(name, given): (&Arc<str>, &Given)| {
            let message = format!("no template that is judged declares a parameter {name}");
            Problem::warning("undeclared-parameter", message).at(given.name).help_nearest(
                name,
                declared.iter().map(AsRef::as_ref),
                "remove it, or give the path of the template that it is for",
            )
        };
        unknown.map(problem).collect()
    }
}

/// The names that a template declares under `Parameters`.
pub fn declared_parameters(root: &Node) -> impl Iterator<Item = Arc<str>> {
    let section = root.get("Parameters").map_or(&[][..], |section| section.entries());
    section.iter().filter_map(|entry| match &entry.key.kind {
        NodeKind::Scalar { text, .. } => Some(Arc::clone(text)),
        _ => None,
    })
}

/// The words of the command line as a source, and how far they were read.
#[derive(Default)]
struct Arguments {
    file: Option<FileId>,
    at: usize,
}

const FORMS: &str = "write `ParameterKey` and `ParameterValue`, `Key=Value`, or a mapping of names to values";

/// `NAME=VALUE`, where the name can be one of a parameter: letters and digits, or a pseudo parameter. Any other
/// word is a path.
fn pair(word: &str) -> Option<(&str, &str)> {
    word.split_once('=').filter(|(name, _)| {
        is_pseudo(name) || (!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric()))
    })
}

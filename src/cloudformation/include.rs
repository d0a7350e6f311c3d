//! `AWS::Include`: text of another file, put in before anything else is read.
//!
//! `Fn::Transform: {Name: AWS::Include, Parameters: {Location: file}}` stands for the entries of that file, beside
//! those that are written next to it; in a `Transform` section they are sections. CloudFormation does not
//! include what an included file asks for in turn.

use std::path::Path;
use std::sync::Arc;

use super::intrinsic::{Call, Function, whole};
use super::surroundings::{Files, Refused};
use super::template::Template;
use super::transform::Setter;
use crate::problem::Problem;
use crate::resource::{Cause, Value};
use crate::source::{FileId, SourceFile};
use crate::syntax::yaml::{Entry, Node, NodeKind};

/// The transform's name.
const NAME: &str = "AWS::Include";

/// The most nodes of templates that are copied around what is included.
const MOST_NODES: usize = 500_000;

/// The template with everything included that lies in the tree. What does not stays as it is.
pub(super) fn expand(
    file: &SourceFile,
    root: &Arc<Node>,
    setter: Setter<'_>,
    files: Option<&Files<'_>>,
    read: &mut Vec<FileId>,
    problems: &mut Vec<Problem>,
) -> Arc<Node> {
    let Some(files) = files.filter(|_| file.text().contains(NAME)) else { return Arc::clone(root) };
    // What the sections say is wrong is reported once, when the result is read.
    let template = Template::read(root, setter.inputs(), &mut Vec::new());
    let locate = &|location: &Node| text_of(&template, setter, location);
    let mut includer = Includer { from: file.path(), files, read, problems, locate, left: MOST_NODES };
    let root = includer.section(root);
    includer.node(&root)
}

/// The text of a location, which may refer to a parameter. A secret one would be told if it led nowhere.
fn text_of(template: &Template<'_>, setter: Setter<'_>, location: &Node) -> Option<Arc<str>> {
    let input = template.input_of(location).map(|input| &template.inputs[input]);
    let node = match input {
        Some(input) if input.no_echo => return None,
        Some(input) => {
            if let Setter::Caller(handed) = setter
                && let Some(value) = handed.value(input.name)
            {
                return value.ok()?.shown();
            }
            input.default?
        }
        None if Call::of(location).is_none() => location,
        None => return None,
    };
    node.as_str().map(Arc::from)
}

/// What a transform yields that is not an include of a file in the tree.
pub(super) fn left_out(call: &Call<'_>) -> Value {
    let location = location(call.argument).map(|location| {
        location.as_str().filter(|_| Call::of(location).is_none()).unwrap_or("that a parameter names")
    });
    let cause = match location {
        Some(location) => Cause::External(format!("included file {location}")),
        None => Cause::UnsupportedFunction(call.name.to_owned()),
    };
    Value::unknown(cause, call.span)
}

struct Includer<'i> {
    from: &'i Path,
    files: &'i Files<'i>,
    read: &'i mut Vec<FileId>,
    problems: &'i mut Vec<Problem>,
    locate: &'i dyn Fn(&Node) -> Option<Arc<str>>,
    left: usize,
}

impl Includer<'_> {
    /// The template with what its `Transform` section includes.
    fn section(&mut self, root: &Arc<Node>) -> Arc<Node> {
        let Some(section) = root.get("Transform") else { return Arc::clone(root) };
        let transforms = match &section.kind {
            NodeKind::Sequence(items) => items.clone(),
            _ => vec![Arc::clone(section)],
        };
        let mut sections = root.entries().to_vec();
        for transform in &transforms {
            let Some(included) = location(transform).and_then(|location| self.include(location)) else {
                continue;
            };
            for entry in included.entries() {
                add_section(&mut sections, entry);
            }
        }
        Arc::new(Node { kind: NodeKind::Mapping(sections), ..(**root).clone() })
    }

    fn node(&mut self, node: &Arc<Node>) -> Arc<Node> {
        if self.left == 0 {
            return Arc::clone(node);
        }
        self.left -= 1;
        if let Some(call) = Call::of(node).filter(|call| call.function == Function::Transform) {
            let argument = call.argument;
            return location(argument)
                .and_then(|location| self.include(location))
                .unwrap_or_else(|| Arc::clone(node));
        }
        let kind = match &node.kind {
            NodeKind::Scalar { .. } => return Arc::clone(node),
            NodeKind::Sequence(items) => {
                NodeKind::Sequence(items.iter().map(|item| self.node(item)).collect())
            }
            NodeKind::Mapping(entries) => {
                let mut written: Vec<Entry> = Vec::with_capacity(entries.len());
                for entry in entries {
                    let included = (entry.key.as_str() == Some("Fn::Transform"))
                        .then(|| location(&entry.value).and_then(|location| self.include(location)))
                        .flatten();
                    match included {
                        Some(included) => written.extend(included.entries().iter().cloned()),
                        None => written
                            .push(Entry { key: Arc::clone(&entry.key), value: self.node(&entry.value) }),
                    }
                }
                NodeKind::Mapping(written)
            }
        };
        Arc::new(Node {
            kind,
            span: node.span,
            tag: node.tag.clone(),
            tag_span: node.tag_span,
            alias: node.alias,
        })
    }

    fn include(&mut self, location: &Node) -> Option<Arc<Node>> {
        let at = whole(location);
        let path = (self.locate)(location)?;
        let what = "what is included here";
        match self.files.read(self.from, &path) {
            Ok(loaded) => {
                self.read.push(loaded.file.id());
                self.problems.extend(loaded.problems.iter().cloned());
                loaded.documents.first().cloned()
            }
            Err(Refused::Elsewhere) => None,
            Err(refused) => {
                self.problems.extend(refused.problem(what, &path, at));
                None
            }
        }
    }
}

/// The location that an include names.
fn location(transform: &Node) -> Option<&Node> {
    let is_include = transform.get("Name")?.as_str()? == NAME;
    is_include.then_some(transform.get("Parameters")?.get("Location")?)
}

/// Adds a section, or the entries of one to those that are there.
pub(super) fn add_section(sections: &mut Vec<Entry>, included: &Entry) {
    let name = included.key.as_str();
    match sections.iter_mut().find(|section| section.key.as_str() == name) {
        Some(section) => {
            let entries = section.value.entries().iter().chain(included.value.entries()).cloned().collect();
            let value = Node { kind: NodeKind::Mapping(entries), ..(*section.value).clone() };
            section.value = Arc::new(value);
        }
        None => sections.push(included.clone()),
    }
}

//! Terraform's JSON form (`.tf.json`) to the blocks that the same text in HCL would be.
//!
//! What a JSON object stands for is decided by who reads it. At the top, Terraform's own blocks say how many names
//! follow. Inside of a resource only its provider knows which property is a block and which a value; both come to
//! the same, because a provider reads a list of maps alike however it was written. Blocks are what no expression
//! can hold: `dynamic`, and what Terraform itself takes out of the body.

use std::sync::Arc;

use super::module::{BLOCKS, unknown_block};
use super::resources::META_BLOCKS;
use crate::problem::Problem;
use crate::source::{SourceFile, Span};
use crate::syntax::hcl::{Attribute, Block, BlockLabel, Body, Expr, JsonExpressions, Parsed};
use crate::syntax::yaml::{self, Entry, Node, NodeKind, ScalarStyle};

/// How the properties of a body are read.
#[derive(Clone, Copy)]
enum Content {
    /// `variable`: a type, and a default that is taken as it stands.
    Variable,
    /// `module`: the source is taken as it stands.
    Module,
    /// The body of a dynamic block: `content` is a block.
    Dynamic,
    /// Anything else.
    Other,
}

/// Reads a `.tf.json` file. A broken value costs the block around it and no other.
pub(super) fn read(file: &SourceFile) -> Parsed {
    let parsed = yaml::parse_json(file);
    let mut reader =
        Reader { expressions: JsonExpressions::new(file), problems: parsed.problems, blocks: Vec::new() };
    for document in &parsed.documents {
        reader.root(document);
    }
    let Reader { expressions, mut problems, blocks } = reader;
    problems.extend(expressions.problems);
    problems.sort_by_key(|problem| problem.span);
    Parsed { body: Body { attributes: Vec::new(), blocks }, problems }
}

/// Reads the object of a `.tfvars.json` file: values that are taken as they stand.
pub(super) fn read_variables(file: &SourceFile) -> Parsed {
    let parsed = yaml::parse_json(file);
    let mut expressions = JsonExpressions::new(file);
    let mut problems = parsed.problems;
    let mut attributes = Vec::new();
    for document in &parsed.documents {
        if !matches!(document.kind, NodeKind::Mapping(_)) {
            problems.push(
                Problem::error("invalid-value", "a variables file in JSON must hold an object")
                    .at(document.span)
                    .help("write { \"name\": value, … }"),
            );
        }
        for entry in properties(document) {
            if let (Some(name), Some(value)) = (entry.key.as_str(), expressions.literal(&entry.value)) {
                attributes.push(attribute(entry, name, value));
            }
        }
    }
    problems.extend(expressions.problems);
    drop_repeated(&mut attributes, &mut problems);
    Parsed { body: Body { attributes, blocks: Vec::new() }, problems }
}

struct Reader<'a> {
    expressions: JsonExpressions<'a>,
    problems: Vec<Problem>,
    blocks: Vec<Block>,
}

impl Reader<'_> {
    fn root(&mut self, document: &Node) {
        for object in self.objects(document) {
            for entry in properties(object) {
                let name = entry.key.as_str().unwrap_or_default();
                match BLOCKS.iter().find(|(known, _)| *known == name) {
                    Some(&(kind, names)) => {
                        self.block(kind, entry.key.span, &entry.value, names, &mut Vec::new());
                    }
                    None => self.problems.push(unknown_block(name, entry.key.span)),
                }
            }
        }
    }

    /// The objects that a value stands for: itself, or each element of a list. Null stands for none.
    fn objects<'n>(&mut self, node: &'n Node) -> Vec<&'n Node> {
        let mut objects = Vec::new();
        let mut open = vec![node];
        while let Some(node) = open.pop() {
            match &node.kind {
                NodeKind::Mapping(_) => objects.push(node),
                NodeKind::Sequence(items) => open.extend(items.iter().rev().map(AsRef::as_ref)),
                NodeKind::Scalar { text, style: ScalarStyle::Plain } if &**text == "null" => {}
                NodeKind::Scalar { .. } => self.problems.push(
                    Problem::error("invalid-block", "a block is an object, or a list of objects")
                        .at(node.span)
                        .help("write the content of the block in { … }; what stands here is not judged"),
                ),
            }
        }
        objects
    }

    /// Adds the blocks under a key; `names` are still to come.
    fn block(&mut self, kind: &str, key: Span, node: &Node, names: usize, labels: &mut Vec<BlockLabel>) {
        for object in self.objects(node) {
            if names == 0 {
                if let Some(body) = self.body(object, content_of(kind)) {
                    let head = labels.last().map_or(key, |label| label.span);
                    let kind = kind.into();
                    let span = head.join(object.span);
                    self.blocks.push(Block { kind, labels: labels.clone(), body, head, span });
                }
                continue;
            }
            for entry in properties(object) {
                labels.push(label(entry));
                self.block(kind, key, &entry.value, names - 1, labels);
                labels.pop();
            }
        }
    }

    /// The content of a block; `None`, with a problem, if a text in it is broken.
    fn body(&mut self, object: &Node, content: Content) -> Option<Body> {
        let mut body = Body::default();
        for entry in properties(object) {
            let name = entry.key.as_str().unwrap_or_default();
            match (content, name) {
                (Content::Variable, "type") | (Content::Dynamic, "iterator") => {
                    let value = self.expressions.bare(&entry.value)?;
                    body.attributes.push(attribute(entry, name, value));
                }
                (Content::Variable, "validation") | (Content::Dynamic, "content") => {
                    self.nested(entry, Content::Other, &mut body)?;
                }
                (Content::Variable, _) | (Content::Module, "source" | "version") => {
                    let value = self.expressions.literal(&entry.value)?;
                    body.attributes.push(attribute(entry, name, value));
                }
                (Content::Other, "dynamic") => {
                    for object in self.objects(&entry.value) {
                        for made in properties(object) {
                            self.dynamic(entry, made, &mut body)?;
                        }
                    }
                }
                (Content::Other, _) if META_BLOCKS.contains(&name) || holds_dynamic(&entry.value) => {
                    self.nested(entry, Content::Other, &mut body)?;
                }
                _ => {
                    let value = self.expressions.expression(&entry.value)?;
                    body.attributes.push(attribute(entry, name, value));
                }
            }
        }
        drop_repeated(&mut body.attributes, &mut self.problems);
        Some(body)
    }

    /// Adds the blocks that a property stands for.
    fn nested(&mut self, entry: &Entry, content: Content, body: &mut Body) -> Option<()> {
        for object in self.objects(&entry.value) {
            body.blocks.push(Block {
                kind: entry.key.as_str().unwrap_or_default().into(),
                labels: Vec::new(),
                body: self.body(object, content)?,
                head: entry.key.span,
                span: object.span,
            });
        }
        Some(())
    }

    /// Adds the dynamic blocks that make blocks of one kind.
    fn dynamic(&mut self, entry: &Entry, made: &Entry, body: &mut Body) -> Option<()> {
        for object in self.objects(&made.value) {
            body.blocks.push(Block {
                kind: entry.key.as_str().unwrap_or_default().into(),
                labels: vec![label(made)],
                body: self.body(object, Content::Dynamic)?,
                head: made.key.span,
                span: object.span,
            });
        }
        Some(())
    }
}

fn content_of(kind: &str) -> Content {
    match kind {
        "variable" => Content::Variable,
        "module" => Content::Module,
        _ => Content::Other,
    }
}

/// The properties of an object, without comments: those with the name `//`.
fn properties(object: &Node) -> impl Iterator<Item = &Entry> {
    object.entries().iter().filter(|entry| entry.key.as_str() != Some("//"))
}

/// Whether a value is a block because dynamic blocks stand in it.
fn holds_dynamic(node: &Node) -> bool {
    match &node.kind {
        NodeKind::Mapping(entries) => entries.iter().any(|entry| {
            entry.key.as_str() == Some("dynamic")
                && matches!(entry.value.kind, NodeKind::Mapping(_) | NodeKind::Sequence(_))
                || holds_dynamic(&entry.value)
        }),
        NodeKind::Sequence(items) => items.iter().any(|item| holds_dynamic(item)),
        NodeKind::Scalar { .. } => false,
    }
}

fn label(entry: &Entry) -> BlockLabel {
    BlockLabel { text: entry.key.as_str().unwrap_or_default().into(), span: entry.key.span }
}

fn attribute(entry: &Entry, name: &str, value: Expr) -> Attribute {
    Attribute { name: name.into(), key: entry.key.span, span: entry.key.span.join(value.span), value }
}

/// Keeps the last of the attributes that share a name, with a problem for each repetition.
fn drop_repeated(attributes: &mut Vec<Attribute>, problems: &mut Vec<Problem>) {
    let mut kept: Vec<Attribute> = Vec::with_capacity(attributes.len());
    let mut seen = rustc_hash::FxHashMap::<Arc<str>, usize>::default();
    for attribute in attributes.drain(..) {
        if let Some(&earlier) = seen.get(&attribute.name) {
            problems.push(
                Problem::error("json-syntax", format!("{} is given twice", attribute.name))
                    .at(attribute.key)
                    .help("remove one of the two; sglint took the last one"),
            );
            kept[earlier] = attribute;
        } else {
            seen.insert(Arc::clone(&attribute.name), kept.len());
            kept.push(attribute);
        }
    }
    *attributes = kept;
}

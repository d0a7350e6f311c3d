//! `Fn::ForEach`: loops, written out before anything else is read, as the language extensions of
//! CloudFormation do it.
//!
//! `"Fn::ForEach::Name": [Identifier, Collection, {Key: Body}]` in a mapping stands for one entry for each
//! element of the collection, with `${Identifier}` and `{"Ref": "Identifier"}` replaced by the element.
//! (`&{Identifier}` is the element without what a logical id may not have.)

use std::sync::Arc;

use super::evaluator::Evaluator;
use super::inputs::Inputs;
use super::intrinsic::{Call, Function, whole};
use super::template::Template;
use crate::problem::Problem;
use crate::resource::{Cause, Unknown};
use crate::source::SourceFile;
use crate::syntax::yaml::{Entry, Node, NodeKind, ScalarStyle};

/// What a loop's key starts with.
const LOOP: &str = "Fn::ForEach::";

/// The most nodes that loops may write.
const MOST_NODES: usize = 200_000;

/// The template with its loops written out. Where there is none, that is the template itself.
pub(super) fn expand(
    file: &SourceFile,
    root: &Arc<Node>,
    inputs: &Inputs,
    problems: &mut Vec<Problem>,
) -> Arc<Node> {
    if !file.text().contains(LOOP) {
        return Arc::clone(root);
    }
    // What the sections say is wrong is reported once, when the result is read.
    let template = Template::read(root, inputs, &mut Vec::new());
    let mut writer = Writer { file, template: &template, bindings: Vec::new(), left: MOST_NODES, problems };
    let expanded = writer.node(root);
    if writer.left == 0 {
        problems.push(
            Problem::error("evaluation-limit", format!("loops write more than {MOST_NODES} nodes"))
                .at(root.span.head())
                .help("split the template; what the loops would still write is not judged"),
        );
    }
    expanded
}

struct Writer<'w, 't> {
    file: &'t SourceFile,
    template: &'t Template<'t>,
    /// Identifiers of the enclosing loops and their elements, outermost first.
    bindings: Vec<(Arc<str>, Arc<str>)>,
    left: usize,
    problems: &'w mut Vec<Problem>,
}

impl Writer<'_, '_> {
    fn node(&mut self, node: &Arc<Node>) -> Arc<Node> {
        self.left = self.left.saturating_sub(1);
        if self.left == 0 {
            return Arc::clone(node);
        }
        if let Some(element) = self.referred(node) {
            return Arc::new(Node { kind: text(element), span: whole(node), tag: None, tag_span: None });
        }
        let kind = match &node.kind {
            NodeKind::Scalar { text, style } => match self.replaced(text) {
                Some(text) => NodeKind::Scalar { text, style: *style },
                None => return Arc::clone(node),
            },
            NodeKind::Sequence(items) => {
                NodeKind::Sequence(items.iter().map(|item| self.node(item)).collect())
            }
            NodeKind::Mapping(entries) => {
                let mut written = Vec::with_capacity(entries.len());
                self.entries(entries, &mut written);
                NodeKind::Mapping(written)
            }
        };
        Arc::new(Node { kind, span: node.span, tag: node.tag.clone(), tag_span: node.tag_span })
    }

    fn entries(&mut self, entries: &[Entry], written: &mut Vec<Entry>) {
        for entry in entries {
            if entry.key.as_str().is_some_and(|key| key.starts_with(LOOP)) {
                self.expand_loop(entry, written);
            } else {
                written.push(Entry { key: self.node(&entry.key), value: self.node(&entry.value) });
            }
        }
    }

    fn expand_loop(&mut self, entry: &Entry, written: &mut Vec<Entry>) {
        let name = entry.key.as_str().unwrap_or_default();
        let [identifier, collection, body] = entry.value.items() else {
            return self.refuse(entry, format!("{name} takes an identifier, a collection and a mapping"));
        };
        let Some(identifier) = identifier.as_str() else {
            return self.refuse(entry, format!("the identifier of {name} is not a name"));
        };
        let elements = match self.elements(collection) {
            Ok(elements) => elements,
            Err(reason) => {
                let cause = reason.map_or_else(
                    || Cause::Invalid("it is not a list of texts".to_owned()),
                    |unknown| unknown.cause.clone(),
                );
                return self.refuse(entry, format!("the collection of {name} is not known: {cause}"));
            }
        };
        for element in elements {
            if self.left == 0 {
                return;
            }
            self.bindings.push((identifier.into(), element));
            self.entries(body.entries(), written);
            self.bindings.pop();
        }
    }

    fn refuse(&mut self, entry: &Entry, message: String) {
        self.problems.push(
            Problem::warning("unsupported-intrinsic", message)
                .at(entry.key.span)
                .help("what the loop makes is not judged; a collection is known by its text or by a default"),
        );
    }

    fn elements(&mut self, collection: &Arc<Node>) -> Result<Vec<Arc<str>>, Option<Arc<Unknown>>> {
        let collection = self.node(collection);
        self.left = self.left.saturating_sub(self.template.inputs.len() / 8);
        let mut evaluator = Evaluator::new(self.file, self.template);
        let Some(value) = evaluator.evaluate(&collection) else { return Ok(Vec::new()) };
        if let Some(unknown) = value.unknown_cause() {
            return Err(Some(Arc::clone(unknown)));
        }
        let texts = value.members().into_iter().map(|member| match member.to_text() {
            Some(text) => Ok(text),
            None => Err(member.unknown_cause().cloned()),
        });
        texts.collect()
    }

    /// The element that a `Ref` to an identifier stands for.
    fn referred(&self, node: &Node) -> Option<Arc<str>> {
        let call = Call::of(node).filter(|call| call.function == Function::Ref)?;
        let name = call.text()?;
        let (_, element) = self.bindings.iter().rev().find(|(identifier, _)| **identifier == *name)?;
        Some(Arc::clone(element))
    }

    /// A text with its identifiers replaced; `None` if it has none.
    fn replaced(&self, text: &Arc<str>) -> Option<Arc<str>> {
        if self.bindings.is_empty() || !text.contains('{') {
            return None;
        }
        let mut made = text.to_string();
        for (identifier, element) in self.bindings.iter().rev() {
            made = made.replace(&format!("${{{identifier}}}"), element);
            if made.contains("&{") {
                let plain: String = element.chars().filter(char::is_ascii_alphanumeric).collect();
                made = made.replace(&format!("&{{{identifier}}}"), &plain);
            }
        }
        (made != **text).then(|| made.into())
    }
}

fn text(text: Arc<str>) -> NodeKind {
    NodeKind::Scalar { text, style: ScalarStyle::Quoted }
}

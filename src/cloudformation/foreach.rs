//! `Fn::ForEach`: loops, written out before anything else is read, as the language extensions of
//! CloudFormation do it.
//!
//! `"Fn::ForEach::Name": [Identifier, Collection, {Key: Body}]` in a mapping stands for one entry for each
//! element of the collection, with `${Identifier}` and `{"Ref": "Identifier"}` replaced by the element.
//! (`&{Identifier}` is the element without what a logical id may not have.)

use std::sync::Arc;

use super::evaluator::{Evaluator, Use};
use super::intrinsic::{Call, Function, whole};
use super::parameters::Purpose;
use super::template::Template;
use super::transform::Setter;
use crate::problem::Problem;
use crate::resource::{Cause, SENSITIVE_TEXT, Unknown};
use crate::source::SourceFile;
use crate::syntax::yaml::{Entry, Node, NodeKind, ScalarStyle};

/// What a loop's key starts with.
pub(super) const LOOP: &str = "Fn::ForEach::";

/// The most nodes that loops may write.
const MOST_NODES: usize = 200_000;

/// The template with its loops written out. Where there is none, that is the template itself.
pub(super) fn expand(
    file: &SourceFile,
    root: &Arc<Node>,
    setter: Setter<'_>,
    problems: &mut Vec<Problem>,
) -> Arc<Node> {
    if !file.text().contains(LOOP) {
        return Arc::clone(root);
    }
    // What the sections say is wrong is reported once, when the result is read.
    let template = Template::read(root, setter.inputs(), &mut Vec::new());
    let mut writer =
        Writer { file, template: &template, setter, bindings: Vec::new(), left: MOST_NODES, problems };
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
    setter: Setter<'w>,
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
            return Arc::new(Node {
                kind: text(element),
                span: whole(node),
                tag: None,
                tag_span: None,
                alias: None,
            });
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
        Arc::new(Node {
            kind,
            span: node.span,
            tag: node.tag.clone(),
            tag_span: node.tag_span,
            alias: node.alias,
        })
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
            let message = format!("{name} takes an identifier, a collection and a mapping");
            return self.refuse(entry, message, written);
        };
        let Some(identifier) = identifier.as_str() else {
            return self.refuse(entry, format!("the identifier of {name} is not a name"), written);
        };
        let elements = match self.elements(collection, entry) {
            Ok(elements) if elements.iter().any(|element| element.is_empty()) => {
                let message = format!("the collection of {name} has an empty element");
                return self.refuse(entry, message, written);
            }
            Ok(elements) => elements,
            Err(reason) => {
                let cause = reason.map_or_else(
                    || Cause::Invalid("it is not a list of texts".to_owned()),
                    |unknown| unknown.cause.clone(),
                );
                let message = format!("the collection of {name} is not known: {cause}");
                return self.refuse(entry, message, written);
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

    /// A loop that is not written out stays, so that what it is among is not taken to be all there is.
    fn refuse(&mut self, entry: &Entry, message: String, written: &mut Vec<Entry>) {
        written.push(entry.clone());
        self.problems.push(
            Problem::warning("unsupported-intrinsic", message)
                .at(entry.key.span)
                .help("what the loop makes is not judged; a collection is known by its text or by a default"),
        );
    }

    fn elements(
        &mut self,
        collection: &Arc<Node>,
        entry: &Entry,
    ) -> Result<Vec<Arc<str>>, Option<Arc<Unknown>>> {
        let collection = self.node(collection);
        self.left = self.left.saturating_sub(self.template.inputs.len() / 8);
        let mut evaluator = Evaluator::new(self.file, self.template);
        if let Setter::Caller(handed) = self.setter {
            handed.set(&mut evaluator);
        }
        evaluator.assign(&[], Purpose::Use);
        let Some(value) = evaluator.evaluate(&collection) else { return Ok(Vec::new()) };
        self.tell_choice(&evaluator.uses, entry);
        if let Some(unknown) = value.unknown_cause() {
            return Err(Some(Arc::clone(unknown)));
        }
        let texts = value.members().into_iter().map(|member| match member.to_text() {
            // Names are made of it, which are printed.
            Some(_) if member.is_sensitive() => {
                let cause = Cause::LookedUp(SENSITIVE_TEXT.to_owned());
                Err(Some(Arc::new(Unknown::new(cause, whole(&collection)))))
            }
            Some(text) => Ok(text),
            None => Err(member.unknown_cause().cloned()),
        });
        texts.collect()
    }

    /// Loops are written out once, so that another choice of what they go through is not judged.
    fn tell_choice(&mut self, uses: &[Use], entry: &Entry) {
        let chosen = uses.iter().find_map(|used| match used {
            Use::Input(input) => Some(&self.template.inputs[*input])
                .filter(|input| !input.fixed && input.allowed.len() > 1)
                .filter(|_| matches!(self.setter, Setter::Deployer(_))),
            Use::Condition(_) => None,
        });
        let Some(input) = chosen else { return };
        let name = entry.key.as_str().unwrap_or_default();
        let message = format!("{name} is judged with the default of {} only", input.name);
        self.problems.push(Problem::warning("scenario-limit", message).at(entry.key.span).help(format!(
            "judge the template with each value of {} that is deployed: --parameters {}=…",
            input.name, input.name
        )));
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

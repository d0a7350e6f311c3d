//! The transform `AWS::Serverless-2016-10-31`, as far as it concerns groups: what `Globals` give to resources, the
//! event sources that functions have, and applications that are nested stacks.
//!
//! A function keeps its type: the table of attachments knows it, and so does whoever wrote it.

use std::sync::Arc;

use super::intrinsic::Call;
use crate::source::Span;
use crate::syntax::yaml::{Entry, Node, NodeKind, ScalarStyle};

/// The sections of `Globals`, and the type of the resources that each is for. Source: "Globals section of the AWS
/// SAM template".
const GLOBALS: [(&str, &str); 4] = [
    ("Function", "AWS::Serverless::Function"),
    ("CapacityProvider", "AWS::Serverless::CapacityProvider"),
    ("StateMachine", "AWS::Serverless::StateMachine"),
    ("Api", "AWS::Serverless::Api"),
];

/// The event sources of a function that are polled with a network of their own, so that they may name groups.
/// Each makes an `AWS::Lambda::EventSourceMapping` named after the function and the event.
const POLLED: [&str; 4] = ["MSK", "SelfManagedKafka", "MQ", "DocumentDB"];

/// How deep globals are merged.
const MOST_DEPTH: usize = 32;

/// The template as the transform would make it; the template itself if it does not ask for the transform.
pub(super) fn expand(root: &Arc<Node>) -> Arc<Node> {
    if !root.get("Transform").is_some_and(|transform| asks(transform)) {
        return Arc::clone(root);
    }
    let globals = root.get("Globals");
    let sections = root.entries().iter().map(|section| {
        if section.key.as_str() != Some("Resources") {
            return section.clone();
        }
        let mut resources = Vec::new();
        for resource in section.value.entries() {
            let expanded =
                Entry { key: Arc::clone(&resource.key), value: expand_resource(&resource.value, globals) };
            let events = event_sources(&expanded);
            resources.push(expanded);
            resources.extend(events);
        }
        let value = Node { kind: NodeKind::Mapping(resources), ..(*section.value).clone() };
        Entry { key: Arc::clone(&section.key), value: Arc::new(value) }
    });
    Arc::new(Node { kind: NodeKind::Mapping(sections.collect()), ..(**root).clone() })
}

/// Whether a `Transform` section asks for the transform.
pub(super) fn asks(transform: &Node) -> bool {
    let is_sam = |node: &Node| node.as_str().is_some_and(|name| name.starts_with("AWS::Serverless-"));
    is_sam(transform) || transform.items().iter().any(|item| is_sam(item))
}

fn expand_resource(resource: &Arc<Node>, globals: Option<&Arc<Node>>) -> Arc<Node> {
    let Some(kind) = resource.get("Type").and_then(|kind| kind.as_str()) else { return Arc::clone(resource) };
    if kind == "AWS::Serverless::Application" {
        return application(resource);
    }
    let section = GLOBALS.iter().find(|(_, own)| *own == kind).map(|(section, _)| section);
    let Some(given) = section.and_then(|section| globals?.get(section)) else { return Arc::clone(resource) };
    let properties = match resource.get("Properties") {
        Some(own) => merged(given, own, MOST_DEPTH),
        None => Arc::clone(given),
    };
    with(resource, "Properties", properties)
}

/// A value of `Globals` under the resource's own: maps are merged, lists are joined (the global entries first), anything
/// else is replaced. A function call is one value, whatever it would yield.
fn merged(global: &Arc<Node>, own: &Arc<Node>, depth: usize) -> Arc<Node> {
    let is_call = |node: &Node| Call::of(node).is_some();
    if depth == 0 || is_call(global) || is_call(own) {
        return Arc::clone(own);
    }
    let kind = match (&global.kind, &own.kind) {
        (NodeKind::Mapping(given), NodeKind::Mapping(entries)) => {
            let mut all: Vec<Entry> = Vec::with_capacity(given.len() + entries.len());
            let own_of = |key: Option<&str>| entries.iter().find(|entry| entry.key.as_str() == key);
            for entry in given {
                all.push(match own_of(entry.key.as_str()) {
                    Some(own) => Entry {
                        key: Arc::clone(&own.key),
                        value: merged(&entry.value, &own.value, depth - 1),
                    },
                    None => entry.clone(),
                });
            }
            let is_new = |entry: &&Entry| !given.iter().any(|given| given.key.as_str() == entry.key.as_str());
            all.extend(entries.iter().filter(is_new).cloned());
            NodeKind::Mapping(all)
        }
        (NodeKind::Sequence(given), NodeKind::Sequence(items)) => {
            NodeKind::Sequence(given.iter().chain(items).cloned().collect())
        }
        _ => return Arc::clone(own),
    };
    Arc::new(Node { kind, ..(**own).clone() })
}

/// An application in a local file is a nested stack; one of the repository stays what it is.
fn application(resource: &Arc<Node>) -> Arc<Node> {
    let Some(properties) = resource.get("Properties") else { return Arc::clone(resource) };
    let Some(location) = properties.entry("Location").filter(|entry| entry.value.as_str().is_some()) else {
        return Arc::clone(resource);
    };
    let url = Entry { key: text_node("TemplateURL", location.key.span), value: Arc::clone(&location.value) };
    let entries = properties.entries().iter().filter(|entry| entry.key.as_str() != Some("Location")).cloned();
    let properties =
        Node { kind: NodeKind::Mapping(entries.chain([url]).collect()), ..(**properties).clone() };
    let kind = resource.get("Type").map_or(resource.span, |kind| kind.span);
    with(
        &with(resource, "Properties", Arc::new(properties)),
        "Type",
        text_node("AWS::CloudFormation::Stack", kind),
    )
}

/// What the polled events of a function make.
fn event_sources(function: &Entry) -> Vec<Entry> {
    let is_function =
        function.value.get("Type").and_then(|kind| kind.as_str()) == Some("AWS::Serverless::Function");
    let events = function.value.get("Properties").filter(|_| is_function).and_then(|own| own.get("Events"));
    let source = |event: &Entry| {
        let kind = event.value.get("Type")?;
        let properties = event.value.get("Properties")?;
        properties.get("SourceAccessConfigurations")?;
        if !POLLED.contains(&kind.as_str()?) {
            return None;
        }
        let name = format!("{}{}", function.key.as_str()?, event.key.as_str()?);
        let resource = NodeKind::Mapping(vec![
            Entry {
                key: text_node("Type", kind.span),
                value: text_node("AWS::Lambda::EventSourceMapping", kind.span),
            },
            Entry { key: text_node("Properties", properties.span), value: Arc::clone(properties) },
        ]);
        let resource =
            Node { kind: resource, span: event.value.span, tag: None, tag_span: None, alias: None };
        Some(Entry { key: text_node(&name, event.key.span), value: Arc::new(resource) })
    };
    events.map_or(&[][..], |events| events.entries()).iter().filter_map(source).collect()
}

/// A mapping with another value under a key.
pub(super) fn with(node: &Node, key: &str, value: Arc<Node>) -> Arc<Node> {
    let mut entries = node.entries().to_vec();
    match entries.iter_mut().find(|entry| entry.key.as_str() == Some(key)) {
        Some(entry) => entry.value = value,
        None => entries.push(Entry { key: text_node(key, value.span), value }),
    }
    Arc::new(Node { kind: NodeKind::Mapping(entries), ..node.clone() })
}

/// A text that nobody wrote.
pub(super) fn text_node(text: &str, span: Span) -> Arc<Node> {
    let kind = NodeKind::Scalar { text: text.into(), style: ScalarStyle::Quoted };
    Arc::new(Node { kind, span, tag: None, tag_span: None, alias: None })
}

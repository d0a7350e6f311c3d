//! Configurations by hand, as the evaluators would yield them: every value has a place of its own.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;

use super::network;
use crate::network::model::{Field, GroupTarget, Network, Peer, Permission};
use crate::network::premises::Premises;
use crate::resource::{
    Attribute, Cause, Configuration, Language, Mode, Number, Output, Presence, Reference, Resource, StepKind,
    Value, ValueKind,
};
use crate::source::{FileId, SourceMap, Span};

/// Hands out values and resources whose spans do not overlap unless one holds the other.
pub(super) struct Draft {
    language: Language,
    file: FileId,
    inputs: FileId,
    next: Cell<usize>,
}

impl Draft {
    pub(super) fn terraform() -> Self {
        Self::new(Language::Terraform)
    }

    pub(super) fn cloudformation() -> Self {
        Self::new(Language::CloudFormation)
    }

    fn new(language: Language) -> Self {
        let map = SourceMap::new("/");
        let (file, inputs) = (map.add("main", "").id(), map.add("inputs", "").id());
        Self { language, file, inputs, next: Cell::new(0) }
    }

    fn span(&self, length: usize) -> Span {
        let start = self.next.get();
        self.next.set(start + length + 1);
        Span::new(self.file, start, start + length)
    }

    pub(super) fn text(&self, text: &str) -> Value {
        Value::string(text, self.span(text.len()))
    }

    pub(super) fn number(&self, number: i64) -> Value {
        Value::new(ValueKind::Number(Number::from(number)), self.span(2))
    }

    pub(super) fn truth(&self, truth: bool) -> Value {
        Value::new(ValueKind::Bool(truth), self.span(4))
    }

    pub(super) fn null(&self) -> Value {
        Value::null(self.span(4))
    }

    pub(super) fn refer(&self, address: &str, attribute: &str) -> Value {
        let reference = Reference { address: address.into(), attribute: attribute.into() };
        Value::new(ValueKind::Reference(Arc::new(reference)), self.span(10))
    }

    /// An input without a value.
    pub(super) fn input(&self, name: &str) -> Value {
        Value::unknown(Cause::InputWithoutValue(name.into()), self.span(name.len()))
    }

    pub(super) fn unknown(&self, cause: Cause) -> Value {
        Value::unknown(cause, self.span(10))
    }

    /// A text that is the default of a variable and used here.
    pub(super) fn default(&self, text: &str) -> Value {
        let written = Span::new(self.inputs, 0, text.len());
        Value::string(text, written)
            .through(StepKind::VariableDefault, written)
            .through(StepKind::Reference, self.span(8))
    }

    pub(super) fn template(&self, parts: Vec<Value>) -> Value {
        let span = self.around(&parts);
        Value::new(ValueKind::Template(parts.into()), span)
    }

    pub(super) fn list(&self, members: Vec<Value>) -> Value {
        let span = self.around(&members);
        Value::new(ValueKind::List(Arc::new(members)), span)
    }

    pub(super) fn texts(&self, texts: &[&str]) -> Value {
        self.list(texts.iter().map(|text| self.text(text)).collect())
    }

    /// A block, a list element or a mapping.
    pub(super) fn map(&self, entries: Vec<(&str, Value)>) -> Value {
        let values: Vec<_> = entries.iter().map(|(_, value)| value.clone()).collect();
        let entries = entries.into_iter().map(|(name, value)| (Arc::from(name), value)).collect();
        Value::new(ValueKind::Map(Arc::new(entries)), self.around(&values))
    }

    fn around(&self, values: &[Value]) -> Span {
        let here = values.iter().map(|value| value.origin.written).filter(|span| span.file == self.file);
        here.fold(self.span(1), Span::join)
    }

    /// A Terraform resource: the type is part of the address.
    pub(super) fn resource(&self, address: &str, attributes: Vec<(&str, Value)>) -> Resource {
        let mut steps = address.split('.');
        let (mode, kind) = match steps.next() {
            Some("data") => (Mode::Data, steps.next()),
            first => (Mode::Managed, first),
        };
        self.declare(address, kind.unwrap(), mode, attributes)
    }

    /// A CloudFormation resource.
    pub(super) fn logical(&self, id: &str, kind: &str, attributes: Vec<(&str, Value)>) -> Resource {
        self.declare(id, kind, Mode::Managed, attributes)
    }

    fn declare(&self, address: &str, kind: &str, mode: Mode, attributes: Vec<(&str, Value)>) -> Resource {
        let head = self.span(address.len());
        let attributes: BTreeMap<_, _> = attributes
            .into_iter()
            .map(|(name, value)| {
                let span = self.around(std::slice::from_ref(&value));
                (Arc::from(name), Attribute { key: span.head(), span, value })
            })
            .collect();
        let span = attributes.values().map(|attribute| attribute.span).fold(head, Span::join);
        Resource {
            address: address.into(),
            declared: address.split('[').next().unwrap().into(),
            kind: kind.into(),
            mode,
            language: self.language,
            attributes,
            head,
            span,
            calls: Vec::new(),
            presence: Presence::Certain,
            lifecycle: BTreeMap::new(),
            provider: None,
        }
    }

    pub(super) fn output(name: &str, value: Value) -> Output {
        Output { name: name.into(), span: value.origin.written, value }
    }

    pub(super) fn configuration(&self, resources: Vec<Resource>, outputs: Vec<Output>) -> Configuration {
        Configuration {
            name: "test".into(),
            language: self.language,
            resources,
            destroyed: Vec::new(),
            outputs,
            files: vec![self.file],
            problems: Vec::new(),
            scenario: None,
        }
    }

    /// The network of these resources, which must not leave a problem.
    pub(super) fn network(&self, resources: Vec<Resource>) -> Network {
        let (network, problems) = network(&self.configuration(resources, Vec::new()), &Premises::default());
        assert_eq!(problems, []);
        network
    }
}

/// A permission in words, to compare.
pub(super) fn words(network: &Network, permission: &Permission) -> String {
    let port = |port: &Option<Field<i64>>| match port.as_ref().map(|port| port.known()) {
        Some(Some(port)) => port.to_string(),
        Some(None) => "?".into(),
        None => "-".into(),
    };
    let protocol = permission.protocol.as_ref().map(|protocol| match protocol.known() {
        Some(Ok(protocol)) => protocol.name().into_owned(),
        Some(Err(wrong)) => format!("({wrong})"),
        None => "?".into(),
    });
    format!(
        "{} {} {} {}-{} {}",
        target(network, &permission.group),
        permission.direction.name(),
        protocol.unwrap_or_else(|| "-".into()),
        port(&permission.from_port),
        port(&permission.to_port),
        peer(network, &permission.peer)
    )
}

/// Every permission in words.
pub(super) fn permissions(network: &Network) -> Vec<String> {
    network.permissions.iter().map(|permission| words(network, permission)).collect()
}

/// Every use in words.
pub(super) fn uses(network: &Network) -> Vec<String> {
    let words = |used: &crate::network::model::GroupUse| {
        let group = target(network, used.group.known().unwrap());
        format!("{} {} {}: {group}", used.role.name(), used.resource, used.attribute)
    };
    network.uses.iter().map(words).collect()
}

pub(super) fn peer(network: &Network, peer: &Peer) -> String {
    match peer {
        Peer::Cidr(field) => field.known().unwrap().text.clone(),
        Peer::Group(field) => target(network, field.known().unwrap()),
        Peer::SelfGroup(_) => "self".into(),
        Peer::PrefixList(field) => format!("{:?}", field.known().unwrap()),
        Peer::Narrow { place, host, .. } => {
            let why = &place.value.as_ref().unwrap_err().cause;
            host.as_ref().map_or_else(|| format!("narrow: {why}"), |host| format!("address of {host}: {why}"))
        }
        Peer::Unknown(field) => format!("unknown: {}", field.value.as_ref().unwrap_err().cause),
        Peer::Missing => "nobody".into(),
    }
}

pub(super) fn target(network: &Network, target: &GroupTarget) -> String {
    match target {
        GroupTarget::Group(id) => network.group(*id).address.to_string(),
        GroupTarget::External(text) => format!("external {text}"),
        GroupTarget::Dangling(why) => format!("dangling: {why}"),
        GroupTarget::Misnamed(why) => format!("misnamed: {why}"),
        GroupTarget::Unknown(unknown) => format!("unknown: {}", unknown.cause),
    }
}

/// Any value that an evaluator might yield, a few levels deep, with the words that the provider looks for.
pub(super) fn values() -> impl Strategy<Value = Value> {
    let words = prop::sample::select(vec![
        "",
        "ingress",
        "egress",
        "-1",
        "tcp",
        "0.0.0.0/0",
        "::",
        "sg-12345678",
        "default",
        ",",
        "22",
        "arn:aws:ec2:::security-group/sg-1",
        "aws:elb:loadbalancer",
        "SecurityGroups",
    ]);
    let keys = prop::sample::select(vec![
        "protocol",
        "from_port",
        "cidr_blocks",
        "security_groups",
        "self",
        "cidr",
        "namespace",
        "name",
        "value",
    ]);
    let references = prop::sample::select(vec![
        ("aws_security_group.web", "id"),
        ("aws_security_group.web", ""),
        ("aws_security_group.gone", "id"),
        ("aws_vpc.main", "default_security_group_id"),
        ("aws_ec2_managed_prefix_list.it", "id"),
        ("aws_vpc.main[", "]"),
    ]);
    let leaf = prop_oneof![
        Just(ValueKind::Null),
        any::<bool>().prop_map(ValueKind::Bool),
        (-2_i64..70_000).prop_map(|number| ValueKind::Number(number.into())),
        words.prop_map(|word| ValueKind::String(word.into())),
        references.prop_map(|(address, attribute)| {
            let reference = Reference { address: address.into(), attribute: attribute.into() };
            ValueKind::Reference(Arc::new(reference))
        }),
        Just(Draft::terraform().input("var.x").kind),
    ];
    let draft = Draft::terraform();
    let place = draft.span(4);
    leaf.prop_map(move |kind| Value::new(kind, place)).prop_recursive(4, 32, 5, move |inner| {
        let members = prop::collection::vec(inner.clone(), 0..5);
        let entries = prop::collection::btree_map(keys.clone().prop_map(Arc::from), inner, 0..6);
        prop_oneof![
            members.clone().prop_map(|members| ValueKind::List(Arc::new(members))),
            members.clone().prop_map(|members| ValueKind::Set(Arc::new(members))),
            members.prop_map(|parts| ValueKind::Template(parts.into())),
            entries.prop_map(|entries| ValueKind::Map(Arc::new(entries))),
        ]
        .prop_map(move |kind| Value::new(kind, place))
    })
}

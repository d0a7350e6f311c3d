//! Small networks by hand, and reading facts, for the tests of the analyses.

use std::sync::Arc;

use proptest::prelude::*;

use super::{Fact, FieldValue};
use crate::network::address::{AddressSet, Breadth, Cidr, Family};
use crate::network::interface::{Initiative, Interface, InterfaceId, Role};
use crate::network::lifecycle::Lifecycle;
use crate::network::model::{
    Attachment, CidrText, Direction, Field, Form, Group, GroupId, GroupRole, GroupTarget, GroupUse, Network,
    Peer, Permission, PrefixList, PrefixListId, PrefixListTarget, Share, Shareable, SharedGroup, UseRole,
};
use crate::network::ports::PortSet;
use crate::network::protocol::Protocol;
use crate::network::tags::Tags;
use crate::network::topology::{Declaration, Provenance, Ranges, Subnet, Vpc};
use crate::resource::{Cause, Language, Origin, Presence, Unknown};
use crate::source::{FileId, SourceMap, Span};

/// Builds a network; every text gets a place of its own, in the order of the calls.
pub(super) struct Builder {
    pub(super) network: Network,
    file: FileId,
    next: usize,
}

impl Builder {
    pub(super) fn terraform() -> Self {
        Self::new(Language::Terraform)
    }

    pub(super) fn cloudformation() -> Self {
        Self::new(Language::CloudFormation)
    }

    fn new(language: Language) -> Self {
        let file = SourceMap::new("/").add("main", "").id();
        Self { network: Network { language, ..Network::default() }, file, next: 0 }
    }

    pub(super) fn span(&mut self) -> Span {
        self.next += 10;
        Span::new(self.file, self.next, self.next + 5)
    }

    pub(super) fn field<T>(&mut self, value: T) -> Field<T> {
        let span = self.span();
        Field { value: Ok(value), span, origin: Origin::at(span) }
    }

    pub(super) fn unknown(&mut self) -> Arc<Unknown> {
        Arc::new(Unknown::new(Cause::InputWithoutValue("var.x".to_owned()), self.span()))
    }

    pub(super) fn unknown_field<T>(&mut self) -> Field<T> {
        let unknown = self.unknown();
        Field { origin: Origin::at(unknown.at), span: unknown.at, value: Err(unknown) }
    }

    /// A declared group.
    pub(super) fn group(&mut self, name: &str) -> GroupId {
        let address: Arc<str> = match self.network.language {
            Language::Terraform => format!("aws_security_group.{name}").into(),
            Language::CloudFormation => name.into(),
        };
        let span = self.span();
        self.network.groups.push(Group {
            declared: Arc::clone(&address),
            address,
            role: GroupRole::Declared,
            language: self.network.language,
            name: None,
            name_prefix: None,
            description: None,
            vpc: None,
            region: None,
            in_default_vpc: Some(false),
            foreign_owner: None,
            is_shared_here: false,
            is_adopted: false,
            head: span,
            span,
            calls: Vec::new(),
            presence: Presence::Certain,
            tags: Tags::default(),
            lifecycle: Lifecycle::default(),
            unknown_rules: Vec::new(),
        });
        GroupId(self.network.groups.len() - 1)
    }

    /// A VPC; its identity is the address with `.id`.
    pub(super) fn vpc(&mut self, address: &str, provenance: Provenance) {
        let declaration = self.declaration(address);
        self.network.topology.vpcs.push(Vpc {
            id: format!("{address}.id"),
            declaration,
            provenance,
            ranges: Ranges::default(),
            region: None,
            owner: None,
        });
    }

    /// A declared subnet; its identity is the address with `.id`.
    pub(super) fn subnet(&mut self, address: &str, vpc: Option<Field<String>>) {
        let declaration = self.declaration(address);
        self.network.topology.subnets.push(Subnet {
            id: format!("{address}.id"),
            declaration,
            provenance: Provenance::Declared,
            vpc,
            ranges: Ranges::default(),
            public_addresses: None,
        });
    }

    pub(super) fn declaration(&mut self, address: &str) -> Declaration {
        let span = self.span();
        Declaration {
            address: address.into(),
            declared: address.into(),
            head: span,
            span,
            calls: Vec::new(),
            presence: Presence::Certain,
        }
    }

    pub(super) fn prefix_list(&mut self, entries: &[&str]) -> PrefixListId {
        let entries = entries.iter().map(|text| cidr(text)).collect::<Vec<_>>();
        let entries = entries.into_iter().map(|entry| self.field(entry)).collect();
        let head = self.span();
        self.network.prefix_lists.push(PrefixList {
            address: "aws_ec2_managed_prefix_list.p".into(),
            declared: "aws_ec2_managed_prefix_list.p".into(),
            family: Ok(Family::Ipv4),
            entries,
            unknown_entries: None,
            max_entries: None,
            head,
            span: head,
            calls: Vec::new(),
            presence: Presence::Certain,
        });
        PrefixListId(self.network.prefix_lists.len() - 1)
    }

    /// A rule inside a group, one permission for each peer.
    pub(super) fn rule(
        &mut self,
        group: GroupId,
        direction: Direction,
        protocol: &str,
        from: i64,
        to: i64,
        peers: &[&str],
    ) {
        let resource = Arc::clone(&self.network.group(group).address);
        let form = match self.network.language {
            Language::Terraform => Form::Inline,
            Language::CloudFormation => Form::Embedded,
        };
        self.declare(&resource, form, &GroupTarget::Group(group), direction, protocol, from, to, peers);
    }

    /// An ingress rule inside a group.
    pub(super) fn ingress(&mut self, group: GroupId, protocol: &str, from: i64, to: i64, peers: &[&str]) {
        self.rule(group, Direction::Ingress, protocol, from, to, peers);
    }

    /// A rule resource of its own.
    pub(super) fn standalone(
        &mut self,
        resource: &str,
        group: &GroupTarget,
        protocol: &str,
        from: i64,
        to: i64,
        peers: &[&str],
    ) {
        let form = Form::VpcRuleResource;
        self.declare(resource, form, group, Direction::Ingress, protocol, from, to, peers);
    }

    #[expect(clippy::too_many_arguments, reason = "a rule has that many parts; callers are the three above")]
    fn declare(
        &mut self,
        resource: &str,
        form: Form,
        group: &GroupTarget,
        direction: Direction,
        protocol: &str,
        from: i64,
        to: i64,
        peers: &[&str],
    ) {
        let span = self.span();
        let protocol = self.field(Protocol::parse(protocol));
        let (from, to) = (self.field(from), self.field(to));
        let rule = self.network.permissions.last().map_or(0, |last| last.rule + 1);
        for peer in peers {
            let peer = self.peer(peer);
            self.network.permissions.push(Permission {
                group: group.clone(),
                resource: resource.into(),
                declared: resource.into(),
                rule,
                direction,
                form,
                protocol: Some(protocol.clone()),
                from_port: Some(from.clone()),
                to_port: Some(to.clone()),
                peer,
                tags: (form == Form::VpcRuleResource).then(Tags::default),
                description: None,
                span,
                head: span,
                several: None,
                resource_span: span,
                calls: Vec::new(),
                presence: Presence::Certain,
            });
        }
    }

    /// `self`, `?` (unknown), `narrow` (a small range that AWS gives), `narrow?` (one made from an input), `pl` (the first prefix list), `pl-…` (one elsewhere), `sg-…` (a group elsewhere), or a
    /// CIDR.
    fn peer(&mut self, text: &str) -> Peer {
        match text {
            "self" => Peer::SelfGroup(self.span()),
            "?" => Peer::Unknown(self.unknown_field()),
            "narrow" => {
                let at = self.span();
                let unknown = Unknown::new(Cause::LookedUp("data.aws_vpc.main.cidr_block".to_owned()), at);
                let place = Field { value: Err(Arc::new(unknown)), span: at, origin: Origin::at(at) };
                Peer::Narrow { place, breadth: Breadth { public: None, private: Some(16) }, host: None }
            }
            "narrow?" => {
                let (place, breadth) = (self.unknown_field(), Breadth::prefix(16));
                Peer::Narrow { place, breadth, host: None }
            }
            "pl" => Peer::PrefixList(self.field(PrefixListTarget::Declared(PrefixListId(0)))),
            _ if text.starts_with("pl-") => {
                Peer::PrefixList(self.field(PrefixListTarget::External(text.to_owned())))
            }
            _ if text.starts_with("sg-") => Peer::Group(self.field(GroupTarget::External(text.to_owned()))),
            _ => Peer::Cidr(self.field(cidr(text))),
        }
    }

    /// A group on the one interface of an instance.
    pub(super) fn attach(&mut self, resource: &str, group: Field<GroupTarget>) {
        let span = self.span();
        let interface = self.interface(resource, span);
        let index = self.network.attachments.len();
        self.network.interfaces[interface.0].attachments.push(index);
        self.network.attachments.push(Attachment {
            resource: resource.into(),
            declared: resource.into(),
            kind: "aws_instance".into(),
            service: "EC2",
            path: "vpc_security_group_ids[]",
            interface,
            group,
            is_implicit: false,
            shareable: Shareable::Yes,
            is_associable: true,
            head: span,
            span,
            calls: Vec::new(),
            presence: Presence::Certain,
        });
    }

    /// The interface of a resource, which has no public address.
    fn interface(&mut self, resource: &str, span: Span) -> InterfaceId {
        let known = self.network.interfaces.iter().position(|known| &*known.resource == resource);
        if let Some(known) = known {
            return InterfaceId(known);
        }
        let public_address = self.field(false);
        self.network.interfaces.push(Interface {
            resource: resource.into(),
            declared: resource.into(),
            kind: "aws_instance".into(),
            service: "EC2",
            name: String::new(),
            role: Role::Compute,
            traffic: Initiative::Both,
            attachments: Vec::new(),
            more_groups: None,
            subnets: Vec::new(),
            region: None,
            public_address,
            script_loads: Ok(false),
            tier: Ok(None),
            head: span,
            span,
            calls: Vec::new(),
            presence: Presence::Certain,
        });
        InterfaceId(self.network.interfaces.len() - 1)
    }

    /// A share that is declared elsewhere and gets a group here.
    pub(super) fn share(&mut self, group: Field<GroupTarget>) {
        let span = self.span();
        let (calls, presence) = (Vec::new(), Presence::Certain);
        let shared = SharedGroup {
            group,
            resource: "aws_ram_resource_association.a".into(),
            head: span,
            span,
            calls: calls.clone(),
            presence: presence.clone(),
        };
        self.network.shares.push(Share {
            resource: "aws_ram_resource_association.a".into(),
            declared: "aws_ram_resource_association.a".into(),
            groups: vec![shared],
            subnets: Vec::new(),
            prefix_lists: Vec::new(),
            unknown_items: None,
            principals: Vec::new(),
            external_allowed: None,
            head: span,
            span,
            calls,
            presence,
        });
    }

    pub(super) fn use_group(&mut self, role: UseRole, resource: &str, group: Field<GroupTarget>) {
        let resource_span = self.span();
        self.network.uses.push(GroupUse {
            role,
            resource: resource.into(),
            attribute: "security_groups".into(),
            group,
            resource_span,
            calls: Vec::new(),
        });
    }
}

/// An ingress rule to draw at random.
#[derive(Clone, Debug)]
pub(super) struct RandomRule {
    protocol: &'static str,
    ports: (i64, i64),
    peers: Vec<&'static str>,
}

/// Adds rules to a group.
pub(super) fn add(builder: &mut Builder, group: GroupId, rules: &[RandomRule]) {
    for RandomRule { protocol, ports: (from, to), peers } in rules {
        builder.ingress(group, protocol, *from, *to, peers);
    }
}

/// Rules from a small universe in which everything meets everything: halves and nested ranges of both families,
/// addresses that never match, groups, unknown peers; all protocols and single ones; nested, touching and refused ports.
pub(super) fn rules() -> impl Strategy<Value = Vec<RandomRule>> {
    let protocol = prop::sample::select(vec!["-1", "tcp", "tcp", "tcp", "udp", "50", "icmp", "none"]);
    let port = || prop::sample::select(vec![0i64, 1, 22, 23, 80, 65535]);
    let peer = prop::sample::select(vec![
        "0.0.0.0/0",
        "0.0.0.0/1",
        "128.0.0.0/1",
        "128.0.0.0/2",
        "192.0.0.0/2",
        "10.0.0.0/8",
        "10.0.0.0/9",
        "10.128.0.0/9",
        "::/0",
        "2000::/4",
        "3000::/4",
        "0.0.0.0/32",
        "10.0.0.0/33",
        "self",
        "sg-1",
        "?",
    ]);
    let rule = (protocol, port(), port(), prop::collection::vec(peer, 1..4));
    let rule = rule.prop_map(|(protocol, from, to, peers)| RandomRule { protocol, ports: (from, to), peers });
    prop::collection::vec(rule, 0..8)
}

fn cidr(text: &str) -> CidrText {
    CidrText { text: text.to_owned(), cidr: Cidr::parse(text), in_ipv6_attribute: text.contains(':') }
}

pub(super) fn text_of<'a>(fact: &'a Fact, field: &str) -> &'a str {
    match fact.fields.get(field) {
        Some(FieldValue::Text(text)) => text,
        other => panic!("{field} is {other:?}"),
    }
}

pub(super) fn bool_of(fact: &Fact, field: &str) -> bool {
    match fact.fields.get(field) {
        Some(FieldValue::Bool(value)) => *value,
        other => panic!("{field} is {other:?}"),
    }
}

pub(super) fn int_of(fact: &Fact, field: &str) -> i64 {
    match fact.fields.get(field) {
        Some(FieldValue::Int(value)) => *value,
        other => panic!("{field} is {other:?}"),
    }
}

pub(super) fn list_of<'a>(fact: &'a Fact, field: &str) -> &'a [String] {
    match fact.fields.get(field) {
        Some(FieldValue::List(items)) => items,
        other => panic!("{field} is {other:?}"),
    }
}

pub(super) fn ports_of(fact: &Fact, field: &str) -> PortSet {
    match fact.fields.get(field) {
        Some(FieldValue::Ports { set, more: None }) => set.clone(),
        other => panic!("{field} is {other:?}"),
    }
}

pub(super) fn addresses_of(fact: &Fact, field: &str) -> AddressSet {
    match fact.fields.get(field) {
        Some(FieldValue::Addresses { set, more: None, .. }) => set.clone(),
        other => panic!("{field} is {other:?}"),
    }
}

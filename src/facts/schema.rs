//! The kinds of facts and their fields, in one table.
//!
//! This is the interface of policy authors: the static checker of rules and the values that a rule sees are
//! driven by it. Removing or renaming a field is a breaking change.

use std::fmt;
use std::str::FromStr;

/// A kind of fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A security group.
    Group,
    /// One declared allowance: one direction, protocol, port range and peer.
    Permission,
    /// What a group admits from addresses: one fact for each smallest set of rules that opens something.
    Exposure,
    /// A group on a resource.
    Attachment,
    /// A place that names a group.
    Reference,
    /// A permission that another one repeats or covers.
    Overlap,
    /// A group shared with other accounts.
    Share,
    /// The description of a group or rule.
    Description,
}

/// The type of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldType {
    /// `true` or `false`.
    Bool,
    /// Whole number.
    Int,
    /// Text.
    Text,
    /// Text, one of these.
    Enum(&'static [&'static str]),
    /// List of texts.
    TextList,
    /// Set of ports: `.overlaps(ports)`, `.within(ports)`, `.contains(int)`, `.count()`, `.empty()`.
    Ports,
    /// Set of addresses: `.overlaps(addresses)`, `.within(addresses)`, `.empty()`.
    Addresses,
}

/// A field of a kind.
#[derive(Clone, Copy, Debug)]
pub struct FieldSchema {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub ty: FieldType,
    /// One sentence.
    pub doc: &'static str,
}

const DIRECTION: FieldType = FieldType::Enum(&["ingress", "egress"]);
const ROLE: FieldType = FieldType::Enum(&["declared", "default", "external"]);
const LANGUAGE: FieldType = FieldType::Enum(&["terraform", "cloudformation"]);

const fn field(name: &'static str, ty: FieldType, doc: &'static str) -> FieldSchema {
    FieldSchema { name, ty, doc }
}

/// Fields that every kind has.
const COMMON: &[FieldSchema] = &[
    field("subject", FieldType::Text, "address of what the fact is about"),
    field("language", LANGUAGE, "language it is declared in"),
];

const GROUP: &[FieldSchema] = &[
    field("role", ROLE, "declared here, a VPC's default group, or existing elsewhere"),
    field("has_name", FieldType::Bool, "a fixed name is given"),
    field("name", FieldType::Text, "the fixed name; empty without one"),
    field("name_length", FieldType::Int, "characters of the fixed name"),
    field(
        "name_bad_characters",
        FieldType::Text,
        "characters of the name or name prefix that the API refuses, each once (NM-01); those of the known parts, if others are not known",
    ),
    field("name_reserved", FieldType::Bool, "the name or name prefix starts with sg- (NM-01)"),
    field(
        "name_trailing_space",
        FieldType::Bool,
        "the name ends in spaces, which are trimmed on save (NM-03)",
    ),
    field(
        "name_problem",
        FieldType::Text,
        "why the API refuses or changes the name, in words; empty if it does not",
    ),
    field("description", FieldType::Text, "the description as written; empty without one"),
    field(
        "vpc",
        FieldType::Text,
        "the VPC: what names it (aws_vpc.main.id) or its id; empty without one, in the default VPC",
    ),
    field("has_inline_rules", FieldType::Bool, "rules are declared inside the group"),
    field("has_rule_resources", FieldType::Bool, "aws_security_group_rule resources add rules"),
    field("has_vpc_rule_resources", FieldType::Bool, "aws_vpc_security_group_*_rule resources add rules"),
    field("has_standalone_rules", FieldType::Bool, "CloudFormation standalone rule resources add rules"),
    field("ingress_rules", FieldType::Int, "number of ingress permissions somebody wrote, one for each peer"),
    field("egress_rules", FieldType::Int, "number of egress permissions somebody wrote, one for each peer"),
    field("rules", FieldType::Int, "ingress_rules + egress_rules"),
    field("has_rules", FieldType::Bool, "rules is above 0; also known when only some of the rules are"),
    field("attached", FieldType::Bool, "a resource carries it"),
    field("peer", FieldType::Bool, "a rule of another group names it as peer"),
    field("shared", FieldType::Bool, "a resource share hands it to other accounts"),
    field("associated", FieldType::Bool, "it is associated with another VPC"),
    field("exported", FieldType::Bool, "an output hands it out"),
    field(
        "used",
        FieldType::Bool,
        "anything but its own rules names it: attached, peer, shared, associated, exported, or any other attribute",
    ),
];

const PERMISSION: &[FieldSchema] = &[
    field("direction", DIRECTION, "in or out"),
    field("group", FieldType::Text, "address of the group, or its id when it exists elsewhere"),
    field("group_role", ROLE, "role of the group"),
    field(
        "form",
        FieldType::Enum(&["inline", "rule-resource", "vpc-rule-resource", "standalone", "implicit"]),
        "how it was declared",
    ),
    field(
        "protocol",
        FieldType::Text,
        "normalised: tcp, udp, icmp, icmpv6, all, or a number; what is wrong with it when it is not valid",
    ),
    field("protocol_valid", FieldType::Bool, "the protocol is a known name or a number from 0 to 255"),
    field("ports", FieldType::Ports, "ports it opens; every port for a protocol that ignores ports"),
    field("port_count", FieldType::Int, "number of ports it opens for tcp or udp; 0 for other protocols"),
    field("all_ports", FieldType::Bool, "every port: 0-65535 or a protocol that ignores ports"),
    field(
        "port_range",
        FieldType::Text,
        "the ports as text: 22, 8000-8999, all; for ICMP all, type 8 or type 8 code 0; as written when refused",
    ),
    field(
        "ports_ignored",
        FieldType::Bool,
        "ports are given that the protocol ignores, so that every port is open (RF-04)",
    ),
    field(
        "ports_refused",
        FieldType::Bool,
        "ports are given with all protocols where Terraform refuses them on apply (TF-06)",
    ),
    field(
        "range_problem",
        FieldType::Enum(&["none", "reversed", "out-of-range", "minus-one", "missing", "port-zero"]),
        "what is wrong with the port range (RF-05 to RF-07)",
    ),
    field("range_problem_text", FieldType::Text, "the problem in words; empty without one"),
    field(
        "peer_kind",
        FieldType::Enum(&["cidr", "group", "self", "prefix-list", "missing"]),
        "kind of the other side",
    ),
    field("peer", FieldType::Text, "the other side as text"),
    field("peer_trusted", FieldType::Bool, "its addresses lie within the networks that the config trusts"),
    field(
        "cidr_problem",
        FieldType::Enum(&["none", "malformed", "wrong-family", "dead"]),
        "why the peer address can never match: not a CIDR, of the other IP version, or never a packet's address (DC-01, DC-02); none for other kinds of peer",
    ),
    field("cidr_problem_text", FieldType::Text, "the problem in words; empty without one"),
    field(
        "cidr_canonical",
        FieldType::Bool,
        "the CIDR is spelt as AWS stores it (RF-16); true for other kinds of peer and for what is no CIDR",
    ),
    field(
        "cidr_canonical_text",
        FieldType::Text,
        "the CIDR as AWS stores it, for what is no CIDR the one most likely meant; empty for other kinds of peer",
    ),
    field(
        "no_egress_idiom",
        FieldType::Bool,
        "egress to 127.0.0.1/32 with all protocols: CloudFormation's way to say no egress (DC-03)",
    ),
];

const EXPOSURE: &[FieldSchema] = &[
    field("direction", DIRECTION, "in or out"),
    field("group", FieldType::Text, "address of the group, or its id when it exists elsewhere"),
    field("group_role", ROLE, "role of the group"),
    field(
        "world",
        FieldType::Bool,
        "the rules together admit every public address of an IP version (DC-04 to DC-06)",
    ),
    field("ipv4_world", FieldType::Bool, "every public IPv4 address"),
    field("ipv6_world", FieldType::Bool, "every public IPv6 address"),
    field(
        "families",
        FieldType::Text,
        "IPv4, IPv6 or IPv4 and IPv6: the versions known to be open to the world; of the addresses otherwise",
    ),
    field("trusted", FieldType::Bool, "all addresses lie within the networks that the config trusts"),
    field("addresses", FieldType::Addresses, "the addresses"),
    field(
        "address_text",
        FieldType::Text,
        "the addresses as written: 0.0.0.0/0, or 0.0.0.0/1 and 128.0.0.0/1",
    ),
    field("all_protocols", FieldType::Bool, "every protocol"),
    field("protocols", FieldType::TextList, "the protocols, normalised"),
    field("tcp_ports", FieldType::Ports, "TCP ports; every port when all protocols are open"),
    field("udp_ports", FieldType::Ports, "UDP ports; every port when all protocols are open"),
    field(
        "all_ports",
        FieldType::Bool,
        "every port of TCP or UDP, every protocol, or a protocol that has no ports and is not ICMP",
    ),
    field("services", FieldType::Text, "the services in words: SSH (22/tcp), PostgreSQL (5432/tcp)"),
];

const ATTACHMENT: &[FieldSchema] = &[
    field("resource_type", FieldType::Text, "type of the resource that carries the group"),
    field("service", FieldType::Text, "AWS service"),
    field("attribute", FieldType::Text, "the attribute that names the group"),
    field("group", FieldType::Text, "address or id of the group"),
    field("group_role", ROLE, "role of the group"),
    field(
        "group_shared",
        FieldType::Bool,
        "the configuration says that the group is shared by RAM from here, or owned by another account",
    ),
    field(
        "shareable",
        FieldType::Enum(&["yes", "no", "not-listed", "ambiguous"]),
        "whether the service takes shared groups (RA-11)",
    ),
];

const REFERENCE: &[FieldSchema] = &[
    field(
        "role",
        FieldType::Enum(&["attach", "peer", "rule-owner", "share", "vpc-association", "output", "other"]),
        "how the group is used",
    ),
    field("attribute", FieldType::Text, "the attribute that names it"),
    field(
        "target",
        FieldType::Enum(&["group", "external", "dangling"]),
        "a group of the configuration, one known to exist elsewhere, or nothing that is declared or looked up",
    ),
    field("text", FieldType::Text, "what is named"),
    field("why_dangling", FieldType::Text, "why it leads nowhere; empty otherwise"),
];

const OVERLAP: &[FieldSchema] = &[
    field(
        "relation",
        FieldType::Enum(&["duplicate", "shadowed"]),
        "repeats another permission, or is covered by others",
    ),
    field("direction", DIRECTION, "in or out"),
    field("group", FieldType::Text, "address of the group"),
    field("permission", FieldType::Text, "the permission in words: tcp 22 from 10.0.0.0/8"),
    field("by", FieldType::Text, "the covering permissions in words"),
    field("same_resource", FieldType::Bool, "both stand in the same resource"),
    field(
        "collides",
        FieldType::Bool,
        "the API refuses the second one: duplicates in different resources, or in one with different descriptions (RF-19, RF-20)",
    ),
    field("by_union", FieldType::Bool, "no single permission covers it, several do together"),
];

const SHARE: &[FieldSchema] = &[
    field("group", FieldType::Text, "address or id of the shared group"),
    field("group_role", ROLE, "role of the group"),
    field("group_in_default_vpc", FieldType::Bool, "the group's VPC is a default VPC"),
    field(
        "vpc_looked_up",
        FieldType::Bool,
        "the group's VPC is neither declared here nor known to be owned by this account",
    ),
];

const DESCRIPTION: &[FieldSchema] = &[
    field("of", FieldType::Enum(&["group", "rule"]), "what it describes"),
    field("group", FieldType::Text, "address of the group"),
    field("given", FieldType::Bool, "a description is written and not empty"),
    field("text", FieldType::Text, "the description; empty without one"),
    field("length", FieldType::Int, "its characters"),
    field(
        "bad_characters",
        FieldType::Text,
        "characters that the API refuses, each once (NM-05, NM-06); those of the known parts, if others are not known",
    ),
    field("problem", FieldType::Text, "why the API refuses it, in words; empty if it does not"),
    field("placeholder", FieldType::Bool, "says nothing: Managed by Terraform, or the group's own name"),
];

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Group,
        Self::Permission,
        Self::Exposure,
        Self::Attachment,
        Self::Reference,
        Self::Overlap,
        Self::Share,
        Self::Description,
    ];

    /// Its name in rules.
    pub fn name(self) -> &'static str {
        match self {
            Self::Group => "group",
            Self::Permission => "permission",
            Self::Exposure => "exposure",
            Self::Attachment => "attachment",
            Self::Reference => "reference",
            Self::Overlap => "overlap",
            Self::Share => "share",
            Self::Description => "description",
        }
    }

    /// Its own fields and those that every kind has.
    pub fn fields(self) -> impl Iterator<Item = &'static FieldSchema> {
        let own = match self {
            Self::Group => GROUP,
            Self::Permission => PERMISSION,
            Self::Exposure => EXPOSURE,
            Self::Attachment => ATTACHMENT,
            Self::Reference => REFERENCE,
            Self::Overlap => OVERLAP,
            Self::Share => SHARE,
            Self::Description => DESCRIPTION,
        };
        COMMON.iter().chain(own)
    }

    /// The places that its facts may have besides their head: what a rule can point `at`.
    pub fn places(self) -> &'static [&'static str] {
        match self {
            Self::Group => &["name", "description", "rules"],
            Self::Permission => &["peer", "ports", "protocol", "description"],
            Self::Exposure => &["peer", "ports", "protocol", "group"],
            Self::Attachment | Self::Share => &["group"],
            Self::Reference | Self::Description => &["text"],
            Self::Overlap => &["permission"],
        }
    }

    /// A field by name.
    pub fn field(self, name: &str) -> Option<&'static FieldSchema> {
        self.fields().find(|field| field.name == name)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl FromStr for Kind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|kind| kind.name() == text).ok_or(())
    }
}

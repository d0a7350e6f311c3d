//! The kinds of facts and their fields: one table a kind, a file each.
//!
//! This is the interface of policy authors: the static checker of rules, the values that a rule sees and
//! `docs/facts.md` are driven by it. Removing or renaming a field is a breaking change.

mod assignment;
mod association;
mod attachment;
mod combination;
mod crossing;
mod dependency;
mod description;
mod entry;
mod exposure;
mod group;
mod interface;
mod lookup;
mod overlap;
mod path;
mod permission;
mod quota;
mod reference;
mod share;
mod shared_group;
mod statement;
mod subnet;
mod vpc;

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
    /// What several groups of one interface open to the world only together.
    Combination,
    /// A group on a resource.
    Attachment,
    /// The interfaces that a resource has by one setting.
    Interface,
    /// A place that names a group.
    Reference,
    /// A permission that another one repeats or covers.
    Overlap,
    /// A group whose own rules name other groups.
    Dependency,
    /// A rule that names a group of another VPC.
    Crossing,
    /// The way that a rule opens to the interfaces of another group.
    Path,
    /// A resource share of RAM.
    Share,
    /// A group in a resource share.
    SharedGroup,
    /// The description of a group or rule.
    Description,
    /// A VPC.
    Vpc,
    /// An entry of a managed prefix list.
    Entry,
    /// Something that AWS limits the number of, counted.
    Quota,
    /// A place that says which groups an interface carries.
    Assignment,
    /// A group that is associated with another VPC than its own.
    Association,
    /// A statement of an IAM policy that allows changing security groups.
    Statement,
    /// A subnet.
    Subnet,
    /// A data source that looks for groups by their tags.
    Lookup,
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
    /// Text that names a protocol as [`Protocol::name`](crate::network::protocol::Protocol::name) does.
    Protocol,
    /// List of texts.
    TextList,
    /// List of texts that name protocols.
    ProtocolList,
    /// Tags: `.contains(key)`, `.value(key)`, which is empty without such a tag.
    Tags,
    /// Set of ports: `.overlaps(ports)`, `.within(ports)`, `.contains(int)`, `.count()`, `.empty()`.
    Ports,
    /// Set of addresses: `.overlaps(addresses)`, `.within(addresses)`, `.empty()`.
    Addresses,
}

/// What facts of a kind look like.
pub(super) struct KindSchema {
    /// Its name in rules.
    name: &'static str,
    /// One sentence.
    doc: &'static str,
    /// The places that its facts may have besides their head: what a rule can point `at`.
    places: &'static [&'static str],
    /// Its own fields.
    fields: &'static [FieldSchema],
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

/// What the fields say that hold tags, in whatever kind.
const TAGS: &str = "its tags, with those that the Terraform provider gives to every resource";
const TAG_KEYS: &str = "the keys of its tags";
const REPEATED_TAG_KEY: &str = "a tag key that is given twice; empty if none is";

/// What the fields say that judge how a CIDR is written.
const CIDR_PROBLEM: FieldType = FieldType::Enum(&["none", "malformed", "wrong-family", "dead"]);
const CIDR_CANONICAL: &str =
    "the CIDR is spelt as AWS stores it (RF-16); true for other kinds of peer and for what is no CIDR";
const CIDR_CANONICAL_TEXT: &str =
    "the CIDR as AWS stores it, for what is no CIDR the one most likely meant; empty for other kinds of peer";

const fn field(name: &'static str, ty: FieldType, doc: &'static str) -> FieldSchema {
    FieldSchema { name, ty, doc }
}

/// Fields that every kind has.
const COMMON: &[FieldSchema] = &[
    field("subject", FieldType::Text, "address of what the fact is about"),
    field("language", LANGUAGE, "language it is declared in"),
];

impl Kind {
    /// Every kind, in the order in which facts are listed.
    pub const ALL: [Self; 22] = [
        Self::Group,
        Self::Permission,
        Self::Exposure,
        Self::Combination,
        Self::Attachment,
        Self::Interface,
        Self::Reference,
        Self::Overlap,
        Self::Dependency,
        Self::Crossing,
        Self::Path,
        Self::Share,
        Self::SharedGroup,
        Self::Description,
        Self::Vpc,
        Self::Entry,
        Self::Quota,
        Self::Assignment,
        Self::Association,
        Self::Statement,
        Self::Subnet,
        Self::Lookup,
    ];

    fn schema(self) -> &'static KindSchema {
        match self {
            Self::Group => &group::SCHEMA,
            Self::Permission => &permission::SCHEMA,
            Self::Exposure => &exposure::SCHEMA,
            Self::Combination => &combination::SCHEMA,
            Self::Attachment => &attachment::SCHEMA,
            Self::Interface => &interface::SCHEMA,
            Self::Reference => &reference::SCHEMA,
            Self::Overlap => &overlap::SCHEMA,
            Self::Dependency => &dependency::SCHEMA,
            Self::Crossing => &crossing::SCHEMA,
            Self::Path => &path::SCHEMA,
            Self::Share => &share::SCHEMA,
            Self::SharedGroup => &shared_group::SCHEMA,
            Self::Description => &description::SCHEMA,
            Self::Vpc => &vpc::SCHEMA,
            Self::Entry => &entry::SCHEMA,
            Self::Quota => &quota::SCHEMA,
            Self::Assignment => &assignment::SCHEMA,
            Self::Association => &association::SCHEMA,
            Self::Statement => &statement::SCHEMA,
            Self::Subnet => &subnet::SCHEMA,
            Self::Lookup => &lookup::SCHEMA,
        }
    }

    /// Its name in rules.
    pub fn name(self) -> &'static str {
        self.schema().name
    }

    /// What its facts are about, in one sentence.
    pub fn doc(self) -> &'static str {
        self.schema().doc
    }

    /// Its own fields and those that every kind has.
    pub fn fields(self) -> impl Iterator<Item = &'static FieldSchema> {
        COMMON.iter().chain(self.schema().fields)
    }

    /// The places that its facts may have besides their head: what a rule can point `at`.
    pub fn places(self) -> &'static [&'static str] {
        self.schema().places
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

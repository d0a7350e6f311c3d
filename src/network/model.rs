//! Groups, permissions, peers, attachments and shares of one configuration.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use super::address::{AddressSet, Breadth, Cidr, CidrError, Family};
use super::interface::{Interface, InterfaceId};
use super::lifecycle::Lifecycle;
use super::premises::Premises;
use super::protocol::Protocol;
use super::statement::Statement;
use super::tags::Tags;
use super::text::Text;
use super::topology::Topology;
use crate::resource::{Language, Origin, Presence, Unknown};
use crate::source::Span;

/// Everything security groups do in one configuration.
#[derive(Clone, Debug, Default)]
pub struct Network {
    /// In which language it is declared.
    pub language: Language,
    /// Groups, declared ones first, in source order.
    pub groups: Vec<Group>,
    /// Permissions in source order: one for each peer of each declared rule.
    pub permissions: Vec<Permission>,
    /// Which resource carries which group.
    pub attachments: Vec<Attachment>,
    /// The interfaces that carry them.
    pub interfaces: Vec<Interface>,
    /// The places that say which groups an interface carries.
    pub assignments: Vec<Assignment>,
    /// A load balancer is, or may be, there that hands packets on with the addresses of clients, so that what stands
    /// behind it has to admit those.
    pub passes_through: bool,
    /// Prefix lists of the configuration.
    pub prefix_lists: Vec<PrefixList>,
    /// Lists of all the rules that a group may have (TF-04).
    pub exclusive_rules: Vec<ExclusiveRules>,
    /// What is handed to other accounts.
    pub shares: Vec<Share>,
    /// Groups that the plan takes out of a share.
    pub lifted: Vec<SharedGroup>,
    /// Data sources that look for groups by their tags.
    pub lookups: Vec<TagLookup>,
    /// Every place that names a group: rule peers, rule owners, attachments, shares, associations, outputs,
    /// and any other attribute that refers to one.
    pub uses: Vec<GroupUse>,
    /// Addresses of the groups that something uses under this choice of the inputs or another one that is judged.
    pub used_by_choice: BTreeSet<Arc<str>>,
    /// Statements of IAM policies that allow something.
    pub statements: Vec<Statement>,
    /// Where things stand.
    pub topology: Topology,
    /// What the project says of the world around the code.
    pub premises: Premises,
}

impl Network {
    /// Whether another network under the same premises is the same: then its facts are.
    pub fn is_same(&self, other: &Self) -> bool {
        let Self {
            language,
            groups,
            permissions,
            attachments,
            interfaces,
            assignments,
            passes_through,
            prefix_lists,
            exclusive_rules,
            shares,
            lifted,
            lookups,
            uses,
            statements,
            topology,
            used_by_choice: _,
            premises: _,
        } = self;
        *language == other.language
            && *groups == other.groups
            && *permissions == other.permissions
            && *attachments == other.attachments
            && *interfaces == other.interfaces
            && *assignments == other.assignments
            && *passes_through == other.passes_through
            && *prefix_lists == other.prefix_lists
            && *exclusive_rules == other.exclusive_rules
            && *shares == other.shares
            && *lifted == other.lifted
            && *lookups == other.lookups
            && *uses == other.uses
            && *statements == other.statements
            && *topology == other.topology
    }

    /// A group by its id.
    pub fn group(&self, id: GroupId) -> &Group {
        &self.groups[id.0]
    }

    /// An interface by its id.
    pub fn interface(&self, id: InterfaceId) -> &Interface {
        &self.interfaces[id.0]
    }

    /// The permissions of a group in a direction.
    pub fn permissions_of(&self, id: GroupId, direction: Direction) -> impl Iterator<Item = &Permission> {
        self.permissions.iter().filter(move |permission| {
            permission.direction == direction && permission.group.declared() == Some(id)
        })
    }
}

/// Index of a group in [`Network::groups`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupId(pub usize);

/// Index of a prefix list in [`Network::prefix_lists`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PrefixListId(pub usize);

/// The name of the group that every VPC has (DF-01). No other group may have it.
/// Source: `GroupName` of `CreateSecurityGroup`.
pub const DEFAULT_GROUP: &str = "default";

/// A value of the model with its place: known, or known to be unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field<T> {
    /// The value, or why there is none.
    pub value: Result<T, Arc<Unknown>>,
    /// The text that a user would change: the narrowest place in the declaration that yields the value.
    pub span: Span,
    /// Where it was written and the way it came.
    pub origin: Origin,
}

impl<T> Field<T> {
    /// The value if it is known.
    pub fn known(&self) -> Option<&T> {
        self.value.as_ref().ok()
    }

    /// Another value at the same place.
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> Field<U> {
        Field { value: self.value.map(convert), span: self.span, origin: self.origin }
    }
}

/// A security group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Address of the instance: `module.net.aws_security_group.web["a"]`, a logical id.
    pub address: Arc<str>,
    /// The address without instance keys.
    pub declared: Arc<str>,
    /// What it is to this configuration.
    pub role: GroupRole,
    /// In which language.
    pub language: Language,
    /// Fixed name.
    pub name: Option<Field<Text>>,
    /// Prefix of a generated name.
    pub name_prefix: Option<Field<Text>>,
    /// Description as written.
    pub description: Option<Field<Text>>,
    /// The VPC: a reference's text (`aws_vpc.main.id`) or an id. Two equal texts are the same VPC.
    pub vpc: Option<Field<String>>,
    /// The Region, as far as the configuration of its provider says it.
    pub region: Option<Field<String>>,
    /// The VPC is a default VPC (RA-03, VA-02); `None` if that is not known.
    pub in_default_vpc: Option<bool>,
    /// Account that owns it, when it is known to be another one.
    pub foreign_owner: Option<Field<String>>,
    /// The project says that RAM shares it with this account.
    pub is_shared_here: bool,
    /// A default group that the configuration takes over: Terraform adopts it and leaves it the rules that it declares
    /// (DF-05); in CloudFormation a custom resource gets its id, which can do the same.
    pub is_adopted: bool,
    /// The declaration's head.
    pub head: Span,
    /// The whole declaration.
    pub span: Span,
    /// The module calls that led here, outermost first.
    pub calls: Vec<Span>,
    /// Whether it exists.
    pub presence: Presence,
    /// Its tags, with those that the provider gives to every resource.
    pub tags: Tags,
    /// What happens to it when it is replaced or deleted.
    pub lifecycle: Lifecycle,
    /// Permissions of it that could not be made out: a rule list or dynamic block that is unknown.
    pub unknown_rules: Vec<(Direction, Arc<Unknown>)>,
}

/// What a group is to the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GroupRole {
    /// Declared here.
    Declared,
    /// A VPC's default group: adopted (Terraform) or reached through the VPC.
    Default,
    /// Exists elsewhere: a data source. Its contents are not known.
    External,
}

/// Which way traffic goes, seen from the interfaces that carry the group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// In.
    Ingress,
    /// Out.
    Egress,
}

impl Direction {
    /// `ingress` or `egress`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ingress => "ingress",
            Self::Egress => "egress",
        }
    }
}

/// How a permission was declared (TF-01, CF-01).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// Block or list inside `aws_security_group`: `ingress {}`, `ingress = […]`.
    Inline,
    /// Entry of a list inside `AWS::EC2::SecurityGroup`, or of the Cloud Control provider's group.
    Embedded,
    /// `aws_security_group_rule`.
    RuleResource,
    /// `aws_vpc_security_group_ingress_rule` / `_egress_rule`.
    VpcRuleResource,
    /// `AWS::EC2::SecurityGroupIngress` / `Egress`.
    Standalone,
    /// Nobody wrote it: a documented default (EG-05, DF-02).
    Implicit,
}

impl Form {
    /// Whether it stands inside the group.
    pub fn is_inside(self) -> bool {
        matches!(self, Self::Inline | Self::Embedded)
    }

    /// Name for policies.
    pub fn name(self) -> &'static str {
        match self {
            Self::Inline | Self::Embedded => "inline",
            Self::RuleResource => "rule-resource",
            Self::VpcRuleResource => "vpc-rule-resource",
            Self::Standalone => "standalone",
            Self::Implicit => "implicit",
        }
    }
}

/// One allowance: one direction, one protocol, one port range, one peer (RF-11).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permission {
    /// The group it belongs to.
    pub group: GroupTarget,
    /// Address of the declaring resource.
    pub resource: Arc<str>,
    /// The same without instance keys.
    pub declared: Arc<str>,
    /// Number of the declared rule inside its resource: the permissions of one block share it.
    pub rule: usize,
    /// In or out.
    pub direction: Direction,
    /// How it was declared.
    pub form: Form,
    /// The protocol; the error is a text that is no protocol.
    pub protocol: Option<Field<Result<Protocol, String>>>,
    /// First port, or ICMP type.
    pub from_port: Option<Field<i64>>,
    /// Last port, or ICMP code.
    pub to_port: Option<Field<i64>>,
    /// The other side.
    pub peer: Peer,
    /// Why it stands for any number of permissions, none included, if it does: the list of peers is not known.
    pub several: Option<Arc<Unknown>>,
    /// Tags of the rule; `None` where it is none that takes tags: one inside a group.
    pub tags: Option<Tags>,
    /// Description of the rule.
    pub description: Option<Field<Text>>,
    /// The declared rule: the block, the list element, the resource.
    pub span: Span,
    /// Its head: what to underline when the whole is meant.
    pub head: Span,
    /// The declaring resource as a whole.
    pub resource_span: Span,
    /// The module calls that led here, outermost first.
    pub calls: Vec<Span>,
    /// Whether it exists.
    pub presence: Presence,
}

/// The group that something belongs to or names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupTarget {
    /// A group of the configuration.
    Group(GroupId),
    /// A group that exists elsewhere, by id or `account/id`.
    External(String),
    /// Nothing: names a group that the configuration neither declares nor looks up.
    Dangling(Stray),
    /// Names a group in a form that does not work there, such as its name where its id belongs.
    Misnamed(Stray),
    /// Not known.
    Unknown(Arc<Unknown>),
}

/// A name that does not lead to a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stray {
    /// The name.
    pub name: String,
    /// Why, to be read after the name: `is not declared`.
    pub why: String,
}

impl Stray {
    /// A name and why it leads nowhere.
    pub fn new(name: impl fmt::Display, why: impl Into<String>) -> Self {
        Self { name: name.to_string(), why: why.into() }
    }
}

impl fmt::Display for Stray {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.name, self.why)
    }
}

impl GroupTarget {
    /// The group of the configuration, if it is one.
    pub fn declared(&self) -> Option<GroupId> {
        match self {
            Self::Group(id) => Some(*id),
            _ => None,
        }
    }
}

/// The other side of a permission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Peer {
    /// A CIDR as written, and what it means.
    Cidr(Field<CidrText>),
    /// A group.
    Group(Field<GroupTarget>),
    /// The group itself, by `self = true` or by naming it (RF-21, RF-22).
    SelfGroup(Span),
    /// A prefix list.
    PrefixList(Field<PrefixListTarget>),
    /// Named by an expression whose value is not known.
    Unknown(Field<()>),
    /// An address range that is not known but for its size: it holds a tiny part of all addresses at most, such as the
    /// range of a VPC (NW-01) or a text that ends in `/32`.
    Narrow {
        /// Where it is named, and why it is not known.
        place: Field<()>,
        /// How wide it can be.
        breadth: Breadth,
        /// Address of the resource whose private address it is, if it is one.
        host: Option<Arc<str>>,
    },
    /// None given: the rule admits nobody (RF-12).
    Missing,
}

/// A CIDR as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CidrText {
    /// The text.
    pub text: String,
    /// What it means, or why it means nothing.
    pub cidr: Result<Cidr, CidrError>,
    /// The attribute it stands in is for IPv6 (`ipv6_cidr_blocks`, `CidrIpv6`).
    pub in_ipv6_attribute: bool,
}

/// A prefix list that something names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PrefixListTarget {
    /// One of the configuration.
    Declared(PrefixListId),
    /// Elsewhere: entries not known.
    External(String),
    /// One that AWS keeps for a service of its own, by name (`com.amazonaws.us-east-1.s3`): its entries are the
    /// addresses of that service and change with it.
    Service(String),
    /// Not known.
    Unknown(Arc<Unknown>),
}

/// A managed prefix list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrefixList {
    /// Address of the instance.
    pub address: Arc<str>,
    /// The address without instance keys.
    pub declared: Arc<str>,
    /// The version of its addresses, which never changes (QU-09).
    pub family: Result<Family, Arc<Unknown>>,
    /// Its entries.
    pub entries: Vec<Field<CidrText>>,
    /// Why there may be more entries than those known.
    pub unknown_entries: Option<Arc<Unknown>>,
    /// `max_entries`.
    pub max_entries: Option<Field<i64>>,
    /// The declaration's head.
    pub head: Span,
    /// The whole declaration.
    pub span: Span,
    /// The module calls that led here, outermost first.
    pub calls: Vec<Span>,
    /// Whether it exists.
    pub presence: Presence,
}

impl PrefixList {
    /// The union of the entries that are known and valid.
    pub fn addresses(&self) -> AddressSet {
        self.entries
            .iter()
            .filter_map(|entry| entry.known()?.cidr.as_ref().ok())
            .fold(AddressSet::empty(), |set, cidr| set.union(&cidr.addresses()))
    }
}

/// A group on an interface, by the resource that says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Address of the resource.
    pub resource: Arc<str>,
    /// The same without instance keys.
    pub declared: Arc<str>,
    /// Its type.
    pub kind: Arc<str>,
    /// The service, as in `attachments.csv`.
    pub service: &'static str,
    /// The attribute's path.
    pub path: &'static str,
    /// The interface that carries it; of another resource, if the resource is only there to attach the group.
    pub interface: InterfaceId,
    /// The group.
    pub group: Field<GroupTarget>,
    /// Nobody names it: it is the default group, which the resource gets because it names none (DF-03).
    pub is_implicit: bool,
    /// Whether groups shared by RAM may be attached (RA-11).
    pub shareable: Shareable,
    /// The service takes groups of another VPC that are associated with its own (VA-03).
    pub is_associable: bool,
    /// The resource's head.
    pub head: Span,
    /// The resource.
    pub span: Span,
    /// The module calls that led here, outermost first.
    pub calls: Vec<Span>,
    /// Whether it exists.
    pub presence: Presence,
}

/// A place that says which groups an interface carries: an argument, or a resource that adds one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// Address of the resource.
    pub resource: Arc<str>,
    /// The same without instance keys.
    pub declared: Arc<str>,
    /// The argument.
    pub argument: &'static str,
    /// The argument's place.
    pub place: Span,
    /// Another place that says it for the same interface (TF-15).
    pub rival: Option<Rival>,
    /// The resource's head.
    pub head: Span,
    /// The resource.
    pub span: Span,
    /// The module calls that led here, outermost first.
    pub calls: Vec<Span>,
    /// Whether it exists.
    pub presence: Presence,
}

/// The other of two places that manage the groups of one interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rival {
    /// What it is called: `aws_instance.web.vpc_security_group_ids`.
    pub name: String,
    /// Where it stands.
    pub place: Span,
    /// The language or AWS refuses both; otherwise each undoes what the other did.
    pub is_refused: bool,
}

/// Whether a service takes groups that are shared by RAM.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shareable {
    /// Listed as supported.
    Yes,
    /// Named as unsupported.
    No,
    /// Absent from the list of supported services.
    NotListed,
    /// The list does not say clearly.
    Ambiguous,
}

impl Shareable {
    /// Name for policies.
    pub fn name(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::NotListed => "not-listed",
            Self::Ambiguous => "ambiguous",
        }
    }
}

/// A list of all the rules that a group may have: `aws_vpc_security_group_rules_exclusive`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExclusiveRules {
    /// The group.
    pub group: Field<GroupTarget>,
    /// Addresses of the rule resources that are listed.
    pub rules: Vec<Arc<str>>,
    /// Why there may be others in the list.
    pub unknown_rules: Option<Arc<Unknown>>,
}

/// A resource share: what it hands to whom (RA-16).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// Address of the share; of what adds to it, if it is declared elsewhere.
    pub resource: Arc<str>,
    /// The same without instance keys.
    pub declared: Arc<str>,
    /// The shared groups.
    pub groups: Vec<SharedGroup>,
    /// Identities of the shared subnets.
    pub subnets: Vec<Field<String>>,
    /// The shared prefix lists of the configuration.
    pub prefix_lists: Vec<PrefixListId>,
    /// Why it may hold more.
    pub unknown_items: Option<Arc<Unknown>>,
    /// Whom it serves.
    pub principals: Vec<Field<String>>,
    /// Accounts outside of the organization may be added (RA-05); `None` if the share is declared elsewhere.
    pub external_allowed: Option<Field<bool>>,
    /// The declaration's head.
    pub head: Span,
    /// The whole declaration.
    pub span: Span,
    /// The module calls that led here, outermost first.
    pub calls: Vec<Span>,
    /// Whether it exists.
    pub presence: Presence,
}

/// A group in a resource share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedGroup {
    /// The group.
    pub group: Field<GroupTarget>,
    /// Address of the resource that puts it there.
    pub resource: Arc<str>,
    /// Head of the declaration that puts it there.
    pub head: Span,
    /// That declaration.
    pub span: Span,
    /// The module calls that led to it, outermost first.
    pub calls: Vec<Span>,
    /// Whether it is there.
    pub presence: Presence,
}

/// A data source that looks for groups by their tags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagLookup {
    /// Its address.
    pub resource: Arc<str>,
    /// The same without instance keys.
    pub declared: Arc<str>,
    /// The group that it stands for, if it finds one.
    pub group: Option<GroupId>,
    /// The account that it asks for the groups of, if that is another for certain.
    pub owner: Option<Field<String>>,
    /// The keys that it asks for, and which of them something here gives to a group that is not declared here.
    pub tags: Vec<SoughtTag>,
    /// The argument that asks for the first of them.
    pub place: Span,
    /// The declaration's head.
    pub head: Span,
    /// The whole declaration.
    pub span: Span,
    /// The module calls that led here, outermost first.
    pub calls: Vec<Span>,
    /// Whether it exists.
    pub presence: Presence,
}

/// A tag that a data source looks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SoughtTag {
    /// Its key, as it is told.
    pub key: String,
    /// Whether a resource of the configuration may put it on a group that exists elsewhere (`aws_ec2_tag`).
    pub is_given: Result<bool, Arc<Unknown>>,
}

/// How a place uses a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UseRole {
    /// Carried by a resource.
    Attach,
    /// Peer of a rule of another group.
    Peer,
    /// Owner of a standalone rule.
    RuleOwner,
    /// Shared by RAM.
    Share,
    /// Associated with another VPC.
    VpcAssociation,
    /// Handed out by an output.
    Output,
    /// Named by any other attribute.
    Other,
}

impl UseRole {
    /// Name for policies.
    pub fn name(self) -> &'static str {
        match self {
            Self::Attach => "attach",
            Self::Peer => "peer",
            Self::RuleOwner => "rule-owner",
            Self::Share => "share",
            Self::VpcAssociation => "vpc-association",
            Self::Output => "output",
            Self::Other => "other",
        }
    }
}

/// A place that names a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupUse {
    /// How.
    pub role: UseRole,
    /// Address of the resource (or name of the output) that names it.
    pub resource: Arc<str>,
    /// The attribute's name or path.
    pub attribute: Arc<str>,
    /// What it names.
    pub group: Field<GroupTarget>,
    /// The resource as a whole.
    pub resource_span: Span,
    /// The module calls that led here, outermost first.
    pub calls: Vec<Span>,
}

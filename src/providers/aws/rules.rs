//! Declared rules to permissions: one for each peer (RF-11), in any of the forms both languages have.
//!
//! The forms differ in the names of their arguments only; a [`Vocabulary`] holds those, so that every form
//! is read by the same code.

use std::sync::Arc;

use super::Builder;
use super::fields::{Argument, at, cidr, flatten, read, reason};
use super::narrow::{breadth, host};
use super::references::Names;
use super::tables::Item;
use super::tags::tags;
use crate::network::model::{Direction, Field, Form, GroupTarget, Peer, Permission, Stray, UseRole};
use crate::network::protocol::Protocol;
use crate::problem::Problem;
use crate::resource::{Cause, Language, Resource, SENSITIVE_TEXT, Unknown, Value, ValueKind};
use crate::source::Span;

/// What a form of rule calls its arguments.
#[derive(Debug)]
pub(super) struct Vocabulary {
    pub(super) protocol: &'static str,
    pub(super) from_port: &'static str,
    pub(super) to_port: &'static str,
    pub(super) description: &'static str,
    pub(super) ipv4: &'static str,
    pub(super) ipv6: &'static str,
    pub(super) prefix_list: &'static str,
    /// Arguments that name peer groups, and what they take.
    pub(super) groups: &'static [(&'static str, Item)],
    /// The account that owns the peer group, where that is an argument of its own (CF-07).
    pub(super) group_owner: &'static str,
    /// The switch that makes the group its own peer (RF-21).
    pub(super) own: &'static str,
    /// The arguments for peers that take lists.
    pub(super) lists: &'static [&'static str],
}

/// Blocks inside `aws_security_group` and `aws_default_security_group`.
const INLINE: Vocabulary = Vocabulary {
    protocol: "protocol",
    from_port: "from_port",
    to_port: "to_port",
    description: "description",
    ipv4: "cidr_blocks",
    ipv6: "ipv6_cidr_blocks",
    prefix_list: "prefix_list_ids",
    groups: &[("security_groups", Item::Either)],
    group_owner: "",
    own: "self",
    lists: &["cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids", "security_groups"],
};

/// `aws_security_group_rule` (TF-07).
const RULE: Vocabulary = Vocabulary { groups: &[("source_security_group_id", Item::Id)], ..INLINE };

/// `aws_vpc_security_group_ingress_rule` and `_egress_rule` (TF-08).
const VPC_RULE: Vocabulary = Vocabulary {
    protocol: "ip_protocol",
    ipv4: "cidr_ipv4",
    ipv6: "cidr_ipv6",
    prefix_list: "prefix_list_id",
    groups: &[("referenced_security_group_id", Item::Id)],
    own: "",
    lists: &[],
    ..INLINE
};

/// Where the arguments of a rule stand.
pub(super) enum Body<'a> {
    /// A block or list element inside a group: its value, the place it stands in, and the argument that holds it.
    Inside { value: &'a Value, place: Span, under: &'static str },
    /// A resource of its own.
    Resource,
}

/// A declared rule.
pub(super) struct Rule<'a> {
    pub(super) resource: &'a Resource,
    pub(super) body: Body<'a>,
    pub(super) vocabulary: &'static Vocabulary,
    pub(super) group: GroupTarget,
    pub(super) number: usize,
    pub(super) direction: Direction,
    pub(super) form: Form,
}

/// The rules inside `aws_security_group` or `aws_default_security_group`.
pub(super) fn inline(builder: &mut Builder<'_>, resource: &Resource) {
    let arguments = [("ingress", Direction::Ingress), ("egress", Direction::Egress)];
    embedded(builder, resource, Form::Inline, &arguments.map(|(name, direction)| (name, direction, &INLINE)));
}

/// The rules that a group holds in list arguments, in source order. Whether a direction holds any is
/// answered by [`has_entries`].
pub(super) fn embedded(
    builder: &mut Builder<'_>,
    resource: &Resource,
    form: Form,
    arguments: &[(&'static str, Direction, &'static Vocabulary)],
) {
    let Some(id) = builder.names.group_of(resource) else { return };
    let mut entries = Vec::new();
    for &(name, direction, vocabulary) in arguments {
        let Some(attribute) = resource.attribute(name) else { continue };
        for member in flatten(&attribute.value) {
            if !matches!(member.kind, ValueKind::Map(_)) {
                let unknown = reason(&member, "a rule", member.origin.narrowest_in(attribute.span));
                builder.network.groups[id.0].unknown_rules.push((direction, unknown));
                continue;
            }
            // A rule that is written elsewhere (in a variable) stands where it is referred to.
            let written = member.origin.written;
            let here = member.origin.narrowest_in(attribute.span);
            let place = if resource.span.contains(written) { written } else { here };
            let start = member.origin.narrowest_in(resource.span).start;
            entries.push((start, member, place, name, direction, vocabulary));
        }
    }
    entries.sort_by_key(|(start, ..)| *start);
    for (number, (_, value, place, under, direction, vocabulary)) in entries.iter().enumerate() {
        declare(
            builder,
            &Rule {
                resource,
                body: Body::Inside { value, place: *place, under },
                vocabulary,
                group: GroupTarget::Group(id),
                number,
                direction: *direction,
                form,
            },
        );
    }
}

/// Whether a group holds rules in a list argument, or may: nothing is said by absence, null and `[]`.
pub(super) fn has_entries(resource: &Resource, argument: &str) -> bool {
    resource.attribute(argument).is_some_and(|attribute| !flatten(&attribute.value).is_empty())
}

/// `aws_security_group_rule`.
pub(super) fn rule_resource(builder: &mut Builder<'_>, resource: &Resource) -> GroupTarget {
    let group = owner(builder, resource, &[("security_group_id", Item::Id)]);
    let kind = Argument::of(resource, "type").map(|argument| argument.text());
    let direction = match kind.as_ref().and_then(Field::known).map(String::as_str) {
        Some("ingress") => Direction::Ingress,
        Some("egress") => Direction::Egress,
        _ => {
            without_direction(builder, resource, &group, kind);
            return group;
        }
    };
    standalone(builder, resource, &RULE, group.clone(), direction, Form::RuleResource);
    group
}

/// `aws_vpc_security_group_ingress_rule` and `_egress_rule`.
pub(super) fn vpc_rule_resource(
    builder: &mut Builder<'_>,
    resource: &Resource,
    direction: Direction,
) -> GroupTarget {
    let group = owner(builder, resource, &[("security_group_id", Item::Id)]);
    standalone(builder, resource, &VPC_RULE, group.clone(), direction, Form::VpcRuleResource);
    group
}

/// A resource that is one rule.
pub(super) fn standalone(
    builder: &mut Builder<'_>,
    resource: &Resource,
    vocabulary: &'static Vocabulary,
    group: GroupTarget,
    direction: Direction,
    form: Form,
) {
    let body = Body::Resource;
    declare(builder, &Rule { resource, body, vocabulary, group, number: 0, direction, form });
}

/// The group that a rule resource belongs to, by the first of the arguments that is given.
pub(super) fn owner(
    builder: &mut Builder<'_>,
    resource: &Resource,
    arguments: &[(&'static str, Item)],
) -> GroupTarget {
    for &(name, item) in arguments {
        let Some(Argument { place, value }) = Argument::of(resource, name) else { continue };
        if let Some(named) = builder.names.named(&value, item).into_iter().next() {
            let field = at(place, &named.value, named.target.clone());
            builder.record_use(resource, UseRole::RuleOwner, name, field);
            return named.target;
        }
    }
    let cause = Cause::Invalid(format!("{} names no security group", resource.address));
    GroupTarget::Unknown(Arc::new(Unknown::new(cause, resource.head)))
}

/// A rule whose direction is not known may add to either.
fn without_direction(
    builder: &mut Builder<'_>,
    resource: &Resource,
    group: &GroupTarget,
    kind: Option<Field<String>>,
) {
    let span = kind.as_ref().map_or(resource.head, |kind| kind.span);
    let unknown = match kind.map(|kind| kind.value) {
        Some(Err(unknown)) => unknown,
        _ => Arc::new(Unknown::new(Cause::Invalid("type is neither ingress nor egress".into()), span)),
    };
    let problem = Problem::warning(
        "rule-direction-unknown",
        format!("{} is not judged: whether it is ingress or egress is not known", resource.address),
    );
    builder.problems.push(problem.at(span).help(r#"set type to "ingress" or "egress""#));
    if let Some(id) = group.declared() {
        let directions = [Direction::Ingress, Direction::Egress];
        let unknowns = directions.map(|direction| (direction, Arc::clone(&unknown)));
        builder.network.groups[id.0].unknown_rules.extend(unknowns);
    }
}

/// A peer, and why it stands for any number of them, if it does.
type Peers = (Peer, Option<Arc<Unknown>>);

/// A group that a rule names as its peer.
struct PeerGroup {
    /// The argument that names it.
    argument: &'static str,
    group: Field<GroupTarget>,
    /// Why it stands for any number of groups, if it does.
    several: Option<Arc<Unknown>>,
}

/// Adds the permissions of a rule: one for each peer, or one without peer if it has none (RF-12).
fn declare(builder: &mut Builder<'_>, rule: &Rule<'_>) {
    let Rule { resource, vocabulary, .. } = rule;
    let mut peers = rule.address_peers(&builder.names);
    for PeerGroup { argument, group, several } in rule.peer_groups(&builder.names) {
        let own = group.known().is_some_and(|target| same(target, &rule.group));
        if own {
            peers.push((Peer::SelfGroup(group.span), several));
        } else {
            builder.record_use(resource, UseRole::Peer, &rule.path(argument), group.clone());
            peers.push((Peer::Group(group), several));
        }
    }
    peers.extend(rule.own_peer().map(|peer| (peer, None)));
    if peers.is_empty() {
        peers.push((Peer::Missing, None));
    }
    let protocol = rule.argument(vocabulary.protocol).map(|argument| argument.protocol());
    let from_port = rule.argument(vocabulary.from_port).map(|argument| argument.number());
    let to_port = rule.argument(vocabulary.to_port).map(|argument| argument.number());
    let description = rule.argument(vocabulary.description).map(|argument| argument.text_in_parts());
    let tags = (rule.form == Form::VpcRuleResource).then(|| tags(resource));
    let (span, head) = rule.spans();
    builder.problems.extend(refused(rule, protocol.as_ref(), head));
    builder.network.permissions.extend(peers.into_iter().map(|(peer, several)| Permission {
        group: rule.group.clone(),
        resource: Arc::clone(&resource.address),
        declared: Arc::clone(&resource.declared),
        rule: rule.number,
        direction: rule.direction,
        form: rule.form,
        protocol: protocol.clone(),
        from_port: from_port.clone(),
        to_port: to_port.clone(),
        peer,
        several,
        tags: tags.clone(),
        description: description.clone(),
        span,
        head,
        resource_span: resource.span,
        calls: resource.calls.clone(),
        presence: resource.presence.clone(),
    }));
}

/// A rule whose protocol is missing (the languages and the API require it) or is none (RF-01) opens nothing, as
/// it cannot be deployed. That must not look as if it were fine.
fn refused(
    rule: &Rule<'_>,
    protocol: Option<&Field<Result<Protocol, String>>>,
    head: Span,
) -> Option<Problem> {
    let argument = rule.vocabulary.protocol;
    let (what, span, help) = match protocol {
        None => ("has no", head, "write tcp, udp, icmp, icmpv6, -1 or a number"),
        Some(Field { value: Ok(Err(why)), span, .. }) => ("does not have a valid", *span, why.as_str()),
        Some(_) => return None,
    };
    let message = format!("a rule of {} is not judged: it {what} {argument}", rule.resource.declared);
    Some(Problem::warning("rule-protocol", message).at(span).help(help))
}

impl Rule<'_> {
    /// An argument by name; absent and null are the same, and a form without it has an empty name for it.
    fn argument(&self, name: &str) -> Option<Argument> {
        match self.body {
            Body::Resource => Argument::of(self.resource, name),
            Body::Inside { value, place, .. } => {
                value.get(name).filter(|value| !value.is_null()).map(|value| Argument { place, value })
            }
        }
    }

    fn path(&self, attribute: &str) -> String {
        match self.body {
            Body::Resource => attribute.to_owned(),
            Body::Inside { under, .. } => format!("{under}.{attribute}"),
        }
    }

    /// The rule as a whole, and what to underline of it.
    fn spans(&self) -> (Span, Span) {
        match self.body {
            Body::Resource => (self.resource.span, self.resource.head),
            Body::Inside { place, .. } => (place, place),
        }
    }

    /// Why a member of an argument stands for any number of members, if it does: it is not one of a list, but the list
    /// itself, or a part of it of unknown length.
    fn several(&self, name: &str, argument: &Argument, member: &Value) -> Option<Arc<Unknown>> {
        let is_list = matches!(argument.value.kind, ValueKind::List(_) | ValueKind::Set(_));
        let is_open = self.vocabulary.lists.contains(&name) && !is_list && member.as_str().is_none();
        (is_open || member.is_several())
            .then(|| reason(member, "a list", member.origin.narrowest_in(argument.place)))
    }

    /// Peers by address and by prefix list.
    fn address_peers(&self, names: &Names<'_>) -> Vec<Peers> {
        let mut peers = Vec::new();
        for (name, is_ipv6) in [(self.vocabulary.ipv4, false), (self.vocabulary.ipv6, true)] {
            let Some(argument) = self.argument(name) else { continue };
            peers.extend(flatten(&argument.value).iter().map(|member| {
                let several = self.several(name, &argument, member);
                let field = cidr(argument.place, member, is_ipv6);
                if field.value.is_ok() {
                    return (Peer::Cidr(field), several);
                }
                let place = field.map(|_| ());
                let peer = match breadth(member, names) {
                    Some(breadth) => Peer::Narrow { place, breadth, host: host(member, names) },
                    None => Peer::Unknown(place),
                };
                (peer, several)
            }));
        }
        if let Some(argument) = self.argument(self.vocabulary.prefix_list) {
            peers.extend(names.prefix_lists(&argument.value).into_iter().map(|(member, target)| {
                let several = self.several(self.vocabulary.prefix_list, &argument, &member);
                (Peer::PrefixList(at(argument.place, &member, target)), several)
            }));
        }
        peers
    }

    /// The groups that are named as peers.
    fn peer_groups(&self, names: &Names<'_>) -> Vec<PeerGroup> {
        let owner = self.argument(self.vocabulary.group_owner).map(|owner| match owner.text() {
            // It would be told with the group.
            Field { span, .. } if owner.value.is_sensitive() => {
                let cause = Cause::LookedUp(format!("the account that {SENSITIVE_TEXT} names"));
                Err(Arc::new(Unknown::new(cause, span)))
            }
            field => field.value,
        });
        let mut groups = Vec::new();
        for &(name, item) in self.vocabulary.groups {
            let Some(argument) = self.argument(name) else { continue };
            groups.extend(names.named(&argument.value, item).into_iter().map(|named| {
                let target = match (&owner, named.value.as_str()) {
                    // Names work in the default VPC only (CF-06).
                    _ if item == Item::Name && self.is_in_other_vpc(names) => {
                        let why = "is for groups of the default VPC, others are named by their id";
                        GroupTarget::Misnamed(Stray::new(name, why))
                    }
                    (Some(_), Some(_)) if named.value.is_sensitive() => named.target,
                    (Some(owner), Some(text)) if !text.contains('/') && named.target.declared().is_none() => {
                        match owner {
                            Ok(owner) => GroupTarget::External(format!("{owner}/{text}")),
                            Err(why) => GroupTarget::Unknown(Arc::clone(why)),
                        }
                    }
                    (owner, Some(text)) => self
                        .without_account(names, &named.target, owner.as_ref(), text)
                        .unwrap_or(named.target),
                    _ => named.target,
                };
                let several = self.several(name, &argument, &named.value);
                PeerGroup { argument: name, group: at(argument.place, &named.value, target), several }
            }));
        }
        groups
    }

    /// A group of another account that is named without that account, or with a third one: the API looks for it there.
    /// Source: `UserIdGroupPair` of the EC2 API.
    fn without_account(
        &self,
        names: &Names<'_>,
        target: &GroupTarget,
        owner: Option<&Result<String, Arc<Unknown>>>,
        text: &str,
    ) -> Option<GroupTarget> {
        let account = names.account_to_name(target.declared()?)?;
        let (before, id) = text.rsplit_once('/').map_or((None, text), |(before, id)| (Some(before), id));
        let named = match (before, owner) {
            (Some(before), _) => Some(before),
            (None, Some(owner)) => Some(owner.as_deref().ok()?),
            (None, None) => None,
        };
        let argument = self.vocabulary.group_owner;
        let help = match self.resource.language {
            _ if named.is_some_and(|named| named == account || named.contains(':')) => return None,
            Language::Terraform => format!("write {account}/{id}"),
            // A rule out of a group has no argument for the account.
            Language::CloudFormation if argument.is_empty() => return None,
            Language::CloudFormation => format!("{argument} has to say so"),
        };
        Some(GroupTarget::Misnamed(Stray::new(id, format!("is a group of the account {account}; {help}"))))
    }

    /// Whether the rule belongs to a group that is known to lie in a VPC other than the default one.
    fn is_in_other_vpc(&self, names: &Names<'_>) -> bool {
        self.group.declared().is_some_and(|id| names.takes_ids_only(id))
    }

    /// The group itself, if the rule says so. If that depends on something unknown, the peer is a group at
    /// most: nobody else.
    fn own_peer(&self) -> Option<Peer> {
        let Argument { place, value } = self.argument(self.vocabulary.own)?;
        let field = read(place, &value, "true or false", Value::as_bool);
        match &field.value {
            Ok(true) => Some(Peer::SelfGroup(field.span)),
            Ok(false) => None,
            Err(unknown) => {
                let target = GroupTarget::Unknown(Arc::clone(unknown));
                Some(Peer::Group(Field { value: Ok(target), span: field.span, origin: field.origin }))
            }
        }
    }
}

/// Whether both are the same group, as far as is known.
fn same(left: &GroupTarget, right: &GroupTarget) -> bool {
    match (left, right) {
        (GroupTarget::Group(left), GroupTarget::Group(right)) => left == right,
        (GroupTarget::External(left), GroupTarget::External(right)) => left == right,
        (GroupTarget::Dangling(left), GroupTarget::Dangling(right))
        | (GroupTarget::Misnamed(left), GroupTarget::Misnamed(right)) => left == right,
        _ => false,
    }
}

#[cfg(test)]
mod tests;

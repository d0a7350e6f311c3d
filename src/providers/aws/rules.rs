//! Declared rules to permissions: one for each peer (RF-11), in any of the forms both languages have.
//!
//! The forms differ in the names of their arguments only; a [`Vocabulary`] holds those, so that every form
//! is read by the same code.

use std::sync::Arc;

use super::Builder;
use super::fields::{Argument, at, cidr, flatten, read, reason};
use super::narrow::is_narrow;
use super::references::Names;
use super::tables::Item;
use crate::network::model::{Direction, Field, Form, GroupTarget, Peer, Permission, UseRole};
use crate::network::protocol::Protocol;
use crate::problem::Problem;
use crate::resource::{Cause, Resource, Unknown, Value, ValueKind};
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
    embedded(builder, resource, &arguments.map(|(name, direction)| (name, direction, &INLINE)));
}

/// The rules that a group holds in list arguments, in source order. Whether a direction holds any is
/// answered by [`has_entries`].
pub(super) fn embedded(
    builder: &mut Builder<'_>,
    resource: &Resource,
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
            let place = if resource.span.contains(written) { written } else { attribute.span };
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
                form: Form::Inline,
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
    GroupTarget::Unknown(Arc::new(Unknown { cause, at: resource.head }))
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
        _ => {
            Arc::new(Unknown { cause: Cause::Invalid("type is neither ingress nor egress".into()), at: span })
        }
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

/// Adds the permissions of a rule: one for each peer, or one without peer if it has none (RF-12).
fn declare(builder: &mut Builder<'_>, rule: &Rule<'_>) {
    let Rule { resource, vocabulary, .. } = rule;
    let mut peers = rule.address_peers(&builder.names);
    for (attribute, field) in rule.peer_groups(&builder.names) {
        let own = field.known().is_some_and(|target| same(target, &rule.group));
        if own {
            peers.push(Peer::SelfGroup(field.span));
        } else {
            builder.record_use(resource, UseRole::Peer, &rule.path(attribute), field.clone());
            peers.push(Peer::Group(field));
        }
    }
    peers.extend(rule.own_peer());
    if peers.is_empty() {
        peers.push(Peer::Missing);
    }
    let protocol = rule.argument(vocabulary.protocol).map(|argument| argument.protocol());
    let from_port = rule.argument(vocabulary.from_port).map(|argument| argument.number());
    let to_port = rule.argument(vocabulary.to_port).map(|argument| argument.number());
    let description = rule.argument(vocabulary.description).map(|argument| argument.text());
    let (span, head) = rule.spans();
    builder.problems.extend(refused(rule, protocol.as_ref(), head));
    builder.network.permissions.extend(peers.into_iter().map(|peer| Permission {
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

    /// Peers by address and by prefix list.
    fn address_peers(&self, names: &Names<'_>) -> Vec<Peer> {
        let mut peers = Vec::new();
        for (name, is_ipv6) in [(self.vocabulary.ipv4, false), (self.vocabulary.ipv6, true)] {
            let Some(Argument { place, value }) = self.argument(name) else { continue };
            peers.extend(flatten(&value).iter().map(|member| {
                let field = cidr(place, member, is_ipv6);
                match field.value {
                    Ok(_) => Peer::Cidr(field),
                    Err(_) if is_narrow(member, names) => Peer::Narrow(field.map(|_| ())),
                    Err(_) => Peer::Unknown(field.map(|_| ())),
                }
            }));
        }
        if let Some(Argument { place, value }) = self.argument(self.vocabulary.prefix_list) {
            let members = flatten(&value);
            peers.extend(
                members.iter().map(|member| Peer::PrefixList(at(place, member, names.prefix_list(member)))),
            );
        }
        peers
    }

    /// The groups that are named as peers, and the argument that names each.
    fn peer_groups(&self, names: &Names<'_>) -> Vec<(&'static str, Field<GroupTarget>)> {
        let owner = self.argument(self.vocabulary.group_owner).map(|owner| owner.text());
        let owner = owner.as_ref().and_then(Field::known);
        let mut groups = Vec::new();
        for &(name, item) in self.vocabulary.groups {
            let Some(Argument { place, value }) = self.argument(name) else { continue };
            groups.extend(names.named(&value, item).into_iter().map(|named| {
                let target = match (owner, named.value.as_str()) {
                    (Some(owner), Some(text)) if !text.contains('/') => {
                        GroupTarget::External(format!("{owner}/{text}"))
                    }
                    _ => named.target,
                };
                (name, at(place, &named.value, target))
            }));
        }
        groups
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
        (GroupTarget::External(left), GroupTarget::External(right))
        | (GroupTarget::Dangling(left), GroupTarget::Dangling(right)) => left == right,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Draft, permissions, uses};
    use super::*;

    fn block(draft: &Draft, peers: Vec<(&str, Value)>) -> Value {
        let ports = vec![
            ("from_port", draft.number(443)),
            ("to_port", draft.text("443")),
            ("protocol", draft.text("tcp")),
        ];
        draft.map(ports.into_iter().chain(peers).collect())
    }

    #[test]
    fn a_block_with_several_peers_is_one_rule_and_one_permission_for_each() {
        let draft = Draft::terraform();
        let peers = vec![
            ("cidr_blocks", draft.texts(&["10.0.0.0/8", "192.168.0.0/16"])),
            ("ipv6_cidr_blocks", draft.texts(&["::/0"])),
            ("self", draft.truth(true)),
        ];
        let ingress = draft.list(vec![block(&draft, peers)]);
        let network =
            draft.network(vec![draft.resource("aws_security_group.web", vec![("ingress", ingress)])]);
        assert_eq!(
            permissions(&network),
            [
                "aws_security_group.web ingress tcp 443-443 10.0.0.0/8",
                "aws_security_group.web ingress tcp 443-443 192.168.0.0/16",
                "aws_security_group.web ingress tcp 443-443 ::/0",
                "aws_security_group.web ingress tcp 443-443 self",
            ]
        );
        assert!(network.permissions.iter().all(|permission| permission.rule == 0));
        assert_eq!(uses(&network), [""; 0], "a group does not use itself");
    }

    #[test]
    fn each_peer_stands_where_it_is_written_or_referred_to() {
        let draft = Draft::terraform();
        let (literal, referred) = (draft.text("10.0.0.0/8"), draft.default("0.0.0.0/0"));
        let (literal_span, use_span) = (literal.origin.written, referred.origin.steps()[1].span);
        let ingress = block(&draft, vec![("cidr_blocks", draft.list(vec![literal, referred]))]);
        let block_span = ingress.origin.written;
        let ingress = draft.list(vec![ingress]);
        let network =
            draft.network(vec![draft.resource("aws_security_group.web", vec![("ingress", ingress)])]);
        let spans: Vec<_> = network
            .permissions
            .iter()
            .map(|permission| match &permission.peer {
                Peer::Cidr(field) => field.span,
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(spans, [literal_span, use_span]);
        assert!(network.permissions.iter().all(|permission| permission.span == block_span));
    }

    #[test]
    fn a_rule_without_peer_admits_nobody() {
        let draft = Draft::terraform();
        let empty = block(&draft, vec![("cidr_blocks", draft.texts(&[])), ("self", draft.truth(false))]);
        let ingress = draft.list(vec![empty]);
        let network =
            draft.network(vec![draft.resource("aws_security_group.web", vec![("ingress", ingress)])]);
        assert_eq!(permissions(&network), ["aws_security_group.web ingress tcp 443-443 nobody"]);
    }

    #[test]
    fn rules_are_numbered_in_source_order_across_directions() {
        let draft = Draft::terraform();
        let egress = draft.list(vec![block(&draft, vec![("cidr_blocks", draft.texts(&["10.0.0.0/8"]))])]);
        let ingress = draft.list(vec![
            block(&draft, vec![("cidr_blocks", draft.texts(&["10.1.0.0/16"]))]),
            draft.map(vec![("protocol", draft.number(-1)), ("self", draft.truth(true))]),
        ]);
        let group = draft.resource("aws_security_group.web", vec![("ingress", ingress), ("egress", egress)]);
        let network = draft.network(vec![group]);
        let numbers: Vec<_> = network.permissions.iter().map(|permission| permission.rule).collect();
        assert_eq!(numbers, [0, 1, 2]);
        assert_eq!(
            permissions(&network),
            [
                "aws_security_group.web egress tcp 443-443 10.0.0.0/8",
                "aws_security_group.web ingress tcp 443-443 10.1.0.0/16",
                "aws_security_group.web ingress all --- self",
            ]
        );
    }

    #[test]
    fn what_is_not_known_of_a_rule_is_carried() {
        let draft = Draft::terraform();
        let ingress = draft.list(vec![
            block(&draft, vec![("cidr_blocks", draft.input("var.all"))]),
            block(
                &draft,
                vec![("cidr_blocks", draft.list(vec![draft.input("var.one"), draft.text("10.0.0.0/8")]))],
            ),
            block(&draft, vec![("self", draft.input("var.self"))]),
            draft.input("var.rule"),
        ]);
        let egress = draft.input("var.egress");
        let group = draft.resource("aws_security_group.web", vec![("ingress", ingress), ("egress", egress)]);
        let network = draft.network(vec![group]);
        assert_eq!(
            permissions(&network),
            [
                "aws_security_group.web ingress tcp 443-443 unknown: var.all has no value",
                "aws_security_group.web ingress tcp 443-443 unknown: var.one has no value",
                "aws_security_group.web ingress tcp 443-443 10.0.0.0/8",
                "aws_security_group.web ingress tcp 443-443 unknown: var.self has no value",
            ]
        );
        assert!(matches!(network.permissions[3].peer, Peer::Group(_)), "nobody but a group");
        let unknown: Vec<_> = network.groups[0]
            .unknown_rules
            .iter()
            .map(|(direction, unknown)| format!("{} {}", direction.name(), unknown.cause))
            .collect();
        assert_eq!(unknown, ["ingress var.rule has no value", "egress var.egress has no value"]);
    }

    #[test]
    fn rule_resources_belong_to_the_group_they_name() {
        let draft = Draft::terraform();
        let web = draft.resource("aws_security_group.web", vec![]);
        let db = draft.resource("aws_security_group.db", vec![]);
        let rule = draft.resource(
            "aws_security_group_rule.a",
            vec![
                ("type", draft.text("ingress")),
                ("security_group_id", draft.refer("aws_security_group.db", "id")),
                ("source_security_group_id", draft.refer("aws_security_group.web", "id")),
                ("protocol", draft.text("6")),
                ("from_port", draft.number(5432)),
                ("to_port", draft.number(5432)),
            ],
        );
        let vpc_rule = draft.resource(
            "aws_vpc_security_group_egress_rule.b",
            vec![
                ("security_group_id", draft.refer("aws_security_group.db", "id")),
                ("referenced_security_group_id", draft.refer("aws_security_group.db", "id")),
                ("ip_protocol", draft.text("-1")),
            ],
        );
        let network = draft.network(vec![web, db, rule, vpc_rule]);
        assert_eq!(
            permissions(&network),
            [
                "aws_security_group.db ingress tcp 5432-5432 aws_security_group.web",
                "aws_security_group.db egress all --- self",
            ]
        );
        let forms: Vec<_> = network.permissions.iter().map(|permission| permission.form.name()).collect();
        assert_eq!(forms, ["rule-resource", "vpc-rule-resource"]);
        assert_eq!(
            uses(&network),
            [
                "rule-owner aws_security_group_rule.a security_group_id: aws_security_group.db",
                "peer aws_security_group_rule.a source_security_group_id: aws_security_group.web",
                "rule-owner aws_vpc_security_group_egress_rule.b security_group_id: aws_security_group.db",
            ]
        );
    }

    #[test]
    fn a_group_that_is_elsewhere_may_be_its_own_peer() {
        let draft = Draft::terraform();
        let rule = |peer: &str| {
            let attributes = vec![
                ("type", draft.text("ingress")),
                ("security_group_id", draft.text("sg-11111111")),
                ("source_security_group_id", draft.text(peer)),
                ("protocol", draft.text("tcp")),
            ];
            draft.resource("aws_security_group_rule.a", attributes)
        };
        let network = draft.network(vec![rule("sg-11111111"), rule("sg-22222222")]);
        let own = network.permissions.iter().map(|it| matches!(it.peer, Peer::SelfGroup(_)));
        assert_eq!(own.collect::<Vec<_>>(), [true, false]);
    }

    #[test]
    fn a_rule_that_is_refused_for_its_protocol_is_not_passed_over() {
        let draft = Draft::terraform();
        let peer = || ("cidr_blocks", draft.texts(&["0.0.0.0/0"]));
        let rules = [
            vec![peer()],
            vec![("protocol", draft.text("tpc")), peer()],
            vec![("protocol", draft.input("var.protocol")), peer()],
        ];
        let ingress = draft.list(rules.map(|rule| draft.map(rule)).into());
        let group = draft.resource("aws_security_group.web", vec![("ingress", ingress)]);
        let (_, problems) = super::super::network(&draft.configuration(vec![group], Vec::new()));
        let messages: Vec<_> = problems.into_iter().map(|problem| problem.message).collect();
        assert_eq!(
            messages,
            [
                "a rule of aws_security_group.web is not judged: it has no protocol",
                "a rule of aws_security_group.web is not judged: it does not have a valid protocol",
            ]
        );
    }

    #[test]
    fn a_rule_of_unknown_direction_may_add_to_either() {
        let draft = Draft::terraform();
        let resources = vec![
            draft.resource("aws_security_group.web", vec![]),
            draft.resource(
                "aws_security_group_rule.a",
                vec![
                    ("type", draft.input("var.type")),
                    ("security_group_id", draft.refer("aws_security_group.web", "id")),
                ],
            ),
        ];
        let (network, problems) = super::super::network(&draft.configuration(resources, Vec::new()));
        assert_eq!(network.groups[0].unknown_rules.len(), 2);
        assert_eq!(network.permissions.len(), 0);
        let codes: Vec<_> = problems.iter().map(|problem| problem.code).collect();
        assert_eq!(codes, ["rule-direction-unknown"]);
    }
}

//! Permissions one by one: what each opens and what is wrong with how it is written.

use std::sync::Arc;

use super::answers::Answers;
use super::carriers::Carriers;
use super::draft::{Draft, Known};
use super::group::text_of;
use super::mismatch;
use super::reading::{self, Context};
use super::{Fact, FieldValue, Kind, Place, identity, spelling};
use crate::network::address::Family;
use crate::network::model::{CidrText, Direction, Form, GroupId, GroupTarget, Peer, Permission};
use crate::network::ports::PortSet;
use crate::network::protocol::Protocol;
use crate::network::tags::Tags;
use crate::network::traffic::{self, RangeProblem};

/// One fact for each permission.
pub(super) fn facts(context: &Context<'_>) -> Vec<Fact> {
    let answers = Answers::of(context);
    let carriers = Carriers::of(context.network);
    // The permissions of one rule follow each other.
    let rules = context.network.permissions.chunk_by(|one, next| {
        (&one.resource, one.rule, one.direction) == (&next.resource, next.rule, next.direction)
    });
    let of_rule = |rule: &[Permission]| {
        let peers = rule_peers(context, rule);
        let facts = rule.iter().map(|permission| fact(context, &carriers, &answers, permission));
        facts.map(|draft| draft.set("rule_peers", &*peers).finish()).collect::<Vec<_>>()
    };
    rules.flat_map(of_rule).collect()
}

/// The other side of a declared rule in words: what it opens beyond the group itself and what is trusted, if there is
/// such a thing.
fn rule_peers(context: &Context<'_>, rule: &[Permission]) -> String {
    let mut peers: Vec<&Permission> =
        rule.iter().filter(|permission| is_stranger(context, &permission.peer)).collect();
    if peers.is_empty() {
        peers = rule.iter().collect();
    }
    let mut words: Vec<String> =
        peers.iter().filter_map(|permission| context.peer_text(permission).ok()).collect();
    if words.len() < peers.len() {
        words.push("peers that are not known".to_owned());
    }
    reading::enumerate(&words)
}

/// Whether a peer is, or may be, somebody else: not the group itself, trusted, or a CIDR that admits nobody.
fn is_stranger(context: &Context<'_>, peer: &Peer) -> bool {
    let addresses = context.addresses(peer);
    match peer {
        Peer::SelfGroup(_) => false,
        Peer::Cidr(_) if addresses.set.is_empty() && addresses.more.is_none() => false,
        _ => context.trusted(&addresses) != Ok(true),
    }
}

fn fact(context: &Context<'_>, carriers: &Carriers<'_>, answers: &Answers, permission: &Permission) -> Draft {
    let substitute = carriers.substitute(permission).map(|group| context.network.group(group));
    let draft = context
        .draft(Kind::Permission, permission)
        .key(context.key(permission))
        .known("group", context.target_text(&permission.group))
        .known("group_role", context.target_role(&permission.group))
        .known("group_name", identity::name(context, &permission.group, permission.head))
        .set("group_tags", identity::tags(context, &permission.group, permission.head))
        .known("group_tiers", of_carriers(&permission.group, |group| carriers.tiers(group)))
        .known("carrier_roles", of_carriers(&permission.group, |group| Ok(carriers.roles(group))))
        .set("form", permission.form.name())
        .known("traffic", traffic_words(permission))
        .known("peer_words", peer_words(context, permission))
        .set("substitute", substitute.map_or("", |group| &*group.address))
        .place("peer", reading::peer_place(&permission.peer))
        .hide(&["ports"], reading::has_sensitive_ports(permission))
        .place("ports", reading::ports_place(permission))
        .place("protocol", permission.protocol.as_ref().map(Place::of))
        .known("description", description(permission))
        .place("description", permission.description.as_ref().map(Place::of));
    let draft = protocol_fields(draft, permission);
    let draft = mismatch::fields(draft, permission);
    let draft = draft.known("for_answers", answers.opened_by(context, permission));
    let draft = port_fields(draft, permission);
    let draft = peer_fields(draft, context, permission);
    let draft = draft.set("taggable", permission.tags.is_some());
    let draft = draft.tags(permission.tags.as_ref().unwrap_or(&Tags::default()));
    draft.known("no_egress_idiom", no_egress_idiom(permission))
}

/// The description as written; empty without one.
fn description(permission: &Permission) -> Known<String> {
    text_of(permission.description.as_ref())?.known().map(str::to_owned)
}

fn traffic_words(permission: &Permission) -> Known<String> {
    let traffic = reading::traffic(permission)?;
    Ok(traffic.map_or_else(String::new, |traffic| reading::traffic_words(permission, &traffic)))
}

/// The other side in words, also where its address is not known but whose it is.
fn peer_words(context: &Context<'_>, permission: &Permission) -> Known<String> {
    match &permission.peer {
        Peer::Narrow { host: Some(host), .. } => Ok(format!("the private address of {host}")),
        _ => context.peer_text(permission),
    }
}

fn protocol_fields(draft: Draft, permission: &Permission) -> Draft {
    let name = match &permission.protocol {
        Some(field) => match &field.value {
            Ok(Ok(protocol)) => Ok(protocol.name().into_owned()),
            Ok(Err(problem)) => Ok(problem.clone()),
            Err(why) => Err(Arc::clone(why)),
        },
        None => reading::protocol(permission)
            .map(|protocol| protocol.map_or_else(String::new, |protocol| protocol.name().into_owned())),
    };
    draft
        .known("protocol", name)
        .known("protocol_valid", reading::protocol(permission).map(|protocol| protocol.is_some()))
}

fn port_fields(draft: Draft, permission: &Permission) -> Draft {
    let draft = draft
        .known("port_range", reading::port_range(permission))
        .known(
            "range_problem",
            range_problem(permission).map(|problem| problem.map_or("none", RangeProblem::name)),
        )
        .known("range_problem_text", range_problem_text(permission))
        .known("ports_ignored", ports_ignored(permission))
        .known("ports_refused", ports_refused(permission));
    match reading::traffic(permission) {
        Ok(traffic) => {
            let ports = traffic.as_ref().map(traffic::Traffic::ports).unwrap_or_default();
            let counted = traffic.is_some_and(|traffic| traffic.protocol.has_ports());
            draft
                .set("port_count", if counted { i64::from(ports.count()) } else { 0 })
                .set("all_ports", ports.is_all())
                .set("ports", ports)
        }
        Err(why) => {
            let draft =
                draft.set("ports", FieldValue::Ports { set: PortSet::empty(), more: Some(Arc::clone(&why)) });
            match reading::protocol(permission) {
                Ok(Some(protocol)) if protocol.is_icmp() => {
                    draft.set("ports", PortSet::empty()).set("port_count", 0i64).set("all_ports", false)
                }
                _ => draft.unknown(&["port_count", "all_ports"], &why),
            }
        }
    }
}

fn range_problem(permission: &Permission) -> Known<Option<RangeProblem>> {
    let Some(protocol) = reading::protocol(permission)?.filter(|protocol| !protocol.ignores_ports()) else {
        return Ok(None);
    };
    let (from, to) = reading::ports(permission)?;
    Ok(traffic::range_problem(protocol, from, to))
}

fn range_problem_text(permission: &Permission) -> Known<String> {
    let (Some(problem), Some(protocol)) = (range_problem(permission)?, reading::protocol(permission)?) else {
        return Ok(String::new());
    };
    let ports = reading::port_range(permission)?;
    Ok(match (problem, protocol.is_icmp()) {
        (RangeProblem::Reversed, _) => format!("{protocol} {ports} has the last port before the first"),
        (RangeProblem::OutOfRange, true) => format!("{protocol} {ports} is not within 0 to 255"),
        (RangeProblem::OutOfRange, false) => format!("{protocol} {ports} is not within 0 to 65535"),
        (RangeProblem::MinusOne, true) => {
            format!("{protocol} with every type (-1) cannot name a code; its code is -1 too")
        }
        (RangeProblem::MinusOne, false) => {
            format!("-1 is no {protocol} port; every port is 0 to 65535")
        }
        (RangeProblem::Missing, true) => format!("{protocol} needs a type and a code; -1 is every one"),
        (RangeProblem::Missing, false) => format!("{protocol} needs a first and a last port"),
        (RangeProblem::PortZero, _) => format!("{protocol} 0 to 0 is port 0 alone; every port is 0 to 65535"),
    })
}

/// Whether ports are given that do not narrow anything, although they look as if they did. What says "all" in one of
/// its spellings (nothing, 0, -1, 0-65535) misleads nobody.
fn ports_ignored(permission: &Permission) -> Known<bool> {
    if !reading::protocol(permission)?.is_some_and(Protocol::ignores_ports) {
        return Ok(false);
    }
    let (from, to) = reading::ports(permission)?;
    Ok(!(matches!(from, None | Some(-1 | 0)) && matches!(to, None | Some(-1 | 0 | 65535))))
}

/// Whether Terraform refuses the ports of an inline block with all protocols: both must be 0 (TF-06).
fn ports_refused(permission: &Permission) -> Known<bool> {
    if permission.form != Form::Inline {
        return Ok(false);
    }
    if reading::protocol(permission)? != Some(Protocol::All) {
        return Ok(false);
    }
    let (from, to) = reading::ports(permission)?;
    Ok([from, to].into_iter().flatten().any(|port| port != 0))
}

/// Something of what is known to carry a group. What exists elsewhere is carried by nothing that is known.
fn of_carriers(group: &GroupTarget, read: impl Fn(GroupId) -> Known<Vec<String>>) -> Known<Vec<String>> {
    match group {
        GroupTarget::Group(id) => read(*id),
        GroupTarget::Unknown(why) => Err(Arc::clone(why)),
        GroupTarget::External(_) | GroupTarget::Dangling(_) | GroupTarget::Misnamed(_) => Ok(Vec::new()),
    }
}

fn peer_fields(draft: Draft, context: &Context<'_>, permission: &Permission) -> Draft {
    let kind = match &permission.peer {
        Peer::Cidr(_) | Peer::Narrow { .. } => Ok("cidr"),
        Peer::Group(_) => Ok("group"),
        Peer::SelfGroup(_) => Ok("self"),
        Peer::PrefixList(_) => Ok("prefix-list"),
        Peer::Missing => Ok("missing"),
        Peer::Unknown(field) => Err(reading::unknown_peer(field)),
    };
    let addresses = context.addresses(&permission.peer);
    let draft = draft
        .known("peer_kind", kind)
        .known("peer", context.peer_text(permission))
        .known("peer_trusted", context.trusted(&addresses))
        .set(
            "peer_addresses",
            FieldValue::Addresses { set: addresses.set, more: addresses.more, breadth: addresses.breadth },
        )
        .hide(&["peer_addresses"], context.has_sensitive_peer(permission))
        .known("peer_name", identity::peer_name(context, permission))
        .set("peer_tags", identity::peer_tags(context, permission));
    let draft = size_fields(draft, &permission.peer);
    match &permission.peer {
        Peer::Cidr(field) => match &field.value {
            Ok(text) => match for_multicast(permission, text) {
                Ok(for_multicast) => {
                    spelling::of_cidr(draft, text, field.origin.is_sensitive(), for_multicast)
                }
                Err(why) => spelling::unknown(draft, &why),
            },
            Err(why) => spelling::unknown(draft, why),
        },
        Peer::Unknown(field) => spelling::unknown(draft, &reading::unknown_peer(field)),
        Peer::Narrow { place: field, .. } => spelling::narrow(draft, &reading::unknown_peer(field)),
        _ => spelling::of_no_cidr(draft),
    }
}

/// How much a CIDR holds.
fn size_fields(draft: Draft, peer: &Peer) -> Draft {
    let cidr = match peer {
        Peer::Cidr(field) => match &field.value {
            Ok(text) => text.cidr.as_ref().ok(),
            Err(why) => return draft.unknown(&["peer_family", "peer_prefix"], why),
        },
        Peer::Unknown(field) | Peer::Narrow { place: field, .. } => {
            return draft.unknown(&["peer_family", "peer_prefix"], &reading::unknown_peer(field));
        }
        Peer::Group(_) | Peer::SelfGroup(_) | Peer::PrefixList(_) | Peer::Missing => None,
    };
    let family = cidr.map_or("none", |cidr| match cidr.family() {
        Family::Ipv4 => "ipv4",
        Family::Ipv6 => "ipv6",
    });
    let prefix = cidr.map_or(0, |cidr| i64::from(cidr.net().prefix_len()));
    draft.set("peer_family", family).set("peer_prefix", prefix)
}

/// Whether addresses that no packet of another kind carries are those of multicast (DC-07): what is sent to a multicast
/// group goes out to its address, and the router asks from 0.0.0.0 who belongs to one.
fn for_multicast(permission: &Permission, text: &CidrText) -> Known<bool> {
    let Ok(cidr) = text.cidr else { return Ok(false) };
    match permission.direction {
        Direction::Egress => Ok(cidr.is_multicast()),
        Direction::Ingress if cidr.canonical() != "0.0.0.0/32" => Ok(false),
        Direction::Ingress => Ok(reading::protocol(permission)? == Some(Protocol::IGMP)),
    }
}

/// Whether it is a way to have no egress at all (DC-03): to the host itself with all protocols, as AWS documents it, or
/// what the CDK writes for `allowAllOutbound: false`.
fn no_egress_idiom(permission: &Permission) -> Known<bool> {
    let protocol = reading::protocol(permission);
    let may_be = matches!(protocol, Ok(Some(Protocol::All | Protocol::ICMP)) | Err(_));
    if permission.direction != Direction::Egress || !may_be {
        return Ok(false);
    }
    let peer = match &permission.peer {
        Peer::Cidr(field) => match &field.value {
            Ok(CidrText { cidr: Ok(cidr), .. }) => cidr.canonical(),
            Ok(_) => return Ok(false),
            Err(why) => return Err(Arc::clone(why)),
        },
        Peer::Unknown(field) | Peer::Narrow { place: field, .. } => return Err(reading::unknown_peer(field)),
        _ => return Ok(false),
    };
    let expected = match &*peer {
        "127.0.0.1/32" => Protocol::All,
        "255.255.255.255/32" => Protocol::ICMP,
        _ => return Ok(false),
    };
    Ok(protocol? == Some(expected))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Builder, bool_of, int_of, ports_of, text_of};
    use super::*;
    use crate::network::address::AddressSet;
    use crate::network::model::{Field, Network};

    fn only(network: &Network) -> Fact {
        let mut facts = facts(&Context::new(network));
        assert_eq!(facts.len(), 1);
        facts.remove(0)
    }

    fn rule(direction: Direction, protocol: &str, from: i64, to: i64, peer: &str) -> Fact {
        let mut builder = Builder::terraform();
        let group = builder.group("web");
        builder.rule(group, direction, protocol, from, to, &[peer]);
        only(&builder.network)
    }

    fn ingress(protocol: &str, from: i64, to: i64, peer: &str) -> Fact {
        rule(Direction::Ingress, protocol, from, to, peer)
    }

    #[test]
    fn what_carries_a_group_that_is_not_known_is_not_known() {
        let mut builder = Builder::terraform();
        let why = builder.unknown();
        builder.standalone(
            "aws_vpc_security_group_ingress_rule.a",
            &GroupTarget::Unknown(why),
            "tcp",
            22,
            22,
            &["10.0.0.0/8"],
        );
        let fact = facts(&Context::new(&builder.network)).remove(0);
        assert!(fact.unknown.contains_key("group_tiers"));
    }

    #[test]
    fn a_description_that_is_not_known_is_not_empty() {
        let mut builder = Builder::terraform();
        let group = builder.group("web");
        builder.ingress(group, "tcp", 22, 22, &["10.0.0.0/8", "10.1.0.0/16", "10.2.0.0/16"]);
        let description = builder.field("SEC-12: shell".into());
        builder.network.permissions[0].description = Some(description);
        builder.network.permissions[1].description = Some(builder.unknown_field());
        builder.network.permissions[2].description = None;
        let facts = facts(&Context::new(&builder.network));
        assert_eq!(text_of(&facts[0], "description"), "SEC-12: shell");
        assert!(facts[1].unknown.contains_key("description"));
        assert_eq!(text_of(&facts[2], "description"), "");
    }

    #[test]
    fn a_plain_rule_is_read_as_written() {
        let fact = ingress("6", 8000, 8999, "10.0.0.0/8");
        assert_eq!(text_of(&fact, "protocol"), "tcp");
        assert_eq!(text_of(&fact, "port_range"), "8000-8999");
        assert_eq!(int_of(&fact, "port_count"), 1000);
        assert_eq!(ports_of(&fact, "ports"), PortSet::range(8000, 8999));
        assert_eq!(text_of(&fact, "range_problem"), "none");
        assert_eq!(text_of(&fact, "range_problem_text"), "");
        assert_eq!(text_of(&fact, "cidr_problem"), "none");
        assert!(!bool_of(&fact, "ports_ignored"));
        assert_eq!(fact.key, "ingress tcp 8000-8999 10.0.0.0/8");
    }

    #[test]
    fn a_rule_with_several_peers_is_told_as_one() {
        let mut builder = Builder::terraform();
        let group = builder.group("web");
        builder.ingress(group, "tcp", 22, 22, &["10.0.0.0/8", "self"]);
        builder.ingress(group, "tcp", 22, 22, &["10.1.0.0/16"]);
        builder.ingress(group, "tcp", 22, 22, &["10.2.0.0/16", "?"]);
        let facts = facts(&Context::new(&builder.network));
        let told: Vec<_> = facts.iter().map(|fact| text_of(fact, "rule_peers")).collect();
        let unclear = "10.2.0.0/16 and peers that are not known";
        assert_eq!(told, ["10.0.0.0/8", "10.0.0.0/8", "10.1.0.0/16", unclear, unclear]);
    }

    #[test]
    fn peers_that_open_nothing_to_others_are_not_told_beside_those_that_do() {
        let told = |peers: &[&str]| {
            let mut builder = Builder::terraform();
            builder.network.premises.trusted = AddressSet::from_net("10.1.0.0/16".parse().unwrap());
            let group = builder.group("web");
            builder.ingress(group, "tcp", 0, 65535, peers);
            let fact = facts(&Context::new(&builder.network)).remove(0);
            text_of(&fact, "rule_peers").to_owned()
        };
        assert_eq!(told(&["10.1.0.0/16", "192.168.7.0/24", "10.0.0.0/33", "self"]), "192.168.7.0/24");
        assert_eq!(told(&["10.1.0.0/16", "self"]), "10.1.0.0/16 and aws_security_group.web");
    }

    #[test]
    fn a_cidr_has_a_size_and_other_peers_have_none() {
        for (peer, family, prefix) in
            [("10.0.0.0/24", "ipv4", 24), ("2001:db8::/32", "ipv6", 32), ("10.0.0.0/33", "none", 0)]
        {
            let fact = ingress("tcp", 22, 22, peer);
            assert_eq!(
                (text_of(&fact, "peer_family"), int_of(&fact, "peer_prefix")),
                (family, prefix),
                "{peer}"
            );
        }
    }

    #[test]
    fn ports_that_do_not_narrow_anything_are_called_ignored() {
        let fact = ingress("50", 443, 443, "10.0.0.0/8");
        assert!(bool_of(&fact, "ports_ignored"));
        assert!(bool_of(&fact, "all_ports"));
        assert!(!bool_of(&fact, "ports_refused"));
        assert!(bool_of(&ingress("-1", 22, 22, "10.0.0.0/8"), "ports_refused"));
        for (from, to) in [(0, 0), (-1, -1), (0, 65535)] {
            assert!(!bool_of(&ingress("-1", from, to, "10.0.0.0/8"), "ports_ignored"), "{from}-{to}");
        }
        assert!(!bool_of(&ingress("tcp", 22, 22, "10.0.0.0/8"), "ports_ignored"));
    }

    #[test]
    fn only_terraform_blocks_inside_a_group_refuse_ports() {
        let mut builder = Builder::cloudformation();
        let group = builder.group("Web");
        builder.rule(group, Direction::Ingress, "-1", 22, 22, &["10.0.0.0/8"]);
        let fact = only(&builder.network);
        assert!(bool_of(&fact, "ports_ignored"));
        assert!(!bool_of(&fact, "ports_refused"));
    }

    #[test]
    fn refused_ranges_keep_their_text_and_open_nothing() {
        let fact = ingress("tcp", 443, 80, "10.0.0.0/8");
        assert_eq!(text_of(&fact, "range_problem"), "reversed");
        assert_eq!(text_of(&fact, "port_range"), "443-80");
        assert_eq!(int_of(&fact, "port_count"), 0);
        assert_eq!(text_of(&ingress("tcp", 0, 0, "10.0.0.0/8"), "range_problem"), "port-zero");
        assert_eq!(text_of(&ingress("icmp", -1, 3, "10.0.0.0/8"), "port_range"), "-1-3");
        assert_eq!(text_of(&ingress("icmp", -1, -1, "10.0.0.0/8"), "port_range"), "all");
        assert_eq!(text_of(&ingress("icmp", 8, -1, "10.0.0.0/8"), "port_range"), "type 8");
    }

    #[test]
    fn ports_that_are_missing_are_not_all_ports() {
        let mut builder = Builder::terraform();
        let group = builder.group("web");
        builder.rule(group, Direction::Ingress, "icmp", 8, 0, &["10.0.0.0/8"]);
        let permission = &mut builder.network.permissions[0];
        (permission.from_port, permission.to_port) = (None, None);
        let fact = only(&builder.network);
        assert_eq!(text_of(&fact, "range_problem"), "missing");
        assert_eq!(text_of(&fact, "range_problem_text"), "icmp needs a type and a code; -1 is every one");
        assert_eq!(text_of(&fact, "port_range"), "none");
    }

    #[test]
    fn a_protocol_that_is_none_says_why() {
        let fact = ingress("tpc", 22, 22, "10.0.0.0/8");
        assert!(!bool_of(&fact, "protocol_valid"));
        assert!(text_of(&fact, "protocol").contains("is no protocol"));
        assert!(ports_of(&fact, "ports").is_empty());
    }

    #[test]
    fn peers_that_never_match_are_told_apart() {
        for (peer, problem) in
            [("0.0.0.0/32", "dead"), ("0.0.0.0/0", "none"), ("10.1.2.3", "malformed"), ("10.0.0.1/8", "none")]
        {
            assert_eq!(text_of(&ingress("tcp", 22, 22, peer), "cidr_problem"), problem, "{peer}");
        }
        let mut builder = Builder::terraform();
        let group = builder.group("web");
        builder.rule(group, Direction::Ingress, "tcp", 22, 22, &["::/0"]);
        if let Peer::Cidr(Field { value: Ok(text), .. }) = &mut builder.network.permissions[0].peer {
            text.in_ipv6_attribute = false;
        }
        assert_eq!(text_of(&only(&builder.network), "cidr_problem"), "wrong-family");
    }

    #[test]
    fn what_multicast_needs_is_not_dead() {
        use Direction::{Egress, Ingress};
        for (direction, protocol, peer, problem) in [
            (Ingress, "2", "0.0.0.0/32", "none"),
            (Ingress, "udp", "0.0.0.0/32", "dead"),
            (Egress, "2", "224.0.0.2/32", "none"),
            (Egress, "udp", "ff05::1/128", "none"),
            (Ingress, "udp", "239.1.1.1/32", "dead"),
            (Egress, "udp", "240.0.0.0/4", "dead"),
        ] {
            let fact = rule(direction, protocol, 5000, 5000, peer);
            assert_eq!(text_of(&fact, "cidr_problem"), problem, "{protocol} {peer}");
        }
    }

    #[test]
    fn host_bits_are_shown_as_stored() {
        let fact = ingress("tcp", 22, 22, "10.1.2.3/8");
        assert!(!bool_of(&fact, "cidr_canonical"));
        assert_eq!(text_of(&fact, "cidr_canonical_text"), "10.0.0.0/8");
        assert_eq!(fact.key, "ingress tcp 22 10.0.0.0/8");
        let bare = ingress("tcp", 22, 22, "10.1.2.3");
        assert!(bool_of(&bare, "cidr_canonical"));
        assert_eq!(text_of(&bare, "cidr_canonical_text"), "10.1.2.3/32");
    }

    #[test]
    fn egress_that_leads_nowhere_is_the_idiom_for_none() {
        assert!(bool_of(&rule(Direction::Egress, "-1", 0, 0, "127.0.0.1/32"), "no_egress_idiom"));
        assert!(!bool_of(&rule(Direction::Egress, "tcp", 0, 0, "127.0.0.1/32"), "no_egress_idiom"));
        assert!(!bool_of(&ingress("-1", 0, 0, "127.0.0.1/32"), "no_egress_idiom"));
        assert!(bool_of(&rule(Direction::Egress, "icmp", 252, 86, "255.255.255.255/32"), "no_egress_idiom"));
        assert!(!bool_of(&rule(Direction::Egress, "-1", 0, 0, "255.255.255.255/32"), "no_egress_idiom"));
    }

    #[test]
    fn unknown_parts_stay_unknown() {
        let fact = ingress("tcp", 22, 22, "?");
        assert!(fact.unknown.contains_key("peer_kind") && fact.unknown.contains_key("cidr_problem"));
        let mut builder = Builder::terraform();
        let group = builder.group("web");
        builder.rule(group, Direction::Ingress, "tcp", 22, 22, &["10.0.0.0/8"]);
        builder.network.permissions[0].protocol = Some(builder.unknown_field());
        let fact = only(&builder.network);
        for field in
            ["protocol", "protocol_valid", "range_problem", "ports_ignored", "ports_refused", "all_ports"]
        {
            assert!(fact.unknown.contains_key(field), "{field}");
        }
        assert!(matches!(&fact.fields["ports"], FieldValue::Ports { more: Some(_), .. }));
    }

    #[test]
    fn unknown_ports_of_a_protocol_that_ignores_them_do_not_matter() {
        let mut builder = Builder::terraform();
        let group = builder.group("web");
        builder.rule(group, Direction::Ingress, "-1", 0, 0, &["10.0.0.0/8"]);
        builder.network.permissions[0].from_port = Some(builder.unknown_field());
        let fact = only(&builder.network);
        assert!(bool_of(&fact, "all_ports"));
        assert!(fact.unknown.contains_key("ports_ignored"));
    }

    #[test]
    fn a_small_range_from_aws_is_spelt_right() {
        let mut builder = Builder::terraform();
        let group = builder.group("web");
        builder.ingress(group, "tcp", 22, 22, &["narrow", "narrow?"]);
        let facts = facts(&Context::new(&builder.network));
        assert_eq!(text_of(&facts[0], "peer_kind"), "cidr");
        assert_eq!(text_of(&facts[0], "cidr_problem"), "none");
        assert!(bool_of(&facts[0], "cidr_canonical"));
        assert!(facts[1].unknown.contains_key("cidr_problem"), "a part comes from an input");
    }
}

//! The fields and places of one exposure.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::families::Restriction;
use super::{Group, Opening, Rule, carriers};
use crate::diagnostic::Label;
use crate::facts::cover::{Part, smallest_cover};
use crate::facts::draft::{Draft, Known};
use crate::facts::reading::{self, Context, PeerAddresses};
use crate::facts::{Fact, FieldValue, Kind, Place, identity};
use crate::network::address::{AddressSet, Family};
use crate::network::model::{self, Direction, Permission};
use crate::network::ports::PortSet;
use crate::network::protocol::Protocol;
use crate::network::services;
use crate::resource::{Presence, Unknown};
use crate::source::Span;

/// The fact that rules of one group open something; to the worlds of `world`, if any.
pub(super) fn fact(
    context: &Context<'_>,
    owner: &Group<'_>,
    rules: &[&Rule<'_>],
    open: Known<&Opening>,
    world: &[Family],
    restricted: &Known<Option<Restriction<'_, '_>>>,
) -> Fact {
    let direction = owner.direction;
    let peers = contributors(rules, world);
    let primary = peers.first().map_or(rules[0].peers[0].0, |peer| peer.permission);
    let group = context.group(&primary.group);
    let (subject, declared, head) = match group {
        Some(group) => (&group.address, &group.declared, primary.head),
        None => (&primary.resource, &primary.declared, primary.head),
    };
    let draft = Draft::new(Kind::Exposure, subject, declared, context.language, head)
        .set("direction", direction)
        .known("group", context.target_text(&primary.group))
        .known("group_role", context.target_role(&primary.group))
        .known("group_name", identity::name(context, &primary.group, primary.head))
        .set("group_tags", identity::tags(context, &primary.group, primary.head))
        .key(key(context, direction, rules, open.as_ref().ok().copied()))
        .calls(&primary.calls)
        .presence(presence(rules, group));
    let draft = address_fields(draft, context, rules, world, &peers);
    let draft = open_fields(draft, context, rules, open);
    let draft = carriers::fields(draft, owner.carried);
    let draft = restriction_fields(draft, context, restricted);
    let mut draft = places(draft, rules, world, &peers, primary);
    if let Some(group) = group {
        draft = draft.place("group", Place::at(group.head)).anchor(group.span);
        if !primary.resource_span.contains(group.head) {
            draft = draft.related(Label { span: group.head, message: "on this group".to_owned() });
        }
    }
    if let Some(carried) = owner.carried.filter(|_| direction == Direction::Ingress && !world.is_empty()) {
        draft = carried.labels().cloned().fold(draft, Draft::related);
    }
    draft.finish()
}

/// What rules of several groups open together on the interface that `draft` is about.
pub(super) fn combined(
    draft: Draft,
    context: &Context<'_>,
    rules: &[&Rule<'_>],
    open: &Opening,
    world: &[Family],
) -> Fact {
    let peers = contributors(rules, world);
    let primary = peers.first().map_or(rules[0].peers[0].0, |peer| peer.permission);
    let draft = draft
        .key(key(context, Direction::Ingress, rules, Some(open)))
        .presence(presence(rules, context.group(&primary.group)));
    let draft = known_open_fields(draft, context, open)
        .set("families", families_text(world))
        .known("audience", audience(context, world, &peers));
    places(draft, rules, world, &peers, primary).finish()
}

/// The other family, where it is restricted.
fn restriction_fields(
    draft: Draft,
    context: &Context<'_>,
    restricted: &Known<Option<Restriction<'_, '_>>>,
) -> Draft {
    let restriction = match restricted {
        Err(why) => return draft.unknown(&["asymmetric", "restricted_family", "restricted_to"], why),
        Ok(restriction) => restriction,
    };
    let Some(restriction) = restriction else {
        return draft.set("asymmetric", false).set("restricted_family", "").set("restricted_to", "");
    };
    let family = restriction.family;
    let peers = || {
        let all = restriction.rules.iter().flat_map(|rule| &rule.peers);
        all.filter(|(_, addresses)| !addresses.set.family(family).is_empty())
            .map(|(permission, _)| *permission)
    };
    let texts: Known<Vec<String>> = peers().map(|permission| context.peer_text(permission)).collect();
    let mut places = peers().filter_map(|permission| reading::peer_place(&permission.peer));
    let place = places.next().map(|first| {
        let also = places.take(SHOWN - 1);
        let also = also.map(|other| Label { span: other.span, message: format!("and this {family}") });
        Place { label: format!("{family} only from here"), also: also.collect(), ..first }
    });
    draft
        .set("asymmetric", true)
        .set("restricted_family", family.name())
        .known("restricted_to", texts.map(|texts| reading::enumerate(&texts)))
        .place("restricted", place)
}

/// Restrictions of the other family that are shown.
const SHOWN: usize = 3;

/// A peer that contributes, and to which families' worlds.
struct Contributor<'a> {
    permission: &'a Permission,
    world: Vec<Family>,
    is_alone: bool,
}

/// The peers that the fact is about, in source order: those that open the world, for each family either every peer that
/// does so alone or a smallest set that does so together; without world, every peer by address.
fn contributors<'a>(rules: &[&Rule<'a>], world: &[Family]) -> Vec<Contributor<'a>> {
    let all: Vec<_> = rules.iter().flat_map(|rule| &rule.peers).collect();
    let mut contributors: Vec<Contributor<'a>> = all
        .iter()
        .map(|(permission, _)| Contributor { permission, world: Vec::new(), is_alone: false })
        .collect();
    if world.is_empty() {
        return contributors;
    }
    for &family in world {
        let alone: Vec<usize> =
            (0..all.len()).filter(|&index| all[index].1.set.covers_world(family)).collect();
        let is_alone = !alone.is_empty();
        let chosen = if is_alone {
            alone
        } else {
            let parts: Vec<Part<'_>> = all
                .iter()
                .map(|(permission, addresses)| Part {
                    addresses: &addresses.set,
                    is_certain: matches!(permission.presence, Presence::Certain),
                    share: addresses.set.public_share(family),
                })
                .collect();
            smallest_cover(&parts, family).unwrap_or_default()
        };
        for index in chosen {
            contributors[index].world.push(family);
            contributors[index].is_alone |= is_alone;
        }
    }
    contributors.retain(|contributor| !contributor.world.is_empty());
    contributors
}

fn address_fields(
    draft: Draft,
    context: &Context<'_>,
    rules: &[&Rule<'_>],
    world: &[Family],
    peers: &[Contributor<'_>],
) -> Draft {
    let all = PeerAddresses::union(rules.iter().map(|rule| &rule.addresses));
    let families = if world.is_empty() { all.set.families() } else { world.to_vec() };
    let texts: Result<Vec<String>, _> = peers.iter().map(|peer| context.peer_text(peer.permission)).collect();

    // What is open is proven; that something is not open can be said only when every peer is known, or known to be
    // a tiny range.
    let proven = |holds: bool| match all.may_be_world() {
        Some(why) if !holds => Err(Arc::clone(why)),
        _ => Ok(holds),
    };
    let draft = draft
        .known("world", proven(!world.is_empty()))
        .known("ipv4_world", proven(world.contains(&Family::Ipv4)))
        .known("ipv6_world", proven(world.contains(&Family::Ipv6)))
        .known("address_text", texts.map(|texts| reading::enumerate(&texts)));
    let draft = match &all.more {
        Some(why) if world.is_empty() => draft.unknown(&["families"], why),
        _ => draft.set("families", families_text(&families)),
    };
    let draft =
        draft.known("audience", audience(context, world, peers)).known("trusted", context.trusted(&all));
    draft
        .set("addresses", FieldValue::Addresses { set: all.set, more: all.more, breadth: all.breadth })
        .hide(&["addresses"], peers.iter().any(|peer| context.has_sensitive_peer(peer.permission)))
}

fn families_text(families: &[Family]) -> String {
    families.iter().map(|family| family.name()).collect::<Vec<_>>().join(" and ")
}

/// Whom something is open to: `the whole IPv4 internet`, and by what if that does not say so itself.
fn audience(context: &Context<'_>, world: &[Family], peers: &[Contributor<'_>]) -> Known<String> {
    let texts: Known<Vec<String>> = peers.iter().map(|peer| context.peer_text(peer.permission)).collect();
    let texts = texts?;
    let addresses = reading::enumerate(&texts);
    if world.is_empty() {
        return Ok(addresses);
    }
    let whole = format!("the whole {} internet", families_text(world));
    let is_plain = texts.iter().all(|text| matches!(text.as_str(), "0.0.0.0/0" | "::/0"));
    Ok(if is_plain { whole } else { format!("{whole}, by {addresses}") })
}

fn open_fields(draft: Draft, context: &Context<'_>, rules: &[&Rule<'_>], open: Known<&Opening>) -> Draft {
    let permissions = rules.iter().flat_map(|rule| &rule.peers).map(|(permission, _)| permission);
    let draft = draft.hide(
        &["tcp_ports", "udp_ports", "unlisted_tcp_ports", "unlisted_udp_ports", "services"],
        permissions.into_iter().any(|permission| reading::has_sensitive_ports(permission)),
    );
    let why = match open {
        Ok(open) => return known_open_fields(draft, context, open),
        Err(why) => why,
    };
    // Only the fact of a single rule can have unknown traffic: others add up on known ports.
    let protocol = rules[0].peers.first().map(|(permission, _)| reading::protocol(permission));
    match protocol {
        Some(Ok(Some(protocol))) if protocol.is_icmp() => {
            let open = Opening { protocols: [(protocol, PortSet::empty())].into() };
            known_open_fields(draft, context, &open)
        }
        Some(Ok(Some(protocol))) => {
            let more = |own: Protocol| (own == protocol).then_some(&why);
            let draft =
                draft.set("all_protocols", false).set("protocols", vec![protocol.name().into_owned()]);
            let draft = no_known_ports(draft, more(Protocol::TCP), more(Protocol::UDP));
            draft
                .unknown(&["all_ports", "services"], &why)
                .known("only_listed", only_listed(context, protocol, &why))
        }
        _ => unknown_open_fields(draft, context, &why),
    }
}

/// What is open where nothing of it is known.
pub(super) fn unknown_open_fields(draft: Draft, context: &Context<'_>, why: &Arc<Unknown>) -> Draft {
    no_known_ports(draft, Some(why), Some(why))
        .unknown(&["all_protocols", "protocols", "all_ports", "services"], why)
        .known("only_listed", only_listed(context, Protocol::All, why))
}

/// Whether ports of a protocol that are not known are all listed as public: not where none is listed.
fn only_listed(context: &Context<'_>, protocol: Protocol, why: &Arc<Unknown>) -> Known<bool> {
    let may_be = context.network.premises.public_ports.has_some_of(protocol);
    if may_be { Err(Arc::clone(why)) } else { Ok(false) }
}

/// No port for certain, but perhaps more, for these reasons.
fn no_known_ports(draft: Draft, tcp: Option<&Arc<Unknown>>, udp: Option<&Arc<Unknown>>) -> Draft {
    let ports =
        |more: Option<&Arc<Unknown>>| FieldValue::Ports { set: PortSet::empty(), more: more.cloned() };
    draft
        .set("tcp_ports", ports(tcp))
        .set("udp_ports", ports(udp))
        .set("unlisted_tcp_ports", ports(tcp))
        .set("unlisted_udp_ports", ports(udp))
}

fn known_open_fields(draft: Draft, context: &Context<'_>, open: &Opening) -> Draft {
    let public = &context.network.premises.public_ports;
    let (tcp, udp) = (open.ports_of(Protocol::TCP), open.ports_of(Protocol::UDP));
    let ignores_ports = open.protocols.keys().any(|protocol| protocol.ignores_ports());
    let (unlisted_tcp, unlisted_udp) = (tcp.difference(&public.tcp), udp.difference(&public.udp));
    let only_listed = open.protocols.keys().all(|protocol| protocol.has_ports())
        && unlisted_tcp.is_empty()
        && unlisted_udp.is_empty();
    draft
        .set("all_protocols", open.is_all())
        .set("protocols", protocol_names(open))
        .set("all_ports", tcp.is_all() || udp.is_all() || ignores_ports)
        .set("services", service_text(open, &tcp, &udp))
        .set("only_listed", only_listed)
        .set("unlisted_tcp_ports", unlisted_tcp)
        .set("unlisted_udp_ports", unlisted_udp)
        .set("tcp_ports", tcp)
        .set("udp_ports", udp)
}

fn protocol_names(open: &Opening) -> Vec<String> {
    if open.is_all() {
        return vec![Protocol::All.name().into_owned()];
    }
    open.protocols.keys().map(|protocol| protocol.name().into_owned()).collect()
}

fn service_text(open: &Opening, tcp: &PortSet, udp: &PortSet) -> String {
    if open.is_all() {
        return "all traffic".to_owned();
    }
    let mut parts = vec![services::describe(tcp, udp)];
    parts.extend(open.protocols.keys().filter(|protocol| !protocol.has_ports()).map(
        |protocol| match *protocol {
            Protocol::ICMP => "ICMP".to_owned(),
            Protocol::ICMPV6 => "ICMPv6".to_owned(),
            other => format!("protocol {other}"),
        },
    ));
    parts.retain(|part| !part.is_empty());
    parts.join(", ")
}

fn places(
    draft: Draft,
    rules: &[&Rule<'_>],
    world: &[Family],
    peers: &[Contributor<'_>],
    primary: &Permission,
) -> Draft {
    let mut draft = draft
        .place("ports", place_of_each(rules, reading::ports_place))
        .place("protocol", place_of_each(rules, |permission| permission.protocol.as_ref().map(Place::of)));
    if let Some(mut place) = reading::peer_place(&primary.peer) {
        if let Some(first) = peers.first().filter(|_| !world.is_empty()) {
            place.label = world_label(&first.world, first.is_alone);
        }
        let mut seen: FxHashSet<Span> = [place.span, written(&place)].into_iter().collect();
        for peer in peers.iter().skip(1) {
            let other = reading::peer_place(&peer.permission.peer);
            let span = other.map_or(peer.permission.head, |other| {
                // Peers that one expression yields are told apart by where they are written.
                if other.span == place.span { written(&other) } else { other.span }
            });
            let label = Label {
                span,
                message: match (peer.is_alone, peer.world.is_empty()) {
                    (true, _) => world_label(&peer.world, true),
                    (false, false) => "together with this".to_owned(),
                    (false, true) => "and this".to_owned(),
                },
            };
            if seen.insert(label.span) {
                place.also.push(label);
            }
        }
        draft = draft.place("peer", place);
    }
    for permission in rules.iter().filter_map(|rule| Some(rule.peers.first()?.0)) {
        draft = draft.anchor(permission.span).anchor(permission.resource_span).rule(&permission.resource);
    }
    draft
}

/// Where the value at a place is written.
fn written(place: &Place) -> Span {
    place.origin.as_ref().map_or(place.span, |origin| origin.written)
}

/// The place in the first rule, and the places in the others besides.
fn place_of_each(rules: &[&Rule<'_>], place: impl Fn(&Permission) -> Option<Place>) -> Option<Place> {
    let mut places = rules.iter().filter_map(|rule| place(rule.peers.first()?.0));
    let mut first = places.next()?;
    for other in places {
        first.also.push(Label { span: other.span, message: "together with this".to_owned() });
    }
    Some(first)
}

fn world_label(world: &[Family], is_alone: bool) -> String {
    let families: Vec<&str> = world.iter().map(|family| family.name()).collect();
    let families = families.join(" and ");
    if is_alone { format!("every {families} address") } else { format!("part of every {families} address") }
}

/// Certain if the group and every rule are; else the first that is not says why.
fn presence<'a>(rules: &[&Rule<'a>], group: Option<&'a model::Group>) -> &'a Presence {
    let of_rules = rules.iter().flat_map(|rule| &rule.peers).map(|(permission, _)| &permission.presence);
    let mut presences = of_rules.chain(group.map(|group| &group.presence));
    presences.find(|presence| matches!(presence, Presence::Unknown(_))).unwrap_or(&Presence::Certain)
}

/// Direction, open ports and addresses; and the group when that is not the subject.
fn key(context: &Context<'_>, direction: Direction, rules: &[&Rule<'_>], open: Option<&Opening>) -> String {
    let open = open.map_or_else(
        || "?".to_owned(),
        |open| {
            let protocols = open.protocols.iter().map(|(protocol, ports)| format!("{protocol} {ports}"));
            protocols.collect::<Vec<_>>().join(" ")
        },
    );
    let addresses = AddressSet::union_all(rules.iter().map(|rule| &rule.addresses.set));
    let more = if rules.iter().any(|rule| rule.addresses.more.is_some()) { " ?" } else { "" };
    let target = rules[0].peers.first().map(|(permission, _)| &permission.group);
    let elsewhere = target.filter(|target| target.declared().is_none());
    let elsewhere = elsewhere.and_then(|target| context.target_text(target).ok());
    let elsewhere = elsewhere.map(|text| format!(" on {text}")).unwrap_or_default();
    format!("{} {open} {addresses}{more}{elsewhere}", direction.name())
}

//! What the parts of the model say, put together: the traffic and addresses of a permission, names in words.

use std::borrow::Cow;
use std::sync::Arc;

use super::draft::{Draft, Known};
use super::{Kind, Place};
use crate::network::address::{AddressSet, Breadth, Cidr, Family};
use crate::network::model::{
    CidrText, DEFAULT_GROUP, Direction, Field, Form, Group, GroupRole, GroupTarget, Network, Peer,
    Permission, PrefixListTarget,
};
use crate::network::protocol::Protocol;
use crate::network::services;
use crate::network::traffic::{RangeProblem, Traffic, range_problem};
use crate::resource::{Cause, Language, SENSITIVE_TEXT, Unknown};
use crate::source::Span;

/// Rules of one group and direction that are compared with each other: as many as the largest quota allows, for each
/// family (QU-01, QU-05). A group with more cannot be deployed; its rules are judged one by one only, because comparing
/// them takes time that grows with the square of their number.
pub(super) const MOST_COMPARED: usize = 2000;

/// How wide the ranges of a service of AWS can be, at most: no published one is wider.
/// Source: <https://docs.aws.amazon.com/vpc/latest/userguide/aws-ip-ranges.html>
const SERVICE_RANGES: Breadth = Breadth { public: Some(9), private: None };

/// What every analysis reads.
pub(super) struct Context<'a> {
    /// The network.
    pub(super) network: &'a Network,
    /// The language of the configuration.
    pub(super) language: Language,
}

/// Addresses of a peer: at least these.
#[derive(Clone, Debug, Default)]
pub(super) struct PeerAddresses {
    /// The known ones.
    pub(super) set: AddressSet,
    /// Why there may be more.
    pub(super) more: Option<Arc<Unknown>>,
    /// How wide those can be, if they are a tiny part of all addresses at most.
    pub(super) breadth: Option<Breadth>,
}

impl PeerAddresses {
    fn unknown(why: Arc<Unknown>) -> Self {
        Self { more: Some(why), ..Self::default() }
    }

    /// Those of several peers.
    pub(super) fn union<'a>(all: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut sets = Vec::new();
        let (mut more, mut breadth): (Option<Arc<Unknown>>, _) = (None, None);
        for addresses in all {
            sets.push(&addresses.set);
            if let Some(why) = &addresses.more {
                breadth = match (&more, breadth, addresses.breadth) {
                    (None, _, first) => first,
                    (Some(_), Some(known), Some(other)) => Some(known.or(other)),
                    (Some(_), ..) => None,
                };
                more.get_or_insert_with(|| Arc::clone(why));
            }
        }
        Self { set: AddressSet::union_all(sets), more, breadth }
    }

    /// Why they may be the whole world although those known are not.
    pub(super) fn may_be_world(&self) -> Option<&Arc<Unknown>> {
        self.more.as_ref().filter(|_| self.breadth.is_none())
    }
}

/// The group that rules add up in. Rules of a group that is not known do not add up with anything.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Owner {
    /// A group of the configuration, by its index.
    Declared(usize),
    /// What names a group that is not of the configuration.
    Elsewhere(String),
    /// The resource that declares the rule.
    Unknown(Arc<str>),
}

impl Owner {
    /// The one of a permission.
    pub(super) fn of(permission: &Permission) -> Self {
        match &permission.group {
            GroupTarget::Group(id) => Self::Declared(id.0),
            GroupTarget::External(text) => Self::Elsewhere(text.clone()),
            GroupTarget::Dangling(stray) | GroupTarget::Misnamed(stray) => Self::Elsewhere(stray.to_string()),
            GroupTarget::Unknown(_) => Self::Unknown(Arc::clone(&permission.resource)),
        }
    }
}

impl<'a> Context<'a> {
    pub(super) fn new(network: &'a Network) -> Self {
        Self { network, language: network.language }
    }

    /// A fact about what a permission declares.
    pub(super) fn draft(&self, kind: Kind, permission: &Permission) -> Draft {
        Draft::new(kind, &permission.resource, &permission.declared, self.language, permission.head)
            .declared_by(permission)
    }

    /// The group of the configuration that a target is.
    pub(super) fn group(&self, target: &GroupTarget) -> Option<&'a Group> {
        target.declared().map(|id| self.network.group(id))
    }

    /// A group's address, the id of one that exists elsewhere, or what a dangling reference names.
    pub(super) fn target_text(&self, target: &GroupTarget) -> Known<String> {
        match target {
            GroupTarget::Group(id) => Ok(self.network.group(*id).address.to_string()),
            GroupTarget::External(text) => Ok(text.clone()),
            GroupTarget::Dangling(stray) | GroupTarget::Misnamed(stray) => Ok(stray.name.clone()),
            GroupTarget::Unknown(why) => Err(Arc::clone(why)),
        }
    }

    /// The role of a group; what the configuration does not declare is elsewhere, the default group of some VPC if
    /// it has that name.
    pub(super) fn target_role(&self, target: &GroupTarget) -> Known<&'static str> {
        match target {
            GroupTarget::Group(id) => Ok(role_name(self.network.group(*id).role)),
            GroupTarget::External(name) if name == DEFAULT_GROUP => Ok(role_name(GroupRole::Default)),
            GroupTarget::External(_) | GroupTarget::Dangling(_) | GroupTarget::Misnamed(_) => Ok("external"),
            GroupTarget::Unknown(why) => Err(Arc::clone(why)),
        }
    }

    /// Whether a group is known to be owned by another account, which shares it (RA-08). Any group that a lookup, an
    /// input or an id names may have another owner too; few do, and nobody can tell here.
    pub(super) fn is_foreign(&self, target: &GroupTarget) -> Known<bool> {
        match target {
            GroupTarget::Group(id) => {
                let group = self.network.group(*id);
                Ok(group.foreign_owner.is_some() || group.is_shared_here)
            }
            // `ACCOUNT/sg-…` names the other account itself (TF-13); the account in an ARN may be this one.
            GroupTarget::External(text) => {
                Ok(text.split_once("/sg-").is_some_and(|(account, _)| !account.contains(':')))
            }
            GroupTarget::Unknown(why) if why.cause.may_be_declared() => Err(Arc::clone(why)),
            GroupTarget::Unknown(_) | GroupTarget::Dangling(_) | GroupTarget::Misnamed(_) => Ok(false),
        }
    }

    /// The addresses that a peer stands for. What never matches (a malformed CIDR, one of the other family, a
    /// dead address) stands for none; so do groups.
    pub(super) fn addresses(&self, peer: &Peer) -> PeerAddresses {
        match peer {
            Peer::Cidr(field) => match &field.value {
                Ok(text) => PeerAddresses { set: live_addresses(text), ..PeerAddresses::default() },
                Err(why) => PeerAddresses::unknown(Arc::clone(why)),
            },
            Peer::PrefixList(field) => self.prefix_list_addresses(field),
            Peer::Unknown(field) => PeerAddresses::unknown(unknown_peer(field)),
            Peer::Narrow { place, breadth, .. } => {
                PeerAddresses { breadth: Some(*breadth), ..PeerAddresses::unknown(unknown_peer(place)) }
            }
            Peer::Group(_) | Peer::SelfGroup(_) | Peer::Missing => PeerAddresses::default(),
        }
    }

    /// Whether addresses lie within the networks that the project trusts. No address at all does not.
    pub(super) fn trusted(&self, addresses: &PeerAddresses) -> Known<bool> {
        let within = !addresses.set.is_empty() && addresses.set.is_subset_of(&self.network.premises.trusted);
        match &addresses.more {
            // One known address outside decides; so does trusting nothing.
            Some(why)
                if (within || addresses.set.is_empty()) && !self.network.premises.trusted.is_empty() =>
            {
                Err(Arc::clone(why))
            }
            Some(_) => Ok(false),
            None => Ok(within),
        }
    }

    fn prefix_list_addresses(&self, field: &Field<PrefixListTarget>) -> PeerAddresses {
        let unknown = |why: &Arc<Unknown>| PeerAddresses::unknown(Arc::clone(why));
        match &field.value {
            Err(why) | Ok(PrefixListTarget::Unknown(why)) => unknown(why),
            Ok(PrefixListTarget::External(id)) => {
                let cause = Cause::LookedUp(format!("the content of prefix list {id}"));
                unknown(&Arc::new(Unknown::new(cause, field.span)))
            }
            Ok(PrefixListTarget::Service(name)) => {
                let cause = Cause::LookedUp(format!("the content of prefix list {name}"));
                let why = Arc::new(Unknown::new(cause, field.span));
                PeerAddresses { breadth: Some(SERVICE_RANGES), ..PeerAddresses::unknown(why) }
            }
            Ok(PrefixListTarget::Declared(id)) => {
                let list = &self.network.prefix_lists[id.0];
                let unread = list.entries.iter().find_map(|entry| entry.value.as_ref().err());
                let known = list.entries.iter().filter_map(Field::known);
                PeerAddresses {
                    set: AddressSet::union_all(known.map(live_addresses)),
                    more: list.unknown_entries.as_ref().or(unread).cloned(),
                    breadth: None,
                }
            }
        }
    }

    /// Whether the configuration marks the other side as sensitive, or an entry of the prefix list that it is.
    pub(super) fn has_sensitive_peer(&self, permission: &Permission) -> bool {
        match &permission.peer {
            Peer::Cidr(field) => field.origin.is_sensitive(),
            Peer::Group(field) => field.origin.is_sensitive(),
            Peer::PrefixList(field) => {
                let entries = match field.known() {
                    Some(PrefixListTarget::Declared(id)) => &*self.network.prefix_lists[id.0].entries,
                    _ => &[],
                };
                field.origin.is_sensitive() || entries.iter().any(|entry| entry.origin.is_sensitive())
            }
            _ => false,
        }
    }

    /// The other side in words. A sensitive one is not told.
    pub(super) fn peer_text(&self, permission: &Permission) -> Known<String> {
        let is_sensitive = self.has_sensitive_peer(permission);
        let identity = self.peer_identity(permission);
        if is_sensitive { identity.map(|_| SENSITIVE_TEXT.to_owned()) } else { identity }
    }

    /// What tells the other side from others, to compare and never to print.
    pub(super) fn peer_identity(&self, permission: &Permission) -> Known<String> {
        match &permission.peer {
            Peer::Cidr(field) => known_or(field, |cidr| Ok(cidr.text.clone())),
            Peer::Group(field) => known_or(field, |target| self.target_text(target)),
            Peer::SelfGroup(_) => self.target_text(&permission.group).or_else(|_| Ok("itself".to_owned())),
            Peer::PrefixList(field) => known_or(field, |target| match target {
                PrefixListTarget::Declared(id) => Ok(self.network.prefix_lists[id.0].address.to_string()),
                PrefixListTarget::External(id) | PrefixListTarget::Service(id) => Ok(id.clone()),
                PrefixListTarget::Unknown(why) => Err(Arc::clone(why)),
            }),
            Peer::Unknown(field) | Peer::Narrow { place: field, .. } => Err(unknown_peer(field)),
            Peer::Missing => Ok(String::new()),
        }
    }

    /// A permission in words: `tcp 22 from 10.0.0.0/8`.
    pub(super) fn words(&self, permission: &Permission) -> String {
        let protocol = match protocol(permission) {
            Ok(Some(Protocol::All)) => Cow::from("all traffic"),
            Ok(Some(protocol)) if protocol.ignores_ports() => format!("protocol {protocol}").into(),
            Ok(Some(protocol)) => match port_range(permission) {
                Ok(ports) => format!("{protocol} {ports}").into(),
                Err(_) => protocol.name(),
            },
            _ => "an unknown protocol".into(),
        };
        let preposition = match permission.direction {
            Direction::Ingress => "from",
            Direction::Egress => "to",
        };
        let peer = match &permission.peer {
            Peer::SelfGroup(_) => Ok("the group itself".to_owned()),
            Peer::Missing => Ok("nobody".to_owned()),
            _ => self.peer_text(permission),
        };
        let peer = peer.as_deref().unwrap_or("an unknown peer");
        let by_default = if permission.form == Form::Implicit { " by default" } else { "" };
        format!("{protocol} {preposition} {peer}{by_default}")
    }

    /// What a permission means, equal for equal ones of a group (RF-19); `None` if some of it is not known.
    pub(super) fn known_key(&self, permission: &Permission) -> Option<String> {
        protocol(permission).ok()?;
        port_range(permission).ok()?;
        self.peer_identity(permission).ok()?;
        Some(self.key(permission))
    }

    /// What a permission means, for fingerprints: `ingress tcp 22 0.0.0.0/0`.
    pub(super) fn key(&self, permission: &Permission) -> String {
        let protocol = match protocol(permission) {
            Ok(Some(protocol)) => protocol.name(),
            Ok(None) => "none".into(),
            Err(_) => "?".into(),
        };
        let ports = port_range(permission).unwrap_or_else(|_| "?".to_owned());
        let peer = match &permission.peer {
            Peer::Cidr(Field { value: Ok(CidrText { cidr: Ok(cidr), .. }), .. }) => Ok(cidr.canonical()),
            Peer::SelfGroup(_) => Ok("self".to_owned()),
            Peer::Missing => Ok("none".to_owned()),
            _ => self.peer_identity(permission),
        };
        let peer = peer.unwrap_or_else(|_| "?".to_owned());
        format!("{} {protocol} {ports} {peer}", permission.direction.name())
    }
}

/// The protocol of a permission; `None` when it has none that is valid, so that the API refuses it.
pub(super) fn protocol(permission: &Permission) -> Known<Option<Protocol>> {
    match &permission.protocol {
        None => Ok((permission.form == Form::Implicit).then_some(Protocol::All)),
        Some(field) => field.value.as_ref().map(|parsed| parsed.as_ref().ok().copied()).map_err(Arc::clone),
    }
}

/// First and last port as given, or ICMP type and code.
pub(super) fn ports(permission: &Permission) -> Known<(Option<i64>, Option<i64>)> {
    let read = |field: &Option<Field<i64>>| match field {
        None => Ok(None),
        Some(field) => field.value.as_ref().map(|&port| Some(port)).map_err(Arc::clone),
    };
    Ok((read(&permission.from_port)?, read(&permission.to_port)?))
}

/// The traffic that a permission allows; `None` when it has no valid protocol.
pub(super) fn traffic(permission: &Permission) -> Known<Option<Traffic>> {
    let Some(protocol) = protocol(permission)? else { return Ok(None) };
    if protocol.ignores_ports() {
        return Ok(Some(Traffic::allowed(protocol, None, None)));
    }
    let (from, to) = ports(permission)?;
    Ok(Some(Traffic::allowed(protocol, from, to)))
}

/// The traffic of a permission in words: `PostgreSQL (5432/tcp)`, `all traffic`.
pub(super) fn traffic_words(permission: &Permission, traffic: &Traffic) -> String {
    let protocol = traffic.protocol;
    if protocol == Protocol::All {
        "all traffic".to_owned()
    } else if has_sensitive_ports(permission) && !protocol.ignores_ports() {
        format!("{protocol} {SENSITIVE_TEXT}")
    } else if protocol.has_ports() {
        let of = |protocol| traffic.ports_of(protocol);
        services::describe(&of(Protocol::TCP), &of(Protocol::UDP))
    } else if protocol.ignores_ports() {
        format!("protocol {protocol}")
    } else {
        format!("{protocol} {}", port_range(permission).unwrap_or_default())
    }
}

/// A text as it is told: not what the configuration marks as sensitive.
pub(super) fn told(text: &Field<String>) -> Known<&str> {
    let known = text.value.as_deref().map_err(Arc::clone)?;
    Ok(if text.origin.is_sensitive() { SENSITIVE_TEXT } else { known })
}

/// Whether the configuration marks a port as sensitive.
pub(super) fn has_sensitive_ports(permission: &Permission) -> bool {
    let given = [&permission.from_port, &permission.to_port];
    given.iter().any(|port| port.as_ref().is_some_and(|port| port.origin.is_sensitive()))
}

/// The ports of a permission as text: `22`, `8000-8999`, `all`; for ICMP `type 8`.
pub(super) fn port_range(permission: &Permission) -> Known<String> {
    let protocol = protocol(permission)?;
    if protocol.is_some_and(Protocol::ignores_ports) {
        return Ok("all".to_owned());
    }
    let (from, to) = ports(permission)?;
    if has_sensitive_ports(permission) {
        return Ok(SENSITIVE_TEXT.to_owned());
    }
    let is_refused = protocol
        .is_some_and(|protocol| range_problem(protocol, from, to).is_some_and(RangeProblem::is_refused));
    let is_icmp = protocol.is_some_and(Protocol::is_icmp) && !is_refused;
    Ok(match (from, to) {
        (None | Some(-1), None | Some(-1)) if is_icmp => "all".to_owned(),
        (Some(message), None | Some(-1)) if is_icmp => format!("type {message}"),
        (Some(message), Some(code)) if is_icmp => format!("type {message} code {code}"),
        (Some(0), Some(65535)) => "all".to_owned(),
        (Some(from), Some(to)) if from == to => from.to_string(),
        (Some(from), Some(to)) => format!("{from}-{to}"),
        (Some(port), None) | (None, Some(port)) => port.to_string(),
        (None, None) => "none".to_owned(),
    })
}

/// Where the ports stand: the first one, and the last one besides.
pub(super) fn ports_place(permission: &Permission) -> Option<Place> {
    let (first, last) = match (&permission.from_port, &permission.to_port) {
        (Some(first), Some(last)) => (first, Some(last)),
        (Some(only), None) | (None, Some(only)) => (only, None),
        (None, None) => return None,
    };
    let mut place = Place::of(first);
    // One port is said once; of a range both ends.
    let range = last.filter(|last| last.span != first.span && last.known() != first.known());
    if let Some(last) = range {
        "first port".clone_into(&mut place.label);
        place.also.push(crate::diagnostic::Label { span: last.span, message: "last port".to_owned() });
    }
    Some(place)
}

/// Where the other side stands.
pub(super) fn peer_place(peer: &Peer) -> Option<Place> {
    match peer {
        Peer::Cidr(field) => Some(Place::of(field)),
        Peer::Group(field) => Some(Place::of(field)),
        Peer::SelfGroup(span) => Some(Place::at(*span)),
        Peer::PrefixList(field) => Some(Place::of(field)),
        Peer::Unknown(field) | Peer::Narrow { place: field, .. } => Some(Place::of(field)),
        Peer::Missing => None,
    }
}

/// Why a peer is not known.
pub(super) fn unknown_peer(field: &Field<()>) -> Arc<Unknown> {
    match &field.value {
        Err(why) => Arc::clone(why),
        Ok(()) => not_known(Cause::Computed("the other side".to_owned()), field.span),
    }
}

/// Whether a CIDR stands where one of the other family belongs.
pub(super) fn is_wrong_family(text: &CidrText, cidr: Cidr) -> bool {
    (cidr.family() == Family::Ipv6) != text.in_ipv6_attribute
}

/// The addresses of a CIDR that can match a packet.
fn live_addresses(text: &CidrText) -> AddressSet {
    match &text.cidr {
        Ok(cidr) if cidr.dead().is_none() && !is_wrong_family(text, *cidr) => cidr.addresses(),
        _ => AddressSet::empty(),
    }
}

fn known_or<T>(field: &Field<T>, convert: impl FnOnce(&T) -> Known<String>) -> Known<String> {
    field.value.as_ref().map_err(Arc::clone).and_then(convert)
}

/// The name of a role for policies.
pub(super) fn role_name(role: GroupRole) -> &'static str {
    match role {
        GroupRole::Declared => "declared",
        GroupRole::Default => "default",
        GroupRole::External => "external",
    }
}

/// A reason of our own for not knowing.
pub(super) fn not_known(cause: Cause, at: Span) -> Arc<Unknown> {
    Arc::new(Unknown::new(cause, at))
}

/// A list in words: `a`, `a and b`, `a, b and 3 more`.
pub(super) fn enumerate(items: &[String]) -> String {
    const SHOWN: usize = 4;
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [head @ .., last] if items.len() <= SHOWN => format!("{} and {last}", head.join(", ")),
        _ => format!("{} and {} more", items[..SHOWN - 1].join(", "), items.len() - (SHOWN - 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_are_counted() {
        let items: Vec<String> = (1..=6).map(|number| number.to_string()).collect();
        assert_eq!(enumerate(&items[..1]), "1");
        assert_eq!(enumerate(&items[..2]), "1 and 2");
        assert_eq!(enumerate(&items[..4]), "1, 2, 3 and 4");
        assert_eq!(enumerate(&items), "1, 2, 3 and 3 more");
    }
}

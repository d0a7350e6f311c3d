//! What groups admit from addresses: one fact for each smallest set of declared rules that opens something.
//!
//! Whether something is open to the world is a property of the union of a group's rules (DC-04, DC-05). Four kinds of
//! facts follow from that:
//!
//! - a declared rule that admits the whole world alone;
//! - several rules that admit it only together, for the ports that they have in common ([`together`]);
//! - a declared rule that admits other addresses, with `world` false, or unknown when a peer is.
//!
//! - several rules that admit more than a quarter of the public addresses only together, with `world` false.
//!
//! A declared rule counts as one, however many peers it lists. Peers that are groups open nothing to addresses, and
//! addresses that no packet carries (DC-01, DC-02) open nothing at all.
//!
//! The same arithmetic over all groups of an interface yields the facts of [`combination`].

mod carriers;
pub(super) mod combination;
mod families;
mod fields;
mod together;

use std::collections::BTreeMap;
use std::sync::Arc;

use self::carriers::{Carried, Carriers};
use super::draft::{Draft, Known};
use super::reading::{self, Context, Owner, PeerAddresses};
use super::{Fact, FieldValue, Kind, identity};
use crate::network::address::{AddressSet, Family};
use crate::network::model::{self, Direction, Permission};
use crate::network::ports::PortSet;
use crate::network::protocol::Protocol;
use crate::network::traffic::Traffic;
use crate::resource::{Presence, Unknown};

/// Every exposure, in the order of the first rule that contributes to it.
pub(super) fn facts(context: &Context<'_>, declared: &DeclaredRules<'_>) -> Vec<Fact> {
    let carriers = Carriers::of(context);
    let mut found: Vec<(usize, Fact)> = Vec::new();
    for ((owner, direction), rules) in declared {
        let rules: Vec<&Rule<'_>> = rules.iter().collect();
        let alone: Vec<Vec<Family>> = rules.iter().map(|rule| rule.world()).collect();
        let joint = together::openings(&rules);
        let open_to_world = families::Open::of(&rules, &joint);
        let group = Group { direction: *direction, carried: carriers.of_owner(owner) };
        let mut add = |chosen: &[&Rule<'_>], open: Known<&Opening>, world: &[Family]| {
            let first = chosen.iter().map(|rule| rule.first).min().unwrap_or_default();
            let restricted =
                open.clone().map_or(Ok(None), |open| open_to_world.restricted(open, world, &rules));
            found.push((first, fields::fact(context, &group, chosen, open, world, &restricted)));
        };
        for opening in joint.iter().chain(&together::wide_openings(&rules)) {
            let chosen: Vec<&Rule<'_>> = opening.rules.iter().map(|&index| rules[index]).collect();
            add(&chosen, Ok(&opening.open), &opening.families);
        }
        for (index, rule) in rules.iter().enumerate() {
            let told: Vec<_> = joint.iter().filter(|opening| opening.rules.contains(&index)).collect();
            if rule.opens_something() && !(alone[index].is_empty() && rule.is_told_by(&told)) {
                let open = rule.traffic.as_ref().map(Opening::of);
                let open = open.as_ref().map_err(|why| Arc::clone(why));
                add(&[rule], open, &alone[index]);
            }
        }
    }
    found.sort_by_key(|(first, _)| *first);
    let mut facts: Vec<Fact> = found.into_iter().map(|(_, fact)| fact).collect();
    for (index, group) in context.network.groups.iter().enumerate() {
        let carried = carriers.of_owner(&Owner::Declared(index));
        let unread =
            |(direction, why): &(Direction, Arc<Unknown>)| unread(context, group, *direction, why, carried);
        facts.extend(group.unknown_rules.iter().map(unread));
    }
    facts
}

/// What the facts of one group and direction have in common.
struct Group<'a> {
    direction: Direction,
    carried: Option<&'a Carried>,
}

/// The declared rules that the API accepts, by group and direction.
pub(super) type DeclaredRules<'a> = BTreeMap<(Owner, Direction), Vec<Rule<'a>>>;

/// A declared rule with what it admits from addresses.
pub(super) struct Rule<'a> {
    /// Index of its first permission.
    first: usize,
    /// The resource that declares it, and its number there.
    number: (&'a str, usize),
    /// Its permissions that have a peer by address, with the addresses.
    peers: Vec<(&'a Permission, PeerAddresses)>,
    /// What it allows.
    traffic: Known<Traffic>,
    /// The addresses of all peers.
    addresses: PeerAddresses,
    /// The part of the public addresses of each family that it holds.
    shares: [f64; 2],
}

/// What is open: ports by protocol (ICMP messages for ICMP).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Opening {
    protocols: BTreeMap<Protocol, PortSet>,
}

/// Reads the declared rules.
pub(super) fn declared_rules<'a>(context: &Context<'a>) -> DeclaredRules<'a> {
    let mut rules = DeclaredRules::new();
    for (index, permission) in context.network.permissions.iter().enumerate() {
        let addresses = context.addresses(&permission.peer);
        if addresses.set.is_empty() && addresses.more.is_none() {
            continue;
        }
        let traffic = match reading::traffic(permission) {
            Ok(None) => continue,
            Ok(Some(traffic)) if traffic.is_empty() => continue,
            Ok(Some(traffic)) => Ok(traffic),
            Err(why) => Err(why),
        };
        let own = rules.entry((Owner::of(permission), permission.direction)).or_default();
        // The permissions of one declared rule follow each other.
        let number = (&*permission.resource, permission.rule);
        match own.last_mut() {
            Some(rule) if rule.number == number && rule.traffic.as_ref().ok() == traffic.as_ref().ok() => {
                rule.peers.push((permission, addresses));
            }
            _ => own.push(Rule {
                first: index,
                number,
                peers: vec![(permission, addresses)],
                traffic,
                addresses: PeerAddresses::default(),
                shares: [0.0; 2],
            }),
        }
    }
    rules.values_mut().flatten().for_each(Rule::add_up);
    rules
}

impl Rule<'_> {
    fn add_up(&mut self) {
        self.addresses = PeerAddresses::union(self.peers.iter().map(|(_, addresses)| addresses));
        self.shares = Family::BOTH.map(|family| self.addresses.set.public_share(family));
    }

    /// The families whose whole world it admits alone.
    fn world(&self) -> Vec<Family> {
        Family::BOTH.into_iter().filter(|family| self.addresses.set.covers_world(*family)).collect()
    }

    fn share(&self, family: Family) -> f64 {
        match family {
            Family::Ipv4 => self.shares[0],
            Family::Ipv6 => self.shares[1],
        }
    }

    fn is_certain(&self) -> bool {
        self.peers.iter().all(|(permission, _)| matches!(permission.presence, Presence::Certain))
    }

    fn opens_something(&self) -> bool {
        !self.addresses.set.is_empty() || self.addresses.more.is_some()
    }

    /// Whether facts about it together with others say everything that there is to say about it: all of its ports for
    /// each family that it has addresses of.
    fn is_told_by(&self, told: &[&together::Joint]) -> bool {
        let Ok(traffic) = &self.traffic else { return false };
        self.addresses.more.is_none()
            && self.addresses.set.families().iter().all(|family| {
                let told = told.iter().filter(|joint| joint.families.contains(family));
                let ports = told.filter_map(|joint| joint.open.protocols.get(&traffic.protocol));
                let ports = ports.fold(PortSet::empty(), |all, open| all.union(open));
                traffic.selected().is_subset_of(&ports)
            })
    }
}

impl Opening {
    fn of(traffic: &Traffic) -> Self {
        Self { protocols: BTreeMap::from([(traffic.protocol, traffic.selected().clone())]) }
    }

    fn is_all(&self) -> bool {
        self.protocols.contains_key(&Protocol::All)
    }

    /// The ports of TCP or UDP that are open.
    fn ports_of(&self, protocol: Protocol) -> PortSet {
        if self.is_all() {
            PortSet::all()
        } else {
            self.protocols.get(&protocol).cloned().unwrap_or_default()
        }
    }
}

/// A rule list that could not be made out may open anything.
fn unread(
    context: &Context<'_>,
    group: &model::Group,
    direction: Direction,
    why: &Arc<Unknown>,
    carried: Option<&Carried>,
) -> Fact {
    let draft = Draft::new(Kind::Exposure, &group.address, &group.declared, context.language, group.head)
        .key(format!("{} ?", direction.name()))
        .set("direction", direction)
        .set("group", &*group.address)
        .set("group_role", reading::role_name(group.role))
        .known("group_name", identity::name_of(group))
        .set("group_tags", group.tags.clone())
        .set(
            "addresses",
            FieldValue::Addresses { set: AddressSet::empty(), more: Some(Arc::clone(why)), breadth: None },
        )
        .unknown(
            &["world", "ipv4_world", "ipv6_world", "families", "address_text", "audience", "trusted"],
            why,
        )
        .unknown(&["asymmetric", "restricted_family", "restricted_to"], why)
        .anchor(group.span)
        .calls(&group.calls)
        .presence(&group.presence);
    let draft = carriers::fields(draft, carried);
    fields::unknown_open_fields(draft, context, why).finish()
}

#[cfg(test)]
mod tests;

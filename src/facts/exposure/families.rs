//! Ports that are open to the whole internet of one IP version and restricted in the other.
//!
//! Only rules of the same protocol are compared: one for all protocols says nothing about who may use a port.

use std::collections::BTreeMap;

use super::together::Joint;
use super::{Opening, Rule};
use crate::facts::draft::Known;
use crate::network::address::Family;
use crate::network::ports::PortSet;
use crate::network::protocol::Protocol;

/// What the rules of a group open to the world, by family.
pub(super) struct Open([BTreeMap<Protocol, PortSet>; 2]);

/// A restriction of the other family.
pub(super) struct Restriction<'r, 'a> {
    /// The family that is restricted.
    pub(super) family: Family,
    /// The rules that admit some of its addresses only.
    pub(super) rules: Vec<&'r Rule<'a>>,
}

impl Open {
    pub(super) fn of(rules: &[&Rule<'_>], joint: &[Joint]) -> Self {
        let mut open: [BTreeMap<Protocol, PortSet>; 2] = Default::default();
        let mut add = |families: &[Family], protocol: Protocol, ports: &PortSet| {
            for &family in families {
                let known = open[index(family)].entry(protocol).or_default();
                *known = known.union(ports);
            }
        };
        for rule in rules {
            if let Ok(traffic) = &rule.traffic {
                add(&rule.world(), traffic.protocol, traffic.selected());
            }
        }
        for joint in joint {
            joint.open.protocols.iter().for_each(|(&protocol, ports)| add(&joint.families, protocol, ports));
        }
        Self(open)
    }

    /// The rules that restrict the other family on ports that are open to the world of one, if there are any.
    pub(super) fn restricted<'r, 'a>(
        &self,
        open: &Opening,
        world: &[Family],
        rules: &[&'r Rule<'a>],
    ) -> Known<Option<Restriction<'r, 'a>>> {
        let [only] = *world else { return Ok(None) };
        let family = if only == Family::Ipv4 { Family::Ipv6 } else { Family::Ipv4 };
        let left: BTreeMap<Protocol, PortSet> = open
            .protocols
            .iter()
            .filter(|(protocol, _)| protocol.has_ports())
            .map(|(&protocol, ports)| (protocol, ports.difference(&self.ports(family, protocol))))
            .filter(|(_, ports)| !ports.is_empty())
            .collect();
        if left.is_empty() {
            return Ok(None);
        }
        let mut restricting = Vec::new();
        for rule in rules {
            let Ok(traffic) = &rule.traffic else { continue };
            let meets = left.get(&traffic.protocol).is_some_and(|ports| traffic.selected().overlaps(ports));
            if !meets {
                continue;
            }
            if let Some(why) = rule.addresses.may_be_world() {
                return Err(std::sync::Arc::clone(why));
            }
            if !rule.addresses.set.family(family).is_empty() {
                restricting.push(*rule);
            }
        }
        Ok((!restricting.is_empty()).then_some(Restriction { family, rules: restricting }))
    }

    /// The ports of a protocol that are open to the world of a family.
    fn ports(&self, family: Family, protocol: Protocol) -> PortSet {
        let open = &self.0[index(family)];
        if open.contains_key(&Protocol::All) {
            return PortSet::all();
        }
        open.get(&protocol).cloned().unwrap_or_default()
    }
}

fn index(family: Family) -> usize {
    match family {
        Family::Ipv4 => 0,
        Family::Ipv6 => 1,
    }
}

//! Rules that admit the whole world only together.

use std::collections::{BTreeMap, BTreeSet};

use super::{Opening, Rule};
use crate::facts::cover::{Part, smallest_cover};
use crate::facts::reading::MOST_COMPARED;
use crate::network::address::Family;
use crate::network::ports::{PortSet, segments};
use crate::network::protocol::Protocol;
use crate::network::traffic::Traffic;

/// Several rules, none of which can be left out, and what they open to the world together.
pub(super) struct Joint {
    /// Indices of the rules, ascending.
    pub(super) rules: Vec<usize>,
    /// What they open.
    pub(super) open: Opening,
    /// To the worlds of which families.
    pub(super) families: Vec<Family>,
}

/// Every joint opening of a group's rules in one direction. What the same rules open alike to both families is one.
pub(super) fn openings(rules: &[Rule<'_>]) -> Vec<Joint> {
    let mut found: BTreeMap<Vec<usize>, Vec<Joint>> = BTreeMap::new();
    for family in Family::BOTH {
        for (chosen, open) in openings_of(rules, family) {
            let of_these = found.entry(chosen.clone()).or_default();
            match of_these.iter_mut().find(|joint| joint.open == open) {
                Some(joint) => joint.families.push(family),
                None => of_these.push(Joint { rules: chosen, open, families: vec![family] }),
            }
        }
    }
    found.into_values().flatten().collect()
}

/// For each protocol, cuts the ports into segments on which the same rules apply and covers the world on each.
fn openings_of(rules: &[Rule<'_>], family: Family) -> BTreeMap<Vec<usize>, Opening> {
    let partial: Vec<(usize, &Traffic)> = rules
        .iter()
        .enumerate()
        .filter(|(_, rule)| rule.share(family) > 0.0 && !rule.addresses.covers_world(family))
        .filter_map(|(index, rule)| Some((index, rule.traffic.as_ref().ok()?)))
        .collect();
    let mut found: BTreeMap<Vec<usize>, Opening> = BTreeMap::new();
    let shares = partial.iter().map(|&(index, _)| rules[index].share(family));
    if shares.sum::<f64>() < 1.0 - 1e-9 || partial.len() > MOST_COMPARED {
        return found;
    }
    let protocols: BTreeSet<Protocol> = partial.iter().map(|(_, traffic)| traffic.protocol).collect();
    for protocol in protocols {
        let applying: Vec<_> =
            partial.iter().filter(|(_, traffic)| traffic.protocol.covers(protocol)).copied().collect();
        let mut open: BTreeMap<Vec<usize>, Vec<(u16, u16)>> = BTreeMap::new();
        for (first, last) in segments(applying.iter().map(|(_, traffic)| traffic.selected())) {
            let active = applying.iter().filter(|(_, traffic)| traffic.selected().contains(first));
            let active: Vec<usize> = active.map(|&(index, _)| index).collect();
            if let Some(chosen) = cover(rules, &active, family) {
                open.entry(chosen).or_default().push((first, last));
            }
        }
        for (chosen, intervals) in open {
            let opening = found.entry(chosen).or_default();
            opening.protocols.insert(protocol, PortSet::from_intervals(intervals));
        }
    }
    found
}

fn cover(rules: &[Rule<'_>], active: &[usize], family: Family) -> Option<Vec<usize>> {
    let parts: Vec<Part<'_>> = active
        .iter()
        .map(|&index| &rules[index])
        .map(|rule| Part {
            addresses: &rule.addresses,
            is_certain: rule.is_certain(),
            share: rule.share(family),
        })
        .collect();
    let chosen = smallest_cover(&parts, family)?;
    Some(chosen.into_iter().map(|position| active[position]).collect())
}

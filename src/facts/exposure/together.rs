//! Rules that admit the whole world, or a large part of it, only together.

use std::collections::{BTreeMap, BTreeSet};

use super::{Opening, Rule};
use crate::facts::cover::{Part, smallest_cover};
use crate::facts::reading::MOST_COMPARED;
use crate::network::address::{AddressSet, Family};
use crate::network::ports::{PortSet, segments};
use crate::network::protocol::Protocol;
use crate::network::traffic::Traffic;

/// Several rules, none of which can be left out, and what they open together.
pub(super) struct Joint {
    /// Indices of the rules, ascending.
    pub(super) rules: Vec<usize>,
    /// What they open.
    pub(super) open: Opening,
    /// To the worlds of which families; none if it is only a large part of one.
    pub(super) families: Vec<Family>,
}

/// Every joint opening of a group's rules in one direction. What the same rules open alike to both families is one.
pub(super) fn openings(rules: &[&Rule<'_>]) -> Vec<Joint> {
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

/// Those to the world of one family.
fn openings_of(rules: &[&Rule<'_>], family: Family) -> BTreeMap<Vec<usize>, Opening> {
    openings_by(rules, family, 1.0 - 1e-9, |active| cover(rules, active, family))
}

/// The same for more than a quarter of the public addresses of a family that is not its whole world. Rules with ranges
/// that are wide by themselves are left out: each of those is a thing to say of its own.
pub(super) fn wide_openings(rules: &[&Rule<'_>]) -> Vec<Joint> {
    let mut found = Vec::new();
    for family in Family::BOTH {
        let of_family = openings_by(rules, family, LARGE_PART, |active| large_part(rules, active, family));
        found.extend(of_family.into_iter().map(|(rules, open)| Joint { rules, open, families: Vec::new() }));
    }
    found
}

/// The part of the public addresses of a family beyond which rules together are as good as open.
const LARGE_PART: f64 = 0.25;

/// Prefixes below which a range is wide by itself.
fn wide_prefix(family: Family) -> u8 {
    match family {
        Family::Ipv4 => 8,
        Family::Ipv6 => 16,
    }
}

/// The rules with the largest parts that hold a large part of a family's addresses together, without its whole world.
fn large_part(rules: &[&Rule<'_>], active: &[usize], family: Family) -> Option<Vec<usize>> {
    let share = |set: &AddressSet| set.public_share(family);
    let all = AddressSet::union_all(active.iter().map(|&index| &rules[index].addresses.set));
    if share(&all) <= LARGE_PART || all.covers_world(family) {
        return None;
    }
    let is_narrow =
        |index: &usize| !rules[*index].addresses.set.family(family).is_wider_than(wide_prefix(family));
    let mut largest: Vec<usize> = active.iter().copied().filter(is_narrow).collect();
    largest.sort_by(|&left, &right| rules[right].share(family).total_cmp(&rules[left].share(family)));
    let mut held = AddressSet::empty();
    let mut chosen = Vec::new();
    for index in largest {
        held = held.union(&rules[index].addresses.set);
        chosen.push(index);
        if share(&held) > LARGE_PART {
            chosen.sort_unstable();
            return (chosen.len() > 1).then_some(chosen);
        }
    }
    None
}

/// For each protocol, cuts the ports into segments on which the same rules apply, and opens what `choose` finds there.
/// Nothing is looked for unless the parts that the rules hold amount to `least`.
fn openings_by(
    rules: &[&Rule<'_>],
    family: Family,
    least: f64,
    choose: impl Fn(&[usize]) -> Option<Vec<usize>>,
) -> BTreeMap<Vec<usize>, Opening> {
    let partial: Vec<(usize, &Traffic)> = rules
        .iter()
        .enumerate()
        .filter(|(_, rule)| rule.share(family) > 0.0 && !rule.addresses.set.covers_world(family))
        .filter_map(|(index, rule)| Some((index, rule.traffic.as_ref().ok()?)))
        .collect();
    let mut found: BTreeMap<Vec<usize>, Opening> = BTreeMap::new();
    let shares = partial.iter().map(|&(index, _)| rules[index].share(family));
    if shares.sum::<f64>() < least || partial.len() > MOST_COMPARED {
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
            if let Some(chosen) = choose(&active) {
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

fn cover(rules: &[&Rule<'_>], active: &[usize], family: Family) -> Option<Vec<usize>> {
    let parts: Vec<Part<'_>> = active
        .iter()
        .map(|&index| rules[index])
        .map(|rule| Part {
            addresses: &rule.addresses.set,
            is_certain: rule.is_certain(),
            share: rule.share(family),
        })
        .collect();
    let chosen = smallest_cover(&parts, family)?;
    Some(chosen.into_iter().map(|position| active[position]).collect())
}

//! Permissions that another one of the same group repeats (RF-19) or that others cover.
//!
//! Duplicates are found first and set aside. The others are tried from the narrowest to the widest against those that
//! remain; one that is covered no longer counts as cover. So of two that cover each other only the narrower is
//! reported, and whatever is left when every report is acted on still allows the same.

use std::collections::BTreeMap;

use super::draft::Known;
use super::reading::{self, Context, MOST_COMPARED, Owner};
use super::{Fact, Kind, Place};
use crate::diagnostic::Label;
use crate::network::address::{AddressSet, Family};
use crate::network::model::{CidrText, Direction, Field, Form, Peer, Permission};
use crate::network::ports::segments;
use crate::network::protocol::Protocol;
use crate::network::text::Text;
use crate::network::traffic::Traffic;
use crate::resource::Presence;
use crate::source::Span;

/// Among more candidates than this, covers that need both several port ranges and several address ranges at once are
/// not looked for; those along ports or along addresses alone are.
const MIXED: usize = 64;

/// Labels of covering permissions that are shown.
const SHOWN: usize = 4;

/// One fact for each permission that is repeated or covered, in source order.
pub(super) fn facts(context: &Context<'_>) -> Vec<Fact> {
    let mut found: Vec<(usize, Fact)> = Vec::new();
    for items in by_owner(context).into_values().filter(|items| items.len() > 1) {
        for overlap in overlaps(&items) {
            found.push((items[overlap.subject].index, fact(context, &items, &overlap)));
        }
    }
    found.sort_by_key(|(index, _)| *index);
    found.into_iter().map(|(_, fact)| fact).collect()
}

/// A permission whose meaning is known.
struct Item<'a> {
    index: usize,
    permission: &'a Permission,
    traffic: Traffic,
    peer: Side,
    is_certain: bool,
    /// How much it allows, to tell the narrower from the wider.
    width: f64,
}

impl Item<'_> {
    /// Whether it lets everybody in, so that it may well be the one that has to go.
    fn admits_world(&self) -> bool {
        self.permission.direction == Direction::Ingress
            && Family::BOTH.into_iter().any(|family| self.peer.addresses.covers_world(family))
    }
}

/// What a permission whose meaning is known allows, to compare with what others do.
pub(super) struct Reach {
    direction: Direction,
    traffic: Traffic,
    peer: Side,
}

impl Reach {
    /// That of a permission; `None` if it is not known.
    pub(super) fn of(context: &Context<'_>, permission: &Permission) -> Option<Self> {
        let traffic = reading::traffic(permission).ok()??;
        let peer = Side::of(context, permission)?;
        Some(Self { direction: permission.direction, traffic, peer })
    }

    /// Whether it allows everything that the other does.
    pub(super) fn covers(&self, other: &Self) -> bool {
        self.direction == other.direction
            && self.traffic.covers(&other.traffic)
            && self.peer.covers(&other.peer)
    }
}

/// The other side, to compare.
struct Side {
    /// Equal for equal peers (RF-16, RF-21): `10.0.0.0/8`, `self`, a group's address.
    identity: String,
    /// Addresses that it admits at least; none for a group.
    addresses: AddressSet,
    /// Whether it admits those addresses and nothing else, so that addresses can cover it.
    is_exact: bool,
}

impl Side {
    fn of(context: &Context<'_>, permission: &Permission) -> Option<Self> {
        let group = |identity| Self { identity, addresses: AddressSet::empty(), is_exact: false };
        match &permission.peer {
            // A range of the other IP version is refused: it neither covers another rule nor is covered.
            Peer::Cidr(Field { value: Ok(text @ CidrText { cidr: Ok(cidr), .. }), .. })
                if !reading::is_wrong_family(text, *cidr) =>
            {
                Some(Self {
                    identity: cidr.canonical(),
                    addresses: cidr.addresses(),
                    is_exact: cidr.dead().is_none(),
                })
            }
            Peer::SelfGroup(_) => Some(group("self".to_owned())),
            Peer::Group(_) => context.peer_identity(permission).ok().map(group),
            Peer::PrefixList(_) => {
                let identity = context.peer_identity(permission).ok()?;
                let addresses = context.addresses(&permission.peer);
                let is_exact = addresses.more.is_none() && !addresses.set.is_empty();
                Some(Self { identity, addresses: addresses.set, is_exact })
            }
            Peer::Cidr(_) | Peer::Unknown(_) | Peer::Narrow { .. } | Peer::Missing => None,
        }
    }

    fn covers(&self, other: &Self) -> bool {
        self.identity == other.identity || other.is_exact && other.addresses.is_subset_of(&self.addresses)
    }

    fn meets(&self, other: &Self) -> bool {
        self.identity == other.identity || other.is_exact && other.addresses.overlaps(&self.addresses)
    }
}

fn by_owner<'a>(context: &Context<'a>) -> BTreeMap<(Owner, Direction), Vec<Item<'a>>> {
    let mut items: BTreeMap<(Owner, Direction), Vec<Item<'a>>> = BTreeMap::new();
    for (index, permission) in context.network.permissions.iter().enumerate() {
        let owner = Owner::of(permission);
        if matches!(owner, Owner::Unknown(_)) {
            continue;
        }
        let Ok(Some(traffic)) = reading::traffic(permission) else { continue };
        let Some(peer) = Side::of(context, permission).filter(|_| !traffic.is_empty()) else { continue };
        let size: f64 = Family::BOTH.into_iter().map(|family| peer.addresses.size(family)).sum();
        let protocols = if traffic.protocol == Protocol::All { 256.0 } else { 1.0 };
        let width = f64::from(traffic.selected().count()) * protocols * size.max(1.0);
        let is_certain = matches!(permission.presence, Presence::Certain);
        let item = Item { index, permission, traffic, peer, is_certain, width };
        items.entry((owner, permission.direction)).or_default().push(item);
    }
    items
}

/// What is wrong with one item: the items that repeat or cover it.
struct Overlap {
    subject: usize,
    by: Vec<usize>,
    is_duplicate: bool,
}

fn overlaps(items: &[Item<'_>]) -> Vec<Overlap> {
    let mut found = duplicates(items);
    if items.len() > MOST_COMPARED {
        return found;
    }
    let mut is_repeated = vec![false; items.len()];
    for duplicate in &found {
        is_repeated[duplicate.subject] = true;
    }
    // What may cover others: it exists for certain, and is not itself reported.
    let mut is_cover: Vec<bool> =
        items.iter().zip(&is_repeated).map(|(item, repeated)| item.is_certain && !repeated).collect();
    let mut subjects: Vec<usize> = (0..items.len())
        .filter(|&index| !is_repeated[index] && items[index].permission.form != Form::Implicit)
        .collect();
    subjects.sort_by(|&left, &right| items[left].width.total_cmp(&items[right].width).then(right.cmp(&left)));
    for subject in subjects {
        let own = &items[subject];
        let candidates: Vec<usize> = (0..items.len())
            .filter(|&index| is_cover[index] && index != subject)
            .filter(|&index| {
                let other = &items[index];
                other.traffic.protocol.covers(own.traffic.protocol)
                    && other.peer.meets(&own.peer)
                    && other.traffic.selected().overlaps(own.traffic.selected())
            })
            .collect();
        if let Some(by) = cover(items, own, &candidates) {
            is_cover[subject] = false;
            found.push(Overlap { subject, by, is_duplicate: false });
        }
    }
    found
}

/// Items that mean the same: all but the first that exists for certain, or the one that nobody wrote.
fn duplicates(items: &[Item<'_>]) -> Vec<Overlap> {
    let mut alike: BTreeMap<(&Traffic, &str), Vec<usize>> = BTreeMap::new();
    for (index, item) in items.iter().enumerate() {
        alike.entry((&item.traffic, &item.peer.identity)).or_default().push(index);
    }
    let mut found = Vec::new();
    for members in alike.into_values().filter(|members| members.len() > 1) {
        let certain = || members.iter().copied().filter(|&index| items[index].is_certain);
        let is_implicit = |index: usize| items[index].permission.form == Form::Implicit;
        let Some(original) = certain().find(|&index| is_implicit(index)).or_else(|| certain().next()) else {
            continue;
        };
        let others = members.into_iter().filter(|&index| index != original && !is_implicit(index));
        found.extend(others.map(|subject| Overlap { subject, by: vec![original], is_duplicate: true }));
    }
    found
}

/// The candidates that cover an item: the widest that does so alone, or a few that do so together.
fn cover(items: &[Item<'_>], own: &Item<'_>, candidates: &[usize]) -> Option<Vec<usize>> {
    let has_peer = |index: &&usize| items[**index].peer.covers(&own.peer);
    let has_traffic = |index: &&usize| items[**index].traffic.covers(&own.traffic);
    let alone = candidates.iter().filter(|index| has_peer(index) && has_traffic(index));
    let alone = alone
        .copied()
        .max_by(|&left, &right| items[left].width.total_cmp(&items[right].width).then(right.cmp(&left)));
    if let Some(alone) = alone {
        return Some(vec![alone]);
    }
    let mut widest_first = candidates.to_vec();
    widest_first
        .sort_by(|&left, &right| items[right].width.total_cmp(&items[left].width).then(left.cmp(&right)));

    let mut ports = own.traffic.selected().clone();
    let mut chosen = Vec::new();
    for &index in widest_first.iter().filter(has_peer) {
        if items[index].traffic.selected().overlaps(&ports) {
            ports = ports.difference(items[index].traffic.selected());
            chosen.push(index);
        }
    }
    if ports.is_empty() {
        return Some(needed(items, own, chosen));
    }
    if !own.peer.is_exact {
        return None;
    }
    let mut addresses = own.peer.addresses.clone();
    let mut chosen = Vec::new();
    for &index in widest_first.iter().filter(has_traffic) {
        if items[index].peer.addresses.overlaps(&addresses) {
            addresses = addresses.difference(&items[index].peer.addresses);
            chosen.push(index);
        }
    }
    if addresses.is_empty() {
        return Some(needed(items, own, chosen));
    }
    let may_be_mixed = candidates.len() <= MIXED && covers_together(items, own, candidates);
    may_be_mixed.then(|| needed(items, own, widest_first))
}

/// Of items that cover one together, those that are needed for it, in source order.
fn needed(items: &[Item<'_>], own: &Item<'_>, mut chosen: Vec<usize>) -> Vec<usize> {
    if chosen.len() <= MIXED {
        for position in (0..chosen.len()).rev() {
            let mut rest = chosen.clone();
            rest.remove(position);
            if covers_together(items, own, &rest) {
                chosen = rest;
            }
        }
    }
    chosen.sort_unstable();
    chosen
}

/// Whether items that all meet one cover it together: on each segment of its ports, its addresses.
fn covers_together(items: &[Item<'_>], own: &Item<'_>, others: &[usize]) -> bool {
    let selections = others.iter().map(|&index| items[index].traffic.selected());
    let selections = selections.chain([own.traffic.selected()]);
    let mut own_segments = segments(selections).into_iter();
    own_segments.by_ref().filter(|&(first, _)| own.traffic.selected().contains(first)).all(|(first, _)| {
        let active = || {
            let active = others.iter().map(|&index| &items[index]);
            active.filter(move |item| item.traffic.selected().contains(first))
        };
        active().any(|item| item.peer.covers(&own.peer))
            || own.peer.is_exact
                && own
                    .peer
                    .addresses
                    .is_subset_of(&AddressSet::union_all(active().map(|item| &item.peer.addresses)))
    })
}

fn fact(context: &Context<'_>, items: &[Item<'_>], overlap: &Overlap) -> Fact {
    let permission = items[overlap.subject].permission;
    let by: Vec<&Permission> = overlap.by.iter().map(|&index| items[index].permission).collect();
    let relation = if overlap.is_duplicate { "duplicate" } else { "shadowed" };
    let words: Vec<String> = by.iter().map(|other| context.words(other)).collect();
    let collides = if overlap.is_duplicate { collides(permission, by[0]) } else { Ok(false) };
    let admits_world: Vec<bool> = overlap.by.iter().map(|&index| items[index].admits_world()).collect();
    let own = subject_place(context, items[overlap.subject].index);
    let draft = context
        .draft(Kind::Overlap, permission)
        .key(format!("{relation} {}", context.key(permission)))
        .set("relation", relation)
        .known("group", context.target_text(&permission.group))
        .set("permission", context.words(permission))
        .set("by", reading::enumerate(&words))
        .set("same_resource", by.iter().all(|other| other.resource == permission.resource))
        .known("collides", collides)
        .set("by_union", by.len() > 1)
        .set("by_world", admits_world.contains(&true))
        .place("permission", own.clone());
    let labels = by.iter().zip(admits_world).take(SHOWN).map(|(other, admits_world)| {
        let message = match (overlap.is_duplicate, admits_world) {
            (true, _) => "the same rule",
            (false, true) => "covered by this, which admits the whole internet",
            (false, false) => "covered by this",
        };
        Label { span: other_span(other, &own), message: message.to_owned() }
    });
    labels.fold(draft, super::draft::Draft::related).finish()
}

/// Where a covering permission stands. Instances of one text are told apart by where their peers are written.
fn other_span(other: &Permission, own: &Place) -> Span {
    match reading::peer_place(&other.peer) {
        None => other.head,
        Some(place) if place.span != own.span => place.span,
        Some(place) => place.origin.map_or(place.span, |origin| origin.written),
    }
}

/// The rule's head; the peer when the rule lists several, because then only that one is too many.
fn subject_place(context: &Context<'_>, index: usize) -> Place {
    let permissions = &context.network.permissions;
    let permission = &permissions[index];
    // The permissions of one rule follow each other.
    let beside = [index.checked_sub(1), index.checked_add(1)].into_iter().flatten();
    let has_siblings = beside.filter_map(|other| permissions.get(other)).any(|other| {
        (&other.resource, other.rule, other.span) == (&permission.resource, permission.rule, permission.span)
    });
    match reading::peer_place(&permission.peer) {
        Some(place) if has_siblings => place,
        // A peer that comes from elsewhere tells the instances of one text apart.
        Some(Place { origin: Some(origin), .. }) if !permission.resource_span.contains(origin.written) => {
            Place { origin: Some(origin), ..Place::at(permission.head) }
        }
        _ => Place::at(permission.head),
    }
}

/// Whether the API refuses the second of two equal permissions: they stand in different resources (RF-19), or in one
/// with different descriptions (RF-20).
fn collides(subject: &Permission, original: &Permission) -> Known<bool> {
    if subject.resource != original.resource {
        return Ok(true);
    }
    let text = |permission: &Permission| match &permission.description {
        None => Ok(Text::default()),
        Some(field) => field.value.clone(),
    };
    let (subject, original) = (text(subject)?, text(original)?);
    Ok(subject.known()? != original.known()?)
}

#[cfg(test)]
mod tests;

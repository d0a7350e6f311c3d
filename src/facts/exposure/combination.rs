//! What groups admit only together, on the interfaces that carry them (EV-02).
//!
//! A fact for each set of groups that some interface carries, and each smallest set of their rules that opens something
//! to the world. What one of the groups opens alone is its own exposure, and no fact here.

use std::collections::{BTreeMap, BTreeSet};

use super::together::{Joint, openings};
use super::{DeclaredRules, Rule, fields};
use crate::diagnostic::Label;
use crate::facts::draft::Draft;
use crate::facts::reading::{Context, Owner, enumerate};
use crate::facts::{Fact, Kind, Place};
use crate::network::address::Family;
use crate::network::interface::Interface;
use crate::network::model::{Attachment, Direction};
use crate::network::ports::PortSet;
use crate::network::protocol::Protocol;

/// Interfaces with one set of groups that are shown.
const SHOWN: usize = 3;

/// Every combination, in the order of the interfaces.
pub(in crate::facts) fn facts(context: &Context<'_>, declared: &DeclaredRules<'_>) -> Vec<Fact> {
    let mut by_groups: BTreeMap<BTreeSet<usize>, Vec<&Interface>> = BTreeMap::new();
    for interface in &context.network.interfaces {
        let groups: BTreeSet<usize> =
            attachments(context, interface).filter_map(|it| Some(it.group.known()?.declared()?.0)).collect();
        if groups.len() > 1 {
            by_groups.entry(groups).or_default().push(interface);
        }
    }
    let mut found: Vec<(&Interface, Fact)> = Vec::new();
    for (groups, interfaces) in &by_groups {
        let of_group = |group: &usize| declared.get(&(Owner::Declared(*group), Direction::Ingress));
        let by_group: Vec<Vec<&Rule<'_>>> =
            groups.iter().filter_map(of_group).map(|rules| rules.iter().collect()).collect();
        for joint in combined(&by_group) {
            let all: Vec<&Rule<'_>> = by_group.iter().flatten().copied().collect();
            let chosen: Vec<&Rule<'_>> = joint.rules.iter().map(|&index| all[index]).collect();
            let draft = about(context, interfaces);
            found.push((
                interfaces[0],
                fields::combined(draft, context, &chosen, &joint.open, &joint.families),
            ));
        }
    }
    found.sort_by_key(|(interface, _)| interface.head);
    found.into_iter().map(|(_, fact)| fact).collect()
}

/// What is open to the world by rules of several groups, on ports that no single group opens to it.
fn combined(by_group: &[Vec<&Rule<'_>>]) -> Vec<Joint> {
    let all: Vec<&Rule<'_>> = by_group.iter().flatten().copied().collect();
    let mut joint = openings(&all);
    let starts: Vec<usize> = by_group
        .iter()
        .scan(0, |start, rules| {
            *start += rules.len();
            Some(*start)
        })
        .collect();
    let group_of = |rule: usize| starts.partition_point(|&start| start <= rule);
    joint.retain(|joint| joint.rules.windows(2).any(|pair| group_of(pair[0]) != group_of(pair[1])));
    if joint.is_empty() {
        return joint;
    }
    let alone = Alone::of(by_group);
    let mut left: Vec<Joint> = Vec::new();
    for joint in joint {
        for &family in &joint.families {
            let mut open = joint.open.clone();
            for (&protocol, ports) in &mut open.protocols {
                *ports = ports.difference(&alone.ports(family, protocol));
            }
            open.protocols.retain(|_, ports| !ports.is_empty());
            if open.protocols.is_empty() {
                continue;
            }
            match left.iter_mut().find(|known| known.rules == joint.rules && known.open == open) {
                Some(known) => known.families.push(family),
                None => left.push(Joint { rules: joint.rules.clone(), open, families: vec![family] }),
            }
        }
    }
    left
}

/// What groups open to the world each by itself.
#[derive(Default)]
struct Alone(BTreeMap<(Family, Protocol), PortSet>);

impl Alone {
    fn of(by_group: &[Vec<&Rule<'_>>]) -> Self {
        let mut alone = Self::default();
        for rules in by_group {
            for rule in rules {
                if let Ok(traffic) = &rule.traffic {
                    alone.add(&rule.world(), traffic.protocol, traffic.selected());
                }
            }
            for joint in openings(rules) {
                for (&protocol, ports) in &joint.open.protocols {
                    alone.add(&joint.families, protocol, ports);
                }
            }
        }
        alone
    }

    fn add(&mut self, families: &[Family], protocol: Protocol, ports: &PortSet) {
        for &family in families {
            let known = self.0.entry((family, protocol)).or_default();
            *known = known.union(ports);
        }
    }

    fn ports(&self, family: Family, protocol: Protocol) -> PortSet {
        let of = |protocol| self.0.get(&(family, protocol)).cloned().unwrap_or_default();
        of(protocol).union(&of(Protocol::All))
    }
}

fn attachments<'a>(context: &Context<'a>, interface: &'a Interface) -> impl Iterator<Item = &'a Attachment> {
    let network = context.network;
    interface.attachments.iter().map(|&index| &network.attachments[index])
}

/// A draft about interfaces with the same groups; the first speaks for them.
fn about(context: &Context<'_>, interfaces: &[&Interface]) -> Draft {
    let Interface { resource, declared, head, .. } = interfaces[0];
    let mut groups: Vec<String> = Vec::new();
    let mut draft = Draft::new(Kind::Combination, resource, declared, context.language, *head);
    for attachment in attachments(context, interfaces[0]) {
        let text = attachment.group.known().and_then(|target| context.target_text(target).ok());
        let Some(text) = text.filter(|text| !groups.contains(text)) else { continue };
        let span = attachment.group.span;
        draft = draft.related(Label { span, message: format!("{text} on {resource}") });
        groups.push(text);
    }
    for other in interfaces.iter().skip(1).take(SHOWN - 1) {
        draft = draft.related(Label { span: other.head, message: "the same groups".to_owned() });
    }
    draft
        .set("resource_type", &*interfaces[0].kind)
        .set("service", interfaces[0].service)
        .set("role", interfaces[0].role.name())
        .set("groups_text", enumerate(&groups))
        .set("groups", groups)
        .place("interface", Place::at(*head))
        .calls(&interfaces[0].calls)
}

//! Groups that allow what another group allows already.
//!
//! Who carries a group matters as soon as a rule names the group: then it is an identity, and no other group is the same
//! (RE-01, RE-02). So groups that are peers, admit themselves, or let nothing in are left alone.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use super::overlap::Reach;
use super::reading::{Context, MOST_COMPARED};
use crate::network::interface::InterfaceId;
use crate::network::model::{
    Direction, Form, Group, GroupId, GroupRole, GroupTarget, Network, Peer, Permission,
};
use crate::resource::Presence;

/// What makes a group redundant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Redundancy {
    /// An earlier group of the same VPC has exactly the same rules (FM-08).
    SameRules(GroupId),
    /// Whatever carries it carries this one too, which allows all that it does and more.
    Within(GroupId),
}

/// For each group, what makes it redundant.
pub(super) fn redundancies(context: &Context<'_>) -> Vec<Option<Redundancy>> {
    let network = context.network;
    let sets = rule_sets(context);
    let reaches = reaches(context, &sets);
    let carriers = carriers(network);
    let mut found = vec![None; network.groups.len()];
    let mut first: FxHashMap<(&str, &BTreeSet<String>), GroupId> = FxHashMap::default();
    for (index, set) in sets.iter().enumerate() {
        let (id, group) = (GroupId(index), &network.groups[index]);
        let (Some(set), Some(vpc)) = (set, group.vpc.as_ref().and_then(|vpc| vpc.known())) else { continue };
        match first.get(&(vpc.as_str(), set)) {
            // Instances of one declaration are meant to be alike, also those of a module that is called twice.
            Some(&other) if network.group(other).head != group.head => {
                found[index] = Some(Redundancy::SameRules(other));
            }
            Some(_) => {}
            None => {
                first.insert((vpc, set), id);
            }
        }
        if found[index].is_none() {
            found[index] = within(id, &reaches, &carriers).map(Redundancy::Within);
        }
    }
    found
}

/// A group that is carried wherever this one is, and allows more than all that it does.
fn within(id: GroupId, reaches: &[Vec<Reach>], carriers: &Carriers) -> Option<GroupId> {
    let mut everywhere = carriers.of_group.get(&id)?.iter();
    let mut others = carriers.groups.get(everywhere.next()?)?.clone();
    for carrier in everywhere {
        others = &others & carriers.groups.get(carrier)?;
    }
    let covers = |wide: &[Reach], narrow: &[Reach]| {
        narrow.iter().all(|reach| wide.iter().any(|wider| wider.covers(reach)))
    };
    others.into_iter().find(|&other| {
        let (own, more) = (&reaches[id.0], &reaches[other.0]);
        let is_comparable = !own.is_empty() && own.len().max(more.len()) <= MOST_COMPARED;
        other != id && is_comparable && covers(more, own) && !covers(own, more)
    })
}

/// What each group allows that has a set of rules, repetitions aside; nothing for the others.
fn reaches(context: &Context<'_>, sets: &[Option<BTreeSet<String>>]) -> Vec<Vec<Reach>> {
    let mut reaches: Vec<Vec<Reach>> = sets.iter().map(|_| Vec::new()).collect();
    for permission in &context.network.permissions {
        if let Some(GroupId(own)) = permission.group.declared()
            && sets[own].is_some()
        {
            reaches[own].extend(Reach::of(context, permission));
        }
    }
    reaches
}

/// Which interfaces carry which groups.
#[derive(Default)]
struct Carriers {
    of_group: FxHashMap<GroupId, Vec<InterfaceId>>,
    groups: FxHashMap<InterfaceId, BTreeSet<GroupId>>,
}

fn carriers(network: &Network) -> Carriers {
    let mut carriers = Carriers::default();
    for attachment in &network.attachments {
        let Some(GroupTarget::Group(id)) = attachment.group.known() else { continue };
        carriers.of_group.entry(*id).or_default().push(attachment.interface);
        carriers.groups.entry(attachment.interface).or_default().insert(*id);
    }
    carriers
}

/// The rules of each group that has some and is no identity, normalised; `None` of the others, and where a rule is not
/// known.
fn rule_sets(context: &Context<'_>) -> Vec<Option<BTreeSet<String>>> {
    let network = context.network;
    let mut left_out: FxHashSet<usize> = FxHashSet::default();
    let mut admits: FxHashSet<usize> = FxHashSet::default();
    let mut sets: Vec<BTreeSet<String>> = vec![BTreeSet::new(); network.groups.len()];
    for permission in &network.permissions {
        if let Peer::Group(field) = &permission.peer
            && let Some(GroupTarget::Group(id)) = field.known()
        {
            left_out.insert(id.0);
        }
        let Some(GroupId(own)) = permission.group.declared() else { continue };
        if permission.direction == Direction::Ingress && permission.form != Form::Implicit {
            admits.insert(own);
        }
        match rule(context, permission) {
            Some(rule) => {
                sets[own].insert(rule);
            }
            None => {
                left_out.insert(own);
            }
        }
    }
    let is_whole = |group: &Group| {
        group.role == GroupRole::Declared
            && group.unknown_rules.is_empty()
            && matches!(group.presence, Presence::Certain)
    };
    let sets = sets.into_iter().enumerate().map(|(index, set)| {
        let counts =
            is_whole(&network.groups[index]) && admits.contains(&index) && !left_out.contains(&index);
        counts.then_some(set)
    });
    sets.collect()
}

/// A rule, equal for equal rules; `None` if it is not wholly known or names its own group.
fn rule(context: &Context<'_>, permission: &Permission) -> Option<String> {
    let is_own = matches!(permission.peer, Peer::SelfGroup(_));
    if is_own || !matches!(permission.presence, Presence::Certain) {
        return None;
    }
    context.known_key(permission)
}

#[cfg(test)]
mod tests {
    use super::super::testing::Builder;
    use super::*;

    /// Groups in one VPC.
    fn groups<const N: usize>(builder: &mut Builder) -> [GroupId; N] {
        std::array::from_fn(|index| {
            let id = builder.group(&index.to_string());
            let vpc = builder.field("vpc-1".to_owned());
            builder.network.groups[id.0].vpc = Some(vpc);
            id
        })
    }

    fn redundant(builder: &Builder) -> Vec<Option<Redundancy>> {
        redundancies(&Context::new(&builder.network))
    }

    #[test]
    fn the_same_rules_in_another_spelling_are_the_same() {
        let mut builder = Builder::terraform();
        let [first, second, third, other] = groups(&mut builder);
        builder.ingress(first, "tcp", 443, 443, &["10.0.0.0/8", "10.1.0.0/16"]);
        builder.ingress(second, "6", 443, 443, &["10.1.0.0/16"]);
        builder.ingress(second, "tcp", 443, 443, &["10.0.0.0/8"]);
        builder.ingress(third, "tcp", 443, 443, &["10.0.0.0/8"]);
        builder.ingress(other, "tcp", 443, 443, &["10.0.0.0/8", "10.1.0.0/16"]);
        let vpc = builder.field("vpc-2".to_owned());
        builder.network.groups[other.0].vpc = Some(vpc);
        assert_eq!(redundant(&builder), [None, Some(Redundancy::SameRules(first)), None, None]);
    }

    #[test]
    fn identities_and_what_is_not_known_are_left_alone() {
        let mut builder = Builder::terraform();
        let [first, second] = groups(&mut builder);
        assert_eq!(redundant(&builder), [None, None], "without rules");
        for group in [first, second] {
            builder.ingress(group, "tcp", 443, 443, &["10.0.0.0/8"]);
        }
        assert!(redundant(&builder)[1].is_some());
        let rule = |builder: &mut Builder, group, peer| builder.ingress(group, "tcp", 80, 80, &[peer]);
        for peer in ["self", "?"] {
            for group in [first, second] {
                rule(&mut builder, group, peer);
            }
            assert_eq!(redundant(&builder), [None, None], "{peer}");
            builder.network.permissions.truncate(2);
        }
        let database = builder.group("database");
        builder.ingress(database, "tcp", 5432, 5432, &["sg-1"]);
        let client = builder.field(GroupTarget::Group(second));
        builder.network.permissions[2].peer = Peer::Group(client);
        assert_eq!(redundant(&builder), [None; 3], "a peer");
    }

    #[test]
    fn a_group_that_is_only_carried_beside_a_wider_one_adds_nothing() {
        let mut builder = Builder::terraform();
        let [narrow, wide] = groups(&mut builder);
        builder.ingress(narrow, "tcp", 443, 443, &["10.0.0.0/8"]);
        builder.ingress(wide, "tcp", 443, 443, &["10.0.0.0/8"]);
        builder.ingress(wide, "tcp", 80, 80, &["10.0.0.0/8"]);
        let attach = |builder: &mut Builder, resource: &str, groups: &[GroupId]| {
            for &group in groups {
                let target = builder.field(GroupTarget::Group(group));
                builder.attach(resource, target);
            }
        };
        attach(&mut builder, "aws_instance.a", &[narrow, wide]);
        attach(&mut builder, "aws_instance.b", &[wide]);
        assert_eq!(redundant(&builder), [Some(Redundancy::Within(wide)), None]);
        attach(&mut builder, "aws_instance.c", &[narrow]);
        assert_eq!(redundant(&builder), [None, None]);
    }

    #[test]
    fn a_wider_rule_holds_a_narrower_one() {
        for (range, is_within) in [("0.0.0.0/0", true), ("10.0.0.0/9", false)] {
            let mut builder = Builder::terraform();
            let [narrow, wide] = groups(&mut builder);
            builder.ingress(narrow, "tcp", 443, 443, &["10.0.0.0/8"]);
            builder.ingress(wide, "tcp", 443, 443, &[range]);
            for group in [narrow, wide] {
                let target = builder.field(GroupTarget::Group(group));
                builder.attach("aws_instance.a", target);
            }
            let expected = is_within.then_some(Redundancy::Within(wide));
            assert_eq!(redundant(&builder)[narrow.0], expected, "{range}");
        }
    }
}

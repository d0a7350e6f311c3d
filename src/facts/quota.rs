//! What counts towards the limits of an AWS account (QU-01 to QU-08).
//!
//! Rules are counted four times over: for each direction, IPv4 and IPv6. An address range counts in its own family, a
//! group in both, a prefix list as the most entries that it may have.

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::count::{Count, number_of};
use super::draft::{Draft, Known};
use super::interface::least_groups;
use super::reading::Context;
use super::{Fact, Kind, Place};
use crate::network::address::Family;
use crate::network::interface::Interface;
use crate::network::model::{
    Attachment, Direction, Field, Group, GroupRole, GroupTarget, Network, Peer, Permission, PrefixListTarget,
};
use crate::network::premises::Quotas;
use crate::resource::{Cause, Presence, Unknown};

/// The weights of the lists that AWS keeps for its services (QU-08), by what their names hold.
const SERVICE_WEIGHTS: [(&str, usize); 7] = [
    ("cloudfront.origin-facing", 55),
    ("route53-healthchecks", 25),
    ("vpc-lattice", 10),
    ("groundstation", 5),
    ("ec2-instance-connect", 2),
    (".s3", 1),
    (".dynamodb", 1),
];

/// What is counted apart (QU-01).
const COUNTED: [(Direction, Family); 4] = [
    (Direction::Ingress, Family::Ipv4),
    (Direction::Ingress, Family::Ipv6),
    (Direction::Egress, Family::Ipv4),
    (Direction::Egress, Family::Ipv6),
];

/// The most that groups times rules of a group may be on an interface (QU-05). AWS does not raise it.
const MOST_RULES_OF_INTERFACE: usize = 1000;

/// One fact for each limit that something counts towards.
pub(super) fn facts(context: &Context<'_>) -> Vec<Fact> {
    let counts = count_rules(context);
    let mut facts = Vec::new();
    for (index, group) in context.network.groups.iter().enumerate() {
        for (direction, family) in COUNTED {
            if let Some(count) = counts.get(&(index, direction, family)) {
                facts.push(rules_of_group(context, group, direction, family, count));
            }
        }
    }
    for interface in &context.network.interfaces {
        facts.extend(of_interface(context, interface, &counts));
    }
    facts.extend(groups_of_region(context));
    facts
}

/// The rules of each group, by direction and family.
type RuleCounts = FxHashMap<(usize, Direction, Family), Count>;

impl Count {
    /// The fields that say what was counted, and how near to its limit it is.
    fn fields(&self, draft: Draft, limit: usize) -> Draft {
        let percent = self.at_least.saturating_mul(100) / limit.max(1);
        draft
            .set("at_least", self.at_least)
            .set("limit", limit)
            .known("count", self.total())
            .set("percent", percent)
    }
}

/// The rules of each declared group, by direction and family. Only groups with rules that count have one.
fn count_rules(context: &Context<'_>) -> RuleCounts {
    let network = context.network;
    let mut counts = RuleCounts::default();
    let mut seen: FxHashMap<usize, BTreeSet<String>> = FxHashMap::default();
    for permission in &network.permissions {
        let Some(id) = permission.group.declared() else { continue };
        // Equal rules are one (RF-19).
        if let Some(key) = context.known_key(permission)
            && !seen.entry(id.0).or_default().insert(key)
        {
            continue;
        }
        for family in Family::BOTH {
            let weight = weight(network, permission, family).and_then(|weight| match weight {
                0 => Ok(0),
                weight => number_of(permission).map(|_| weight),
            });
            if !matches!(weight, Ok(0)) {
                counts.entry((id.0, permission.direction, family)).or_default().add(weight);
            }
        }
    }
    for (index, group) in network.groups.iter().enumerate().filter(|(_, group)| is_own(group)) {
        for (direction, why) in &group.unknown_rules {
            for family in Family::BOTH {
                counts.entry((index, *direction, family)).or_default().add(Err(Arc::clone(why)));
            }
        }
    }
    counts.retain(|(index, ..), _| is_own(&network.groups[*index]));
    counts
}

/// Whether the configuration shows all rules of a group.
fn is_own(group: &Group) -> bool {
    group.role != GroupRole::External
}

/// What a permission counts in a family (QU-02, QU-03).
fn weight(network: &Network, permission: &Permission, family: Family) -> Known<usize> {
    match &permission.peer {
        Peer::Cidr(field) => {
            let text = field.value.as_ref().map_err(Arc::clone)?;
            Ok(usize::from(text.cidr.as_ref().is_ok_and(|cidr| cidr.family() == family)))
        }
        Peer::Group(_) | Peer::SelfGroup(_) => Ok(1),
        Peer::PrefixList(field) => match field.value.as_ref().map_err(Arc::clone)? {
            PrefixListTarget::Declared(id) => {
                let list = &network.prefix_lists[id.0];
                let of_list = list.family.as_ref().map_err(Arc::clone)?;
                if *of_list != family {
                    return Ok(0);
                }
                most_entries(list.max_entries.as_ref(), permission)
            }
            PrefixListTarget::Service(name) => service_weight(name, family)
                .ok_or_else(|| unknown(format!("the weight of prefix list {name}"), permission)),
            PrefixListTarget::External(id) => {
                Err(unknown(format!("the size of prefix list {id}"), permission))
            }
            PrefixListTarget::Unknown(why) => Err(Arc::clone(why)),
        },
        Peer::Unknown(field) | Peer::Narrow { place: field, .. } => Err(super::reading::unknown_peer(field)),
        Peer::Missing => Ok(0),
    }
}

fn most_entries(max_entries: Option<&Field<i64>>, permission: &Permission) -> Known<usize> {
    let Some(most) = max_entries else {
        return Err(unknown("the size of the prefix list".to_owned(), permission));
    };
    most.value.as_ref().map(|&most| usize::try_from(most).unwrap_or(0)).map_err(Arc::clone)
}

fn unknown(what: String, permission: &Permission) -> Arc<Unknown> {
    super::reading::not_known(Cause::LookedUp(what), permission.head)
}

/// The weight of a list of AWS; in the other family than its own, none.
fn service_weight(name: &str, family: Family) -> Option<usize> {
    let of_list = if name.contains(".ipv6.") { Family::Ipv6 } else { Family::Ipv4 };
    let (_, weight) = SERVICE_WEIGHTS.iter().find(|(part, _)| name.contains(part))?;
    Some(if of_list == family { *weight } else { 0 })
}

fn rules_of_group(
    context: &Context<'_>,
    group: &Group,
    direction: Direction,
    family: Family,
    count: &Count,
) -> Fact {
    let what = format!("{family} {} rules", direction.name());
    let draft = Draft::new(Kind::Quota, &group.address, &group.declared, context.language, group.head)
        .set("of", "rules-of-group")
        .set("what", what.as_str())
        .key(what)
        .anchor(group.span)
        .calls(&group.calls)
        .presence(&group.presence);
    count.fields(draft, context.network.premises.quotas.rules_per_group).finish()
}

/// The groups of an interface, and those times the rules of the group that has most (QU-04, QU-05).
fn of_interface(context: &Context<'_>, interface: &Interface, rules: &RuleCounts) -> [Fact; 2] {
    let attachments = interface.attachments.iter().map(|&index| &context.network.attachments[index]);
    let attachments: Vec<&Attachment> = attachments.collect();
    let more = interface.more_groups.clone();
    let groups = Count { at_least: least_groups(context, &attachments), more };
    let targets = attachments.iter().filter_map(|attachment| attachment.group.known());
    let declared: BTreeSet<usize> = targets.filter_map(|target| Some(target.declared()?.0)).collect();
    let of_groups = || {
        declared
            .iter()
            .flat_map(|&group| COUNTED.map(|(direction, family)| rules.get(&(group, direction, family))))
            .flatten()
    };
    let most = of_groups().map(|count| count.at_least).max().unwrap_or_default();
    let product = Count {
        at_least: groups.at_least.saturating_mul(most),
        more: groups.more.clone().or_else(|| of_groups().find_map(|count| count.more.clone())),
    };
    let quotas = context.network.premises.quotas;
    let is_shared = attachments.iter().any(|attachment| is_of_another_account(context, attachment));
    // The smaller limit of both accounts counts (RA-14); the other's is taken to be what AWS gives at first.
    let limit = if is_shared {
        quotas.groups_per_interface.min(Quotas::default().groups_per_interface)
    } else {
        quotas.groups_per_interface
    };
    let draft = |of: &'static str, what: &str| {
        let Interface { resource, declared, head, .. } = interface;
        let place = attachments.first().map(|attachment| Place::of(&attachment.group));
        Draft::new(Kind::Quota, resource, declared, context.language, *head)
            .set("of", of)
            .set("what", what)
            .key(format!("{of} {}", interface.name))
            .place("groups", place)
            .anchor(interface.span)
            .calls(&interface.calls)
            .presence(&interface.presence)
    };
    [
        groups.fields(draft("groups-of-interface", "groups on an interface"), limit).finish(),
        product
            .fields(
                draft("rules-of-interface", "rules on an interface, each group counted as its largest"),
                MOST_RULES_OF_INTERFACE,
            )
            .finish(),
    ]
}

fn is_of_another_account(context: &Context<'_>, attachment: &Attachment) -> bool {
    match attachment.group.known() {
        Some(GroupTarget::Group(id)) => {
            let group = context.network.group(*id);
            group.is_shared_here || group.foreign_owner.is_some()
        }
        Some(GroupTarget::External(id)) => id.contains('/'),
        _ => false,
    }
}

/// All groups that the configuration makes, at its first group.
fn groups_of_region(context: &Context<'_>) -> Option<Fact> {
    let groups = context.network.groups.iter().filter(|group| group.role == GroupRole::Declared);
    let first = groups.clone().next()?;
    let mut count = Count::default();
    for group in groups {
        count.add(match &group.presence {
            Presence::Certain => Ok(1),
            Presence::Unknown(why) => Err(Arc::clone(why)),
        });
    }
    let draft = Draft::new(Kind::Quota, &first.address, &first.declared, context.language, first.head)
        .set("of", "groups-of-region")
        .set("what", "groups")
        .key("groups")
        .anchor(first.span)
        .calls(&first.calls);
    Some(count.fields(draft, context.network.premises.quotas.groups_per_region).finish())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Builder, int_of, text_of};
    use super::*;
    use crate::network::model::GroupId;

    /// `what at_least/limit`, with `?` where there may be more.
    fn counts(builder: &Builder) -> Vec<String> {
        let facts = facts(&Context::new(&builder.network));
        let of_groups = facts.iter().filter(|fact| text_of(fact, "of") == "rules-of-group");
        let told = of_groups.map(|fact| {
            let open = if fact.unknown.contains_key("count") { "?" } else { "" };
            format!("{} {}{open}", text_of(fact, "what"), int_of(fact, "at_least"))
        });
        told.collect()
    }

    fn with(peers: &[&str]) -> Builder {
        let mut builder = Builder::terraform();
        let group = builder.group("web");
        builder.prefix_list(&["10.0.0.0/8"]);
        builder.ingress(group, "tcp", 443, 443, peers);
        builder
    }

    #[test]
    fn families_and_directions_are_counted_apart() {
        let mut builder = with(&["10.0.0.0/8", "10.0.0.0/9", "2001:db8::/32", "sg-1", "self"]);
        builder.rule(GroupId(0), Direction::Egress, "-1", 0, 0, &["0.0.0.0/0"]);
        assert_eq!(counts(&builder), ["IPv4 ingress rules 4", "IPv6 ingress rules 3", "IPv4 egress rules 1"]);
    }

    #[test]
    fn equal_rules_are_one() {
        let mut builder = with(&["10.0.0.0/8"]);
        builder.ingress(GroupId(0), "6", 443, 443, &["10.0.0.0/8"]);
        assert_eq!(counts(&builder), ["IPv4 ingress rules 1"]);
    }

    #[test]
    fn a_prefix_list_counts_as_the_most_that_it_may_hold() {
        let mut builder = with(&["pl", "10.0.0.0/8"]);
        assert_eq!(counts(&builder), ["IPv4 ingress rules 1?"]);
        let most = builder.field(20);
        builder.network.prefix_lists[0].max_entries = Some(most);
        assert_eq!(counts(&builder), ["IPv4 ingress rules 21"]);
        assert_eq!(counts(&with(&["pl-1"])), ["IPv4 ingress rules 0?", "IPv6 ingress rules 0?"]);
    }

    #[test]
    fn lists_of_aws_have_a_weight() {
        let weight = |name: &str| Family::BOTH.map(|family| service_weight(name, family));
        assert_eq!(weight("com.amazonaws.global.cloudfront.origin-facing"), [Some(55), Some(0)]);
        assert_eq!(weight("com.amazonaws.eu-west-1.ipv6.ec2-instance-connect"), [Some(0), Some(2)]);
        assert_eq!(weight("com.amazonaws.eu-west-1.s3"), [Some(1), Some(0)]);
        assert_eq!(weight("com.amazonaws.eu-west-1.something"), [None, None]);
    }

    #[test]
    fn what_is_not_known_may_be_more() {
        assert_eq!(counts(&with(&["?"])), ["IPv4 ingress rules 0?", "IPv6 ingress rules 0?"]);
        let mut builder = with(&["10.0.0.0/8"]);
        let unknown = builder.unknown();
        builder.network.permissions[0].presence = Presence::Unknown(Arc::clone(&unknown));
        assert_eq!(counts(&builder), ["IPv4 ingress rules 0?"]);
        builder.network.permissions[0].presence = Presence::Certain;
        builder.network.groups[0].unknown_rules.push((Direction::Egress, unknown));
        assert_eq!(
            counts(&builder),
            ["IPv4 ingress rules 1", "IPv4 egress rules 0?", "IPv6 egress rules 0?"]
        );
    }

    #[test]
    fn a_list_of_groups_that_is_not_known_may_hold_any_number() {
        let mut builder = with(&["sg-1"]);
        assert_eq!(counts(&builder), ["IPv4 ingress rules 1", "IPv6 ingress rules 1"]);
        builder.network.permissions[0].several = Some(builder.unknown());
        assert_eq!(counts(&builder), ["IPv4 ingress rules 0?", "IPv6 ingress rules 0?"]);
    }

    #[test]
    fn the_share_of_the_limit_is_told_in_percent() {
        let mut builder = with(&["10.0.0.0/8", "10.0.0.0/9", "10.0.0.0/10"]);
        builder.network.premises.quotas.rules_per_group = 4;
        let facts = facts(&Context::new(&builder.network));
        assert_eq!((int_of(&facts[0], "percent"), int_of(&facts[0], "limit")), (75, 4));
    }

    #[test]
    fn groups_of_an_interface_are_counted_and_multiplied_by_the_most_rules() {
        let mut builder = with(&["10.0.0.0/8", "10.0.0.0/9"]);
        let other = builder.group("other");
        for group in [GroupId(0), other, other] {
            let target = builder.field(GroupTarget::Group(group));
            builder.attach("aws_instance.a", target);
        }
        let told = |builder: &Builder| -> Vec<String> {
            let facts = facts(&Context::new(&builder.network));
            let of_interface = facts.iter().filter(|fact| text_of(fact, "of").ends_with("interface"));
            let told = of_interface.map(|fact| {
                let open = if fact.unknown.contains_key("count") { "?" } else { "" };
                format!("{}{open} of {}", int_of(fact, "at_least"), int_of(fact, "limit"))
            });
            told.collect()
        };
        assert_eq!(told(&builder), ["2 of 5", "4 of 1000"]);
        builder.network.premises.quotas.groups_per_interface = 10;
        assert_eq!(told(&builder), ["2 of 10", "4 of 1000"]);
        let owner = builder.field("123456789012".to_owned());
        builder.network.groups[other.0].foreign_owner = Some(owner);
        assert_eq!(told(&builder), ["2 of 5", "4 of 1000"], "shared");
        let unknown = builder.unknown();
        builder.network.groups[0].unknown_rules.push((Direction::Egress, unknown.clone()));
        assert_eq!(told(&builder), ["2 of 5", "4? of 1000"]);
        builder.network.interfaces[0].more_groups = Some(unknown);
        assert_eq!(told(&builder), ["2? of 5", "4? of 1000"]);
    }

    #[test]
    fn the_groups_of_a_configuration_are_counted() {
        let builder = with(&["10.0.0.0/8"]);
        let facts = facts(&Context::new(&builder.network));
        let region = facts.last().unwrap();
        assert_eq!((text_of(region, "of"), int_of(region, "count")), ("groups-of-region", 1));
    }
}

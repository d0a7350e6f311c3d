use proptest::prelude::*;

use super::*;
use crate::facts::testing::{Builder, add, bool_of, rules, text_of};
use crate::network::model::{GroupId, GroupTarget};
use crate::resource::{Origin, StepKind};

fn web() -> (Builder, GroupId) {
    let mut builder = Builder::terraform();
    let group = builder.group("web");
    (builder, group)
}

fn found(builder: &Builder) -> Vec<Fact> {
    facts(&Context::new(&builder.network))
}

fn only(builder: &Builder) -> Fact {
    let mut facts = found(builder);
    assert_eq!(facts.len(), 1, "{facts:?}");
    facts.remove(0)
}

#[test]
fn the_later_of_two_equal_rules_is_the_duplicate() {
    let (mut builder, group) = web();
    builder.ingress(group, "tcp", 22, 22, &["10.0.0.0/8"]);
    builder.ingress(group, "6", 22, 22, &["10.1.2.3/8"]);
    let fact = only(&builder);
    assert_eq!(text_of(&fact, "relation"), "duplicate");
    assert_eq!(text_of(&fact, "permission"), "tcp 22 from 10.1.2.3/8");
    assert_eq!(text_of(&fact, "by"), "tcp 22 from 10.0.0.0/8");
    assert_eq!(fact.head, builder.network.permissions[1].head);
    assert!(bool_of(&fact, "same_resource") && !bool_of(&fact, "collides"));
    assert_eq!(fact.related.len(), 1);
}

#[test]
fn a_cover_that_lets_everybody_in_is_told() {
    for (direction, peer, admits_world, words) in [
        (Direction::Ingress, "0.0.0.0/0", true, "covered by this, which admits the whole internet"),
        (Direction::Ingress, "10.0.0.0/8", false, "covered by this"),
        (Direction::Egress, "0.0.0.0/0", false, "covered by this"),
    ] {
        let (mut builder, group) = web();
        builder.rule(group, direction, "tcp", 22, 22, &["10.1.2.0/24"]);
        builder.rule(group, direction, "tcp", 22, 22, &[peer]);
        let fact = only(&builder);
        assert_eq!(bool_of(&fact, "by_world"), admits_world, "{peer}");
        assert_eq!(fact.related[0].message, words);
    }
}

#[test]
fn a_range_of_the_other_ip_version_covers_nothing() {
    let (mut builder, group) = web();
    builder.ingress(group, "tcp", 22, 22, &["::/0"]);
    builder.ingress(group, "tcp", 22, 22, &["2600:1f00::/32"]);
    assert_eq!(found(&builder).len(), 1);
    let Peer::Cidr(field) = &mut builder.network.permissions[0].peer else { panic!("a CIDR") };
    field.value.as_mut().unwrap().in_ipv6_attribute = false;
    assert_eq!(found(&builder).len(), 0, "AWS refuses ::/0 where IPv4 belongs");
}

#[test]
fn duplicates_collide_across_resources_or_with_different_descriptions() {
    let (mut builder, group) = web();
    builder.standalone("rule.a", &GroupTarget::Group(group), "tcp", 22, 22, &["self"]);
    builder.standalone("rule.b", &GroupTarget::Group(group), "tcp", 22, 22, &["self"]);
    let fact = only(&builder);
    assert!(bool_of(&fact, "collides") && !bool_of(&fact, "same_resource"));
    let (mut builder, group) = web();
    builder.ingress(group, "tcp", 22, 22, &["10.0.0.0/8"]);
    builder.ingress(group, "tcp", 22, 22, &["10.0.0.0/8"]);
    builder.network.permissions[1].description = Some(builder.field("other".into()));
    assert!(bool_of(&only(&builder), "collides"));
    builder.network.permissions[1].description = Some(builder.unknown_field());
    assert!(only(&builder).unknown.contains_key("collides"));
}

#[test]
fn instances_of_one_text_are_told_apart_by_where_their_peers_are_written() {
    let (mut builder, group) = web();
    builder.standalone("rule.a[0]", &GroupTarget::Group(group), "tcp", 22, 22, &["10.0.0.0/8"]);
    builder.standalone("rule.a[1]", &GroupTarget::Group(group), "tcp", 22, 22, &["10.1.0.0/16"]);
    let text = builder.network.permissions[0].head;
    let written = [builder.span(), builder.span()];
    for (permission, written) in builder.network.permissions.iter_mut().zip(written) {
        (permission.head, permission.span, permission.resource_span) = (text, text, text);
        let Peer::Cidr(field) = &mut permission.peer else { panic!("a range") };
        (field.span, field.origin) = (text, Origin::at(written).through(StepKind::ModuleArgument, text));
    }
    let fact = only(&builder);
    let place = &fact.places["permission"];
    assert_eq!((place.span, place.origin.as_ref().unwrap().written), (text, written[1]));
    assert_eq!(fact.related[0].span, written[0]);
}

#[test]
fn ignored_ports_make_rules_equal() {
    let (mut builder, group) = web();
    builder.ingress(group, "-1", 0, 0, &["10.0.0.0/8"]);
    builder.ingress(group, "all", 22, 22, &["10.0.0.0/8"]);
    assert_eq!(text_of(&only(&builder), "relation"), "duplicate");
}

#[test]
fn a_narrower_rule_is_shadowed_wherever_it_stands() {
    for narrow_first in [true, false] {
        let (mut builder, group) = web();
        for is_narrow in [narrow_first, !narrow_first] {
            if is_narrow {
                builder.ingress(group, "tcp", 22, 22, &["10.1.0.0/16"]);
            } else {
                builder.ingress(group, "tcp", 20, 30, &["10.0.0.0/8"]);
            }
        }
        let fact = only(&builder);
        assert_eq!(text_of(&fact, "relation"), "shadowed");
        assert_eq!(text_of(&fact, "permission"), "tcp 22 from 10.1.0.0/16");
        assert!(!bool_of(&fact, "by_union") && !bool_of(&fact, "collides"));
    }
}

#[test]
fn different_groups_directions_and_peers_do_not_overlap() {
    let (mut builder, group) = web();
    let other = builder.group("other");
    builder.ingress(group, "tcp", 22, 22, &["10.0.0.0/8", "self", "sg-1", "fd00::/8"]);
    builder.ingress(other, "tcp", 22, 22, &["10.0.0.0/8"]);
    builder.rule(group, Direction::Egress, "tcp", 22, 22, &["10.0.0.0/8"]);
    builder.ingress(group, "udp", 22, 22, &["10.0.0.0/8"]);
    assert!(found(&builder).is_empty());
}

#[test]
fn addresses_never_cover_groups() {
    let (mut builder, group) = web();
    builder.ingress(group, "-1", 0, 0, &["0.0.0.0/0", "::/0"]);
    builder.ingress(group, "tcp", 22, 22, &["self", "sg-1"]);
    assert!(found(&builder).is_empty());
}

#[test]
fn all_protocols_cover_each_one_of_the_same_group() {
    let (mut builder, group) = web();
    builder.ingress(group, "-1", 0, 0, &["self"]);
    builder.ingress(group, "tcp", 22, 22, &["self"]);
    builder.ingress(group, "icmp", 8, 0, &["self"]);
    assert_eq!(found(&builder).len(), 2);
}

#[test]
fn several_rules_cover_one_together_along_ports_or_addresses() {
    let (mut builder, group) = web();
    builder.ingress(group, "tcp", 0, 100, &["10.0.0.0/8"]);
    builder.ingress(group, "tcp", 101, 200, &["10.0.0.0/8"]);
    builder.ingress(group, "tcp", 50, 150, &["10.1.0.0/16"]);
    let fact = only(&builder);
    assert!(bool_of(&fact, "by_union"));
    assert_eq!(text_of(&fact, "by"), "tcp 0-100 from 10.0.0.0/8 and tcp 101-200 from 10.0.0.0/8");
    let (mut builder, group) = web();
    builder.ingress(group, "tcp", 0, 100, &["10.0.0.0/9", "10.128.0.0/9", "11.0.0.0/8"]);
    builder.ingress(group, "tcp", 22, 22, &["10.0.0.0/8"]);
    let fact = only(&builder);
    assert_eq!(text_of(&fact, "permission"), "tcp 22 from 10.0.0.0/8");
    assert_eq!(fact.related.len(), 2);
}

#[test]
fn covers_may_need_both_axes() {
    let (mut builder, group) = web();
    builder.ingress(group, "tcp", 0, 100, &["10.0.0.0/9", "10.128.0.0/9"]);
    builder.ingress(group, "tcp", 101, 200, &["10.0.0.0/8"]);
    builder.ingress(group, "tcp", 50, 150, &["10.64.0.0/10", "10.0.0.0/8"]);
    let shadowed: Vec<_> =
        found(&builder).iter().map(|fact| text_of(fact, "permission").to_owned()).collect();
    assert_eq!(shadowed, ["tcp 50-150 from 10.64.0.0/10", "tcp 50-150 from 10.0.0.0/8"]);
}

#[test]
fn of_a_chain_that_covers_itself_enough_is_left() {
    let (mut builder, group) = web();
    for from in [0, 5, 10, 15, 20] {
        builder.ingress(group, "tcp", from, from + 10, &["10.0.0.0/8"]);
    }
    let facts = found(&builder);
    let gone: Vec<i64> = facts
        .iter()
        .map(|fact| {
            let words = text_of(fact, "permission");
            words.split([' ', '-']).nth(1).unwrap().parse().unwrap()
        })
        .collect();
    let left: Vec<i64> = [0, 5, 10, 15, 20].into_iter().filter(|from| !gone.contains(from)).collect();
    assert!((0..=30).all(|port| left.iter().any(|from| (*from..=from + 10).contains(&port))), "{gone:?}");
    assert!(!gone.is_empty());
}

#[test]
fn a_rule_that_may_not_exist_covers_nothing() {
    let (mut builder, group) = web();
    builder.ingress(group, "tcp", 0, 100, &["10.0.0.0/8"]);
    builder.ingress(group, "tcp", 22, 22, &["10.0.0.0/8"]);
    builder.ingress(group, "tcp", 22, 22, &["10.0.0.0/8"]);
    for index in [0, 1] {
        builder.network.permissions[index].presence = Presence::Unknown(builder.unknown());
    }
    let fact = only(&builder);
    assert_eq!(text_of(&fact, "relation"), "duplicate");
    assert!(matches!(fact.presence, Presence::Unknown(_)));
}

#[test]
fn what_nobody_wrote_covers_but_is_not_reported() {
    let mut builder = Builder::cloudformation();
    let group = builder.group("Web");
    builder.rule(group, Direction::Egress, "tcp", 443, 443, &["0.0.0.0/0"]);
    builder.rule(group, Direction::Egress, "-1", 0, 0, &["0.0.0.0/0"]);
    builder.rule(group, Direction::Egress, "-1", 0, 0, &["0.0.0.0/0"]);
    builder.network.permissions[2].form = Form::Implicit;
    let facts = found(&builder);
    assert_eq!(facts.len(), 2);
    assert_eq!(text_of(&facts[0], "relation"), "shadowed");
    assert_eq!(text_of(&facts[0], "by"), "all traffic to 0.0.0.0/0 by default");
    assert_eq!(text_of(&facts[1], "relation"), "duplicate");
}

#[test]
fn dead_addresses_are_not_shadowed_and_unknown_ones_not_judged() {
    let (mut builder, group) = web();
    builder.ingress(group, "-1", 0, 0, &["0.0.0.0/0", "?", "pl-12345678"]);
    builder.ingress(group, "tcp", 22, 22, &["0.0.0.0/32", "?", "10.0.0.1"]);
    assert!(found(&builder).is_empty());
}

#[test]
fn prefix_lists_cover_with_what_is_known_of_them() {
    let (mut builder, group) = web();
    builder.prefix_list(&["10.0.0.0/8"]);
    builder.network.prefix_lists[0].unknown_entries = Some(builder.unknown());
    builder.ingress(group, "tcp", 22, 22, &["pl", "10.1.0.0/16"]);
    builder.ingress(group, "tcp", 0, 100, &["0.0.0.0/0"]);
    let shadowed: Vec<_> =
        found(&builder).iter().map(|fact| text_of(fact, "permission").to_owned()).collect();
    assert_eq!(shadowed, ["tcp 22 from 10.1.0.0/16"], "the list may hold more than is known");
}

#[test]
fn one_of_several_peers_is_marked_alone() {
    let (mut builder, group) = web();
    builder.ingress(group, "tcp", 22, 22, &["10.0.0.0/8", "10.1.0.0/16"]);
    let fact = only(&builder);
    let Peer::Cidr(field) = &builder.network.permissions[1].peer else { panic!("a CIDR") };
    assert_eq!(fact.places["permission"].span, field.span);
}

#[test]
fn a_thousand_rules_are_compared_quickly() {
    let (mut builder, group) = web();
    for index in 0..1000i64 {
        let cidr = format!("10.{}.{}.0/24", index / 250, index % 250);
        builder.ingress(group, "tcp", index, index + 1000, &[&cidr, "10.0.0.0/8"]);
    }
    let start = std::time::Instant::now();
    assert!(found(&builder).len() >= 1000);
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

/// Whether a permission allows a packet of TCP or UDP to a port, or of another protocol, from a peer that stands for
/// itself or is an address.
fn allows(item: &Item<'_>, packet: &Traffic, peer: &Side) -> bool {
    item.traffic.covers(packet) && item.peer.covers(peer)
}

proptest! {
    #[test]
    fn acting_on_every_report_changes_nothing(rules in rules()) {
        let (mut builder, group) = web();
        add(&mut builder, group, &rules);
        let context = Context::new(&builder.network);
        for items in by_owner(&context).values() {
            let gone: Vec<usize> = overlaps(items).iter().map(|overlap| overlap.subject).collect();
            // Every packet and peer that some permission speaks of, at the edges of its ports.
            for own in items {
                for &(first, last) in own.traffic.selected().intervals() {
                    for port in [first, last] {
                        let port = i64::from(port);
                        let packet = if own.traffic.protocol.has_ports() {
                            Traffic::allowed(own.traffic.protocol, Some(port), Some(port))
                        } else {
                            own.traffic.clone()
                        };
                        let is_left = |index: &usize| !gone.contains(index);
                        let left: Vec<usize> = (0..items.len()).filter(is_left).collect();
                        let by_one = left.iter().any(|&index| allows(&items[index], &packet, &own.peer));
                        let active = left.iter().filter(|&&index| items[index].traffic.covers(&packet));
                        let addresses = AddressSet::union_all(active.map(|&index| &items[index].peer.addresses));
                        let by_several = own.peer.is_exact && own.peer.addresses.is_subset_of(&addresses);
                        prop_assert!(by_one || by_several, "{:?}", context.words(own.permission));
                    }
                }
            }
        }
    }

    #[test]
    fn whatever_one_rule_covers_is_reported(rules in rules()) {
        let (mut builder, group) = web();
        add(&mut builder, group, &rules);
        let context = Context::new(&builder.network);
        for items in by_owner(&context).values() {
            let reported: Vec<usize> = overlaps(items).iter().map(|overlap| overlap.subject).collect();
            for (index, own) in items.iter().enumerate() {
                let is_covered = items.iter().any(|other| {
                    let is_same = (&other.traffic, &other.peer.identity) == (&own.traffic, &own.peer.identity);
                    !is_same && allows(other, &own.traffic, &own.peer)
                });
                prop_assert!(!is_covered || reported.contains(&index), "{}", context.words(own.permission));
            }
        }
    }
}

use proptest::prelude::*;

use super::*;
use crate::facts::testing::{Builder, add, addresses_of, bool_of, list_of, ports_of, rules, text_of};
use crate::network::model::{GroupId, GroupTarget, Stray};
use crate::network::premises::PublicPorts;

fn exposures(builder: &Builder) -> Vec<Fact> {
    of(&Context::new(&builder.network))
}

fn of(context: &Context<'_>) -> Vec<Fact> {
    facts(context, &declared_rules(context))
}

fn web() -> (Builder, GroupId) {
    let mut builder = Builder::terraform();
    let group = builder.group("web");
    (builder, group)
}

fn worlds(facts: &[Fact]) -> Vec<&Fact> {
    facts.iter().filter(|fact| matches!(fact.fields.get("world"), Some(FieldValue::Bool(true)))).collect()
}

#[test]
fn a_rule_for_everyone_is_open_to_the_world() {
    let (mut builder, group) = web();
    builder.ingress(group, "tcp", 22, 22, &["0.0.0.0/0"]);
    let facts = exposures(&builder);
    assert_eq!(facts.len(), 1);
    let fact = &facts[0];
    assert!(bool_of(fact, "world") && bool_of(fact, "ipv4_world"));
    assert!(!bool_of(fact, "ipv6_world"));
    assert_eq!(text_of(fact, "families"), "IPv4");
    assert_eq!(text_of(fact, "services"), "SSH (22/tcp)");
    assert_eq!(text_of(fact, "address_text"), "0.0.0.0/0");
    assert_eq!(ports_of(fact, "tcp_ports"), PortSet::single(22));
    assert!(ports_of(fact, "udp_ports").is_empty());
    assert_eq!(fact.places["peer"].label, "every IPv4 address");
    assert_eq!(fact.key, "ingress tcp 22 0.0.0.0/0");
}

#[test]
fn ports_that_the_config_lists_are_told_from_others() {
    let (mut builder, group) = web();
    builder.network.premises.public_ports =
        PublicPorts { tcp: PortSet::range(8000, 8443), udp: PortSet::single(53) };
    builder.ingress(group, "tcp", 8080, 8080, &["0.0.0.0/0"]);
    builder.ingress(group, "tcp", 8443, 8444, &["0.0.0.0/0"]);
    builder.ingress(group, "udp", 53, 53, &["0.0.0.0/0"]);
    builder.ingress(group, "icmp", -1, -1, &["0.0.0.0/0"]);
    builder.ingress(group, "-1", 0, 0, &["0.0.0.0/0"]);
    let facts = exposures(&builder);
    let told = facts.iter().map(|fact| {
        let unlisted = |field| ports_of(fact, field).count();
        (unlisted("unlisted_tcp_ports"), unlisted("unlisted_udp_ports"), bool_of(fact, "only_listed"))
    });
    let every = 65536;
    assert_eq!(
        told.collect::<Vec<_>>(),
        [(0, 0, true), (1, 0, false), (0, 0, true), (0, 0, false), (every - 444, every - 1, false)]
    );
}

#[test]
fn ports_that_are_not_known_are_listed_only_if_some_are() {
    let only_listed = |protocol: &str, public: PublicPorts| {
        let (mut builder, group) = web();
        builder.network.premises.public_ports = public;
        builder.ingress(group, protocol, 1, 1, &["16.0.0.0/6"]);
        builder.network.permissions[0].from_port = Some(builder.unknown_field());
        if protocol == "?" {
            builder.network.permissions[0].protocol = Some(builder.unknown_field());
        }
        let why = builder.unknown();
        builder.network.groups[0].unknown_rules.push((Direction::Ingress, why));
        let told = |fact: &Fact| match fact.fields.get("only_listed") {
            Some(FieldValue::Bool(truth)) => Some(*truth),
            _ => None,
        };
        exposures(&builder).iter().map(told).collect::<Vec<_>>()
    };
    let none = PublicPorts::default();
    let https = PublicPorts { tcp: PortSet::single(443), ..PublicPorts::default() };
    assert_eq!(only_listed("tcp", none.clone()), [Some(false), Some(false)]);
    assert_eq!(only_listed("?", none), [Some(false), Some(false)]);
    assert_eq!(only_listed("tcp", https.clone()), [None, None]);
    assert_eq!(only_listed("udp", https.clone()), [Some(false), None]);
    assert_eq!(only_listed("?", https), [None, None]);
}

#[test]
fn both_families_of_one_rule_are_one_fact() {
    let (mut builder, group) = web();
    builder.ingress(group, "tcp", 22, 22, &["0.0.0.0/0", "10.0.0.0/8", "::/0"]);
    let facts = exposures(&builder);
    assert_eq!(facts.len(), 1);
    assert_eq!(text_of(&facts[0], "families"), "IPv4 and IPv6");
    assert_eq!(text_of(&facts[0], "address_text"), "0.0.0.0/0 and ::/0");
    let also = &facts[0].places["peer"].also;
    assert_eq!(also.len(), 1);
    assert_eq!(also[0].message, "every IPv6 address");
}

#[test]
fn halves_in_one_rule_are_the_world() {
    let (mut builder, group) = web();
    builder.ingress(group, "tcp", 22, 22, &["0.0.0.0/1", "10.0.0.0/8", "128.0.0.0/1"]);
    let facts = exposures(&builder);
    assert_eq!(facts.len(), 1);
    assert!(bool_of(&facts[0], "world"));
    assert_eq!(text_of(&facts[0], "address_text"), "0.0.0.0/1 and 128.0.0.0/1");
    assert_eq!(facts[0].places["peer"].also[0].message, "together with this");
}

#[test]
fn halves_in_two_rules_are_one_fact_about_both() {
    let (mut builder, group) = web();
    builder.ingress(group, "tcp", 20, 25, &["0.0.0.0/1"]);
    builder.ingress(group, "tcp", 22, 30, &["128.0.0.0/1"]);
    let facts = exposures(&builder);
    let world = worlds(&facts);
    assert_eq!(world.len(), 1);
    assert_eq!(ports_of(world[0], "tcp_ports"), PortSet::range(22, 25));
    assert_eq!(world[0].anchors.len(), 3);
    // Each half still opens ports of its own to its own addresses.
    assert_eq!(facts.len(), 3);
    assert!(facts.iter().filter(|fact| !bool_of(fact, "world")).count() == 2);
}

#[test]
fn halves_that_say_nothing_else_are_told_once() {
    let (mut builder, group) = web();
    builder.ingress(group, "tcp", 22, 22, &["0.0.0.0/1"]);
    builder.ingress(group, "tcp", 22, 22, &["128.0.0.0/1"]);
    builder.ingress(group, "tcp", 22, 22, &["8.0.0.0/8"]);
    let facts = exposures(&builder);
    assert_eq!(worlds(&facts).len(), 1);
    assert_eq!(text_of(worlds(&facts)[0], "address_text"), "0.0.0.0/1 and 128.0.0.0/1");
    assert_eq!(facts.len(), 2, "the third rule has its own addresses");
}

#[test]
fn a_half_with_more_to_say_is_told_apart_too() {
    let (mut builder, group) = web();
    builder.ingress(group, "tcp", 22, 22, &["0.0.0.0/1", "fd00::/8"]);
    builder.ingress(group, "tcp", 22, 22, &["128.0.0.0/1", "?"]);
    let facts = exposures(&builder);
    assert_eq!(facts.len(), 3);
    assert_eq!(worlds(&facts).len(), 1);
    assert!(facts.iter().any(|fact| fact.unknown.contains_key("world")), "the unknown peer may be the world");
    let others =
        facts.iter().filter(|fact| matches!(fact.fields.get("world"), Some(FieldValue::Bool(false))));
    let families: Vec<_> = others.map(|fact| text_of(fact, "families")).collect();
    assert_eq!(families, ["IPv4 and IPv6"]);
}

#[test]
fn halves_of_both_families_are_one_fact() {
    let (mut builder, group) = web();
    builder.ingress(group, "tcp", 22, 22, &["0.0.0.0/1", "2000::/4"]);
    builder.ingress(group, "tcp", 22, 22, &["128.0.0.0/1", "3000::/4"]);
    let facts = exposures(&builder);
    assert_eq!(facts.len(), 1);
    assert_eq!(text_of(&facts[0], "families"), "IPv4 and IPv6");
    assert_eq!(text_of(&facts[0], "address_text"), "0.0.0.0/1, 2000::/4, 128.0.0.0/1 and 3000::/4");
}

#[test]
fn halves_of_different_ports_or_groups_or_directions_do_not_add_up() {
    let (mut builder, group) = web();
    let other = builder.group("other");
    builder.ingress(group, "tcp", 22, 22, &["0.0.0.0/1"]);
    builder.ingress(group, "tcp", 23, 23, &["128.0.0.0/1"]);
    builder.ingress(group, "udp", 22, 22, &["128.0.0.0/1"]);
    builder.ingress(other, "tcp", 22, 22, &["128.0.0.0/1"]);
    builder.rule(group, Direction::Egress, "tcp", 22, 22, &["128.0.0.0/1"]);
    let facts = exposures(&builder);
    assert_eq!(facts.len(), 5);
    assert!(worlds(&facts).is_empty());
}

#[test]
fn all_protocols_add_up_with_a_single_one() {
    let (mut builder, group) = web();
    builder.ingress(group, "-1", 0, 0, &["0.0.0.0/1"]);
    builder.ingress(group, "tcp", 22, 22, &["128.0.0.0/1"]);
    let facts = exposures(&builder);
    let world = worlds(&facts);
    assert_eq!(world.len(), 1);
    assert!(!bool_of(world[0], "all_protocols"));
    assert_eq!(list_of(world[0], "protocols"), ["tcp"]);
    assert_eq!(ports_of(world[0], "tcp_ports"), PortSet::single(22));
}

#[test]
fn halves_of_all_traffic_are_all_traffic() {
    let (mut builder, group) = web();
    builder.ingress(group, "-1", 0, 0, &["0.0.0.0/1"]);
    builder.ingress(group, "all", 0, 0, &["128.0.0.0/1"]);
    let facts = exposures(&builder);
    assert_eq!(facts.len(), 1);
    assert!(bool_of(&facts[0], "world") && bool_of(&facts[0], "all_protocols"));
    assert_eq!(text_of(&facts[0], "services"), "all traffic");
    assert!(ports_of(&facts[0], "udp_ports").is_all());
}

#[test]
fn public_space_without_private_ranges_is_the_world() {
    let (mut builder, group) = web();
    let public = AddressSet::public(Family::Ipv4).to_cidrs();
    let texts: Vec<String> = public.iter().map(ToString::to_string).collect();
    builder.ingress(group, "tcp", 443, 443, &texts.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(bool_of(&exposures(&builder)[0], "world"));
}

#[test]
fn addresses_that_never_match_open_nothing() {
    let (mut builder, group) = web();
    builder.ingress(group, "tcp", 22, 22, &["0.0.0.0/32", "127.0.0.1/32", "self", "sg-12345678", "::/"]);
    builder.ingress(group, "tcp", 30, 20, &["0.0.0.0/0"]);
    assert!(exposures(&builder).is_empty());
}

#[test]
fn other_addresses_are_exposures_that_are_not_the_world() {
    let (mut builder, group) = web();
    builder.ingress(group, "tcp", 5432, 5432, &["10.0.0.0/8", "192.168.0.0/16"]);
    let facts = exposures(&builder);
    assert_eq!(facts.len(), 1);
    assert!(!bool_of(&facts[0], "world"));
    assert_eq!(addresses_of(&facts[0], "addresses").to_string(), "10.0.0.0/8, 192.168.0.0/16");
    assert_eq!(text_of(&facts[0], "families"), "IPv4");
}

#[test]
fn protocols_without_ports_open_everything_of_them() {
    let (mut builder, group) = web();
    builder.ingress(group, "50", 443, 443, &["0.0.0.0/0"]);
    builder.ingress(group, "icmp", 8, 0, &["0.0.0.0/0"]);
    let facts = exposures(&builder);
    assert!(bool_of(&facts[0], "all_ports"));
    assert_eq!(text_of(&facts[0], "services"), "protocol 50");
    assert!(ports_of(&facts[0], "tcp_ports").is_empty());
    assert!(!bool_of(&facts[1], "all_ports"));
    assert_eq!(text_of(&facts[1], "services"), "ICMP");
}

#[test]
fn an_unknown_range_that_is_known_to_be_small_is_not_the_world() {
    let (mut builder, group) = web();
    builder.ingress(group, "tcp", 22, 22, &["10.0.0.0/8", "narrow"]);
    builder.ingress(group, "tcp", 23, 23, &["narrow", "?"]);
    let facts = exposures(&builder);
    assert!(!bool_of(&facts[0], "world") && !bool_of(&facts[0], "ipv6_world"));
    assert!(facts[0].unknown.contains_key("address_text") && facts[0].unknown.contains_key("families"));
    assert!(facts[1].unknown.contains_key("world"), "another peer may be");
}

#[test]
fn what_is_open_names_its_family_although_another_peer_is_unknown() {
    let (mut builder, group) = web();
    builder.ingress(group, "tcp", 22, 22, &["0.0.0.0/0", "?"]);
    let facts = exposures(&builder);
    assert_eq!(text_of(&facts[0], "families"), "IPv4");
    assert!(facts[0].unknown.contains_key("ipv6_world"));
}

#[test]
fn an_unknown_peer_leaves_the_world_unknown() {
    let (mut builder, group) = web();
    builder.ingress(group, "tcp", 22, 22, &["10.0.0.0/8", "?"]);
    let facts = exposures(&builder);
    assert_eq!(facts.len(), 1);
    for field in ["world", "ipv4_world", "ipv6_world", "families", "address_text"] {
        assert!(facts[0].unknown.contains_key(field), "{field}");
    }
    assert_eq!(ports_of(&facts[0], "tcp_ports"), PortSet::single(22));
    assert!(matches!(&facts[0].fields["addresses"], FieldValue::Addresses { more: Some(_), .. }));
}

#[test]
fn an_unknown_peer_does_not_hide_a_proven_world() {
    let (mut builder, group) = web();
    builder.ingress(group, "tcp", 22, 22, &["?", "0.0.0.0/0"]);
    let fact = &exposures(&builder)[0];
    assert!(bool_of(fact, "world") && bool_of(fact, "ipv4_world"));
    assert!(fact.unknown.contains_key("ipv6_world"));
    assert_eq!(text_of(fact, "address_text"), "0.0.0.0/0");
}

#[test]
fn unknown_ports_leave_the_open_ports_unknown() {
    let (mut builder, group) = web();
    builder.ingress(group, "tcp", 22, 22, &["0.0.0.0/0"]);
    builder.network.permissions[0].to_port = Some(builder.unknown_field());
    let fact = &exposures(&builder)[0];
    assert!(bool_of(fact, "world") && !bool_of(fact, "all_protocols"));
    assert!(matches!(&fact.fields["tcp_ports"], FieldValue::Ports { more: Some(_), .. }));
    assert!(ports_of(fact, "udp_ports").is_empty());
    assert!(fact.unknown.contains_key("all_ports") && fact.unknown.contains_key("services"));
}

#[test]
fn an_unknown_protocol_leaves_everything_about_it_unknown() {
    let (mut builder, group) = web();
    builder.ingress(group, "tcp", 22, 22, &["0.0.0.0/0"]);
    builder.network.permissions[0].protocol = Some(builder.unknown_field());
    let fact = &exposures(&builder)[0];
    assert!(bool_of(fact, "world"));
    assert!(fact.unknown.contains_key("all_protocols") && fact.unknown.contains_key("protocols"));
}

#[test]
fn known_entries_of_a_prefix_list_count() {
    let (mut builder, group) = web();
    builder.prefix_list(&["0.0.0.0/1", "128.0.0.0/1"]);
    builder.ingress(group, "tcp", 22, 22, &["pl"]);
    builder.ingress(group, "tcp", 23, 23, &["pl-12345678"]);
    let facts = exposures(&builder);
    assert!(bool_of(&facts[0], "world"));
    assert_eq!(text_of(&facts[0], "address_text"), "aws_ec2_managed_prefix_list.p");
    assert!(facts[1].unknown.contains_key("world"));
}

#[test]
fn rules_on_a_group_elsewhere_are_judged_with_that_group() {
    let mut builder = Builder::terraform();
    let dangling = GroupTarget::Dangling(Stray::new("sg-0a1b2c3d", "is neither declared nor looked up"));
    builder.standalone("aws_vpc_security_group_ingress_rule.a", &dangling, "tcp", 22, 22, &["0.0.0.0/1"]);
    builder.standalone("aws_vpc_security_group_ingress_rule.b", &dangling, "tcp", 22, 22, &["128.0.0.0/1"]);
    let facts = exposures(&builder);
    assert_eq!(facts.len(), 1);
    assert_eq!(text_of(&facts[0], "group"), "sg-0a1b2c3d");
    assert_eq!(&*facts[0].subject, "aws_vpc_security_group_ingress_rule.a");
    assert_eq!(facts[0].key, "ingress tcp 22 0.0.0.0/0 on sg-0a1b2c3d");
}

#[test]
fn rules_that_may_not_exist_are_taken_only_where_needed() {
    let (mut builder, group) = web();
    builder.ingress(group, "tcp", 22, 22, &["0.0.0.0/1"]);
    builder.ingress(group, "tcp", 22, 22, &["128.0.0.0/1"]);
    builder.network.permissions[1].presence = Presence::Unknown(builder.unknown());
    let facts = exposures(&builder);
    assert_eq!(worlds(&facts).len(), 1);
    assert!(matches!(worlds(&facts)[0].presence, Presence::Unknown(_)));
    builder.ingress(group, "tcp", 22, 22, &["128.0.0.0/1"]);
    let facts = exposures(&builder);
    assert!(matches!(worlds(&facts)[0].presence, Presence::Certain));
}

#[test]
fn a_rule_list_that_could_not_be_read_may_open_anything() {
    let (mut builder, group) = web();
    let unknown = builder.unknown();
    builder.network.groups[group.0].unknown_rules.push((Direction::Ingress, unknown));
    let facts = exposures(&builder);
    assert_eq!(facts.len(), 1);
    assert!(facts[0].unknown.contains_key("world"));
}

#[test]
fn as_many_rules_as_a_group_may_have_are_judged_quickly() {
    // Without its last public part the world is open nowhere, with it wherever three rules in a row meet.
    for (last_part, is_world) in [("192.0.0.0/4", false), ("192.0.0.0/3", true)] {
        let (mut builder, group) = web();
        for index in 0..2000u16 {
            let part = ["0.0.0.0/1", "128.0.0.0/2", last_part][usize::from(index % 3)];
            builder.ingress(group, "tcp", i64::from(index), i64::from(index) + 500, &[part]);
        }
        let start = std::time::Instant::now();
        let facts = exposures(&builder);
        assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
        let open = worlds(&facts)
            .into_iter()
            .fold(PortSet::empty(), |all, fact| all.union(&ports_of(fact, "tcp_ports")));
        assert_eq!(open, if is_world { PortSet::range(2, 2497) } else { PortSet::empty() });
    }
}

/// Whether a fact says that a protocol (and port) is open to the world of a family.
fn says_open(fact: &Fact, family: Family, protocol: Protocol, port: u16) -> bool {
    let field = match family {
        Family::Ipv4 => "ipv4_world",
        Family::Ipv6 => "ipv6_world",
    };
    let is_world = matches!(fact.fields.get(field), Some(FieldValue::Bool(true)));
    is_world
        && match protocol {
            Protocol::TCP => ports_of(fact, "tcp_ports").contains(port),
            Protocol::UDP => ports_of(fact, "udp_ports").contains(port),
            other => {
                let name = other.name().into_owned();
                bool_of(fact, "all_protocols") || list_of(fact, "protocols").contains(&name)
            }
        }
}

proptest! {
    #[test]
    fn the_world_is_open_exactly_where_the_union_of_all_rules_is(rules in rules()) {
        let (mut builder, group) = web();
        add(&mut builder, group, &rules);
        let context = Context::new(&builder.network);
        let facts = of(&context);
        let packets = [Protocol::TCP, Protocol::UDP]
            .into_iter()
            .flat_map(|protocol| [0u16, 1, 2, 22, 23, 24, 80, 81, 65535].map(|port| (protocol, port)))
            .chain([(Protocol::Number(50), 0), (Protocol::Number(99), 0)]);
        for (protocol, port) in packets {
            let packet = Traffic::allowed(protocol, Some(i64::from(port)), Some(i64::from(port)));
            let admitting = builder.network.permissions.iter().filter(|permission| {
                reading::traffic(permission).is_ok_and(|traffic| traffic.is_some_and(|traffic| traffic.covers(&packet)))
            });
            let union = AddressSet::union_all(admitting.map(|own| context.addresses(&own.peer).set));
            for family in Family::BOTH {
                let said = facts.iter().any(|fact| says_open(fact, family, protocol, port));
                prop_assert_eq!(said, union.covers_world(family), "{} {} {}", family, protocol, port);
            }
        }
    }

    #[test]
    fn every_address_that_is_admitted_is_in_some_fact(rules in rules()) {
        let (mut builder, group) = web();
        add(&mut builder, group, &rules);
        let context = Context::new(&builder.network);
        let facts = of(&context);
        for permission in &builder.network.permissions {
            let Ok(Some(traffic)) = reading::traffic(permission) else { continue };
            let addresses = context.addresses(&permission.peer).set;
            if traffic.is_empty() || addresses.is_empty() {
                continue;
            }
            let told = facts.iter().filter(|fact| match traffic.protocol {
                Protocol::TCP => traffic.ports().overlaps(&at_least(fact, "tcp_ports")),
                Protocol::UDP => traffic.ports().overlaps(&at_least(fact, "udp_ports")),
                other => {
                    let name = other.name().into_owned();
                    bool_of(fact, "all_protocols") || list_of(fact, "protocols").contains(&name)
                }
            });
            let told = AddressSet::union_all(told.map(|fact| match &fact.fields["addresses"] {
                FieldValue::Addresses { set, .. } => set.clone(),
                other => panic!("addresses are {other:?}"),
            }));
            prop_assert!(addresses.is_subset_of(&told), "{}", context.words(permission));
        }
    }

    #[test]
    fn false_is_never_claimed_about_an_unknown_peer(rules in rules()) {
        let (mut builder, group) = web();
        add(&mut builder, group, &rules);
        let facts = exposures(&builder);
        for fact in facts {
            if matches!(&fact.fields["addresses"], FieldValue::Addresses { more: Some(_), .. }) {
                prop_assert!(!matches!(fact.fields.get("world"), Some(FieldValue::Bool(false))));
            }
        }
    }
}

fn at_least(fact: &Fact, field: &str) -> PortSet {
    match &fact.fields[field] {
        FieldValue::Ports { set, .. } => set.clone(),
        other => panic!("{field} is {other:?}"),
    }
}

#[test]
fn the_audience_says_by_what_the_world_is_admitted() {
    let (mut builder, group) = web();
    builder.ingress(group, "tcp", 22, 22, &["0.0.0.0/1", "128.0.0.0/1"]);
    builder.ingress(group, "tcp", 443, 443, &["0.0.0.0/0", "::/0"]);
    builder.ingress(group, "tcp", 80, 80, &["10.0.0.0/8", "8.8.8.8/32"]);
    let facts = exposures(&builder);
    let audiences: Vec<_> = facts.iter().map(|fact| text_of(fact, "audience")).collect();
    assert_eq!(
        audiences,
        [
            "the whole IPv4 internet, by 0.0.0.0/1 and 128.0.0.0/1",
            "the whole IPv4 and IPv6 internet",
            "10.0.0.0/8 and 8.8.8.8/32"
        ]
    );
}

#[test]
fn rules_that_admit_a_large_part_together_are_one_fact_besides() {
    let (mut builder, group) = web();
    // 64 ranges of /8 from 11 on, each small, hold more than a quarter of the public addresses.
    for first in 11..75 {
        builder.ingress(group, "tcp", 443, 443, &[&format!("{first}.0.0.0/8")]);
    }
    let facts = exposures(&builder);
    assert_eq!(facts.len(), 65);
    let large = facts.iter().find(|fact| fact.rules.len() > 1).unwrap();
    assert!(!bool_of(large, "world"));
    assert!(addresses_of(large, "addresses").public_share(Family::Ipv4) > 0.25);
    assert_eq!(ports_of(large, "tcp_ports"), PortSet::single(443));
}

#[test]
fn ranges_that_are_wide_by_themselves_are_not_added_up() {
    let (mut builder, group) = web();
    builder.ingress(group, "tcp", 443, 443, &["32.0.0.0/3"]);
    builder.ingress(group, "tcp", 443, 443, &["128.0.0.0/3"]);
    assert_eq!(exposures(&builder).len(), 2);
}

#[test]
fn a_port_open_in_one_version_and_restricted_in_the_other_is_asymmetric() {
    let (mut builder, group) = web();
    builder.ingress(group, "tcp", 440, 450, &["192.0.2.0/24", "10.0.0.0/8"]);
    builder.ingress(group, "tcp", 443, 443, &["::/0"]);
    builder.ingress(group, "tcp", 80, 80, &["::/0"]);
    let facts = exposures(&builder);
    let [_, https, http] = &facts[..] else { panic!("three facts") };
    assert!(bool_of(https, "asymmetric") && !bool_of(http, "asymmetric"));
    assert_eq!(text_of(https, "restricted_family"), "IPv4");
    assert_eq!(text_of(https, "restricted_to"), "10.0.0.0/8");
    assert_eq!(https.places["restricted"].label, "IPv4 only from here");
}

#[test]
fn a_port_that_is_open_in_both_versions_is_not_asymmetric() {
    let (mut builder, group) = web();
    builder.ingress(group, "tcp", 443, 443, &["::/0"]);
    builder.ingress(group, "tcp", 443, 443, &["0.0.0.0/0"]);
    builder.ingress(group, "tcp", 443, 443, &["10.0.0.0/8"]);
    builder.ingress(group, "udp", 443, 443, &["10.0.0.0/8"]);
    for fact in exposures(&builder) {
        assert!(!bool_of(&fact, "asymmetric"));
    }
}

#[test]
fn a_peer_that_may_be_the_world_leaves_asymmetry_open() {
    let (mut builder, group) = web();
    builder.ingress(group, "tcp", 443, 443, &["::/0"]);
    builder.ingress(group, "tcp", 443, 443, &["?"]);
    assert!(exposures(&builder)[0].unknown.contains_key("asymmetric"));
    builder.network.permissions.pop();
    builder.ingress(group, "tcp", 80, 80, &["?"]);
    assert!(!bool_of(&exposures(&builder)[0], "asymmetric"));
}

mod carried {
    use super::*;
    use crate::network::interface::Role;

    /// The fact of a rule for everybody on a group that one resource carries.
    fn on(role: Role, public: Option<bool>, passes_through: bool) -> Fact {
        let (mut builder, group) = web();
        builder.ingress(group, "tcp", 443, 443, &["0.0.0.0/0"]);
        let target = builder.field(GroupTarget::Group(group));
        builder.attach("aws_instance.a", target);
        let address = match public {
            Some(public) => builder.field(public),
            None => builder.unknown_field(),
        };
        builder.network.interfaces[0].public_address = address;
        builder.network.interfaces[0].role = role;
        builder.network.passes_through = passes_through;
        exposures(&builder).remove(0)
    }

    #[test]
    fn what_keeps_data_is_private_whatever_its_address() {
        let fact = on(Role::Database, Some(true), false);
        assert_eq!(text_of(&fact, "private_carriers"), "the database aws_instance.a");
        assert_eq!(list_of(&fact, "carrier_roles"), ["database"]);
        assert_eq!(fact.related.last().unwrap().message, "carried by aws_instance.a");
    }

    #[test]
    fn what_has_no_public_address_is_private() {
        assert_eq!(
            text_of(&on(Role::LoadBalancer, Some(false), true), "private_carriers"),
            "the internal load balancer aws_instance.a"
        );
        assert!(bool_of(&on(Role::Compute, Some(false), false), "on_private"));
        for fact in [
            on(Role::LoadBalancer, Some(true), false),
            on(Role::Compute, None, false),
            on(Role::LoadBalancer, None, false),
        ] {
            assert!(!bool_of(&fact, "on_private"));
        }
    }

    #[test]
    fn what_a_network_load_balancer_may_reach_is_not_private() {
        assert!(!bool_of(&on(Role::Container, Some(false), true), "on_private"));
        assert!(bool_of(&on(Role::Function, Some(false), true), "on_private"));
    }
}

mod combined {
    use super::*;
    use crate::network::model::Direction;

    /// What the groups of one instance open together; each group is its rules: first port, last port, peer.
    fn combinations(groups: &[&[(i64, i64, &str)]]) -> Vec<Fact> {
        let mut builder = Builder::terraform();
        for (index, rules) in groups.iter().enumerate() {
            let group = builder.group(&format!("g{index}"));
            for (from, to, peer) in *rules {
                builder.rule(group, Direction::Ingress, "tcp", *from, *to, &[peer]);
            }
            let target = builder.field(GroupTarget::Group(group));
            builder.attach("aws_instance.a", target);
        }
        let context = Context::new(&builder.network);
        combination::facts(&context, &declared_rules(&context))
    }

    #[test]
    fn halves_on_two_groups_are_the_world_on_their_interface() {
        let facts = combinations(&[&[(22, 22, "0.0.0.0/1")], &[(20, 30, "128.0.0.0/1")]]);
        let [fact] = &facts[..] else { panic!("one fact") };
        assert_eq!(text_of(fact, "services"), "SSH (22/tcp)");
        assert_eq!(text_of(fact, "audience"), "the whole IPv4 internet, by 0.0.0.0/1 and 128.0.0.0/1");
        assert_eq!(list_of(fact, "groups"), ["aws_security_group.g0", "aws_security_group.g1"]);
        assert_eq!(fact.related.len(), 2);
    }

    #[test]
    fn what_one_group_opens_is_its_own() {
        let open: &[(i64, i64, &str)] = &[(22, 22, "0.0.0.0/0")];
        assert!(combinations(&[&[(22, 22, "0.0.0.0/1")], open]).is_empty());
        let halves: &[(i64, i64, &str)] = &[(22, 22, "0.0.0.0/1"), (22, 22, "128.0.0.0/1")];
        assert!(combinations(&[&[(22, 22, "0.0.0.0/1")], halves]).is_empty());
        assert!(combinations(&[&[(22, 22, "0.0.0.0/1")], &[(23, 23, "128.0.0.0/1")]]).is_empty());
    }

    #[test]
    fn each_version_is_looked_at_by_itself() {
        let facts = combinations(&[
            &[(22, 22, "0.0.0.0/1"), (22, 22, "::/1"), (22, 22, "0.0.0.0/0")],
            &[(22, 22, "128.0.0.0/1"), (22, 22, "8000::/1")],
        ]);
        let families: Vec<_> = facts.iter().map(|fact| text_of(fact, "families")).collect();
        assert_eq!(families, [""; 0], "::/1 holds every public address of today");
        let facts = combinations(&[
            &[(22, 22, "0.0.0.0/1"), (22, 22, "2000::/4"), (22, 22, "0.0.0.0/0")],
            &[(22, 22, "128.0.0.0/1"), (22, 22, "3000::/4")],
        ]);
        let families: Vec<_> = facts.iter().map(|fact| text_of(fact, "families")).collect();
        assert_eq!(families, ["IPv6"]);
    }

    #[test]
    fn only_the_ports_that_no_group_opens_alone_are_left() {
        let facts =
            combinations(&[&[(20, 30, "0.0.0.0/1"), (22, 22, "0.0.0.0/0")], &[(20, 30, "128.0.0.0/1")]]);
        let ports: Vec<_> = facts.iter().map(|fact| ports_of(fact, "tcp_ports")).collect();
        assert_eq!(ports, [PortSet::range(20, 30).difference(&PortSet::single(22))]);
    }
}

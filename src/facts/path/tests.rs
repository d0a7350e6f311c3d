use super::super::testing::{Builder, bool_of, text_of};
use super::*;
use crate::network::address::Breadth;
use crate::network::model::GroupTarget;

/// An app that is to reach a database: two groups, each on an instance.
struct Pair {
    builder: Builder,
    app: GroupId,
    database: GroupId,
}

impl Pair {
    /// The database admits the app on 5432.
    fn new() -> Self {
        let mut builder = Builder::terraform();
        let (app, database) = (builder.group("app"), builder.group("db"));
        let mut pair = Self { builder, app, database };
        pair.attach("aws_instance.app", app);
        pair.attach("aws_instance.db", database);
        pair.names(database, Direction::Ingress, 5432, app);
        pair
    }

    fn attach(&mut self, resource: &str, group: GroupId) {
        let target = self.builder.field(GroupTarget::Group(group));
        self.builder.attach(resource, target);
    }

    /// A rule that names a group.
    fn names(&mut self, group: GroupId, direction: Direction, port: i64, peer: GroupId) {
        self.builder.rule(group, direction, "tcp", port, port, &["sg-1"]);
        let peer = if peer == group {
            Peer::SelfGroup(self.builder.span())
        } else {
            Peer::Group(self.builder.field(GroupTarget::Group(peer)))
        };
        self.builder.network.permissions.last_mut().unwrap().peer = peer;
    }

    fn egress(&mut self, group: GroupId, port: i64, peer: &str) {
        self.builder.rule(group, Direction::Egress, "tcp", port, port, &[peer]);
    }

    /// The fact of the first rule.
    fn fact(&self) -> Fact {
        facts(&Context::new(&self.builder.network)).remove(0)
    }

    fn refusal(&self) -> String {
        let fact = self.fact();
        assert!(!bool_of(&fact, "open"));
        text_of(&fact, "refusal").to_owned()
    }

    fn is_open(&self) -> bool {
        bool_of(&self.fact(), "open")
    }

    fn is_unclear(&self) -> bool {
        self.fact().unknown.contains_key("open")
    }
}

#[test]
fn an_identity_without_egress_reaches_nobody() {
    let pair = Pair::new();
    assert_eq!(pair.refusal(), "aws_instance.app has no egress rule at all");
    assert_eq!(
        text_of(&pair.fact(), "claim"),
        "aws_security_group.db admits PostgreSQL (5432/tcp) from aws_security_group.app"
    );
}

#[test]
fn the_egress_of_any_group_on_the_interface_is_enough() {
    let mut pair = Pair::new();
    let base = pair.builder.group("base");
    pair.attach("aws_instance.app", base);
    assert!(!pair.is_open());
    pair.egress(base, 5432, "0.0.0.0/0");
    assert!(pair.is_open());
}

#[test]
fn egress_must_be_for_the_port_and_for_the_other_side() {
    let mut pair = Pair::new();
    pair.egress(pair.app, 443, "0.0.0.0/0");
    assert_eq!(pair.refusal(), "aws_instance.app may send only tcp 443 to 0.0.0.0/0");
    pair.egress(pair.app, 5432, "1.1.1.1/32");
    pair.names(pair.app, Direction::Egress, 5432, pair.app);
    assert!(!pair.is_open(), "a public address, or itself");
    pair.names(pair.app, Direction::Egress, 5432, pair.database);
    assert!(pair.is_open());
}

#[test]
fn an_egress_rule_needs_ingress_on_the_other_side() {
    let mut pair = Pair::new();
    pair.builder.network.permissions.clear();
    pair.names(pair.app, Direction::Egress, 5432, pair.database);
    assert_eq!(pair.refusal(), "aws_instance.db has no ingress rule at all");
    pair.builder.ingress(pair.database, "tcp", 5432, 5432, &["2.2.2.2/32"]);
    assert_eq!(pair.refusal(), "aws_instance.db admits only tcp 5432 from 2.2.2.2/32");
    pair.builder.ingress(pair.database, "-1", 0, 0, &["10.0.0.0/8"]);
    assert!(pair.is_unclear(), "whether the app is in there is not known");
    pair.builder.ingress(pair.database, "-1", 0, 0, &["0.0.0.0/0"]);
    assert!(pair.is_open());
}

#[test]
fn one_interface_that_gets_through_is_enough() {
    let mut pair = Pair::new();
    let base = pair.builder.group("base");
    pair.egress(base, 5432, "0.0.0.0/0");
    pair.attach("aws_instance.other", pair.app);
    pair.attach("aws_instance.other", base);
    assert!(pair.is_open());
}

#[test]
fn what_is_not_known_of_the_other_side_may_open_it() {
    let with = |change: fn(&mut Pair)| {
        let mut pair = Pair::new();
        change(&mut pair);
        pair
    };
    let more_groups =
        with(|pair| pair.builder.network.interfaces[0].more_groups = Some(pair.builder.unknown()));
    let unknown_rules = with(|pair| {
        let why = pair.builder.unknown();
        pair.builder.network.groups[pair.app.0].unknown_rules.push((Direction::Egress, why));
    });
    let unknown_peer = with(|pair| pair.egress(pair.app, 5432, "?"));
    let elsewhere = with(|pair| {
        let target = pair.builder.field(GroupTarget::External("sg-1".to_owned()));
        pair.builder.attach("aws_instance.app", target);
    });
    for pair in [more_groups, unknown_rules, unknown_peer, elsewhere] {
        assert!(pair.is_unclear());
    }
    let other_direction = with(|pair| {
        let why = pair.builder.unknown();
        pair.builder.network.groups[pair.app.0].unknown_rules.push((Direction::Ingress, why));
    });
    assert!(!other_direction.is_open());
}

#[test]
fn a_rule_whose_ports_are_not_known_may_open_a_way() {
    let mut pair = Pair::new();
    pair.builder.network.permissions[0].from_port = Some(pair.builder.unknown_field());
    let fact = pair.fact();
    for field in ["claim", "open", "refusal", "traffic"] {
        assert!(fact.unknown.contains_key(field), "{field}");
    }
    assert_eq!(text_of(&fact, "group"), "aws_security_group.db");
}

#[test]
fn groups_that_nothing_here_carries_make_no_path() {
    let mut pair = Pair::new();
    pair.builder.network.interfaces.remove(0);
    assert!(facts(&Context::new(&pair.builder.network)).is_empty());
}

/// The rule that admits the app names its address instead.
fn by_address(host: &str) -> Pair {
    let mut pair = Pair::new();
    let place = pair.builder.unknown_field();
    let peer = Peer::Narrow { place, breadth: Breadth::prefix(32), host: Some(host.into()) };
    pair.builder.network.permissions[0].peer = peer;
    pair
}

#[test]
fn the_private_address_of_a_resource_names_it() {
    let mut pair = by_address("aws_instance.app");
    assert_eq!(pair.refusal(), "aws_instance.app has no egress rule at all");
    let fact = pair.fact();
    assert_eq!(text_of(&fact, "peer"), "aws_instance.app");
    assert_eq!(
        text_of(&fact, "claim"),
        "aws_security_group.db admits PostgreSQL (5432/tcp) from the private address of aws_instance.app"
    );
    pair.names(pair.app, Direction::Egress, 5432, pair.database);
    assert!(pair.is_open());
    assert!(facts(&Context::new(&by_address("aws_instance.elsewhere").builder.network)).is_empty());
}

#[test]
fn a_rule_for_the_private_address_of_a_resource_is_for_it() {
    let to = |host: &str| {
        let mut pair = Pair::new();
        pair.egress(pair.app, 5432, "narrow");
        let Peer::Narrow { host: own, .. } = &mut pair.builder.network.permissions[1].peer else { panic!() };
        *own = Some(host.into());
        pair
    };
    assert!(to("aws_instance.db").is_open());
    assert!(to("aws_network_interface.db").is_unclear(), "it may be on the machine");
}

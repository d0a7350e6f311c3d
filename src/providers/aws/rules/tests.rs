//! Rules of every form, read from hand-made resources.

use super::super::testing::{Draft, permissions, uses};
use super::*;
use crate::network::premises::Premises;

fn block(draft: &Draft, peers: Vec<(&str, Value)>) -> Value {
    let ports = vec![
        ("from_port", draft.number(443)),
        ("to_port", draft.text("443")),
        ("protocol", draft.text("tcp")),
    ];
    draft.map(ports.into_iter().chain(peers).collect())
}

#[test]
fn a_block_with_several_peers_is_one_rule_and_one_permission_for_each() {
    let draft = Draft::terraform();
    let peers = vec![
        ("cidr_blocks", draft.texts(&["10.0.0.0/8", "192.168.0.0/16"])),
        ("ipv6_cidr_blocks", draft.texts(&["::/0"])),
        ("self", draft.truth(true)),
    ];
    let ingress = draft.list(vec![block(&draft, peers)]);
    let network = draft.network(vec![draft.resource("aws_security_group.web", vec![("ingress", ingress)])]);
    assert_eq!(
        permissions(&network),
        [
            "aws_security_group.web ingress tcp 443-443 10.0.0.0/8",
            "aws_security_group.web ingress tcp 443-443 192.168.0.0/16",
            "aws_security_group.web ingress tcp 443-443 ::/0",
            "aws_security_group.web ingress tcp 443-443 self",
        ]
    );
    assert!(network.permissions.iter().all(|permission| permission.rule == 0));
    assert_eq!(uses(&network), [""; 0], "a group does not use itself");
}

#[test]
fn a_list_that_is_not_known_stands_for_any_number_of_peers_and_one_that_is_not_known_for_one() {
    let draft = Draft::terraform();
    let unknown = || draft.unknown(Cause::InputWithoutValue("x".into()));
    let several = |rule: Resource| {
        let network = draft.network(vec![draft.resource("aws_security_group.web", vec![]), rule]);
        network.permissions.iter().map(|permission| permission.several.is_some()).collect::<Vec<_>>()
    };
    let inline = |argument: &'static str, value: Value| {
        let ingress = draft.list(vec![block(&draft, vec![(argument, value)])]);
        several(draft.resource("aws_security_group.db", vec![("ingress", ingress)]))
    };
    for argument in ["cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids", "security_groups"] {
        assert_eq!(inline(argument, unknown()), [true], "{argument}");
        assert_eq!(inline(argument, draft.list(vec![unknown()])), [false], "{argument}");
        assert_eq!(inline(argument, draft.list(vec![unknown(), unknown().several()])), [false, true]);
    }
    let looked_up = draft.refer("data.aws_ip_ranges.ec2", "cidr_blocks");
    assert_eq!(inline("cidr_blocks", looked_up), [true]);
    let rule = |kind: &str, argument: &'static str| {
        let all = ["protocol", "ip_protocol"].map(|name| (name, draft.text("-1")));
        let arguments =
            all.into_iter().chain([("type", draft.text("ingress")), (argument, unknown())]).collect();
        several(draft.resource(&format!("{kind}.a"), arguments))
    };
    assert_eq!(rule("aws_security_group_rule", "cidr_blocks"), [true]);
    assert_eq!(rule("aws_security_group_rule", "source_security_group_id"), [false]);
    assert_eq!(rule("aws_vpc_security_group_ingress_rule", "cidr_ipv4"), [false]);
}

#[test]
fn each_peer_stands_where_it_is_written_or_referred_to() {
    let draft = Draft::terraform();
    let (literal, referred) = (draft.text("10.0.0.0/8"), draft.default("0.0.0.0/0"));
    let (literal_span, use_span) = (literal.origin.written, referred.origin.steps()[1].span);
    let ingress = block(&draft, vec![("cidr_blocks", draft.list(vec![literal, referred]))]);
    let block_span = ingress.origin.written;
    let ingress = draft.list(vec![ingress]);
    let network = draft.network(vec![draft.resource("aws_security_group.web", vec![("ingress", ingress)])]);
    let spans: Vec<_> = network
        .permissions
        .iter()
        .map(|permission| match &permission.peer {
            Peer::Cidr(field) => field.span,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(spans, [literal_span, use_span]);
    assert!(network.permissions.iter().all(|permission| permission.span == block_span));
}

#[test]
fn a_rule_without_peer_admits_nobody() {
    let draft = Draft::terraform();
    let empty = block(&draft, vec![("cidr_blocks", draft.texts(&[])), ("self", draft.truth(false))]);
    let ingress = draft.list(vec![empty]);
    let network = draft.network(vec![draft.resource("aws_security_group.web", vec![("ingress", ingress)])]);
    assert_eq!(permissions(&network), ["aws_security_group.web ingress tcp 443-443 nobody"]);
}

#[test]
fn rules_are_numbered_in_source_order_across_directions() {
    let draft = Draft::terraform();
    let egress = draft.list(vec![block(&draft, vec![("cidr_blocks", draft.texts(&["10.0.0.0/8"]))])]);
    let ingress = draft.list(vec![
        block(&draft, vec![("cidr_blocks", draft.texts(&["10.1.0.0/16"]))]),
        draft.map(vec![("protocol", draft.number(-1)), ("self", draft.truth(true))]),
    ]);
    let group = draft.resource("aws_security_group.web", vec![("ingress", ingress), ("egress", egress)]);
    let network = draft.network(vec![group]);
    let numbers: Vec<_> = network.permissions.iter().map(|permission| permission.rule).collect();
    assert_eq!(numbers, [0, 1, 2]);
    assert_eq!(
        permissions(&network),
        [
            "aws_security_group.web egress tcp 443-443 10.0.0.0/8",
            "aws_security_group.web ingress tcp 443-443 10.1.0.0/16",
            "aws_security_group.web ingress all --- self",
        ]
    );
}

#[test]
fn what_is_not_known_of_a_rule_is_carried() {
    let draft = Draft::terraform();
    let ingress = draft.list(vec![
        block(&draft, vec![("cidr_blocks", draft.input("var.all"))]),
        block(
            &draft,
            vec![("cidr_blocks", draft.list(vec![draft.input("var.one"), draft.text("10.0.0.0/8")]))],
        ),
        block(&draft, vec![("self", draft.input("var.self"))]),
        draft.input("var.rule"),
    ]);
    let egress = draft.input("var.egress");
    let group = draft.resource("aws_security_group.web", vec![("ingress", ingress), ("egress", egress)]);
    let network = draft.network(vec![group]);
    assert_eq!(
        permissions(&network),
        [
            "aws_security_group.web ingress tcp 443-443 unknown: var.all has no value",
            "aws_security_group.web ingress tcp 443-443 unknown: var.one has no value",
            "aws_security_group.web ingress tcp 443-443 10.0.0.0/8",
            "aws_security_group.web ingress tcp 443-443 unknown: var.self has no value",
        ]
    );
    assert!(matches!(network.permissions[3].peer, Peer::Group(_)), "nobody but a group");
    let unknown: Vec<_> = network.groups[0]
        .unknown_rules
        .iter()
        .map(|(direction, unknown)| format!("{} {}", direction.name(), unknown.cause))
        .collect();
    assert_eq!(unknown, ["ingress var.rule has no value", "egress var.egress has no value"]);
}

#[test]
fn rule_resources_belong_to_the_group_they_name() {
    let draft = Draft::terraform();
    let web = draft.resource("aws_security_group.web", vec![]);
    let db = draft.resource("aws_security_group.db", vec![]);
    let rule = draft.resource(
        "aws_security_group_rule.a",
        vec![
            ("type", draft.text("ingress")),
            ("security_group_id", draft.refer("aws_security_group.db", "id")),
            ("source_security_group_id", draft.refer("aws_security_group.web", "id")),
            ("protocol", draft.text("6")),
            ("from_port", draft.number(5432)),
            ("to_port", draft.number(5432)),
        ],
    );
    let vpc_rule = draft.resource(
        "aws_vpc_security_group_egress_rule.b",
        vec![
            ("security_group_id", draft.refer("aws_security_group.db", "id")),
            ("referenced_security_group_id", draft.refer("aws_security_group.db", "id")),
            ("ip_protocol", draft.text("-1")),
        ],
    );
    let network = draft.network(vec![web, db, rule, vpc_rule]);
    assert_eq!(
        permissions(&network),
        [
            "aws_security_group.db ingress tcp 5432-5432 aws_security_group.web",
            "aws_security_group.db egress all --- self",
        ]
    );
    let forms: Vec<_> = network.permissions.iter().map(|permission| permission.form.name()).collect();
    assert_eq!(forms, ["rule-resource", "vpc-rule-resource"]);
    assert_eq!(
        uses(&network),
        [
            "rule-owner aws_security_group_rule.a security_group_id: aws_security_group.db",
            "peer aws_security_group_rule.a source_security_group_id: aws_security_group.web",
            "rule-owner aws_vpc_security_group_egress_rule.b security_group_id: aws_security_group.db",
        ]
    );
}

#[test]
fn a_group_that_is_elsewhere_may_be_its_own_peer() {
    let draft = Draft::terraform();
    let rule = |peer: &str| {
        let attributes = vec![
            ("type", draft.text("ingress")),
            ("security_group_id", draft.text("sg-11111111")),
            ("source_security_group_id", draft.text(peer)),
            ("protocol", draft.text("tcp")),
        ];
        draft.resource("aws_security_group_rule.a", attributes)
    };
    let network = draft.network(vec![rule("sg-11111111"), rule("sg-22222222")]);
    let own = network.permissions.iter().map(|it| matches!(it.peer, Peer::SelfGroup(_)));
    assert_eq!(own.collect::<Vec<_>>(), [true, false]);
}

#[test]
fn a_rule_that_is_refused_for_its_protocol_is_not_passed_over() {
    let draft = Draft::terraform();
    let peer = || ("cidr_blocks", draft.texts(&["0.0.0.0/0"]));
    let rules = [
        vec![peer()],
        vec![("protocol", draft.text("tpc")), peer()],
        vec![("protocol", draft.input("var.protocol")), peer()],
    ];
    let ingress = draft.list(rules.map(|rule| draft.map(rule)).into());
    let group = draft.resource("aws_security_group.web", vec![("ingress", ingress)]);
    let (_, problems) =
        super::super::network(&draft.configuration(vec![group], Vec::new()), &Premises::default());
    let messages: Vec<_> = problems.into_iter().map(|problem| problem.message).collect();
    assert_eq!(
        messages,
        [
            "a rule of aws_security_group.web is not judged: it has no protocol",
            "a rule of aws_security_group.web is not judged: it does not have a valid protocol",
        ]
    );
}

#[test]
fn a_rule_of_unknown_direction_may_add_to_either() {
    let draft = Draft::terraform();
    let resources = vec![
        draft.resource("aws_security_group.web", vec![]),
        draft.resource(
            "aws_security_group_rule.a",
            vec![
                ("type", draft.input("var.type")),
                ("security_group_id", draft.refer("aws_security_group.web", "id")),
            ],
        ),
    ];
    let (network, problems) =
        super::super::network(&draft.configuration(resources, Vec::new()), &Premises::default());
    assert_eq!(network.groups[0].unknown_rules.len(), 2);
    assert_eq!(network.permissions.len(), 0);
    let codes: Vec<_> = problems.iter().map(|problem| problem.code).collect();
    assert_eq!(codes, ["rule-direction-unknown"]);
}

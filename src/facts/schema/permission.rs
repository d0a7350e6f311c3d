//! The fields of `permission` facts.

use super::{
    CIDR_CANONICAL, CIDR_CANONICAL_TEXT, CIDR_PROBLEM, DIRECTION, FieldType, KindSchema, REPEATED_TAG_KEY,
    ROLE, TAG_KEYS, TAGS, field,
};

pub(super) const SCHEMA: KindSchema = KindSchema {
    name: "permission",
    doc: "One declared allowance: one direction, protocol, port range and peer.",
    places: &["peer", "ports", "protocol", "description", "tags"],
    fields: &[
        field("direction", DIRECTION, "in or out"),
        field("group", FieldType::Text, "address of the group, or its id when it exists elsewhere"),
        field("group_role", ROLE, "role of the group"),
        field("group_name", FieldType::Text, "the fixed name of the group; empty without one"),
        field("group_tags", FieldType::Tags, "tags of the group"),
        field(
            "group_tiers",
            FieldType::TextList,
            "tiers of the resources known to carry the group, without those that serve every tier, such as endpoints",
        ),
        field(
            "carrier_roles",
            FieldType::TextList,
            "what the resources do that are known to carry the group, each role once",
        ),
        field("description", FieldType::Text, "the description as written; empty without one"),
        field(
            "form",
            FieldType::Enum(&["inline", "rule-resource", "vpc-rule-resource", "standalone", "implicit"]),
            "how it was declared",
        ),
        field(
            "protocol",
            FieldType::Protocol,
            "normalised: tcp, udp, icmp, icmpv6, all, or a number; what is wrong with it when it is not valid",
        ),
        field("protocol_valid", FieldType::Bool, "the protocol is a known name or a number from 0 to 255"),
        field(
            "protocol_problem",
            FieldType::Enum(&["none", "unknown", "icmp-type", "ip-version"]),
            "what is wrong with the protocol: it is none, its ICMP type is one of the other IP version, or the peer's addresses are (RF-08)",
        ),
        field("protocol_problem_text", FieldType::Text, "the problem in words; empty without one"),
        field(
            "for_answers",
            FieldType::Bool,
            "it opens the ports that clients take for their own end of a connection, as if answers needed a rule (EV-04): to where an ingress rule of the group admits from, or from addresses where no service is admitted that takes such ports (FTP, RPC)",
        ),
        field("ports", FieldType::Ports, "ports it opens; every port for a protocol that ignores ports"),
        field("port_count", FieldType::Int, "number of ports it opens for tcp or udp; 0 for other protocols"),
        field("all_ports", FieldType::Bool, "every port: 0-65535 or a protocol that ignores ports"),
        field(
            "port_range",
            FieldType::Text,
            "the ports as text: 22, 8000-8999, all; for ICMP all, type 8 or type 8 code 0; as written when refused",
        ),
        field(
            "ports_ignored",
            FieldType::Bool,
            "ports are given that the protocol ignores, so that every port is open (RF-04)",
        ),
        field(
            "ports_refused",
            FieldType::Bool,
            "ports are given with all protocols where Terraform refuses them on apply (TF-06)",
        ),
        field(
            "range_problem",
            FieldType::Enum(&["none", "reversed", "out-of-range", "minus-one", "missing", "port-zero"]),
            "what is wrong with the port range (RF-05 to RF-07)",
        ),
        field(
            "traffic",
            FieldType::Text,
            "what it allows: PostgreSQL (5432/tcp), TCP 8000-8100, all traffic",
        ),
        field("range_problem_text", FieldType::Text, "the problem in words; empty without one"),
        field(
            "peer_kind",
            FieldType::Enum(&["cidr", "group", "self", "prefix-list", "missing"]),
            "kind of the other side",
        ),
        field("peer", FieldType::Text, "the other side as text"),
        field(
            "rule_peers",
            FieldType::Text,
            "the other side of the declared rule, which may list several peers: 10.0.0.0/8, pl-1 and 3 more; without the group itself and trusted addresses if there are others",
        ),
        field(
            "peer_words",
            FieldType::Text,
            "the other side in words; known also for the private address of a resource, which itself is not",
        ),
        field(
            "substitute",
            FieldType::Text,
            "for an address or the range of a subnet: the group that everything known to have such an address carries, so that it could be named instead (RE-10); empty without one",
        ),
        field(
            "peer_trusted",
            FieldType::Bool,
            "its addresses lie within the networks that the config trusts",
        ),
        field(
            "peer_addresses",
            FieldType::Addresses,
            "its addresses: those of a CIDR or of a prefix list whose entries are known; none of a group",
        ),
        field(
            "peer_family",
            FieldType::Enum(&["ipv4", "ipv6", "none"]),
            "IP version of its CIDR; none for other kinds of peer and for what is no CIDR",
        ),
        field(
            "peer_prefix",
            FieldType::Int,
            "length of the prefix of its CIDR: 24 of 10.0.0.0/24; 0 where peer_family is none",
        ),
        field(
            "peer_name",
            FieldType::Text,
            "the fixed name of the group that it names, the group itself if it names that; empty for other kinds of peer",
        ),
        field(
            "peer_tags",
            FieldType::Tags,
            "tags of the group that it names, the group itself if it names that; none for other kinds of peer",
        ),
        field(
            "cidr_problem",
            CIDR_PROBLEM,
            "why the peer address can never match: not a CIDR, of the other IP version, or never a packet's address (DC-01, DC-02); none for other kinds of peer",
        ),
        field("cidr_problem_text", FieldType::Text, "the problem in words; empty without one"),
        field("cidr_canonical", FieldType::Bool, CIDR_CANONICAL),
        field("cidr_canonical_text", FieldType::Text, CIDR_CANONICAL_TEXT),
        field("taggable", FieldType::Bool, "it is a resource that takes tags: aws_vpc_security_group_*_rule"),
        field("tags", FieldType::Tags, TAGS),
        field("tag_keys", FieldType::TextList, TAG_KEYS),
        field("repeated_tag_key", FieldType::Text, REPEATED_TAG_KEY),
        field(
            "no_egress_idiom",
            FieldType::Bool,
            "a way to say no egress in CloudFormation (DC-03): to 127.0.0.1/32 with all protocols, or the rule of the CDK to 255.255.255.255/32",
        ),
    ],
};

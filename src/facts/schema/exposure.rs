//! The fields of `exposure` facts.

use super::{DIRECTION, FieldType, KindSchema, ROLE, field};

pub(super) const UNLISTED_TCP: &str = "the TCP ports that the config does not list under `public-ports`";
pub(super) const UNLISTED_UDP: &str = "the UDP ports that the config does not list under `public-ports`";
pub(super) const ONLY_LISTED: &str = "it opens nothing but ports that the config lists under `public-ports`";

pub(super) const SCHEMA: KindSchema = KindSchema {
    name: "exposure",
    doc: "What a group admits from addresses: one fact for each smallest set of rules that opens something.",
    places: &["peer", "ports", "protocol", "group", "restricted"],
    fields: &[
        field("direction", DIRECTION, "in or out"),
        field("group", FieldType::Text, "address of the group, or its id when it exists elsewhere"),
        field("group_role", ROLE, "role of the group"),
        field("group_name", FieldType::Text, "the fixed name of the group; empty without one"),
        field("group_tags", FieldType::Tags, "tags of the group"),
        field(
            "world",
            FieldType::Bool,
            "the rules together admit every public address of an IP version (DC-04 to DC-06)",
        ),
        field("ipv4_world", FieldType::Bool, "every public IPv4 address"),
        field("ipv6_world", FieldType::Bool, "every public IPv6 address"),
        field(
            "families",
            FieldType::Text,
            "IPv4, IPv6 or IPv4 and IPv6: the versions known to be open to the world; of the addresses otherwise",
        ),
        field("trusted", FieldType::Bool, "all addresses lie within the networks that the config trusts"),
        field("addresses", FieldType::Addresses, "the addresses"),
        field(
            "address_text",
            FieldType::Text,
            "the addresses as written: 0.0.0.0/0, or 0.0.0.0/1 and 128.0.0.0/1",
        ),
        field(
            "audience",
            FieldType::Text,
            "whom it is open to: the whole IPv4 internet, the whole IPv4 internet, by 0.0.0.0/1 and 128.0.0.0/1, or the addresses as written",
        ),
        field("all_protocols", FieldType::Bool, "every protocol"),
        field("protocols", FieldType::ProtocolList, "the protocols, normalised"),
        field("tcp_ports", FieldType::Ports, "TCP ports; every port when all protocols are open"),
        field("udp_ports", FieldType::Ports, "UDP ports; every port when all protocols are open"),
        field("unlisted_tcp_ports", FieldType::Ports, UNLISTED_TCP),
        field("unlisted_udp_ports", FieldType::Ports, UNLISTED_UDP),
        field("only_listed", FieldType::Bool, ONLY_LISTED),
        field(
            "all_ports",
            FieldType::Bool,
            "every port of TCP or UDP, every protocol, or a protocol that has no ports and is not ICMP",
        ),
        field("services", FieldType::Text, "the services in words: SSH (22/tcp), PostgreSQL (5432/tcp)"),
        field(
            "asymmetric",
            FieldType::Bool,
            "one IP version is open to the world on a port on which other rules of the group restrict the other version",
        ),
        field("restricted_family", FieldType::Text, "the version that is restricted; empty if none is"),
        field("restricted_to", FieldType::Text, "what that version is restricted to, in words"),
        field(
            "carrier_roles",
            FieldType::TextList,
            "what the resources do that carry the group, each role once",
        ),
        field(
            "on_private",
            FieldType::Bool,
            "a resource carries the group that the internet is known not to reach or to have no business with: it keeps data, has no public address, or lies in subnets without a route to an internet gateway",
        ),
        field("private_carriers", FieldType::Text, "those resources in words; empty without one"),
    ],
};

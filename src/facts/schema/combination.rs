//! The fields of `combination` facts.

use super::exposure::{ONLY_LISTED, UNLISTED_TCP, UNLISTED_UDP};
use super::interface::DUTY;
use super::{FieldType, KindSchema, field};

pub(super) const SCHEMA: KindSchema = KindSchema {
    name: "combination",
    doc: "What several groups of one interface open to the world only together.",
    places: &["peer", "ports", "protocol", "interface"],
    fields: &[
        field("resource_type", FieldType::Text, "type of the resource that carries the groups"),
        field("service", FieldType::Text, "AWS service"),
        field("role", DUTY, "what the resource does"),
        field("groups", FieldType::TextList, "the groups that it carries"),
        field("groups_text", FieldType::Text, "the groups in words"),
        field(
            "families",
            FieldType::Text,
            "IPv4, IPv6 or IPv4 and IPv6: the versions that are open to the world",
        ),
        field(
            "audience",
            FieldType::Text,
            "whom it is open to: the whole IPv4 internet, by 0.0.0.0/1 and 128.0.0.0/1",
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
    ],
};

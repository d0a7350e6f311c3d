//! The fields of `path` facts.

use super::{DIRECTION, FieldType, KindSchema, field};

pub(super) const SCHEMA: KindSchema = KindSchema {
    name: "path",
    doc: "The way that a rule opens to the interfaces of another group, or of a resource whose private address it names: one half of it, which the rules of those interfaces must meet (EV-10).",
    places: &["peer"],
    fields: &[
        field("direction", DIRECTION, "direction of the rule"),
        field("group", FieldType::Text, "address of the group that the rule belongs to"),
        field(
            "peer",
            FieldType::Text,
            "address of the group that the rule names, or of the resource whose address it is",
        ),
        field(
            "traffic",
            FieldType::Text,
            "what the rule allows: PostgreSQL (5432/tcp), tcp 8000-8100, all traffic",
        ),
        field("claim", FieldType::Text, "the rule in words: GROUP admits PostgreSQL (5432/tcp) from PEER"),
        field(
            "open",
            FieldType::Bool,
            "the rules of the other side allow some of it too, on at least one of the named interfaces, all groups of the interface added up",
        ),
        field(
            "refusal",
            FieldType::Text,
            "what the other side allows instead, in words; empty if the way is open",
        ),
        field(
            "appliance",
            FieldType::Text,
            "what a route declared here sends the traffic through: the endpoint of a firewall or gateway load balancer, a machine; empty if none is known to",
        ),
        field(
            "appliance_route",
            FieldType::Text,
            "address of the resource that declares that route; empty without one",
        ),
    ],
};

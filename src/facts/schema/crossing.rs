//! The fields of `crossing` facts.

use super::{DIRECTION, FieldType, KindSchema, field};

pub(super) const SCHEMA: KindSchema = KindSchema {
    name: "crossing",
    doc: "A rule that names a group of another VPC, as far as the configuration shows that it is another one.",
    places: &["peer"],
    fields: &[
        field("direction", DIRECTION, "in or out"),
        field("group", FieldType::Text, "address of the group that the rule belongs to"),
        field("vpc", FieldType::Text, "its VPC"),
        field("peer", FieldType::Text, "address of the group that the rule names"),
        field("peer_vpc", FieldType::Text, "the VPC of that group"),
        field(
            "both_declared",
            FieldType::Bool,
            "both VPCs are declared here, so that a link between them should be",
        ),
        field(
            "obstacle",
            FieldType::Enum(&[
                "none",
                "no-link",
                "other-region",
                "not-accepted",
                "egress-over-transit-gateway",
                "endpoint-over-transit-gateway",
                "referencing-off",
            ]),
            "why the group cannot be named: nothing links the VPCs, they are in different Regions (RE-04), nobody accepts the peering connection, a transit gateway or core network takes groups in ingress rules only, and not on endpoints, or its support for groups is off (RE-05, RE-06)",
        ),
        field("obstacle_text", FieldType::Text, "the obstacle in words; empty without one"),
    ],
};

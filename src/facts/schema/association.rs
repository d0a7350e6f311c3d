//! The fields of `association` facts.

use super::{FieldType, KindSchema, ROLE, field};

pub(super) const SCHEMA: KindSchema = KindSchema {
    name: "association",
    doc: "A group that is associated with another VPC than its own.",
    places: &["group", "vpc"],
    fields: &[
        field("group", FieldType::Text, "address or id of the group"),
        field("group_role", ROLE, "role of the group"),
        field(
            "group_foreign",
            FieldType::Bool,
            "the configuration or the config says that another account owns the group",
        ),
        field("group_in_default_vpc", FieldType::Bool, "the group's own VPC is a default VPC"),
        field("vpc", FieldType::Text, "the other VPC"),
        field("vpc_is_default", FieldType::Bool, "the other VPC is a default VPC"),
        field(
            "unsupported",
            FieldType::TextList,
            "resources in the other VPC that carry the group and whose service takes no such group (VA-03), with the service",
        ),
        field(
            "obstacle",
            FieldType::Text,
            "why AWS does not take it, in words (VA-01 to VA-03); empty if it does",
        ),
    ],
};

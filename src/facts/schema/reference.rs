//! The fields of `reference` facts.

use super::{FieldType, KindSchema, ROLE, field};

pub(super) const SCHEMA: KindSchema = KindSchema {
    name: "reference",
    doc: "A place that names a group.",
    places: &["text"],
    fields: &[
        field(
            "role",
            FieldType::Enum(&["attach", "peer", "rule-owner", "share", "vpc-association", "output", "other"]),
            "how the group is used",
        ),
        field("attribute", FieldType::Text, "the attribute that names it"),
        field(
            "target",
            FieldType::Enum(&["group", "external", "dangling", "misnamed"]),
            "a group of the configuration, one known to exist elsewhere, nothing that is declared or looked up, or a group in a form that does not work there",
        ),
        field("group_role", ROLE, "role of the group; of one that comes from outside, external"),
        field(
            "group_foreign",
            FieldType::Bool,
            "the configuration or the config says that another account owns the group",
        ),
        field("text", FieldType::Text, "what is named"),
        field("why_dangling", FieldType::Text, "why it leads nowhere; empty otherwise"),
        field("why_misnamed", FieldType::Text, "why its form does not work there; empty otherwise"),
    ],
};

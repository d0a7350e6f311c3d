//! The fields of `overlap` facts.

use super::{DIRECTION, FieldType, KindSchema, field};

pub(super) const SCHEMA: KindSchema = KindSchema {
    name: "overlap",
    doc: "A permission that another one repeats or covers.",
    places: &["permission"],
    fields: &[
        field(
            "relation",
            FieldType::Enum(&["duplicate", "shadowed"]),
            "repeats another permission, or is covered by others",
        ),
        field("direction", DIRECTION, "in or out"),
        field("group", FieldType::Text, "address of the group"),
        field("permission", FieldType::Text, "the permission in words: tcp 22 from 10.0.0.0/8"),
        field("by", FieldType::Text, "the covering permissions in words"),
        field("same_resource", FieldType::Bool, "both stand in the same resource"),
        field(
            "collides",
            FieldType::Bool,
            "the API refuses the second one: duplicates in different resources, or in one with different descriptions (RF-19, RF-20)",
        ),
        field("by_union", FieldType::Bool, "no single permission covers it, several do together"),
        field("by_world", FieldType::Bool, "one that covers it lets the whole internet in"),
    ],
};

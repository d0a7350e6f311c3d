//! The fields of `entry` facts.

use super::{CIDR_CANONICAL, CIDR_CANONICAL_TEXT, CIDR_PROBLEM, FieldType, KindSchema, field};

pub(super) const SCHEMA: KindSchema = KindSchema {
    name: "entry",
    doc: "An entry of a managed prefix list.",
    places: &["cidr"],
    fields: &[
        field("cidr", FieldType::Text, "the address range as written"),
        field("cidr_problem", CIDR_PROBLEM, "why the range can never match (DC-01, DC-02)"),
        field("cidr_problem_text", FieldType::Text, "the problem in words; empty without one"),
        field("cidr_canonical", FieldType::Bool, CIDR_CANONICAL),
        field("cidr_canonical_text", FieldType::Text, CIDR_CANONICAL_TEXT),
    ],
};

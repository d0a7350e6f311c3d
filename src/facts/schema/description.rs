//! The fields of `description` facts.

use super::{FieldType, KindSchema, field};

pub(super) const SCHEMA: KindSchema = KindSchema {
    name: "description",
    doc: "The description of a group or rule.",
    places: &["text"],
    fields: &[
        field("of", FieldType::Enum(&["group", "rule"]), "what it describes"),
        field("group", FieldType::Text, "address of the group"),
        field("given", FieldType::Bool, "a description is written and not empty"),
        field("text", FieldType::Text, "the description; empty without one"),
        field("length", FieldType::Int, "its characters"),
        field(
            "bad_characters",
            FieldType::Text,
            "characters that the API refuses, each once (NM-05, NM-06); those of the known parts, if others are not known",
        ),
        field("problem", FieldType::Text, "why the API refuses it, in words; empty if it does not"),
        field("placeholder", FieldType::Bool, "says nothing: Managed by Terraform, or the group's own name"),
    ],
};

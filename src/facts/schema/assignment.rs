//! The fields of `assignment` facts.

use super::{FieldType, KindSchema, field};

pub(super) const SCHEMA: KindSchema = KindSchema {
    name: "assignment",
    doc: "A place that says which groups an interface carries: an argument, or a resource that adds one.",
    places: &["groups"],
    fields: &[
        field("argument", FieldType::Text, "the argument"),
        field("contested", FieldType::Bool, "another place says it for the same interface (TF-15)"),
        field(
            "rival",
            FieldType::Text,
            "that place: aws_instance.web.vpc_security_group_ids; empty without one",
        ),
        field(
            "refused",
            FieldType::Bool,
            "the language or AWS refuses both; otherwise each undoes the other",
        ),
        field("consequence", FieldType::Text, "what comes of both, in words; empty without a rival"),
    ],
};

//! The fields of `vpc` facts.

use super::{FieldType, KindSchema, field};

pub(super) const SCHEMA: KindSchema = KindSchema {
    name: "vpc",
    doc: "A VPC that the configuration declares, or the default one if it is taken over.",
    places: &[],
    fields: &[
        field("is_default", FieldType::Bool, "it is the default VPC of the account"),
        field(
            "default_group_adopted",
            FieldType::Bool,
            "the configuration takes its default group over: aws_default_security_group, or a custom resource that is given the group's id (DF-05, DF-08)",
        ),
    ],
};

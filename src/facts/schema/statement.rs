//! The fields of `statement` facts.

use super::{FieldType, KindSchema, field};

pub(super) const SCHEMA: KindSchema = KindSchema {
    name: "statement",
    doc: "A statement of an IAM policy that allows changing security groups.",
    places: &[],
    fields: &[
        field(
            "holder",
            FieldType::Text,
            "who gets the permissions: the name of the role, user, group or policy, or the address of what has it",
        ),
        field("actions", FieldType::TextList, "the actions as written"),
        field(
            "writes",
            FieldType::TextList,
            "the actions on security groups that it allows: to create and delete groups, and to add, change and revoke rules",
        ),
        field("every_action", FieldType::Bool, "it allows every action of every service, or all but some"),
        field("any_group", FieldType::Bool, "on every security group"),
        field("conditioned", FieldType::Bool, "it has a condition"),
    ],
};

//! The fields of `statement` facts.

use super::{FieldType, KindSchema, field};

pub(super) const SCHEMA: KindSchema = KindSchema {
    name: "statement",
    doc: "A statement of an IAM policy that allows changing security groups.",
    places: &["action"],
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
            "the actions on security groups that it allows, and nothing else in the policy denies: to create and delete groups, and to add, change and revoke rules",
        ),
        field(
            "every_action",
            FieldType::Bool,
            "it allows every action of every service, or every one but some that are not about security groups",
        ),
        field("any_group", FieldType::Bool, "on every security group, of a Region at least"),
        field("reach", FieldType::Text, "on which groups, in words: any security group"),
        field(
            "deeds",
            FieldType::Text,
            "what it allows to do to any group, in words: change, create and delete; empty if it names groups",
        ),
        field(
            "conditioned",
            FieldType::Bool,
            "it has a condition, or what it allows is denied in the same policy for groups or VPCs of some kind",
        ),
    ],
};

//! The fields of `dependency` facts.

use super::{FieldType, KindSchema, field};

pub(super) const SCHEMA: KindSchema = KindSchema {
    name: "dependency",
    doc: "A group whose own rules name other groups, which must exist first; of groups that wait for each other, all of them.",
    places: &["peer"],
    fields: &[
        field(
            "mutual",
            FieldType::Bool,
            "the groups name each other, so that none of them can be created first",
        ),
        field(
            "groups",
            FieldType::TextList,
            "the groups that wait for each other, as declared; one alone if none waits for it",
        ),
        field("group_text", FieldType::Text, "the groups in words"),
    ],
};

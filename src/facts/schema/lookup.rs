//! The fields of `lookup` facts.

use super::{FieldType, KindSchema, field};

pub(super) const SCHEMA: KindSchema = KindSchema {
    name: "lookup",
    doc: "A Terraform data source that looks for groups by their tags.",
    places: &["tags"],
    fields: &[
        field("tag_keys", FieldType::TextList, "the keys of the tags that it asks for"),
        field(
            "group_foreign",
            FieldType::Bool,
            "it asks for groups of another account, or the config says that the group is another account's",
        ),
        field(
            "missing",
            FieldType::TextList,
            "those of the keys that no resource here puts on a group that exists elsewhere: what another account shares comes without its tags (RA-09)",
        ),
    ],
};

//! The fields of `share` facts.

use super::{FieldType, KindSchema, ROLE, field};

pub(super) const SCHEMA: KindSchema = KindSchema {
    name: "share",
    doc: "A group shared with other accounts.",
    places: &["group"],
    fields: &[
        field("group", FieldType::Text, "address or id of the shared group"),
        field("group_role", ROLE, "role of the group"),
        field("group_in_default_vpc", FieldType::Bool, "the group's VPC is a default VPC"),
        field(
            "vpc_looked_up",
            FieldType::Bool,
            "the group's VPC is neither declared here nor known to be owned by this account",
        ),
    ],
};

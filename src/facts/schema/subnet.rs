//! The fields of `subnet` facts.

use super::{FieldType, KindSchema, field};

pub(super) const SCHEMA: KindSchema = KindSchema {
    name: "subnet",
    doc: "A subnet.",
    places: &[],
    fields: &[
        field(
            "public_resources",
            FieldType::Bool,
            "something in it has an address that the internet reaches",
        ),
        field(
            "data_resources",
            FieldType::Bool,
            "something in it keeps data: a database, a cache, a file system",
        ),
        field("own_acl", FieldType::Bool, "its network ACL is not the default one of its VPC"),
    ],
};

//! The fields of `share` facts.

use super::{FieldType, KindSchema, field};

pub(super) const SCHEMA: KindSchema = KindSchema {
    name: "share",
    doc: "A resource share of RAM that holds groups or subnets.",
    places: &["outsiders"],
    fields: &[
        field("groups", FieldType::Int, "number of groups it holds"),
        field("subnets", FieldType::Int, "number of subnets it holds"),
        field("principals", FieldType::TextList, "whom it serves: ids, ARNs, or what names them"),
        field(
            "service_principals",
            FieldType::TextList,
            "those of the principals that are AWS services (RA-04)",
        ),
        field(
            "external",
            FieldType::Bool,
            "accounts outside of the organization may be added: it says so, or it leaves to CloudFormation what is true by default (RA-05)",
        ),
        field("external_by_default", FieldType::Bool, "`external`, because nothing is said of it"),
        field(
            "outsiders",
            FieldType::Text,
            "who outside of the organization may have it, in words; empty if nobody",
        ),
    ],
};

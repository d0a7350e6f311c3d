//! The fields of `quota` facts.

use super::{FieldType, KindSchema, field};

pub(super) const SCHEMA: KindSchema = KindSchema {
    name: "quota",
    doc: "Something that AWS limits the number of, counted.",
    places: &["groups"],
    fields: &[
        field(
            "of",
            FieldType::Enum(&[
                "rules-of-group",
                "groups-of-interface",
                "rules-of-interface",
                "groups-of-region",
            ]),
            "what is limited: rules of a group by direction and address family (QU-01), groups of an interface (QU-04), those times the rules of the largest (QU-05), groups of a Region (QU-06)",
        ),
        field("what", FieldType::Text, "what is counted, in words: IPv4 ingress rules"),
        field("count", FieldType::Int, "how many there are, prefix lists by the most that they may hold"),
        field("at_least", FieldType::Int, "how many are known; there may be more if count is not known"),
        field("limit", FieldType::Int, "how many there may be, by the quotas in the config"),
        field("percent", FieldType::Int, "at_least in percent of limit"),
    ],
};

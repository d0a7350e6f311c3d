//! The fields of `attachment` facts.

use super::interface::DUTY;
use super::{FieldType, KindSchema, ROLE, field};

pub(super) const SCHEMA: KindSchema = KindSchema {
    name: "attachment",
    doc: "A group on a resource.",
    places: &["group"],
    fields: &[
        field("resource_type", FieldType::Text, "type of the resource that carries the group"),
        field("service", FieldType::Text, "AWS service"),
        field("attribute", FieldType::Text, "the attribute that names the group"),
        field("role", DUTY, "what the resource that carries the group does"),
        field("tier", FieldType::Text, "the tier that the config gives it, else edge, app, data or its role"),
        field("answers", FieldType::Bool, "clients connect to the interface"),
        field("calls_out", FieldType::Bool, "the interface connects to others"),
        field("group", FieldType::Text, "address or id of the group"),
        field("group_role", ROLE, "role of the group"),
        field(
            "implicit",
            FieldType::Bool,
            "nobody names the group: the resource gets the default one because it names none (DF-03)",
        ),
        field(
            "group_vpc",
            FieldType::Text,
            "the VPC of the group; empty if the configuration does not show it",
        ),
        field("vpc", FieldType::Text, "the VPC of the resource; empty if the configuration does not show it"),
        field(
            "site",
            FieldType::Text,
            "the Region of the resource if the group is in another; else as `vpc`",
        ),
        field(
            "group_site",
            FieldType::Text,
            "the Region of the group if that is another; else as `group_vpc`",
        ),
        field(
            "misplaced",
            FieldType::Bool,
            "the configuration shows that the resource is in another Region than the group, or in another VPC with no association that takes the group there (VA-05)",
        ),
        field(
            "group_foreign",
            FieldType::Bool,
            "the configuration or the config says that another account owns the group",
        ),
        field(
            "group_shared",
            FieldType::Bool,
            "the configuration says that the group is shared by RAM from here, or owned by another account",
        ),
        field(
            "shareable",
            FieldType::Enum(&["yes", "no", "not-listed", "ambiguous"]),
            "whether the service takes shared groups (RA-11)",
        ),
    ],
};

//! The fields of `interface` facts.

use super::{FieldType, KindSchema, field};
use crate::network::interface::Role;

/// What the resource around an interface does.
pub(super) const DUTY: FieldType = FieldType::Enum(Role::NAMES);

pub(super) const SCHEMA: KindSchema = KindSchema {
    name: "interface",
    doc: "The interfaces that a resource has by one setting, with the groups that add up on them.",
    places: &["groups", "public_address", "subnets"],
    fields: &[
        field("resource_type", FieldType::Text, "type of the resource"),
        field("service", FieldType::Text, "AWS service"),
        field(
            "name",
            FieldType::Text,
            "which of the resource's interfaces: the block that names its groups, its part in the service, or empty",
        ),
        field("role", DUTY, "what the resource does"),
        field("tier", FieldType::Text, "the tier that the config gives it, else edge, app, data or its role"),
        field("answers", FieldType::Bool, "clients connect to it"),
        field("calls_out", FieldType::Bool, "it connects to others"),
        field(
            "script_loads",
            FieldType::Bool,
            "the user data of its machines loads something from elsewhere",
        ),
        field("lets_out", FieldType::Bool, "a rule of its groups, written or by default, lets something out"),
        field("groups", FieldType::TextList, "addresses or ids of its groups"),
        field("group_count", FieldType::Int, "number of groups on it"),
        field(
            "public_address",
            FieldType::Bool,
            "it has an address that the internet reaches, by its own arguments and what is attached to it",
        ),
        field(
            "subnets",
            FieldType::TextList,
            "its subnets: what names them or their ids; empty if none is said",
        ),
    ],
};

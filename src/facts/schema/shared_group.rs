//! The fields of `shared_group` facts.

use super::{FieldType, KindSchema, ROLE, field};

pub(super) const SCHEMA: KindSchema = KindSchema {
    name: "shared_group",
    doc: "A group in a resource share, or one that a plan takes out of it.",
    places: &["group"],
    fields: &[
        field("group", FieldType::Text, "address or id of the shared group"),
        field("group_role", ROLE, "role of the group"),
        field(
            "group_foreign",
            FieldType::Bool,
            "the configuration or the config says that another account owns the group",
        ),
        field("group_in_default_vpc", FieldType::Bool, "the group's VPC is a default VPC"),
        field(
            "vpc_looked_up",
            FieldType::Bool,
            "the group's VPC is neither declared here nor known to be owned by this account",
        ),
        field("vpc_foreign", FieldType::Bool, "a lookup asks another account for the group's VPC"),
        field(
            "without_subnet",
            FieldType::TextList,
            "principals of the share that no share here gives a subnet of the group's VPC, if that VPC is declared here (RA-07)",
        ),
        field(
            "protected",
            FieldType::Bool,
            "Terraform refuses to destroy the group, or CloudFormation keeps it when it leaves the template",
        ),
        field(
            "removal",
            FieldType::Text,
            "what may take the group away from the accounts that use it, in words: nothing protects it here, or the plan takes it out of the share (RA-13); empty if nothing does",
        ),
        field(
            "tag_keys",
            FieldType::TextList,
            "keys of the group's tags, which the other accounts do not see (RA-09)",
        ),
        field(
            "hidden_prefix_lists",
            FieldType::TextList,
            "prefix lists of the configuration that its rules name and no share holds: their entries cannot be seen by the other accounts (RA-10)",
        ),
        field(
            "unseen",
            FieldType::Text,
            "what the other accounts do not see of it, in words: its tags, the entries of its prefix lists; empty if nothing",
        ),
    ],
};

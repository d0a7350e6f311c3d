//! The fields of `group` facts.

use super::{FieldType, KindSchema, REPEATED_TAG_KEY, ROLE, TAG_KEYS, TAGS, field};

const DELETION_POLICY: FieldType = FieldType::Enum(&["delete", "retain", "retain-except-on-create"]);

pub(super) const SCHEMA: KindSchema = KindSchema {
    name: "group",
    doc: "A security group.",
    places: &["name", "taken_name", "description", "tags", "rules"],
    fields: &[
        field("role", ROLE, "declared here, a VPC's default group, or existing elsewhere"),
        field("has_name", FieldType::Bool, "a fixed name is given"),
        field("name", FieldType::Text, "the fixed name; empty without one"),
        field("name_length", FieldType::Int, "characters of the fixed name"),
        field(
            "name_bad_characters",
            FieldType::Text,
            "characters of the name or name prefix that the API refuses, each once (NM-01); those of the known parts, if others are not known",
        ),
        field("name_reserved", FieldType::Bool, "the name or name prefix starts with sg- (NM-01)"),
        field(
            "name_trailing_space",
            FieldType::Bool,
            "the name ends in spaces, which are trimmed on save (NM-03)",
        ),
        field(
            "name_problem",
            FieldType::Text,
            "why AWS or Terraform refuses the name or name prefix, in words; empty if they do not",
        ),
        field(
            "name_taken_by",
            FieldType::Text,
            "what comes before it in its VPC and is known to have the same name, without case and spaces at the end (NM-02, NM-03); empty if nothing does",
        ),
        field("description", FieldType::Text, "the description as written; empty without one"),
        field(
            "vpc",
            FieldType::Text,
            "the VPC: what names it (aws_vpc.main.id) or its id; empty without one, in the default VPC",
        ),
        field("has_inline_rules", FieldType::Bool, "rules are declared inside the group"),
        field("has_rule_resources", FieldType::Bool, "aws_security_group_rule resources add rules"),
        field("has_vpc_rule_resources", FieldType::Bool, "aws_vpc_security_group_*_rule resources add rules"),
        field(
            "rule_conflict",
            FieldType::Enum(&[
                "none",
                "inline-and-resources",
                "kinds-of-resources",
                "adopted-and-resources",
                "exclusive-and-inline",
                "exclusive-without",
                "other-direction",
            ]),
            "two ways to declare its rules that get in each other's way in Terraform (TF-02 to TF-05, DF-06)",
        ),
        field("rule_conflict_text", FieldType::Text, "the conflict in words; empty without one"),
        field(
            "redundancy",
            FieldType::Enum(&["none", "same-rules", "within"]),
            "an earlier group of its VPC has exactly its rules (FM-08), or one that is carried wherever it is allows all that it does and more; none where a rule names it as peer, or it lets nothing in",
        ),
        field("redundant_with", FieldType::Text, "address of that group; empty without one"),
        field("has_standalone_rules", FieldType::Bool, "CloudFormation standalone rule resources add rules"),
        field(
            "ingress_rules",
            FieldType::Int,
            "number of ingress permissions somebody wrote, one for each peer",
        ),
        field(
            "egress_rules",
            FieldType::Int,
            "number of egress permissions somebody wrote, one for each peer",
        ),
        field(
            "admits_others",
            FieldType::Bool,
            "an ingress rule admits somebody besides those who carry the group",
        ),
        field("rules", FieldType::Int, "ingress_rules + egress_rules"),
        field(
            "default_egress",
            FieldType::Bool,
            "it lets everything out to every IPv4 address although nobody wrote that (EG-04, DF-02)",
        ),
        field("has_rules", FieldType::Bool, "rules is above 0; also known when only some of the rules are"),
        field("tags", FieldType::Tags, TAGS),
        field("tag_keys", FieldType::TextList, TAG_KEYS),
        field("repeated_tag_key", FieldType::Text, REPEATED_TAG_KEY),
        field(
            "create_before_destroy",
            FieldType::Bool,
            "when it has to be replaced, its successor is created first: Terraform is told so, for it or for what needs it; CloudFormation always does",
        ),
        field(
            "replacement_problem",
            FieldType::Text,
            "what goes wrong when it has to be replaced, in words; empty if nothing does (TF-10, CF-02)",
        ),
        field("prevent_destroy", FieldType::Bool, "Terraform refuses to destroy it"),
        field(
            "deletion_policy",
            DELETION_POLICY,
            "what CloudFormation does with it when it leaves the template; delete in Terraform",
        ),
        field(
            "update_replace_policy",
            DELETION_POLICY,
            "what CloudFormation does with the old group when it is replaced; delete in Terraform",
        ),
        field("attached", FieldType::Bool, "a resource carries it"),
        field(
            "tiers",
            FieldType::TextList,
            "tiers of the resources that carry it: those that the config gives them, else edge, app and data; what serves every tier has none",
        ),
        field("peer", FieldType::Bool, "a rule of another group names it as peer"),
        field("shared", FieldType::Bool, "a resource share hands it to other accounts"),
        field("associated", FieldType::Bool, "it is associated with another VPC"),
        field("exported", FieldType::Bool, "an output hands it out"),
        field(
            "used",
            FieldType::Bool,
            "anything but its own rules names it, under this choice of the inputs or another one that is judged: attached, peer, shared, associated, exported, or any other attribute",
        ),
    ],
};

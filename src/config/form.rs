//! The keys of `sglint.yaml`: the only list of them. The reader, its errors and the JSON Schema take them from here.

use super::word::{ACCOUNT, GROUP_ID, NETWORK, PATH, PATTERN, VPC};
use crate::diagnostic::Severity;
use crate::form::{Form, Key, Shape};

/// The keys of the file.
pub(super) const CONFIG: Form =
    &[RULES, TRUSTED, TIERS, QUOTAS, GROUPS, LINKS, INCLUDE, EXCLUDE, POLICIES, FAIL_ON];

/// The keys of the `config` beside an example of a rule: the parameters of the rule itself, and what the project says
/// of the world.
pub const EXAMPLE: Form = &[PARAMS, TRUSTED, TIERS, QUOTAS, GROUPS, LINKS];

const RULES: Key = Key::optional(
    "rules",
    Shape::Named(&Shape::AnyOf(&[Shape::Word(levels), Shape::Bool, Shape::Keys(RULE)])),
    "what changes about rules, by id: `off`, `on`, a severity, or several settings",
)
.example("{ wide-port-range: high, unused-security-group: off }");

/// The settings of one rule.
const RULE: Form = &[
    Key::optional("severity", Shape::Word(severities), "how much it matters").example("high"),
    Key::optional("enabled", Shape::Bool, "whether it runs").example("false"),
    PARAMS,
];

const PARAMS: Key =
    Key::optional("params", Shape::Named(&Shape::Any), "values for the parameters of the rule, by name")
        .example("{ ports: [22, 3389] }");

const TRUSTED: Key = Key::optional(
    "trusted",
    Shape::OneOrMore(&Shape::Checked(&NETWORK)),
    "networks that the project calls its own",
)
.example("[198.18.0.0/15]");

const TIERS: Key = Key::optional(
    "tiers",
    Shape::Named(&Shape::Keys(TIER)),
    "tiers that resources belong to, by name; the first that matches counts",
)
.example("{ database: { resources: [\"module.orders.*\"], tags: { Tier: \"data*\" } } }");

const TIER: Form = &[
    Key::optional(
        "resources",
        Shape::OneOrMore(&Shape::Checked(&PATTERN)),
        "addresses of resources, without instance keys",
    )
    .example("[\"module.orders.*\", \"aws_instance.db*\"]"),
    Key::optional(
        "tags",
        Shape::Named(&Shape::Checked(&PATTERN)),
        "tags, each of which is enough: the key, and a pattern of the value",
    )
    .example("{ Tier: \"data*\" }"),
];

const QUOTAS: Key = Key::optional(
    "quotas",
    Shape::Keys(QUOTA),
    "the limits of the account, where AWS raised or lowered them",
)
.example("{ rules-per-group: 100 }");

const QUOTA: Form = &[
    Key::optional(
        "rules-per-group",
        Shape::Int(1),
        "rules of a group per direction and IP version (AWS allows 60)",
    )
    .example("100"),
    Key::optional("groups-per-interface", Shape::Int(1), "groups of a network interface (AWS allows 5)")
        .example("8"),
    Key::optional("groups-per-region", Shape::Int(1), "groups of a Region (AWS allows 2500)").example("2500"),
];

const GROUPS: Key = Key::optional(
    "groups",
    Shape::OneOrMore(&Shape::Keys(FOREIGN_GROUP)),
    "groups that exist elsewhere: in another stack, state or account",
)
.example("[{ id: sg-0123456789abcdef0, name: shared-web, account: \"123456789012\", shared: true }]");

const FOREIGN_GROUP: Form = &[
    Key::required("id", Shape::Checked(&GROUP_ID), "the id of the group").example("sg-0123456789abcdef0"),
    Key::optional("name", Shape::Text, "its name").example("shared-web"),
    Key::optional("account", Shape::Checked(&ACCOUNT), "the account that owns it, if it is another")
        .example("\"123456789012\""),
    Key::optional("vpc", Shape::Checked(&VPC), "its VPC").example("vpc-0abc"),
    Key::optional("shared", Shape::Bool, "whether RAM shares it with this account").example("true"),
];

const LINKS: Key = Key::optional(
    "links",
    Shape::OneOrMore(&Shape::Pair(&Shape::Checked(&VPC))),
    "pairs of VPCs that reach each other by what is declared elsewhere, by id or by address in the code",
)
.example("[[vpc-0abc, aws_vpc.main]]");

const INCLUDE: Key = Key::optional(
    "include",
    Shape::OneOrMore(&Shape::Checked(&PATH)),
    "only these paths are judged; patterns as in .gitignore, relative to the config",
)
.example("[infra/]");

const EXCLUDE: Key =
    Key::optional("exclude", Shape::OneOrMore(&Shape::Checked(&PATH)), "these paths are not judged")
        .example("[examples/, \"*.generated.yaml\"]");

const POLICIES: Key =
    Key::optional("policies", Shape::OneOrMore(&Shape::Text), "folders with the project's own rules")
        .example("[policies/]");

const FAIL_ON: Key = Key::optional(
    "fail-on",
    Shape::Word(severities),
    "the severity from which on a diagnostic fails the run",
)
.example("high");

fn severities() -> Vec<&'static str> {
    Severity::ALL.map(Severity::name).to_vec()
}

fn levels() -> Vec<&'static str> {
    let mut levels = vec!["off", "on"];
    levels.extend(severities());
    levels
}

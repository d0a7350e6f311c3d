//! The keys of `sglint.yaml`: the only list of them. The reader, its errors and the JSON Schema take them from here.

use super::Profile;
use super::word::{self, ACCOUNT, DATE, GROUP_ID, NETWORK, PATH, PATTERN, PORTS, VPC};
use crate::diagnostic::Severity;
use crate::form::{Form, Key, Shape};

/// The keys of the file.
pub(super) const CONFIG: Form = &[
    PROFILE,
    SELECT,
    IGNORE,
    RULES,
    OVERRIDES,
    WAIVERS,
    SUPPRESSIONS,
    ADDRESSES,
    TRUSTED,
    PUBLIC_PORTS,
    TIERS,
    QUOTAS,
    GROUPS,
    LINKS,
    INCLUDE,
    EXCLUDE,
    POLICIES,
    FAIL_ON,
];

/// The keys of the `config` beside an example of a rule: the parameters of the rule itself, and what the project says
/// of the world.
pub const EXAMPLE: Form = &[PARAMS, ADDRESSES, TRUSTED, PUBLIC_PORTS, TIERS, QUOTAS, GROUPS, LINKS];

const PROFILE: Key = Key::optional(
    "profile",
    Shape::Word(Profile::names),
    "which rules are on: minimal (certainly wrong or dangerous), default, or strict (all)",
)
.example("strict");

const SELECT: Key = Key::optional(
    "select",
    Shape::OneOrMore(&Shape::Text),
    "only these rules are on, instead of a profile: ids, patterns, standards, controls, severities, names in other \
     linters",
)
.example("[cis-aws-5.0, \"*-open-to-world\", \"severity:critical\"]");

const IGNORE: Key =
    Key::optional("ignore", Shape::OneOrMore(&Shape::Text), "these rules are off, named as under `select`")
        .example("[missing-rule-description, CKV_AWS_382]");

const OVERRIDES: Key = Key::optional(
    "overrides",
    Shape::OneOrMore(&Shape::Keys(OVERRIDE)),
    "what is different in some paths; later ones win",
)
.example("[{ paths: [legacy/], profile: minimal, rules: { mixed-rule-management: off } }]");

/// The keys of an override.
const OVERRIDE: Form = &[
    Key::required(
        "paths",
        Shape::OneOrMore(&Shape::Checked(&PATH)),
        "the root modules, templates or files; patterns as in .gitignore, relative to the config",
    )
    .example("[legacy/]"),
    PROFILE,
    RULES,
];

const WAIVERS: Key = Key::optional(
    "waivers",
    Shape::OneOrMore(&Shape::Keys(WAIVER)),
    "findings that the project accepts",
)
.example("[{ rule: wide-port-range, path: legacy/, reason: \"moves in spring, NET-7\", until: 2027-03-31 }]");

/// The keys of a waiver.
pub(super) const WAIVER: Form = &[
    Key::required("rule", Shape::Text, "the id of the rule").example("wide-port-range"),
    Key::required("reason", Shape::Text, "why it is accepted").example("moves in spring"),
    Key::optional(
        "path",
        Shape::OneOrMore(&Shape::Checked(&PATH)),
        "where; patterns as in .gitignore, relative to the config",
    )
    .example("legacy/"),
    Key::optional(
        "resource",
        Shape::OneOrMore(&Shape::Checked(&PATTERN)),
        "of which resource; patterns of its address",
    )
    .example("\"aws_security_group.bastion*\""),
    Key::optional("until", Shape::Checked(&DATE), "the last day on which it counts").example("2027-03-31"),
];

const SUPPRESSIONS: Key =
    Key::optional("suppressions", Shape::Keys(SUPPRESSION), "which comments in the code count")
        .example("{ foreign: true }");

/// The keys of `suppressions`.
const SUPPRESSION: Form = &[Key::optional(
    "foreign",
    Shape::Bool,
    "whether those count that are written for checkov, trivy, tfsec and cfn_nag",
)
.example("true")];

const ADDRESSES: Key = Key::optional(
    "addresses",
    Shape::Named(&Shape::OneOrMore(&Shape::Checked(&NETWORK))),
    "networks by name, to be used wherever networks are given",
)
.example("{ office: [198.18.4.0/24, \"2001:db8:1::/48\"] }");

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
    Shape::OneOrMore(&Shape::Checked(&word::ADDRESSES)),
    "networks that the project calls its own",
)
.example("[198.18.0.0/15]");

const PUBLIC_PORTS: Key = Key::optional(
    "public-ports",
    Shape::Keys(PORTS_BY_PROTOCOL),
    "ports that are open to the internet on purpose, besides those that a rule allows itself",
)
.example("{ tcp: [8443, 9000-9010], udp: [51820] }");

const PORTS_BY_PROTOCOL: Form = &[
    Key::optional("tcp", Shape::OneOrMore(&Shape::Numeric(&PORTS)), "ports of TCP")
        .example("[8443, 9000-9010]"),
    Key::optional("udp", Shape::OneOrMore(&Shape::Numeric(&PORTS)), "ports of UDP").example("[51820]"),
];

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
    Key::optional("region", Shape::Text, "its Region").example("eu-west-1"),
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

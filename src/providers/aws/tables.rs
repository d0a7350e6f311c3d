//! The tables under `data/`, parsed once: which arguments name groups, which attributes yield them, which
//! services take shared ones, what the resources that carry them do and which of them the internet may reach.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use crate::network::interface::{Initiative, Role};
use crate::network::model::{Shareable, UseRole};

/// What kind of text a place takes for a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Item {
    /// An id: `sg-…`.
    Id,
    /// A name (default VPC only).
    Name,
    /// An ARN.
    Arn,
    /// An id, or a name in the default VPC.
    Either,
}

/// An argument that names groups.
#[derive(Clone, Copy, Debug)]
pub(super) struct GroupPath {
    /// Names of arguments and blocks, dotted.
    pub(super) path: &'static str,
    /// The AWS service.
    pub(super) service: &'static str,
    /// What it takes.
    pub(super) item: Item,
    /// What naming a group there does.
    pub(super) role: UseRole,
    /// Takes several groups.
    pub(super) is_list: bool,
    /// Whether groups shared by RAM may stand there (RA-11).
    pub(super) shareable: Shareable,
    /// Whether groups of another VPC may stand there that are associated with this one (VA-03).
    pub(super) is_associable: bool,
}

/// A place where naming no group means the default group of the VPC (DF-03).
#[derive(Clone, Debug)]
pub(super) struct Defaulting {
    /// The argument that would name groups.
    pub(super) path: GroupPath,
    /// Path to the blocks that hold such arguments; empty for the resource itself.
    pub(super) parent: &'static str,
    /// Names of the arguments that name groups.
    pub(super) arguments: Vec<&'static str>,
    /// Names of those beside them that say where else the groups are named.
    pub(super) given_by: Vec<&'static str>,
    /// An argument of the resource and its value, without which the resource has no interface.
    pub(super) only_if: Option<(&'static str, &'static str)>,
}

/// What the resources of a service or type do with their interfaces.
#[derive(Clone, Copy, Debug)]
pub(super) struct Duty {
    /// What they do.
    pub(super) role: Role,
    /// Which side starts connections.
    pub(super) traffic: Initiative,
    /// Whether they can have an address that the internet reaches.
    pub(super) may_be_public: bool,
    /// Its part in the service, where one block holds the groups of several interfaces.
    pub(super) interface: &'static str,
}

/// The argument that decides whether a resource has an address that the internet reaches.
#[derive(Clone, Copy, Debug)]
pub(super) struct PublicAddress {
    /// Its path, from the block of the interface or the resource.
    pub(super) argument: &'static str,
    /// What it says when there is one.
    pub(super) when: &'static str,
    /// What holds when it is not given; `None` if that depends on something else.
    pub(super) otherwise: Option<bool>,
}

const ROLES: &str = include_str!("../../../data/roles.csv");
const PUBLIC_ADDRESSES: &str = include_str!("../../../data/public-addresses.csv");

/// The tables.
pub(super) struct Tables {
    paths: FxHashMap<&'static str, Vec<GroupPath>>,
    defaulting: FxHashMap<&'static str, Vec<Defaulting>>,
    outputs: FxHashMap<&'static str, Vec<String>>,
    duties: FxHashMap<(&'static str, &'static str), Duty>,
    public: FxHashMap<&'static str, PublicAddress>,
}

/// The tables, parsed on first use.
pub(super) fn tables() -> &'static Tables {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    TABLES.get_or_init(Tables::read)
}

impl Tables {
    /// The arguments of a resource type that name groups. Types of both languages differ, so the type is enough.
    pub(super) fn paths(&self, kind: &str) -> &[GroupPath] {
        self.paths.get(kind).map_or(&[], Vec::as_slice)
    }

    /// Where a resource of a type gets the default group if it names none.
    pub(super) fn defaulting(&self, kind: &str) -> &[Defaulting] {
        self.defaulting.get(kind).map_or(&[], Vec::as_slice)
    }

    /// Whether an attribute of a resource type yields a group. Data sources have `data.` before their type;
    /// `attribute` has no indices (see [`without_indices`]).
    pub(super) fn yields_group(&self, kind: &str, attribute: &str) -> bool {
        self.outputs.get(kind).is_some_and(|yielding| yielding.iter().any(|path| path == attribute))
    }

    /// What a resource does with the interface whose groups stand at a path (a namespace, for settings): by its type,
    /// else by its service, and for the path before any other.
    pub(super) fn duty(&self, kind: &str, service: &str, path: &str) -> Option<Duty> {
        let keys = [(kind, path), (kind, ""), (service, path), (service, "")];
        keys.iter().find_map(|&(of, path)| self.duties.get(&(of, path))).copied()
    }

    /// The argument of a resource type that decides about a public address.
    pub(super) fn public_address(&self, kind: &str) -> Option<PublicAddress> {
        self.public.get(kind).copied()
    }

    fn read() -> Self {
        let mut services = FxHashMap::default();
        for row in rows(include_str!("../../../data/shared-services.csv")) {
            let [_, kind, path, _, verdict, basis, associated, ..] = row[..] else { continue };
            // Where the list of one kind of groups does not say clearly, that of the other does not either.
            let shareable = judge(verdict, basis);
            let is_associable = associated == "yes" || shareable == Shareable::Ambiguous;
            services.insert((kind, path), (shareable, is_associable));
        }
        let mut paths: FxHashMap<_, Vec<_>> = FxHashMap::default();
        for row in rows(include_str!("../../../data/attachments.csv")) {
            let [_, kind, path, service, item, list, _, role, ..] = row[..] else { continue };
            let (Some(item), Some(role)) = (parse_item(item), parse_role(role)) else { continue };
            let unlisted = (Shareable::NotListed, false);
            let (shareable, is_associable) = services.get(&(kind, path)).copied().unwrap_or(unlisted);
            let is_list = list == "true";
            let row = GroupPath { path, service, item, role, is_list, shareable, is_associable };
            paths.entry(kind).or_default().push(row);
        }
        let mut defaulting: FxHashMap<_, Vec<_>> = FxHashMap::default();
        for row in rows(include_str!("../../../data/implicit-default.csv")) {
            let [_, kind, parent, arguments, given_by, only_if, ..] = row[..] else { continue };
            let arguments: Vec<_> = names(arguments).collect();
            let known = paths.get(kind).map_or(&[][..], Vec::as_slice);
            let holds = |path: &&GroupPath| {
                path.path
                    .strip_prefix(parent)
                    .is_some_and(|rest| rest.trim_start_matches('.') == arguments[0])
            };
            let Some(&path) = known.iter().find(holds) else { continue };
            let (given_by, only_if) = (names(given_by).collect(), only_if.split_once('='));
            defaulting.entry(kind).or_default().push(Defaulting {
                path,
                parent,
                arguments,
                given_by,
                only_if,
            });
        }
        let mut outputs: FxHashMap<_, Vec<_>> = FxHashMap::default();
        for row in rows(include_str!("../../../data/sg-outputs.csv")) {
            let [_, kind, attribute, ..] = row[..] else { continue };
            outputs.entry(kind).or_default().push(without_indices(attribute));
        }
        let duties = rows(ROLES).filter_map(|row| parse_duty(&row));
        let public = rows(PUBLIC_ADDRESSES).filter_map(|row| parse_public_address(&row));
        Self { paths, defaulting, outputs, duties: duties.collect(), public: public.collect() }
    }
}

/// An attribute's path without its indices: `vpc_config[0].id` and `vpc_config.0.id` are `vpc_config.id`.
pub(super) fn without_indices(attribute: &str) -> String {
    let mut plain = String::with_capacity(attribute.len());
    let mut depth = 0_usize;
    for character in attribute.chars() {
        match character {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => plain.push(character),
            _ => {}
        }
    }
    if plain.split('.').any(is_index) {
        plain = plain.split('.').filter(|step| !is_index(step)).collect::<Vec<_>>().join(".");
    }
    plain
}

fn is_index(step: &str) -> bool {
    !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit())
}

/// The names in a field that lists some.
fn names(field: &str) -> impl Iterator<Item = &str> {
    field.split('|').filter(|name| !name.is_empty())
}

fn parse_item(text: &str) -> Option<Item> {
    Some(match text {
        "id" => Item::Id,
        "name" => Item::Name,
        "arn" => Item::Arn,
        "either" => Item::Either,
        _ => return None,
    })
}

/// The column `role`. `share` is read with the principals it belongs to, and `fms` is JSON text: neither is an
/// argument that holds groups.
fn parse_role(text: &str) -> Option<UseRole> {
    Some(match text {
        "attach" => UseRole::Attach,
        "rule-source" | "rule-source-legacy" => UseRole::Peer,
        "rule-owner" => UseRole::RuleOwner,
        "vpc-association" => UseRole::VpcAssociation,
        "probe" | "attach-on-destroy" => UseRole::Other,
        _ => return None,
    })
}

fn parse_duty(row: &[&'static str]) -> Option<((&'static str, &'static str), Duty)> {
    let [of, path, role, traffic, public, interface, ..] = *row else { return None };
    let traffic = match traffic {
        "answers" => Initiative::Answers,
        "calls" => Initiative::Calls,
        "both" => Initiative::Both,
        _ => return None,
    };
    let may_be_public = match public {
        "may" => true,
        "never" => false,
        _ => return None,
    };
    Some(((of, path), Duty { role: Role::parse(role)?, traffic, may_be_public, interface }))
}

fn parse_public_address(row: &[&'static str]) -> Option<(&'static str, PublicAddress)> {
    let [kind, argument, when, otherwise, ..] = *row else { return None };
    let otherwise = match otherwise {
        "yes" => Some(true),
        "no" => Some(false),
        "unknown" => None,
        _ => return None,
    };
    Some((kind, PublicAddress { argument, when, otherwise }))
}

fn judge(verdict: &str, basis: &str) -> Shareable {
    match (verdict, basis) {
        ("yes", _) => Shareable::Yes,
        ("no", "explicit") => Shareable::No,
        ("no", _) => Shareable::NotListed,
        _ => Shareable::Ambiguous,
    }
}

/// The records of a CSV text after its head line. A quoted field loses its outer quotes; a doubled quote
/// inside stays doubled, which only free text that nobody reads has. No field spans lines.
fn rows(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines().skip(1).map(fields)
}

fn fields(line: &str) -> Vec<&str> {
    let mut fields = Vec::new();
    let mut rest = line;
    loop {
        let (field, after) = match rest.strip_prefix('"') {
            Some(quoted) => {
                let end = closing_quote(quoted);
                (&quoted[..end], quoted.get(end + 1..).unwrap_or_default())
            }
            None => rest.split_at(rest.find(',').unwrap_or(rest.len())),
        };
        fields.push(field);
        match after.strip_prefix(',') {
            Some(next) => rest = next,
            None => return fields,
        }
    }
}

/// Where a quoted field ends: at the first quote that is not doubled.
fn closing_quote(quoted: &str) -> usize {
    let bytes = quoted.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match (bytes[at], bytes.get(at + 1)) {
            (b'"', Some(b'"')) => at += 2,
            (b'"', _) => return at,
            _ => at += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use rustc_hash::FxHashSet;

    use super::*;

    #[test]
    fn quoted_fields_may_hold_commas_and_quotes() {
        assert_eq!(fields(r#"a,"b, ""c""",,"d""#), ["a", r#"b, ""c"""#, "", "d"]);
        assert_eq!(fields(""), [""]);
        assert_eq!(fields(r#""open"#), ["open"]);
    }

    #[test]
    fn every_row_of_the_attachments_is_understood() {
        let mut total = 0;
        for row in rows(include_str!("../../../data/attachments.csv")) {
            assert_eq!(row.len(), 9, "{row:?}");
            assert!(parse_item(row[4]).is_some(), "{row:?}");
            assert!(parse_role(row[7]).is_some() || ["share", "fms"].contains(&row[7]), "{row:?}");
            total += 1;
        }
        assert_eq!(total, 396);
    }

    #[test]
    fn every_row_of_the_implicit_defaults_is_an_argument_of_the_attachments() {
        let text = include_str!("../../../data/implicit-default.csv");
        let total: usize = tables().defaulting.values().map(Vec::len).sum();
        assert_eq!(total, rows(text).count());
        assert_eq!(total, 57);
        let [endpoint] = tables().defaulting("aws_vpc_endpoint") else { panic!("one place") };
        assert_eq!(endpoint.only_if, Some(("vpc_endpoint_type", "Interface")));
        let [whole, interface] = tables().defaulting("AWS::EC2::Instance") else { panic!("two places") };
        assert_eq!(whole.given_by, ["LaunchTemplate", "NetworkInterfaces"]);
        assert_eq!(
            (interface.parent, interface.path.path),
            ("NetworkInterfaces[]", "NetworkInterfaces[].GroupSet")
        );
    }

    #[test]
    fn every_resource_that_carries_groups_has_a_duty() {
        let mut named = FxHashSet::default();
        for row in rows(include_str!("../../../data/attachments.csv")) {
            let (kind, path, service) = (row[1], row[2], row[3]);
            if parse_role(row[7]) == Some(UseRole::Attach) {
                assert!(tables().duty(kind, service, path).is_some(), "{service} {kind} {path}");
            }
            named.extend([service, kind]);
        }
        let all: Vec<_> = rows(ROLES).collect();
        assert_eq!(tables().duties.len(), all.len(), "a row is not understood, or is there twice");
        for row in all {
            assert!(named.contains(row[0]), "{} carries no group", row[0]);
        }
    }

    #[test]
    fn every_argument_about_public_addresses_is_understood() {
        let all: Vec<_> = rows(PUBLIC_ADDRESSES).collect();
        assert_eq!(tables().public.len(), all.len());
        for row in all {
            let paths = tables().paths(row[0]);
            let may_be_public = |path: &GroupPath| {
                tables().duty(row[0], path.service, path.path).is_some_and(|duty| duty.may_be_public)
            };
            assert!(paths.iter().any(may_be_public), "{} is never public", row[0]);
        }
    }

    #[test]
    fn the_nearest_row_tells_what_a_resource_does() {
        let role = |kind: &str, service: &str, path: &str| tables().duty(kind, service, path).unwrap().role;
        assert_eq!(role("aws_instance", "Amazon EC2", "vpc_security_group_ids"), Role::Compute);
        assert_eq!(role("aws_ecs_capacity_provider", "Amazon ECS", ""), Role::Compute);
        let beanstalk =
            |namespace| role("aws_elastic_beanstalk_environment", "AWS Elastic Beanstalk", namespace);
        assert_eq!(beanstalk("aws:elbv2:loadbalancer"), Role::LoadBalancer);
        assert_eq!(beanstalk(""), Role::Compute);
    }

    #[test]
    fn services_are_judged_by_type_and_path() {
        let shareable = |kind: &str, path: &str| {
            tables().paths(kind).iter().find(|row| row.path == path).map(|row| row.shareable)
        };
        assert_eq!(shareable("aws_instance", "vpc_security_group_ids"), Some(Shareable::Yes));
        assert_eq!(shareable("AWS::RDS::DBInstance", "VPCSecurityGroups"), Some(Shareable::No));
        assert_eq!(
            shareable("aws_lambda_function", "vpc_config.security_group_ids"),
            Some(Shareable::NotListed)
        );
        assert_eq!(shareable("aws_autoscaling_group", "vpc_security_group_ids"), None);
        assert_eq!(
            shareable("AWS::AutoScaling::LaunchConfiguration", "SecurityGroups"),
            Some(Shareable::Ambiguous)
        );
    }

    #[test]
    fn indices_do_not_matter_for_what_an_attribute_yields() {
        for attribute in ["vpc_config[0].cluster_security_group_id", "vpc_config.0.cluster_security_group_id"]
        {
            assert!(tables().yields_group("aws_eks_cluster", &without_indices(attribute)));
        }
        assert!(!tables().yields_group("aws_eks_cluster", "id"));
        assert!(tables().yields_group("data.aws_security_groups", &without_indices("ids[0]")));
        assert_eq!(without_indices(r#"a["x.y"].b"#), "a.b");
    }
}

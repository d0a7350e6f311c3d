//! How the rules of a group are declared, and where two ways get in each other's way (TF-02 to TF-05, DF-06).

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::draft::Known;
use crate::network::model::{Direction, Form, Group, GroupId, GroupTarget, Network};
use crate::resource::Unknown;

/// Two ways to declare the rules of one group that get in each other's way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Conflict {
    /// Inside the group and by resources, in one direction (TF-02).
    InlineAndResources,
    /// By resources of both kinds (TF-03).
    KindsOfResources,
    /// By resources for an adopted default group, whose own rules are all that it may have (DF-06).
    AdoptedAndResources,
    /// Inside the group that something has the exclusive list of rules of (TF-04).
    ExclusiveAndInline,
    /// By a resource that the exclusive list leaves out (TF-04).
    ExclusiveWithout,
    /// Inside the group in one direction, by resources in the other (TF-05).
    OtherDirection,
}

impl Conflict {
    /// Name for policies.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::InlineAndResources => "inline-and-resources",
            Self::KindsOfResources => "kinds-of-resources",
            Self::AdoptedAndResources => "adopted-and-resources",
            Self::ExclusiveAndInline => "exclusive-and-inline",
            Self::ExclusiveWithout => "exclusive-without",
            Self::OtherDirection => "other-direction",
        }
    }

    /// In words, after "the rules of a group".
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::InlineAndResources => "stand inside the group and in resources of their own",
            Self::KindsOfResources => {
                "are aws_security_group_rule resources and aws_vpc_security_group rule resources"
            }
            Self::AdoptedAndResources => {
                "stand in resources of their own, but it is an adopted default group, which keeps only rules inside"
            }
            Self::ExclusiveAndInline => {
                "stand inside the group, but aws_vpc_security_group_rules_exclusive keeps only those that it lists"
            }
            Self::ExclusiveWithout => {
                "include one that aws_vpc_security_group_rules_exclusive does not list and so removes"
            }
            Self::OtherDirection => {
                "stand inside the group for one direction and in resources of their own for the other"
            }
        }
    }
}

/// How rules are declared, for each group.
pub(super) struct Mechanisms {
    by_group: Vec<Mechanism>,
}

/// How the rules of a group are declared.
#[derive(Clone, Debug, Default)]
struct Mechanism {
    /// Directions with rules inside the group.
    inline: FxHashSet<Direction>,
    /// Directions with rules in resources.
    resources: FxHashSet<Direction>,
    /// The kinds of those resources.
    kinds: FxHashSet<Form>,
    exclusive: bool,
    /// A rule that an exclusive list leaves out.
    unlisted: bool,
}

impl Mechanisms {
    pub(super) fn of(network: &Network) -> Self {
        let mut by_group = vec![Mechanism::default(); network.groups.len()];
        let mut listed: FxHashMap<GroupId, FxHashSet<&str>> = FxHashMap::default();
        let mut open: FxHashSet<GroupId> = FxHashSet::default();
        for list in &network.exclusive_rules {
            let Some(id) = list.group.known().and_then(GroupTarget::declared) else { continue };
            by_group[id.0].exclusive = true;
            listed.entry(id).or_default().extend(list.rules.iter().map(|rule| &**rule));
            if list.unknown_rules.is_some() {
                open.insert(id);
            }
        }
        for permission in &network.permissions {
            let Some(id) = permission.group.declared() else { continue };
            let Some(own) = by_group.get_mut(id.0) else { continue };
            match permission.form {
                Form::Inline => {
                    own.inline.insert(permission.direction);
                    continue;
                }
                Form::RuleResource | Form::VpcRuleResource => own.kinds.insert(permission.form),
                Form::Embedded | Form::Standalone | Form::Implicit => continue,
            };
            own.resources.insert(permission.direction);
            let is_listed = listed.get(&id).is_none_or(|listed| listed.contains(&*permission.resource));
            own.unlisted |= !is_listed && !open.contains(&id);
        }
        Self { by_group }
    }

    /// The worst conflict of a group. CloudFormation keeps rules inside a group and beside it apart.
    pub(super) fn conflict(&self, id: GroupId, group: &Group) -> Known<Option<Conflict>> {
        let own = &self.by_group[id.0];
        let unread: Option<&Arc<Unknown>> = group.unknown_rules.first().map(|(_, why)| why);
        let has_inline = !own.inline.is_empty();
        let conflicts = [
            (own.kinds.len() > 1, Conflict::KindsOfResources),
            (!own.inline.is_disjoint(&own.resources), Conflict::InlineAndResources),
            (group.is_adopted && !own.resources.is_empty(), Conflict::AdoptedAndResources),
            (own.exclusive && has_inline, Conflict::ExclusiveAndInline),
            (own.unlisted, Conflict::ExclusiveWithout),
            (has_inline && !own.resources.is_empty(), Conflict::OtherDirection),
        ];
        let found = conflicts.into_iter().find(|(holds, _)| *holds).map(|(_, conflict)| conflict);
        match (found, unread) {
            // What could not be read may stand inside the group.
            (None, Some(why)) if !own.resources.is_empty() || own.exclusive => Err(Arc::clone(why)),
            _ => Ok(found),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Builder;
    use super::*;
    use crate::network::model::ExclusiveRules;

    fn conflict(builder: &Builder) -> Option<Conflict> {
        let network = &builder.network;
        Mechanisms::of(network).conflict(GroupId(0), &network.groups[0]).unwrap()
    }

    fn exclusive(builder: &mut Builder, rules: &[&str]) {
        let group = builder.field(GroupTarget::Group(GroupId(0)));
        let rules = rules.iter().map(|rule| Arc::from(*rule)).collect();
        builder.network.exclusive_rules.push(ExclusiveRules { group, rules, unknown_rules: None });
    }

    #[test]
    fn each_two_ways_that_clash_are_told_apart() {
        let mut builder = Builder::terraform();
        let group = builder.group("web");
        let target = GroupTarget::Group(group);
        assert_eq!(conflict(&builder), None);
        builder.standalone("a", &target, "tcp", 22, 22, &["10.0.0.0/8"]);
        assert_eq!(conflict(&builder), None);
        builder.rule(group, Direction::Egress, "-1", 0, 0, &["10.0.0.0/8"]);
        assert_eq!(conflict(&builder), Some(Conflict::OtherDirection));
        builder.ingress(group, "tcp", 80, 80, &["10.0.0.0/8"]);
        assert_eq!(conflict(&builder), Some(Conflict::InlineAndResources));
        builder.standalone("b", &target, "tcp", 23, 23, &["10.0.0.0/8"]);
        builder.network.permissions[3].form = Form::RuleResource;
        assert_eq!(conflict(&builder), Some(Conflict::KindsOfResources));
    }

    #[test]
    fn an_adopted_default_group_keeps_only_what_stands_in_it() {
        let mut builder = Builder::terraform();
        let group = builder.group("default");
        builder.network.groups[0].is_adopted = true;
        builder.standalone("a", &GroupTarget::Group(group), "tcp", 22, 22, &["10.0.0.0/8"]);
        assert_eq!(conflict(&builder), Some(Conflict::AdoptedAndResources));
    }

    #[test]
    fn an_exclusive_list_must_be_whole() {
        let mut builder = Builder::terraform();
        let group = builder.group("web");
        for rule in ["a", "b"] {
            builder.standalone(rule, &GroupTarget::Group(group), "tcp", 22, 22, &["10.0.0.0/8"]);
        }
        exclusive(&mut builder, &["a", "b"]);
        assert_eq!(conflict(&builder), None);
        builder.network.exclusive_rules.clear();
        exclusive(&mut builder, &["a"]);
        assert_eq!(conflict(&builder), Some(Conflict::ExclusiveWithout));
        let unknown = builder.unknown();
        builder.network.exclusive_rules[0].unknown_rules = Some(unknown);
        assert_eq!(conflict(&builder), None, "what the list holds besides is not known");
        builder.network.permissions.clear();
        builder.ingress(group, "tcp", 80, 80, &["10.0.0.0/8"]);
        assert_eq!(conflict(&builder), Some(Conflict::ExclusiveAndInline));
    }

    #[test]
    fn what_could_not_be_read_may_stand_inside() {
        let mut builder = Builder::terraform();
        let group = builder.group("web");
        let unknown = builder.unknown();
        builder.network.groups[group.0].unknown_rules.push((Direction::Ingress, unknown));
        assert_eq!(conflict(&builder), None);
        builder.standalone("a", &GroupTarget::Group(group), "tcp", 22, 22, &["10.0.0.0/8"]);
        let network = &builder.network;
        assert!(Mechanisms::of(network).conflict(group, &network.groups[0]).is_err());
    }
}

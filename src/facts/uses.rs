//! What uses a group: resources that carry it, rules that name it, shares, associations, outputs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::draft::{Draft, Known};
use crate::network::model::{GroupId, GroupTarget, Network, Peer, UseRole};
use crate::resource::Unknown;

/// The roles in which a group is used by anything but its own rules.
type Used = BTreeSet<UseRole>;

/// How each group is used, and what may use any of them.
pub(super) struct Uses {
    by_group: Vec<Used>,
    /// The tiers of what carries each group.
    tiers: Vec<BTreeSet<String>>,
    /// Why the tier of something that carries a group is not known.
    open_tiers: BTreeMap<GroupId, Arc<Unknown>>,
    /// Uses of a group that is not known and may be any of them, by role.
    unclear: Vec<(UseRole, Arc<Unknown>)>,
}

impl Uses {
    /// Goes through everything that names a group.
    pub(super) fn of_each(network: &Network) -> Self {
        let count = network.groups.len();
        let mut uses = Self {
            by_group: vec![Used::default(); count],
            tiers: vec![BTreeSet::new(); count],
            open_tiers: BTreeMap::new(),
            unclear: Vec::new(),
        };
        let own_rules = own_rules(network);
        for group_use in network.uses.iter().filter(|group_use| group_use.role != UseRole::RuleOwner) {
            let target = match &group_use.group.value {
                Ok(GroupTarget::Group(id)) => *id,
                Ok(GroupTarget::Unknown(why)) | Err(why) => {
                    uses.note_unclear(group_use.role, why);
                    continue;
                }
                Ok(GroupTarget::External(_) | GroupTarget::Dangling(_) | GroupTarget::Misnamed(_)) => {
                    continue;
                }
            };
            // An output may have the name of the group that it hands out.
            let is_own = group_use.role != UseRole::Output
                && (own_rules.get(&*group_use.resource).is_some_and(|owner| *owner == target)
                    || *network.group(target).address == *group_use.resource);
            if !is_own {
                uses.by_group[target.0].insert(group_use.role);
            }
        }
        for permission in &network.permissions {
            if let Peer::Group(field) = &permission.peer
                && let Some(GroupTarget::Group(id)) = field.known()
                && permission.group.declared() != Some(*id)
            {
                uses.by_group[id.0].insert(UseRole::Peer);
            }
        }
        for attachment in &network.attachments {
            if let Some(GroupTarget::Group(id)) = attachment.group.known() {
                uses.by_group[id.0].insert(UseRole::Attach);
                match network.interface(attachment.interface).tier_of_application() {
                    Ok(tier) => uses.tiers[id.0].extend(tier.map(str::to_owned)),
                    Err(why) => {
                        uses.open_tiers.entry(*id).or_insert(why);
                    }
                }
            }
        }
        for shared in network.shares.iter().flat_map(|share| &share.groups) {
            if let Some(GroupTarget::Group(id)) = shared.group.known() {
                uses.by_group[id.0].insert(UseRole::Share);
            }
        }
        uses
    }

    /// Whether a group is used in a role.
    pub(super) fn in_role(&self, id: GroupId, role: UseRole) -> Known<bool> {
        match self.unclear(role) {
            Some(why) if !self.by_group[id.0].contains(&role) => Err(Arc::clone(why)),
            _ => Ok(self.by_group[id.0].contains(&role)),
        }
    }

    /// Why any group may be used in a role.
    pub(super) fn unclear(&self, role: UseRole) -> Option<&Arc<Unknown>> {
        self.unclear.iter().find(|(unclear, _)| *unclear == role).map(|(_, why)| why)
    }

    /// What a group's fact says of its uses. `by_choice`: another choice of the inputs gives it one.
    pub(super) fn fields(&self, id: GroupId, by_choice: bool, draft: Draft) -> Draft {
        let is_used = by_choice || self.is_used(id);
        let used = match self.unclear.first() {
            Some((_, why)) if !is_used => Err(Arc::clone(why)),
            _ => Ok(is_used),
        };
        draft
            .known("attached", self.in_role(id, UseRole::Attach))
            .known("tiers", self.tiers(id))
            .known("peer", self.in_role(id, UseRole::Peer))
            .known("shared", self.in_role(id, UseRole::Share))
            .known("associated", self.in_role(id, UseRole::VpcAssociation))
            .known("exported", self.in_role(id, UseRole::Output))
            .known("used", used)
    }

    /// Whether anything but its own rules is known to name a group.
    fn is_used(&self, id: GroupId) -> bool {
        !self.by_group[id.0].is_empty()
    }

    /// The tiers of what carries a group. Several are several whatever else may carry it.
    fn tiers(&self, id: GroupId) -> Known<Vec<String>> {
        let tiers = &self.tiers[id.0];
        match self.unclear(UseRole::Attach).or_else(|| self.open_tiers.get(&id)) {
            Some(why) if tiers.len() < 2 => Err(Arc::clone(why)),
            _ => Ok(tiers.iter().cloned().collect()),
        }
    }

    fn note_unclear(&mut self, role: UseRole, why: &Arc<Unknown>) {
        if why.cause.may_be_declared() && !self.unclear.iter().any(|(known, _)| *known == role) {
            self.unclear.push((role, Arc::clone(why)));
        }
    }
}

/// The addresses of the groups that anything but their own rules is known to name.
pub fn used_groups(network: &Network) -> Vec<Arc<str>> {
    let uses = Uses::of_each(network);
    let groups = network.groups.iter().enumerate();
    groups
        .filter(|(index, _)| uses.is_used(GroupId(*index)))
        .map(|(_, group)| Arc::clone(&group.address))
        .collect()
}

/// The rule resources of groups, by address.
fn own_rules(network: &Network) -> FxHashMap<&str, GroupId> {
    let owners = network.uses.iter().filter(|group_use| group_use.role == UseRole::RuleOwner);
    let owners = owners.filter_map(|owner| Some((&*owner.resource, owner.group.known()?.declared()?)));
    let permissions = network.permissions.iter();
    permissions.filter_map(|own| Some((&*own.resource, own.group.declared()?))).chain(owners).collect()
}

#[cfg(test)]
mod tests {
    use super::super::reading::{self, Context};
    use super::super::testing::{Builder, bool_of, list_of};
    use super::super::{Fact, group};
    use super::*;
    use crate::network::interface::Role;
    use crate::network::model::Field;
    use crate::resource::Cause;

    fn facts_of(builder: &Builder) -> Vec<Fact> {
        group::facts(&Context::new(&builder.network))
    }

    #[test]
    fn each_role_of_use_counts() {
        for (role, field) in [
            (UseRole::Attach, "attached"),
            (UseRole::Peer, "peer"),
            (UseRole::Share, "shared"),
            (UseRole::VpcAssociation, "associated"),
            (UseRole::Output, "exported"),
            (UseRole::Other, "used"),
        ] {
            let mut builder = Builder::terraform();
            let group = builder.group("web");
            assert!(!bool_of(&facts_of(&builder)[0], field) && !bool_of(&facts_of(&builder)[0], "used"));
            let target = builder.field(GroupTarget::Group(group));
            builder.use_group(role, "aws_instance.a", target);
            let fact = facts_of(&builder).remove(0);
            assert!(bool_of(&fact, field) && bool_of(&fact, "used"), "{field}");
        }
    }

    #[test]
    fn its_own_rules_do_not_use_a_group() {
        let mut builder = Builder::terraform();
        let group = builder.group("web");
        builder.ingress(group, "tcp", 22, 22, &["self"]);
        let named = |builder: &mut Builder| builder.field(GroupTarget::Group(group));
        for (role, resource) in [
            (UseRole::RuleOwner, "aws_security_group_rule.a"),
            (UseRole::Peer, "aws_security_group_rule.a"),
            (UseRole::Other, "aws_security_group.web"),
        ] {
            let target = named(&mut builder);
            builder.use_group(role, resource, target);
        }
        assert!(!bool_of(&facts_of(&builder)[0], "used"));
    }

    #[test]
    fn an_output_uses_the_group_whose_name_it_has() {
        let mut builder = Builder::cloudformation();
        let group = builder.group("Web");
        let target = builder.field(GroupTarget::Group(group));
        builder.use_group(UseRole::Output, "Web", target);
        let fact = facts_of(&builder).remove(0);
        assert!(bool_of(&fact, "exported") && bool_of(&fact, "used"));
    }

    #[test]
    fn a_peer_of_another_groups_rule_is_used() {
        let mut builder = Builder::terraform();
        let (web, database) = (builder.group("web"), builder.group("database"));
        builder.ingress(database, "tcp", 5432, 5432, &["sg-1"]);
        builder.network.permissions[0].peer = Peer::Group(builder.field(GroupTarget::Group(web)));
        let facts = facts_of(&builder);
        assert!(bool_of(&facts[0], "peer") && bool_of(&facts[0], "used"));
        assert!(!bool_of(&facts[1], "used"));
    }

    #[test]
    fn only_what_could_be_handed_the_group_makes_its_use_unknown() {
        for (cause, unclear) in [
            (Cause::InputWithoutValue("var.groups".to_owned()), false),
            (Cause::LookedUp("data.x.y".to_owned()), false),
            (Cause::UnsupportedFunction("f".to_owned()), true),
            (Cause::ModuleNotFound("m".to_owned()), true),
        ] {
            let mut builder = Builder::terraform();
            builder.group("web");
            let at = builder.span();
            let unknown = reading::not_known(cause.clone(), at);
            let target: Field<GroupTarget> = builder.field(GroupTarget::Unknown(unknown));
            builder.use_group(UseRole::Attach, "aws_instance.a", target);
            let fact = facts_of(&builder).remove(0);
            assert_eq!(fact.unknown.contains_key("used"), unclear, "{cause}");
            assert_eq!(fact.unknown.contains_key("attached"), unclear, "{cause}");
            assert!(!bool_of(&fact, "peer"));
        }
    }

    #[test]
    fn the_tiers_of_what_carries_a_group_are_those_of_an_application() {
        let carried_by = |roles: &[Role], tier: Option<&str>| {
            let mut builder = Builder::terraform();
            let group = builder.group("web");
            for (index, role) in roles.iter().enumerate() {
                let target = builder.field(GroupTarget::Group(group));
                builder.attach(&format!("aws_instance.{index}"), target);
                builder.network.interfaces[index].role = *role;
                builder.network.interfaces[index].tier = Ok(tier.map(str::to_owned));
            }
            list_of(&facts_of(&builder)[0], "tiers").to_vec()
        };
        assert_eq!(carried_by(&[Role::Compute, Role::Function], None), ["app"]);
        assert_eq!(carried_by(&[Role::Database, Role::Compute], None), ["app", "data"]);
        assert_eq!(
            carried_by(&[Role::Endpoint, Role::Compute], None),
            ["app"],
            "an endpoint serves every tier"
        );
        assert_eq!(carried_by(&[Role::Endpoint, Role::Compute], Some("orders")), ["orders"]);
    }
}

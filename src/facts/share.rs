//! Groups handed to other accounts, and whether they may be.

use std::sync::Arc;

use super::draft::{Draft, Known};
use super::reading::{Context, not_known, without_keys};
use super::{Fact, Kind, Place};
use crate::network::model::{Group, GroupRole, Share};
use crate::resource::{Cause, Unknown};
use crate::source::Span;

/// One fact for each shared group of each share.
pub(super) fn facts(context: &Context<'_>) -> Vec<Fact> {
    context.network.shares.iter().map(|share| fact(context, share)).collect()
}

fn fact(context: &Context<'_>, share: &Share) -> Fact {
    let target = share.group.value.as_ref().map_err(Arc::clone);
    let text = target.clone().and_then(|target| context.target_text(target));
    let key = text.as_ref().map_or_else(|_| "?".to_owned(), Clone::clone);
    let group = target.clone().and_then(|target| match context.group(target) {
        Some(group) => Ok(group),
        None => Err(vpc_unknown(&key, share.group.span)),
    });
    Draft::new(Kind::Share, &share.resource, &without_keys(&share.resource), context.language, share.head)
        .key(format!("share {key}"))
        .known("group", text)
        .known("group_role", target.and_then(|target| context.target_role(target)))
        .known("group_in_default_vpc", group.clone().and_then(in_default_vpc))
        .known("vpc_looked_up", group.and_then(vpc_looked_up))
        .place("group", Place::of(&share.group))
        .anchor(share.span)
        .finish()
}

fn vpc_unknown(group: &str, at: Span) -> Arc<Unknown> {
    not_known(Cause::LookedUp(format!("the VPC of {group}")), at)
}

fn in_default_vpc(group: &Group) -> Known<bool> {
    group.in_default_vpc.ok_or_else(|| match group.vpc.as_ref().map(|vpc| &vpc.value) {
        Some(Err(why)) => Arc::clone(why),
        _ => vpc_unknown(&group.address, group.head),
    })
}

/// Whether the VPC comes from a lookup or a literal id, so that another account may own it (RA-02). Without a VPC a
/// declared group is in the account's own default one.
fn vpc_looked_up(group: &Group) -> Known<bool> {
    match group.vpc.as_ref().map(|vpc| &vpc.value) {
        Some(Ok(vpc)) => Ok(vpc.starts_with("vpc-") || vpc.starts_with("data.") || vpc.contains(".data.")),
        Some(Err(why)) => Err(Arc::clone(why)),
        None if group.role == GroupRole::External => Err(vpc_unknown(&group.address, group.head)),
        None => Ok(false),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Builder, bool_of, text_of};
    use super::*;
    use crate::network::model::GroupTarget;

    fn shared(change: impl FnOnce(&mut Builder, usize)) -> Fact {
        let mut builder = Builder::terraform();
        let group = builder.group("web");
        change(&mut builder, group.0);
        let target = builder.field(GroupTarget::Group(group));
        builder.share(target);
        facts(&Context::new(&builder.network)).remove(0)
    }

    #[test]
    fn a_vpc_that_is_looked_up_may_belong_to_another_account() {
        for (vpc, looked_up) in [
            ("aws_vpc.main.id", false),
            ("module.net.aws_vpc.main.id", false),
            ("data.aws_vpc.main.id", true),
            ("module.net.data.aws_vpc.main.id", true),
            ("vpc-0a1b2c3d", true),
        ] {
            let fact = shared(|builder, group| {
                builder.network.groups[group].vpc = Some(builder.field(vpc.to_owned()));
            });
            assert_eq!(bool_of(&fact, "vpc_looked_up"), looked_up, "{vpc}");
        }
    }

    #[test]
    fn the_default_vpc_and_default_groups_are_told() {
        let fact = shared(|builder, group| {
            builder.network.groups[group].in_default_vpc = Some(true);
            builder.network.groups[group].role = GroupRole::Default;
        });
        assert!(bool_of(&fact, "group_in_default_vpc"));
        assert_eq!(text_of(&fact, "group_role"), "default");
        assert_eq!(fact.key, "share aws_security_group.web");
    }

    #[test]
    fn a_vpc_that_is_not_known_is_unknown() {
        let fact = shared(|builder, group| {
            builder.network.groups[group].vpc = Some(builder.unknown_field());
            builder.network.groups[group].in_default_vpc = None;
        });
        assert!(fact.unknown.contains_key("vpc_looked_up"));
        assert!(fact.unknown.contains_key("group_in_default_vpc"));
    }

    #[test]
    fn the_vpc_of_a_group_elsewhere_is_unknown() {
        let mut builder = Builder::terraform();
        let target = builder.field(GroupTarget::External("sg-0a1b2c3d".to_owned()));
        builder.share(target);
        let fact = facts(&Context::new(&builder.network)).remove(0);
        assert_eq!(text_of(&fact, "group"), "sg-0a1b2c3d");
        assert!(fact.unknown.contains_key("vpc_looked_up"));
    }
}

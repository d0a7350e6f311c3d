//! Groups on resources, and whether a shared one may be there.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::draft::{Draft, Known};
use super::placement::{Placement, Site};
use super::reading::Context;
use super::regions;
use super::{Fact, Kind, Place};
use crate::network::model::{Attachment, GroupId, GroupTarget, Network};
use crate::resource::Unknown;

/// One fact for each group on each resource.
pub(super) fn facts(context: &Context<'_>) -> Vec<Fact> {
    let shares = Shares::of(context.network);
    let placement = Placement::of(context.network);
    let attachments = context.network.attachments.iter();
    attachments.map(|attachment| fact(context, attachment, &shares, &placement)).collect()
}

fn fact(context: &Context<'_>, attachment: &Attachment, shares: &Shares, placement: &Placement<'_>) -> Fact {
    let target = attachment.group.value.as_ref().map_err(Arc::clone);
    let text = target.clone().and_then(|target| context.target_text(target));
    let key = text.as_ref().map_or_else(|_| "?".to_owned(), Clone::clone);
    let group = target.clone().ok().and_then(|target| context.group(target));
    let home = group.map_or(Ok(None), |group| placement.of_group(group));
    let interface = context.network.interface(attachment.interface);
    let name = |site: Option<Site<'_>>| site.map_or_else(String::new, Site::name);
    let (vpc, home) = (placement.of_interface(interface).map(name), home.map(name));
    let regions = regions::apart(interface.region.as_ref(), group.and_then(|group| group.region.as_ref()));
    let [site, group_site] = match regions {
        Ok(None) => [vpc.clone(), home.clone()],
        Ok(Some(regions)) => regions.map(|region| Ok(region.to_owned())),
        Err(why) => [Err(Arc::clone(&why)), Err(why)],
    };
    Draft::new(
        Kind::Attachment,
        &attachment.resource,
        &attachment.declared,
        context.language,
        attachment.head,
    )
    .key(format!("{} {} {key}", attachment.kind, attachment.path))
    .set("resource_type", &*attachment.kind)
    .set("service", attachment.service)
    .set("attribute", attachment.path)
    .set("implicit", attachment.is_implicit)
    .set("shareable", attachment.shareable.name())
    .set("role", interface.role.name())
    .known("tier", interface.tier())
    .set("answers", interface.traffic.answers())
    .set("calls_out", interface.traffic.calls_out())
    .known("group", text)
    .known("group_role", target.clone().and_then(|target| context.target_role(target)))
    .known("group_vpc", home)
    .known("vpc", vpc)
    .known("site", site)
    .known("group_site", group_site)
    .known("misplaced", placement.is_misplaced(context, attachment))
    .known("group_foreign", target.clone().and_then(|target| context.is_foreign(target)))
    .known("group_shared", target.and_then(|target| is_shared(context, target, shares)))
    .place("group", Place::of(&attachment.group))
    .anchor(attachment.span)
    .calls(&attachment.calls)
    .presence(&attachment.presence)
    .finish()
}

/// The groups that the configuration shares.
struct Shares {
    groups: FxHashSet<GroupId>,
    /// A share of a group that is not known and may be any of them.
    unclear: Option<Arc<Unknown>>,
}

impl Shares {
    fn of(network: &Network) -> Self {
        let shared = || network.shares.iter().flat_map(|share| &share.groups);
        let targets = || shared().map(|shared| &shared.group.value);
        let unknown = targets().filter_map(|target| match target {
            Ok(GroupTarget::Unknown(why)) | Err(why) => Some(why),
            Ok(_) => None,
        });
        Self {
            groups: targets().filter_map(|target| target.as_ref().ok()?.declared()).collect(),
            unclear: unknown.filter(|why| why.cause.may_be_declared()).map(Arc::clone).next(),
        }
    }
}

/// Whether the configuration says that a group is shared by RAM from here, or owned by another account.
fn is_shared(context: &Context<'_>, target: &GroupTarget, shares: &Shares) -> Known<bool> {
    if context.is_foreign(target)? {
        return Ok(true);
    }
    match (target.declared(), &shares.unclear) {
        (Some(id), _) if shares.groups.contains(&id) => Ok(true),
        (Some(_), Some(why)) => Err(Arc::clone(why)),
        _ => Ok(false),
    }
}

#[cfg(test)]
mod tests {
    use super::super::reading;
    use super::super::testing::{Builder, bool_of, text_of};
    use super::*;
    use crate::network::model::GroupRole;
    use crate::resource::Cause;

    fn only(builder: &Builder) -> Fact {
        let mut facts = facts(&Context::new(&builder.network));
        assert_eq!(facts.len(), 1);
        facts.remove(0)
    }

    fn attached(target: GroupTarget) -> Fact {
        let mut builder = Builder::terraform();
        let target = builder.field(target);
        builder.attach("aws_instance.a", target);
        only(&builder)
    }

    #[test]
    fn a_group_that_is_shared_from_here_is_shared() {
        let mut builder = Builder::terraform();
        let group = builder.group("web");
        let target = builder.field(GroupTarget::Group(group));
        builder.attach("aws_instance.a", target.clone());
        assert!(!bool_of(&only(&builder), "group_shared"));
        builder.share(target);
        let fact = only(&builder);
        assert!(bool_of(&fact, "group_shared"));
        assert_eq!(text_of(&fact, "group"), "aws_security_group.web");
        assert_eq!(text_of(&fact, "group_role"), "declared");
    }

    #[test]
    fn a_group_of_another_account_is_shared() {
        assert!(bool_of(
            &attached(GroupTarget::External("123456789012/sg-0a1b2c3d".to_owned())),
            "group_shared"
        ));
        let mut builder = Builder::terraform();
        let group = builder.group("web");
        builder.network.groups[group.0].role = GroupRole::External;
        builder.network.groups[group.0].foreign_owner = Some(builder.field("123456789012".to_owned()));
        let target = builder.field(GroupTarget::Group(group));
        builder.attach("aws_instance.a", target);
        assert!(bool_of(&only(&builder), "group_shared"));
    }

    #[test]
    fn a_group_elsewhere_is_not_said_to_be_shared() {
        let fact = attached(GroupTarget::External("sg-0a1b2c3d".to_owned()));
        assert!(!bool_of(&fact, "group_shared"));
        assert_eq!(text_of(&fact, "group_role"), "external");
    }

    #[test]
    fn a_share_of_an_unknown_group_may_be_of_this_one() {
        let mut builder = Builder::terraform();
        let group = builder.group("web");
        let target = builder.field(GroupTarget::Group(group));
        builder.attach("aws_instance.a", target);
        let at = builder.span();
        let why = reading::not_known(Cause::UnsupportedFunction("f".to_owned()), at);
        let unclear = builder.field(GroupTarget::Unknown(why));
        builder.share(unclear);
        assert!(only(&builder).unknown.contains_key("group_shared"));
    }

    #[test]
    fn an_unknown_group_leaves_its_fields_unknown() {
        let mut builder = Builder::terraform();
        let at = builder.span();
        let why = reading::not_known(Cause::UnsupportedFunction("f".to_owned()), at);
        let target = builder.field(GroupTarget::Unknown(why));
        builder.attach("aws_instance.a", target);
        let fact = only(&builder);
        for field in ["group", "group_role", "group_shared"] {
            assert!(fact.unknown.contains_key(field), "{field}");
        }
        assert_eq!(text_of(&fact, "shareable"), "yes");
    }
}

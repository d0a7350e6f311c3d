//! Groups that are associated with other VPCs, and whether AWS takes that (VA-01 to VA-04).

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::draft::{Draft, Known};
use super::placement::{Placement, Site};
use super::reading::{Context, not_known};
use super::regions;
use super::{Fact, Kind, Place};
use crate::network::model::{Attachment, GroupId, GroupTarget, Network};
use crate::network::topology::VpcAssociation;
use crate::resource::Cause;

/// One fact for each association.
pub(super) fn facts(context: &Context<'_>) -> Vec<Fact> {
    let associations = &context.network.topology.vpc_associations;
    if associations.is_empty() {
        return Vec::new();
    }
    let (placement, unassociable) = (Placement::of(context.network), unassociable(context.network));
    let facts = associations.iter().map(|association| fact(context, association, &placement, &unassociable));
    facts.collect()
}

/// The attachments of each group to services that take no group of another VPC (VA-03).
type Unassociable<'a> = FxHashMap<GroupId, Vec<&'a Attachment>>;

fn unassociable(network: &Network) -> Unassociable<'_> {
    let mut found = Unassociable::default();
    for attachment in network.attachments.iter().filter(|attachment| !attachment.is_associable) {
        if let Some(id) = attachment.group.known().and_then(GroupTarget::declared) {
            found.entry(id).or_default().push(attachment);
        }
    }
    found
}

fn fact(
    context: &Context<'_>,
    association: &VpcAssociation,
    placement: &Placement<'_>,
    unassociable: &Unassociable<'_>,
) -> Fact {
    let VpcAssociation { declaration, group, vpc, region: _ } = association;
    let target = group.value.as_ref().map_err(Arc::clone);
    let declared = target.clone().ok().and_then(GroupTarget::declared);
    let text = target.clone().and_then(|target| context.target_text(target));
    let key = text.as_ref().map_or_else(|_| "?".to_owned(), Clone::clone);
    let site = vpc.value.as_deref().map(|vpc| placement.site(vpc)).map_err(Arc::clone);
    let role = target.clone().and_then(|target| context.target_role(target));
    let foreign = target.and_then(|target| context.is_foreign(target));
    let in_default_vpc = in_default_vpc(context, declared, &key, association);
    let attached = declared.and_then(|id| unassociable.get(&id)).map_or(&[][..], Vec::as_slice);
    let services = site.clone().map(|site| unsupported(context, attached, site, placement));
    let regions = regions_apart(context, declared, association, placement);
    let obstacle = obstacle(&role, &foreign, &in_default_vpc, &site, &regions, &services);
    Draft::new(
        Kind::Association,
        &declaration.address,
        &declaration.declared,
        context.language,
        declaration.head,
    )
    .key(format!("associate {key}"))
    .known("group", text)
    .known("group_role", role)
    .known("group_foreign", foreign)
    .known("group_in_default_vpc", in_default_vpc)
    .known("vpc", site.clone().map(Site::name))
    .known("vpc_is_default", site.map(|site| site == Site::Default))
    .known("unsupported", services)
    .known("obstacle", obstacle)
    .place("group", Place::of(group))
    .place("vpc", Place::of(vpc))
    .anchor(declaration.span)
    .calls(&declaration.calls)
    .presence(&declaration.presence)
    .finish()
}

fn in_default_vpc(
    context: &Context<'_>,
    group: Option<GroupId>,
    name: &str,
    association: &VpcAssociation,
) -> Known<bool> {
    group
        .and_then(|id| context.network.group(id).in_default_vpc)
        .ok_or_else(|| not_known(Cause::LookedUp(format!("the VPC of {name}")), association.group.span))
}

/// The Regions of the group and of the VPC, if those differ (VA-01), in words. A VPC that is not declared here is in the
/// Region that the association is made in.
fn regions_apart(
    context: &Context<'_>,
    group: Option<GroupId>,
    association: &VpcAssociation,
    placement: &Placement<'_>,
) -> Known<String> {
    let region = group.and_then(|id| context.network.group(id).region.as_ref());
    let of_vpc = association.vpc.known().and_then(|vpc| placement.region_of(vpc));
    let apart = regions::apart(region, of_vpc.or(association.region.as_ref()))?;
    let words = |[own, other]: [&str; 2]| format!("it is in {own} and the VPC in {other}");
    Ok(apart.map(words).unwrap_or_default())
}

/// Those of the resources that lie in a VPC, with their services.
fn unsupported(
    context: &Context<'_>,
    attached: &[&Attachment],
    site: Site<'_>,
    placement: &Placement<'_>,
) -> Vec<String> {
    let lies_there = |attachment: &&&Attachment| {
        let interface = context.network.interface(attachment.interface);
        placement.of_interface(interface).is_ok_and(|own| own == Some(site))
    };
    let name = |attachment: &&Attachment| format!("{} ({})", attachment.resource, attachment.service);
    let named: BTreeSet<_> = attached.iter().filter(lies_there).map(name).collect();
    named.into_iter().collect()
}

/// Why AWS does not take it, in words: the first reason that is known; that there is none only when all are.
fn obstacle(
    role: &Known<&str>,
    foreign: &Known<bool>,
    in_default_vpc: &Known<bool>,
    site: &Known<Site<'_>>,
    regions: &Known<String>,
    unsupported: &Known<Vec<String>>,
) -> Known<String> {
    fn when(holds: Known<bool>, why: &str) -> Known<String> {
        Ok(if holds? { why.to_owned() } else { String::new() })
    }
    let is_default = role.as_ref().map(|role| *role == "default").map_err(Arc::clone);
    let to_default = site.as_ref().map(|site| *site == Site::Default).map_err(Arc::clone);
    let services = unsupported.as_ref().map_err(Arc::clone).map(|resources| match &resources[..] {
        [] => String::new(),
        resources => format!("no group of another VPC may be on {}", resources.join(", ")),
    });
    let reasons = [
        when(is_default, "it is a default group"),
        when(foreign.clone(), "another account owns it"),
        when(in_default_vpc.clone(), "its own VPC is a default VPC"),
        when(to_default, "the other VPC is a default VPC"),
        regions.clone(),
        services,
    ];
    if let Some(reason) = reasons.iter().flatten().find(|reason| !reason.is_empty()) {
        return Ok(reason.clone());
    }
    reasons.into_iter().collect::<Known<Vec<_>>>().map(|_| String::new())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Builder, list_of, text_of};
    use super::*;
    use crate::network::model::GroupRole;
    use crate::network::topology::Provenance;

    fn associated(change: impl FnOnce(&mut Builder, usize)) -> Fact {
        let mut builder = Builder::terraform();
        builder.vpc("aws_vpc.b", Provenance::Declared);
        builder.vpc("aws_default_vpc.it", Provenance::Default);
        let group = builder.group("web");
        let target = builder.field(GroupTarget::Group(group));
        let vpc = builder.field("aws_vpc.b.id".to_owned());
        let declaration = builder.declaration("aws_vpc_security_group_vpc_association.it");
        let association = VpcAssociation { declaration, group: target, vpc, region: None };
        builder.network.topology.vpc_associations.push(association);
        change(&mut builder, group.0);
        facts(&Context::new(&builder.network)).remove(0)
    }

    #[test]
    fn what_stands_in_the_way_is_said_in_words() {
        let fact = associated(|_, _| ());
        assert_eq!((text_of(&fact, "vpc"), text_of(&fact, "obstacle")), ("aws_vpc.b", ""));
        let fact = associated(|builder, group| builder.network.groups[group].role = GroupRole::Default);
        assert_eq!(text_of(&fact, "obstacle"), "it is a default group");
        let fact = associated(|builder, group| builder.network.groups[group].is_shared_here = true);
        assert_eq!(text_of(&fact, "obstacle"), "another account owns it");
        let fact = associated(|builder, group| builder.network.groups[group].in_default_vpc = Some(true));
        assert_eq!(text_of(&fact, "obstacle"), "its own VPC is a default VPC");
        let fact = associated(|builder, _| {
            let vpc = builder.field("aws_default_vpc.it.id".to_owned());
            builder.network.topology.vpc_associations[0].vpc = vpc;
        });
        assert_eq!(text_of(&fact, "obstacle"), "the other VPC is a default VPC");
    }

    #[test]
    fn no_association_crosses_regions() {
        let between = |group: &str, vpc: Option<&str>, association: &str| {
            let fact = associated(|builder, id| {
                builder.network.groups[id].region = Some(builder.field(group.to_owned()));
                builder.network.topology.vpcs[0].region = vpc.map(|region| builder.field(region.to_owned()));
                builder.network.topology.vpc_associations[0].region =
                    Some(builder.field(association.to_owned()));
            });
            text_of(&fact, "obstacle").to_owned()
        };
        let apart = "it is in eu-west-1 and the VPC in us-east-1";
        assert_eq!(between("eu-west-1", Some("us-east-1"), "eu-west-1"), apart);
        assert_eq!(between("eu-west-1", None, "us-east-1"), apart);
        assert_eq!(between("eu-west-1", None, "eu-west-1"), "");
    }

    #[test]
    fn one_known_reason_is_enough_and_one_open_question_is_not() {
        let fact = associated(|builder, group| builder.network.groups[group].in_default_vpc = None);
        assert!(fact.unknown.contains_key("obstacle"));
        let fact = associated(|builder, group| {
            builder.network.groups[group].in_default_vpc = None;
            builder.network.groups[group].role = GroupRole::Default;
        });
        assert_eq!(text_of(&fact, "obstacle"), "it is a default group");
    }

    #[test]
    fn only_some_services_take_groups_of_another_vpc() {
        let with = |is_associable: bool, vpc: &'static str| {
            associated(|builder, group| {
                let target = builder.field(GroupTarget::Group(GroupId(group)));
                builder.attach("aws_db_instance.orders", target);
                builder.network.attachments[0].is_associable = is_associable;
                let vpc = builder.field(vpc.to_owned());
                builder.subnet("aws_subnet.it", Some(vpc));
                let subnet = builder.field("aws_subnet.it.id".to_owned());
                builder.network.interfaces[0].subnets.push(subnet);
            })
        };
        let fact = with(false, "aws_vpc.b.id");
        assert_eq!(list_of(&fact, "unsupported"), ["aws_db_instance.orders (EC2)"]);
        assert_eq!(
            text_of(&fact, "obstacle"),
            "no group of another VPC may be on aws_db_instance.orders (EC2)"
        );
        assert_eq!(text_of(&with(true, "aws_vpc.b.id"), "obstacle"), "");
        assert_eq!(text_of(&with(false, "aws_vpc.home.id"), "obstacle"), "");
    }
}

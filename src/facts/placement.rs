//! Where interfaces lie, and whether their groups are of the same VPC.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::draft::Known;
use super::reading::Context;
use super::regions;
use crate::network::interface::Interface;
use crate::network::model::{Attachment, Field, Group, GroupId, GroupTarget, Network};
use crate::network::topology::{Provenance, Subnet, Vpc};
use crate::resource::Unknown;

/// A VPC, as something else names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Site<'a> {
    /// The account's default one.
    Default,
    /// The one of an identity.
    Vpc(&'a str),
}

impl Site<'_> {
    /// Name for messages.
    pub(super) fn name(self) -> String {
        match self {
            Self::Default => "the default VPC".to_owned(),
            // `aws_vpc.main` is what people call it, `.id` is how code does.
            Self::Vpc(id) => id.strip_suffix(".id").unwrap_or(id).to_owned(),
        }
    }
}

/// The subnets and VPCs of a network, ready to be asked.
pub(super) struct Placement<'a> {
    network: &'a Network,
    subnets: FxHashMap<&'a str, &'a Subnet>,
    vpcs: FxHashMap<&'a str, &'a Vpc>,
    /// The VPCs that a group is associated with.
    associated: FxHashMap<GroupId, Vec<Result<&'a str, &'a Arc<Unknown>>>>,
    /// Why any group may be associated with any VPC.
    unclear: Option<&'a Arc<Unknown>>,
}

impl<'a> Placement<'a> {
    pub(super) fn of(network: &'a Network) -> Self {
        let topology = &network.topology;
        let mut placement = Self {
            network,
            subnets: topology.subnets.iter().map(|subnet| (&*subnet.id, subnet)).collect(),
            vpcs: topology.vpcs.iter().map(|vpc| (&*vpc.id, vpc)).collect(),
            associated: FxHashMap::default(),
            unclear: None,
        };
        for association in &topology.vpc_associations {
            match &association.group.value {
                Ok(GroupTarget::Group(id)) => {
                    let vpc = association.vpc.value.as_deref();
                    placement.associated.entry(*id).or_default().push(vpc);
                }
                Ok(GroupTarget::Unknown(why)) | Err(why) if why.cause.may_be_declared() => {
                    placement.unclear = placement.unclear.or(Some(why));
                }
                _ => {}
            }
        }
        placement
    }

    /// The VPC that an interface lies in; `None` if nothing says where it lies.
    pub(super) fn of_interface(&self, interface: &'a Interface) -> Known<Option<Site<'a>>> {
        let mut open = None;
        for subnet in &interface.subnets {
            // All subnets of an interface are of one VPC.
            match subnet.value.as_ref().map(|id| self.of_subnet(id)) {
                Ok(Ok(Some(site))) => return Ok(Some(site)),
                Ok(Ok(None)) => {}
                Ok(Err(why)) => open = open.or(Some(why)),
                Err(why) => open = open.or(Some(Arc::clone(why))),
            }
        }
        open.map_or(Ok(None), Err)
    }

    /// The VPC of a subnet; `None` if the configuration does not show it.
    pub(super) fn of_subnet(&self, id: &str) -> Known<Option<Site<'a>>> {
        let Some(&subnet) = self.subnets.get(id) else { return Ok(None) };
        match subnet.vpc.as_ref().map(|vpc| vpc.value.as_deref()) {
            None if subnet.provenance == Provenance::Default => Ok(Some(Site::Default)),
            None => Ok(None),
            Some(Ok(vpc)) => Ok(Some(self.site(vpc))),
            Some(Err(why)) => Err(Arc::clone(why)),
        }
    }

    /// The VPC of a group; `None` if the configuration does not show it.
    pub(super) fn of_group(&self, group: &'a Group) -> Known<Option<Site<'a>>> {
        if group.in_default_vpc == Some(true) {
            return Ok(Some(Site::Default));
        }
        match group.vpc.as_ref().map(|vpc| vpc.value.as_deref()) {
            None => Ok(None),
            Some(Ok(vpc)) => Ok(Some(self.site(vpc))),
            Some(Err(why)) => Err(Arc::clone(why)),
        }
    }

    /// What an identity stands for.
    pub(super) fn site<'b>(&self, vpc: &'b str) -> Site<'b> {
        match self.vpcs.get(vpc) {
            Some(vpc) if vpc.provenance == Provenance::Default => Site::Default,
            _ => Site::Vpc(vpc),
        }
    }

    /// The Region of a VPC, as far as the configuration says it.
    pub(super) fn region_of(&self, vpc: &str) -> Option<&'a Field<String>> {
        self.vpcs.get(vpc).and_then(|vpc| vpc.region.as_ref())
    }

    /// Whether the account owns a VPC for certain: it is declared here, or the default one.
    pub(super) fn is_own(&self, site: Site<'_>) -> bool {
        match site {
            Site::Default => true,
            Site::Vpc(id) => self.vpcs.get(id).is_some_and(|vpc| vpc.provenance == Provenance::Declared),
        }
    }

    /// Whether a lookup asks another account for a VPC, by its number.
    pub(super) fn has_foreign_owner(&self, vpc: &str) -> bool {
        let owner = self.vpcs.get(vpc).and_then(|vpc| vpc.owner.as_ref()?.known());
        owner.is_some_and(|owner| owner.len() == 12 && owner.bytes().all(|digit| digit.is_ascii_digit()))
    }

    /// Whether two are different for certain: what is looked up or handed in may be any.
    pub(super) fn are_different(&self, one: Site<'_>, other: Site<'_>) -> bool {
        let is_literal = |site| matches!(site, Site::Vpc(id) if id.starts_with("vpc-"));
        // A literal id may be that of the default VPC.
        let is_certain = |site, other| self.is_own(site) || (is_literal(site) && other != Site::Default);
        one != other && is_certain(one, other) && is_certain(other, one)
    }

    /// Whether a resource is known to be in another Region than the group that it carries (RA-06, VA-01), or in another
    /// VPC, with no association that takes the group there (VA-05). What only the deployer knows does not count.
    pub(super) fn is_misplaced(&self, context: &Context<'_>, attachment: &Attachment) -> Known<bool> {
        let target = attachment.group.value.as_ref().map_err(Arc::clone)?;
        let interface = self.network.interface(attachment.interface);
        let region = context.group(target).and_then(|group| group.region.as_ref());
        if regions::apart(interface.region.as_ref(), region)?.is_some() {
            return Ok(true);
        }
        let Some(site) = shown(self.of_interface(interface))? else { return Ok(false) };
        let is_foreign = context.is_foreign(target)?;
        let Some(id) = target.declared() else { return Ok(is_foreign && self.is_own(site)) };
        let home = shown(self.of_group(self.network.group(id)))?;
        // The VPC of a shared group is its owner's (RA-02).
        let is_elsewhere =
            (is_foreign && self.is_own(site)) || home.is_some_and(|home| self.are_different(home, site));
        if !is_elsewhere {
            return Ok(false);
        }
        let mut open = self.unclear;
        for vpc in self.associated.get(&id).into_iter().flatten() {
            match vpc {
                Ok(vpc) if self.are_different(self.site(vpc), site) => {}
                Ok(_) => return Ok(false),
                Err(why) => open = open.or(Some(why)),
            }
        }
        open.map_or(Ok(true), |why| Err(Arc::clone(why)))
    }
}

/// What is not known because it comes from outside is not shown by the configuration.
fn shown<T>(known: Known<Option<T>>) -> Known<Option<T>> {
    match known {
        Err(why) if !why.cause.may_be_declared() => Ok(None),
        known => known,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Builder;
    use super::*;
    use crate::network::topology::VpcAssociation;

    /// An instance in a subnet of one VPC, which carries a group of another.
    struct Case {
        builder: Builder,
        group: GroupId,
    }

    impl Case {
        fn new(home: Option<&str>, vpc: &str) -> Self {
            let mut builder = Builder::terraform();
            builder.vpc("aws_vpc.a", Provenance::Declared);
            builder.vpc("aws_vpc.b", Provenance::Declared);
            builder.vpc("aws_default_vpc.it", Provenance::Default);
            builder.vpc("data.aws_vpc.it", Provenance::LookedUp);
            let group = builder.group("web");
            builder.network.groups[group.0].vpc = home.map(|home| builder.field(home.to_owned()));
            builder.network.groups[group.0].in_default_vpc = Some(home.is_none());
            let target = builder.field(GroupTarget::Group(group));
            builder.attach("aws_instance.it", target);
            let vpc = builder.field(vpc.to_owned());
            builder.subnet("aws_subnet.it", Some(vpc));
            let subnet = builder.field("aws_subnet.it.id".to_owned());
            builder.network.interfaces[0].subnets.push(subnet);
            Self { builder, group }
        }

        fn is_misplaced(&self) -> Known<bool> {
            let context = Context::new(&self.builder.network);
            Placement::of(context.network).is_misplaced(&context, &context.network.attachments[0])
        }

        fn associate(mut self, group: GroupTarget, vpc: Field<String>) -> Self {
            let group = self.builder.field(group);
            let declaration = self.builder.declaration("aws_vpc_security_group_vpc_association.it");
            let association = VpcAssociation { declaration, group, vpc, region: None };
            self.builder.network.topology.vpc_associations.push(association);
            self
        }
    }

    #[test]
    fn vpcs_are_told_apart_when_both_are_certain() {
        for (home, vpc, misplaced) in [
            (Some("aws_vpc.a.id"), "aws_vpc.a.id", false),
            (Some("aws_vpc.a.id"), "aws_vpc.b.id", true),
            (Some("aws_vpc.a.id"), "vpc-0123456789abcdef0", true),
            (Some("vpc-11111111"), "vpc-22222222", true),
            (Some("aws_vpc.a.id"), "data.aws_vpc.it.id", false),
            (Some("vpc-11111111"), "data.aws_vpc.it.id", false),
            (None, "aws_default_vpc.it.id", false),
            (None, "aws_vpc.a.id", true),
            (None, "vpc-11111111", false),
        ] {
            assert_eq!(Case::new(home, vpc).is_misplaced().ok(), Some(misplaced), "{home:?} {vpc}");
        }
    }

    #[test]
    fn no_association_takes_a_group_to_another_region() {
        let in_regions = |own: &str, group: &str| {
            let mut case = Case::new(Some("aws_vpc.a.id"), "aws_vpc.a.id");
            case.builder.network.interfaces[0].region = Some(case.builder.field(own.to_owned()));
            case.builder.network.groups[case.group.0].region = Some(case.builder.field(group.to_owned()));
            let (group, vpc) = (case.group, case.builder.field("aws_vpc.a.id".to_owned()));
            case.associate(GroupTarget::Group(group), vpc).is_misplaced().ok()
        };
        assert_eq!(in_regions("eu-west-1", "eu-west-1"), Some(false));
        assert_eq!(in_regions("eu-west-1", "us-east-1"), Some(true));
    }

    #[test]
    fn an_association_takes_a_group_to_another_vpc() {
        let case = || Case::new(Some("aws_vpc.a.id"), "aws_vpc.b.id");
        let group = case().group;
        let associated = |target, vpc: &str| {
            let mut case = case();
            let vpc = case.builder.field(vpc.to_owned());
            case.associate(target, vpc).is_misplaced()
        };
        assert_eq!(associated(GroupTarget::Group(group), "aws_vpc.b.id").ok(), Some(false));
        assert_eq!(associated(GroupTarget::Group(group), "vpc-11111111").ok(), Some(true));
        assert_eq!(associated(GroupTarget::Group(group), "data.aws_vpc.it.id").ok(), Some(false));
        assert_eq!(associated(GroupTarget::External("sg-1".into()), "aws_vpc.b.id").ok(), Some(true));
        let mut unknown = case();
        let vpc = unknown.builder.unknown_field();
        assert!(unknown.associate(GroupTarget::Group(group), vpc).is_misplaced().is_err());
    }

    #[test]
    fn a_group_of_another_account_has_no_place_in_an_own_vpc() {
        let mut own = Case::new(Some("vpc-11111111"), "aws_vpc.a.id");
        own.builder.network.groups[own.group.0].vpc = None;
        own.builder.network.groups[own.group.0].in_default_vpc = None;
        assert_eq!(own.is_misplaced().ok(), Some(false));
        own.builder.network.groups[own.group.0].is_shared_here = true;
        assert_eq!(own.is_misplaced().ok(), Some(true));
        let mut shared = Case::new(None, "data.aws_vpc.it.id");
        shared.builder.network.groups[shared.group.0].in_default_vpc = None;
        shared.builder.network.groups[shared.group.0].is_shared_here = true;
        assert_eq!(shared.is_misplaced().ok(), Some(false));
    }
}

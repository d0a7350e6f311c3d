//! Groups that AWS takes to have one name (NM-02, NM-03).

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::network::model::{Field, Group, GroupRole, Network};
use crate::resource::Presence;
use crate::source::Span;

/// The name of the group that every VPC has (DF-01).
const DEFAULT_GROUP: &str = "default";

/// What has the name of a group already.
#[derive(Clone, Debug)]
pub(super) struct Taken {
    /// Its address, in words for a VPC's default group.
    pub(super) by: String,
    /// Where its name stands, if it is written.
    pub(super) at: Option<Span>,
}

/// For each group, what comes before it in the same VPC and is known to have the same name.
pub(super) fn taken_names(network: &Network) -> Vec<Option<Taken>> {
    let mut first: FxHashMap<(Scope<'_>, String), &Group> = FxHashMap::default();
    let taken = network.groups.iter().map(|group| {
        if group.role != GroupRole::Declared {
            return None;
        }
        let name = group.name.as_ref()?.known()?.known().ok()?;
        let name = name.trim_end_matches(' ').to_lowercase();
        if name == DEFAULT_GROUP {
            return Some(Taken { by: "the default group of the VPC".to_owned(), at: None });
        }
        let key = (Scope::of(group)?, name);
        if let Some(other) = first.get(&key) {
            let at = other.name.as_ref().map(|name| name.span);
            return Some(Taken { by: other.address.to_string(), at });
        }
        // Of groups that may not exist, both hardly do at once.
        if matches!(group.presence, Presence::Certain) {
            first.insert(key, group);
        }
        None
    });
    taken.collect()
}

/// Where a name must be unique.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Scope<'a> {
    /// A VPC by what names it.
    Vpc(&'a str),
    /// The default VPC of the Region that the provider works in; `None` if nobody says which.
    DefaultVpc(Option<Region<'a>>),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Region<'a> {
    Known(&'a str),
    /// Not known, but the same for whatever comes from this place.
    WrittenAt(Span),
}

impl<'a> Scope<'a> {
    fn of(group: &'a Group) -> Option<Self> {
        match &group.vpc {
            Some(vpc) if group.in_default_vpc != Some(true) => Some(Self::Vpc(vpc.known()?)),
            _ => Some(Self::DefaultVpc(group.region.as_ref().map(Region::of))),
        }
    }
}

impl<'a> Region<'a> {
    fn of(region: &'a Field<String>) -> Self {
        match &region.value {
            Ok(region) => Self::Known(region),
            Err(why) => Self::WrittenAt(Arc::as_ref(why).at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Builder;
    use super::*;

    /// What has the name of each group, given name and VPC of each.
    fn taken(groups: &[(&str, Option<&str>)]) -> Vec<String> {
        let mut builder = Builder::terraform();
        for (index, (name, vpc)) in groups.iter().enumerate() {
            let id = builder.group(&index.to_string());
            let name = builder.field((*name).into());
            let vpc = vpc.map(|vpc| builder.field(vpc.to_owned()));
            let group = &mut builder.network.groups[id.0];
            (group.name, group.in_default_vpc, group.vpc) = (Some(name), Some(vpc.is_none()), vpc);
        }
        let taken = taken_names(&builder.network).into_iter();
        taken.map(|taken| taken.map_or_else(String::new, |taken| taken.by)).collect()
    }

    #[test]
    fn names_are_the_same_without_case_and_spaces_at_the_end() {
        let vpc = Some("aws_vpc.main.id");
        assert_eq!(
            taken(&[("Web", vpc), ("web ", vpc), (" web", vpc), ("web-2", vpc), ("WEB", vpc)]),
            ["", "aws_security_group.0", "", "", "aws_security_group.0"]
        );
    }

    #[test]
    fn another_vpc_is_another_scope() {
        let taken = taken(&[("web", Some("vpc-1")), ("web", Some("vpc-2")), ("web", None), ("web", None)]);
        assert_eq!(taken, ["", "", "", "aws_security_group.2"]);
    }

    #[test]
    fn every_vpc_has_a_group_of_one_name() {
        assert_eq!(taken(&[("Default", Some("vpc-1"))]), ["the default group of the VPC"]);
    }

    #[test]
    fn what_is_not_known_is_not_the_same() {
        let mut builder = Builder::terraform();
        for _ in 0..2 {
            let id = builder.group("web");
            let name = builder.field("web".into());
            let vpc = builder.unknown_field();
            let group = &mut builder.network.groups[id.0];
            (group.name, group.vpc) = (Some(name), Some(vpc));
        }
        assert!(taken_names(&builder.network).iter().all(Option::is_none));
        for group in &mut builder.network.groups {
            (group.vpc, group.in_default_vpc) = (None, Some(true));
        }
        assert!(taken_names(&builder.network)[1].is_some());
        let regions = [builder.field("eu-west-1".to_owned()), builder.unknown_field()];
        for (group, region) in builder.network.groups.iter_mut().zip(regions) {
            group.region = Some(region);
        }
        assert!(taken_names(&builder.network).iter().all(Option::is_none));
    }
}

//! VPCs, and who looks after their default group.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::draft::{Draft, Known};
use super::reading::Context;
use super::{Fact, Kind};
use crate::network::model::{GroupRole, Network};
use crate::network::topology::{Provenance, Vpc};
use crate::resource::{Unknown, split_module_path};

/// One fact for each VPC that is not merely looked up: what it is like is decided here.
pub(super) fn facts(context: &Context<'_>) -> Vec<Fact> {
    let adopted = Adopted::of(context.network);
    let vpcs = context.network.topology.vpcs.iter();
    vpcs.filter(|vpc| !is_lookup(vpc)).map(|vpc| fact(context, vpc, &adopted)).collect()
}

fn is_lookup(vpc: &Vpc) -> bool {
    split_module_path(&vpc.declaration.address).1.starts_with("data.")
}

fn fact(context: &Context<'_>, vpc: &Vpc, adopted: &Adopted<'_>) -> Fact {
    let declaration = &vpc.declaration;
    Draft::new(Kind::Vpc, &declaration.address, &declaration.declared, context.language, declaration.head)
        .key("vpc")
        .set("is_default", vpc.provenance == Provenance::Default)
        .known("default_group_adopted", adopted.has(vpc))
        .anchor(declaration.span)
        .calls(&declaration.calls)
        .presence(&declaration.presence)
        .finish()
}

/// The VPCs whose default group is taken over, by identity.
struct Adopted<'a> {
    known: FxHashSet<&'a str>,
    /// That of the default VPC is.
    of_default: bool,
    /// Why that of any other VPC may be.
    unclear: Option<&'a Arc<Unknown>>,
}

impl<'a> Adopted<'a> {
    fn of(network: &'a Network) -> Self {
        let mut adopted = Self { known: FxHashSet::default(), of_default: false, unclear: None };
        let groups =
            network.groups.iter().filter(|group| group.role == GroupRole::Default && group.is_adopted);
        for group in groups {
            match group.vpc.as_ref().map(|vpc| &vpc.value) {
                None => adopted.of_default = true,
                Some(Ok(vpc)) => {
                    adopted.known.insert(vpc);
                }
                Some(Err(why)) if why.cause.may_be_declared() => {
                    adopted.unclear = adopted.unclear.or(Some(why));
                }
                Some(Err(_)) => {}
            }
        }
        adopted
    }

    fn has(&self, vpc: &Vpc) -> Known<bool> {
        let is_default = vpc.provenance == Provenance::Default;
        match self.unclear {
            _ if self.known.contains(&*vpc.id) || (is_default && self.of_default) => Ok(true),
            Some(why) => Err(Arc::clone(why)),
            None => Ok(false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Builder, bool_of};
    use super::*;
    use crate::network::model::Field;
    use crate::resource::Cause;

    /// Whether the default group of a VPC is adopted, given the VPC of an adopted one.
    fn adopted(vpc: impl FnOnce(&mut Builder) -> Option<Field<String>>) -> Fact {
        let mut builder = Builder::terraform();
        builder.vpc("aws_vpc.main", Provenance::Declared);
        builder.vpc("data.aws_vpc.other", Provenance::LookedUp);
        builder.vpc("data.aws_vpc.default", Provenance::Default);
        let group = builder.group("default");
        let vpc = vpc(&mut builder);
        let group = &mut builder.network.groups[group.0];
        (group.role, group.is_adopted, group.vpc) = (GroupRole::Default, true, vpc);
        let mut facts = facts(&Context::new(&builder.network));
        assert_eq!(facts.len(), 1);
        facts.remove(0)
    }

    #[test]
    fn a_default_group_belongs_to_the_vpc_that_it_names() {
        let of = |id: &str| adopted(|builder| Some(builder.field(id.to_owned())));
        assert!(bool_of(&of("aws_vpc.main.id"), "default_group_adopted"));
        assert!(!bool_of(&of("aws_vpc.second.id"), "default_group_adopted"));
        let of_default_vpc = adopted(|_| None);
        assert!(!bool_of(&of_default_vpc, "default_group_adopted"));
    }

    #[test]
    fn a_vpc_that_is_not_known_may_be_this_one_unless_it_comes_from_outside() {
        assert!(!bool_of(&adopted(|builder| Some(builder.unknown_field())), "default_group_adopted"));
        let fact = adopted(|builder| {
            let mut vpc = builder.unknown_field();
            vpc.value = Err(Arc::new(Unknown::new(Cause::UnsupportedFunction("f".to_owned()), vpc.span)));
            Some(vpc)
        });
        assert!(fact.unknown.contains_key("default_group_adopted"));
    }
}

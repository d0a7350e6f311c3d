//! Subnets: what lies in them, and whether a network ACL of their own stands before it.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::draft::{Draft, Known};
use super::reading::Context;
use super::{Fact, Kind};
use crate::network::interface::Interface;
use crate::network::topology::{Provenance, Subnet, Topology};
use crate::resource::Unknown;

/// One fact for each subnet that is declared.
pub(super) fn facts(context: &Context<'_>) -> Vec<Fact> {
    let network = context.network;
    let mut inside: FxHashMap<&str, Vec<&Interface>> = FxHashMap::default();
    for interface in &network.interfaces {
        for subnet in interface.subnets.iter().filter_map(|subnet| subnet.known()) {
            inside.entry(subnet).or_default().push(interface);
        }
    }
    let acls = Acls::of(&network.topology);
    let declared = network.topology.subnets.iter().filter(|subnet| subnet.provenance == Provenance::Declared);
    declared
        .map(|subnet| {
            let interfaces = inside.get(subnet.id.as_str()).map_or(&[][..], Vec::as_slice);
            fact(context, subnet, interfaces, &acls)
        })
        .collect()
}

fn fact(context: &Context<'_>, subnet: &Subnet, interfaces: &[&Interface], acls: &Acls<'_>) -> Fact {
    let declaration = &subnet.declaration;
    Draft::new(Kind::Subnet, &declaration.address, &declaration.declared, context.language, declaration.head)
        .key("subnet")
        .known("public_resources", has_public(interfaces))
        .set("data_resources", interfaces.iter().any(|interface| interface.role.keeps_data()))
        .known("own_acl", acls.has(subnet))
        .anchor(declaration.span)
        .calls(&declaration.calls)
        .presence(&declaration.presence)
        .finish()
}

/// Whether something in a subnet has an address that the internet reaches.
fn has_public(interfaces: &[&Interface]) -> Known<bool> {
    let mut open = None;
    for interface in interfaces {
        match &interface.public_address.value {
            Ok(true) => return Ok(true),
            Ok(false) => {}
            Err(why) => open = open.or(Some(Arc::clone(why))),
        }
    }
    open.map_or(Ok(false), Err)
}

/// Which subnets have an ACL that is not the default one of their VPC.
struct Acls<'a> {
    own: FxHashSet<&'a str>,
    /// Why any subnet may have one.
    unclear: Option<&'a Arc<Unknown>>,
}

impl<'a> Acls<'a> {
    fn of(topology: &'a Topology) -> Self {
        let mut acls = Self { own: FxHashSet::default(), unclear: None };
        for association in topology.acl_associations.iter().filter(|association| !association.is_default) {
            match &association.subnet.value {
                Ok(subnet) => {
                    acls.own.insert(subnet);
                }
                Err(why) => acls.unclear = acls.unclear.or(Some(why)),
            }
        }
        acls
    }

    fn has(&self, subnet: &Subnet) -> Known<bool> {
        match (self.own.contains(subnet.id.as_str()), self.unclear) {
            (false, Some(why)) => Err(Arc::clone(why)),
            (has, _) => Ok(has),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Builder, bool_of};
    use super::*;
    use crate::network::interface::Role;
    use crate::network::model::GroupTarget;
    use crate::network::topology::{AclAssociation, Declaration, Ranges};
    use crate::resource::Presence;

    /// A subnet with an instance in it.
    fn subnet() -> Builder {
        let mut builder = Builder::terraform();
        let span = builder.span();
        builder.network.topology.subnets.push(Subnet {
            id: "aws_subnet.a.id".to_owned(),
            declaration: Declaration {
                address: "aws_subnet.a".into(),
                declared: "aws_subnet.a".into(),
                head: span,
                span,
                calls: Vec::new(),
                presence: Presence::Certain,
            },
            provenance: Provenance::Declared,
            vpc: None,
            ranges: Ranges::default(),
            public_addresses: None,
        });
        let group = builder.field(GroupTarget::External("sg-1".to_owned()));
        builder.attach("aws_instance.a", group);
        let inside = builder.field("aws_subnet.a.id".to_owned());
        builder.network.interfaces[0].subnets.push(inside);
        builder
    }

    fn only(builder: &Builder) -> Fact {
        facts(&Context::new(&builder.network)).remove(0)
    }

    #[test]
    fn what_lies_in_a_subnet_is_told() {
        let mut builder = subnet();
        let fact = only(&builder);
        assert!(!bool_of(&fact, "public_resources") && !bool_of(&fact, "data_resources"));
        builder.network.interfaces[0].role = Role::Database;
        builder.network.interfaces[0].public_address = builder.field(true);
        let fact = only(&builder);
        assert!(bool_of(&fact, "public_resources") && bool_of(&fact, "data_resources"));
        builder.network.interfaces[0].public_address = builder.unknown_field();
        assert!(only(&builder).unknown.contains_key("public_resources"));
    }

    #[test]
    fn the_default_acl_is_none_of_its_own() {
        let mut builder = subnet();
        assert!(!bool_of(&only(&builder), "own_acl"));
        let association = |builder: &mut Builder, subnet, is_default| {
            let acl = builder.field("acl".to_owned());
            builder.network.topology.acl_associations = vec![AclAssociation { subnet, acl, is_default }];
        };
        for (is_default, own) in [(true, false), (false, true)] {
            let named = builder.field("aws_subnet.a.id".to_owned());
            association(&mut builder, named, is_default);
            assert_eq!(bool_of(&only(&builder), "own_acl"), own);
        }
        let unknown = builder.unknown_field();
        association(&mut builder, unknown, false);
        assert!(only(&builder).unknown.contains_key("own_acl"));
    }
}

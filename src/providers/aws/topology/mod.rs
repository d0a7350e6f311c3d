//! Where things stand: VPCs and subnets, their routes, and what links one VPC to another.
//!
//! Only what is read is asked for ([`interest`]), and no other choice of an input is looked for because of it.

mod acls;
mod balancers;
mod core_networks;
mod links;
mod routes;
#[cfg(test)]
mod tests;
mod vpcs;

use super::fields::{Argument, read};
use super::identities::identity;
use super::references::Names;
use crate::network::model::Field;
use crate::network::topology::{Declaration, Provenance, Topology};
use crate::resource::{Interest, Mode, Presence, Resource, Unknown};

/// What is read of the types that are read here.
pub(super) fn interest(mode: Mode, kind: &str) -> Option<Interest> {
    let attributes: &'static [&'static str] = match (mode, kind) {
        (Mode::Data, "aws_vpc") => &["cidr_block", "default", "filter", "region"],
        (Mode::Data, "aws_subnet") => &["cidr_block", "default_for_az", "vpc_id"],
        (Mode::Data, "aws_route_table") => &["vpc_id"],
        (Mode::Data, "aws_ec2_transit_gateway") => &[],
        (Mode::Data, kind) => core_networks::sought(kind)?,
        (Mode::Managed, kind) => vpcs::attributes(kind)
            .or_else(|| routes::attributes(kind))
            .or_else(|| links::attributes(kind).or_else(|| acls::attributes(kind)))?,
    };
    Some(Interest::Backdrop(attributes))
}

/// Reads everything of a configuration that says where things stand.
pub(super) fn topology(names: &Names<'_>) -> Topology {
    let mut reader = Reader { names, topology: Topology::default() };
    for resource in &names.configuration.resources {
        vpcs::read(&mut reader, resource);
        links::read(&mut reader, resource);
        core_networks::read(&mut reader, resource);
        acls::read(&mut reader, resource);
        balancers::read(&mut reader, resource);
    }
    vpcs::read_ranges(&mut reader);
    routes::read(&mut reader);
    links::read_accepters(&mut reader);
    core_networks::read_policies(&mut reader);
    reader.topology
}

/// The topology as it grows.
struct Reader<'a> {
    names: &'a Names<'a>,
    topology: Topology,
}

impl Reader<'_> {
    /// The identity that an argument names; absent and null are the same.
    fn identity(&self, resource: &Resource, argument: &str) -> Option<Field<String>> {
        let argument = Argument::of(resource, argument)?;
        Some(identity(&argument, "an id", self.names))
    }

    /// The same of an argument without which the resource cannot be deployed.
    fn required(&self, resource: &Resource, argument: &str) -> Field<String> {
        self.identity(resource, argument).unwrap_or_else(|| missing(resource, argument))
    }

    /// The resources that the configuration creates.
    fn managed(&self) -> impl Iterator<Item = &Resource> {
        let resources = self.names.configuration.resources.iter();
        resources.filter(|resource| resource.mode == Mode::Managed)
    }
}

fn missing(resource: &Resource, argument: &str) -> Field<String> {
    let nothing = crate::resource::Value::null(resource.head);
    read(resource.head, &nothing, argument, |_| None)
}

fn declaration(resource: &Resource) -> Declaration {
    Declaration {
        address: resource.address.clone(),
        declared: resource.declared.clone(),
        head: resource.head,
        span: resource.span,
        calls: resource.calls.clone(),
        presence: resource.presence.clone(),
    }
}

fn provenance(resource: &Resource) -> Provenance {
    match (resource.mode, &*resource.kind) {
        (_, "aws_default_vpc" | "aws_default_subnet") => Provenance::Default,
        (Mode::Managed, _) => Provenance::Declared,
        (Mode::Data, "aws_vpc") if is_true(resource, "default") => Provenance::Default,
        (Mode::Data, "aws_subnet") if is_true(resource, "default_for_az") => Provenance::Default,
        (Mode::Data, _) => Provenance::LookedUp,
    }
}

fn is_true(resource: &Resource, argument: &str) -> bool {
    resource.attribute(argument).and_then(|attribute| attribute.value.as_bool()) == Some(true)
}

/// Whether what is not known for this reason may be something that the configuration declares: an instance that stands
/// for an unknown number of them may be any.
fn may_be_declared_here(resource: &Resource, why: &Unknown) -> bool {
    matches!(resource.presence, Presence::Unknown(_)) || why.cause.may_be_declared()
}

//! What carries the groups: what a resource is for decides how much an opening matters.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::diagnostic::Label;
use crate::facts::draft::Draft;
use crate::facts::reading::{Context, Owner, enumerate};
use crate::network::interface::{Interface, Role};
use crate::network::model::{Attachment, GroupTarget};
use crate::network::topology::Routing;

/// Carriers that are shown at an opening.
const SHOWN: usize = 2;

/// The carriers of every group.
pub(super) struct Carriers(FxHashMap<usize, Carried>);

/// The carriers of one group.
#[derive(Default)]
pub(super) struct Carried {
    /// What they do, each once.
    roles: BTreeSet<Role>,
    /// Those that the internet is known not to reach, in words.
    private: Vec<String>,
    /// Where they name the group; those that the internet does not reach first.
    private_labels: Vec<Label>,
    labels: Vec<Label>,
}

impl Carriers {
    pub(super) fn of(context: &Context<'_>) -> Self {
        let network = context.network;
        let routing = Routing::of(&network.topology);
        let mut carriers: FxHashMap<usize, Carried> = FxHashMap::default();
        for interface in &network.interfaces {
            let private = private(interface, &routing, network.passes_through);
            let groups = interface.attachments.iter().map(|&index| &network.attachments[index]);
            let mut seen = BTreeSet::new();
            for attachment in groups {
                let Some(id) = attachment.group.known().and_then(GroupTarget::declared) else {
                    continue;
                };
                if seen.insert(id.0) {
                    carriers.entry(id.0).or_default().add(interface, attachment, private.as_deref());
                }
            }
        }
        Self(carriers)
    }

    pub(super) fn of_owner(&self, owner: &Owner) -> Option<&Carried> {
        match owner {
            Owner::Declared(index) => self.0.get(index),
            Owner::Elsewhere(_) | Owner::Unknown(_) => None,
        }
    }
}

impl Carried {
    fn add(&mut self, interface: &Interface, attachment: &Attachment, private: Option<&str>) {
        self.roles.insert(interface.role);
        let label = |labels: &mut Vec<Label>| {
            if labels.len() < SHOWN {
                let message = format!("carried by {}", interface.resource);
                labels.push(Label { span: attachment.group.span, message });
            }
        };
        match private {
            Some(words) => {
                self.private.push(words.to_owned());
                label(&mut self.private_labels);
            }
            None => label(&mut self.labels),
        }
    }

    /// Where a few carriers name the group.
    pub(super) fn labels(&self) -> impl Iterator<Item = &Label> {
        self.private_labels.iter().chain(&self.labels).take(SHOWN)
    }
}

/// The fields about carriers.
pub(super) fn fields(draft: Draft, carried: Option<&Carried>) -> Draft {
    let roles = carried.into_iter().flat_map(|carried| &carried.roles).map(|role| role.name().to_owned());
    let private = carried.map_or(&[][..], |carried| &carried.private);
    draft
        .set("carrier_roles", roles.collect::<Vec<_>>())
        .set("on_private", !private.is_empty())
        .set("private_carriers", enumerate(private))
}

/// An interface in words, if the internet is known not to reach it, or to have no business there: what keeps data,
/// what has no public address, what lies in a subnet without a route to an internet gateway. What stands behind a
/// network load balancer gets packets with the addresses of clients all the same.
fn private(interface: &Interface, routing: &Routing<'_>, passes_through: bool) -> Option<String> {
    let (what, resource) = (words(interface.role), &interface.resource);
    if interface.role.keeps_data() {
        return Some(format!("the {what} {resource}"));
    }
    let public = interface.public_address.known().copied();
    match interface.role {
        Role::LoadBalancer => (public == Some(false)).then(|| format!("the internal {what} {resource}")),
        Role::Compute | Role::Container if passes_through => None,
        Role::Compute | Role::Container if public == Some(false) => {
            Some(format!("{resource}, which has no public address"))
        }
        Role::Compute | Role::Container => is_cut_off(interface, routing)
            .then(|| format!("{resource}, whose subnet has no route to an internet gateway")),
        _ => (public == Some(false)).then(|| format!("the {what} {resource}")),
    }
}

/// Whether every subnet of an interface is known to have no route to an internet gateway.
fn is_cut_off(interface: &Interface, routing: &Routing<'_>) -> bool {
    let has_no_route =
        |subnet: &String| routing.has_internet_route(subnet, interface.head).is_ok_and(|has| !has);
    !interface.subnets.is_empty()
        && interface.subnets.iter().all(|subnet| subnet.known().is_some_and(has_no_route))
}

fn words(role: Role) -> &'static str {
    match role {
        Role::LoadBalancer => "load balancer",
        Role::FileSystem => "file system",
        Role::MachineLearning => "machine learning resource",
        Role::Analytics => "data store",
        Role::Queue => "message broker",
        Role::Search => "search domain",
        Role::Endpoint => "endpoint",
        Role::Connector => "connector",
        other => other.name(),
    }
}

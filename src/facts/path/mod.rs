//! Who reaches whom: a rule that names another group opens one half of a way, and the rules on the other side must open
//! the other half (EV-10).
//!
//! Only pairs that a rule names are looked at, never all pairs. `ends` says which interfaces carry a group, `meeting`
//! whether the rules of one side admit the other.

mod ends;
mod meeting;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use self::ends::Ends;
use self::meeting::{Meeting, Near, Rules};
use super::draft::Known;
use super::reading::{self, Context, enumerate, peer_place};
use super::{Fact, Kind};
use crate::diagnostic::Label;
use crate::network::model::{Direction, Field, GroupId, GroupRole, Peer, Permission};
use crate::network::topology::{Route, Routing};
use crate::network::traffic::Traffic;
use crate::resource::Unknown;

/// Interfaces of one group that are looked at; those of more are alike.
const MOST_INTERFACES: usize = 64;

/// One fact for each rule that names a declared group, if interfaces of both groups are known.
pub(super) fn facts(context: &Context<'_>) -> Vec<Fact> {
    let network = context.network;
    let routing = Routing::of(&network.topology);
    let paths = Paths { context, ends: Ends::of(context, &routing), rules: Rules::of(context), routing };
    network.permissions.iter().filter_map(|permission| paths.fact(permission)).collect()
}

struct Paths<'c, 'a> {
    context: &'c Context<'a>,
    ends: Ends<'a>,
    rules: Rules<'a>,
    routing: Routing<'a>,
}

impl<'a> Paths<'_, 'a> {
    fn fact(&self, permission: &Permission) -> Option<Fact> {
        let Peer::Group(Field { value: Ok(target), .. }) = &permission.peer else { return None };
        let (own, peer) = (permission.group.declared()?, target.declared()?);
        let traffic = reading::traffic(permission).ok()?.filter(|traffic| !traffic.is_empty())?;
        let is_declared = |id: GroupId| self.context.network.group(id).role == GroupRole::Declared;
        if !is_declared(own) || !is_declared(peer) || self.ends.is_bare(peer) {
            return None;
        }
        let open = self.is_open(permission.direction, self.ends.side(own)?, peer, &traffic);
        let refusal = match &open {
            Ok(true) => Ok(String::new()),
            Ok(false) => Ok(self.refusal(permission.direction, peer)),
            Err(why) => Err(Arc::clone(why)),
        };
        let appliance = self.appliance(own, peer);
        let target =
            |route: &Route| route.target.named.known().map_or("an appliance", |id| bare(id)).to_owned();
        let address = |id: GroupId| self.context.network.group(id).address.to_string();
        let mut draft = self
            .context
            .draft(Kind::Path, permission)
            .key(self.context.key(permission))
            .set("group", address(own))
            .set("peer", address(peer))
            .set("traffic", reading::traffic_words(permission, &traffic))
            .set("claim", self.claim(permission, own, peer, &traffic))
            .set("appliance", appliance.map(target).unwrap_or_default())
            .set("appliance_route", appliance.map(|route| route.resource.to_string()).unwrap_or_default())
            .known("open", open.clone())
            .known("refusal", refusal)
            .place("peer", peer_place(&permission.peer));
        if let Some(route) = appliance {
            draft =
                draft.related(Label { span: route.span, message: "this route leads through it".to_owned() });
        }
        if matches!(open, Ok(false)) {
            for label in self.ends.labels(peer) {
                draft = draft.related(label);
            }
        }
        Some(draft.finish())
    }

    /// What the rule opens, in words.
    fn claim(&self, permission: &Permission, own: GroupId, peer: GroupId, traffic: &Traffic) -> String {
        let address = |id: GroupId| &self.context.network.group(id).address;
        let (verb, preposition) = match permission.direction {
            Direction::Ingress => ("admits", "from"),
            Direction::Egress => ("may send", "to"),
        };
        format!(
            "{} {verb} {} {preposition} {}",
            address(own),
            reading::traffic_words(permission, traffic),
            address(peer)
        )
    }

    /// Whether the interfaces that carry the named group allow the traffic in the other direction too: one is enough.
    fn is_open(&self, direction: Direction, near: &Near, peer: GroupId, traffic: &Traffic) -> Known<bool> {
        let far = match direction {
            Direction::Ingress => Direction::Egress,
            Direction::Egress => Direction::Ingress,
        };
        let mut open = self.rules.unclear(far);
        for bundle in self.ends.bundles(peer) {
            match self.rules.meets(far, bundle, near, traffic) {
                Meeting::Yes => return Ok(true),
                Meeting::No => {}
                Meeting::Maybe(why) => open = open.or(Some(why)),
            }
        }
        open.map_or(Ok(false), Err)
    }

    /// What the interfaces that carry a group allow in the direction that a rule of the other side needs.
    fn refusal(&self, direction: Direction, peer: GroupId) -> String {
        let (far, verb) = match direction {
            Direction::Ingress => (Direction::Egress, "may send"),
            Direction::Egress => (Direction::Ingress, "admits"),
        };
        let Some(bundle) = self.ends.bundles(peer).next() else { return String::new() };
        let mut allowed: Vec<String> = Vec::new();
        for &group in &bundle.groups {
            allowed.extend(self.rules.of_group(group, far).map(|permission| self.context.words(permission)));
        }
        let carrier = &bundle.carrier;
        if allowed.is_empty() {
            format!("{carrier} has no {} rule at all", far.name())
        } else {
            format!("{carrier} {verb} only {}", enumerate(&allowed))
        }
    }

    /// A declared route that is known to take the traffic between two groups through an appliance (RE-07).
    fn appliance(&self, own: GroupId, peer: GroupId) -> Option<&'a Route> {
        if !self.routing.has_appliances() {
            return None;
        }
        let (near, far) = (self.ends.subnets(own), self.ends.subnets(peer));
        let pairs = near.iter().flat_map(|one| far.iter().map(move |other| (*one, *other)));
        pairs.into_iter().find_map(|(one, other)| {
            let between = |from: &Field<String>, to: &Field<String>| {
                self.routing.appliance_between(from.known()?, to.known()?, from.span).ok()?
            };
            between(one, other).or_else(|| between(other, one))
        })
    }
}

/// What an identity names: `aws_vpc_endpoint.firewall` for `aws_vpc_endpoint.firewall.id`.
fn bare(identity: &str) -> &str {
    identity.strip_suffix(".id").unwrap_or(identity)
}

/// Why nothing is known, unless something better is.
fn first(open: Option<Arc<Unknown>>, why: &Arc<Unknown>) -> Option<Arc<Unknown>> {
    open.or_else(|| Some(Arc::clone(why)))
}

//! Who reaches whom: a rule that names another group opens one half of a way, and the rules on the other side must open
//! the other half (EV-10).
//!
//! Only pairs that a rule names are looked at, never all pairs: by a group, or by the private address of one resource
//! (`"${aws_instance.it.private_ip}/32"`). A range that some of the declared interfaces lie in names nobody: others may
//! lie there that are declared elsewhere, and whoever may send to a whole subnet does not claim that each machine in it
//! answers. `ends` says which interfaces are named, `meeting` whether the rules of one side admit the other.

mod ends;
mod meeting;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use self::ends::{End, ends, hosts};
use self::meeting::{Meeting, Rules};
use super::draft::Known;
use super::reading::{self, Context, enumerate, peer_place};
use super::{Fact, Kind};
use crate::diagnostic::Label;
use crate::network::interface::Interface;
use crate::network::model::{Direction, Field, GroupId, GroupRole, Peer, Permission};
use crate::network::topology::{Route, Routing};
use crate::network::traffic::Traffic;
use crate::resource::Unknown;
use crate::source::Span;

/// Rules of the other side that a refusal tells.
const SHOWN: usize = 4;

/// Subnets of one end that routes are looked up for.
const MOST_SUBNETS: usize = 32;

/// One fact for each rule that names a declared group or the address of a resource, if interfaces of both sides are known.
pub(super) fn facts(context: &Context<'_>) -> Vec<Fact> {
    let network = context.network;
    let routing = Routing::of(&network.topology);
    let (ends, hosts) = (ends(context, &routing), hosts(context, &routing));
    let paths = Paths { context, ends, hosts, rules: Rules::of(context), routing };
    network.permissions.iter().filter_map(|permission| paths.fact(permission)).collect()
}

struct Paths<'c, 'a> {
    context: &'c Context<'a>,
    ends: BTreeMap<GroupId, End<'a>>,
    hosts: BTreeMap<&'a str, End<'a>>,
    rules: Rules<'a>,
    routing: Routing<'a>,
}

/// The other end, as a rule names it.
struct Named<'s, 'a> {
    /// Address of the group or of the resource.
    name: &'s str,
    /// What is named, in words.
    words: String,
    /// What the first interface of it has to do with that, in words.
    label: &'static str,
    end: &'s End<'a>,
}

impl<'a> Paths<'_, 'a> {
    fn fact(&self, permission: &Permission) -> Option<Fact> {
        let own = permission.group.declared()?;
        let named = self.named(&permission.peer)?;
        let traffic = match reading::traffic(permission) {
            Ok(traffic) => Ok(traffic.filter(|traffic| !traffic.is_empty())?),
            Err(why) => Err(why),
        };
        if !self.is_declared(own) {
            return None;
        }
        let (near, far) = (self.ends.get(&own)?, named.end);
        let open =
            traffic.clone().and_then(|traffic| self.is_open(permission.direction, near, far, &traffic));
        let refusal = match &open {
            Ok(true) => Ok(String::new()),
            Ok(false) => Ok(self.refusal(permission.direction, far)),
            Err(why) => Err(Arc::clone(why)),
        };
        let appliance = self.appliance(near, far, permission.head);
        let target =
            |route: &Route| route.target.named.known().map_or("an appliance", |id| bare(id)).to_owned();
        let mut draft = self
            .context
            .draft(Kind::Path, permission)
            .key(self.context.key(permission))
            .set("group", &*self.context.network.group(own).address)
            .set("peer", named.name)
            .known(
                "claim",
                traffic.clone().map(|traffic| self.claim(permission, own, &named.words, &traffic)),
            )
            .known("traffic", traffic.map(|traffic| reading::traffic_words(permission, &traffic)))
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
            let Interface { resource, head, .. } = far.first;
            draft = draft.related(Label { span: *head, message: format!("{resource} {}", named.label) });
        }
        Some(draft.finish())
    }

    fn is_declared(&self, id: GroupId) -> bool {
        self.context.network.group(id).role == GroupRole::Declared
    }

    /// What a rule names.
    fn named<'s>(&'s self, peer: &'s Peer) -> Option<Named<'s, 'a>> {
        match peer {
            Peer::Group(Field { value: Ok(target), .. }) => {
                let id = target.declared().filter(|id| self.is_declared(*id))?;
                let name = &*self.context.network.group(id).address;
                let (end, label) = (self.ends.get(&id)?, "carries the named group");
                Some(Named { name, words: name.to_owned(), label, end })
            }
            Peer::Narrow { host: Some(host), .. } => {
                let end = self.hosts.get(&**host)?;
                let (words, label) = (format!("the private address of {host}"), "has the named address");
                Some(Named { name: host, words, label, end })
            }
            _ => None,
        }
    }

    /// What the rule opens, in words.
    fn claim(&self, permission: &Permission, own: GroupId, peer: &str, traffic: &Traffic) -> String {
        let (verb, preposition) = match permission.direction {
            Direction::Ingress => ("admits", "from"),
            Direction::Egress => ("may send", "to"),
        };
        let own = &self.context.network.group(own).address;
        format!("{own} {verb} {} {preposition} {peer}", reading::traffic_words(permission, traffic))
    }

    /// Whether the interfaces that carry the named group allow the traffic in the other direction too: one is enough.
    fn is_open(&self, direction: Direction, near: &End<'_>, far: &End<'_>, traffic: &Traffic) -> Known<bool> {
        let opposite = opposite(direction);
        match self.rules.meets(opposite, far, near, traffic) {
            Meeting::Yes => Ok(true),
            Meeting::Maybe(why) => Err(why),
            Meeting::No => self.rules.unclear(opposite).map_or(Ok(false), Err),
        }
    }

    /// What the first interface of the other side allows, in the direction that the rule needs.
    fn refusal(&self, direction: Direction, far: &End<'_>) -> String {
        let opposite = opposite(direction);
        let verb = match opposite {
            Direction::Egress => "may send",
            Direction::Ingress => "admits",
        };
        let rules = || far.first_groups.iter().flat_map(|&group| self.rules.of_group(group, opposite));
        let shown = rules().take(SHOWN).map(|permission| self.context.words(permission));
        let shown: Vec<String> = shown.collect();
        let carrier = &far.first.resource;
        let left = rules().count() - shown.len();
        match (shown.is_empty(), left) {
            (true, _) => format!("{carrier} has no {} rule at all", opposite.name()),
            (false, 0) => format!("{carrier} {verb} only {}", enumerate(&shown)),
            (false, left) => format!("{carrier} {verb} only {} and {left} more", shown.join(", ")),
        }
    }

    /// A declared route that is known to take the traffic between two groups through an appliance (RE-07).
    fn appliance(&self, near: &End<'_>, far: &End<'_>, at: Span) -> Option<&'a Route> {
        if !self.routing.has_appliances() {
            return None;
        }
        let between = |from: &str, to: &str| self.routing.appliance_between(from, to, at).ok().flatten();
        near.subnets.iter().take(MOST_SUBNETS).find_map(|one| {
            let mut others = far.subnets.iter().take(MOST_SUBNETS);
            others.find_map(|other| between(one, other).or_else(|| between(other, one)))
        })
    }
}

/// The direction in which the other side must allow what a rule allows.
fn opposite(direction: Direction) -> Direction {
    match direction {
        Direction::Ingress => Direction::Egress,
        Direction::Egress => Direction::Ingress,
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

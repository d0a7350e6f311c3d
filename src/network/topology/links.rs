//! What links two VPCs, so that a rule in one may name a group of the other (RE-03).

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{Peering, Topology, TransitAttachment, TransitGateway};
use crate::network::model::Field;
use crate::resource::{Cause, Unknown};

/// An answer, or why there is none.
type Known<T> = Result<T, Arc<Unknown>>;

/// A link between two VPCs.
#[derive(Clone, Copy, Debug)]
pub enum Way<'a> {
    /// A peering connection.
    Peering(&'a Peering),
    /// A transit gateway that both are attached to.
    TransitGateway(Transit<'a>),
}

/// A transit gateway that two VPCs are attached to.
#[derive(Clone, Copy, Debug)]
pub struct Transit<'a> {
    /// The gateway, if it is declared or looked up here.
    pub gateway: Option<&'a TransitGateway>,
    /// The attachments of both, in the order of the question.
    pub attachments: [&'a TransitAttachment; 2],
}

impl<'a> Transit<'a> {
    /// What says that groups cannot be named across it: a switch that is off on the gateway or on an attachment
    /// (RE-05). `None` if all three are on.
    pub fn obstacle(&self) -> Known<Option<Obstacle<'a>>> {
        let mut open = None;
        let gateway = self.gateway.and_then(|gateway| gateway.referencing.as_ref());
        let switches = gateway.map(|field| (field, None)).into_iter().chain(
            self.attachments.into_iter().map(|attachment| (&attachment.referencing, Some(attachment))),
        );
        for (field, attachment) in switches {
            match &field.value {
                Ok(true) => {}
                Ok(false) => {
                    return Ok(Some(match (attachment, self.gateway) {
                        (Some(attachment), _) => Obstacle::Attachment(attachment),
                        (None, Some(gateway)) => Obstacle::Gateway(gateway),
                        (None, None) => continue,
                    }));
                }
                Err(why) => open = open.or(Some(why)),
            }
        }
        match open {
            Some(why) => Err(Arc::clone(why)),
            None if gateway.is_none() => Err(self.elsewhere()),
            None => Ok(None),
        }
    }

    /// A gateway that is declared elsewhere has a switch of its own there.
    fn elsewhere(&self) -> Arc<Unknown> {
        let field = &self.attachments[0].gateway;
        let name = field.known().map_or("the transit gateway", String::as_str);
        let cause = Cause::LookedUp(format!("the options of {name}"));
        Arc::new(Unknown::new(cause, field.span))
    }
}

/// What keeps groups from being named across a transit gateway.
#[derive(Clone, Copy, Debug)]
pub enum Obstacle<'a> {
    /// The switch of the gateway.
    Gateway(&'a TransitGateway),
    /// The switch of an attachment.
    Attachment(&'a TransitAttachment),
}

/// The links of a topology, ready to be asked.
#[derive(Debug)]
pub struct Links<'a> {
    peerings: FxHashMap<(&'a str, &'a str), Vec<&'a Peering>>,
    gateways: FxHashMap<&'a str, &'a TransitGateway>,
    attachments: FxHashMap<&'a str, Vec<&'a TransitAttachment>>,
    /// VPCs with a peering whose other end is not known, and why.
    open_ends: FxHashMap<&'a str, &'a Arc<Unknown>>,
    /// Why any two VPCs may be linked.
    open: Option<&'a Arc<Unknown>>,
}

impl<'a> Links<'a> {
    /// Indexes a topology.
    pub fn of(topology: &'a Topology) -> Self {
        let mut links = Self {
            peerings: FxHashMap::default(),
            gateways: topology.transit_gateways.iter().map(|gateway| (&*gateway.id, gateway)).collect(),
            attachments: FxHashMap::default(),
            open_ends: FxHashMap::default(),
            open: None,
        };
        for peering in &topology.peerings {
            match peering.ends.each_ref().map(text) {
                [Ok(one), Ok(other)] => links.peerings.entry(ordered(one, other)).or_default().push(peering),
                [Ok(end), Err(why)] | [Err(why), Ok(end)] => {
                    links.open_ends.entry(end).or_insert(why);
                }
                [Err(why), Err(_)] => links.open = links.open.or(Some(why)),
            }
        }
        for attachment in &topology.transit_attachments {
            match text(&attachment.vpc) {
                Ok(vpc) => links.attachments.entry(vpc).or_default().push(attachment),
                Err(why) => links.open = links.open.or(Some(why)),
            }
        }
        links
    }

    /// Everything that links two different VPCs; an empty list only if nothing can.
    pub fn between(&self, one: &str, other: &str) -> Known<Vec<Way<'a>>> {
        let peerings = self.peerings.get(&ordered(one, other)).into_iter().flatten();
        let mut ways: Vec<_> = peerings.map(|&peering| Way::Peering(peering)).collect();
        let mut open = [one, other].into_iter().find_map(|vpc| self.open_ends.get(vpc).copied());
        for mine in self.attachments_of(one) {
            for theirs in self.attachments_of(other) {
                match (text(&mine.gateway), text(&theirs.gateway)) {
                    (Ok(first), Ok(second)) if first == second => {
                        let gateway = self.gateways.get(first).copied();
                        ways.push(Way::TransitGateway(Transit { gateway, attachments: [mine, theirs] }));
                    }
                    (Ok(_), Ok(_)) => {}
                    (Err(why), _) | (_, Err(why)) => open = open.or(Some(why)),
                }
            }
        }
        match open.or(self.open) {
            Some(why) if ways.is_empty() => Err(Arc::clone(why)),
            _ => Ok(ways),
        }
    }

    fn attachments_of(&self, vpc: &str) -> &[&'a TransitAttachment] {
        self.attachments.get(vpc).map_or(&[], Vec::as_slice)
    }
}

fn ordered<'a>(one: &'a str, other: &'a str) -> (&'a str, &'a str) {
    if one <= other { (one, other) } else { (other, one) }
}

fn text(field: &Field<String>) -> Result<&str, &Arc<Unknown>> {
    field.value.as_deref()
}

//! Rules that name a group of another VPC, and whether that can work (RE-03 to RE-05).

use std::sync::Arc;

use super::draft::{Draft, Known};
use super::reading::{Context, not_known, peer_place};
use super::regions;
use super::{Fact, Kind};
use crate::diagnostic::Label;
use crate::network::model::{Direction, Field, Group, GroupId, Network, Peer, Permission};
use crate::network::topology::{Links, Obstacle, Peering, Provenance, Routing, Transit, Vpc, Way};
use crate::resource::{Cause, Unknown};

/// One fact for each rule that names a group of another VPC.
pub(super) fn facts(context: &Context<'_>) -> Vec<Fact> {
    let network = context.network;
    let (links, routing) = (Links::of(&network.topology), Routing::of(&network.topology));
    let surroundings = Surroundings { network, links, routing };
    network.permissions.iter().filter_map(|permission| surroundings.fact(context, permission)).collect()
}

struct Surroundings<'a> {
    network: &'a Network,
    links: Links<'a>,
    routing: Routing<'a>,
}

/// A group and the identity of its VPC.
#[derive(Clone, Copy)]
struct Side<'a> {
    id: GroupId,
    group: &'a Group,
    vpc: &'a str,
}

/// Why a group cannot be named.
struct Refusal {
    name: &'static str,
    words: String,
}

impl<'a> Surroundings<'a> {
    fn fact(&self, context: &Context<'_>, permission: &'a Permission) -> Option<Fact> {
        let Peer::Group(Field { value: Ok(target), .. }) = &permission.peer else { return None };
        let (own, peer) = (self.side(permission.group.declared()?)?, self.side(target.declared()?)?);
        if !self.are_distinct(own, peer) {
            return None;
        }
        let refusal = self.refusal(permission.direction, own, peer);
        let words = |refusal: &Option<Refusal>| {
            refusal.as_ref().map_or_else(|| ("none", String::new()), |it| (it.name, it.words.clone()))
        };
        let refusal = refusal.as_ref().map(words).map_err(Arc::clone);
        let is_declared = |side: Side<'_>| {
            self.routing.vpc(side.vpc).is_some_and(|vpc| vpc.provenance == Provenance::Declared)
        };
        let draft = context
            .draft(Kind::Crossing, permission)
            .key(context.key(permission))
            .set("group", &*own.group.address)
            .set("vpc", name(own.vpc))
            .set("peer", &*peer.group.address)
            .set("peer_vpc", name(peer.vpc))
            .set("both_declared", is_declared(own) && is_declared(peer))
            .known("obstacle", refusal.as_ref().map(|(name, _)| *name).map_err(Arc::clone))
            .known("obstacle_text", refusal.map(|(_, words)| words))
            .place("peer", peer_place(&permission.peer));
        Some(lies_in(lies_in(draft, own), peer).finish())
    }

    fn side(&self, id: GroupId) -> Option<Side<'a>> {
        let group = self.network.group(id);
        Some(Side { id, group, vpc: group.vpc.as_ref()?.known()? })
    }

    /// Whether two groups are known to lie in different VPCs. Two lookups may find one VPC, and so may a lookup and
    /// what is declared, unless something links both.
    fn are_distinct(&self, own: Side<'_>, peer: Side<'_>) -> bool {
        if own.vpc == peer.vpc {
            return false;
        }
        let is_certain = |vpc: &str| {
            vpc.starts_with("vpc-")
                || self.routing.vpc(vpc).is_some_and(|vpc| vpc.provenance == Provenance::Declared)
        };
        let are_linked = || self.links.between(own.vpc, peer.vpc).is_ok_and(|ways| !ways.is_empty());
        is_certain(own.vpc) && is_certain(peer.vpc) || are_linked()
    }

    /// Why a rule of one group cannot name the other; `None` if it can.
    fn refusal(&self, direction: Direction, own: Side<'a>, peer: Side<'a>) -> Known<Option<Refusal>> {
        let mut open = match self.is_associated(own.id, peer.vpc) {
            Ok(true) => return Ok(None),
            Ok(false) => None,
            Err(why) => Some(why),
        };
        match self.is_associated(peer.id, own.vpc) {
            Ok(true) => return Ok(None),
            Ok(false) => {}
            Err(why) => open = open.or(Some(why)),
        }
        if self.is_told(own.vpc, peer.vpc) {
            return Ok(None);
        }
        if let Some(why) = open {
            return Err(why);
        }
        if let Some(refusal) = self.other_region(own, peer)? {
            return Ok(Some(refusal));
        }
        let mut found: Option<Refusal> = None;
        for way in self.links.between(own.vpc, peer.vpc)? {
            let refused = match way {
                Way::Peering(peering) => self.over_peering(peering),
                Way::TransitGateway(transit) => over_transit_gateway(direction, transit),
            };
            match refused {
                Ok(None) => return Ok(None),
                Ok(Some(refusal)) => found = found.or(Some(refusal)),
                Err(why) => open = open.or(Some(why)),
            }
        }
        if let Some(why) = open {
            return Err(why);
        }
        let words = || format!("nothing here links {} with {}", name(own.vpc), name(peer.vpc));
        Ok(Some(found.unwrap_or_else(|| Refusal { name: "no-link", words: words() })))
    }

    /// Whether a group may be attached in a VPC besides its own (VA-05).
    fn is_associated(&self, group: GroupId, vpc: &str) -> Known<bool> {
        let mut open = None;
        for association in &self.network.topology.vpc_associations {
            let is_group = match &association.group.value {
                Ok(target) => match target.declared() {
                    Some(found) => found == group,
                    None => continue,
                },
                Err(_) => true,
            };
            match &association.vpc.value {
                Ok(found) if is_group && found == vpc => return Ok(true),
                Err(why) if is_group => open = Some(why),
                _ => {}
            }
        }
        open.map_or(Ok(false), |why| Err(Arc::clone(why)))
    }

    /// Whether the project says that two VPCs reach each other.
    fn is_told(&self, one: &str, other: &str) -> bool {
        let is = |told: &str, vpc: &str| told == vpc || told == name(vpc);
        self.network.premises.links.iter().any(|link| {
            let [first, second] = &link.between;
            is(first, one) && is(second, other) || is(first, other) && is(second, one)
        })
    }

    fn region(&self, vpc: &str) -> Option<&'a Field<String>> {
        self.routing.vpc(vpc).and_then(|vpc: &'a Vpc| vpc.region.as_ref())
    }

    /// The Regions of two groups, if those differ: that of its VPC, or else its own, which is the same.
    fn other_region(&self, own: Side<'a>, peer: Side<'a>) -> Known<Option<Refusal>> {
        let region = |side: Side<'a>| self.region(side.vpc).or(side.group.region.as_ref());
        Ok(regions::apart(region(own), region(peer))?.map(|[mine, theirs]| Refusal {
            name: "other-region",
            words: format!("{} is in {mine} and {} in {theirs}", name(own.vpc), name(peer.vpc)),
        }))
    }

    /// A peering connection to another Region takes no groups (RE-04).
    fn over_peering(&self, peering: &Peering) -> Known<Option<Refusal>> {
        let Some(region) = &peering.peer_region else { return Ok(None) };
        let region_text = region.value.as_ref().map_err(Arc::clone)?;
        let own = peering.ends[0].known().and_then(|vpc| self.region(vpc)?.known());
        match own {
            Some(own) if own == region_text => Ok(None),
            Some(own) => Ok(Some(Refusal {
                name: "other-region",
                words: format!("{} goes from {own} to {region_text}", peering.declaration.address),
            })),
            None => Err(own_region_unknown(peering, region)),
        }
    }
}

fn own_region_unknown(peering: &Peering, region: &Field<String>) -> Arc<Unknown> {
    let cause = Cause::External(format!("the Region that {} is in", peering.declaration.address));
    not_known(cause, region.span)
}

fn over_transit_gateway(direction: Direction, transit: Transit<'_>) -> Known<Option<Refusal>> {
    let gateway = transit.attachments[0].gateway.known().map_or("the transit gateway", |id| name(id));
    if direction == Direction::Egress {
        let words = format!("across {gateway} only ingress rules can name groups");
        return Ok(Some(Refusal { name: "egress-over-transit-gateway", words }));
    }
    Ok(transit.obstacle()?.map(|obstacle| {
        let switch = match obstacle {
            Obstacle::Gateway(gateway) => &gateway.declaration.address,
            Obstacle::Attachment(attachment) => &attachment.declaration.address,
        };
        let words = format!("{switch} does not support naming groups across the transit gateway");
        Refusal { name: "referencing-off", words }
    }))
}

/// Says where a group lies.
fn lies_in(draft: Draft, side: Side<'_>) -> Draft {
    let Some(vpc) = &side.group.vpc else { return draft };
    let message = format!("{} is in {}", side.group.address, name(side.vpc));
    draft.related(Label { span: vpc.span, message })
}

/// A VPC in words: `aws_vpc.main` for `aws_vpc.main.id`.
fn name(identity: &str) -> &str {
    identity.strip_suffix(".id").unwrap_or(identity)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Builder, bool_of, text_of};
    use super::*;
    use crate::network::model::GroupTarget;
    use crate::network::premises::Link;
    use crate::network::topology::{Declaration, VpcAssociation};
    use crate::resource::Presence;

    /// A rule of a group in one VPC that names a group in another.
    fn between(own: &str, peer: &str) -> (Builder, [GroupId; 2]) {
        let mut builder = Builder::terraform();
        let groups = [builder.group("own"), builder.group("peer")];
        for (group, vpc) in groups.iter().zip([own, peer]) {
            builder.network.groups[group.0].vpc = Some(builder.field(vpc.to_owned()));
        }
        builder.ingress(groups[0], "tcp", 443, 443, &["sg-1"]);
        let named = builder.field(GroupTarget::Group(groups[1]));
        builder.network.permissions[0].peer = Peer::Group(named);
        (builder, groups)
    }

    fn crossings(builder: &Builder) -> Vec<Fact> {
        facts(&Context::new(&builder.network))
    }

    fn associate(builder: &mut Builder, group: GroupId, vpc: Option<&str>) {
        let head = builder.span();
        let association = VpcAssociation {
            declaration: Declaration {
                address: "aws_vpc_security_group_vpc_association.it".into(),
                declared: "aws_vpc_security_group_vpc_association.it".into(),
                head,
                span: head,
                calls: Vec::new(),
                presence: Presence::Certain,
            },
            group: builder.field(GroupTarget::Group(group)),
            vpc: match vpc {
                Some(vpc) => builder.field(vpc.to_owned()),
                None => builder.unknown_field(),
            },
            region: None,
        };
        builder.network.topology.vpc_associations.push(association);
    }

    #[test]
    fn only_vpcs_that_are_known_to_differ_are_crossed() {
        for (own, peer) in [
            ("vpc-1", "vpc-1"),
            ("data.aws_vpc.main.id", "vpc-1"),
            ("data.aws_vpc.main.id", "data.aws_vpc.again.id"),
        ] {
            assert!(crossings(&between(own, peer).0).is_empty(), "{own} {peer}");
        }
        let fact = crossings(&between("vpc-1", "vpc-2").0).remove(0);
        assert_eq!(text_of(&fact, "obstacle"), "no-link");
        assert_eq!(text_of(&fact, "obstacle_text"), "nothing here links vpc-1 with vpc-2");
        assert!(!bool_of(&fact, "both_declared"));
    }

    #[test]
    fn groups_of_vpcs_that_are_not_declared_here_have_regions_too() {
        let (mut builder, groups) = between("vpc-1", "vpc-2");
        for (group, region) in groups.iter().zip(["eu-west-1", "us-east-1"]) {
            builder.network.groups[group.0].region = Some(builder.field(region.to_owned()));
        }
        let fact = crossings(&builder).remove(0);
        assert_eq!(text_of(&fact, "obstacle"), "other-region");
        assert_eq!(text_of(&fact, "obstacle_text"), "vpc-1 is in eu-west-1 and vpc-2 in us-east-1");
    }

    #[test]
    fn what_the_project_tells_links_both_ways() {
        let (mut builder, _) = between("vpc-1", "vpc-2");
        builder.network.premises.links.push(Link { between: ["vpc-2".to_owned(), "vpc-1".to_owned()] });
        assert_eq!(text_of(&crossings(&builder)[0], "obstacle"), "none");
    }

    #[test]
    fn a_group_that_is_associated_is_one_of_that_vpc() {
        for (group, vpc) in [(0, "vpc-2"), (1, "vpc-1")] {
            let (mut builder, groups) = between("vpc-1", "vpc-2");
            associate(&mut builder, groups[group], Some(vpc));
            assert_eq!(text_of(&crossings(&builder)[0], "obstacle"), "none");
        }
        let (mut builder, groups) = between("vpc-1", "vpc-2");
        associate(&mut builder, groups[1], Some("vpc-3"));
        assert_eq!(text_of(&crossings(&builder)[0], "obstacle"), "no-link");
        associate(&mut builder, groups[0], None);
        assert!(crossings(&builder)[0].unknown.contains_key("obstacle"), "it may be the other one");
    }
}

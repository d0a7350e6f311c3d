//! Rules that name a group of another VPC, and whether that can work (RE-03 to RE-05).

use std::cell::OnceCell;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::draft::{Draft, Known};
use super::reading::{Context, not_known, peer_place};
use super::regions;
use super::uses::Uses;
use super::{Fact, Kind};
use crate::diagnostic::Label;
use crate::network::model::{
    Attachment, Direction, Field, Group, GroupId, GroupTarget, Network, Peer, Permission, UseRole,
};
use crate::network::topology::{Links, Obstacle, Peering, Provenance, Routing, Transit, Vpc, Way};
use crate::resource::{Cause, Presence, Unknown};

/// One fact for each rule that names a group of another VPC.
pub(super) fn facts(context: &Context<'_>) -> Vec<Fact> {
    let network = context.network;
    let (links, routing) = (Links::of(&network.topology), Routing::of(&network.topology));
    let surroundings = Surroundings { network, links, routing, endpoints: OnceCell::new() };
    network.permissions.iter().filter_map(|permission| surroundings.fact(context, permission)).collect()
}

struct Surroundings<'a> {
    network: &'a Network,
    links: Links<'a>,
    routing: Routing<'a>,
    /// Built when a transit gateway asks for it.
    endpoints: OnceCell<Endpoints<'a>>,
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
        let draft = context
            .draft(Kind::Crossing, permission)
            .key(context.key(permission))
            .set("group", &*own.group.address)
            .set("vpc", name(own.vpc))
            .set("peer", &*peer.group.address)
            .set("peer_vpc", name(peer.vpc))
            .set("both_declared", self.is_declared(own.vpc) && self.is_declared(peer.vpc))
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
        let is_certain = |vpc: &str| vpc.starts_with("vpc-") || self.is_declared(vpc);
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
                Way::TransitGateway(transit) => self.over_transit_gateway(direction, own, transit),
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

    /// A peering connection to another Region takes no groups (RE-04), nor does one that nobody accepts.
    fn over_peering(&self, peering: &Peering) -> Known<Option<Refusal>> {
        let address = &peering.declaration.address;
        if let Some(region) = &peering.peer_region {
            region.value.as_ref().map_err(Arc::clone)?;
            let own = peering.ends[0].known().and_then(|vpc| self.region(vpc));
            let Some(own) = own.filter(|own| own.value.is_ok()) else {
                let cause = Cause::External(format!("the Region that {address} is in"));
                return Err(not_known(cause, region.span));
            };
            if let Some([own, other]) = regions::apart(Some(own), Some(region))? {
                let words = format!("{address} goes from {own} to {other}");
                return Ok(Some(Refusal { name: "other-region", words }));
            }
        }
        if peering.accepted.clone()? {
            return Ok(None);
        }
        // Who declares both ends accepts it in the same place; another account does so in its own.
        let is_declared = |end: &Field<String>| end.known().is_some_and(|vpc| self.is_declared(vpc));
        if peering.peer_owner.is_none() && peering.ends.iter().all(is_declared) {
            let words = format!("{address} is requested, and nothing here accepts it");
            return Ok(Some(Refusal { name: "not-accepted", words }));
        }
        let cause = Cause::External(format!("the acceptance of {address}"));
        Err(not_known(cause, peering.declaration.head))
    }

    /// A transit gateway takes groups in ingress rules only, if it and both attachments are told to, and never on the
    /// endpoints of services (RE-05, RE-06).
    fn over_transit_gateway(
        &self,
        direction: Direction,
        own: Side<'_>,
        transit: Transit<'_>,
    ) -> Known<Option<Refusal>> {
        let gateway = transit.attachments[0].gateway.known().map_or("the transit gateway", |id| name(id));
        if direction == Direction::Egress {
            let words = format!("across {gateway} only ingress rules can name groups");
            return Ok(Some(Refusal { name: "egress-over-transit-gateway", words }));
        }
        let endpoints = self.endpoints.get_or_init(|| Endpoints::of(self.network));
        let endpoint = endpoints.only_carrier(self.network, own.id);
        if let Ok(Some(endpoint)) = endpoint {
            let words = format!("{endpoint} is an endpoint, which takes no groups from across {gateway}");
            return Ok(Some(Refusal { name: "endpoint-over-transit-gateway", words }));
        }
        let Some(obstacle) = transit.obstacle()? else { return endpoint.map(|_| None) };
        let switch = match obstacle {
            Obstacle::Gateway(gateway) => &gateway.declaration.address,
            Obstacle::Attachment(attachment) => &attachment.declaration.address,
        };
        let words = format!("{switch} does not support naming groups across {gateway}");
        Ok(Some(Refusal { name: "referencing-off", words }))
    }

    fn is_declared(&self, vpc: &str) -> bool {
        self.routing.vpc(vpc).is_some_and(|vpc| vpc.provenance == Provenance::Declared)
    }
}

/// What is known of the groups that endpoints carry, which take no groups from across a transit gateway (RE-05).
struct Endpoints<'a> {
    /// The groups that something carries: the first endpoint of a service that carries it, if nothing else does.
    carried: FxHashMap<GroupId, Option<&'a Attachment>>,
    /// What else uses groups.
    uses: Uses,
}

impl<'a> Endpoints<'a> {
    fn of(network: &'a Network) -> Self {
        let mut carried: FxHashMap<_, Option<&Attachment>> = FxHashMap::default();
        for attachment in &network.attachments {
            let Some(id) = attachment.group.known().and_then(GroupTarget::declared) else { continue };
            let interface = network.interface(attachment.interface);
            let is_endpoint = matches!(&*interface.kind, "aws_vpc_endpoint" | "AWS::EC2::VPCEndpoint");
            let first = carried.entry(id).or_insert(is_endpoint.then_some(attachment));
            *first = first
                .filter(|_| is_endpoint)
                .map(|first| if may_be_absent(network, first).is_some() { attachment } else { first });
        }
        Self { carried, uses: Uses::of_each(network) }
    }

    /// The endpoint that carries a group, if endpoints are all that carries it.
    fn only_carrier(&self, network: &'a Network, group: GroupId) -> Known<Option<&'a str>> {
        let Some(attachment) = self.carried.get(&group).copied().flatten() else { return Ok(None) };
        let outside = || {
            let group = network.group(group);
            not_known(Cause::External(format!("what else carries {}", group.address)), group.head)
        };
        if let Some(why) = may_be_absent(network, attachment).or(self.uses.unclear(UseRole::Attach)) {
            return Err(Arc::clone(why));
        }
        for role in [UseRole::Output, UseRole::Share, UseRole::Other] {
            if self.uses.in_role(group, role)? {
                return Err(outside());
            }
        }
        Ok(Some(&network.interface(attachment.interface).resource))
    }
}

/// Why an attachment, or the interface that it is to, may not exist.
fn may_be_absent<'a>(network: &'a Network, attachment: &'a Attachment) -> Option<&'a Arc<Unknown>> {
    let presences = [&attachment.presence, &network.interface(attachment.interface).presence];
    presences.into_iter().find_map(|presence| match presence {
        Presence::Certain => None,
        Presence::Unknown(why) => Some(why),
    })
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
    use crate::network::premises::Link;
    use crate::network::topology::{Declaration, TransitAttachment, TransitGateway, VpcAssociation};
    use crate::resource::{Marks, SENSITIVE_TEXT};

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

    /// Two declared VPCs, and a peering connection between them.
    fn peered(change: impl FnOnce(&mut Builder, &mut Peering)) -> Fact {
        let (mut builder, _) = between("aws_vpc.a.id", "aws_vpc.b.id");
        builder.vpc("aws_vpc.a", Provenance::Declared);
        builder.vpc("aws_vpc.b", Provenance::Declared);
        let mut peering = Peering {
            declaration: builder.declaration("aws_vpc_peering_connection.it"),
            ends: ["aws_vpc.a.id", "aws_vpc.b.id"].map(|vpc| builder.field(vpc.to_owned())),
            peer_region: None,
            peer_owner: None,
            accepted: Ok(false),
        };
        change(&mut builder, &mut peering);
        builder.network.topology.peerings.push(peering);
        crossings(&builder).remove(0)
    }

    #[test]
    fn a_peering_connection_has_to_be_accepted() {
        let fact = peered(|_, peering| peering.accepted = Ok(true));
        assert_eq!(text_of(&fact, "obstacle"), "none");
        let fact = peered(|_, _| ());
        assert_eq!(text_of(&fact, "obstacle"), "not-accepted");
        let words = "aws_vpc_peering_connection.it is requested, and nothing here accepts it";
        assert_eq!(text_of(&fact, "obstacle_text"), words);
        let fact = peered(|builder, peering| {
            peering.peer_owner = Some(builder.field("111122223333".to_owned()));
        });
        assert!(fact.unknown.contains_key("obstacle"), "the other account accepts it, or does not");
        let fact = peered(|builder, peering| peering.accepted = Err(builder.unknown()));
        assert!(fact.unknown.contains_key("obstacle"));
    }

    #[test]
    fn a_sensitive_region_of_a_peering_connection_is_not_told() {
        let fact = peered(|builder, peering| {
            builder.network.topology.vpcs[0].region = Some(builder.field("eu-west-1".to_owned()));
            let mut region = builder.field("us-east-1".to_owned());
            region.origin.marks = Marks::SENSITIVE;
            peering.peer_region = Some(region);
        });
        assert_eq!(text_of(&fact, "obstacle"), "other-region");
        let words = format!("aws_vpc_peering_connection.it goes from eu-west-1 to {SENSITIVE_TEXT}");
        assert_eq!(text_of(&fact, "obstacle_text"), words);
    }

    /// Two VPCs on a transit gateway that supports groups.
    fn on_a_transit_gateway(change: impl FnOnce(&mut Builder, GroupId)) -> Fact {
        let (mut builder, [own, _]) = between("vpc-1", "vpc-2");
        let declaration = builder.declaration("aws_ec2_transit_gateway.it");
        let referencing = Some(builder.field(true));
        let gateway = TransitGateway { id: "aws_ec2_transit_gateway.it.id".into(), declaration, referencing };
        builder.network.topology.transit_gateways.push(gateway);
        for vpc in ["vpc-1", "vpc-2"] {
            let attachment = TransitAttachment {
                declaration: builder.declaration("aws_ec2_transit_gateway_vpc_attachment.it"),
                gateway: builder.field("aws_ec2_transit_gateway.it.id".to_owned()),
                vpc: builder.field(vpc.to_owned()),
                referencing: builder.field(true),
            };
            builder.network.topology.transit_attachments.push(attachment);
        }
        change(&mut builder, own);
        crossings(&builder).remove(0)
    }

    #[test]
    fn endpoints_take_no_groups_across_a_transit_gateway() {
        let carry = |builder: &mut Builder, group, resource: &str| {
            let group = builder.field(GroupTarget::Group(group));
            builder.attach(resource, group);
            let interface = builder.network.interfaces.last_mut().unwrap();
            interface.kind = resource.split('.').next().unwrap_or_default().into();
        };
        let fact = on_a_transit_gateway(|_, _| ());
        assert_eq!(text_of(&fact, "obstacle"), "none");
        let fact = on_a_transit_gateway(|builder, own| carry(builder, own, "aws_vpc_endpoint.it"));
        assert_eq!(text_of(&fact, "obstacle"), "endpoint-over-transit-gateway");
        let fact = on_a_transit_gateway(|builder, own| {
            carry(builder, own, "aws_vpc_endpoint.it");
            carry(builder, own, "aws_instance.it");
        });
        assert_eq!(text_of(&fact, "obstacle"), "none", "the rule is of use to the instance");
    }

    #[test]
    fn what_else_may_carry_the_group_of_an_endpoint_leaves_it_open() {
        let fact = |change: &dyn Fn(&mut Builder, Field<GroupTarget>)| {
            on_a_transit_gateway(|builder, own| {
                let group = builder.field(GroupTarget::Group(own));
                builder.attach("aws_vpc_endpoint.it", group.clone());
                builder.network.interfaces[0].kind = "aws_vpc_endpoint".into();
                change(builder, group);
            })
        };
        let is_open =
            |change: &dyn Fn(&mut Builder, Field<GroupTarget>)| fact(change).unknown.contains_key("obstacle");
        assert!(!is_open(&|_, _| ()));
        assert!(is_open(&|builder, _| {
            builder.network.attachments[0].presence = Presence::Unknown(builder.unknown());
        }));
        for role in [UseRole::Output, UseRole::Share, UseRole::Other] {
            assert!(is_open(&|builder, group| builder.use_group(role, "output.it", group)), "{role:?}");
        }
        assert!(is_open(&|builder, _| {
            let why = not_known(Cause::UnsupportedFunction("f".to_owned()), builder.span());
            let unclear = builder.field(GroupTarget::Unknown(why));
            builder.use_group(UseRole::Attach, "aws_instance.it", unclear);
        }));
        assert!(!is_open(&|builder, group| {
            builder.network.attachments[0].presence = Presence::Unknown(builder.unknown());
            builder.attach("aws_vpc_endpoint.it", group);
        }));
        let off = fact(&|builder, group| {
            builder.use_group(UseRole::Output, "output.it", group);
            builder.network.topology.transit_attachments[0].referencing = builder.field(false);
        });
        assert_eq!(text_of(&off, "obstacle"), "referencing-off", "whatever carries it");
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

//! What a project says of the world around its code.

use super::word::{GROUP_ID, pattern};
use super::{AddressGroups, contradiction, elements};
use crate::network::ports::PortSet;
use crate::network::premises::{ForeignGroup, Link, Premises, PublicPorts, Quotas, Tier};
use crate::problem::Problem;
use crate::syntax::yaml::Node;

/// Reads what stands under the keys of the premises. What does not have its shape is left out: it was told. Names of
/// addresses that do not exist are told here, and what contradicts itself.
pub(super) fn read(config: &Node, addresses: &AddressGroups, problems: &mut Vec<Problem>) -> Premises {
    problems.extend(contradiction::check(config));
    let at = |key: &str| config.get(key).map(AsRef::as_ref);
    let tiers = at("tiers").map(Node::entries).unwrap_or_default();
    Premises {
        trusted: at("trusted").map(|node| addresses.set(node, problems)).unwrap_or_default(),
        public_ports: at("public-ports").map(public_ports).unwrap_or_default(),
        tiers: tiers.iter().filter_map(|entry| Some(tier(entry.key.as_str()?, &entry.value))).collect(),
        quotas: at("quotas").map(quotas).unwrap_or_default(),
        groups: at("groups")
            .map(elements)
            .unwrap_or_default()
            .into_iter()
            .filter_map(foreign_group)
            .collect(),
        links: at("links").map(elements).unwrap_or_default().into_iter().filter_map(link).collect(),
    }
}

fn public_ports(node: &Node) -> PublicPorts {
    let ports = |protocol: &str| {
        let items = node.get(protocol).map(|ports| elements(ports)).unwrap_or_default();
        PortSet::union_all(items.into_iter().filter_map(|item| PortSet::parse(item.as_str()?)))
    };
    PublicPorts { tcp: ports("tcp"), udp: ports("udp") }
}

fn tier(name: &str, node: &Node) -> Tier {
    let resources = node.get("resources").map(|resources| elements(resources)).unwrap_or_default();
    let tags = node.get("tags").map(|tags| tags.entries()).unwrap_or_default();
    Tier {
        name: name.to_owned(),
        resources: resources.into_iter().filter_map(|item| pattern(item.as_str()?).ok()).collect(),
        tags: tags
            .iter()
            .filter_map(|tag| Some((tag.key.as_str()?.to_owned(), pattern(tag.value.as_str()?).ok()?)))
            .collect(),
    }
}

fn quotas(node: &Node) -> Quotas {
    let count = |key: &str, otherwise: usize| {
        let written = node.get(key).and_then(|value| value.as_str()?.parse::<u32>().ok());
        written.and_then(|count| usize::try_from(count).ok()).filter(|&count| count > 0).unwrap_or(otherwise)
    };
    let Quotas { rules_per_group, groups_per_interface, groups_per_region } = Quotas::default();
    Quotas {
        rules_per_group: count("rules-per-group", rules_per_group),
        groups_per_interface: count("groups-per-interface", groups_per_interface),
        groups_per_region: count("groups-per-region", groups_per_region),
    }
}

fn foreign_group(node: &Node) -> Option<ForeignGroup> {
    let text = |key: &str| node.get(key).and_then(|value| value.as_str()).map(str::to_owned);
    Some(ForeignGroup {
        id: text("id").filter(|id| (GROUP_ID.check)(id).is_ok())?,
        name: text("name"),
        account: text("account"),
        vpc: text("vpc"),
        region: text("region"),
        shared: text("shared").as_deref() == Some("true"),
    })
}

fn link(node: &Node) -> Option<Link> {
    let [first, second] = node.items() else { return None };
    Some(Link { between: [first.as_str()?.to_owned(), second.as_str()?.to_owned()] })
}

//! What a config says of the code that is not there: tiers that nothing belongs to, links of unknown VPCs.

use std::collections::BTreeSet;

use crate::config::{Config, Written};
use crate::network::model::Network;
use crate::problem::Problem;

/// What of the premises the code has.
#[derive(Debug, Default)]
pub(super) struct Met {
    tiers: BTreeSet<String>,
    /// Whether something may belong to any tier, because its tags are not known.
    has_open_tier: bool,
    /// What names VPCs.
    vpcs: BTreeSet<String>,
}

impl Met {
    /// Adds what a network has.
    pub(super) fn add(&mut self, network: &Network) {
        for interface in &network.interfaces {
            match &interface.tier {
                Ok(tier) => self.tiers.extend(tier.clone()),
                Err(_) => self.has_open_tier = true,
            }
        }
        let topology = &network.topology;
        let of_subnets = topology.subnets.iter().filter_map(|subnet| subnet.vpc.as_ref()?.known());
        let of_groups = network.groups.iter().filter_map(|group| group.vpc.as_ref()?.known());
        self.vpcs.extend(topology.vpcs.iter().map(|vpc| &vpc.id).chain(of_subnets).chain(of_groups).cloned());
    }

    /// Adds what another unit under the same config has.
    pub(super) fn merge(&mut self, other: Self) {
        self.tiers.extend(other.tiers);
        self.has_open_tier |= other.has_open_tier;
        self.vpcs.extend(other.vpcs);
    }

    /// What a config names and the code does not have. The id of a VPC may be that of one that the code looks up.
    pub(super) fn missing(&self, config: &Config) -> Vec<Problem> {
        let is_idle = |tier: &&Written| !self.has_open_tier && !self.tiers.contains(&tier.text);
        let tiers = config.tiers.iter().filter(is_idle);
        let tiers = tiers.map(|Written { text, span }| {
            Problem::warning("config-tier-unused", format!("nothing that carries groups belongs to the tier `{text}`"))
                .at(*span)
                .help("correct its patterns, which match addresses of resources without instance keys, or remove it")
        });
        let is_known = |end: &str| self.vpcs.contains(end) || self.vpcs.contains(&format!("{end}.id"));
        let ends =
            config.link_ends.iter().filter(|end| !end.text.starts_with("vpc-") && !is_known(&end.text));
        let ends = ends.map(|Written { text, span }| {
            Problem::warning("config-link-unknown", format!("the code has no VPC {text}"))
                .at(*span)
                .help("write the address of a VPC as it stands in the code (`aws_vpc.main`, `Vpc`), or the id of one")
        });
        tiers.chain(ends).collect()
    }
}

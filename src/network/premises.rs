//! What a project says of the world around its code: the premises that facts are computed under.
//!
//! Nothing here follows from the configuration; it comes from `sglint.yaml`, or from the `config` beside an example
//! of a rule. The default is that of a project that says nothing.

use globset::GlobMatcher;

use super::address::AddressSet;
use super::ports::PortSet;
use super::protocol::Protocol;

/// The premises.
#[derive(Clone, Debug, Default)]
pub struct Premises {
    /// Addresses that the project calls its own.
    pub trusted: AddressSet,
    /// Ports that the project opens to the internet on purpose.
    pub public_ports: PublicPorts,
    /// Tiers that resources belong to; the first that matches counts.
    pub tiers: Vec<Tier>,
    /// The limits of the account.
    pub quotas: Quotas,
    /// Groups that exist elsewhere: in another stack, state or account.
    pub groups: Vec<ForeignGroup>,
    /// VPCs that are linked by what is declared elsewhere: a peering, a transit gateway, a shared subnet.
    pub links: Vec<Link>,
}

/// Ports that may be open to the internet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PublicPorts {
    /// Those of TCP.
    pub tcp: PortSet,
    /// Those of UDP.
    pub udp: PortSet,
}

impl PublicPorts {
    /// Whether one of a protocol is among them.
    pub fn has_some_of(&self, protocol: Protocol) -> bool {
        match protocol {
            Protocol::All => !self.tcp.is_empty() || !self.udp.is_empty(),
            Protocol::TCP => !self.tcp.is_empty(),
            Protocol::UDP => !self.udp.is_empty(),
            Protocol::Number(_) => false,
        }
    }
}

/// A tier of an application: what belongs together because it has the same duties.
#[derive(Clone, Debug)]
pub struct Tier {
    /// Its name: `web`, `database`.
    pub name: String,
    /// Patterns of resource addresses, without instance keys: `module.orders.*`, `aws_instance.db*`.
    pub resources: Vec<GlobMatcher>,
    /// Tags, each of which is enough: key, and the pattern of the value.
    pub tags: Vec<(String, GlobMatcher)>,
}

/// Limits of an AWS account, which AWS raises on request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quotas {
    /// Rules of a group per direction and address family (QU-01).
    pub rules_per_group: usize,
    /// Groups of an interface (QU-04).
    pub groups_per_interface: usize,
    /// Groups of a Region (QU-06).
    pub groups_per_region: usize,
}

impl Default for Quotas {
    fn default() -> Self {
        Self { rules_per_group: 60, groups_per_interface: 5, groups_per_region: 2500 }
    }
}

/// A group that exists elsewhere, as the project describes it.
#[derive(Clone, Debug)]
pub struct ForeignGroup {
    /// Its id: `sg-0123456789abcdef0`.
    pub id: String,
    /// Its name, if that is told.
    pub name: Option<String>,
    /// The account that owns it, if it is not this one.
    pub account: Option<String>,
    /// Its VPC.
    pub vpc: Option<String>,
    /// Its Region.
    pub region: Option<String>,
    /// Whether RAM shares it with this account.
    pub shared: bool,
}

/// Two VPCs that reach each other, by their ids or by what names them in the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Both ends, as written: `vpc-0123456789abcdef0`, `aws_vpc.main`, `Vpc`.
    pub between: [String; 2],
}

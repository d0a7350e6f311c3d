//! Addresses with a special purpose (RFC 6890 and its successors; DC-01, DC-02, DC-05).

use std::sync::OnceLock;

use ipnet::IpNet;

use super::address::{AddressSet, Family};

/// One special-purpose range.
#[derive(Clone, Copy, Debug)]
pub struct SpecialRange {
    /// The range, canonical.
    pub cidr: &'static str,
    /// Its purpose: `loopback`, `link-local`.
    pub name: &'static str,
    /// Why no packet that reaches an interface in a VPC carries such an address, if none does (DC-02).
    pub dead: Option<&'static str>,
}

const fn dead(cidr: &'static str, name: &'static str, why: &'static str) -> SpecialRange {
    SpecialRange { cidr, name, dead: Some(why) }
}

const fn not_public(cidr: &'static str, name: &'static str) -> SpecialRange {
    SpecialRange { cidr, name, dead: None }
}

const THIS_NETWORK: &str = "0.0.0.0/8 means \"this network\" and is never a packet's address";
const MULTICAST: &str = "no packet comes from a multicast address";
const DOCUMENTATION: &str = "the range is reserved for examples in documentation";
const LOOPBACK: &str = "loopback addresses never leave the host";
const LINK_LOCAL: &str = "link-local addresses never pass a security group";

/// Every special-purpose range. The narrower of two nested ranges comes first.
pub const SPECIAL_RANGES: &[SpecialRange] = &[
    dead(
        "0.0.0.0/32",
        "unspecified",
        "0.0.0.0/32 is the single address 0.0.0.0, which no packet carries; every IPv4 address is 0.0.0.0/0",
    ),
    dead("0.0.0.0/8", "this network", THIS_NETWORK),
    not_public("10.0.0.0/8", "private"),
    not_public("100.64.0.0/10", "shared address space"),
    dead("127.0.0.0/8", "loopback", LOOPBACK),
    // VPC Lattice sends to its targets from this range, so rules for it do match.
    not_public("169.254.171.0/24", "VPC Lattice"),
    dead("169.254.0.0/16", "link-local", LINK_LOCAL),
    not_public("172.16.0.0/12", "private"),
    not_public("192.0.0.0/24", "protocol assignments"),
    dead("192.0.2.0/24", "documentation", DOCUMENTATION),
    not_public("192.88.99.0/24", "6to4 relay"),
    not_public("192.168.0.0/16", "private"),
    not_public("198.18.0.0/15", "benchmarking"),
    dead("198.51.100.0/24", "documentation", DOCUMENTATION),
    dead("203.0.113.0/24", "documentation", DOCUMENTATION),
    dead("224.0.0.0/4", "multicast", MULTICAST),
    dead("255.255.255.255/32", "broadcast", "the broadcast address never matches a security group rule"),
    dead("240.0.0.0/4", "reserved", "the range is reserved and not in use"),
    dead(
        "::/128",
        "unspecified",
        "::/128 is the single address ::, which no packet carries; every IPv6 address is ::/0",
    ),
    dead("::1/128", "loopback", LOOPBACK),
    dead(
        "::ffff:0.0.0.0/96",
        "IPv4-mapped",
        "IPv4 packets match the IPv4 ranges of a rule, never ::ffff:0:0/96",
    ),
    not_public("2001::/23", "protocol assignments"),
    dead("2001:db8::/32", "documentation", DOCUMENTATION),
    not_public("2002::/16", "6to4"),
    dead("3fff::/20", "documentation", DOCUMENTATION),
    not_public("fc00::/7", "private"),
    dead("fe80::/10", "link-local", LINK_LOCAL),
    dead("ff00::/8", "multicast", MULTICAST),
];

/// All of today's global unicast IPv6 addresses (DC-06).
const GLOBAL_UNICAST_IPV6: &str = "2000::/3";

/// The addresses of a family that the public internet routes: the world minus the special ranges; for IPv6
/// what lies in `2000::/3`.
pub(super) fn public(family: Family) -> &'static AddressSet {
    static PUBLIC: OnceLock<[AddressSet; 2]> = OnceLock::new();
    let [ipv4, ipv6] = PUBLIC.get_or_init(|| {
        let special = AddressSet::union_all(parsed().iter().map(|(net, _)| AddressSet::from_net(*net)));
        let global_ipv6 = parse(GLOBAL_UNICAST_IPV6).map(AddressSet::from_net).unwrap_or_default();
        [AddressSet::world(Family::Ipv4).difference(&special), global_ipv6.difference(&special)]
    });
    match family {
        Family::Ipv4 => ipv4,
        Family::Ipv6 => ipv6,
    }
}

/// The narrowest special range that holds the whole network.
pub fn special_range_of(net: IpNet) -> Option<&'static SpecialRange> {
    parsed().iter().find(|(range, _)| range.contains(&net)).map(|(_, special)| *special)
}

/// Why no packet ever carries an address of the network (DC-01, DC-02); `None` when some may.
pub(super) fn dead_reason(net: IpNet) -> Option<&'static str> {
    let special = special_range_of(net)?;
    let holds_live = parsed().iter().any(|(range, inner)| inner.dead.is_none() && net.contains(range));
    special.dead.filter(|_| !holds_live)
}

fn parsed() -> &'static [(IpNet, &'static SpecialRange)] {
    static PARSED: OnceLock<Vec<(IpNet, &'static SpecialRange)>> = OnceLock::new();
    PARSED.get_or_init(|| {
        SPECIAL_RANGES.iter().filter_map(|special| Some((parse(special.cidr)?, special))).collect()
    })
}

fn parse(cidr: &str) -> Option<IpNet> {
    cidr.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_range_of_the_table_is_a_canonical_cidr() {
        for special in SPECIAL_RANGES {
            let net: IpNet = special.cidr.parse().unwrap();
            assert_eq!(net.trunc().to_string(), special.cidr);
        }
        assert_eq!(parsed().len(), SPECIAL_RANGES.len());
    }

    #[test]
    fn narrower_ranges_come_first() {
        for (index, (outer, _)) in parsed().iter().enumerate() {
            for (inner, _) in &parsed()[index + 1..] {
                assert!(!outer.contains(inner), "{inner} is hidden behind {outer}");
            }
        }
    }

    #[test]
    fn ranges_that_merely_contain_special_ones_are_alive() {
        for text in ["0.0.0.0/0", "::/0", "0.0.0.0/1", "169.254.0.0/16", "169.254.171.0/24", "10.0.0.0/8"] {
            assert_eq!(dead_reason(text.parse().unwrap()), None, "{text}");
        }
    }

    #[test]
    fn addresses_that_no_packet_carries_are_dead() {
        for text in [
            "0.0.0.0/32",
            "0.0.0.0/8",
            "0.1.2.0/24",
            "127.0.0.1/32",
            "169.254.169.254/32",
            "192.0.2.0/25",
            "198.51.100.7/32",
            "203.0.113.0/24",
            "224.0.0.5/32",
            "255.255.255.255/32",
            "::/128",
            "::1/128",
            "::ffff:10.0.0.0/104",
            "2001:db8:1::/48",
            "fe80::/64",
            "ff02::1/128",
        ] {
            assert!(dead_reason(text.parse().unwrap()).is_some(), "{text}");
        }
    }
}

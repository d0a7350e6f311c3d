//! Sets of addresses, IPv4 and IPv6 side by side.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

pub use super::cidr::{Cidr, CidrError};
use super::intervals::{Intervals, Point};
use super::special;

/// A version of IP. A rule for one never matches packets of the other (RF-14).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// IPv4.
    Ipv4,
    /// IPv6.
    Ipv6,
}

impl Family {
    /// Both.
    pub const BOTH: [Self; 2] = [Self::Ipv4, Self::Ipv6];

    /// The version of an address.
    pub fn of(address: IpAddr) -> Self {
        if address.is_ipv4() { Self::Ipv4 } else { Self::Ipv6 }
    }

    /// Length of a single address's prefix: 32 or 128.
    pub fn bits(self) -> u8 {
        match self {
            Self::Ipv4 => 32,
            Self::Ipv6 => 128,
        }
    }

    /// `IPv4` or `IPv6`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ipv4 => "IPv4",
            Self::Ipv6 => "IPv6",
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// How wide ranges can be of which nobody knows the addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Breadth {
    /// The shortest prefix that one of public addresses may have; `None` if none is public.
    pub public: Option<u8>,
    /// The shortest prefix that one of other addresses may have; `None` if all are public.
    pub private: Option<u8>,
}

impl Breadth {
    /// Ranges with this prefix, or a longer one, wherever they lie.
    pub const fn prefix(prefix: u8) -> Self {
        Self { public: Some(prefix), private: Some(prefix) }
    }

    /// The ranges of either.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        let shorter = |left: Option<u8>, right: Option<u8>| match (left, right) {
            (Some(left), Some(right)) => Some(left.min(right)),
            (one, none) => one.or(none),
        };
        Self { public: shorter(self.public, other.public), private: shorter(self.private, other.private) }
    }

    /// Whether a range may have a shorter prefix.
    pub fn may_be_wider_than(self, prefix: u8) -> bool {
        [self.public, self.private].into_iter().flatten().any(|shortest| shortest < prefix)
    }
}

/// A set of addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AddressSet {
    ipv4: Intervals<u32>,
    ipv6: Intervals<u128>,
}

impl AddressSet {
    /// No address.
    pub const fn empty() -> Self {
        Self { ipv4: Intervals::empty(), ipv6: Intervals::empty() }
    }

    /// Every address of a family: `0.0.0.0/0` or `::/0`.
    pub fn world(family: Family) -> Self {
        match family {
            Family::Ipv4 => Self { ipv4: Intervals::all(), ipv6: Intervals::empty() },
            Family::Ipv6 => Self { ipv4: Intervals::empty(), ipv6: Intervals::all() },
        }
    }

    /// The addresses of a network; bits below the prefix do not matter (RF-16).
    pub fn from_net(net: IpNet) -> Self {
        match net {
            IpNet::V4(net) => Self {
                ipv4: Intervals::range(net.network().to_bits(), net.broadcast().to_bits()),
                ipv6: Intervals::empty(),
            },
            IpNet::V6(net) => Self {
                ipv4: Intervals::empty(),
                ipv6: Intervals::range(net.network().to_bits(), net.broadcast().to_bits()),
            },
        }
    }

    /// The union of many sets at once, in time n log n of their intervals.
    pub fn union_all<S: AsRef<Self>>(sets: impl IntoIterator<Item = S>) -> Self {
        let (mut ipv4, mut ipv6) = (Vec::new(), Vec::new());
        for set in sets {
            ipv4.extend_from_slice(set.as_ref().ipv4.as_slice());
            ipv6.extend_from_slice(set.as_ref().ipv6.as_slice());
        }
        Self { ipv4: ipv4.into_iter().collect(), ipv6: ipv6.into_iter().collect() }
    }

    /// Every address of either set.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self { ipv4: self.ipv4.union(&other.ipv4), ipv6: self.ipv6.union(&other.ipv6) }
    }

    /// Every address of both sets.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        Self { ipv4: self.ipv4.intersection(&other.ipv4), ipv6: self.ipv6.intersection(&other.ipv6) }
    }

    /// Every address of this set that is not in the other.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        Self { ipv4: self.ipv4.difference(&other.ipv4), ipv6: self.ipv6.difference(&other.ipv6) }
    }

    /// Whether every address of it is in the other.
    pub fn is_subset_of(&self, other: &Self) -> bool {
        self.ipv4.is_subset_of(&other.ipv4) && self.ipv6.is_subset_of(&other.ipv6)
    }

    /// Whether both have an address in common.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.ipv4.overlaps(&other.ipv4) || self.ipv6.overlaps(&other.ipv6)
    }

    /// Whether an address is in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        match address {
            IpAddr::V4(address) => self.ipv4.contains(address.to_bits()),
            IpAddr::V6(address) => self.ipv6.contains(address.to_bits()),
        }
    }

    /// Whether there is no address in it.
    pub fn is_empty(&self) -> bool {
        self.ipv4.is_empty() && self.ipv6.is_empty()
    }

    /// Its addresses of one family.
    #[must_use]
    pub fn family(&self, family: Family) -> Self {
        match family {
            Family::Ipv4 => Self { ipv4: self.ipv4.clone(), ipv6: Intervals::empty() },
            Family::Ipv6 => Self { ipv4: Intervals::empty(), ipv6: self.ipv6.clone() },
        }
    }

    /// The families that it has addresses of.
    pub fn families(&self) -> Vec<Family> {
        Family::BOTH
            .into_iter()
            .filter(|family| match family {
                Family::Ipv4 => !self.ipv4.is_empty(),
                Family::Ipv6 => !self.ipv6.is_empty(),
            })
            .collect()
    }

    /// The addresses of a family that the public internet routes (DC-05); for IPv6 those in `2000::/3` (DC-06).
    pub fn public(family: Family) -> &'static Self {
        special::public(family)
    }

    /// Whether it holds every publicly routed address of a family (DC-04 … DC-06), so that it is as open as
    /// `0.0.0.0/0` or `::/0`, however it is written.
    pub fn covers_world(&self, family: Family) -> bool {
        Self::public(family).is_subset_of(self)
    }

    /// The part of a family's public addresses that it holds, 0 to 1.
    pub fn public_share(&self, family: Family) -> f64 {
        let public = Self::public(family);
        self.intersection(public).size(family) / public.size(family)
    }

    /// Its addresses that the public internet routes.
    #[must_use]
    pub fn public_part(&self) -> Self {
        self.intersection(&Self::public(Family::Ipv4).union(Self::public(Family::Ipv6)))
    }

    /// Its other addresses.
    #[must_use]
    pub fn private_part(&self) -> Self {
        self.difference(&Self::public(Family::Ipv4).union(Self::public(Family::Ipv6)))
    }

    /// Whether it holds a whole range with a shorter prefix.
    pub fn is_wider_than(&self, prefix: u8) -> bool {
        let mut is_wider = false;
        blocks(&self.ipv4, 32, |_, own| is_wider |= own < prefix);
        blocks(&self.ipv6, 128, |_, own| is_wider |= own < prefix);
        is_wider
    }

    /// Number of addresses of a family, as nearly as a float holds it.
    pub fn size(&self, family: Family) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a share of the address space needs no exact count")]
        match family {
            Family::Ipv4 => {
                self.ipv4.as_slice().iter().map(|&(first, last)| f64::from(last - first) + 1.0).sum()
            }
            Family::Ipv6 => {
                self.ipv6.as_slice().iter().map(|&(first, last)| (last - first) as f64 + 1.0).sum()
            }
        }
    }

    /// The fewest CIDRs that hold exactly these addresses, IPv4 first, least first.
    pub fn to_cidrs(&self) -> Vec<IpNet> {
        let mut cidrs = Vec::new();
        blocks(&self.ipv4, 32, |first, prefix| {
            cidrs.extend(Ipv4Net::new(Ipv4Addr::from_bits(first), prefix).map(IpNet::V4));
        });
        blocks(&self.ipv6, 128, |first, prefix| {
            cidrs.extend(Ipv6Net::new(Ipv6Addr::from_bits(first), prefix).map(IpNet::V6));
        });
        cidrs
    }
}

impl AsRef<AddressSet> for AddressSet {
    fn as_ref(&self) -> &AddressSet {
        self
    }
}

/// The CIDRs, separated by commas; `none`.
impl fmt::Display for AddressSet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return formatter.write_str("none");
        }
        for (index, cidr) in self.to_cidrs().iter().enumerate() {
            write!(formatter, "{}{cidr}", if index == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

/// Splits intervals into aligned blocks, each as large as fits: its first address and prefix length.
fn blocks<T: Point + Into<u128> + TryFrom<u128>>(
    intervals: &Intervals<T>,
    bits: u8,
    mut found: impl FnMut(T, u8),
) {
    for &(first, last) in intervals.as_slice() {
        let last: u128 = last.into();
        let mut next: Option<u128> = Some(first.into());
        while let Some(start) = next.filter(|&start| start <= last) {
            let aligned = start.trailing_zeros().min(u32::from(bits));
            // The block of 2^size addresses from `start` must end at or before `last`.
            let fits = (last - start).checked_add(1).map_or(128, u128::ilog2);
            let size = aligned.min(fits);
            if let (Ok(block), Ok(size)) = (T::try_from(start), u8::try_from(size)) {
                found(block, bits - size);
            }
            next = 1u128.checked_shl(size).and_then(|length| start.checked_add(length));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn set(cidrs: &[&str]) -> AddressSet {
        AddressSet::union_all(cidrs.iter().map(|cidr| AddressSet::from_net(cidr.parse().unwrap())))
    }

    fn nets() -> impl Strategy<Value = Vec<IpNet>> {
        // Few distinct leading bits and any prefix, so that networks nest, touch and coincide.
        let ipv4 = (0u32..8, 0u32..4, 0u8..=32).prop_map(|(high, low, prefix)| {
            IpNet::V4(Ipv4Net::new(Ipv4Addr::from_bits(high << 29 | low), prefix).unwrap())
        });
        let ipv6 = (0u128..8, 0u128..4, 0u8..=128).prop_map(|(high, low, prefix)| {
            IpNet::V6(Ipv6Net::new(Ipv6Addr::from_bits(high << 125 | low), prefix).unwrap())
        });
        prop::collection::vec(prop_oneof![ipv4, ipv6], 0..6)
    }

    fn union(nets: &[IpNet]) -> AddressSet {
        AddressSet::union_all(nets.iter().map(|&net| AddressSet::from_net(net)))
    }

    /// Addresses at and beside every edge of the networks: where membership can change.
    fn edges(nets: &[IpNet]) -> Vec<IpAddr> {
        let mut edges = Vec::new();
        for net in nets {
            match (net.network(), net.broadcast()) {
                (IpAddr::V4(first), IpAddr::V4(last)) => {
                    let (first, last) = (first.to_bits(), last.to_bits());
                    for bits in [first.wrapping_sub(1), first, last, last.wrapping_add(1)] {
                        edges.push(IpAddr::V4(Ipv4Addr::from_bits(bits)));
                    }
                }
                (IpAddr::V6(first), IpAddr::V6(last)) => {
                    let (first, last) = (first.to_bits(), last.to_bits());
                    for bits in [first.wrapping_sub(1), first, last, last.wrapping_add(1)] {
                        edges.push(IpAddr::V6(Ipv6Addr::from_bits(bits)));
                    }
                }
                mixed => panic!("a network of two families: {mixed:?}"),
            }
        }
        edges
    }

    proptest! {
        #[test]
        fn operations_agree_with_membership_at_every_edge(left in nets(), right in nets()) {
            let (a, b) = (union(&left), union(&right));
            let both: Vec<IpNet> = left.iter().chain(&right).copied().collect();
            for address in edges(&both) {
                let in_a = left.iter().any(|net| net.contains(&address));
                let in_b = right.iter().any(|net| net.contains(&address));
                prop_assert_eq!(a.contains(address), in_a);
                prop_assert_eq!(a.union(&b).contains(address), in_a || in_b);
                prop_assert_eq!(a.intersection(&b).contains(address), in_a && in_b);
                prop_assert_eq!(a.difference(&b).contains(address), in_a && !in_b);
            }
            prop_assert_eq!(a.overlaps(&b), !a.intersection(&b).is_empty());
            prop_assert_eq!(a.is_subset_of(&b), a.difference(&b).is_empty());
            prop_assert_eq!(a.family(Family::Ipv4).union(&a.family(Family::Ipv6)), a);
        }

        #[test]
        fn cidrs_are_exact_and_as_few_as_possible(given in nets(), without in nets()) {
            let set = union(&given).difference(&union(&without));
            let cidrs = set.to_cidrs();
            prop_assert_eq!(union(&cidrs), set);
            prop_assert_eq!(&cidrs, &IpNet::aggregate(&cidrs));
            prop_assert!(cidrs.iter().all(|cidr| *cidr == cidr.trunc()));
        }
    }

    #[test]
    fn halves_of_the_world_are_the_world() {
        for (family, halves) in
            [(Family::Ipv4, ["0.0.0.0/1", "128.0.0.0/1"]), (Family::Ipv6, ["2000::/4", "3000::/4"])]
        {
            assert!(set(&halves).covers_world(family));
            assert!(halves.iter().all(|half| !set(&[half]).covers_world(family)));
        }
        assert_eq!(set(&["::/1", "8000::/1"]), AddressSet::world(Family::Ipv6));
    }

    #[test]
    fn all_public_space_is_the_world_without_private_ranges() {
        let public = AddressSet::world(Family::Ipv4).difference(&set(&[
            "10.0.0.0/8",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "100.64.0.0/10",
        ]));
        assert!(public.covers_world(Family::Ipv4));
        assert!(!public.difference(&set(&["8.8.8.8/32"])).covers_world(Family::Ipv4));
    }

    #[test]
    fn global_unicast_ipv6_is_the_ipv6_world() {
        assert!(set(&["2000::/3"]).covers_world(Family::Ipv6));
        assert!(set(&["::/1"]).covers_world(Family::Ipv6));
        assert!(!set(&["2000::/4"]).covers_world(Family::Ipv6));
        assert!(!set(&["::/0"]).covers_world(Family::Ipv4));
    }

    #[test]
    fn shares_of_public_space_are_plausible() {
        let share = |cidr: &str| set(&[cidr]).public_share(Family::Ipv4);
        assert!((share("0.0.0.0/0") - 1.0).abs() < 1e-12);
        assert!(share("10.0.0.0/8").abs() < 1e-12);
        assert!((0.003..0.006).contains(&share("8.0.0.0/8")));
    }

    #[test]
    fn the_widest_range_counts() {
        assert!(set(&["10.0.0.0/16", "192.168.0.0/24"]).is_wider_than(17));
        assert!(!set(&["10.0.0.0/16", "192.168.0.0/24"]).is_wider_than(16));
        assert!(set(&["10.0.0.0/9", "10.128.0.0/9"]).is_wider_than(9), "two halves are one range");
        assert!(!AddressSet::empty().is_wider_than(128));
        assert!(AddressSet::world(Family::Ipv6).is_wider_than(1));
    }

    #[test]
    fn a_range_around_private_addresses_has_both_parts() {
        let around = set(&["10.0.0.0/7", "fc00::/7"]);
        assert_eq!(around.public_part(), set(&["11.0.0.0/8"]));
        assert_eq!(around.private_part(), set(&["10.0.0.0/8", "fc00::/7"]));
    }

    #[test]
    fn unknown_ranges_are_as_wide_as_the_widest() {
        let network = Breadth { public: None, private: Some(16) };
        assert!(!network.may_be_wider_than(16) && network.may_be_wider_than(17));
        let either = network.or(Breadth::prefix(24));
        assert_eq!(either, Breadth { public: Some(24), private: Some(16) });
    }

    #[test]
    fn shown_as_the_fewest_cidrs() {
        assert_eq!(set(&["10.0.1.0/24", "10.0.0.0/24", "::/0"]).to_string(), "10.0.0.0/23, ::/0");
        assert_eq!(AddressSet::empty().to_string(), "none");
    }
}

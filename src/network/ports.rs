//! Sets of ports.

use std::collections::BTreeSet;
use std::fmt;

use super::intervals::Intervals;

/// A set of ports of TCP or UDP, 0 to 65535.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PortSet(Intervals<u16>);

impl PortSet {
    /// No port.
    pub const fn empty() -> Self {
        Self(Intervals::empty())
    }

    /// Every port.
    pub fn all() -> Self {
        Self(Intervals::all())
    }

    /// One port.
    pub fn single(port: u16) -> Self {
        Self::range(port, port)
    }

    /// The ports from `first` to `last`, both included; none when `first` is the greater one.
    pub fn range(first: u16, last: u16) -> Self {
        Self(Intervals::range(first, last))
    }

    /// One port or range as text: `22`, `8000-8999`.
    pub fn parse(text: &str) -> Option<Self> {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let (first, last) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
        (first <= last).then(|| Self::range(first, last))
    }

    /// The union of several sets.
    pub fn union_all(sets: impl IntoIterator<Item = Self>) -> Self {
        Self::from_intervals(sets.into_iter().flat_map(|set| set.intervals().to_vec()))
    }

    /// The union of intervals in any order, each with both ends included.
    pub fn from_intervals(intervals: impl IntoIterator<Item = (u16, u16)>) -> Self {
        Self(intervals.into_iter().collect())
    }

    /// The intervals, least first, disjoint and not touching.
    pub fn intervals(&self) -> &[(u16, u16)] {
        self.0.as_slice()
    }

    /// Every port of either set.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self(self.0.union(&other.0))
    }

    /// Every port of both sets.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        Self(self.0.intersection(&other.0))
    }

    /// Every port of this set that is not in the other.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        Self(self.0.difference(&other.0))
    }

    /// Whether every port of it is in the other.
    pub fn is_subset_of(&self, other: &Self) -> bool {
        self.0.is_subset_of(&other.0)
    }

    /// Whether both have a port in common.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.0.overlaps(&other.0)
    }

    /// Whether a port is in it.
    pub fn contains(&self, port: u16) -> bool {
        self.0.contains(port)
    }

    /// Number of ports, 0 to 65536.
    pub fn count(&self) -> u32 {
        self.intervals().iter().map(|&(first, last)| u32::from(last - first) + 1).sum()
    }

    /// Whether there is no port in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether every port is in it.
    pub fn is_all(&self) -> bool {
        self.intervals() == [(0, u16::MAX)]
    }
}

/// `22, 8000-8999`; `all`; `none`.
impl fmt::Display for PortSet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_all() {
            return formatter.write_str("all");
        }
        if self.is_empty() {
            return formatter.write_str("none");
        }
        for (index, &(first, last)) in self.intervals().iter().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            if first == last {
                write!(formatter, "{separator}{first}")?;
            } else {
                write!(formatter, "{separator}{first}-{last}")?;
            }
        }
        Ok(())
    }
}

/// The widest ranges within which no set begins or ends, least first, from port 0 to 65535: on each of them the same
/// sets apply.
pub fn segments<'a>(sets: impl Iterator<Item = &'a PortSet>) -> Vec<(u16, u16)> {
    let mut starts = BTreeSet::from([0u16]);
    for &(first, last) in sets.flat_map(PortSet::intervals) {
        starts.insert(first);
        starts.extend(last.checked_add(1));
    }
    let starts: Vec<u16> = starts.into_iter().collect();
    let ends = starts.iter().skip(1).map(|next| next - 1).chain([u16::MAX]);
    starts.iter().copied().zip(ends).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn shown_as_people_write_ports() {
        assert_eq!(PortSet::from_intervals([(8000, 8999), (22, 22)]).to_string(), "22, 8000-8999");
        assert_eq!(PortSet::all().to_string(), "all");
        assert_eq!(PortSet::empty().to_string(), "none");
        assert_eq!(PortSet::range(1, 65535).to_string(), "1-65535");
    }

    #[test]
    fn segments_cut_at_every_edge() {
        let sets = [PortSet::range(20, 30), PortSet::range(25, 65535)];
        assert_eq!(segments(sets.iter()), [(0, 19), (20, 24), (25, 30), (31, 65535)]);
        assert_eq!(segments(std::iter::empty()), [(0, 65535)]);
    }

    #[test]
    fn a_reversed_range_is_empty() {
        assert!(PortSet::range(200, 1).is_empty());
    }

    proptest! {
        #[test]
        fn count_is_the_number_of_ports_contained(given in prop::collection::vec((any::<u16>(), any::<u16>()), 0..5)) {
            let set = PortSet::from_intervals(given);
            let counted = (0..=u16::MAX).filter(|&port| set.contains(port)).count();
            prop_assert_eq!(set.count() as usize, counted);
            prop_assert_eq!(set.is_all(), counted == 65536);
        }
    }
}

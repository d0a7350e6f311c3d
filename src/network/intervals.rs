//! Sets of whole numbers as sorted, disjoint, inclusive intervals: the arithmetic under ports and addresses.

/// A number that intervals are made of.
pub trait Point: Copy + Ord + std::fmt::Debug {
    /// The least number.
    const MIN: Self;
    /// The greatest number.
    const MAX: Self;
    /// The number after this one.
    fn next(self) -> Option<Self>;
    /// The number before this one.
    fn previous(self) -> Option<Self>;
}

macro_rules! point {
    ($($number:ty),+) => {$(
        impl Point for $number {
            const MIN: Self = <$number>::MIN;
            const MAX: Self = <$number>::MAX;
            fn next(self) -> Option<Self> {
                self.checked_add(1)
            }
            fn previous(self) -> Option<Self> {
                self.checked_sub(1)
            }
        }
    )+};
}

point!(u16, u32, u128);

/// A set of numbers. Between two of its intervals there is always a gap, so that equal sets are equal values.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Intervals<T> {
    items: Vec<(T, T)>,
}

impl<T> Default for Intervals<T> {
    fn default() -> Self {
        Self { items: Vec::new() }
    }
}

impl<T: Point> Intervals<T> {
    /// No number.
    pub const fn empty() -> Self {
        Self { items: Vec::new() }
    }

    /// Every number.
    pub fn all() -> Self {
        Self { items: vec![(T::MIN, T::MAX)] }
    }

    /// The numbers from `first` to `last`, both included; none when `first` is the greater one.
    pub fn range(first: T, last: T) -> Self {
        if first > last { Self::empty() } else { Self { items: vec![(first, last)] } }
    }

    /// The intervals, least first.
    pub fn as_slice(&self) -> &[(T, T)] {
        &self.items
    }

    /// Whether there is no number in it.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Whether a number is in it.
    pub fn contains(&self, point: T) -> bool {
        let after = self.items.partition_point(|&(first, _)| first <= point);
        after > 0 && point <= self.items[after - 1].1
    }

    /// Every number of either set.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        match (self.is_empty(), other.is_empty()) {
            (_, true) => self.clone(),
            (true, _) => other.clone(),
            _ => self.items.iter().chain(&other.items).copied().collect(),
        }
    }

    /// Every number of both sets.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let mut items = Vec::new();
        self.sweep(other, |first, last| {
            items.push((first, last));
            true
        });
        Self { items }
    }

    /// Every number of this set that is not in the other.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        self.intersection(&other.complement())
    }

    /// Every number that is not in it.
    #[must_use]
    pub fn complement(&self) -> Self {
        let mut items = Vec::with_capacity(self.items.len() + 1);
        let mut next = Some(T::MIN);
        for &(first, last) in &self.items {
            if let (Some(start), Some(end)) = (next, first.previous())
                && start <= end
            {
                items.push((start, end));
            }
            next = last.next();
        }
        if let Some(start) = next {
            items.push((start, T::MAX));
        }
        Self { items }
    }

    /// Whether every number of it is in the other.
    pub fn is_subset_of(&self, other: &Self) -> bool {
        self.items.iter().all(|&(first, last)| {
            let after = other.items.partition_point(|&(start, _)| start <= first);
            after > 0 && last <= other.items[after - 1].1
        })
    }

    /// Whether both have a number in common.
    pub fn overlaps(&self, other: &Self) -> bool {
        let mut found = false;
        self.sweep(other, |_, _| {
            found = true;
            false
        });
        found
    }

    /// Visits the intervals that both have in common, least first, while `visit` wants more.
    fn sweep(&self, other: &Self, mut visit: impl FnMut(T, T) -> bool) {
        let (mut left, mut right) = (self.items.iter().peekable(), other.items.iter().peekable());
        while let (Some(&&(a, b)), Some(&&(c, d))) = (left.peek(), right.peek()) {
            let (first, last) = (a.max(c), b.min(d));
            if first <= last && !visit(first, last) {
                return;
            }
            if b < d {
                left.next();
            } else {
                right.next();
            }
        }
    }
}

/// The union of intervals in any order. An interval whose first number is greater than its last is empty.
impl<T: Point> FromIterator<(T, T)> for Intervals<T> {
    fn from_iter<I: IntoIterator<Item = (T, T)>>(intervals: I) -> Self {
        let mut sorted: Vec<(T, T)> = intervals.into_iter().filter(|(first, last)| first <= last).collect();
        sorted.sort_unstable();
        let mut items: Vec<(T, T)> = Vec::with_capacity(sorted.len());
        for (first, last) in sorted {
            match items.last_mut() {
                Some((_, end)) if end.next().is_none_or(|next| first <= next) => *end = last.max(*end),
                _ => items.push((first, last)),
            }
        }
        Self { items }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    /// A universe small enough to enumerate, at both ends of the type so that the edges are met.
    const LOW: u16 = 24;
    const HIGH: u16 = u16::MAX - 24;

    fn universe() -> impl Iterator<Item = u16> {
        (0..=LOW).chain(HIGH..=u16::MAX)
    }

    fn point() -> impl Strategy<Value = u16> {
        prop_oneof![0..=LOW, HIGH..=u16::MAX]
    }

    fn pairs() -> impl Strategy<Value = Vec<(u16, u16)>> {
        prop::collection::vec((point(), point()), 0..6)
    }

    fn members(set: &Intervals<u16>) -> BTreeSet<u16> {
        universe().filter(|&point| set.contains(point)).collect()
    }

    fn is_normal(set: &Intervals<u16>) -> bool {
        set.as_slice().iter().all(|(first, last)| first <= last)
            && set.as_slice().windows(2).all(|pair| pair[0].1.next().is_some_and(|next| next < pair[1].0))
    }

    proptest! {
        #[test]
        fn membership_is_that_of_the_given_intervals(given in pairs()) {
            let set: Intervals<u16> = given.iter().copied().collect();
            prop_assert!(is_normal(&set));
            for point in universe() {
                let expected = given.iter().any(|&(first, last)| first <= point && point <= last);
                prop_assert_eq!(set.contains(point), expected, "{}", point);
            }
        }

        #[test]
        fn operations_agree_with_enumeration(left in pairs(), right in pairs()) {
            let (a, b): (Intervals<u16>, Intervals<u16>) =
                (left.into_iter().collect(), right.into_iter().collect());
            let (in_a, in_b) = (members(&a), members(&b));
            for (result, expected) in [
                (a.union(&b), &in_a | &in_b),
                (a.intersection(&b), &in_a & &in_b),
                (a.difference(&b), &in_a - &in_b),
                (a.complement(), universe().filter(|point| !in_a.contains(point)).collect()),
            ] {
                prop_assert!(is_normal(&result));
                prop_assert_eq!(members(&result), expected);
            }
        }

        #[test]
        fn relations_agree_with_the_operations(left in pairs(), right in pairs()) {
            let (a, b): (Intervals<u16>, Intervals<u16>) =
                (left.into_iter().collect(), right.into_iter().collect());
            prop_assert_eq!(a.is_subset_of(&b), a.difference(&b).is_empty());
            prop_assert_eq!(a.overlaps(&b), !a.intersection(&b).is_empty());
            prop_assert_eq!(a.is_subset_of(&b) && b.is_subset_of(&a), a == b);
        }

        #[test]
        fn algebraic_laws_hold(left in pairs(), right in pairs(), other in pairs()) {
            let (a, b, c): (Intervals<u16>, Intervals<u16>, Intervals<u16>) =
                (left.into_iter().collect(), right.into_iter().collect(), other.into_iter().collect());
            prop_assert_eq!(a.union(&b), b.union(&a));
            prop_assert_eq!(a.union(&b).union(&c), a.union(&b.union(&c)));
            prop_assert_eq!(a.intersection(&b.union(&c)), a.intersection(&b).union(&a.intersection(&c)));
            prop_assert_eq!(a.union(&b).complement(), a.complement().intersection(&b.complement()));
            prop_assert_eq!(a.complement().complement(), a.clone());
            prop_assert_eq!(a.difference(&b).union(&a.intersection(&b)), a);
        }
    }

    #[test]
    fn the_whole_range_has_an_empty_complement() {
        assert!(Intervals::<u128>::all().complement().is_empty());
        assert_eq!(Intervals::<u128>::empty().complement(), Intervals::all());
    }

    #[test]
    fn touching_intervals_become_one() {
        let halves: Intervals<u32> = [(0x8000_0000, u32::MAX), (0, 0x7fff_ffff)].into_iter().collect();
        assert_eq!(halves, Intervals::all());
    }
}

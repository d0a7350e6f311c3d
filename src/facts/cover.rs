//! Which of several address sets together are the whole world.

use crate::network::address::{AddressSet, Family};

/// Beyond this many chosen parts, superfluous ones are not looked for: the world is rarely cut so fine, and the search
/// is quadratic.
const PRUNED: usize = 64;

/// One of the sets.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part<'a> {
    /// Its addresses.
    pub(super) addresses: &'a AddressSet,
    /// Whether it is there for certain: those that are not are taken only where they are needed.
    pub(super) is_certain: bool,
    /// The part of the family's public addresses that it holds, 0 to 1.
    pub(super) share: f64,
}

/// A few parts that cover the world of a family together, none of which can be left out, in their order; `None` if
/// not even all parts cover it.
pub(super) fn smallest_cover(parts: &[Part<'_>], family: Family) -> Option<Vec<usize>> {
    if parts.iter().map(|part| part.share).sum::<f64>() < 1.0 - 1e-9 {
        return None;
    }
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by(|&left, &right| {
        let (left, right) = (&parts[left], &parts[right]);
        right.is_certain.cmp(&left.is_certain).then(right.share.total_cmp(&left.share))
    });
    let mut missing = AddressSet::public(family).clone();
    let mut chosen = Vec::new();
    for index in order {
        if missing.is_empty() {
            break;
        }
        if parts[index].addresses.overlaps(&missing) {
            missing = missing.difference(parts[index].addresses);
            chosen.push(index);
        }
    }
    if !missing.is_empty() {
        return None;
    }
    if chosen.len() <= PRUNED {
        for position in (0..chosen.len()).rev() {
            let others = chosen.iter().enumerate().filter(|(other, _)| *other != position);
            let rest = AddressSet::union_all(others.map(|(_, &index)| parts[index].addresses));
            if rest.covers_world(family) {
                chosen.remove(position);
            }
        }
    }
    chosen.sort_unstable();
    Some(chosen)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cover(cidrs: &[(&str, bool)]) -> Option<Vec<usize>> {
        let sets: Vec<AddressSet> =
            cidrs.iter().map(|(cidr, _)| AddressSet::from_net(cidr.parse().unwrap())).collect();
        let parts: Vec<Part<'_>> = sets
            .iter()
            .zip(cidrs)
            .map(|(addresses, &(_, is_certain))| Part {
                addresses,
                is_certain,
                share: addresses.public_share(Family::Ipv4),
            })
            .collect();
        smallest_cover(&parts, Family::Ipv4)
    }

    #[test]
    fn what_can_be_left_out_is_left_out() {
        let parts = [("0.0.0.0/2", true), ("10.0.0.0/8", true), ("0.0.0.0/1", true), ("128.0.0.0/1", true)];
        assert_eq!(cover(&parts), Some(vec![2, 3]));
    }

    #[test]
    fn a_gap_means_no_cover() {
        assert_eq!(cover(&[("0.0.0.0/1", true), ("128.0.0.0/2", true)]), None);
        assert_eq!(cover(&[]), None);
    }

    #[test]
    fn uncertain_parts_are_taken_only_where_needed() {
        let parts = [("0.0.0.0/0", false), ("0.0.0.0/1", true), ("128.0.0.0/1", true)];
        assert_eq!(cover(&parts), Some(vec![1, 2]));
        assert_eq!(cover(&[("0.0.0.0/1", true), ("128.0.0.0/1", false)]), Some(vec![0, 1]));
    }
}

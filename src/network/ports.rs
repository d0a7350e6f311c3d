//! Sets of ports as sorted, disjoint intervals.

/// A set of ports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PortSet {
    intervals: Vec<(u16, u16)>,
}

//! Sets of addresses as sorted, disjoint intervals, IPv4 and IPv6 side by side.

/// A set of addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddressSet {
    v4: Vec<(u32, u32)>,
    v6: Vec<(u128, u128)>,
}

impl AddressSet {
    /// No address.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Every address of either set.
    #[must_use]
    pub fn union(&self, _other: &Self) -> Self {
        self.clone()
    }
}

/// A CIDR.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cidr {}

impl Cidr {
    /// Its addresses.
    pub fn addresses(&self) -> AddressSet {
        AddressSet::empty()
    }
}

/// Why a text is not a CIDR.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CidrError {}

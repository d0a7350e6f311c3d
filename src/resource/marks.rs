//! Marks: what a language says about a value besides what it is.

use std::fmt;

/// What a value must not be used for, however it was made. Marks spread: what is computed from a marked value is
/// marked, too.
///
/// A [`Value`](super::Value) carries its marks in its [`Origin`](super::Origin), so that whoever keeps the way of a
/// value keeps its marks. To mark a value: [`Value::marked`](super::Value::marked). To ask:
/// [`Value::is_sensitive`](super::Value::is_sensitive), [`Origin::is_sensitive`](super::Origin::is_sensitive).
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Marks(u8);

impl Marks {
    /// None.
    pub const NONE: Self = Self(0);
    /// Its text must never be printed: Terraform's `sensitive`, CloudFormation's `NoEcho`. It may still be judged.
    pub const SENSITIVE: Self = Self(1);
    /// Terraform's `ephemeral`: never kept in a plan or state.
    pub const EPHEMERAL: Self = Self(2);
    /// Every one.
    pub const ALL: Self = Self::SENSITIVE.and(Self::EPHEMERAL);

    /// These and those.
    #[must_use]
    pub const fn and(self, more: Self) -> Self {
        Self(self.0 | more.0)
    }

    /// These except those.
    #[must_use]
    pub const fn without(self, fewer: Self) -> Self {
        Self(self.0 & !fewer.0)
    }

    /// Whether all of those are among these.
    pub const fn has(self, wanted: Self) -> bool {
        self.0 & wanted.0 == wanted.0
    }

    /// Whether there are none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl fmt::Debug for Marks {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = [(Self::SENSITIVE, "sensitive"), (Self::EPHEMERAL, "ephemeral")];
        let names = names.iter().filter(|(mark, _)| self.has(*mark)).map(|(_, name)| name);
        formatter.debug_set().entries(names).finish()
    }
}

//! Profiles: how much a project wants to hear.

use std::fmt;
use std::str::FromStr;

/// A profile. Each holds all that those before it hold: a rule names the least one that it belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Profile {
    /// What is certainly wrong or dangerous: open to the internet, or refused by AWS.
    Minimal,
    /// What most projects want to know.
    #[default]
    Default,
    /// Everything.
    Strict,
}

impl Profile {
    /// Every profile, the smallest first.
    pub const ALL: [Self; 3] = [Self::Minimal, Self::Default, Self::Strict];

    /// Its name in config and rules.
    pub fn name(self) -> &'static str {
        match self {
            Self::Minimal => "minimal",
            Self::Default => "default",
            Self::Strict => "strict",
        }
    }

    /// The names of all, the smallest first.
    pub fn names() -> Vec<&'static str> {
        Self::ALL.map(Self::name).to_vec()
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

impl FromStr for Profile {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|profile| profile.name() == text);
        found.ok_or_else(|| format!("unknown profile {text:?}; one of {}", Self::names().join(", ")))
    }
}

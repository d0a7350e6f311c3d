//! Counting what may not be known to the last.

use std::sync::Arc;

use super::draft::Known;
use crate::network::model::Permission;
use crate::resource::{Presence, Unknown};

/// Something counted: at least so many.
#[derive(Clone, Debug, Default)]
pub(super) struct Count {
    pub(super) at_least: usize,
    /// Why there may be more.
    pub(super) more: Option<Arc<Unknown>>,
}

impl Count {
    /// Counts so many more, or for some reason perhaps more.
    pub(super) fn add(&mut self, count: Known<usize>) {
        match count {
            Ok(count) => self.at_least = self.at_least.saturating_add(count),
            Err(why) => self.more = self.more.take().or(Some(why)),
        }
    }

    /// How many there are.
    pub(super) fn total(&self) -> Known<usize> {
        self.more.as_ref().map_or(Ok(self.at_least), |why| Err(Arc::clone(why)))
    }

    /// Whether there are any, which one that is known is enough for.
    pub(super) fn any(&self) -> Known<bool> {
        if self.at_least > 0 { Ok(true) } else { self.total().map(|_| false) }
    }
}

/// Why it is not known how many permissions one stands for: whether it exists, or how many peers a list has.
pub(super) fn number_of(permission: &Permission) -> Known<usize> {
    match (&permission.presence, &permission.several) {
        (Presence::Unknown(why), _) | (Presence::Certain, Some(why)) => Err(Arc::clone(why)),
        (Presence::Certain, None) => Ok(1),
    }
}

//! Functions on sets. Lists given to them count as sets.

use super::arguments::{Outcome, Stopped};
use super::{Call, MAX_ELEMENTS};
use crate::resource::{Value, ValueKind};
use crate::terraform::order::Seen;
use crate::terraform::types;

/// Unknown elements stay: a union holds every element of its parts.
pub(super) fn union(call: &Call<'_>) -> Outcome {
    let mut all = Vec::new();
    for index in 0..call.arguments.len() {
        all.append(&mut call.elements(index)?);
    }
    types::unify(all.iter_mut()).map_err(|why| call.refuse(why))?;
    Ok(call.set(all))
}

pub(super) fn intersection(call: &Call<'_>) -> Outcome {
    let mut sets = known_sets(call)?.into_iter();
    let mut common = sets.next().unwrap_or_default();
    for set in sets {
        let other: Seen = set.iter().collect();
        common.retain(|element| other.contains(element));
    }
    Ok(call.set(common))
}

pub(super) fn subtract(call: &Call<'_>) -> Outcome {
    let mut sets = known_sets(call)?.into_iter();
    let mut left = sets.next().unwrap_or_default();
    for set in sets {
        let other: Seen = set.iter().collect();
        left.retain(|element| !other.contains(element));
    }
    Ok(call.set(left))
}

/// The arguments as sets of one element type, all known to the last element. Different references count as
/// different: they are identities.
fn known_sets(call: &Call<'_>) -> Result<Vec<Vec<Value>>, Stopped> {
    let mut sets =
        (0..call.arguments.len()).map(|index| call.known_set(index)).collect::<Result<Vec<_>, _>>()?;
    types::unify(sets.iter_mut().flatten()).map_err(|why| call.refuse(why))?;
    Ok(sets)
}

/// Every combination of one element of each argument: a set if any argument is one, else a list.
pub(super) fn product(call: &Call<'_>) -> Outcome {
    if call.arguments.len() < 2 {
        return Err(call.refuse("at least two arguments are required"));
    }
    let mut factors = Vec::new();
    let mut count: usize = 1;
    for index in 0..call.arguments.len() {
        let mut elements = call.elements(index)?;
        types::unify(elements.iter_mut()).map_err(|why| call.refuse_argument(index, why))?;
        count = count.saturating_mul(elements.len());
        factors.push(elements);
    }
    if count.saturating_mul(factors.len()) > MAX_ELEMENTS {
        return Err(call.too_large());
    }
    let mut combinations: Vec<Vec<Value>> = vec![Vec::new()];
    for factor in &factors {
        combinations = combinations
            .iter()
            .flat_map(|start| {
                factor.iter().map(|element| {
                    let mut longer = start.clone();
                    longer.push(element.clone());
                    longer
                })
            })
            .collect();
    }
    let tuples = combinations.into_iter().map(|combination| call.list(combination)).collect();
    let sets = call.arguments.iter().any(|argument| matches!(argument.kind, ValueKind::Set(_)));
    Ok(if sets { call.set(tuples) } else { call.list(tuples) })
}

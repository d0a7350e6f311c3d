//! What the ids of a plan stand for.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use super::read::Plan;
use crate::resource::{Mode, Reference, Value, ValueKind};

/// Attributes whose value names one resource among all others.
const NAMING: [&str; 2] = ["id", "arn"];

/// Shorter texts may be equal by chance.
const SHORTEST: usize = 8;

/// The resources of a plan that exist already, by id and ARN. In the plan of a change, attributes hold these
/// instead of references.
pub(super) struct Identities {
    /// `None` for an id that several resources have.
    known: BTreeMap<String, Option<Arc<Reference>>>,
}

#[derive(Deserialize)]
struct Named {
    id: Option<String>,
    arn: Option<String>,
}

impl Identities {
    /// Collects the ids of all managed resources.
    pub(super) fn of(plan: &Plan<'_>) -> Self {
        let mut known: BTreeMap<String, Option<Arc<Reference>>> = BTreeMap::new();
        for planned in plan.planned() {
            if planned.mode == Mode::Data {
                continue;
            }
            let Ok(named) = serde_json::from_str::<Named>(planned.values.get()) else { continue };
            for (attribute, text) in NAMING.into_iter().zip([named.id, named.arn]) {
                let Some(text) = text.filter(|text| text.len() >= SHORTEST) else { continue };
                let reference =
                    Reference { address: planned.address.as_ref().into(), attribute: attribute.into() };
                known
                    .entry(text)
                    .and_modify(|one| {
                        // Some resources have their ARN as id.
                        if one.as_ref().is_some_and(|one| one.address != reference.address) {
                            *one = None;
                        }
                    })
                    .or_insert_with(|| Some(Arc::new(reference.clone())));
            }
        }
        Self { known }
    }

    /// Replaces each text in a value that is an id by the resource it names.
    pub(super) fn resolve(&self, value: &mut Value) {
        match &mut value.kind {
            ValueKind::String(text) => {
                if let Some(Some(reference)) = self.known.get(&**text) {
                    value.kind = ValueKind::Reference(Arc::clone(reference));
                }
            }
            ValueKind::List(items) => {
                for item in Arc::make_mut(items) {
                    self.resolve(item);
                }
            }
            ValueKind::Map(entries) => {
                for value in Arc::make_mut(entries).values_mut() {
                    self.resolve(value);
                }
            }
            _ => {}
        }
    }
}

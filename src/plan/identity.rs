//! What the ids of a plan stand for.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use super::read::Plan;
use crate::resource::{Mode, Reference, Value, ValueKind};

/// Attributes whose value names one resource among all others.
const NAMING: [&str; 2] = ["id", "arn"];

/// The fewest digits of an id that a cloud issues.
const ISSUED_DIGITS: usize = 8;

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
            let named = planned.values.and_then(|values| serde_json::from_str::<Named>(values.get()).ok());
            let Some(named) = named else { continue };
            for (attribute, text) in NAMING.into_iter().zip([named.id, named.arn]) {
                let Some(text) = text.filter(|text| !text.is_empty()) else { continue };
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

    /// Replaces each text in a value that is an id by the resource it names. Roles, buckets and many others have
    /// their name as id, and names may be equal by chance: unless the value is made of references, `refers`, only
    /// ids that a cloud issues count.
    pub(super) fn resolve(&self, value: &mut Value, refers: bool) {
        match &mut value.kind {
            ValueKind::String(text) => {
                if let Some(Some(reference)) = self.known.get(&**text)
                    && (refers || is_issued(text))
                {
                    value.kind = ValueKind::Reference(Arc::clone(reference));
                }
            }
            ValueKind::List(items) => {
                for item in Arc::make_mut(items) {
                    self.resolve(item, refers);
                }
            }
            ValueKind::Map(entries) => {
                for value in Arc::make_mut(entries).values_mut() {
                    self.resolve(value, refers);
                }
            }
            _ => {}
        }
    }
}

/// Whether a text looks like an ARN or like an id that a cloud issues: `sg-0a1b2c3d4e5f67890`.
fn is_issued(text: &str) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let id = text.rsplit_once('-');
    text.starts_with("arn:")
        || id.is_some_and(|(_, digits)| digits.len() >= ISSUED_DIGITS && digits.bytes().all(is_digit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_a_cloud_issues_are_told_from_names() {
        for id in ["sg-0a1b2c3d4e5f67890", "sg-12345678", "vpc-12345678", "arn:aws:iam::123456789012:role/x"]
        {
            assert!(is_issued(id), "{id}");
        }
        for name in ["sg-webserver", "production", "web-1", "feed-face-cafe", ""] {
            assert!(!is_issued(name), "{name}");
        }
    }
}

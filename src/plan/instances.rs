//! References of the code to something whose instances only the plan counts.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::written::stand_ins;
use crate::resource::{Cause, Reference, Resource, Value, ValueKind};

/// Where the code refers to what stands in for an unknown number of instances, makes that the one planned instance.
/// Which of several it is, is not known.
pub(super) fn settle(resources: &mut [Resource]) {
    let mut instances: BTreeMap<String, Vec<Arc<str>>> = BTreeMap::new();
    for resource in &*resources {
        for stand_in in stand_ins(&resource.address) {
            instances.entry(stand_in).or_default().push(Arc::clone(&resource.address));
        }
    }
    if instances.is_empty() {
        return;
    }
    for attribute in resources.iter_mut().flat_map(|resource| resource.attributes.values_mut()) {
        settle_value(&mut attribute.value, &instances);
    }
}

fn settle_value(value: &mut Value, instances: &BTreeMap<String, Vec<Arc<str>>>) {
    match &mut value.kind {
        ValueKind::Reference(reference) => match instances.get(&*reference.address).map(Vec::as_slice) {
            None => {}
            Some([one]) => {
                let attribute = Arc::clone(&reference.attribute);
                *reference = Arc::new(Reference { address: Arc::clone(one), attribute });
            }
            Some(_) => {
                let cause = Cause::Computed(format!("an instance of {}", reference.address));
                value.kind = Value::unknown(cause, value.origin.written).kind;
            }
        },
        ValueKind::List(items) | ValueKind::Set(items) if items.iter().any(refers) => {
            for item in Arc::make_mut(items) {
                settle_value(item, instances);
            }
        }
        ValueKind::Map(entries) if entries.values().any(refers) => {
            for value in Arc::make_mut(entries).values_mut() {
                settle_value(value, instances);
            }
        }
        ValueKind::Template(parts) if parts.iter().any(refers) => {
            for part in Arc::make_mut(parts).iter_mut() {
                settle_value(part, instances);
            }
        }
        _ => {}
    }
}

fn refers(value: &Value) -> bool {
    match &value.kind {
        ValueKind::Reference(_) => true,
        ValueKind::List(items) | ValueKind::Set(items) => items.iter().any(refers),
        ValueKind::Template(parts) => parts.iter().any(refers),
        ValueKind::Map(entries) => entries.values().any(refers),
        _ => false,
    }
}

//! What names a thing that exists only after deployment, as text: every reference to one thing reads the same.

use std::sync::Arc;

use super::fields::{Argument, read};
use super::references::Names;
use crate::network::model::Field;
use crate::resource::{Cause, Language, Reference, Resource, SENSITIVE_TEXT, Unknown, ValueKind};

/// The identity of what an argument names: `expected`, in words.
pub(super) fn identity(argument: &Argument, expected: &str, names: &Names<'_>) -> Field<String> {
    let field = read(argument.place, &argument.value, expected, |value| match &value.kind {
        ValueKind::Reference(reference) => Some(of_reference(reference, names)),
        _ => value.to_text().filter(|text| !text.is_empty()).map(|text| text.to_string()),
    });
    // It would be told with whatever is said of the thing.
    if argument.value.is_sensitive() && field.value.is_ok() {
        let cause = Cause::LookedUp(format!("what {SENSITIVE_TEXT} names"));
        return Field { value: Err(Arc::new(Unknown::new(cause, field.span))), ..field };
    }
    field
}

/// The identity that a reference stands for.
pub(super) fn of_reference(reference: &Reference, names: &Names<'_>) -> String {
    match names.resource(&reference.address) {
        Some(resource) if is_identity(resource, &reference.attribute) => of(resource),
        Some(resource) => {
            let attribute = reference.attribute.clone();
            Reference { address: resource.address.clone(), attribute }.to_string()
        }
        None => reference.to_string(),
    }
}

/// The identity of a resource.
pub(super) fn of(resource: &Resource) -> String {
    match resource.language {
        Language::Terraform => format!("{}.id", resource.address),
        Language::CloudFormation => resource.address.to_string(),
    }
}

/// Whether an attribute is the identity of its resource: `id`; `Ref`, or `VpcId` of a VPC.
fn is_identity(resource: &Resource, attribute: &str) -> bool {
    match resource.language {
        Language::Terraform => matches!(attribute, "" | "id"),
        Language::CloudFormation => {
            let kind = resource.kind.rsplit("::").next().unwrap_or_default();
            let own = attribute.strip_suffix("Id").is_some_and(|own| own.eq_ignore_ascii_case(kind));
            own || matches!(attribute, "" | "Ref" | "Id")
        }
    }
}

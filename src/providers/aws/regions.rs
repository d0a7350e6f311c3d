//! The Region that a resource is in.

use std::sync::Arc;

use super::fields::Argument;
use crate::network::model::Field;
use crate::resource::Resource;

/// The Region of a resource: its own argument (from version 6 of the Terraform provider on), or that of the provider
/// that handles it. CloudFormation deploys a template in one Region, which no template says.
pub(super) fn region_of(resource: &Resource) -> Option<Field<String>> {
    let configured = || {
        let value = resource.provider.as_ref()?.get("region").filter(|region| !region.is_null())?;
        Some(Argument { place: resource.head, value: value.clone() })
    };
    Argument::of(resource, "region").or_else(configured).map(|region| region.text())
}

/// Whether two resources are known to be made by one provider in one Region, so in one account too.
pub(super) fn are_together(one: &Resource, other: &Resource) -> bool {
    let have_one_provider = match (&one.provider, &other.provider) {
        (Some(one), Some(other)) => Arc::ptr_eq(one, other),
        (one, other) => one.is_none() && other.is_none(),
    };
    have_one_provider
        && region_of(one).map(|region| region.value) == region_of(other).map(|region| region.value)
}

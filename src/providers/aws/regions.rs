//! The Region that a resource is in.

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

//! Which resource of the code a planned one is.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::problem::Problem;
use crate::resource::{Mode, Presence, Resource, split_module_path, without_keys};
use crate::source::Span;

/// The addresses that may stand in for an instance: of a resource whose instances are not counted, and of one in a
/// module whose instances are not.
pub(super) fn stand_ins(address: &str) -> impl Iterator<Item = String> + use<'_> {
    let (module, own) = split_module_path(address);
    let (of_module, of_any) = (format!("{module}{}", without_keys(own)), without_keys(address));
    let of_any = (of_any != of_module).then_some(of_any);
    [Some(of_module), of_any].into_iter().flatten().filter(move |stand_in| stand_in != address)
}

/// The resources of the code beside a plan, by address.
pub(super) struct Written(pub(super) BTreeMap<Arc<str>, Resource>);

impl Written {
    /// The resource of an address; where the code leaves open how many there are, what stands in for them.
    pub(super) fn of(&self, address: &str) -> Option<&Resource> {
        if let Some(written) = self.0.get(address) {
            return Some(written);
        }
        stand_ins(address).find_map(|address| {
            self.0.get(&*address).filter(|written| matches!(written.presence, Presence::Unknown(_)))
        })
    }

    /// Says so when the code is not what the plan was made from, or not all of it.
    pub(super) fn differences(&self, planned: &[Resource], place: Span) -> Vec<Problem> {
        if self.0.is_empty() {
            return Vec::new();
        }
        let missing = planned
            .iter()
            .filter(|resource| resource.mode == Mode::Managed && self.of(&resource.address).is_none());
        let (without_code, undeclared): (Vec<_>, Vec<_>) =
            missing.map(|resource| &*resource.address).partition(|address| !self.has_module(address));
        let told = |addresses: &[&str], what: &str, help: &str| {
            let first = addresses.first()?;
            let others = match addresses.len() {
                1 => String::new(),
                more => format!(" and {} more", more - 1),
            };
            let message = format!("the code beside the plan {what} {first}{others}");
            Some(Problem::info("plan-differs", message).at(place).help(help.to_owned()))
        };
        let differs = told(
            &undeclared,
            "does not declare",
            "make a new plan, or give the folder it was made in with --source; these are shown in the plan file",
        );
        let lacks = told(
            &without_code,
            "lacks the module of",
            "run terraform init or terraform get in its folder; these are shown in the plan file",
        );
        differs.into_iter().chain(lacks).collect()
    }

    /// Whether the code declares anything in the module of an address.
    fn has_module(&self, address: &str) -> bool {
        let declared = without_keys(address);
        let (module, _) = split_module_path(&declared);
        module.is_empty() || self.0.values().any(|written| written.declared.starts_with(module))
    }
}

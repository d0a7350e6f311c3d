//! Named groups of addresses: written once, used wherever a setting takes networks.

use std::collections::BTreeMap;

use super::elements;
use super::word::{is_name, network};
use crate::form::Misfit;
use crate::nearest::nearest;
use crate::network::address::AddressSet;
use crate::problem::Problem;
use crate::syntax::yaml::Node;

/// The groups of a config, by name.
#[derive(Clone, Debug, Default)]
pub struct AddressGroups(BTreeMap<String, AddressSet>);

impl AddressGroups {
    /// Reads what stands under `addresses`.
    pub(super) fn read(node: &Node, problems: &mut Vec<Problem>) -> Self {
        let mut groups = BTreeMap::new();
        for entry in node.entries() {
            let name = entry.key.as_str().unwrap_or_default();
            if is_name(name) {
                let networks = elements(&entry.value).into_iter();
                let networks = networks.filter_map(|item| network(item.as_str()?).ok());
                groups.insert(name.to_owned(), union(networks.map(|network| network.addresses())));
            } else {
                let problem = Problem::error("config-invalid", format!("{name:?} is no name for addresses"));
                let help = "start it with a letter, and go on with letters, digits, `-` and `_`";
                problems.push(problem.at(entry.key.span).help(help));
            }
        }
        Self(groups)
    }

    /// The addresses that a text means, if it is a name rather than a network; an error if nothing has the name.
    pub fn named(&self, text: &str) -> Option<Result<&AddressSet, Misfit>> {
        let unknown = || {
            let misfit = Misfit::new(format!("there are no addresses called {text:?}"));
            match nearest(text, self.0.keys().map(String::as_str)) {
                Some(meant) => misfit.help(format!("did you mean `{meant}`?")),
                None => {
                    misfit.help("write a network as address/prefix, or a name that stands under `addresses`")
                }
            }
        };
        is_name(text).then(|| self.0.get(text).ok_or_else(unknown))
    }

    /// Reads networks and names.
    pub(super) fn set(&self, node: &Node, problems: &mut Vec<Problem>) -> AddressSet {
        let mut sets = Vec::new();
        for item in elements(node) {
            let Some(text) = item.as_str() else { continue };
            match self.named(text) {
                Some(Ok(addresses)) => sets.push(addresses.clone()),
                Some(Err(misfit)) => {
                    let mut problem = Problem::error("config-invalid", misfit.message).at(item.span);
                    problem.help = misfit.help;
                    problems.push(problem);
                }
                // What is no network was told.
                None => sets.extend(network(text).ok().map(|network| network.addresses())),
            }
        }
        union(sets)
    }
}

fn union(sets: impl IntoIterator<Item = AddressSet>) -> AddressSet {
    AddressSet::union_all(sets.into_iter().collect::<Vec<_>>().iter())
}

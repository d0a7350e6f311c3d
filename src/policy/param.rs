//! The parameters of rules: their types, defaults, and the values that config gives them.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;

use crate::config::{AddressGroups, Param};
use crate::facts::FieldValue;
use crate::nearest::suggestion;
use crate::network::address::{AddressSet, Cidr};
use crate::network::ports::PortSet;
use crate::problem::Problem;
use crate::syntax::yaml::{Node, NodeKind, ScalarStyle};

/// The type of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamType {
    /// Ports: a list of numbers and ranges, `[22, 8000-8999]`.
    Ports,
    /// A whole number.
    Int,
    /// `true` or `false`.
    Bool,
    /// A text.
    Text,
    /// A list of texts.
    TextList,
    /// Addresses: a list of CIDRs.
    Addresses,
}

/// A parameter of a rule.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its type.
    pub ty: ParamType,
    /// Its value unless config says otherwise.
    pub default: FieldValue,
}

impl ParamType {
    /// Every type.
    pub const ALL: [Self; 6] =
        [Self::Ports, Self::Int, Self::Bool, Self::Text, Self::TextList, Self::Addresses];

    /// Its name in rules.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ports => "ports",
            Self::Int => "int",
            Self::Bool => "bool",
            Self::Text => "text",
            Self::TextList => "text-list",
            Self::Addresses => "addresses",
        }
    }

    /// What a value of it looks like.
    pub fn example(self) -> &'static str {
        match self {
            Self::Ports => "[22, 8000-8999]",
            Self::Int => "100",
            Self::Bool => "true",
            Self::Text => "web",
            Self::TextList => "[web, db]",
            Self::Addresses => "[10.0.0.0/8, \"2001:db8::/32\"]",
        }
    }

    /// Reads a value, in a rule's `default` or in config, where `groups` are the addresses that have a name. The problem
    /// (`rule-parameter`) points at the part that does not fit.
    pub fn read(self, node: &Node, groups: &AddressGroups) -> Result<FieldValue, Problem> {
        let misfit = |node: &Node| {
            Problem::error("rule-parameter", format!("not a value of type {}", self.name()))
                .at(node.span)
                .help(format!("for example {}", self.example()))
        };
        match self {
            Self::Bool => typed(node).map(FieldValue::Bool).ok_or_else(|| misfit(node)),
            Self::Int => typed(node).map(FieldValue::Int).ok_or_else(|| misfit(node)),
            Self::Text => {
                node.as_str().map(|text| FieldValue::Text(text.to_owned())).ok_or_else(|| misfit(node))
            }
            Self::TextList => {
                let text = |item: &Node| item.as_str().map(str::to_owned).ok_or_else(|| misfit(item));
                each(node, &misfit, text).map(FieldValue::List)
            }
            Self::Ports => {
                let ports = |item: &Node| item.as_str().and_then(PortSet::parse).ok_or_else(|| misfit(item));
                let set = PortSet::union_all(each(node, &misfit, ports)?);
                Ok(FieldValue::Ports { set, more: None })
            }
            Self::Addresses => {
                let cidr = |item: &Node| {
                    let text = item.as_str().ok_or_else(|| misfit(item))?;
                    if let Some(named) = groups.named(text) {
                        return named.cloned().map_err(|error| {
                            let problem = Problem::error("rule-parameter", error.message).at(item.span);
                            Problem { help: error.help, ..problem }
                        });
                    }
                    Cidr::parse(text).map(|cidr| cidr.addresses()).map_err(|error| {
                        Problem::error("rule-parameter", format!("not a CIDR: {error}")).at(item.span).help(
                            error.suggestion().map_or_else(
                                || format!("for example {}", self.example()),
                                |cidr| format!("did you mean {cidr}?"),
                            ),
                        )
                    })
                };
                let sets = each(node, &misfit, cidr)?;
                let set = sets.iter().fold(AddressSet::empty(), |all, set| all.union(set));
                Ok(FieldValue::Addresses { set, more: None, breadth: None })
            }
        }
    }
}

/// Reads what a config gives to the parameter `name` of `rule`, which has these `params`. The problem
/// (`rule-parameter`) says that there is no such parameter, or which part of the value does not fit.
pub(super) fn read(
    rule: &str,
    params: &BTreeMap<String, Parameter>,
    name: &str,
    given: &Param,
    groups: &AddressGroups,
) -> Result<FieldValue, Problem> {
    let Some(param) = params.get(name) else {
        let names: Vec<_> = params.keys().map(String::as_str).collect();
        let help = match names.as_slice() {
            [] => format!("{rule} has no parameters"),
            names => suggestion(name, names),
        };
        let message = format!("{rule} has no parameter {name}");
        return Err(Problem::error("rule-parameter", message).at(given.span).help(help));
    };
    param.ty.read(&given.value, groups)
}

/// A plain scalar as the type that YAML gives it; the tree keeps spans and texts, `serde_yaml` knows the types.
fn typed<T: DeserializeOwned>(node: &Node) -> Option<T> {
    match &node.kind {
        NodeKind::Scalar { text, style: ScalarStyle::Plain } => serde_yaml::from_str(text).ok(),
        _ => None,
    }
}

fn each<T>(
    node: &Node,
    misfit: &dyn Fn(&Node) -> Problem,
    read: impl Fn(&Node) -> Result<T, Problem>,
) -> Result<Vec<T>, Problem> {
    match &node.kind {
        NodeKind::Sequence(items) => items.iter().map(|item| read(item)).collect(),
        _ => Err(misfit(node)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceMap;
    use crate::syntax::yaml;

    fn read(ty: ParamType, text: &str) -> Result<FieldValue, String> {
        let sources = SourceMap::new("/");
        let file = sources.add("rule.yaml", format!("x: {text}\n"));
        let parsed = yaml::parse(&file);
        let node = parsed.documents[0].get("x").unwrap();
        ty.read(node, &AddressGroups::default())
            .map_err(|problem| file.slice(problem.span.unwrap()).to_owned())
    }

    #[test]
    fn ports_are_numbers_and_ranges() {
        let Ok(FieldValue::Ports { set, more: None }) = read(ParamType::Ports, "[22, 8000-8999, \"80\"]")
        else {
            panic!("must be ports");
        };
        assert_eq!(set.to_string(), "22, 80, 8000-8999");
        assert_eq!(read(ParamType::Ports, "[22, 70000]").unwrap_err(), "70000");
        assert_eq!(read(ParamType::Ports, "[9-1]").unwrap_err(), "9-1");
        assert_eq!(read(ParamType::Ports, "22").unwrap_err(), "22");
    }

    #[test]
    fn values_of_another_type_are_refused_where_they_stand() {
        assert_eq!(read(ParamType::Bool, "\"true\"").unwrap_err(), "\"true\"");
        assert_eq!(read(ParamType::Int, "many").unwrap_err(), "many");
        assert!(matches!(read(ParamType::Int, "0x10"), Ok(FieldValue::Int(16))), "as YAML writes numbers");
        assert_eq!(read(ParamType::TextList, "[a, [b]]").unwrap_err(), "[b]");
        assert_eq!(read(ParamType::Addresses, "[10.0.0.0/8, 10.0.0.0/33]").unwrap_err(), "10.0.0.0/33");
        assert_eq!(read(ParamType::Addresses, "[office]").unwrap_err(), "office", "nothing has that name");
    }

    #[test]
    fn every_type_reads_its_own_example() {
        for ty in ParamType::ALL {
            assert!(read(ty, ty.example()).is_ok(), "{}", ty.name());
        }
    }
}

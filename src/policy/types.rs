//! The types of the parts of a condition, and the methods of each.

use super::rule::ParamType;
use crate::facts::FieldType;

/// The type of a part of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Bool,
    Int,
    Text,
    /// Text out of a closed set.
    Word(&'static [&'static str]),
    /// Text that names a protocol.
    Protocol,
    Texts,
    /// List of texts that name protocols.
    Protocols,
    Ints,
    Ports,
    Addresses,
    Tags,
}

impl Type {
    /// What it is, with its article.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Bool => "true or false",
            Self::Int => "a whole number",
            Self::Text | Self::Word(_) | Self::Protocol => "a text",
            Self::Texts | Self::Protocols => "a list of texts",
            Self::Ints => "a list of numbers",
            Self::Ports => "a set of ports",
            Self::Addresses => "a set of addresses",
            Self::Tags => "tags",
        }
    }

    /// Whether it is a text, of whatever kind.
    pub(super) fn is_text(self) -> bool {
        matches!(self, Self::Text | Self::Word(_) | Self::Protocol)
    }

    /// Whether it is a list of texts.
    pub(super) fn is_texts(self) -> bool {
        matches!(self, Self::Texts | Self::Protocols)
    }

    /// Whether a value of this type may stand where the other is needed.
    pub(super) fn fits(self, wanted: Self) -> bool {
        self == wanted || self.is_text() && wanted.is_text() || self.is_texts() && wanted.is_texts()
    }

    /// Whether it is asked by methods, not compared.
    pub(super) fn is_set(self) -> bool {
        matches!(self, Self::Ports | Self::Addresses | Self::Tags)
    }

    /// Name, argument type and result type of each method.
    pub(super) fn methods(self) -> &'static [(&'static str, Option<Type>, Type)] {
        match self {
            Self::Text | Self::Word(_) | Self::Protocol => &[
                ("startsWith", Some(Self::Text), Self::Bool),
                ("endsWith", Some(Self::Text), Self::Bool),
                ("contains", Some(Self::Text), Self::Bool),
                ("matches", Some(Self::Text), Self::Bool),
                ("size", None, Self::Int),
            ],
            Self::Texts | Self::Protocols => &[("size", None, Self::Int)],
            Self::Ports => &[
                ("overlaps", Some(Self::Ports), Self::Bool),
                ("within", Some(Self::Ports), Self::Bool),
                ("contains", Some(Self::Int), Self::Bool),
                ("count", None, Self::Int),
                ("empty", None, Self::Bool),
            ],
            Self::Addresses => &[
                ("overlaps", Some(Self::Addresses), Self::Bool),
                ("within", Some(Self::Addresses), Self::Bool),
                ("empty", None, Self::Bool),
                ("ipv4", None, Self::Addresses),
                ("ipv6", None, Self::Addresses),
                ("public", None, Self::Addresses),
                ("private", None, Self::Addresses),
                ("wider_than", Some(Self::Int), Self::Bool),
                ("more_than_percent", Some(Self::Int), Self::Bool),
            ],
            Self::Tags => {
                &[("contains", Some(Self::Text), Self::Bool), ("value", Some(Self::Text), Self::Text)]
            }
            Self::Bool | Self::Int | Self::Ints => &[],
        }
    }
}

/// Whether values of some type have a method of this name.
pub(super) fn is_method(name: &str) -> bool {
    let mut types = [Type::Text, Type::Texts, Type::Ports, Type::Addresses, Type::Tags].into_iter();
    types.any(|ty| ty.methods().iter().any(|(method, ..)| *method == name))
}

impl From<FieldType> for Type {
    fn from(field: FieldType) -> Self {
        match field {
            FieldType::Bool => Self::Bool,
            FieldType::Int => Self::Int,
            FieldType::Text => Self::Text,
            FieldType::Enum(words) => Self::Word(words),
            FieldType::Protocol => Self::Protocol,
            FieldType::TextList => Self::Texts,
            FieldType::ProtocolList => Self::Protocols,
            FieldType::Tags => Self::Tags,
            FieldType::Ports => Self::Ports,
            FieldType::Addresses => Self::Addresses,
        }
    }
}

impl From<ParamType> for Type {
    fn from(param: ParamType) -> Self {
        match param {
            ParamType::Bool => Self::Bool,
            ParamType::Int => Self::Int,
            ParamType::Text => Self::Text,
            ParamType::TextList => Self::Texts,
            ParamType::Ports => Self::Ports,
            ParamType::Addresses => Self::Addresses,
        }
    }
}

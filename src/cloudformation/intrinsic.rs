//! Recognises intrinsic functions, in the short form (`!Ref X`) and in the long one (`{"Ref": "X"}`).

use std::sync::Arc;

use crate::source::Span;
use crate::syntax::yaml::{Node, NodeKind};

/// The functions that CloudFormation documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    Ref,
    GetAtt,
    Sub,
    Join,
    Select,
    Split,
    FindInMap,
    If,
    Equals,
    And,
    Or,
    Not,
    Condition,
    Base64,
    Cidr,
    GetAzs,
    ImportValue,
    GetStackOutput,
    Transform,
    Length,
    ToJsonString,
    /// Of rules: whether a list has a value.
    Contains,
    /// Of rules: whether every element of a list is a value.
    EachMemberEquals,
    /// Of rules: whether every element of a list is in another.
    EachMemberIn,
    /// Of rules: the values of all parameters of a type.
    RefAll,
    /// Of rules: an attribute of what a parameter names.
    ValueOf,
    /// Of rules: an attribute of what all parameters of a type name.
    ValueOfAll,
    /// One that is not known here.
    Other,
}

impl Function {
    /// By the name without `!` or `Fn::`.
    fn named(name: &str) -> Self {
        match name {
            "Ref" => Self::Ref,
            "GetAtt" => Self::GetAtt,
            "Sub" => Self::Sub,
            "Join" => Self::Join,
            "Select" => Self::Select,
            "Split" => Self::Split,
            "FindInMap" => Self::FindInMap,
            "If" => Self::If,
            "Equals" => Self::Equals,
            "And" => Self::And,
            "Or" => Self::Or,
            "Not" => Self::Not,
            "Condition" => Self::Condition,
            "Base64" => Self::Base64,
            "Cidr" => Self::Cidr,
            "GetAZs" => Self::GetAzs,
            "ImportValue" => Self::ImportValue,
            "GetStackOutput" => Self::GetStackOutput,
            "Transform" => Self::Transform,
            "Length" => Self::Length,
            "ToJsonString" => Self::ToJsonString,
            "Contains" => Self::Contains,
            "EachMemberEquals" => Self::EachMemberEquals,
            "EachMemberIn" => Self::EachMemberIn,
            "RefAll" => Self::RefAll,
            "ValueOf" => Self::ValueOf,
            "ValueOfAll" => Self::ValueOfAll,
            _ => Self::Other,
        }
    }
}

/// One use of a function.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call<'t> {
    /// Which.
    pub function: Function,
    /// Its name as written: `!Ref`, `Fn::Join`.
    pub name: &'t str,
    /// Its argument. In the short form that is the tagged node itself, tag and all.
    pub argument: &'t Node,
    /// Whether it is in the short form.
    pub tagged: bool,
    /// The whole expression.
    pub span: Span,
}

impl<'t> Call<'t> {
    /// The call that a node is, if it is one.
    pub(super) fn of(node: &'t Node) -> Option<Self> {
        match node.tag.as_deref() {
            Some(tag) if is_function_tag(tag) => Some(Self {
                function: Function::named(&tag[1..]),
                name: tag,
                argument: node,
                tagged: true,
                span: whole(node),
            }),
            _ => Self::untagged(node),
        }
    }

    /// The call in the long form that a node is, whatever its tag.
    pub(super) fn untagged(node: &'t Node) -> Option<Self> {
        let [entry] = node.entries() else { return None };
        let name = entry.key.as_str()?;
        let function = match name.strip_prefix("Fn::") {
            Some(short) => Function::named(short),
            None if name == "Ref" => Function::Ref,
            None => return None,
        };
        Some(Self { function, name, argument: &entry.value, tagged: false, span: whole(node) })
    }

    /// Like [`of`](Self::of) where conditions stand: there `{"Condition": "X"}` is a call too. Elsewhere that
    /// is an ordinary mapping, as in an IAM statement.
    pub(super) fn in_condition(node: &'t Node) -> Option<Self> {
        if let Some(call) = Self::of(node) {
            return Some(call);
        }
        let [entry] = node.entries() else { return None };
        let name = entry.key.as_str().filter(|&name| name == "Condition")?;
        Some(Self {
            function: Function::Condition,
            name,
            argument: &entry.value,
            tagged: false,
            span: whole(node),
        })
    }

    /// The arguments, where the function takes a list of them.
    pub(super) fn arguments(&self) -> &'t [Arc<Node>] {
        self.argument.items()
    }

    /// The argument, where it is one text.
    pub(super) fn text(&self) -> Option<&'t str> {
        self.argument.as_str()
    }
}

/// A node with its tag.
pub(super) fn whole(node: &Node) -> Span {
    node.tag_span.map_or(node.span, |tag| tag.join(node.span))
}

/// Whether a node has no content: an empty plain scalar, `null`, `~`.
pub(super) fn is_null(node: &Node) -> bool {
    use crate::syntax::yaml::ScalarStyle::Plain;
    matches!(&node.kind, NodeKind::Scalar { text, style: Plain }
        if matches!(&**text, "" | "~" | "null" | "Null" | "NULL"))
}

/// `!Name`, but neither the core tags (`!!str`) nor the non-specific one (`!`).
fn is_function_tag(tag: &str) -> bool {
    tag.strip_prefix('!').is_some_and(|name| name.starts_with(|first: char| first.is_ascii_alphabetic()))
}

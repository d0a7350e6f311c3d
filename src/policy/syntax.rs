//! The tree of a condition: the subset of CEL that rules may use, with the place of every word.
//!
//! Owns what a condition *is*; knows nothing of facts or of how it is computed. Only
//! [`expression`](super::expression) makes these trees, only [`check`](super::check) and the guards read them.

use std::fmt;
use std::ops::Range;

/// A part of a condition.
#[derive(Clone, Debug)]
pub struct Node {
    /// Bytes of the source it spans.
    pub range: Range<usize>,
    /// What it is.
    pub kind: NodeKind,
}

/// The kinds of parts.
#[derive(Clone, Debug)]
pub enum NodeKind {
    /// `true`, `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A quoted text.
    Text(String),
    /// `[a, b]`.
    List(Vec<Node>),
    /// A bare name: the variable of a quantifier, or a fact without a field.
    Name(String),
    /// `permission.direction`, `params.ports`.
    Field(Field),
    /// `!a`.
    Not(Box<Node>),
    /// `a && b`, `a || b`.
    Logic(Logic, Box<[Node; 2]>),
    /// `a == b` and the other comparisons.
    Compare(Comparison, Box<[Node; 2]>),
    /// `a in list`.
    In(Box<[Node; 2]>),
    /// `condition ? a : b`.
    Choice(Box<[Node; 3]>),
    /// `a + b`: one text behind another.
    Join(Box<[Node; 2]>),
    /// `target.name(arguments)`.
    Call(Call),
    /// `list.exists(x, body)`, `list.all(x, body)`.
    Quantifier(Box<Quantifier>),
}

/// A field of the fact or a parameter of the rule.
#[derive(Clone, Debug)]
pub struct Field {
    /// The name before the dot.
    pub owner: String,
    /// Where that stands.
    pub owner_range: Range<usize>,
    /// The name after the dot.
    pub name: String,
    /// Where that stands.
    pub name_range: Range<usize>,
}

/// The two connectives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Logic {
    /// `&&`.
    And,
    /// `||`.
    Or,
}

/// The comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `==`.
    Equal,
    /// `!=`.
    NotEqual,
    /// `<`.
    Less,
    /// `<=`.
    LessEqual,
    /// `>`.
    Greater,
    /// `>=`.
    GreaterEqual,
}

impl Comparison {
    /// Whether it asks for an order, not for equality.
    pub fn is_order(self) -> bool {
        !matches!(self, Self::Equal | Self::NotEqual)
    }

    fn sign(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessEqual => "<=",
            Self::Greater => ">",
            Self::GreaterEqual => ">=",
        }
    }
}

/// A method call.
#[derive(Clone, Debug)]
pub struct Call {
    /// What it is called on; `size(x)` is read as `x.size()`.
    pub target: Box<Node>,
    /// The method.
    pub name: String,
    /// Where its name stands.
    pub name_range: Range<usize>,
    /// The arguments.
    pub arguments: Vec<Node>,
}

/// A statement about the elements of a list.
#[derive(Clone, Debug)]
pub struct Quantifier {
    /// Whether it must hold for all of them, or for at least one.
    pub all: bool,
    /// The list.
    pub list: Node,
    /// The name of the element.
    pub variable: String,
    /// What must hold.
    pub body: Node,
}

impl Node {
    /// Calls `visit` with this node and all below it, in source order.
    pub fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Node)) {
        visit(self);
        match &self.kind {
            NodeKind::Bool(_)
            | NodeKind::Int(_)
            | NodeKind::Text(_)
            | NodeKind::Name(_)
            | NodeKind::Field(_) => {}
            NodeKind::List(items) => items.iter().for_each(|item| item.walk(visit)),
            NodeKind::Not(inner) => inner.walk(visit),
            NodeKind::Logic(_, parts)
            | NodeKind::Compare(_, parts)
            | NodeKind::In(parts)
            | NodeKind::Join(parts) => {
                parts.iter().for_each(|part| part.walk(visit));
            }
            NodeKind::Choice(parts) => parts.iter().for_each(|part| part.walk(visit)),
            NodeKind::Call(call) => {
                call.target.walk(visit);
                call.arguments.iter().for_each(|argument| argument.walk(visit));
            }
            NodeKind::Quantifier(quantifier) => {
                quantifier.list.walk(visit);
                quantifier.body.walk(visit);
            }
        }
    }

    /// The parts that a chain of `&&` joins at the top; the node itself if it is no chain.
    pub fn conjuncts<'a>(&'a self, found: &mut Vec<&'a Node>) {
        match &self.kind {
            NodeKind::Logic(Logic::And, parts) => parts.iter().for_each(|part| part.conjuncts(found)),
            _ => found.push(self),
        }
    }

    /// The node as a part of a larger condition: in parentheses unless it binds tighter than `&&`.
    pub fn operand(&self) -> String {
        match &self.kind {
            NodeKind::Logic(..) | NodeKind::Choice(_) => format!("({self})"),
            _ => self.to_string(),
        }
    }

    /// The node as a side of a comparison or what a method is called on.
    fn atom(&self) -> String {
        match &self.kind {
            NodeKind::Not(_) | NodeKind::Compare(..) | NodeKind::In(_) => format!("({self})"),
            _ => self.operand(),
        }
    }
}

/// CEL again: the same condition, spaced and quoted in one way.
impl fmt::Display for Node {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |items: &[Node]| items.iter().map(Node::to_string).collect::<Vec<_>>().join(", ");
        match &self.kind {
            NodeKind::Bool(value) => write!(formatter, "{value}"),
            NodeKind::Int(value) => write!(formatter, "{value}"),
            NodeKind::Text(text) => quote(text, formatter),
            NodeKind::List(items) => write!(formatter, "[{}]", list(items)),
            NodeKind::Name(name) => formatter.write_str(name),
            NodeKind::Field(field) => write!(formatter, "{}.{}", field.owner, field.name),
            NodeKind::Not(inner) => write!(formatter, "!{}", inner.atom()),
            NodeKind::Logic(logic, parts) => {
                let sign = if *logic == Logic::And { "&&" } else { "||" };
                let side = |node: &Node| match &node.kind {
                    NodeKind::Logic(inner, _) if inner == logic => node.to_string(),
                    _ => node.operand(),
                };
                write!(formatter, "{} {sign} {}", side(&parts[0]), side(&parts[1]))
            }
            NodeKind::Compare(comparison, sides) => {
                write!(formatter, "{} {} {}", sides[0].atom(), comparison.sign(), sides[1].atom())
            }
            NodeKind::In(sides) => write!(formatter, "{} in {}", sides[0].atom(), sides[1].atom()),
            NodeKind::Choice(parts) => {
                let [condition, then, otherwise] = &**parts;
                write!(formatter, "{} ? {} : {}", condition.operand(), then.operand(), otherwise.operand())
            }
            NodeKind::Join(sides) => write!(formatter, "{} + {}", sides[0].atom(), sides[1].atom()),
            NodeKind::Call(call) => {
                write!(formatter, "{}.{}({})", call.target.atom(), call.name, list(&call.arguments))
            }
            NodeKind::Quantifier(quantifier) => {
                let Quantifier { all, list, variable, body } = &**quantifier;
                let name = if *all { "all" } else { "exists" };
                write!(formatter, "{}.{name}({variable}, {body})", list.atom())
            }
        }
    }
}

fn quote(text: &str, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    formatter.write_str("'")?;
    for character in text.chars() {
        match character {
            '\'' => formatter.write_str("\\'")?,
            '\\' => formatter.write_str("\\\\")?,
            '\n' => formatter.write_str("\\n")?,
            '\r' => formatter.write_str("\\r")?,
            _ => write!(formatter, "{character}")?,
        }
    }
    formatter.write_str("'")
}

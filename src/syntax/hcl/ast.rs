//! The tree of an HCL text: no trivia, a span on everything.

use std::sync::Arc;

use crate::number::Number;
use crate::source::Span;

/// The content of a file or block.
#[derive(Clone, Debug, Default)]
pub struct Body {
    /// Attributes in source order. Names are unique; of a repeated one the parser keeps the last.
    pub attributes: Vec<Attribute>,
    /// Blocks in source order.
    pub blocks: Vec<Block>,
}

impl Body {
    /// An attribute by name.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| &*attribute.name == name)
    }

    /// The blocks of a kind.
    pub fn blocks_of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Block> {
        self.blocks.iter().filter(move |block| &*block.kind == kind)
    }
}

/// `name = value`.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// The name.
    pub name: Arc<str>,
    /// The name's span.
    pub key: Span,
    /// The value.
    pub value: Expr,
    /// From the name to the end of the value.
    pub span: Span,
}

/// `kind "label" { … }`.
#[derive(Clone, Debug)]
pub struct Block {
    /// `resource`, `ingress`, …
    pub kind: Arc<str>,
    /// Labels, quoted or bare.
    pub labels: Vec<BlockLabel>,
    /// What stands between the braces.
    pub body: Body,
    /// From the kind to the last label.
    pub head: Span,
    /// From the kind to the closing brace.
    pub span: Span,
}

/// A label of a block.
#[derive(Clone, Debug)]
pub struct BlockLabel {
    /// Text without quotes.
    pub text: Arc<str>,
    /// With quotes.
    pub span: Span,
}

/// An expression.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Its text. For a string, with quotes.
    pub span: Span,
}

/// The kinds of expressions.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// `null`.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string or heredoc without interpolation, escapes resolved.
    String(Arc<str>),
    /// A string or heredoc with interpolations or directives. Strip markers and heredoc indentation are applied.
    Template(Vec<TemplatePart>),
    /// `[a, b]`.
    List(Vec<Expr>),
    /// `{ key = value }`, in source order; a repeated key is kept (the last wins).
    Object(Vec<ObjectItem>),
    /// A bare name: `var`, `local`, a for variable, a type keyword.
    Variable(Arc<str>),
    /// `base.attribute[index].*`.
    Traversal {
        /// What is traversed.
        base: Box<Expr>,
        /// The steps, at least one.
        steps: Vec<Step>,
    },
    /// `name(arguments…)`.
    Call {
        /// The function's name; with `::` for a namespaced one.
        name: Arc<str>,
        /// The name's span.
        name_span: Span,
        /// The arguments.
        arguments: Vec<Expr>,
        /// Whether the last argument is followed by `...`.
        expand_last: bool,
    },
    /// `condition ? then : otherwise`.
    Conditional {
        /// The condition.
        condition: Box<Expr>,
        /// If true.
        then: Box<Expr>,
        /// If false.
        otherwise: Box<Expr>,
    },
    /// `!a`, `-a`.
    Unary(UnaryOp, Box<Expr>),
    /// `a + b`.
    Binary(Box<Expr>, BinaryOp, Box<Expr>),
    /// `[for …]`, `{for …}`.
    For(Box<ForExpr>),
    /// `(a)`.
    Parenthesis(Box<Expr>),
}

/// One item of an object constructor.
#[derive(Clone, Debug)]
pub struct ObjectItem {
    /// The key. A bare identifier is a [`ExprKind::String`]; an expression in parentheses is a
    /// [`ExprKind::Parenthesis`].
    pub key: Expr,
    /// The value.
    pub value: Expr,
}

/// One step of a traversal.
#[derive(Clone, Debug)]
pub struct Step {
    /// What it does.
    pub kind: StepKind,
    /// From its dot or bracket to its end.
    pub span: Span,
}

/// What a traversal step does.
#[derive(Clone, Debug)]
pub enum StepKind {
    /// `.name`.
    Attribute(Arc<str>),
    /// `[expression]`, also the legacy `.0`.
    Index(Expr),
    /// `.*`: applies the following attribute steps to every element.
    AttributeSplat,
    /// `[*]`: applies all following steps to every element.
    FullSplat,
}

/// A part of a template.
#[derive(Clone, Debug)]
pub enum TemplatePart {
    /// Text.
    Literal {
        /// Escapes resolved, strip markers applied.
        text: Arc<str>,
        /// Where it stands.
        span: Span,
    },
    /// `${expression}`.
    Interpolation(Expr),
    /// `%{if c}…%{else}…%{endif}`.
    If {
        /// The condition.
        condition: Expr,
        /// If true.
        then: Vec<TemplatePart>,
        /// If false.
        otherwise: Vec<TemplatePart>,
    },
    /// `%{for k, v in c}…%{endfor}`.
    For {
        /// Name for the key, if given.
        key: Option<Arc<str>>,
        /// Name for the value.
        value: Arc<str>,
        /// What is iterated.
        collection: Expr,
        /// Repeated for each element.
        body: Vec<TemplatePart>,
    },
}

/// Unary operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    /// `-`.
    Negate,
    /// `!`.
    Not,
}

/// Binary operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    /// `+`.
    Add,
    /// `-`.
    Subtract,
    /// `*`.
    Multiply,
    /// `/`.
    Divide,
    /// `%`.
    Modulo,
    /// `==`.
    Equal,
    /// `!=`.
    NotEqual,
    /// `<`.
    Less,
    /// `<=`.
    LessOrEqual,
    /// `>`.
    Greater,
    /// `>=`.
    GreaterOrEqual,
    /// `&&`.
    And,
    /// `||`.
    Or,
}

/// `[for k, v in c : value if condition]`, `{for k, v in c : key => value... if condition}`.
#[derive(Clone, Debug)]
pub struct ForExpr {
    /// Name for the key or index, if given.
    pub key_var: Option<Arc<str>>,
    /// Name for the value.
    pub value_var: Arc<str>,
    /// What is iterated.
    pub collection: Expr,
    /// The key of a result entry; makes the result an object.
    pub key: Option<Expr>,
    /// The value of a result entry.
    pub value: Expr,
    /// Whether values of equal keys are grouped (`...`).
    pub grouping: bool,
    /// Which elements count.
    pub condition: Option<Expr>,
}

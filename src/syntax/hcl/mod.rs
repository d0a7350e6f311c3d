//! HCL: hcl-edit's parse, made into a tree that an evaluator reads.
//!
//! [`parse()`] gives a text to hcl-edit as a whole; that is all for a text without errors. Otherwise `scan` finds
//! its outermost attributes and blocks, and `recover` reads each by itself, so that a broken one costs only
//! itself. What Terraform reads and hcl-edit refuses, `respell` writes at equal length in a way that both read,
//! so that spans stay true. `convert` makes the tree, `template` applies what a heredoc's indentation and `~`
//! take away, `explain` says what is wrong, and `effort` bounds the time. In the JSON form of
//! HCL a value is an expression and its texts are templates: `json`.

mod ast;
mod comments;
mod convert;
mod effort;
mod explain;
mod extents;
mod json;
mod parse;
mod recover;
mod respell;
mod scan;
mod template;

pub use ast::{
    Attribute, BinaryOp, Block, BlockLabel, Body, Expr, ExprKind, ForExpr, ObjectItem, Step, StepKind,
    TemplatePart, UnaryOp,
};
pub use comments::comments;
pub use extents::extents;
pub use json::JsonExpressions;
pub use parse::{Parsed, parse, parse_expression, parse_template};

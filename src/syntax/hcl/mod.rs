//! HCL: hcl-edit's parse, made into a tree that an evaluator reads.

mod ast;

pub use ast::{
    Attribute, BinaryOp, Block, BlockLabel, Body, Expr, ExprKind, ForExpr, ObjectItem, Step, StepKind,
    TemplatePart, UnaryOp,
};

//! Rules as data: loading, static checking, judging facts, self-test.
//!
//! A rule is one YAML file that judges one kind of fact with a condition in CEL. [`load`] reads rules, [`check`]
//! proves their conditions against the fact schema.

mod binding;
pub mod check;
#[cfg(test)]
mod conformance;
mod diagnose;
pub mod docs;
pub mod explain;
pub mod expression;
mod form;
pub mod judge;
pub mod load;
pub mod message;
mod param;
mod parse_error;
mod properties;
pub mod read;
pub mod rule;
#[cfg(test)]
mod sample;
pub mod scalar;
pub mod schema;
pub mod select;
pub mod selftest;
pub mod settings;
pub mod skeleton;
pub mod syntax;
mod types;

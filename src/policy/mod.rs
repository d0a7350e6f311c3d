//! Rules as data: loading, static checking, judging facts, self-test.

mod binding;
#[cfg(test)]
mod conformance;
pub mod expression;
#[cfg(test)]
mod sample;
pub mod syntax;

//! Texts to trees with spans. Knows grammars, not meaning.
//!
//! [`hcl`] reads Terraform's language, [`yaml`] reads YAML and JSON. Both give every node the bytes it was
//! written in, keep comments apart, and turn a broken place into a [`Problem`](crate::problem::Problem)
//! without losing the rest of the file where the grammar allows it.

pub mod comment;
pub mod hcl;
mod limits;
pub mod yaml;

pub use limits::{MAX_BYTES, MAX_PROBLEMS};

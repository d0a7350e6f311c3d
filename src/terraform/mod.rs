//! Terraform: a root module to the resources that it would create.
//!
//! `module` reads directories, `inputs` the values given from outside; [`evaluate()`] expands a root module
//! and everything it calls into resource instances. Evaluation is lazy: it starts from the resources that
//! the providers ask for and follows references (`scope`, `expression`, `traversal`), each value computed once.
//! Nothing here knows what a security group is.

mod budget;
mod calls;
mod condition;
mod decision;
mod evaluate;
mod expand;
mod expression;
mod files;
mod foreign;
mod functions;
mod inputs;
mod installed;
mod json;
mod lookup;
mod module;
mod operators;
mod order;
mod overrides;
mod place;
mod provider;
mod resources;
mod scenario;
mod scope;
mod settings;
mod sources;
mod stubs;
mod template;
mod trace;
mod traversal;
mod types;
mod version;

pub use evaluate::evaluate;
pub use inputs::{Assignment, Inputs};
pub use module::{Module, ModuleStore};
pub use scenario::evaluate_choices;

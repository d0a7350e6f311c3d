//! sglint works out what network access the security groups in Terraform and CloudFormation code grant, and
//! judges it against policies.
//!
//! ```text
//! paths
//!   │ discover        Terraform directories, files that may be templates or plans
//!   ▼
//! source              files, spans, line index
//!   │ syntax          hcl, yaml and json, comments
//!   ▼
//! terraform │ cloudformation │ plan      what would exist, and where each value came from
//!   │ choice          which other choices of the inputs would make something else
//!   │ resource        one shape for all: address, type, attributes as values with origins
//!   ▼
//! providers           resource types → the network model
//!   │ network         groups, permissions, peers, attachments, shares; address sets, port sets
//!   ▼
//! facts               one analysis per file: network model → facts, with a place for each field
//!   │ policy          rules/*.yaml: on KIND, when CEL, message, severity
//!   ▼
//! diagnostics + problems
//!   │ suppress        comments → waivers → unused check
//!   ▼
//! report
//! ```
//!
//! Each module imports only from those above it in the picture; `tests/layering.rs` holds them to it.
//! [`engine`] is the only module that knows the whole chain.

pub mod choice;
pub mod cli;
pub mod cloudformation;
pub mod config;
pub mod diagnostic;
pub mod discover;
pub mod engine;
pub mod facts;
pub mod form;
pub mod nearest;
pub mod network;
pub mod number;
pub mod plan;
pub mod policy;
pub mod problem;
pub mod providers;
pub mod report;
pub mod resource;
pub mod source;
pub mod suppress;
pub mod syntax;
pub mod terraform;

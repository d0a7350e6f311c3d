//! Terraform modules to configurations: which instances exist, what their attributes are, where each value was
//! written and which way it came.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod case;
mod choices;
mod collections;
mod console;
mod inputs;
mod instances;
mod json;
mod limits;
mod modules;
mod oracle;
mod providers;
mod references;
mod sensitive;
mod sources;
mod stubs;
mod templates;

//! Terraform modules to configurations: which instances exist, what their attributes are, where each value was
//! written and which way it came.

mod case;
mod collections;
mod inputs;
mod instances;
mod limits;
mod modules;
mod oracle;
mod references;
mod templates;

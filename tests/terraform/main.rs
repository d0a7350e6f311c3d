//! Terraform modules to configurations: which instances exist, what their attributes are, where each value was
//! written and which way it came.

mod case;
mod inputs;
mod oracle;

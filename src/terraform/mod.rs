//! Terraform: a directory of HCL to the resources that it would create.

mod functions;
mod order;
mod types;

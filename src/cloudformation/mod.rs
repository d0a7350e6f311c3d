//! `CloudFormation`: a template to the resources that it would create.

pub mod recognise;

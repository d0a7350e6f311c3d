//! Suppressions: what a project has decided to accept, said next to it.
//!
//! ```hcl
//! ingress { # sglint: ignore[admin-port-open-to-world] bastion, reviewed by security (until 2027-01-31)
//! ```
//!
//! A suppression names its rules, gives a reason, and counts for one syntax node: the one that its comment
//! trails or precedes. In CloudFormation, `Metadata: {sglint: {ignore: [{rule, reason, until}]}}` does the
//! same for a resource or for the template. One that says too little, has expired, or that nothing needs is a
//! problem; it never silences anything quietly.

mod apply;
mod attach;
mod comment;
mod metadata;

use std::ffi::OsStr;

use jiff::civil::Date;

pub use apply::{Scope, apply};

use crate::problem::Problem;
use crate::source::{SourceFile, Span};
use crate::syntax::{hcl, yaml};

/// One suppression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// Where it is written.
    pub span: Span,
    /// The node that it counts for.
    pub node: Span,
    /// The rules, each with its place.
    pub rules: Vec<(String, Span)>,
    /// Why.
    pub reason: String,
    /// The last day on which it counts.
    pub until: Option<Date>,
}

/// The suppressions of a text.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Those that say all they must.
    pub directives: Vec<Directive>,
    /// What is wrong with the others.
    pub problems: Vec<Problem>,
}

/// Finds the suppressions in a Terraform file or template. A text that does not mention sglint is not parsed.
pub fn find(file: &SourceFile) -> Found {
    let mut found = Found::default();
    if !file.text().contains("sglint") {
        return found;
    }
    match file.path().extension().and_then(OsStr::to_str) {
        Some("tf" | "tfvars" | "tofu") => {
            let comments = hcl::comments(file);
            if comments.iter().any(comment::is_meant) {
                let extents = hcl::extents(&hcl::parse(file).body);
                attach::attach(file, &comments, &extents, &mut found);
            }
        }
        _ => {
            for document in yaml::parse(file).documents {
                // The first extent is the whole document, which nothing but its metadata may silence.
                let extents = yaml::extents(&document).split_off(1);
                attach::attach(file, &yaml::comments(file, &document), &extents, &mut found);
                metadata::find(&document, &mut found);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests;

//! Suppressions: what a project has decided to accept, said next to it.
//!
//! ```hcl
//! ingress { # sglint: ignore[admin-port-open-to-world] bastion, reviewed by security (until 2027-01-31)
//! ```
//!
//! A suppression names its rules, gives a reason, and counts for one syntax node: the one that its comment
//! trails or precedes. In CloudFormation, `Metadata: {sglint: {ignore: [{rule, reason, until}]}}` does the
//! same for a resource or for the template. One that says too little, has expired, or that nothing needs is a
//! problem; it never silences anything quietly. Where a project wants it, those written for other linters count too,
//! and its config may hold waivers.

mod apply;
mod attach;
mod comment;
mod foreign;
mod metadata;
mod waive;

use std::ffi::OsStr;
use std::path::Path;
use std::sync::Arc;

use jiff::civil::Date;

pub use apply::{Scope, apply};
pub use waive::{Reach, waive};

use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::problem::Problem;
use crate::source::{SourceFile, Span};
use crate::syntax::comment::Extent;
use crate::syntax::{hcl, yaml};

/// One suppression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// Where it is written.
    pub span: Span,
    /// The node that it counts for.
    pub node: Span,
    /// The rules, each with its place; by the names of the other linter, if it was written for one.
    pub rules: Vec<(String, Span)>,
    /// Why.
    pub reason: String,
    /// The last day on which it counts.
    pub until: Option<Date>,
    /// The other linter that it was written for.
    pub tool: Option<&'static str>,
}

/// The suppressions of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Those that say all they must.
    pub directives: Vec<Directive>,
    /// What is wrong with the others.
    pub problems: Vec<Problem>,
}

/// A diagnostic, and what decides whether it is suppressed.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What was found.
    pub diagnostic: Diagnostic,
    /// The config of the unit in which it was found.
    pub config: Arc<Config>,
    /// The root of that unit: the folder of a root module, or a template or plan.
    pub root: Arc<Path>,
}

/// Finds the suppressions in a Terraform file or template, also those for other linters if `foreign` ones count. A text
/// that mentions none is not parsed.
pub fn find(file: &SourceFile, foreign: bool) -> Found {
    let mut found = Found::default();
    let ours = file.text().contains("sglint");
    let foreign = foreign && foreign::SIGNS.iter().any(|sign| file.text().contains(sign));
    if !ours && !foreign {
        return found;
    }
    match file.path().extension().and_then(OsStr::to_str) {
        Some("tf" | "tfvars" | "tofu") => {
            let comments = hcl::comments(file);
            if foreign || comments.iter().any(comment::is_meant) {
                let body = hcl::parse(file).body;
                let extents = hcl::extents(&body);
                attach::attach(file, &comments, &extents, &mut found);
                if foreign {
                    let blocks = blocks(&extents);
                    foreign::attach(file, &comments, &extents, &blocks, &mut found);
                }
            }
        }
        _ => {
            for document in yaml::parse(file).documents {
                // The first extent is the whole document, which nothing but its metadata may silence.
                let extents = yaml::extents(&document).split_off(1);
                let comments = yaml::comments(file, &document);
                attach::attach(file, &comments, &extents, &mut found);
                metadata::find(&document, &mut found);
                if foreign {
                    let resources = foreign::resources(&document);
                    foreign::attach(file, &comments, &extents, &resources, &mut found);
                    foreign::metadata(&document, &mut found);
                }
            }
        }
    }
    found
}

/// The outermost of the nodes: the blocks of a Terraform file.
fn blocks(extents: &[Extent]) -> Vec<Span> {
    let mut blocks: Vec<Span> = Vec::new();
    let mut spans: Vec<_> = extents.iter().map(|extent| extent.span).collect();
    spans.sort_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
    for span in spans {
        if blocks.last().is_none_or(|last| !last.contains(span)) {
            blocks.push(span);
        }
    }
    blocks
}

#[cfg(test)]
mod tests;

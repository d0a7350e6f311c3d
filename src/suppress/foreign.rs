//! Suppressions that are written for other linters, for a project that honours them.
//!
//! ```hcl
//! resource "aws_security_group_rule" "ssh" {
//!   # checkov:skip=CKV_AWS_24:bastion, reviewed
//!   cidr_blocks = ["0.0.0.0/0"] #trivy:ignore:AWS-0107:exp:2027-01-31
//! }
//! ```
//!
//! Each counts where its own linter has it count. What only that linter can decide (`:ws:` of a workspace, `[…]` of a
//! parameter) does not count here: it might hide more than was meant. Ids that no rule goes by are left alone, as is a
//! suppression that nothing needs: the other linter may need it.

use jiff::civil::Date;

use super::attach::{preceded, trailed};
use super::{Directive, Found};
use crate::source::{SourceFile, Span};
use crate::syntax::comment::{Comment, Extent};
use crate::syntax::yaml::Node;

/// Words of which a text with a foreign suppression has one.
pub(super) const SIGNS: [&str; 6] =
    ["checkov", "bridgecrew:skip", "cortex:skip", "trivy:ignore", "tfsec:ignore", "cfn_nag"];

/// What checkov reads in a comment; the older and newer names of its makers mean the same.
const CHECKOV: [&str; 3] = ["checkov:skip=", "bridgecrew:skip=", "cortex:skip="];

/// Adds what the comments say to other linters. `extents` are the nodes of the text, `resources` those of its blocks or
/// resources.
pub(super) fn attach(
    file: &SourceFile,
    comments: &[Comment],
    extents: &[Extent],
    resources: &[Span],
    found: &mut Found,
) {
    for comment in comments {
        let text = file.slice(comment.span);
        let said = checkov(text);
        if !said.is_empty() {
            // checkov takes a comment anywhere within a resource for the whole resource.
            let around = resources.iter().filter(|resource| resource.contains(comment.span));
            let node = around.min_by_key(|resource| resource.end - resource.start);
            add(comment, node.copied(), said, found);
        }
        let said = [("trivy", "trivy:ignore:"), ("tfsec", "tfsec:ignore:")]
            .into_iter()
            .flat_map(|(tool, sign)| ignored(text, tool, sign))
            .collect::<Vec<_>>();
        if !said.is_empty() {
            let node = if comment.own_line {
                preceded(comment.span, extents)
            } else {
                trailed(file, comment.span, extents)
            };
            add(comment, node, said, found);
        }
    }
}

/// One check that a comment suppresses.
struct Said {
    tool: &'static str,
    id: String,
    reason: String,
    until: Option<Date>,
}

fn add(comment: &Comment, node: Option<Span>, said: Vec<Said>, found: &mut Found) {
    let Some(node) = node else { return };
    found.directives.extend(said.into_iter().map(|Said { tool, id, reason, until }| Directive {
        span: comment.span,
        node,
        rules: vec![(id, comment.span)],
        reason,
        until,
        tool: Some(tool),
    }));
}

/// `checkov:skip=CKV_AWS_24:reason`
fn checkov(comment: &str) -> Vec<Said> {
    let sign = CHECKOV.into_iter().find_map(|sign| Some((sign, comment.split_once(sign)?.1)));
    let Some((sign, rest)) = sign else { return Vec::new() };
    let rest = rest.trim_start();
    let id: String =
        rest.chars().take_while(|&letter| letter.is_ascii_alphanumeric() || letter == '_').collect();
    let reason =
        rest[id.len()..].strip_prefix(':').and_then(|reason| reason.lines().next()).unwrap_or_default();
    let reason = reason.trim_end_matches("*/").trim();
    let reason = if reason.is_empty() { format!("{sign}{id}") } else { reason.to_owned() };
    if id.is_empty() { Vec::new() } else { vec![Said { tool: "checkov", id, reason, until: None }] }
}

/// `trivy:ignore:AWS-0107:exp:2027-01-31 trivy:ignore:AWS-0104 words`
fn ignored(comment: &str, tool: &'static str, sign: &str) -> Vec<Said> {
    let is_sign = |word: &&str| word.contains(":ignore:");
    let words = || comment.trim_start_matches(['#', '/', '*']).trim_end_matches("*/").split_whitespace();
    let reason = words().filter(|word| !is_sign(word)).collect::<Vec<_>>().join(" ");
    let signed =
        words().filter_map(|word| Some((word, word.trim_start_matches(['#', '/', '*']).strip_prefix(sign)?)));
    signed
        .filter_map(|(word, said)| {
            let mut parts = said.split(':');
            let id = parts.next().filter(|id| !id.is_empty() && !id.contains('['))?.to_owned();
            let until = match (parts.next(), parts.next(), parts.next()) {
                (None, ..) => None,
                (Some("exp"), Some(date), None) => Some(date.parse().ok()?),
                _ => return None,
            };
            let reason = if reason.is_empty() { word.to_owned() } else { reason.clone() };
            Some(Said { tool, id, reason, until })
        })
        .collect()
}

/// Adds what the metadata of a template's resources say to other linters.
pub(super) fn metadata(template: &Node, found: &mut Found) {
    for resource in template.get("Resources").into_iter().flat_map(|resources| resources.entries()) {
        let Some(metadata) = resource.value.get("Metadata") else { continue };
        let node = resource.key.span.join(resource.value.span);
        for (tool, list, reason) in
            [("cfn_nag", "rules_to_suppress", "reason"), ("checkov", "skip", "comment")]
        {
            let items = metadata.get(tool).and_then(|ours| ours.get(list)).map(|list| list.items());
            for item in items.unwrap_or_default() {
                let Some(id) = item.get("id").and_then(|id| id.as_str()) else { continue };
                let reason = item.get(reason).and_then(|reason| reason.as_str()).unwrap_or_default().trim();
                found.directives.push(Directive {
                    span: item.span,
                    node,
                    rules: vec![(id.trim().to_owned(), item.span)],
                    reason: if reason.is_empty() { format!("{tool}: {id}") } else { reason.to_owned() },
                    until: None,
                    tool: Some(tool),
                });
            }
        }
    }
}

/// The resources of a template, each with its name.
pub(super) fn resources(template: &Node) -> Vec<Span> {
    let resources = template.get("Resources").into_iter().flat_map(|resources| resources.entries());
    resources.map(|entry| entry.key.span.join(entry.value.span)).collect()
}

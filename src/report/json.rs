//! The form that programs read. Its names are frozen within schema version 1; fields may be added.
//!
//! These types are the contract, apart from the types that the rest of the program is free to change.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;
use serde_json::Value;

use super::position::SpanDto;
use super::{Report, Summary, View};
use crate::diagnostic::{Confidence, Diagnostic, Label, Severity};
use crate::problem::Problem;
use crate::source::SourceMap;

/// The version of the form: the first number changes when a field is renamed, removed or changes its meaning.
pub(super) const SCHEMA_VERSION: &str = "1.0";

/// The report as JSON, with a line break at the end.
pub fn json(report: &Report, view: View) -> String {
    let sources = &report.sources;
    let document = Document {
        schema_version: SCHEMA_VERSION,
        tool: TOOL,
        diagnostics: view.listed(report).map(|diagnostic| DiagnosticDto::new(diagnostic, sources)).collect(),
        problems: report.problems.iter().map(|problem| ProblemDto::new(problem, sources)).collect(),
        summary: SummaryDto::new(report.summary),
    };
    // Strings, numbers and lists only: there is nothing that could fail to serialise.
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

/// The JSON Schema (draft 2020-12) of the form. Fields may be added, so that it does not forbid others.
pub fn diagnostics_schema() -> Value {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    generator.into_root_schema_for::<Document<'_>>().to_value()
}

/// What `sglint check --format json` reports.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "sglint report")]
struct Document<'a> {
    /// Version of this form: its first number changes when a field is renamed, removed or changes its meaning.
    schema_version: &'static str,
    /// What made the report.
    tool: ToolDto,
    /// What was found, by path, place and rule.
    diagnostics: Vec<DiagnosticDto<'a>>,
    /// What kept something from being judged, by path and place.
    problems: Vec<ProblemDto<'a>>,
    /// Counts.
    summary: SummaryDto,
}

/// What made a document.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Tool")]
pub(super) struct ToolDto {
    /// Its name.
    name: &'static str,
    /// Its version.
    version: &'static str,
}

/// What made the document.
pub(super) const TOOL: ToolDto = ToolDto { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") };

/// One finding of one rule.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Diagnostic")]
struct DiagnosticDto<'a> {
    /// Id of the rule.
    rule: &'a str,
    /// How much it matters, after config.
    severity: Severity,
    /// Whether it holds as the code stands.
    confidence: Confidence,
    /// What is wrong, naming the instance.
    message: &'a str,
    /// Why it matters.
    why: &'a str,
    /// What to do.
    help: &'a str,
    /// Where to read more.
    url: Option<&'a str>,
    /// Address of the resource that it is about.
    resource: &'a str,
    /// Addresses of all instances that share the place, when there are several.
    instances: Vec<&'a str>,
    /// The narrowest text that can be changed.
    span: SpanDto,
    /// Other places, in reading order.
    related: Vec<RelatedDto<'a>>,
    /// Edits that mend it.
    #[schemars(with = "Vec<Value>")]
    fixes: Vec<FixDto>,
    /// Stable identity by meaning: it stays when lines move.
    fingerprint: &'a str,
    /// Why it does not count, if something suppresses it.
    suppressed: Option<SuppressionDto<'a>>,
}

/// A place, and what is to be said about it.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Label")]
pub(super) struct RelatedDto<'a> {
    /// A few words.
    message: &'a str,
    /// The place.
    span: SpanDto,
}

/// No rule proposes edits yet; the list is part of the form and empty.
#[derive(Serialize)]
enum FixDto {}

/// Why a diagnostic does not count.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Suppression")]
struct SuppressionDto<'a> {
    /// What suppresses it: `comment`, `waiver` or `baseline`.
    by: &'a str,
    /// The reason that was given.
    reason: &'a str,
    /// The last day on which it counts, as YYYY-MM-DD.
    until: Option<&'a str>,
    /// The other linter that a comment was written for.
    #[serde(skip_serializing_if = "Option::is_none")]
    tool: Option<&'a str>,
}

/// Something that could not be judged, or a mistake in what was said to sglint.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Problem")]
pub(super) struct ProblemDto<'a> {
    /// Stable name of its class.
    code: &'a str,
    /// `error`, `warning` or `info`.
    severity: &'static str,
    /// What happened, naming the thing.
    message: &'a str,
    /// What to do.
    help: Option<&'a str>,
    /// The file or folder, if there is no text to point into.
    path: Option<&'a str>,
    /// Where, if it has a place in a text.
    span: Option<SpanDto>,
    /// Of what was not judged: the class of the cause.
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'static str>,
    /// Of what was not judged: how many facts.
    #[serde(skip_serializing_if = "Option::is_none")]
    facts: Option<usize>,
}

/// What a run worked on and how it ended, in numbers.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Summary")]
struct SummaryDto {
    /// Files that were judged.
    files: usize,
    /// Root modules and templates.
    units: usize,
    /// Security groups.
    groups: usize,
    /// Permissions.
    permissions: usize,
    /// Diagnostics that are certain and not suppressed.
    diagnostics: usize,
    /// Diagnostics that hold only under another choice of an input, and are not suppressed.
    possible: usize,
    /// Suppressed diagnostics.
    suppressed: usize,
    /// What could not be judged.
    not_judged: usize,
}

impl<'a> DiagnosticDto<'a> {
    fn new(diagnostic: &'a Diagnostic, sources: &SourceMap) -> Self {
        Self {
            rule: &diagnostic.rule,
            severity: diagnostic.severity,
            confidence: diagnostic.confidence,
            message: &diagnostic.message,
            why: diagnostic.why.trim_end(),
            help: diagnostic.help.trim_end(),
            url: diagnostic.url.as_deref(),
            resource: &diagnostic.resource,
            instances: diagnostic.instances.iter().map(AsRef::as_ref).collect(),
            span: SpanDto::new(diagnostic.primary.span, sources),
            related: diagnostic.related.iter().map(|label| RelatedDto::new(label, sources)).collect(),
            fixes: Vec::new(),
            fingerprint: &diagnostic.fingerprint,
            suppressed: diagnostic.suppressed.as_ref().map(|suppression| SuppressionDto {
                by: suppression.by,
                reason: &suppression.reason,
                until: suppression.until.as_deref(),
                tool: suppression.tool,
            }),
        }
    }
}

impl<'a> RelatedDto<'a> {
    pub(super) fn new(label: &'a Label, sources: &SourceMap) -> Self {
        Self { message: &label.message, span: SpanDto::new(label.span, sources) }
    }
}

impl<'a> ProblemDto<'a> {
    pub(super) fn new(problem: &'a Problem, sources: &SourceMap) -> Self {
        Self {
            code: problem.code,
            severity: problem.severity.name(),
            message: &problem.message,
            help: problem.help.as_deref(),
            path: problem.path.as_deref(),
            span: problem.span.map(|span| SpanDto::new(span, sources)),
            cause: problem.gap.as_deref().map(|gap| gap.class),
            facts: problem.gap.as_deref().map(|gap| gap.facts),
        }
    }
}

impl SummaryDto {
    fn new(summary: Summary) -> Self {
        // Which comments are for others is said at each suppressed diagnostic.
        let Summary {
            files,
            units,
            groups,
            permissions,
            diagnostics,
            possible,
            suppressed,
            suppressed_for_others: _,
            not_judged,
        } = summary;
        Self { files, units, groups, permissions, diagnostics, possible, suppressed, not_judged }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn has_the_form_of_the_contract() {
        let text = json(&fixture::report(), View::default()).replace(env!("CARGO_PKG_VERSION"), "VERSION");
        insta::assert_snapshot!(text, @r#"
        {
          "schema_version": "1.0",
          "tool": {
            "name": "sglint",
            "version": "VERSION"
          },
          "diagnostics": [
            {
              "rule": "admin-port-open-to-world",
              "severity": "critical",
              "confidence": "certain",
              "message": "SSH (22/tcp) open to the whole IPv4 internet on aws_security_group.web",
              "why": "Scanners find it within minutes.",
              "help": "Admit only the networks that need it.",
              "url": "https://example.org/admin-port",
              "resource": "aws_security_group.web",
              "instances": [
                "aws_security_group.web[\"a\"]",
                "aws_security_group.web[\"b\"]"
              ],
              "span": {
                "path": "main.tf",
                "start": {
                  "line": 6,
                  "column": 19,
                  "byte": 137
                },
                "end": {
                  "line": 6,
                  "column": 28,
                  "byte": 146
                }
              },
              "related": [
                {
                  "message": "written here",
                  "span": {
                    "path": "variables.tf",
                    "start": {
                      "line": 3,
                      "column": 19,
                      "byte": 50
                    },
                    "end": {
                      "line": 3,
                      "column": 30,
                      "byte": 61
                    }
                  }
                }
              ],
              "fixes": [],
              "fingerprint": "f1",
              "suppressed": null
            }
          ],
          "problems": [
            {
              "code": "hcl-syntax",
              "severity": "error",
              "message": "expected an expression",
              "help": "add one",
              "path": null,
              "span": {
                "path": "main.tf",
                "start": {
                  "line": 5,
                  "column": 5,
                  "byte": 99
                },
                "end": {
                  "line": 5,
                  "column": 13,
                  "byte": 107
                }
              }
            },
            {
              "code": "module-not-found",
              "severity": "warning",
              "message": "module.net is not there",
              "help": "run terraform init",
              "path": "net",
              "span": null
            }
          ],
          "summary": {
            "files": 2,
            "units": 1,
            "groups": 1,
            "permissions": 1,
            "diagnostics": 1,
            "possible": 1,
            "suppressed": 1,
            "not_judged": 2
          }
        }
        "#);
    }

    #[test]
    fn lists_suppressed_and_possible_ones_only_when_asked() {
        let report = fixture::report();
        let count = |view| {
            let value: serde_json::Value = serde_json::from_str(&json(&report, view)).expect("it is JSON");
            value["diagnostics"].as_array().map(Vec::len)
        };
        assert_eq!(count(View::default()), Some(1));
        assert_eq!(count(View { possible: true, ..View::default() }), Some(2));
        assert_eq!(count(View { suppressed: true, ..View::default() }), Some(2));
    }
}

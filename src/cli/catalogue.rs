//! `sglint rules` and `sglint explain`: which rules there are and what they say.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::args::ListFormat;
use super::{CLEAN, NOT_JUDGED, refuse, tell};
use crate::diagnostic::Severity;
use crate::engine::{self, Options, Rules};
use crate::policy::explain::{explain as page, find};
use crate::policy::rule::Rule;
use crate::policy::settings::PolicySettings;

/// Prints a rule, found by its id or by its name in another linter.
pub(super) fn explain(name: &str, out: &mut impl Write) -> io::Result<u8> {
    let catalogue = match engine::catalogue(&Options::default()) {
        Ok(catalogue) => catalogue,
        Err(problem) => return Ok(refuse(&problem)),
    };
    match find(&catalogue.rules.set, name) {
        Ok(rules) => {
            for (index, rule) in rules.iter().enumerate() {
                let gap = if index > 0 { "\n\n" } else { "" };
                write!(out, "{gap}{}", page(rule))?;
            }
            Ok(CLEAN)
        }
        Err(problem) => {
            // Why the rule may be missing, then that it is.
            tell(&catalogue.problems, &catalogue.sources);
            Ok(refuse(&problem))
        }
    }
}

/// Prints the rules as the config sets them.
pub(super) fn list(format: ListFormat, out: &mut impl Write) -> io::Result<u8> {
    let catalogue = match engine::catalogue(&Options::default()) {
        Ok(catalogue) => catalogue,
        Err(problem) => return Ok(refuse(&problem)),
    };
    let Rules { set, settings, .. } = &*catalogue.rules;
    let entries: Vec<_> = set.iter().map(|rule| Entry::new(rule, settings)).collect();
    match format {
        ListFormat::Human => {
            let width = entries.iter().map(|entry| entry.id.len()).max().unwrap_or(0);
            for Entry { id, severity, enabled, title, .. } in &entries {
                let off = if *enabled { "" } else { " (off)" };
                writeln!(out, "{severity:8}  {id:width$}  {title}{off}")?;
            }
        }
        ListFormat::Json => {
            let list = ListDto { schema_version: "1.0", rules: entries };
            serde_json::to_writer_pretty(&mut *out, &list)?;
            writeln!(out)?;
        }
    }
    tell(&catalogue.problems, &catalogue.sources);
    Ok(if catalogue.problems.is_empty() { CLEAN } else { NOT_JUDGED })
}

#[derive(Serialize)]
struct ListDto<'a> {
    schema_version: &'static str,
    rules: Vec<Entry<'a>>,
}

/// One rule as it is listed. The names are those of the JSON form.
#[derive(Serialize)]
struct Entry<'a> {
    id: &'a str,
    title: &'a str,
    severity: Severity,
    enabled: bool,
    on: &'static str,
    aliases: Vec<&'a str>,
    standards: &'a BTreeMap<String, Vec<String>>,
    own_mappings: &'a BTreeMap<String, Vec<String>>,
    seed: Vec<&'a str>,
}

impl<'a> Entry<'a> {
    fn new(rule: &'a Rule, settings: &PolicySettings) -> Self {
        Self {
            id: &rule.id,
            title: &rule.title,
            severity: settings.severity(rule),
            enabled: settings.enabled(rule),
            on: rule.on.name(),
            aliases: rule.aliases.iter().map(AsRef::as_ref).collect(),
            standards: &rule.standards,
            own_mappings: &rule.own_mappings,
            seed: rule.seed.iter().map(AsRef::as_ref).collect(),
        }
    }
}

//! `sglint rules` and `sglint explain`: which rules there are and what they say.

use std::collections::BTreeMap;
use std::env;
use std::io::{self, Write};
use std::sync::Arc;

use serde::Serialize;

use super::args::ListFormat;
use super::{CLEAN, NOT_JUDGED, say};
use crate::config::{Config, ConfigChoice, ConfigStore};
use crate::diagnostic::Severity;
use crate::policy::explain::{explain as page, find};
use crate::policy::load::{Loaded, combine, load_builtin, load_folder};
use crate::policy::rule::Rule;
use crate::problem::Problem;
use crate::report::{Human, Style, View};
use crate::source::SourceMap;

/// Prints a rule, found by its id or by its name in another linter.
pub(super) fn explain(name: &str, out: &mut impl Write) -> io::Result<u8> {
    let catalogue = Catalogue::load();
    match find(&catalogue.loaded.rules, name) {
        Ok(rules) => {
            for (index, rule) in rules.iter().enumerate() {
                let gap = if index > 0 { "\n\n" } else { "" };
                write!(out, "{gap}{}", page(rule))?;
            }
            Ok(CLEAN)
        }
        Err(problem) => {
            catalogue.tell([&problem]);
            catalogue.tell(&catalogue.problems);
            Ok(NOT_JUDGED)
        }
    }
}

/// Prints the rules as the config sets them.
pub(super) fn list(format: ListFormat, out: &mut impl Write) -> io::Result<u8> {
    let catalogue = Catalogue::load();
    let entries: Vec<_> =
        catalogue.loaded.rules.iter().map(|rule| Entry::new(rule, &catalogue.config)).collect();
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
    catalogue.tell(&catalogue.problems);
    Ok(if catalogue.problems.is_empty() { CLEAN } else { NOT_JUDGED })
}

/// The rules of sglint and those that the config of the working directory adds.
struct Catalogue {
    sources: Arc<SourceMap>,
    config: Arc<Config>,
    loaded: Loaded,
    problems: Vec<Problem>,
}

impl Catalogue {
    fn load() -> Self {
        let directory = env::current_dir().unwrap_or_default();
        let sources = Arc::new(SourceMap::new(&directory));
        let configs = ConfigStore::new(&ConfigChoice::Nearest, Arc::clone(&sources));
        let config = configs.for_directory(&directory);

        let mut problems = configs.problems();
        let mut rules: Vec<_> = load_builtin().rules.iter().cloned().collect();
        for folder in &config.policies {
            let loaded = load_folder(&sources, folder);
            rules.extend(loaded.rules.iter().cloned());
            problems.extend(loaded.problems);
        }
        let loaded = combine(rules);
        problems.extend(loaded.problems.iter().cloned());
        problems.extend(config.unknown_rules(&loaded.rules.iter().map(|rule| &*rule.id).collect()));
        Self { sources, config, loaded, problems }
    }

    fn tell<'a>(&self, problems: impl IntoIterator<Item = &'a Problem>) {
        let human = Human::new(&self.sources, Style::default(), View::default());
        problems.into_iter().for_each(|problem| say(human.problem(problem).trim_end()));
    }
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
}

impl<'a> Entry<'a> {
    fn new(rule: &'a Rule, config: &Config) -> Self {
        let setting = config.rules.get(&rule.id);
        Self {
            id: &rule.id,
            title: &rule.title,
            severity: setting.and_then(|setting| setting.severity).unwrap_or(rule.severity),
            enabled: setting.and_then(|setting| setting.enabled).unwrap_or(rule.enabled),
            on: rule.on.name(),
            aliases: rule.aliases.iter().map(AsRef::as_ref).collect(),
            standards: &rule.standards,
        }
    }
}

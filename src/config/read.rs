//! A config file to [`Config`]: each broken part becomes an error with its place, the rest counts.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::check::check;
use super::premises::{self, elements};
use super::{Config, ExampleConfig, Param, PathFilter, RuleSetting, form};
use crate::problem::Problem;
use crate::source::SourceFile;
use crate::syntax::yaml::{self, Node};

/// Reads a config file.
pub(super) fn read(file: &SourceFile) -> (Config, Vec<Problem>) {
    let parsed = yaml::parse(file);
    let mut problems = parsed.problems;
    for problem in &mut problems {
        problem.help.get_or_insert_with(|| "the run went on with the settings that could be read".to_owned());
    }
    if let Some(second) = parsed.documents.get(1) {
        problems.push(
            Problem::error("config-invalid", "a config file holds one document")
                .at(second.span)
                .help("remove the other documents"),
        );
    }
    let Some(document) = parsed.documents.first() else { return (Config::default(), problems) };
    problems.extend(check(document, form::CONFIG, "the config"));
    (config(document, file.path().parent().unwrap_or(Path::new(""))), problems)
}

/// Reads the `config` beside an example of a rule.
pub fn read_example(node: &Node) -> (ExampleConfig, Vec<Problem>) {
    let config = ExampleConfig {
        premises: premises::read(node),
        params: node.get("params").map(|node| params(node)).unwrap_or_default(),
    };
    (config, check(node, form::EXAMPLE, "`config`"))
}

fn config(document: &Node, folder: &Path) -> Config {
    let texts = |key: &str| -> Vec<&str> {
        let list = document.get(key).map(|node| elements(node)).unwrap_or_default();
        list.into_iter().filter_map(Node::as_str).collect()
    };
    let rules = document.get("rules").map(|rules| rules.entries()).unwrap_or_default();
    let setting = |entry: &yaml::Entry| Some((Arc::from(entry.key.as_str()?), rule(entry)));
    Config {
        rules: rules.iter().filter_map(setting).collect(),
        premises: premises::read(document),
        paths: PathFilter::new(folder, &texts("include"), &texts("exclude")),
        policies: texts("policies").into_iter().map(|text| folder.join(text)).collect(),
        fail_on: document.get("fail-on").and_then(|node| severity(node)),
    }
}

fn rule(entry: &yaml::Entry) -> RuleSetting {
    let mut setting = RuleSetting {
        span: entry.key.span,
        enabled: None,
        severity: entry.value.get("severity").and_then(|node| severity(node)),
        params: entry.value.get("params").map(|node| params(node)).unwrap_or_default(),
    };
    match entry.value.as_str() {
        Some("off" | "false") => setting.enabled = Some(false),
        Some("on" | "true") => setting.enabled = Some(true),
        Some(_) => setting.severity = severity(&entry.value),
        None => setting.enabled = entry.value.get("enabled").and_then(|node| node.as_str()?.parse().ok()),
    }
    if setting.severity.is_some() {
        setting.enabled.get_or_insert(true);
    }
    setting
}

fn params(node: &Node) -> BTreeMap<Arc<str>, Param> {
    let param = |entry: &yaml::Entry| {
        let param = Param { span: entry.key.span, value: Arc::clone(&entry.value) };
        Some((Arc::from(entry.key.as_str()?), param))
    };
    node.entries().iter().filter_map(param).collect()
}

fn severity(node: &Node) -> Option<crate::diagnostic::Severity> {
    node.as_str()?.parse().ok()
}

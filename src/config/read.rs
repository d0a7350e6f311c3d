//! A config file to [`Config`]: each broken part becomes an error with its place, the rest counts.

use std::collections::BTreeMap;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use super::check::{check, is_null};
use super::word::pattern;
use super::{
    AddressGroups, Config, ExampleConfig, Override, Param, PathFilter, PathPatterns, RuleSetting, Waiver,
    Written, elements, form, premises,
};
use crate::problem::{Problem, ProblemSeverity};
use crate::source::SourceFile;
use crate::syntax::yaml::{self, Node};

/// Reads a config file.
pub(super) fn read(file: &SourceFile) -> (Config, Vec<Problem>) {
    let parsed = yaml::parse(file);
    let mut problems = parsed.problems;
    for problem in &mut problems {
        // A key that is there twice is a warning elsewhere; here one of the two settings would silently not count.
        if problem.severity < ProblemSeverity::Error {
            (problem.severity, problem.code) = (ProblemSeverity::Error, "config-invalid");
        }
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
    let folder = file.path().parent().unwrap_or(Path::new(""));
    (config(document, folder, &mut problems), problems)
}

/// Reads the `config` beside an example of a rule.
pub fn read_example(node: &Node) -> (ExampleConfig, Vec<Problem>) {
    let mut problems = check(node, form::EXAMPLE, "`config`");
    let addresses = addresses(node, &mut problems);
    let premises = premises::read(node, &addresses, &mut problems);
    let params = node.get("params").map(|node| params(node)).unwrap_or_default();
    (ExampleConfig { premises, addresses, params }, problems)
}

fn config(document: &Node, folder: &Path, problems: &mut Vec<Problem>) -> Config {
    let texts = |key: &str| texts(document, key);
    let written = |key: &str| list(document, key).into_iter().filter_map(written).collect();
    let addresses = addresses(document, problems);
    let paths = PathFilter::new(folder, &texts("include"), &texts("exclude"));
    Config {
        folder: folder.to_path_buf(),
        profile: parsed(document, "profile"),
        select: written("select"),
        ignore: written("ignore"),
        rules: rules(document),
        overrides: list(document, "overrides").into_iter().map(|node| override_of(node, folder)).collect(),
        waivers: list(document, "waivers").into_iter().filter_map(|node| waiver(node, folder)).collect(),
        foreign_suppressions: document
            .get("suppressions")
            .and_then(|node| parsed(node, "foreign"))
            .unwrap_or_default(),
        premises: premises::read(document, &addresses, problems),
        tiers: tiers(document),
        link_ends: link_ends(document),
        addresses,
        paths,
        policies: texts("policies").into_iter().map(|text| folder.join(text)).collect(),
        fail_on: parsed(document, "fail-on"),
    }
}

/// The elements under a key.
fn list<'n>(node: &'n Node, key: &str) -> Vec<&'n Node> {
    node.get(key).filter(|value| !is_null(value)).map(|value| elements(value)).unwrap_or_default()
}

/// The texts under a key.
fn texts<'n>(node: &'n Node, key: &str) -> Vec<&'n str> {
    list(node, key).into_iter().filter_map(Node::as_str).collect()
}

/// The value under a key, if it is one.
fn parsed<T: FromStr>(node: &Node, key: &str) -> Option<T> {
    node.get(key)?.as_str()?.parse().ok()
}

fn link_ends(document: &Node) -> Vec<Written> {
    list(document, "links").into_iter().flat_map(Node::items).filter_map(|end| written(end)).collect()
}

/// The tiers that something can belong to.
fn tiers(document: &Node) -> Vec<Written> {
    let all = document.get("tiers").map(|tiers| tiers.entries()).unwrap_or_default();
    let has_patterns = |tier: &&yaml::Entry| {
        !list(&tier.value, "resources").is_empty()
            || tier.value.get("tags").is_some_and(|tags| !tags.entries().is_empty())
    };
    all.iter().filter(has_patterns).filter_map(|tier| written(&tier.key)).collect()
}

fn written(node: &Node) -> Option<Written> {
    Some(Written { text: node.as_str()?.trim().to_owned(), span: node.span })
}

fn addresses(node: &Node, problems: &mut Vec<Problem>) -> AddressGroups {
    node.get("addresses").map(|node| AddressGroups::read(node, problems)).unwrap_or_default()
}

fn override_of(node: &Node, folder: &Path) -> Override {
    Override {
        paths: PathPatterns::new(folder, &texts(node, "paths")),
        profile: parsed(node, "profile"),
        rules: rules(node),
    }
}

/// A waiver that says all it must. One of which a part is broken does not count: it might accept more than was meant.
fn waiver(node: &Node, folder: &Path) -> Option<Waiver> {
    let given = |key: &str| node.get(key).is_some_and(|value| !is_null(value));
    let resources: Option<Vec<_>> =
        list(node, "resource").into_iter().map(|item| pattern(item.as_str()?).ok()).collect();
    let until = parsed(node, "until");
    let broken = !check(node, form::WAIVER, "").is_empty() || given("until") && until.is_none();
    if broken {
        return None;
    }
    Some(Waiver {
        span: node.span,
        rule: node.get("rule").and_then(|rule| written(rule))?,
        paths: given("path").then(|| PathPatterns::new(folder, &texts(node, "path"))),
        resources: resources?,
        reason: node.get("reason")?.as_str()?.trim().to_owned(),
        until,
    })
}

fn rules(node: &Node) -> BTreeMap<Arc<str>, RuleSetting> {
    let rules = node.get("rules").map(|rules| rules.entries()).unwrap_or_default();
    let setting = |entry: &yaml::Entry| Some((Arc::from(entry.key.as_str()?), rule(entry)));
    rules.iter().filter_map(setting).collect()
}

fn rule(entry: &yaml::Entry) -> RuleSetting {
    let mut setting = RuleSetting {
        span: entry.key.span,
        enabled: None,
        severity: parsed(&entry.value, "severity"),
        params: entry.value.get("params").map(|node| params(node)).unwrap_or_default(),
    };
    match entry.value.as_str() {
        Some("off" | "false") => setting.enabled = Some(false),
        Some("on" | "true") => setting.enabled = Some(true),
        Some(word) => setting.severity = word.parse().ok(),
        None => setting.enabled = parsed(&entry.value, "enabled"),
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

//! A config file to [`Config`]: each broken part becomes an error with its place, the rest counts.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use ipnet::IpNet;

use super::form::{CONFIG, RULE};
use super::{Config, Param, PathFilter, RuleSetting, Trusted, paths};
use crate::diagnostic::Severity;
use crate::form::{Form, names};
use crate::problem::Problem;
use crate::source::{SourceFile, Span};
use crate::syntax::yaml::{self, Node, NodeKind};

const SEVERITIES: &str = "one of info, low, medium, high, critical";

/// Reads a config file.
pub(super) fn read(file: &SourceFile) -> (Config, Vec<Problem>) {
    let parsed = yaml::parse(file);
    let mut reader =
        Reader { folder: file.path().parent().unwrap_or(Path::new("")), problems: parsed.problems };
    for problem in &mut reader.problems {
        problem.help.get_or_insert_with(|| "the run went on with the settings that could be read".to_owned());
    }
    if let Some(second) = parsed.documents.get(1) {
        reader.refuse(second.span, "a config file holds one document", "remove the other documents");
    }
    let config = parsed.documents.first().map(|document| reader.config(document)).unwrap_or_default();
    (config, reader.problems)
}

struct Reader<'a> {
    folder: &'a Path,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn config(&mut self, document: &Node) -> Config {
        let mut config = Config::default();
        let (mut include, mut exclude) = (Vec::new(), Vec::new());
        for (key, span, value) in self.fields(document, "the config") {
            match key {
                "rules" => config.rules = self.rules(value),
                "trusted" => config.trusted = self.trusted(value),
                "include" => include = self.patterns(value),
                "exclude" => exclude = self.patterns(value),
                "policies" => {
                    let folders = self.texts(value, "a list of folders");
                    config.policies = folders.into_iter().map(|(text, _)| self.folder.join(text)).collect();
                }
                "fail-on" => config.fail_on = self.severity(value),
                _ => self.unknown_key(key, span, CONFIG),
            }
        }
        config.paths = PathFilter::new(self.folder, &include, &exclude);
        config
    }

    fn rules(&mut self, node: &Node) -> BTreeMap<Arc<str>, RuleSetting> {
        let mut rules = BTreeMap::new();
        for (id, span, value) in self.fields(node, "`rules`") {
            let setting = RuleSetting { span, enabled: None, severity: None, params: BTreeMap::new() };
            rules.insert(Arc::from(id), self.rule(setting, value));
        }
        rules
    }

    fn rule(&mut self, mut setting: RuleSetting, node: &Node) -> RuleSetting {
        match &node.kind {
            NodeKind::Scalar { text, .. } => match text.as_ref() {
                "off" | "false" => setting.enabled = Some(false),
                "on" | "true" => setting.enabled = Some(true),
                _ => setting.severity = self.severity_or(node, "`off`, or a severity: "),
            },
            NodeKind::Sequence(_) => self.refuse(
                node.span,
                "a rule is set to `off`, to a severity, or to a mapping",
                "write, for example, `{ severity: high }`",
            ),
            NodeKind::Mapping(_) => {
                for (key, span, value) in self.fields(node, "the rule") {
                    match key {
                        "severity" => setting.severity = self.severity(value),
                        "enabled" => match value.as_str() {
                            Some("true") => setting.enabled = Some(true),
                            Some("false") => setting.enabled = Some(false),
                            _ => self.refuse(value.span, "`enabled` is true or false", "write one of them"),
                        },
                        "params" => {
                            for entry in value.entries() {
                                if let Some(name) = entry.key.as_str() {
                                    let value = Arc::clone(&entry.value);
                                    setting.params.insert(name.into(), Param { span: entry.key.span, value });
                                }
                            }
                            if !matches!(value.kind, NodeKind::Mapping(_)) {
                                self.wrong_shape(value, "a mapping from parameter to value");
                            }
                        }
                        _ => self.unknown_key(key, span, RULE),
                    }
                }
            }
        }
        if setting.severity.is_some() {
            setting.enabled.get_or_insert(true);
        }
        setting
    }

    fn trusted(&mut self, node: &Node) -> Vec<Trusted> {
        let mut trusted = Vec::new();
        for (text, span) in self.texts(node, "a list of networks") {
            match text.parse::<IpNet>() {
                Ok(network) if network == network.trunc() => trusted.push(Trusted { network, span }),
                Ok(network) => self.refuse(
                    span,
                    &format!("{text} has bits set beyond its prefix"),
                    &format!("write {} for the network, or a longer prefix for the host", network.trunc()),
                ),
                Err(_) => self.refuse(
                    span,
                    &format!("{text:?} is not a network"),
                    "write it as address/prefix: 203.0.113.0/24, 2001:db8::/32",
                ),
            }
        }
        trusted
    }

    fn patterns<'n>(&mut self, node: &'n Node) -> Vec<&'n str> {
        let mut patterns = Vec::new();
        for (text, span) in self.texts(node, "a list of patterns") {
            match paths::check_pattern(text) {
                Ok(()) => patterns.push(text),
                Err(error) => {
                    self.refuse(
                        span,
                        &format!("{text:?} is not a pattern: {error}"),
                        "see gitignore(5) for the form",
                    );
                }
            }
        }
        patterns
    }

    fn severity(&mut self, node: &Node) -> Option<Severity> {
        self.severity_or(node, "")
    }

    fn severity_or(&mut self, node: &Node, otherwise: &str) -> Option<Severity> {
        let text = node.as_str().unwrap_or_default();
        let severity = text.parse().ok();
        if severity.is_none() {
            let names = Severity::ALL.iter().map(|severity| severity.name());
            self.problems.push(
                Problem::error("config-invalid", format!("{text:?} is not a severity"))
                    .at(node.span)
                    .help_nearest(text, names, format!("write {otherwise}{SEVERITIES}")),
            );
        }
        severity
    }

    /// The entries of a mapping that have a name.
    fn fields<'n>(&mut self, node: &'n Node, what: &str) -> Vec<(&'n str, Span, &'n Node)> {
        if is_null(node) {
            return Vec::new();
        }
        if !matches!(node.kind, NodeKind::Mapping(_)) {
            self.wrong_shape(node, &format!("{what} as a mapping"));
        }
        let entries = node.entries().iter();
        entries
            .filter_map(|entry| Some((entry.key.as_str()?, entry.key.span, entry.value.as_ref())))
            .collect()
    }

    /// The elements of a list of texts; one text alone is a list of one.
    fn texts<'n>(&mut self, node: &'n Node, what: &str) -> Vec<(&'n str, Span)> {
        if is_null(node) {
            return Vec::new();
        }
        if let Some(text) = node.as_str() {
            return vec![(text, node.span)];
        }
        let mut texts = Vec::new();
        for item in node.items() {
            match item.as_str() {
                Some(text) => texts.push((text, item.span)),
                None => self.wrong_shape(item, "text"),
            }
        }
        if !matches!(node.kind, NodeKind::Sequence(_)) {
            self.wrong_shape(node, what);
        }
        texts
    }

    fn unknown_key(&mut self, key: &str, span: Span, form: Form) {
        let known = names(form);
        self.problems.push(
            Problem::error("config-unknown-key", format!("{key:?} is not a setting")).at(span).help_nearest(
                key,
                known.iter().copied(),
                format!("the keys are {}", known.join(", ")),
            ),
        );
    }

    fn wrong_shape(&mut self, node: &Node, expected: &str) {
        let found = match node.kind {
            NodeKind::Scalar { .. } => "a single value",
            NodeKind::Sequence(_) => "a list",
            NodeKind::Mapping(_) => "a mapping",
        };
        self.refuse(node.span, &format!("this is {found}"), &format!("write {expected}"));
    }

    fn refuse(&mut self, span: Span, message: &str, help: &str) {
        self.problems.push(Problem::error("config-invalid", message).at(span).help(help));
    }
}

/// A key without a value, as in a file where everything below it is commented out.
fn is_null(node: &Node) -> bool {
    matches!(&node.kind, NodeKind::Scalar { text, style: yaml::ScalarStyle::Plain }
        if matches!(text.as_ref(), "" | "~" | "null"))
}

//! One rule file to one rule.
//!
//! Whatever is wrong in a file is told at once, each with its place and the name that was probably meant; a
//! file with an error gives no rule.

mod examples;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::check::{PARAMS, check};
use super::expression::{self, ConditionError, Expression};
use super::form::{PARAM, RULE, VERSION};
use super::message::Template;
use super::properties;
use super::rule::{ParamType, Parameter, Rule, Written};
use super::scalar;
use crate::config::{AddressGroups, Profile};
use crate::diagnostic::{Confidence, Severity};
use crate::facts::Kind;
use crate::form::{Form, names};
use crate::nearest::suggestion;
use crate::problem::{Problem, ProblemSeverity};
use crate::source::{SourceFile, Span};
use crate::syntax::yaml::{self, Node, NodeKind};

/// Who wrote a rule file: this decides what its rule may be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Author {
    /// sglint: the id is a bare name, equal to the file's.
    Sglint,
    /// A user: the id has a `/`.
    User,
}

/// Reads one rule.
pub fn read_rule(file: &SourceFile, author: Author) -> Result<Rule, Vec<Problem>> {
    let parsed = yaml::parse(file);
    if !parsed.problems.is_empty() {
        // A repeated key is a warning elsewhere; in a rule one of the two would silently not count.
        let as_error = |problem: Problem| {
            let help = properties::remedy(file, &problem).map(str::to_owned).or_else(|| problem.help.clone());
            Problem { severity: ProblemSeverity::Error, help, ..problem }
        };
        return Err(parsed.problems.into_iter().map(as_error).collect());
    }
    let [document] = parsed.documents.as_slice() else {
        let message = format!("a rule file holds one rule, this one {} documents", parsed.documents.len());
        return Err(vec![Problem::error("rule-syntax", message).at(file.whole()).help("one file a rule")]);
    };
    let lost = properties::check(file, document);
    if !lost.is_empty() {
        return Err(lost);
    }
    let mut reader = Reader { file, problems: Vec::new() };
    match reader.rule(document, author) {
        Some(rule) if reader.problems.is_empty() => Ok(rule),
        _ => {
            reader.problems.sort_by_key(|problem| problem.span);
            Err(reader.problems)
        }
    }
}

/// Reads the parts of a rule and collects what is wrong; a part that is wrong is `None`.
struct Reader<'a> {
    file: &'a SourceFile,
    problems: Vec<Problem>,
}

/// What a rule says of facts of a kind, and when.
struct Judgement {
    on: Kind,
    when: Arc<Node>,
    condition: Expression,
    at: Option<&'static str>,
    also: Vec<&'static str>,
    message: Template,
}

fn shared(nodes: &[Arc<Node>]) -> Vec<Arc<str>> {
    nodes.iter().filter_map(|node| node.as_str()).map(Arc::from).collect()
}

impl Reader<'_> {
    fn error(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.problems.push(Problem::error("rule-syntax", message).at(span).help(help));
    }

    /// An error inside a scalar that has a language of its own.
    fn inner_error(&mut self, code: &'static str, node: &Node, error: ConditionError) {
        let mut problem =
            Problem::error(code, error.message).at(scalar::place(self.file, node, &error.range));
        problem.help = error.help;
        self.problems.push(problem);
    }

    fn rule(&mut self, root: &Node, author: Author) -> Option<Rule> {
        self.keys(root, RULE)?;
        self.version(root);
        let title = self.required_text(root, "title");
        let params = self.params(root);
        let judgement = self.judgement(root, &params);
        let severity = self.required_word(root, "severity", &Severity::ALL.map(Severity::name));
        let confidence = self.word(root, "confidence", &["certain", "possible"]);
        let profile = self.word(root, "profile", &Profile::names());
        let ignorable = self.word(root, "ignorable", &["true", "false"]);
        let supersedes = self.texts(root, "supersedes");
        let why = self.required_text(root, "why");
        let help = self.required_text(root, "help");
        let standards = self.mappings(root, "standards");
        let own_mappings = self.mappings(root, "own-mappings");
        let aliases = self.texts(root, "aliases");
        let references = self.references(root);
        let seed = self.texts(root, "seed");
        let id = self.id(root, author);
        let name = id.as_ref().map_or("this rule", |(id, _)| id.as_ref());
        let examples = self.examples(root, name, &params);

        let (id, id_span) = id?;
        let Judgement { on, when, condition, at, also, message } = judgement?;
        Some(Rule {
            id,
            title: title?,
            on,
            when: when.as_str()?.trim().to_owned(),
            condition: Arc::new(condition),
            severity: severity?.parse().ok()?,
            confidence: match confidence.as_deref() {
                Some("possible") => Confidence::Possible,
                _ => Confidence::Certain,
            },
            at,
            also,
            message,
            why: why?.into(),
            help: help?.into(),
            params,
            standards,
            own_mappings,
            aliases: shared(&aliases),
            references,
            seed: shared(&seed),
            // Who writes a rule wants to hear of it, whatever else is quiet.
            profile: profile.and_then(|name| name.parse().ok()).unwrap_or(match author {
                Author::Sglint => Profile::Default,
                Author::User => Profile::Minimal,
            }),
            ignorable: ignorable.as_deref() != Some("false"),
            examples,
            file: self.file.name().to_owned(),
            written: Written {
                id: id_span,
                supersedes: supersedes.iter().map(|node| node.span).collect(),
                when,
            },
            supersedes: shared(&supersedes),
        })
    }

    /// The parts whose names come from the kind of fact that the rule judges.
    fn judgement(&mut self, root: &Node, params: &BTreeMap<String, Parameter>) -> Option<Judgement> {
        let on = self.required_word(root, "on", &Kind::ALL.map(Kind::name));
        let on: Option<Kind> = on.and_then(|name| name.parse().ok());
        let when = self.required(root, "when");
        let message = self.required(root, "message");
        let on = on?;
        let types = params.iter().map(|(name, param)| (name.clone(), param.ty)).collect();
        let condition = when.and_then(|node| self.condition(node, on, &types));
        let message = message.and_then(|node| self.message(node, on, &types));
        if let (Some(condition), Some(message)) = (&condition, &message) {
            self.unused_params(root, &types, condition, message);
        }
        let at = root.get("at").and_then(|node| self.place(node, on));
        let also = self.texts(root, "also").iter().filter_map(|node| self.place(node, on)).collect();
        Some(Judgement { on, when: Arc::clone(when?), condition: condition?, at, also, message: message? })
    }

    /// Complains about keys that are not known; `None` if there are no keys at all.
    fn keys(&mut self, node: &Node, form: Form) -> Option<()> {
        let known = names(form);
        let NodeKind::Mapping(entries) = &node.kind else {
            self.error(node.span, "keys and values are expected here", format!("keys: {}", known.join(", ")));
            return None;
        };
        for entry in entries {
            let name = entry.key.as_str().unwrap_or_default();
            if !known.contains(&name) {
                self.error(entry.key.span, format!("unknown key {name}"), suggestion(name, &known));
            }
        }
        Some(())
    }

    fn required<'n>(&mut self, root: &'n Node, key: &str) -> Option<&'n Arc<Node>> {
        let found = root.get(key);
        if found.is_none() {
            let start = Span::new(self.file.id(), root.span.start as usize, root.span.start as usize);
            self.error(start, format!("the key {key} is missing"), format!("add {key}:"));
        }
        found
    }

    fn text(&mut self, node: &Node) -> Option<String> {
        let text = node.as_str().map(str::trim).filter(|text| !text.is_empty());
        if text.is_none() {
            self.error(node.span, "a text is expected here", "write one line, or a block after |");
        }
        text.map(str::to_owned)
    }

    fn required_text(&mut self, root: &Node, key: &str) -> Option<String> {
        let node = self.required(root, key)?;
        self.text(node)
    }

    fn word(&mut self, root: &Node, key: &str, words: &[&str]) -> Option<String> {
        let node = root.get(key)?;
        let word = self.text(node)?;
        if words.contains(&word.as_str()) {
            return Some(word);
        }
        self.error(node.span, format!("no such {key}: {word}"), suggestion(&word, words));
        None
    }

    fn required_word(&mut self, root: &Node, key: &str, words: &[&str]) -> Option<String> {
        self.required(root, key)?;
        self.word(root, key, words)
    }

    /// The elements of an optional list of texts.
    fn texts(&mut self, root: &Node, key: &str) -> Vec<Arc<Node>> {
        let Some(node) = root.get(key) else { return Vec::new() };
        let NodeKind::Sequence(items) = &node.kind else {
            self.error(node.span, format!("{key} is a list"), format!("{key}: [first, second]"));
            return Vec::new();
        };
        items.iter().filter(|item| self.text(item).is_some()).map(Arc::clone).collect()
    }

    fn version(&mut self, root: &Node) {
        let Some(node) = self.required(root, "policy") else { return };
        if node.as_str() != Some(VERSION) {
            self.error(node.span, "unknown version of the rule format", format!("policy: {VERSION}"));
        }
    }

    fn id(&mut self, root: &Node, author: Author) -> Option<(Arc<str>, Span)> {
        let node = self.required(root, "id")?;
        let id = self.text(node)?;
        let is_kebab = |part: &str| {
            part.split('-').all(|word| {
                !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
            })
        };
        let parts: Vec<_> = id.split('/').collect();
        if !parts.iter().all(|part| is_kebab(part)) {
            let help = "lower-case words joined by -, such as acme/no-rdp";
            self.error(node.span, format!("{id} is no name for a rule"), help);
            return None;
        }
        match author {
            Author::User if parts.len() != 2 => {
                let help = format!("put the name of your team before it: acme/{}", parts.concat());
                self.error(node.span, "the id of an own rule has one /", help);
                return None;
            }
            Author::Sglint if self.file.name() != format!("rules/{id}.yaml") => {
                self.error(node.span, "the id differs from the file's name", format!("rules/{id}.yaml"));
                return None;
            }
            _ => {}
        }
        Some((Arc::from(id), node.span))
    }

    /// The name of a place that facts of the kind have.
    fn place(&mut self, node: &Node, kind: Kind) -> Option<&'static str> {
        let name = self.text(node)?;
        let place = kind.places().iter().find(|&&place| *place == *name).copied();
        if place.is_none() {
            let message = format!("{kind} facts have no place {name}");
            self.error(node.span, message, suggestion(&name, kind.places()));
        }
        place
    }

    fn params(&mut self, root: &Node) -> BTreeMap<String, Parameter> {
        let Some(node) = root.get("params") else { return BTreeMap::new() };
        let NodeKind::Mapping(entries) = &node.kind else {
            self.error(
                node.span,
                "params maps names to types",
                "params: { ports: { type: ports, default: [22] } }",
            );
            return BTreeMap::new();
        };
        let mut params = BTreeMap::new();
        for entry in entries {
            if let (Some(name), Some(param)) = (self.param_name(&entry.key), self.param(&entry.value)) {
                params.insert(name, param);
            }
        }
        params
    }

    /// A name that a condition can write after `params.`.
    fn param_name(&mut self, node: &Node) -> Option<String> {
        let name = self.text(node)?;
        let is_word = name.starts_with(|first: char| first.is_ascii_lowercase())
            && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if !is_word {
            self.error(
                node.span,
                format!("{name} is no name for a parameter"),
                "lower-case words joined by _",
            );
        }
        is_word.then_some(name)
    }

    fn param(&mut self, node: &Node) -> Option<Parameter> {
        self.keys(node, PARAM)?;
        let word = self.required_word(node, "type", &ParamType::ALL.map(ParamType::name));
        let default = self.required(node, "default");
        let word = word?;
        let ty = ParamType::ALL.into_iter().find(|ty| ty.name() == word)?;
        let default = ty
            .read(default?, &AddressGroups::default())
            .map_err(|problem| self.problems.push(problem))
            .ok()?;
        Some(Parameter { ty, default })
    }

    fn condition(
        &mut self,
        node: &Node,
        kind: Kind,
        params: &BTreeMap<String, ParamType>,
    ) -> Option<Expression> {
        let source = node.as_str().unwrap_or_default();
        let expression = match expression::compile(source) {
            Ok(expression) => expression,
            Err(error) => {
                self.inner_error("rule-condition", node, error);
                return None;
            }
        };
        for error in check(&expression, kind, params) {
            self.inner_error("rule-condition", node, error);
        }
        Some(expression)
    }

    /// Complains about parameters that neither the condition nor the message reads.
    fn unused_params(
        &mut self,
        root: &Node,
        params: &BTreeMap<String, ParamType>,
        condition: &Expression,
        message: &Template,
    ) {
        let read = expression::references(condition);
        let mut used: BTreeSet<&str> = message.params().collect();
        used.extend(read.iter().filter(|field| field.owner == PARAMS).map(|field| field.name.as_str()));
        for entry in root.get("params").map(|node| node.entries()).unwrap_or_default() {
            let name = entry.key.as_str().unwrap_or_default();
            if params.contains_key(name) && !used.contains(name) {
                self.error(entry.key.span, format!("the parameter {name} is not used"), "use or remove it");
            }
        }
    }

    fn message(&mut self, node: &Node, kind: Kind, params: &BTreeMap<String, ParamType>) -> Option<Template> {
        self.text(node)?;
        match Template::parse(node.as_str()?.trim_end(), kind, params) {
            Ok(template) => Some(template),
            Err(error) => {
                self.inner_error("rule-message", node, error);
                None
            }
        }
    }

    /// Controls by standard: what the standard's publisher maps, or what the author of the rule does.
    fn mappings(&mut self, root: &Node, key: &str) -> BTreeMap<String, Vec<String>> {
        let Some(node) = root.get(key) else { return BTreeMap::new() };
        if !matches!(node.kind, NodeKind::Mapping(_)) {
            let message = format!("{key} maps names of standards to controls");
            self.error(node.span, message, format!("{key}: {{ aws-fsbp: [EC2.18] }}"));
        }
        let mut standards = BTreeMap::new();
        for entry in node.entries() {
            let Some(name) = self.text(&entry.key) else { continue };
            let controls = self.texts(node, &name);
            standards
                .insert(name, controls.iter().filter_map(|node| node.as_str()).map(str::to_owned).collect());
        }
        standards
    }

    fn references(&mut self, root: &Node) -> Vec<Arc<str>> {
        let nodes = self.texts(root, "references");
        for node in &nodes {
            if !node.as_str().is_some_and(|text| text.starts_with("https://")) {
                self.error(node.span, "a reference is an address on the web", "https://…");
            }
        }
        nodes.iter().filter_map(|node| node.as_str()).map(Arc::from).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::sample::RULE;
    use crate::source::SourceMap;

    fn read(text: &str) -> Result<Rule, Vec<String>> {
        let sources = SourceMap::new("/");
        let file = sources.add("wide.yaml", text);
        read_rule(&file, Author::User).map_err(|problems| {
            let told = |problem: Problem| {
                let word = problem.span.map(|span| file.slice(span).to_owned()).unwrap_or_default();
                format!("{word}: {} ({})", problem.message, problem.help.unwrap_or_default())
            };
            problems.into_iter().map(told).collect()
        })
    }

    #[test]
    fn a_rule_file_becomes_a_rule() {
        let rule = read(RULE).unwrap();
        assert_eq!(&*rule.id, "acme/wide");
        assert_eq!(rule.on, Kind::Permission);
        assert_eq!(rule.at, Some("ports"));
        assert_eq!(rule.severity, Severity::Medium);
        assert!(rule.is_in(Profile::Minimal) && rule.ignorable);
        assert_eq!(rule.examples.len(), 2);
        assert_eq!(rule.examples[0].markers(), [(1, 6..16)]);
        assert_eq!(rule.examples[0].line, 22);
        assert_eq!(rule.own_mappings["cis-aws-5.0"], ["5.3"]);
        assert_eq!(rule.seed.iter().map(AsRef::as_ref).collect::<Vec<_>>(), ["S2-17", "S4-1"]);
        assert_eq!(&*rule.why, "Few services need many ports.");
    }

    #[test]
    fn errors_point_at_the_word_and_name_the_remedy() {
        for (from, to, expected) in [
            (
                "severity: medium",
                "severety: medium",
                "severety: unknown key severety (did you mean severity?)",
            ),
            ("severity: medium", "severity: hihg", "hihg: no such severity: hihg (did you mean high?)"),
            (
                "on: permission",
                "on: permision",
                "permision: no such on: permision (did you mean permission?)",
            ),
            ("policy: v1", "policy: v2", "v2: unknown version of the rule format (policy: v1)"),
            (
                "id: acme/wide",
                "id: wide",
                "wide: the id of an own rule has one / (put the name of your team before it: acme/wide)",
            ),
            (
                "id: acme/wide",
                "id: acme/Wide",
                "acme/Wide: acme/Wide is no name for a rule (lower-case words joined by -, such as acme/no-rdp)",
            ),
            ("at: ports", "at: port", "port: permission facts have no place port (did you mean ports?)"),
            ("> params.limit", "> params.limits", "limits: unknown parameter limits (did you mean limit?)"),
            ("'ingress'", "'ingres'", "'ingres': no such value 'ingres' (did you mean ingress?)"),
            (
                "{port_count} ports",
                "{portcount} ports",
                "portcount: permission facts have no field portcount (did you mean port_count?)",
            ),
            ("default: 100", "default: many", "many: not a value of type int (for example 100)"),
            (
                "type: int",
                "type: number",
                "number: no such type: number (one of ports, int, bool, text, text-list, addresses)",
            ),
            (
                "own-mappings: { cis-aws-5.0: [\"5.3\"] }",
                "own-mappings: [\"5.3\"]",
                "[\"5.3\"]: own-mappings maps names of standards to controls (own-mappings: { aws-fsbp: [EC2.18] })",
            ),
            ("aliases: [X_1]", "aliases: X_1", "X_1: aliases is a list (aliases: [first, second])"),
            (
                "\"https://example.com/\"",
                "example.com",
                "example.com: a reference is an address on the web (https://…)",
            ),
            (
                " # <-- here",
                "",
                "bad: no line is marked (# <-- marks the lines at which a bad one must fire)",
            ),
            (
                "a = 2",
                "a = 2 # <--",
                "good: a good example has a marked line (# <-- marks the lines at which a bad one must fire)",
            ),
            (
                "      a = 2\n",
                "      a = 2\n    config: { trusts: [], params: { limits: 5 } }\n",
                "trusts: \"trusts\" is not a setting of `config` (did you mean `trusted`?)",
            ),
            (
                "      a = 2\n",
                "      a = 2\n    config: { params: { limit: few } }\n",
                "few: not a value of type int (for example 100)",
            ),
            ("- good: |", "- ugly: |", "ugly: unknown key ugly (one of bad, good, config)"),
        ] {
            assert!(RULE.contains(from), "{from}");
            let errors = read(&RULE.replace(from, to)).unwrap_err();
            assert!(errors.iter().any(|error| error == expected), "{to}: {errors:#?}");
        }
    }

    #[test]
    fn a_condition_does_not_lose_what_yaml_takes_for_a_tag() {
        let folded =
            "when: >\n  permission.direction == 'ingress'\n  && permission.port_count > params.limit\n";
        for (when, word, message) in [
            ("!permission.nonsense && permission.all_ports", "!permission.nonsense", "!permission.nonsense"),
            (
                "!permission.ports.contains(22)",
                "!permission.ports.contains(22)",
                "!permission.ports.contains(22)",
            ),
            ("&& permission.all_ports", "&&", "&&"),
        ] {
            let errors = read(&RULE.replace(folded, &format!("when: {when}\n"))).unwrap_err();
            let expected = format!(
                "{word}: YAML does not take {message} for a part of the text (put a condition that starts with ! in \
                 quotes, or on a line of its own after >)"
            );
            assert_eq!(errors, [expected]);
        }
        let broken = RULE.replace(folded, "when: !(permission.all_ports || permission.all_ports)\n");
        assert!(read(&broken).unwrap_err()[0].contains("put a condition that starts with !"));
        let quoted =
            RULE.replace(folded, "when: '!permission.all_ports && permission.port_count > params.limit'\n");
        assert!(read(&quoted).is_ok());
        let title = RULE.replace("title: Too", "title: !very Too");
        assert!(read(&title).unwrap_err()[0].starts_with("!very: "));
    }

    #[test]
    fn an_example_may_have_a_config_of_its_own() {
        let text = RULE.replace(
            "      a = 2\n",
            "      a = 2\n    config: { params: { limit: 5 }, trusted: 198.18.0.0/15, quotas: { rules-per-group: 9 } }\n",
        );
        let rule = read(&text).unwrap();
        let [plain, set] = rule.examples.as_slice() else { panic!("two examples") };
        assert!(plain.params.is_empty() && plain.premises.trusted.is_empty());
        assert!(matches!(set.params["limit"], crate::facts::FieldValue::Int(5)));
        assert_eq!(set.premises.trusted.to_string(), "198.18.0.0/15");
        assert_eq!(set.premises.quotas.rules_per_group, 9);
    }

    #[test]
    fn a_file_that_is_cut_off_anywhere_is_read_or_refused() {
        let complete = RULE.find("standards:").unwrap() - 1;
        for cut in 0..RULE.len() {
            let read = read(&RULE[..cut]);
            assert!(cut >= complete || read.is_err(), "{cut}");
        }
    }

    #[test]
    fn what_is_missing_or_doubled_is_told() {
        let errors = read(&RULE.replace("why: Few services need many ports.\n", "")).unwrap_err();
        assert_eq!(errors, [": the key why is missing (add why:)"]);
        assert!(read(&format!("{RULE}why: again\n")).is_err());
        assert!(read("").is_err());
        assert!(read("- a\n").is_err());
        let unused = RULE.replace("params.limit", "100");
        assert_eq!(read(&unused).unwrap_err(), ["limit: the parameter limit is not used (use or remove it)"]);
        let shown = unused.replace("{port_count} ports", "{port_count} ports, not {params.limit},");
        assert!(read(&shown).is_ok(), "a message may show it");
    }
}

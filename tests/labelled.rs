//! Agreement with other linters: their own test fixtures, each with the verdict that is expected there.
//!
//! A label says whether a resource, or a whole file, has the defect of a topic such as `open-ssh`. The topic is
//! put to the built-in rules as a team would put it, by a config: `open-ssh` is `admin-port-open-to-world` with
//! port 22 alone. So the verdict is the rule's own, and no message has to be read to know which port it means.
//!
//! A diagnostic counts whatever its severity, and whether it is certain or possible: the other linters have no
//! such distinctions, and judge every branch of a condition too.
//!
//! Reads the corpus at `SGLINT_CORPUS`; without one there is nothing to test.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sglint::cloudformation::{self, recognise};
use sglint::config::ConfigChoice;
use sglint::diagnostic::Diagnostic;
use sglint::engine::{Options, Report, check};
use sglint::resource::{Interest, Uniform};
use sglint::source::{SourceMap, Span};
use sglint::terraform;

/// The part of the labels on which the rules must agree, in percent.
const LEAST_AGREEMENT: usize = 97;

/// Labels that say the opposite of how AWS and the tools work: the file, the resource or `*` for the whole file, the
/// topic, and why. The answer must be the opposite.
const WRONG_LABELS: &[(&str, &str, &str, &str)] = &[
    (
        "cfn_nag/json/security_group/single_security_group_empty_ingress.json",
        "sg",
        "egress-open",
        IMPLIED_EGRESS,
    ),
    (
        "cfn_nag/json/security_group/two_security_group_two_cidr_ingress.json",
        "sg",
        "egress-open",
        IMPLIED_EGRESS,
    ),
    (
        "cfn_nag/json/security_group/two_security_group_two_cidr_ingress.json",
        "sg2",
        "egress-open",
        IMPLIED_EGRESS,
    ),
    (
        "tfsec-docs/no-public-ingress-sgr/insecure/main.tf",
        "aws_security_group_rule.bad_example",
        "open-any-port",
        INCOMPLETE_RULE,
    ),
    (
        "tfsec-docs/no-public-egress-sgr/insecure/main.tf",
        "aws_security_group.bad_example",
        "egress-open",
        INCOMPLETE_RULE,
    ),
    (
        "trivy-checks/no_public_egress_sgr/terraform_bad_1/main.tf",
        "aws_security_group.bad_example",
        "egress-open",
        INCOMPLETE_RULE,
    ),
    (
        "trivy-checks/no_public_egress_sgr/cloudformation_bad_1/template.yaml",
        "BadSecurityGroup",
        "egress-open",
        "TCP without ports is refused by the API (RF-05), so nothing is opened. invalid-port-range says so.",
    ),
    (
        "kics-datadog/terraform/aws/security_groups_not_used/negative2/negative2.tf",
        "*",
        "unused-sg",
        "Without create_sg = false the called module makes a group of its own besides the one it is handed, and \
         nothing uses that.",
    ),
];

/// Where the label is not followed: the file, the resource or `*` for the whole file, the topic, and why.
const DISAGREEMENTS: &[(&str, &str, &str, &str)] = &[
    (
        "cfn_nag/yaml/security_group/bad_cidr_in_parameter.yml",
        "InstanceSecurityGroup",
        "open-any-port",
        "The CIDR is a parameter without a default; its value stands in a file beside the template, which a \
         run of sglint is not given. It says that the rule is not judged because the parameter has no value.",
    ),
    (
        "kics-datadog/terraform/aws/security_groups_not_used/negative3/negative3.tf",
        "*",
        "unused-sg",
        "The instance names the group in quotes, which is a text and no reference: nothing is attached, and \
         the API refuses the text as a group id. dangling-sg-reference says so.",
    ),
];

const IMPLIED_EGRESS: &str = "The template declares no egress, which leaves the group the egress to everywhere \
     that the API gives it (EG-04, EG-05). The peer looks at declared rules only.";
const INCOMPLETE_RULE: &str = "The rule has neither protocol nor ports, which Terraform requires (TF-06, TF-07): \
     the plan fails and nothing is opened. The problem rule-protocol says so.";

/// Why a label is left out that says the opposite of how AWS works: the answer must be the opposite.
const CONTRADICTS_AWS: &str = "label contradicts AWS";

/// One line of `labels.jsonl`.
#[derive(serde::Deserialize)]
struct Label {
    case: String,
    file: String,
    topic: String,
    peer_rule: String,
    expect: Expect,
    resource: Option<String>,
    #[serde(default)]
    note: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
enum Expect {
    Fail,
    Pass,
}

impl Label {
    /// Why it says nothing about the built-in rules, if it does not.
    fn left_out(&self, file: &str) -> Option<&'static str> {
        let resource = self.resource.as_deref().unwrap_or("*");
        let is_wrong = |&(wrong, of, topic, _): &(&str, &str, &str, &str)| {
            (wrong, of, topic) == (file, resource, &*self.topic)
        };
        if self.peer_rule == "FATAL" {
            Some("the template is invalid, which is no matter of a rule")
        } else if self.note.contains("peer opinion") && self.topic != "other" {
            Some("opinion of the other linter")
        } else if self.note.contains("label looks wrong") || WRONG_LABELS.iter().any(is_wrong) {
            Some(CONTRADICTS_AWS)
        } else if self.case.contains("/alicloud/") || self.note.contains("(classic)") {
            Some("not a security group of an AWS VPC")
        } else if self.question().is_none() {
            Some("no rule covers it")
        } else {
            None
        }
    }

    /// Its topic, put to the built-in rules.
    fn question(&self) -> Option<Question> {
        const ADMIN: &[&str] = &["admin-port-open-to-world"];
        const ANY_PORT: &[&str] = &["all-traffic-open-to-world", "unauthorized-port-open-to-world"];
        const WIDE: &[&str] = &["all-protocols-open", "every-port-open", "wide-port-range"];
        let over_ipv6: fn(&Diagnostic) -> bool = |found| found.message.contains("IPv6");
        Some(match (&*self.topic, &*self.peer_rule) {
            ("open-ssh", _) => Question::new(ADMIN, ONLY_SSH),
            ("open-rdp", _) => Question::new(ADMIN, ONLY_RDP),
            ("open-db-port", _) => Question::new(&["high-risk-port-open-to-world"], ""),
            // The cases come with a config that allows exactly what is allowed by default here.
            ("open-http", "EC2SecurityGroupOpenToWorldRule") => {
                Question::new(&["unauthorized-port-open-to-world"], "")
            }
            ("open-http", _) => Question::new(&["unauthorized-port-open-to-world"], ONLY_HTTP),
            ("open-any-port", _) => Question::new(ANY_PORT, NO_PORT_ALLOWED),
            ("open-all-traffic", _) => Question::new(&["all-traffic-open-to-world"], ""),
            ("ipv6-open", "SG_SSH_WORLD_INGRESS") => Question::new(ADMIN, ONLY_SSH).about(over_ipv6),
            ("ipv6-open", _) => Question::new(ANY_PORT, NO_PORT_ALLOWED).about(over_ipv6),
            ("egress-open", _) => Question::new(&["unrestricted-egress"], NO_EGRESS_ALLOWED),
            ("default-sg", _) => Question::new(&["default-sg-has-rules"], ""),
            ("unused-sg", _) => Question::new(&["unused-security-group"], ""),
            ("wide-port-range", _) => Question::new(WIDE, ""),
            ("missing-description", _) => Question::new(self.described_things(), ""),
            // Opinions that no built-in rule shares: a team that has them writes them down.
            ("other", "W9" | "SG_NON_32_INGRESS") => Question::of_own_rule(SINGLE_ADDRESSES),
            ("other", "F1000" | "EC2SecurityGroupMissingEgressRule" | "SG_MISSING_EGRESS") => {
                Question::of_own_rule(EGRESS_WRITTEN)
            }
            _ => return None,
        })
    }

    /// The rules that judge the descriptions that a label means: those of groups, of rules, or both.
    fn described_things(&self) -> &'static [&'static str] {
        const OF_RULES: [&str; 3] = ["W36", "AWS-0124", "aws-ec2-add-description-to-security-group-rule"];
        const OF_GROUPS: [&str; 2] = ["AWS-0099", "aws-ec2-add-description-to-security-group"];
        let asks = |rules: &[&str], note: &str| {
            rules.contains(&&*self.peer_rule) || self.note.split(';').any(|part| part == note)
        };
        if asks(&OF_RULES, "security_group_rule_without_description") {
            &["missing-rule-description"]
        } else if asks(&OF_GROUPS, "security_group_without_description") {
            &["missing-description"]
        } else {
            &["missing-description", "missing-rule-description"]
        }
    }
}

const ONLY_SSH: &str = "rules: { admin-port-open-to-world: { params: { ports: [22], udp_ports: [] } } }";
const ONLY_RDP: &str =
    "rules: { admin-port-open-to-world: { params: { ports: [3389], udp_ports: [3389] } } }";
/// Only port 80 is not allowed.
const ONLY_HTTP: &str = "rules: { unauthorized-port-open-to-world: \
     { params: { allowed_ports: [0-79, 81-65535], allowed_udp_ports: [0-65535] } } }";
/// The other linters count 80 and 443 like any other port; here they are allowed by default.
const NO_PORT_ALLOWED: &str = "rules: { unauthorized-port-open-to-world: { params: { allowed_ports: [] } } }";
/// They count egress to everywhere on any port; here only that of all traffic, and only if a team asks for it.
const NO_EGRESS_ALLOWED: &str =
    "rules: { unrestricted-egress: { params: { allowed_ports: [], allowed_udp_ports: [] } } }";

/// The id of the rules that a team would write itself.
const OWN: &str = "own/rule";
const SINGLE_ADDRESSES: &str = r#"
policy: v1
id: own/rule
title: More than a single address let in
on: permission
when: >
  permission.direction == 'ingress' && permission.peer_kind == 'cidr'
  && !permission.peer.endsWith('/32') && !permission.peer.endsWith('/128')
severity: medium
message: "{peer} is more than one address let into {group}"
why: Every address needs a reason.
help: Name the addresses.
"#;
const EGRESS_WRITTEN: &str = r#"
policy: v1
id: own/rule
title: Egress that nobody wrote
on: group
when: group.role == 'declared' && group.egress_rules == 0
severity: medium
message: "nobody says where {subject} may connect to"
why: A default is easily overlooked.
help: Write the egress.
"#;

/// A topic as a team would put it to the rules.
struct Question {
    /// The rules that answer.
    rules: &'static [&'static str],
    /// How they are set.
    config: &'static str,
    /// A rule that the team writes itself.
    own_rule: &'static str,
    /// Which of their diagnostics are about the topic.
    about: fn(&Diagnostic) -> bool,
}

impl Question {
    fn new(rules: &'static [&'static str], config: &'static str) -> Self {
        Self { rules, config, own_rule: "", about: |_| true }
    }

    fn of_own_rule(own_rule: &'static str) -> Self {
        Self { own_rule, ..Self::new(&[OWN], "policies: policies") }
    }

    fn about(self, about: fn(&Diagnostic) -> bool) -> Self {
        Self { about, ..self }
    }

    /// Whether the rules find the defect in the resource, or anywhere in the file.
    fn finds(&self, file: &Path, resource: Option<&str>, folder: &Path) -> bool {
        let config = folder.join("sglint.yaml");
        std::fs::write(&config, self.config).expect("the config can be written");
        if !self.own_rule.is_empty() {
            let policies = folder.join("policies");
            std::fs::create_dir_all(&policies).expect("a folder can be made");
            std::fs::write(policies.join("rule.yaml"), self.own_rule).expect("the rule can be written");
        }
        let options = Options {
            paths: vec![file.to_path_buf()],
            config: ConfigChoice::File(config.clone()),
            select: self.rules.iter().map(ToString::to_string).collect(),
            ..Options::default()
        };
        let report = check(&options).expect("the options make sense");
        for problem in &report.problems {
            let at = problem.span.map(|span| report.sources.get(span.file));
            assert!(at.is_none_or(|at| at.path() != config), "{problem:?}");
        }
        let mut found = report.diagnostics.iter().filter(|found| (self.about)(found));
        match resource {
            None => found.next().is_some(),
            Some(address) => {
                let declared = Declared::find(file, address);
                found.any(|found| declared.is_subject_of(found, &report))
            }
        }
    }
}

/// A labelled resource.
struct Declared<'a> {
    file: &'a Path,
    address: &'a str,
    /// The bytes of its declaration. Several declarations of one address are never labelled.
    extent: std::ops::Range<usize>,
}

impl<'a> Declared<'a> {
    fn find(file: &'a Path, address: &'a str) -> Self {
        let sources = SourceMap::new("");
        let source = sources.load(file).expect("a labelled file can be read");
        let whole = Uniform(Interest::Whole);
        let configurations = if file.extension().is_some_and(|extension| extension == "tf") {
            let module = Arc::new(terraform::Module::of_file(&source));
            let (inputs, store) = (terraform::Inputs::default(), terraform::ModuleStore::default());
            vec![terraform::evaluate(&module, &inputs, &store, &sources, &whole)]
        } else if let recognise::Recognised::Template(parsed) = recognise::recognise(&source) {
            let documents = parsed.documents.iter();
            documents.flat_map(|document| cloudformation::evaluate(&source, document, &whole)).collect()
        } else {
            Vec::new()
        };
        let mut resources = configurations.iter().flat_map(|configuration| &configuration.resources);
        let resource = resources.find(|resource| &*resource.declared == address);
        let resource = resource.unwrap_or_else(|| panic!("no {address} in {}", file.display()));
        Self { file, address, extent: resource.span.range() }
    }

    /// Whether a diagnostic names it or points into it.
    fn is_subject_of(&self, found: &Diagnostic, report: &Report) -> bool {
        let within = |span: Span| {
            report.sources.get(span.file).path() == self.file
                && self.extent.start <= span.range().start
                && span.range().end <= self.extent.end
        };
        let mut places = std::iter::once(&found.primary).chain(&found.related);
        // The message of the team's own rule ends with the group.
        let is_named = || found.message.split(' ').next_back() == Some(self.address);
        &*found.resource == self.address
            || &*found.rule == OWN && is_named()
            || places.any(|place| within(place.span))
    }
}

/// How many labels were followed.
#[derive(Default)]
struct Score {
    topics: BTreeMap<String, (usize, usize)>,
    left_out: BTreeMap<&'static str, usize>,
    /// Labels that were not followed: file, resource, topic.
    disagreements: BTreeSet<(String, String, String)>,
}

impl Score {
    fn add(&mut self, source: &Path, label: &Label, folder: &Path) {
        let file = source.join(&label.case).join(&label.file);
        let of_source = source.file_name().unwrap_or_default().to_string_lossy();
        let name = format!("{of_source}/{}/{}", label.case, label.file);
        let agrees = |question: Question| {
            question.finds(&file, label.resource.as_deref(), folder) == (label.expect == Expect::Fail)
        };
        let question = label.question();
        if let Some(why) = label.left_out(&name) {
            *self.left_out.entry(why).or_default() += 1;
            if why == CONTRADICTS_AWS {
                assert!(!question.is_some_and(agrees), "{} follows a wrong label", file.display());
            }
            return;
        }
        let Some(question) = question else { return };
        let (agreed, total) = self.topics.entry(label.topic.clone()).or_default();
        *total += 1;
        if agrees(question) {
            *agreed += 1;
        } else {
            self.disagreements.insert((
                name,
                label.resource.as_deref().unwrap_or("*").to_owned(),
                label.topic.clone(),
            ));
        }
    }

    fn sum(&self) -> (usize, usize) {
        let topics = self.topics.values();
        topics.fold((0, 0), |(agreed, total), topic| (agreed + topic.0, total + topic.1))
    }
}

impl fmt::Display for Score {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (topic, (agreed, total)) in &self.topics {
            writeln!(formatter, "{topic:20} {agreed:>3} of {total:>3}")?;
        }
        let (agreed, total) = self.sum();
        writeln!(formatter, "{:20} {agreed:>3} of {total:>3}", "all")?;
        for (why, count) in &self.left_out {
            writeln!(formatter, "left out: {why} ({count})")?;
        }
        Ok(())
    }
}

/// The labelled part of the corpus.
fn corpus() -> Option<PathBuf> {
    let named = std::env::var_os("SGLINT_CORPUS").map(PathBuf::from);
    let folder = named.unwrap_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpus").into());
    folder.join("labelled").canonicalize().ok()
}

#[test]
fn labels_of_other_linters_are_followed_but_where_they_are_wrong() {
    let Some(corpus) = corpus() else {
        println!("skipped: there is no corpus; SGLINT_CORPUS names its folder");
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut score = Score::default();
    for labels in walkdir::WalkDir::new(&corpus).sort_by_file_name().into_iter().filter_map(Result::ok) {
        if labels.file_name() != "labels.jsonl" {
            continue;
        }
        let source = labels.path().parent().expect("a file has a folder");
        for line in std::fs::read_to_string(labels.path()).expect("labels can be read").lines() {
            let label = serde_json::from_str(line).expect("a line is a label");
            score.add(source, &label, folder.path());
        }
    }
    println!("{score}");
    for (file, resource, topic, why) in DISAGREEMENTS {
        println!("not followed: {file} {resource} {topic}\n    {why}");
    }
    let explained = DISAGREEMENTS.iter().map(|&(file, resource, topic, _)| (file, resource, topic));
    let explained: BTreeSet<_> = explained.collect();
    let found = score.disagreements.iter().map(|(file, resource, topic)| (&**file, &**resource, &**topic));
    let found: BTreeSet<_> = found.collect();
    let mut message = String::new();
    for (file, resource, topic) in found.symmetric_difference(&explained) {
        let what =
            if explained.contains(&(*file, *resource, *topic)) { "no longer" } else { "not explained" };
        writeln!(message, "{what}: {file} {resource} {topic}").expect("writing to a string");
    }
    assert!(message.is_empty(), "disagreements\n{message}");
    let (agreed, total) = score.sum();
    assert!(agreed * 100 >= total * LEAST_AGREEMENT, "the rules agree with {agreed} of {total} labels");
}

//! `sglint rules`: which rules there are, and a new one to start from.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::args::{ListFormat, NewRule, RuleArguments};
use super::{CLEAN, NOT_JUDGED, refuse, say, tell};
use crate::diagnostic::{Confidence, Severity};
use crate::engine::{self, Catalogue, Options, Rules};
use crate::policy::load::load_builtin;
use crate::policy::read::{Author, read_rule};
use crate::policy::rule::{Expected, Rule};
use crate::policy::settings::PolicySettings;
use crate::policy::skeleton::skeleton;
use crate::problem::Problem;
use crate::report::JsonValue;
use crate::resource::Language;
use crate::source::SourceMap;

/// Prints the rules as the config sets them; only those that are on if the command line says which.
pub(super) fn list(arguments: &RuleArguments, format: ListFormat, out: &mut impl Write) -> io::Result<u8> {
    let options = Options {
        profile: arguments.profile,
        select: arguments.select.clone(),
        ignore: arguments.ignore.clone(),
        ..Options::default()
    };
    let catalogue = match engine::catalogue(&options) {
        Ok(catalogue) => catalogue,
        Err(problem) => return Ok(refuse(&problem)),
    };
    let Rules { set, settings, .. } = &*catalogue.rules;
    let listed: Vec<_> = set.iter().filter(|rule| !arguments.choose() || settings.enabled(rule)).collect();
    match format {
        ListFormat::Human => {
            let width = listed.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
            for rule in listed {
                let off = if settings.enabled(rule) { "" } else { " (off)" };
                writeln!(out, "{:8}  {:width$}  {}{off}", settings.severity(rule), rule.id, rule.title)?;
            }
        }
        ListFormat::Json => {
            let rules = listed.into_iter().map(|rule| Entry::new(rule, settings)).collect();
            serde_json::to_writer_pretty(&mut *out, &ListDto { schema_version: "1.0", rules })?;
            writeln!(out)?;
        }
    }
    out.flush()?;
    tell(&catalogue.problems, &catalogue.sources);
    Ok(if catalogue.problems.is_empty() { CLEAN } else { NOT_JUDGED })
}

/// Writes a new rule file and prints its path.
pub(super) fn new(arguments: &NewRule, out: &mut impl Write) -> io::Result<u8> {
    let catalogue = match engine::catalogue(&Options::default()) {
        Ok(catalogue) => catalogue,
        Err(problem) => return Ok(refuse(&problem)),
    };
    match write_new(arguments, &catalogue) {
        Ok(path) => {
            writeln!(out, "{}", path.display())?;
            out.flush()?;
            let folder = path.parent().unwrap_or(Path::new("."));
            let file = catalogue.sources.working_directory().join(&path);
            if !catalogue.policies.iter().any(|policies| file.starts_with(policies)) {
                say(&format!(
                    "  help: list its folder in sglint.yaml, so that `sglint check` runs it: policies: [{}]",
                    folder.display()
                ));
            }
            Ok(CLEAN)
        }
        Err(problem) => Ok(refuse(&problem)),
    }
}

fn write_new(arguments: &NewRule, catalogue: &Catalogue) -> Result<PathBuf, Problem> {
    let NewRule { id, on, dir } = arguments;
    if let Some(known) = catalogue.rules.set.get(id) {
        let message = format!("the rule {id} exists already in {}", known.file);
        return Err(Problem::error("rule-exists", message).help("choose another name"));
    }
    let text = skeleton(id, *on, &load_builtin().rules);
    // The reader knows which names there may be.
    if let Err(problems) = read_rule(&SourceMap::default().add("new.yaml", text.as_str()), Author::User) {
        return Err(problems.into_iter().next().unwrap_or_else(|| Problem::error("rule-syntax", "no rule")));
    }
    let configured =
        || catalogue.policies.first().map(|folder| catalogue.sources.display_name(folder).into());
    let folder = dir.clone().or_else(configured).unwrap_or_else(|| PathBuf::from("policies"));
    let name = id.rsplit('/').next().unwrap_or(id);
    let path = folder.join(format!("{name}.yaml"));
    create(&folder, &path, &text).map_err(|error| {
        let path = path.display();
        if error.kind() == ErrorKind::AlreadyExists {
            return Problem::error("rule-exists", format!("{path} is there already"))
                .help("choose another name, or remove the file");
        }
        Problem::error("output", format!("cannot write {path}: {error}"))
            .help("check the path and its permissions")
    })?;
    Ok(path)
}

/// Writes a file that is not there yet.
fn create(folder: &Path, path: &Path, text: &str) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    OpenOptions::new().write(true).create_new(true).open(path)?.write_all(text.as_bytes())
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
    /// As the config sets it.
    severity: Severity,
    confidence: Confidence,
    /// Whether it runs under the config.
    enabled: bool,
    /// The least profile that it belongs to.
    profile: &'static str,
    ignorable: bool,
    on: &'static str,
    when: &'a str,
    message: String,
    why: &'a str,
    help: &'a str,
    params: BTreeMap<&'a str, ParamDto<'a>>,
    standards: &'a BTreeMap<String, Vec<String>>,
    own_mappings: &'a BTreeMap<String, Vec<String>>,
    aliases: Vec<&'a str>,
    references: Vec<&'a str>,
    seed: Vec<&'a str>,
    supersedes: Vec<&'a str>,
    examples: ExamplesDto,
    file: &'a str,
}

#[derive(Serialize)]
struct ParamDto<'a> {
    r#type: &'static str,
    default: JsonValue<'a>,
}

/// How many examples there are.
#[derive(Serialize)]
struct ExamplesDto {
    bad: usize,
    good: usize,
    terraform: usize,
    cloudformation: usize,
}

impl<'a> Entry<'a> {
    fn new(rule: &'a Rule, settings: &PolicySettings) -> Self {
        let params = rule.params.iter().map(|(name, param)| {
            (name.as_str(), ParamDto { r#type: param.ty.name(), default: JsonValue(&param.default) })
        });
        Self {
            id: &rule.id,
            title: &rule.title,
            severity: settings.severity(rule),
            confidence: rule.confidence,
            enabled: settings.enabled(rule),
            profile: rule.profile.name(),
            ignorable: rule.ignorable,
            on: rule.on.name(),
            when: &rule.when,
            message: rule.message.to_string(),
            why: rule.why.trim_end(),
            help: rule.help.trim_end(),
            params: params.collect(),
            standards: &rule.standards,
            own_mappings: &rule.own_mappings,
            aliases: rule.aliases.iter().map(AsRef::as_ref).collect(),
            references: rule.references.iter().map(AsRef::as_ref).collect(),
            seed: rule.seed.iter().map(AsRef::as_ref).collect(),
            supersedes: rule.supersedes.iter().map(AsRef::as_ref).collect(),
            examples: ExamplesDto::new(rule),
            file: &rule.file,
        }
    }
}

impl ExamplesDto {
    fn new(rule: &Rule) -> Self {
        let expected = |expected| rule.examples.iter().filter(|one| one.expected == expected).count();
        let written = |language| rule.examples.iter().filter(|one| one.language() == language).count();
        Self {
            bad: expected(Expected::Bad),
            good: expected(Expected::Good),
            terraform: written(Language::Terraform),
            cloudformation: written(Language::CloudFormation),
        }
    }
}

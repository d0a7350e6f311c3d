//! Folders of rule files to sets of rules.
//!
//! The rules of sglint are part of the program; those of a user come from the folders that config names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use ignore::WalkBuilder;
use include_dir::{Dir, include_dir};

use super::read::{Author, read_rule};
use super::rule::{Rule, RuleSet};
use crate::nearest::nearest;
use crate::problem::Problem;
use crate::source::SourceMap;
use crate::syntax::yaml;

static BUILT_IN: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/rules");

/// Rules and what kept others from being read.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The rules.
    pub rules: RuleSet,
    /// Errors in rule files.
    pub problems: Vec<Problem>,
}

/// The rules of sglint itself, read once. Problems in them name the file instead of a place.
pub fn load_builtin() -> &'static Loaded {
    static LOADED: OnceLock<Loaded> = OnceLock::new();
    LOADED.get_or_init(|| {
        let sources = SourceMap::new("");
        let mut rules = Vec::new();
        let mut problems = Vec::new();
        for file in BUILT_IN.files().filter(|file| is_rule_file(file.path())) {
            let name = format!("rules/{}", file.path().display());
            let text = file.contents_utf8().unwrap_or_default();
            match read_rule(&sources.add(name, text), Author::Sglint) {
                Ok(rule) => rules.push(Arc::new(rule)),
                Err(found) => problems.extend(found),
            }
        }
        let mut loaded = combine(rules);
        loaded.problems.append(&mut problems);
        for problem in &mut loaded.problems {
            if let Some(span) = problem.span.take() {
                let file = sources.get(span.file);
                problem.path = Some(format!("{}:{}", file.name(), file.position(span.start).line));
            }
        }
        loaded
    })
}

/// The file of a rule of sglint itself.
pub fn builtin_text(id: &str) -> Option<&'static str> {
    BUILT_IN.get_file(format!("{id}.yaml"))?.contents_utf8()
}

/// The rules of a folder that a config names under `policies`, and of those below it, whether git sees them or not.
pub fn load_folder(sources: &SourceMap, folder: &Path) -> Loaded {
    let mut walk = WalkBuilder::new(folder);
    walk.standard_filters(false).hidden(true);
    let (files, mut problems) =
        rule_files(sources, folder, &mut walk, "correct the path under `policies` in sglint.yaml");
    let mut loaded = load_files(sources, &files);
    loaded.problems.append(&mut problems);
    loaded
}

/// The rule files in a folder, as git sees it, or the file that is named.
pub fn find_files(sources: &SourceMap, folder: &Path) -> (Vec<PathBuf>, Vec<Problem>) {
    rule_files(sources, folder, &mut WalkBuilder::new(folder), "check the path")
}

/// The rule files that a walk meets. What is hidden, such as the workflows of a repository, is none; neither are YAML
/// files of other kinds, unless they are named themselves.
fn rule_files(
    sources: &SourceMap,
    folder: &Path,
    walk: &mut WalkBuilder,
    help: &str,
) -> (Vec<PathBuf>, Vec<Problem>) {
    if folder.is_file() {
        return (vec![folder.to_owned()], Vec::new());
    }
    if !folder.exists() {
        return (Vec::new(), vec![missing(sources, folder).help(help)]);
    }
    let mut files = Vec::new();
    let mut problems = Vec::new();
    for entry in walk.sort_by_file_path(Path::cmp).build() {
        match entry {
            Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_dir()) => {}
            Ok(entry) if is_rule_file(entry.path()) && may_be_rule(sources, entry.path()) => {
                files.push(entry.into_path());
            }
            Ok(_) => {}
            Err(error) => problems.push(unreadable(sources, folder, &error).help(help)),
        }
    }
    (files, problems)
}

/// Whether a YAML file has a key that only rules have, or cannot be read. A rule with an error must not pass for another
/// kind of file.
fn may_be_rule(sources: &SourceMap, path: &Path) -> bool {
    let Ok(file) = sources.load(path) else { return true };
    let keys = ["policy", "when"];
    let says =
        |line: &str| keys.iter().any(|key| line.strip_prefix(key).is_some_and(|rest| rest.starts_with(':')));
    file.text().lines().any(says)
        || yaml::parse(&file).documents.iter().any(|root| keys.iter().any(|key| root.get(key).is_some()))
}

fn missing(sources: &SourceMap, folder: &Path) -> Problem {
    let name = sources.display_name(folder);
    Problem::error("rule-folder", format!("there is no file or folder {name}")).in_path(name)
}

fn unreadable(sources: &SourceMap, folder: &Path, error: &dyn std::error::Error) -> Problem {
    Problem::error("rule-folder", format!("cannot read the folder of rules: {error}"))
        .in_path(sources.display_name(folder))
}

/// The rules in files of a user.
pub fn load_files(sources: &SourceMap, files: &[PathBuf]) -> Loaded {
    let mut rules = Vec::new();
    let mut problems = Vec::new();
    for path in files {
        match sources.load(path) {
            Ok(file) => match read_rule(&file, Author::User) {
                Ok(rule) => rules.push(Arc::new(rule)),
                Err(found) => problems.extend(found),
            },
            Err(error) => problems.push(
                Problem::error("rule-file", error.to_string())
                    .in_path(sources.display_name(path))
                    .help(error.advice()),
            ),
        }
    }
    let mut loaded = combine(rules);
    loaded.problems.append(&mut problems);
    loaded
}

fn is_rule_file(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml")
}

/// One set of rules from several sources: no id twice. Of equal ids the first stays.
pub fn combine(rules: impl IntoIterator<Item = Arc<Rule>>) -> Loaded {
    let mut kept: BTreeMap<Arc<str>, Arc<Rule>> = BTreeMap::new();
    let mut problems = Vec::new();
    for rule in rules {
        if let Some(first) = kept.get(&rule.id) {
            problems.push(
                Problem::error("rule-duplicate", format!("the rule {} is defined twice", rule.id))
                    .at(rule.written.id)
                    .help(format!("the first one is in {}", first.file)),
            );
        } else {
            kept.insert(Arc::clone(&rule.id), rule);
        }
    }
    Loaded { rules: RuleSet::new(kept.into_values().collect()), problems }
}

/// Problems between rules: `supersedes` must name rules of the set, and no rule may supersede itself by
/// way of others.
pub fn check_supersedes(rules: &RuleSet) -> Vec<Problem> {
    let mut problems = Vec::new();
    for rule in rules.iter() {
        for (name, &span) in rule.supersedes.iter().zip(&rule.written.supersedes) {
            if rules.get(name).is_none() {
                let known = rules.iter().map(|rule| &*rule.id);
                let help = match nearest(name, known) {
                    Some(meant) => format!("did you mean {meant}?"),
                    None => "sglint rules lists the names".to_owned(),
                };
                problems.push(
                    Problem::error("rule-supersedes", format!("there is no rule {name}")).at(span).help(help),
                );
            }
        }
        if rules.superseded_by(&rule.id).contains(&rule.id) {
            problems.push(
                Problem::error("rule-supersedes", format!("{} supersedes itself by way of others", rule.id))
                    .at(rule.written.id)
                    .help("remove one of the supersedes entries on the way"),
            );
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::sample::RULE;

    #[test]
    fn rules_of_one_name_and_circles_are_refused() {
        let sources = SourceMap::new("/");
        let rule = |file: &str, id: &str, supersedes: &str| {
            let text =
                RULE.replace("acme/wide", id).replace("at: ports", &format!("supersedes: [{supersedes}]"));
            Arc::new(read_rule(&sources.add(file, text), Author::User).unwrap())
        };
        let loaded =
            combine([rule("a.yaml", "x/a", "x/b"), rule("b.yaml", "x/b", "x/c"), rule("c.yaml", "x/a", "")]);
        assert_eq!(loaded.rules.len(), 2);
        assert_eq!(loaded.problems[0].message, "the rule x/a is defined twice");
        let told: Vec<_> =
            check_supersedes(&loaded.rules).into_iter().map(|problem| problem.message).collect();
        assert_eq!(told, ["there is no rule x/c"]);
        assert_eq!(loaded.rules.superseded_by("x/a").len(), 2);
        let circle = combine([rule("d.yaml", "x/a", "x/b"), rule("e.yaml", "x/b", "x/a")]);
        assert_eq!(check_supersedes(&circle.rules).len(), 2);
    }

    #[test]
    fn a_folder_gives_its_rules_and_its_errors() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write("good.yaml", RULE);
        write("bad.yml", "policy: v1\n");
        write("json.yaml", "{ \"when\": \"true\" }\n");
        for other in
            ["README.md", ".github/workflows/ci.yml", ".hidden.yaml", "sglint.yaml", "dir.yaml/values.yaml"]
        {
            write(other, "rules: {}\n");
        }
        write(".github/rule.yaml", RULE);
        let sources = SourceMap::new(folder.path());
        let loaded = load_folder(&sources, folder.path());
        assert_eq!(loaded.rules.iter().map(|rule| rule.file.as_str()).collect::<Vec<_>>(), ["good.yaml"]);
        assert!(loaded.problems.iter().any(|problem| problem.message == "the key when is missing"));
        let (found, problems) = find_files(&sources, folder.path());
        let names: Vec<_> = found.iter().map(|path| path.file_name().unwrap()).collect();
        assert_eq!(names, ["bad.yml", "good.yaml", "json.yaml"], "{problems:?}");
        write("latin.yaml", "");
        std::fs::write(folder.path().join("latin.yaml"), b"title: \xe9\n").unwrap();
        assert!(
            load_folder(&sources, folder.path()).problems.iter().any(|problem| problem.code == "rule-file")
        );
        let missing = load_folder(&sources, &folder.path().join("none"));
        assert_eq!(missing.problems[0].code, "rule-folder");
    }

    #[test]
    fn a_folder_of_policies_may_be_hidden_itself_and_from_git() {
        let repository = tempfile::tempdir().unwrap();
        let folder = repository.path().join(".policies/vendor");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::create_dir(repository.path().join(".git")).unwrap();
        std::fs::write(repository.path().join(".gitignore"), "vendor/\n*.yaml\n").unwrap();
        std::fs::write(folder.join("good.yaml"), RULE).unwrap();
        let sources = SourceMap::new(repository.path());
        assert_eq!(load_folder(&sources, &repository.path().join(".policies")).rules.len(), 1);
    }

    #[test]
    fn every_rule_of_sglint_loads() {
        let loaded = load_builtin();
        assert_eq!(loaded.problems, []);
        assert_eq!(check_supersedes(&loaded.rules), []);
    }
}

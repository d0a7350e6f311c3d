//! The pages that are made from the program are up to date. `UPDATE_DOCS=1 cargo test --test docs` writes them.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use sglint::policy::docs::{cookbook_page, facts_page, rule_keys, rules_page};
use sglint::policy::load::{load_builtin, load_folder};
use sglint::source::SourceMap;

/// Compares a file with what it must be, or writes it.
fn check(name: &str, expected: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::write(path, expected).expect("the page can be written");
        return;
    }
    let found = fs::read_to_string(path).unwrap_or_default();
    let differs = found.lines().zip(expected.lines()).position(|(found, expected)| found != expected);
    let line = 1 + differs.unwrap_or_else(|| found.lines().count().min(expected.lines().count()));
    assert!(
        found == expected,
        "{name} is out of date from line {line} on: run UPDATE_DOCS=1 cargo test --test docs"
    );
}

#[test]
fn the_rules_are_documented() {
    check("docs/rules.md", &rules_page(&load_builtin().rules));
}

#[test]
fn the_cookbook_is_documented() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let cookbook = load_folder(&SourceMap::new(folder), &folder.join("cookbook"));
    assert_eq!(cookbook.problems, []);
    assert_eq!(cookbook.rules.len(), 15);
    check("docs/cookbook.md", &cookbook_page(&cookbook.rules));
}

#[test]
fn the_facts_are_documented() {
    check("docs/facts.md", &facts_page());
}

#[test]
fn the_keys_of_rule_files_are_documented() {
    let name = "rules/README.md";
    let (begin, end) = ("<!-- keys -->\n", "<!-- end of keys -->");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    let text = fs::read_to_string(path).expect("the page");
    let (before, rest) = text.split_once(begin).expect("the beginning of the table");
    let (_, after) = rest.split_once(end).expect("the end of the table");
    check(name, &format!("{before}{begin}{}{end}{after}", rule_keys()));
}

#[test]
fn the_readme_shows_what_the_program_says() {
    let (begin, end) = ("```text\n", "```\n");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(folder.join("README.md")).expect("the page");
    let (before, rest) = readme.split_once(begin).expect("the beginning of the example");
    let (_, after) = rest.split_once(end).expect("the end of the example");
    let output = Command::new(env!("CARGO_BIN_EXE_sglint"))
        .args(["check", "testdata/example"])
        .current_dir(folder)
        .env_remove("COLUMNS")
        .output()
        .expect("the program runs");
    assert_eq!(output.status.code(), Some(1), "the example has a finding");
    let said = [output.stdout, output.stderr].map(|text| String::from_utf8(text).expect("UTF-8"));
    check("README.md", &format!("{before}{begin}{}{end}{after}", said.concat()));
}

#[test]
fn every_problem_is_documented_with_its_severity() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(folder.join("docs/problems.md")).expect("the page");
    let rows = regex::Regex::new(r"(?m)^\| `([a-z0-9-]+)` \| ([a-z, ]+) \|").expect("a pattern");
    let documented: BTreeSet<(String, String)> = rows
        .captures_iter(&page)
        .flat_map(|row| {
            let severities = row[2].split(", ").map(str::to_owned).collect::<Vec<_>>();
            severities.into_iter().map(move |severity| (row[1].to_owned(), severity))
        })
        .collect();
    let made = regex::Regex::new(r#"Problem::(error|warning|info)\(\s*"([a-z0-9-]+)""#).expect("a pattern");
    for entry in walkdir::WalkDir::new(folder.join("src")) {
        let path = entry.expect("our own folder").into_path();
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let text = fs::read_to_string(&path).expect("our own file");
        for problem in made.captures_iter(&text) {
            let row = (problem[2].to_owned(), problem[1].to_owned());
            assert!(documented.contains(&row), "docs/problems.md does not say {row:?} of {}", path.display());
        }
    }
}

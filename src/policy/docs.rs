//! The pages of `docs/` that are made from the program: rules, facts, and the keys of rule files.
//!
//! `tests/docs.rs` compares them with the files, and writes them when `UPDATE_DOCS` is set.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use super::explain::explain;
use super::form::RULE;
use super::rule::{Rule, RuleSet};
use super::types::Type;
use crate::facts::{FieldType, Kind};
use crate::form::{Form, Shape};

/// `docs/rules.md`: every rule as `sglint explain` prints it, and which of them serve a standard, come from a statement,
/// or are known to another linter.
pub fn rules_page(rules: &RuleSet) -> String {
    let mut page = "# Rules\n\nMade from the files in `rules/` (`UPDATE_DOCS=1 cargo test --test docs`); `sglint explain \
                    RULE` prints the same.\n\n| Rule | Severity | Profile | |\n|---|---|---|---|\n"
        .to_owned();
    for rule in rules.iter() {
        let (severity, profile) = (rule.severity, rule.profile.name());
        let _ = writeln!(page, "| {} | {severity} | {profile} | {} |", link(&rule.id), rule.title);
    }
    for rule in rules.iter() {
        let _ = write!(page, "\n{}", explain(rule));
    }
    page += "\n## By standard\n\n| Standard | Control | Rules |\n|---|---|---|\n";
    let mut controls: Index<'_, (&str, &str)> = Index::new();
    for rule in rules.iter() {
        for (mappings, mark) in [(&rule.standards, ""), (&rule.own_mappings, " (our own reading)")] {
            let pairs = mappings.iter().flat_map(|(name, all)| all.iter().map(move |one| (name, one)));
            for (standard, control) in pairs {
                controls.entry((standard, control)).or_default().push((rule, mark));
            }
        }
    }
    for ((standard, control), rules) in controls {
        let _ = writeln!(page, "| {standard} | {control} | {} |", links(&rules));
    }
    page += "\n## By statement\n\nThe statements that rules were made from, by their ids, and the tests of each rule \
             (`cargo test --test rules -- RULE`).\n\n| Statement | Rules | Tests |\n|---|---|---|\n";
    let mut statements: Index<'_, (&str, &str)> = Index::new();
    for rule in rules.iter() {
        for id in &rule.seed {
            let (group, number) = id.split_once('-').unwrap_or((id, ""));
            statements.entry((group, number)).or_default().push((rule, ""));
        }
    }
    let mut statements: Vec<_> = statements.into_iter().collect();
    statements.sort_by_key(|((group, number), _)| (*group, leading_number(number), *number));
    for ((group, number), rules) in statements {
        let tests: usize = rules.iter().map(|(rule, _)| rule.examples.len() + 1).sum();
        let _ = writeln!(page, "| {group}-{number} | {} | {tests} |", links(&rules));
    }
    page += "\n## By name in other linters\n\n| Name | Rules |\n|---|---|\n";
    let mut aliases: Index<'_, &str> = Index::new();
    for rule in rules.iter() {
        for alias in &rule.aliases {
            aliases.entry(alias).or_default().push((rule, ""));
        }
    }
    for (alias, rules) in aliases {
        let _ = writeln!(page, "| {alias} | {} |", links(&rules));
    }
    page
}

/// `docs/cookbook.md`: rules that teams ask for.
pub fn cookbook_page(rules: &RuleSet) -> String {
    let mut page = "# Cookbook\n\nRules that teams ask for, ready to be copied: take the file, give the rule a name of your own, \
                    set its parameters and run `sglint test`. Made from the files in [cookbook/](../cookbook) \
                    (`UPDATE_DOCS=1 cargo test --test docs`).\n\n| Rule | |\n|---|---|\n"
        .to_owned();
    for rule in rules.iter() {
        let _ = writeln!(page, "| {} | {} |", link(&rule.id), rule.title);
    }
    for rule in rules.iter() {
        let name = rule.id.rsplit('/').next().unwrap_or_default();
        let _ = write!(page, "\n{}\nFile: [{name}.yaml](../cookbook/{name}.yaml)\n", explain(rule));
    }
    page
}

/// Rules by what they are looked up by, each with a remark.
type Index<'a, K> = BTreeMap<K, Vec<(&'a Arc<Rule>, &'static str)>>;

fn link(id: &str) -> String {
    format!("[{id}](#{})", id.replace('/', ""))
}

fn links(rules: &[(&Arc<Rule>, &str)]) -> String {
    rules.iter().map(|(rule, mark)| link(&rule.id) + mark).collect::<Vec<_>>().join(", ")
}

/// 15 of `15b`.
fn leading_number(text: &str) -> u32 {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text[..end].parse().unwrap_or_default()
}

/// `docs/facts.md`: what conditions can ask of every kind of fact.
pub fn facts_page() -> String {
    let mut page = "# Facts\n\nWhat the conditions of rules can see. Made from the table that checks them (`UPDATE_DOCS=1 \
                    cargo test --test docs`); `sglint explain KIND` prints a kind, `sglint facts` the facts of your \
                    code.\n\nA field that is not known makes a condition unknown unless the rest decides it. Ids such as \
                    (RF-04) stand for statements in [semantics.md](semantics.md).\n\n## Types\n\n| Type | Methods |\n|---|---|\n"
        .to_owned();
    for ty in [Type::Text, Type::Texts, Type::Ports, Type::Addresses, Type::Tags] {
        let methods = ty.methods().iter().map(|(name, argument, result)| {
            let argument = argument.map(Type::name).unwrap_or_default();
            format!("`.{name}({argument})` is {}", result.name())
        });
        let _ = writeln!(page, "| {} | {} |", ty.name(), methods.collect::<Vec<_>>().join("<br>"));
    }
    page += "\nLists of texts also have `.exists(x, …)` and `.all(x, …)`, and `in` looks a text up in one.\n";
    for kind in Kind::ALL {
        let _ = write!(page, "\n{}", kind_page(kind));
    }
    page
}

/// The fields of one kind of fact.
pub fn kind_page(kind: Kind) -> String {
    let mut page = format!("## {kind}\n\n{}\n", kind.doc());
    if !kind.places().is_empty() {
        let _ = writeln!(page, "\nA rule can point `at`: {}.", kind.places().join(", "));
    }
    page += "\n| Field | Type | |\n|---|---|---|\n";
    for field in kind.fields() {
        let _ = writeln!(page, "| `{}` | {} | {} |", field.name, type_text(field.ty), cell(field.doc));
    }
    page
}

fn type_text(ty: FieldType) -> String {
    match ty {
        FieldType::Enum(words) => words_text(words),
        _ => Type::from(ty).name().to_owned(),
    }
}

/// The keys of a rule file as a table.
pub fn rule_keys() -> String {
    keys(RULE)
}

fn keys(form: Form) -> String {
    let mut table = "| Key | Value | |\n|---|---|---|\n".to_owned();
    rows(&mut table, "", form);
    table
}

/// The keys of a mapping and of those below it, each with the way to it: `params.NAME.type`.
fn rows(table: &mut String, way: &str, form: Form) {
    for key in form {
        let name = format!("{way}{}", key.name);
        let must = if key.required { " (needed)" } else { "" };
        let _ = writeln!(table, "| `{name}`{must} | {} | {} |", value_text(key.shape), cell(key.about));
        below(table, &name, key.shape);
    }
}

fn below(table: &mut String, way: &str, shape: Shape) {
    match shape {
        Shape::Keys(form) => rows(table, &format!("{way}."), form),
        Shape::Named(value) => below(table, &format!("{way}.NAME"), *value),
        Shape::List(item) | Shape::OneOrMore(item) => below(table, &format!("{way}[]"), *item),
        _ => {}
    }
}

fn value_text(shape: Shape) -> String {
    match shape {
        Shape::Text | Shape::Pattern(_) => "text".to_owned(),
        Shape::Checked(checked) | Shape::Numeric(checked) => checked.name.to_owned(),
        Shape::Word(words) => words_text(&words()),
        Shape::Int(_) => "whole number".to_owned(),
        Shape::Bool => "`true`, `false`".to_owned(),
        Shape::List(item) => format!("list of {}", value_text(*item)),
        Shape::OneOrMore(item) => format!("list of {}, or one", value_text(*item)),
        Shape::Pair(item) => format!("two of {}", value_text(*item)),
        Shape::Keys(_) => "mapping".to_owned(),
        Shape::Named(value) => format!("names with {}", value_text(*value)),
        Shape::AnyOf(shapes) => {
            shapes.iter().map(|shape| value_text(*shape)).collect::<Vec<_>>().join(", or ")
        }
        Shape::Any => "value".to_owned(),
    }
}

fn words_text(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// A text in a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::load::load_builtin;

    #[test]
    fn every_rule_and_every_kind_has_its_place() {
        let rules = &load_builtin().rules;
        let page = rules_page(rules);
        for rule in rules.iter() {
            assert!(page.contains(&explain(rule)), "{}", rule.id);
        }
        let facts = facts_page();
        for kind in Kind::ALL {
            assert!(facts.contains(&kind_page(kind)), "{kind}");
        }
        assert!(page.contains("| CKV_AWS_24 | [admin-port-open-to-world](#admin-port-open-to-world) |"));
    }

    #[test]
    fn statements_are_in_the_order_of_their_numbers() {
        let page = rules_page(&load_builtin().rules);
        let place = |id: &str| page.find(&format!("\n| {id} |")).unwrap();
        assert!(place("S2-5") < place("S2-15b") && place("S2-15b") < place("S4-1"));
    }
}

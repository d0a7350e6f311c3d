//! A rule file to start from.
//!
//! It is a copy of a built-in rule that judges the same kind of fact, without what is only true of that one: so it
//! loads, passes its tests and shows the language at work, whatever kinds there are.

use super::load::builtin_text;
use super::rule::RuleSet;
use crate::facts::{FieldType, Kind};
use crate::source::SourceMap;
use crate::syntax::yaml;

/// Keys whose values hold for the model only.
const OWN_TO_MODEL: &[&str] =
    &["id", "supersedes", "standards", "own-mappings", "aliases", "references", "seed", "profile"];

/// The text of a new rule about facts of a kind.
pub fn skeleton(id: &str, kind: Kind, builtin: &RuleSet) -> String {
    let models = builtin.iter().filter(|rule| rule.on == kind);
    let simplest = models.min_by_key(|rule| (rule.condition.conjuncts().len(), rule.when.len()));
    match simplest.and_then(|model| Some((model, builtin_text(&model.id)?))) {
        Some((model, text)) => {
            let origin = format!("It starts as a copy of {}: change it into what you need.", model.id);
            head(&origin, kind) + &copy(id, text)
        }
        None => {
            head("Its condition is the plainest that is valid, and it has no examples yet.", kind)
                + &plain(id, kind)
        }
    }
}

fn head(origin: &str, kind: Kind) -> String {
    format!(
        "# A rule of your own. {origin}\n\
         #   sglint facts --kind {kind}: shows what it can see\n\
         #   sglint test: runs its examples\n"
    )
}

/// The entries of a rule file that hold for another rule as well, as they are written.
fn copy(id: &str, text: &str) -> String {
    let sources = SourceMap::new("");
    let file = sources.add("model.yaml", text);
    let mut copied = format!("policy: v1\nid: {id}\n");
    for entry in yaml::parse(&file).documents.iter().flat_map(|document| document.entries()) {
        let name = entry.key.as_str().unwrap_or_default();
        if name != "policy" && !OWN_TO_MODEL.contains(&name) {
            copied += file.slice(entry.key.span.join(entry.value.span)).trim_end();
            copied.push('\n');
        }
    }
    copied
}

/// A rule about a kind that no built-in rule judges.
fn plain(id: &str, kind: Kind) -> String {
    let flag = kind.fields().find(|field| field.ty == FieldType::Bool);
    let when = match flag {
        Some(field) => format!("{kind}.{}", field.name),
        None => format!("{kind}.language == 'terraform'"),
    };
    format!(
        "policy: v1\nid: {id}\ntitle: What is wrong, in one line\non: {kind}\nwhen: {when}\nseverity: medium\n\
         message: \"what is wrong with {{subject}}\"\nwhy: Why it matters.\nhelp: What to do.\nexamples: []\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::load::load_builtin;
    use crate::policy::read::{Author, read_rule};

    #[test]
    fn every_kind_has_a_skeleton_that_loads() {
        for kind in Kind::ALL {
            for builtin in [&load_builtin().rules, &RuleSet::default()] {
                let text = skeleton("acme/new", kind, builtin);
                let rule = read_rule(&SourceMap::new("/").add("new.yaml", text), Author::User).unwrap();
                assert_eq!((&*rule.id, rule.on), ("acme/new", kind));
                assert!(rule.standards.is_empty() && rule.supersedes.is_empty());
                assert!(rule.is_in(crate::config::Profile::Minimal));
            }
        }
    }
}

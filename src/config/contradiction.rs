//! What a project says of the world twice, or in a way that can never count.
//!
//! The form of each part is right; together they say nothing, or not what was meant.

use std::collections::BTreeMap;

use super::check::is_null;
use super::elements;
use crate::problem::Problem;
use crate::source::Span;
use crate::syntax::yaml::{Node, NodeKind};

/// Everything of that kind under the keys of the premises.
pub(super) fn check(config: &Node) -> Vec<Problem> {
    let mut problems = Vec::new();
    let at = |key: &str| config.get(key).map(AsRef::as_ref);
    groups(at("groups").map(elements).unwrap_or_default(), &mut problems);
    links(at("links").map(elements).unwrap_or_default(), &mut problems);
    if let Some(node) = at("tiers") {
        tiers(node, &mut problems);
    }
    problems
}

fn groups(groups: Vec<&Node>, problems: &mut Vec<Problem>) {
    let mut seen = BTreeMap::new();
    for id in groups.into_iter().filter_map(|group| group.get("id")) {
        let Some(text) = id.as_str() else { continue };
        if seen.insert(text, id.span).is_some() {
            problems.push(
                Problem::error("config-invalid", format!("`groups` describes {text} twice"))
                    .at(id.span)
                    .help("keep one of the two descriptions: the first counts"),
            );
        }
    }
}

fn links(links: Vec<&Node>, problems: &mut Vec<Problem>) {
    let mut seen = BTreeMap::new();
    for link in links {
        let [first, second] = link.items() else { continue };
        let (Some(mut one), Some(mut other)) = (first.as_str(), second.as_str()) else { continue };
        if one == other {
            problems.push(
                Problem::error("config-invalid", format!("`links` links {one} with itself"))
                    .at(link.span)
                    .help("name the two VPCs that reach each other"),
            );
            continue;
        }
        if one > other {
            std::mem::swap(&mut one, &mut other);
        }
        if seen.insert((one, other), link.span).is_some() {
            problems.push(
                Problem::warning("config-repeated", format!("`links` links {one} with {other} twice"))
                    .at(link.span)
                    .help("remove one of the two links: they count in both directions"),
            );
        }
    }
}

fn tiers(tiers: &Node, problems: &mut Vec<Problem>) {
    let mut owners: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    for tier in tiers.entries() {
        let Some(name) = tier.key.as_str() else { continue };
        let resources = texts(&tier.value, "resources");
        let tags = tier.value.get("tags").map(|tags| tags.entries()).unwrap_or_default();
        // What is no mapping was told.
        let is_mapping = matches!(tier.value.kind, NodeKind::Mapping(_));
        if resources.is_empty() && tags.is_empty() && (is_mapping || is_null(&tier.value)) {
            problems.push(
                Problem::error("config-invalid", format!("nothing can belong to the tier `{name}`"))
                    .at(tier.key.span)
                    .help("say under `resources` or `tags` what belongs to it, or remove it"),
            );
        }
        let resources = resources.into_iter().map(|(text, span)| ("", text, span));
        let tags =
            tags.iter().filter_map(|tag| Some((tag.key.as_str()?, tag.value.as_str()?, tag.value.span)));
        for (key, pattern, span) in resources.chain(tags) {
            let owner = *owners.entry((key, pattern)).or_insert(name);
            if owner != name {
                problems.push(
                    Problem::error(
                        "config-invalid",
                        format!(
                            "what {pattern} matches belongs to the tier `{owner}` already, not to `{name}`"
                        ),
                    )
                    .at(span)
                    .help("remove one of the two patterns: the first tier that matches counts"),
                );
            }
        }
    }
}

/// The texts under a key, and where they stand.
fn texts<'n>(node: &'n Node, key: &str) -> Vec<(&'n str, Span)> {
    let list = node.get(key).map(|list| elements(list)).unwrap_or_default();
    list.into_iter().filter_map(|item| Some((item.as_str()?, item.span))).collect()
}

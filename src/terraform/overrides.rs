//! Override files: `override.tf` and `*_override.tf`, whose blocks change those of the other files.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::resources::block_name;
use crate::problem::Problem;
use crate::source::Span;
use crate::syntax::hcl::{Block, Body, ExprKind};

/// What must be there to be overridden.
const OVERRIDING: [&str; 5] = ["data", "module", "output", "resource", "variable"];

/// Changes the block that a block of an override file names; a block that overrides nothing, which Terraform
/// refuses, is added, with a problem.
pub(super) fn override_block(blocks: &mut Vec<Block>, block: Block) -> Option<Problem> {
    if &*block.kind == "locals" {
        return override_locals(blocks, block);
    }
    if let Some(base) = blocks.iter_mut().find(|base| is_of_one_name(base, &block)) {
        merge(&mut base.body, block.body);
        return None;
    }
    let name = || block.labels.iter().map(|label| &*label.text).collect::<Vec<_>>().join(".");
    let problem = OVERRIDING.contains(&&*block.kind).then(|| of_nothing(&name(), block.head));
    blocks.push(block);
    problem
}

/// Whether two blocks declare the same. Providers are told apart by their alias.
fn is_of_one_name(one: &Block, other: &Block) -> bool {
    let labels = |block: &Block| block.labels.len();
    one.kind == other.kind
        && labels(one) == labels(other)
        && one.labels.iter().zip(&other.labels).all(|(one, other)| one.text == other.text)
        && (&*one.kind != "provider" || alias(one) == alias(other))
}

fn alias(provider: &Block) -> Option<&str> {
    match &provider.body.attribute("alias")?.value.kind {
        ExprKind::String(alias) => Some(alias),
        _ => None,
    }
}

fn of_nothing(name: &str, place: Span) -> Problem {
    Problem::warning(
        "override-of-nothing",
        format!("no other file declares {name}, which this file overrides"),
    )
    .at(place)
    .help("declare it in a file that does not override: Terraform refuses the configuration; it is judged")
}

/// Attributes replace those of their name, `count` and `for_each` each other; blocks, also dynamic ones, all blocks of
/// their kind, but for `lifecycle`, which is changed argument by argument.
fn merge(base: &mut Body, mut more: Body) {
    if let Some(lifecycle) = base.blocks.iter_mut().find(|block| &*block.kind == "lifecycle") {
        for block in more.blocks.extract_if(.., |block| &*block.kind == "lifecycle") {
            merge(&mut lifecycle.body, block.body);
        }
    }
    let replaced = |name: &str| match name {
        "count" | "for_each" => more.attribute("count").or_else(|| more.attribute("for_each")).is_some(),
        _ => more.attribute(name).is_some(),
    };
    base.attributes.retain(|attribute| !replaced(&attribute.name));
    base.blocks.retain(|block| !more.blocks.iter().any(|other| block_name(other) == block_name(block)));
    base.attributes.extend(more.attributes);
    base.blocks.extend(more.blocks);
}

fn override_locals(blocks: &mut Vec<Block>, block: Block) -> Option<Problem> {
    let locals = || blocks.iter().filter(|base| base.kind == block.kind);
    let known: FxHashSet<_> = locals()
        .flat_map(|base| &base.body.attributes)
        .map(|attribute| Arc::clone(&attribute.name))
        .collect();
    let new = block.body.attributes.iter().find(|new| !known.contains(&new.name));
    let problem = new.map(|new| of_nothing(&format!("local.{}", new.name), new.key));
    let replaced: FxHashSet<_> = block.body.attributes.iter().map(|attribute| &attribute.name).collect();
    for base in blocks.iter_mut().filter(|base| base.kind == block.kind) {
        base.body.attributes.retain(|attribute| !replaced.contains(&attribute.name));
    }
    blocks.push(block);
    problem
}

//! Override files: `override.tf` and `*_override.tf`, whose blocks change those of the other files.

use super::resources::block_name;
use crate::problem::Problem;
use crate::source::Span;
use crate::syntax::hcl::{Block, Body};

/// What must be there to be overridden.
const OVERRIDING: [&str; 5] = ["data", "module", "output", "resource", "variable"];

/// Changes the block that a block of an override file names; a block that overrides nothing, which Terraform
/// refuses, is added, with a problem.
pub(super) fn override_block(blocks: &mut Vec<Block>, block: Block) -> Option<Problem> {
    if &*block.kind == "locals" {
        return override_locals(blocks, block);
    }
    let names = |block: &Block| block.labels.iter().map(|label| label.text.clone()).collect::<Vec<_>>();
    let overridden = names(&block);
    if let Some(base) = blocks.iter_mut().find(|base| base.kind == block.kind && names(base) == overridden) {
        merge(&mut base.body, block.body);
        return None;
    }
    let problem = OVERRIDING.contains(&&*block.kind).then(|| of_nothing(&overridden.join("."), block.head));
    blocks.push(block);
    problem
}

fn of_nothing(name: &str, place: Span) -> Problem {
    Problem::warning(
        "override-of-nothing",
        format!("no other file declares {name}, which this file overrides"),
    )
    .at(place)
    .help("declare it in a file that does not override: Terraform refuses the configuration; it is judged")
}

/// Attributes replace those of their name, `count` and `for_each` each other; blocks, also dynamic ones, all blocks of their kind.
fn merge(base: &mut Body, more: Body) {
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
    let new = block
        .body
        .attributes
        .iter()
        .find(|new| locals().all(|base| base.body.attribute(&new.name).is_none()));
    let problem = new.map(|new| of_nothing(&format!("local.{}", new.name), new.key));
    for base in blocks.iter_mut().filter(|base| base.kind == block.kind) {
        base.body.attributes.retain(|attribute| block.body.attribute(&attribute.name).is_none());
    }
    blocks.push(block);
    problem
}

//! Override files: `override.tf` and `*_override.tf`, whose blocks change those of the other files.

use super::resources::block_name;
use crate::syntax::hcl::{Block, Body};

/// Changes the block that a block of an override file names; a block that overrides nothing, which Terraform
/// refuses, is added.
pub(super) fn override_block(blocks: &mut Vec<Block>, block: Block) {
    if &*block.kind == "locals" {
        return override_locals(blocks, block);
    }
    let names = |block: &Block| block.labels.iter().map(|label| label.text.clone()).collect::<Vec<_>>();
    let overridden = names(&block);
    match blocks.iter_mut().find(|base| base.kind == block.kind && names(base) == overridden) {
        Some(base) => merge(&mut base.body, block.body),
        None => blocks.push(block),
    }
}

/// Attributes replace those of their name; blocks, also dynamic ones, all blocks of their kind.
fn merge(base: &mut Body, more: Body) {
    base.attributes.retain(|attribute| more.attribute(&attribute.name).is_none());
    base.blocks.retain(|block| !more.blocks.iter().any(|other| block_name(other) == block_name(block)));
    base.attributes.extend(more.attributes);
    base.blocks.extend(more.blocks);
}

fn override_locals(blocks: &mut Vec<Block>, block: Block) {
    for base in blocks.iter_mut().filter(|base| base.kind == block.kind) {
        base.body.attributes.retain(|attribute| block.body.attribute(&attribute.name).is_none());
    }
    blocks.push(block);
}

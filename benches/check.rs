//! How long a run takes next to parsing alone.
//!
//! Reads the tree named by `SGLINT_BENCH_TREE` (default: `testdata`), so that it can be pointed at a large
//! repository: `SGLINT_BENCH_TREE=~/infrastructure cargo bench`. `parse` is the yardstick: the same files through
//! the same parsers, one after the other; `check` is everything from discovery to sorted diagnostics, `check_strict`
//! the same with every rule on.

use std::path::PathBuf;
use std::sync::Arc;

use mimalloc::MiMalloc;
use sglint::config::{ConfigChoice, ConfigStore, Profile};
use sglint::discover::discover;
use sglint::engine::{self, Options};
use sglint::source::SourceMap;
use sglint::syntax::{hcl, yaml};

/// The binary's.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() {
    divan::main();
}

fn tree() -> PathBuf {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata");
    PathBuf::from(std::env::var("SGLINT_BENCH_TREE").unwrap_or_else(|_| default.to_owned()))
}

/// Every file that a run would read, parsed and dropped.
#[divan::bench(sample_count = 10)]
fn parse() -> usize {
    let sources = Arc::new(SourceMap::new("/"));
    let configs = Arc::new(ConfigStore::new(&ConfigChoice::None, Arc::clone(&sources)));
    let found = discover(&[tree()], &configs, &sources);
    let mut nodes = 0;
    for path in found.terraform.iter().flat_map(|directory| &directory.files) {
        if let Ok(file) = sources.load(path) {
            nodes += hcl::parse(&file).body.blocks.len();
        }
    }
    for candidate in &found.templates {
        if let Ok(file) = sources.load(&candidate.path) {
            nodes += yaml::parse(&file).documents.len();
        }
    }
    nodes
}

/// Discovery alone.
#[divan::bench(sample_count = 10)]
fn list() -> usize {
    let sources = Arc::new(SourceMap::new("/"));
    let configs = Arc::new(ConfigStore::new(&ConfigChoice::None, Arc::clone(&sources)));
    discover(&[tree()], &configs, &sources).templates.len()
}

/// Everything, with the rules that are on by default.
#[divan::bench(sample_count = 10)]
fn check() -> usize {
    diagnostics(Profile::Default)
}

/// Everything, with all rules.
#[divan::bench(sample_count = 10)]
fn check_strict() -> usize {
    diagnostics(Profile::Strict)
}

fn diagnostics(profile: Profile) -> usize {
    let options = Options { paths: vec![tree()], profile: Some(profile), ..Options::default() };
    engine::check(&options).map_or(0, |report| report.diagnostics.len())
}

//! The `sglint` binary: arguments in, exit status out.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// Evaluation makes and drops many small values; this allocator takes a fifth off a run.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    ExitCode::from(sglint::cli::main(&std::env::args_os().collect::<Vec<_>>()))
}

//! The `sglint` binary: arguments in, exit status out.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(sglint::cli::main(&std::env::args_os().collect::<Vec<_>>()))
}

//! `sglint facts`.

use std::io::{self, Write};

use super::args::{FactsArguments, ListFormat};
use super::{CLEAN, NOT_JUDGED, input, refuse, tell};
use crate::engine;
use crate::problem::ProblemSeverity;
use crate::report::{facts_json, facts_text};

/// Prints the facts and returns the exit status: 2 if a file could not be read. An error is one of writing to `out`.
pub(super) fn run(arguments: &FactsArguments, out: &mut impl Write) -> io::Result<u8> {
    let mut list = match engine::facts(&input::options(&arguments.input)) {
        Ok(list) => list,
        Err(problem) => return Ok(refuse(&problem)),
    };
    if !arguments.kind.is_empty() {
        list.facts.retain(|listed| arguments.kind.contains(&listed.fact.kind));
    }
    match arguments.format {
        ListFormat::Human => {
            write!(out, "{}", facts_text(&list))?;
            // Before what goes to stderr, so that a terminal shows it in order.
            out.flush()?;
            tell(&list.problems, &list.sources);
        }
        ListFormat::Json => write!(out, "{}", facts_json(&list))?,
    }
    let failed = list.problems.iter().any(|problem| problem.severity == ProblemSeverity::Error);
    Ok(if failed { NOT_JUDGED } else { CLEAN })
}

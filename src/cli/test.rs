//! `sglint test`.

use std::io::{self, Write};

use super::args::{Colour, ListFormat, TestArguments};
use super::{CLEAN, FOUND, NOT_JUDGED, input, refuse, tell, terminal};
use crate::engine::{self, TestOptions};
use crate::report::{trials_json, trials_text};

/// Runs the examples of rules and returns the exit status: 1 if one fails, 2 if a rule or an example could not be read.
/// An error is one of writing to `out`.
pub(super) fn run(arguments: &TestArguments, colour: Colour, out: &mut impl Write) -> io::Result<u8> {
    let options = TestOptions {
        folders: arguments.folders.clone(),
        config: input::config(arguments.config.as_deref(), false),
        filter: arguments.filter.clone(),
    };
    let report = match engine::test(&options) {
        Ok(report) => report,
        Err(problem) => return Ok(refuse(&problem)),
    };
    match arguments.format {
        ListFormat::Human => {
            write!(out, "{}", trials_text(&report, terminal::style(colour), arguments.quiet))?;
            // Before what goes to stderr, so that a terminal shows it in order.
            out.flush()?;
            tell(&report.problems, &report.sources);
        }
        ListFormat::Json => write!(out, "{}", trials_json(&report))?,
    }
    let counts = report.counts();
    Ok(if !report.problems.is_empty() || counts.broken > 0 {
        NOT_JUDGED
    } else if counts.failed > 0 || arguments.strict && counts.weak > 0 {
        FOUND
    } else {
        CLEAN
    })
}

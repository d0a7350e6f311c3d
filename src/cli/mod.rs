//! The command line: one file a verb. The only module that prints.
//!
//! stdout carries what was asked for, everything else goes to stderr. The exit status is 0 when nothing was
//! found, 1 when something was, 2 when something could not be judged.

mod args;
mod check;
mod explain;
mod facts;
mod input;
mod rules;
mod schema;
mod terminal;
mod test;

use std::ffi::OsString;
use std::io::{self, ErrorKind, Write};
use std::panic::{self, AssertUnwindSafe};

use clap::Parser as _;

use args::{Arguments, RulesCommand, Verb};

use crate::problem::Problem;
use crate::report::{Human, Style, View};
use crate::source::SourceMap;

/// Nothing was found.
const CLEAN: u8 = 0;
/// Diagnostics at or above the threshold.
const FOUND: u8 = 1;
/// Something could not be judged.
const NOT_JUDGED: u8 = 2;

/// Runs a command line, the program's name first, and returns the exit status.
pub fn main(arguments: &[OsString]) -> u8 {
    report_panics(arguments);
    let parsed = match Arguments::try_parse_from(arguments) {
        Ok(parsed) => parsed,
        Err(error) => return usage(&error, arguments),
    };
    // The hook has said what happened.
    panic::catch_unwind(AssertUnwindSafe(|| run(&parsed))).unwrap_or(NOT_JUDGED)
}

fn run(arguments: &Arguments) -> u8 {
    let mut out = io::BufWriter::new(io::stdout().lock());
    let status = match &arguments.verb {
        Verb::Check(check) => check::run(check, arguments.colour, &mut out),
        Verb::Facts(facts) => facts::run(facts, &mut out),
        Verb::Explain { rule } => explain::run(rule, &mut out),
        Verb::Rules(rules) => match &rules.command {
            Some(RulesCommand::New(new)) => rules::new(new, &mut out),
            None => rules::list(&rules.rules, rules.format, &mut out),
        },
        Verb::Schema { of } => schema::run(*of, &mut out),
        Verb::Test(test) => test::run(test, arguments.colour, &mut out),
    };
    match status.and_then(|status| out.flush().map(|()| status)) {
        Ok(status) => status,
        // Whoever read the output has seen enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => CLEAN,
        Err(error) => {
            say(&format!("error: cannot write the output: {error}"));
            NOT_JUDGED
        }
    }
}

/// Prints what clap says about a command line: help and version to stdout, mistakes to stderr.
fn usage(error: &clap::Error, arguments: &[OsString]) -> u8 {
    // Nothing is left to be said if even that cannot be printed.
    let _ = error.print();
    if error.kind() == clap::error::ErrorKind::InvalidSubcommand
        && let Some(path) = arguments.get(1).filter(|path| std::path::Path::new(path).exists())
    {
        say(&format!("\n  help: did you mean `sglint check {}`?", path.display()));
    }
    if error.use_stderr() { NOT_JUDGED } else { CLEAN }
}

/// A panic is a bug of ours: says so, and what is needed to find it.
fn report_panics(arguments: &[OsString]) {
    let command = arguments.join(std::ffi::OsStr::new(" ")).display().to_string();
    panic::set_hook(Box::new(move |panic| {
        say(&format!(
            "sglint {} has a bug: {panic}\n  while running: {command}\n  help: please report it with the input, \
             or the smallest part of it that shows it",
            env!("CARGO_PKG_VERSION"),
        ));
    }));
}

/// Says what makes the run senseless.
fn refuse(problem: &Problem) -> u8 {
    let sources = SourceMap::default();
    let problem = Problem { span: None, ..problem.clone() };
    say(Human::new(&sources, Style::default(), View::default()).problem(&problem).trim_end());
    NOT_JUDGED
}

/// Says what could not be read.
fn tell(problems: &[Problem], sources: &SourceMap) {
    let human = Human::new(sources, Style::default(), View::default());
    for problem in problems {
        say(human.problem(problem).trim_end());
    }
}

/// A line to stderr. If it cannot be written there is nowhere to say so.
fn say(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

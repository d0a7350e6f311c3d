//! `sglint check`.

use std::fs;
use std::io::{self, Write};

use super::args::{CheckArguments, Colour, Format, Output};
use super::{CLEAN, FOUND, NOT_JUDGED, input, refuse, say, terminal};
use crate::engine::{self, Options, Report};
use crate::problem::{Problem, ProblemSeverity};
use crate::report::{Human, Style, View, concise, concise_problems, json, summary_line};

/// Judges, reports and returns the exit status. An error is one of writing to `out`.
pub(super) fn run(arguments: &CheckArguments, colour: Colour, out: &mut impl Write) -> io::Result<u8> {
    let style = terminal::style(colour);
    if arguments.format.iter().filter(|output| output.file.is_none()).count() > 1 {
        return Ok(refuse(
            &Problem::error("usage", "only one format can go to stdout")
                .help("name a file for the others: --format json=report.json"),
        ));
    }
    let report = match engine::check(&options(arguments)) {
        Ok(report) => report,
        Err(problem) => return Ok(refuse(&problem)),
    };
    let view = View {
        possible: arguments.possible,
        suppressed: arguments.show_suppressed,
        verbose: arguments.verbose,
    };
    let mut status = status(&report, arguments);
    for output in &arguments.format {
        let written = match &output.file {
            None => to_stdout(&report, output, view, style, arguments.quiet, out),
            Some(file) => {
                if let Err(error) = fs::write(file, render(&report, output.format, view, terminal::plain())) {
                    let message = format!("cannot write {}: {error}", file.display());
                    status =
                        refuse(&Problem::error("output", message).help("check the path and its permissions"));
                }
                Ok(())
            }
        };
        written?;
    }
    Ok(status)
}

fn options(arguments: &CheckArguments) -> Options {
    Options {
        profile: arguments.rules.profile,
        select: arguments.rules.select.clone(),
        ignore: arguments.rules.ignore.clone(),
        min_severity: arguments.min_severity,
        fail_on: arguments.fail_on,
        possible: arguments.possible,
        suppressions: !arguments.no_suppressions,
        ..input::options(&arguments.input)
    }
}

fn status(report: &Report, arguments: &CheckArguments) -> u8 {
    let worst = report.problems.iter().map(|problem| problem.severity).max();
    let bearable = if arguments.strict { ProblemSeverity::Info } else { ProblemSeverity::Warning };
    if worst.is_some_and(|worst| worst > bearable) {
        NOT_JUDGED
    } else if report.failures > 0 && !arguments.exit_zero {
        FOUND
    } else {
        CLEAN
    }
}

fn to_stdout(
    report: &Report,
    output: &Output,
    view: View,
    style: Style,
    quiet: bool,
    out: &mut impl Write,
) -> io::Result<()> {
    write!(out, "{}", render(report, output.format, view, style))?;
    match output.format {
        Format::Human if !quiet => writeln!(out, "{}", summary_line(report, view))?,
        Format::Concise => {
            // Before what goes to stderr, so that a terminal shows it in order.
            out.flush()?;
            let problems = concise_problems(report, view);
            problems.lines().for_each(say);
            if !quiet {
                say(&summary_line(report, view));
            }
        }
        Format::Human | Format::Json => {}
    }
    Ok(())
}

fn render(report: &Report, format: Format, view: View, style: Style) -> String {
    match format {
        Format::Human => Human::new(&report.sources, style, view).report(report),
        Format::Concise => concise(report, view),
        Format::Json => json(report, view),
    }
}

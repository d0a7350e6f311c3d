//! `sglint explain`.

use std::io::{self, Write};

use super::{CLEAN, refuse, tell};
use crate::engine::{self, Options};
use crate::facts::Kind;
use crate::policy::docs::kind_page;
use crate::policy::explain::{explain as page, find};

/// Prints a rule, found by its id or by its name in another linter, or a kind of fact.
pub(super) fn run(name: &str, out: &mut impl Write) -> io::Result<u8> {
    if let Ok(kind) = name.parse::<Kind>() {
        write!(out, "{}", kind_page(kind))?;
        return Ok(CLEAN);
    }
    let catalogue = match engine::catalogue(&Options::default()) {
        Ok(catalogue) => catalogue,
        Err(problem) => return Ok(refuse(&problem)),
    };
    match find(&catalogue.rules.set, name) {
        Ok(rules) => {
            for (index, rule) in rules.iter().enumerate() {
                let gap = if index > 0 { "\n" } else { "" };
                write!(out, "{gap}{}", page(rule))?;
            }
            Ok(CLEAN)
        }
        Err(problem) => {
            // Why the rule may be missing, then that it is.
            tell(&catalogue.problems, &catalogue.sources);
            Ok(refuse(&problem))
        }
    }
}

//! What the output can show.

use std::env;
use std::io::{self, IsTerminal as _};

use super::args::Colour;
use crate::report::Style;

/// The fewest columns that text is wrapped at: below, nothing would fit beside the lines that lead through a snippet.
const NARROWEST: usize = 40;

/// The style for stdout.
pub(super) fn style(colour: Colour) -> Style {
    let terminal = io::stdout().is_terminal();
    let colour = match colour {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto if is_set("NO_COLOR") => false,
        Colour::Auto => {
            is_set("FORCE_COLOR")
                || is_set("CLICOLOR_FORCE")
                || terminal && env::var_os("TERM").is_none_or(|term| term != "dumb")
        }
    };
    let Style { width, .. } = Style::default();
    // A terminal that is not asked, or that does not know, breaks lines itself.
    let columns =
        terminal_size::terminal_size_of(io::stdout()).map_or(width, |(columns, _)| columns.0.into());
    Style { colour, unicode: !terminal || locale_is_utf8(), width: columns.clamp(NARROWEST, width) }
}

/// What is written to files: no colours.
pub(super) fn plain() -> Style {
    Style::default()
}

fn is_set(name: &str) -> bool {
    env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0")
}

/// Whether a terminal shows more than ASCII: unless the first locale variable that is set says otherwise.
fn locale_is_utf8() -> bool {
    let locale =
        ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(env::var_os).find(|value| !value.is_empty());
    locale.is_none_or(|locale| {
        let locale = locale.to_string_lossy().to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

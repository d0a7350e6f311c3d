//! What is wrong with a text, in plain words.

use std::ops::Range;
use std::sync::Arc;

use hcl::edit::parser::Error;
use rustc_hash::FxHashMap;

use super::ast::Attribute;
use super::scan::{Issue, Opener};
use crate::problem::Problem;
use crate::source::{SourceFile, Span};

const CODE: &str = "hcl-syntax";

/// How many bytes of a token a message shows.
const LONGEST_TOKEN: usize = 40;

/// The parser's error in a part of a file.
pub(super) fn error(file: &SourceFile, part: Range<usize>, error: &Error) -> Problem {
    let place = |range: Range<usize>| Span::of(file.id(), part.start + range.start..part.start + range.end);
    error_in(&file.text()[part.clone()], &file.text()[part.end..], error, &place)
}

/// The parser's error in a text that `rest` follows; `place` says where a part of the text stands.
pub(super) fn error_in(
    text: &str,
    rest: &str,
    error: &Error,
    place: &dyn Fn(Range<usize>) -> Span,
) -> Problem {
    let at = error_offset(text, error);
    let problem = |message: String, range: Range<usize>| Problem::error(CODE, message).at(place(range));
    let structure_starts = error.message() == "unexpected token" || error.message().contains("block body");
    if structure_starts && let Some((name, value)) = attribute_at(text, at) {
        // hcl-edit went back to where the attribute starts.
        return problem(format!("cannot read the value of `{name}`"), value)
            .help("check its operators and quotes, and that each `${` and `%{` is complete and closed");
    }
    let (mut found, mut token) = token_at(text, at);
    if error.message().contains("escape sequence") {
        token = at.saturating_sub(1)..at + text[at..].chars().next().map_or(0, char::len_utf8);
        found = format!("`{}`", &text[at..token.end]);
    }
    let text_ends = rest.trim_start_matches([' ', '\t']).is_empty();
    if token.end <= at && text_ends {
        "the end of the text".clone_into(&mut found);
    }
    let (expected, help) = expectation(error.message());
    problem(format!("expected {expected}, found {found}"), token).help(help)
}

/// Where the parser stopped. hcl-edit counts the end of a text as its last byte.
fn error_offset(text: &str, error: &Error) -> usize {
    let location = error.location();
    let past_the_line = location.column() > error.line().chars().count();
    let at = text.floor_char_boundary(location.offset());
    if past_the_line && location.offset() + 1 == text.len() {
        return text.len();
    }
    // These two are noticed behind the character that is wrong.
    let behind = ["object value assignment", "escape sequence"];
    if behind.iter().any(|label| error.message().contains(label)) {
        return text[..at].char_indices().next_back().map_or(at, |(before, _)| before);
    }
    at
}

/// The name of an attribute that starts at a place, and its value as far as the line goes.
fn attribute_at(text: &str, at: usize) -> Option<(&str, Range<usize>)> {
    let line = text[at..].lines().next()?;
    let (name, value) = line.split_once('=')?;
    let is_name = name.trim_end().chars().all(is_word_char) && !name.trim().is_empty();
    let start = at + line.len() - value.trim_start().len();
    let end = start + value.trim().len();
    (is_name && start < end).then(|| (name.trim_end(), start..end))
}

fn is_word_char(char: char) -> bool {
    char.is_alphanumeric() || matches!(char, '_' | '-')
}

/// What the scanner found in a file.
pub(super) fn issue(file: &SourceFile, issue: Issue) -> Problem {
    let (at, length, message, help) = match issue {
        Issue::Unclosed(Opener::Quote, at) => {
            let line = file.text()[at..].lines().next().unwrap_or_default();
            return multi_line_string(file, Span::of(file.id(), at..at + line.trim_end().len()));
        }
        Issue::Unclosed(Opener::Heredoc { delimiter_at, delimiter_end, .. }, at) => {
            let delimiter = &file.text()[delimiter_at..delimiter_end];
            let message = format!("the heredoc `{delimiter}` has no end");
            (
                at,
                delimiter_end - at,
                message,
                format!("write `{delimiter}` on a line of its own behind the text"),
            )
        }
        Issue::Unclosed(Opener::Sequence, at) => {
            let help = "write the missing `}`, or `$${` or `%%{` for these characters as text";
            (at, 2, "this interpolation or directive is not closed".to_owned(), help.to_owned())
        }
        Issue::Unclosed(opener, at) => {
            let (bracket, closer) = match opener {
                Opener::Parenthesis => ('(', ')'),
                Opener::Bracket => ('[', ']'),
                _ => ('{', '}'),
            };
            let message = format!("this `{bracket}` is not closed");
            (at, 1, message, format!("write the missing `{closer}`; what stands in between was not judged"))
        }
        Issue::UnclosedComment(at) => {
            (at, 2, "this comment is not closed".to_owned(), "write `*/` where it ends".to_owned())
        }
        Issue::Unopened(at) => {
            let closer = file.text()[at..].chars().next().unwrap_or('}');
            let message = format!("nothing was opened that this `{closer}` closes");
            (at, 1, message, "remove it, or write the bracket that is missing before it".to_owned())
        }
    };
    Problem::error(CODE, message).at(Span::of(file.id(), at..at + length)).help(help)
}

/// A part of a file that would take too long to parse.
pub(super) fn too_large(file: &SourceFile, part: Range<usize>) -> Problem {
    let head = file.text()[part.clone()].lines().next().unwrap_or_default().trim_end().len();
    Problem::error(CODE, "the objects in here have too many entries to be read")
        .at(Span::of(file.id(), part.start..part.start + head.max(1)))
        .help("keep maps of more than 10,000 entries in a data file, or split them over several files")
}

/// A quoted string that runs over the end of its line.
pub(super) fn multi_line_string(file: &SourceFile, span: Span) -> Problem {
    let line = file.slice(span).split('\n').next().unwrap_or_default().trim_end();
    let start = span.start as usize;
    let end = (start + line.len()).max(start + 1);
    Problem::error(CODE, "a quoted string ends on the line on which it begins")
        .at(Span::of(file.id(), start..end))
        .help("write the missing `\"`, `\\n` for a new line in the text, or a heredoc (`<<-EOT`)")
}

/// Keeps the last of the attributes that share a name, with a problem for each repetition.
pub(super) fn drop_redefined(
    file: &SourceFile,
    attributes: &mut Vec<Attribute>,
    problems: &mut Vec<Problem>,
) {
    let mut last: FxHashMap<Arc<str>, Span> = FxHashMap::default();
    for Attribute { name, key, .. } in attributes.iter() {
        if let Some(earlier) = last.insert(Arc::clone(name), *key) {
            let line = file.lines().line(earlier.start);
            let message = format!("the attribute `{name}` was already given on line {line}");
            let help = "remove one of the two; sglint took the last one";
            problems.push(Problem::error(CODE, message).at(*key).help(help));
        }
    }
    if last.len() < attributes.len() {
        attributes.retain(|attribute| last.get(&attribute.name) == Some(&attribute.key));
    }
}

/// The token at a place, or the last one before it where the line ends there.
fn token_at(text: &str, at: usize) -> (String, Range<usize>) {
    let at = at + text[at..].len() - text[at..].trim_start_matches([' ', '\t']).len();
    let rest = &text[at..];
    match rest.chars().next() {
        None | Some('\n' | '\r') => {
            let before = text[..at].trim_end();
            let start = before.char_indices().next_back().map_or(0, |(start, _)| start);
            ("the end of the line".to_owned(), start..before.len())
        }
        Some(first) => {
            let end = rest.find(|char| !is_word_char(char)).unwrap_or(rest.len()).max(first.len_utf8());
            let found = if first.is_control() {
                format!("the character U+{:04X}", u32::from(first))
            } else {
                let shown = rest.floor_char_boundary(end.min(LONGEST_TOKEN));
                format!("`{}{}`", &rest[..shown], if shown < end { "…" } else { "" })
            };
            (found, at..at + end)
        }
    }
}

/// hcl-edit's message as what was expected and what to do.
fn expectation(message: &str) -> (&'static str, &'static str) {
    const TABLE: &[(&str, &str, &str)] = &[
        (
            "newline or eof",
            "a new line behind the attribute or block",
            "write each attribute and block on lines of its own",
        ),
        (
            "invalid expression",
            "a value",
            "write a string in double quotes, a number, a list, an object or a reference",
        ),
        (
            "invalid escape sequence",
            "one of `n r t \" \\ u U` behind the backslash",
            "write `\\\\` for a backslash in a quoted string",
        ),
        ("hex code", "hexadecimal digits", "write `\\u` and four or `\\U` and eight hexadecimal digits"),
        (
            "invalid nesting depth",
            "at most 64 levels of nesting",
            "split the value: give its parts names in a `locals` block",
        ),
        (
            "chained binary operators",
            "at most 128 operators in a row",
            "split the value: give its parts names in a `locals` block",
        ),
        (
            "redefined",
            "another name",
            "the name is repeated so often that sglint gave up on the block; remove the repetitions",
        ),
        (
            "invalid traversal operator",
            "a name, a number or `*` behind the `.`",
            "complete the reference, or remove the `.`",
        ),
        (
            "invalid object value assignment",
            "`=` or `:` behind the key",
            "write an entry as `key = value`; put a key that is not a plain name in quotes or parentheses",
        ),
        (
            "invalid object item",
            "a `,`, a new line or `}` behind the value",
            "separate entries by new lines or commas",
        ),
        (
            "invalid structure",
            "`=` or `{` behind the name",
            "write an attribute as `name = value`, a block as `name \"label\" { … }`",
        ),
        (
            "invalid block body",
            "an attribute, a block or `}`",
            "write an attribute as `name = value` with a plain name, a block as `name \"label\" { … }`",
        ),
        ("heredoc end delimiter", "the end of the heredoc", "write its delimiter on a line of its own"),
        ("`=>`", "`=>`", "write `{ for key, value in collection : key => value }`"),
        ("`in`", "`in`", "write `for value in collection` or `for key, value in collection`"),
        ("`endif`", "`%{ endif }`", "close the directive"),
        ("`endfor`", "`%{ endfor }`", "close the directive"),
        ("`..`", "`...`", "write `...` behind the last argument, or remove the `.`"),
        (
            "expected identifier",
            "a name",
            "a name begins with a letter and holds letters, digits, `_` and `-`",
        ),
        ("expected digit", "a digit", "complete the number"),
        ("`:`", "a `:`", "write `condition ? value : other`, or `for value in collection : value`"),
        ("`]`", "a `,` or `]`", "separate elements by commas, and close the list or index with `]`"),
        ("`)`", "a `,` or `)`", "separate arguments by commas, and close the parenthesis with `)`"),
        ("`}`", "a `}`", "close the brace with `}`"),
    ];
    TABLE.iter().find(|(part, ..)| message.contains(part)).map_or(
        (
            "an attribute or a block",
            "write an attribute as `name = value`, a block as `name \"label\" { … }`",
        ),
        |&(_, expected, help)| (expected, help),
    )
}

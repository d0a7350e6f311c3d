//! Syntax errors in plain words.

use super::MAX_DEPTH;
use crate::problem::Problem;
use crate::source::{SourceFile, Span};

/// What saphyr-parser says, by a part of it, and what that means to somebody who wrote the file. The first
/// match counts.
const EXPLANATIONS: &[(&str, &str, &str)] = &[
    (
        "unknown anchor",
        "this alias refers to an anchor that is not defined before it",
        "define the anchor with `&name` further up, or put the text in quotes if `*` belongs to it",
    ),
    ("found a tab", "a tab is used as indentation", "indent with spaces"),
    ("tabs disallowed", "a tab is used as indentation", "indent with spaces"),
    ("tab cannot be used", "a tab is used as indentation", "indent with spaces"),
    ("cannot start with a tab", "a tab is used as indentation", "indent with spaces"),
    ("valid YAML whitespace", "a tab follows this indicator", "separate them with a space"),
    (
        "mapping values are not allowed",
        "a `:` cannot stand here",
        "check the indentation of this line, or put the text in quotes if the `:` belongs to it",
    ),
    ("quoted scalar, found unexpected end", "this quoted text never ends", "add the closing quote"),
    (
        "unexpected document indicator",
        "this quoted text runs into the next document",
        "add the closing quote",
    ),
    (
        "unknown escape character",
        "this text in double quotes holds an escape that does not exist",
        "write `\\\\` for a backslash, or use single quotes",
    ),
    (
        "hexadecimal number",
        "this text in double quotes holds an incomplete escape",
        "give all hexadecimal digits (`\\xHH`, `\\uHHHH`), or write `\\\\` for a backslash",
    ),
    (
        "invalid Unicode character escape",
        "this text in double quotes holds an escape for a character that does not exist",
        "write the character itself",
    ),
    (
        "trailing content after double-quoted",
        "something follows the closing quote",
        "double the quote if it belongs to the text, or put a comma or line break between the values",
    ),
    (
        "expected ',' or ']'",
        "expected `,` or `]` in this list",
        "close the list, or put a comma between its elements",
    ),
    (
        "expected ',' or '}'",
        "expected `,` or `}` in this mapping",
        "close the mapping, or put a comma between its entries",
    ),
    (
        "illegal placement of ':'",
        "a `:` cannot stand here",
        "close the list before it, or put the text in quotes if the `:` belongs to it",
    ),
    ("misplaced bracket", "this bracket closes nothing", "remove it, or open it first"),
    (
        "did not find expected key",
        "expected a key here",
        "indent this line like the keys it belongs to, or check quotes and brackets above it",
    ),
    (
        "expected '-' indicator",
        "expected a `-` here",
        "indent this line like the list it belongs to, or deeper if it belongs to the element above",
    ),
    (
        "simple key expect",
        "expected `:` after the key before this place",
        "add the `:`, or indent the line deeper if it continues the text above",
    ),
    (
        "comment intercepting",
        "a comment interrupts a text of several lines",
        "move the comment, or indent the next line like a new key",
    ),
    ("unexpected character", "a text without quotes cannot start like this", "put the text in quotes"),
    ("unprintable character", "the file holds a zero byte", "save it as UTF-8 text"),
    (
        "block sequence entries are not allowed",
        "a list cannot start here",
        "put the `-` on a line of its own, below its key",
    ),
    (
        "wrongly indented line in block scalar",
        "this line of the text block is indented less than its first line",
        "indent all lines of the block at least like the first",
    ),
    ("indentation", "this line is indented wrongly", "indent it like the lines it belongs to"),
    (
        "handle wasn't declared",
        "this tag has a prefix that is not declared",
        "write it with one `!`, as in `!Ref`, or declare it with `%TAG`",
    ),
    ("while scanning a tag", "this tag is not complete", "put a space behind the tag, as in `!Ref Name`"),
    (
        "expected node content",
        "expected a value here",
        "add the value, or check quotes and brackets around this place",
    ),
    (
        "expected <document start>",
        "the document has ended before this place",
        "indent this line like the rest of the document, or start a new one with `---`",
    ),
];

/// The problem for an error of saphyr-parser at a byte.
pub(super) fn yaml(file: &SourceFile, info: &str, at: usize) -> Problem {
    if info.contains("recursion limit") {
        return too_deep(file, at);
    }
    // A frequent slip in templates, which the parser takes for a missing key.
    if info.contains("did not find expected key") && file.text()[at..].starts_with('!') {
        return Problem::error("yaml-syntax", "a value cannot have two tags")
            .at(character(file, at))
            .help("write the outer function by its full name: `Fn::Base64: !Sub …`");
    }
    let known = EXPLANATIONS.iter().find(|(part, ..)| info.contains(part));
    let (message, help) = known.map_or_else(
        || (info.to_owned(), "check the indentation, quotes and brackets around this place"),
        |&(_, message, help)| (message.to_owned(), help),
    );
    Problem::error("yaml-syntax", message).at(character(file, at)).help(help)
}

/// The problem for a document that nests too deep at a byte.
pub(super) fn too_deep(file: &SourceFile, at: usize) -> Problem {
    Problem::error("nesting-too-deep", format!("this document nests deeper than {MAX_DEPTH} levels"))
        .at(character(file, at))
        .help("flatten the document; a template never needs this depth")
}

/// The problem for a text that is not JSON from a byte on.
pub(super) fn json(file: &SourceFile, message: &str, help: &str, at: usize) -> Problem {
    Problem::error("json-syntax", message).at(character(file, at)).help(help)
}

/// The character at a byte; nothing at the end of the text.
fn character(file: &SourceFile, at: usize) -> Span {
    let text = file.text();
    let start = text.floor_char_boundary(at.min(text.len()));
    let length = text[start..].chars().next().map_or(0, char::len_utf8);
    Span::new(file.id(), start, start + length)
}

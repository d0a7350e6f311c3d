//! What Terraform reads and hcl-edit refuses, in a spelling of equal length that hcl-edit reads.
//!
//! - A name that is given twice in an object (the last wins) or body (an error that costs one attribute, not
//!   the file) gets another name; [`Respelled`] remembers where.
//! - A new line inside of parentheses, brackets or `{ for … }` becomes a space, wherever it stands.
//! - A lone `\r` in a comment vanishes with the comment.
//! - A heredoc line that begins with the delimiter and goes on is text.
//! - A heredoc without text becomes `""`. hcl-edit reads on to the next line with the same delimiter, over
//!   whatever stands in between, and reports nothing.

use std::collections::BTreeMap;
use std::ops::Range;

use hcl::edit::parser::Error;

use super::effort::{self, Effort};
use super::scan::{Scanner, TokenKind, has_empty_heredoc};

/// How often another name is tried at one place.
const ATTEMPTS: usize = 64;

/// Where names and empty heredocs stand that the parser was given in another spelling.
#[derive(Debug, Default)]
pub(super) struct Respelled {
    ends: BTreeMap<usize, usize>,
}

impl Respelled {
    pub(super) fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The end of a node: its parser may have ended with a heredoc in a shorter spelling.
    pub(super) fn end(&self, parsed: &Range<usize>) -> usize {
        let last = self.ends.range(parsed.clone()).next_back();
        last.map_or(parsed.end, |(_, &end)| end.max(parsed.end))
    }

    /// The range in which the original of a respelled node stands.
    pub(super) fn original(&self, parsed: &Range<usize>) -> Option<Range<usize>> {
        self.ends.get(&parsed.start).map(|&end| parsed.start..end)
    }
}

/// A grammar of hcl-edit.
pub(super) struct Grammar<T> {
    pub(super) parser: fn(&str) -> Result<T, Error>,
    /// What may be added to a text, so that an error at its end is found at the end of its last line.
    pub(super) ending: &'static str,
}

/// Parses a text, respelled if it is refused or misread as it is. The error is that of the respelled text.
pub(super) fn parse<T>(
    text: &str,
    grammar: &Grammar<T>,
    effort: &mut Effort,
) -> Result<(T, Respelled), Error> {
    if let Some(Ok(parsed)) = as_written(text, grammar.parser) {
        return Ok((parsed, Respelled::default()));
    }
    let (mut spelling, mut respelled) = plain(text);
    spelling.push_str(grammar.ending);
    let pass = effort::one_pass(text);
    let mut tried = 0;
    let mut attempts = 0;
    loop {
        // An expression must not end in the space that a comment or heredoc left.
        let error = match (grammar.parser)(spelling.trim_end_matches(' ')) {
            Ok(parsed) => return Ok((parsed, respelled)),
            Err(error) => error,
        };
        let Some(name) = redefined_name(&spelling, &error) else { return Err(error) };
        let again = respelled.ends.insert(name.start, name.end).is_some();
        attempts = if again { attempts + 1 } else { 0 };
        if attempts == ATTEMPTS || !effort.suffices_again(pass) {
            return Err(error);
        }
        spelling.replace_range(name.clone(), &other_name(tried, name.len()));
        tried += 1;
    }
}

/// What the parser makes of a text as it is, unless it would misread it.
pub(super) fn as_written<T>(text: &str, parser: fn(&str) -> Result<T, Error>) -> Option<Result<T, Error>> {
    (!has_empty_heredoc(text)).then(|| parser(text))
}

/// The text without comments and without the new lines, delimiters and heredocs that trouble hcl-edit.
fn plain(text: &str) -> (String, Respelled) {
    let mut bytes = text.as_bytes().to_vec();
    let mut respelled = Respelled::default();
    let mut scanner = Scanner::new(text);
    while let Some(token) = scanner.next() {
        let range = token.range;
        match token.kind {
            TokenKind::Comment => bytes[range].fill(b' '),
            TokenKind::Newline if scanner.ignores_newlines() => bytes[range].fill(b' '),
            TokenKind::Newline => bytes[range.start..range.end - 1].fill(b' '),
            TokenKind::DelimiterInText => {
                // Any other byte that can be in a word; the text itself is read from the original.
                bytes[range.start] = if bytes[range.start] == b'_' { b'x' } else { b'_' };
            }
            TokenKind::EmptyHeredoc => {
                respelled.ends.insert(range.start, range.end);
                bytes[range.clone()].fill(b' ');
                bytes[range.start..range.start + 2].fill(b'"');
            }
            TokenKind::Code | TokenKind::Text => {}
        }
    }
    match String::from_utf8(bytes) {
        Ok(spelling) => (spelling, respelled),
        // A delimiter began with a character of several bytes, of which one was replaced.
        Err(_) => (text.to_owned(), Respelled::default()),
    }
}

/// The name that an error calls redefined.
fn redefined_name(text: &str, error: &Error) -> Option<Range<usize>> {
    let at = error.location().offset();
    let rest = text.get(at..)?;
    let message = error.message();
    let length = if message.contains("redefined attribute") {
        Scanner::new(rest).next()?.range.end
    } else if message.contains("redefined object key") {
        let mut scanner = Scanner::new(rest);
        let mut end = 0;
        while let Some(token) = scanner.next() {
            if scanner.depth() == 0 && matches!(&rest[token.range.clone()], "=" | ":") {
                break;
            }
            end = token.range.end;
        }
        end
    } else {
        return None;
    };
    (length > 0).then(|| at..at + length)
}

/// The `number`th name of a length.
fn other_name(mut number: usize, length: usize) -> String {
    const LETTERS: &[u8; 52] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let letter = |_| {
        let letter = LETTERS[number % LETTERS.len()];
        number /= LETTERS.len();
        char::from(letter)
    };
    (0..length).map(letter).collect()
}

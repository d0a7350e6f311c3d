//! What Terraform reads and hcl-edit refuses, in a spelling of equal length that hcl-edit reads.
//!
//! - A name that is given twice in an object (the last wins) or body (an error that costs one attribute, not
//!   the file) gets another name; [`Respelled`] remembers where.
//! - A new line inside of parentheses, brackets or `{ for … }` becomes a space, wherever it stands.
//! - A lone `\r` in a comment vanishes with the comment.
//! - A heredoc line that begins with the delimiter and goes on is text.

use std::collections::BTreeMap;
use std::ops::Range;

use hcl::edit::parser::Error;

use super::scan::{Scanner, TokenKind};

/// Bytes that may be parsed again for the sake of names given twice, for one file. Each such name costs one
/// more pass over the block it stands in.
pub(super) const REPARSE_BUDGET: usize = 16 * 1024 * 1024;

/// How often another name is tried at one place.
const ATTEMPTS: usize = 64;

/// Where names stand that the parser was given in another spelling.
#[derive(Debug, Default)]
pub(super) struct Respelled {
    ends: BTreeMap<usize, usize>,
}

impl Respelled {
    pub(super) fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The range in which the original of a respelled name stands.
    pub(super) fn original(&self, parsed: &Range<usize>) -> Option<Range<usize>> {
        self.ends.get(&parsed.start).map(|&end| parsed.start..end)
    }
}

/// Parses a text, respelled if it is refused as it is. The error is that of the respelled text.
pub(super) fn parse<T>(
    text: &str,
    parser: fn(&str) -> Result<T, Error>,
    budget: &mut usize,
) -> Result<(T, Respelled), Error> {
    if let Ok(parsed) = parser(text) {
        return Ok((parsed, Respelled::default()));
    }
    let mut respelled = Respelled::default();
    let mut spelling = plain(text);
    let mut tried = 0;
    loop {
        let error = match parser(&spelling) {
            Ok(parsed) => return Ok((parsed, respelled)),
            Err(error) => error,
        };
        let Some(name) = redefined_name(&spelling, &error) else { return Err(error) };
        let again = respelled.ends.insert(name.start, name.end).is_some();
        if (again && tried % ATTEMPTS == 0) || *budget < text.len() {
            return Err(error);
        }
        *budget -= text.len();
        spelling.replace_range(name.clone(), &other_name(tried, name.len()));
        tried += 1;
    }
}

/// The text without comments and without the new lines and delimiters that trouble hcl-edit.
fn plain(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
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
            TokenKind::Code | TokenKind::Text => {}
        }
    }
    // Whole characters were replaced by ASCII, except for a delimiter that begins with a longer character.
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
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

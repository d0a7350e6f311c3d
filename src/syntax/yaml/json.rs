//! JSON (RFC 8259) to the same tree.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use super::build::{Builder, Collection, Properties, Slot};
use super::tree::ScalarStyle;
use super::{Parsed, syntax_error};
use crate::problem::Problem;
use crate::source::SourceFile;

/// Reads a text as one JSON document.
pub(super) fn read(file: &SourceFile) -> Parsed {
    read_into(file, 0..file.text().len(), Builder::new(file))
}

/// Reads a part of a text that is one JSON value.
pub(super) fn read_part(file: &SourceFile, part: Range<usize>) -> Parsed {
    read_into(file, part, Builder::new(file))
}

/// Reads a text as one JSON document, with all entries of a repeated key.
pub(super) fn read_repeats(file: &SourceFile) -> Parsed {
    read_into(file, 0..file.text().len(), Builder::keeping_repeats(file))
}

/// The escapes in a text between quotes: where each begins, how many bytes it takes, and how many bytes what it stands
/// for takes.
pub(in crate::syntax) fn escapes(text: &str) -> Vec<(usize, usize, usize)> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = bytes.get(at..).and_then(|rest| rest.iter().position(|&byte| byte == b'\\')) {
        at += next;
        let Some((character, length)) = unescape(&bytes[at..]) else { break };
        found.push((at, length, character.len_utf8()));
        at += length;
    }
    found
}

fn read_into<'file>(file: &'file SourceFile, part: Range<usize>, builder: Builder<'file>) -> Parsed {
    let text = &file.text()[..part.end];
    let mut reader = Reader { file, text, at: part.start, open: Vec::new(), builder };
    let failure = reader.document().err();
    if failure.is_none() {
        reader.builder.end_document();
    }
    reader.builder.finish(failure)
}

struct Reader<'file> {
    file: &'file SourceFile,
    text: &'file str,
    at: usize,
    /// The open collections, innermost last.
    open: Vec<Collection>,
    builder: Builder<'file>,
}

impl Reader<'_> {
    /// Values until the outermost is complete. The nesting is on the heap.
    fn document(&mut self) -> Result<(), Problem> {
        loop {
            self.value()?;
            // A value is complete: close what ends here, then go on to the next value.
            loop {
                let Some(&collection) = self.open.last() else {
                    return match self.peek() {
                        None => Ok(()),
                        Some(_) => Err(self.error(
                            "something follows the end of the JSON document",
                            "keep one document in the file",
                        )),
                    };
                };
                let slot = self.builder.slot();
                match (self.peek(), collection) {
                    (Some(b':'), Collection::Mapping) if slot == Slot::Value => self.at += 1,
                    (_, Collection::Mapping) if slot == Slot::Value => {
                        return Err(
                            self.error("expected `:` after this key", "put `:` between key and value")
                        );
                    }
                    (Some(b','), _) => {
                        self.at += 1;
                        if matches!(self.peek(), Some(b']' | b'}')) {
                            return Err(
                                self.error("nothing follows the comma before this place", "remove the comma")
                            );
                        }
                    }
                    (Some(b']'), Collection::Sequence) | (Some(b'}'), Collection::Mapping) => {
                        self.close();
                        continue;
                    }
                    (_, Collection::Sequence) => {
                        return Err(self.error(
                            "expected `,` or `]` in this list",
                            "close the list, or put a comma between its elements",
                        ));
                    }
                    (_, Collection::Mapping) => {
                        return Err(self.error(
                            "expected `,` or `}` in this object",
                            "close the object, or put a comma between its entries",
                        ));
                    }
                }
                break;
            }
        }
    }

    /// A scalar, an empty collection, or a collection up to its first scalar.
    fn value(&mut self) -> Result<(), Problem> {
        loop {
            let next = self.peek();
            if self.builder.slot() == Slot::Key && next != Some(b'"') {
                return Err(self.error("expected a key in double quotes", "write the key in double quotes"));
            }
            match next {
                Some(b'{') => self.open(Collection::Mapping)?,
                Some(b'[') => self.open(Collection::Sequence)?,
                Some(b'"') => return self.string(),
                Some(b'-' | b'0'..=b'9' | b'a'..=b'z') => return self.word(),
                _ => {
                    return Err(self.error(
                        "expected a value here",
                        "write an object, a list, a text in double quotes, a number, `true`, `false` or `null`",
                    ));
                }
            }
            if matches!(
                (self.peek(), self.open.last()),
                (Some(b']'), Some(Collection::Sequence)) | (Some(b'}'), Some(Collection::Mapping))
            ) {
                self.close();
                return Ok(());
            }
        }
    }

    fn open(&mut self, kind: Collection) -> Result<(), Problem> {
        let opened = self.builder.open(kind, self.at, Properties::default());
        opened.map_err(|_| syntax_error::too_deep(self.file, self.at))?;
        self.open.push(kind);
        self.at += 1;
        Ok(())
    }

    fn close(&mut self) {
        self.at += 1;
        self.open.pop();
        self.builder.close(Some(self.at));
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, range: Range<usize>) {
        self.at = range.end;
        self.builder.scalar(Arc::from(text), style, range, Properties::default());
    }

    /// `true`, `false`, `null` or a number.
    fn word(&mut self) -> Result<(), Problem> {
        let start = self.at;
        let bytes = &self.text.as_bytes()[start..];
        let length = bytes
            .iter()
            .position(|byte| !byte.is_ascii_alphanumeric() && !b"+-.".contains(byte))
            .unwrap_or(bytes.len());
        let word = &self.text[start..start + length];
        if !matches!(word, "true" | "false" | "null") && !is_number(word.as_bytes()) {
            return Err(self.error(&format!("`{word}` is not a JSON value"), "put the text in double quotes"));
        }
        self.scalar(word, ScalarStyle::Plain, start..start + length);
        Ok(())
    }

    fn string(&mut self) -> Result<(), Problem> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let mut text = Cow::Borrowed("");
        let mut copied = start + 1;
        let mut at = copied;
        loop {
            match bytes.get(at) {
                Some(b'"') => break,
                Some(b'\\') => {
                    let escaped = unescape(&bytes[at..]);
                    let Some((character, length)) = escaped else {
                        self.at = at;
                        return Err(self.error(
                            "this text holds an escape that JSON does not know",
                            "write `\\\\` for a backslash; a character beyond U+FFFF needs both `\\uHHHH`",
                        ));
                    };
                    let text = text.to_mut();
                    text.push_str(&self.text[copied..at]);
                    text.push(character);
                    at += length;
                    copied = at;
                }
                Some(0..0x20) => {
                    self.at = at;
                    return Err(self.error(
                        "a JSON text cannot hold a line break or control character",
                        "close the quote, or write `\\n` for a line break",
                    ));
                }
                Some(_) => at += 1,
                None => return Err(self.error("this quoted text never ends", "add the closing quote")),
            }
        }
        let rest = &self.text[copied..at];
        if text.is_empty() {
            self.scalar(rest, ScalarStyle::Quoted, start..at + 1);
        } else {
            text.to_mut().push_str(rest);
            self.scalar(&text, ScalarStyle::Quoted, start..at + 1);
        }
        Ok(())
    }

    /// The next byte that is not blank.
    fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = bytes.get(self.at) {
            self.at += 1;
        }
        bytes.get(self.at).copied()
    }

    fn error(&self, message: &str, help: &str) -> Problem {
        syntax_error::json(self.file, message, help, self.at)
    }
}

/// The character that an escape stands for, and how many bytes it takes.
fn unescape(bytes: &[u8]) -> Option<(char, usize)> {
    let simple = match bytes.get(1)? {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => {
            let unit = |at: usize| {
                let digits =
                    bytes.get(at..at + 4).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))?;
                u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
            };
            let first = unit(2)?;
            if let Some(character) = char::from_u32(u32::from(first)) {
                return Some((character, 6));
            }
            let second = bytes[6..].starts_with(b"\\u").then(|| unit(8)).flatten()?;
            let character = char::decode_utf16([first, second]).next()?.ok()?;
            return Some((character, 12));
        }
        _ => return None,
    };
    Some((simple, 2))
}

/// Whether a word is a JSON number: `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`.
fn is_number(word: &[u8]) -> bool {
    let digits = |from: &[u8]| from.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut rest = word.strip_prefix(b"-").unwrap_or(word);
    let whole = digits(rest);
    if whole == 0 || (whole > 1 && rest[0] == b'0') {
        return false;
    }
    rest = &rest[whole..];
    if let Some(fraction) = rest.strip_prefix(b".") {
        let length = digits(fraction);
        if length == 0 {
            return false;
        }
        rest = &fraction[length..];
    }
    if let [b'e' | b'E', exponent @ ..] = rest {
        let exponent = match exponent {
            [b'+' | b'-', digits @ ..] => digits,
            _ => exponent,
        };
        let length = digits(exponent);
        return length > 0 && length == exponent.len();
    }
    rest.is_empty()
}

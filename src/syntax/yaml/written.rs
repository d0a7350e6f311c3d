//! Where the parts of a scalar's text stand in the text as written, which escapes, folding and indentation change.

use super::tree::{Node, NodeKind, ScalarStyle};
use crate::source::Span;

/// Walks through a scalar's text and its written form side by side.
///
/// White space is what folding and indentation change, so the two are matched by everything else. All steps
/// together take time in proportion to the text.
#[derive(Debug)]
pub struct Written<'a> {
    text: &'a str,
    raw: Raw<'a>,
    base: Span,
}

impl<'a> Written<'a> {
    /// At the start of a scalar whose span holds `raw`. `None` if the node is no scalar, or does not mean what is
    /// written there: the parts of a text that was put together have no place.
    pub fn of(raw: &'a str, node: &'a Node) -> Option<Self> {
        let NodeKind::Scalar { text, style } = &node.kind else { return None };
        let raw = Raw::of(raw, *style);
        let solid = text.chars().filter(|character| !character.is_whitespace());
        let same = raw.clone().map(|(character, ..)| character).eq(solid);
        same.then_some(Self { text, raw, base: node.span })
    }

    /// The place of the next `length` bytes of the text, without white space at its ends; empty where these are
    /// nothing but white space.
    pub fn advance(&mut self, length: usize) -> Span {
        let (part, rest) = self.text.split_at_checked(length).unwrap_or((self.text, ""));
        self.text = rest;
        let solid = part.chars().filter(|character| !character.is_whitespace());
        let here = self.raw.at;
        let mut place = None;
        for _ in solid {
            let Some((_, start, end)) = self.raw.next() else { break };
            place = Some((place.map_or(start, |(first, _)| first), end));
        }
        let (start, end) = place.unwrap_or((here, here));
        let base = self.base.start as usize;
        Span::new(self.base.file, base + start, base + end)
    }
}

/// The characters of a written scalar that are not white space, each as it is meant and where it stands.
#[derive(Clone, Debug)]
struct Raw<'a> {
    text: &'a str,
    at: usize,
    end: usize,
    quote: Option<char>,
}

impl<'a> Raw<'a> {
    fn of(text: &'a str, style: ScalarStyle) -> Self {
        let quote = text.chars().next().filter(|_| style == ScalarStyle::Quoted);
        let (at, end) = match style {
            ScalarStyle::Plain => (0, text.len()),
            ScalarStyle::Quoted => (text.len().min(1), text.len().saturating_sub(1)),
            // The line of the indicator may hold a comment.
            ScalarStyle::Block => (text.find('\n').unwrap_or(text.len()), text.len()),
        };
        Self { text, at, end, quote }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..self.end).unwrap_or_default()
    }

    /// What stands behind a backslash: its meaning, and its length with the backslash. A line that goes on means
    /// nothing.
    fn escaped(rest: &str) -> (Option<char>, usize) {
        let Some(kind) = rest[1..].chars().next() else { return (Some('\\'), 1) };
        let digits = match kind {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => {
                let meant = match kind {
                    '\n' | '\r' => None,
                    't' | 'n' | 'v' | 'f' | 'r' | 'N' | '_' | 'L' | 'P' | '\t' | ' ' => Some(' '),
                    '0' => Some('\0'),
                    'a' => Some('\u{7}'),
                    'b' => Some('\u{8}'),
                    'e' => Some('\u{1b}'),
                    other => Some(other),
                };
                return (meant, 1 + kind.len_utf8());
            }
        };
        let code = |text: &str, digits: usize| u32::from_str_radix(text.get(2..2 + digits)?, 16).ok();
        let Some(first) = code(rest, digits) else { return (Some(kind), 1 + kind.len_utf8()) };
        let length = 2 + digits;
        if (0xd800..0xdc00).contains(&first)
            && let Some(second) = rest.get(length..).filter(|next| next.starts_with("\\u"))
            && let Some(second) = code(second, 4).and_then(|second| second.checked_sub(0xdc00))
        {
            let joined = 0x1_0000 + (first - 0xd800) * 0x400 + second;
            return (char::from_u32(joined), length + 6);
        }
        (char::from_u32(first), length)
    }
}

impl Iterator for Raw<'_> {
    type Item = (char, usize, usize);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let rest = self.rest();
            let first = rest.chars().next()?;
            let (meant, length) = match (self.quote, first) {
                (Some('"'), '\\') => Self::escaped(rest),
                (Some('\''), '\'') if rest.starts_with("''") => (Some('\''), 2),
                _ => (Some(first), first.len_utf8()),
            };
            let start = self.at;
            self.at += length;
            match meant {
                Some(character) if !character.is_whitespace() => return Some((character, start, self.at)),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::source::SourceMap;
    use crate::syntax::yaml::parse;

    /// The written form of each part of the only value.
    fn places(text: &str, parts: &[&str]) -> Vec<String> {
        let file = SourceMap::new("/").add("t.yaml", text);
        let parsed = parse(&file);
        let node = &parsed.documents[0].entries()[0].value;
        let whole = node.as_str().unwrap();
        assert_eq!(parts.concat(), whole, "the parts are the text");
        let mut written = Written::of(file.slice(node.span), node).expect("a scalar");
        parts.iter().map(|part| file.slice(written.advance(part.len())).to_owned()).collect()
    }

    #[test]
    fn parts_are_found_in_every_style() {
        assert_eq!(places("k: a ${B} c", &["a ", "${B}", " c"]), ["a", "${B}", "c"]);
        assert_eq!(places("k: 'it''s ${B}'", &["it's ", "${B}"]), ["it''s", "${B}"]);
        assert_eq!(
            places(r#"k: "\x24{B} \t\"${C}""#, &["${B}", " \t\"", "${C}"]),
            [r"\x24{B}", r#"\""#, "${C}"]
        );
        assert_eq!(places("k: |\n  one ${B}\n  two\n", &["one ", "${B}", "\ntwo\n"]), ["one", "${B}", "two"]);
        assert_eq!(places("k: >- # folded\n  x\n  ${B}\n\n  y", &["x ", "${B}", "\ny"]), ["x", "${B}", "y"]);
        assert_eq!(
            places("k: \"one\n  ${B} tw\\\n  o\"", &["one ", "${B}", " two"]),
            ["one", "${B}", "tw\\\n  o"]
        );
    }

    #[test]
    fn json_escapes_are_followed() {
        let text = r#"{"k": "\u0024{B} \ud83d\ude00 ${C}\/"}"#;
        assert_eq!(
            places(text, &["${B}", " 😀 ", "${C}", "/"]),
            [r"\u0024{B}", r"\ud83d\ude00", "${C}", r"\/"]
        );
    }

    proptest! {
        /// Whatever is written, every part is inside the scalar, and reads back as itself but for white space.
        #[test]
        fn plain_words_read_back(words in prop::collection::vec("[a-z0-9/.]{1,6}", 1..8), style in 0..4) {
            let joined = words.join(" ");
            let text = match style {
                0 => format!("k: x{joined}"),
                1 => format!("k: 'x{joined}'"),
                2 => format!("k: \"x{}\"", words.join("\n   ")),
                _ => format!("k: >-\n  x{}", words.join("\n  ")),
            };
            let expected: Vec<_> = words.iter().enumerate().map(|(index, word)| {
                if index == 0 { format!("x{word}") } else { format!(" {word}") }
            }).collect();
            let parts: Vec<&str> = expected.iter().map(String::as_str).collect();
            let found = places(&text, &parts);
            prop_assert_eq!(found, parts.iter().map(|part| part.trim().to_owned()).collect::<Vec<_>>());
        }
    }
}

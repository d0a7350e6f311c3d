//! Text from judged files on its way to a terminal.

use std::borrow::Cow;

/// The text without characters that a terminal would act upon: control characters and marks that reorder
/// text. Each is replaced by one of the same length in bytes, so that spans stay right. Line breaks and tabs
/// stay.
pub fn printable(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| (b' '..0x7f).contains(&byte) || matches!(byte, b'\n' | b'\r' | b'\t'))
        || !text.chars().any(acts)
    {
        return Cow::Borrowed(text);
    }
    let shown = |character: char| match (acts(character), character.len_utf8()) {
        (false, _) => character,
        (true, 1) => '?',
        (true, 2) => '¿',
        (true, _) => char::REPLACEMENT_CHARACTER,
    };
    Cow::Owned(text.chars().map(shown).collect())
}

fn acts(character: char) -> bool {
    match character {
        '\n' | '\r' | '\t' => false,
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        _ => character.is_control(),
    }
}

/// The text in lines of at most `width` columns where words allow it, all but the first after `indent`. Lines
/// are joined as in a paragraph; empty lines, and lines that are indented or start a list item, stay apart.
pub(super) fn wrap(text: &str, width: usize, indent: &str) -> String {
    let mut wrapped = String::new();
    let mut column = 0;
    for (index, line) in text.lines().enumerate() {
        let apart = line.trim().is_empty() || line.starts_with([' ', '\t', '-', '*']);
        if index > 0 && (apart || wrapped.ends_with('\n')) {
            wrapped.push('\n');
            column = 0;
        }
        for word in line.split_whitespace() {
            let length = word.chars().count();
            if column > 0 && column + 1 + length > width {
                wrapped.push('\n');
                column = 0;
            }
            if column > 0 {
                wrapped.push(' ');
                column += 1;
            } else if !wrapped.is_empty() {
                wrapped.push_str(indent);
            }
            wrapped.push_str(word);
            column += length;
        }
    }
    wrapped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_act_upon_is_replaced_in_place() {
        let text = "a\u{1b}[2Jb\u{9b}c\u{202e}d\té\r\n";
        assert_eq!(printable(text), "a?[2Jb¿c\u{fffd}d\té\r\n");
        assert_eq!(printable(text).len(), text.len());
    }

    #[test]
    fn wraps_between_words_and_keeps_paragraphs_and_items() {
        assert_eq!(wrap("one\ntwo three\n\nfour", 8, "  "), "one two\n  three\n\n  four");
        assert_eq!(wrap("items:\n- one\n- two", 20, "  "), "items:\n  - one\n  - two");
        assert_eq!(wrap("verylongword x", 4, "  "), "verylongword\n  x");
    }

    #[test]
    fn ordinary_text_is_not_copied() {
        assert!(matches!(printable("größe = 1\n"), Cow::Borrowed(_)));
    }
}

//! The comments of a text.

use super::scan::{Scanner, TokenKind};
use crate::source::{SourceFile, Span};
use crate::syntax::comment::Comment;

/// All comments in source order: `#`, `//` and `/* */`, but not what merely looks like one inside a string or
/// heredoc. Works on texts that do not parse.
pub fn comments(file: &SourceFile) -> Vec<Comment> {
    let mut comments = Vec::new();
    let mut line_begins = true;
    for token in Scanner::new(file.text()) {
        if token.kind == TokenKind::Comment {
            let span = Span::of(file.id(), token.range);
            let text = content(file.slice(span)).to_owned();
            comments.push(Comment { span, text, own_line: line_begins });
        }
        line_begins = token.kind == TokenKind::Newline;
    }
    comments
}

/// A comment without its markers.
fn content(written: &str) -> &str {
    let inner = if let Some(block) = written.strip_prefix("/*") {
        block.strip_suffix("*/").unwrap_or(block)
    } else {
        written.strip_prefix("//").unwrap_or_else(|| written.trim_start_matches('#'))
    };
    inner.trim()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceMap;

    fn texts(text: &str) -> Vec<(String, bool)> {
        let file = SourceMap::default().add("a.tf", text);
        comments(&file).into_iter().map(|comment| (comment.text, comment.own_line)).collect()
    }

    #[test]
    fn every_form_is_found_with_its_place_on_the_line() {
        let found = texts("# one\r\na = 1 // two\n  /* three\n */ b = 2 # four");
        let expected = [("one", true), ("two", false), ("three", true), ("four", false)];
        assert_eq!(found, expected.map(|(text, own_line)| (text.to_owned(), own_line)));
    }

    #[test]
    fn strings_and_heredocs_hold_no_comments() {
        let found =
            texts("a = \"# no ${f(\"//\") /* yes */} \\\" # no\"\nb = <<-EOT\n  # no\n  EOT\nc = 1 # end\n");
        assert_eq!(found.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>(), ["yes", "end"]);
    }

    #[test]
    fn a_text_that_does_not_parse_keeps_its_comments() {
        let found = texts("a = ] # one\nb = \"open # no\n# two\n");
        assert_eq!(found.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>(), ["one", "two"]);
    }
}

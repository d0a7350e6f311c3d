//! From a place in a YAML scalar's text to the place in its file.

use std::ops::Range;

use crate::source::{SourceFile, Span};
use crate::syntax::yaml::{Node, NodeKind, ScalarStyle};

/// Where bytes of a scalar's text are written. Folding, indentation and escapes add or drop characters of a
/// few kinds only, so the two are walked side by side; if they part, the whole scalar is the answer.
pub fn place(file: &SourceFile, node: &Node, range: &Range<usize>) -> Span {
    place_exactly(file, node, range).unwrap_or(node.span)
}

fn place_exactly(file: &SourceFile, node: &Node, range: &Range<usize>) -> Option<Span> {
    let NodeKind::Scalar { text, style } = &node.kind else { return None };
    let written = file.slice(node.span);
    let body = match style {
        ScalarStyle::Plain => 0,
        ScalarStyle::Quoted => 1,
        ScalarStyle::Block => written.find('\n')? + 1,
    };
    let mut rest = written[body..].char_indices().filter(|(_, c)| !c.is_whitespace());
    let (mut start, mut end) = (None, None);
    for (offset, wanted) in text.char_indices().filter(|(_, c)| !c.is_whitespace()) {
        let (found, _) = rest.find(|&(_, c)| c == wanted)?;
        let at = node.span.start as usize + body + found;
        if offset >= range.start && start.is_none() {
            start = Some(at);
        }
        if offset < range.end.max(range.start + 1) {
            end = Some(at + wanted.len_utf8());
        }
    }
    // Behind the last character: the end of the text.
    let start = start.or(end)?;
    Some(Span::new(file.id(), start, end?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceMap;
    use crate::syntax::yaml;

    fn written(source: &str, word: &str) -> (String, usize) {
        let sources = SourceMap::new("/");
        let file = sources.add("rule.yaml", source);
        let parsed = yaml::parse(&file);
        let node = parsed.documents[0].get("when").unwrap();
        let start = node.as_str().unwrap().find(word).unwrap();
        let span = place(&file, node, &(start..start + word.len()));
        (file.slice(span).to_owned(), file.position(span.start).line)
    }

    #[test]
    fn finds_the_word_in_every_style() {
        for (source, line) in [
            ("when: a && wrong == 'x'\n", 1),
            ("when: \"a && \\\"b\\\" == wrong\"\n", 1),
            ("when: 'a == ''b'' && wrong'\n", 1),
            ("when: >\n  a\n\n  && b\n  && wrong\n", 5),
            ("when: |-\n   a &&\n   wrong\n", 3),
            ("when: a &&\n  b && wrong\n", 2),
        ] {
            assert_eq!(written(source, "wrong"), ("wrong".to_owned(), line), "{source}");
        }
    }

    #[test]
    fn several_words_span_their_lines() {
        assert_eq!(written("when: >\n  a &&\n  b\n", "a && b").0, "a &&\n  b");
    }
}

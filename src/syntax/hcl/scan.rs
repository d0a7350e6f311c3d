//! What a full parser does not give back once it has failed: where strings, heredocs, comments and brackets
//! begin and end.
//!
//! The scanner reads any text to its end, in linear time and without recursion. It names what is left open
//! or closed twice ([`Issue`]), and goes on behind it as a reader would.

use std::ops::Range;

use rustc_hash::FxHashMap;

/// One token of the text outside of white space.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) range: Range<usize>,
}

/// What a token is, as far as recovery and comments need to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// The end of a line between tokens (not in a string or heredoc), with its `\r`.
    Newline,
    /// A comment with its marker, without the end of the line.
    Comment,
    /// A word, an operator, a bracket, a quote, or the start of an interpolation.
    Code,
    /// Text of a string or heredoc; also the heredoc's first and last line.
    Text,
    /// The first byte of a heredoc line that begins with the delimiter but goes on, so that it is text.
    DelimiterInText,
    /// A whole heredoc without text.
    EmptyHeredoc,
}

/// Something that is open at a place in the text.
#[derive(Clone, Debug)]
struct Opened {
    what: Opener,
    at: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opener {
    Parenthesis,
    Bracket,
    /// A block or object: a new line separates what is in it.
    Brace,
    /// `{ for …`: a new line is mere space in it.
    ForBrace,
    /// `${` or `%{`.
    Sequence,
    Quote,
    /// A heredoc and the line on which it ends.
    Heredoc {
        delimiter_at: usize,
        delimiter_end: usize,
        last_line: usize,
    },
}

/// What the scanner found open or closed that should not be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Issue {
    /// Opened at the offset and never closed, or closed by the wrong bracket.
    Unclosed(Opener, usize),
    /// A `/*` without `*/`.
    UnclosedComment(usize),
    /// A closing bracket at the offset that nothing opened.
    Unopened(usize),
}

pub(super) struct Scanner<'a> {
    text: &'a str,
    at: usize,
    open: Vec<Opened>,
    issue: Option<Issue>,
    /// Starts of the lines that hold one identifier and nothing else, where heredocs can end.
    delimiter_lines: Option<FxHashMap<&'a str, Vec<usize>>>,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, open: Vec::new(), issue: None, delimiter_lines: None }
    }

    /// A scanner of a text that is a template: as if it stood in a heredoc.
    pub(super) fn new_template(text: &'a str) -> Self {
        let what = Opener::Heredoc { delimiter_at: 0, delimiter_end: 0, last_line: usize::MAX };
        Self { open: vec![Opened { what, at: 0 }], ..Self::new(text) }
    }

    /// How many brackets, strings and heredocs are open.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// Whether a new line is mere space here.
    pub(super) fn ignores_newlines(&self) -> bool {
        self.open.last().is_some_and(|opened| opened.what != Opener::Brace)
    }

    /// The first issue since this was last asked.
    pub(super) fn take_issue(&mut self) -> Option<Issue> {
        self.issue.take()
    }

    /// Forgets what is open; the innermost becomes the issue if there is no earlier one.
    pub(super) fn abandon(&mut self) {
        if let Some(opened) = self.open.last() {
            let issue = Issue::Unclosed(opened.what, opened.at);
            self.report(issue);
        }
        self.open.clear();
    }

    /// Goes back to an offset at which nothing was open.
    pub(super) fn restart(&mut self, at: usize) {
        self.at = at;
        self.open.clear();
        self.issue = None;
    }

    fn report(&mut self, issue: Issue) {
        self.issue.get_or_insert(issue);
    }

    fn bytes(&self) -> &'a [u8] {
        self.text.as_bytes()
    }

    fn rest(&self) -> &'a [u8] {
        &self.bytes()[self.at..]
    }

    fn token(&mut self, kind: TokenKind, length: usize) -> Token {
        let start = self.at;
        self.at = (start + length).min(self.text.len());
        Token { kind, range: start..self.at }
    }

    fn push(&mut self, what: Opener) {
        self.open.push(Opened { what, at: self.at });
    }

    fn code(&mut self) -> Option<Token> {
        let blank = self.rest().iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        self.at += blank;
        let rest = self.rest();
        let length = match rest {
            [] => return None,
            [b'\n', ..] => return Some(self.token(TokenKind::Newline, 1)),
            [b'\r', b'\n', ..] => return Some(self.token(TokenKind::Newline, 2)),
            [b'#', ..] | [b'/', b'/', ..] => return Some(self.line_comment()),
            [b'/', b'*', ..] => return Some(self.block_comment()),
            [b'<', b'<', ..] => return Some(self.heredoc_start()),
            [byte, ..] if is_word(*byte) => rest.iter().take_while(|&&byte| is_word(byte)).count(),
            _ => 1,
        };
        match rest[0] {
            b'"' => self.push(Opener::Quote),
            b'(' => self.push(Opener::Parenthesis),
            b'[' => self.push(Opener::Bracket),
            b'{' if begins_for(&rest[1..]) => self.push(Opener::ForBrace),
            b'{' => self.push(Opener::Brace),
            closer @ (b')' | b']' | b'}') => self.close(closer),
            _ => {}
        }
        Some(self.token(TokenKind::Code, length))
    }

    fn line_comment(&mut self) -> Token {
        let rest = self.rest();
        let length = rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len());
        let length = if rest[..length].ends_with(b"\r") { length - 1 } else { length };
        self.token(TokenKind::Comment, length)
    }

    fn block_comment(&mut self) -> Token {
        let length = self.text[self.at + 2..].find("*/");
        if length.is_none() {
            self.report(Issue::UnclosedComment(self.at));
        }
        self.token(TokenKind::Comment, length.map_or(self.text.len(), |length| length + 4))
    }

    /// A `}` also closes the parentheses and brackets that were left open inside: one missing `]` must not
    /// cost the blocks that follow.
    fn close(&mut self, closer: u8) {
        let closes = |what| match closer {
            b')' => what == Opener::Parenthesis,
            b']' => what == Opener::Bracket,
            _ => matches!(what, Opener::Brace | Opener::ForBrace | Opener::Sequence),
        };
        if closer == b'}' {
            while let Some(Opened { what: what @ (Opener::Parenthesis | Opener::Bracket), at }) =
                self.open.last()
            {
                let issue = Issue::Unclosed(*what, *at);
                self.report(issue);
                self.open.pop();
            }
        }
        if self.open.last().is_some_and(|opened| closes(opened.what)) {
            self.open.pop();
        } else {
            self.report(Issue::Unopened(self.at));
        }
    }

    fn quoted(&mut self) -> Option<Token> {
        let rest = self.rest();
        let mut length = 0;
        loop {
            match &rest[length..] {
                // The quote that opened the string was consumed by `code`.
                [b'"', ..] => {
                    self.open.pop();
                    return Some(self.token(TokenKind::Text, length + 1));
                }
                [] | [b'\n', ..] => {
                    self.abandon_quote();
                    if length == 0 {
                        return self.code();
                    }
                    return Some(self.token(TokenKind::Text, length));
                }
                [b'\\', next, ..] if *next != b'\n' => length += 2,
                [b'$', b'$', b'{', ..] | [b'%', b'%', b'{', ..] => length += 3,
                [b'$' | b'%', b'{', ..] => return Some(self.sequence(length)),
                _ => length += 1,
            }
        }
    }

    /// A quote without an end. Directly in an interpolation it is more likely the end of the string around
    /// an interpolation that is not closed: `"50%{"`.
    fn abandon_quote(&mut self) {
        let quote = self.open.pop();
        let around = self.open.last().filter(|around| around.what == Opener::Sequence);
        if let Some(Opened { what, at }) = around.cloned().or(quote) {
            self.report(Issue::Unclosed(what, at));
        }
    }

    /// The start of an interpolation or directive, `skip` bytes ahead.
    fn sequence(&mut self, skip: usize) -> Token {
        let start = self.at;
        self.at += skip;
        self.push(Opener::Sequence);
        self.at += 2;
        Token { kind: TokenKind::Text, range: start..self.at }
    }

    fn heredoc_start(&mut self) -> Token {
        let rest = self.rest();
        let dash = usize::from(rest.get(2) == Some(&b'-'));
        let word = 2 + dash..2 + dash + rest[2 + dash..].iter().take_while(|&&byte| is_word(byte)).count();
        let newline = match &rest[word.end..] {
            [b'\n', ..] => 1,
            [b'\r', b'\n', ..] => 2,
            _ => 0,
        };
        if word.is_empty() || newline == 0 {
            return self.token(TokenKind::Code, 1);
        }
        let start = self.at;
        let (delimiter_at, delimiter_end) = (start + word.start, start + word.end);
        let first_line = delimiter_end + newline;
        match self.heredoc_end(delimiter_at, delimiter_end, first_line) {
            Some(last_line) if last_line == first_line => {
                let blank = self.text[last_line..].find(|char| !matches!(char, ' ' | '\t')).unwrap_or(0);
                let end = last_line + blank + word.len();
                self.token(TokenKind::EmptyHeredoc, end - start)
            }
            Some(last_line) => {
                self.push(Opener::Heredoc { delimiter_at, delimiter_end, last_line });
                self.token(TokenKind::Text, word.end + newline)
            }
            None => {
                // A heredoc that never ends takes everything up to what looks like the next block.
                self.report(Issue::Unclosed(
                    Opener::Heredoc { delimiter_at, delimiter_end, last_line: self.text.len() },
                    start,
                ));
                let end = next_header(self.text, delimiter_end).unwrap_or(self.text.len());
                let end = start + self.text[start..end].trim_end().len();
                self.token(TokenKind::Text, end - start)
            }
        }
    }

    /// The start of the first line at or behind `from` that is the delimiter alone.
    fn heredoc_end(&mut self, delimiter_at: usize, delimiter_end: usize, from: usize) -> Option<usize> {
        let text = self.text;
        let lines = self.delimiter_lines.get_or_insert_with(|| {
            let mut lines: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
            let mut start = 0;
            for line in text.split_inclusive('\n') {
                let word = line.trim();
                if !word.is_empty() && word.bytes().all(is_word) {
                    lines.entry(word).or_default().push(start);
                }
                start += line.len();
            }
            lines
        });
        let starts = lines.get(&text[delimiter_at..delimiter_end])?;
        starts.get(starts.partition_point(|&start| start < from)).copied()
    }

    fn heredoc(&mut self, delimiter_at: usize, delimiter_end: usize, last_line: usize) -> Option<Token> {
        let line_start = self.at == 0 || self.bytes()[self.at - 1] == b'\n';
        let rest = self.rest();
        let blank = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let delimiter = &self.bytes()[delimiter_at..delimiter_end];
        if self.at == last_line {
            self.open.pop();
            return Some(self.token(TokenKind::Text, blank + delimiter.len()));
        }
        if self.at > last_line {
            // An interpolation ran over the line that was taken for the last one.
            let found = self.heredoc_end(delimiter_at, delimiter_end, self.at);
            let opened = self.open.pop()?;
            match found {
                Some(last_line) => {
                    let what = Opener::Heredoc { delimiter_at, delimiter_end, last_line };
                    self.open.push(Opened { what, ..opened });
                    return self.heredoc(delimiter_at, delimiter_end, last_line);
                }
                None => self.report(Issue::Unclosed(opened.what, opened.at)),
            }
            return self.code();
        }
        if rest.is_empty() {
            return None;
        }
        if line_start && !delimiter.is_empty() && rest[blank..].starts_with(delimiter) {
            self.at += blank;
            return Some(self.token(TokenKind::DelimiterInText, 1));
        }
        let mut length = 0;
        loop {
            match &rest[length..] {
                [] => return Some(self.token(TokenKind::Text, length)),
                [b'\n', ..] => return Some(self.token(TokenKind::Text, length + 1)),
                [b'$', b'$', b'{', ..] | [b'%', b'%', b'{', ..] => length += 3,
                [b'$' | b'%', b'{', ..] => return Some(self.sequence(length)),
                _ => length += 1,
            }
        }
    }
}

impl Iterator for Scanner<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        match self.open.last().map(|opened| opened.what) {
            Some(Opener::Quote) => self.quoted(),
            Some(Opener::Heredoc { delimiter_at, delimiter_end, last_line }) => {
                self.heredoc(delimiter_at, delimiter_end, last_line)
            }
            _ => self.code(),
        }
    }
}

/// Letters, digits, `_`, `-` and everything beyond ASCII.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-') || byte >= 0x80
}

/// Whether a heredoc without text may be in the text (or what looks like one, in a comment).
pub(super) fn has_empty_heredoc(text: &str) -> bool {
    text.match_indices("<<").any(|(at, marker)| {
        let rest = &text[at + marker.len()..];
        let rest = rest.strip_prefix('-').unwrap_or(rest);
        let word = &rest[..rest.bytes().take_while(|&byte| is_word(byte)).count()];
        let behind = &rest[word.len()..];
        let next_line = behind.strip_prefix('\r').unwrap_or(behind).strip_prefix('\n');
        !word.is_empty()
            && next_line
                .and_then(|line| line.trim_start_matches([' ', '\t']).strip_prefix(word))
                .is_some_and(|behind| behind.lines().next().unwrap_or_default().trim().is_empty())
    })
}

fn begins_for(rest: &[u8]) -> bool {
    rest.trim_ascii_start()
        .strip_prefix(b"for")
        .and_then(<[u8]>::first)
        .is_some_and(|byte| byte.is_ascii_whitespace() || matches!(byte, b'#' | b'/'))
}

/// Whether a line that begins at the offset looks like the head of a block in the first column:
/// `word "label" {`.
pub(super) fn is_header(text: &str, line_start: usize) -> bool {
    let rest = &text[line_start..];
    let line = rest.split_once('\n').map_or(rest, |(line, _)| line);
    let begins = line.starts_with(|first: char| first.is_alphabetic() || first == '_');
    begins
        && line.split_once('{').is_some_and(|(head, _)| {
            head.bytes().all(|byte| is_word(byte) || matches!(byte, b'"' | b' ' | b'\t' | b'.'))
        })
}

/// The start of the next line behind an offset that looks like the head of a block.
pub(super) fn next_header(text: &str, from: usize) -> Option<usize> {
    text[from..].match_indices('\n').map(|(at, _)| from + at + 1).find(|&start| is_header(text, start))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<(TokenKind, &str)> {
        Scanner::new(text).map(|token| (token.kind, &text[token.range])).collect()
    }

    fn issues(text: &str) -> Option<Issue> {
        let mut scanner = Scanner::new(text);
        while scanner.next().is_some() {}
        scanner.abandon();
        scanner.take_issue()
    }

    #[test]
    fn brackets_in_strings_heredocs_and_comments_are_text() {
        let text = "a = \"}\\\"${f(\"]\")}{\" # {\nb = <<E\n{ ${[1]} (\nE\nc = /* { */ 1\n";
        let mut scanner = Scanner::new(text);
        let mut depths = Vec::new();
        while let Some(token) = scanner.next() {
            if token.kind == TokenKind::Newline {
                depths.push(scanner.depth());
            }
        }
        assert_eq!(depths, [0, 0, 0]);
        assert_eq!(scanner.take_issue(), None);
    }

    #[test]
    fn a_heredoc_ends_at_its_delimiter_alone_on_a_line() {
        let text = "a = <<E\nE, no\n  E \nb = 1";
        let kinds: Vec<_> = tokens(text).into_iter().filter(|(kind, _)| *kind != TokenKind::Code).collect();
        assert_eq!(
            kinds,
            [
                (TokenKind::Text, "<<E\n"),
                (TokenKind::DelimiterInText, "E"),
                (TokenKind::Text, ", no\n"),
                (TokenKind::Text, "  E"),
                (TokenKind::Newline, "\n"),
            ]
        );
    }

    #[test]
    fn an_empty_heredoc_is_one_token() {
        let text = "a = <<-E\r\n  E\r\nb = 1\n";
        assert!(tokens(text).contains(&(TokenKind::EmptyHeredoc, "<<-E\r\n  E")));
        assert!(has_empty_heredoc(text));
        assert!(!has_empty_heredoc("a = <<E\nEE\nE\n"));
        assert!(!has_empty_heredoc("a = <<E\n\nE\n"));
    }

    #[test]
    fn what_is_left_open_is_named_where_it_opens() {
        assert_eq!(issues("a = [1\n"), Some(Issue::Unclosed(Opener::Bracket, 4)));
        assert_eq!(issues("a {\n b = [1\n}\n"), Some(Issue::Unclosed(Opener::Bracket, 9)));
        assert_eq!(issues("a = \"b\nc = 1\n"), Some(Issue::Unclosed(Opener::Quote, 4)));
        assert_eq!(issues("a = \"50%{\"\n"), Some(Issue::Unclosed(Opener::Sequence, 7)));
        assert_eq!(issues("a = 1 /* b"), Some(Issue::UnclosedComment(6)));
        assert_eq!(issues("a = 1\n}\n"), Some(Issue::Unopened(6)));
        assert!(matches!(issues("a = <<E\nb\n"), Some(Issue::Unclosed(Opener::Heredoc { .. }, 4))));
    }
}

//! saphyr-parser's events, given exact byte spans.
//!
//! An event's own span counts characters, starts at the tag or anchor, and may run on over blanks and comments;
//! some events (an empty value, a sequence that is not indented, a block scalar) do not say where they begin
//! at all. What lies between two events is only blanks, comments, indicators, tags and anchors, so the
//! exact place is found by walking that gap.

use std::ops::Range;
use std::sync::Arc;

use saphyr_parser::{Event, Parser, ScalarStyle as Written};

use super::build::{Builder, Collection, Properties, Slot, TooDeep};
use super::offsets::Offsets;
use super::tree::ScalarStyle;
use super::{Parsed, syntax_error};
use crate::source::{SourceFile, Span};

/// Reads a text as YAML.
pub(super) fn read(file: &SourceFile) -> Parsed {
    let mut reader = Reader {
        file,
        text: file.text(),
        offsets: Offsets::new(file.text()),
        cursor: 0,
        brackets: Vec::new(),
        builder: Builder::new(file),
    };
    // `next_event` keeps the nesting on the heap; `Parser::load` would recurse.
    let mut parser = Parser::new_from_str(file.text());
    let mut failure = None;
    while failure.is_none()
        && let Some(event) = parser.next_event()
    {
        failure = match event {
            Ok((event, span)) => {
                let range = reader.offsets.byte(span.start.index())..reader.offsets.byte(span.end.index());
                let start = range.start;
                reader.take(event, range).err().map(|TooDeep| syntax_error::too_deep(file, start))
            }
            Err(error) => {
                let at = reader.offsets.byte(error.marker().index());
                Some(syntax_error::yaml(file, error.info(), at))
            }
        };
    }
    reader.builder.finish(failure)
}

struct Reader<'file> {
    file: &'file SourceFile,
    text: &'file str,
    offsets: Offsets<'file>,
    /// Everything before it belongs to nodes that were taken.
    cursor: usize,
    /// For each open collection, whether it is written with brackets.
    brackets: Vec<bool>,
    builder: Builder<'file>,
}

impl Reader<'_> {
    fn take(&mut self, event: Event<'_>, range: Range<usize>) -> Result<(), TooDeep> {
        match event {
            Event::DocumentStart(true) => self.cursor = range.end,
            Event::DocumentEnd => self.builder.end_document(),
            Event::Alias(anchor) => {
                self.cursor = range.end;
                self.builder.alias(anchor, range);
            }
            Event::Scalar(text, written, anchor, tag) => {
                let (properties, content) = self.properties(tag.is_some(), anchor, &range);
                let empty = written == Written::Plain && text.is_empty();
                let (style, range) = match written {
                    Written::Plain if empty => (ScalarStyle::Plain, self.left_out(&properties, range.end)),
                    Written::Plain => (ScalarStyle::Plain, content..range.end),
                    Written::SingleQuoted => (ScalarStyle::Quoted, content..self.quote_end(content, b'\'')),
                    Written::DoubleQuoted => (ScalarStyle::Quoted, content..self.quote_end(content, b'"')),
                    Written::Literal | Written::Folded => {
                        (ScalarStyle::Block, self.block_scalar(&properties, content, range.end))
                    }
                };
                self.cursor = range.end;
                self.builder.scalar(Arc::from(text), style, range, properties);
            }
            Event::SequenceStart(anchor, tag) => {
                let (properties, content) = self.properties(tag.is_some(), anchor, &range);
                let brackets = self.text.as_bytes().get(content) == Some(&b'[') && range.end > content;
                let start = if brackets {
                    content
                } else if self.builder.slot() == Slot::Root || self.builder.slot() == Slot::Item {
                    range.end
                } else {
                    // A sequence that is not indented deeper than its key is reported behind its first dash.
                    self.find(self.after(&properties), b"-").unwrap_or(range.end)
                };
                self.open(Collection::Sequence, start, brackets, properties)?;
            }
            Event::MappingStart(anchor, tag) => {
                let (properties, content) = self.properties(tag.is_some(), anchor, &range);
                let brackets = self.text.as_bytes().get(content) == Some(&b'{') && range.end > content;
                let is_bare = properties.tag.is_none() && anchor == 0;
                let start = if brackets || is_bare { content } else { range.end };
                self.open(Collection::Mapping, start, brackets, properties)?;
            }
            Event::SequenceEnd => self.close(b"]", range.start),
            Event::MappingEnd => self.close(b"}", range.start),
            Event::DocumentStart(false) | Event::StreamStart | Event::StreamEnd | Event::Nothing => {}
        }
        Ok(())
    }

    fn open(
        &mut self,
        kind: Collection,
        start: usize,
        brackets: bool,
        properties: Properties,
    ) -> Result<(), TooDeep> {
        self.cursor = start + usize::from(brackets);
        self.brackets.push(brackets);
        self.builder.open(kind, start, properties)
    }

    fn close(&mut self, bracket: &[u8], reported: usize) {
        // After a trailing comma the comma is reported, not the bracket.
        let end = (self.brackets.pop() == Some(true))
            .then(|| self.find(reported, bracket).map_or(reported, |at| at + 1));
        self.cursor = self.builder.close(end);
    }

    /// Tag and anchor, and where the content behind them starts.
    fn properties(&self, tagged: bool, anchor: usize, range: &Range<usize>) -> (Properties, usize) {
        let mut properties = Properties { tag: None, anchor };
        let mut content = range.start;
        if !tagged && anchor == 0 {
            return (properties, content);
        }
        loop {
            content = self.skip_blanks(content);
            match self.text.as_bytes().get(content) {
                Some(b'!') if properties.tag.is_none() && tagged => {
                    let end = self.word_end(content);
                    properties.tag = Some(Span::new(self.file.id(), content, end));
                    content = end;
                }
                Some(b'&') => content = self.word_end(content),
                _ => return (properties, content),
            }
        }
    }

    /// Where to look for a node's first indicator: behind what was taken, and behind its tag.
    fn after(&self, properties: &Properties) -> usize {
        properties.tag.map_or(self.cursor, |tag| self.cursor.max(tag.end as usize))
    }

    /// The empty range of a node that was left out: behind the tag or anchor that stands for it, behind the
    /// indicator that announces it, or here.
    fn left_out(&self, properties: &Properties, reported_end: usize) -> Range<usize> {
        let indicator = match self.builder.slot() {
            _ if properties.tag.is_some() || properties.anchor != 0 => return reported_end..reported_end,
            Slot::Root => return self.cursor..self.cursor,
            Slot::Item => b'-',
            Slot::Key => b'?',
            Slot::Value => b':',
        };
        let next = self.skip_blanks(self.cursor);
        let found = self.text.as_bytes().get(next) == Some(&indicator);
        let at = if found { next + 1 } else { self.cursor };
        at..at
    }

    /// Where a quoted scalar that starts at `start` ends.
    fn quote_end(&self, start: usize, quote: u8) -> usize {
        let bytes = self.text.as_bytes();
        let mut at = start + 1;
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b'\\' if quote == b'"' => at += 2,
                b'\'' if quote == b'\'' && bytes.get(at + 1) == Some(&b'\'') => at += 2,
                _ if byte == quote => return at + 1,
                _ => at += 1,
            }
        }
        bytes.len()
    }

    /// A block scalar, reported from its first content line to the start of what follows: from its indicator
    /// to its last line that is not blank.
    fn block_scalar(&self, properties: &Properties, content: usize, reported_end: usize) -> Range<usize> {
        let start = self.find(self.after(properties), b"|>").unwrap_or(content);
        let written = &self.text[start..reported_end.max(start)];
        let last = written.trim_ascii_end().len();
        // Blanks at the end of the last line belong to it.
        let line_end = written[last..].find('\n').map_or(written.len(), |newline| last + newline);
        let end = if written[..line_end].ends_with('\r') { line_end - 1 } else { line_end };
        start..start + end
    }

    /// The first of some indicators in the gap at `from`.
    fn find(&self, from: usize, indicators: &[u8]) -> Option<usize> {
        let mut at = from;
        loop {
            at = self.skip_blanks(at);
            match self.text.as_bytes().get(at)? {
                byte if indicators.contains(byte) => return Some(at),
                b'!' | b'&' => at = self.word_end(at),
                b'-' | b'?' | b':' | b',' => at += 1,
                _ => return None,
            }
        }
    }

    /// Past spaces, line breaks and comments.
    fn skip_blanks(&self, from: usize) -> usize {
        let bytes = self.text.as_bytes();
        let mut at = from;
        loop {
            match bytes.get(at) {
                Some(b' ' | b'\t' | b'\r' | b'\n') => at += 1,
                Some(b'#') => {
                    at = bytes[at..].iter().position(|&byte| byte == b'\n').map_or(bytes.len(), |to| at + to);
                }
                _ => return at,
            }
        }
    }

    /// The end of the tag or anchor at `start`.
    fn word_end(&self, start: usize) -> usize {
        let word = &self.text.as_bytes()[start..];
        let length = if word.starts_with(b"!<") {
            word.iter().position(|&byte| byte == b'>').map(|at| at + 1)
        } else {
            word.iter().position(|byte| byte.is_ascii_whitespace() || b",[]{}".contains(byte))
        };
        start + length.unwrap_or(word.len())
    }
}

//! The texts around a set of labels, as one source for miette.
//!
//! A miette report has one source, our labels lie in several files. So the files are laid end to end on one
//! line of offsets, in the order in which they are first labelled, and whoever asks for a stretch of it gets
//! the file's own name and line numbers. A stretch across two files is refused, which keeps their snippets
//! apart. Reading costs the lines shown, not the length of the file.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::printable;
use crate::source::{FileId, LineIndex, SourceFile, SourceMap, Span};

/// A line longer than this is generated, and is shown in part.
const LONGEST_LINE: usize = 240;
/// How much of a long line is shown on each side.
const AROUND: usize = 60;
/// A label over more lines than this is drawn at its first line only.
const MOST_LINES: usize = 6;

/// The texts of a run as they may be printed, each looked through once.
pub(super) struct Texts<'a> {
    sources: &'a SourceMap,
    seen: RefCell<BTreeMap<FileId, Arc<Text>>>,
}

#[derive(Debug)]
struct Text {
    file: Arc<SourceFile>,
    /// The text, if the file's own must not be printed as it is.
    replaced: Option<String>,
}

impl<'a> Texts<'a> {
    /// The texts of `sources`.
    pub(super) fn new(sources: &'a SourceMap) -> Self {
        Self { sources, seen: RefCell::default() }
    }

    fn get(&self, id: FileId) -> Arc<Text> {
        let mut seen = self.seen.borrow_mut();
        let text = seen.entry(id).or_insert_with(|| {
            let file = self.sources.get(id);
            let replaced = match printable(file.text()) {
                Cow::Borrowed(_) => None,
                Cow::Owned(text) => Some(text),
            };
            Arc::new(Text { file, replaced })
        });
        Arc::clone(text)
    }
}

/// The files that labels lie in.
#[derive(Debug)]
pub(super) struct Snippets {
    parts: Vec<Part>,
}

#[derive(Debug)]
struct Part {
    shown: Arc<Text>,
    base: usize,
}

impl Snippets {
    /// Snippets for spans, in this order.
    pub(super) fn new(texts: &Texts<'_>, spans: impl Iterator<Item = Span>) -> Self {
        let mut parts: Vec<Part> = Vec::new();
        for span in spans {
            if !parts.iter().any(|part| part.holds(span.file)) {
                // One byte between two files, so that the end of one is not the start of the next.
                let base = parts.last().map_or(0, |part| part.base + part.text().len() + 1);
                parts.push(Part { shown: texts.get(span.file), base });
            }
        }
        Self { parts }
    }

    /// Where a span lies on the line of offsets, as start and length.
    pub(super) fn place(&self, span: Span) -> Option<(usize, usize)> {
        let part = self.parts.iter().find(|part| part.holds(span.file))?;
        let text = part.text();
        let mut start = text.floor_char_boundary(span.start as usize);
        let mut end = text.ceil_char_boundary(span.end as usize).max(start);
        if start == text.len() {
            // The end of a file has no line of its own: mark the last character before the final break.
            start = text.trim_end_matches(['\n', '\r']).len();
            end = start;
        }
        let lines = part.lines();
        let first = lines.line(offset(start));
        if lines.line(offset(end)).saturating_sub(first) >= MOST_LINES {
            end = part.line_end(first).max(start);
        }
        Some((part.base + start, end - start))
    }
}

impl Part {
    fn holds(&self, file: FileId) -> bool {
        self.shown.file.id() == file
    }

    fn text(&self) -> &str {
        self.shown.replaced.as_deref().unwrap_or(self.shown.file.text())
    }

    fn lines(&self) -> &LineIndex {
        self.shown.file.lines()
    }

    fn line_start(&self, line: usize) -> usize {
        self.lines().line_start(line).map_or(self.text().len(), |start| start as usize)
    }

    /// The end of a line without its break.
    fn line_end(&self, line: usize) -> usize {
        let end = self.line_start(line + 1);
        self.text()[..end].trim_end_matches(['\n', '\r']).len().max(self.line_start(line))
    }

    /// The bytes to show for a stretch: its lines and those around, or a part of a line that is too long.
    fn window(&self, start: usize, end: usize, before: usize, after: usize) -> (usize, usize) {
        let lines = self.lines();
        let (first, last) = (lines.line(offset(start)), lines.line(offset(end)));
        let is_long = |line: usize| self.line_start(line + 1) - self.line_start(line) > LONGEST_LINE;
        let from = if is_long(first) {
            self.text().floor_char_boundary(start.saturating_sub(AROUND)).max(self.line_start(first))
        } else {
            let above = (first.saturating_sub(before).max(1)..first).rev();
            self.line_start(above.take_while(|&line| !is_long(line)).last().unwrap_or(first))
        };
        let to = if is_long(last) {
            self.text().ceil_char_boundary(end.saturating_add(AROUND)).min(self.line_end(last))
        } else {
            let below = last + 1..=last + after;
            self.line_start(below.take_while(|&line| !is_long(line)).last().unwrap_or(last) + 1)
        };
        (from, to.max(end))
    }
}

impl SourceCode for Snippets {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let part = self.parts.iter().rev().find(|part| part.base <= span.offset());
        let part = part.ok_or(MietteError::OutOfBounds)?;
        let (start, end) = (span.offset() - part.base, span.offset() - part.base + span.len());
        if end > part.text().len() {
            return Err(MietteError::OutOfBounds);
        }
        // Without context miette asks for a position only.
        let (from, to) = if before == 0 { (start, end) } else { part.window(start, end, before, after) };
        let position = part.shown.file.position(offset(from));
        let lines = part.lines().line(offset(to)).saturating_sub(position.line);
        Ok(Box::new(MietteSpanContents::new_named(
            part.shown.file.name().to_owned(),
            &part.text().as_bytes()[from..to],
            SourceSpan::new((part.base + from).into(), to - from),
            position.line - 1,
            position.column - 1,
            lines,
        )))
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

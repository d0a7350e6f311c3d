//! The texts around a set of labels, as one source for miette.
//!
//! A miette report has one source and shows it in order of offsets; our labels lie in several files, and what
//! matters most comes first. So the places are laid end to end on one line of offsets, in the order in which
//! they are labelled: labels that are near each other in a file share a place, and whoever asks for a stretch
//! of it gets the file's own name and line numbers. A stretch across two places is refused, which keeps their
//! snippets apart. Reading costs the lines shown, not the length of the file.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::printable;
use crate::source::{FileId, SourceFile, SourceMap, Span};

/// A line longer than this is generated, and is shown in part.
const LONGEST_LINE: usize = 240;
/// How much of a long line is shown on each side.
const AROUND: usize = 60;
/// A label over more lines than this is drawn at its first line only.
const MOST_LINES: usize = 3;
/// Labels with at most this many lines from one to the next share a place: miette joins their snippets.
const NEAR: usize = 3;

/// The texts of a run as they may be printed, each looked through once.
pub(super) struct Texts<'a> {
    sources: &'a SourceMap,
    seen: RefCell<BTreeMap<FileId, Arc<Shown>>>,
}

impl<'a> Texts<'a> {
    /// The texts of `sources`.
    pub(super) fn new(sources: &'a SourceMap) -> Self {
        Self { sources, seen: RefCell::default() }
    }

    fn get(&self, id: FileId) -> Arc<Shown> {
        let mut seen = self.seen.borrow_mut();
        let shown = seen.entry(id).or_insert_with(|| {
            let file = self.sources.get(id);
            let replaced = match printable(file.text()) {
                Cow::Borrowed(_) => None,
                Cow::Owned(text) => Some(text),
            };
            Arc::new(Shown { file, replaced })
        });
        Arc::clone(shown)
    }
}

#[derive(Debug)]
struct Shown {
    file: Arc<SourceFile>,
    /// The text, if the file's own must not be printed as it is.
    replaced: Option<String>,
}

impl Shown {
    fn text(&self) -> &str {
        self.replaced.as_deref().unwrap_or(self.file.text())
    }

    fn line(&self, at: usize) -> usize {
        self.file.lines().line(offset(at))
    }

    fn line_start(&self, line: usize) -> usize {
        self.file.lines().line_start(line).map_or(self.text().len(), |start| start as usize)
    }

    /// The end of a line without its break.
    fn line_end(&self, line: usize) -> usize {
        let end = self.line_start(line + 1);
        self.text()[..end].trim_end_matches(['\n', '\r']).len().max(self.line_start(line))
    }

    /// What is drawn of a span, from where to where.
    fn drawn(&self, span: Span) -> (usize, usize) {
        let text = self.text();
        let start = text.floor_char_boundary(span.start as usize);
        let end = text.ceil_char_boundary(span.end as usize).max(start);
        if start == text.len() {
            // The end of a file has no line of its own: mark the last character before the final break.
            let start = text.trim_end_matches(['\n', '\r']).len();
            return (start, start);
        }
        let first = self.line(start);
        if self.line(end) - first >= MOST_LINES {
            (start, self.line_end(first).max(start))
        } else {
            (start, end)
        }
    }

    /// The bytes to show for a stretch: its lines and those around, or a part of a line that is too long.
    fn window(&self, start: usize, end: usize, before: usize, after: usize) -> (usize, usize) {
        let (first, last) = (self.line(start), self.line(end));
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

/// The places that labels lie in.
#[derive(Debug)]
pub(super) struct Snippets {
    places: Vec<Place>,
}

/// Some lines of a file. On the line of offsets it takes as much as the whole file, starting at `base`.
#[derive(Debug)]
struct Place {
    shown: Arc<Shown>,
    base: usize,
    first_line: usize,
    last_line: usize,
}

impl Snippets {
    /// Snippets for spans in this order, and where each span lies on the line of offsets, as start and length.
    pub(super) fn new(texts: &Texts<'_>, spans: impl Iterator<Item = Span>) -> (Self, Vec<(usize, usize)>) {
        let mut places: Vec<Place> = Vec::new();
        let mut stretches = Vec::new();
        for span in spans {
            let shown = texts.get(span.file);
            let (start, end) = shown.drawn(span);
            let (first_line, last_line) = (shown.line(start), shown.line(end));
            let near = places.iter_mut().find(|place| {
                place.shown.file.id() == span.file
                    && first_line <= place.last_line + NEAR
                    && place.first_line <= last_line + NEAR
            });
            let base = if let Some(place) = near {
                place.first_line = place.first_line.min(first_line);
                place.last_line = place.last_line.max(last_line);
                place.base
            } else {
                // One byte between two places, so that the end of one is not the start of the next.
                let base = places.last().map_or(0, |place| place.base + place.shown.text().len() + 1);
                places.push(Place { shown, base, first_line, last_line });
                base
            };
            stretches.push((base + start, end - start));
        }
        (Self { places }, stretches)
    }
}

impl SourceCode for Snippets {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let place = self.places.iter().rev().find(|place| place.base <= span.offset());
        let Place { shown, base, .. } = place.ok_or(MietteError::OutOfBounds)?;
        let (start, end) = (span.offset() - base, span.offset() - base + span.len());
        if end > shown.text().len() {
            return Err(MietteError::OutOfBounds);
        }
        // Without context miette asks for a position only.
        let (from, to) = if before == 0 { (start, end) } else { shown.window(start, end, before, after) };
        let position = shown.file.position(offset(from));
        Ok(Box::new(MietteSpanContents::new_named(
            shown.file.name().to_owned(),
            &shown.text().as_bytes()[from..to],
            SourceSpan::new((base + from).into(), to - from),
            position.line - 1,
            position.column - 1,
            shown.line(to).saturating_sub(position.line),
        )))
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

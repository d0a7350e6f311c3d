//! Places as programs read them.
//!
//! Lines and columns count from 1, columns in Unicode code points; `end` is exclusive. `byte` counts from 0 in
//! the file as it lies on disk, so a byte order mark shifts it by three; line and column do not count the mark.

use serde::Serialize;

use crate::source::{SourceFile, SourceMap, Span};

#[derive(Serialize)]
pub(super) struct SpanDto {
    path: String,
    start: PositionDto,
    end: PositionDto,
}

#[derive(Serialize)]
struct PositionDto {
    line: usize,
    column: usize,
    byte: usize,
}

impl SpanDto {
    pub(super) fn new(span: Span, sources: &SourceMap) -> Self {
        let file = sources.get(span.file);
        Self {
            path: file.name().to_owned(),
            start: PositionDto::new(&file, span.start),
            end: PositionDto::new(&file, span.end),
        }
    }
}

impl PositionDto {
    fn new(file: &SourceFile, offset: u32) -> Self {
        let position = file.position(offset);
        let mark = if file.had_bom() { '\u{feff}'.len_utf8() } else { 0 };
        Self { line: position.line, column: position.column, byte: offset as usize + mark }
    }
}

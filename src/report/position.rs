//! Places as programs read them.
//!
//! Lines and columns count from 1, columns in Unicode code points; `end` is exclusive. `byte` counts from 0 in
//! the file as it lies on disk, so a byte order mark shifts it by three; line and column do not count the mark.

use schemars::JsonSchema;
use serde::Serialize;

use crate::source::{SourceFile, SourceMap, Span};

/// A stretch of a file.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Span")]
pub(super) struct SpanDto {
    /// The file, relative to the working directory, with `/`.
    path: String,
    /// Its first character.
    start: PositionDto,
    /// The character behind its last.
    end: PositionDto,
}

/// A place in a file.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Position")]
struct PositionDto {
    /// From 1.
    line: usize,
    /// From 1, in Unicode code points.
    column: usize,
    /// From 0, in the file as it lies on disk.
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

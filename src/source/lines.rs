//! Byte offsets to lines and columns.

/// A place as people count it: both from 1, the column in Unicode code points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in code points, from 1.
    pub column: usize,
}

/// Where the lines of one text start, and how many code points lie before its parts. Lines end at `\n`; a `\r` before it
/// belongs to the line.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
    /// Code points before each [`BLOCK`] of bytes: a plan file is one line of many megabytes, and a column in it must
    /// not take counting from its start.
    points: Vec<u32>,
}

/// Bytes between two places at which the code points are counted beforehand.
const BLOCK: usize = 4096;

impl LineIndex {
    /// Finds the line starts of a text.
    pub fn new(text: &str) -> Self {
        let short = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let breaks = text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n');
        let starts = std::iter::once(0).chain(breaks.map(|(at, _)| short(at + 1))).collect();
        let mut before = 0;
        let points = text.as_bytes().chunks(BLOCK).map(|block| {
            let here = short(before);
            before += code_points(block);
            here
        });
        Self { starts, points: points.collect() }
    }

    /// Line (from 1) in which a byte offset lies.
    pub fn line(&self, offset: u32) -> usize {
        self.starts.partition_point(|&start| start <= offset)
    }

    /// Byte offset at which a line (from 1) starts.
    pub fn line_start(&self, line: usize) -> Option<u32> {
        self.starts.get(line.checked_sub(1)?).copied()
    }

    /// Position of a byte offset. An offset inside a multi-byte character counts as its start.
    pub fn position(&self, text: &str, offset: u32) -> Position {
        let line = self.line(offset);
        let start = self.starts[line - 1] as usize;
        let end = text.floor_char_boundary((offset as usize).min(text.len()));
        let before = |at: usize| self.points_before(text.as_bytes(), at);
        Position { line, column: before(end) - before(start.min(end)) + 1 }
    }

    fn points_before(&self, text: &[u8], at: usize) -> usize {
        let block = (at / BLOCK).min(self.points.len().saturating_sub(1));
        let counted = self.points.get(block).map_or(0, |&points| points as usize);
        counted + code_points(&text[block * BLOCK..at])
    }
}

/// How many code points begin in a stretch of UTF-8.
fn code_points(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0b1100_0000 != 0b1000_0000).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_code_points_from_one() {
        let text = "a\r\néb\n";
        let index = LineIndex::new(text);
        assert_eq!(index.position(text, 0), Position { line: 1, column: 1 });
        assert_eq!(index.position(text, 5), Position { line: 2, column: 2 });
        assert_eq!(index.position(text, 4), Position { line: 2, column: 1 }, "inside é");
        assert_eq!(index.position(text, 7), Position { line: 3, column: 1 });
        assert_eq!(LineIndex::new("").position("", 0), Position { line: 1, column: 1 });
    }

    #[test]
    fn columns_of_long_lines_are_those_that_counting_finds() {
        let text = format!("{}\n{}\n", "aé\u{1f469}".repeat(3000), "x".repeat(2 * BLOCK));
        let index = LineIndex::new(&text);
        for (offset, _) in text.char_indices() {
            let start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
            let position = index.position(&text, u32::try_from(offset).expect("short"));
            assert_eq!(position.column, text[start..offset].chars().count() + 1, "{offset}");
        }
    }
}

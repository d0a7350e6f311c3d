//! A place in a source text.

/// Identity of a text in a [`SourceMap`](super::SourceMap).
///
/// The number says in which order texts were loaded; it must not decide the order of anything printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub(super) u32);

/// A range of bytes in one text: `start` inclusive, `end` exclusive, counted in the text with a leading
/// byte order mark removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The text.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span from byte offsets. Offsets beyond 4 GiB cannot occur: larger files are refused on loading.
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        let clamp = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { file, start: clamp(start), end: clamp(end.max(start)) }
    }

    /// A span from the byte range that a parser reports.
    pub fn of(file: FileId, range: std::ops::Range<usize>) -> Self {
        Self::new(file, range.start, range.end)
    }

    /// The byte range, to index the text with.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether `other` lies within this span (the same span lies within itself).
    pub fn contains(self, other: Span) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }

    /// The smallest span that holds both; `self` when they are in different files.
    #[must_use]
    pub fn join(self, other: Span) -> Span {
        if self.file != other.file {
            return self;
        }
        Span { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The empty span at the start of this one.
    #[must_use]
    pub fn head(self) -> Span {
        Span { end: self.start, ..self }
    }
}

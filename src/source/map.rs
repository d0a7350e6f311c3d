//! The texts of a run.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock, RwLock};

use rustc_hash::FxHashMap;

use super::{FileId, LineIndex, Position, Span};

/// The largest file that is read, in bytes. Hand-written configuration stays far below; a file above it is
/// generated data.
pub const MAX_FILE_BYTES: u64 = 64 * 1024 * 1024;

/// One text and its name.
#[derive(Debug)]
pub struct SourceFile {
    id: FileId,
    name: String,
    path: PathBuf,
    text: String,
    lines: OnceLock<LineIndex>,
    had_bom: bool,
}

impl SourceFile {
    /// Identity in the map that holds it.
    pub fn id(&self) -> FileId {
        self.id
    }

    /// The name that is printed: relative to the working directory where possible, `/` between folders.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where the text was read from.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The text without a leading byte order mark. Spans count in it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the file on disk starts with a byte order mark, so that its bytes lie three further.
    pub fn had_bom(&self) -> bool {
        self.had_bom
    }

    /// Line starts, computed on first use.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// A text that stands inside of this one and is read by itself: a file with the same name and identity, so that
    /// its spans count here.
    #[must_use]
    pub fn embedding(&self, text: String) -> Self {
        Self {
            id: self.id,
            name: self.name.clone(),
            path: self.path.clone(),
            text,
            lines: OnceLock::new(),
            had_bom: self.had_bom,
        }
    }

    /// The text under a span of this file.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// Line and column of a byte offset.
    pub fn position(&self, offset: u32) -> Position {
        self.lines().position(&self.text, offset)
    }

    /// The span of the whole text.
    pub fn whole(&self) -> Span {
        Span::new(self.id, 0, self.text.len())
    }
}

/// Why a file could not be read as text.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The operating system refused.
    #[error("cannot read {name}: {error}")]
    Io {
        /// Printed name.
        name: String,
        /// What the system said.
        error: std::io::Error,
    },
    /// A folder, pipe, socket or device: opening one could block, reading one need never end.
    #[error("{name} is not a regular file")]
    NotRegular {
        /// Printed name.
        name: String,
    },
    /// Larger than [`MAX_FILE_BYTES`].
    #[error("{name} is larger than {} MiB", MAX_FILE_BYTES / 1024 / 1024)]
    TooLarge {
        /// Printed name.
        name: String,
    },
    /// Not UTF-8.
    #[error("{name} is not UTF-8 text (first bad byte at offset {at})")]
    NotUtf8 {
        /// Printed name.
        name: String,
        /// Offset of the first byte that is not UTF-8.
        at: usize,
    },
}

impl LoadError {
    /// What to do about it.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::Io { .. } => "check the path and its permissions",
            Self::NotRegular { .. } => "give a regular file",
            Self::TooLarge { .. } => "split it; of a large plan, judge the code",
            Self::NotUtf8 { .. } => "save it as UTF-8",
        }
    }
}

/// All texts of a run, loaded once each. Shared by threads.
#[derive(Debug, Default)]
pub struct SourceMap {
    inner: RwLock<Inner>,
    working_directory: PathBuf,
}

#[derive(Debug, Default)]
struct Inner {
    files: Vec<Arc<SourceFile>>,
    by_path: FxHashMap<PathBuf, FileId>,
}

impl SourceMap {
    /// A map that prints names relative to `working_directory`.
    pub fn new(working_directory: impl Into<PathBuf>) -> Self {
        Self { inner: RwLock::default(), working_directory: working_directory.into() }
    }

    /// Reads a file, or returns it if it was read before.
    pub fn load(&self, path: &Path) -> Result<Arc<SourceFile>, LoadError> {
        if let Some(file) = self.loaded(path) {
            return Ok(file);
        }
        let name = self.display_name(path);
        let io = |error| LoadError::Io { name: name.clone(), error };
        if !std::fs::metadata(path).map_err(io)?.is_file() {
            return Err(LoadError::NotRegular { name });
        }
        let file = std::fs::File::open(path).map_err(io)?;
        let mut bytes = Vec::new();
        file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(io)?;
        if bytes.len() as u64 > MAX_FILE_BYTES {
            return Err(LoadError::TooLarge { name });
        }
        let text = String::from_utf8(bytes).map_err(|error| LoadError::NotUtf8 {
            name: name.clone(),
            at: error.utf8_error().valid_up_to(),
        })?;
        Ok(self.insert(path.to_path_buf(), name, text))
    }

    /// Adds a text that is not on disk (standard input, an editor buffer, a built-in rule, an example).
    pub fn add(&self, name: impl Into<String>, text: impl Into<String>) -> Arc<SourceFile> {
        let name = name.into();
        self.insert(PathBuf::from(&name), name, text.into())
    }

    /// The text that was loaded from or added under a path.
    pub fn loaded(&self, path: &Path) -> Option<Arc<SourceFile>> {
        let inner = self.read();
        inner.by_path.get(path).map(|id| Arc::clone(&inner.files[id.0 as usize]))
    }

    /// A text by its identity.
    pub fn get(&self, id: FileId) -> Arc<SourceFile> {
        Arc::clone(&self.read().files[id.0 as usize])
    }

    /// The text under a span.
    pub fn text(&self, span: Span) -> String {
        self.get(span.file).slice(span).to_owned()
    }

    /// Whether any text is as asked for.
    pub fn any(&self, is: impl Fn(&SourceFile) -> bool) -> bool {
        self.read().files.iter().any(|file| is(file))
    }

    /// Number of texts.
    pub fn len(&self) -> usize {
        self.read().files.len()
    }

    /// Whether nothing was loaded.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A key that orders spans as they are printed: by file name, then by place.
    pub fn sort_key(&self, span: Span) -> (String, u32, u32) {
        (self.get(span.file).name().to_owned(), span.start, span.end)
    }

    /// The printed name of a path: relative to the working directory, with `/`. What shares no more than the root with it
    /// is named in full.
    pub fn display_name(&self, path: &Path) -> String {
        let mut above = self.working_directory.ancestors().enumerate();
        let shared = above.find_map(|(up, folder)| {
            let below = path.strip_prefix(folder).ok()?;
            (up == 0 || folder.parent().is_some()).then_some((up, below))
        });
        let (up, shown) = shared.unwrap_or((0, path));
        let shown = shown.strip_prefix(".").unwrap_or(shown);
        let up = std::iter::repeat_n("..".into(), up);
        let parts: Vec<_> =
            up.chain(shown.components().map(|part| part.as_os_str().to_string_lossy())).collect();
        match parts.first().map(AsRef::as_ref) {
            None => ".".to_owned(),
            Some("/") => format!("/{}", parts[1..].join("/")),
            Some(_) => parts.join("/"),
        }
    }

    /// The directory that printed names are relative to.
    pub fn working_directory(&self) -> &Path {
        &self.working_directory
    }

    fn insert(&self, path: PathBuf, name: String, mut text: String) -> Arc<SourceFile> {
        let had_bom = text.starts_with('\u{feff}');
        if had_bom {
            text.drain(..'\u{feff}'.len_utf8());
        }
        let mut inner = self.inner.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(&id) = inner.by_path.get(&path) {
            return Arc::clone(&inner.files[id.0 as usize]);
        }
        let id = FileId(u32::try_from(inner.files.len()).unwrap_or(u32::MAX));
        let file =
            Arc::new(SourceFile { id, name, path: path.clone(), text, lines: OnceLock::new(), had_bom });
        inner.files.push(Arc::clone(&file));
        inner.by_path.insert(path, id);
        file
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, Inner> {
        self.inner.read().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_is_not_part_of_the_text() {
        let map = SourceMap::new("/w");
        let file = map.add("a.tf", "\u{feff}x = 1");
        assert_eq!(file.text(), "x = 1");
        assert!(file.had_bom());
    }

    #[test]
    fn names_are_relative_to_the_working_directory() {
        let map = SourceMap::new("/w");
        assert_eq!(map.display_name(Path::new("/w/a/b.tf")), "a/b.tf");
        assert_eq!(map.display_name(Path::new("./a/b.tf")), "a/b.tf");
        assert_eq!(map.display_name(Path::new("/other/b.tf")), "/other/b.tf");
        assert_eq!(map.display_name(Path::new("/w")), ".");
        let map = SourceMap::new("/home/me/w/envs/prod");
        assert_eq!(map.display_name(Path::new("/home/me/w/main.tf")), "../../main.tf");
        assert_eq!(map.display_name(Path::new("/home/me/w/envs/dev/main.tf")), "../dev/main.tf");
        assert_eq!(map.display_name(Path::new("/home/me/w")), "../..");
        assert_eq!(map.display_name(Path::new("/etc/main.tf")), "/etc/main.tf");
        assert_eq!(SourceMap::new("/").display_name(Path::new("/etc/main.tf")), "etc/main.tf");
        assert_eq!(SourceMap::new("").display_name(Path::new("/etc/main.tf")), "/etc/main.tf");
    }
}

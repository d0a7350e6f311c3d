//! Patterns of paths: `include` and `exclude`, and those of overrides and waivers.

use std::path::Path;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// Patterns that mean what they mean in `.gitignore`, counted from a folder.
#[derive(Clone, Debug)]
pub struct PathPatterns(Gitignore);

impl PathPatterns {
    /// Patterns that count from `folder`. Those that [`check_pattern`] refuses are left out.
    pub(super) fn new(folder: &Path, patterns: &[&str]) -> Self {
        let mut builder = GitignoreBuilder::new(folder);
        for pattern in patterns.iter().filter(|pattern| check_pattern(pattern).is_ok()) {
            // A pattern that was checked is not refused, and the builder needs no more of the result.
            let _ = builder.add_line(None, pattern);
        }
        Self(builder.build().unwrap_or_else(|_| Gitignore::empty()))
    }

    /// Whether they name a file, or a folder around it.
    pub fn cover(&self, file: &Path) -> bool {
        self.answer(file, false) == Some(true)
    }

    /// Whether they name one of the files that something is about, or else the root of what is judged together, or a
    /// folder around one of them. What they except (`!file`) is not named by its root.
    pub fn cover_any<'f>(&self, files: impl IntoIterator<Item = &'f Path>, root: &Path) -> bool {
        let mut is_excepted = false;
        for file in files {
            match self.answer(file, false) {
                Some(true) => return true,
                Some(false) => is_excepted = true,
                None => {}
            }
        }
        !is_excepted && self.answer(root, true) == Some(true)
    }

    /// Whether they name a path; `None` if they say nothing about it.
    fn answer(&self, path: &Path, is_dir: bool) -> Option<bool> {
        // Beyond the folder of the patterns nothing matches (and the matcher would panic).
        if self.0.is_empty() || !path.starts_with(self.0.path()) {
            return None;
        }
        match self.0.matched_path_or_any_parents(path, is_dir) {
            Match::None => None,
            Match::Ignore(_) => Some(true),
            Match::Whitelist(_) => Some(false),
        }
    }
}

/// Which files below a folder are judged.
#[derive(Debug)]
pub struct PathFilter {
    include: PathPatterns,
    exclude: PathPatterns,
}

impl Default for PathFilter {
    fn default() -> Self {
        Self { include: PathPatterns(Gitignore::empty()), exclude: PathPatterns(Gitignore::empty()) }
    }
}

impl PathFilter {
    /// A filter from patterns that count from `folder`.
    pub(super) fn new(folder: &Path, include: &[&str], exclude: &[&str]) -> Self {
        Self { include: PathPatterns::new(folder, include), exclude: PathPatterns::new(folder, exclude) }
    }

    /// Whether a file is judged.
    pub fn covers(&self, file: &Path) -> bool {
        (self.include.0.is_empty() || self.include.cover(file)) && !self.exclude.cover(file)
    }

    /// Whether nothing in a folder can be judged.
    pub fn excludes_directory(&self, folder: &Path) -> bool {
        self.exclude.answer(folder, true) == Some(true)
    }
}

/// Whether a pattern can be read, and if not, why.
pub(super) fn check_pattern(pattern: &str) -> Result<(), String> {
    let mut builder = GitignoreBuilder::new("");
    builder.allow_unclosed_class(false);
    let added = builder.add_line(None, pattern).map(|_| ()).and_then(|()| builder.build().map(|_| ()));
    added.map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_count_from_the_folder_of_the_config() {
        let filter = PathFilter::new(Path::new("/r/infra"), &[], &["/examples/", "*.generated.yaml"]);
        assert!(filter.excludes_directory(Path::new("/r/infra/examples")));
        assert!(!filter.covers(Path::new("/r/infra/examples/a/main.tf")), "a folder takes all below it");
        assert!(filter.covers(Path::new("/r/infra/modules/examples/main.tf")), "anchored");
        assert!(!filter.covers(Path::new("/r/infra/deep/x.generated.yaml")), "at any depth");
        assert!(filter.covers(Path::new("/r/other/examples/main.tf")), "outside of the folder");
    }

    #[test]
    fn with_include_nothing_else_is_judged() {
        let filter = PathFilter::new(Path::new("/r"), &["infra/"], &["infra/old/"]);
        assert!(filter.covers(Path::new("/r/infra/new/main.tf")));
        assert!(!filter.covers(Path::new("/r/infra/old/main.tf")));
        assert!(!filter.covers(Path::new("/r/app/main.tf")));
    }

    #[test]
    fn a_root_is_named_by_its_folder_or_one_around_it() {
        let covers =
            |pattern, root| PathPatterns::new(Path::new("/r"), &[pattern]).cover_any([], Path::new(root));
        assert!(covers("envs/prod/", "/r/envs/prod"));
        assert!(covers("envs/", "/r/envs/prod/template.yaml"));
        assert!(!covers("envs/prod/", "/r/envs/production"));
    }

    #[test]
    fn a_file_that_is_excepted_is_not_named_by_its_root() {
        let patterns = PathPatterns::new(Path::new("/r"), &["*", "!main.tf"]);
        let covers = |file| patterns.cover_any([Path::new(file)], Path::new("/r"));
        assert!(covers("/r/other.tf"));
        assert!(!covers("/r/main.tf"));
    }

    #[test]
    fn a_broken_pattern_is_told() {
        assert!(check_pattern("a/[").is_err());
        assert!(check_pattern("a/**/b").is_ok());
    }
}

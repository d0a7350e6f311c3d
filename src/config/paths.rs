//! `include` and `exclude`.

use std::path::Path;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// Which files below a folder are judged. Patterns mean what they mean in `.gitignore`.
#[derive(Debug)]
pub struct PathFilter {
    include: Gitignore,
    exclude: Gitignore,
}

impl Default for PathFilter {
    fn default() -> Self {
        Self { include: Gitignore::empty(), exclude: Gitignore::empty() }
    }
}

impl PathFilter {
    /// A filter from patterns that count from `folder`. Patterns that [`check_pattern`] refuses are left out.
    pub(super) fn new(folder: &Path, include: &[&str], exclude: &[&str]) -> Self {
        Self { include: matcher(folder, include), exclude: matcher(folder, exclude) }
    }

    /// Whether a file is judged.
    pub fn covers(&self, file: &Path) -> bool {
        (self.include.is_empty() || matches(&self.include, file, false))
            && !matches(&self.exclude, file, false)
    }

    /// Whether nothing in a folder can be judged.
    pub fn excludes_directory(&self, folder: &Path) -> bool {
        matches(&self.exclude, folder, true)
    }
}

/// Whether a pattern can be read, and if not, why.
pub(super) fn check_pattern(pattern: &str) -> Result<(), String> {
    let mut builder = GitignoreBuilder::new("");
    builder.allow_unclosed_class(false);
    let added = builder.add_line(None, pattern).map(|_| ()).and_then(|()| builder.build().map(|_| ()));
    added.map_err(|error| error.to_string())
}

fn matcher(folder: &Path, patterns: &[&str]) -> Gitignore {
    let mut builder = GitignoreBuilder::new(folder);
    for pattern in patterns.iter().filter(|pattern| check_pattern(pattern).is_ok()) {
        // A pattern that was checked is not refused, and the builder needs no more of the result.
        let _ = builder.add_line(None, pattern);
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}

fn matches(patterns: &Gitignore, path: &Path, is_dir: bool) -> bool {
    // Beyond the folder of the patterns nothing matches (and the matcher would panic).
    !patterns.is_empty()
        && path.starts_with(patterns.path())
        && patterns.matched_path_or_any_parents(path, is_dir).is_ignore()
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
    fn a_broken_pattern_is_told() {
        assert!(check_pattern("a/[").is_err());
        assert!(check_pattern("a/**/b").is_ok());
    }
}

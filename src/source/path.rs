//! Paths by their text.

use std::path::{Component, Path, PathBuf};

/// A path without `.` and `..`, by its text alone: symbolic links are not looked through. What leads above where a
/// relative path starts is kept; nothing is above the root.
pub fn normalised(path: &Path) -> PathBuf {
    let mut result = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(result.components().next_back(), Some(Component::Normal(_))) => {
                result.pop();
            }
            Component::ParentDir if result.has_root() => {}
            _ => result.push(part),
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_normalise_by_text() {
        for (path, expected) in
            [("a/b/../c/./d", "a/c/d"), ("../a/../../b", "../../b"), ("/a/../b", "/b"), ("/../a", "/a")]
        {
            assert_eq!(normalised(Path::new(path)), Path::new(expected), "{path}");
        }
    }
}

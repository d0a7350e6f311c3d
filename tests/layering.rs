//! The direction of the architecture: a module imports only what stands above it in the picture of `lib.rs`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Each module and what it may import from the crate, besides itself.
const ALLOWED: &[(&str, &[&str])] = &[
    ("source", &[]),
    ("number", &[]),
    ("nearest", &[]),
    ("form", &[]),
    ("problem", &["nearest", "source"]),
    ("diagnostic", &["source"]),
    ("resource", &["number", "problem", "source"]),
    ("syntax", &["number", "problem", "source"]),
    ("plan", &["problem", "resource", "source", "syntax"]),
    ("choice", &[]),
    ("terraform", &["choice", "discover", "problem", "resource", "source", "syntax"]),
    ("cloudformation", &["choice", "nearest", "problem", "resource", "source", "syntax"]),
    ("network", &["resource", "source"]),
    ("providers", &["network", "problem", "resource", "source"]),
    ("facts", &["diagnostic", "network", "resource", "source"]),
    ("config", &["diagnostic", "form", "nearest", "network", "problem", "source", "syntax"]),
    (
        "policy",
        &[
            "nearest",
            "config",
            "diagnostic",
            "facts",
            "form",
            "network",
            "problem",
            "resource",
            "source",
            "syntax",
        ],
    ),
    ("suppress", &["config", "diagnostic", "problem", "resource", "source", "syntax"]),
    ("discover", &["config", "problem", "source"]),
    (
        "engine",
        &[
            "nearest",
            "cloudformation",
            "config",
            "diagnostic",
            "discover",
            "facts",
            "network",
            "plan",
            "policy",
            "problem",
            "providers",
            "report",
            "resource",
            "source",
            "suppress",
            "syntax",
            "terraform",
        ],
    ),
    ("report", &["diagnostic", "facts", "problem", "resource", "source"]),
    (
        "cli",
        &["config", "diagnostic", "engine", "facts", "policy", "problem", "report", "resource", "source"],
    ),
];

#[test]
fn imports_follow_the_picture() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let allowed: BTreeMap<&str, &[&str]> = ALLOWED.iter().copied().collect();
    let mut wrong = Vec::new();
    let mut checked = 0;
    for path in rust_files(&source) {
        let relative = path.strip_prefix(&source).unwrap();
        let module = relative.components().next().unwrap().as_os_str().to_string_lossy();
        let module = module.trim_end_matches(".rs");
        if matches!(module, "lib" | "main") {
            continue;
        }
        let allowed = allowed.get(module).unwrap_or_else(|| panic!("{module} has no row in the table"));
        for (number, line) in fs::read_to_string(&path).unwrap().lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            for import in code.split("crate::").skip(1) {
                let name: String = import.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                checked += 1;
                if name != module && !name.is_empty() && !allowed.contains(&name.as_str()) {
                    wrong.push(format!("{}:{}: {}", relative.display(), number + 1, line.trim()));
                }
            }
        }
    }
    assert!(checked > 100, "the test found only {checked} imports: it reads the wrong folder");
    assert!(wrong.is_empty(), "imports against the arrow:\n{}", wrong.join("\n"));
}

fn rust_files(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut entries: Vec<_> = fs::read_dir(directory)
        .expect("a folder of sources")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

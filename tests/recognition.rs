//! Which files of the development corpus are templates.

use std::path::{Path, PathBuf};

use sglint::cloudformation::recognise::{Recognised, is_template, might_be_template, recognise};
use sglint::source::SourceMap;
use sglint::syntax::yaml;

#[test]
fn probe() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let mut n = (0, 0, 0);
    for entry in walkdir::WalkDir::new(&corpus).sort_by_file_name().into_iter().filter_map(Result::ok) {
        let path = entry.path();
        if !matches!(
            path.extension().and_then(|e| e.to_str()),
            Some("yaml" | "yml" | "json" | "template" | "txt")
        ) {
            continue;
        }
        let text = std::fs::read_to_string(path).unwrap();
        let map = SourceMap::new(&corpus);
        let file = map.load(path).unwrap();
        let naive = text.contains("AWSTemplateFormatVersion") || text.contains("AWS::");
        let rel = path.strip_prefix(&corpus).unwrap().display();
        let is_real = rel.to_string().starts_with("real");
        let parsed = yaml::parse(&file);
        if parsed.documents.iter().any(|d| is_template(d)) {
            assert!(might_be_template(&text));
        }
        match recognise(&file) {
            Recognised::Template(p) => {
                if is_real {
                    n.0 += 1
                } else {
                    n.1 += 1
                }
                if p.documents.is_empty() || !p.problems.is_empty() {
                    println!(
                        "T? {rel} docs {} {:?}",
                        p.documents.len(),
                        p.problems.first().map(|p| &p.message)
                    );
                }
                if p.documents
                    .iter()
                    .any(|d| d.get("Resources").is_none() || d.get("AWSTemplateFormatVersion").is_none())
                {
                    println!(
                        "Tdoubt {rel} {:?}",
                        p.documents[0].entries().iter().map(|e| e.key.as_str()).collect::<Vec<_>>()
                    );
                }
            }
            Recognised::NotTemplate => {
                n.2 += 1;
                if naive || parsed.documents.iter().any(|d| d.get("Resources").is_some()) {
                    println!("N? {rel}");
                }
            }
        }
    }
    println!("{n:?}");
}

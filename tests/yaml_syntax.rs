//! Trees of YAML and JSON against the text they were read from, and against a second reader.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use sglint::problem::ProblemSeverity;
use sglint::source::{SourceFile, SourceMap};
use sglint::syntax::yaml::{self, Node, NodeKind, Parsed, ScalarStyle};

fn source(name: &str, text: &str) -> Arc<SourceFile> {
    SourceMap::new("/").add(name, text)
}

fn parse(text: &str) -> (Arc<SourceFile>, Parsed) {
    let file = source("test.yaml", text);
    let parsed = yaml::parse(&file);
    (file, parsed)
}

/// YAML and JSON files of the development corpus (none when it is absent) and of `testdata/syntax`.
fn files() -> Vec<PathBuf> {
    let corpus = std::env::var_os("SGLINT_CORPUS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"), PathBuf::from);
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/syntax");
    let mut files: Vec<PathBuf> = [corpus, own]
        .iter()
        .flat_map(walkdir::WalkDir::new)
        .filter_map(Result::ok)
        .map(walkdir::DirEntry::into_path)
        .filter(|path| {
            let extension = path.extension().and_then(|extension| extension.to_str());
            matches!(extension, Some("yaml" | "yml" | "json" | "template" | "txt"))
        })
        .collect();
    files.sort();
    files
}

/// What a node means, written so that differences show.
fn describe(node: &Node, out: &mut String) {
    use std::fmt::Write as _;
    if let Some(tag) = &node.tag {
        write!(out, "{tag} ").unwrap();
    }
    match &node.kind {
        NodeKind::Scalar { text, style: ScalarStyle::Plain } => write!(out, "{text}").unwrap(),
        NodeKind::Scalar { text, .. } => write!(out, "{text:?}").unwrap(),
        NodeKind::Sequence(items) => {
            out.push('[');
            for item in items {
                describe(item, out);
                out.push(',');
            }
            out.push(']');
        }
        NodeKind::Mapping(entries) => {
            out.push('{');
            for entry in entries {
                describe(&entry.key, out);
                out.push('=');
                describe(&entry.value, out);
                out.push(',');
            }
            out.push('}');
        }
    }
}

fn described(text: &str) -> String {
    let (_, parsed) = parse(text);
    assert!(parsed.problems.is_empty(), "{:?}", parsed.problems);
    let documents: Vec<String> = parsed
        .documents
        .iter()
        .map(|document| {
            let mut out = String::new();
            describe(document, &mut out);
            out
        })
        .collect();
    documents.join(" | ")
}

/// Every node with the text under its span, in source order.
fn spans(file: &SourceFile, node: &Node, out: &mut Vec<String>) {
    out.push(file.slice(node.span).to_owned());
    for item in node.items() {
        spans(file, item, out);
    }
    for entry in node.entries() {
        spans(file, &entry.key, out);
        spans(file, &entry.value, out);
    }
}

fn spanned(text: &str) -> Vec<String> {
    let (file, parsed) = parse(text);
    let mut out = Vec::new();
    parsed.documents.iter().for_each(|document| spans(&file, document, &mut out));
    out
}

#[test]
fn spans_are_exact_bytes() {
    assert_eq!(spanned("a: é  # x\nb: 'it''s'   # y\n"), ["a: é  # x\nb: 'it''s'", "a", "é", "b", "'it''s'"]);
    assert_eq!(
        spanned("k: \"q\\\"é\" # c\r\nl: !Ref  x\r\n"),
        ["k: \"q\\\"é\" # c\r\nl: !Ref  x", "k", "\"q\\\"é\"", "l", "x"]
    );
    assert_eq!(
        spanned("a: !Sub [ x, { y: z, }, ] # c\n"),
        ["a: !Sub [ x, { y: z, }, ]", "a", "[ x, { y: z, }, ]", "x", "{ y: z, }", "y", "z"]
    );
    assert_eq!(
        spanned("a:\n- b # c\n- - d\n  -\n- e:\n"),
        [
            "a:\n- b # c\n- - d\n  -\n- e:",
            "a",
            "- b # c\n- - d\n  -\n- e:",
            "b",
            "- d\n  -",
            "d",
            "",
            "e:",
            "e",
            ""
        ]
    );
    assert_eq!(
        spanned("a: !If\n  - x\n  - !Ref y\nb: &n |-  # head | >\n\n  one\n   two\n\nc: *n\n"),
        [
            "a: !If\n  - x\n  - !Ref y\nb: &n |-  # head | >\n\n  one\n   two\n\nc: *n",
            "a",
            "- x\n  - !Ref y",
            "x",
            "y",
            "b",
            "|-  # head | >\n\n  one\n   two",
            "c",
            "|-  # head | >\n\n  one\n   two",
        ]
    );
    assert_eq!(
        spanned("a: !T\n- x: y\n? [k]\n: - v\n"),
        ["a: !T\n- x: y\n? [k]\n: - v", "a", "- x: y", "x: y", "x", "y", "[k]", "k", "- v", "v"]
    );
    assert_eq!(
        spanned("[a: b, {c: d}: e, ? f : g]"),
        [
            "[a: b, {c: d}: e, ? f : g]",
            "a: b",
            "a",
            "b",
            "{c: d}: e",
            "{c: d}",
            "c",
            "d",
            "e",
            "? f : g",
            "f",
            "g"
        ]
    );
    assert_eq!(
        spanned("{\"a\":\t[1,\n\t-2.5e3,{}], \"b\": \"\\/\\ud83d\\ude00\"}"),
        [
            "{\"a\":\t[1,\n\t-2.5e3,{}], \"b\": \"\\/\\ud83d\\ude00\"}",
            "\"a\"",
            "[1,\n\t-2.5e3,{}]",
            "1",
            "-2.5e3",
            "{}",
            "\"b\"",
            "\"\\/\\ud83d\\ude00\""
        ]
    );
}

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
fn describe(node: &Node) -> String {
    let tag = node.tag.as_deref().map(|tag| format!("{tag} ")).unwrap_or_default();
    let content = match &node.kind {
        NodeKind::Scalar { text, style: ScalarStyle::Plain } => text.to_string(),
        NodeKind::Scalar { text, .. } => format!("{text:?}"),
        NodeKind::Sequence(items) => {
            format!("[{}]", items.iter().map(|item| describe(item)).collect::<Vec<_>>().join(","))
        }
        NodeKind::Mapping(entries) => {
            let entries = entries.iter();
            let entries = entries.map(|entry| format!("{}={}", describe(&entry.key), describe(&entry.value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(","))
        }
    };
    tag + &content
}

fn described(text: &str) -> String {
    let (_, parsed) = parse(text);
    assert!(parsed.problems.is_empty(), "{:?}", parsed.problems);
    parsed.documents.iter().map(|document| describe(document)).collect::<Vec<_>>().join(" | ")
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

/// Nodes that are written below `node`, each with the span of the collection that holds it. What an alias
/// brings in starts before what precedes it.
fn written<'tree>(node: &'tree Node, out: &mut Vec<(&'tree Node, &'tree Node)>) {
    let mut to = node.span.start;
    let children =
        node.items().iter().chain(node.entries().iter().flat_map(|entry| [&entry.key, &entry.value]));
    for child in children {
        if child.span.start >= to {
            to = child.span.end;
            out.push((node, child));
            written(child, out);
        }
    }
}

#[test]
fn every_span_of_every_file_holds_its_node() {
    let mut scalars = 0;
    for path in files() {
        let text = std::fs::read_to_string(&path).unwrap();
        let file = source(&path.to_string_lossy(), &text);
        let parsed = yaml::parse(&file);
        for document in &parsed.documents {
            let mut nodes = vec![(&**document, &**document)];
            written(document, &mut nodes);
            for (parent, node) in nodes {
                let at = format!("{} at {:?}", path.display(), file.position(node.span.start));
                assert!(parent.span.contains(node.span), "{at} lies outside its collection");
                let slice = file.slice(node.span);
                if let Some(span) = node.tag_span {
                    assert_eq!(Some(file.slice(span)), node.tag.as_deref(), "{at}");
                    assert!(span.end <= node.span.start, "{at}: tag behind its node");
                }
                let NodeKind::Scalar { text, style } = &node.kind else { continue };
                scalars += 1;
                if slice.is_empty() {
                    assert_eq!((&**text, *style), ("", ScalarStyle::Plain), "{at}");
                    continue;
                }
                if *style == ScalarStyle::Plain && !slice.contains('\n') {
                    assert_eq!(slice, &**text, "{at}");
                    continue;
                }
                // A slice of JSON is read as JSON.
                let again = yaml::parse(&source(&path.to_string_lossy(), slice));
                let again = again.documents.first().unwrap_or_else(|| panic!("{at}: {slice:?}"));
                assert_eq!(again.as_str(), Some(&**text), "{at}: {slice:?}");
            }
        }
    }
    assert!(scalars > 0, "own fixtures exist");
}

/// Whether a tree and another reader's value hold the same data; the path to the first difference if not.
fn differs(node: &Node, value: &serde_yaml::Value) -> Option<String> {
    use serde_yaml::Value;
    let tag = node.tag.as_deref().filter(|tag| !tag.starts_with("!!"));
    let value = match (tag, value) {
        (Some(tag), Value::Tagged(tagged)) if tagged.tag == tag => &tagged.value,
        (None, value) if !matches!(value, Value::Tagged(_)) => value,
        (tag, value) => return Some(format!(": tag {tag:?}, not {value:?}")),
    };
    let here = |same: bool| (!same).then(|| format!(": {:?}, not {value:?}", node.kind));
    match (&node.kind, value) {
        (NodeKind::Sequence(items), Value::Sequence(values)) if items.len() == values.len() => items
            .iter()
            .zip(values)
            .enumerate()
            .find_map(|(at, (item, value))| differs(item, value).map(|path| format!("[{at}]{path}"))),
        (NodeKind::Mapping(entries), Value::Mapping(values)) if entries.len() == values.len() => {
            entries.iter().find_map(|entry| {
                let found = values.iter().find(|(key, _)| differs(&entry.key, key).is_none());
                let path = match found {
                    Some((_, value)) => differs(&entry.value, value),
                    None => Some(": no such key".to_owned()),
                };
                path.map(|path| format!(".{}{path}", entry.key.as_str().unwrap_or("?")))
            })
        }
        (NodeKind::Scalar { text, style: ScalarStyle::Plain }, value) => match value {
            Value::Null => here(matches!(&**text, "" | "~" | "null" | "Null" | "NULL")),
            Value::Bool(value) => here(text.eq_ignore_ascii_case(&value.to_string())),
            Value::Number(number) => {
                let same = match text.parse::<f64>() {
                    Ok(float) => number.as_f64() == Some(float),
                    // Octal, hexadecimal, infinity: one reader's word for it.
                    Err(_) => serde_yaml::from_str::<serde_yaml::Number>(text).ok().as_ref() == Some(number),
                };
                here(same)
            }
            Value::String(value) => here(value == &**text),
            _ => here(false),
        },
        // Where the text ends without a line break, saphyr gives a block scalar one and libyaml none.
        (NodeKind::Scalar { text, style: ScalarStyle::Block }, Value::String(value)) => {
            here(value == &**text || value == text.trim_end_matches('\n'))
        }
        (NodeKind::Scalar { text, .. }, Value::String(value)) => here(value == &**text),
        _ => here(false),
    }
}

/// Files that the second reader misreads, with the reason.
const MISREAD: &[(&str, &str)] =
    &[("cg-provision/ci/pipeline.yml", "serde_yaml loses count of anchors when a name is defined twice")];

#[test]
fn trees_agree_with_a_second_reader() {
    use serde::Deserialize as _;
    let mut compared = 0;
    let mut disagreements = Vec::new();
    for path in files() {
        let text = std::fs::read_to_string(&path).unwrap();
        let file = source(&path.to_string_lossy(), &text);
        if MISREAD.iter().any(|(name, _)| file.name().ends_with(name)) {
            continue;
        }
        let ours = yaml::parse(&file);
        // libyaml refuses JSON's surrogate pairs.
        let json = serde_json::from_str::<serde_yaml::Value>(file.text());
        let yaml = || -> Result<Vec<_>, serde_yaml::Error> {
            let documents = serde_yaml::Deserializer::from_str(file.text());
            let values = documents.map(|document| {
                let mut value = serde_yaml::Value::deserialize(document)?;
                value.apply_merge().map(|()| value)
            });
            values.collect()
        };
        let theirs = json.map_or_else(|_| yaml(), |value| Ok(vec![value]));
        match theirs {
            Ok(theirs) if ours.problems.is_empty() => {
                compared += 1;
                if theirs.len() != ours.documents.len() && !(ours.documents.is_empty()) {
                    disagreements.push(format!("{}: number of documents", path.display()));
                }
                for (ours, theirs) in ours.documents.iter().zip(&theirs) {
                    disagreements.extend(differs(ours, theirs).map(|at| format!("{}{at}", path.display())));
                }
            }
            Ok(_) => disagreements.push(format!("{}: we refuse: {:?}", path.display(), ours.problems)),
            Err(error) if ours.problems.is_empty() => {
                disagreements.push(format!("{}: refused by the other: {error}", path.display()));
            }
            Err(_) => {}
        }
    }
    assert!(compared > 0, "own fixtures exist");
    assert!(disagreements.is_empty(), "{}", disagreements.join("\n"));
}

#[test]
fn scalars_keep_text_and_style() {
    assert_eq!(
        described("{a: 'x''y', b: \"\\t\\u00e9\", c: 0x16, d: ~, e: , 1: true}"),
        r#"{a="x'y",b="\té",c=0x16,d=~,e=,1=true}"#
    );
    assert_eq!(described("a: |\n  x\n   y\nb: >-\n  p\n  q\n"), r#"{a="x\n y\n",b="p q"}"#);
    assert_eq!(described("a: one\n  two # c\n"), "{a=one two}");
    assert_eq!(
        described("{\"a\": \"\\ud83d\\ude00\\/\\n\", \"b\": -0.5E+3, \"<<\": {\"c\": null}}"),
        r#"{"a"="😀/\n","b"=-0.5E+3,"<<"={"c"=null}}"#
    );
}

#[test]
fn tags_are_kept_as_written() {
    assert_eq!(
        described(
            "[!Ref A, !GetAtt 'B.C', !If [X, !Sub \"${Y}\"], !Fn::Custom {k: v}, !!str 1, ! z, !<tag:x> w]"
        ),
        "[!Ref A,!GetAtt \"B.C\",!If [X,!Sub \"${Y}\"],!Fn::Custom {k=v},!!str 1,! z,!<tag:x> w]"
    );
}

#[test]
fn documents_are_kept_apart() {
    assert_eq!(described("a: 1\n---\nb: 2\n...\n---\n[]\n"), "{a=1} | {b=2} | []");
    assert_eq!(described(""), "");
    assert_eq!(described("# nothing\n"), "");
}

#[test]
fn aliases_share_what_is_in_the_anchored_node() {
    let (file, parsed) = parse("a: &x {k: [1]}\nb: *x\nc: [*x, *x]\n");
    let root = &parsed.documents[0];
    let [anchored, alias, last] =
        [root.get("a"), root.get("b"), root.get("c").unwrap().items().last()].map(Option::unwrap);
    for alias in [alias, last] {
        assert!(Arc::ptr_eq(anchored.get("k").unwrap(), alias.get("k").unwrap()));
        assert_eq!(file.slice(alias.span), "{k: [1]}");
        assert_eq!(file.slice(alias.alias.unwrap()), "*x");
    }
    assert_eq!(anchored.alias, None);
    assert_eq!(described("a: &x 1\nb: &x 2\nc: *x\n"), "{a=1,b=2,c=2}", "the nearest definition counts");
}

#[test]
fn merges_let_own_keys_and_earlier_mappings_win() {
    assert_eq!(
        described("- &a {x: 1, y: 2}\n- &b {y: 3, z: 4}\n- {<<: *a, y: own}\n- {<<: [*b, *a], w: 0}\n"),
        "[{x=1,y=2},{y=3,z=4},{x=1,y=own},{y=3,z=4,x=1,w=0}]"
    );
    assert_eq!(described("{'<<': {a: 1}}"), "{\"<<\"={a=1}}", "a quoted key merges nothing");
}

/// The problems of a text: severity, code, and the text they point at.
fn problems(text: &str) -> Vec<(ProblemSeverity, &'static str, String)> {
    let (file, parsed) = parse(text);
    let problems = parsed.problems.into_iter();
    problems
        .map(|problem| {
            assert!(problem.help.is_some(), "{problem:?} says what to do");
            let span = problem.span.expect("a problem has a place");
            (problem.severity, problem.code, file.slice(span).to_owned())
        })
        .collect()
}

#[test]
fn a_merge_of_something_else_is_reported() {
    let warning = |at: &str| vec![(ProblemSeverity::Warning, "yaml-merge", at.to_owned())];
    assert_eq!(problems("<<: 5\na: 1\n"), warning("<<"));
    assert_eq!(problems("<<: [{a: 1}, 2]\n"), warning("<<"));
}

#[test]
fn of_a_repeated_key_the_last_counts() {
    for keys in [2, 40] {
        let others: String = (0..keys).map(|key| format!("other{key}: {key}\n")).collect::<Vec<_>>().concat();
        let text = format!("k: first\n{others}'k': last\n");
        let (file, parsed) = parse(&text);
        assert_eq!(parsed.documents[0].get("k").unwrap().as_str(), Some("last"));
        assert_eq!(parsed.documents[0].entries().len(), keys + 1);
        let problem = &parsed.problems[0];
        assert_eq!((problem.code, problem.severity), ("duplicate-key", ProblemSeverity::Warning));
        assert!(problem.message.contains("`k`") && problem.message.contains("line 1"), "{problem:?}");
        assert_eq!(file.slice(problem.span.unwrap()), "'k'");
    }
}

#[test]
fn problems_are_listed_up_to_a_bound() {
    let text = format!("{}---\nb: [", "a: 1\n".repeat(10_000));
    let found = problems(&text);
    assert_eq!(found.len(), 102);
    assert_eq!((found[100].1, found[101].1), ("too-many-problems", "yaml-syntax"));
}

#[test]
fn syntax_errors_point_at_their_place() {
    let error = |code, at: &str| vec![(ProblemSeverity::Error, code, at.to_owned())];
    assert_eq!(problems("é: [ü, ö]\nb: 'x\n"), error("yaml-syntax", "'"));
    assert_eq!(problems("a: é: b\n"), error("yaml-syntax", ":"));
    assert_eq!(problems("a:\n\tb: 1\n").len(), 1);
    assert_eq!(problems("a: *nowhere\n"), error("yaml-syntax", "*"));
    assert_eq!(problems("a: !Base64\n  !Sub x\n"), error("yaml-syntax", "!"));
    assert_eq!(problems("é: [ü, ö\nb: 1\n"), error("yaml-syntax", ":"));
    assert_eq!(problems("a: ]\n"), error("yaml-syntax", "]"));
    assert_eq!(problems("{\"a\": \"é\" \"b\": 1}"), error("json-syntax", "\""));
    assert_eq!(problems("{\"a\": [1, 2"), error("json-syntax", ""));
    assert_eq!(problems("{\"a\": \"\\ud800 lone\"}"), error("json-syntax", "\\"));
    assert_eq!(problems("{\"a\": 01, \"b\" 2}"), error("json-syntax", "0"));
}

#[test]
fn documents_before_a_syntax_error_are_kept() {
    let (_, parsed) = parse("a: 1\n---\nb: [\n");
    assert_eq!(parsed.documents.len(), 1);
    assert_eq!(parsed.problems.len(), 1);
}

#[test]
fn what_only_yaml_allows_in_json_is_accepted() {
    assert_eq!(described("{\"a\": [1, 2,], # comment\n \"b\": 0x1,}"), "{\"a\"=[1,2],\"b\"=0x1}");
}

#[test]
fn aliases_cannot_expand_without_bound() {
    let level = |level: usize| {
        let below = format!("*a{}, ", level.saturating_sub(1)).repeat(10);
        format!("a{level}: &a{level} [{}]\n", if level == 0 { "x" } else { &below })
    };
    let bomb = (0..60).map(level).collect::<Vec<_>>().concat();
    let found = problems(&bomb);
    assert!(
        found.iter().any(|(_, code, at)| *code == "yaml-alias-bomb" && at.starts_with("*a")),
        "{found:?}"
    );
    let (_, parsed) = parse(&bomb);
    assert_eq!(parsed.documents[0].entries().len(), 60);
}

#[test]
fn aliases_cannot_nest_without_bound() {
    let level = |level: usize| format!("a{level}: &a{level} [*a{}]\n", level - 1);
    let chain = format!("a0: &a0 [x]\n{}", (1..2000).map(level).collect::<Vec<_>>().concat());
    assert!(problems(&chain).iter().any(|(_, code, _)| *code == "nesting-too-deep"));
}

#[test]
fn an_alias_to_itself_or_to_another_document_is_refused() {
    let error = |at: &str| vec![(ProblemSeverity::Error, "yaml-alias", at.to_owned())];
    assert_eq!(problems("a: &x [1, *x]\n"), error("*x"));
    assert_eq!(problems("a: &x 1\n---\nb: *x\n"), error("*x"));
}

#[test]
fn deep_nesting_ends_in_a_problem() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("{a: ", "}"), ("- ", ""), ("? ", ""), ("!t [", "]")]
    {
        for depth in [250, 10_000, 300_000] {
            for closing in [0, depth] {
                let text = format!("{}1{}", open.repeat(depth), close.repeat(closing));
                let found = problems(&text);
                assert_eq!(found.len(), 1, "{open} {depth}");
                assert_eq!(found[0].1, "nesting-too-deep", "{open} {depth}");
            }
        }
    }
    assert!(problems(&format!("{}{}", "[".repeat(200), "]".repeat(200))).is_empty());
}

#[test]
fn long_lines_take_linear_time() {
    let text = format!(
        "a: [{}]\n# {}\nb: \"{}\"\n",
        "{x: 1}, ".repeat(50_000),
        "c".repeat(500_000),
        "d ".repeat(200_000)
    );
    let (_, parsed) = parse(&text);
    assert_eq!(parsed.documents[0].get("a").unwrap().items().len(), 50_000);
}

#[test]
fn comments_are_found_outside_scalars() {
    let text = "# top\na: 'x # y' # trailing é\nb: z#no\nc: |  # head\n  # inside\n\n  ## own\nd: [ # in flow\n 1 ]\n  # last";
    let (file, parsed) = parse(text);
    let found: Vec<_> = yaml::comments(&file, &parsed.documents[0])
        .into_iter()
        .map(|comment| (file.slice(comment.span).to_owned(), comment.text, comment.own_line))
        .collect();
    let comment = |written: &str, text: &str, own_line| (written.to_owned(), text.to_owned(), own_line);
    assert_eq!(
        found,
        [
            comment("# top", "top", true),
            comment("# trailing é", "trailing é", false),
            comment("# in flow", "in flow", false),
            comment("# last", "last", true),
        ]
    );
}

#[test]
fn comments_belong_to_their_document() {
    let text = "# one\na: '# no'\n--- # two\nb: '# no'\n# three\n";
    let (file, parsed) = parse(text);
    let texts = |document: usize| -> Vec<String> {
        yaml::comments(&file, &parsed.documents[document]).into_iter().map(|comment| comment.text).collect()
    };
    assert_eq!(texts(0), ["one"]);
    assert_eq!(texts(1), ["two", "three"]);
}

#[test]
fn extents_are_the_root_its_entries_and_elements() {
    let (file, parsed) = parse("a: &x\n  - b: 1\n    c: 2\n  - d\ne: *x\nf:\n  - *x\n");
    let found: Vec<_> = yaml::extents(&parsed.documents[0])
        .into_iter()
        .map(|extent| (file.slice(extent.span).to_owned(), file.slice(extent.head).to_owned()))
        .collect();
    let extent = |span: &str, head: &str| (span.to_owned(), head.to_owned());
    assert_eq!(
        found,
        [
            extent("a: &x\n  - b: 1\n    c: 2\n  - d\ne: *x\nf:\n  - *x", ""),
            extent("a: &x\n  - b: 1\n    c: 2\n  - d", "a"),
            extent("b: 1\n    c: 2", ""),
            extent("b: 1", "b"),
            extent("c: 2", "c"),
            extent("d", "d"),
            extent("e: *x", "e"),
            extent("f:\n  - *x", "f"),
            extent("*x", "*x"),
        ]
    );
}

/// Whatever a text is, reading it ends, and all it reports lies inside the text.
fn survives(name: &str, text: &str) {
    let file = source(name, text);
    let parsed = yaml::parse(&file);
    for problem in &parsed.problems {
        let span = problem.span.expect("a problem has a place");
        assert!(file.text().get(span.range()).is_some(), "{problem:?} in {text:?}");
    }
    for document in &parsed.documents {
        let mut nodes = vec![(&**document, &**document)];
        written(document, &mut nodes);
        for (parent, node) in nodes {
            assert!(parent.span.contains(node.span), "{node:?} in {text:?}");
            assert!(file.text().get(node.span.range()).is_some(), "{node:?} in {text:?}");
        }
        yaml::comments(&file, document);
        yaml::extents(document);
    }
}

#[test]
fn files_cut_anywhere_are_survived() {
    for (name, text) in FIXTURES {
        for end in (0..text.len()).filter(|&end| text.is_char_boundary(end)) {
            survives(name, &text[..end]);
            survives(name, &text[end..]);
        }
    }
    for path in files() {
        let text = std::fs::read_to_string(&path).unwrap();
        for part in 1..4 {
            survives(&path.to_string_lossy(), &text[..text.floor_char_boundary(text.len() * part / 4)]);
        }
    }
}

const FIXTURES: [(&str, &str); 2] = [
    ("t.yaml", include_str!("../testdata/syntax/template.yaml")),
    ("t.json", include_str!("../testdata/syntax/template.json")),
];

proptest::proptest! {
    #[test]
    fn mutated_files_are_survived(
        fixture in 0..2_usize,
        edits in proptest::collection::vec((0..2000_usize, 0..6_usize, "[-\\[\\]{}:,?!&*#|>'\"%@`~<\\\\ \t\r\n\u{feff}\u{85}aé0]{0,3}"), 1..6),
    ) {
        let (name, text) = FIXTURES[fixture];
        let mut text = text.to_owned();
        for (at, length, replacement) in edits {
            let start = text.floor_char_boundary(at % (text.len() + 1));
            let end = text.floor_char_boundary((start + length).min(text.len())).max(start);
            text.replace_range(start..end, &replacement);
        }
        survives(name, &text);
    }

    #[test]
    fn any_line_noise_is_survived(text in "[-\\[\\]{}:,?!&*#|>'\"%@`~<\\\\ \t\r\n\u{feff}aé0]{0,60}") {
        survives("t.yaml", &text);
        survives("t.json", &text);
    }
}

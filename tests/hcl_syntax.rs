//! What the HCL reader promises of any text: spans that are exact, broken places that cost only themselves,
//! and no text on which it panics. Runs over the project's own fixtures, and over a corpus of real Terraform
//! where there is one (`SGLINT_CORPUS`).

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use proptest::prelude::*;
use sglint::source::{SourceFile, SourceMap, Span};
use sglint::syntax::hcl::{
    self, Block, Body, Expr, ExprKind, Parsed, StepKind, TemplatePart, parse, parse_expression,
};

const EVERYTHING: &str = include_str!("../testdata/syntax/everything.tf");
const BROKEN: &str = include_str!("../testdata/syntax/broken.tf");

fn source(text: &str) -> Arc<SourceFile> {
    SourceMap::default().add("main.tf", text)
}

fn parsed(text: &str) -> Parsed {
    parse(&source(text))
}

/// The messages with the text they point at.
fn findings(text: &str) -> Vec<(String, String)> {
    let file = source(text);
    let finding = |problem: sglint::problem::Problem| {
        assert_eq!(problem.code, "hcl-syntax");
        assert!(problem.help.is_some(), "{} has no help", problem.message);
        let at = problem.span.map(|span| file.slice(span).to_owned());
        (problem.message, at.unwrap_or_default())
    };
    parse(&file).problems.into_iter().map(finding).collect()
}

fn value(text: &str) -> ExprKind {
    parse_expression(&source(text)).expect("an expression").kind
}

fn corpus() -> Vec<(PathBuf, String)> {
    let root = std::env::var_os("SGLINT_CORPUS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"), PathBuf::from);
    let mut texts: Vec<_> = walkdir::WalkDir::new(root)
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.path().extension().is_some_and(|extension| extension == "tf"))
        .filter_map(|entry| Some((entry.path().to_owned(), std::fs::read_to_string(entry.path()).ok()?)))
        .collect();
    texts.sort();
    texts
}

fn texts() -> Vec<(PathBuf, String)> {
    let own = [("everything.tf", EVERYTHING), ("broken.tf", BROKEN)];
    own.into_iter().map(|(name, text)| (name.into(), text.to_owned())).chain(corpus()).collect()
}

/// The direct children of an expression, in the order of the text.
fn children(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::Null
        | ExprKind::Bool(_)
        | ExprKind::Number(_)
        | ExprKind::String(_)
        | ExprKind::Variable(_) => vec![],
        ExprKind::Template(parts) => in_parts(parts),
        ExprKind::List(elements) => elements.iter().collect(),
        ExprKind::Object(items) => items.iter().flat_map(|item| [&item.key, &item.value]).collect(),
        ExprKind::Traversal { base, steps } => {
            let indices = steps.iter().filter_map(|step| match &step.kind {
                StepKind::Index(index) => Some(index),
                _ => None,
            });
            std::iter::once(&**base).chain(indices).collect()
        }
        ExprKind::Call { arguments, .. } => arguments.iter().collect(),
        ExprKind::Conditional { condition, then, otherwise } => vec![condition, then, otherwise],
        ExprKind::Unary(_, operand) | ExprKind::Parenthesis(operand) => vec![operand],
        ExprKind::Binary(left, _, right) => vec![left, right],
        ExprKind::For(expr) => {
            [Some(&expr.collection), expr.key.as_ref(), Some(&expr.value), expr.condition.as_ref()]
                .into_iter()
                .flatten()
                .collect()
        }
    }
}

fn in_parts(parts: &[TemplatePart]) -> Vec<&Expr> {
    parts
        .iter()
        .flat_map(|part| match part {
            TemplatePart::Literal { .. } => vec![],
            TemplatePart::Interpolation(expr) => vec![expr],
            TemplatePart::If { condition, then, otherwise } => {
                [vec![condition], in_parts(then), in_parts(otherwise)].concat()
            }
            TemplatePart::For { collection, body, .. } => [vec![collection], in_parts(body)].concat(),
        })
        .collect()
}

fn literal_spans(parts: &[TemplatePart]) -> Vec<Span> {
    parts
        .iter()
        .flat_map(|part| match part {
            TemplatePart::Literal { span, .. } => vec![*span],
            TemplatePart::Interpolation(_) => vec![],
            TemplatePart::If { then, otherwise, .. } => {
                [literal_spans(then), literal_spans(otherwise)].concat()
            }
            TemplatePart::For { body, .. } => literal_spans(body),
        })
        .collect()
}

/// Whether the spans lie within `parent`, one behind the other, on the boundaries of characters.
fn assert_nested(file: &SourceFile, parent: Span, spans: impl IntoIterator<Item = Span>) {
    let mut last = parent.start;
    for span in spans {
        assert!(parent.contains(span), "{span:?} not within {parent:?}: {:?}", file.slice(parent));
        assert!(last <= span.start, "{span:?} begins before {last}: {:?}", file.slice(parent));
        assert!(file.text().get(span.range()).is_some(), "{span:?} cuts a character");
        last = span.end;
    }
}

fn check_expr(file: &SourceFile, expr: &Expr, scalars: &mut BTreeSet<String>) {
    let children = children(expr);
    assert_nested(file, expr.span, children.iter().map(|child| child.span));
    assert!(expr.span.start < expr.span.end, "{expr:?}");
    match &expr.kind {
        ExprKind::Traversal { base, steps } => {
            let spans = std::iter::once(base.span).chain(steps.iter().map(|step| step.span));
            assert_nested(file, expr.span, spans);
            for step in steps {
                assert!(file.slice(step.span).starts_with(['.', '[']), "{:?}", file.slice(step.span));
            }
        }
        ExprKind::Template(parts) => assert_nested(file, expr.span, literal_spans(parts)),
        ExprKind::Call { name, name_span, .. } => {
            let written: String = file.slice(*name_span).split_whitespace().collect();
            assert_eq!(written, **name);
        }
        ExprKind::Variable(name) => assert_eq!(file.slice(expr.span), &**name),
        ExprKind::List(_) => assert!(file.slice(expr.span).starts_with('[')),
        ExprKind::Object(_) => assert!(file.slice(expr.span).ends_with('}')),
        ExprKind::Parenthesis(_) => assert!(file.slice(expr.span).starts_with('(')),
        ExprKind::Null | ExprKind::Bool(_) | ExprKind::Number(_) | ExprKind::String(_) => {
            let text = file.slice(expr.span);
            // A text of one word may be the key of an object; a string over several lines is a problem.
            let key = matches!(&expr.kind, ExprKind::String(name) if **name == *text);
            let several_lines = text.starts_with('"') && text.contains('\n');
            if !key && !several_lines && scalars.insert(text.to_owned()) {
                let again =
                    parse_expression(&source(text)).unwrap_or_else(|problem| panic!("{text}: {problem:?}"));
                assert_eq!(format!("{:?}", again.kind), format!("{:?}", expr.kind), "{text}");
            }
        }
        _ => {}
    }
    for child in children {
        check_expr(file, child, scalars);
    }
}

fn check_body(file: &SourceFile, parent: Span, body: &Body, scalars: &mut BTreeSet<String>) {
    assert_nested(file, parent, body.attributes.iter().map(|attribute| attribute.span));
    assert_nested(file, parent, body.blocks.iter().map(|block| block.span));
    let names: BTreeSet<_> = body.attributes.iter().map(|attribute| &attribute.name).collect();
    assert_eq!(names.len(), body.attributes.len(), "names are unique");
    for attribute in &body.attributes {
        assert_nested(file, attribute.span, [attribute.key, attribute.value.span]);
        assert_eq!(file.slice(attribute.key), &*attribute.name);
        check_expr(file, &attribute.value, scalars);
    }
    for block in &body.blocks {
        check_block(file, block, scalars);
    }
}

fn check_block(file: &SourceFile, block: &Block, scalars: &mut BTreeSet<String>) {
    assert_nested(file, block.span, [block.head]);
    assert_nested(file, block.head, block.labels.iter().map(|label| label.span));
    assert!(file.slice(block.head).starts_with(&*block.kind));
    assert!(file.slice(block.span).ends_with('}'));
    check_body(file, block.span, &block.body, scalars);
}

/// Everything that holds for any text.
fn check(text: &str, scalars: &mut BTreeSet<String>) -> Parsed {
    let file = source(text);
    let parsed = parse(&file);
    check_body(&file, file.whole(), &parsed.body, scalars);
    let spans = parsed.problems.iter().map(|problem| problem.span.expect("a place"));
    for span in spans {
        assert!(file.whole().contains(span) && span.start < span.end, "{span:?}");
        assert!(file.text().get(span.range()).is_some(), "{span:?} cuts a character");
    }
    assert_nested(&file, file.whole(), hcl::comments(&file).iter().map(|comment| comment.span));
    for extent in hcl::extents(&parsed.body) {
        assert!(extent.span.contains(extent.head));
    }
    parsed
}

#[test]
fn spans_are_exact_and_nested() {
    let mut scalars = BTreeSet::new();
    for (path, text) in texts() {
        let parsed = check(&text, &mut scalars);
        // Where a checkout has no symbolic links, a link is a file that holds its target.
        let link = text.starts_with("../");
        let broken = link || path == Path::new("broken.tf");
        assert_eq!(parsed.problems.is_empty(), !broken, "{}: {:?}", path.display(), parsed.problems);
    }
    assert!(scalars.len() > 20);
}

#[test]
fn other_line_ends_and_marks_change_nothing_but_offsets() {
    let mut scalars = BTreeSet::new();
    for (path, text) in texts().into_iter().filter(|(_, text)| !text.contains('\r')) {
        let plain = parsed(&text);
        for other in [text.replace('\n', "\r\n"), format!("\u{feff}{text}"), text.replace("  ", "\t")] {
            let parsed = check(&other, &mut scalars);
            assert_eq!(
                parsed.problems.len(),
                plain.problems.len(),
                "{}: {:?}",
                path.display(),
                parsed.problems
            );
            assert_eq!(parsed.body.blocks.len(), plain.body.blocks.len());
        }
    }
}

#[test]
fn a_broken_item_changes_nothing_else() {
    for (path, text) in texts() {
        let whole = parsed(&text);
        let broken = parsed(&format!("{text}\nbroken = ]\n"));
        if whole.problems.is_empty() {
            assert_eq!(broken.problems.len(), 1, "{}: {:?}", path.display(), broken.problems);
            assert_eq!(format!("{:?}", broken.body), format!("{:?}", whole.body), "{}", path.display());
        }
    }
}

#[test]
fn each_broken_block_is_one_problem_and_the_others_are_read() {
    let found = findings(BROKEN);
    let expected = [
        ("nothing was opened that this `]` closes", "]"),
        ("a quoted string ends on the line on which it begins", "\"open"),
        ("this `[` is not closed", "["),
        ("this `{` is not closed", "{"),
        ("the attribute `name` was already given on line 23", "name"),
        ("expected an attribute or a block, found `.`", "."),
        ("the heredoc `EOT` has no end", "<<EOT"),
    ];
    assert_eq!(found, expected.map(|(message, at)| (message.to_owned(), at.to_owned())));
    let body = parsed(BROKEN).body;
    let read: Vec<_> = body.blocks.iter().map(|block| &*block.labels[1].text).collect();
    assert_eq!(read, ["before", "twice", "after"]);
    let name = &body.blocks[1].body.attribute("name").expect("a name").value.kind;
    assert!(matches!(name, ExprKind::String(text) if &**text == "second"), "the last one counts: {name:?}");
}

#[test]
fn a_problem_points_at_what_the_parser_did_not_expect() {
    let cases = [
        ("a = 1 b = 2\n", "expected a new line behind the attribute or block, found `b`", "b"),
        ("a = \n", "expected a value, found the end of the line", "="),
        ("a = ", "expected a value, found the end of the text", "="),
        ("a = 'x'\n", "expected a value, found `'`", "'"),
        ("\"a\" = 1\n", "expected an attribute or a block, found `\"`", "\""),
        ("a = [1 2]\n", "expected a `,` or `]`, found `2`", "2"),
        ("a = f(1 2)\n", "expected a `,` or `)`, found `2`", "2"),
        ("a = { b = 1 c = 2 }\n", "expected a `,`, a new line or `}` behind the value, found `c`", "c"),
        ("a = { b 1 }\n", "expected `=` or `:` behind the key, found `1`", "1"),
        ("a = x ? 1\n", "expected a `:`, found the end of the line", "1"),
        ("a = x.\n", "cannot read the value of `a`", "x."),
        ("a = x.(y)\n", "expected a name, a number or `*` behind the `.`, found `(`", "("),
        ("a = \"é\\d\"\n", "expected one of `n r t \" \\ u U` behind the backslash, found `d`", "\\d"),
        ("a = \"%{ foo }\"\n", "cannot read the value of `a`", "\"%{ foo }\""),
        ("a = x & y\n", "cannot read the value of `a`", "x & y"),
        ("a = 1\n}\n", "nothing was opened that this `}` closes", "}"),
        ("a = \"50%{\"\n", "this interpolation or directive is not closed", "%{"),
        ("a = 1\n/* b", "this comment is not closed", "/*"),
        ("a = 1 /* b", "this comment is not closed", "/*"),
        ("é = \u{1}\n", "expected a value, found the character U+0001", "\u{1}"),
    ];
    for (text, message, at) in cases {
        assert_eq!(findings(text), [(message.to_owned(), at.to_owned())], "{text:?}");
    }
}

#[test]
fn what_stands_before_an_open_end_is_kept() {
    for open in ["b {\n", "b = [\n", "b = \"x\n", "b = \"${\n", "b = <<EOT\n", "b {\n c {\n}\n", "b = f(\n"] {
        let parsed = parsed(&format!("a = 1\nx {{\n}}\n{open}"));
        assert_eq!((parsed.body.attributes.len(), parsed.body.blocks.len()), (1, 1), "{open:?}");
        assert_eq!(parsed.problems.len(), 1, "{open:?}: {:?}", parsed.problems);
    }
}

#[test]
fn a_key_given_twice_in_an_object_is_kept_twice() {
    let text = "a = {\n  b = 1\n  \"b\" = 2\n  b = 3\n  \"b\" = 4\n  (x) = 5\n  (x) = 6\n}\n";
    let file = source(text);
    let parsed = parse(&file);
    assert_eq!(parsed.problems, []);
    let ExprKind::Object(items) = &parsed.body.attributes[0].value.kind else { panic!("an object") };
    let keys: Vec<_> = items.iter().map(|item| file.slice(item.key.span)).collect();
    assert_eq!(keys, ["b", "\"b\"", "b", "\"b\"", "(x)", "(x)"]);
    for item in &items[..4] {
        assert!(matches!(&item.key.kind, ExprKind::String(key) if &**key == "b"), "{:?}", item.key);
    }
    assert!(matches!(items[5].key.kind, ExprKind::Parenthesis(_)));
}

#[test]
fn words_are_names_when_they_are_keys() {
    let text = "a = { null = 1, true = 2, if = 3, plain : 4, (true) = 5 }";
    let ExprKind::Object(items) = value(text.trim_start_matches("a = ")) else { panic!("an object") };
    let names: Vec<_> = items
        .iter()
        .map(|item| match &item.key.kind {
            ExprKind::String(name) => name.to_string(),
            ExprKind::Parenthesis(_) => "an expression".to_owned(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(names, ["null", "true", "if", "plain", "an expression"]);
}

#[test]
fn an_empty_heredoc_does_not_swallow_what_follows() {
    let text = "a {\n  b = <<-EOT\n  EOT\n  c = 1\n  d = <<EOT\nx\nEOT\n}\n";
    let file = source(text);
    let parsed = parse(&file);
    assert_eq!(parsed.problems, []);
    let body = &parsed.body.blocks[0].body;
    assert_eq!(body.attributes.len(), 3);
    assert!(matches!(&body.attributes[0].value.kind, ExprKind::String(text) if text.is_empty()));
    assert_eq!(file.slice(body.attributes[0].value.span), "<<-EOT\n  EOT");
    assert_eq!(file.slice(body.attributes[0].span), "b = <<-EOT\n  EOT");

    let mut scalars = BTreeSet::new();
    let parsed = check("a = x ? [1] : <<E\nE\nb = f(<<E\nE\n)[0]\n", &mut scalars);
    assert_eq!(parsed.problems, []);
    assert!(scalars.contains("<<E\nE"));
}

#[test]
fn a_heredoc_line_that_only_begins_with_the_delimiter_is_text() {
    let parsed = parsed("a = [<<EOT\n  foo\nEOT, 1]\nEOT\n]\n");
    assert_eq!(parsed.problems, []);
    let ExprKind::List(elements) = &parsed.body.attributes[0].value.kind else { panic!("a list") };
    assert!(
        matches!(&elements[0].kind, ExprKind::String(text) if &**text == "  foo\nEOT, 1]\n"),
        "{elements:?}"
    );
}

#[test]
fn what_only_terraform_reads_is_read() {
    for text in [
        "a = [for\r\n x in y : x]\r\n",
        "a = [for k, v in x\n || y : k]\n",
        "a = {\n for k, v in y : k => v\n && x\n}\n",
        "a = {\n for k, v in y ==\n z : k => v\n}\n",
        "# x\ra = 1\nb = 1\n",
        "a = (x\n.y)\n",
    ] {
        assert_eq!(findings(text), [], "{text:?}");
    }
}

#[test]
fn numbers_and_references_keep_their_parts() {
    assert!(matches!(value("-1"), ExprKind::Number(number) if number.as_i64() == Some(-1)));
    assert!(matches!(value(" 1.5e3\n"), ExprKind::Number(number) if number.as_i64() == Some(1500)));
    let ExprKind::Traversal { steps, .. } = value("a.b[\"c\"].0.*.d[*]") else { panic!("a traversal") };
    let kinds: Vec<_> = steps
        .iter()
        .map(|step| match &step.kind {
            StepKind::Attribute(name) => format!(".{name}"),
            StepKind::Index(index) => format!("[{:?}]", matches!(index.kind, ExprKind::Number(_))),
            StepKind::AttributeSplat => ".*".to_owned(),
            StepKind::FullSplat => "[*]".to_owned(),
        })
        .collect();
    assert_eq!(kinds, [".b", "[false]", "[true]", ".*", ".d", "[*]"]);
    assert!(matches!(
        value("provider::aws::arn_parse(x...)"),
        ExprKind::Call { name, expand_last: true, .. } if &*name == "provider::aws::arn_parse"
    ));
}

#[test]
fn extents_hold_blocks_attributes_elements_and_items() {
    let text = "a \"b\" {\n  c = [\"d\", { e = 1 }]\n}\n";
    let file = source(text);
    let found: Vec<_> = hcl::extents(&parse(&file).body)
        .into_iter()
        .map(|extent| (file.slice(extent.span).to_owned(), file.slice(extent.head).to_owned()))
        .collect();
    let expected = [
        (text.trim_end(), "a \"b\""),
        ("c = [\"d\", { e = 1 }]", "c"),
        ("\"d\"", "\"d\""),
        ("{ e = 1 }", "{ e = 1 }"),
        ("e = 1", "e"),
    ];
    assert_eq!(found, expected.map(|(span, head)| (span.to_owned(), head.to_owned())));
}

#[test]
fn depth_beyond_every_limit_ends_in_a_problem() {
    const DEPTH: usize = 10_000;
    let brackets =
        [("[", "]"), ("(", ")"), ("{a=", "}"), ("\"${", "}\""), ("f(", ")"), ("x[", "]"), ("!", "")];
    let chains = [("-", ""), ("x?1:", ""), ("1+", ""), ("<<E\n${", "}\nE\n")];
    for (open, close) in brackets.into_iter().chain(chains) {
        for closed in [close.repeat(DEPTH), String::new()] {
            let parsed = parsed(&format!("a = {}1{closed}\n", open.repeat(DEPTH)));
            assert_eq!(parsed.problems.len(), 1, "{open:?}");
        }
    }
    let blocks = parsed(&format!("{}{}", "a {\n".repeat(DEPTH), "}\n".repeat(DEPTH)));
    assert_eq!(blocks.problems.len(), 1);
    assert!(blocks.problems[0].message.contains("at most 64 levels"), "{:?}", blocks.problems);
}

#[test]
fn many_broken_places_take_linear_time() {
    const COUNT: usize = 5_000;
    let starts = std::time::Instant::now();
    for item in [
        "a = ]\n",
        "x \"y\" {\n  z = 1\n",
        "x \"y\" {\n  z = [1\n}\n",
        "x \"y\" {\n  z = \"${1\n}\n",
        "x \"y\" {\n  z = <<E\n}\n",
        "x \"y\" {\n  z = /*\n}\n",
    ] {
        assert!(!parsed(&item.repeat(COUNT)).problems.is_empty(), "{item:?}");
    }
    for repeated in ["b = 1\n", "bcde = 1\n"] {
        parsed(&format!("a = {{\n{}}}\n", repeated.repeat(COUNT)));
        parsed(&format!("a {{\n{}}}\n", repeated.repeat(COUNT)));
    }
    let entries: Vec<_> = (0..50_000).map(|entry| format!("key_{entry} = 1\n")).collect();
    let entries = entries.concat();
    assert_eq!(findings(&format!("a = {{\n{entries}}}\nb {{\n{entries}}}\n")).len(), 1);
    // Quadratic time would be minutes.
    assert!(starts.elapsed().as_secs() < 60);
}

#[test]
fn a_text_cut_anywhere_is_read_without_panic() {
    let mut scalars = BTreeSet::new();
    for (at, (_, text)) in texts().iter().enumerate() {
        let step = match at {
            0 | 1 => 1,
            _ if at % 40 == 0 => (text.len() / 20).max(1),
            _ => continue,
        };
        for end in (0..text.len()).step_by(step).filter(|&end| text.is_char_boundary(end)) {
            check(&text[..end], &mut scalars);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1500) })]

    #[test]
    fn a_text_changed_anywhere_is_read_without_panic(
        broken in any::<bool>(),
        changes in prop::collection::vec(
            (
                any::<prop::sample::Index>(),
                0_usize..4,
                prop::sample::select(vec![
                    "", "\"", "{", "}", "[", "]", "(", ")", "${", "%{", "~}", "<<EOT\n", "<<-E\n", "\nEOT\n",
                    "/*", "*/", "#", "\n", "\r", "\r\n", "\\", "=", ":", "?", ".", ",", "...", "é", "😀", "\0",
                    "for ", "if ", "endif", "$${", "\u{feff}", "-", "1e", "::", " ",
                ]),
            ),
            1..6,
        ),
    ) {
        let mut text = if broken { BROKEN } else { EVERYTHING }.to_owned();
        for (place, removed, inserted) in changes {
            let start = text.floor_char_boundary(place.index(text.len()));
            let end = text.floor_char_boundary((start + removed).min(text.len())).max(start);
            text.replace_range(start..end, inserted);
        }
        check(&text, &mut BTreeSet::new());
        let _ = hcl::parse_template(&source(&text));
        let _ = parse_expression(&source(&text));
    }
}

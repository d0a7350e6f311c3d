//! HCL's JSON form (HCL's `json/spec.md`): a value is an expression, and each text in it a template.

use std::ops::Range;
use std::sync::Arc;

use hcl::edit::parser;

use super::ast::{Expr, ExprKind, ObjectItem};
use super::convert::Converter;
use super::effort::Effort;
use super::explain;
use super::respell::Respelled;
use crate::number::Number;
use crate::problem::Problem;
use crate::source::{SourceFile, Span};
use crate::syntax::yaml::{self, Node, NodeKind, ScalarStyle};

/// Makes expressions of the JSON values of one file.
pub struct JsonExpressions<'a> {
    file: &'a SourceFile,
    /// What is wrong with the texts that were read.
    pub problems: Vec<Problem>,
}

impl<'a> JsonExpressions<'a> {
    /// A reader of the values of a file.
    pub fn new(file: &'a SourceFile) -> Self {
        Self { file, problems: Vec::new() }
    }

    /// A value whose texts and keys are templates. `None`, with a problem, if one of them is broken.
    pub fn expression(&mut self, node: &Node) -> Option<Expr> {
        self.value(node, Self::template)
    }

    /// A value whose texts are nothing but text: where the language takes no references, a `${` says nothing.
    pub fn literal(&mut self, node: &Node) -> Option<Expr> {
        self.value(node, |_, node, text| {
            Some(Expr { kind: ExprKind::String(Arc::clone(text)), span: node.span })
        })
    }

    /// A text that is one expression without marks around it, such as a variable's type. Other values are literal.
    pub fn bare(&mut self, node: &Node) -> Option<Expr> {
        let NodeKind::Scalar { text, style: ScalarStyle::Quoted } = &node.kind else {
            return self.literal(node);
        };
        let lead = text.len() - text.trim_start().len();
        let escaped = Escaped { lead, ..Escaped::new(self.file, node.span) };
        self.parsed(text.trim(), &escaped, parser::parse_expr, |converter, parsed| converter.expr(parsed))
    }

    /// What a parser makes of a text that stands in quotes.
    fn parsed<T>(
        &mut self,
        text: &str,
        escaped: &Escaped,
        parser: fn(&str) -> Result<T, parser::Error>,
        convert: fn(&mut Converter<'_>, T) -> Expr,
    ) -> Option<Expr> {
        match parser(text) {
            Ok(parsed) => {
                let respelled = Respelled::default();
                let mut converter = Converter::of_escaped(self.file, text, escaped, &respelled);
                let expr = convert(&mut converter, parsed);
                self.problems.append(&mut converter.problems);
                Some(expr)
            }
            Err(error) => {
                let place = |range: Range<usize>| escaped.place(self.file, range);
                self.problems.push(explain::error_in(text, "", &error, &place));
                None
            }
        }
    }

    fn value(
        &mut self,
        node: &Node,
        text_of: fn(&mut Self, &Node, &Arc<str>) -> Option<Expr>,
    ) -> Option<Expr> {
        let kind = match &node.kind {
            NodeKind::Scalar { text, style: ScalarStyle::Plain } => match &**text {
                "null" => ExprKind::Null,
                "true" => ExprKind::Bool(true),
                "false" => ExprKind::Bool(false),
                number => match Number::parse(number) {
                    Some(number) => ExprKind::Number(number),
                    None => {
                        let message = format!("the number {number} is too large");
                        self.problems.push(
                            Problem::error("json-syntax", message)
                                .at(node.span)
                                .help("write a smaller number, or the digits in double quotes"),
                        );
                        return None;
                    }
                },
            },
            NodeKind::Scalar { text, .. } => return text_of(self, node, text),
            NodeKind::Sequence(items) => {
                ExprKind::List(items.iter().map(|item| self.value(item, text_of)).collect::<Option<_>>()?)
            }
            NodeKind::Mapping(entries) => ExprKind::Object(
                entries
                    .iter()
                    .map(|entry| {
                        let key = self.value(&entry.key, text_of)?;
                        Some(ObjectItem { key, value: self.value(&entry.value, text_of)? })
                    })
                    .collect::<Option<_>>()?,
            ),
        };
        Some(Expr { kind, span: node.span })
    }

    fn template(&mut self, node: &Node, text: &Arc<str>) -> Option<Expr> {
        if !text.contains("${") && !text.contains("%{") {
            return Some(Expr { kind: ExprKind::String(Arc::clone(text)), span: node.span });
        }
        if !Effort::for_file(text).suffices_for_template(text) {
            let range = node.span.range();
            self.problems.push(explain::too_large(self.file, range));
            return None;
        }
        let escaped = Escaped::new(self.file, node.span);
        let expr = self.parsed(text, &escaped, parser::parse_template, |converter, parsed| {
            converter.whole_template(parsed)
        })?;
        Some(Expr { span: node.span, ..expr })
    }
}

/// Where the parts of a text stand that is written in JSON quotes.
#[derive(Debug)]
pub(super) struct Escaped {
    /// Where the text begins in the file.
    start: usize,
    /// For each escape where it begins in the text that it stands in, unescaped, and by how many bytes what follows is
    /// moved in the file.
    moves: Vec<(usize, usize)>,
    /// Bytes of the text that are left out at its start.
    lead: usize,
}

impl Escaped {
    /// Of the text between the quotes of `span`.
    fn new(file: &SourceFile, span: Span) -> Self {
        let start = span.range().start + 1;
        let written = file.slice(span);
        let written = written.get(1..written.len().saturating_sub(1)).unwrap_or_default();
        let mut moved = 0;
        let moves = yaml::escapes(written)
            .into_iter()
            .map(|(at, length, stands_for)| {
                let begins = at - moved;
                moved += length - stands_for;
                (begins, moved)
            })
            .collect();
        Self { start, moves, lead: 0 }
    }

    /// The span of a part of the text.
    pub(super) fn place(&self, file: &SourceFile, part: Range<usize>) -> Span {
        let offset = |at: usize| {
            let at = at + self.lead;
            let before = self.moves.partition_point(|&(begins, _)| begins < at);
            let moved = before.checked_sub(1).map_or(0, |last| self.moves[last].1);
            self.start + at + moved
        };
        Span::of(file.id(), offset(part.start)..offset(part.end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceMap;
    use crate::syntax::hcl::TemplatePart;

    /// Reads a value, and gives the texts of the interpolated expressions as they stand in the file.
    fn interpolated(json: &str) -> Result<Vec<String>, Vec<String>> {
        let map = SourceMap::default();
        let file = map.add("a.tf.json", json);
        let parsed = yaml::parse_json(&file);
        let mut reader = JsonExpressions::new(&file);
        let Some(expr) = reader.expression(&parsed.documents[0]) else {
            return Err(reader
                .problems
                .iter()
                .map(|problem| {
                    format!(
                        "{}: {}",
                        problem.span.map_or_else(String::new, |span| map.text(span)),
                        problem.message
                    )
                })
                .collect());
        };
        assert_eq!(map.text(expr.span), json);
        let ExprKind::Template(parts) = expr.kind else { return Ok(Vec::new()) };
        Ok(parts
            .iter()
            .filter_map(|part| match part {
                TemplatePart::Interpolation(expr) => Some(map.text(expr.span)),
                _ => None,
            })
            .collect())
    }

    #[test]
    fn an_expression_inside_a_text_knows_its_characters() {
        for (json, expected) in [
            (r#""${var.a}""#, &["var.a"][..]),
            (r#""é${var.a}-${ b }""#, &["var.a", "b"]),
            (r#""\"\n\u00e9\ud83d\ude00${var.a[\"k\"]}\t${c}""#, &[r#"var.a[\"k\"]"#, "c"]),
            (r#""$${not}""#, &[]),
            (r#""plain""#, &[]),
        ] {
            assert_eq!(interpolated(json).unwrap(), expected, "{json}");
        }
    }

    #[test]
    fn a_broken_template_is_told_where_it_is_broken() {
        for (json, place) in [(r#""ab ${1 +* 2}""#, "*"), (r#""\"\" ${1 +* 2}""#, "*")] {
            let told = interpolated(json).unwrap_err();
            assert!(told[0].starts_with(&format!("{place}: ")), "{told:?}");
        }
    }

    #[test]
    fn a_bare_text_is_an_expression() {
        let map = SourceMap::default();
        let file = map.add("a.tf.json", r#"" list(object({ \"a\" = string }))""#);
        let parsed = yaml::parse_json(&file);
        let mut reader = JsonExpressions::new(&file);
        let expr = reader.bare(&parsed.documents[0]).unwrap();
        let ExprKind::Call { arguments, .. } = expr.kind else { panic!("{:?}", expr.kind) };
        assert_eq!(map.text(arguments[0].span), r#"object({ \"a\" = string })"#);
    }
}

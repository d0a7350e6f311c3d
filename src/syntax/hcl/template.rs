//! What of a template's text remains: escapes, strip markers and the indentation of `<<-` heredocs.
//!
//! Follows Terraform's own order: text is cut into lines, `~` takes the white space from the piece of a line
//! next to it, then `<<-` takes the smallest indentation from every line. hcl-edit keeps strip markers as
//! they are, and its own removal of indentation counts blank lines and leaves nested templates alone, so
//! that the text is read from the source again.

use hcl::edit::Span as _;
use hcl::edit::Spanned;
use hcl::edit::template::{Directive, Element, Strip, Template};

/// How a template is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Notation {
    /// In quotes: one line, with backslash escapes.
    Quoted,
    /// A heredoc, or a file of its own.
    Lines,
    /// A heredoc that begins with `<<-`.
    IndentedLines,
}

/// Applies strip markers and indentation to the literals of a template, in place. The `source` is what the
/// template's spans count in.
pub(super) fn settle(template: &mut Template, source: &str, notation: Notation) {
    let mut pieces = Vec::new();
    flatten(template, &mut pieces);
    let strips = pieces.iter().any(|piece| matches!(piece, Piece::Sequence(strip) if *strip != Strip::None));
    if notation == Notation::Quoted && !strips {
        return;
    }
    let mut lines = Vec::new();
    for (owner, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Sequence(strip) => lines.push(Line::Sequence(*strip)),
            Piece::Literal(literal) if notation == Notation::Quoted => {
                lines.push(Line::Text { owner, text: literal.as_str().to_owned() });
            }
            Piece::Literal(literal) => {
                let written = literal.span().and_then(|span| source.get(span)).unwrap_or_default();
                lines.extend(
                    written
                        .split_inclusive('\n')
                        .map(|line| Line::Text { owner, text: unescape_markers(line) }),
                );
            }
        }
    }
    if strips {
        strip(&mut lines);
    }
    if notation == Notation::IndentedLines {
        dedent(&mut lines);
    }
    for piece in &mut pieces {
        if let Piece::Literal(literal) = piece {
            literal.value_mut().clear();
        }
    }
    for line in lines {
        if let Line::Text { owner, text } = line
            && let Piece::Literal(literal) = &mut pieces[owner]
        {
            literal.value_mut().push_str(&text);
        }
    }
}

/// A template's parts in source order, directives flattened: each `%{…}` is a sequence of its own.
enum Piece<'t> {
    Literal(&'t mut Spanned<String>),
    Sequence(Strip),
}

enum Line {
    Text { owner: usize, text: String },
    Sequence(Strip),
}

fn flatten<'t>(template: &'t mut Template, pieces: &mut Vec<Piece<'t>>) {
    for element in template.iter_mut() {
        match element {
            Element::Literal(literal) => pieces.push(Piece::Literal(literal)),
            Element::Interpolation(interpolation) => pieces.push(Piece::Sequence(interpolation.strip)),
            Element::Directive(directive) => match &mut **directive {
                Directive::If(directive) => {
                    pieces.push(Piece::Sequence(directive.if_expr.strip));
                    flatten(&mut directive.if_expr.template, pieces);
                    if let Some(otherwise) = &mut directive.else_expr {
                        pieces.push(Piece::Sequence(otherwise.strip));
                        flatten(&mut otherwise.template, pieces);
                    }
                    pieces.push(Piece::Sequence(directive.endif_expr.strip));
                }
                Directive::For(directive) => {
                    pieces.push(Piece::Sequence(directive.for_expr.strip));
                    flatten(&mut directive.for_expr.template, pieces);
                    pieces.push(Piece::Sequence(directive.endfor_expr.strip));
                }
            },
        }
    }
}

fn strip(lines: &mut [Line]) {
    for at in 0..lines.len() {
        let Line::Sequence(strip) = lines[at] else { continue };
        if strip.strip_start()
            && let Some(Line::Text { text, .. }) = at.checked_sub(1).and_then(|before| lines.get_mut(before))
        {
            text.truncate(text.trim_end().len());
        }
        if strip.strip_end()
            && let Some(Line::Text { text, .. }) = lines.get_mut(at + 1)
        {
            text.drain(..text.len() - text.trim_start().len());
        }
    }
}

/// Takes the smallest indentation from every line. Blank lines do not count and stay as they are.
fn dedent(lines: &mut [Line]) {
    let mut smallest = usize::MAX;
    let mut indented = Vec::new();
    let mut line_begins = true;
    for (at, line) in lines.iter().enumerate() {
        if line_begins {
            match line {
                Line::Text { text, .. } if text.ends_with('\n') && text.trim().is_empty() => {}
                Line::Text { text, .. } => {
                    smallest = smallest.min(text.chars().take_while(|char| char.is_whitespace()).count());
                    indented.push(at);
                }
                Line::Sequence(_) => smallest = 0,
            }
        }
        line_begins = matches!(line, Line::Text { text, .. } if text.ends_with('\n'));
    }
    for at in indented {
        if let Line::Text { text, .. } = &mut lines[at] {
            let indentation: usize = text.chars().take(smallest).map(char::len_utf8).sum();
            text.drain(..indentation);
        }
    }
}

/// `$${` stands for `${`, `%%{` for `%{`.
fn unescape_markers(text: &str) -> String {
    text.replace("$${", "${").replace("%%{", "%{")
}

#[cfg(test)]
mod tests {
    use crate::source::SourceMap;
    use crate::syntax::hcl::{ExprKind, TemplatePart, parse, parse_template};

    /// The text of a template with `name` for each interpolated variable; of an `if` both branches, of a `for`
    /// its body once.
    fn rendered(kind: &ExprKind) -> String {
        match kind {
            ExprKind::String(text) | ExprKind::Variable(text) => text.to_string(),
            ExprKind::Template(parts) => parts.iter().map(rendered_part).collect(),
            other => panic!("not a template: {other:?}"),
        }
    }

    fn rendered_part(part: &TemplatePart) -> String {
        let all = |parts: &[TemplatePart]| parts.iter().map(rendered_part).collect::<String>();
        match part {
            TemplatePart::Literal { text, .. } => text.to_string(),
            TemplatePart::Interpolation(expr) => rendered(&expr.kind),
            TemplatePart::If { then, otherwise, .. } => all(then) + &all(otherwise),
            TemplatePart::For { body, .. } => all(body),
        }
    }

    fn value(text: &str) -> String {
        let file = SourceMap::default().add("a.tf", format!("a = {text}\n"));
        let parsed = parse(&file);
        assert_eq!(parsed.problems, []);
        rendered(&parsed.body.attributes[0].value.kind)
    }

    // What `terraform console` (1.x) answers for the same text.
    #[test]
    fn text_is_what_terraform_makes_of_it() {
        let cases = [
            ("<<-E\n    foo\n      bar ${x}\n  \n    baz\n    E", "foo\n  bar x\n  \nbaz\n"),
            ("<<-E\n    foo\n    ${~ x ~}\n    bar\n    E", "    foo\nx    bar\n"),
            ("<<E\nfoo\n   ${~ x ~}   \n   bar\nE", "foo\nx   bar\n"),
            ("<<E\nfoo\n${~ x ~}\n\nbar\nE", "foox\nbar\n"),
            (
                "<<-E\n    %{ for i in l ~}\n    item ${i}\n    %{ endfor ~}\n    end\n  E",
                "    item i\n    end\n",
            ),
            (
                "<<-E\n    %{ if t }\n      yes\n    %{ else }\n      no\n    %{ endif }\n  E",
                "\n  yes\n\n  no\n\n",
            ),
            ("<<-E\n    x%{ if t ~}\n     yes\n    %{~ endif ~}\n    z\n  E", "    x     yes\n    z\n"),
            ("<<-E\n      a\n    b\n  ${x}\n     c\n  E", "    a\n  b\nx\n   c\n"),
            ("<<-E\n     a\n   ${~ x}\n     b\n  E", "     a\nx\n     b\n"),
            ("<<-E\n\ttab\n\t  two\n  E", "tab\n  two\n"),
            ("<<-E\n\n    a\n\n  E", "\na\n\n"),
            ("<<-E\n    a $${\n    b\nE", "a ${\nb\n"),
            ("<<E\n$${x} $$ $ %%{if} \\n \\\" \"q\"\nE", "${x} $$ $ %{if} \\n \\\" \"q\"\n"),
            ("<<E\r\nfoo\r\n  bar\r\nE", "foo\r\n  bar\r\n"),
            ("<<-E\r\n   foo\r\n\r\n     ${x ~}\r\n   bar\r\n   E", "foo\r\n\r\n  x   bar\r\n"),
            ("\"$$${x}\"", "$${x}"),
            ("<<-E\n  E", ""),
            ("\"  a  ${~ x ~}  b  \"", "  axb  "),
            ("\"a \\n ${~ x ~} \\n\\n b\"", "axb"),
            ("\"a ${~ x ~} ${~ x ~} d\"", "axxd"),
            ("\"$${x} $$ $ %%{if} %% $$$${\"", "${x} $$ $ %{if} %% $$${"),
            ("\"é\\u00e9\\U0001F600\\t\\\\\"", "éé😀\t\\"),
        ];
        for (text, expected) in cases {
            assert_eq!(value(text), expected, "{text}");
        }
    }

    #[test]
    fn a_template_file_knows_no_backslashes() {
        let text =
            "  a %{ if true ~}  \n  \n   b\n  %{ else ~} no %{ endif ~}\n ${~ x ~} \n\n c \\n $${d}\r\n";
        let file = SourceMap::default().add("a.tpl", text);
        let expr = parse_template(&file).expect("a template");
        assert_eq!(rendered(&expr.kind), "  a   \n   b\n  no x\n c \\n ${d}\r\n");
    }

    #[test]
    fn white_space_taken_away_leaves_a_part_so_that_the_result_stays_text() {
        let file = SourceMap::default().add("a.tf", "a = \" ${~ x}\"\nb = \"${x}\"\n");
        let lengths: Vec<_> = parse(&file)
            .body
            .attributes
            .iter()
            .map(|attribute| match &attribute.value.kind {
                ExprKind::Template(parts) => parts.len(),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(lengths, [2, 1]);
    }
}

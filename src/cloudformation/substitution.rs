//! `Fn::Sub`.

use super::evaluator::Evaluator;
use super::intrinsic::Call;
use super::text::Text;
use crate::resource::Value;
use crate::source::Span;
use crate::syntax::yaml::{Entry, Node};

/// A piece of a `Fn::Sub` text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece<'a> {
    /// Text as it is.
    Literal(&'a str),
    /// `${!Name}`: `${Name}` as it is.
    Escaped(&'a str),
    /// `${Name}`.
    Name(&'a str),
}

impl<'t> Evaluator<'t> {
    /// The value of a `Fn::Sub`.
    pub(super) fn sub(&mut self, call: &Call<'t>) -> Value {
        let (node, variables): (&'t Node, &'t [Entry]) = match call.arguments() {
            [text, variables] => (text, variables.entries()),
            [text] => (text, &[]),
            _ => (call.argument, &[]),
        };
        let Some(source) = node.as_str() else {
            let source =
                if std::ptr::eq(node, call.argument) { self.argument(call) } else { self.required(node) };
            return self.not_text(&source, call);
        };
        let place = node.span;
        let raw = self.text_at(node.span);
        let mut written = Written { raw: &raw, base: node.span, at: 0 };
        let mut text = Text::new(place);
        let mut single = None;
        let mut pieces = 0_usize;
        for piece in pieces_of(source) {
            pieces += 1;
            match piece {
                Piece::Literal(literal) => text.literal(literal),
                Piece::Escaped(inner) => {
                    text.literal("${");
                    text.literal(inner);
                    text.literal("}");
                }
                Piece::Name(name) => {
                    let span = written.placeholder(name).unwrap_or(place);
                    let value = self.placeholder(name, variables, span, call);
                    text.value(&value);
                    single = Some(value);
                }
            }
            if text.is_full() {
                break;
            }
        }
        match single {
            Some(value) if pieces == 1 && value.to_text().is_some() => value,
            _ => self.made(text),
        }
    }

    fn placeholder(&mut self, name: &str, variables: &'t [Entry], span: Span, call: &Call<'t>) -> Value {
        let name = name.trim();
        if !self.spend_on_search(8 + variables.len()) {
            return self.limit(span);
        }
        if let Some(entry) = variables.iter().find(|entry| entry.key.as_str() == Some(name)) {
            return self.required(&entry.value);
        }
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"_.:".contains(&byte);
        if name.is_empty() || !name.bytes().all(is_name) {
            return self.invalid(
                span,
                format!("{} cannot put in ${{{name}}}: that is not a name", call.name),
                "write ${!…} for a literal ${…}",
            );
        }
        match name.split_once('.') {
            Some((resource, attribute)) => self.resource_attribute(resource, attribute, span, span),
            None => self.reference(name, span, span).unwrap_or_else(|| Value::null(span)),
        }
    }
}

/// Finds placeholders in the text as written, where escapes and folding may have changed it.
struct Written<'a> {
    raw: &'a str,
    base: Span,
    at: usize,
}

impl Written<'_> {
    /// The place of the next `${name}`.
    fn placeholder(&mut self, name: &str) -> Option<Span> {
        let rest = &self.raw[self.at..];
        let wanted = |start: usize| {
            let inner = rest[start..].strip_prefix("${")?.strip_prefix(name)?;
            inner.starts_with('}').then_some(start)
        };
        let start = rest.match_indices("${").find_map(|(start, _)| wanted(start))?;
        let end = start + name.len() + "${}".len();
        let base = self.base.start as usize + self.at;
        self.at += end;
        Some(Span::new(self.base.file, base + start, base + end))
    }
}

/// Splits a `Fn::Sub` text. A `${` that is never closed is literal.
fn pieces_of(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let opening = rest.find("${").filter(|&start| rest[start..].contains('}'));
        match opening {
            Some(0) => {
                let end = rest.find('}')?;
                let inner = &rest[2..end];
                rest = &rest[end + 1..];
                Some(inner.strip_prefix('!').map_or(Piece::Name(inner), Piece::Escaped))
            }
            start => {
                let (literal, after) = rest.split_at(start.unwrap_or(rest.len()));
                rest = after;
                Some(Piece::Literal(literal))
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Vec<Piece<'_>> {
        pieces_of(text).collect()
    }

    #[test]
    fn names_and_literals_alternate() {
        assert_eq!(
            pieces("a${B}c${!D}${E.F}"),
            [
                Piece::Literal("a"),
                Piece::Name("B"),
                Piece::Literal("c"),
                Piece::Escaped("D"),
                Piece::Name("E.F"),
            ]
        );
    }

    #[test]
    fn what_is_not_closed_is_literal() {
        assert_eq!(pieces("${A} and ${B"), [Piece::Name("A"), Piece::Literal(" and ${B")]);
        assert_eq!(pieces("$A {B}"), [Piece::Literal("$A {B}")]);
        assert_eq!(pieces(""), []);
    }
}

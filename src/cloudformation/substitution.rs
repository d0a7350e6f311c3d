//! `Fn::Sub`.

use rustc_hash::FxHashMap;

use super::evaluator::Evaluator;
use super::intrinsic::Call;
use super::text::Text;
use crate::resource::{StepKind, Value, ValueKind};
use crate::source::Span;
use crate::syntax::yaml::{Entry, Node, Written};

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

impl Piece<'_> {
    /// Its length in the text, in bytes.
    fn length(&self) -> usize {
        match self {
            Self::Literal(text) => text.len(),
            Self::Escaped(inner) => inner.len() + "${!}".len(),
            Self::Name(name) => name.len() + "${}".len(),
        }
    }
}

impl<'t> Evaluator<'t> {
    /// The value of a `Fn::Sub`.
    pub(super) fn sub(&mut self, call: &Call<'t>) -> Value {
        let (node, variables): (&'t Node, &'t [Entry]) = match call.arguments() {
            [text, variables] => (text, variables.entries()),
            [text] => (text, &[]),
            _ => (call.argument, &[]),
        };
        let is_argument = std::ptr::eq(node, call.argument);
        // The argument of the short form carries the tag of the call itself.
        let inner = if is_argument && call.tagged { Call::untagged(node) } else { Call::of(node) };
        let (Some(source), None) = (node.as_str(), inner) else {
            let source = if is_argument { self.argument(call) } else { self.required(node) };
            return self.not_text(&source, call);
        };
        if !self.spend_on_search(variables.len()) {
            return self.limit(call.span);
        }
        let variables = Variables::of(variables);
        let place = node.span;
        let raw = self.text_at(node.span);
        let mut places = Places::of(&raw, node);
        let mut text = Text::new(place);
        let mut single = None;
        let mut pieces = 0_usize;
        let listening = self.trace.enter_text();
        for piece in pieces_of(source) {
            pieces += 1;
            let span = places.next(&piece).unwrap_or(place);
            match piece {
                Piece::Literal(literal) => text.literal(literal, span),
                Piece::Escaped(inner) => text.literal(&format!("${{{inner}}}"), span),
                Piece::Name(name) => {
                    let value = self.placeholder(name, &variables, span, call);
                    text.value(&value, span);
                    single = Some(value);
                }
            }
            if text.is_full() {
                break;
            }
        }
        self.trace.listen(listening);
        match single {
            Some(value) if pieces == 1 && value.to_text().is_some() => value,
            _ => self.made(text),
        }
    }

    fn placeholder(&mut self, name: &str, variables: &Variables<'t>, span: Span, call: &Call<'t>) -> Value {
        let name = name.trim();
        if !self.spend(1) {
            return self.limit(span);
        }
        let value = self.named(name, variables, span, call);
        if matches!(value.kind, ValueKind::List(_) | ValueKind::Set(_) | ValueKind::Map(_)) {
            let message =
                format!("{} cannot put in ${{{name}}}: its value is a list or a mapping", call.name);
            return self.invalid(span, message, "put in a text; Fn::Join makes one of a list");
        }
        value
    }

    fn named(&mut self, name: &str, variables: &Variables<'t>, span: Span, call: &Call<'t>) -> Value {
        if let Some(node) = variables.get(name) {
            let value = self.required(node);
            return value.through(StepKind::Reference, span);
        }
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"_.:".contains(&byte);
        if name.is_empty() || !name.bytes().all(is_name) {
            return self.invalid(
                span,
                format!("{} cannot put in ${{{name}}}: that is not a name", call.name),
                "write ${!…} for a literal ${…}",
            );
        }
        if let Some((resource, attribute)) = name.split_once('.') {
            return self.resource_attribute(resource, attribute, span, span);
        }
        self.trace_value(name, span);
        self.reference(name, span, span).unwrap_or_else(|| Value::null(span))
    }
}

/// The variables of a `Fn::Sub`, by name.
enum Variables<'t> {
    Few(&'t [Entry]),
    Many(FxHashMap<&'t str, &'t Node>),
}

impl<'t> Variables<'t> {
    fn of(entries: &'t [Entry]) -> Self {
        const FEW: usize = 8;
        if entries.len() <= FEW {
            return Self::Few(entries);
        }
        Self::Many(entries.iter().filter_map(|entry| Some((entry.key.as_str()?, &*entry.value))).collect())
    }

    fn get(&self, name: &str) -> Option<&'t Node> {
        match self {
            Self::Few(entries) => {
                entries.iter().find(|entry| entry.key.as_str() == Some(name)).map(|entry| &*entry.value)
            }
            Self::Many(by_name) => by_name.get(name).copied(),
        }
    }
}

/// Where the pieces of a text are written.
enum Places<'a> {
    Exact(Written<'a>),
    /// A loop has changed the text: what its placeholders look like, from here on.
    Search {
        raw: &'a str,
        base: Span,
        at: usize,
    },
    Nowhere,
}

impl<'a> Places<'a> {
    /// `raw` is the text of the node as written.
    fn of(raw: &'a str, node: &'a Node) -> Self {
        Written::of(raw, node).map_or(Self::Search { raw, base: node.span, at: 0 }, Self::Exact)
    }

    /// The place of the next piece. Each is asked for once, in order.
    fn next(&mut self, piece: &Piece<'_>) -> Option<Span> {
        match self {
            Self::Exact(written) => Some(written.advance(piece.length())),
            Self::Search { raw, base, at } => {
                let Piece::Name(name) = piece else { return None };
                let wanted = format!("${{{name}}}");
                let Some(start) = raw[*at..].find(&wanted).map(|found| *at + found) else {
                    *self = Self::Nowhere;
                    return None;
                };
                *at = start + wanted.len();
                let first = base.start as usize;
                Some(Span::new(base.file, first + start, first + *at))
            }
            Self::Nowhere => None,
        }
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

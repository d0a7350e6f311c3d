//! What in a config does not fit the form.
//!
//! [`check`] tells everything that is wrong with a node; whoever reads it afterwards takes what fits and leaves the
//! rest. So a broken part is told once, in one way, and the other parts count.

use crate::form::{Form, Key, Misfit, Shape, names};
use crate::nearest::nearest;
use crate::problem::Problem;
use crate::source::Span;
use crate::syntax::yaml::{Node, NodeKind, ScalarStyle};

/// Everything that is wrong with the mapping at `node`, which is called `what` and may have these keys.
pub(super) fn check(node: &Node, form: Form, what: &str) -> Vec<Problem> {
    let mut checker = Checker { problems: Vec::new() };
    checker.record(node, form, what);
    checker.problems
}

/// A key without a value, as in a file where everything below it is commented out.
pub(super) fn is_null(node: &Node) -> bool {
    matches!(&node.kind, NodeKind::Scalar { text, style: ScalarStyle::Plain }
        if matches!(text.as_ref(), "" | "~" | "null"))
}

struct Checker {
    problems: Vec<Problem>,
}

impl Checker {
    /// Checks the mapping called `what`.
    fn record(&mut self, node: &Node, form: Form, what: &str) {
        if is_null(node) && form.iter().all(|key| !key.required) {
            return;
        }
        let NodeKind::Mapping(entries) = &node.kind else {
            let help = format!("the keys are {}", names(form).join(", "));
            self.refuse(node.span, format!("{what} must be a mapping, not {}", found(node)), help);
            return;
        };
        for entry in entries {
            let name = entry.key.as_str().unwrap_or_default();
            match form.iter().find(|key| key.name == name) {
                Some(key) if is_null(&entry.value) && !key.required => {}
                Some(key) => self.value(&entry.value, key.shape, &format!("`{name}`"), key),
                None => self.unknown_key(name, entry.key.span, form, what),
            }
        }
        for key in form.iter().filter(|key| key.required && node.get(key.name).is_none()) {
            let help = format!("add `{}: {}`", key.name, key.example);
            self.refuse(node.span, format!("{what} has no `{}`: {}", key.name, key.about), help);
        }
    }

    /// Checks a value that is called `what` and stands under `key`, perhaps deep.
    fn value(&mut self, node: &Node, shape: Shape, what: &str, key: &Key) {
        let element_of = || format!("an element of `{}`", key.name);
        match (shape, &node.kind) {
            (Shape::Any, _) => {}
            (Shape::Keys(form), _) => self.record(node, form, what),
            (Shape::List(element) | Shape::OneOrMore(element), NodeKind::Sequence(items)) => {
                for item in items {
                    self.value(item, *element, &element_of(), key);
                }
            }
            (Shape::OneOrMore(element), _) => self.value(node, *element, what, key),
            (Shape::Pair(element), NodeKind::Sequence(items)) if items.len() == 2 => {
                for item in items {
                    self.value(item, *element, &element_of(), key);
                }
            }
            (Shape::Named(value), NodeKind::Mapping(entries)) => {
                for entry in entries {
                    let name = entry.key.as_str().unwrap_or_default();
                    self.value(&entry.value, *value, &format!("`{}.{name}`", key.name), key);
                }
            }
            (Shape::AnyOf(shapes), NodeKind::Mapping(_)) => match mapping(shapes) {
                Some(shape) => self.value(node, shape, what, key),
                None => self.misshapen(node, shape, what, key),
            },
            (_, NodeKind::Scalar { text, .. }) => match fits(shape, text, what) {
                Some(Ok(())) => {}
                Some(Err(misfit)) => {
                    let help = misfit.help.unwrap_or_else(|| example(key));
                    self.refuse(node.span, misfit.message, help);
                }
                None => self.misshapen(node, shape, what, key),
            },
            _ => self.misshapen(node, shape, what, key),
        }
    }

    fn misshapen(&mut self, node: &Node, shape: Shape, what: &str, key: &Key) {
        let message = format!("{what} must be {}, not {}", expected(shape), found(node));
        self.refuse(node.span, message, example(key));
    }

    fn unknown_key(&mut self, name: &str, span: Span, form: Form, what: &str) {
        let otherwise = format!("the keys are {}", names(form).join(", "));
        self.problems.push(
            Problem::error("config-unknown-key", format!("{name:?} is not a setting of {what}"))
                .at(span)
                .help_nearest(name, names(form), otherwise),
        );
    }

    fn refuse(&mut self, span: Span, message: String, help: String) {
        self.problems.push(Problem::error("config-invalid", message).at(span).help(help));
    }
}

fn example(key: &Key) -> String {
    format!("for example `{}: {}`", key.name, key.example)
}

fn found(node: &Node) -> String {
    match &node.kind {
        NodeKind::Scalar { .. } => "a single value".to_owned(),
        NodeKind::Sequence(items) => format!("a list of {}", items.len()),
        NodeKind::Mapping(_) => "a mapping".to_owned(),
    }
}

/// The alternative that takes a mapping.
fn mapping(shapes: &[Shape]) -> Option<Shape> {
    shapes.iter().find(|shape| matches!(shape, Shape::Keys(_) | Shape::Named(_))).copied()
}

/// Whether a single value, called `what`, fits a shape; `None` if the shape takes none.
fn fits(shape: Shape, text: &str, what: &str) -> Option<Result<(), Misfit>> {
    let no = || Misfit::new(format!("{what} must be {}, not {text:?}", expected(shape)));
    let fits = match shape {
        Shape::Text if text.trim().is_empty() => return Some(Err(Misfit::new(format!("{what} is empty")))),
        Shape::Bool => matches!(text, "true" | "false"),
        Shape::Int(least) => text.parse::<i64>().is_ok_and(|number| number >= least),
        Shape::Word(words) if !words().contains(&text) => {
            let help = nearest(text, words()).map(|word| format!("did you mean `{word}`?"));
            return Some(Err(Misfit { help, ..no() }));
        }
        Shape::Text | Shape::Word(_) => true,
        Shape::Checked(checked) | Shape::Numeric(checked) => return Some((checked.check)(text)),
        Shape::AnyOf(shapes) => {
            let mut tried = shapes.iter().filter_map(|&shape| fits(shape, text, what));
            let first = tried.next()?;
            if first.is_ok() || tried.any(|tried| tried.is_ok()) { true } else { return Some(first) }
        }
        _ => return None,
    };
    Some(if fits { Ok(()) } else { Err(no()) })
}

/// What a shape takes, in words.
fn expected(shape: Shape) -> String {
    match shape {
        Shape::Text => "a text".to_owned(),
        Shape::Pattern(pattern) => format!("a text that matches {pattern}"),
        Shape::Checked(checked) | Shape::Numeric(checked) => checked.name.to_owned(),
        Shape::Word(words) => format!("one of {}", words().join(", ")),
        Shape::Int(least) => format!("a whole number from {least}"),
        Shape::Bool => "true or false".to_owned(),
        Shape::List(element) | Shape::OneOrMore(element) => {
            format!("a list, each element {}", expected(*element))
        }
        Shape::Pair(element) => format!("a list of two, each {}", expected(*element)),
        Shape::Keys(form) => format!("a mapping with the keys {}", names(form).join(", ")),
        Shape::Named(value) => format!("a mapping from names, each to {}", expected(*value)),
        Shape::AnyOf(shapes) => shapes.iter().map(|&shape| expected(shape)).collect::<Vec<_>>().join(", or "),
        Shape::Any => "any value".to_owned(),
    }
}

//! hcl-edit's tree into ours, by value.

use std::ops::Range;
use std::sync::Arc;

use hcl::edit::Span as _;
use hcl::edit::expr::{
    self as edit, BinaryOperator, Expression, ObjectKey, TraversalOperator, UnaryOperator,
};
use hcl::edit::structure::{self, Structure};
use hcl::edit::template::{Directive, Element, StringTemplate, Template};

use super::ast::{
    Attribute, BinaryOp, Block, BlockLabel, Body, Expr, ExprKind, ForExpr, ObjectItem, Step, StepKind,
    TemplatePart, UnaryOp,
};
use super::explain;
use super::json::Escaped;
use super::respell::Respelled;
use super::template::{Notation, settle};
use crate::number::Number;
use crate::problem::Problem;
use crate::source::{SourceFile, Span};

/// Converts the tree of one text: a file, or a part of one.
pub(super) struct Converter<'a> {
    file: &'a SourceFile,
    /// The text as the author wrote it. The parser's spans count in it.
    source: &'a str,
    /// Where the text begins in the file.
    base: usize,
    /// Where its parts stand there, if it is written with escapes.
    escaped: Option<&'a Escaped>,
    /// Names that the parser was given in another spelling.
    respelled: &'a Respelled,
    /// What was read although Terraform refuses it.
    pub(super) problems: Vec<Problem>,
}

impl<'a> Converter<'a> {
    pub(super) fn new(file: &'a SourceFile, part: Range<usize>, respelled: &'a Respelled) -> Self {
        let base = part.start;
        Self { file, source: &file.text()[part], base, escaped: None, respelled, problems: Vec::new() }
    }

    /// A converter of a text that stands in the file with escapes.
    pub(super) fn of_escaped(
        file: &'a SourceFile,
        text: &'a str,
        escaped: &'a Escaped,
        respelled: &'a Respelled,
    ) -> Self {
        Self { file, source: text, base: 0, escaped: Some(escaped), respelled, problems: Vec::new() }
    }

    fn span(&self, range: Option<Range<usize>>) -> Span {
        // hcl-edit gives every node that it parses a span; an empty one at the start would be harmless.
        let range = range.unwrap_or_default();
        let end = if self.respelled.is_empty() { range.end } else { self.respelled.end(&range) };
        match self.escaped {
            Some(escaped) => escaped.place(self.file, range.start..end),
            None => Span::of(self.file.id(), self.base + range.start..self.base + end),
        }
    }

    pub(super) fn body(&mut self, body: structure::Body) -> Body {
        let mut converted = Body::default();
        for structure in body {
            match structure {
                Structure::Attribute(attribute) => converted.attributes.push(self.attribute(attribute)),
                Structure::Block(block) => converted.blocks.push(self.block(block)),
            }
        }
        if !self.respelled.is_empty() {
            explain::drop_redefined(self.file, &mut converted.attributes, &mut self.problems);
        }
        converted
    }

    fn attribute(&mut self, attribute: structure::Attribute) -> Attribute {
        let range = attribute.key.span().unwrap_or_default();
        let name = match self.respelled.original(&range) {
            Some(original) => self.source[original].into(),
            None => attribute.key.as_str().into(),
        };
        let key = self.span(Some(range));
        let value = self.expr(attribute.value);
        Attribute { name, key, span: key.join(value.span), value }
    }

    fn block(&mut self, block: structure::Block) -> Block {
        let span = self.span(block.span());
        let kind_span = self.span(block.ident.span());
        let labels: Vec<_> = block
            .labels
            .into_iter()
            .map(|label| BlockLabel { text: label.as_str().into(), span: self.span(label.span()) })
            .collect();
        Block {
            kind: block.ident.as_str().into(),
            head: labels.last().map_or(kind_span, |label| kind_span.join(label.span)),
            labels,
            body: self.body(block.body),
            span,
        }
    }

    pub(super) fn expr(&mut self, expr: Expression) -> Expr {
        let range = expr.span().unwrap_or_default();
        let span = self.span(Some(range.clone()));
        let kind = match expr {
            Expression::Null(_) => ExprKind::Null,
            Expression::Bool(value) => ExprKind::Bool(*value),
            Expression::Number(value) => number(&self.source[range], value.value()),
            Expression::String(value) => {
                // An empty heredoc was respelled to a string.
                if self.source[range].starts_with('"') {
                    self.check_one_line(span);
                }
                ExprKind::String(value.as_str().into())
            }
            Expression::StringTemplate(template) => self.string_template(template, range),
            Expression::HeredocTemplate(heredoc) => {
                let indented = self.source[range].starts_with("<<-");
                let notation = if indented { Notation::IndentedLines } else { Notation::Lines };
                self.template(heredoc.template, notation)
            }
            Expression::Array(array) => {
                ExprKind::List(array.into_iter().map(|element| self.expr(element)).collect())
            }
            Expression::Object(object) => ExprKind::Object(
                object
                    .into_iter()
                    .map(|(key, value)| ObjectItem {
                        key: self.object_key(key),
                        value: self.expr(value.into_expr()),
                    })
                    .collect(),
            ),
            Expression::Parenthesis(inner) => ExprKind::Parenthesis(Box::new(self.expr(inner.into_inner()))),
            Expression::Variable(name) => ExprKind::Variable(name.as_str().into()),
            Expression::Conditional(conditional) => ExprKind::Conditional {
                condition: Box::new(self.expr(conditional.cond_expr)),
                then: Box::new(self.expr(conditional.true_expr)),
                otherwise: Box::new(self.expr(conditional.false_expr)),
            },
            Expression::FuncCall(call) => self.call(*call),
            Expression::Traversal(traversal) => ExprKind::Traversal {
                base: Box::new(self.expr(traversal.expr)),
                steps: traversal
                    .operators
                    .into_iter()
                    .map(|operator| {
                        let span = self.span(operator.span());
                        Step { kind: self.step(operator.into_value()), span }
                    })
                    .collect(),
            },
            Expression::UnaryOp(operation) => {
                let operator = match operation.operator.value() {
                    UnaryOperator::Neg => UnaryOp::Negate,
                    UnaryOperator::Not => UnaryOp::Not,
                };
                ExprKind::Unary(operator, Box::new(self.expr(operation.expr)))
            }
            Expression::BinaryOp(operation) => {
                let left = self.expr(operation.lhs_expr);
                let operator = binary_operator(*operation.operator.value());
                let right = self.expr(operation.rhs_expr);
                ExprKind::Binary(Box::new(left), operator, Box::new(right))
            }
            Expression::ForExpr(expr) => ExprKind::For(Box::new(self.for_expr(*expr))),
        };
        Expr { kind, span }
    }

    /// A whole text that is one template.
    pub(super) fn whole_template(&mut self, template: Template) -> Expr {
        let span = self.span(Some(0..self.source.len()));
        Expr { kind: self.template(template, Notation::Lines), span }
    }

    fn object_key(&mut self, key: ObjectKey) -> Expr {
        let range = key.span().unwrap_or_default();
        if let Some(original) = self.respelled.original(&range) {
            return self.respelled_key(original);
        }
        match key {
            ObjectKey::Ident(name) => {
                Expr { kind: ExprKind::String(name.as_str().into()), span: self.span(Some(range)) }
            }
            // Words that are values elsewhere are names as keys.
            ObjectKey::Expression(Expression::Null(_) | Expression::Bool(_)) => {
                let name = &self.source[range.clone()];
                Expr { kind: ExprKind::String(name.into()), span: self.span(Some(range)) }
            }
            ObjectKey::Expression(expr) => self.expr(expr),
        }
    }

    fn respelled_key(&mut self, original: Range<usize>) -> Expr {
        let nothing = Respelled::default();
        let start = self.base + original.start;
        let mut inner = Converter::new(self.file, start..self.base + original.end, &nothing);
        let mut key = match hcl::edit::parser::parse_expr(inner.source) {
            Ok(expr) => inner.expr(expr),
            // The parser took it for a key before it was respelled, so that this is a name.
            Err(_) => Expr { kind: ExprKind::Variable(inner.source.into()), span: self.span(Some(original)) },
        };
        if matches!(key.kind, ExprKind::Variable(_) | ExprKind::Null | ExprKind::Bool(_)) {
            key.kind = ExprKind::String(inner.source.into());
        }
        key
    }

    fn call(&mut self, call: edit::FuncCall) -> ExprKind {
        let name_span = self.span(call.name.name.span());
        let (name, name_span) = match call.name.namespace.first() {
            None => (Arc::from(call.name.name.as_str()), name_span),
            Some(first) => {
                let mut parts: Vec<_> = call.name.namespace.iter().map(|part| part.as_str()).collect();
                parts.push(call.name.name.as_str());
                (parts.join("::").into(), self.span(first.span()).join(name_span))
            }
        };
        let expand_last = call.args.expand_final();
        let arguments = call.args.into_iter().map(|argument| self.expr(argument)).collect();
        ExprKind::Call { name, name_span, arguments, expand_last }
    }

    fn step(&mut self, operator: TraversalOperator) -> StepKind {
        match operator {
            TraversalOperator::GetAttr(name) => StepKind::Attribute(name.as_str().into()),
            TraversalOperator::Index(index) => StepKind::Index(self.expr(index)),
            TraversalOperator::LegacyIndex(index) => {
                let index_number = (*index.value()).into();
                let kind = number("", &index_number);
                StepKind::Index(Expr { kind, span: self.span(index.span()) })
            }
            TraversalOperator::AttrSplat(_) => StepKind::AttributeSplat,
            TraversalOperator::FullSplat(_) => StepKind::FullSplat,
        }
    }

    fn for_expr(&mut self, expr: edit::ForExpr) -> ForExpr {
        ForExpr {
            key_var: expr.intro.key_var.map(|name| name.as_str().into()),
            value_var: expr.intro.value_var.as_str().into(),
            collection: self.expr(expr.intro.collection_expr),
            key: expr.key_expr.map(|key| self.expr(key)),
            value: self.expr(expr.value_expr),
            grouping: expr.grouping,
            condition: expr.cond.map(|condition| self.expr(condition.expr)),
        }
    }

    fn string_template(&mut self, template: StringTemplate, range: Range<usize>) -> ExprKind {
        let span = self.span(Some(range));
        let kind = self.template(template.into(), Notation::Quoted);
        match &kind {
            ExprKind::Template(parts) => {
                for part in parts {
                    if let TemplatePart::Literal { span, .. } = part {
                        self.check_one_line(*span);
                    }
                }
            }
            _ => self.check_one_line(span),
        }
        kind
    }

    fn template(&mut self, mut template: Template, notation: Notation) -> ExprKind {
        settle(&mut template, self.source, notation);
        match template.len() {
            0 => return ExprKind::String("".into()),
            1 => {
                if let Some(literal) = template.get(0).and_then(Element::as_literal) {
                    return ExprKind::String(literal.as_str().into());
                }
            }
            _ => {}
        }
        ExprKind::Template(self.parts(template))
    }

    fn parts(&mut self, template: Template) -> Vec<TemplatePart> {
        template.into_iter().map(|element| self.part(element)).collect()
    }

    fn part(&mut self, element: Element) -> TemplatePart {
        match element {
            Element::Literal(literal) => {
                TemplatePart::Literal { text: literal.as_str().into(), span: self.span(literal.span()) }
            }
            Element::Interpolation(interpolation) => {
                TemplatePart::Interpolation(self.expr(interpolation.expr))
            }
            Element::Directive(directive) => match *directive {
                Directive::If(directive) => TemplatePart::If {
                    condition: self.expr(directive.if_expr.cond_expr),
                    then: self.parts(directive.if_expr.template),
                    otherwise: directive
                        .else_expr
                        .map(|otherwise| self.parts(otherwise.template))
                        .unwrap_or_default(),
                },
                Directive::For(directive) => TemplatePart::For {
                    key: directive.for_expr.key_var.map(|name| name.as_str().into()),
                    value: directive.for_expr.value_var.as_str().into(),
                    collection: self.expr(directive.for_expr.collection_expr),
                    body: self.parts(directive.for_expr.template),
                },
            },
        }
    }

    /// hcl-edit lets a quoted string run over the end of its line; Terraform does not.
    fn check_one_line(&mut self, span: Span) {
        if self.file.slice(span).contains('\n') {
            self.problems.push(explain::multi_line_string(self.file, span));
        }
    }
}

/// A number with every digit of its text. The parser has it as a float, which stands where there is no text.
fn number(text: &str, value: &hcl::Number) -> ExprKind {
    // The grammar has neither NaN nor infinity, and hcl-edit refuses what overflows.
    Number::parse(text)
        .or_else(|| value.as_i64().map(Number::from))
        .or_else(|| value.as_f64().and_then(Number::from_f64))
        .map_or(ExprKind::Null, ExprKind::Number)
}

fn binary_operator(operator: BinaryOperator) -> BinaryOp {
    match operator {
        BinaryOperator::Plus => BinaryOp::Add,
        BinaryOperator::Minus => BinaryOp::Subtract,
        BinaryOperator::Mul => BinaryOp::Multiply,
        BinaryOperator::Div => BinaryOp::Divide,
        BinaryOperator::Mod => BinaryOp::Modulo,
        BinaryOperator::Eq => BinaryOp::Equal,
        BinaryOperator::NotEq => BinaryOp::NotEqual,
        BinaryOperator::Less => BinaryOp::Less,
        BinaryOperator::LessEq => BinaryOp::LessOrEqual,
        BinaryOperator::Greater => BinaryOp::Greater,
        BinaryOperator::GreaterEq => BinaryOp::GreaterOrEqual,
        BinaryOperator::And => BinaryOp::And,
        BinaryOperator::Or => BinaryOp::Or,
    }
}

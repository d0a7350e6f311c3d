//! From a text to its tree.

use hcl::edit::parser::{self, parse_body};

use super::ast::{Body, Expr};
use super::convert::Converter;
use super::effort::Effort;
use super::explain;
use super::recover::recover;
use super::respell::{self, Grammar, Respelled};
use crate::problem::Problem;
use crate::source::SourceFile;
use crate::syntax::limits::too_large;

/// The result of reading one HCL text: everything that could be read, and what could not.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    /// What could be read.
    pub body: Body,
    /// Why the rest could not, in source order. All are errors: `hcl-syntax`, `file-too-large`,
    /// `too-many-problems`.
    pub problems: Vec<Problem>,
}

/// Reads the content of a `.tf` or `.tfvars` file. A broken attribute or block at the outermost level costs
/// itself and no other.
pub fn parse(file: &SourceFile) -> Parsed {
    let text = file.text();
    if let Some(problem) = too_large(file) {
        return Parsed { body: Body::default(), problems: vec![problem] };
    }
    let mut effort = Effort::for_file(text);
    if effort.suffices(text)
        && let Some(Ok(body)) = respell::as_written(text, parse_body)
    {
        let respelled = Respelled::default();
        let mut converter = Converter::new(file, 0..text.len(), &respelled);
        let body = converter.body(body);
        // A string that runs over the end of its line may have swallowed anything.
        if converter.problems.is_empty() {
            return Parsed { body, problems: Vec::new() };
        }
    }
    recover(file, &mut effort)
}

/// Reads a text that is one expression, such as the value of an environment variable `TF_VAR_…`. White space
/// around it is ignored.
pub fn parse_expression(file: &SourceFile) -> Result<Expr, Problem> {
    let text = file.text();
    if let Some(problem) = too_large(file) {
        return Err(problem);
    }
    let start = text.len() - text.trim_start().len();
    let range = start..start + text.trim().len();
    let mut effort = Effort::for_file(text);
    if !effort.suffices(text) {
        return Err(explain::too_large(file, range));
    }
    let grammar = Grammar { parser: parser::parse_expr, ending: "" };
    match respell::parse(&text[range.clone()], &grammar, &mut effort) {
        Ok((parsed, respelled)) => {
            let mut converter = Converter::new(file, range, &respelled);
            let expr = converter.expr(parsed);
            converter.problems.pop().map_or(Ok(expr), Err)
        }
        Err(error) => Err(explain::error(file, range, &error)),
    }
}

/// Reads a whole text as a template, as `templatefile` does. The result is a
/// [`String`](super::ExprKind::String) or [`Template`](super::ExprKind::Template) that spans the text.
pub fn parse_template(file: &SourceFile) -> Result<Expr, Problem> {
    let text = file.text();
    if let Some(problem) = too_large(file) {
        return Err(problem);
    }
    let range = 0..text.len();
    if !Effort::for_file(text).suffices_for_template(text) {
        return Err(explain::too_large(file, range));
    }
    match parser::parse_template(text) {
        Ok(parsed) => {
            let respelled = Respelled::default();
            let mut converter = Converter::new(file, range, &respelled);
            let expr = converter.whole_template(parsed);
            converter.problems.pop().map_or(Ok(expr), Err)
        }
        Err(error) => Err(explain::error(file, range, &error)),
    }
}

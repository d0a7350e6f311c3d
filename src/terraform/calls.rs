//! Function calls: those that need the evaluator or the file system here, the pure ones in `functions`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::evaluate::Evaluator;
use super::expression::invalid;
use super::functions;
use super::module::normalised;
use super::operators;
use super::scope::{Binding, Names, Scope};
use crate::resource::{Cause, Value, ValueKind};
use crate::source::{SourceFile, Span};
use crate::syntax::hcl::{self, Expr, ExprKind};

/// The largest file whose content becomes a value, in bytes.
const MAX_FILE: usize = 4 * 1024 * 1024;

/// Functions that are called for each of many instances, and never look into the elements of a collection.
const READS_ELEMENTS_ONLY: [&str; 5] = ["element", "keys", "length", "lookup", "one"];

/// Bytes of a template file that take one step to parse.
const PARSED: usize = 8;

impl Evaluator<'_> {
    /// Evaluates a function call.
    pub(super) fn call(
        &self,
        name: &str,
        arguments: &[Expr],
        expand_last: bool,
        span: Span,
        scope: Scope<'_>,
    ) -> Value {
        match name {
            "try" => {
                return arguments
                    .iter()
                    .map(|argument| self.evaluate(argument, scope))
                    .find(|value| !is_error(value))
                    .unwrap_or_else(|| invalid("no argument of try is valid", span));
            }
            "can" => {
                let valid = arguments.iter().all(|argument| {
                    let value = self.evaluate(argument, scope);
                    self.budget.charge_reading(&value);
                    !is_error(&value)
                });
                return Value::new(ValueKind::Bool(valid), span);
            }
            _ if functions::is_impure(name) => {
                return Value::unknown(Cause::LookedUp(format!("{name}()")), span);
            }
            _ => {}
        }
        let mut values: Vec<Value> = Vec::with_capacity(arguments.len());
        let mut spans: Vec<Span> = Vec::with_capacity(arguments.len());
        for (index, argument) in arguments.iter().enumerate() {
            let value = self.evaluate(argument, scope);
            if expand_last && index + 1 == arguments.len() {
                let (ValueKind::List(_) | ValueKind::Set(_)) = value.kind else {
                    return operators::unknown(&value, span).unwrap_or_else(|| {
                        invalid("only a list can be expanded into arguments", argument.span)
                    });
                };
                for member in value.members() {
                    values.push(member);
                    spans.push(argument.span);
                }
            } else {
                values.push(value);
                spans.push(argument.span);
            }
        }
        for value in &values {
            self.budget.charge_elements(value);
            if !READS_ELEMENTS_ONLY.contains(&name) {
                self.budget.charge_reading(value);
            }
        }
        match name {
            "file" | "templatefile" | "fileexists" => self.file_function(name, &values, span, scope),
            _ => {
                let call = functions::Call { name, span, arguments: &values, argument_spans: &spans };
                functions::call(&call)
                    .unwrap_or_else(|| Value::unknown(Cause::UnsupportedFunction(name.to_owned()), span))
            }
        }
    }

    fn file_function(&self, name: &str, arguments: &[Value], span: Span, scope: Scope<'_>) -> Value {
        let Some(path) = arguments.first() else { return invalid(&format!("{name} needs a path"), span) };
        let Some(path) = path.as_str() else {
            return operators::unknown(path, span)
                .unwrap_or_else(|| invalid(&format!("{name} needs a path"), span));
        };
        let Some(path) = self.inside(path, scope) else {
            return Value::unknown(Cause::External(format!("file {path} outside the configuration")), span);
        };
        if name == "fileexists" {
            return Value::new(ValueKind::Bool(path.is_file()), span);
        }
        let file = match self.sources.load(&path) {
            Ok(file) => file,
            Err(error) => return invalid(&error.to_string(), span),
        };
        if name == "file" {
            return match file.text() {
                text if text.len() <= MAX_FILE => Value::string(text, span),
                _ => Value::unknown(Cause::Limit(format!("{} is too large", file.name())), span),
            };
        }
        if std::ptr::eq(scope.instance, self.nowhere()) {
            return invalid("templatefile cannot be called from inside a template", span);
        }
        self.budget.charge(file.text().len() / PARSED);
        self.template_file(&file, arguments.get(1), span)
    }

    fn template_file(&self, file: &Arc<SourceFile>, variables: Option<&Value>, span: Span) -> Value {
        let expr = match hcl::parse_template(file) {
            Ok(expr) => expr,
            Err(problem) => return invalid(&problem.message, span),
        };
        match variables.map(|variables| &variables.kind) {
            Some(ValueKind::Map(entries)) => {
                let binding = Binding { names: Names::All(entries), outer: None };
                let scope = Scope { instance: self.nowhere(), bindings: Some(&binding) };
                match &expr.kind {
                    ExprKind::Template(parts) => self.template(parts, expr.span, scope),
                    _ => self.evaluate(&expr, scope),
                }
            }
            Some(_) => variables
                .and_then(|variables| operators::unknown(variables, span))
                .unwrap_or_else(|| invalid("templatefile needs an object of variables", span)),
            None => invalid("templatefile needs an object of variables", span),
        }
    }

    /// The path that a file function means, if it lies in the root module's directory, the calling
    /// module's, or the working directory, and no link leads out of them: nothing else is read.
    fn inside(&self, path: &str, scope: Scope<'_>) -> Option<PathBuf> {
        let root = &self.instance(0).module.directory.clone();
        let module = &scope.instance.module.directory;
        let absolute = Path::new(path).is_absolute() || Path::new(path).starts_with(root);
        let wanted = normalised(&if absolute || Path::new(path).starts_with(module) {
            PathBuf::from(path)
        } else {
            root.join(path)
        });
        let target = std::fs::canonicalize(&wanted).ok();
        [root.as_path(), module.as_path(), self.sources.working_directory()]
            .iter()
            .any(|allowed| {
                // What does not exist has no target, and cannot be read either.
                let holds_target = |target: &PathBuf| {
                    std::fs::canonicalize(allowed).is_ok_and(|allowed| target.starts_with(allowed))
                };
                !allowed.as_os_str().is_empty()
                    && wanted.starts_with(allowed)
                    && target.as_ref().is_none_or(holds_target)
            })
            .then_some(wanted)
    }
}

/// Whether Terraform would stop with an error here, or anywhere inside.
fn is_error(value: &Value) -> bool {
    match &value.kind {
        ValueKind::Unknown(unknown) => matches!(unknown.cause, Cause::Invalid(_) | Cause::Undeclared(_)),
        ValueKind::List(items) | ValueKind::Set(items) => items.iter().any(is_error),
        ValueKind::Map(entries) => entries.values().any(is_error),
        ValueKind::Template(parts) => parts.iter().any(is_error),
        _ => false,
    }
}

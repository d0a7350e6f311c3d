//! Function calls: those that catch errors here, those that read files in `files`, the pure ones in `functions`.

use super::evaluate::Evaluator;
use super::files::reads_file;
use super::functions;
use super::operators::{invalid, unknown_or_no_collection};
use super::order;
use super::scope::Scope;
use crate::problem::Problem;
use crate::resource::{Cause, Value, ValueKind};
use crate::source::Span;
use crate::syntax::hcl::{Expr, ExprKind};

/// Functions that are called for each of many instances, and never look into the elements of a collection.
const SEARCHES: [&str; 6] = ["element", "keys", "length", "lookup", "one", "values"];

/// The steps that a decryption counts for, which takes as long as this many.
const DECRYPTION: usize = 200_000;

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
        // Built-in functions may be called by their full name, `core::max`.
        let name = name.strip_prefix("core::").unwrap_or(name);
        match name {
            "try" => {
                return arguments
                    .iter()
                    .map(|argument| self.evaluate(argument, scope))
                    .inspect(|value| self.budget.charge_reading(value))
                    .find(|value| !is_error(value))
                    .unwrap_or_else(|| invalid("no argument of try is valid", span));
            }
            "can" => return self.can(arguments, span, scope),
            "templatestring" => return self.template_string(arguments, span, scope),
            _ if functions::is_impure(name) => {
                return Value::unknown(Cause::LookedUp(format!("{name}()")), span);
            }
            _ => {}
        }
        let mut values: Vec<Value> = Vec::with_capacity(arguments.len());
        let mut spans: Vec<Span> = Vec::with_capacity(arguments.len());
        for (index, argument) in arguments.iter().enumerate() {
            let value = match name {
                "lookup" if index == 1 && !expand_last => self.row_key(&values[0], argument, scope),
                "coalesce" | "coalescelist" if index + 1 < arguments.len() => {
                    self.passed_over(argument, scope)
                }
                _ => self.evaluate(argument, scope),
            };
            if expand_last && index + 1 == arguments.len() {
                let (ValueKind::List(_) | ValueKind::Set(_)) = value.kind else {
                    let message = "only a list can be expanded into arguments";
                    return unknown_or_no_collection(&value, message, argument.span);
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
            if SEARCHES.contains(&name) {
                self.budget.charge_search(value);
            } else {
                self.budget.charge_elements(value);
                self.budget.charge_reading(value);
            }
        }
        if name == "rsadecrypt" {
            self.budget.charge(DECRYPTION);
        }
        match name {
            _ if reads_file(name) => self.file_function(name, &values, span, scope),
            _ => {
                let call = functions::Call { name, span, arguments: &values, argument_spans: &spans };
                functions::call(&call).unwrap_or_else(|| self.no_function(name, span))
            }
        }
    }
}

impl Evaluator<'_> {
    /// Whether the arguments are valid. What an expression makes of a value that is not known may be refused once it
    /// is; that a name is declared is known.
    fn can(&self, arguments: &[Expr], span: Span, scope: Scope<'_>) -> Value {
        let mut open = None;
        for argument in arguments {
            let value = self.evaluate(argument, scope);
            self.budget.charge_reading(&value);
            if is_error(&value) {
                return Value::new(ValueKind::Bool(false), span);
            }
            let is_name = matches!(argument.kind, ExprKind::Traversal { .. } | ExprKind::Variable(_));
            // What a function gives that is not evaluated here is valid.
            let content = order::unknown_content(&value, span).filter(|unknown| {
                !matches!(unknown.unknown_cause(), Some(why) if matches!(why.cause, Cause::UnsupportedFunction(_)))
            });
            if !is_name {
                open = open.or(content);
            }
        }
        open.unwrap_or_else(|| Value::new(ValueKind::Bool(true), span))
    }

    /// The value of a function that is none of the language's: a provider may define it, nobody else can.
    fn no_function(&self, name: &str, span: Span) -> Value {
        if name.contains("::") {
            return Value::unknown(Cause::UnsupportedFunction(name.to_owned()), span);
        }
        self.report(
            Problem::warning("unknown-function", format!("there is no function {name}"))
                .at(span)
                .help("correct the name; if a newer version has it, its result counts as unknown here"),
        );
        Value::unknown(Cause::Undeclared(format!("function {name}")), span)
    }
}

/// Whether Terraform would stop with an error here, or anywhere inside.
fn is_error(value: &Value) -> bool {
    match &value.kind {
        ValueKind::Unknown(unknown) => unknown.cause.is_error(),
        ValueKind::List(items) | ValueKind::Set(items) => items.iter().any(is_error),
        ValueKind::Map(entries) => entries.values().any(is_error),
        ValueKind::Template(parts) => parts.iter().any(is_error),
        _ => false,
    }
}

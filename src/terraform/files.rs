//! Functions that read files: `file`, `fileexists`, `templatefile`, and those that hash or encode a file's text. A file
//! that is not UTF-8 is not read.
//!
//! Only files below the root module, the calling module or the working directory are read, also through symbolic
//! links: a configuration under review must not make its linter read something else.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::evaluate::Evaluator;
use super::functions;
use super::operators::{invalid, unknown_or_invalid};
use super::scope::{Binding, Names, Scope};
use crate::resource::{Cause, Value, ValueKind};
use crate::source::{SourceFile, Span};
use crate::syntax::hcl::{self, ExprKind};

/// The largest file whose text becomes a value, in bytes.
const MAX_FILE: usize = 4 * 1024 * 1024;

/// Bytes of a template file that take one step to parse.
const PARSED: usize = 8;

/// Whether a function reads a file.
pub(super) fn reads_file(name: &str) -> bool {
    matches!(name, "file" | "fileexists" | "templatefile") || of_text(name).is_some()
}

/// The function that does the same with a text.
fn of_text(name: &str) -> Option<&'static str> {
    Some(match name {
        "filebase64" => "base64encode",
        "filebase64sha256" => "base64sha256",
        "filebase64sha512" => "base64sha512",
        "filemd5" => "md5",
        "filesha1" => "sha1",
        "filesha256" => "sha256",
        "filesha512" => "sha512",
        _ => return None,
    })
}

impl Evaluator<'_> {
    /// The value of a function that [reads a file](reads_file).
    pub(super) fn file_function(
        &self,
        name: &str,
        arguments: &[Value],
        span: Span,
        scope: Scope<'_>,
    ) -> Value {
        let message = format!("{name} needs a path");
        let Some(path) = arguments.first() else { return invalid(message, span) };
        let Some(path) = path.to_text() else { return unknown_or_invalid(path, &message, span) };
        if name == "templatefile" && scope.instance.is_nowhere() {
            return invalid("a template cannot call templatefile", span);
        }
        let outside =
            || Value::unknown(Cause::External(format!("file {path} outside the configuration")), span);
        let wanted = self.instance(0).module.directory.join(&*path);
        let found = match wanted.canonicalize() {
            Ok(found) if self.may_read(&found, scope) => found,
            Ok(_) => return outside(),
            // Of a path that leads nowhere, the text decides whether that may be said.
            Err(_) if !self.may_read(&super::normalised(&wanted), scope) => return outside(),
            Err(_) if name == "fileexists" => return Value::new(ValueKind::Bool(false), span),
            Err(_) => return invalid(format!("there is no file {path}"), span),
        };
        if name == "fileexists" {
            return Value::new(ValueKind::Bool(found.is_file()), span);
        }
        if !found.is_file() {
            return invalid(format!("{path} is not a file"), span);
        }
        let file = match self.sources.load(&super::normalised(&wanted)) {
            Ok(file) if file.text().len() <= MAX_FILE => file,
            Ok(_) => return Value::unknown(Cause::Limit(format!("file {path} is too large")), span),
            Err(error) => return invalid(error.to_string(), span),
        };
        if name == "file" {
            return Value::string(file.text(), span);
        }
        if let Some(of_text) = of_text(name) {
            let text = [Value::string(file.text(), span)];
            let call = functions::Call { name: of_text, span, arguments: &text, argument_spans: &[span] };
            return functions::call(&call)
                .unwrap_or_else(|| Value::unknown(Cause::UnsupportedFunction(name.to_owned()), span));
        }
        self.budget.charge(file.text().len() / PARSED);
        self.template_file(&file, arguments.get(1), span)
    }

    fn template_file(&self, file: &Arc<SourceFile>, variables: Option<&Value>, span: Span) -> Value {
        const MESSAGE: &str = "templatefile needs an object of variables";
        let Some(variables) = variables else { return invalid(MESSAGE, span) };
        let ValueKind::Map(entries) = &variables.kind else {
            return unknown_or_invalid(variables, MESSAGE, span);
        };
        let expr = match hcl::parse_template(file) {
            Ok(expr) => expr,
            Err(problem) => return invalid(problem.message, span),
        };
        let binding = Binding { names: Names::All(entries), outer: None };
        let scope = Scope { instance: self.nowhere(), bindings: Some(&binding) };
        match &expr.kind {
            ExprKind::Template(parts) => self.template(parts, expr.span, scope),
            _ => self.evaluate(&expr, scope),
        }
    }

    fn may_read(&self, path: &Path, scope: Scope<'_>) -> bool {
        let root = self.instance(0);
        let allowed: [&Path; 3] =
            [&root.module.directory, &scope.instance.module.directory, self.sources.working_directory()];
        allowed.iter().any(|allowed| {
            !allowed.as_os_str().is_empty()
                && (path.starts_with(allowed)
                    || allowed.canonicalize().is_ok_and(|allowed: PathBuf| path.starts_with(allowed)))
        })
    }
}

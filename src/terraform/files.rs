//! Functions that ask for files: `file`, `fileexists`, `fileset`, `templatefile`, those that hash or encode a file, and
//! `abspath`; and `templatestring`, which is `templatefile` without the file.
//!
//! Only files below the root module, the calling module or the working directory are read, also through symbolic
//! links: a configuration under review must not make its linter read something else.

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use globset::GlobBuilder;
use regex::Regex;
use walkdir::WalkDir;

use super::evaluate::Evaluator;
use super::functions;
use super::operators::{invalid, unknown_or_invalid};
use super::order;
use super::scope::{Binding, Names, Scope};
use super::types::{self, Type};
use crate::resource::{Cause, Origin, Value, ValueKind};
use crate::source::{SourceFile, Span, normalised};
use crate::syntax::hcl::{Expr, ExprKind};

/// The largest file whose text becomes a value, in bytes.
const MAX_FILE: u64 = 4 * 1024 * 1024;

/// The most files and directories that one `fileset` walks through.
const MAX_VISITED: usize = 20_000;

/// Bytes of a template file that take one step to parse.
const PARSED: usize = 8;

/// Whether a function asks for files.
pub(super) fn reads_file(name: &str) -> bool {
    matches!(name, "abspath" | "file" | "fileexists" | "fileset" | "templatefile")
        || functions::of_bytes(name).is_some()
}

/// A class of letters that starts with an exclamation mark, and the letters.
fn leading_mark() -> &'static Regex {
    static CLASS: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\[!([^\]]+)\]").expect("a constant pattern"));
    &CLASS
}

/// What a path leads to.
enum Found {
    /// A file or directory inside the tree: the path to read it by.
    There(PathBuf),
    /// Nothing.
    Missing,
}

impl Evaluator<'_> {
    /// The value of a function that [reads a file](reads_file). What it reads of a sensitive path is sensitive.
    pub(super) fn file_function(
        &self,
        name: &str,
        arguments: &[Value],
        span: Span,
        scope: Scope<'_>,
    ) -> Value {
        let marks = arguments.first().map(|path| path.origin.marks).unwrap_or_default();
        self.read_by(name, arguments, span, scope).marked(marks)
    }

    fn read_by(&self, name: &str, arguments: &[Value], span: Span, scope: Scope<'_>) -> Value {
        let message = format!("{name} needs a path");
        let Some(path) = arguments.first() else { return invalid(message, span) };
        let Some(text) = path.to_text() else { return unknown_or_invalid(path, &message, span) };
        let shown = path.shown().unwrap_or_default();
        if name == "templatefile" && scope.instance.is_nowhere() {
            return invalid("a template cannot call templatefile", span);
        }
        if name == "abspath" {
            return Value::string(self.absolute(&text), span);
        }
        let found = match self.find(&text, scope) {
            Some(Found::There(found)) => found,
            Some(Found::Missing) if name == "fileexists" => return Value::new(ValueKind::Bool(false), span),
            // Terraform finds no files in a directory that is not there.
            Some(Found::Missing) if name == "fileset" => {
                return Value::new(ValueKind::Set(Arc::default()), span);
            }
            Some(Found::Missing) => return invalid(format!("there is no file {shown}"), span),
            None => {
                let cause = Cause::External(format!("file {shown} outside the configuration"));
                return Value::unknown(cause, span);
            }
        };
        match name {
            "fileset" => return self.file_set(&found, arguments.get(1), span),
            "fileexists" if found.is_dir() => return invalid(format!("{shown} is a directory"), span),
            "fileexists" => return Value::new(ValueKind::Bool(true), span),
            _ if !found.is_file() => return invalid(format!("{shown} is not a file"), span),
            _ => {}
        }
        if std::fs::metadata(&found).is_ok_and(|file| file.len() > MAX_FILE) {
            return Value::unknown(Cause::Limit(format!("file {shown} is too large")), span);
        }
        if let Some(of_bytes) = functions::of_bytes(name) {
            return match std::fs::read(&found) {
                Ok(bytes) => Value::string(of_bytes(&bytes), span),
                Err(error) => invalid(format!("file {shown}: {error}"), span),
            };
        }
        let file = match self.sources.load(&found) {
            Ok(file) => file,
            Err(error) => return invalid(error.to_string(), span),
        };
        if name == "file" {
            return Value::string(file.text(), span);
        }
        self.template_text(&file, arguments.get(1), span)
    }

    /// The path that Terraform makes of one, which runs in the root module's directory.
    fn absolute(&self, path: &str) -> String {
        let root = self.sources.working_directory().join(&self.instance(0).module.directory);
        normalised(&root.join(path)).to_string_lossy().replace('\\', "/")
    }

    /// What a path leads to; `None` for what lies outside the tree, whether it is there or not.
    fn find(&self, path: &str, scope: Scope<'_>) -> Option<Found> {
        let wanted = self.instance(0).module.directory.join(path);
        let plain = normalised(&wanted);
        match wanted.canonicalize() {
            Ok(found) => self.may_read(&found, scope).then_some(Found::There(plain)),
            Err(_) => self.may_read(&plain, scope).then_some(Found::Missing),
        }
    }

    /// `fileset(directory, pattern)`: the files below it that match, by their paths from it.
    fn file_set(&self, directory: &Path, pattern: Option<&Value>, span: Span) -> Value {
        const MESSAGE: &str = "fileset needs a directory and a pattern";
        let Some(pattern) = pattern else { return invalid(MESSAGE, span) };
        let Some(text) = pattern.to_text() else { return unknown_or_invalid(pattern, MESSAGE, span) };
        let marks = pattern.origin.marks;
        // A pattern that leads out of the directory finds files that nobody asked for.
        if text.split('/').any(|step| step == "..") {
            return Value::unknown(
                Cause::UnsupportedFunction("fileset with a pattern that leads up".into()),
                span,
            );
        }
        // Where a class starts with an exclamation mark, it is one of its letters.
        let text = leading_mark().replace_all(&text, "[$1!]");
        let matcher = match GlobBuilder::new(&text).literal_separator(true).build() {
            Ok(glob) => glob.compile_matcher(),
            Err(error) => return invalid(format!("fileset: {}", error.kind()), span).marked(marks),
        };
        let deepest = if text.contains("**") { usize::MAX } else { text.split('/').count() };
        let mut found = Vec::new();
        // A link may lead out of the tree, or in circles.
        for (visited, entry) in
            WalkDir::new(directory).min_depth(1).max_depth(deepest).into_iter().enumerate()
        {
            if visited == MAX_VISITED {
                return self.refused(span, "fileset walks through too many files");
            }
            let Ok(entry) = entry else { continue };
            let Ok(path) = entry.path().strip_prefix(directory) else { continue };
            if matcher.is_match(path) && entry.path().is_file() {
                found.push(Value::string(path.to_string_lossy().replace('\\', "/"), span));
            }
        }
        self.budget.charge(found.len());
        Value::new(ValueKind::Set(Arc::new(order::set_elements(found))), span).marked(marks)
    }

    /// `templatestring(template, variables)`: the template must be a reference, so that it is not one to be evaluated
    /// where it stands.
    pub(super) fn template_string(&self, arguments: &[Expr], span: Span, scope: Scope<'_>) -> Value {
        let [template, variables] = arguments else {
            return invalid("templatestring needs a template and an object of variables", span);
        };
        if !matches!(template.kind, ExprKind::Variable(_) | ExprKind::Traversal { .. }) {
            return invalid("templatestring needs a reference to its template", template.span);
        }
        if scope.instance.is_nowhere() {
            return invalid("a template cannot call templatestring", span);
        }
        let template_value = self.evaluate(template, scope);
        let variables = self.evaluate(variables, scope);
        let Some(text) = template_value.as_str() else {
            return unknown_or_invalid(
                &template_value,
                "the template of templatestring is not text",
                template.span,
            );
        };
        // A text that a reader of the configuration does not see: a name of its own for each.
        let digest = functions::of_bytes("filesha1").map(|hash| hash(text.as_bytes())).unwrap_or_default();
        let file = self.sources.add(format!("templatestring-{digest:.12}"), text);
        let value = self.template_text(&file, Some(&variables), span);
        let value = types::convert(&value, &Type::String).unwrap_or_else(|why| invalid(why, span));
        // What is written in a text that was computed is written where the text is.
        let origin = if value.origin.written.file == file.id() { Origin::at(span) } else { value.origin };
        Value { kind: value.kind, origin }.marked(template_value.origin.marks)
    }

    fn template_text(&self, file: &Arc<SourceFile>, variables: Option<&Value>, span: Span) -> Value {
        const MESSAGE: &str = "a template needs an object of variables";
        self.budget.charge(file.text().len() / PARSED);
        let Some(variables) = variables else { return invalid(MESSAGE, span) };
        let ValueKind::Map(entries) = &variables.kind else {
            return unknown_or_invalid(variables, MESSAGE, span);
        };
        let template = self.store.template(file);
        let expr = match &*template {
            Ok(expr) => expr,
            Err(problem) => return invalid(problem.message.clone(), span),
        };
        let binding = Binding::fixed(Names::All(entries), None);
        let scope = Scope { instance: self.nowhere(), bindings: Some(&binding) };
        let value = match &expr.kind {
            ExprKind::Template(parts) => self.template(parts, expr.span, scope),
            _ => self.evaluate(expr, scope),
        };
        value.marked(variables.origin.marks)
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

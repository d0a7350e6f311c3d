//! Terraform's built-in functions, as pure code on values with origins.
//!
//! A function that selects or rearranges elements hands on each element's own value, because diagnostics
//! point at where an element was written. What Terraform would refuse becomes [`Cause::Invalid`]; what is
//! not known stays not known, with its cause; texts with unknown parts stay texts.
//!
//! Functions that read files, evaluate templates or catch errors (`file`, `templatefile`, `try`, `can`) are
//! the evaluator's.

mod arguments;
mod charset;
mod collection;
mod convert;
mod encoding;
mod format;
mod hash;
mod json;
mod map;
mod marks;
mod network;
mod numeric;
mod path;
mod pattern;
mod rsa;
mod set;
mod string;
mod text;
mod time;
mod yaml;

#[cfg(test)]
mod soundness;
#[cfg(test)]
pub(in crate::terraform) mod testing;

use crate::resource::{Cause, Marks, Value, ValueKind};
use crate::source::Span;
use crate::terraform::order;
use arguments::{Outcome, Stopped};
pub(in crate::terraform) use hash::of_bytes;
pub(in crate::terraform) use text::composed;

/// Bound on the elements of a result.
const MAX_ELEMENTS: usize = 100_000;

/// Bound on the bytes of a result.
const MAX_TEXT: usize = 1 << 20;

/// One call with its arguments evaluated.
pub(crate) struct Call<'a> {
    /// The function.
    pub(crate) name: &'a str,
    /// The whole call.
    pub(crate) span: Span,
    /// The arguments, an expanded list's elements one by one.
    pub(crate) arguments: &'a [Value],
    /// The text of each argument; the last stands for all that follow it.
    pub(crate) argument_spans: &'a [Span],
}

/// The value of a call; `None` if there is no such function here. It has the marks of what it was made from.
pub(crate) fn call(call: &Call<'_>) -> Option<Value> {
    let function = function(call.name)?;
    let marks = marks_of(call.arguments, function.marking);
    if marks.is_empty() {
        return Some(function.apply(call));
    }
    let bare = |argument: &Value| match function.marking {
        Marking::Whole => argument.clone().unmarked_within(),
        Marking::Parts => argument.clone().without_marks(Marks::ALL),
        Marking::Own => argument.clone(),
    };
    let arguments: Vec<Value> = call.arguments.iter().map(bare).collect();
    let value = function.apply(&Call { arguments: &arguments, ..*call }).marked(marks);
    Some(match value.unknown_cause() {
        // The message may say what the argument is.
        Some(unknown) if marks.has(Marks::SENSITIVE) && matches!(unknown.cause, Cause::Invalid(_)) => {
            Stopped::refused(format!("{}: a sensitive argument is not valid", call.name), unknown.at).0
        }
        _ => value,
    })
}

/// The marks that arguments give the result.
fn marks_of(arguments: &[Value], marking: Marking) -> Marks {
    arguments.iter().fold(Marks::NONE, |marks, argument| match marking {
        Marking::Whole => marks.and(argument.marks_within()),
        Marking::Parts => marks.and(argument.origin.marks),
        Marking::Own => Marks::NONE,
    })
}

/// How a function hands on the marks of its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Marking {
    /// A mark anywhere in an argument marks the whole result.
    Whole,
    /// The mark of an argument marks the whole result; parts of arguments that end up in the result keep their own.
    Parts,
    /// The function sees the marks, and decides.
    Own,
}

/// Whether a function's result differs from run to run, so that nobody knows it before deployment.
pub(crate) fn is_impure(name: &str) -> bool {
    matches!(name, "bcrypt" | "plantimestamp" | "timestamp" | "uuid")
}

fn is_too_large(value: &Value) -> bool {
    match &value.kind {
        ValueKind::String(text) => text.len() > MAX_TEXT,
        ValueKind::List(items) | ValueKind::Set(items) => items.len() > MAX_ELEMENTS,
        ValueKind::Map(entries) => entries.len() > MAX_ELEMENTS,
        _ => false,
    }
}

/// A function and what it takes.
struct Function {
    /// Fewest arguments.
    least: usize,
    /// Most arguments.
    most: usize,
    /// Whether it handles every element of its arguments, or looks into them to the last leaf.
    deep: bool,
    marking: Marking,
    body: fn(&Call<'_>) -> Outcome,
}

impl Function {
    fn apply(&self, call: &Call<'_>) -> Value {
        self.check(call).and_then(|()| (self.body)(call)).map_or_else(
            |Stopped(unknown)| unknown,
            |value| if is_too_large(&value) { call.too_large().0 } else { value },
        )
    }

    fn check(&self, call: &Call<'_>) -> Result<(), Stopped> {
        let given = call.arguments.len();
        if given < self.least {
            Err(call.refuse(format!("not enough arguments: {given} given, {} required", self.least)))
        } else if given > self.most {
            Err(call.refuse(format!("too many arguments: {given} given, {} allowed", self.most)))
        } else if self.deep && !order::is_bounded(call.arguments, MAX_ELEMENTS) {
            Err(call.too_large())
        } else {
            Ok(())
        }
    }

    fn deep(self) -> Self {
        Self { deep: true, ..self }
    }

    fn marking(self, marking: Marking) -> Self {
        Self { marking, ..self }
    }

    /// Parts of arguments keep their own marks.
    fn parts(self) -> Self {
        self.marking(Marking::Parts)
    }
}

fn exactly(count: usize, body: fn(&Call<'_>) -> Outcome) -> Function {
    Function { least: count, most: count, deep: false, marking: Marking::Whole, body }
}

fn between(least: usize, most: usize, body: fn(&Call<'_>) -> Outcome) -> Function {
    Function { least, most, deep: false, marking: Marking::Whole, body }
}

fn at_least(least: usize, body: fn(&Call<'_>) -> Outcome) -> Function {
    Function { least, most: usize::MAX, deep: false, marking: Marking::Whole, body }
}

fn function(name: &str) -> Option<Function> {
    Some(match name {
        "abs" => exactly(1, numeric::abs),
        "ceil" => exactly(1, numeric::ceil),
        "floor" => exactly(1, numeric::floor),
        "log" => exactly(2, numeric::log),
        "max" => at_least(1, numeric::max),
        "min" => at_least(1, numeric::min),
        "parseint" => exactly(2, numeric::parseint),
        "pow" => exactly(2, numeric::pow),
        "range" => between(1, 3, numeric::range),
        "signum" => exactly(1, numeric::signum),
        "sum" => exactly(1, numeric::sum),

        "chomp" => exactly(1, string::chomp),
        "endswith" => exactly(2, string::endswith),
        "indent" => exactly(2, string::indent),
        "join" => at_least(2, string::join),
        "lower" => exactly(1, string::lower),
        "replace" => exactly(3, string::replace),
        "split" => exactly(2, string::split),
        "startswith" => exactly(2, string::startswith),
        "strcontains" => exactly(2, string::strcontains),
        "strrev" => exactly(1, string::strrev),
        "substr" => exactly(3, string::substr),
        "title" => exactly(1, string::title),
        "trim" => exactly(2, string::trim),
        "trimprefix" => exactly(2, string::trimprefix),
        "trimspace" => exactly(1, string::trimspace),
        "trimsuffix" => exactly(2, string::trimsuffix),
        "upper" => exactly(1, string::upper),
        "format" => at_least(1, format::format),
        "formatlist" => at_least(1, format::formatlist),
        "regex" => exactly(2, pattern::regex),
        "regexall" => exactly(2, pattern::regexall),

        "alltrue" => exactly(1, collection::alltrue),
        "anytrue" => exactly(1, collection::anytrue),
        "chunklist" => exactly(2, collection::chunklist).parts(),
        "coalesce" => at_least(1, collection::coalesce).deep().parts(),
        "coalescelist" => at_least(1, collection::coalescelist).deep(),
        "compact" => exactly(1, collection::compact),
        "concat" => at_least(1, collection::concat).deep().parts(),
        "contains" => exactly(2, collection::contains).deep(),
        "distinct" => exactly(1, collection::distinct).deep(),
        "element" => exactly(2, collection::element).parts(),
        "flatten" => exactly(1, collection::flatten).deep().parts(),
        "index" => exactly(2, collection::index).deep(),
        "length" => exactly(1, collection::length).deep().parts(),
        "matchkeys" => exactly(3, collection::matchkeys).deep(),
        "one" => exactly(1, collection::one),
        "reverse" => exactly(1, collection::reverse).parts(),
        "slice" => exactly(3, collection::slice).parts(),
        "sort" => exactly(1, collection::sort),

        "keys" => exactly(1, map::keys).parts(),
        "lookup" => between(2, 3, map::lookup).marking(Marking::Own),
        "merge" => at_least(0, map::merge).deep().parts(),
        "transpose" => exactly(1, map::transpose),
        "values" => exactly(1, map::values).parts(),
        "zipmap" => exactly(2, map::zipmap).parts(),

        "setintersection" => at_least(1, set::intersection).deep(),
        "setproduct" => at_least(0, set::product).deep().parts(),
        "setsubtract" => exactly(2, set::subtract).deep(),
        "setunion" => at_least(1, set::union).deep(),

        "ephemeralasnull" => exactly(1, |call| Ok(marks::ephemeralasnull(call))).marking(Marking::Own),
        "issensitive" => exactly(1, marks::issensitive).marking(Marking::Own),
        "nonsensitive" => exactly(1, |call| Ok(marks::nonsensitive(call))).marking(Marking::Own),
        "sensitive" => exactly(1, |call| Ok(marks::sensitive(call))).marking(Marking::Own),

        // Terraform before 0.12 had list(…) for […].
        "list" => at_least(0, |call| Ok(call.list(call.arguments.to_vec()))),
        "map" => at_least(0, convert::map),
        "tobool" => exactly(1, convert::tobool).parts(),
        "tolist" => exactly(1, convert::tolist).deep().parts(),
        "tomap" => exactly(1, convert::tomap).deep().parts(),
        "tonumber" => exactly(1, convert::tonumber).parts(),
        "toset" => exactly(1, convert::toset).deep(),
        "tostring" => exactly(1, convert::tostring).parts(),

        "base64decode" => exactly(1, encoding::base64decode),
        "base64encode" => exactly(1, encoding::base64encode),
        "base64gunzip" => exactly(1, encoding::base64gunzip),
        "csvdecode" => exactly(1, encoding::csvdecode),
        "textdecodebase64" => exactly(2, charset::textdecodebase64),
        "textencodebase64" => exactly(2, charset::textencodebase64),
        "urldecode" => exactly(1, encoding::urldecode),
        "urlencode" => exactly(1, encoding::urlencode),
        "jsondecode" => exactly(1, json::jsondecode),
        "jsonencode" => exactly(1, json::jsonencode),
        "yamldecode" => exactly(1, yaml::yamldecode),
        "yamlencode" => exactly(1, yaml::yamlencode),

        "base64sha256" => exactly(1, hash::base64sha256),
        "base64sha512" => exactly(1, hash::base64sha512),
        "md5" => exactly(1, hash::md5),
        "sha1" => exactly(1, hash::sha1),
        "sha256" => exactly(1, hash::sha256),
        "sha512" => exactly(1, hash::sha512),
        "uuidv5" => exactly(2, hash::uuidv5),

        "cidrcontains" => exactly(2, network::cidrcontains),
        "cidrhost" => exactly(2, network::cidrhost),
        "cidrnetmask" => exactly(1, network::cidrnetmask),
        "cidrsubnet" => exactly(3, network::cidrsubnet),
        "cidrsubnets" => at_least(1, network::cidrsubnets),

        "basename" => exactly(1, path::basename),
        "dirname" => exactly(1, path::dirname),
        "pathexpand" => exactly(1, path::pathexpand),

        "formatdate" => exactly(2, time::formatdate),
        "timeadd" => exactly(2, time::timeadd),
        "timecmp" => exactly(2, time::timecmp),

        "rsadecrypt" => exactly(2, rsa::rsadecrypt),

        // The only one whose result is not wholly known when its arguments are.
        "base64gzip" => exactly(1, encoding::base64gzip),
        _ => return None,
    })
}

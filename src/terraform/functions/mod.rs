use crate::resource::Value;
use crate::source::Span;
pub(crate) struct Call<'a> { pub(crate) name: &'a str, pub(crate) span: Span, pub(crate) arguments: &'a [Value], pub(crate) argument_spans: &'a [Span] }
pub(crate) fn call(_call: &Call<'_>) -> Option<Value> { None }
pub(crate) fn is_impure(_name: &str) -> bool { false }

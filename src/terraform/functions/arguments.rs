//! Reading the arguments of a call, and the results that every function makes alike.

use std::collections::BTreeMap;
use std::sync::Arc;

use num_bigint::BigInt;

use super::text::composed;
use super::{Call, MAX_ELEMENTS, MAX_TEXT};
use crate::resource::{Cause, Number, NumberError, Value, ValueKind};
use crate::source::Span;
use crate::terraform::order;

/// Why a call has no known result: an argument is not known, Terraform would refuse the call, or a bound was
/// reached. Holds the unknown value that becomes the result.
#[derive(Debug)]
pub(super) struct Stopped(pub(super) Value);

/// What a function yields.
pub(super) type Outcome = Result<Value, Stopped>;

impl Stopped {
    /// Terraform would refuse the call.
    pub(super) fn refused(message: String, place: Span) -> Self {
        Self(Value::unknown(Cause::Invalid(message), place))
    }

    /// Whether Terraform would refuse the call, rather than that nobody knows.
    pub(super) fn is_error(&self) -> bool {
        self.0.unknown_cause().is_some_and(|unknown| matches!(unknown.cause, Cause::Invalid(_)))
    }
}

impl Call<'_> {
    /// An argument's text; an argument made from an expanded list has the place of that list.
    pub(super) fn place(&self, index: usize) -> Span {
        self.argument_spans.get(index).or(self.argument_spans.last()).copied().unwrap_or(self.span)
    }

    /// Whether an optional argument is given.
    pub(super) fn has(&self, index: usize) -> bool {
        index < self.arguments.len()
    }

    /// Terraform would refuse the call.
    pub(super) fn refuse(&self, why: impl AsRef<str>) -> Stopped {
        self.refuse_at(self.span, why)
    }

    /// Terraform would refuse the call because of this argument.
    pub(super) fn refuse_argument(&self, index: usize, why: impl AsRef<str>) -> Stopped {
        self.refuse_at(self.place(index), why)
    }

    fn refuse_at(&self, place: Span, why: impl AsRef<str>) -> Stopped {
        Stopped::refused(format!("{}: {}", self.name, why.as_ref()), place)
    }

    /// The result would exceed what is evaluated.
    pub(super) fn too_large(&self) -> Stopped {
        let message = format!(
            "{}: results over {MAX_ELEMENTS} elements or {MAX_TEXT} bytes are not evaluated",
            self.name
        );
        Stopped(Value::unknown(Cause::Limit(message), self.span))
    }

    /// The function, or this use of it, is not evaluated.
    pub(super) fn unsupported(&self) -> Stopped {
        Stopped(Value::unknown(Cause::UnsupportedFunction(self.name.to_owned()), self.span))
    }

    /// The call has no known result because this part of an argument is not known.
    pub(super) fn not_known(&self, value: &Value, place: Span) -> Stopped {
        order::unknown_content(value, place).map_or_else(|| self.unsupported(), Stopped)
    }

    /// An argument as text.
    pub(super) fn text(&self, index: usize) -> Result<Arc<str>, Stopped> {
        self.text_of(&self.arguments[index], self.place(index))
    }

    /// A part of an argument as text.
    pub(super) fn text_of(&self, value: &Value, place: Span) -> Result<Arc<str>, Stopped> {
        self.reject_unusable(value, place)?;
        value.to_text().ok_or_else(|| self.refuse_at(place, "a string is required"))
    }

    /// An argument as a number.
    pub(super) fn number(&self, index: usize) -> Result<Number, Stopped> {
        self.number_of(&self.arguments[index], self.place(index))
    }

    /// A part of an argument as a number.
    pub(super) fn number_of(&self, value: &Value, place: Span) -> Result<Number, Stopped> {
        self.reject_unusable(value, place)?;
        let number = match &value.kind {
            ValueKind::Number(number) => Some(number.clone()),
            ValueKind::String(text) => Number::converted(text),
            _ => None,
        };
        number.ok_or_else(|| self.refuse_at(place, "a number is required"))
    }

    /// An argument as a whole number.
    pub(super) fn whole(&self, index: usize) -> Result<i64, Stopped> {
        let number = self.number(index)?;
        number.as_i64().ok_or_else(|| self.refuse_argument(index, "a whole number of 64 bits is required"))
    }

    /// An argument as a whole number of any size.
    pub(super) fn integer(&self, index: usize) -> Result<BigInt, Stopped> {
        self.number(index)?
            .as_integer()
            .ok_or_else(|| self.refuse_argument(index, "a whole number is required"))
    }

    /// A part of an argument as a truth value.
    pub(super) fn flag_of(&self, value: &Value, place: Span) -> Result<bool, Stopped> {
        self.reject_unusable(value, place)?;
        value.as_bool().ok_or_else(|| self.refuse_at(place, "a bool is required"))
    }

    /// The elements of an argument that is a list, set or tuple, each with its whole way.
    pub(super) fn elements(&self, index: usize) -> Result<Vec<Value>, Stopped> {
        self.elements_of(&self.arguments[index], self.place(index))
    }

    /// The elements of a part of an argument.
    pub(super) fn elements_of(&self, value: &Value, place: Span) -> Result<Vec<Value>, Stopped> {
        self.reject_unusable(value, place)?;
        match &value.kind {
            ValueKind::List(_) | ValueKind::Set(_) => Ok(value.members()),
            _ => Err(self.refuse_at(place, "a list is required")),
        }
    }

    /// The elements of a set made from an argument: each once, in order. Stops if any is unknown, because
    /// nobody can say then which are equal.
    pub(super) fn known_set(&self, index: usize) -> Result<Vec<Value>, Stopped> {
        let elements = self.elements(index)?;
        for element in &elements {
            if !order::wholly_known(element) {
                return Err(self.first_unknown(element, self.place(index)));
            }
        }
        Ok(order::set_elements(elements))
    }

    /// The first unknown value in one that is not wholly known.
    pub(super) fn first_unknown(&self, value: &Value, place: Span) -> Stopped {
        let inner = match &value.kind {
            ValueKind::List(items) | ValueKind::Set(items) => {
                items.iter().find(|item| !order::wholly_known(item))
            }
            ValueKind::Map(entries) => entries.values().find(|entry| !order::wholly_known(entry)),
            _ => None,
        };
        match inner {
            Some(inner) => self.first_unknown(inner, place),
            None => self.not_known(value, place),
        }
    }

    /// The entries of an argument that is a map or object, each with its whole way.
    pub(super) fn entries(&self, index: usize) -> Result<BTreeMap<Arc<str>, Value>, Stopped> {
        self.entries_of(&self.arguments[index], self.place(index))
    }

    /// The entries of a part of an argument.
    pub(super) fn entries_of(
        &self,
        value: &Value,
        place: Span,
    ) -> Result<BTreeMap<Arc<str>, Value>, Stopped> {
        self.reject_unusable(value, place)?;
        match &value.kind {
            ValueKind::Map(entries) => {
                Ok(entries.iter().map(|(key, entry)| (Arc::clone(key), value.taken(entry))).collect())
            }
            _ => Err(self.refuse_at(place, "a map or object is required")),
        }
    }

    /// Stops at null, at unknown, and at what is known only after deployment.
    pub(super) fn reject_unusable(&self, value: &Value, place: Span) -> Result<(), Stopped> {
        match &value.kind {
            ValueKind::Null => Err(self.refuse_at(place, "an argument must not be null")),
            ValueKind::Unknown(_) | ValueKind::Reference(_) | ValueKind::Template(_) => {
                Err(self.not_known(value, place))
            }
            _ => Ok(()),
        }
    }

    /// A text made by the call.
    pub(super) fn string(&self, text: impl Into<Arc<str>>) -> Value {
        Value::string(composed(text.into()), self.span)
    }

    /// A number made by the call.
    pub(super) fn count(&self, count: usize) -> Value {
        self.whole_number(i64::try_from(count).unwrap_or(i64::MAX))
    }

    /// A whole number made by the call.
    pub(super) fn whole_number(&self, number: i64) -> Value {
        self.numeral(Number::from(number))
    }

    /// A number made by the call.
    pub(super) fn numeral(&self, number: Number) -> Value {
        Value::new(ValueKind::Number(number), self.span)
    }

    /// A number that the call computes in the machine's floating point; Terraform refuses what is no number.
    pub(super) fn float(&self, number: f64) -> Outcome {
        let infinite =
            || number.is_infinite().then(|| Number::converted(if number < 0.0 { "-Inf" } else { "Inf" }));
        let number = Number::from_f64(number).or_else(|| infinite().flatten());
        Ok(self.numeral(number.ok_or_else(|| self.refuse("the result is not a number"))?))
    }

    /// The result of a calculation.
    pub(super) fn calculated(&self, number: Result<Number, NumberError>) -> Result<Number, Stopped> {
        number.map_err(|error| match error {
            NumberError::Undefined => self.refuse("the result is not a number"),
            NumberError::TooLarge => self.too_large(),
        })
    }

    /// A truth value made by the call.
    pub(super) fn truth(&self, value: bool) -> Value {
        Value::new(ValueKind::Bool(value), self.span)
    }

    /// A list made by the call.
    pub(super) fn list(&self, items: Vec<Value>) -> Value {
        Value::new(ValueKind::List(Arc::new(items)), self.span)
    }

    /// A list of texts made by the call.
    pub(super) fn texts<T: Into<Arc<str>>>(&self, texts: impl IntoIterator<Item = T>) -> Outcome {
        let items: Vec<Value> =
            texts.into_iter().take(MAX_ELEMENTS + 1).map(|text| self.string(text)).collect();
        if items.len() > MAX_ELEMENTS {
            return Err(self.too_large());
        }
        Ok(self.list(items))
    }

    /// A set made by the call.
    pub(super) fn set(&self, items: Vec<Value>) -> Value {
        Value::new(ValueKind::Set(Arc::new(order::set_elements(items))), self.span)
    }

    /// A map made by the call.
    pub(super) fn map(&self, entries: BTreeMap<Arc<str>, Value>) -> Value {
        Value::new(ValueKind::Map(Arc::new(entries)), self.span)
    }
}

//! Conversions between types.

use std::collections::BTreeMap;

use super::Call;
use super::arguments::Outcome;
use crate::terraform::types::{self, Type};

fn to(call: &Call<'_>, ty: &Type) -> Outcome {
    types::convert(&call.arguments[0], ty).map_err(|why| call.refuse_argument(0, why))
}

pub(super) fn tostring(call: &Call<'_>) -> Outcome {
    to(call, &Type::String)
}

pub(super) fn tonumber(call: &Call<'_>) -> Outcome {
    to(call, &Type::Number)
}

pub(super) fn tobool(call: &Call<'_>) -> Outcome {
    to(call, &Type::Bool)
}

pub(super) fn tolist(call: &Call<'_>) -> Outcome {
    to(call, &Type::List(Box::new(Type::Any)))
}

pub(super) fn toset(call: &Call<'_>) -> Outcome {
    to(call, &Type::Set(Box::new(Type::Any)))
}

pub(super) fn tomap(call: &Call<'_>) -> Outcome {
    to(call, &Type::Map(Box::new(Type::Any)))
}

/// `map(key, value, …)` of Terraform before 0.12, which newer versions refuse in favour of `{…}`.
pub(super) fn map(call: &Call<'_>) -> Outcome {
    let (pairs, rest) = call.arguments.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(call.refuse("requires an even number of arguments"));
    }
    let mut entries = BTreeMap::new();
    for (index, [key, value]) in pairs.iter().enumerate() {
        entries.insert(call.text_of(key, call.place(2 * index))?, value.clone());
    }
    Ok(call.map(entries))
}

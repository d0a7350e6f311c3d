//! Functions on numbers.

use num_bigint::{BigInt, Sign};

use super::Call;
use super::arguments::Outcome;
use crate::resource::{Number, Value, ValueKind};

/// The most digits that `parseint` reads.
const MAX_DIGITS: usize = 2048;
/// Terraform's own bound on `range`.
const MAX_RANGE: usize = 1024;

pub(super) fn abs(call: &Call<'_>) -> Outcome {
    Ok(call.numeral(call.number(0)?.absolute()))
}

pub(super) fn ceil(call: &Call<'_>) -> Outcome {
    Ok(call.numeral(call.number(0)?.whole(true)))
}

pub(super) fn floor(call: &Call<'_>) -> Outcome {
    Ok(call.numeral(call.number(0)?.whole(false)))
}

pub(super) fn signum(call: &Call<'_>) -> Outcome {
    let number = call.whole(0)?;
    Ok(call.whole_number(number.signum()))
}

/// `log(number, base)`: the quotient of two natural logarithms, as Terraform computes it.
pub(super) fn log(call: &Call<'_>) -> Outcome {
    call.float(call.number(0)?.as_f64().ln() / call.number(1)?.as_f64().ln())
}

pub(super) fn pow(call: &Call<'_>) -> Outcome {
    call.float(call.number(0)?.as_f64().powf(call.number(1)?.as_f64()))
}

pub(super) fn max(call: &Call<'_>) -> Outcome {
    extreme(call, |number, best| number > best)
}

pub(super) fn min(call: &Call<'_>) -> Outcome {
    extreme(call, |number, best| number < best)
}

/// The argument that beats all others.
fn extreme(call: &Call<'_>, beats: fn(&Number, &Number) -> bool) -> Outcome {
    let mut best: Option<(Number, &Value)> = None;
    for (index, argument) in call.arguments.iter().enumerate() {
        let number = call.number(index)?;
        if best.as_ref().is_none_or(|(best, _)| beats(&number, best)) {
            best = Some((number, argument));
        }
    }
    let (number, argument) = best.ok_or_else(|| call.refuse("at least one number is required"))?;
    Ok(Value { kind: ValueKind::Number(number), origin: argument.origin.clone() })
}

pub(super) fn sum(call: &Call<'_>) -> Outcome {
    let mut sum: Option<Number> = None;
    for element in &call.elements(0)? {
        let number = call.number_of(element, call.place(0))?;
        sum = Some(match sum {
            Some(sum) => call.calculated(sum.plus(&number))?,
            None => number,
        });
    }
    Ok(call.numeral(sum.ok_or_else(|| call.refuse("cannot sum an empty list"))?))
}

/// `parseint(text, base)`: digits 0-9, a-z, A-Z; up to base 36 letters count in either case.
pub(super) fn parseint(call: &Call<'_>) -> Outcome {
    let text = call.text(0)?;
    if !matches!(call.arguments[0].kind, ValueKind::String(_)) {
        return Err(call.refuse_argument(0, "a string is required"));
    }
    let base = call.whole(1)?;
    if !(2..=62).contains(&base) {
        return Err(call.refuse_argument(1, "base must be a whole number between 2 and 62 inclusive"));
    }
    let wrong = || call.refuse_argument(0, format!("cannot parse {text:?} as a base {base} integer"));
    let digits = text.strip_prefix(['-', '+']).unwrap_or(&text);
    if digits.is_empty() {
        return Err(wrong());
    }
    let mut values = Vec::with_capacity(digits.len());
    for digit in digits.bytes() {
        let value = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'z' => digit - b'a' + 10,
            b'A'..=b'Z' if base <= 36 => digit - b'A' + 10,
            b'A'..=b'Z' => digit - b'A' + 36,
            _ => return Err(wrong()),
        };
        if i64::from(value) >= base {
            return Err(wrong());
        }
        values.push(value);
    }
    if values.len() > MAX_DIGITS {
        return Err(call.too_large());
    }
    let sign = if text.starts_with('-') { Sign::Minus } else { Sign::Plus };
    let number = BigInt::from_radix_be(sign, &values, u32::try_from(base).unwrap_or(u32::MAX));
    let number = number.as_ref().and_then(Number::from_integer);
    Ok(call.numeral(number.ok_or_else(|| call.too_large())?))
}

/// `range(limit)`, `range(start, limit)`, `range(start, limit, step)`.
pub(super) fn range(call: &Call<'_>) -> Outcome {
    let zero = Number::from(0);
    let (start, limit) =
        if call.has(1) { (call.number(0)?, call.number(1)?) } else { (zero.clone(), call.number(0)?) };
    let step = match call.has(2) {
        true => call.number(2)?,
        false if limit < start => Number::from(-1),
        false => Number::from(1),
    };
    if step == zero {
        return Err(call.refuse_argument(2, "step must not be zero"));
    }
    let falls = step < zero;
    if falls && limit > start {
        return Err(call.refuse("limit must be less than start when step is negative"));
    }
    if !falls && limit < start {
        return Err(call.refuse("limit must be greater than start when step is positive"));
    }
    let mut items = Vec::new();
    let mut next = start;
    while if falls { next > limit } else { next < limit } {
        if items.len() == MAX_RANGE {
            return Err(call.refuse(format!("more than {MAX_RANGE} values were generated")));
        }
        let item = next.clone();
        next = call.calculated(next.plus(&step))?;
        items.push(call.numeral(item));
    }
    Ok(call.list(items))
}

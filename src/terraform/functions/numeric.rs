//! Functions on numbers.

use super::Call;
use super::arguments::Outcome;
use crate::resource::{Number, Value, ValueKind};

/// Terraform's own bound on `range`.
const MAX_RANGE: usize = 1024;

pub(super) fn abs(call: &Call<'_>) -> Outcome {
    call.float(call.number(0)?.as_f64().abs())
}

pub(super) fn ceil(call: &Call<'_>) -> Outcome {
    call.float(call.number(0)?.as_f64().ceil())
}

pub(super) fn floor(call: &Call<'_>) -> Outcome {
    call.float(call.number(0)?.as_f64().floor())
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
fn extreme(call: &Call<'_>, beats: fn(Number, Number) -> bool) -> Outcome {
    let mut best: Option<(Number, &Value)> = None;
    for (index, argument) in call.arguments.iter().enumerate() {
        let number = call.number(index)?;
        if best.is_none_or(|(best, _)| beats(number, best)) {
            best = Some((number, argument));
        }
    }
    let (number, argument) = best.ok_or_else(|| call.refuse("at least one number is required"))?;
    Ok(Value { kind: ValueKind::Number(number), origin: argument.origin.clone() })
}

pub(super) fn sum(call: &Call<'_>) -> Outcome {
    let elements = call.elements(0)?;
    if elements.is_empty() {
        return Err(call.refuse("cannot sum an empty list"));
    }
    let mut sum = 0.0;
    for element in &elements {
        sum += call.number_of(element, call.place(0))?.as_f64();
    }
    call.float(sum)
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
    let mut number: i64 = 0;
    for digit in digits.chars() {
        let value = match digit {
            '0'..='9' => i64::from(u32::from(digit) - u32::from('0')),
            'a'..='z' => i64::from(u32::from(digit) - u32::from('a')) + 10,
            'A'..='Z' if base <= 36 => i64::from(u32::from(digit) - u32::from('A')) + 10,
            'A'..='Z' => i64::from(u32::from(digit) - u32::from('A')) + 36,
            _ => return Err(wrong()),
        };
        if value >= base {
            return Err(wrong());
        }
        number = number
            .checked_mul(base)
            .and_then(|number| number.checked_add(value))
            .ok_or_else(|| call.too_large())?;
    }
    Ok(call.whole_number(if text.starts_with('-') { -number } else { number }))
}

/// `range(limit)`, `range(start, limit)`, `range(start, limit, step)`.
pub(super) fn range(call: &Call<'_>) -> Outcome {
    let (start, limit) = if call.has(1) {
        (call.number(0)?.as_f64(), call.number(1)?.as_f64())
    } else {
        (0.0, call.number(0)?.as_f64())
    };
    let step = match call.has(2) {
        true => call.number(2)?.as_f64(),
        false if limit < start => -1.0,
        false => 1.0,
    };
    if step == 0.0 {
        return Err(call.refuse_argument(2, "step must not be zero"));
    }
    if step < 0.0 && limit > start {
        return Err(call.refuse("limit must be less than start when step is negative"));
    }
    if step > 0.0 && limit < start {
        return Err(call.refuse("limit must be greater than start when step is positive"));
    }
    let mut items = Vec::new();
    let mut next = start;
    while (step > 0.0 && next < limit) || (step < 0.0 && next > limit) {
        if items.len() == MAX_RANGE {
            return Err(call.refuse(format!("more than {MAX_RANGE} values were generated")));
        }
        items.push(call.float(next)?);
        next += step;
    }
    Ok(call.list(items))
}

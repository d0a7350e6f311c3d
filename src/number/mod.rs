//! Numbers as configuration languages know them: one type, whole or not, of any size.
//!
//! Terraform counts in binary floating point of 512 bits, which shows: `1 / 3` prints 154 digits, `2^64` every one of
//! its own. A number therefore remembers its precision, as each of Terraform's does: 512 bits if it was written, 64
//! if it counts something, 53 if a function computes in the machine's floating point. Whole numbers of 64 bits, which
//! nearly all are, take no memory of their own.

mod decimal;
mod float;

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use num_bigint::BigInt;

pub use decimal::Decimal;
use float::Float;

/// Bits of a number that was written or parsed.
const WRITTEN: u16 = 512;
/// Bits of a number that counts something.
const COUNTED: u16 = 64;
/// Bits of the machine's floating point.
const MACHINE: u16 = 53;
/// The most digits of a number as text, exponent included: what is longer is no number that anybody wrote.
const MAX_DIGITS: usize = 4096;

/// A number. Equal and ordered by its value alone.
#[derive(Clone)]
pub struct Number(Repr);

#[derive(Clone)]
enum Repr {
    /// A whole number; of its value, no more bits than the precision count.
    Whole { value: i64, precision: u16 },
    /// Any other, also the zero that is negative.
    Float(Arc<Float>),
    /// What a division by zero yields.
    Infinite { negative: bool },
}

/// Why an operation has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberError {
    /// There is none: zero by zero, infinity less infinity.
    Undefined,
    /// It is larger or smaller than any that is kept.
    TooLarge,
}

impl Number {
    /// From a float; `None` for NaN and infinities.
    pub fn from_f64(value: f64) -> Option<Self> {
        Float::from_f64(value).map(Self::of)
    }

    /// A whole number of any size; `None` if it is longer than any that is kept.
    pub fn from_integer(value: &BigInt) -> Option<Self> {
        let precision = u16::try_from(value.bits().max(u64::from(COUNTED))).ok()?;
        Float::rounded(value.clone(), 0, precision).ok().map(Self::of)
    }

    /// From a text as Terraform converts strings to numbers: decimal notation, but also `"1p3"` for 1 times 2^3, and
    /// `"Inf"`.
    pub fn converted(text: &str) -> Option<Self> {
        let (negative, unsigned) = sign(text);
        match unsigned {
            "Inf" | "inf" => Some(Self(Repr::Infinite { negative })),
            _ if text.len() > MAX_DIGITS => None,
            _ if unsigned.contains(['p', 'P']) => Float::parse(negative, unsigned, WRITTEN).map(Self::of),
            _ => Self::parse(text),
        }
    }

    /// From text in decimal notation: `"22"`, `"1.5"`, `"1e3"`.
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(value @ -0xffff_ffff..=0xffff_ffff) = text.parse::<i64>()
            && text.as_bytes() != b"-0"
        {
            return Some(Self(Repr::Whole { value, precision: WRITTEN }));
        }
        let (negative, digits) = sign(text);
        if text.len() > MAX_DIGITS || digits.contains(['p', 'P']) {
            return None;
        }
        Float::parse(negative, digits, WRITTEN).map(Self::of)
    }

    /// The nearest float.
    pub fn as_f64(&self) -> f64 {
        match &self.0 {
            #[expect(clippy::cast_precision_loss, reason = "the nearest is what is asked for")]
            Repr::Whole { value, .. } => *value as f64,
            Repr::Float(float) => float.to_f64(),
            Repr::Infinite { negative: false } => f64::INFINITY,
            Repr::Infinite { negative: true } => f64::NEG_INFINITY,
        }
    }

    /// The value if it is whole and fits.
    pub fn as_i64(&self) -> Option<i64> {
        match &self.0 {
            Repr::Whole { value, .. } => Some(*value),
            Repr::Float(float) if float.is_zero() => Some(0),
            _ => None,
        }
    }

    /// The value if it is whole.
    pub fn as_integer(&self) -> Option<BigInt> {
        match &self.0 {
            Repr::Whole { value, .. } => Some(BigInt::from(*value)),
            Repr::Float(float) => float.to_integer(),
            Repr::Infinite { .. } => None,
        }
    }

    /// Whether it is an infinity, which a calculation may pass through and no configuration may end in.
    pub fn is_infinite(&self) -> bool {
        matches!(self.0, Repr::Infinite { .. })
    }

    /// Whether it is less than zero, or the zero that is.
    pub fn is_negative(&self) -> bool {
        match &self.0 {
            Repr::Whole { value, .. } => *value < 0,
            Repr::Float(float) => float.is_negative(),
            Repr::Infinite { negative } => *negative,
        }
    }

    /// Its digits in decimal notation: all of them, or as few as tell it from every other of its precision. `None`
    /// for infinities.
    pub fn decimal(&self, shortest: bool) -> Option<Decimal> {
        let float = self.float()?;
        Some(if shortest { float.shortest() } else { float.exact() })
    }

    /// The number that is as far from zero on the other side.
    #[must_use]
    pub fn negated(&self) -> Self {
        match &self.0 {
            Repr::Whole { value, precision } if *value != 0 && *value != i64::MIN => {
                Self(Repr::Whole { value: -value, precision: *precision })
            }
            Repr::Infinite { negative } => Self(Repr::Infinite { negative: !negative }),
            _ => self.float().map_or_else(|| self.clone(), |float| Self::of(float.negated())),
        }
    }

    /// Its distance from zero.
    #[must_use]
    pub fn absolute(&self) -> Self {
        if self.is_negative() { self.negated() } else { self.clone() }
    }

    /// The whole number next to it: above, or below.
    #[must_use]
    pub fn whole(&self, above: bool) -> Self {
        match &self.0 {
            Repr::Float(float) => Self::of(float.whole(above)),
            _ => self.clone(),
        }
    }

    /// The sum.
    pub fn plus(&self, other: &Self) -> Result<Self, NumberError> {
        if let (Repr::Whole { value: a, precision: p }, Repr::Whole { value: b, precision: q }) =
            (&self.0, &other.0)
            && let (precision @ COUNTED.., Some(value)) = (*p.max(q), a.checked_add(*b))
        {
            return Ok(Self(Repr::Whole { value, precision }));
        }
        match (self.float(), other.float()) {
            (Some(left), Some(right)) => left.plus(&right).map(Self::of),
            (None, None) if self.is_negative() != other.is_negative() => Err(NumberError::Undefined),
            (None, _) => Ok(self.clone()),
            (_, None) => Ok(other.clone()),
        }
    }

    /// The difference.
    pub fn minus(&self, other: &Self) -> Result<Self, NumberError> {
        self.plus(&other.negated())
    }

    /// The product; of more bits than the factors have if it needs them.
    pub fn times(&self, other: &Self) -> Result<Self, NumberError> {
        if let (Repr::Whole { value: a, precision: p }, Repr::Whole { value: b, precision: q }) =
            (&self.0, &other.0)
            && let (precision @ COUNTED.., Some(value)) = (*p.max(q), a.checked_mul(*b))
            && value != 0
        {
            return Ok(Self(Repr::Whole { value, precision }));
        }
        match (self.float(), other.float()) {
            (Some(left), Some(right)) => left.times(&right).map(Self::of),
            _ if self.is_zero() || other.is_zero() => Err(NumberError::Undefined),
            _ => Ok(Self(Repr::Infinite { negative: self.is_negative() != other.is_negative() })),
        }
    }

    /// The quotient; an infinity if the divisor is zero.
    pub fn over(&self, other: &Self) -> Result<Self, NumberError> {
        let negative = self.is_negative() != other.is_negative();
        match (self.float(), other.float()) {
            (None, None) => Err(NumberError::Undefined),
            (None, _) => Ok(Self(Repr::Infinite { negative })),
            (_, None) => Ok(Self::from(0)),
            (Some(_), Some(_)) if other.is_zero() && self.is_zero() => Err(NumberError::Undefined),
            (Some(_), Some(_)) if other.is_zero() => Ok(Self(Repr::Infinite { negative })),
            (Some(left), Some(right)) => left.over(&right).map(Self::of),
        }
    }

    /// The remainder of a division that is rounded towards zero; by zero, the number itself.
    pub fn modulo(&self, other: &Self) -> Result<Self, NumberError> {
        if self.is_infinite() || other.is_infinite() {
            return self.times(other);
        }
        if other.is_zero() {
            return Ok(self.clone());
        }
        let quotient = self.over(other)?;
        let whole = quotient.whole(quotient.is_negative());
        // The product has no more bits than the dividend may have.
        self.minus(&whole.times(other)?.limited(self.precision()))
    }

    fn precision(&self) -> u16 {
        match &self.0 {
            Repr::Whole { precision, .. } => *precision,
            Repr::Float(float) => float.precision(),
            Repr::Infinite { .. } => WRITTEN,
        }
    }

    /// Of no more bits.
    fn limited(&self, precision: u16) -> Self {
        match &self.0 {
            Repr::Float(float) => Self::of(float.limited(precision)),
            _ => self.clone(),
        }
    }

    fn is_zero(&self) -> bool {
        self.as_i64() == Some(0)
    }

    /// `None` for infinities.
    fn float(&self) -> Option<Float> {
        match &self.0 {
            Repr::Whole { value, precision } => Some(Float::whole_number(*value, *precision)),
            Repr::Float(float) => Some(Float::clone(float)),
            Repr::Infinite { .. } => None,
        }
    }

    fn of(float: Float) -> Self {
        match float.to_i64() {
            Some(value) => Self(Repr::Whole { value, precision: float.precision() }),
            None => Self(Repr::Float(Arc::new(float))),
        }
    }
}

/// Whether a text starts with a minus, and what follows its sign.
fn sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(unsigned) => (true, unsigned),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Self(Repr::Whole { value, precision: COUNTED })
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        if let (Repr::Whole { value: left, .. }, Repr::Whole { value: right, .. }) = (&self.0, &other.0) {
            return left.cmp(right);
        }
        let infinity = |number: &Self| match number.0 {
            Repr::Infinite { negative: true } => -1,
            Repr::Infinite { negative: false } => 1,
            _ => 0,
        };
        match (self.float(), other.float()) {
            (Some(left), Some(right)) => left.compare(&right),
            _ => infinity(self).cmp(&infinity(other)),
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Whole { value, precision: COUNTED.. } => write!(formatter, "{value}"),
            Repr::Infinite { negative } => formatter.write_str(if *negative { "-Inf" } else { "+Inf" }),
            _ => {
                let text = self.decimal(true).map(|decimal| decimal.plain(None)).unwrap_or_default();
                let sign = if self.is_negative() { "-" } else { "" };
                write!(formatter, "{sign}{text}")
            }
        }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        Number::parse(text).unwrap()
    }

    #[test]
    fn whole_numbers_print_without_a_point() {
        assert_eq!(number("22.0").to_string(), "22");
        assert_eq!(number("1.5").to_string(), "1.5");
        assert_eq!(number("-1").as_i64(), Some(-1));
        assert_eq!(number("+1").as_i64(), Some(1));
    }

    #[test]
    fn words_are_not_numbers() {
        for text in [
            "", "nan", "Inf", "1p3", "-", "x1", "infinity", ".", "e5", "1e", "1_000", "0x10", " 1", "--1",
            "1.2.3",
        ] {
            assert!(Number::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn terraform_converts_two_notations_more() {
        assert_eq!(Number::converted("1p3"), Some(Number::from(8)));
        assert_eq!(Number::converted("-Inf").unwrap().to_string(), "-Inf");
        assert_eq!(Number::converted("+1.5e3"), Some(Number::from(1500)));
        assert_eq!(Number::converted("p"), None);
    }

    #[test]
    fn the_precision_shows_in_the_digits() {
        let third = |one: Number, three: Number| one.over(&three).unwrap().to_string();
        let written = third(number("1"), number("3"));
        assert_eq!(written.len(), 157);
        assert!(written.ends_with("33335"), "{written}");
        assert_eq!(third(1.into(), 3.into()), "0.33333333333333333334");
        let machine = Number::from_f64;
        assert_eq!(third(machine(1.0).unwrap(), machine(3.0).unwrap()), "0.3333333333333333");
        assert_eq!(machine(1e30).unwrap().to_string(), format!("1{}", "0".repeat(30)));
        assert_eq!(number("0.1").plus(&number("0.2")).unwrap(), number("0.3"));
    }

    #[test]
    fn large_whole_numbers_are_exact() {
        let text = "123456789012345678901234567890";
        assert_eq!(number(text).to_string(), text);
        let product = number(text).times(&number(text)).unwrap();
        assert_eq!(product.to_string(), "15241578753238836750495351562536198787501905199875019052100");
        assert_eq!(product.over(&number(text)).unwrap(), number(text));
        assert_eq!(number(text).as_i64(), None);
        assert_eq!(number("9223372036854775807").plus(&1.into()).unwrap().to_string(), "9223372036854775808");
    }

    #[test]
    fn infinities_count_on() {
        let infinite = number("1").over(&number("0")).unwrap();
        assert_eq!(infinite.to_string(), "+Inf");
        assert!(infinite > number("1e400"));
        assert_eq!(number("1").over(&infinite).unwrap(), number("0"));
        assert_eq!(infinite.minus(&infinite), Err(NumberError::Undefined));
        assert_eq!(number("0").over(&number("0")), Err(NumberError::Undefined));
        assert_eq!(number("0").negated().to_string(), "-0");
    }

    #[test]
    fn what_is_too_large_is_refused() {
        assert!(Number::parse("1e999999999").is_none());
        assert!(Number::parse(&"9".repeat(10_000)).is_none());
        let mut square = number("1e400");
        let grown = (0..40).find_map(|_| match square.times(&square) {
            Ok(next) => {
                square = next;
                None
            }
            Err(error) => Some(error),
        });
        assert_eq!(grown, Some(NumberError::TooLarge));
    }

    #[test]
    fn small_numbers_are_cheap() {
        assert_eq!(size_of::<Number>(), 16);
    }
}

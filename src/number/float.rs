//! Binary floating point of a chosen precision, rounded to the nearest, halves to the even one.

use std::cmp::Ordering;

use num_bigint::{BigInt, BigUint, Sign};

use super::decimal::Decimal;
use super::{MACHINE, NumberError, WRITTEN};

/// The largest distance of a number's last bit from the point. Covers every float of the machine.
const MAX_EXPONENT: i64 = 8192;

/// `magnitude * 2^exponent`; the magnitude is odd, or zero.
#[derive(Clone, Debug)]
pub(super) struct Float {
    negative: bool,
    magnitude: BigUint,
    exponent: i64,
    precision: u16,
}

type Outcome = Result<Float, NumberError>;

impl Float {
    /// A whole number as it is.
    pub(super) fn whole_number(value: i64, precision: u16) -> Self {
        let magnitude = BigUint::from(value.unsigned_abs());
        Self { negative: value < 0, magnitude, exponent: 0, precision }.reduced()
    }

    /// `None` for NaN and infinities.
    pub(super) fn from_f64(value: f64) -> Option<Self> {
        if !value.is_finite() {
            return None;
        }
        let bits = value.to_bits();
        let biased = (bits >> 52) & 0x7ff;
        let fraction = bits & ((1 << 52) - 1);
        let (magnitude, exponent) =
            if biased == 0 { (fraction, -1074) } else { (fraction | 1 << 52, biased.cast_signed() - 1075) };
        let negative = value.is_sign_negative();
        Some(Self { negative, magnitude: magnitude.into(), exponent, precision: MACHINE }.reduced())
    }

    /// Digits with an optional point and exponent: `e` of ten, `p` of two.
    pub(super) fn parse(negative: bool, text: &str, precision: u16) -> Option<Self> {
        let split = text.find(['e', 'E', 'p', 'P']).unwrap_or(text.len());
        let (digits, exponent) = text.split_at(split);
        let (power, base_two) = match exponent.as_bytes().first() {
            None => (0, false),
            Some(letter) => {
                let power = &exponent[1..];
                let unsigned = power.strip_prefix(['-', '+']).unwrap_or(power);
                if !unsigned.starts_with(|first: char| first.is_ascii_digit()) {
                    return None;
                }
                (power.parse::<i64>().ok()?, matches!(letter, b'p' | b'P'))
            }
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all = format!("{whole}{fraction}");
        if all.is_empty() || !all.bytes().all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        let magnitude = BigUint::parse_bytes(all.as_bytes(), 10)?;
        let decimals = i64::try_from(fraction.len()).ok()?;
        let (tens, twos) = if base_two { (-decimals, power) } else { (power.checked_sub(decimals)?, 0) };
        if magnitude == BigUint::ZERO {
            return Some(Self { negative, magnitude, exponent: 0, precision });
        }
        if tens.abs() > MAX_EXPONENT || twos.abs() > MAX_EXPONENT {
            return None;
        }
        let scale = BigUint::from(10_u8).pow(u32::try_from(tens.unsigned_abs()).ok()?);
        let sign = if negative { Sign::Minus } else { Sign::Plus };
        let (numerator, denominator) =
            if tens < 0 { (magnitude, scale) } else { (magnitude * scale, BigUint::from(1_u8)) };
        Self::quotient(&numerator, &denominator, twos, precision)
            .and_then(|float| {
                Self::rounded(BigInt::from_biguint(sign, float.magnitude), float.exponent, precision)
            })
            .ok()
    }

    /// A number of that many bits at most.
    pub(super) fn rounded(value: BigInt, exponent: i64, precision: u16) -> Outcome {
        let (sign, mut magnitude) = value.into_parts();
        let mut exponent = exponent;
        let extra = magnitude.bits().saturating_sub(u64::from(precision));
        if extra > 0 {
            let half = magnitude.bit(extra - 1);
            let more = magnitude.trailing_zeros().is_some_and(|zeros| zeros < extra - 1);
            magnitude >>= extra;
            if half && (more || magnitude.bit(0)) {
                magnitude += 1_u8;
            }
            exponent = exponent.saturating_add(i64::try_from(extra).unwrap_or(i64::MAX));
        }
        Self { negative: sign == Sign::Minus, magnitude, exponent, precision }.reduced().bounded()
    }

    /// Of no more bits.
    pub(super) fn limited(&self, precision: u16) -> Self {
        Self::rounded(self.shifted(self.exponent), self.exponent, precision).unwrap_or_else(|_| self.clone())
    }

    /// Without zero bits at the end.
    fn reduced(mut self) -> Self {
        match self.magnitude.trailing_zeros() {
            Some(zeros) => {
                self.magnitude >>= zeros;
                self.exponent = self.exponent.saturating_add(i64::try_from(zeros).unwrap_or(i64::MAX));
            }
            None => self.exponent = 0,
        }
        self
    }

    fn bounded(self) -> Outcome {
        if self.exponent.abs() > MAX_EXPONENT || self.magnitude.bits() > MAX_EXPONENT.unsigned_abs() {
            Err(NumberError::TooLarge)
        } else {
            Ok(self)
        }
    }

    pub(super) fn precision(&self) -> u16 {
        self.precision
    }

    pub(super) fn is_negative(&self) -> bool {
        self.negative
    }

    pub(super) fn is_zero(&self) -> bool {
        self.magnitude == BigUint::ZERO
    }

    /// The whole number; `None` if it is none, and for the zero that is negative.
    pub(super) fn to_i64(&self) -> Option<i64> {
        if self.is_zero() {
            return (!self.negative).then_some(0);
        }
        if self.exponent > 63 {
            return None;
        }
        i64::try_from(self.to_integer()?).ok()
    }

    pub(super) fn to_integer(&self) -> Option<BigInt> {
        (self.exponent >= 0).then(|| self.shifted(0))
    }

    /// The nearest float of the machine.
    pub(super) fn to_f64(&self) -> f64 {
        let magnitude: f64 = self.exact().plain(None).parse().unwrap_or(f64::INFINITY);
        if self.negative { -magnitude } else { magnitude }
    }

    /// The magnitude with its sign, counted in units of `2^exponent`, which is not above its own.
    fn shifted(&self, exponent: i64) -> BigInt {
        let sign = if self.negative { Sign::Minus } else { Sign::Plus };
        let by = self.exponent.saturating_sub(exponent).unsigned_abs();
        BigInt::from_biguint(sign, &self.magnitude << by)
    }

    pub(super) fn negated(&self) -> Self {
        Self { negative: !self.negative, ..self.clone() }
    }

    pub(super) fn plus(&self, other: &Self) -> Outcome {
        let precision = self.precision.max(other.precision);
        if self.is_zero() && other.is_zero() {
            return Ok(Self { negative: self.negative && other.negative, precision, ..self.clone() });
        }
        let exponent = self.exponent.min(other.exponent);
        Self::rounded(self.shifted(exponent) + other.shifted(exponent), exponent, precision)
    }

    pub(super) fn times(&self, other: &Self) -> Outcome {
        let magnitude = &self.magnitude * &other.magnitude;
        let negative = self.negative != other.negative;
        // What the product needs of the 512 bits that there are.
        let needed = u16::try_from(magnitude.bits()).unwrap_or(WRITTEN).min(WRITTEN);
        let precision = self.precision.max(other.precision).max(needed);
        let sign = if negative { Sign::Minus } else { Sign::Plus };
        let product = BigInt::from_biguint(sign, magnitude);
        let float = Self::rounded(product, self.exponent.saturating_add(other.exponent), precision)?;
        Ok(Self { negative, ..float })
    }

    /// The divisor is not zero.
    pub(super) fn over(&self, other: &Self) -> Outcome {
        let precision = self.precision.max(other.precision);
        let exponent = self.exponent.saturating_sub(other.exponent);
        let quotient = Self::quotient(&self.magnitude, &other.magnitude, exponent, precision)?;
        Ok(Self { negative: self.negative != other.negative, ..quotient })
    }

    /// `numerator / denominator * 2^exponent`.
    fn quotient(numerator: &BigUint, denominator: &BigUint, exponent: i64, precision: u16) -> Outcome {
        // Two bits more than the result has, and one that says whether anything is left, round correctly.
        let wanted = u64::from(precision) + 2 + denominator.bits();
        let shift = wanted.saturating_sub(numerator.bits());
        let shifted = numerator << shift;
        let quotient = &shifted / denominator;
        let is_exact = &quotient * denominator == shifted;
        let quotient = (quotient << 1_u8) + u8::from(!is_exact);
        let exponent = exponent.saturating_sub(i64::try_from(shift).unwrap_or(i64::MAX)).saturating_sub(1);
        Self::rounded(BigInt::from_biguint(Sign::Plus, quotient), exponent, precision)
    }

    /// The whole number next to it.
    pub(super) fn whole(&self, above: bool) -> Self {
        if self.exponent >= 0 {
            return self.clone();
        }
        let mut magnitude = &self.magnitude >> self.exponent.unsigned_abs();
        if above != self.negative {
            magnitude += 1_u8;
        }
        let negative = self.negative && magnitude != BigUint::ZERO;
        Self { negative, magnitude, exponent: 0, precision: self.precision }.reduced()
    }

    pub(super) fn compare(&self, other: &Self) -> Ordering {
        let exponent = self.exponent.min(other.exponent);
        self.shifted(exponent).cmp(&other.shifted(exponent))
    }

    /// Every digit of its magnitude.
    pub(super) fn exact(&self) -> Decimal {
        Decimal::of(&self.magnitude, self.exponent)
    }

    /// As few digits as no other number of this precision is nearer to.
    pub(super) fn shortest(&self) -> Decimal {
        let mut decimal = self.exact();
        if self.is_zero() {
            return decimal;
        }
        // One bit more than the precision: it counts halves of the last place.
        let missing = (u64::from(self.precision) + 1).saturating_sub(self.magnitude.bits());
        let magnitude = &self.magnitude << missing;
        let exponent = self.exponent - i64::try_from(missing).unwrap_or_default();
        let lower = Decimal::of(&(&magnitude - 1_u8), exponent);
        let upper = Decimal::of(&(&magnitude + 1_u8), exponent);
        // The bounds themselves round to this number only if it is even.
        decimal.shorten(&lower, &upper, !magnitude.bit(1));
        decimal
    }
}

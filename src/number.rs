//! Numbers as configuration languages know them: one type, whole or not.

use std::fmt;

/// A number. Whole numbers are exact up to 2^53.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Number(f64);

impl Number {
    /// From a float; `None` for NaN and infinities, which neither language has.
    pub fn from_f64(value: f64) -> Option<Self> {
        value.is_finite().then_some(Self(value))
    }

    /// From text in decimal notation, as Terraform converts strings: `"22"`, `"1.5"`, `"1e3"`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        if !digits.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
            return None;
        }
        text.parse().ok().and_then(Self::from_f64)
    }

    /// The value.
    pub fn as_f64(self) -> f64 {
        self.0
    }

    /// The value if it is whole.
    pub fn as_i64(self) -> Option<i64> {
        let whole = self.0.fract() == 0.0 && self.0.abs() < 9.0e15;
        #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
        whole.then_some(self.0 as i64)
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "exact up to 2^53, as documented on the type")]
        Self(value as f64)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.as_i64() {
            Some(whole) => write!(formatter, "{whole}"),
            None => write!(formatter, "{}", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_print_without_a_point() {
        assert_eq!(Number::parse("22.0").unwrap().to_string(), "22");
        assert_eq!(Number::parse("1.5").unwrap().to_string(), "1.5");
        assert_eq!(Number::parse("-1").unwrap().as_i64(), Some(-1));
        assert_eq!(Number::parse("+1").unwrap().as_i64(), Some(1));
    }

    #[test]
    fn words_are_not_numbers() {
        for text in ["", "inf", "nan", "-", "x1", "infinity"] {
            assert!(Number::parse(text).is_none(), "{text}");
        }
    }
}

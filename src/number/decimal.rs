//! A magnitude in decimal digits, and the notations that are made of them.

use num_bigint::BigUint;

/// `0.d₁d₂d₃… * 10^point`. Zero has no digits.
#[derive(Clone, Debug)]
pub struct Decimal {
    digits: Vec<u8>,
    point: i64,
}

impl Decimal {
    /// `magnitude * 2^exponent`.
    pub(super) fn of(magnitude: &BigUint, exponent: i64) -> Self {
        let twos = exponent.unsigned_abs();
        let (whole, decimals) = if exponent >= 0 {
            (magnitude << twos, 0)
        } else {
            // 2^-n is 5^n / 10^n.
            (magnitude * BigUint::from(5_u8).pow(u32::try_from(twos).unwrap_or(u32::MAX)), exponent)
        };
        let mut digits = whole.to_radix_be(10);
        let point = i64::try_from(digits.len()).unwrap_or(i64::MAX) + decimals;
        if whole == BigUint::ZERO {
            digits.clear();
        }
        Self { digits, point }.trimmed()
    }

    fn trimmed(mut self) -> Self {
        while self.digits.last() == Some(&0) {
            self.digits.pop();
        }
        if self.digits.is_empty() {
            self.point = 0;
        }
        self
    }

    fn digit(&self, index: usize) -> u8 {
        self.digits.get(index).copied().unwrap_or(0)
    }

    /// Keeps as many digits as are needed to stay between two bounds.
    pub(super) fn shorten(&mut self, lower: &Self, upper: &Self, inclusive: bool) {
        // The bounds may have a digit more or less before the point.
        let first = self.point.max(upper.point);
        let lead = |decimal: &Self| usize::try_from(first - decimal.point).unwrap_or(0);
        let at = |decimal: &Self, index: usize| {
            index.checked_sub(lead(decimal)).map_or(0, |index| decimal.digit(index))
        };
        let length = |decimal: &Self| decimal.digits.len() + lead(decimal);
        for index in 0..length(self) {
            let (low, digit, high) = (at(lower, index), at(self, index), at(upper, index));
            let may_fall = low != digit || (inclusive && index + 1 == length(lower));
            let may_rise = digit != high && (inclusive || digit + 1 < high || index + 1 < length(upper));
            let kept = (index + 1).saturating_sub(lead(self));
            if may_fall && may_rise {
                return self.round(kept);
            } else if may_fall {
                return self.cut(kept);
            } else if may_rise {
                return self.raise(kept);
            }
        }
    }

    /// To the nearest number of that many digits, halves to the even one.
    fn round(&mut self, kept: usize) {
        if kept >= self.digits.len() {
            return;
        }
        let is_half = self.digits[kept] == 5 && kept + 1 == self.digits.len();
        let up = if is_half { kept > 0 && self.digits[kept - 1] % 2 == 1 } else { self.digits[kept] >= 5 };
        if up { self.raise(kept) } else { self.cut(kept) }
    }

    fn cut(&mut self, kept: usize) {
        self.digits.truncate(kept);
        *self = std::mem::replace(self, Self { digits: Vec::new(), point: 0 }).trimmed();
    }

    fn raise(&mut self, kept: usize) {
        self.digits.truncate(kept);
        while self.digits.last() == Some(&9) {
            self.digits.pop();
        }
        match self.digits.last_mut() {
            Some(last) => *last += 1,
            None => {
                self.digits.push(1);
                self.point += 1;
            }
        }
    }

    /// How many digits there are.
    pub fn len(&self) -> usize {
        self.digits.len()
    }

    /// Whether it is zero.
    pub fn is_empty(&self) -> bool {
        self.digits.is_empty()
    }

    /// The power of ten of the first digit.
    pub fn exponent(&self) -> i64 {
        if self.is_empty() { 0 } else { self.point - 1 }
    }

    /// Without exponent, with that many decimals or all.
    pub fn plain(mut self, decimals: Option<usize>) -> String {
        if let Some(decimals) = decimals {
            let kept = self.point.saturating_add(i64::try_from(decimals).unwrap_or(i64::MAX));
            match usize::try_from(kept) {
                Ok(kept) => self.round(kept),
                Err(_) => self.cut(0),
            }
        }
        let whole = usize::try_from(self.point).unwrap_or(0);
        let letter = |index: usize| char::from(b'0' + self.digit(index));
        let mut text: String = (0..whole).map(letter).collect();
        if text.is_empty() {
            text.push('0');
        }
        let length = i64::try_from(self.digits.len()).unwrap_or(i64::MAX);
        let decimals = decimals.unwrap_or_else(|| usize::try_from(length - self.point).unwrap_or(0));
        if decimals > 0 {
            text.push('.');
            let zeros = usize::try_from(-self.point).unwrap_or(0).min(decimals);
            text.extend(std::iter::repeat_n('0', zeros));
            text.extend((whole..whole + decimals - zeros).map(letter));
        }
        text
    }

    /// With an exponent of at least two digits, `1.5e+06`, and that many decimals or all.
    pub fn scientific(mut self, decimals: Option<usize>, upper: bool) -> String {
        if let Some(decimals) = decimals {
            self.round(decimals + 1);
        }
        let decimals = decimals.unwrap_or_else(|| self.digits.len().saturating_sub(1));
        let letter = |index: usize| char::from(b'0' + self.digit(index));
        let mut text = String::from(letter(0));
        if decimals > 0 {
            text.push('.');
            text.extend((1..=decimals).map(letter));
        }
        let exponent = self.exponent();
        let sign = if exponent < 0 { '-' } else { '+' };
        let mark = if upper { 'E' } else { 'e' };
        format!("{text}{mark}{sign}{:02}", exponent.unsigned_abs())
    }

    /// Rounded to that many digits in all.
    #[must_use]
    pub fn significant(mut self, digits: usize) -> Self {
        self.round(digits);
        self
    }
}

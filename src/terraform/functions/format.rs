//! `format` and `formatlist`.

use num_bigint::Sign;
use unicode_segmentation::UnicodeSegmentation as _;

use super::arguments::{Outcome, Stopped};
use super::text::Text;
use super::{Call, MAX_ELEMENTS, MAX_TEXT, json};
use crate::resource::{Number, Value, ValueKind};

/// Bound on the width and precision of a field.
const MAX_WIDTH: usize = 4096;

pub(super) fn format(call: &Call<'_>) -> Outcome {
    let pattern = call.text(0)?;
    let arguments: Vec<&Value> = call.arguments[1..].iter().collect();
    Ok(formatted(call, &pattern, &arguments)?.finish())
}

/// One text for each position of the lists among the arguments; other arguments are used for each.
pub(super) fn formatlist(call: &Call<'_>) -> Outcome {
    let pattern = call.text(0)?;
    let mut lists = Vec::new();
    let mut length = None;
    for (index, argument) in call.arguments.iter().enumerate().skip(1) {
        let list = match argument.kind {
            ValueKind::List(_) | ValueKind::Set(_) => Some(argument.members()),
            ValueKind::Unknown(_) => return Err(call.not_known(argument, call.place(index))),
            _ => None,
        };
        if let Some(list) = &list
            && *length.get_or_insert(list.len()) != list.len()
        {
            return Err(call.refuse_argument(index, "the lists differ in length"));
        }
        lists.push(list);
    }
    let mut texts = Vec::new();
    let mut size = 0;
    for position in 0..length.unwrap_or(1) {
        let arguments: Vec<&Value> = lists
            .iter()
            .zip(&call.arguments[1..])
            .map(|(list, argument)| list.as_ref().map_or(argument, |list| &list[position]))
            .collect();
        let text = formatted(call, &pattern, &arguments)?;
        size += text.len();
        texts.push(text.finish());
        if size > MAX_TEXT || texts.len() > MAX_ELEMENTS {
            return Err(call.too_large());
        }
    }
    Ok(call.list(texts))
}

fn formatted<'a>(call: &'a Call<'a>, pattern: &str, arguments: &[&Value]) -> Result<Text<'a>, Stopped> {
    let mut text = Text::new(call);
    let mut rest = pattern;
    let mut next = 0;
    let mut used = 0;
    while let Some(start) = rest.find('%') {
        text.push(&rest[..start])?;
        rest = &rest[start + 1..];
        if let Some(after) = rest.strip_prefix('%') {
            text.push("%")?;
            rest = after;
            continue;
        }
        let verb = Verb::parse(call, &mut rest)?;
        let index = verb.index.unwrap_or(next);
        let argument = arguments.get(index).ok_or_else(|| {
            call.refuse(format!("not enough arguments: %{} needs argument {}", verb.letter, index + 1))
        })?;
        verb.write(call, argument, &mut text)?;
        next = index + 1;
        used = used.max(next);
    }
    text.push(rest)?;
    if used < arguments.len() {
        return Err(call.refuse(format!("too many arguments; only {used} used by the format string")));
    }
    Ok(text)
}

/// One formatting sequence.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "the five flags of the format language")]
struct Verb {
    zero: bool,
    sharp: bool,
    plus: bool,
    minus: bool,
    space: bool,
    width: Option<usize>,
    precision: Option<usize>,
    index: Option<usize>,
    letter: char,
}

impl Verb {
    /// Reads what follows the percent sign: flags, width, precision, index, letter.
    fn parse(call: &Call<'_>, rest: &mut &str) -> Result<Self, Stopped> {
        let mut verb = Self::default();
        while let Some(flag) = rest.chars().next().filter(|letter| "0#-+ ".contains(*letter)) {
            match flag {
                '0' => verb.zero = true,
                '#' => verb.sharp = true,
                '-' => verb.minus = true,
                '+' => verb.plus = true,
                _ => verb.space = true,
            }
            *rest = &rest[1..];
        }
        verb.width = number(call, rest)?;
        if let Some(after) = rest.strip_prefix('.') {
            *rest = after;
            verb.precision = Some(number(call, rest)?.unwrap_or(0));
        }
        if let Some(after) = rest.strip_prefix('[') {
            *rest = after;
            let index = number(call, rest)?.and_then(|index| index.checked_sub(1));
            verb.index = Some(index.ok_or_else(|| call.refuse_argument(0, "an index counts from 1"))?);
            *rest = rest
                .strip_prefix(']')
                .ok_or_else(|| call.refuse_argument(0, "an index must end in a bracket"))?;
        }
        verb.letter = rest
            .chars()
            .next()
            .ok_or_else(|| call.refuse_argument(0, "unexpected end of the format string"))?;
        *rest = &rest[verb.letter.len_utf8()..];
        Ok(verb)
    }

    fn write(&self, call: &Call<'_>, value: &Value, text: &mut Text<'_>) -> Result<(), Stopped> {
        let open =
            matches!(value.kind, ValueKind::Unknown(_) | ValueKind::Reference(_) | ValueKind::Template(_));
        let plain = self.width.is_none() && self.precision.is_none() && !self.sharp && !self.plus;
        if open && plain && matches!(self.letter, 's' | 'v' | 'd') {
            return text.push_open(value);
        }
        if self.letter == 'v' {
            return self.write_default(call, value, text);
        }
        text.push(&match self.letter {
            't' => call.flag_of(value, call.span)?.to_string(),
            'b' | 'd' | 'o' | 'x' | 'X' => self.integer(call, &call.number_of(value, call.span)?)?,
            'e' | 'E' | 'f' | 'g' | 'G' => self.float(&call.number_of(value, call.span)?),
            's' => self.padded(self.shortened(&call.text_of(value, call.span)?)),
            'q' => self.padded(&json::quoted(self.shortened(&call.text_of(value, call.span)?))),
            letter => {
                return Err(call.refuse_argument(0, format!("unsupported format verb {letter:?}")));
            }
        })
    }

    /// `%v`: texts and numbers as they are, the rest as JSON.
    fn write_default(&self, call: &Call<'_>, value: &Value, text: &mut Text<'_>) -> Result<(), Stopped> {
        match &value.kind {
            ValueKind::String(string) if !self.sharp => text.push(&self.padded(string)),
            ValueKind::Number(number) if !self.sharp => {
                let sign = if number.is_negative() { "-" } else { "" };
                text.push(&self.padded(&format!("{sign}{}", general(number, None, false))))
            }
            _ if self.width.is_none() => json::write(text, value),
            _ => {
                let mut inner = Text::new(call);
                json::write(&mut inner, value)?;
                let inner = inner.finish();
                text.push(&self.padded(&call.text_of(&inner, call.span)?))
            }
        }
    }

    /// A precision shortens a text.
    fn shortened<'t>(&self, text: &'t str) -> &'t str {
        match self.precision.filter(|precision| *precision > 0) {
            Some(precision) => {
                text.grapheme_indices(true).nth(precision).map_or(text, |(end, _)| &text[..end])
            }
            None => text,
        }
    }

    /// A text of at least the width.
    fn padded(&self, text: &str) -> String {
        let missing = self.width.unwrap_or(0).saturating_sub(text.graphemes(true).count());
        let padding = if self.zero { "0" } else { " " }.repeat(missing);
        if self.minus { format!("{text}{padding}") } else { format!("{padding}{text}") }
    }

    fn integer(&self, call: &Call<'_>, number: &Number) -> Result<String, Stopped> {
        let number = number.as_integer().ok_or_else(|| call.refuse("a whole number is required"))?;
        let (prefix, radix) = match self.letter {
            'b' => ("0b", 2),
            'o' => ("0", 8),
            'x' => ("0x", 16),
            'X' => ("0X", 16),
            _ => ("", 10),
        };
        let mut digits = number.magnitude().to_str_radix(radix);
        if self.letter == 'X' {
            digits.make_ascii_uppercase();
        }
        let zeros = "0".repeat(self.precision.unwrap_or(0).saturating_sub(digits.len()));
        let prefix = if self.sharp { prefix } else { "" };
        let is_negative = number.sign() == Sign::Minus;
        Ok(self.signed(is_negative, &format!("{prefix}{zeros}{digits}"), self.precision.is_none()))
    }

    fn float(&self, number: &Number) -> String {
        let upper = self.letter == 'E' || self.letter == 'G';
        let digits = match (self.letter, number.decimal(false)) {
            (_, None) => return self.signed(number.is_negative(), "Inf", false),
            ('f', Some(exact)) => exact.plain(Some(self.precision.unwrap_or(6))),
            ('e' | 'E', Some(exact)) => exact.scientific(Some(self.precision.unwrap_or(6)), upper),
            (_, Some(_)) => general(number, self.precision, upper),
        };
        self.signed(number.is_negative(), &digits, true)
    }

    /// A number of at least the width; zeros go between its sign and its digits.
    fn signed(&self, negative: bool, digits: &str, may_pad_with_zeros: bool) -> String {
        let sign = match (negative, self.plus, self.space) {
            (true, ..) => "-",
            (false, true, _) => "+",
            (false, false, true) => " ",
            (false, false, false) => "",
        };
        let missing = self.width.unwrap_or(0).saturating_sub(sign.len() + digits.len());
        if self.minus {
            format!("{sign}{digits}{}", " ".repeat(missing))
        } else if self.zero && may_pad_with_zeros {
            format!("{sign}{}{digits}", "0".repeat(missing))
        } else {
            format!("{}{sign}{digits}", " ".repeat(missing))
        }
    }
}

/// A decimal number, if there is one.
fn number(call: &Call<'_>, rest: &mut &str) -> Result<Option<usize>, Stopped> {
    let end = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
    let (digits, after) = rest.split_at(end);
    *rest = after;
    if digits.is_empty() {
        return Ok(None);
    }
    match digits.parse() {
        Ok(number) if number <= MAX_WIDTH => Ok(Some(number)),
        _ => Err(call.too_large()),
    }
}

/// `%g` of a magnitude: with an exponent if the number is very large or small, with no more digits than needed.
fn general(number: &Number, precision: Option<usize>, upper: bool) -> String {
    let Some(decimal) = number.decimal(precision.is_none()) else { return "Inf".to_owned() };
    let (decimal, threshold) = match precision {
        None => (decimal, 6),
        Some(precision) => {
            let precision = precision.max(1);
            let decimal = decimal.significant(precision);
            let digits = i64::try_from(decimal.len()).unwrap_or(i64::MAX);
            let precision = i64::try_from(precision).unwrap_or(i64::MAX);
            let all_before_the_point = precision > digits && digits > decimal.exponent();
            (decimal, if all_before_the_point { digits } else { precision })
        }
    };
    if decimal.exponent() < -4 || decimal.exponent() >= threshold {
        decimal.scientific(None, upper)
    } else {
        decimal.plain(None)
    }
}

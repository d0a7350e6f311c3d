//! `format` and `formatlist`.

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
            'b' | 'd' | 'o' | 'x' | 'X' => self.integer(call, call.number_of(value, call.span)?)?,
            'e' | 'E' | 'f' | 'g' | 'G' => self.float(call.number_of(value, call.span)?.as_f64()),
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
                text.push(&self.padded(&general(number.as_f64(), None, false)))
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
            Some(precision) => text.char_indices().nth(precision).map_or(text, |(end, _)| &text[..end]),
            None => text,
        }
    }

    /// A text of at least the width.
    fn padded(&self, text: &str) -> String {
        let missing = self.width.unwrap_or(0).saturating_sub(text.chars().count());
        let padding = if self.zero { "0" } else { " " }.repeat(missing);
        if self.minus { format!("{text}{padding}") } else { format!("{padding}{text}") }
    }

    fn integer(&self, call: &Call<'_>, number: Number) -> Result<String, Stopped> {
        if number.as_f64().fract() != 0.0 {
            return Err(call.refuse("a whole number is required"));
        }
        let number = number.as_i64().ok_or_else(|| call.too_large())?;
        let magnitude = number.unsigned_abs();
        let (prefix, digits) = match self.letter {
            'b' => ("0b", format!("{magnitude:b}")),
            'o' => ("0", format!("{magnitude:o}")),
            'x' => ("0x", format!("{magnitude:x}")),
            'X' => ("0X", format!("{magnitude:X}")),
            _ => ("", magnitude.to_string()),
        };
        let zeros = "0".repeat(self.precision.unwrap_or(0).saturating_sub(digits.len()));
        let prefix = if self.sharp { prefix } else { "" };
        Ok(self.signed(number < 0, &format!("{prefix}{zeros}{digits}"), self.precision.is_none()))
    }

    fn float(&self, number: f64) -> String {
        let magnitude = number.abs();
        let digits = match self.letter {
            'f' => format!("{magnitude:.*}", self.precision.unwrap_or(6)),
            'e' | 'E' => exponential(magnitude, self.precision.unwrap_or(6), self.letter == 'E'),
            _ => general(magnitude, self.precision, self.letter == 'G'),
        };
        self.signed(number < 0.0, &digits, true)
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

/// With an exponent of at least two digits: `1.5e+06`.
fn exponential(magnitude: f64, precision: usize, upper: bool) -> String {
    with_exponent(&format!("{magnitude:.precision$e}"), upper)
}

fn with_exponent(rust: &str, upper: bool) -> String {
    let (mantissa, exponent) = split_exponent(rust);
    let sign = if exponent < 0 { '-' } else { '+' };
    let letter = if upper { 'E' } else { 'e' };
    format!("{mantissa}{letter}{sign}{:02}", exponent.unsigned_abs())
}

fn split_exponent(rust: &str) -> (&str, i32) {
    let (mantissa, exponent) = rust.split_once('e').unwrap_or((rust, "0"));
    (mantissa, exponent.parse().unwrap_or(0))
}

/// `%g`: with an exponent if the number is very large or small, with no more digits than needed.
fn general(number: f64, precision: Option<usize>, upper: bool) -> String {
    let rust = match precision {
        None => format!("{number:e}"),
        Some(precision) => {
            let precise = format!("{number:.*e}", precision.max(1) - 1);
            let (mantissa, exponent) = split_exponent(&precise);
            let mantissa = if mantissa.contains('.') {
                mantissa.trim_end_matches('0').trim_end_matches('.')
            } else {
                mantissa
            };
            format!("{mantissa}e{exponent}")
        }
    };
    let (mantissa, exponent) = split_exponent(&rust);
    let digits = i32::try_from(mantissa.bytes().filter(u8::is_ascii_digit).count()).unwrap_or(i32::MAX);
    let threshold = match precision {
        None => 6,
        Some(precision) => {
            let precision = i32::try_from(precision.max(1)).unwrap_or(i32::MAX);
            if precision > digits && digits > exponent { digits } else { precision }
        }
    };
    if exponent < -4 || exponent >= threshold {
        return with_exponent(&rust, upper);
    }
    let decimals = usize::try_from((digits - 1 - exponent).max(0)).unwrap_or(0);
    format!("{:.decimals$}", rust.parse::<f64>().unwrap_or(number))
}

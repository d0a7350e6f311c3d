//! Functions on timestamps, written as in RFC 3339.

use jiff::SignedDuration;
use jiff::civil::DateTime;
use jiff::tz::Offset;

use super::Call;
use super::arguments::{Outcome, Stopped};

/// A local time and its distance from UTC.
struct Moment {
    local: DateTime,
    offset: Offset,
}

impl Moment {
    fn of(call: &Call<'_>, index: usize) -> Result<Self, Stopped> {
        let text = call.text(index)?;
        Self::parse(&text).ok_or_else(|| {
            call.refuse_argument(index, format!("{text:?} is not a timestamp like 2006-01-02T15:04:05Z"))
        })
    }

    fn parse(text: &str) -> Option<Self> {
        let (date, time) = text.split_at_checked(10)?;
        let time = time.strip_prefix('T')?;
        let (clock, zone) = time.split_at(time.find(['Z', '+', '-'])?);
        let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
        let date = digits(date, "dddd-dd-dd")?;
        let clock = digits(clock, "dd:dd:dd")?;
        let fraction = format!("{fraction:0<9}").get(..9)?.parse().ok()?;
        let [year, month, day] = date[..] else { return None };
        let [hour, minute, second] = clock[..] else { return None };
        let byte = |number: i16| i8::try_from(number).ok();
        let local = DateTime::new(
            year,
            byte(month)?,
            byte(day)?,
            byte(hour)?,
            byte(minute)?,
            byte(second)?,
            fraction,
        );
        Some(Self { local: local.ok()?, offset: parse_zone(zone)? })
    }

    /// Its distance from UTC, with or without a colon.
    fn zone(&self, separator: &str) -> String {
        let minutes = self.offset.seconds() / 60;
        let sign = if minutes < 0 { '-' } else { '+' };
        let minutes = minutes.abs();
        format!("{sign}{:02}{separator}{:02}", minutes / 60, minutes % 60)
    }

    fn is_utc(&self) -> bool {
        self.offset.is_zero()
    }
}

/// The numbers in a text that has a digit for each `d` of the pattern and the rest as it is.
fn digits(text: &str, pattern: &str) -> Option<Vec<i16>> {
    let fits = text.len() == pattern.len()
        && text
            .bytes()
            .zip(pattern.bytes())
            .all(|(byte, wanted)| if wanted == b'd' { byte.is_ascii_digit() } else { byte == wanted });
    fits.then(|| text.split(['-', ':']).map(str::parse).collect::<Result<_, _>>().ok())?
}

fn parse_zone(zone: &str) -> Option<Offset> {
    if zone == "Z" {
        return Some(Offset::UTC);
    }
    let (sign, clock) = zone.split_at_checked(1)?;
    let [hours, minutes] = digits(clock, "dd:dd")?[..] else { return None };
    let seconds = i32::from(hours) * 3600 + i32::from(minutes) * 60;
    Offset::from_seconds(if sign == "-" { -seconds } else { seconds }).ok()
}

/// `timeadd(timestamp, duration)`.
pub(super) fn timeadd(call: &Call<'_>) -> Outcome {
    let moment = Moment::of(call, 0)?;
    let text = call.text(1)?;
    let duration = parse_duration(&text)
        .ok_or_else(|| call.refuse_argument(1, format!("{text:?} is not a duration like 1h30m")))?;
    let local =
        moment.local.checked_add(duration).map_err(|_| call.refuse("the year leaves the range 0 to 9999"))?;
    let zone = if moment.is_utc() { "Z".to_owned() } else { moment.zone(":") };
    Ok(call.string(format!("{}{zone}", local.strftime("%Y-%m-%dT%H:%M:%S"))))
}

/// A sum of numbers with units: `-1h30m`, `1.5h`, `0`.
fn parse_duration(text: &str) -> Option<SignedDuration> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(SignedDuration::ZERO);
    }
    if rest.is_empty() {
        return None;
    }
    let mut seconds = 0.0;
    while !rest.is_empty() {
        let end = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.')?;
        let (number, after) = rest.split_at(end);
        let end = after.find(|letter: char| letter.is_ascii_digit() || letter == '.').unwrap_or(after.len());
        let (unit, after) = after.split_at(end);
        let unit = match unit {
            "ns" => 1e-9,
            "us" | "µs" | "μs" => 1e-6,
            "ms" => 1e-3,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3600.0,
            _ => return None,
        };
        seconds += number.parse::<f64>().ok()? * unit;
        rest = after;
    }
    SignedDuration::try_from_secs_f64(if negative { -seconds } else { seconds }).ok()
}

/// -1, 0 or 1 as the first timestamp is before, at or after the second.
pub(super) fn timecmp(call: &Call<'_>) -> Outcome {
    let instant = |index| {
        let moment = Moment::of(call, index)?;
        moment
            .offset
            .to_timestamp(moment.local)
            .map_err(|_| call.refuse_argument(index, "the timestamp is out of range"))
    };
    let order = instant(0)?.cmp(&instant(1)?);
    Ok(call.whole_number(order as i64))
}

/// `formatdate(pattern, timestamp)`: runs of one letter are fields, text in quotes stands for itself.
pub(super) fn formatdate(call: &Call<'_>) -> Outcome {
    let pattern = call.text(0)?;
    let moment = Moment::of(call, 1)?;
    let mut formatted = String::new();
    let mut rest = &pattern[..];
    while let Some(letter) = rest.chars().next() {
        let end = if letter == '\'' {
            let end = quoted_end(rest).ok_or_else(|| call.refuse_argument(0, "a quote does not end"))?;
            formatted.push_str(&rest[1..end - 1].replace("''", "'"));
            end
        } else if letter.is_ascii_alphabetic() {
            let end = rest.find(|other| other != letter).unwrap_or(rest.len());
            let field = field(&rest[..end], &moment).ok_or_else(|| {
                call.refuse_argument(0, format!("{:?} is no field of a date", &rest[..end]))
            })?;
            formatted.push_str(&field);
            end
        } else {
            formatted.push(letter);
            letter.len_utf8()
        };
        rest = &rest[end..];
    }
    Ok(call.string(formatted))
}

/// Where a quoted text ends, past its closing quote; a doubled quote does not close it.
fn quoted_end(text: &str) -> Option<usize> {
    let mut end = 1;
    loop {
        end += text[end..].find('\'')? + 1;
        if !text[end..].starts_with('\'') {
            return Some(end);
        }
        end += 1;
    }
}

fn field(name: &str, moment: &Moment) -> Option<String> {
    let local = moment.local;
    let twelve = match local.hour() % 12 {
        0 => 12,
        hour => hour,
    };
    Some(match name {
        "YYYY" => format!("{:04}", local.year()),
        "YY" => format!("{:02}", local.year() % 100),
        "MMMM" => local.strftime("%B").to_string(),
        "MMM" => local.strftime("%b").to_string(),
        "MM" => format!("{:02}", local.month()),
        "M" => local.month().to_string(),
        "DD" => format!("{:02}", local.day()),
        "D" => local.day().to_string(),
        "EEEE" => local.strftime("%A").to_string(),
        "EEE" => local.strftime("%a").to_string(),
        "hh" => format!("{:02}", local.hour()),
        "h" => local.hour().to_string(),
        "HH" => format!("{twelve:02}"),
        "H" => twelve.to_string(),
        "AA" => if local.hour() < 12 { "AM" } else { "PM" }.to_owned(),
        "aa" => if local.hour() < 12 { "am" } else { "pm" }.to_owned(),
        "mm" => format!("{:02}", local.minute()),
        "m" => local.minute().to_string(),
        "ss" => format!("{:02}", local.second()),
        "s" => local.second().to_string(),
        "Z" if moment.is_utc() => "Z".to_owned(),
        "ZZZ" if moment.is_utc() => "UTC".to_owned(),
        "ZZZ" | "ZZZZ" => moment.zone(""),
        "Z" | "ZZZZZ" => moment.zone(":"),
        _ => return None,
    })
}

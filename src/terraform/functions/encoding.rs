//! Encodings of text.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Read as _;
use std::sync::Arc;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use flate2::bufread::MultiGzDecoder;

use super::arguments::{Outcome, Stopped};
use super::{Call, MAX_ELEMENTS, MAX_TEXT};
use crate::resource::{Value, ValueKind};

/// Base64 as Go reads it: bits that are left over at the end do not matter.
pub(super) const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

/// How all that `base64gzip` makes starts (RFC 1952, section 2.3): deflate, no flags, no time, no operating system.
const GZIP_HEAD: &str = "H4sIAAAAAAAA/";

pub(super) fn base64encode(call: &Call<'_>) -> Outcome {
    Ok(call.string(STANDARD.encode(call.text(0)?.as_bytes())))
}

pub(super) fn base64decode(call: &Call<'_>) -> Outcome {
    let text = String::from_utf8(decoded(call, 0)?)
        .map_err(|_| call.refuse_argument(0, "the decoded bytes are not text"))?;
    Ok(call.string(text))
}

/// The bytes that an argument holds in base64. Line breaks do not matter.
pub(super) fn decoded(call: &Call<'_>, index: usize) -> Result<Vec<u8>, Stopped> {
    let text = call.text(index)?.replace(['\r', '\n'], "");
    BASE64.decode(text).map_err(|why| call.refuse_argument(index, format!("invalid base64: {why}")))
}

/// What Go's compressor makes of a text is its own affair: only how it starts is known, that it is there and not empty.
pub(super) fn base64gzip(call: &Call<'_>) -> Outcome {
    call.text(0)?;
    let parts = [Value::string(GZIP_HEAD, call.span), call.unsupported().0];
    Ok(Value::new(ValueKind::Template(parts.into()), call.span))
}

/// The text whose gzip form in base64 this is; bytes that are not text are refused.
pub(super) fn base64gunzip(call: &Call<'_>) -> Outcome {
    let packed = decoded(call, 0)?;
    let mut text = String::new();
    // A few bytes may unpack to gigabytes.
    let most = u64::try_from(MAX_TEXT).unwrap_or(u64::MAX) + 1;
    MultiGzDecoder::new(&*packed)
        .take(most)
        .read_to_string(&mut text)
        .map_err(|why| call.refuse_argument(0, format!("invalid gzip data: {why}")))?;
    if text.len() > MAX_TEXT {
        return Err(call.too_large());
    }
    Ok(call.string(text))
}

/// The text whose percent encoding this is; a plus sign stands for a space.
pub(super) fn urldecode(call: &Call<'_>) -> Outcome {
    let text = call.text(0)?;
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => match (digit(bytes.next()), digit(bytes.next())) {
                (Some(high), Some(low)) => u8::try_from(high * 16 + low).unwrap_or_default(),
                _ => return Err(call.refuse_argument(0, "a percent sign without two hexadecimal digits")),
            },
            b'+' => b' ',
            other => other,
        });
    }
    let text =
        String::from_utf8(decoded).map_err(|_| call.refuse_argument(0, "the decoded bytes are not text"))?;
    Ok(call.string(text))
}

/// Percent encoding of a query: a space becomes a plus sign.
pub(super) fn urlencode(call: &Call<'_>) -> Outcome {
    let mut encoded = String::new();
    for byte in call.text(0)?.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                encoded.push(char::from(byte));
            }
            b' ' => encoded.push('+'),
            _ => {
                // Writing to a String cannot fail.
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    Ok(call.string(encoded))
}

/// RFC 4180 with a head line: a list of objects of texts.
pub(super) fn csvdecode(call: &Call<'_>) -> Outcome {
    let text = call.text(0)?;
    let mut records = csv_records(call, &text)?.into_iter();
    let head = records.next().ok_or_else(|| call.refuse_argument(0, "missing header line"))?;
    let head: Vec<Arc<str>> = head.into_iter().map(Arc::from).collect();
    if head.iter().collect::<std::collections::BTreeSet<_>>().len() != head.len() {
        return Err(call.refuse_argument(0, "duplicate column name"));
    }
    let mut rows = Vec::new();
    for record in records {
        if record.len() != head.len() {
            return Err(call.refuse_argument(0, "wrong number of fields"));
        }
        let row: BTreeMap<Arc<str>, _> =
            head.iter().cloned().zip(record.into_iter().map(|field| call.string(field))).collect();
        rows.push(call.map(row));
        if rows.len().saturating_mul(head.len()) > MAX_ELEMENTS {
            return Err(call.too_large());
        }
    }
    Ok(call.list(rows))
}

fn csv_records(call: &Call<'_>, text: &str) -> Result<Vec<Vec<String>>, Stopped> {
    let text = text.replace("\r\n", "\n");
    let mut records = Vec::new();
    let mut rest = &text[..];
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('\n') {
            rest = after;
            continue;
        }
        let mut record = Vec::new();
        loop {
            let (field, after) = csv_field(call, rest)?;
            record.push(field);
            rest = after;
            if let Some(after) = rest.strip_prefix(',') {
                rest = after;
            } else {
                rest = rest.strip_prefix('\n').unwrap_or(rest);
                break;
            }
        }
        records.push(record);
    }
    Ok(records)
}

/// One field, and the text from its separator on.
fn csv_field<'t>(call: &Call<'_>, text: &'t str) -> Result<(String, &'t str), Stopped> {
    let Some(mut rest) = text.strip_prefix('"') else {
        let end = text.find([',', '\n']).unwrap_or(text.len());
        let (field, rest) = text.split_at(end);
        if field.contains('"') {
            return Err(call.refuse_argument(0, "a quote in a field that is not quoted"));
        }
        return Ok((field.to_owned(), rest));
    };
    let mut field = String::new();
    loop {
        let end = rest.find('"').ok_or_else(|| call.refuse_argument(0, "a quoted field does not end"))?;
        field.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        if let Some(after) = rest.strip_prefix('"') {
            field.push('"');
            rest = after;
        } else if rest.is_empty() || rest.starts_with([',', '\n']) {
            return Ok((field, rest));
        } else {
            return Err(call.refuse_argument(0, "text after the end of a quoted field"));
        }
    }
}

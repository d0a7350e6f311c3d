//! Texts in other character encodings.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::Call;
use super::arguments::{Outcome, Stopped};
use super::encoding::decoded;

/// What an encoding's name stands for.
enum Charset {
    /// One that the web knows, too, and means the same by.
    Shared(&'static Encoding),
    /// Bytes as the first 256 characters.
    Latin1,
    /// Bytes as the first 128 characters.
    Ascii,
}

/// `textencodebase64(text, encoding)`.
pub(super) fn textencodebase64(call: &Call<'_>) -> Outcome {
    let text = call.text(0)?;
    let unfit = || call.refuse_argument(0, "the text has characters that the encoding does not have");
    let narrow = |most: u32| {
        let bytes = text.chars().map(|letter| u8::try_from(u32::from(letter).min(most + 1)).ok());
        bytes
            .map(|byte| byte.filter(|byte| u32::from(*byte) <= most).ok_or_else(unfit))
            .collect::<Result<Vec<u8>, Stopped>>()
    };
    let bytes = match charset(call)? {
        Charset::Shared(encoding) if encoding == UTF_16LE => {
            text.encode_utf16().flat_map(u16::to_le_bytes).collect()
        }
        Charset::Shared(encoding) if encoding == UTF_16BE => {
            text.encode_utf16().flat_map(u16::to_be_bytes).collect()
        }
        Charset::Shared(encoding) => match encoding.encode(&text) {
            (bytes, _, false) => bytes.into_owned(),
            (_, _, true) => return Err(unfit()),
        },
        Charset::Latin1 => narrow(0xff)?,
        Charset::Ascii => narrow(0x7f)?,
    };
    Ok(call.string(STANDARD.encode(bytes)))
}

/// `textdecodebase64(text, encoding)`.
pub(super) fn textdecodebase64(call: &Call<'_>) -> Outcome {
    let bytes = decoded(call, 0)?;
    let unfit = || call.refuse_argument(0, "the bytes are no text in that encoding");
    let text = match charset(call)? {
        Charset::Shared(encoding) => encoding
            .decode_without_bom_handling_and_without_replacement(&bytes)
            .ok_or_else(unfit)?
            .into_owned(),
        Charset::Ascii if !bytes.is_ascii() => return Err(unfit()),
        Charset::Latin1 | Charset::Ascii => bytes.into_iter().map(char::from).collect(),
    };
    Ok(call.string(text))
}

/// The encoding that the second argument names, as IANA registers it. Names that the web takes for something else
/// than IANA are not evaluated.
fn charset(call: &Call<'_>) -> Result<Charset, Stopped> {
    let name = call.text(1)?.to_ascii_lowercase();
    Ok(match &*name {
        "utf-8" | "utf8" => Charset::Shared(UTF_8),
        "utf-16le" => Charset::Shared(UTF_16LE),
        "utf-16be" => Charset::Shared(UTF_16BE),
        "iso-8859-1" | "iso_8859-1" | "latin1" | "l1" => Charset::Latin1,
        "us-ascii" | "ascii" => Charset::Ascii,
        _ => match Encoding::for_label(name.as_bytes()) {
            Some(encoding)
                if encoding.name().eq_ignore_ascii_case(&name) && !encoding.name().starts_with("UTF") =>
            {
                Charset::Shared(encoding)
            }
            _ => return Err(call.unsupported()),
        },
    })
}

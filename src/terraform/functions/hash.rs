//! Hashes of text.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use super::Call;
use super::arguments::Outcome;

/// What a function makes of bytes: the hash of a text is that of its bytes, and `filemd5` is `md5` of a file's.
pub(super) type OfBytes = fn(&[u8]) -> String;

/// The function that hashes or encodes the bytes of a file.
pub(in crate::terraform) fn of_bytes(name: &str) -> Option<OfBytes> {
    Some(match name {
        "filebase64" => |bytes| STANDARD.encode(bytes),
        "filebase64sha256" => base64_of::<Sha256>,
        "filebase64sha512" => base64_of::<Sha512>,
        "filemd5" => hexadecimal_of::<Md5>,
        "filesha1" => hexadecimal_of::<Sha1>,
        "filesha256" => hexadecimal_of::<Sha256>,
        "filesha512" => hexadecimal_of::<Sha512>,
        _ => return None,
    })
}

pub(super) fn md5(call: &Call<'_>) -> Outcome {
    hash(call, hexadecimal_of::<Md5>)
}

pub(super) fn sha1(call: &Call<'_>) -> Outcome {
    hash(call, hexadecimal_of::<Sha1>)
}

pub(super) fn sha256(call: &Call<'_>) -> Outcome {
    hash(call, hexadecimal_of::<Sha256>)
}

pub(super) fn sha512(call: &Call<'_>) -> Outcome {
    hash(call, hexadecimal_of::<Sha512>)
}

pub(super) fn base64sha256(call: &Call<'_>) -> Outcome {
    hash(call, base64_of::<Sha256>)
}

pub(super) fn base64sha512(call: &Call<'_>) -> Outcome {
    hash(call, base64_of::<Sha512>)
}

fn hash(call: &Call<'_>, of_bytes: OfBytes) -> Outcome {
    Ok(call.string(of_bytes(call.text(0)?.as_bytes())))
}

fn hexadecimal_of<D: Digest>(bytes: &[u8]) -> String {
    hexadecimal(&D::digest(bytes))
}

fn base64_of<D: Digest>(bytes: &[u8]) -> String {
    STANDARD.encode(D::digest(bytes))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|half| char::from_digit(half.into(), 16))
        .collect()
}

/// `uuidv5(namespace, name)`: the namespace is a UUID or one of four names (RFC 9562, section 6.6).
pub(super) fn uuidv5(call: &Call<'_>) -> Outcome {
    let namespace = match &*call.text(0)? {
        "dns" => 0x6ba7_b810_9dad_11d1_80b4_00c0_4fd4_30c8,
        "url" => 0x6ba7_b811_9dad_11d1_80b4_00c0_4fd4_30c8,
        "oid" => 0x6ba7_b812_9dad_11d1_80b4_00c0_4fd4_30c8,
        "x500" => 0x6ba7_b814_9dad_11d1_80b4_00c0_4fd4_30c8,
        text => parse_uuid(text).ok_or_else(|| call.refuse_argument(0, "not a UUID"))?,
    };
    let mut hash = Sha1::new();
    hash.update(u128::to_be_bytes(namespace));
    hash.update(call.text(1)?.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x50;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let digits = hexadecimal(&bytes);
    let groups = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
    Ok(call.string(groups.join("-")))
}

fn parse_uuid(text: &str) -> Option<u128> {
    let lengths = text.split('-').map(str::len);
    if !lengths.eq([8, 4, 4, 4, 12]) || text.contains('+') {
        return None;
    }
    u128::from_str_radix(&text.replace('-', ""), 16).ok()
}

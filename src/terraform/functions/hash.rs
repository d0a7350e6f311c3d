//! Hashes of text.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use super::Call;
use super::arguments::{Outcome, Stopped};

pub(super) fn md5(call: &Call<'_>) -> Outcome {
    Ok(call.string(hexadecimal(&digest::<Md5>(call)?)))
}

pub(super) fn sha1(call: &Call<'_>) -> Outcome {
    Ok(call.string(hexadecimal(&digest::<Sha1>(call)?)))
}

pub(super) fn sha256(call: &Call<'_>) -> Outcome {
    Ok(call.string(hexadecimal(&digest::<Sha256>(call)?)))
}

pub(super) fn sha512(call: &Call<'_>) -> Outcome {
    Ok(call.string(hexadecimal(&digest::<Sha512>(call)?)))
}

pub(super) fn base64sha256(call: &Call<'_>) -> Outcome {
    Ok(call.string(STANDARD.encode(digest::<Sha256>(call)?)))
}

pub(super) fn base64sha512(call: &Call<'_>) -> Outcome {
    Ok(call.string(STANDARD.encode(digest::<Sha512>(call)?)))
}

fn digest<D: Digest>(call: &Call<'_>) -> Result<Vec<u8>, Stopped> {
    Ok(D::digest(call.text(0)?.as_bytes()).to_vec())
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

//! `rsadecrypt`: what was encrypted for a key that the configuration holds.
//!
//! Terraform takes the forms of a private key that Go's `ssh` package reads: PKCS #1, PKCS #8 and OpenSSH's own, each in
//! PEM and without a passphrase. A key of another algorithm is refused, as by Terraform.

use base64::Engine as _;
use num_bigint::BigUint;
use pkcs1::der::Decode as _;
use pkcs1::{ALGORITHM_OID, RsaPrivateKey};
use pkcs8::PrivateKeyInfoRef;

use super::Call;
use super::arguments::Outcome;
use super::encoding::{BASE64, decoded};

/// The longest number of a key, in bits: work grows with its third power, and longer keys are hardly in use.
const MOST_BITS: u64 = 4096;

/// The shortest filling before the text (RFC 8017, section 7.2.2).
const LEAST_FILLING: usize = 8;

/// `rsadecrypt(ciphertext, privatekey)`: the first in base64, the second in PEM.
pub(super) fn rsadecrypt(call: &Call<'_>) -> Outcome {
    let refuse = |index, why: &str| call.refuse_argument(index, why);
    let encrypted = decoded(call, 0)?;
    let key = Key::read(&call.text(1)?).map_err(|why| refuse(1, why))?;
    if key.is_long() {
        return Err(call.too_large());
    }
    if !key.is_consistent() {
        return Err(refuse(1, "the numbers of the key do not belong together"));
    }
    let decrypted = key.decrypt(&encrypted).ok_or_else(|| refuse(0, "not encrypted for this key"))?;
    // Terraform would hand on bytes that are not text.
    let text = String::from_utf8(decrypted).map_err(|_| call.unsupported())?;
    Ok(call.string(text))
}

/// A private key by its numbers (RFC 8017, section 3.2).
struct Key {
    modulus: BigUint,
    public: BigUint,
    private: BigUint,
    primes: Vec<BigUint>,
}

impl Key {
    /// From PEM; the error says what is wrong with it.
    fn read(text: &str) -> Result<Self, &'static str> {
        let pem = Pem::read(text).ok_or("not a key in PEM")?;
        if pem.is_encrypted {
            return Err("the key is protected by a passphrase");
        }
        match pem.label {
            "RSA PRIVATE KEY" => Self::from_pkcs1(&pem.contents).ok_or("not a private key in PKCS #1"),
            "PRIVATE KEY" => {
                let info = PrivateKeyInfoRef::from_der(&pem.contents).map_err(|_| "not a key in PKCS #8")?;
                if info.algorithm.oid != ALGORITHM_OID {
                    return Err("not an RSA key");
                }
                Self::from_pkcs1(info.private_key.as_bytes()).ok_or("not a private key in PKCS #8")
            }
            "OPENSSH PRIVATE KEY" => Self::from_openssh(&pem.contents),
            _ => Err("not an RSA key"),
        }
    }

    fn from_pkcs1(der: &[u8]) -> Option<Self> {
        let key = RsaPrivateKey::from_der(der).ok()?;
        let number = |number: pkcs1::UintRef<'_>| BigUint::from_bytes_be(number.as_bytes());
        let others = key.other_prime_infos.iter().flatten().map(|other| number(other.prime));
        Some(Self {
            modulus: number(key.modulus),
            public: number(key.public_exponent),
            private: number(key.private_exponent),
            primes: [number(key.prime1), number(key.prime2)].into_iter().chain(others).collect(),
        })
    }

    /// From the form that `ssh-keygen` writes (OpenSSH's `PROTOCOL.key`).
    fn from_openssh(contents: &[u8]) -> Result<Self, &'static str> {
        const MALFORMED: &str = "not a key in OpenSSH's form";
        let mut outer = Fields(contents.strip_prefix(b"openssh-key-v1\0").ok_or(MALFORMED)?);
        let cipher = outer.bytes().ok_or(MALFORMED)?;
        let derivation = outer.bytes().ok_or(MALFORMED)?;
        if (cipher, derivation) != (b"none", b"none") {
            return Err("the key is protected by a passphrase");
        }
        let _options = outer.bytes();
        if outer.length() != Some(1) {
            return Err("not one key alone");
        }
        let _public = outer.bytes();
        let mut inner = Fields(outer.bytes().ok_or(MALFORMED)?);
        let check = inner.length().ok_or(MALFORMED)?;
        if inner.length() != Some(check) {
            return Err(MALFORMED);
        }
        if inner.bytes() != Some(b"ssh-rsa") {
            return Err("not an RSA key");
        }
        let mut number = || inner.number().ok_or(MALFORMED);
        let (modulus, public, private, _coefficient) = (number()?, number()?, number()?, number()?);
        let primes = vec![number()?, number()?];
        Ok(Self { modulus, public, private, primes })
    }

    /// Whether it takes more work than is done for one call.
    fn is_long(&self) -> bool {
        [&self.modulus, &self.public, &self.private].into_iter().any(|number| number.bits() > MOST_BITS)
            || self.primes.iter().map(BigUint::bits).sum::<u64>() > 2 * MOST_BITS
    }

    /// Whether its numbers are those of one key (RFC 8017, section 3.2).
    fn is_consistent(&self) -> bool {
        let one = BigUint::from(1_u8);
        let most_public = BigUint::from(i32::MAX.unsigned_abs());
        (one < self.public && self.public <= most_public)
            && self.primes.iter().all(|prime| prime > &one)
            && self.primes.iter().product::<BigUint>() == self.modulus
            && self.primes.iter().all(|prime| {
                let order = prime - &one;
                &self.private * &self.public % &order == &one % &order
            })
    }

    /// RSAES-PKCS1-v1_5 (RFC 8017, section 7.2.2).
    fn decrypt(&self, encrypted: &[u8]) -> Option<Vec<u8>> {
        let length = usize::try_from(self.modulus.bits().div_ceil(8)).ok()?;
        let encrypted = BigUint::from_bytes_be(encrypted);
        if encrypted >= self.modulus {
            return None;
        }
        let bytes = encrypted.modpow(&self.private, &self.modulus).to_bytes_be();
        // The first byte of a message is zero, and not among the bytes of the number.
        let filled = bytes.strip_prefix(&[2]).filter(|_| bytes.len() + 1 == length)?;
        let filling = filled.iter().position(|&byte| byte == 0)?;
        (filling >= LEAST_FILLING).then(|| filled[filling + 1..].to_vec())
    }
}

/// One block of PEM (RFC 7468), with the headers of RFC 1421 that older keys have.
struct Pem<'a> {
    label: &'a str,
    is_encrypted: bool,
    contents: Vec<u8>,
}

impl<'a> Pem<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let (_, text) = text.split_once("-----BEGIN ")?;
        let (label, text) = text.split_once("-----")?;
        let (body, _) = text.split_once(&format!("-----END {label}-----"))?;
        let (headers, lines): (Vec<_>, Vec<_>) =
            body.lines().map(str::trim).partition(|line| line.contains(':'));
        Some(Self {
            label,
            is_encrypted: headers.contains(&"Proc-Type: 4,ENCRYPTED"),
            contents: BASE64.decode(lines.concat()).ok()?,
        })
    }
}

/// The fields of the Secure Shell protocol (RFC 4251, section 5) that are left.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn length(&mut self) -> Option<u32> {
        let (length, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u32::from_be_bytes(*length))
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.length()?).ok()?;
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    /// A number that is not negative.
    fn number(&mut self) -> Option<BigUint> {
        let bytes = self.bytes()?;
        bytes.first().is_none_or(|first| first.leading_zeros() > 0).then(|| BigUint::from_bytes_be(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> String {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle/tree/keys/");
        std::fs::read_to_string(format!("{path}{name}")).unwrap()
    }

    #[test]
    fn a_key_is_the_same_in_every_form() {
        let [pkcs1, pkcs8, openssh] =
            ["rsa.pem", "pkcs8.pem", "openssh.pem"].map(|name| Key::read(&key(name)).unwrap());
        assert!(pkcs1.is_consistent() && !pkcs1.is_long());
        for other in [pkcs8, openssh] {
            assert_eq!(
                (&pkcs1.modulus, &pkcs1.public, &pkcs1.private, &pkcs1.primes),
                (&other.modulus, &other.public, &other.private, &other.primes)
            );
        }
    }

    #[test]
    fn a_key_that_is_cut_off_anywhere_is_no_key() {
        for name in ["rsa.pem", "pkcs8.pem", "openssh.pem"] {
            let text = key(name);
            let pem = Pem::read(&text).unwrap();
            for length in (0..pem.contents.len()).step_by(7) {
                let (label, contents) = (pem.label, BASE64.encode(&pem.contents[..length]));
                let cut = format!("-----BEGIN {label}-----\n{contents}\n-----END {label}-----");
                assert!(Key::read(&cut).is_err(), "{name} {length}");
            }
        }
    }

    #[test]
    fn a_key_of_any_length_takes_little_work() {
        let short = Key::read(&key("rsa.pem")).unwrap();
        let long = || BigUint::from(1_u8) << MOST_BITS;
        assert!(Key { modulus: long(), ..short }.is_long());
        let short = Key::read(&key("rsa.pem")).unwrap();
        assert!(Key { private: long(), ..short }.is_long());
        let short = Key::read(&key("rsa.pem")).unwrap();
        assert!(Key { primes: vec![long(), long()], ..short }.is_long());
    }
}

//! CIDRs as people write them and as AWS stores them.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::IpNet;

use super::address::{AddressSet, Family};
use super::special;

/// A valid CIDR.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cidr {
    net: IpNet,
    canonical: bool,
}

impl Cidr {
    /// Reads a CIDR. Host bits and any valid spelling of IPv6 are taken; see [`is_canonical`](Self::is_canonical).
    pub fn parse(text: &str) -> Result<Self, CidrError> {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Err(CidrError::Empty);
        }
        if trimmed.contains([',', ';']) || trimmed.split_whitespace().nth(1).is_some() {
            return Err(CidrError::Several);
        }
        if trimmed.len() != text.len() {
            return Err(CidrError::Space { trimmed: trimmed.to_owned() });
        }
        let Some((address, prefix)) = text.split_once('/') else {
            return Err(match text.parse::<IpAddr>() {
                Ok(address) => CidrError::BareAddress { address },
                Err(_) => bad_address(text, None),
            });
        };
        let address: IpAddr = address.parse().map_err(|_| bad_address(address, Some(prefix)))?;
        let family = Family::of(address);
        if prefix.is_empty() {
            return Err(CidrError::NoPrefix { address });
        }
        if let (Ok(mask), IpAddr::V4(_)) = (prefix.parse::<Ipv4Addr>(), address) {
            let length = ipnet::ipv4_mask_to_prefix(mask).ok();
            return Err(CidrError::Netmask { address, length });
        }
        if !prefix.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(CidrError::NotAPrefix { prefix: prefix.to_owned() });
        }
        let net = prefix.parse().ok().and_then(|length: u8| IpNet::new(address, length).ok());
        let net = net.ok_or_else(|| CidrError::PrefixTooLong { prefix: prefix.to_owned(), family })?;
        let canonical = net.trunc().to_string() == text;
        Ok(Self { net, canonical })
    }

    /// Its addresses. Host bits do not count (RF-16).
    pub fn addresses(&self) -> AddressSet {
        AddressSet::from_net(self.net)
    }

    /// The network that it means, without host bits.
    pub fn net(&self) -> IpNet {
        self.net.trunc()
    }

    /// As AWS stores it: host bits zero, IPv6 compressed and in lower case (RF-16).
    pub fn canonical(&self) -> String {
        self.net().to_string()
    }

    /// Whether it was written with bits set beyond its prefix.
    pub fn has_host_bits(&self) -> bool {
        self.net != self.net.trunc()
    }

    /// Whether it was written as AWS stores it.
    pub fn is_canonical(&self) -> bool {
        self.canonical
    }

    /// Its version of IP.
    pub fn family(&self) -> Family {
        Family::of(self.net.addr())
    }

    /// Why no packet ever comes from one of its addresses, if that is so (DC-01, DC-02). None goes there either, but
    /// for multicast.
    pub fn dead(&self) -> Option<&'static str> {
        special::dead_reason(self.net())
    }

    /// Whether all of its addresses are multicast ones: no packet comes from there, but some go there (DC-07).
    pub fn is_multicast(&self) -> bool {
        let ends = [self.net.network(), self.net.broadcast()];
        ends.iter().all(IpAddr::is_multicast)
    }
}

/// Why a text is not a CIDR, in words that say what to write.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CidrError {
    /// Nothing written.
    #[error("the CIDR is empty")]
    Empty,
    /// White space before or after it.
    #[error("{trimmed:?} has white space around it")]
    Space {
        /// The text without it.
        trimmed: String,
    },
    /// More than one entry in one text.
    #[error("several CIDRs in one text; write each as an entry of its own")]
    Several,
    /// An address without prefix length (RF-13).
    #[error("{address} is an address without prefix length; write {}", meant(*address))]
    BareAddress {
        /// The address.
        address: IpAddr,
    },
    /// A slash and nothing after it (RF-15).
    #[error(
        "the prefix length after the slash is missing; write {}",
        meant(*address)
    )]
    NoPrefix {
        /// The address.
        address: IpAddr,
    },
    /// A prefix length beyond that of a single address.
    #[error("/{prefix} is no prefix length of {family}: it goes from 0 to {}", family.bits())]
    PrefixTooLong {
        /// The prefix as written.
        prefix: String,
        /// The version of IP.
        family: Family,
    },
    /// A network mask in the place of the prefix length.
    #[error("a network mask stands where the prefix length belongs{}", match length {
        Some(length) => format!("; write {}", with_prefix(*address, *length)),
        None => String::new(),
    })]
    Netmask {
        /// The address.
        address: IpAddr,
        /// The prefix length that the mask means.
        length: Option<u8>,
    },
    /// Something after the slash that is no number.
    #[error("{prefix:?} is no prefix length")]
    NotAPrefix {
        /// The text after the slash.
        prefix: String,
    },
    /// Octets with leading zeros, which some programs read as octal.
    #[error("an octet starts with 0, which is not allowed; write {meant}")]
    LeadingZero {
        /// The text without the zeros.
        meant: String,
    },
    /// Not an address at all.
    #[error("{text:?} is no IP address")]
    NotAnAddress {
        /// The text before the slash.
        text: String,
    },
}

impl CidrError {
    /// The CIDR that was most likely meant, when that is clear enough to offer.
    pub fn suggestion(&self) -> Option<String> {
        match self {
            Self::Space { trimmed } => Cidr::parse(trimmed).ok().map(|_| trimmed.clone()),
            Self::BareAddress { address } => Some(meant(*address)),
            Self::NoPrefix { address } if address.is_unspecified() => Some(meant(*address)),
            Self::Netmask { address, length: Some(length) } => Some(with_prefix(*address, *length)),
            Self::LeadingZero { meant } => Cidr::parse(meant).ok().map(|_| meant.clone()),
            _ => None,
        }
    }
}

/// What an address without prefix length most likely stands for: itself, or every address where it is none.
fn meant(address: IpAddr) -> String {
    with_prefix(address, if address.is_unspecified() { 0 } else { Family::of(address).bits() })
}

fn with_prefix(address: IpAddr, length: u8) -> String {
    format!("{address}/{length}")
}

fn bad_address(address: &str, prefix: Option<&str>) -> CidrError {
    let octets: Vec<&str> = address.split('.').collect();
    let meant: Vec<&str> = octets
        .iter()
        .map(|octet| match octet.trim_start_matches('0') {
            "" if !octet.is_empty() => "0",
            rest => rest,
        })
        .collect();
    let meant = meant.join(".");
    if octets.len() == 4 && meant != address && meant.parse::<Ipv4Addr>().is_ok() {
        let meant = prefix.map_or_else(|| format!("{meant}/32"), |prefix| format!("{meant}/{prefix}"));
        return CidrError::LeadingZero { meant };
    }
    CidrError::NotAnAddress { text: address.to_owned() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn message(text: &str) -> String {
        Cidr::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn a_bare_address_is_told_its_prefix() {
        assert_eq!(message("10.1.2.3"), "10.1.2.3 is an address without prefix length; write 10.1.2.3/32");
        assert_eq!(Cidr::parse("::1").unwrap_err().suggestion().as_deref(), Some("::1/128"));
        assert_eq!(message("0.0.0.0"), "0.0.0.0 is an address without prefix length; write 0.0.0.0/0");
    }

    #[test]
    fn a_slash_without_length_is_told_the_whole_world_where_that_is_meant() {
        assert_eq!(message("::/"), "the prefix length after the slash is missing; write ::/0");
        assert_eq!(Cidr::parse("::/").unwrap_err().suggestion().as_deref(), Some("::/0"));
        assert_eq!(Cidr::parse("10.0.0.1/").unwrap_err().suggestion(), None);
    }

    #[test]
    fn wrong_prefixes_are_named() {
        assert_eq!(message("10.0.0.0/33"), "/33 is no prefix length of IPv4: it goes from 0 to 32");
        assert_eq!(message("::/129"), "/129 is no prefix length of IPv6: it goes from 0 to 128");
        assert_eq!(
            message("10.0.0.0/999999999999"),
            "/999999999999 is no prefix length of IPv4: it goes from 0 to 32"
        );
        assert_eq!(message("10.0.0.0/x"), "\"x\" is no prefix length");
        assert_eq!(message("10.0.0.0/+8"), "\"+8\" is no prefix length");
        assert!(message("10.0.0.0/255.255.0.0").ends_with("write 10.0.0.0/16"));
        assert_eq!(
            Cidr::parse("10.0.0.0/255.0.255.0"),
            Err(CidrError::Netmask { address: "10.0.0.0".parse().unwrap(), length: None })
        );
    }

    #[test]
    fn texts_that_are_no_address_are_named() {
        for text in
            ["example.com", "10.0.0/8", "10.0.0.256/8", "fe80::1%eth0/64", "[::]/0", "/0", "10.0.0.0//8"]
        {
            assert!(Cidr::parse(text).is_err(), "{text}");
        }
        assert_eq!(message("vpc/16"), "\"vpc\" is no IP address");
        assert_eq!(message(""), "the CIDR is empty");
        assert_eq!(
            message("10.0.0.0/8, 10.1.0.0/16"),
            "several CIDRs in one text; write each as an entry of its own"
        );
    }

    #[test]
    fn space_and_leading_zeros_come_with_what_was_meant() {
        assert_eq!(Cidr::parse(" 10.0.0.0/8").unwrap_err().suggestion().as_deref(), Some("10.0.0.0/8"));
        assert_eq!(Cidr::parse("10.000.01.0/24").unwrap_err().suggestion().as_deref(), Some("10.0.1.0/24"));
        assert_eq!(Cidr::parse(" x ").unwrap_err().suggestion(), None);
    }

    #[test]
    fn spellings_that_aws_changes_are_not_canonical() {
        for (text, canonical) in [
            ("100.68.0.18/18", "100.68.0.0/18"),
            ("2001:DB8::/32", "2001:db8::/32"),
            ("2001:db8:0:0:0:0:0:0/32", "2001:db8::/32"),
            ("2001:db8::1/32", "2001:db8::/32"),
            ("0::0/0", "::/0"),
            ("10.0.0.0/08", "10.0.0.0/8"),
        ] {
            let cidr = Cidr::parse(text).unwrap();
            assert!(!cidr.is_canonical(), "{text}");
            assert_eq!(cidr.canonical(), canonical);
            assert_eq!(cidr.addresses(), Cidr::parse(canonical).unwrap().addresses());
        }
        for text in ["0.0.0.0/0", "::/0", "10.1.2.3/32", "2001:db8::/32"] {
            assert!(Cidr::parse(text).unwrap().is_canonical(), "{text}");
        }
    }

    #[test]
    fn ranges_that_are_wholly_multicast_are_told() {
        for (text, is_multicast) in
            [("224.0.0.2/32", true), ("224.0.0.0/4", true), ("ff02::/16", true), ("224.0.0.0/3", false)]
        {
            assert_eq!(Cidr::parse(text).unwrap().is_multicast(), is_multicast, "{text}");
        }
    }

    #[test]
    fn host_bits_do_not_make_an_address_dead() {
        assert_eq!(Cidr::parse("0.0.0.1/0").unwrap().dead(), None);
        assert!(Cidr::parse("0.0.0.0/32").unwrap().dead().unwrap().contains("0.0.0.0/0"));
    }

    proptest! {
        #[test]
        fn the_canonical_text_parses_to_the_same_addresses(bits: u128, ipv6: bool, prefix in 0u8..=128) {
            let address = if ipv6 {
                IpAddr::V6(bits.into())
            } else {
                IpAddr::V4(u32::try_from(bits >> 96).unwrap().into())
            };
            let prefix = prefix.min(Family::of(address).bits());
            let cidr = Cidr::parse(&format!("{address}/{prefix}")).unwrap();
            let again = Cidr::parse(&cidr.canonical()).unwrap();
            prop_assert!(again.is_canonical());
            prop_assert_eq!(again.addresses(), cidr.addresses());
            prop_assert!(cidr.addresses().contains(address));
            prop_assert_eq!(cidr.addresses().to_cidrs(), vec![cidr.net()]);
        }

        #[test]
        fn no_text_panics(text in "[0-9a-f:./, ]{0,24}|.*") {
            if let Err(error) = Cidr::parse(&text) {
                prop_assert!(!error.to_string().is_empty());
                if let Some(meant) = error.suggestion() {
                    prop_assert!(Cidr::parse(&meant).is_ok(), "{} for {:?}", meant, text);
                }
            }
        }
    }
}

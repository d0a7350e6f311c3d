//! IP protocols as the AWS API names them (RF-01 … RF-04).

use std::borrow::Cow;
use std::fmt;

/// A protocol, or all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    /// Every protocol (`-1`).
    All,
    /// One, by its IANA number.
    Number(u8),
}

/// Protocols that people name although AWS takes only their numbers (IANA protocol numbers).
const NUMBER_ONLY: &[(&str, u8)] = &[
    ("igmp", 2),
    ("ipip", 4),
    ("ipv6", 41),
    ("gre", 47),
    ("esp", 50),
    ("ah", 51),
    ("icmp6", 58),
    ("ipv6-icmp", 58),
    ("ospf", 89),
    ("pim", 103),
    ("vrrp", 112),
    ("l2tp", 115),
    ("sctp", 132),
];

impl Protocol {
    /// Every protocol.
    pub const ALL: Self = Self::All;
    /// TCP.
    pub const TCP: Self = Self::Number(6);
    /// UDP.
    pub const UDP: Self = Self::Number(17);
    /// ICMP of IPv4.
    pub const ICMP: Self = Self::Number(1);
    /// ICMP of IPv6.
    pub const ICMPV6: Self = Self::Number(58);
    /// The protocol by which hosts join multicast groups.
    pub const IGMP: Self = Self::Number(2);

    /// Reads a protocol as AWS takes it: `tcp`, `udp`, `icmp`, `icmpv6` in any case (RF-02), a number from 0
    /// to 255 (RF-01), `-1`, and Terraform's `all` (RF-03).
    ///
    /// # Errors
    /// What is wrong with the text and what to write instead, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let lower = text.to_ascii_lowercase();
        match lower.as_str() {
            "-1" | "all" => return Ok(Self::All),
            "tcp" => return Ok(Self::TCP),
            "udp" => return Ok(Self::UDP),
            "icmp" => return Ok(Self::ICMP),
            "icmpv6" => return Ok(Self::ICMPV6),
            _ => {}
        }
        if !lower.is_empty() && lower.bytes().all(|byte| byte.is_ascii_digit()) {
            return lower
                .parse()
                .map(Self::Number)
                .map_err(|_| format!("{text} is no protocol number; they go from 0 to 255"));
        }
        let number = NUMBER_ONLY.iter().find(|(name, _)| *name == lower).map(|&(_, number)| number);
        Err(match (lower.as_str(), number) {
            (_, Some(number)) => format!("AWS takes {text} only by its number: {number}"),
            ("any" | "*", _) => format!("{text} is no protocol; every protocol is -1"),
            ("", _) => "the protocol is empty; every protocol is -1".to_owned(),
            _ => format!("{text:?} is no protocol; write tcp, udp, icmp, icmpv6, -1 or a number"),
        })
    }

    /// What a text means that AWS may refuse: also `any`, and what AWS takes only by its number.
    pub fn meant(text: &str) -> Option<Self> {
        let lower = text.to_ascii_lowercase();
        let by_name =
            NUMBER_ONLY.iter().find(|(name, _)| *name == lower).map(|&(_, number)| Self::Number(number));
        match lower.as_str() {
            "any" | "*" => Some(Self::All),
            _ => by_name.or_else(|| Self::parse(text).ok()),
        }
    }

    /// Whether its rules name ports: TCP and UDP.
    pub fn has_ports(self) -> bool {
        matches!(self, Self::TCP | Self::UDP)
    }

    /// Whether it is ICMP, whose rules name a type and a code in the place of ports.
    pub fn is_icmp(self) -> bool {
        matches!(self, Self::ICMP | Self::ICMPV6)
    }

    /// Whether AWS ignores the ports of its rules, so that they allow everything of it (RF-04).
    pub fn ignores_ports(self) -> bool {
        !self.has_ports() && !self.is_icmp()
    }

    /// Its normalised name: `tcp`, `udp`, `icmp`, `icmpv6`, `all`, or the number.
    pub fn name(self) -> Cow<'static, str> {
        match self {
            Self::All => "all".into(),
            Self::TCP => "tcp".into(),
            Self::UDP => "udp".into(),
            Self::ICMP => "icmp".into(),
            Self::ICMPV6 => "icmpv6".into(),
            Self::Number(number) => number.to_string().into(),
        }
    }

    /// Whether a rule for it allows everything that a rule for `other` does, ports aside.
    pub fn covers(self, other: Self) -> bool {
        self == Self::All || self == other
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.name())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_and_numbers_are_the_same_protocol() {
        for (name, number) in [("tcp", "6"), ("UDP", "17"), ("Icmp", "1"), ("ICMPv6", "58"), ("all", "-1")] {
            assert_eq!(Protocol::parse(name), Protocol::parse(number), "{name}");
            assert!(Protocol::parse(name).is_ok());
        }
    }

    #[test]
    fn what_aws_refuses_is_explained() {
        assert_eq!(Protocol::parse("esp").unwrap_err(), "AWS takes esp only by its number: 50");
        assert!(Protocol::parse("256").unwrap_err().contains("0 to 255"));
        assert!(Protocol::parse("any").unwrap_err().contains("-1"));
        for text in ["", " tcp", "-2", "tpc", "+6", "6.0"] {
            assert!(Protocol::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn only_tcp_udp_and_icmp_heed_ports() {
        let heeding: Vec<u8> =
            (0..=255).filter(|&number| !Protocol::Number(number).ignores_ports()).collect();
        assert_eq!(heeding, [1, 6, 17, 58]);
        assert!(Protocol::ALL.ignores_ports());
    }

    #[test]
    fn all_covers_each_but_none_covers_all() {
        assert!(Protocol::ALL.covers(Protocol::TCP));
        assert!(!Protocol::TCP.covers(Protocol::ALL));
        assert!(!Protocol::TCP.covers(Protocol::UDP));
    }

    proptest! {
        #[test]
        fn the_name_of_a_protocol_parses_to_it(number: u8) {
            let protocol = Protocol::Number(number);
            prop_assert_eq!(Protocol::parse(&protocol.name()), Ok(protocol));
        }

        #[test]
        fn no_text_panics(text in ".*") {
            let _ = Protocol::parse(&text);
        }
    }
}

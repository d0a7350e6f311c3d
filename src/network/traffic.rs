//! What a rule's protocol and ports together really allow (RF-04 … RF-07).

use super::ports::PortSet;
use super::protocol::Protocol;

/// The traffic that a protocol with its ports (or ICMP type and code) allows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Traffic {
    /// The protocol.
    pub protocol: Protocol,
    /// TCP and UDP: the ports. ICMP: the messages, as `type * 256 + code`, which makes every ICMP range an
    /// interval too. Any other protocol: everything, because AWS ignores the ports given with it.
    selected: PortSet,
}

/// What is wrong with a rule's ports, or with its ICMP type and code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RangeProblem {
    /// The first port is greater than the last.
    Reversed,
    /// Not a port, not an ICMP type or code.
    OutOfRange,
    /// -1 where only ICMP and all protocols know it, or as ICMP type with a single code.
    MinusOne,
    /// A port is missing that the protocol needs.
    Missing,
    /// Port 0 alone, which is usually meant as every port (RF-06). The rule is valid.
    PortZero,
}

impl RangeProblem {
    /// Name for policies.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reversed => "reversed",
            Self::OutOfRange => "out-of-range",
            Self::MinusOne => "minus-one",
            Self::Missing => "missing",
            Self::PortZero => "port-zero",
        }
    }

    /// Whether the API refuses the rule, so that it allows nothing.
    pub fn is_refused(self) -> bool {
        self != Self::PortZero
    }
}

impl Traffic {
    /// What a rule allows. For ICMP `from` is the type and `to` the code (RF-07). A rule that the API refuses
    /// allows nothing; see [`range_problem`].
    pub fn allowed(protocol: Protocol, from: Option<i64>, to: Option<i64>) -> Self {
        if protocol.ignores_ports() {
            return Self { protocol, selected: PortSet::all() };
        }
        if range_problem(protocol, from, to).is_some_and(RangeProblem::is_refused) {
            return Self { protocol, selected: PortSet::empty() };
        }
        let bound = |value: i64| u16::try_from(value).unwrap_or(u16::MAX);
        let selected = match (protocol.is_icmp(), from, to) {
            (false, Some(from), Some(to)) => PortSet::range(bound(from), bound(to)),
            (false, ..) => PortSet::empty(),
            (true, None | Some(-1), _) => PortSet::all(),
            (true, Some(message), None | Some(-1)) => {
                PortSet::range(bound(message) * 256, bound(message) * 256 + 255)
            }
            (true, Some(message), Some(code)) => PortSet::single(bound(message) * 256 + bound(code)),
        };
        Self { protocol, selected }
    }

    /// The ports of TCP or UDP that it opens: every port for a protocol that ignores ports, none for ICMP.
    pub fn ports(&self) -> PortSet {
        if self.protocol.is_icmp() { PortSet::empty() } else { self.selected.clone() }
    }

    /// The ports of one protocol, TCP or UDP, that it opens: also by allowing all protocols.
    pub fn ports_of(&self, protocol: Protocol) -> PortSet {
        if self.protocol.covers(protocol) { self.selected.clone() } else { PortSet::empty() }
    }

    /// Ports, or ICMP messages as `type * 256 + code`: what is compared between rules of one protocol.
    pub fn selected(&self) -> &PortSet {
        &self.selected
    }

    /// Whether it allows nothing.
    pub fn is_empty(&self) -> bool {
        self.selected.is_empty()
    }

    /// Whether both allow some packet.
    pub fn overlaps(&self, other: &Self) -> bool {
        let share_protocol = self.protocol.covers(other.protocol) || other.protocol.covers(self.protocol);
        share_protocol && self.selected.overlaps(&other.selected)
    }

    /// Whether it allows everything that `other` does.
    pub fn covers(&self, other: &Self) -> bool {
        self.protocol.covers(other.protocol) && other.selected.is_subset_of(&self.selected)
    }
}

/// What is wrong with a rule's ports, if anything (RF-05 … RF-07).
pub fn range_problem(protocol: Protocol, from: Option<i64>, to: Option<i64>) -> Option<RangeProblem> {
    if protocol.ignores_ports() {
        return None;
    }
    if protocol.is_icmp() {
        return match (from, to) {
            (None, None) if protocol == Protocol::ICMPV6 => None,
            (None, _) | (_, None) => Some(RangeProblem::Missing),
            (Some(message), Some(code)) if [message, code].iter().any(|part| !(-1..=255).contains(part)) => {
                Some(RangeProblem::OutOfRange)
            }
            (Some(-1), Some(code)) if code != -1 => Some(RangeProblem::MinusOne),
            _ => None,
        };
    }
    match (from, to) {
        (Some(-1), _) | (_, Some(-1)) => Some(RangeProblem::MinusOne),
        (None, _) | (_, None) => Some(RangeProblem::Missing),
        (Some(from), Some(to)) if [from, to].iter().any(|port| !(0..=65535).contains(port)) => {
            Some(RangeProblem::OutOfRange)
        }
        (Some(from), Some(to)) if from > to => Some(RangeProblem::Reversed),
        (Some(0), Some(0)) => Some(RangeProblem::PortZero),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn allowed(protocol: Protocol, from: i64, to: i64) -> Traffic {
        Traffic::allowed(protocol, Some(from), Some(to))
    }

    #[test]
    fn ports_of_a_protocol_that_has_none_are_ignored() {
        assert!(allowed(Protocol::ALL, 22, 22).ports().is_all());
        assert!(allowed(Protocol::Number(50), 443, 443).ports().is_all());
        assert!(Traffic::allowed(Protocol::ALL, None, None).ports().is_all());
        assert!(allowed(Protocol::Number(50), 443, 443).ports_of(Protocol::TCP).is_empty());
    }

    #[test]
    fn tcp_opens_exactly_its_range() {
        assert_eq!(allowed(Protocol::TCP, 22, 25).ports(), PortSet::range(22, 25));
        assert_eq!(allowed(Protocol::TCP, 0, 0).ports(), PortSet::single(0));
        assert!(allowed(Protocol::UDP, 0, 65535).ports().is_all());
    }

    #[test]
    fn refused_ranges_open_nothing() {
        let cases = [
            (Some(25), Some(22), RangeProblem::Reversed),
            (Some(0), Some(65536), RangeProblem::OutOfRange),
            (Some(-2), Some(5), RangeProblem::OutOfRange),
            (Some(-1), Some(-1), RangeProblem::MinusOne),
            (Some(22), Some(-1), RangeProblem::MinusOne),
            (Some(22), None, RangeProblem::Missing),
            (None, None, RangeProblem::Missing),
        ];
        for (from, to, problem) in cases {
            assert_eq!(range_problem(Protocol::TCP, from, to), Some(problem), "{from:?} {to:?}");
            assert!(Traffic::allowed(Protocol::TCP, from, to).is_empty(), "{from:?} {to:?}");
        }
    }

    #[test]
    fn port_zero_is_valid_but_suspicious() {
        assert_eq!(range_problem(Protocol::TCP, Some(0), Some(0)), Some(RangeProblem::PortZero));
        assert_eq!(range_problem(Protocol::ALL, Some(0), Some(0)), None);
        assert_eq!(range_problem(Protocol::TCP, Some(0), Some(65535)), None);
    }

    #[test]
    fn icmp_types_and_codes_nest() {
        let every = allowed(Protocol::ICMP, -1, -1);
        let echo = allowed(Protocol::ICMP, 8, -1);
        let one = allowed(Protocol::ICMP, 8, 0);
        let last = allowed(Protocol::ICMP, 255, 255);
        assert!(every.covers(&echo) && echo.covers(&one) && every.covers(&last));
        assert!(!one.covers(&echo) && !echo.covers(&last));
        assert!(every.ports().is_empty());
        assert!(!every.is_empty());
    }

    #[test]
    fn icmp_is_checked_as_type_and_code() {
        assert_eq!(range_problem(Protocol::ICMP, Some(-1), Some(0)), Some(RangeProblem::MinusOne));
        assert_eq!(range_problem(Protocol::ICMP, Some(8), Some(0)), None);
        assert_eq!(range_problem(Protocol::ICMP, Some(256), Some(0)), Some(RangeProblem::OutOfRange));
        assert_eq!(range_problem(Protocol::ICMP, None, None), Some(RangeProblem::Missing));
        assert_eq!(range_problem(Protocol::ICMPV6, None, None), None);
        assert_eq!(Traffic::allowed(Protocol::ICMPV6, None, None), allowed(Protocol::ICMPV6, -1, -1));
    }

    proptest! {
        #[test]
        fn no_numbers_panic(number: u8, from: Option<i64>, to: Option<i64>) {
            for protocol in [Protocol::ALL, Protocol::Number(number), Protocol::TCP, Protocol::ICMP] {
                let traffic = Traffic::allowed(protocol, from, to);
                let refused = range_problem(protocol, from, to).is_some_and(RangeProblem::is_refused);
                prop_assert_eq!(traffic.is_empty(), refused);
                prop_assert!(traffic.covers(&traffic));
            }
        }
    }
}

//! Protocols that do not fit the rest of their rule: ICMP is of IPv4, and IPv6 has one of its own with other types
//! (RF-08).

use std::sync::Arc;

use super::draft::{Draft, Known};
use super::reading;
use crate::network::address::Family;
use crate::network::model::{Peer, Permission};
use crate::network::protocol::Protocol;

/// What is wrong with a protocol: the name of the problem, and words.
type Problem = (&'static str, String);

/// The fields about it.
pub(super) fn fields(draft: Draft, permission: &Permission) -> Draft {
    match problem(permission) {
        Ok(Some((name, words))) => draft.set("protocol_problem", name).set("protocol_problem_text", words),
        Ok(None) => draft.set("protocol_problem", "none").set("protocol_problem_text", ""),
        Err(why) => draft.unknown(&["protocol_problem", "protocol_problem_text"], &why),
    }
}

fn problem(permission: &Permission) -> Known<Option<Problem>> {
    if let Some(field) = &permission.protocol
        && let Err(words) = field.value.as_ref().map_err(Arc::clone)?
    {
        return Ok(Some(("unknown", words.clone())));
    }
    let Some(protocol) = reading::protocol(permission)?.filter(|protocol| protocol.is_icmp()) else {
        return Ok(None);
    };
    // One problem that is certain is enough.
    match (wrong_type(protocol, permission), wrong_family(protocol, permission)) {
        (Ok(Some(problem)), _) | (_, Ok(Some(problem))) => Ok(Some(problem)),
        (Err(why), _) | (_, Err(why)) => Err(why),
        (Ok(None), Ok(None)) => Ok(None),
    }
}

/// A type that only the other ICMP has.
/// Source: <https://www.iana.org/assignments/icmp-parameters>, <https://www.iana.org/assignments/icmpv6-parameters>
fn wrong_type(protocol: Protocol, permission: &Permission) -> Known<Option<Problem>> {
    let (Some(message), _) = reading::ports(permission)? else { return Ok(None) };
    let (is_foreign, other) = match (protocol, message) {
        (Protocol::ICMP, 127..=161) => (true, "icmpv6"),
        (Protocol::ICMPV6, 0 | 5..=43) => (true, "icmp"),
        _ => (false, ""),
    };
    let hint = match (protocol, message) {
        (Protocol::ICMPV6, 8) => "; the echo request of icmpv6 is type 128",
        (Protocol::ICMPV6, 0) => "; the echo reply of icmpv6 is type 129",
        (Protocol::ICMP, 128) => "; the echo request of icmp is type 8",
        (Protocol::ICMP, 129) => "; the echo reply of icmp is type 0",
        _ => "",
    };
    Ok(is_foreign
        .then(|| ("icmp-type", format!("type {message} is one of {other}, not of {protocol}{hint}"))))
}

/// Addresses of the IP version that the protocol does not belong to.
fn wrong_family(protocol: Protocol, permission: &Permission) -> Known<Option<Problem>> {
    let Peer::Cidr(field) = &permission.peer else { return Ok(None) };
    let text = field.value.as_ref().map_err(Arc::clone)?;
    let Ok(cidr) = text.cidr else { return Ok(None) };
    let (own, other) = match protocol {
        Protocol::ICMP => (Family::Ipv4, "icmpv6"),
        _ => (Family::Ipv6, "icmp"),
    };
    if cidr.family() == own {
        return Ok(None);
    }
    let words = format!("{protocol} is of {own}; addresses of {} take {other}", cidr.family());
    Ok(Some(("ip-version", words)))
}

#[cfg(test)]
mod tests {
    use super::super::Kind;
    use super::super::testing::Builder;
    use super::*;
    use crate::facts::reading::Context;

    fn found(protocol: &str, message: i64, peer: &str) -> String {
        let mut builder = Builder::terraform();
        let group = builder.group("web");
        builder.ingress(group, protocol, message, -1, &[peer]);
        match problem(&builder.network.permissions[0]) {
            Ok(Some((name, words))) => format!("{name}: {words}"),
            Ok(None) => "none".to_owned(),
            Err(_) => "unknown".to_owned(),
        }
    }

    #[test]
    fn types_of_the_other_version_are_found() {
        assert_eq!(
            found("icmpv6", 8, "::/0"),
            "icmp-type: type 8 is one of icmp, not of icmpv6; the echo request of icmpv6 is type 128"
        );
        assert_eq!(
            found("1", 128, "10.0.0.0/8"),
            "icmp-type: type 128 is one of icmpv6, not of icmp; the echo request of icmp is type 8"
        );
        for (protocol, message, peer) in [
            ("icmp", 8, "10.0.0.0/8"),
            ("icmpv6", 128, "::/0"),
            ("icmp", -1, "10.0.0.0/8"),
            ("icmpv6", 3, "::/0"),
        ] {
            assert_eq!(found(protocol, message, peer), "none", "{protocol} {message}");
        }
    }

    #[test]
    fn addresses_of_the_other_version_are_found() {
        assert_eq!(found("icmp", -1, "::/0"), "ip-version: icmp is of IPv4; addresses of IPv6 take icmpv6");
        assert_eq!(
            found("icmpv6", -1, "10.0.0.0/8"),
            "ip-version: icmpv6 is of IPv6; addresses of IPv4 take icmp"
        );
        assert_eq!(found("icmp", -1, "sg-1"), "none");
        assert_eq!(found("tcp", 80, "::/0"), "none");
    }

    #[test]
    fn what_is_no_protocol_is_a_problem_of_its_own() {
        assert!(found("tpc", 80, "10.0.0.0/8").starts_with("unknown: \"tpc\" is no protocol"));
        assert_eq!(found("50", 0, "10.0.0.0/8"), "none");
    }

    #[test]
    fn a_type_that_is_not_known_is_left_open() {
        let mut builder = Builder::terraform();
        let group = builder.group("web");
        builder.ingress(group, "icmp", 8, -1, &["10.0.0.0/8"]);
        builder.network.permissions[0].from_port = Some(builder.unknown_field());
        let network = &builder.network;
        assert!(problem(&network.permissions[0]).is_err());
        let context = Context::new(network);
        let draft = fields(context.draft(Kind::Permission, &network.permissions[0]), &network.permissions[0]);
        drop(draft);
    }
}

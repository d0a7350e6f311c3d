//! How a CIDR is written: what is wrong with it, and how AWS stores it (DC-01, DC-02, RF-16).

use std::sync::Arc;

use super::draft::Draft;
use super::reading;
use crate::network::address::Cidr;
use crate::network::model::CidrText;
use crate::resource::{Cause, SENSITIVE_TEXT, Unknown};

/// The spelling of a CIDR that is not known.
pub(super) fn unknown(draft: Draft, why: &Arc<Unknown>) -> Draft {
    draft.unknown(&["cidr_problem", "cidr_problem_text", "cidr_canonical", "cidr_canonical_text"], why)
}

/// A small range. If the address comes from AWS, nobody can have misspelt it.
pub(super) fn narrow(draft: Draft, why: &Arc<Unknown>) -> Draft {
    match why.cause {
        Cause::Computed(_) | Cause::LookedUp(_) => draft
            .set("cidr_problem", "none")
            .set("cidr_problem_text", "")
            .set("cidr_canonical", true)
            .unknown(&["cidr_canonical_text"], why),
        _ => unknown(draft, why),
    }
}

/// The spelling of what is no CIDR: nothing is wrong with it.
pub(super) fn of_no_cidr(draft: Draft) -> Draft {
    draft
        .set("cidr_problem", "none")
        .set("cidr_problem_text", "")
        .set("cidr_canonical", true)
        .set("cidr_canonical_text", "")
}

/// The spelling of a CIDR. Addresses that are dead otherwise are not where they are `for_multicast` (DC-07).
pub(super) fn of_cidr(draft: Draft, text: &CidrText, is_sensitive: bool, for_multicast: bool) -> Draft {
    let written = if is_sensitive { SENSITIVE_TEXT } else { &text.text };
    let (problem, words) = match &text.cidr {
        Err(_) if is_sensitive => ("malformed", format!("{SENSITIVE_TEXT} is no address range")),
        Err(error) => ("malformed", error.to_string()),
        Ok(cidr) if reading::is_wrong_family(text, *cidr) => {
            let (is, belongs) = if text.in_ipv6_attribute { ("IPv4", "IPv6") } else { ("IPv6", "IPv4") };
            ("wrong-family", format!("{written} is {is} where {belongs} belongs"))
        }
        Ok(cidr) => match cidr.dead().filter(|_| !for_multicast) {
            Some(why) => ("dead", why.to_owned()),
            None => ("none", String::new()),
        },
    };
    let canonical = match &text.cidr {
        _ if is_sensitive => SENSITIVE_TEXT.to_owned(),
        Ok(cidr) => cidr.canonical(),
        Err(error) => error.suggestion().unwrap_or_default(),
    };
    draft
        .set("cidr_problem", problem)
        .set("cidr_problem_text", words)
        .set("cidr_canonical", text.cidr.as_ref().map_or(true, Cidr::is_canonical))
        .set("cidr_canonical_text", canonical)
}

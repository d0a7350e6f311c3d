//! Texts of a certain form: networks, patterns, ids.

use globset::{GlobBuilder, GlobMatcher};
use jiff::civil::Date;

use super::paths;
use crate::form::{Checked, Misfit};
use crate::network::address::Cidr;
use crate::network::ports::PortSet;

/// What tells a VPC.
pub(super) const VPC: Checked =
    Checked { name: "the id of a VPC, or its address in the code", check: not_empty };

/// A network, or the name of addresses. Whether anything has the name is known to
/// [`AddressGroups`](super::AddressGroups).
pub(super) const ADDRESSES: Checked = Checked {
    name: "a network, or a name under `addresses`",
    check: |text| if is_name(text) { Ok(()) } else { network(text).map(|_| ()) },
};

/// A day.
pub(super) const DATE: Checked = Checked {
    name: "a date",
    check: |text| match text.parse::<Date>() {
        Ok(_) => Ok(()),
        Err(_) => Err(Misfit::new(format!("{text:?} is not a date"))),
    },
};

/// A port or a range of ports.
pub(super) const PORTS: Checked = Checked {
    name: "a port, or a range such as 8000-8099",
    check: |text| match PortSet::parse(text) {
        Some(_) => Ok(()),
        None => Err(Misfit::new(format!("{text:?} is neither a port nor a range of ports"))),
    },
};

/// A network, as AWS would store it.
pub(super) const NETWORK: Checked = Checked { name: "a network", check: |text| network(text).map(|_| ()) };

/// A pattern of paths.
pub(super) const PATH: Checked = Checked {
    name: "a pattern as in .gitignore",
    check: |text| {
        paths::check_pattern(text).map_err(|error| {
            Misfit::new(format!("{text:?} is not a pattern: {error}")).help("see gitignore(5) for the form")
        })
    },
};

/// A pattern in which `*` stands for any characters.
pub(super) const PATTERN: Checked = Checked { name: "a pattern", check: |text| pattern(text).map(|_| ()) };

/// The id of a group.
pub(super) const GROUP_ID: Checked = Checked {
    name: "the id of a security group",
    check: |text| match text.strip_prefix("sg-") {
        Some(rest) if !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphanumeric()) => Ok(()),
        _ => Err(Misfit::new(format!("{text:?} is not the id of a security group"))),
    },
};

/// The number of an AWS account.
pub(super) const ACCOUNT: Checked = Checked {
    name: "an AWS account id",
    check: |text| {
        if text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(())
        } else {
            Err(Misfit::new(format!("{text:?} is not an AWS account id: it has twelve digits")))
        }
    },
};

fn not_empty(text: &str) -> Result<(), Misfit> {
    if text.trim().is_empty() { Err(Misfit::new("this text is empty")) } else { Ok(()) }
}

/// Whether a text can be the name of addresses: no network looks like it.
pub(super) fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|character| character.is_ascii_alphanumeric() || matches!(character, '-' | '_'))
}

/// Reads a network. Host bits are refused: either the prefix or the address is not what was meant.
pub(super) fn network(text: &str) -> Result<Cidr, Misfit> {
    let cidr = Cidr::parse(text).map_err(|error| {
        let misfit = Misfit::new(format!("{text:?} is not a network: {error}"));
        match error.suggestion() {
            Some(meant) => misfit.help(format!("did you mean {meant}?")),
            None => misfit.help("write it as address/prefix: 198.51.100.0/24, 2001:db8::/32"),
        }
    })?;
    if cidr.has_host_bits() {
        let help = format!("write {} for the network, or a longer prefix for the host", cidr.canonical());
        return Err(Misfit::new(format!("{text} has bits set beyond its prefix")).help(help));
    }
    Ok(cidr)
}

/// The longest pattern, in bytes. Beyond some size a pattern cannot be compiled.
const LONGEST_PATTERN: usize = 1000;

/// Reads a pattern. Only `*` and `?` are special: the brackets of an address with an instance key are meant as they
/// stand.
pub(super) fn pattern(text: &str) -> Result<GlobMatcher, Misfit> {
    if text.len() > LONGEST_PATTERN {
        return Err(Misfit::new(format!("this pattern is longer than {LONGEST_PATTERN} bytes"))
            .help("write several patterns"));
    }
    let literal = |character: char| match character {
        '[' | ']' | '{' | '}' => format!("[{character}]"),
        _ => character.to_string(),
    };
    let glob = text.chars().map(literal).collect::<String>();
    match GlobBuilder::new(&glob).backslash_escape(false).build() {
        Ok(glob) => Ok(glob.compile_matcher()),
        Err(error) => Err(Misfit::new(format!("{text:?} is not a pattern: {}", error.kind()))
            .help("`*` stands for any characters, `?` for one")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_stars_and_question_marks_are_special_in_a_pattern() {
        let fits = |text: &str, address: &str| pattern(text).unwrap().is_match(address);
        assert!(fits(r#"aws_security_group.s["x"]"#, r#"aws_security_group.s["x"]"#));
        assert!(!fits(r#"aws_security_group.s["x"]"#, "aws_security_group.sx"));
        assert!(fits("module.a[0].*", "module.a[0].aws_security_group.s"));
        assert!(fits(r#"aws_security_group.s["{a,b}\*"]"#, r#"aws_security_group.s["{a,b}\c"]"#));
        assert!(fits("aws_security_group.?[*", "aws_security_group.s[1]"));
        assert!(
            pattern(&"[".repeat(LONGEST_PATTERN)).is_ok()
                && pattern(&"[".repeat(LONGEST_PATTERN + 1)).is_err()
        );
    }
}

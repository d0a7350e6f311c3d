//! `Fn::Cidr`.

use ipnet::IpNet;

/// The most subnets that `Fn::Cidr` gives.
const MOST: i64 = 256;

/// The first `count` subnets of a block that have `bits` host bits each.
pub(super) fn subnets(block: &str, count: i64, bits: Option<i64>) -> Result<Vec<String>, String> {
    let network: IpNet = block.trim().parse().map_err(|_| format!("{block:?} is not an address block"))?;
    if !(1..=MOST).contains(&count) {
        return Err(format!("{count} is not a count of 1 to {MOST}"));
    }
    let longest = i64::from(network.max_prefix_len());
    let bits = match (bits, network) {
        (Some(bits), _) => bits,
        (None, IpNet::V4(_)) => longest - i64::from(network.prefix_len()),
        (None, IpNet::V6(_)) => return Err("an IPv6 block needs a number of host bits".to_owned()),
    };
    let prefix = longest
        .checked_sub(bits)
        .and_then(|prefix| u8::try_from(prefix).ok())
        .filter(|_| bits > 0)
        .ok_or_else(|| format!("{bits} is not a number of host bits"))?;
    let too_small = || format!("{block} does not hold {count} subnets with {bits} host bits");
    let count = usize::try_from(count).map_err(|_| too_small())?;
    let subnets: Vec<_> = network
        .subnets(prefix)
        .map_err(|_| too_small())?
        .take(count)
        .map(|subnet| subnet.to_string())
        .collect();
    if subnets.len() < count { Err(too_small()) } else { Ok(subnets) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subnets_follow_each_other() {
        let subnets = subnets("10.0.0.0/16", 3, Some(8)).unwrap();
        assert_eq!(subnets, ["10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24"]);
    }

    #[test]
    fn six_has_room_for_many() {
        let subnets = subnets("2001:db8::/56", 2, Some(64)).unwrap();
        assert_eq!(subnets, ["2001:db8::/64", "2001:db8:0:1::/64"]);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for (block, count, bits) in [
            ("10.0.0.0/24", 2, Some(8)),
            ("10.0.0.0/24", 1, Some(9)),
            ("10.0.0.0/24", 0, Some(4)),
            ("10.0.0.0/8", i64::MAX, Some(4)),
            ("10.0.0.0/8", 1, Some(i64::MIN)),
            ("10.0.0.0/8", 1, Some(-1)),
            ("2001:db8::/56", 1, None),
            ("web", 1, Some(8)),
        ] {
            assert!(subnets(block, count, bits).is_err(), "{block} {count} {bits:?}");
        }
    }
}

//! Address ranges whose text is not known, but that are known to be small.
//!
//! A rule for the range of a VPC, or for `"${aws_eip.nat.public_ip}/32"`, opens nothing to the world whatever the
//! address turns out to be.

use std::sync::Arc;

use super::references::Names;
use super::tables::without_indices;
use crate::network::address::Breadth;
use crate::resource::{Mode, Reference, Value, ValueKind};

/// The shortest prefix that counts as small: 1 part in 65,536 of all addresses. It is also the largest range that AWS
/// gives a VPC.
const SHORTEST_PREFIX: u8 = 16;

/// How wide an address range can be, if it holds a tiny part of all addresses at most.
pub(super) fn breadth(value: &Value, names: &Names<'_>) -> Option<Breadth> {
    match &value.kind {
        ValueKind::Template(parts) => {
            let prefix = long_prefix(parts.last()?.as_str()?)?;
            Some(Breadth::prefix(prefix))
        }
        // The addresses of a VPC are its own, whichever they are.
        ValueKind::Reference(reference) => is_range_of_network(reference, names)
            .then_some(Breadth { public: None, private: Some(SHORTEST_PREFIX) }),
        _ => None,
    }
}

/// The resource whose private address a range is: `"${aws_instance.web.private_ip}/32"`.
pub(super) fn host(value: &Value, names: &Names<'_>) -> Option<Arc<str>> {
    let ValueKind::Template(parts) = &value.kind else { return None };
    let [address, prefix] = &parts[..] else { return None };
    let reference = address.as_reference().filter(|_| matches!(prefix.as_str(), Some("/32" | "/128")))?;
    let resource = names.resource(&reference.address).filter(|resource| resource.mode == Mode::Managed)?;
    let is_private = match &*resource.kind {
        "aws_instance" | "aws_network_interface" => reference.attribute.starts_with("private_ip"),
        "AWS::EC2::Instance" => &*reference.attribute == "PrivateIp",
        "AWS::EC2::NetworkInterface" => &*reference.attribute == "PrimaryPrivateIpAddress",
        _ => false,
    };
    is_private.then(|| Arc::clone(&resource.address))
}

/// The prefix length at the end of a text, such as `/32`, if it leaves few addresses.
fn long_prefix(text: &str) -> Option<u8> {
    let (_, prefix) = text.rsplit_once('/')?;
    prefix.parse().ok().filter(|prefix| *prefix >= SHORTEST_PREFIX)
}

/// Whether an attribute is a range of a VPC or of a part of one.
fn is_range_of_network(reference: &Reference, names: &Names<'_>) -> bool {
    let declared = names.resource(&reference.address).map(|resource| &*resource.kind);
    let Some(kind) = declared.or_else(|| reference.terraform_type()) else { return false };
    let path = without_indices(&reference.attribute);
    let attribute = path.rsplit('.').next().unwrap_or_default();
    match kind {
        "aws_vpc"
        | "aws_default_vpc"
        | "aws_subnet"
        | "aws_default_subnet"
        | "aws_vpc_ipv4_cidr_block_association"
        | "aws_vpc_ipv6_cidr_block_association"
        | "aws_vpc_peering_connection" => {
            matches!(attribute, "cidr_block" | "ipv6_cidr_block" | "peer_cidr_block")
        }
        "AWS::EC2::VPC" | "AWS::EC2::Subnet" => matches!(attribute, "CidrBlock" | "Ipv6CidrBlocks"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Draft, permissions};
    use crate::resource::Value;

    fn peers(draft: &Draft, ranges: Vec<Value>) -> Vec<String> {
        let rule = draft.map(vec![("protocol", draft.number(-1)), ("cidr_blocks", draft.list(ranges))]);
        let ingress = draft.list(vec![rule]);
        let group = draft.resource("aws_security_group.web", vec![("ingress", ingress)]);
        permissions(&draft.network(vec![group]))
            .into_iter()
            .map(|text| text.trim_start_matches("aws_security_group.web ingress all --- ").to_owned())
            .collect()
    }

    #[test]
    fn ranges_of_networks_and_single_addresses_are_narrow() {
        let draft = Draft::terraform();
        let eip = || draft.refer("aws_eip.nat", "public_ip");
        let narrow = vec![
            draft.refer("data.aws_vpc.main", "cidr_block"),
            draft.refer("module.net[\"a.b\"].aws_subnet.app[0]", "cidr_block"),
            draft.refer("data.aws_vpc.main", "cidr_block_associations[0].cidr_block"),
            draft.template(vec![eip(), draft.text("/32")]),
            draft.template(vec![draft.text("10."), draft.input("var.second"), draft.text(".0.0/16")]),
        ];
        let count = narrow.len();
        let found = peers(&draft, narrow);
        assert_eq!(found.iter().filter(|peer| peer.starts_with("narrow: ")).count(), count, "{found:?}");
    }

    #[test]
    fn what_may_be_wide_is_not_narrow() {
        let draft = Draft::terraform();
        let eip = || draft.refer("aws_eip.nat", "public_ip");
        let wide = vec![
            draft.input("var.cidr"),
            draft.refer("aws_vpc.main", "id"),
            draft.refer("aws_ec2_managed_prefix_list.all", "cidr_block"),
            draft.template(vec![eip(), draft.text("/8")]),
            draft.template(vec![eip(), draft.text("/"), draft.input("var.bits")]),
            draft.template(vec![eip(), draft.text("/1"), draft.input("var.bits")]),
            draft.template(vec![eip(), draft.text("/32x")]),
            draft.template(vec![eip(), draft.text("32")]),
        ];
        let count = wide.len();
        let found = peers(&draft, wide);
        assert_eq!(found.iter().filter(|peer| peer.starts_with("unknown: ")).count(), count, "{found:?}");
    }
}

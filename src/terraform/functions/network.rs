//! Functions on CIDR blocks.

use std::net::{Ipv4Addr, Ipv6Addr};

use num_bigint::BigInt;

use super::Call;
use super::arguments::{Outcome, Stopped};

/// A block of addresses of either family, its address already masked.
#[derive(Clone, Copy)]
struct Block {
    first: u128,
    /// Length of the prefix.
    length: u32,
    /// Bits of an address: 32 or 128.
    width: u32,
}

impl Block {
    fn new(address: u128, length: u32, width: u32) -> Self {
        Self { first: address & !low_bits(width - length), length, width }
    }

    /// From an argument. As in Terraform, the octets of an IPv4 address may have leading zeros.
    fn of(call: &Call<'_>, index: usize) -> Result<Self, Stopped> {
        let text = call.text(index)?;
        Self::parse(&text)
            .ok_or_else(|| call.refuse_argument(index, format!("{text:?} is not a valid CIDR block")))
    }

    fn parse(text: &str) -> Option<Self> {
        let (address, length) = text.split_once('/')?;
        let (address, width) = if address.contains(':') {
            (address.parse::<Ipv6Addr>().ok()?.to_bits(), 128)
        } else {
            (u128::from(parse_v4(address)?), 32)
        };
        let length = decimal(length).filter(|length| *length <= width)?;
        Some(Self::new(address, length, width))
    }

    fn last(self) -> u128 {
        self.first | low_bits(self.width - self.length)
    }

    fn address_text(self, address: u128) -> String {
        match u32::try_from(address) {
            Ok(address) if self.width == 32 => Ipv4Addr::from_bits(address).to_string(),
            _ => Ipv6Addr::from_bits(address).to_string(),
        }
    }
}

impl std::fmt::Display for Block {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}/{}", self.address_text(self.first), self.length)
    }
}

fn parse_v4(text: &str) -> Option<u32> {
    let mut octets = text.split('.').map(|octet| decimal(octet).filter(|octet| *octet <= 255));
    let mut address = 0;
    for _ in 0..4 {
        address = address << 8 | octets.next()??;
    }
    octets.next().is_none().then_some(address)
}

/// Digits only: no sign.
fn decimal(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// That many ones.
fn low_bits(count: u32) -> u128 {
    u128::MAX.checked_shr(128 - count).unwrap_or(0)
}

/// `cidrcontains(block, address or block)`, which only OpenTofu has.
pub(super) fn cidrcontains(call: &Call<'_>) -> Outcome {
    let block = Block::of(call, 0)?;
    let text = call.text(1)?;
    let whole = if text.contains(':') { 128 } else { 32 };
    let inner = Block::parse(&text)
        .or_else(|| Block::parse(&format!("{text}/{whole}")))
        .ok_or_else(|| call.refuse_argument(1, format!("{text:?} is neither an address nor a CIDR block")))?;
    if inner.width != block.width {
        return Err(call.refuse("the addresses are of different families"));
    }
    Ok(call.truth(block.first <= inner.first && inner.last() <= block.last()))
}

/// `cidrhost(block, number)`: a negative number counts from the end.
pub(super) fn cidrhost(call: &Call<'_>) -> Outcome {
    let block = Block::of(call, 0)?;
    let number = call.integer(1)?;
    let is_negative = number < BigInt::ZERO;
    let distance = if is_negative { -&number - 1_u8 } else { number.clone() };
    let distance = u128::try_from(distance)
        .ok()
        .filter(|distance| *distance <= low_bits(block.width - block.length))
        .ok_or_else(|| {
            call.refuse(format!(
                "a prefix of {} bits does not accommodate a host numbered {number}",
                block.length
            ))
        })?;
    let address = if is_negative { block.last() - distance } else { block.first + distance };
    Ok(call.string(block.address_text(address)))
}

pub(super) fn cidrnetmask(call: &Call<'_>) -> Outcome {
    let block = Block::of(call, 0)?;
    if block.width != 32 {
        return Err(call.refuse_argument(0, "IPv6 addresses cannot have a netmask"));
    }
    Ok(call.string(block.address_text(low_bits(32) & !low_bits(32 - block.length))))
}

/// `cidrsubnet(block, added bits, number)`.
pub(super) fn cidrsubnet(call: &Call<'_>) -> Outcome {
    let block = Block::of(call, 0)?;
    let added = call.whole(1)?;
    let number = call.integer(2)?;
    let length = extended(call, block, 1, added)?;
    let number = u128::try_from(&number)
        .ok()
        .filter(|number| *number <= low_bits(length - block.length))
        .ok_or_else(|| {
            call.refuse(format!(
                "a prefix extension of {added} bits does not accommodate a subnet numbered {number}"
            ))
        })?;
    let offset = number.checked_shl(block.width - length).unwrap_or(0);
    Ok(call.string(Block::new(block.first | offset, length, block.width).to_string()))
}

/// The prefix length after adding bits.
fn extended(call: &Call<'_>, block: Block, index: usize, added: i64) -> Result<u32, Stopped> {
    u32::try_from(added)
        .ok()
        .and_then(|added| block.length.checked_add(added))
        .filter(|length| *length <= block.width)
        .ok_or_else(|| {
            call.refuse_argument(
                index,
                format!("insufficient address space to extend a prefix of {} bits by {added}", block.length),
            )
        })
}

/// `cidrsubnets(block, added bits, …)`: consecutive subnets, each at the next place it fits.
pub(super) fn cidrsubnets(call: &Call<'_>) -> Outcome {
    let block = Block::of(call, 0)?;
    let mut next = Some(block.first);
    let mut subnets = Vec::new();
    for index in 1..call.arguments.len() {
        let added = call.whole(index)?;
        if !(1..=32).contains(&added) {
            return Err(call.refuse_argument(index, "must extend the prefix by one to 32 bits"));
        }
        let length = extended(call, block, index, added)?;
        let step = low_bits(block.width - length);
        let first = next
            .and_then(|next| next.checked_add(step))
            .map(|next| next & !step)
            .filter(|first| *first <= block.last())
            .ok_or_else(|| {
                call.refuse_argument(
                    index,
                    format!("not enough remaining address space for a subnet with a prefix of {length} bits"),
                )
            })?;
        let subnet = Block::new(first, length, block.width);
        next = subnet.last().checked_add(1);
        subnets.push(subnet.to_string());
    }
    call.texts(subnets)
}

//! IP protocols as the AWS API names them (RF-01 … RF-05).

/// A protocol, or all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    /// Every protocol (`-1`).
    All,
    /// One, by its IANA number.
    Number(u8),
}
